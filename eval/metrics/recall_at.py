"""Share of the gold passages that are among the first so many: R@k of ir_measures and TREC."""

from __future__ import annotations

from eval.metrics.metric import Metric
from eval.metrics.ranking import Ranking


def recall_at(depth: int) -> Metric[Ranking]:
    """The metric at that depth."""

    def score(ranking: Ranking) -> float | None:
        return ranking.within(depth) / len(ranking.ranks) if ranking.ranks else None

    return Metric(
        name=f"recall_at_{depth}",
        label=f"召回@{depth}",
        score=score,
        applies=lambda case: True,
        left_out="标准条文不在库中",
    )
