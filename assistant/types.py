"""What the assistant gives back: one frozen `Answer` for code, page and eval."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from index.types import Document, Status

NOT_MENTIONED = "未提及"
_LONGEST_TITLE = 60


class Outcome(StrEnum):
    """Whether the question was answered from the texts."""

    ANSWERED = "answered"
    PARTLY = "partly"
    REFUSED = "refused"


class Stage(StrEnum):
    """What the assistant is doing; sent while it works."""

    RETRIEVE = "检索"
    LOAD = "载入对话模型"
    GENERATE = "生成"
    VERIFY = "核验"


NEAREST = "以下条款意思最接近，但其中没有能核实的答案，请自行判断："


def titled(title: str) -> str:
    """A title in 《》, titles inside it in 〈〉 (GB/T 15834); one that is a page's first paragraph is cut."""
    if len(title) > _LONGEST_TITLE:
        title = f"{title[:_LONGEST_TITLE]}……"
    return "《" + title.replace("《", "〈").replace("》", "〉") + "》"


@dataclass(frozen=True, slots=True)
class Citation:
    """Numbered support of a sentence. `quote` is always a substring of the cited document."""

    number: int
    document: Document
    address: str
    start: int
    end: int
    status: Status
    status_basis: str

    @property
    def quote(self) -> str:
        """The cited words, as they stand in the document."""
        return self.document.text[self.start : self.end]

    @property
    def shown(self) -> str:
        """The quote for people, with · for what in it prints nothing."""
        return self.document.shown(self.start, self.end).strip()

    @property
    def marked(self) -> tuple[str, ...]:
        """Why stretches of the quote are no prose, each reason once; nothing rests on those."""
        return tuple(dict.fromkeys(mark.reason.value for mark in self.document.marked(self.start, self.end)))

    @property
    def caution(self) -> str:
        """What a reader of the quote is told of these; "" where there are none."""
        return f"含有不像正文的内容（{'、'.join(self.marked)}），请核对原件" if self.marked else ""

    def to_dict(self) -> dict[str, Any]:
        """The JSON form inside an answer."""
        d = self.document
        return {
            "number": self.number,
            "address": self.address,
            "quote": self.quote,
            "marked": list(self.marked),
            "start": self.start,
            "end": self.end,
            "document": {
                "id": d.id,
                "source": d.source,
                "title": d.title,
                "digest": d.digest,
                "number": d.number,
                "issuer": d.issuer,
                "region": d.region,
                "issued": d.issued.isoformat() if d.issued else None,
                "published": d.published.isoformat() if d.published else None,
                "period": str(d.period) if d.period else None,
                "kind": d.kind.value if d.kind else None,
                "about": d.about,
                "status": self.status.value,
                "status_basis": self.status_basis,
                "newer": d.newer.title if d.newer else None,
            },
        }


@dataclass(frozen=True, slots=True)
class Checks:
    """What was checked of a sentence against its citations: every number there, the place right, share of wording covered."""

    numbers: bool
    place: bool
    content: float


class Operation(StrEnum):
    """What was computed from cited figures."""

    MOST = "most"
    LEAST = "least"
    EARLIEST = "earliest"
    LATEST = "latest"
    DIFFERENCE = "difference"
    SUM = "sum"


@dataclass(frozen=True, slots=True)
class Operand:
    """A figure, word for word as in the quote of the citation of that number."""

    text: str
    citation: int


@dataclass(frozen=True, slots=True)
class Computed:
    """A figure of a sentence that no source states: `text` is the result of `operation` on `operands`."""

    operation: Operation
    operands: tuple[Operand, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """One shown sentence, without marks, with the numbers of the citations that support it, and what in it was computed.

    `opens` is what stands before it: "" where it goes on, a line break, an item's dash, a heading of the answer's own.
    `quoted`: it stands word for word in one of them, so the plan says it and not we.
    """

    text: str
    citations: tuple[int, ...]
    checks: Checks
    computed: tuple[Computed, ...] = ()
    opens: str = ""
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a comparison; no citations where the plan is silent (未提及) or the cell is a label."""

    text: str
    citations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A comparison: `columns` are labels, each row has one cell per column."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def markdown(self) -> str:
        """The table in Markdown, its cells with their [n] marks."""
        lines = [_row(self.columns), _row(["---"] * len(self.columns))]
        return "\n".join(lines + [_row([_marked(c.text, c.citations) for c in cells]) for cells in self.rows])


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence that was put before the model or the rules, with where it stands."""

    document_id: str
    source: str
    address: str
    start: int
    end: int
    text: str
    score: float


def is_quotation(text: str, evidence: Sequence[Evidence]) -> bool:
    """Whether all of `text` stands in one of these, but for blanks and the mark that ends it."""
    said = re.sub(r"\s|[。！？；!?;]+\s*$", "", text)
    return any(said in re.sub(r"\s", "", e.text) for e in evidence)


@dataclass(frozen=True, slots=True)
class Source:
    """An evidence sentence with what is known of where it stands: headings, document, the clause above.

    A target of a list (——众创空间50家) has its year in the clause above it (到2020年), so dates may come from the
    sentences `above`, which are then cited too. The row of a table says nothing without the names of its columns,
    nor an item (购置二手设备的) without the sentence that leads it in: `statement` is it with these, "" for a sentence.
    """

    evidence: Evidence
    headings: tuple[str, ...]
    document: Document
    above: tuple[Evidence, ...] = ()
    statement: str = ""

    @property
    def cited(self) -> tuple[Evidence, ...]:
        """What a sentence that rests on it cites: the evidence, and what leads it in."""
        return (self.evidence, *(self.above if self.statement else ()))

    @property
    def text(self) -> str:
        """What the evidence says: itself, or the statement of the row or the item that it is."""
        return self.statement or self.evidence.text

    @property
    def context(self) -> str:
        """All the words that this source gives support by."""
        d = self.document
        fields = (d.title, d.about, d.number, d.issuer, d.region, d.issued and f"{d.issued.year}年")
        return "\n".join([self.text, *self.headings, *(f for f in fields if f)])


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds from the question: retrieval alone, first checked sentence, whole answer, and inside the model."""

    retrieve: float = 0.0
    first_sentence: float = 0.0
    total: float = 0.0
    model: float = 0.0


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that the chat model read and wrote for this answer; zero when it was not asked."""

    prompt_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question; see `to_dict` for its one JSON form.

    `nearest` are clauses to look at oneself, where the plans were searched and none was found to answer.
    """

    question: str
    resolved_question: str
    status: Outcome
    as_of: date
    reason: str | None = None
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    nearest: tuple[Citation, ...] = ()
    table: Table | None = None
    notices: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    route: str = ""
    draft: str | None = None
    timings: Timings = Timings()
    usage: Usage = Usage()
    models: dict[str, str] = field(default_factory=dict)
    prompts: dict[str, str] = field(default_factory=dict)
    odds: float | None = None

    @property
    def text(self) -> str:
        """Plain text with [n] marks before the closing punctuation; the reason if refused."""
        if self.status is Outcome.REFUSED:
            return self.reason or ""
        body = "".join(f"{s.opens}{_marked(s.text, s.citations)}" for s in self.sentences).lstrip("\n")
        return f"{body}\n{self.reason}" if self.reason else body

    @property
    def markdown(self) -> str:
        """`text`, the table if any, the notices, and the numbered sources with their quotes."""
        parts = [self.text]
        if self.table:
            parts.append(self.table.markdown)
        parts += [f"> {notice}" for notice in self.notices]
        if self.nearest:
            parts.append(NEAREST)
        parts += [
            f"[{c.number}] {titled(c.document.name)}{c.document.number or ''} {c.address}（{c.status.label}）：“{c.shown}”"
            + (f"（{c.caution}）" if c.caution else "")
            for c in self.citations or self.nearest
        ]
        return "\n\n".join(parts)

    def to_dict(self) -> dict[str, Any]:
        """The one JSON form of an answer, for the command line, the API, the page and the eval rows."""
        return {
            "question": self.question,
            "resolved_question": self.resolved_question,
            "status": self.status.value,
            "reason": self.reason,
            "text": self.text,
            "sentences": [
                {
                    "text": s.text,
                    "quoted": s.quoted,
                    "citations": list(s.citations),
                    "opens": s.opens,
                    "checks": {
                        "numbers": s.checks.numbers,
                        "place": s.checks.place,
                        "content": round(s.checks.content, 3),
                    },
                    "computed": [
                        {
                            "operation": c.operation.value,
                            "operands": [{"text": o.text, "citation": o.citation} for o in c.operands],
                            "text": c.text,
                        }
                        for c in s.computed
                    ],
                }
                for s in self.sentences
            ],
            "citations": [c.to_dict() for c in self.citations],
            "nearest": [c.to_dict() for c in self.nearest],
            "table": None
            if self.table is None
            else {
                "columns": list(self.table.columns),
                "rows": [[{"text": c.text, "citations": list(c.citations)} for c in row] for row in self.table.rows],
            },
            "notices": list(self.notices),
            "problems": list(self.problems),
            "evidence": [
                {
                    "source": e.source,
                    "address": e.address,
                    "start": e.start,
                    "end": e.end,
                    "text": e.text,
                    "score": round(e.score, 4),
                }
                for e in self.evidence
            ],
            "route": self.route,
            "draft": self.draft,
            "timings": {
                "retrieve": self.timings.retrieve,
                "first_sentence": self.timings.first_sentence,
                "total": self.timings.total,
                "model": self.timings.model,
            },
            "usage": {
                "prompt_tokens": self.usage.prompt_tokens,
                "completion_tokens": self.usage.completion_tokens,
            },
            "models": dict(self.models),
            "prompts": dict(self.prompts),
            "odds": self.odds,
            "as_of": self.as_of.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Checked:
    """Streamed: one sentence that has passed, with the citations that it names."""

    sentence: Sentence
    citations: tuple[Citation, ...]


Event = Stage | Checked | Answer


def _marked(text: str, numbers: tuple[int, ...]) -> str:
    """`甲。` with (1, 2) becomes `甲[1][2]。`"""
    marks = "".join(f"[{n}]" for n in numbers)
    if text and text[-1] in "。！？；!?;":
        return text[:-1] + marks + text[-1]
    return text + marks


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(c.replace("|", "\\|").replace("\n", " ") for c in cells) + " |"
