"""Figures that a clause sets or reports, and dates by which it wants something: `Target`s and `Deadline`s of a sentence.

Read only where the words leave no doubt what the figure is of: 众创空间达到60家以上, 培育30家示范企业, 上云率70%,
产值210亿元、增长8.5%, and in the columns for years of a table of indicators. What cannot be read surely is left out: ranges, ranks, figures in brackets, quotation marks
and names, counts of the text's own parts (三个方面), periods of time without a limit, percentages of an unnamed whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.chinese.quantity import Kind, Quantity, quantities
from index.chinese.words import tag
from index.document.table import Row, rows
from index.types import ADDRESS_SEPARATOR, Deadline, Document, Passage, Role, Span, Target

_LONGEST_INDICATOR = 30
_NEVER = frozenset("级 期 时刻 届 款 条 章 节 次 层 类 种 方面 组 年代 世纪 岁 页 点 号 课 轮 分 节 版".split())
_PERIODS = frozenset("年 季度 个月 周 天 工作日 小时 分钟 秒 时 学时".split())
_PROGRAMME = re.compile(r"[十百千万亿]+[^十百千万亿\d]?|[一二三四五六七八九两]大")  # 百家, 十大: a name, not a count
_ENCLOSED = re.compile(r"《[^》]*》|“[^”]*”|\"[^\"]*\"|‘[^’]*’|[(（][^()（）]*(?:[)）]|$)|[〈【][^〉】]*[〉】]")
_PHRASE = re.compile(r"[^，,;；。：:！？!?\n]+")
_ITEM = re.compile(r"[^、]+")
_LISTED = re.compile(r"—|.是")

# ---- words around a figure ----

_LIMIT_BEFORE = re.compile(
    r"(?:(?:不(?:得|能|应)?(?:少于|低于|小于|超过|多于|高于|大于|超出))|至少|最少|最低|至多|最多|最高|超过|超|逾|突破|高于|多于|大于|超出|"
    r"[≥≤＞＜]|少于|低于|小于|不足|不到|接近|将近|大约|大概|约|近)[了达到为]{0,2}\s?$"
)
_LIMIT_AFTER = re.compile(r"\s?(?:\(含\))?[及或]?(?:以上|以下|以内|之内|左右|上下|内(?![容部外设地资需涵]))")
_DATE = r"(?:[一二12][\d〇零一二三四五六七八九]{3}年(?:\d{1,2}月)?(?:\d{1,2}日)?(?:年底|年末|底|末|以?前|之前|内|起)?)"
_SCOPE = r"(?:全市|全省|全县|全区|全州|全国|我市|我省|我县|我区|本市|本省|市内|省内|各地)"
_PLAN_WORDS = r"(?:力争|争取|确保|预计|计划|努力|目标是|要求|拟|年内|今年|明年|去年|目前|现|已经|已|累计|总计|合计|总共|共计|共|将|要|应|需要|再)"
_MAKE = frozenset(
    "建成 建立 新建 新增 增加 增设 培育 创建 打造 认定 引进 设立 布设 铺设 开设 组建 安装 投放 建好 改造 搭建 引育 拥有 开通 开办 成立 评选 创成 推出 选树 评定 制定 出台 招引 做到".split()
)
_MAKE_AT_ENDS = _MAKE | frozenset(
    "建设 发展 形成 实现 达到 完成 建 有 设 覆盖 举办 组织 验收 取得 扩建 改建 发放 建有 设有 保有 力争 做 到".split()
)
_TO = r"(?:提高|提升|增加|增长|扩容|扩大|扩展|上升|降低|下降|减少|压缩|缩短|控制|保持|稳定|维持|发展|压减|缩减|达|提|升|增|降|减|扩|压)(?:到|至|在|为)"
_CHANGE = re.compile(
    r"(?:(?:同比|环比|年均|平均|每年|比上年|较上年|累计|再)*(?:增长|提高|提升|上升|增加|下降|降低|减少|压减|缩短|节约|节省|增速为|增速达|增速)(?:了|达|达到|约|近)?)$"
)
_TAIL = re.compile(
    rf"(?:{_TO}|(?:到|至|截至|于)?{_DATE}|(?<=[一-鿿\w”）)])(?:{_SCOPE}|{_PLAN_WORDS})|达到|实现|形成|完成|需要|拥有|"
    r"(?<![到发雷])达|(?<![行作认成人视])为|(?<![国公私所拥含占])有|(?<![作就像])是|(?<!公)共|(?<![年人平户])均|(?<![首成])都|"
    r"各自|各|分别|数量|总数|家数|个数|(?<![报])到|(?<![主需重纪])要|(?<![所存内潜])在|也|再|(?<!年平)均达)$"
)
_HEAD = re.compile(
    rf"(?:(?:到|至|截至|截止|在|于)?{_DATE}|(?:近)?[一二三四五六七八九十\d]+年来|{_SCOPE}|{_PLAN_WORDS}|其中|同时|此外|另外|并且|并|且|使|让|"
    r"而|则|如|即|当年|全年|每?年度|期末|基本|全面|加快|大力|积极|着力|重点|进一步|我们|本级|对(?=[^的]*(?:率|比重|贡献)$)|在(?=[一-鿿]{1,6}(?:范围内|内))(?:[一-鿿]{1,6}内))"
)
_SHARE = re.compile(r"(?:率|度|比|比例|比重|占比|面|水平|份额|指数|程度|增幅|增速|满意度)$")
_STRUCTURE = re.compile(
    r"(?:方面|原则|任务|措施|举措|行动|环节|理念|阶段|部分|模式|要求|意义|方向|步骤|层面|关键|重点|问题|领域|类别|专题|系统|体系|维度|特点|机制|目标|作用|内容|事项清单)$"
)
_VAGUE = frozenset(
    "奖励 补助 补贴 奖补 资助 奖金 金额 总额 资金 企业 单位 个人 人员 项目 数量 比例 占比 规模 面积 时间 期限 额度 全长 产业 工作 平均 人均 户均 贷款 员工 队员 接通 检测".split()
)
_NOT_IN_NAME = frozenset("由 被 把 将 向 给 按 从 按照 为 对 在 于 以 用 比 较 通过 自 与其 使 让".split())
_NOUN_TAGS = ("n", "v", "a", "b", "j", "l", "i", "eng", "x", "s", "f", "z", "g", "q", "t", "m", "y")

# ---- dates ----

_BY = re.compile(r"(?:到|至|截至|截止到?|力争|争取|确保)\s?$")
_BY_AFTER = re.compile(r"\s?(?:年?[底末][以之]?前|年?[底末]|[以之]?前|年内|内|目标)")
_NO_DATE_OF_IT_BEFORE = re.compile(r"(?:比|较|与|和|同|自|从|于|根据|依据)\s?$")
_NO_DATE_OF_IT_AFTER = re.compile(
    r"[^，,;；。]{0,4}?(?:印发|发布|出台|下发|公布|启动|召开|以来|起(?!点)|成立|开始|被|获)|相比|的?基础上|水平"
)
_DONE = re.compile(
    r"建成|完成|实现|建立|形成|达到|成为|出台|投入|投用|启用|开通|上线|覆盖|完善|培育|打造|推进|显著|基本|取得|贯通|通车|竣工|编制|制定|建设"
)


@dataclass(frozen=True, slots=True)
class _Item:
    """A stretch between two marks of enumeration, with the phrase (between two commas) that it stands in."""

    start: int
    end: int
    phrase_start: int


def targets(document: Document, passage: Passage, above: Sequence[Span] = ()) -> tuple[Target, ...]:
    """The targets of a clause, in order; `above` are the sentences of the clause above, for an item of a list."""
    if passage.role is not Role.CLAUSE:
        return ()
    if listed := rows(document, passage):
        return tuple(target for row in listed for target in _of_row(passage, row))
    return tuple(
        target
        for span in passage.sentences
        if not _is_bracketed(document.words(span.start, span.end))
        for target in _of_sentence(document, passage, span, above)
    )


def deadlines(document: Document, passage: Passage) -> tuple[Deadline, ...]:
    """By when a clause wants what: the phrases without figures that a 到2020年 or 2018年底前 of their sentence governs."""
    if passage.role is not Role.CLAUSE:
        return ()
    return tuple(
        deadline
        for span in passage.sentences
        for deadline in _deadlines(document.words(span.start, span.end), passage, span)
    )


def above(passage: Passage, passages: Sequence[Passage]) -> tuple[Span, ...]:
    """Sentences of the clause that introduces the list of which `passage` is an item; () if it is no such item."""
    if not _LISTED.match(passage.address.rpartition(ADDRESS_SEPARATOR)[2]):
        return ()
    return next((p.sentences for p in passages if p.address == passage.parent_address), ())


def _is_bracketed(text: str) -> bool:
    return text.startswith(("(", "（")) and text.rstrip("。 ").endswith((")", "）"))


def _of_row(passage: Passage, row: Row) -> Iterator[Target]:
    """A target of each column for a year, or for the target without one, of a table of indicators."""
    indicator = re.sub(r"^\d+[.．、]\s*|[(（][^()（）]*[)）]$|\s", "", row.subject)
    for name in row.cells:
        text = row.level(name)
        found = [q for q in quantities(text) if q.kind is Kind.NUMBER]
        if len(found) != 1 or not _can_be_target(found[0]) or not _is_name(indicator):
            continue
        q = found[0]
        assert q.value is not None
        year = re.search(r"(?:19|20)\d\d", name)
        yield Target(
            passage.id,
            indicator,
            text,
            q.value,
            q.unit,
            q.bound,
            int(year[0]) if year else None,
            row.span,
            row.head if year else None,
        )


def _of_sentence(document: Document, passage: Passage, span: Span, above_it: Sequence[Span]) -> Iterator[Target]:
    sentence = document.words(span.start, span.end)
    if not re.search(r"[\d一二三四五六七八九十百千万亿]", sentence) or sentence.rstrip()[-1:] in "？?":
        return
    found = quantities(sentence)
    shape = _shape(sentence, found)
    dates = [q for q in found if _dates_a_figure(q, sentence, shape)]
    figures = [q for q in found if q.kind is Kind.NUMBER and shape[q.start] == "0"]
    before: _Figure | None = None
    for item in _items(shape):
        own = [q for q in figures if item.start <= q.start and q.end <= item.end]
        figure = _read(sentence, item, own, before) if own else None
        before = figure if figure is not None else before if own else None
        if figure is None:
            continue
        year, year_span = _year(sentence, figure.quantity, dates, span, document, above_it)
        q = figure.quantity
        assert q.value is not None
        yield Target(
            passage.id, figure.indicator, figure.text, q.value, q.unit, q.bound, year, span, year_span, figure.change
        )


@dataclass(frozen=True, slots=True)
class _Figure:
    """A quantity with what it is of; `change` is the word that makes it a change (增长) and not a level."""

    indicator: str
    text: str
    change: str
    quantity: Quantity


def _shape(sentence: str, found: Sequence[Quantity]) -> str:
    """The sentence with `0` for each quantity and `□` for what is enclosed, so that it can be cut at its marks."""
    shape = list(sentence)
    for q in found:
        shape[q.start : q.end] = "0" * (q.end - q.start)
    for match in _ENCLOSED.finditer(sentence):
        shape[match.start() : match.end()] = "□" * (match.end() - match.start())
    return "".join(shape)


def _items(shape: str) -> Iterator[_Item]:
    """The items of each phrase; figureless ones belong to the next (甲平台、乙平台和丙平台各3家) if that closes a list."""
    for phrase in _PHRASE.finditer(shape):
        start = phrase.start()
        waiting: int | None = None
        for item in _ITEM.finditer(shape, phrase.start(), phrase.end()):
            begin = waiting if waiting is not None and re.search(r"[和及与等各均]", item[0]) else item.start()
            if "0" in item[0]:
                yield _Item(begin, item.end(), start)
                waiting = None
            elif waiting is None:
                waiting = item.start()


def _read(sentence: str, item: _Item, own: Sequence[Quantity], before: _Figure | None) -> _Figure | None:
    """The figure that closes the item (甲达60家) or opens a noun in it (60家甲); those before it only qualify the noun."""
    q = own[-1]
    if not _can_be_target(q):
        return None
    limit = _LIMIT_BEFORE.search(sentence, item.start, q.start)
    left_end = limit.start() if limit and q.bound else q.start
    after = _LIMIT_AFTER.match(sentence, q.end, item.end)
    right_start = after.end() if after and q.bound else q.end
    left, right = sentence[item.start : left_end], sentence[right_start : item.end].strip()
    printed = sentence[left_end:right_start].strip()
    if right in ("", "规模", "的规模"):
        return _closing(left, right, printed, q, own[:-1], item, sentence, before)
    return _opening(left, right, printed, q, own[:-1])


def _can_be_target(q: Quantity) -> bool:
    return not (
        q.value is None
        or q.indefinite
        or q.bound in ("[", "]")
        or q.unit.startswith(("第", "前"))
        or q.unit in _NEVER
        or _PROGRAMME.fullmatch(q.text)
    )


def _closing(
    left: str,
    right: str,
    printed: str,
    q: Quantity,
    others: Sequence[Quantity],
    item: _Item,
    sentence: str,
    before: _Figure | None,
) -> _Figure | None:
    """众创空间达到60家以上, 增加值增长12%, 风险容忍度由10%提高到20%."""
    if others and (change := re.search(r"[由从]$", sentence[item.start : others[-1].start])):
        left = sentence[item.start : item.start + change.start()]
        others = others[:-1]
    elif others and not re.search(r"[一-鿿]{2}", _TAIL.sub("", sentence[others[-1].end : item.start + len(left)])):
        return None  # 增长8%达到500亿元
    changed = _CHANGE.search(left)
    change_word = ""
    if changed and not re.search(_TO + "$", left):
        change_word, left = changed[0], left[: changed.start()]
    elif q.unit == "百分点":
        return None
    name = _noun(left) or (_topic_before(sentence, item) if left and not change_word else "")
    if change_word and not _is_name(name):
        if name or before is None:
            return None
        name = before.indicator
    if q.unit == "" and not re.search(r"(?:指数|数|值|分|评分|得分|总量)$", name):
        return None
    if q.unit in ("%", "‰") and not change_word and not _SHARE.search(name):
        return None
    if q.unit in _PERIODS and not q.bound and not re.search(r"(?:时限|时间|期限|周期|时长|年限|寿命)$", name):
        return None
    name += right.removeprefix("的")
    return _Figure(name, change_word + printed, change_word, q) if _is_name(name) else None


def _topic_before(sentence: str, item: _Item) -> str:
    """The phrase before the item where it only names what the item counts: 列入名单的特色小镇，到2020年有20家."""
    before = [m[0].strip() for m in _PHRASE.finditer(sentence, 0, item.phrase_start)][-1:]
    if item.start != item.phrase_start or not before or "的" not in before[0] or quantities(before[0]):
        return ""
    words = tag(before[0].rpartition("的")[2])
    return before[0] if words and all(pos.startswith("n") for _, pos in words) else ""


def _opening(left: str, right: str, printed: str, q: Quantity, others: Sequence[Quantity]) -> _Figure | None:
    """培育30家示范企业, 到2020年全市有20家特色小镇, 30%以上的企业上云."""
    right = re.sub(r"^的", "", right)
    share = q.unit in ("%", "‰")
    if others or (share and not re.match(r"[一-鿿]{2}", right)) or not (share or q.text[-1:] in _COUNTING):
        return None
    if share and q.bound not in (">=", ">", "<=", "<"):
        return None
    words = tag(right)
    verbal = words and words[0][1].startswith("v") and len(words) == 2 and words[1][1].startswith("n")  # 示范企业
    if not words or not (verbal or words[0][1].startswith(("n", "a", "b", "j", "l", "eng", "x", "s"))):
        return None
    if _STRUCTURE.search(right) or _STRUCTURE.search(words[0][0]):
        return None
    rest = _stripped_head(left)
    led = tag(rest)
    if rest and not (led[-1][0] in _MAKE_AT_ENDS or (led[-1][1].startswith("v") and len(led[-1][0]) > 1)):
        return None
    if any(word in _NOT_IN_NAME or word.startswith("每") for word, _ in led):
        return None
    return _Figure(right, printed, "", q) if _is_name(right) else None


_COUNTING = "个家项件户所只台辆艘架座栋处支张份部门场例对组队片块株台条人名位宗套"


def _noun(left: str) -> str:
    """What the words before a figure name: without dates, scope, and the verbs of setting a target at either end."""
    name = _stripped_head(_stripped_tail(left))
    words = tag(name)
    if words and "每" not in name:
        opens_with_preposition = words[0][0] in _NOT_IN_NAME
        verbs = _MAKE | {"建设", "发展"} if opens_with_preposition else _MAKE
        cuts = [i for i, (word, _) in enumerate(words[:-1]) if word in verbs]
        if cuts:
            name = "".join(word for word, _ in words[cuts[-1] + 1 :])
    name = re.sub(r"(?<=[一-鿿]{2})实现(?=[一-鿿]{2})", "", name)
    return name.strip(" 的了")


def _stripped_head(text: str) -> str:
    text = text.strip()
    while True:
        match = _HEAD.match(text)
        rest = text[match.end() :] if match else text
        words = tag(rest[:12])
        if words and words[0][0] in _MAKE_AT_ENDS and len(rest) > len(words[0][0]):
            rest = rest[len(words[0][0]) :].removeprefix("了")
        if rest == text:
            return text
        text = rest.strip()


def _stripped_tail(text: str) -> str:
    while True:
        rest = _TAIL.sub("", text)
        words = tag(rest[-12:])
        if len(words) > 1 and words[-1][0] in _MAKE_AT_ENDS:
            rest = rest[: -len(words[-1][0])]
        if rest == text:
            return text
        text = rest.strip()


def _is_name(name: str) -> bool:
    """Whether `name` can stand for an indicator: of a sensible length, whole, and no prepositional phrase."""
    if not 2 <= len(name) <= _LONGEST_INDICATOR or not re.search(r"[一-鿿A-Za-z]{2}", name):
        return False
    if any(name.count(a) != name.count(b) for a, b in ("“”", "()", "（）", "《》")):
        return False
    words = tag(name)
    tail = name.rpartition("的")[0]
    if any(word in _NOT_IN_NAME and word not in tail for word, _ in words):
        return False
    if name in _VAGUE or re.match(r"[(（]?含[)）]?", name):
        return False
    if words[0][0] in ("和", "及", "与", "或", "但", "其", "该", "之", "等", "各", "不", "未", "每户", "超过"):
        return False
    if re.fullmatch(
        r"(?:[一-鿿]{0,2}[级类]|每[一-鿿]+每[一-鿿]|其[中他]|[上下]述.*|平均|人均|户均|比例|数量)",
        re.sub(r"[(（].*?[)）]", "", name),
    ):
        return False
    return any(pos.startswith(("n", "j", "l", "eng", "v", "b", "x")) for _, pos in words)


# ---- years ----


def _dates_a_figure(q: Quantity, sentence: str, shape: str) -> bool:
    """Whether the date can be the one by which, or at which, a figure of its sentence holds."""
    if q.kind is not Kind.DATE or q.year is None or shape[q.start] != "0":
        return False
    return not (
        _NO_DATE_OF_IT_BEFORE.search(sentence, 0, q.start) or _NO_DATE_OF_IT_AFTER.match(sentence, q.end)
    ) or bool(_BY.search(sentence, 0, q.start))


def _year(
    sentence: str, figure: Quantity, dates: Sequence[Quantity], span: Span, document: Document, above_it: Sequence[Span]
) -> tuple[int | None, Span | None]:
    """The nearest date before the figure in its sentence, else the last 到2020年 of the clause above a list's item."""
    near = [q for q in dates if q.end <= figure.start]
    if near:
        between = sentence[near[-1].end : figure.start]
        return (None, None) if re.search(r"今年|明年|去年|上年|目前|下一步", between) else (near[-1].year, span)
    for other in reversed(above_it):
        words = document.words(other.start, other.end)
        for q in reversed([q for q in quantities(words) if q.kind is Kind.DATE and q.year is not None]):
            if _BY.search(words, 0, q.start) or _BY_AFTER.match(words, q.end):
                return q.year, other
    return None, None


def _deadlines(sentence: str, passage: Passage, span: Span) -> Iterator[Deadline]:
    if "年" not in sentence:
        return
    found = quantities(sentence)
    shape = _shape(sentence, found)
    due = [
        q
        for q in found
        if q.kind is Kind.DATE
        and q.year is not None
        and shape[q.start] == "0"
        and (_BY.search(sentence, 0, q.start) or _BY_AFTER.match(sentence, q.end))
        and not _NO_DATE_OF_IT_BEFORE.search(sentence, 0, q.start)
        and q.bound == ""
    ]
    for n, q in enumerate(due):
        end = due[n + 1].start if n + 1 < len(due) else len(sentence)
        begins, closes = _BY.search(sentence, 0, q.start), _BY_AFTER.match(sentence, q.end)
        start = begins.start() if begins else q.start
        said = closes.end() if closes else q.end
        for phrase in _PHRASE.finditer(shape, said, end):
            what = re.sub(rf"^(?:{_SCOPE}|{_PLAN_WORDS}|[要将])+", "", sentence[phrase.start() : phrase.end()].strip())
            what = re.sub(r"(?:到|至|力争|争取)$", "", what)
            if "0" not in phrase[0] and len(what) > 3 and _DONE.search(what):
                assert q.year is not None
                yield Deadline(passage.id, what, sentence[start:said].strip(), q.year, q.month, span)
