"""Our own sets, and the part of them that is asked with every change."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from eval.__main__ import main
from eval.cases import Type, load
from eval.datasets.own import CASES, ci


def test_the_subset_has_four_of_each_type_in_order() -> None:
    cases = load()
    chosen = ci(cases)
    assert Counter(case.type for case in chosen) == dict.fromkeys(Type, 4)
    assert [case for case in cases if case in chosen] == list(chosen)


def test_the_subset_does_not_depend_on_order_and_hardly_on_new_cases() -> None:
    cases = load()
    chosen = {case.id for case in ci(cases)}
    assert {case.id for case in ci(cases[::-1])} == chosen
    more = (*cases, *(replace(cases[0], id=f"new-{n}") for n in range(3)))
    assert len(chosen - {case.id for case in ci(more)}) <= 3
    fewer = tuple(case for case in cases if case.id not in chosen)
    assert len(ci(fewer)) == 40


def test_a_row_without_fault() -> None:
    scores = {"all_facts": 1.0, "over_refusal": 0.0, "refusal_recall": None, "wrong_plan": 0.0, "unsupported": 0.0}
    assert CASES.right({"error": None, "scores": scores})
    assert not CASES.right({"error": "KeyError", "scores": scores})
    assert not CASES.right({"error": None, "scores": scores | {"wrong_plan": 1.0}})


@pytest.mark.parametrize("options", [["--set", "rgb"], ["--docs", "x"]])
def test_the_subset_is_of_our_own_cases_on_the_digests(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--subset", "ci", *options]) == 2
    assert "不能与 --set、--docs 同用" in capsys.readouterr().err
