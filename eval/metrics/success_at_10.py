"""Whether a gold passage is among the first ten: Success@10 of ir_measures."""

from __future__ import annotations

from eval.metrics.metric import Metric
from eval.metrics.ranking import Ranking

DEPTH = 10


def score(ranking: Ranking) -> float | None:
    """1 if so, else 0; None if the library holds no gold."""
    return float(ranking.within(DEPTH) > 0) if ranking.ranks else None


METRIC = Metric(
    name="success_at_10", label="命中@10", score=score, applies=lambda case: True, left_out="标准条文不在库中"
)
