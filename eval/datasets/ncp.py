"""NCP policies QA: human questions about provincial and city policy documents, each answered by a span of one of them.

599 documents and 658 questions (`train` 600, `dev` 58), of the open contest on question answering over policies of 2020.
Every question is asked of the whole library. A document is one line: its title, then paragraphs, parted by blanks; it
is indexed as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from assistant.settings import Settings
from eval.cases import Case, CaseError, Expectation
from eval.datasets.dataset import Dataset, data, library, lines, without_targets
from eval.metrics import answer_f1, answered_f1, gold_cited, gold_covered, over_refusal

_PARTS = ("train", "dev")


def cases() -> tuple[Case, ...]:
    """All questions, `dev` after `train`."""
    return tuple(
        Case(
            id=record["id"],
            type="span",
            split=part,
            question=record["question"],
            expect=Expectation.ANSWER,
            gold=(record["answer"]["text"],),
        )
        for part, record in _records()
    )


def documents(settings: Settings, chosen: Sequence[Case]) -> Settings:
    """The documents of all questions, whichever were chosen."""
    texts = {record["docid"]: record["context"] for _, record in _records()}
    return library(DATASET.name, texts.values(), settings)


def _records() -> Iterator[tuple[str, dict[str, Any]]]:
    for part in _PARTS:
        path = data("ncp", f"{part}.json")
        for record in lines(path):
            if not {"id", "docid", "context", "question", "answer"} <= set(record):
                raise CaseError(f"{path.name}：缺少 id、docid、context、question 或 answer")
            yield part, record


DATASET = Dataset(
    name="ncp",
    label="政策文件问答",
    cases=cases,
    metrics=without_targets(
        gold_cited.METRIC, gold_covered.METRIC, answer_f1.METRIC, answered_f1.METRIC, over_refusal.METRIC
    ),
    types={"span": "原文片段"},
    decides=gold_cited.METRIC.name,
    splits=_PARTS,
    split="dev",
    library=documents,
)
