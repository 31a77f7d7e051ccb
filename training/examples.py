"""Labelled clauses: questions that a clause answers or not, sentences that follow from it or not."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
EXAMPLES, QUESTIONS = DATA / "examples.jsonl.gz", DATA / "intent.jsonl.gz"
TEST_WRITERS = frozenset(("w5",))
"""What these wrote is measured on, and read by nobody."""


class Split(StrEnum):
    """What an example is for."""

    TRAIN = "train"
    DEV = "dev"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Wrong:
    """A sentence that does not follow, and in which way it is wrong."""

    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Example:
    """A clause under its document's title and its heading; `path` is the law's file where it is one's."""

    id: str
    split: Split
    title: str
    heading: str
    clause: str
    answers: tuple[str, ...]
    near_misses: tuple[str, ...]
    true: tuple[str, ...]
    false: tuple[Wrong, ...]
    path: str = ""

    @property
    def text(self) -> str:
        """What is read: the clause below what it stands under."""
        return evidence(self.title, self.heading, self.clause)


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a dialogue."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question with what it wants."""

    id: str
    split: Split
    text: str
    history: tuple[Turn, ...]
    intent: str
    fields: tuple[str, ...]
    shape: str
    scope: str
    several: bool


def evidence(title: str, heading: str, clause: str) -> str:
    """A clause as the encoder reads it."""
    return " ".join(part for part in (title, heading, clause) if part)


def examples(file: Path = EXAMPLES) -> list[Example]:
    """All labelled clauses."""
    return [_example(row) for row in _lines(file)]


def questions(file: Path = QUESTIONS) -> list[Question]:
    """All labelled questions."""
    return [_question(row) for row in _lines(file)]


def write(rows: Sequence[Example | Question], file: Path) -> None:
    """Write them to a compressed file of JSON Lines; the same rows give the same bytes."""
    text = "".join(json.dumps(asdict(row), ensure_ascii=False) + "\n" for row in rows)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def tenth(key: str) -> int:
    """In which of ten parts of equal size `key` falls."""
    return int(sha256(key.encode()).hexdigest()[:8], 16) % 10


def _lines(file: Path) -> Iterator[Mapping[str, Any]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _example(row: Mapping[str, Any]) -> Example:
    texts = {name: tuple(row[name]) for name in ("answers", "near_misses", "true")}
    false = tuple(Wrong(**wrong) for wrong in row["false"])
    return Example(**{**row, **texts, "split": Split(row["split"]), "false": false})


def _question(row: Mapping[str, Any]) -> Question:
    history = tuple(Turn(**turn) for turn in row["history"])
    return Question(**{**row, "split": Split(row["split"]), "history": history, "fields": tuple(row["fields"])})
