"""Cases to rows: ask the assistant, one case at a time, and score what comes."""

from __future__ import annotations

import math
import time
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from assistant.types import Answer, Outcome
from eval.cases import Case
from eval.metrics import METRICS, Metric, Trial
from eval.metrics.all_facts import forbidden_shown
from eval.metrics.citation_recall import gold_cited
from eval.metrics.facts import facts_found
from index.types import Filters


class Answering(Protocol):
    """What is measured."""

    def answer(
        self, question: str, history: Sequence[Mapping[str, str]] = (), filters: Filters | None = None
    ) -> Answer:
        """The answer to `question` after `history`, from the documents that `filters` admits."""
        ...


@dataclass(frozen=True, slots=True)
class Row:
    """One case with what came of it; `answer` is None if the assistant raised (`error` says what) or was not asked.

    `score` is the probability that the evidence answers the question, 1 where a route without that decision answered,
    None where one refused: a threshold on it would refuse more or fewer questions. Where only retrieval is measured, `ranking` names what was
    found, best first, and `absent` what should have been found but is not in the library.
    """

    case: Case
    answer: Answer | None
    scores: Mapping[str, float | None]
    facts: tuple[bool, ...] = ()
    cited: tuple[bool, ...] = ()
    forbidden: tuple[str, ...] = ()
    seconds: float = 0.0
    error: str | None = None
    score: float | None = None
    ranking: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The form of a line of `rows.jsonl`."""
        return {
            "case": self.case.to_dict(),
            "answer": self.answer.to_dict() if self.answer else None,
            "scores": dict(self.scores),
            "facts": list(self.facts),
            "cited": list(self.cited),
            "forbidden": list(self.forbidden),
            "seconds": round(self.seconds, 3),
            "error": self.error,
            "score": None if self.score is None else round(self.score, 4),
            "ranking": list(self.ranking),
            "absent": list(self.absent),
        }


def ask(
    assistant: Answering,
    cases: Iterable[Case],
    titles: Mapping[str, str],
    metrics: Sequence[Metric[Any]] = METRICS,
) -> Iterator[Row]:
    """One row per case, in order, one at a time. An exception of the assistant becomes the row's error."""
    for case in cases:
        started = time.perf_counter()
        filters = Filters(documents=case.documents) if case.documents else None
        try:
            answer = assistant.answer(case.question, history=case.history, filters=filters)
        except Exception as error:  # noqa: BLE001 - whatever a case raises is its result
            traceback.print_exc()
            yield crashed(case, metrics, time.perf_counter() - started, f"{type(error).__name__}: {error}")
        else:
            yield _scored(Trial(case, answer, titles), metrics, time.perf_counter() - started)


def crashed(case: Case, metrics: Sequence[Metric[Any]], seconds: float, error: str) -> Row:
    """The row of a case to which no answer came."""
    scores = {metric.name: metric.crashed(case) for metric in metrics}
    nothing = (False,) * len(case.facts), (False,) * len(case.evidence), ()
    return Row(case, None, scores, *nothing, seconds=seconds, error=error)


def _scored(trial: Trial, metrics: Sequence[Metric[Any]], seconds: float) -> Row:
    return Row(
        trial.case,
        trial.answer,
        {metric.name: metric(trial) for metric in metrics},
        facts_found(trial),
        gold_cited(trial),
        forbidden_shown(trial),
        seconds,
        score=_score(trial.answer),
    )


def _score(answer: Answer) -> float | None:
    if answer.odds is not None:
        return 1 / (1 + math.exp(-answer.odds))
    return None if answer.status is Outcome.REFUSED else 1.0
