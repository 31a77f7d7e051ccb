"""Whether a gold evidence clause is among the first five distinct clauses of the evidence: Success@5 of ir_measures."""

from __future__ import annotations

from eval.cases import Type
from eval.metrics.metric import Metric, Trial

DEPTH = 5
_READ_FROM_FIELDS = (Type.METADATA, Type.STATUS)


def score(trial: Trial) -> float:
    """1 if so, else 0; a clause that encloses a gold one or lies in it counts."""
    top = trial.retrieved[:DEPTH]
    return float(any(clause.relates_to(gold) for clause in top for gold in trial.case.evidence))


METRIC = Metric(
    name="hit_at_5",
    label="命中@5",
    score=score,
    applies=lambda case: case.answerable and bool(case.evidence) and case.type not in _READ_FROM_FIELDS,
    left_out="应拒答的题，不经检索的文号日期和有效性题，或题目没有标准条款",
    target=0.97,
)
