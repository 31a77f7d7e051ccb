"""What plans set, one line each: all figures by heading, all dates in order of time, who does what by task or by unit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from assistant.question.understand import Query
from assistant.routes.line import (
    LINES,
    LINES_IF_SHORT,
    LONGEST_ITEM,
    LONGEST_LINE,
    LONGEST_SHORT_LINE,
    MOST_DOCUMENTS,
    MOST_LINES,
    USUAL,
    Line,
    Shape,
    laid_out,
    left_out,
    listed,
    named,
    place,
    said,
    text,
)
from assistant.routes.step import Context, Missing, Remark, Step
from assistant.types import titled
from index.chinese.quantity import Kind, Quantity, quantities
from index.chinese.units import is_duty_line, same_unit
from index.document.table import rows
from index.facts.wording import apart, clean, cut, of_date
from index.search import Index
from index.types import Document, Duty, Outline, Passage, Role, SectionKind, Span, Target

_FIGURES_A_LINE = 6
_MOST_TASKS = 8
_MOST_MENTIONS = 5
_LONGEST_QUOTED = 160


# ---- figures ----


def figures(query: Query, context: Context, shape: Shape = USUAL) -> Iterator[Step]:
    """All figures that the plans set or report, by heading; if short, those that are goals.

    A sentence of a section for goals with a figure that was not read as one is quoted. A plan without any has the sentences
    that hold numbers.
    """
    index = context.index
    for document in query.documents[:MOST_DOCUMENTS]:
        told = [*_figures(document, index, shape)]
        lines = told or [*_numbers(document, index)]
        if not told and lines:
            yield Remark(f"{named(document, index)}没有列出成项的指标，以下是写有数字的句子。")
        if not lines:
            yield Missing(f"{named(document, index)}没有写明量化指标。")
        yield from laid_out(lines, document, index, query)
    yield from left_out(query.documents, "列出指标")


def _figures(document: Document, index: Index, shape: Shape) -> Iterator[Line]:
    outline = index.outline(document.id)
    targets = outline.goals if shape.short else index.targets([document.id])
    held = {passage_id: list(group) for passage_id, group in groupby(targets, key=lambda t: t.passage_id)}
    for passage in index.passages(document.id):
        path, own = outline.path(passage.start), held.get(passage.id, [])
        in_goals = any(s.kind is SectionKind.GOALS for s in path)
        if own or in_goals:
            quoted = [s for s in passage.sentences if _reads_better(document, passage, s, own, in_goals)]
            read = [t for t in own if t.span not in quoted]
            yield from figures_of(read, outline, document, place(document, path), 1 if shape.table else _FIGURES_A_LINE)
            for span in quoted:
                yield Line(said(document, span, _LONGEST_QUOTED), (span,), place(document, path))


def _reads_better(document: Document, passage: Passage, span: Span, read: Sequence[Target], in_goals: bool) -> bool:
    """Whether a sentence says its figures better than a list of them: it is short with few, or has, among goals, unread ones."""
    own = [t for t in read if t.span == span]
    if any(row.span == span for row in rows(document, passage)):
        return False
    held = "".join(f"{t.indicator}{t.text}" for t in own)
    unread = any(not q.indefinite and q.text not in held for q in _quantities(document, span))
    few = 0 < len(own) < 3 and all(t.year_span in (None, span) for t in own)
    return (few and len(text(document, span)) <= LONGEST_SHORT_LINE) or (in_goals and unread)


def _numbers(document: Document, index: Index) -> Iterator[Line]:
    """The sentences of clauses that hold a number with a unit."""
    for passage, span in _statements(document, index):
        if any(q.text[0].isdigit() and q.unit and q.unit[0] != "第" for q in _quantities(document, span)):
            path = index.outline(document.id).path(passage.start)
            yield Line(said(document, span, LONGEST_LINE), (span,), place(document, path))


def _statements(document: Document, index: Index) -> Iterator[tuple[Passage, Span]]:
    """The sentences of clauses that are no lines of units."""
    for passage in index.passages(document.id):
        for span in passage.sentences if passage.role is Role.CLAUSE else ():
            if not is_duty_line(document.words(span.start, span.end)):
                yield passage, span


def _quantities(document: Document, span: Span) -> list[Quantity]:
    return [q for q in quantities(document.words(span.start, span.end)) if q.kind is Kind.NUMBER]


def figures_of(
    targets: Sequence[Target], outline: Outline, document: Document, label: str, size: int = _FIGURES_A_LINE
) -> Iterator[Line]:
    """The targets, so many in a line: 到2020年，众创空间50家以上、网上办理率90%."""
    for n in range(0, len(targets), size):
        part = targets[n : n + size]
        spans = dict.fromkeys(s for t in part for s in (t.year_span, t.span) if s)
        yield Line("；".join(_by_year(part, outline, document)), tuple(spans), label)


def _by_year(targets: Iterable[Target], outline: Outline, document: Document) -> Iterator[str]:
    for year, group in groupby(targets, key=lambda t: t.year):
        part = list(group)
        later = document.issued is not None and year is not None and year > document.issued.year
        to_come = later or any(t in outline.goals for t in part)
        names = [None, *(t.indicator for t in part)]
        told = [
            clean(f"{'' if t.indicator == before else t.indicator + _is(t)}{t.text}")
            for before, t in zip(names, part, strict=False)
        ]
        yield (f"{'到' if to_come else ''}{year}年，" if year else "") + "、".join(told)


def _is(target: Target) -> str:
    """为 where an indicator ends and its figure begins with a digit or a letter."""
    return "为" if target.indicator[-1:].isascii() and target.indicator[-1:].isalnum() and target.text.isascii() else ""


# ---- dates ----


def dates(query: Query, context: Context, shape: Shape = USUAL) -> Iterator[Step]:
    """The time line: what each plan wants by when, in order of time; the figures of a year after its sentences."""
    index = context.index
    for document in query.documents[:MOST_DOCUMENTS]:
        lines = [*_time_line(document, index.outline(document.id))]
        if not lines:
            yield Missing(f"{named(document, index)}没有写明时间节点。")
        yield from laid_out(lines, document, index, query, LINES_IF_SHORT if shape.short else MOST_LINES)
    yield from left_out(query.documents, "列出时间节点")


def _time_line(document: Document, outline: Outline) -> Iterator[Line]:
    told: set[Span] = set()
    ordered = apart(outline.dates)
    for year in sorted({t.year for t in outline.goals if t.year} | {d.year or 0 for d in ordered}):
        label = f"{year}年" if year else "未写明年份"
        own: dict[str, Span] = {}
        for one in ordered:
            if (one.year or 0) == year:
                own.setdefault(cut(text(document, of_date(document, one, outline.dates)), LONGEST_SHORT_LINE), one.span)
        told |= set(own.values())
        yield from (Line(words, (span,), label) for words, span in own.items())
        more = [t for t in outline.goals if t.year == year and t.span not in told]
        yield from figures_of(more, outline, document, label)


# ---- who does what ----


def leads(query: Query, context: Context, shape: Shape = USUAL) -> Iterator[Step]:
    """Who leads and who takes part, a line for each task, by heading; of the unit that is named its tasks in either role."""
    silent = []
    for document in query.documents[:MOST_DOCUMENTS]:
        lines = [*(_of_unit(document, query.unit, context.index) if query.unit else _tasks(document, context.index))]
        if not lines:
            missing = f"{query.unit}的任务" if query.unit else "牵头或责任单位"
            silent.append(f"{titled(document.title)}没有写明{missing}。")
        yield from laid_out(lines, document, context.index, query, LINES if shape.short else 2 * MOST_LINES)
    if query.chosen or len(silent) == len(query.documents):
        yield from map(Missing, silent)
    yield from left_out(query.documents, "列出分工")


def _tasks(document: Document, index: Index) -> Iterator[Line]:
    for duty in index.duties([document.id]):
        passage = index.passage(duty.passage_id)
        path = index.outline(document.id).path(passage.start)
        above = path[:-1] if path and path[-1].address == passage.clause[1] else path
        task = _task(document, duty, index)
        yield Line(f"{task.text}：{_who(document, duty)}", task.spans, place(document, above))


def _task(document: Document, duty: Duty, index: Index) -> Line:
    """What it is that they do: its words, the heading of its clause, or what that says first."""
    path = index.outline(document.id).path(duty.about.start)
    headed = text(document, path[-1].heading or path[-1].key) if path else ""
    words = clean(duty.task) if duty.task else headed or text(document, duty.about)
    above = () if duty.task else (index.passage(duty.passage_id).sentences[0],)
    return Line(cut(words, 2 * LONGEST_ITEM), (*above, duty.span))


def _who(document: Document, duty: Duty) -> str:
    others = "、".join(duty.responsible)
    if not duty.lead:
        return f"{others}负责"
    role = "为责任单位" if "责任" in document.text[duty.span.start : duty.span.end] else "配合"
    return f"{'、'.join(duty.lead)}牵头{f'，{others}{role}' if others else ''}"


def _of_unit(document: Document, unit: str, index: Index) -> Iterator[Line]:
    """What the unit leads, what it answers for, where it takes part, and the sentences that name it elsewhere."""
    roles: dict[str, list[Line]] = {"牵头": [], "负责": [], "参与": []}
    duties = index.duties([document.id], unit)
    for duty in duties:
        leads_it = any(same_unit(unit, name) for name in duty.lead)
        roles["牵头" if leads_it else "参与" if duty.lead else "负责"].append(_task(document, duty, index))
    for role, held in roles.items():
        for n in range(0, len(held), _MOST_TASKS):
            part = held[n : n + _MOST_TASKS]
            tasks, _ = listed([task.text for task in part], LONGEST_LINE * _MOST_TASKS)
            spans = tuple(span for task in part for span in task.spans)
            yield Line(f"{unit}{role}的{'还有' if n else '任务是'}：{tasks}", spans, f"{role}的任务")
    mentions = [
        Line(said(document, span, LONGEST_LINE), (span,), "正文提到")
        for _, span in _statements(document, index)
        if unit in document.words(span.start, span.end)
        and not any(d.span.start <= span.start < d.span.end for d in duties)
    ]
    yield from mentions[:_MOST_MENTIONS]
