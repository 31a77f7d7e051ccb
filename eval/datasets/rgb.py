"""RGB, the refined Chinese part (Chen et al. 2024, “Benchmarking Large Language Models in Retrieval-Augmented Generation”).

300 questions, each under two conditions: with its negative passages alone, where the right outcome is to refuse, and
with positive and negative ones together. RGB itself draws five passages at a ratio of noise and lets a model read
them all; here all passages of the question are the library and retrieval chooses. Each passage is a document, and a
question is asked of its own documents in an index that holds those of all chosen questions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from assistant.settings import Settings
from eval.cases import Case, CaseError, Expectation
from eval.datasets.dataset import Dataset, data, document_id, half, library, lines, without_targets
from eval.metrics import accuracy, decision, outcome, over_refusal, refusal_recall

NEGATIVE, NOISE = "negative", "noise"


def cases() -> tuple[Case, ...]:
    """Both conditions of each question, one after the other."""
    return tuple(case for record in _records() for case in _conditions(record))


def documents(settings: Settings, chosen: Sequence[Case]) -> Settings:
    """The passages of the questions chosen."""
    wanted = {identifier for case in chosen for identifier in case.documents}
    texts = (text for record in _records() for text in (*record["positive"], *record["negative"]))
    return library(DATASET.name, (text for text in texts if document_id(text) in wanted), settings)


def _conditions(record: dict[str, Any]) -> Iterator[Case]:
    name, negative = str(record["id"]), record["negative"]
    if negative:
        yield Case(
            id=f"{name}-{NEGATIVE}",
            type=NEGATIVE,
            split=half(name),
            question=record["query"],
            expect=Expectation.REFUSE,
            documents=_ids(negative),
        )
    yield Case(
        id=f"{name}-{NOISE}",
        type=NOISE,
        split=half(name),
        question=record["query"],
        expect=Expectation.ANSWER,
        facts=tuple((gold,) if isinstance(gold, str) else tuple(gold) for gold in record["answer"]),
        documents=_ids([*record["positive"], *negative]),
    )


def _ids(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(document_id, texts)))


def _records() -> Iterator[dict[str, Any]]:
    path = data("rgb_zh", "zh_refine.json")
    for record in lines(path):
        if not {"id", "query", "answer", "positive", "negative"} <= set(record):
            raise CaseError(f"{path.name}：缺少 id、query、answer、positive 或 negative")
        yield record


DATASET = Dataset(
    name="rgb",
    label="噪声与拒答",
    cases=cases,
    metrics=without_targets(
        refusal_recall.METRIC, over_refusal.METRIC, accuracy.METRIC, decision.METRIC, outcome.METRIC
    ),
    types={NEGATIVE: "只有无关段落", NOISE: "有答案也有噪声"},
    decides=outcome.METRIC.name,
    library=documents,
)
