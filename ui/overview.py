"""A plan at a glance: its goals, what it says, who does what, its dates, what ends it. Pure.

Put together by code of the outline and the duties; every text is cut out of the document and keeps the place where it stands.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from index.facts.duty import task_of
from index.facts.wording import apart, cut, heading, joined, label, name, of_date, plain
from index.types import (
    Document,
    Duty,
    Milestone,
    Outline,
    Passage,
    Role,
    Section,
    SectionKind,
    Span,
    Status,
    Target,
    Validity,
)

_FIELDS = ("number", "issuer", "issued", "published", "period", "addressees", "about")
_LONGEST_PURPOSE, _LONGEST_SAID, _LONGEST_TASK, _LONGEST_UNITS = 240, 130, 40, 400
_MANY_CLAUSES = 80
_MOST_ACROSS, _MOST_AT_A_POINT = 5, 3
_FIGURE = re.compile(r"(?P<before>[^\d]*)(?P<number>\d[\d,.]*)(?P<after>.*)", re.DOTALL)
_When = tuple[int | None, int | None, int | None]


@dataclass(frozen=True, slots=True)
class Said:
    """Words of the document, perhaps cut, with the stretch that they stand in and the address of its clause."""

    text: str
    start: int
    end: int
    address: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A goal with its figure in three parts: 超过, 5000, 亿元; `before` and `after` may be empty."""

    indicator: str
    before: str
    number: str
    after: str
    place: Said


@dataclass(frozen=True, slots=True)
class Branch:
    """A clause of the tree: its number as it is printed, its heading, what it says first, and the clauses below it."""

    label: str
    heading: Said | None
    key: Said | None
    clauses: int
    parts: tuple[Branch, ...] = ()

    @property
    def runs(self) -> tuple[tuple[Branch, ...], ...]:
        """The parts, those without parts of their own that follow each other together."""
        return runs(self.parts)

    @property
    def mixed(self) -> bool:
        """Whether some of the parts have parts of their own, so that all of them are rows."""
        return any(part.parts for part in self.parts)


@dataclass(frozen=True, slots=True)
class Task:
    """A row of the matrix; None where the text names nobody in that role."""

    task: Said
    lead: Said | None
    responsible: Said | None


@dataclass(frozen=True, slots=True)
class Tasks:
    """The tasks below one heading; None for those below none."""

    above: Said | None
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """A day, a month or a year of the time line, each part None where unknown, and what the text wants then.

    `issued` is where the text gives it as the day of its own, `until` where as its last.
    """

    year: int | None
    month: int | None
    day: int | None
    events: tuple[Said, ...]
    issued: Said | None = None
    until: Said | None = None

    @property
    def when(self) -> str:
        """2018年6月30日, 6月, 2018年."""
        parts = ((self.year, "年"), (self.month, "月"), (self.day, "日"))
        return "".join(f"{number}{unit}" for number, unit in parts if number)


@dataclass(frozen=True, slots=True)
class Overview:
    """All that the page shows; what the document does not have is empty or None.

    `fields` are those of the document that its text gives, by name. `goals` are its outermost clauses that say what shall be
    reached, `measures` those on how it is secured, `closing` the last provisions, `body` all others; each stands once.
    """

    document: Document
    name: str
    validity: Validity
    fields: Mapping[str, Said]
    purpose: Said | None
    figures: tuple[tuple[int | None, tuple[Figure, ...]], ...]
    goals: tuple[Branch, ...]
    body: tuple[Branch, ...]
    measures: tuple[Branch, ...]
    closing: tuple[Branch, ...]
    tasks: tuple[Tasks, ...]
    points: tuple[Point, ...]
    ends: Said | None

    @property
    def folded(self) -> bool:
        """Whether it has so many clauses that those below an outermost one are shown on demand."""
        return sum(b.clauses for b in (*self.body, *self.measures, *self.closing)) > _MANY_CLAUSES

    @property
    def body_runs(self) -> tuple[tuple[Branch, ...], ...]:
        """The clauses of `body`, those without parts that follow each other together."""
        return runs(self.body)

    @property
    def tagged(self) -> bool:
        """Whether the figures are of several years, few of each, so that each is told its year."""
        return len(self.figures) > 1 and max(len(figures) for _, figures in self.figures) <= _MOST_AT_A_POINT

    @property
    def across(self) -> bool:
        """Whether the time line is short enough to run from left to right."""
        return 1 < len(self.points) <= _MOST_ACROSS and max(len(p.events) for p in self.points) <= _MOST_AT_A_POINT

    @property
    def figure_count(self) -> int:
        """How many figures there are, of all years."""
        return sum(len(figures) for _, figures in self.figures)

    @property
    def task_count(self) -> int:
        """How many rows the matrix has."""
        return sum(len(group.tasks) for group in self.tasks)


def overview(
    document: Document, passages: Sequence[Passage], outline: Outline, duties: Sequence[Duty], as_of: date
) -> Overview:
    """The overview of `document`; of `duties` those that it says."""
    reading = _Reading(document, passages)
    held: dict[SectionKind, list[Branch]] = {kind: [] for kind in SectionKind}
    for section in outline.sections:
        held[section.kind].append(_branch(reading, section))
    body = [_branch(reading, s) for s in outline.sections if s.kind in (SectionKind.WHY, SectionKind.BODY)]
    own = [duty for duty in duties if duty.document_id == document.id]
    fields = {name: reading.field(name) for name in _FIELDS if name in document.read_at and getattr(document, name)}
    if document.published == document.issued:
        fields.pop("published", None)
    validity, ends = document.validity(as_of), outline.ends
    told = plain(
        validity.basis if validity.status is not Status.UNKNOWN or not ends else document.words(ends.start, ends.end)
    )
    return Overview(
        document=document,
        name=document.name if document.title != document.source else name(document, outline.title),
        validity=validity,
        fields=fields,
        purpose=reading.said(outline.purpose, _LONGEST_PURPOSE) if outline.purpose else None,
        figures=tuple(_figures(reading, outline.goals)),
        goals=tuple(held[SectionKind.GOALS]),
        body=tuple(body) or tuple(_sayings(reading, outline)),
        measures=tuple(held[SectionKind.MEASURES]),
        closing=tuple(held[SectionKind.CLOSING]),
        tasks=tuple(_tasks(reading, outline, own)),
        points=tuple(_points(reading, outline.dates)),
        ends=reading.place(told, ends) if ends else None,
    )


def runs(branches: Sequence[Branch]) -> tuple[tuple[Branch, ...], ...]:
    """`branches`, those without parts that follow each other together."""
    found: list[tuple[Branch, ...]] = []
    for leaves, group in groupby(branches, key=lambda b: not b.parts):
        together = tuple(group)
        found += [together] if leaves else [(branch,) for branch in together]
    return tuple(found)


class _Reading:
    """The document with its clauses, from which words are cut."""

    def __init__(self, document: Document, passages: Sequence[Passage]) -> None:
        self.document, self.passages = document, passages
        self.by_id = {passage.id: passage for passage in passages}
        self._starts = [passage.start for passage in passages]

    def said(self, span: Span, most: int = _LONGEST_SAID) -> Said:
        """The words of a stretch on one line, at most about so many characters, without what in it is no prose."""
        return self.place(cut(plain(self.document.words(span.start, span.end)), most), span)

    def place(self, text: str, span: Span) -> Said:
        """`text`, for what stands in `span`."""
        at = max(0, bisect_right(self._starts, span.start) - 1)
        address = self.passages[at].address if self.passages else ""
        return Said(text, span.start, span.end, address)

    def numbered(self, section: Section) -> str:
        """A heading with its number."""
        return joined(label(self.document.text, section), heading(self.document, section))

    def field(self, name: str) -> Said:
        """A field of the document with where it was read."""
        return self.place(cut(plain(str(getattr(self.document, name))), _LONGEST_SAID), self.document.read_at[name])


# ---- the tree ----


def _branch(reading: _Reading, section: Section) -> Branch:
    words = heading(reading.document, section)
    headed = reading.place(words, section.heading) if section.heading else None
    told = {part.key for part in section.parts}
    key = reading.said(section.key) if section.key and section.key not in told else None
    parts = tuple(_branch(reading, part) for part in section.parts)
    return Branch(
        label(reading.document.text, section), headed, key if key and key.text else None, section.clauses, parts
    )


def _sayings(reading: _Reading, outline: Outline) -> Iterator[Branch]:
    """What a text says that is too short to have an outline, but for what is told as its title or its purpose."""
    if outline.sections:
        return
    told = [s for s in (outline.title, outline.purpose) if s]
    clauses = [p for p in reading.passages if p.role is Role.CLAUSE]
    for passage in clauses or reading.passages:
        for span in passage.sentences:
            if not any(s.start < span.end and span.start < s.end for s in told):
                yield Branch("", None, reading.said(span), 1)


# ---- goals ----


def _figures(reading: _Reading, goals: Sequence[Target]) -> Iterator[tuple[int | None, tuple[Figure, ...]]]:
    """The figures by year, those without one last."""
    ordered = sorted(goals, key=lambda t: (t.year is None, t.year or 0))
    for year, group in groupby(ordered, key=lambda t: t.year):
        told = [(t, _FIGURE.fullmatch(plain(t.text))) for t in group]
        parts = [(t, found.groups() if found else ("", plain(t.text), "")) for t, found in told]
        yield year, tuple(Figure(plain(t.indicator), f[0], f[1], f[2], reading.said(t.span)) for t, f in parts)


# ---- who does what ----


def _tasks(reading: _Reading, outline: Outline, duties: Sequence[Duty]) -> Iterator[Tasks]:
    rows = [(_above(outline, reading.by_id[duty.passage_id]), duty) for duty in duties]
    for above, group in groupby(rows, key=lambda row: row[0]):
        headed = reading.place(reading.numbered(above), above.heading) if above and above.heading else None
        yield Tasks(headed, tuple(_task(reading, outline, duty) for _, duty in group))


def _above(outline: Outline, passage: Passage) -> Section | None:
    """The section right above the one that the clause is."""
    path = [s for s in outline.path(passage.start) if s.heading]
    if path and path[-1].address == passage.clause[1]:
        path.pop()
    return path[-1] if path else None


def _task(reading: _Reading, outline: Outline, duty: Duty) -> Task:
    passage, text = reading.by_id[duty.passage_id], reading.document.text
    own = next((s for s in reversed(outline.path(passage.start)) if s.heading and s.start == passage.start), None)
    about = Span(duty.about.end - len(text[duty.about.start : duty.about.end].lstrip()), duty.about.end)
    words = plain(duty.task or task_of(passage, duty) or text[about.start : about.end])
    if own and own.heading and not duty.task:
        words, about = reading.numbered(own), own.heading
    units = ("、".join(map(plain, named)) for named in (duty.lead, duty.responsible))
    lead, responsible = (reading.place(cut(named, _LONGEST_UNITS), duty.span) if named else None for named in units)
    return Task(reading.place(cut(words, _LONGEST_TASK), about), lead, responsible)


# ---- dates ----


def _points(reading: _Reading, dates: Sequence[Milestone]) -> Iterator[Point]:
    """The time line in order of time, what has no year last; with the days of the document itself where it has others."""
    if not dates:
        return
    events: dict[_When, dict[str, Said]] = {}
    for one in apart(dates):
        event = reading.said(of_date(reading.document, one, dates))
        events.setdefault((one.year, one.month, one.day), {}).setdefault(event.text, event)
    document = reading.document
    days = [getattr(document, name) if name in document.read_at else None for name in ("issued", "until")]
    issued, until = ((day.year, day.month, day.day) if day else None for day in days)
    events |= {own: {} for own in (issued, until) if own and own not in events}
    for when in sorted(events, key=lambda w: (w[0] is None, w[0] or 0, w[1] or 13, w[2] or 32)):
        yield Point(
            *when,
            tuple(events[when].values()),
            issued=reading.field("issued") if when == issued else None,
            until=reading.said(document.read_at["until"]) if when == until else None,
        )
