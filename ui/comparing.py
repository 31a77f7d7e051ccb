"""Plans × aspects: one question per aspect, so that every cell is checked and cited, put together as one answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from assistant.types import NOT_MENTIONED, Answer, Cell, Citation, Outcome, Table
from index.types import Document, Filters
from ui.answering import Answering

FIELDS = {"文号": "number", "发布机关": "issuer", "成文日期": "issued", "规划期": "period", "文件类型": "kind"}
MOST_ASPECTS, MOST_PLANS = 8, 20
_OFFERED = 14


@dataclass(slots=True)
class _Columns:
    """The table as it grows: a row per document, and the citations of all cells, each cited place once."""

    documents: Sequence[Document]
    as_of: date
    rows: list[list[Cell]] = field(init=False)
    citations: list[Citation] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rows = [[Cell(d.region or d.title)] for d in self.documents]

    def add_field(self, name: str) -> None:
        for document, row in zip(self.documents, self.rows, strict=True):
            value, at = getattr(document, name), document.read_at.get(name)
            cited = (self._cite(document, at.start, at.end),) if value and at else ()
            row.append(Cell(str(value), cited) if value else Cell(NOT_MENTIONED))

    def add_answer(self, answer: Answer) -> None:
        theirs = list(answer.table.rows) if answer.table else []
        for document, row in zip(self.documents, self.rows, strict=True):
            own = next((r for r in theirs if r[0].text == (document.region or document.title)), None)
            if own is None:
                row.append(Cell(NOT_MENTIONED))
                continue
            theirs.remove(own)
            cited = [c for n in own[1].citations for c in answer.citations if c.number == n]
            row.append(Cell(own[1].text, tuple(self._cite(c.document, c.start, c.end, c.address) for c in cited)))

    def _cite(self, document: Document, start: int, end: int, address: str = "") -> int:
        for c in self.citations:
            if (c.document.id, c.start, c.end) == (document.id, start, end):
                return c.number
        validity = document.validity(self.as_of)
        number = len(self.citations) + 1
        self.citations.append(Citation(number, document, address, start, end, validity.status, validity.basis))
        return number


def compare(assistant: Answering, documents: Sequence[Document], aspects: Sequence[str], as_of: date) -> Answer:
    """One row per document, one column per aspect, and the status; raises what the assistant raises."""
    columns = _Columns(documents, as_of)
    only = Filters(documents=tuple(d.id for d in documents))
    notices: dict[str, None] = {}
    indicators = {target.indicator for target in assistant.targets()}
    for aspect in aspects:
        if aspect in FIELDS:
            columns.add_field(FIELDS[aspect])
            continue
        figure = any(aspect in indicator for indicator in indicators)
        question = f"各地的{aspect}目标分别是多少？" if figure else f"各地的{aspect}分别是什么？"
        answer = next(e for e in assistant.stream(question, (), only) if isinstance(e, Answer))
        columns.add_answer(answer)
        notices |= dict.fromkeys(answer.notices)
    rows = tuple((*row, Cell(d.validity(as_of).status)) for d, row in zip(columns.documents, columns.rows, strict=True))
    table = Table(("地区", *aspects, "有效性"), rows)
    question = f"对比：{'、'.join(aspects)}"
    answered = Answer(question, question, Outcome.ANSWERED, as_of, table=table)
    return replace(answered, citations=tuple(columns.citations), notices=tuple(notices))


def offered(assistant: Answering) -> list[str]:
    """Aspects to choose from: the documents' fields, then indicators and headings that the plans have, commonest first."""
    seen: dict[str, set[str]] = {}
    for target in assistant.targets():
        seen.setdefault(target.indicator, set()).add(target.document_id)
    for document in assistant.documents:
        for passage in assistant.passages(document):
            if passage.headings and 2 <= len(passage.headings[-1]) <= 8:
                seen.setdefault(passage.headings[-1], set()).add(document.id)
    common = sorted((name for name in seen if len(name) <= 12), key=lambda name: -len(seen[name]))
    return [*FIELDS, *common[:_OFFERED]]
