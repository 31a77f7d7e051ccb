"""Whether the reader got what is right: a refusal where there is no answer, else every gold answer (see `accuracy`)."""

from __future__ import annotations

from eval.metrics import accuracy
from eval.metrics.metric import Metric, Trial


def score(trial: Trial) -> float:
    """1 if right, else 0."""
    return accuracy.score(trial) if trial.case.answerable else float(trial.refused)


METRIC = Metric(
    name="outcome",
    label="结果正确",
    score=score,
    applies=lambda case: not case.answerable or bool(case.facts),
    left_out="没有标准答案的题",
)
