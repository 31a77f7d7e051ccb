"""What a comparison is: plans, aspects, what is known of a cell, and the table that the cells make."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.routes.claim import Claim, Filling
from assistant.types import NOT_MENTIONED, Cell, Evidence, Operation, Table
from index.types import Document, Target

NOT_HELD = "未收录"


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
            cells = [Cell(place(document))]
            for aspect in self.aspects:
                own = [
                    (f, numbers) for f, numbers in filled if (f.document_id, f.aspect) == (document.id, aspect.label)
                ]
                cells.append(_cell(own))
            rows.append((*cells, Cell(document.validity(as_of).status)))
        rows += [tuple(map(Cell, (absent, *([NOT_HELD] * len(self.aspects)), "—"))) for absent in self.absent]
        return Table(("地区", *(a.label for a in self.aspects), "有效性"), tuple(rows))


@dataclass(frozen=True, slots=True)
class Figure:
    """A target that fills a cell: what can be computed with."""

    document: Document
    target: Target
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of a cell without a model; `silent` if it is known that the plan says nothing of it, which `missing` tells."""

    document: Document
    claims: tuple[Claim, ...] = ()
    figure: Figure | None = None
    day: date | None = None
    silent: bool = False
    missing: tuple[str, ...] = ()


def place(document: Document) -> str:
    """The region of a plan, or its title where it has none."""
    return document.region or document.title


def shown(target: Target) -> str:
    """A target in a few words: 众创空间60家以上（2018年）."""
    return f"{target.indicator}{target.text}{f'（{target.year}年）' if target.year else ''}"


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
