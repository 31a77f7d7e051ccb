"""Whether it was right to answer or to refuse, whatever the answer says: detection of unanswerable questions.

Accuracy of the binary decision, as for SQuAD 2.0's no-answer threshold (Rajpurkar et al. 2018).
"""

from __future__ import annotations

from eval.metrics.metric import Metric, Trial


def score(trial: Trial) -> float:
    """1 if right, else 0."""
    return float(trial.refused is not trial.case.answerable)


METRIC = Metric(
    name="decision",
    label="答拒得当",
    score=score,
    applies=lambda case: True,
    left_out="没有",
)
