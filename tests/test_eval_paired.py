"""Two systems on the same cases: the interval of what lies between them."""

from __future__ import annotations

import pytest

from eval.paired import difference, ratio_to_better


def test_a_difference_is_that_of_the_pairs() -> None:
    before, after = [0.0, 0.2, 0.4, 0.6] * 25, [0.1, 0.3, 0.5, 0.7] * 25
    found = difference(before, after)
    assert found
    assert (found.value, found.low, found.high) == pytest.approx((0.1, 0.1, 0.1)), "each gains the same: no doubt"
    unlike = difference(before, after[::-1])
    assert unlike
    assert unlike.low < unlike.value < unlike.high


def test_the_interval_of_a_difference_has_the_width_that_theory_gives() -> None:
    found = difference([0.0] * 100, [1.0] * 20 + [0.0] * 80)
    assert found
    assert (found.low, found.high) == pytest.approx((0.2 - 0.0784, 0.2 + 0.0784), abs=0.015)
    stricter = difference([0.0] * 100, [1.0] * 20 + [0.0] * 80, level=0.995)
    assert stricter
    assert stricter.low < found.low < found.high < stricter.high


def test_a_ratio_is_to_the_better_of_the_others() -> None:
    found = ratio_to_better([0.6, 0.9] * 30, ([0.5, 0.5] * 30, [0.1, 0.2] * 30))
    assert found
    assert found.value == pytest.approx(1.5)
    assert 1.3 < found.low < 1.5 < found.high < 1.7
    assert str(found).startswith("1.500 (")


def test_nothing_is_said_of_too_little() -> None:
    assert difference([1.0], [0.0]) is None
    assert ratio_to_better([1.0], ([1.0],)) is None
    assert ratio_to_better([1.0, 1.0], ([0.0, 0.0],)) is None
