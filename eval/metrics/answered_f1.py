"""Overlap of the answer with the gold answer where one was given: `answer_f1` without the refusals.

To be read beside the over-refusal rate, which says how many it leaves out.
"""

from __future__ import annotations

from eval.metrics import answer_f1
from eval.metrics.metric import Metric, Trial


def score(trial: Trial) -> float | None:
    """F1 against the best gold; None for a refusal."""
    return None if trial.refused else answer_f1.score(trial)


METRIC = Metric(
    name="answered_f1",
    label="作答F1",
    score=score,
    applies=answer_f1.METRIC.applies,
    left_out="应拒答的题和拒答的题",
)
