"""The floor under every change: forty of our own cases, with the bundled model, against the committed baseline."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval import compare
from eval.__main__ import main
from eval.cases import load
from eval.datasets.own import ci

BASELINE = compare.BASELINE / "ci"
MAKE = "先运行 python -m eval run --subset ci，再运行 python -m eval baseline 那次结果的文件夹，并提交 eval/baseline/ci"


@pytest.mark.models
def test_the_subset_has_not_become_worse(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (BASELINE / "rows.jsonl").is_file(), f"没有基线：{MAKE}"
    assert main(["run", "--subset", "ci", "--out", str(tmp_path)]) == 0
    (made,) = tmp_path.iterdir()
    capsys.readouterr()
    lost = main(["compare", str(BASELINE), str(made)])
    assert lost == 0, capsys.readouterr().out


@pytest.mark.models
def test_the_baseline_is_of_this_subset_and_of_the_bundled_model() -> None:
    assert (BASELINE / "summary.json").is_file(), f"没有基线：{MAKE}"
    summary = json.loads((BASELINE / "summary.json").read_text(encoding="utf-8"))
    assert (summary["set"], summary["subset"], summary["llm"]) == ("cases", "ci", "bundled")
    known = set(compare.read(BASELINE).scores)
    asked = {case.id for case in ci(load())}
    assert len(asked - known) <= 4, f"题集变了，基线要重做：{MAKE}"
