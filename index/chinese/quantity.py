"""Numbers with units, dates and document numbers (文号) of Chinese policy text, in a form that can be compared.

A sentence of an answer stands only if every quantity in it is in the sentences that it cites: `unsupported` tells which
are not. 1000亿元, 一千亿元 and 0.1万亿元 are one quantity; so are 80%, 百分之八十 and 八成, or 2016年10月10日 and
2016-10-10. Names that merely contain a numeral (4G, 1+3+5, 三网融合, 十三五, 一体化) are no quantities.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from itertools import chain, pairwise
from string import ascii_letters
from typing import NamedTuple


class Kind(StrEnum):
    """What sort of quantity it is."""

    NUMBER = "number"
    DATE = "date"
    DOCUMENT_NUMBER = "document_number"


@dataclass(frozen=True, slots=True)
class Quantity:
    """One quantity at `text` = source[start:end], bound words not included.

    NUMBER has `value` in the canonical `unit` (元, %, 米, 家, …; 第 for ranks; "" if none), DATE has year, month and day
    as far as given, DOCUMENT_NUMBER has `number` with 〔〕. `bound` is one of ">=", ">", "<=", "<", "~" (about), "[" and
    "]" (first and last of a range), or "". `counts` is a guess at the words that name what is counted, its noun last.
    """

    kind: Kind
    start: int
    end: int
    text: str
    value: Decimal | None = None
    unit: str = ""
    bound: str = ""
    counts: str = ""
    year: int | None = None
    month: int | None = None
    day: int | None = None
    number: str = ""

    @property
    def article(self) -> bool:
        """Whether it only says "a": 一份成绩单."""
        return self.text.startswith("一") and self.value == 1

    @property
    def indefinite(self) -> bool:
        """Whether it is 一个, 一种, 一套 and the like: mostly an article, so it is not checked."""
        return self.text.startswith("一") and self.value == 1 and self.unit in _COUNTED and not self.bound


def quantities(text: str) -> tuple[Quantity, ...]:
    """Every quantity of `text`, in order."""
    plain = _plain(text)
    found = [q for match in _SCAN.finditer(plain) if (q := _read(match))]
    _join_ranges(found, plain)
    dated = (_as_year(q) for q in found)
    return tuple(replace(q, text=text[q.start : q.end]) for q in dated if not _is_word(q))


def same_quantity(claim: Quantity, source: Quantity) -> bool:
    """Whether `source` says what `claim` says, or more precisely the same. Not symmetric.

    A claim may leave a bound out (60家 for 60家以上) but not add one, turn one round, or name one end of a range as the
    value; it may give a date more coarsely, not more finely; it may leave a counting word out, not exchange it.
    """
    if claim.kind is not source.kind:
        return False
    if claim.kind is Kind.DOCUMENT_NUMBER:
        return _same_number(claim.number, source.number)
    if claim.kind is Kind.DATE:
        given = ((claim.year, source.year), (claim.month, source.month), (claim.day, source.day))
        return claim.bound in ("", source.bound) and all(c is None or c == s for c, s in given)
    return claim.value == source.value and _same_unit(claim, source) and source.bound in _SUPPORTING[claim.bound]


def same_count(claim: Quantity, source: Quantity) -> bool:
    """`same_quantity`, or as many in other counting words, one of them the 个 that counts anything: 20个 for 20家."""
    if same_quantity(claim, source):
        return True
    counts = claim.kind is source.kind is Kind.NUMBER and same_measure(claim.unit, source.unit)
    return counts and same_quantity(replace(claim, unit=source.unit), source)


def same_value(claim: Quantity, source: Quantity) -> bool:
    """Whether the two are equal, however they are spelled and bounded, or nearly so where the claim says about.

    Values are compared in whatever units of one measure (一年, 12个月); a claim may leave the unit out (500万 for 500万元).
    """
    if claim.kind is not source.kind:
        return False
    if claim.kind is not Kind.NUMBER:
        return same_quantity(replace(claim, bound=""), source)
    one, other = claim.value or Decimal(0), source.value or Decimal(0)
    for scale in (PERIODS, _DAYS):
        if claim.unit in scale and source.unit in scale:
            one, other = one * scale[claim.unit], other * scale[source.unit]
            break
    else:
        if not comparable(claim.unit, source.unit):
            return False
    return one == other or (claim.bound == "~" and abs(one - other) <= _ABOUT * abs(other))


def comparable(claim: str, source: str) -> bool:
    """Whether figures in these canonical units may be one: equal, both counting, or left out on one side."""
    pair = {claim, source}
    alike = pair in ({"%", "百分点"}, {"天", "工作日"})
    return claim == source or not claim or not source or all(map(is_counting_unit, pair)) or alike


def unsupported(sentence: str, sources: Sequence[str]) -> tuple[Quantity, ...]:
    """The quantities of `sentence` that none of `sources` holds."""
    claims = [q for q in quantities(sentence) if not q.indefinite]
    if not claims:
        return ()
    held = list(chain.from_iterable(map(quantities, sources)))
    return tuple(claim for claim in claims if not any(same_quantity(claim, source) for source in held))


def asks_quantity(question: str) -> str | None:
    """What quantity a question asks for: a canonical unit, "" for any number, a `Kind` value, or None if for none."""
    for pattern, asked in _ASKING:
        if match := pattern.search(question):
            if asked is not None:
                return asked
            return "第" if match["rank"] else _UNITS[match["unit"]].canonical
    return None


def names_quantity(wording: str) -> str | None:
    """What quantity a wording ends in the name of (某市2020年的覆盖率), as `asks_quantity`; None for what is to be changed.

    提高覆盖率 is the name of a task; of several (甲、乙的数量) each may be another.
    """
    if _SEVERAL.search(wording) or _CHANGES.search(wording):
        return None
    return next((kind for noun, kind in _NAMED if noun.search(wording)), None)


def holds_kind(text: str, asked: str) -> bool:
    """Whether `text` has a quantity of the kind that `asks_quantity` returned.

    个 and any counting word are alike, and % answers how many 百分点.
    """
    found = [q for q in quantities(text) if not q.indefinite]
    if asked in (Kind.DATE, Kind.DOCUMENT_NUMBER):
        return any(q.kind == asked for q in found)
    units = {q.unit for q in found if q.kind is Kind.NUMBER}
    if not asked:
        return bool(units)
    alike = _COUNTED if asked == "个" else {"个"} if asked in _COUNTED else {"%"} if asked == "百分点" else set()
    return asked in units or bool(units & alike)


def is_counting_unit(unit: str) -> bool:
    """Whether the canonical unit counts things (家, 人, 个), so that a bare number may stand for so many."""
    return unit in _COUNTED


PERIODS = {"年": Decimal(12), "个月": Decimal(1), "季度": Decimal(3)}
"""Units of time that are so many months."""
_DAYS = {"天": Decimal(1), "周": Decimal(7)}
_ABOUT = Decimal("0.05")  # how far a figure that is said to be about another may be from it

# ---- vocabulary ----

# Words that hold a numeral but no quantity; regular expressions, tried before anything else.
_WORDS = tuple(
    r"""统一 唯一 单一 同一 之一 合一 万一 进一步 [上下新]一[步轮批代届级] 最后一公里 一方面 一部分 一系列 一次性 一体 一度 一时
一起 一点 一旦 一成不变 一元化 二元 一条龙 一级?把手 一带一路 三位一体 第三[方者] 第一时间 第一线 [十万]分(?![钟之]) 十字 一对一 百分[点比制百] 百度
千[瓦米克伏] 千万(?=[不别要]) 亿万 千家万户 [进入]万家 百家争鸣 百家姓 万家灯火 (?:十[一二三四五六七八九]|二十)大(?!型)
[二三四五六七八九]个一 一(?![年月日天周百千万亿])[一-鿿]一(?![年月日天周])[一-鿿] [一二三四五六七八九][一-鿿]式""".split()
)
# Names, citation marks, references and enumerators with Arabic digits; likewise.
_NAMES = (
    r"[0-9A-Za-z]+(?:\+[0-9A-Za-z]+)+",  # 1+13+X
    r"[2-6]G(?![0-9A-Za-z])",
    r"[A-Za-z]+[-.]?[0-9](?![0-9.]*\s?[百千万亿%元个家项])[0-9A-Za-z.]*",  # IPv6, PM2.5
    r"(?![0-9.,]{1,12}(?:ASCII_UNIT)(?![0-9A-Za-z]))(?:[0-9]{1,3}|[0-9]{8,})[A-Za-z][0-9A-Za-z/.-]*",  # 3D, index numbers
    r"\[[0-9]{1,3}\]|\((?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})\)|(?:问题|附件|附表|专栏)\s?[0-9]{1,2}",
    r"(?:1[0-2]|(?<![0-9])[1-9])[·•](?:3[01]|[12]?[0-9])(?![0-9.·•%])",  # 3·15, a day that something is named after
    r"(?<![^\s。;:!?“])(?:[0-9]{1,2}[.、)](?![0-9])|[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十]+[,，、:])",
)

# One canonical unit a line, then its spellings: `spelling!abc=1000` is not that unit before a, b or c (家庭, 人民), and
# is 1000 of the canonical one. A line without a colon lists units that have one spelling.
_COUNTING_WORDS = """
个: 个!体性税别 大!型学 部门 方面
类: 类 大类
人: 人!民才员均工大 名!称单 位!于置居
家!庭长具电属政渠 项 条!件 种!植子 人次 户!籍外 所!有在得需属 只!有要能是需 件 次!级 批!准发复 批次 套!餐 台!湾风州河 辆
艘 架!构 座!谈 栋 幢 处!理于置罚 间!接隔 支!持撑付出部行队 张!家江 份!额 册 部!分署 篇 门!户峡槛 场!所景地馆合 起!来草步点到
例!如外 宗 对!于外接象照标口应 组!织建成 队!伍 片!区 块 头 株 棵 字!路母典 点!击 轮 款 章 节!能约水 层!次面 班!级 课 学时
床 床位 席 间次 标段
"""
_MEASURES = """
元: 元!素件旦首 元人民币 块钱
美元 欧元 港元 日元 英镑 倍 番 周年 世纪 年代 年级 亩 级!别 期!间限望货 折!扣旧算 秒 分钟 时!间代期任刻
分!之别类布为成级公局期析会点比制
%: % ‰=0.1 成!立员果本功就长效套品交为绩熟都=10
百分点: 个百分点 百分点
基点: 个基点 基点
年: 年 个年头
季度: 个季度 季度
个月: 个月 个自然月
周: 周!边期围 个星期 星期
天: 天!津然气 日!常报本益 个自然日 个日历日
工作日: 个工作日 工作日
小时: 小时 个小时
岁: 岁 周岁
度: 度!过假 ℃ 摄氏度
米: 米 m 公里=1000 千米=1000 km=1000 厘米=0.01 cm=0.01 毫米=0.001 mm=0.001
平方米: 平方米 ㎡ m² 公顷=10000 平方公里=1000000 平方千米=1000000
立方米: 立方米 立方 m³
克: 克 g mg=0.001 公斤=1000 千克=1000 kg=1000 吨=1000000
升: 升!级温学 L 毫升=0.001 ml=0.001 mL=0.001
瓦: 瓦 千瓦=1000 kW=1000 兆瓦=1000000 MW=1000000
瓦时: 瓦时 千瓦时=1000 kWh=1000
伏安: 伏安 千伏安=1000
吨标准煤: 吨标准煤 吨标煤
Mbps: Mbps Mb/s M 兆 Kbps=0.001 Gbps=1000 Gb/s=1000 G=1000
mg/L dB kPa KB MB GB TB PB Hz MHz GHz
第号: 号!召码
第届: 届
"""
_ORDINAL_UNITS = frozenset("条 款 项 章 节 期 批 季度 级 第号 第届".split())  # 第3条 is not 第3款; 第8位 is 第8


class _Unit(NamedTuple):
    """A spelling of a unit: what it canonically is, and how many of those."""

    spelling: str
    canonical: str
    factor: Decimal
    not_before: str


def _units(table: str) -> list[_Unit]:
    units = []
    for line in table.strip().splitlines():
        canonical, _, spellings = line.rpartition(": ")
        for entry in spellings.split():
            entry, _, factor = entry.partition("=")
            spelling, _, not_before = entry.partition("!")
            units.append(_Unit(spelling, canonical or spelling, Decimal(factor or 1), not_before))
    return units


def _alternatives(units: Iterable[_Unit]) -> str:
    """The expression for the spellings, longest first; a Latin one ends where its letters do."""

    def guarded(unit: _Unit) -> str:
        stop = "0-9A-Za-z" if unit.spelling[0].isascii() and unit.spelling != "%" else unit.not_before
        return re.escape(unit.spelling) + (f"(?![{stop}])" if stop else "")

    return "|".join(map(guarded, sorted(units, key=lambda unit: len(unit.spelling), reverse=True)))


_COUNTED = frozenset(unit.canonical for unit in _units(_COUNTING_WORDS)) | {""}
_UNITS = {unit.spelling: unit for unit in _units(_COUNTING_WORDS) + _units(_MEASURES)}
_UNIT = _alternatives(_UNITS.values())
_ASCII_UNIT = _alternatives(unit for unit in _UNITS.values() if unit.spelling[0] in ascii_letters)

# ---- numerals ----

_DIGITS = str.maketrans("零一二两三四五六七八九点", "01223456789.")
_SCALES = {"亿": 10**8, "万": 10**4, "千": 1000, "百": 100, "十": 10}
_ONE = "[一二两三四五六七八九]"
_SECTION = f"(?:[百千]|(?:{_ONE}千)?(?:零?{_ONE}百)?(?:零?{_ONE}?十)?(?:零?{_ONE})?)"
_WHOLE = f"(?:(?:{_SECTION}万)?{_SECTION}亿)?(?:零?{_SECTION}万)?零?{_SECTION}"
_WELL_FORMED = re.compile(f"(?!零(?!点)){_WHOLE}(?:点[零一二三四五六七八九]+)?")
_ARABIC = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?"
_HAN = "(?:[零一二两三四五六七八九十百万亿]|千(?![瓦米克伏]))+(?:点[零一二三四五六七八九]+)?"
_NUMERAL = rf"(?:(?:(?<=[为是达])-)?{_ARABIC}(?:[百千]?[万亿]{{1,2}}{_ARABIC})*|{_HAN})"


def _numeral(text: str) -> Decimal | None:
    """Value of an Arabic, Chinese or mixed numeral; None for what only looks like one (十三五, 一二三)."""
    if text[0].isascii() or _WELL_FORMED.fullmatch(text) or _YEAR.fullmatch(text):
        return _value(text.replace(",", ""))
    return None


def _value(text: str) -> Decimal:
    for char, scale in _SCALES.items():
        head, found, tail = text.rpartition(char)
        if found:  # 三万五 is 35000, 三万零五 is 30005
            place = Decimal(scale) / 10 if len(tail) == 1 and scale > 10 and tail not in _SCALES else 1
            return (_value(head) or 1) * scale + _value(tail) * place
    return Decimal(text.translate(_DIGITS) or 0)


# ---- scanning ----

_WIDE = {0xFF01 + i: 0x21 + i for i in range(94) if 0xFF01 + i != ord("，")} | str.maketrans(
    "〔〕【】﹝﹞﹪—–―−○〇\xa0\u3000", "[][][]%----零零  "
)
_WIDE_THOUSANDS = re.compile("(?<=[０-９])，(?=[０-９]{3}(?![０-９]))")


def _plain(text: str) -> str:
    """`text` in half width with one form of bracket, dash and zero; every character keeps its place."""
    return _WIDE_THOUSANDS.sub(",", text).translate(_WIDE)


_YEAR = re.compile("(?:[0-9]{4}|[一二][零一二三四五六七八九]{3})(?:年)?")
_MONTH = "(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_DAY = "(?:3[01]|[12][0-9]|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])"
_CENTURY = "(?:19|20)[0-9]{2}"
_SCAN = re.compile(
    "|".join(
        (
            "(?P<skip>" + "|".join((*_WORDS, *_NAMES)).replace("ASCII_UNIT", _ASCII_UNIT) + ")",
            rf"(?P<document>[\[(]\s?(?P<issued>{_CENTURY})\s?[\])]\s?第?(?P<serial>[0-9]+)\s?号)",
            rf"(?P<date>(?:(?P<y1>[0-9]{{4}}|[零一二三四五六七八九]{{4}})\s?年\s?)?(?P<m1>{_MONTH})\s?月"
            rf"(?:\s?(?P<d1>{_DAY})\s?[日号])?)",
            rf"(?P<iso>(?P<y2>{_CENTURY})(?P<mark>[-./])(?P<m2>{_MONTH})(?P=mark)(?P<d2>{_DAY})(?![0-9])"
            rf"|(?P<y3>{_CENTURY})[-./](?P<m3>0[1-9]|1[0-2])(?!\s?(?:[0-9年万亿]|{_UNIT}))"
            rf"|(?P<d4>{_DAY})[./](?P<m4>{_MONTH})[./](?P<y4>{_CENTURY})(?![0-9]))",
            "(?P<time>(?P<hour>[01]?[0-9]|2[0-4]):(?P<minute>[0-5][0-9]))",
            rf"(?P<fraction>(?P<whole>[二三四五六七八九十百千万]+)分之(?P<part>{_NUMERAL})"
            r"|(?P<over>[1-9])/(?P<under>[1-9][0-9]?)(?![0-9/])|(?P<half>一半))",
            r"(?P<measured>(?:(?P<rank>第|(?<![提目年月日底末之以天当])前|(?<!以)上(?=[十百千万亿])|[几数](?=[十百千万亿]))\s?)?"
            rf"(?P<number>{_NUMERAL}|(?<![上下前后])半(?=年|天|小时|个月))\s?(?P<more>[多余几])?"
            rf"(?P<scale>[百千]?[万亿]{{1,2}}|[百千](?![瓦米克伏]))?\s?(?P<unit>{_UNIT})?(?P<tenths>(?<=年)半|(?<=成)[一二三四五六七八九半])?)",
        )
    )
)
_BEFORE = re.compile(
    r"(?:(?P<least>不(?:得|能|应)?(?:少于|低于|小于)|至少|最少|≥|最[低短][一-鿿]{0,6})"
    r"|(?P<most>不(?:得|能|应)?(?:超过|多于|高于|大于|超出)|至多|最多|≤|最[高长][一-鿿]{0,6})"
    r"|(?P<more>(?<![-=A-Za-z/])>(?!\s)|超过|超|逾|突破|高于|多于|大于|超出)|(?P<less><(?![\sA-Za-z/])|少于|低于|小于|不足|不到|未满|不满)"
    r"|(?P<about>(?<![附最靠邻])近|(?<![节合契预公签])约|接近|将近|大约|大概))[了达到为]{0,2}\s?$"
)
_AFTER = re.compile(
    r"\s?(?:\(含\)|[及或])?(?:(?P<least>以上(?!述))|(?P<most>以下(?![简列])|[以之]?内(?![容部外设地资需涵]))|(?P<about>左右|上下))"
)
_BOUNDS = {"least": ">=", "most": "<=", "more": ">", "less": "<", "about": "~"}
# Bounds of a source that support a claim with the bound named first.
_SUPPORTING: dict[str, tuple[str, ...]] = {
    "": ("", ">=", ">", "<=", "<", "~"),
    ">=": (">=", ">", "["),
    ">": (">", ">="),
    "<=": ("<=", "<", "]"),
    "<": ("<", "<="),
    "~": ("~",),
    "[": ("[", ">="),
    "]": ("]", "<="),
}


def _read(match: re.Match[str]) -> Quantity | None:
    """The quantity of one match of `_SCAN`; None for a word, a name or an ill-formed numeral."""
    readers = {"document": _document, "date": _date, "iso": _date, "time": _time, "fraction": _fraction}
    readers["measured"] = _measured
    reader = readers.get(match.lastgroup or "")
    return reader(match) if reader else None


_PREFIX = re.compile(
    r"(?:.*(?:根据|按照|依据|依照|遵照|贯彻|落实|印发|转发|文件|通知|[文字]号|编号|[的为是:]))?[按和与及由以见即在经]?"
    r"(?P<issuer>[一-鿿]+)\s?$"
)


def _document(match: re.Match[str]) -> Quantity:
    plain, prefix = match.string, _PREFIX.search(match.string, max(0, match.start() - 14), match.start())
    issuer = prefix["issuer"] if prefix else ""
    start = prefix.start("issuer") if prefix else match.start()
    number = f"{issuer}〔{match['issued']}〕{match['serial']}号"
    return Quantity(Kind.DOCUMENT_NUMBER, start, match.end(), plain[start : match.end()], number=number)


def _date(match: re.Match[str]) -> Quantity:
    group = match.groupdict()
    year, month, day = (next((int(_value(group[p + n])) for n in "1234" if group.get(p + n)), None) for p in "ymd")
    return Quantity(Kind.DATE, match.start(), match.end(), match[0], year=year, month=month, day=day)


def _time(match: re.Match[str]) -> Quantity:
    """A time of day, in minutes."""
    return _number(match, match.end(), Decimal(match["hour"]) * 60 + Decimal(match["minute"]), "时刻")


def _fraction(match: re.Match[str]) -> Quantity | None:
    if match["half"]:
        return _number(match, match.end(), Decimal(50), "%")
    part, whole = _numeral(match["part"] or match["over"]), _numeral(match["whole"] or match["under"])
    return _number(match, match.end(), part * 100 / whole, "%") if part is not None and whole else None


def _measured(match: re.Match[str]) -> Quantity | None:
    """A numeral with its scale (万), unit, rank mark (第) and bounds."""
    rank, number, more, scale, spelled = match.group("rank", "number", "more", "scale", "unit")
    value = Decimal("0.5") if number == "半" else _numeral(number + (scale or ""))
    if value is None or rank in ("几", "数"):  # 数百家
        return None
    unit, factor = (_UNITS[spelled].canonical, _UNITS[spelled].factor) if spelled else ("", Decimal(1))
    if rank == "第":
        unit = "第" + unit.removeprefix("第") if unit in _ORDINAL_UNITS else "第"
    elif rank == "前" and spelled in (None, "位", "名"):
        unit = "前"
    if tenths := match["tenths"]:  # 一年半, 八成五
        value += Decimal("0.5") if tenths == "半" else _value(tenths) / 10
    last = next(name for name in ("tenths", "unit", "scale", "more", "number") if match[name])
    found = _number(match, match.end(last), value * factor, unit)
    return replace(found, bound=">" if more else ">=") if (more or rank == "上") and not found.bound else found


def _number(match: re.Match[str], end: int, value: Decimal, unit: str) -> Quantity:
    plain, start = match.string, match.start()
    limit = _BEFORE.search(plain, max(0, start - 14), start) or _AFTER.match(plain, end)
    bound = _BOUNDS[limit.lastgroup] if limit and limit.lastgroup else ""
    return Quantity(Kind.NUMBER, start, end, plain[start:end], value, unit, bound, _counts(plain, start, end, unit))


_NOUN_AFTER = re.compile("(?:以[上下内]|左右)?+的?+([一-鿿A-Za-z]{2,12})")
_NOUN_BEFORE = re.compile("(?<![0-9])([一-鿿A-Za-z]{2,12}?)(?:总数|数量)?[各均要将达到为是有超过近约至少不低于高]*$")


def _counts(plain: str, start: int, end: int, unit: str) -> str:
    """The noun behind a counting word (60家众创空间), else the one before the number (众创空间达到60家)."""
    after = _NOUN_AFTER.match(plain, end) if unit in _COUNTED else None
    found = after or _NOUN_BEFORE.search(plain, max(0, start - 14), start)
    return found[1].rpartition("的")[2] if found else ""


# ---- after the scan ----

_TO = re.compile(r"\s?[-~至到]{1,2}\s?")
_LEAD = re.compile(f"{_ARABIC}|[一二两三四五六七八九十]+")
_LAST_UNIT = re.compile(f"(?:{_UNIT})$")


def _join_ranges(found: list[Quantity], plain: str) -> None:
    """Marks the two ends of a range, in place; an end without a unit takes the other's (3至5万户, 百分之二十到三十)."""
    for i, (low, high) in enumerate(pairwise(found)):
        if not _TO.fullmatch(plain, low.end, high.start):
            continue
        if low.day and high.kind is Kind.NUMBER and high.text.endswith(("日", "号")) and high.value:  # 9月15日至20日
            day = int(high.value)
            high = replace(
                high, kind=Kind.DATE, value=None, unit="", year=low.year, month=low.month, day=day, counts=""
            )
        if low.kind is not high.kind:
            continue
        if low.kind is Kind.NUMBER:
            if not low.unit and high.unit:
                low = _with_unit_of(high, low)
            elif low.unit == "%" and not high.unit:
                high = replace(high, unit="%")
            if low.unit != high.unit or plain[low.start - 1 : low.start] in ("从", "由"):  # a change, not a range
                found[i : i + 2] = low, high
                continue
        found[i : i + 2] = replace(low, bound="["), replace(high, bound="]")


def _with_unit_of(high: Quantity, low: Quantity) -> Quantity:
    """`low` in the unit of `high`, and in its 万 or 亿 where it is the smaller numeral: 3-5万 but 9000-1万."""
    lead, last = _LEAD.match(high.text), _LAST_UNIT.search(high.text)
    if not lead or low.value is None:
        return low
    tail = high.text[lead.end() :] if low.value < _value(lead[0].replace(",", "")) else last[0] if last else ""
    match = _SCAN.fullmatch(low.text + tail)
    full = _measured(match) if match and match.lastgroup == "measured" else None
    return replace(low, value=full.value, unit=full.unit) if full else low


def _as_year(q: Quantity) -> Quantity:
    """A four-digit 年, and a bare 1900–2099, as the calendar year; three digits and 年 last that long."""
    if q.kind is not Kind.NUMBER or q.value is None or not _YEAR.fullmatch(q.text) or q.unit not in ("", "年"):
        return q
    if not q.unit and not 1900 <= q.value <= 2099:
        return q
    bound = q.bound if q.bound in ("[", "]") else ""
    return Quantity(Kind.DATE, q.start, q.end, q.text, bound=bound, year=int(q.value))


def _is_word(q: Quantity) -> bool:
    """A Chinese numeral without a unit counts only when it is of several characters: 二十 does, 三 of 三农 does not."""
    if q.kind is not Kind.NUMBER or q.unit or q.bound in ("[", "]") or q.text[0].isascii():
        return False
    return len(q.text) < 2 or "点" in q.text or q.text[0] in "万亿" or not any(c in q.text for c in _SCALES)


def _same_unit(claim: Quantity, source: Quantity) -> bool:
    """Units must be equal; a claim without one matches counting words, and money when it is in 亿."""
    if claim.unit or not source.unit:
        return claim.unit == source.unit
    return source.unit in _COUNTED or (source.unit == "元" and "亿" in claim.text)


def same_measure(one: str, other: str) -> bool:
    """Whether figures in these canonical units can be set beside each other: equal units, or 个 and any counting word."""
    return one == other or (one in _COUNTED and other in _COUNTED and "个" in (one, other) and "" not in (one, other))


def _same_number(one: str, other: str) -> bool:
    """Equal, or one has a word or more of the text before it: a single character more is another issuer (绍政发, 政发)."""
    short, long = sorted((one, other), key=len)
    return long.endswith(short) and len(long) - len(short) != 1


# ---- questions ----


SOME = "(?<![近这那前后来好十下上哪头去])几"
"""A pattern of 几 where it asks: not in 近几年, 好几个, 哪几家."""
_HOW_MANY = f"(?:多少|{SOME})"
_SHARE = "(?:(?<![效速概频功心曲表草])(?<!容积)(?<!分辨)率(?![先领])|比例|比重|占比|份额|增速|增幅|涨幅|降幅)"
_VALUE = "(?:(?<![名员份])额(?:度(?!假))?(?![外头定])|产值|增加值)"
_CHANGES = re.compile(
    "(?:提高|提升|扩大|降低|增加(?!值)|减少|加快|促进|推进|控制|压[减降]|缩[小短减]|保持|稳定|增强)(?!率)[^的》]*$"
)
_SEVERAL = re.compile("、|以及|和(?!谐|平)|(?<!参)与(?!会)|(?<!普)及")
_NAMED: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(f"{noun}$"), kind)
    for noun, kind in (
        (_SHARE, "%"),
        (_VALUE, "元"),
        ("(?:数量|数目|[人户家个总次]数)", "个"),
        ("(?:营收|票房|(?:营业|财政|销售|总)收入)", "元"),
        ("(?:产|销|交付|吞吐|成交|排放|发行|保有)量", ""),
        ("日期", Kind.DATE.value),
    )
)
# Tried in order; None is the unit that the question itself names.
_ASKING: tuple[tuple[re.Pattern[str], str | None], ...] = tuple(
    (re.compile(pattern), asked)
    for pattern, asked in (
        ("(?:文号|发文字号|文件编号).{0,6}(?:多少|什么|哪|几|[?？]|$)|几号文", Kind.DOCUMENT_NUMBER.value),
        (
            "哪几?一?[年天日]|哪个?(?:月|年份)|何[时年]|什么(?:时候|时间)|几月|几号|日期|(?:发布|施行|截止)时间",
            Kind.DATE.value,
        ),
        (f"百分之{_HOW_MANY}|几成", "%"),
        (f"(?P<rank>第)?{_HOW_MANY}[百千万亿]*(?P<unit>{_UNIT})", None),
        ("(?:多少|几)[十百千]?[万亿](?![一-龥]*[个家人户条项件次])", "元"),
        ("第几", "第"),
        ("多少.{0,3}(?:资金|经费|投资|钱|预算)", "元"),
        ("(?:增长|提高|提升|下降|降低|减少|增加|扩容)[了到至]{0,2}(?:多少|多高|几)", ""),
        (f"{_SHARE}.{{0,10}}(?:多少|多高|什么水平|是什么|几)", "%"),
        (f"(?:{_VALUE}|收入|资金|投资|经费|预算).{{0,8}}多少", "元"),
        ("多少|多[大高长快久]", ""),
    )
)
