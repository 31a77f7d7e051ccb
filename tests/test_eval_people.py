"""What people ask: complete questions of documents that lie in the shared data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from eval.__main__ import main
from eval.datasets import DATASETS, NoData, dataset, people

PEOPLE = DATASETS["people"]


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    """What was read of the documents is not kept from one test to another."""
    people.libraries.cache_clear()
    yield
    people.libraries.cache_clear()


def test_missing_documents_are_named_and_nothing_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dataset, "DATA", tmp_path / "none")
    assert main(["run", "--set", "people", "--out", str(tmp_path / "runs")]) == 2
    assert "没有数据 ../shared/" in capsys.readouterr().err
    assert not (tmp_path / "runs").exists()


def test_each_question_says_what_answers_it_and_where() -> None:
    try:
        cases = PEOPLE.cases()
    except NoData as missing:
        pytest.skip(str(missing))
    assert len({case.id for case in cases}) == len(cases)
    for case in cases:
        assert case.type in PEOPLE.types
        assert set(case.sources) <= set(case.documents)
        assert case.answerable is bool(case.facts), case.id
