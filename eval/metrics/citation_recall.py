"""Share of the gold evidence clauses that the answer cites, as such or by a clause that encloses them or lies in them.

Citation recall after ALCE (Gao et al. 2023) and LongBench-Cite (Zhang et al. 2024), over gold clauses rather than over
statements. A refusal of an answerable question cites nothing and scores 0.
"""

from __future__ import annotations

from eval.metrics.metric import Metric, Trial


def score(trial: Trial) -> float:
    """Cited gold clauses / gold clauses."""
    cited = gold_cited(trial)
    return sum(cited) / len(cited)


def gold_cited(trial: Trial) -> tuple[bool, ...]:
    """For each evidence clause of the case, whether the answer cites it."""
    return tuple(any(gold.relates_to(clause) for clause in trial.cited) for gold in trial.case.evidence)


METRIC = Metric(
    name="citation_recall",
    label="引用召回",
    score=score,
    applies=lambda case: case.answerable and bool(case.evidence),
    left_out="应拒答的题，或题目没有标准条款",
    target=0.92,
)
