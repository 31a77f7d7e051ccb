"""Comparing two runs: which cases turned, whether that is chance, and what fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.__main__ import main
from eval.compare import BASELINE, baseline_of, compare, mcnemar, read, write_baseline
from eval.datasets import DATASETS
from tests.test_eval_metrics import CASE, UNANSWERABLE
from tests.test_eval_run import GOOD, evaluated


def scores(right: int, wrong: int = 0) -> dict[str, dict[str, float | None]]:
    return {f"c{n:02}": {"all_facts": float(n < right)} for n in range(right + wrong)}


def run(folder: Path, values: dict[str, dict[str, float | None]], **summary: str) -> Path:
    folder.mkdir()
    if summary:
        (folder / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
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
    assert read(tmp_path / "baseline").scores == read(tmp_path / "run").scores
    assert (tmp_path / "baseline" / "summary.json").read_bytes() == (tmp_path / "run" / "summary.json").read_bytes()
    assert main(["compare", str(tmp_path / "baseline"), str(tmp_path / "run")]) == 0


def decisions(right: int, wrong: int = 0) -> dict[str, dict[str, float | None]]:
    return {f"d{n:02}": {"decision": float(n < right), "answered_f1": 0.5} for n in range(right + wrong)}


def test_every_set_is_decided_by_its_own_metric(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = run(tmp_path / "a", decisions(20), set="dureader")
    after = run(tmp_path / "b", decisions(14, 6), set="dureader")
    assert main(["compare", str(before), str(after)]) == 1
    printed = capsys.readouterr().out
    assert "答拒得当变差 6 题：d14、d15" in printed
    assert "答拒得当显著变差（p=0.031）" in printed
    assert "全部答对" not in printed
    assert main(["compare", str(after), str(before)]) == 0


def test_two_sets_cannot_be_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = run(tmp_path / "a", decisions(3), set="dureader")
    assert main(["compare", str(before), str(run(tmp_path / "b", decisions(3), set="rgb"))]) == 2
    assert "不是同一个题集" in capsys.readouterr().err
    assert main(["compare", str(before), str(run(tmp_path / "c", decisions(3), set="nonesuch"))]) == 2
    assert "不认识的题集 nonesuch" in capsys.readouterr().err


def test_a_mean_that_falls_far_fails_though_it_does_not_decide() -> None:
    before, after = decisions(60), decisions(60)
    for n in range(30):
        after[f"d{n:02}"]["answered_f1"] = 0.3
    result = compare(before, after, DATASETS["dureader"])
    (loss,) = result.losses
    assert loss.startswith("作答F1显著变差（差 -0.100 (-0.")
    assert compare(after, before, DATASETS["dureader"]).losses == ()
    for n in range(3, 30):
        after[f"d{n:02}"]["answered_f1"] = 0.5
    assert compare(before, after, DATASETS["dureader"]).losses == (), "three of sixty may be chance"


def test_where_lower_is_better_a_rise_is_the_loss() -> None:
    before = {f"d{n:02}": {"over_refusal": 0.0} for n in range(40)}
    after = {name: {"over_refusal": float(n < 12)} for n, name in enumerate(before)}
    assert [loss[:5] for loss in compare(before, after, DATASETS["dureader"]).losses] == ["误拒率显著"]
    assert compare(after, before, DATASETS["dureader"]).losses == ()


def test_a_difference_is_shown_with_its_interval(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["compare", str(run(tmp_path / "a", scores(20))), str(run(tmp_path / "b", scores(15, 5)))])
    line = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("全部答对 "))
    assert line.split()[1:4] == ["1.000", "0.750", "-0.250"]
    low, high = float(line.split()[4]), float(line.split()[6])
    assert -0.5 < low < -0.25 < high < 0


@pytest.mark.parametrize(
    ("summary", "folder"),
    [
        ({"set": "cases"}, BASELINE),
        ({"set": "cases", "subset": "ci"}, BASELINE / "ci"),
        ({"set": "rgb"}, BASELINE / "rgb"),
        ({}, BASELINE),
    ],
)
def test_each_set_and_subset_has_its_own_baseline(tmp_path: Path, summary: dict[str, str], folder: Path) -> None:
    assert baseline_of(read(run(tmp_path / "a", scores(1), **summary))) == folder


def test_a_baseline_is_made_and_found_by_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eval.compare.BASELINE", tmp_path / "baseline")
    good = run(tmp_path / "a", decisions(20), set="dureader")
    bad = run(tmp_path / "b", decisions(10, 10), set="dureader")
    assert main(["compare", str(good)]) == 2, "there is none yet"
    assert main(["baseline", str(good)]) == 0
    assert (tmp_path / "baseline" / "dureader" / "rows.jsonl").is_file()
    assert main(["compare", str(good)]) == 0
    assert main(["compare", str(bad)]) == 1


def test_of_three_rankings_only_the_fused_ones_are_compared(tmp_path: Path) -> None:
    folder = run(tmp_path / "a", {}, set="stard")
    rows = [{"id": f"1-{leg}", "type": leg, "scores": {"recall_at_10": 0.5}} for leg in ("dense", "keyword", "fused")]
    (folder / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert list(read(folder).scores) == ["1-fused"]


def test_more_discordant_pairs_than_a_float_has_powers_of_two() -> None:
    assert mcnemar(1000, 1000) == pytest.approx(1.0)
    assert mcnemar(500, 1500) < 0.001
