"""Whether the answer holds every expected fact, or as many as the case asks for, and none of the forbidden ones.

Exact-match counterpart of `facts` (STR-EM-hit in ALCE, Gao et al. 2023).
"""

from __future__ import annotations

from eval.metrics.facts import facts_found, holds
from eval.metrics.metric import Metric, Trial


def score(trial: Trial) -> float:
    """1 if right, else 0."""
    found = facts_found(trial)
    least = trial.case.least_facts or len(found)
    return float(sum(found) >= least and not forbidden_shown(trial))


def forbidden_shown(trial: Trial) -> tuple[str, ...]:
    """The forbidden wordings that the answer holds."""
    return tuple(wording for wording in trial.case.forbidden if holds(trial.shown, wording))


METRIC = Metric(
    name="all_facts",
    label="全部答对",
    score=score,
    applies=lambda case: case.answerable,
    left_out="应拒答的题没有事实可评",
    target=0.92,
)
