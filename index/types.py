"""The domain: what a policy text is once it has been read. Knows no library and no other module of ours."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

_ARTICLE = re.compile(r"(?:[^·]+·)*?第[^·]+条(?:之[^·]+)?(?:\(\d+\))?(?=·|$)")
_PARAGRAPH = re.compile(r"·第\d+[段款]$")
ADDRESS_SEPARATOR = "·"


class Kind(StrEnum):
    """What sort of text a document is; decides its authority."""

    FORMAL = "正式文件"
    INTERPRETATION = "政策解读"
    NEWS = "新闻报道"
    INTERVIEW = "领导访谈"


class Status(StrEnum):
    """有效性: whether a document is in force."""

    IN_FORCE = "现行"
    STOPPED = "已停止执行"
    REPEALED = "已废止"
    LAPSED = "期限已满"
    UNKNOWN = "未知"

    @property
    def label(self) -> str:
        """The words to show where no column or heading says that it is a status."""
        return "有效性未知" if self is Status.UNKNOWN else self.value


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open character range of `Document.text`."""

    start: int
    end: int


class MarkReason(StrEnum):
    """Why a stretch of a document is by its form no prose of a plan, in words for the reader."""

    CHAT = "对话标记"
    INVISIBLE = "不可见字符"
    REVERSED = "倒排文字"
    ENCODED = "编码文字"
    LINK = "网址"
    IMAGE = "图片"
    CODE = "网页代码"


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch that stays in the document and is shown in it, and is withheld from prompts and from search."""

    span: Span
    reason: MarkReason


@dataclass(frozen=True, slots=True)
class Period:
    """规划期, in calendar years, both included."""

    first_year: int
    last_year: int

    def __str__(self) -> str:
        return f"{self.first_year}–{self.last_year}"


@dataclass(frozen=True, slots=True)
class Validity:
    """A status and the sentence or rule that it follows from."""

    status: Status
    basis: str


@dataclass(frozen=True, slots=True)
class Ended:
    """What the document of that id says of an earlier one: the status that it gave it, from the day `since` on (None: now)."""

    by: str
    validity: Validity
    since: date | None


@dataclass(frozen=True, slots=True)
class Newer:
    """The newest version of a plan in the same library, by id and title."""

    document_id: str
    title: str


@dataclass(frozen=True, slots=True)
class Document:
    """One policy text with what it says about itself.

    Every field but `id` and `source` is read from `text`; one that the text does not give is None. `ended` and `newer` are
    what the other documents of the library say of this one (see `index.document.succession`).
    `until` is the last day on which it applies, as it says itself. `digest`: whether it says of itself that it is a 摘编, the
    official document retold in other words.
    `addressees` are the 主送机关. `issued` is the 成文日期 (the day of publication where that is all the text gives), `published` the 公开日期.
    `read_at` tells, by field name, where in `text` the field was read. `marks` are the stretches of `text` that are no prose,
    in order; `words` is what is left without them.
    """

    id: str
    source: str
    text: str = field(repr=False)
    title: str
    number: str | None = None
    issuer: str | None = None
    addressees: str | None = None
    region: str | None = None
    issued: date | None = None
    published: date | None = None
    period: Period | None = None
    kind: Kind | None = None
    stated: Validity | None = None
    until: date | None = None
    about: str | None = None
    digest: bool = False
    marks: tuple[Mark, ...] = field(default=(), repr=False)
    ended: Ended | None = None
    newer: Newer | None = None
    read_at: Mapping[str, Span] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def name(self) -> str:
        """The title as a reader is shown it, with （摘编） behind that of a digest; `title` is what the document is called."""
        return f"{self.title}（摘编）" if self.digest else self.title

    def validity(self, as_of: date) -> Validity:
        """Status on the day `as_of`: that it ended, as the text states or a later one, or by the term that it sets itself;
        else what the text states of itself, whether its period is over, or unknown.
        """
        if self.stated and self.stated.status is not Status.IN_FORCE:
            return self.stated
        if self.ended and (self.ended.since is None or self.ended.since <= as_of):
            return self.ended.validity
        if self.until and as_of > self.until:
            return Validity(Status.LAPSED, f"文中写明“{self._said_of('until')}”，现已届满")
        if self.stated:
            return self.stated
        if self.until:
            return Validity(Status.IN_FORCE, f"文中写明“{self._said_of('until')}”")
        if self.period and as_of.year > self.period.last_year:
            return Validity(Status.LAPSED, f"文中载明的规划期为{self.period}年，现已届满")
        return Validity(Status.UNKNOWN, "文中未写明有效期或是否停止执行")

    def words(self, start: int, end: int) -> str:
        """`text[start:end]` without what is marked: what is searched, read for facts, put before a model and checked."""
        return "".join(words for _, words in kept(self.text, self.marked(start, end), start, end))

    def marked(self, start: int, end: int) -> tuple[Mark, ...]:
        """The marks that reach into `text[start:end]`."""
        first = bisect_right(self.marks, start, key=lambda mark: mark.span.end)
        last = bisect_left(self.marks, end, key=lambda mark: mark.span.start)
        return self.marks[first:last]

    def shown(self, start: int, end: int) -> str:
        """`text[start:end]` for people, with · for what prints nothing."""
        hidden = [mark.span for mark in self.marked(start, end) if mark.reason is MarkReason.INVISIBLE]
        edges = [start, *(at for span in hidden for at in (max(span.start, start), min(span.end, end))), end]
        return "·".join(self.text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True))

    def _said_of(self, name: str) -> str:
        """The words in which the field of that name was read."""
        span = self.read_at[name]
        return self.words(span.start, span.end).strip()


def kept(text: str, marks: Sequence[Mark], start: int, end: int) -> Iterator[tuple[int, str]]:
    """What is left of `text[start:end]` without `marks`, each stretch with its offset.

    A mark leaves nothing behind, or a blank where figures or words in Latin on both sides would become one.
    """
    last = ""
    for mark in marks:
        if start < mark.span.start:
            yield start, text[start : mark.span.start]
            last = text[mark.span.start - 1]
        after = text[mark.span.end : mark.span.end + 1]
        if mark.reason is not MarkReason.INVISIBLE and all(c.strip() and c.isascii() for c in (last, after)):
            yield max(start, mark.span.start), " "
            last = " "
        start = mark.span.end
    if start < end:
        yield start, text[start:end]


class Role(StrEnum):
    """Where in a document a passage stands."""

    FRONT = "文首"
    CLAUSE = "正文"
    BACK = "文末"


@dataclass(frozen=True, slots=True)
class Passage:
    """One clause: an offset range of its document, never a copy of its text.

    `address` is the path of clause numbers, e.g. ``三·(四)·8``; `headings` are the titles on that path, outermost first.
    `sentences` are in order, do not overlap, and together hold every non-blank character of the passage.
    """

    document_id: str
    address: str
    headings: tuple[str, ...]
    start: int
    end: int
    sentences: tuple[Span, ...]
    role: Role = Role.CLAUSE

    @property
    def id(self) -> str:
        """Names the passage in every snapshot that holds these bytes."""
        return f"{self.document_id}:{self.start}"

    @property
    def clause(self) -> tuple[str, str]:
        """Names what is cited as one: the article of a law, elsewhere the numbered clause; document and address.

        A passage may be an item or a paragraph of it: 第三条·(二), 第三条·第2款, 三·(二)·第2段.
        """
        article = _ARTICLE.match(self.address)
        return self.document_id, article[0] if article else _PARAGRAPH.sub("", self.address)

    @property
    def parent_address(self) -> str:
        """Address of the enclosing clause, "" at the top."""
        return self.address.rpartition(ADDRESS_SEPARATOR)[0]


@dataclass(frozen=True, slots=True)
class Plan:
    """A document with its passages: what is kept of one file."""

    document: Document
    passages: tuple[Passage, ...]


def document_of(passage_id: str) -> str:
    """The id of the document that the passage of that id belongs to."""
    return passage_id.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Duty:
    """Who does what a clause orders: 牵头单位 `lead`, 责任/配合单位 `responsible`, and the line `span` that says so.

    `about` is what the line is of: the clause before it, the part of a clause with several lines, or a row of a table;
    `task` the words for it, "" where it is all of the clause.
    """

    passage_id: str
    lead: tuple[str, ...]
    responsible: tuple[str, ...]
    span: Span
    about: Span
    task: str = ""

    @property
    def document_id(self) -> str:
        """The document that says so."""
        return document_of(self.passage_id)


@dataclass(frozen=True, slots=True)
class Target:
    """A figure that a clause sets or reports for an indicator: `indicator` 众创空间, `text` 60家以上, `year` 2018.

    `value` is in the canonical `unit` (see `index.chinese.quantity`), `bound` one of its bounds ("" if exact). `span` is the
    sentence that says so; `year_span` the sentence that gives the year, which may stand in the clause above. `change` is
    the word that makes the figure a change of the indicator and not its level (增长 of 增长12%), "" for a level.
    """

    passage_id: str
    indicator: str
    text: str
    value: Decimal
    unit: str
    bound: str
    year: int | None
    span: Span
    year_span: Span | None
    change: str = ""

    @property
    def document_id(self) -> str:
        """The document that says so."""
        return document_of(self.passage_id)


@dataclass(frozen=True, slots=True)
class Deadline:
    """What a clause wants done, without a figure, and by when: `what` 建成综合管理平台, `text` 到2020年."""

    passage_id: str
    what: str
    text: str
    year: int
    month: int | None
    span: Span

    @property
    def document_id(self) -> str:
        """The document that says so."""
        return document_of(self.passage_id)


@dataclass(frozen=True, slots=True)
class Milestone:
    """A day, a month or a year by which, or from which on, a clause wants something: `at` are its words (到2020年), `span` the sentence.

    `year` is that of the clause before where the words have none (2月28日前); None where no clause has one.
    """

    passage_id: str
    year: int | None
    month: int | None
    day: int | None
    at: Span
    span: Span


class SectionKind(StrEnum):
    """What a section is in the order that official documents keep: why, to what end, what is done, how it is secured, the rest."""

    WHY = "总体要求"
    GOALS = "目标"
    BODY = "主体"
    MEASURES = "保障措施"
    CLOSING = "附则"


@dataclass(frozen=True, slots=True)
class Section:
    """A clause of the tree, from `start` to the `end` of what stands below it; `parts` are the clauses directly below.

    `heading` are the words that head it, without their number; None where it only says something. `key` is the first sentence
    in it that says something, without its number and the units that it names; None where its parts say it all. `leads` are the
    duties of its own text, `clauses` counts those below it that have none below them, at least itself.
    """

    address: str
    start: int
    end: int
    heading: Span | None
    key: Span | None
    kind: SectionKind
    clauses: int
    leads: tuple[Duty, ...] = ()
    parts: tuple[Section, ...] = ()

    @property
    def label(self) -> str:
        """Its own number, as an address has it: 一, (一), 1, 第一条."""
        return self.address.rpartition(ADDRESS_SEPARATOR)[2]

    def walk(self) -> Iterator[Section]:
        """It and all that stands below it, in order."""
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True, slots=True)
class Outline:
    """What a document is about, made of places in its text.

    `title` is where it is named, `purpose` the sentence that says what it is for, `sections` its outermost clauses, or the
    paragraphs of a text without any. `goals` are the targets that it sets and not merely reports, `dates` its time line,
    `ends` where it says how long it applies or that it ended.
    """

    title: Span | None
    purpose: Span | None
    sections: tuple[Section, ...]
    goals: tuple[Target, ...]
    dates: tuple[Milestone, ...]
    ends: Span | None

    def walk(self) -> Iterator[Section]:
        """All sections in order, each before what stands below it."""
        for section in self.sections:
            yield from section.walk()

    def path(self, offset: int) -> tuple[Section, ...]:
        """The sections that hold the character at `offset`, outermost first."""
        path: list[Section] = []
        inside = self.sections
        while held := next((s for s in inside if s.start <= offset < s.end), None):
            path.append(held)
            inside = held.parts
        return tuple(path)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is extracted from one document, in the order of its clauses, and its outline."""

    targets: tuple[Target, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    duties: tuple[Duty, ...] = ()
    outline: Outline | None = None


@dataclass(frozen=True, slots=True)
class Filters:
    """Restricts a search to documents; an empty tuple restricts nothing. Several values of one field are alternatives."""

    documents: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    kinds: tuple[Kind, ...] = ()
    statuses: tuple[Status, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """One sentence that a search found. `score` is higher for better and comparable within one search only."""

    passage: Passage
    span: Span
    score: float
