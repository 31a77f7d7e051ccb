"""Reciprocal of the rank of the first gold passage among the first ten, 0 if there is none: RR@10 of MS MARCO."""

from __future__ import annotations

from eval.metrics.metric import Metric
from eval.metrics.ranking import Ranking

DEPTH = 10


def score(ranking: Ranking) -> float | None:
    """1 / rank; None if the library holds no gold."""
    if not ranking.ranks:
        return None
    return max((1 / rank for rank in ranking.ranks if rank is not None and rank <= DEPTH), default=0.0)


METRIC = Metric(name="mrr_at_10", label="MRR@10", score=score, applies=lambda case: True, left_out="标准条文不在库中")
