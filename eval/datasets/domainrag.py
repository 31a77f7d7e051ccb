"""DomainRAG (Wang et al. 2024): questions about the admissions of a university. The extractive part, `basic_qa`.

90 questions over the 84 passages that answer them, which together are the library. The passages come as words parted by
blanks and are joined again, blanks being kept between Latin words and at line breaks. Of several golds one must be
given, and of that one every item.

The other part, `structured_qa_twopositive` (94 questions over tables of HTML pages), has no adapter yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

from assistant.settings import Settings
from eval.cases import Case, CaseError, Expectation
from eval.datasets.dataset import Dataset, data, half, library, lines, without_targets
from eval.metrics import accuracy, all_facts, answer_f1, over_refusal

_GAP = re.compile(r"(?<![A-Za-z0-9]) +(?! )|(?<=[A-Za-z0-9]) +(?![A-Za-z0-9])")


def cases() -> tuple[Case, ...]:
    """All questions."""
    return tuple(
        Case(
            id=str(number),
            type="extractive",
            split=half(str(number)),
            question=record["question"],
            expect=Expectation.ANSWER,
            facts=facts(record["answers"]),
            gold=tuple("、".join(items) for items in record["answers"]),
        )
        for number, record in enumerate(_records(), start=1)
    )


def documents(settings: Settings, chosen: Sequence[Case]) -> Settings:
    """The passages of all questions, whichever were chosen; the title of its page stands above each."""
    texts = (
        f"{passage['title']}\n{joined(passage['contents'])}"
        for record in _records()
        for passage in record["positive_reference"]
    )
    return library(DATASET.name, texts, settings)


def facts(answers: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    """Any one of the answers, whole: of each way to take one item from every answer, one item must be there."""
    return tuple(tuple(dict.fromkeys(way)) for way in product(*answers))


def joined(contents: str) -> str:
    """The text without the blanks between its words."""
    return "\n".join(_GAP.sub("", line).strip() for line in contents.splitlines())


def _records() -> Iterator[dict[str, Any]]:
    path = data("domainrag", "basic_qa.jsonl")
    for record in lines(path):
        if not {"question", "answers", "positive_reference"} <= set(record):
            raise CaseError(f"{path.name}：缺少 question、answers 或 positive_reference")
        yield record


DATASET = Dataset(
    name="domainrag",
    label="招生政策问答",
    cases=cases,
    metrics=without_targets(accuracy.METRIC, all_facts.METRIC, answer_f1.METRIC, over_refusal.METRIC),
    types={"extractive": "摘取"},
    decides=accuracy.METRIC.name,
    library=documents,
)
