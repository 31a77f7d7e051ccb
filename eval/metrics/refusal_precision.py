"""Share of the refusals that were right to refuse.

Refusal is scored as a detection task, as for SQuAD 2.0's unanswerable questions (Rajpurkar et al. 2018).
"""

from __future__ import annotations

from eval.metrics.metric import Metric, Trial


def score(trial: Trial) -> float | None:
    """1 for a right refusal, 0 for a wrong one; None for an answer."""
    return float(not trial.case.answerable) if trial.refused else None


METRIC = Metric(
    name="refusal_precision",
    label="拒答精确",
    score=score,
    applies=lambda case: True,
    left_out="没有拒答的题",
    target=0.93,
)
