"""DuReader-checklist (Tang et al. 2021, with DuReader-robust): questions on one paragraph, about half unanswerable from it.

1,130 questions of its development set, 591 of them unanswerable. Each is asked of its own paragraph, in an index that
holds those of all chosen questions. The title of the web page stands above its paragraph, since every file that is
indexed has one; it often words the question, which makes refusing harder than from the paragraph alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from assistant.settings import Settings
from eval.cases import Case, CaseError, Expectation
from eval.datasets.dataset import Dataset, data, document_id, half, library, without_targets
from eval.metrics import answered_f1, decision, over_refusal, refusal_precision, refusal_recall

_TYPES = {
    "in-domain": "同分布",
    "vocab": "词义辨析",
    "phrase": "短语",
    "semantic-role": "语义角色",
    "fault-tolerant": "错别字",
    "reasoning": "推理",
}


def cases() -> tuple[Case, ...]:
    """All questions, in the order of their ids, which are hashes: the file is sorted by type, and few are to be a sample."""
    return tuple(sorted((_case(question, text) for question, text in _records()), key=lambda case: case.id))


def documents(settings: Settings, chosen: Sequence[Case]) -> Settings:
    """The paragraphs of the questions chosen."""
    wanted = {identifier for case in chosen for identifier in case.documents}
    texts = (text for _, text in _records() if document_id(text) in wanted)
    return library(DATASET.name, texts, settings)


def _case(question: dict[str, Any], text: str) -> Case:
    impossible = question["is_impossible"]
    return Case(
        id=question["id"],
        type=question["type"].partition("_")[0],
        split=half(question["id"]),
        question=question["question"],
        expect=Expectation.REFUSE if impossible else Expectation.ANSWER,
        gold=() if impossible else tuple(answer["text"] for answer in question["answers"] if answer["text"]),
        documents=(document_id(text),),
    )


def _records() -> Iterator[tuple[dict[str, Any], str]]:
    """Each question with the text that it is asked of."""
    path = data("dureader_checklist", "dev.json")
    try:
        for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
            for paragraph in article["paragraphs"]:
                for question in paragraph["qas"]:
                    if not {"id", "question", "type", "answers", "is_impossible"} <= set(question):
                        raise CaseError(f"{path.name}：缺少 id、question、type、answers 或 is_impossible")
                    yield question, f"{paragraph['title']}\n{paragraph['context']}"
    except (ValueError, KeyError, TypeError) as error:
        if isinstance(error, CaseError):
            raise
        raise CaseError(f"{path.name} 不是 DuReader-checklist 的格式：{error!r}") from error


DATASET = Dataset(
    name="dureader",
    label="阅读与拒答",
    cases=cases,
    metrics=without_targets(
        refusal_recall.METRIC,
        over_refusal.METRIC,
        refusal_precision.METRIC,
        answered_f1.METRIC,
        decision.METRIC,
    ),
    types=_TYPES,
    decides=decision.METRIC.name,
    library=documents,
)
