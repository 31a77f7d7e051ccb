"""Comparing two runs: which cases turned, whether that is chance, and what fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.__main__ import main
from eval.compare import compare, mcnemar, read, write_baseline
from tests.test_eval_metrics import CASE, UNANSWERABLE
from tests.test_eval_run import GOOD, evaluated


def scores(right: int, wrong: int = 0) -> dict[str, dict[str, float | None]]:
    return {f"c{n:02}": {"all_facts": float(n < right)} for n in range(right + wrong)}


def run(folder: Path, values: dict[str, dict[str, float | None]]) -> Path:
    folder.mkdir()
    rows = [{"id": name, "type": "figure", "scores": value} for name, value in values.items()]
    (folder / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("worse", "better", "p"),
    [(0, 0, 1.0), (1, 0, 1.0), (5, 0, 0.0625), (6, 0, 0.03125), (8, 2, 112 / 1024), (3, 3, 1.0)],
)
def test_mcnemar_exact(worse: int, better: int, p: float) -> None:
    assert mcnemar(worse, better) == pytest.approx(p)
    assert mcnemar(better, worse) == pytest.approx(p)


def test_a_significant_loss_fails_and_names_the_cases(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, after = run(tmp_path / "a", scores(20)), run(tmp_path / "b", scores(14, 6))
    assert main(["compare", str(before), str(after)]) == 1
    printed = capsys.readouterr().out
    assert "变差 6 题：c14、c15" in printed
    assert "1.000" in printed
    assert "-0.300" in printed
    assert main(["compare", str(after), str(before)]) == 0


def test_a_loss_that_may_be_chance_passes(tmp_path: Path) -> None:
    assert main(["compare", str(run(tmp_path / "a", scores(20))), str(run(tmp_path / "b", scores(15, 5)))]) == 0


@pytest.mark.parametrize("name", ["wrong_plan", "unsupported"])
def test_any_more_faults_shown_fail(name: str) -> None:
    before, after = scores(9), scores(9)
    after["c03"][name] = 1.0
    assert compare(before, before).losses == ()
    assert len(compare(before, after).losses) == 1
    assert compare(after, before).losses == ()


def test_only_common_cases_are_compared() -> None:
    result = compare(scores(3), {"c01": {"all_facts": 0.0}, "new": {"all_facts": 1.0}})
    assert (result.worse, result.better, result.only_before, result.only_after) == (("c01",), (), 2, 1)
    change = next(change for change in result.changes if change.name == "all_facts")
    assert (change.before, change.after, change.difference) == (1.0, 0.0, -1.0)


def test_runs_without_a_common_case_cannot_be_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, after = run(tmp_path / "a", scores(1)), run(tmp_path / "b", {"x": {"all_facts": 1.0}})
    assert main(["compare", str(before), str(after)]) == 2
    assert "没有共同的题" in capsys.readouterr().err
    assert main(["compare", str(tmp_path / "none"), str(after)]) == 2


def test_a_baseline_keeps_the_scores_and_no_answers(tmp_path: Path) -> None:
    evaluated(tmp_path / "run", (CASE, UNANSWERABLE), GOOD)
    write_baseline(tmp_path / "run", tmp_path / "baseline")
    lines = (tmp_path / "baseline" / "rows.jsonl").read_text(encoding="utf-8").splitlines()
    assert [set(json.loads(line)) for line in lines] == [{"id", "type", "scores"}] * 2
    assert read(tmp_path / "baseline") == read(tmp_path / "run")
    assert (tmp_path / "baseline" / "summary.json").read_bytes() == (tmp_path / "run" / "summary.json").read_bytes()
    assert main(["compare", str(tmp_path / "baseline"), str(tmp_path / "run")]) == 0
