"""Number of citations of a document that is not among the case's evidence: another plan passed off as the one asked for.

Document-level retrieval mismatch (Reuter et al. 2025) of what is shown, rather than of what was retrieved.
"""

from __future__ import annotations

from eval.metrics.metric import Metric, Trial


def score(trial: Trial) -> float:
    """Count of such citations."""
    gold = {clause.document for clause in trial.case.evidence}
    return float(sum(clause.document not in gold for clause in trial.cited))


METRIC = Metric(
    name="wrong_plan",
    label="引错文件",
    score=score,
    applies=lambda case: bool(case.evidence),
    left_out="题目没有标准条款",
    target=0,
    lower_is_better=True,
    total=True,
)
