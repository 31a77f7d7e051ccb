"""Labelled documents: whole invented plans, notices and answers with questions, and for each all clauses that answer it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from training.examples import DATA, Split, evidence

FILE = DATA / "documents.jsonl.gz"
TEST_WRITERS = frozenset(("a", "e"))
"""What these wrote is measured on, and read by nobody."""
DEV = 4
"""Which document of every other writer is for choosing steps and thresholds, counted from 0."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause below its headings, which ` > ` parts."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about the document, and the clauses by number: those that answer, none if nothing does, and near misses."""

    text: str
    type: str
    answers: tuple[int, ...]
    touches: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LabelledDocument:
    """A document with its clauses, in order, and what is asked about it."""

    id: str
    split: Split
    title: str
    kind: str
    clauses: tuple[Clause, ...]
    questions: tuple[Asked, ...]

    def read(self, number: int) -> str:
        """A clause as the encoder reads it."""
        clause = self.clauses[number]
        return evidence(self.title, clause.heading.replace(" > ", " "), clause.text)


def documents() -> list[LabelledDocument]:
    """All labelled documents."""
    with gzip.open(FILE, "rt", encoding="utf-8") as lines:
        return [_document(json.loads(line)) for line in lines]


def write(labelled: Sequence[LabelledDocument]) -> None:
    """Write them to a compressed file of JSON Lines; the same documents give the same bytes."""
    text = "".join(json.dumps(asdict(each), ensure_ascii=False) + "\n" for each in labelled)
    FILE.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def written(writer: str, number: int, row: Mapping[str, Any]) -> LabelledDocument:
    """A document as its writer made it: clauses are counted from 1 there."""
    clauses = tuple(Clause(c["heading"], c["text"]) for c in row["clauses"])
    asked = tuple(
        Asked(q["q"], q["type"], *(tuple(n - 1 for n in q[name]) for name in ("answers", "touches")))
        for q in row["questions"]
    )
    split = Split.TEST if writer in TEST_WRITERS else Split.DEV if number == DEV else Split.TRAIN
    return LabelledDocument(f"{writer}{number}", split, row["title"], row["kind"], clauses, asked)


def _document(row: Mapping[str, Any]) -> LabelledDocument:
    asked = tuple(Asked(q["text"], q["type"], tuple(q["answers"]), tuple(q["touches"])) for q in row["questions"])
    clauses = tuple(Clause(**clause) for clause in row["clauses"])
    return LabelledDocument(row["id"], Split(row["split"]), row["title"], row["kind"], clauses, asked)
