"""What the page draws, as numbers from 0 to 1: the template scales them. Nothing here knows SVG."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from eval.datasets import Dataset

_SECONDS = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60)
_MOST_POINTS = 200


@dataclass(frozen=True, slots=True)
class Mark:
    """A value with the ends of its interval, which are the value itself where there is none."""

    label: str
    cases: int
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Panel:
    """One metric: a mark for each type and for all."""

    label: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """How many rows took so long; `height` is 1 for the longest bar."""

    label: str
    rows: int
    height: float


@dataclass(frozen=True, slots=True)
class Point:
    """What a threshold would do: `over` is the share of the answerable refused, `rejected` that of the unanswerable."""

    over: float
    rejected: float


@dataclass(frozen=True, slots=True)
class Curve:
    """Thresholds on the rows' score, from one that refuses nothing to one that refuses all; `here` is what was done.

    `area` is the area below the curve (AUROC): 0.5 where the score tells nothing. Rows without a score, for which
    nothing was retrieved, count as refused at every threshold.
    """

    points: tuple[Point, ...]
    here: Point
    area: float


def panels(summary: Mapping[str, Any], dataset: Dataset) -> tuple[Panel, ...]:
    """One for each metric that is a mean; counts have no scale to be drawn on."""
    groups = [(dataset.types.get(name, name), group) for name, group in summary["types"].items()]
    if dataset.pooled is None and len(groups) > 1:
        groups.append(("全部", {"cases": summary["cases"], "metrics": summary["overall"]}))
    return tuple(
        Panel(metric.label, marks)
        for metric in dataset.metrics
        if not metric.total and (marks := tuple(_marks(groups, metric.name)))
    )


def times(rows: Sequence[Mapping[str, Any]]) -> tuple[Bar, ...]:
    """Rows by their seconds, in steps that double or so."""
    counts = [0] * (len(_SECONDS) + 1)
    for row in rows:
        counts[bisect_left(_SECONDS, row["seconds"])] += 1
    labels = [f"≤{_SECONDS[0]:g}", *(f"–{high:g}" for _, high in pairwise(_SECONDS)), f">{_SECONDS[-1]:g}"]
    most = max(counts) or 1
    return tuple(Bar(label, count, count / most) for label, count in zip(labels, counts, strict=True))


def curve(rows: Sequence[Mapping[str, Any]]) -> Curve | None:
    """None where there are not both questions to answer and questions to refuse, or no row has a score."""
    asked = [row for row in rows if row["answer"]]
    if not any(row.get("score") is not None for row in asked):
        return None
    sides = [[row for row in asked if row["case"]["expect"] == expect] for expect in ("answer", "refuse")]
    if not all(sides):
        return None
    scores = [sorted(-1.0 if row.get("score") is None else row["score"] for row in side) for side in sides]
    thresholds = sorted({score for side in scores for score in side if score >= 0})
    step = len(thresholds) // _MOST_POINTS + 1
    found = [Point(*(bisect_left(side, t) / len(side) for side in scores)) for t in thresholds[::step]]
    points = (*found, Point(1.0, 1.0))
    area = sum((b.over - a.over) * (a.rejected + b.rejected) / 2 for a, b in pairwise((Point(0.0, 0.0), *points)))
    refused = (sum(row["answer"]["status"] == "refused" for row in side) / len(side) for side in sides)
    return Curve(points, Point(*refused), area)


def _marks(groups: Sequence[tuple[str, Mapping[str, Any]]], name: str) -> list[Mark]:
    return [
        Mark(label, cell["scored"], cell["value"], cell.get("low", cell["value"]), cell.get("high", cell["value"]))
        for label, group in groups
        if (cell := group["metrics"][name])["value"] is not None
    ]
