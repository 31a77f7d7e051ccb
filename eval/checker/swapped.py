"""False variants of a sentence: one fact of it exchanged for another that the source does not state.

What would still follow is excluded: a smaller number after 以上 or 超过, a larger one before 以内, an earlier start or a
later deadline, some for all, the province of a city, a value, year, unit or thing that stands anywhere in the source with its headings,
title and clause above. Quoted titles and 文号 are not taken for numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from random import Random

from eval.checker.subject import (
    FIGURE,
    ORGAN,
    USUAL_ORGANS,
    Subject,
    limit,
    noun_before,
    noun_runs,
    region_like,
)
from index.chinese.markers import marker
from index.chinese.places import Place, gazetteer
from index.chinese.words import tag

Swap = Callable[[Subject, Random], Iterator[str]]

_UNITS = (  # unit, in place of it, whether that makes it larger (+) or smaller (-)
    ("亿元", "万元", "-"),
    ("万元", "亿元", "+"),
    ("亿元", "亿美元", "+"),
    ("万元", "万美元", "+"),
    ("元", "美元", "+"),
    ("元", "万元", "+"),
    ("万人", "人", "-"),
    ("万户", "户", "-"),
    ("万吨", "吨", "-"),
    ("个月", "年", "+"),
    ("个工作日", "个月", "+"),
    ("工作日", "个月", "+"),
    ("小时", "天", "+"),
    ("天", "小时", "-"),
    ("公里", "米", "-"),
    ("平方公里", "平方米", "-"),
    ("平方米", "亩", "+"),
    ("亩", "平方米", "-"),
    ("吨", "公斤", "-"),
    ("个百分点", "倍", "+"),
    ("倍", "个百分点", "-"),
    ("%", "倍", "+"),
    ("%", "‰", "-"),
)
_DURATION = re.compile(
    r"(?<![\d第])(?:\d{1,2}|[一二两三四五六七八九十])(?P<unit>年)(?!级|度|代|月|来|终|底|初|\d|[一二三四五六七八九十])"
)
_YEAR = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d{2})(?=年|\s?[-—–~～至到]{1,2}\s?(?:19|20)\d{2}年)")
_QUOTED = re.compile(r"《[^《》]*》|[（(][^（()）]*号[)）]")
_BEFORE = re.compile(r".{0,6}?(?:以前|之前|前|底|止|起|以来|至|之后|后|以后|末)")
_DAY = re.compile(r"(?<!\d)(?P<month>1[0-2]|[1-9])月(?P<day>3[01]|[12]\d|[1-9])日(?![、\d至—-])")
_HAN_FIGURE = re.compile(
    r"(?<![第十百千万亿零一二三四五六七八九两之点初周])(?P<digit>[二三四五六七八九两])(?=个(?!一)|项|类|家|所|条|大(?!常委)|倍|成(?!员)|天|批|名|次|种|方面|级(?!市))"
)

_NEGATIONS = (
    (re.compile(r"不得(?!不|少于|低于|超过|高于|多于|小于|大于|晚于|早于)"), ("可以", "应当")),
    (re.compile(r"(?<!不)严禁"), ("允许", "鼓励")),
    (re.compile(r"(?<!不)禁止(?!性)"), ("允许", "鼓励")),
    (re.compile(r"不予"), ("予以",)),
    (re.compile(r"不再(?=[一-鿿]{2})"), ("继续",)),
    (re.compile(r"不能(?!不)"), ("能",)),
    (re.compile(r"不准|不许|不允许"), ("可以",)),
    (re.compile(r"无需|不需要?"), ("需要",)),
    (re.compile(r"没有"), ("有",)),
    (re.compile(r"(?<![从并])未(?=[按经能取完达建履及办纳列实获申领在])(?!经济|能源)"), ("已",)),
    (
        re.compile(
            r"(?<![绝决并毫从也都])不(?=(?:纳入|影响|属于|符合|适用|收取|征收|计入|作为|受理|参加|具备|享受|含))"
        ),
        ("",),
    ),
)
_VERBS = frozenset(
    "加强 推进 推动 建立 健全 完善 鼓励 支持 引导 加快 实施 开展 落实 强化 优化 提高 提升 扩大 促进 推广 培育 打造 构建 建设 发展 深化 加大 "
    "整合 搭建 设立 简化 畅通 统筹 免收 减免 给予 安排 发放 取消 延长 允许 保障 执行 公布 公开 返还 降低".split()
)
_MODALS = (("应当", "不应当"), ("可以", "不可以"), ("必须", "不必"), ("需要", "不需要"), ("允许", "不允许"))

_MODALITY = (
    (re.compile(r"鼓励(?!类|性|奖|政策|措施|和支持)"), ("强制要求", "必须由")),
    (re.compile(r"力争|争取(?!到)"), ("确保",)),
    (re.compile(r"可以(?=[一-鿿])"), ("应当", "必须")),
    (re.compile(r"探索(?=[一-鿿]{2})(?!性|发现|者)"), ("全面实施", "已经全面")),
    (re.compile(r"原则上(?=[一-鿿])"), ("一律",)),
    (re.compile(r"逐步(?=[一-鿿])"), ("立即",)),
    (re.compile(r"应当(?=[一-鿿])"), ("可以", "可以视情况")),
    (re.compile(r"必须(?=[一-鿿])"), ("可以",)),
    (re.compile(r"(?<![一-鿿])拟(?=[一-鿿])"), ("已经",)),
    (re.compile(r"研究(?=制定|出台|建立|设立)"), ("已经",)),
    (re.compile(r"优先(?=[安支给予推办采])"), ("一律不",)),
    (re.compile(r"适当(?=[一-鿿])(?!的)"), ("大幅",)),
    (re.compile(r"自愿"), ("强制",)),
)
_BOUNDS = (
    (re.compile(r"(?<=[一-鿿%\d])以上(?![述级])"), ("以下",)),
    (re.compile(r"(?<=[一-鿿%\d])以下(?![简称列几])"), ("以上",)),
    (re.compile(r"(?<=[日天月年时元人%里米])[以之]?内(?![容部外涵设地资需陆])"), ("以上", "以后")),
    (re.compile(r"不少于|不低于"), ("不超过", "不高于")),
    (re.compile(r"不超过|不高于|不多于"), ("不少于", "不低于")),
    (re.compile(r"(?<!不)(?<!不得)(?<!不能)超过(?=\s?\d)"), ("不足", "低于")),
    (re.compile(r"至少|最少"), ("至多",)),
    (re.compile(r"最高(?=[^，。]{0,8}\d)"), ("最低",)),
    (re.compile(r"最低(?=[^，。]{0,8}\d)"), ("最高",)),
    (re.compile(r"(?<!不)(?:低于|少于)(?=\s?\d)"), ("高于",)),
)
_CHANGE = re.compile(
    rf"[由从](?P<start>(?:\d{{4}}年[底末]?的?)?(?P<old>{FIGURE.pattern}))[^，。；]{{0,6}}?(?P<verb>(?:提高|提升|增加|增长|扩大|降低|下降|减少|压缩|缩短)[到至])"
    r"(?P<new>[^，。；（(]{1,10}?)(?=[，。；（(]|以[上下内])"
)
_GIVES = re.compile(r"(?:给予|奖励|补助|补贴|资助|安排|发放)(?=[^，。；]{0,12}\d)")
_EACH = re.compile(r"每|年度|年均|按[年月季]|逐[年月]|次|期|累计")
_ADDED = (
    (
        re.compile(
            r"(?<![无零])新增(?=[^，。；]{0,12}\d[\d.]*[万亿]?[^\d.%％万亿个]|[^，。；]{0,12}\d[\d.]*[万亿]?个(?!百分点))"
        ),
        ("累计共有", "总数达到"),
    ),
    (
        re.compile(r"(?<=[一-鿿])(?:总数)?达到?(?=\d[\d.]*[万亿]?(?:家|个(?!百分点)|人|户|所|项|台|套|座|件|辆|艘))"),
        ("新增",),
    ),
)
_ORDER = (
    (re.compile(r"(?<=[一-鿿]{2})(?<![此今最然先随战售])[之以]?后(?=，)"), ("前",)),
    (re.compile(r"(?<=[一-鿿]{2})(?<![此目当日年])[之以]?前(?=，)"), ("后",)),
)
_OPENS = re.compile(r"(?:^|[，；])")
_AMOUNT = re.compile(r"[\d一二两三四五六七八九十百千万半级县]")
_DIRECTIONS = (
    (re.compile(r"提高(?!班|到一个)"), ("降低",)),
    (re.compile(r"降低"), ("提高",)),
    (re.compile(r"增长(?![点极率期])"), ("下降",)),
    (re.compile(r"(?<![上])下降"), ("上升",)),
    (re.compile(r"增加(?!值)"), ("减少",)),
    (re.compile(r"减少"), ("增加",)),
    (re.compile(r"扩大"), ("缩小",)),
    (re.compile(r"延长"), ("缩短",)),
    (re.compile(r"缩短"), ("延长",)),
    (re.compile(r"上调"), ("下调",)),
    (re.compile(r"下调"), ("上调",)),
    (re.compile(r"上浮"), ("下浮",)),
    (re.compile(r"加快(?=[一-鿿]{2})"), ("放缓",)),
    (re.compile(r"提升"), ("降低",)),
    (re.compile(r"加大"), ("减小",)),
    (re.compile(r"放宽"), ("收紧",)),
    (re.compile(r"提前"), ("推迟",)),
    (re.compile(r"(?<!中)(?<!企业)减免"), ("加收",)),
    (re.compile(r"免收"), ("加收",)),
    (re.compile(r"返还"), ("收取",)),
)
_CLASSES = (
    ("十四五", "十三五"), ("十三五", "十二五"), ("十二五", "十一五"), ("5G", "4G"), ("4G", "3G"), ("第一产业", "第二产业"),
    ("第三产业", "第二产业"), ("第一批", "第三批"), ("第二批", "第三批"), ("第一季度", "第三季度"), ("一季度", "三季度"), ("上半年", "下半年"),
    ("下半年", "上半年"), ("第一阶段", "第二阶段"), ("第二阶段", "第三阶段"), ("一期", "二期"), ("国家级", "省级"), ("省级", "市级"), ("市级", "县级"),
    ("县级", "乡级"), ("农村", "城市"), ("城镇", "农村"), ("进口", "出口"), ("出口", "进口"), ("线上", "线下"), ("线下", "线上"),
    ("小微企业", "大型企业"), ("中小企业", "大型企业"), ("中小微企业", "大型企业"), ("国有企业", "民营企业"), ("民营企业", "国有企业"),
    ("每年", "每月"), ("每月", "每季度"), ("每日", "每周"), ("每天", "每周"), ("一次性", "分期"), ("上午", "下午"), ("下午", "上午"),
    ("三级甲等", "二级甲等"), ("个人", "单位"), ("增值税", "营业税"), ("个人所得税", "企业所得税"), ("企业所得税", "个人所得税"),
    ("养老保险", "生育保险"), ("失业保险", "工伤保险"), ("医疗保险", "养老保险"), ("小学", "高中"), ("高校", "幼儿园"), ("毕业生", "退休人员"),
    ("IPv6", "IPv4"), ("首个", "第二个"), ("首批", "末批"),
)  # fmt: skip
_SCOPES = (
    (re.compile(r"(?<![大绝一])部分(?=[一-鿿]{2})"), ("全部",)),
    (re.compile(r"有条件的(?=[地企单区学市县])"), ("所有",)),
    (re.compile(r"符合条件的"), ("所有",)),
    (re.compile(r"规模以上"), ("所有", "规模以下")),
    (re.compile(r"(?<![一-鿿])重点(?=企业|项目|行业|领域|人群|地区|场所)"), ("所有",)),
    (re.compile(r"(?<!的)试点(?=[一-鿿]{0,4}[，。])"), ("全面推行",)),
    (re.compile(r"(?<!抗击)(?:疫情防控期间|疫情期间)"), ("今后五年", "长期")),
    (re.compile(r"全市(?=[一-鿿])"), ("全省", "全国")),
    (re.compile(r"全省(?=[一-鿿])"), ("全国",)),
    (re.compile(r"受疫情影响(?:较大|严重)?的"), ("所有",)),
)


def figure(subject: Subject, random: Random) -> Iterator[str]:
    """A number exchanged for another of the same length."""
    for match in _free_figures(subject):
        digits, bound = match["digits"], limit(subject.text, match.start(), match.end())
        leads = [d for d in "123456789" if d != digits[0] and (not bound or (d > digits[0]) == (bound == ">"))]
        if digits[0] != "0" and leads and subject.lacks(other := random.choice(leads) + digits[1:]):
            yield subject.with_(match.start("digits"), match.end("digits"), other)


def figure_from_elsewhere(subject: Subject, random: Random) -> Iterator[str]:
    """A number exchanged for another that the document has of the same unit."""
    for match in _free_figures(subject):
        bound = limit(subject.text, match.start(), match.end())
        for other in _others(match, FIGURE.finditer(subject.around), bound):
            if subject.lacks(other):
                yield subject.with_(match.start("digits"), match.end("digits"), other)


def figure_of_neighbour(subject: Subject, random: Random) -> Iterator[str]:
    """A number exchanged for one of the next sentence, which is cited as well and has it of something else."""
    for match in _free_figures(subject):
        run = noun_before(subject, match.start())
        text = subject.next[0].evidence.text if subject.next else ""
        if run and subject.text[run[0] : run[1]][-3:] not in text:
            bound = limit(subject.text, match.start(), match.end())
            for other in _others(match, FIGURE.finditer(text), bound):
                if subject.lacks(other):
                    yield subject.with_(match.start("digits"), match.end("digits"), other)


def han_figure(subject: Subject, random: Random) -> Iterator[str]:
    """A number of one Chinese character exchanged: 三项 for 五项."""
    for match in _HAN_FIGURE.finditer(subject.text):
        rest = subject.text[match.end() : match.end() + 1]
        bound = limit(subject.text, match.start(), match.end())
        order = "二三四五六七八九"
        own = order.index(match["digit"].replace("两", "二"))
        others = [d for n, d in enumerate(order) if n != own and (not bound or (n > own) == (bound == ">"))]
        fit = [d.replace("二", "两") if rest in "个家所条天名次种" else d for d in others if subject.lacks(d + rest)]
        if fit:
            yield subject.with_(match.start(), match.end(), random.choice(fit))


def unit(subject: Subject, random: Random) -> Iterator[str]:
    """A unit exchanged for one of another size or kind."""
    for match in _free_figures(subject):
        bound = limit(subject.text, match.start(), match.end())
        start = match.end("digits")
        for old, new, change in _UNITS:
            follows = (bound == ">" and change == "-") or (bound == "<" and change == "+")
            if subject.text.startswith(old, start) and not follows and subject.lacks(match["digits"] + new):
                yield subject.with_(start, start + len(old), new)
    for match in _DURATION.finditer(subject.text):
        if limit(subject.text, match.start(), match.end()) != ">" and not subject.text.startswith("以上", match.end()):
            yield subject.with_(match.start("unit"), match.end("unit"), "个月")


def year(subject: Subject, random: Random) -> Iterator[str]:
    """A year one to five earlier or later; only earlier where it is a deadline or a start."""
    for match in _YEAR.finditer(subject.text):
        if _inside(_QUOTED, subject.text, match.start()):
            continue
        led = re.search(r"[到至自从]$|截[至止]|之前|最迟", subject.text[max(0, match.start() - 3) : match.start()])
        steps = (
            [-1, -2, -3, -4, -5]
            if led or _BEFORE.match(subject.text, match.end() + 1)
            else [-5, -4, -3, -2, -1, 1, 2, 3, 4, 5]
        )
        others = [str(int(match["year"]) + step) for step in steps]
        others = [other for other in others if subject.lacks(other)]
        if others:
            yield subject.with_(match.start(), match.end(), random.choice(others))


def day(subject: Subject, random: Random) -> Iterator[str]:
    """Another day or month; only earlier ones where it is a deadline or a start."""
    for match in _DAY.finditer(subject.text):
        if _inside(_QUOTED, subject.text, match.start()):
            continue
        earlier = _BEFORE.match(subject.text, match.end()) or re.search(
            r"[到至自从]|截", subject.text[max(0, match.start() - 8) : match.start()]
        )
        name = random.choice(("month", "day"))
        own = int(match[name])
        others = [n for n in range(1, 13 if name == "month" else 29) if n != own and (n < own or not earlier)]
        if others:
            words = subject.with_(match.start(name), match.end(name), str(random.choice(others)))
            if subject.lacks(words[match.start() : match.start() + 4]):
                yield words


def place(subject: Subject, random: Random) -> Iterator[str]:
    """A province or city exchanged for another, everywhere in the sentence."""
    for own, name in _places(subject):
        other = _other_place(subject, own, random)
        if other:
            yield subject.text.replace(name, other.name if name == own.name else other.short)


def headed_by_another_place(subject: Subject, random: Random) -> Iterator[str]:
    """With another place before it, as if that had said so."""
    own = subject.region
    if own and subject.formal and own.short not in subject.text and not re.match(r"[《“(（]", subject.text):
        other = _other_place(subject, own, random)
        if other:
            yield f"{other.name}提出，{subject.text}"


def headed_by_another_number(subject: Subject, random: Random) -> Iterator[str]:
    """With a 文号 before it that is the document's but for a digit of its year or serial number."""
    number = subject.source.document.number
    match = re.fullmatch(r"(?P<head>.*〔)(?P<year>\d{4})〕(?P<serial>\d+)号", number or "")
    if match:
        year, serial = int(match["year"]), int(match["serial"])
        yield f"{match['head']}{year - random.randint(1, 3)}〕{serial}号文件提出，{subject.text}"
        yield f"{match['head']}{year}〕{serial + random.randint(1, 9)}号文件提出，{subject.text}"


def organ(subject: Subject, random: Random) -> Iterator[str]:
    """A unit of government exchanged for another, of the same document where it has one."""
    found = {m["organ"] for m in ORGAN.finditer(subject.around)}
    for match in ORGAN.finditer(subject.text):
        own = sorted(o for o in found if o[-1] == match["suffix"])
        usual = USUAL_ORGANS if match["suffix"] == "局" else ()
        fit = [
            [o for o in pool if o[:2] not in subject.said and not set(o[:-1]) & set(match["organ"][:-1])]
            for pool in (own, usual)
        ]
        if any(fit):
            yield subject.with_(match.start("organ"), match.end("organ"), random.choice(fit[0] or fit[1]))


def lead_and_support(subject: Subject, random: Random) -> Iterator[str]:
    """Who leads and who supports exchanged."""
    pattern = r"(?P<a>[一-鿿]{3,12})牵头[，,](?P<b>[一-鿿、]{3,60})(?P<verb>配合|参与|参加)"
    for match in re.finditer(pattern, subject.text):
        yield subject.with_(match.start(), match.end(), f"{match['b']}牵头，{match['a']}{match['verb']}")


def without_negation(subject: Subject, random: Random) -> Iterator[str]:
    """不得 → 可以, 禁止 → 允许, 未 → 已, 不 left out."""
    if not re.search(r"不得不|无不|不是|不仅|不但|不论|无论|不管", subject.text):
        yield from _replaced(subject, _NEGATIONS, random)


def with_negation(subject: Subject, random: Random) -> Iterator[str]:
    """不再, 停止 or the like put before the verb that opens a clause, 不 put before a modal verb."""
    at = 0
    for n, (word, _) in enumerate(subject.tags):
        opens = n == 0 or subject.tags[n - 1][0] in "，；："
        part = re.split(r"[，。；：]", subject.text[at:], maxsplit=1)[0]
        if not re.search(r"[不未禁停非]|无[需须法权]|取消", part):
            if opens and word in _VERBS:
                yield subject.with_(at, at, random.choice(("不再", "停止", "暂停", "不")))
            for modal, negated in _MODALS:
                if word == modal:
                    yield subject.with_(at, at + len(word), negated)
        at += len(word)


def modality(subject: Subject, random: Random) -> Iterator[str]:
    """鼓励 → 必须, 力争 → 确保, 可以 → 应当, 探索 → 全面实施."""
    for words in _replaced(subject, _MODALITY, random):
        if "可以应当" not in words and "必须必须" not in words:
            yield words


def bound(subject: Subject, random: Random) -> Iterator[str]:
    """以上 → 以下, 不少于 → 不超过, 以内 → 以上, by a number or a level; 以上条件 is no bound."""
    for pattern, words in _BOUNDS:
        for match in pattern.finditer(subject.text):
            near = subject.text[max(0, match.start() - 6) : match.end() + 6]
            if _AMOUNT.search(near) and not _inside(_QUOTED, subject.text, match.start()):
                yield subject.with_(match.start(), match.end(), random.choice(words))


def direction(subject: Subject, random: Random) -> Iterator[str]:
    """提高 → 降低, 增长 → 下降."""
    yield from _replaced(subject, _DIRECTIONS, random)


def exchanged_figures(subject: Subject, random: Random) -> Iterator[str]:
    """The figures of two things of the sentence exchanged."""
    figures = _free_figures(subject)
    for a, b in pairwise(figures):
        between = subject.text[a.end() : b.start()]
        same_unit = a["unit"] == b["unit"] and a["scale"] == b["scale"] and a["more"] == b["more"]
        if (
            same_unit
            and a["digits"] != b["digits"]
            and len(re.findall(r"[一-鿿]", between)) >= 3
            and "或" not in between
        ):
            first, second = a.start("digits"), b.start("digits")
            changed = subject.with_(second, b.end("digits"), a["digits"])
            yield changed[:first] + b["digits"] + changed[a.end("digits") :]


def exchanged_years(subject: Subject, random: Random) -> Iterator[str]:
    """The years of two things of the sentence exchanged."""
    years = [m for m in _YEAR.finditer(subject.text) if not _inside(_QUOTED, subject.text, m.start())]
    for a, b in pairwise(years):
        between = subject.text[a.end() : b.start()]
        if a["year"] != b["year"] and re.search(r"[，；、]", between) and len(re.findall(r"[一-鿿]", between)) >= 4:
            yield subject.text[: a.start()] + b["year"] + between + a["year"] + subject.text[b.end() :]


def exchanged_things(subject: Subject, random: Random) -> Iterator[str]:
    """The things that two figures of the sentence are of exchanged."""
    named = ((m, noun_before(subject, m.start())) for m in _free_figures(subject))
    runs = [(m, run) for m, run in named if run and run[0] in subject.begins]
    for (a, (start, end)), (b, (other, last)) in pairwise(runs):
        if a.group() != b.group() and a.end() <= other:
            yield from _exchanged(subject, (start, end), (other, last))


def exchanged_subjects(subject: Subject, random: Random) -> Iterator[str]:
    """What two parts of the sentence begin with and say something different of exchanged."""
    opens = {m.end() for m in _OPENS.finditer(subject.text)}
    runs = [run for run in noun_runs(subject.tags) if run[0] in opens]
    for (start, end), (other, last) in pairwise(runs):
        rests = [re.split(r"[，。；]", subject.text[at:], maxsplit=1)[0] for at in (end, last)]
        if rests[0] != rests[1] and all(len(rest) >= 2 and rest[0] not in "、和与及（(：“的" for rest in rests):
            yield from _exchanged(subject, (start, end), (other, last))


def start_of_change(subject: Subject, random: Random) -> Iterator[str]:
    """The figure that a change starts from given as the one that it ends at: 由35%提高到80% → 提高到35%."""
    for match in _CHANGE.finditer(subject.text):
        if not _inside(_QUOTED, subject.text, match.start()) and match["new"] != match["old"]:
            yield subject.with_(match.start(), match.end(), match["verb"] + match["old"])


def period(subject: Subject, random: Random) -> Iterator[str]:
    """每年 or 每月 put before what is given, in a sentence that has no period."""
    for match in _GIVES.finditer(subject.text):
        if not _EACH.search(subject.said):
            yield subject.with_(match.start(), match.start(), random.choice(("每年", "每月")))


def added_and_total(subject: Subject, random: Random) -> Iterator[str]:
    """新增 → 累计共有, 达到 → 新增, before a number of things."""
    yield from _replaced(subject, _ADDED, random)


def order(subject: Subject, random: Random) -> Iterator[str]:
    """What is to come after another before it, and the reverse: 验收后， → 验收前，"""
    yield from _replaced(subject, _ORDER, random)


def another_thing(subject: Subject, random: Random) -> Iterator[str]:
    """The thing that a figure is of exchanged for a thing of one of the next sentences."""
    others = [
        source.evidence.text[start:end]
        for source in subject.next
        for start, end in noun_runs(tuple(tag(source.evidence.text)))
        if end - start >= 4
    ]
    fit = [o for o in others if o not in subject.said and o[:2] not in subject.text and o[-2:] not in subject.text]
    for match in subject.figures:
        run = noun_before(subject, match.start())
        if run and run[1] - run[0] >= 4 and fit:
            yield subject.with_(*run, random.choice(fit))


def class_(subject: Subject, random: Random) -> Iterator[str]:
    """A phase, level or class exchanged for its neighbour or opposite: 十三五, 省级, 农村, 进口."""
    for old, new in _CLASSES:
        for match in re.finditer(re.escape(old), subject.text):
            inside = re.search(r"[一二三四五六七八九十中]$", subject.text[: match.start()])
            if subject.lacks(new) and not inside and not _inside(_QUOTED, subject.text, match.start()):
                yield subject.with_(match.start(), match.end(), new)


def scope(subject: Subject, random: Random) -> Iterator[str]:
    """部分 → 全部, 符合条件的 → 所有, 全市 → 全省."""
    for words in _replaced(subject, _SCOPES, random):
        if "所有所有" not in words:
            yield words


def rider(subject: Subject, random: Random) -> Iterator[str]:
    """With a clause of another sentence of the document put behind it."""
    for text in (source.evidence.text for source in subject.next[1:]):
        clause = re.split(r"[，；]", text[:-1])[-1]
        plain = (
            8 <= len(clause) <= 30 and text[-1] == subject.text[-1] == "。" and not re.search(r"[“”（）《》：]", clause)
        )
        if plain and not marker(clause) and not any(clause[n : n + 4] in subject.said for n in range(len(clause) - 3)):
            yield f"{subject.text[:-1]}，{clause}。"


SWAPPED: Mapping[str, Swap] = {
    "数值": figure,
    "数值（本文他处）": figure_from_elsewhere,
    "数值（所引邻句）": figure_of_neighbour,
    "汉字数": han_figure,
    "单位": unit,
    "年份": year,
    "月日": day,
    "地名": place,
    "冠他地": headed_by_another_place,
    "冠他文号": headed_by_another_number,
    "部门": organ,
    "牵头配合互换": lead_and_support,
    "否定（去）": without_negation,
    "否定（添）": with_negation,
    "语气": modality,
    "上下限": bound,
    "方向": direction,
    "两数互换": exchanged_figures,
    "两年互换": exchanged_years,
    "两事互换": exchanged_things,
    "主语互换": exchanged_subjects,
    "变动起点": start_of_change,
    "周期": period,
    "新增与总数": added_and_total,
    "先后": order,
    "换对象": another_thing,
    "类别": class_,
    "范围": scope,
    "添句": rider,
}
"""What each kind is called, and how it is made; 数值（所引邻句） cites two sources."""
TWO_SOURCES = frozenset({"数值（所引邻句）"})


def _free_figures(subject: Subject) -> list[re.Match[str]]:
    return [m for m in subject.figures if not _inside(_QUOTED, subject.text, m.start())]


def _exchanged(subject: Subject, one: tuple[int, int], other: tuple[int, int]) -> Iterator[str]:
    """The sentence with two stretches of it exchanged, unless one has what the other is."""
    text = subject.text
    first, second = text[slice(*one)], text[slice(*other)]
    if first not in second and second not in first:
        yield text[: one[0]] + second + text[one[1] : other[0]] + first + text[other[1] :]


def _others(match: re.Match[str], among: Iterator[re.Match[str]], bound: str) -> list[str]:
    """Digits of other figures of the same scale and unit that do not follow from `match`."""
    found = dict.fromkeys(m["digits"] for m in among if m["unit"] == match["unit"] and m["scale"] == match["scale"])
    own = float(match["digits"].replace(",", ""))
    values = {digits: float(digits.replace(",", "")) for digits in found}
    return [d for d, v in values.items() if v != own and (not bound or (v > own) == (bound == ">"))]


def _inside(pattern: re.Pattern[str], text: str, offset: int) -> bool:
    return any(m.start() <= offset < m.end() for m in pattern.finditer(text))


def _replaced(
    subject: Subject, table: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...], random: Random
) -> Iterator[str]:
    for pattern, words in table:
        for match in pattern.finditer(subject.text):
            if not _inside(_QUOTED, subject.text, match.start()):
                yield subject.with_(match.start(), match.end(), random.choice(words))


def _places(subject: Subject) -> Iterator[tuple[Place, str]]:
    """Provinces and cities that the sentence names by words of their own, with the name used."""
    places = gazetteer()
    for word, pos in subject.tags:
        own = places.get(word)
        if own and (pos == "ns" or word == own.name):
            yield own, word


def _other_place(subject: Subject, own: Place, random: Random) -> Place | None:
    """A place of the same rank that the source has nothing to do with."""
    province = own.name == own.province
    fit = sorted(
        {p.name: p for p in gazetteer().values()}.values(),
        key=lambda p: p.name,
    )
    fit = [
        p
        for p in fit
        if (p.name == p.province) == province
        and p.province != own.province
        and p.name[-1] == own.name[-1]
        and p.short not in subject.said
        and not region_like(subject.source.document, p)
    ]
    return random.choice(fit) if fit else None
