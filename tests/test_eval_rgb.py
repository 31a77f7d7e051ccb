"""Questions among noise: two conditions each, asked of their own passages only."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.cases import CaseError
from eval.datasets import rgb
from eval.datasets.dataset import document_id
from tests.datasets import RGB
from tests.test_eval_dataset import _data, _light, run  # noqa: F401 - fixtures


def test_each_question_comes_with_noise_alone_and_with_the_answer(data: Path) -> None:
    cases = {case.id: case for case in rgb.cases()}
    assert list(cases) == ["0-negative", "0-noise", "1-negative", "1-noise"]
    alone, noise = cases["0-negative"], cases["0-noise"]
    assert (alone.answerable, noise.answerable) == (False, True)
    assert alone.documents == tuple(map(document_id, RGB[0]["negative"]))
    assert set(noise.documents) - set(alone.documents) == set(map(document_id, RGB[0]["positive"]))
    assert noise.facts == (("36万册", "三十六万册"),), "alternatives of one gold"
    assert cases["1-noise"].facts == (("沙嘴镇",), ("盐田镇",)), "two golds"
    assert alone.split == noise.split


def test_a_run_scores_rejection_and_over_refusal_apart(data: Path, light: Path, tmp_path: Path) -> None:
    code, summary, rows = run(tmp_path / "runs", "--set", "rgb")
    assert code == 0
    by_id = {row["case"]["id"]: row for row in rows}
    assert by_id["0-noise"]["scores"]["accuracy"] == 1.0
    assert by_id["0-noise"]["scores"]["refusal_recall"] is None
    assert by_id["0-negative"]["scores"]["refusal_recall"] in (0.0, 1.0)
    assert by_id["0-negative"]["scores"]["over_refusal"] is None
    assert list(summary["types"]) == ["negative", "noise"]
    assert summary["types"]["negative"]["metrics"]["refusal_recall"]["scored"] == 2
    for row in rows:
        assert {e["source"].partition(".")[0] for e in row["answer"]["evidence"]} <= set(row["case"]["documents"])


def test_only_the_passages_of_the_chosen_questions_are_indexed(data: Path, light: Path, tmp_path: Path) -> None:
    run(tmp_path / "runs", "--set", "rgb", "--limit", "2")
    held = {path.stem for path in (light / "eval-rgb" / "docs").iterdir()}
    assert held == set(map(document_id, [*RGB[0]["positive"], *RGB[0]["negative"]]))


def test_passages_that_cannot_be_read_are_counted(data: Path, light: Path, tmp_path: Path) -> None:
    noise = [{**RGB[0], "negative": [*RGB[0]["negative"], "Nothing Chinese in here.", "Nor in here."]}]
    path = data / "rgb_zh" / "zh_refine.json"
    path.write_text("".join(json.dumps(record) + "\n" for record in noise), encoding="utf-8")
    code, summary, _ = run(tmp_path / "runs", "--set", "rgb")
    assert code == 0
    (note,) = summary["notes"]
    assert note.startswith("库里少 2 份，因为读不进来。例如：未能读取：")


def test_a_record_without_passages_is_refused(data: Path) -> None:
    (data / "rgb_zh" / "zh_refine.json").write_text('{"id": 1, "query": "?", "answer": []}\n', encoding="utf-8")
    with pytest.raises(CaseError, match=r"zh_refine\.json：缺少"):
        rgb.cases()
