"""What the page draws: intervals by type, times, and what a threshold on the evidence's score would refuse."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from eval.datasets import DATASETS
from eval.plots import Point, curve, panels, times

DUREADER = DATASETS["dureader"]


def row(expect: str, score: float | None, status: str = "answered", seconds: float = 0.3) -> dict[str, Any]:
    return {"case": {"expect": expect}, "answer": {"status": status}, "score": score, "seconds": seconds}


def cell(value: float | None, **ends: float) -> dict[str, Any]:
    return {"value": value, "scored": 4, "left_out": 0, **ends}


def summary(*types: str) -> dict[str, Any]:
    names = [metric.name for metric in DUREADER.metrics]
    group = {"cases": 4, "metrics": {name: cell(0.5, low=0.25, high=0.75) for name in names}}
    return {"types": dict.fromkeys(types, group), "cases": 8, "overall": group["metrics"]}


def test_a_panel_for_each_mean_with_a_mark_for_each_type_and_for_all() -> None:
    drawn = panels(summary("vocab", "phrase"), DUREADER)
    assert [panel.label for panel in drawn] == [metric.label for metric in DUREADER.metrics]
    assert [mark.label for mark in drawn[0].marks] == ["词义辨析", "短语", "全部"]
    assert (drawn[0].marks[0].low, drawn[0].marks[0].value, drawn[0].marks[0].high) == (0.25, 0.5, 0.75)


def test_what_is_undefined_or_a_count_or_not_pooled_is_not_drawn() -> None:
    one = summary("vocab")
    one["types"]["vocab"]["metrics"]["answered_f1"] = cell(None)
    assert "作答F1" not in [panel.label for panel in panels(one, DUREADER)]
    own = {"types": {"figure": {"cases": 1, "metrics": {m.name: cell(1.0) for m in DATASETS["cases"].metrics}}}}
    labels = [panel.label for panel in panels(own, DATASETS["cases"])]
    assert "全部答对" in labels
    assert "无据数字" not in labels
    drawn = panels(summary("vocab", "phrase"), replace(DUREADER, pooled="vocab"))
    assert [mark.label for mark in drawn[0].marks] == ["词义辨析", "短语"]


def test_a_value_without_interval_is_its_own_interval() -> None:
    one = summary("vocab")
    one["types"]["vocab"]["metrics"]["decision"] = cell(1.0)
    mark = panels(one, DUREADER)[-1].marks[0]
    assert (mark.low, mark.high) == (1.0, 1.0)


def test_times_fall_into_steps() -> None:
    bars = times([row("answer", 1.0, seconds=s) for s in (0.01, 0.05, 0.3, 100.0)])
    assert {bar.label: bar.rows for bar in bars if bar.rows} == {"≤0.05": 2, "–0.5": 1, ">60": 1}
    assert max(bar.height for bar in bars) == 1.0


def test_a_score_that_separates_gives_the_whole_area() -> None:
    found = curve([row("refuse", 0.1, "refused"), row("refuse", 0.2), row("answer", 0.8), row("answer", 0.9)])
    assert found
    assert found.area == 1.0
    assert Point(0.0, 1.0) in found.points
    assert found.here == Point(0.0, 0.5)


def test_a_score_that_tells_nothing_gives_half_of_it() -> None:
    found = curve([row(expect, score / 10) for score in range(10) for expect in ("answer", "refuse")])
    assert found
    assert found.area == pytest.approx(0.5, abs=0.06)


def test_a_row_without_score_is_refused_at_every_threshold() -> None:
    found = curve([row("refuse", None, "refused"), row("refuse", 0.5), row("answer", 0.5)])
    assert found
    assert min(point.rejected for point in found.points) == 0.5


def test_no_curve_without_both_kinds_or_without_scores() -> None:
    assert curve([row("answer", 0.5)]) is None
    assert curve([row("answer", None), row("refuse", None)]) is None
    assert curve([{"case": {"expect": "answer"}, "answer": None, "score": None}]) is None
