"""Several plans side by side: what is compared, one checked cell per plan and aspect, and what follows from the figures.

A cell comes from the extracted targets, the document's fields or the duty lines where these have it: exact, short, no
model. Else the plan is asked by itself by the same routes as any question, so that no plan can take another's figure.
A silent plan is 未提及. Who has more, by how much, how many in all is computed from the cited figures of one unit, and
the sentence that says so carries its operands, so that anybody can compute it again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from assistant import lookup
from assistant.asked import asked
from assistant.claim import Cited, Claim, Filling, Result, Work, titled
from assistant.content import excerpt, quotation
from assistant.coverage import Term, coverage, plain
from assistant.forms import Asks
from assistant.retrieve import Candidate, as_evidence, as_source, retrieve
from assistant.terms import content_terms
from assistant.types import NOT_MENTIONED, Cell, Evidence, Operation, Stage, Table
from assistant.understand import Query, understand
from assistant.verify import check, check_together
from index.quantity import Kind, asks_quantity, holds_kind, quantities, same_measure
from index.search import Index
from index.types import Document, Span, Target
from index.words import cut

Ask = Callable[[Query, Work], Iterator[Claim | Stage]]
"""How one plan is asked by itself."""

_NOT_HELD = "未收录"
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
    rf"[更最]{_ADJECTIVE}|(?:谁|哪(?:个|家|边|里|儿))[^，。？]{{0,10}}?(?:比较|要)?{_ADJECTIVE}(?=[一些点？?。]|$)|排第一|居首"
)
_LESS = re.compile(r"[更最](?:低|少|小|慢|短)|(?:谁|哪(?:个|家|边))[^，。？]{0,10}(?:低|少|小)(?=[一些点？?。]|$)")
_BY_TIME = re.compile(r"[更最](?:早|晚|迟|先)|谁(?:先|早|晚)")
_ISSUED = re.compile(r"发布|印发|出台|发文|公布|成文|公开|下发|发表|发的")
_LATE = re.compile(r"[更最](?:晚|迟)|谁晚")
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
_YEAR_ASKED = re.compile(
    r"目标年(?:份|度|限)?|目标(?:是|定在|定到)?哪(?:一)?年|(?:规划|实现|完成|达成)(?:的)?(?:年份|期限|时限)|截止年份?|年限|到哪(?:一)?年"
)
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
_OF_CONTENT = (Asks.CONTENT, Asks.LIST, Asks.CONFIRM)
# What a question says beside the thing compared.
_WRAPPING = re.compile(
    r"(?:请|帮忙|帮我|麻烦)?(?:比较|对比|对照|相比|比一比|比比|比)(?:一下|下)?|(?:的)?(?:区别|不同|差异|差别|差距|不一样)(?:之处)?|分别|各自|各(?:是|有|为|要|建|定|达|占|列|设|$)|怎么样|怎样|加上|(?:里|里头|头的|头)(?=[，,]|$)|定[得了为在]?$|"
    r"谁(?:的)?|哪(?:些|几个|个|里|儿|边|家|一?年|几份|份|一份)?(?:城市|地方|市|省|地区|计划|文件|方案|地)?|"
    rf"[更最]{_ADJECTIVE}(?:一[些点])?|(?<=[一-鿿A-Za-z]{{2}}){_ADJECTIVE}$|[二三四五六七八九几](?:份(?:文件|计划|方案)|地)[里中]?|相差|差(?:了)?(?=多少|几)|合计|一共|总共|加起来|加在一起|总和|多少(?:[个家项条座所人户]|亿元|万元)?|几[个家项条所座处]|"
    r"什么(?:时候|样)?|怎么|如何|提(?:出|到)?(?:了|过)?(?=什么|哪|量化|$)|提出|提到|量化|方面|打算|计划中|方案中|文件中|里面|之间|有没有|情况|两地|两市|三地|各地|各市|各省|各城市|"
    r"(?:是|有|要|建|的|在|到|为|了|都|呢|吗|啊|说|定|设|方面|上|里|中|之)+$|^(?:是|有|要|建设?|的|在|到|为|了|都|方面|里|中|之|和|与|跟|同|把|对|从|，|,)+|[？?。，,！!：:；;]"
)
_FIELD_LABELS = {
    "number": "文号",
    "issuer": "发布机关",
    "issued": "成文或发布日期",
    "period": "规划期",
    "region": "地区",
    "about": "解读或报道的文件",
    "kind": "文件类型",
    "title": "标题",
    "status": "有效性及依据",
}


@dataclass(frozen=True, slots=True)
class Aspect:
    """One column: its `label`, the words that ask for it, and the document field that it is, if it is one.

    `text` is "" where the whole question asks for it alone.
    """

    label: str
    text: str = ""
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a question compares: plans, aspects, and whether it asks who has most, the difference, the sum, or who at all.

    `absent` are named places without a plan; `named` tells whether the question names its plans, so that a silent one is
    worth a remark.
    """

    documents: tuple[Document, ...]
    absent: tuple[str, ...]
    aspects: tuple[Aspect, ...]
    operations: tuple[Operation, ...]
    which: bool
    named: bool

    def table(self, filled: Sequence[tuple[Filling, tuple[int, ...]]], as_of: date) -> Table:
        """One row per plan, one column per aspect; 未提及 where it is silent."""
        rows = []
        for document in self.documents:
            cells = [Cell(_place(document))]
            for aspect in self.aspects:
                own = [
                    (f, numbers) for f, numbers in filled if (f.document_id, f.aspect) == (document.id, aspect.label)
                ]
                cells.append(_cell(own))
            rows.append((*cells, Cell(document.validity(as_of).status)))
        rows += [tuple(map(Cell, (place, *([_NOT_HELD] * len(self.aspects)), "—"))) for place in self.absent]
        return Table(("地区", *(a.label for a in self.aspects), "有效性"), tuple(rows))


def comparison(query: Query, index: Index) -> Comparison | None:
    """What the question compares; None if it is about one plan, or about the plans as documents only."""
    operations = _operations(query)
    everywhere = not query.chosen and not query.absent
    which = everywhere and not operations and query.asks in _OF_CONTENT and bool(_WHICH.search(query.text))
    among_all = everywhere and query.asks in (*_OF_CONTENT, Asks.FIELDS) and bool(_AMONG_ALL.search(query.text))
    several = len({d.region for d in query.documents}) + len(query.absent) * bool(query.chosen) > 1
    asks = query.compares or which or (among_all and operations) or (query.absent and query.asks in _OF_CONTENT)
    if not several or not asks:
        return None
    return Comparison(
        query.documents, query.absent, _aspects(query, index, operations), operations, which, not everywhere
    )


def claims(
    compared: Comparison, query: Query, index: Index, as_of: date, ask: Ask, work: Work
) -> Iterator[Claim | Stage]:
    """The conclusions first, as they need no model, then the cells in the order of the table."""
    parts = {(d.id, a.label): _part(query, compared, a, d, index) for d in compared.documents for a in compared.aspects}
    known = {
        (d.id, a.label): _known(parts[d.id, a.label], compared, a, d, index, as_of, work)
        for d in compared.documents
        for a in compared.aspects
    }
    for aspect in compared.aspects:
        yield from _conclusions(compared, aspect, [known[d.id, aspect.label] for d in compared.documents], index, work)
    for document in compared.documents:
        for aspect in compared.aspects:
            found = known[document.id, aspect.label]
            yield from found.claims
            if found.claims or found.silent:
                continue
            own = Work()
            part = parts[document.id, aspect.label]
            figures = [f.target for d in compared.documents if (f := known[d.id, aspect.label].figure)]
            strict = part.asks is Asks.CONTENT and _asks_figure(part, compared, aspect)
            beside = _Beside(tuple({t.unit for t in figures})) if strict else None
            yield from _asked_alone(part, aspect, document, index, ask, own, beside)
            if not compared.named:
                own.missing.clear()  # 未提及 in the table says it
            work.absorb(own)


# ---- what is compared ----


def _operations(query: Query) -> tuple[Operation, ...]:
    text = query.text
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
    if {*operations} & {Operation.EARLIEST, Operation.LATEST} and _ISSUED.search(query.text):
        return (Aspect(_FIELD_LABELS["issued"], field="issued"),)
    body = _unwrapped(query)
    parts = [p for part in _JOINT.split(body) if (p := _bare(part))]
    labels = [_label_of(part) for part in parts]
    if 1 < len(set(labels)) == len(parts) <= 4 and all(_can_be_asked_for(part, query, index) for part in parts):
        return tuple(Aspect(label, part) for label, part in zip(labels, parts, strict=True))
    if query.asks is Asks.FIELDS:
        return tuple(Aspect(_FIELD_LABELS[name], field=name) for name in query.fields)
    if query.asks is Asks.LEAD:
        return (Aspect("牵头单位"),)
    terms = "".join(t.word for t in query.terms)
    return (Aspect(next((x for x in (_label_of(body), terms) if 2 <= len(x) <= _LONGEST_LABEL), "内容")),)


def _unwrapped(query: Query) -> str:
    """The question without its places and without the words that only say that it compares."""
    text = re.sub(r"\s+", "", query.text)
    for place in sorted(query.places, key=len, reverse=True):
        text = re.sub(rf"{re.escape(re.sub('[省市]$', '', place))}[省市]?", "\0", text)
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
    place = _place(document)
    if aspect.text:
        alone = understand(f"{place}的{aspect.text}{'' if _YEAR_ASKED.search(aspect.text) else '是什么'}", (), index)
        part = replace(alone, documents=(document,), compares=False, confirms=False)
    else:
        part = replace(query, documents=(document,), compares=False, text=_asked_of(query, document), confirms=False)
        if aspect.field:
            return replace(part, asks=Asks.FIELDS, fields=(aspect.field,))
    if part.asks in _OF_CONTENT and (part.asks is Asks.CONFIRM or compared.operations or compared.which):
        part = replace(part, asks=Asks.CONTENT)
    part = replace(part, terms=tuple(t for t in part.terms if not _AMONG_ALL.fullmatch(t.word)))
    figure = compared.operations or _QUANTITY.search(aspect.text)
    if figure and part.asks is Asks.CONTENT and part.wanted is None and not _YEAR_ASKED.search(query.text):
        part = replace(part, wanted=asked("是多少"))
    return part


def _asked_of(query: Query, document: Document) -> str:
    """The question with only this plan's place in it."""
    text = query.text
    for place in query.places:
        text = text.replace(place, "")
    text = re.sub(r"^(?:比较|对比|[和与、跟同，, ])+", "", text)
    return f"{_place(document)}{text}"


# ---- cells ----


@dataclass(frozen=True, slots=True)
class _Figure:
    """A target that fills a cell: what can be computed with."""

    document: Document
    target: Target
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class _Found:
    """What is known of a cell without a model; `silent` if it is known that the plan says nothing of it."""

    document: Document
    claims: tuple[Claim, ...] = ()
    figure: _Figure | None = None
    day: date | None = None
    silent: bool = False


def _known(
    part: Query, compared: Comparison, aspect: Aspect, document: Document, index: Index, as_of: date, work: Work
) -> _Found:
    if part.asks is Asks.FIELDS:
        return _field(part, aspect, document, index, as_of, work)
    if compared.which:
        return _said(part, aspect, document, index, work)
    if part.asks not in (Asks.CONTENT, Asks.LIST):
        return _Found(document)
    wording = aspect.text or part.text
    if _YEAR_ASKED.search(wording) and not part.terms:
        return _year(aspect, document, index, work)
    asks_figure = _asks_figure(part, compared, aspect)
    if not asks_figure and not _FIGURE_ASKED.search(wording):
        return _its_own_figure(part, aspect, wording, document, index, work)
    return _figures(part, aspect, wording, bool(compared.operations), document, index, work)


def _asks_figure(part: Query, compared: Comparison, aspect: Aspect) -> bool:
    """Whether only a figure of the very thing fills the cell."""
    return bool(compared.operations or _QUANTITY.search(aspect.text or part.text))


def _its_own_figure(part: Query, aspect: Aspect, wording: str, document: Document, index: Index, work: Work) -> _Found:
    """The figure of a topic that is itself an indicator (众创空间), though the question asks for no figure."""
    found = [t for t in index.targets([document.id]) if part.terms and _covered(part.terms, t, index) == 1]
    asks_more = len(wording) > len(_place(document)) + len(aspect.label) + _LONGEST_WRAPPING
    if asks_more or not any(_precision(t, wording, index) >= _LEAST_OF_TOPIC for t in found):
        return _Found(document)
    return _figures(part, aspect, wording, True, document, index, work)


def _field(part: Query, aspect: Aspect, document: Document, index: Index, as_of: date, work: Work) -> _Found:
    name = aspect.field or part.fields[0]
    value = lookup.field_value(document, name, as_of)
    found = list(lookup.fields(replace(part, fields=(name,)), index, as_of, work))
    filled = tuple(_filling(claim, document, aspect, value or claim.text) for claim in found)
    return _Found(document, filled, day=document.issued if name == "issued" else None, silent=not found)


def _said(part: Query, aspect: Aspect, document: Document, index: Index, work: Work) -> _Found:
    """For 哪些城市提出……: the sentence of the plan that has the words of the question, or that there is none."""
    topic = [Term(_topic(aspect.label))]
    verbatim = any(_topic(aspect.label) in d.text for d in index.documents)  # then what only resembles it is not it
    candidates = [
        c
        for c in retrieve(part, index, [document])
        if c.covered >= _LEAST_SAID
        and (not verbatim or coverage(topic, _words_at(c, index), index.rarity) >= _LEAST_OF_INDICATOR)
    ]
    if not candidates or not part.terms:
        return _Found(document, silent=True)
    best = max(candidates, key=lambda c: (c.covered, c.evidence.score))
    work.evidence.append(best.evidence)
    text = excerpt(best.evidence.text.strip(), part, index, _LONGEST_CELL)
    claim = quotation(best.evidence, part, index, f"{_place(document)}：", _LONGEST_CELL)
    return _Found(document, (_filling(claim, document, aspect, text),))


def _topic(label: str) -> str:
    """发展特色小镇 without the verb."""
    words = cut(label)
    return "".join(words[1:]).removeprefix("了") if len(words) > 1 and words[0] in _OPENING_VERBS else label


def _words_at(candidate: Candidate, index: Index) -> str:
    source = as_source(index, candidate.evidence)
    return plain(source.evidence.text + "\n" + "".join(source.headings))


def _year(aspect: Aspect, document: Document, index: Index, work: Work) -> _Found:
    """The year that most of the plan's deadlines and targets are for, cited where it is first said."""
    dated: list[tuple[int, Span]] = [(d.year, d.span) for d in index.deadlines([document.id])]
    dated += [(t.year, t.year_span) for t in index.targets([document.id]) if t.year and t.year_span]
    dated = [(y, span) for y, span in dated if document.issued is None or y >= document.issued.year]
    if not dated:
        return _Found(document, silent=True)
    years = [year for year, _ in dated]
    year = max(years, key=lambda y: (years.count(y), y))
    span = min((s for y, s in dated if y == year), key=lambda s: s.start)
    evidence = as_evidence(index, document, span)
    text = f"{_place(document)}的目标年份是{year}年。"
    verdict = check(text, [as_source(index, evidence)], index.rarity, given="的目标年份是")
    if verdict.problem:
        work.problems.append(f"略去一句（{verdict.problem}）：{text}")
        return _Found(document)
    work.evidence.append(evidence)
    claim = Claim(text, (evidence,), verdict.checks)
    return _Found(document, (_filling(claim, document, aspect, f"{year}年"),), day=date(year, 12, 31))


def _figures(
    part: Query, aspect: Aspect, wording: str, single: bool, document: Document, index: Index, work: Work
) -> _Found:
    """The targets of the plan whose indicator is what is asked about; the best one where one figure is wanted."""
    terms = _terms(part, aspect, index)
    if not terms:
        return _Found(document)
    asked_unit = _unit_of(aspect.text or _label_of(aspect.label), wording)
    years = {q.year for q in quantities(wording) if q.year}
    fitting = [
        t
        for t in index.targets([document.id])
        if (asked_unit is None or holds_kind(t.text, asked_unit)) and (not years or t.year in (*years, None))
    ]
    exact = [t for t in fitting if _covered(terms, t, index) >= _LEAST_OF_INDICATOR]
    many = bool(_VAGUE.search(wording)) and not single and not re.search("多少|几[个家]", wording)
    by_heading = [t for t in fitting if many and t not in exact and _covered_by_heading(terms, t, index)]
    exact.sort(key=lambda t: -_precision(t, wording, index))
    if not many and exact:
        best = _precision(exact[0], wording, index)
        exact = [t for t in exact if _precision(t, wording, index) >= best - 0.01 or not single][: 1 if single else 3]
    chosen = sorted([*exact, *by_heading][:_MOST_FIGURES], key=fitting.index)
    made: list[Claim] = []
    for target in chosen:
        made += _figure_claim(target, aspect, document, index, work)
    figure = _Figure(document, exact[0], made[0].support[0]) if exact and len(made) == 1 else None
    return _Found(document, tuple(made), figure)


def _terms(part: Query, aspect: Aspect, index: Index) -> tuple[Term, ...]:
    """The words of the thing whose figure is wanted: those of the column's label where it was cut from the question."""
    own = content_terms(aspect.label, (), index) if aspect.label in part.text.replace(" ", "") else ()
    return own or part.terms


def _figure_claim(target: Target, aspect: Aspect, document: Document, index: Index, work: Work) -> list[Claim]:
    phrase = shown(target)
    text = f"{_place(document)}：{phrase}。"
    spans = dict.fromkeys([target.span, *([target.year_span] if target.year_span else [])])
    support = [as_evidence(index, document, span) for span in spans]
    verdict = check(text, [as_source(index, support[0])], index.rarity)
    if verdict.problem:
        work.problems.append(f"略去一句（{verdict.problem}）：{text}")
        return []
    work.evidence += support
    return [_filling(Claim(text, tuple(support), verdict.checks), document, aspect, phrase)]


def shown(target: Target) -> str:
    """A target in a few words: 众创空间60家以上（2018年）."""
    return f"{target.indicator}{target.text}{f'（{target.year}年）' if target.year else ''}"


def _covered(terms: Sequence[Term], target: Target, index: Index) -> float:
    return coverage(terms, plain(target.indicator + target.change), index.rarity)


def _covered_by_heading(terms: Sequence[Term], target: Target, index: Index) -> bool:
    headings = index.passage(target.passage_id).headings
    text = plain(target.indicator + "".join(headings[-1:]))
    return coverage(terms, text, index.rarity) >= _LEAST_OF_INDICATOR


def _precision(target: Target, wording: str, index: Index) -> float:
    """Share of the indicator's words that the question has."""
    return coverage([Term(w) for w in cut(target.indicator) if len(w) > 1], plain(wording), index.rarity)


def _unit_of(label: str, wording: str) -> str | None:
    """The unit in which the thing asked about is measured, as far as its name tells; None if it does not."""
    unit = asks_quantity(wording)
    if unit and unit in ("元", "%"):
        return unit
    if unit and re.search(r"多少[个家座所项户人]|几[个家座所项户人]", wording):
        return unit
    return next((unit for pattern, unit in _HEAD_UNITS if pattern.search(label)), None)


def _asked_alone(
    part: Query, aspect: Aspect, document: Document, index: Index, ask: Ask, own: Work, beside: _Beside | None
) -> Iterator[Claim | Stage]:
    """The claims of the plan asked by itself, each filling its cell; the first says whose it is.

    With `beside`, only those with a figure of the very thing that is asked about.
    """
    place = _place(document)
    short = re.sub(r"[省市]$", "", place)
    first = True
    for claim in ask(part, own):
        if isinstance(claim, Stage):
            yield claim
            continue
        if beside and not _has_figure_of(claim, part, aspect, beside, index):
            own.problems.append(f"略去一句（没有“{aspect.label}”的数字）：{claim.text}")
            continue
        text = _duty_cell(claim, part, index) or excerpt(claim.text, part, index, _LONGEST_CELL)
        if first and short not in claim.text[:20]:
            claim = replace(claim, text=f"{place}：{claim.text}")
        first = False
        yield _filling(claim, document, aspect, text)
    if beside and first and not own.missing:
        own.missing.append(f"{titled(document.title)}没有写明“{aspect.label}”的数字。")


@dataclass(frozen=True, slots=True)
class _Beside:
    """The canonical units of the other plans' figures, which a figure must have to stand beside them; () for any."""

    units: tuple[str, ...]


def _has_figure_of(claim: Claim, part: Query, aspect: Aspect, beside: _Beside, index: Index) -> bool:
    """Whether a phrase of the claim has a figure and, with the phrases that lead up to it, the words of the question.

    Not where it is known what the figures of the cited sentences are of, and none is of that.
    """
    terms = _terms(part, aspect, index)
    cited = [(e.document_id, e.start) for e in claim.support]
    known = [t for t in index.targets([part.documents[0].id]) if (t.document_id, t.span.start) in cited]
    if known and not any(_covered(terms, t, index) >= _LEAST_OF_INDICATOR for t in known):
        return False
    lead = ""
    for phrase in re.split(r"[，,、；;。]", claim.text):
        lead += phrase
        found = [q for q in quantities(phrase) if q.kind is Kind.NUMBER and not q.indefinite]
        if any(not beside.units or any(same_measure(q.unit, unit) for unit in beside.units) for q in found):
            alone, whole = (coverage(terms, plain(words), index.rarity) for words in (phrase, lead))
            if alone >= _LEAST_BESIDE_FIGURE and whole >= _LEAST_OF_INDICATOR:
                return True
            lead = ""
    return False


def _duty_cell(claim: Claim, part: Query, index: Index) -> str | None:
    """市教育局牵头, of a claim from a duty line."""
    if part.asks is not Asks.LEAD:
        return None
    evidence = claim.support[0]
    found = index.duty_of(index.passage_at(evidence.document_id, evidence.start).id)
    if found is None or found.span.start != evidence.start:
        return None
    if re.search(r"配合|责任|参与|协", part.text) and found.responsible:
        lead = f"{'、'.join(found.lead)}牵头；" if found.lead else ""
        return f"{lead}{'、'.join(found.responsible)}{'配合' if found.lead else '负责'}"
    return f"{'、'.join(found.lead)}牵头" if found.lead else f"{'、'.join(found.responsible)}负责"


def _filling(claim: Claim, document: Document, aspect: Aspect, text: str) -> Claim:
    opens_a_list = claim.text.endswith("：")
    return claim if opens_a_list else replace(claim, fills=Filling(document.id, aspect.label, text))


def _cell(filled: Sequence[tuple[Filling, tuple[int, ...]]]) -> Cell:
    """What fills the cell, each thing once; a year that all have is said first."""
    if not filled:
        return Cell(NOT_MENTIONED)
    texts = list(dict.fromkeys(f.text.rstrip("。；;") for f, _ in filled))
    numbers = tuple(dict.fromkeys(n for _, numbers in filled for n in numbers))
    years = {match[0] if (match := re.search(r"（\d{4}年）$", text)) else "" for text in texts}
    if len(texts) > 1 and len(years) == 1 and (year := years.pop()):
        return Cell(f"{year[1:-1]}：{'；'.join(text.removesuffix(year) for text in texts)}", numbers)
    return Cell("；".join(texts), numbers)


# ---- conclusions ----

_OUR_WORDS = "按写明的数，更多更少最多最少更高更低最高最低更早更晚最早最晚，相差，合计，由程序计算，目标年份不同，仅供参考，相同，其余未提及，提到的有，未提及，都提到了，均为"


def _conclusions(
    compared: Comparison, aspect: Aspect, found: Sequence[_Found], index: Index, work: Work
) -> Iterator[Claim]:
    if compared.which:
        yield from _who_says_it(compared, found, index, work)
        return
    days = [f for f in found if f.day]
    if any(o in (Operation.EARLIEST, Operation.LATEST) for o in compared.operations) and len(days) > 1:
        yield from _by_time(compared, [(f.document, f.day, f.claims) for f in days if f.day], index, work)
        return
    figures = [f.figure for f in found if f.figure]
    if not compared.operations and len(compared.aspects) > 1 and len(figures) < len(found):
        return
    silent = len(found) - len(figures)
    if len(figures) < 2:
        if compared.operations and len(compared.aspects) == 1:
            who = "、".join(_place(f.document) for f in figures)
            only = f"只有{who}写明了可比的数字" if figures else "没有两地写明可比的数字"
            work.missing.append(f"{only}，无从比较。")
        return
    first = figures[0].target
    if not all(
        same_measure(first.unit, f.target.unit) and bool(first.change) == bool(f.target.change) for f in figures
    ):
        if compared.operations:
            work.missing.append("各地所写的数字单位不同或不是同一种指标，不能直接比较。")
        return
    if any(o in (Operation.EARLIEST, Operation.LATEST) for o in compared.operations):
        dated = [
            (f.document, date(f.target.year, 12, 31), own.claims)
            for own in found
            if (f := own.figure) and f.target.year
        ]
        if len(dated) > 1:
            yield from _by_time(compared, dated, index, work)
        return
    support = [e for f in found if f.figure for e in f.claims[0].support]
    text, results = _ranked(compared, aspect, figures, silent)
    yield from _concluded(text, results, support, compared, index, work)


def _ranked(
    compared: Comparison, aspect: Aspect, figures: Sequence[_Figure], silent: int
) -> tuple[str, tuple[Result, ...]]:
    """The sentence that ranks or sums the figures, and what in it was computed."""
    least = Operation.LEAST in compared.operations
    ranked = sorted(figures, key=lambda f: f.target.value, reverse=not least)
    listed = "，".join(f"{_place(f.document)}{f.target.text}{_in_year(f)}" for f in ranked)
    values = {f.target.value for f in figures}
    years = {f.target.year for f in figures}
    caveat = "；目标年份不同，仅供参考" if len(years) > 1 else ""
    bounded = any(f.target.bound for f in figures)
    opening = "按写明的数，" if bounded else ""
    results: list[Result] = []
    if Operation.SUM in compared.operations:
        total = sum((f.target.value for f in figures), Decimal(0))
        printed = _printed(total, ranked[0].target)
        results.append(_result(Operation.SUM, ranked, printed))
        return f"{opening}{aspect.label}合计{printed}（由程序计算）：{listed}{caveat}。", tuple(results)
    if len(values) == 1:
        return f"{opening}{aspect.label}相同：{listed}{caveat}。", ()
    ties = [f for f in ranked if f.target.value == ranked[0].target.value]
    word = _word(ranked[0].target, least, len(ranked) > 2 or silent > 0)
    if len(ties) == 1:
        listed = listed.removeprefix(_place(ranked[0].document))
    head = f"{opening}{aspect.label}{'、'.join(_place(f.document) for f in ties)}{word}：{listed}"
    results.append(_result(Operation.LEAST if least else Operation.MOST, ranked, ranked[0].target.text))
    if len(ranked) == 2 or Operation.DIFFERENCE in compared.operations:
        difference = abs(ranked[0].target.value - ranked[-1].target.value)
        printed = _printed(difference, ranked[0].target, difference=True)
        results.append(_result(Operation.DIFFERENCE, [ranked[0], ranked[-1]], printed))
        head += f"，相差{printed}（由程序计算）"
    return f"{head}{caveat}。", tuple(results)


def _place(document: Document) -> str:
    return document.region or document.title


def _in_year(figure: _Figure) -> str:
    return f"（{figure.target.year}年）" if figure.target.year else ""


def _word(target: Target, least: bool, several: bool) -> str:
    counted = target.unit not in ("%", "‰", "") and not target.unit.startswith("百分")
    return ("最" if several else "更") + (("少" if least else "多") if counted else ("低" if least else "高"))


def _result(operation: Operation, figures: Sequence[_Figure], printed: str) -> Result:
    return Result(operation, tuple(Cited(f.target.text, f.evidence) for f in figures), printed)


def _printed(value: Decimal, like: Target, difference: bool = False) -> str:
    """`value`, which is in the canonical unit of `like`, in the unit that `like` is printed in."""
    figure = next((q for q in quantities(like.text) if q.value == like.value), None)
    if like.unit in ("%", "‰"):
        return f"{_digits(value)}{'个百分点' if difference else '%'}"
    printed = re.fullmatch(r"(\d[\d,.]*)\s*(.*)", figure.text) if figure else None
    if printed and like.value:
        factor = like.value / Decimal(printed[1].replace(",", ""))
        return f"{_digits(value / factor)}{printed[2]}"
    return f"{_digits(value)}{like.unit}"


def _digits(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _by_time(
    compared: Comparison, dated: Sequence[tuple[Document, date, tuple[Claim, ...]]], index: Index, work: Work
) -> Iterator[Claim]:
    late = Operation.LATEST in compared.operations
    ranked = sorted(dated, key=lambda entry: entry[1], reverse=late)
    year_only = all((d.month, d.day) == (12, 31) for _, d, _ in ranked)

    def written(day: date) -> str:
        return f"{day.year}年" if year_only else f"{day.year}年{day.month}月{day.day}日"

    listed = "，".join(f"{_place(document)}{written(day)}" for document, day, _ in ranked)
    support = [e for _, _, own in ranked for c in own[:1] for e in c.support]
    if len({day for _, day, _ in ranked}) == 1:
        yield from _concluded(f"时间相同：{listed}。", (), support, compared, index, work)
        return
    first = [_place(document) for document, day, _ in ranked if day == ranked[0][1]]
    word = ("最" if len(ranked) > 2 or len(compared.documents) > len(ranked) else "更") + ("晚" if late else "早")
    if len(first) == 1:
        listed = listed.removeprefix(first[0])
    yield from _concluded(f"{'、'.join(first)}{word}：{listed}。", (), support, compared, index, work)


def _who_says_it(compared: Comparison, found: Sequence[_Found], index: Index, work: Work) -> Iterator[Claim]:
    saying = [f for f in found if f.claims]
    silent = [_place(f.document) for f in found if not f.claims]
    if not saying:
        work.missing.append("已收录的文件都没有提到。")
        return
    names = "、".join(_place(f.document) for f in saying)
    text = f"提到的有{names}；{'、'.join(silent)}未提及。" if silent else f"{names}都提到了。"
    support = [e for f in saying for e in f.claims[0].support]
    yield from _concluded(text, (), support, compared, index, work)


def _concluded(
    text: str, results: Sequence[Result], support: Sequence[Evidence], compared: Comparison, index: Index, work: Work
) -> Iterator[Claim]:
    """The sentence, if every figure in it that was not computed stands in what it cites."""
    evidence = tuple(dict.fromkeys(support))
    places = "，".join(_place(d) for d in compared.documents)
    labels = "，".join(a.label for a in compared.aspects)
    computed = "，".join(r.text for r in results if r.operation in (Operation.DIFFERENCE, Operation.SUM))
    given = "，".join((_OUR_WORDS, "时间相同", places, labels, computed))
    verdict = check_together(text, [as_source(index, e) for e in evidence], index.rarity, given)
    if verdict.problem:
        work.problems.append(f"略去一句（{verdict.problem}）：{text}")
        return
    yield Claim(text, evidence, verdict.checks, results=tuple(results))
