"""Share of an answer's citations that name a gold evidence clause, one that encloses it or one inside it.

Citation precision of ALCE (Gao et al. 2023) and LongBench-Cite (Zhang et al. 2024), with gold clauses in the place of
their entailment judge. As there, an answer without any citation scores 0. So does an answer to a case to be refused.
"""

from __future__ import annotations

from eval.metrics.metric import Metric, Trial


def score(trial: Trial) -> float | None:
    """Citations on gold / citations; None for a refusal."""
    if trial.refused:
        return None
    if not trial.cited or not trial.case.answerable:
        return 0.0
    right = sum(any(clause.relates_to(gold) for gold in trial.case.evidence) for clause in trial.cited)
    return right / len(trial.cited)


METRIC = Metric(
    name="citation_precision",
    label="引用精确",
    score=score,
    applies=lambda case: bool(case.evidence) or not case.answerable,
    left_out="拒答没有引用可评，或题目没有标准条款",
    target=0.98,
)
