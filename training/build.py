"""`python -m training build`: what the writers wrote, checked and packed into `training/data`."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from training import documents
from training.examples import (
    EXAMPLES,
    QUESTIONS,
    TEST_WRITERS,
    Example,
    Question,
    Split,
    Turn,
    Wrong,
    tenth,
    write,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `python -m training build`."""
    parser.add_argument("folder", type=Path, help="标注人员的文件夹，其中有 in/、out/、documents/ 和 marked/")


def main(options: argparse.Namespace) -> int:
    """Pack whatever the writers have finished."""
    examples = [e for file in sorted(options.folder.glob("out/w*.jsonl")) for e in written(file)]
    write(examples, EXAMPLES)
    questions = list(asked(options.folder / "out" / "intent.jsonl"))
    write(questions, QUESTIONS)
    labelled = [
        documents.written(file.stem, number, row, marked)
        for file in sorted(options.folder.glob("documents/*.jsonl"))
        for number, (row, marked) in enumerate(
            zip(_rows(file), _rows(options.folder / "marked" / file.name), strict=True)
        )
    ]
    documents.write(labelled)
    for name, rows in (("条款", examples), ("问题", questions), ("文件", labelled)):
        counts = Counter(row.split.value for row in rows)
        print(name, len(rows), dict(counts))
    return 0


def written(file: Path) -> Iterator[Example]:
    """The examples of one writer; of a law's clause the text is in the writer's other file."""
    writer = file.stem
    given = {row["n"]: row for row in _rows(file.parent.parent / "in" / file.name)}
    for row in _rows(file):
        law = given.get(row["n"])
        title, heading, clause = (
            (law["law"], law["article"], law["clause"]) if law else (row["title"], row["heading"], row["clause"])
        )
        yield Example(
            id=row["n"],
            split=_split(writer, row["n"]),
            title=title,
            heading=heading,
            clause=clause,
            answers=tuple(row["answers"]),
            near_misses=tuple(row["near_misses"]),
            true=tuple(row["true"]),
            false=tuple(Wrong(**wrong) for wrong in row["false"]),
            path=law["path"] if law else "",
        )


def asked(file: Path) -> Iterator[Question]:
    """The questions with their intent; the same question after the same turns is taken once."""
    seen = set()
    for row in _rows(file):
        key = json.dumps([row["q"], row["history"]], ensure_ascii=False)
        if key in seen:
            continue
        seen.add(key)
        part = tenth(row["q"])
        yield Question(
            id=f"q{len(seen):04}",
            split=Split.TEST if part == 9 else Split.DEV if part == 8 else Split.TRAIN,
            text=row["q"],
            history=tuple(Turn(t["role"], t["content"]) for t in row["history"]),
            intent=row["intent"],
            fields=tuple(row["fields"]),
            shape=row["shape"],
            scope=row["scope"],
            several=bool(row.get("more")),
        )


def _split(writer: str, key: str) -> Split:
    if writer in TEST_WRITERS:
        return Split.TEST
    return Split.DEV if tenth(key) == 0 else Split.TRAIN


def _rows(file: Path) -> Iterator[Mapping[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())
