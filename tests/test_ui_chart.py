from __future__ import annotations

from decimal import Decimal

from index.types import Span, Target
from tests.browser import POPLAR, RIVER
from ui.chart import LABEL, VALUE, WIDTH, Fact, chart, comparable


def fact(
    document: object, indicator: str, value: int, year: int | None = None, unit: str = "个", change: str = ""
) -> Fact:
    target = Target("river:0", indicator, f"{value}{unit}", Decimal(value), unit, "", year, Span(0, 1), None, change)
    return Fact(target, document, "一")  # type: ignore[arg-type]


def test_an_indicator_takes_in_longer_names_of_the_same_thing() -> None:
    found = comparable([fact(RIVER, "园区", 3), fact(POPLAR, "县级园区", 5), fact(RIVER, "站点", 9)])
    assert list(found) == ["园区"]
    assert [f.target.value for f in found["园区"]] == [3, 5]


def test_other_units_changes_and_one_plan_in_one_year_are_not_compared() -> None:
    assert comparable([fact(RIVER, "产值", 3, unit="元"), fact(POPLAR, "产值", 3, unit="%")]) == {}
    assert comparable([fact(RIVER, "产值", 3), fact(POPLAR, "产值", 3, change="增长")]) == {}
    assert comparable([fact(RIVER, "产值", 3, 2018), fact(RIVER, "产值", 4, 2018)]) == {}
    assert list(comparable([fact(RIVER, "产值", 3, 2018), fact(RIVER, "产值", 4, 2020)])) == ["产值"]


def test_bars_are_as_long_as_their_values_and_the_longest_is_first() -> None:
    drawn = chart("园区", [fact(RIVER, "园区", 25), fact(POPLAR, "园区", 100, 2020)])
    assert [bar.length for bar in drawn.bars] == [WIDTH - LABEL - VALUE, round((WIDTH - LABEL - VALUE) / 4)]
    assert [bar.label for bar in drawn.bars] == ["白杨县 2020", "青河市"]
    assert drawn.height > drawn.bars[-1].y
