"""Share of the cases to be refused that were refused (see `refusal_precision`)."""

from __future__ import annotations

from eval.metrics.metric import Metric, Trial


def score(trial: Trial) -> float:
    """1 if refused, else 0."""
    return float(trial.refused)


METRIC = Metric(
    name="refusal_recall",
    label="拒答召回",
    score=score,
    applies=lambda case: not case.answerable,
    left_out="应作答的题",
    target=0.93,
)
