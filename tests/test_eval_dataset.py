"""What all data sets share: their library as files, their halves, what is said where the data are missing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.settings import Settings
from eval.__main__ import main
from eval.cases import CaseError
from eval.datasets import DATASETS, NoData, dataset
from eval.datasets.dataset import document_id, half, library, lines
from index.readers.files import read
from index.store.embed import HashEmbedder
from tests import datasets

INVENTED = sorted(name for name, d in DATASETS.items() if not d.of_plans and name != "people")
"""The sets in whose place `tests.datasets` has data; the questions of `people` ship."""


@pytest.fixture(name="data")
def _data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Invented data in the place of the data sets."""
    folder = datasets.write(tmp_path / "data")
    monkeypatch.setattr(dataset, "DATA", folder)
    return folder


@pytest.fixture(name="light")
def _light(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index folder of this test's own, and an embedding model without weights."""
    monkeypatch.setenv("ZHENGDA_INDEX_DIR", str(tmp_path / "state" / "index"))
    monkeypatch.setattr(Settings, "embedder", lambda self: HashEmbedder())
    return tmp_path / "state"


def run(folder: Path, *options: str) -> tuple[int, dict[str, Any], list[dict[str, Any]]]:
    """A run of the command, without a chat model; its exit code, summary and rows."""
    code = main(["run", "--llm", "off", "--out", str(folder), *options])
    (made,) = folder.iterdir()
    rows = (made / "rows.jsonl").read_text(encoding="utf-8").splitlines()
    assert (made / "report.html").is_file()
    return code, json.loads((made / "summary.json").read_text(encoding="utf-8")), list(map(json.loads, rows))


@pytest.mark.parametrize("name", INVENTED)
def test_missing_data_are_named_and_nothing_is_run(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dataset, "DATA", tmp_path / "none")
    assert main(["run", "--set", name, "--out", str(tmp_path / "runs")]) == 2
    assert "没有数据 ../shared/data/" in capsys.readouterr().err
    assert not (tmp_path / "runs").exists()
    with pytest.raises(NoData):
        DATASETS[name].cases()


@pytest.mark.parametrize("name", DATASETS)
def test_a_set_is_decided_by_one_of_its_metrics_and_names_its_types(name: str, data: Path) -> None:
    d = DATASETS[name]
    names = [metric.name for metric in d.metrics]
    assert len(set(names)) == len(names)
    assert {d.decides, *d.perfect} <= set(names)
    assert d.split in ("all", *d.splits)
    if name in INVENTED:
        cases = d.cases()
        assert cases
        assert {case.split for case in cases} <= set(d.splits)
        assert all(metric.target is None for metric in d.metrics)
        if not d.rank:
            assert {case.type for case in cases} <= set(d.types)


def test_a_library_is_one_file_a_text_word_for_word(tmp_path: Path) -> None:
    settings = Settings(index_dir=tmp_path / "index")
    made = library("little", [datasets.PARK, datasets.TEA, datasets.PARK], settings)
    files = {path.stem: path for path in made.docs.iterdir()}
    assert set(files) == {document_id(datasets.PARK), document_id(datasets.TEA)}
    raw = read(files[document_id(datasets.TEA)])
    assert (raw.id, raw.text) == (document_id(datasets.TEA), datasets.TEA)
    assert made.index_dir != settings.index_dir
    assert made.index_dir.is_relative_to(tmp_path)


def test_a_library_keeps_what_is_there_and_removes_what_is_not_wanted(tmp_path: Path) -> None:
    settings = Settings(index_dir=tmp_path / "index")
    made = library("little", [datasets.PARK, datasets.TEA], settings)
    kept = made.docs / f"{document_id(datasets.TEA)}.txt"
    before = kept.stat().st_mtime_ns
    library("little", [datasets.TEA, datasets.TRAM], settings)
    assert kept.stat().st_mtime_ns == before
    assert {path.stem for path in made.docs.iterdir()} == {document_id(datasets.TEA), document_id(datasets.TRAM)}


def test_the_halves_are_about_equal_and_always_the_same() -> None:
    train = [half(str(n)) for n in range(1000)].count("train")
    assert 450 < train < 550
    assert [half(name) for name in ("0", "1", "42")] == ["test", "test", "train"]


def test_a_line_that_is_no_json_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('{"a": 1}\n\n{"a": \n', encoding="utf-8")
    with pytest.raises(CaseError, match=r"x\.json 第 3 行"):
        list(lines(path))
