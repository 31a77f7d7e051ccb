"""The metrics, one a file; `METRICS` are those of our own cases, in the order in which tables show them."""

from typing import Any

from eval.metrics import (
    all_facts,
    citation_precision,
    citation_recall,
    comparison_cells,
    facts,
    false_gap,
    gap_told,
    hit_at_5,
    over_refusal,
    refusal_precision,
    refusal_recall,
    unsupported,
    wrong_plan,
)
from eval.metrics.metric import Metric, Trial, interval

METRICS: tuple[Metric[Any], ...] = (
    facts.METRIC,
    all_facts.METRIC,
    citation_precision.METRIC,
    citation_recall.METRIC,
    wrong_plan.METRIC,
    unsupported.METRIC,
    refusal_precision.METRIC,
    refusal_recall.METRIC,
    over_refusal.METRIC,
    gap_told.METRIC,
    false_gap.METRIC,
    hit_at_5.METRIC,
    comparison_cells.METRIC,
)

__all__ = ["METRICS", "Metric", "Trial", "interval"]
