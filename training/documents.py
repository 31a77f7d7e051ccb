"""Labelled documents: whole invented plans, notices and answers with questions, and for each all clauses and sentences
that answer it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from assistant.judge.judge import in_context
from index.document.structure import sentences
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
    """A question about the document, and the clauses by number: those that answer, none if nothing does, and near misses.

    `sentences` are those that a reply would be made of, each by its clause and its place in it. What goes on from an
    earlier question has that `before` it, and the answer that was `said`.
    """

    text: str
    type: str
    answers: tuple[int, ...]
    touches: tuple[int, ...]
    sentences: tuple[tuple[int, int], ...] = ()
    before: str = ""
    said: str = ""

    @property
    def read(self) -> str:
        """The question as the encoder reads it."""
        return in_context(self.text, self.before)


@dataclass(frozen=True, slots=True)
class LabelledDocument:
    """A document with its clauses, in order, and what is asked about it."""

    id: str
    split: Split
    title: str
    kind: str
    clauses: tuple[Clause, ...]
    questions: tuple[Asked, ...]

    def read(self, number: int, text: str | None = None) -> str:
        """A clause as the encoder reads it, or some `text` of it."""
        clause = self.clauses[number]
        return evidence(self.title, clause.heading.replace(" > ", " "), clause.text if text is None else text)

    def sentences(self, number: int) -> tuple[str, ...]:
        """The sentences of a clause."""
        text = self.clauses[number].text
        return tuple(text[span.start : span.end] for span in sentences(text, 0, len(text)))


def documents() -> list[LabelledDocument]:
    """All labelled documents."""
    with gzip.open(FILE, "rt", encoding="utf-8") as lines:
        return [_document(json.loads(line)) for line in lines]


def write(labelled: Sequence[LabelledDocument]) -> None:
    """Write them to a compressed file of JSON Lines; the same documents give the same bytes."""
    text = "".join(json.dumps(asdict(each), ensure_ascii=False) + "\n" for each in labelled)
    FILE.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def written(writer: str, number: int, row: Mapping[str, Any], marked: Mapping[str, Any]) -> LabelledDocument:
    """A document as its writer made it, and as another `marked` the sentences of each question and asked what follows.

    Clauses, sentences and questions are counted from 1 there. A clause with a sentence that answers, answers.
    """
    clauses = tuple(Clause(c["heading"], c["text"]) for c in row["clauses"])
    asked = [_asked(q, q["type"], marked["sentences"].get(str(n), ())) for n, q in enumerate(row["questions"], start=1)]
    asked += [_asked(q, "followup", q["sentences"], q["before"], q["said"]) for q in marked["followups"]]
    split = Split.TEST if writer in TEST_WRITERS else Split.DEV if number == DEV else Split.TRAIN
    return LabelledDocument(f"{writer}{number}", split, row["title"], row["kind"], clauses, tuple(asked))


def _asked(row: Mapping[str, Any], kind: str, told: Sequence[str], before: str = "", said: str = "") -> Asked:
    places = [tuple(int(n) - 1 for n in place.split(".")) for place in told]
    answers = sorted({clause for clause, _ in places})
    touches = sorted({n - 1 for n in (*row["touches"], *row["answers"])} - {*answers})
    return Asked(row["q"], kind, tuple(answers), tuple(touches), tuple(places), before, said)  # type: ignore[arg-type]


def _document(row: Mapping[str, Any]) -> LabelledDocument:
    asked = tuple(
        Asked(
            **q
            | {name: tuple(q[name]) for name in ("answers", "touches")}
            | {"sentences": tuple(map(tuple, q["sentences"]))}
        )
        for q in row["questions"]
    )
    clauses = tuple(Clause(**clause) for clause in row["clauses"])
    return LabelledDocument(row["id"], Split(row["split"]), row["title"], row["kind"], clauses, asked)
