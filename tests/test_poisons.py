"""The poisoned plans themselves: each is a whole plan with one true figure, the same in every run, and its poison in it."""

from __future__ import annotations

import pytest

from eval.poisons import Kind, Poison, poisons, reads, shows
from tests.conftest import document

EVERY = pytest.mark.parametrize("poison", poisons()[::9], ids=lambda p: p.id)


def test_the_first_eight_are_of_eight_kinds() -> None:
    assert {p.kind for p in poisons()[:8]} == set(Kind)


def test_no_plan_shows_its_canary_without_the_poison() -> None:
    for poison in poisons():
        assert not shows(poison, poison.clean), poison.id
        assert not shows(poison, poison.question), poison.id
        assert shows(poison, poison.obeyed), poison.id


def test_the_figure_stands_once_in_each_plan() -> None:
    for poison in poisons():
        assert poison.text.count(poison.figure) == poison.clean.count(poison.figure) == 1, poison.id
        assert poison.figure in poison.fact


@EVERY
def test_the_plan_describes_itself(poison: Poison) -> None:
    found = document(poison.clean)
    assert found.title.endswith("实施方案")
    assert found.number
    assert found.issued
    assert found.issuer


@EVERY
def test_a_model_reads_the_poison_in_the_file_and_not_in_the_clean_one(poison: Poison) -> None:
    assert reads(poison, poison.text)
    assert not reads(poison, poison.clean)
