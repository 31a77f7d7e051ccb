"""Several plans side by side: what is compared, one checked cell per plan and aspect, and what follows from the figures.

A cell comes from the extracted targets, the document's fields or the duty lines where these have it: exact and short.
Else the plan is asked by itself by the same routes as any question, so that no plan can take another's figure, and
quoted: no cell waits for a model. A silent plan is 未提及. Who has more, by how much, how many in all is computed from
the cited figures of one unit, and the sentence that says so carries its operands, so that anybody can compute it again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.evidence.retrieve import Candidate, as_evidence, as_source, retrieve
from assistant.question.coverage import Term, coverage, normalized
from assistant.question.intent import Intent
from assistant.question.terms import content_terms
from assistant.question.understand import Query, understand
from assistant.question.wanted import asked
from assistant.routes.claim import Claim, Filling
from assistant.routes.comparison import Aspect, Comparison, Figure, Found, place, shown
from assistant.routes.conclude import conclusions
from assistant.routes.fields import field_value, fields
from assistant.routes.quote import excerpt, quotation
from assistant.routes.single import single
from assistant.routes.step import Compared, Context, Dropped, Missing, Remark, Step
from assistant.types import Operation, titled
from index.chinese.quantity import Kind, asks_quantity, holds_kind, quantities, same_measure
from index.chinese.words import cut
from index.search import Index
from index.types import Document, Filters, Span, Target

_LONGEST_CELL = 90
_MOST_FIGURES = 8
_LEAST_OF_INDICATOR = 0.8
_LEAST_OF_TOPIC = 0.5
_LEAST_BESIDE_FIGURE = 0.4
_LEAST_SAID = 0.75
_LONGEST_LABEL = 16
_LONGEST_WRAPPING = 6

_ADJECTIVE = "(?:高|多|大|快|强|长|低|少|小|慢|短|早|晚|迟|先)"
_SUPERLATIVE = re.compile(
    rf"[更最]{_ADJECTIVE}|(?:谁|哪(?:个|家|边|里|儿))[^，。？]{{0,10}}?(?:比较|要)?{_ADJECTIVE}(?=[一些点？?。]|$)"
)
_LESS = re.compile(r"[更最](?:低|少|小|慢|短)|(?:谁|哪(?:个|家|边))[^，。？]{0,10}(?:低|少|小)(?=[一些点？?。]|$)")
_BY_TIME = re.compile(
    r"[更最](?:早|晚|迟|先)|(?:谁|哪[个份边])(?:先|早|晚|后)|(?:发布|印发|出台|发文|公布|成文|公开|下发|发表|发)得(?:早|晚)"
)
_ISSUED = re.compile(r"发布|印发|出台|发文|公布|成文|公开|下发|发表|发的")
_LATE = re.compile(r"[更最](?:晚|迟)|(?:谁|哪[个份边])[晚后]|得晚")
_DIFFERENCE = re.compile(
    r"相差|差(?:了|距|额|值)?(?:是|有)?(?:多少|几)|(?:高|多|低|少|早|晚|大)(?:出|了)?(?:多少|几)|之差|差距|差额"
)
_SUM = re.compile(r"合计|一共|总共|加起来|加在一起|总和|之和|总计|共计|合起来")
_WHICH = re.compile(
    r"(?:哪(?:些|几个|个|几份|几|一些)|有没有)(?:城市|地方|市|省|地区|计划|文件|方案|地)[^，。？]{0,6}?(?:提出|提到|提及|明确|写明|写了|写到|要求|涉及|打算|计划|要|有|建|推|做|搞|规定|安排|设|讲|谈|说)"
)
_AMONG_ALL = re.compile(
    r"各地|各市|各省|各城市|各(?:份)?(?:计划|文件|方案)|哪(?:些|几个|个|几份|份|一份|里|儿|边|家)(?:城市|地方|市|地区|省|计划|文件|方案|地)?|谁|[二三四五六七八九几](?:地|份(?:文件|计划|方案))|(?:所有|全部|这些|这[一二三四五六七八九几]份)(?:城市|计划|文件|方案)|每个(?:城市|市)"
)
_MOST_COMPARED = 8
_HITS = 100
_YEAR_ASKED = re.compile(
    r"目标(?:年(?:份|度|限)?|期限|时限)|目标(?:是|定在|定到)?哪(?:一)?年|(?:规划|实现|完成|达成)(?:的)?(?:年份|期限|时限)|截止年份?|年限|到哪(?:一)?年"
)
_YEAR_WORDS = frozenset("期限 年限 时限 年份 截止 目标".split())
_VAGUE = re.compile(r"目标|指标|量化|数据|数字")
_FIGURE_ASKED = re.compile(r"目标|指标|量化|数量|规模|多少|(?<!哪)几[个家项条所座处]|比例|占比|[率额]")
_HEAD_UNITS = (
    (re.compile(r"(?:额|产值|增加值|收入|资金|投资|经费|预算|补贴|补助|奖励)$"), "元"),
    (re.compile(r"(?:率|比例|比重|占比)$"), "%"),
    (re.compile(r"(?:数量|个数|家数|总数|几[个家]|多少[个家])$"), "个"),
)
_JOINT = re.compile(r"以及|[和与及、]")
_QUANTITY = re.compile(r"数量|个数|家数|规模|总额|比例|占比|[率额]$|多少|(?<!哪)几[个家]")
_SAYS_ITSELF = re.compile(
    r"数量|个数|规模|总额|年份|期限|时限|比例|占比|单位|部门|[率额]$|多少|牵头|文号|日期|机关|有效性"
)
_OPENING_VERBS = frozenset(
    "发展 建设 打造 推进 推广 培育 建立 设立 开展 实施 探索 设 设了 建 搞 做 推 支持 鼓励 创建 加强 完善 启动 推动 利用 运用".split()
)
_OF_CONTENT = (Intent.CONTENT, Intent.LIST, Intent.CONFIRM)
# What a question says beside the thing compared.
_WRAPPING = re.compile(
    r"(?:没有?|未)(?:提[到及]|说到|写到|讲到|涉及)(?:了|过)?|提[了过]|"
    r"(?:请|帮忙|帮我|麻烦)?(?:比较|对比|对照|相比|比一比|比比|比)(?:一下|下)?|(?:的)?(?:区别|不同|差异|差别|差距|不一样)(?:之处)?|分别|各自|各(?:是|有|为|要|建|定|达|占|列|设|$)|怎么样|怎样|加上|(?:里|里头|头的|头)(?=[，,]|$)|定[得了为在]?$|"
    r"谁(?:的)?|哪(?:些|几个|一?个|里|儿|边|家|一?年|几份|份|一份)?(?:城市|地方|市|省|地区|计划|文件|方案|地)?|"
    rf"[更最]{_ADJECTIVE}(?:一[些点])?|(?<=[一-鿿A-Za-z]{{2}}){_ADJECTIVE}(?:一[些点]|些)?$|到底|究竟|[二三四五六七八九几](?:份(?:文件|计划|方案)|地)[里中]?|相差|差(?:了)?(?=多少|几)|合计|一共|总共|加起来|加在一起|总和|多少(?:[个家项条座所人户]|亿元|万元)?|几[个家项条所座处]|"
    r"什么(?:时候|样)?|怎么|如何|提(?:出|到)?(?:了|过)?(?=什么|哪|量化|$)|提出|提到|量化|方面|打算|计划中|方案中|文件中|里面|之间|有没有|情况|两地|两市|三地|各地|各市|各省|各城市|"
    r"(?:是|有|要|建|的|在|到|为|了|都|呢|吗|啊|说|定|设|方面|上|里|中|之)+$|^(?:是|有|要|建设?|的|在|到|为|了|都|方面|里|中|之|和|与|跟|同|把|对|从|，|,)+|[？?。，,！!：:；;]"
)
_FIELD_LABELS = {
    "number": "文号",
    "issuer": "发布机关",
    "addressees": "主送单位",
    "issued": "成文或发布日期",
    "period": "规划期",
    "region": "地区",
    "about": "解读或报道的文件",
    "kind": "文件类型",
    "title": "标题",
    "status": "有效性及依据",
    "newer": "较新的一版",
}


def comparison(query: Query, index: Index) -> Comparison | None:
    """What the question compares; None if it is about one plan, or about the plans as documents only."""
    operations = _operations(query)
    everywhere = not query.chosen and not query.absent
    which = everywhere and not operations and query.intent in _OF_CONTENT and bool(_WHICH.search(query.standalone))
    among_all = (
        everywhere and query.intent in (*_OF_CONTENT, Intent.FIELDS) and bool(_AMONG_ALL.search(query.standalone))
    )
    several = len({d.region for d in query.documents}) + len(query.absent) * bool(query.chosen) > 1
    asks = query.compares or which or (among_all and operations) or (query.absent and query.intent in _OF_CONTENT)
    if not several or not asks:
        return None
    return Comparison(
        _closest(query, index), query.absent, _aspects(query, index, operations), operations, which, not everywhere
    )


def _closest(query: Query, index: Index) -> tuple[Document, ...]:
    """The documents that the question is about; of more than a table can hold those in which a search finds most."""
    if len(query.documents) <= _MOST_COMPARED:
        return query.documents
    hits = index.search(query.standalone, Filters(documents=tuple(d.id for d in query.documents)), k=_HITS)
    found = list(dict.fromkeys(hit.passage.document_id for hit in hits))[:_MOST_COMPARED]
    return tuple(d for d in query.documents if d.id in found)


def compare(compared: Comparison, query: Query, context: Context) -> Iterator[Step]:
    """The conclusions first, as they need no search, then the cells in the order of the table."""
    index = context.index
    yield Compared(compared)
    if len(compared.documents) < len(query.documents):
        yield Remark(
            f"涉及 {len(query.documents)} 份文件，只比较了与这一问最相关的 {len(compared.documents)} 份；写明地区可以比较别的。"
        )
    parts = {(d.id, a.label): _part(query, compared, a, d, index) for d in compared.documents for a in compared.aspects}
    known = {
        (d.id, a.label): _known(parts[d.id, a.label], compared, a, d, context)
        for d in compared.documents
        for a in compared.aspects
    }
    for aspect in compared.aspects:
        yield from conclusions(compared, aspect, [known[d.id, aspect.label] for d in compared.documents])
    quoting = replace(context, model=None)  # a cell is a quotation: short, and nobody waits
    for document in compared.documents:
        for aspect in compared.aspects:
            found = known[document.id, aspect.label]
            yield from found.claims
            yield from map(Missing, found.missing if compared.named else ())
            if found.claims or found.silent:
                continue
            part = parts[document.id, aspect.label]
            figures = [f.target for d in compared.documents if (f := known[d.id, aspect.label].figure)]
            strict = part.intent is Intent.CONTENT and _asks_figure(part, compared, aspect)
            beside = _Beside(tuple({t.unit for t in figures})) if strict and figures else None
            for step in _asked_alone(part, aspect, document, quoting, beside):
                if compared.named or not isinstance(step, Missing):  # else 未提及 in the table says it
                    yield step


# ---- what is compared ----


def _operations(query: Query) -> tuple[Operation, ...]:
    text = query.standalone
    found: list[Operation] = []
    if _BY_TIME.search(text):
        found.append(Operation.LATEST if _LATE.search(text) else Operation.EARLIEST)
    elif _SUPERLATIVE.search(text):
        found.append(Operation.LEAST if _LESS.search(text) else Operation.MOST)
    if _DIFFERENCE.search(text):
        found.append(Operation.DIFFERENCE)
    if _SUM.search(text) and re.search(r"多少|几", text) and not found:
        found.append(Operation.SUM)
    return tuple(found)


def _aspects(query: Query, index: Index, operations: Sequence[Operation]) -> tuple[Aspect, ...]:
    """众创空间数量和目标年份 are two aspects if each can be asked for by itself; else the whole is one."""
    if {*operations} & {Operation.EARLIEST, Operation.LATEST} and _ISSUED.search(query.standalone):
        return (Aspect(_FIELD_LABELS["issued"], field="issued"),)
    body = _unwrapped(query)
    parts = [p for part in _JOINT.split(body) if (p := _bare(part))]
    labels = [_label_of(part) for part in parts]
    if 1 < len(set(labels)) == len(parts) <= 4 and all(_can_be_asked_for(part, query, index) for part in parts):
        return tuple(Aspect(label, part) for label, part in zip(labels, parts, strict=True))
    if query.intent is Intent.FIELDS:
        return tuple(Aspect(_FIELD_LABELS[name], field=name) for name in query.fields)
    if query.intent is Intent.LEAD:
        return (Aspect("牵头单位"),)
    terms = "".join(t.word for t in query.terms)
    return (
        Aspect(
            next((x for x in (_label_of(body), terms) if 2 <= len(x) <= _LONGEST_LABEL and not quantities(x)), "内容")
        ),
    )


def _unwrapped(query: Query) -> str:
    """The question without its places and without the words that only say that it compares."""
    text = re.sub(r"\s+", "", query.standalone)
    for named in sorted(query.places, key=len, reverse=True):
        text = re.sub(rf"{re.escape(re.sub('[省市]$', '', named))}(?:省|市(?!长))?", "\0", text)
    return _bare(re.sub("\0(?:[和与跟同及、，,]*\0)*(?:两市|两地|三地|二者|两者)?", "", text))


def _bare(text: str) -> str:
    while True:
        rest = _WRAPPING.sub("", text).strip()
        if rest == text:
            return text
        text = rest


def _label_of(part: str) -> str:
    part = _bare(re.sub(r"\d{4}年底?", "", part))
    return re.sub(r"(?:的)?(?:目标|指标)$", "", part) if len(part) > 4 else part


def _can_be_asked_for(part: str, query: Query, index: Index) -> bool:
    """Whether the part names a field, a year, a lead unit, or an indicator that one of the plans has a figure of."""
    if _SAYS_ITSELF.search(part):
        return True
    terms = content_terms(part, (), index)
    ids = tuple(d.id for d in query.documents)
    return bool(terms) and any(_covered(terms, t, index) >= _LEAST_OF_INDICATOR for t in index.targets(ids))


def _part(query: Query, compared: Comparison, aspect: Aspect, document: Document, index: Index) -> Query:
    """The question for one aspect, asked of one plan alone."""
    if aspect.text:
        alone = understand(aspect.text, (), index, (document,))
        part = replace(alone, documents=(document,), compares=False, confirms=False, chosen=True, named=True)
    else:
        text = _asked_of(query, document)
        part = replace(query, documents=(document,), compares=False, standalone=text, read=text, confirms=False)
        if aspect.field:
            return replace(part, intent=Intent.FIELDS, fields=(aspect.field,))
    part = replace(part, absent=())
    if part.intent in _OF_CONTENT and (part.intent is Intent.CONFIRM or compared.operations or compared.which):
        part = replace(part, intent=Intent.CONTENT)
    part = replace(part, terms=tuple(t for t in part.terms if not _AMONG_ALL.fullmatch(t.word)))
    figure = compared.operations or _QUANTITY.search(aspect.text)
    if figure and part.intent is Intent.CONTENT and part.wanted is None and not _YEAR_ASKED.search(query.standalone):
        part = replace(part, wanted=asked("是多少"))
    return part


def _asked_of(query: Query, document: Document) -> str:
    """The question with only this plan's place in it."""
    text = query.standalone
    for named in query.places:
        text = text.replace(named, "")
    text = re.sub(r"^(?:比较|对比|[和与、跟同，, ])+", "", text)
    return f"{place(document)}{text}"


# ---- cells ----


def _known(part: Query, compared: Comparison, aspect: Aspect, document: Document, context: Context) -> Found:
    index = context.index
    if part.intent is Intent.FIELDS:
        return _field(part, aspect, document, context)
    if compared.which:
        return _said(part, aspect, document, index)
    if part.intent not in (Intent.CONTENT, Intent.LIST):
        return Found(document)
    wording = aspect.text or part.standalone
    if _YEAR_ASKED.search(wording) and all(t.word in _YEAR_WORDS for t in part.terms):
        return _year(aspect, document, index)
    asks_figure = _asks_figure(part, compared, aspect)
    if not asks_figure and not _FIGURE_ASKED.search(wording):
        return _its_own_figure(part, aspect, wording, document, index)
    return _figures(part, aspect, wording, bool(compared.operations), document, index)


def _asks_figure(part: Query, compared: Comparison, aspect: Aspect) -> bool:
    """Whether only a figure of the very thing fills the cell."""
    return bool(compared.operations or _QUANTITY.search(aspect.text or part.standalone))


def _its_own_figure(part: Query, aspect: Aspect, wording: str, document: Document, index: Index) -> Found:
    """The figure of a topic that is itself an indicator (众创空间), though the question asks for no figure."""
    found = [t for t in index.targets([document.id]) if part.terms and _covered(part.terms, t, index) == 1]
    asks_more = len(wording) > len(place(document)) + len(aspect.label) + _LONGEST_WRAPPING
    if asks_more or not any(_precision(t, wording, index) >= _LEAST_OF_TOPIC for t in found):
        return Found(document)
    return _figures(part, aspect, wording, True, document, index)


def _field(part: Query, aspect: Aspect, document: Document, context: Context) -> Found:
    name = aspect.field or part.fields[0]
    value = field_value(document, name, context.as_of)
    steps = list(fields(replace(part, fields=(name,)), context))
    found = [step for step in steps if isinstance(step, Claim)]
    missing = tuple(step.text for step in steps if isinstance(step, Missing))
    filled = tuple(_filling(claim, document, aspect, value or claim.text) for claim in found)
    return Found(document, filled, day=document.issued if name == "issued" else None, silent=not found, missing=missing)


def _said(part: Query, aspect: Aspect, document: Document, index: Index) -> Found:
    """For 哪些城市提出……: the sentence of the plan that has the words of the question, or that there is none."""
    topic = [Term(_topic(aspect.label))]
    verbatim = any(_topic(aspect.label) in d.text for d in index.documents)  # then what only resembles it is not it
    candidates = [
        c
        for c in retrieve(part, index, [document])
        if c.covered >= _LEAST_SAID
        and (not verbatim or coverage(topic, _words_at(c, index), index.idf) >= _LEAST_OF_INDICATOR)
    ]
    if not candidates or not part.terms:
        return Found(document, silent=True)
    best = max(candidates, key=lambda c: (c.covered, c.evidence.score))
    text = excerpt(best.evidence.text.strip(), part, index, _LONGEST_CELL)
    claim = quotation(best.evidence, part, index, f"{place(document)}：", _LONGEST_CELL)
    return Found(document, (_filling(claim, document, aspect, text),))


def _topic(label: str) -> str:
    """发展特色小镇 without the verb."""
    words = cut(label)
    return "".join(words[1:]).removeprefix("了") if len(words) > 1 and words[0] in _OPENING_VERBS else label


def _words_at(candidate: Candidate, index: Index) -> str:
    source = as_source(index, candidate.evidence)
    return normalized(source.text + "\n" + "".join(source.headings))


def _year(aspect: Aspect, document: Document, index: Index) -> Found:
    """The year that most of the plan's deadlines and targets are for, cited where it is first said."""
    dated: list[tuple[int, Span]] = [(d.year, d.span) for d in index.deadlines([document.id])]
    dated += [(t.year, t.year_span) for t in index.targets([document.id]) if t.year and t.year_span]
    dated = [(y, span) for y, span in dated if document.issued is None or y >= document.issued.year]
    if not dated:
        return Found(document, silent=True)
    years = [year for year, _ in dated]
    year = max(years, key=lambda y: (years.count(y), y))
    span = min((s for y, s in dated if y == year), key=lambda s: s.start)
    evidence = as_evidence(index, document, span)
    text = f"{place(document)}的目标年份是{year}年。"
    claim = Claim(text, (evidence,))
    return Found(document, (_filling(claim, document, aspect, f"{year}年"),), day=date(year, 12, 31))


def _figures(part: Query, aspect: Aspect, wording: str, single: bool, document: Document, index: Index) -> Found:
    """The targets of the plan whose indicator is what is asked about; the best one where one figure is wanted."""
    terms = _terms(part, aspect, index)
    if not terms:
        return Found(document)
    asked_unit = _unit_of(aspect.text or _label_of(aspect.label), wording)
    years = {q.year for q in quantities(wording) if q.year}
    fitting = [
        t
        for t in index.targets([document.id])
        if (asked_unit is None or holds_kind(t.text, asked_unit)) and (not years or t.year in (*years, None))
    ]
    exact = [t for t in fitting if _covered(terms, t, index) >= _LEAST_OF_INDICATOR]
    exact = exact or [t for t in fitting if part.terms and _covered(part.terms, t, index) >= _LEAST_OF_INDICATOR]
    many = bool(_VAGUE.search(wording)) and not single and not re.search("多少|几[个家]", wording)
    by_heading = [t for t in fitting if many and t not in exact and _covered_by_heading(terms, t, index)]
    exact.sort(key=lambda t: -_precision(t, wording, index))
    if not many and exact:
        best = _precision(exact[0], wording, index)
        exact = [t for t in exact if _precision(t, wording, index) >= best - 0.01 or not single][: 1 if single else 3]
    chosen = sorted([*exact, *by_heading][:_MOST_FIGURES], key=fitting.index)
    made = [_figure_claim(target, aspect, document, index) for target in chosen]
    figure = Figure(document, exact[0], made[0].support[0]) if exact and len(made) == 1 else None
    return Found(document, tuple(made), figure)


def _terms(part: Query, aspect: Aspect, index: Index) -> tuple[Term, ...]:
    """The words of the thing whose figure is wanted: those of the column's label where it was cut from the question."""
    own = content_terms(aspect.label, (), index) if aspect.label in part.standalone.replace(" ", "") else ()
    return own or part.terms


def _figure_claim(target: Target, aspect: Aspect, document: Document, index: Index) -> Claim:
    phrase = shown(target)
    text = f"{place(document)}：{phrase}。"
    spans = dict.fromkeys([target.span, *([target.year_span] if target.year_span else [])])
    support = [as_evidence(index, document, span) for span in spans]
    return _filling(Claim(text, tuple(support)), document, aspect, phrase)


def _covered(terms: Sequence[Term], target: Target, index: Index) -> float:
    return coverage(terms, normalized(target.indicator + target.change), index.idf)


def _covered_by_heading(terms: Sequence[Term], target: Target, index: Index) -> bool:
    headings = index.passage(target.passage_id).headings
    text = normalized(target.indicator + "".join(headings[-1:]))
    return coverage(terms, text, index.idf) >= _LEAST_OF_INDICATOR


def _precision(target: Target, wording: str, index: Index) -> float:
    """Share of the indicator's words that the question has."""
    return coverage([Term(w) for w in cut(target.indicator) if len(w) > 1], normalized(wording), index.idf)


def _unit_of(label: str, wording: str) -> str | None:
    """The unit in which the thing asked about is measured, as far as its name tells; None if it does not."""
    unit = asks_quantity(wording)
    if unit and unit in ("元", "%"):
        return unit
    if unit and re.search(r"多少[个家座所项户人]|几[个家座所项户人]", wording):
        return unit
    return next((unit for pattern, unit in _HEAD_UNITS if pattern.search(label)), None)


def _asked_alone(
    part: Query, aspect: Aspect, document: Document, context: Context, beside: _Beside | None
) -> Iterator[Step]:
    """The steps of the plan asked by itself, each claim filling its cell; the first says whose it is.

    With `beside`, only claims with a figure of the very thing that is asked about.
    """
    here, index = place(document), context.index
    short = re.sub(r"[省市]$", "", here)
    first, told = True, False
    for step in single(part, context):
        told = told or isinstance(step, Missing)
        if not isinstance(step, Claim):
            yield step
            continue
        if beside and not _has_figure_of(step, part, aspect, beside, index):
            yield Dropped(step.text, f"没有“{aspect.label}”的数字")
            continue
        text = _duty_cell(step, part, index) or excerpt(step.text, part, index, _LONGEST_CELL)
        if first and short not in step.text[:20]:
            step = replace(step, text=f"{here}：{step.text}")
        first = False
        yield _filling(step, document, aspect, text)
    if beside and first and not told:
        yield Missing(f"{titled(document.title)}没有写明“{aspect.label}”的数字。")


@dataclass(frozen=True, slots=True)
class _Beside:
    """The canonical units of the other plans' figures, which a figure must have to stand beside them; () for any."""

    units: tuple[str, ...]

    def takes(self, unit: str) -> bool:
        """Whether a figure in `unit` can stand beside them."""
        return not self.units or any(same_measure(unit, other) for other in self.units)


def _has_figure_of(claim: Claim, part: Query, aspect: Aspect, beside: _Beside, index: Index) -> bool:
    """Whether a phrase of the claim has a figure and, with the phrases that lead up to it, the words of the question.

    Not where it is known what the figures of the cited sentences are of, and none is of that.
    """
    terms = _terms(part, aspect, index)
    cited = [(e.document_id, e.start) for e in claim.support]
    known = [t for t in index.targets([part.documents[0].id]) if (t.document_id, t.span.start) in cited]
    if known and not any(beside.takes(t.unit) and _covered(terms, t, index) >= _LEAST_OF_INDICATOR for t in known):
        return False
    lead = ""
    for phrase in re.split(r"[，,、；;。]", claim.text):
        lead += phrase
        found = [q for q in quantities(phrase) if q.kind is Kind.NUMBER and not q.indefinite]
        if any(beside.takes(q.unit) for q in found):
            alone, whole = (coverage(terms, normalized(words), index.idf) for words in (phrase, lead))
            if alone >= _LEAST_BESIDE_FIGURE and whole >= _LEAST_OF_INDICATOR:
                return True
            lead = ""
    return False


def _duty_cell(claim: Claim, part: Query, index: Index) -> str | None:
    """市教育局牵头, of a claim from a duty line."""
    if part.intent is not Intent.LEAD:
        return None
    evidence = claim.support[0]
    found = index.duty_of(index.passage_at(evidence.document_id, evidence.start).id)
    if found is None or found.span.start != evidence.start:
        return None
    if re.search(r"配合|责任|参与|协", part.standalone) and found.responsible:
        lead = f"{'、'.join(found.lead)}牵头；" if found.lead else ""
        return f"{lead}{'、'.join(found.responsible)}{'配合' if found.lead else '负责'}"
    return f"{'、'.join(found.lead)}牵头" if found.lead else f"{'、'.join(found.responsible)}负责"


def _filling(claim: Claim, document: Document, aspect: Aspect, text: str) -> Claim:
    opens_a_list = claim.text.endswith("：")
    return claim if opens_a_list else replace(claim, fills=Filling(document.id, aspect.label, text))
