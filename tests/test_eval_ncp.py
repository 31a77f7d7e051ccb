"""Policy questions over a whole library: what is asked of it, and what counts as found."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.judge.learned import LearnedJudge
from eval.cases import CaseError
from eval.datasets import ncp
from tests.judges import Knows
from tests.test_eval_dataset import _data, _light, run  # noqa: F401 - fixtures


def test_questions_have_their_part_and_their_gold(data: Path) -> None:
    cases = {case.id: case for case in ncp.cases()}
    assert [(case.id, case.split) for case in cases.values()] == [
        ("t1", "train"),
        ("t2", "train"),
        ("v1", "dev"),
        ("v2", "dev"),
    ]
    assert cases["v2"].gold == ("夜里十一点半",)
    assert not cases["v2"].documents


def test_a_run_asks_the_dev_part_over_all_documents(
    data: Path, light: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LearnedJudge, "bundled", lambda _: Knows(("县茶叶站", "夜里十一点半")))
    code, summary, rows = run(tmp_path / "runs", "--set", "ncp")
    assert code == 0
    assert [row["case"]["id"] for row in rows] == ["v1", "v2"]
    assert (summary["set"], summary["split"], summary["llm"]) == ("ncp", "dev", "off")
    assert len(list((light / "eval-ncp" / "docs").iterdir())) == 3, "each document once, those of train too"
    for row in rows:
        assert row["answer"]["status"] == "answered"
        assert row["scores"]["gold_cited"] == row["scores"]["gold_covered"] == 1.0
        assert 0 < row["scores"]["answer_f1"] < 1, "a quoted sentence is longer than the gold"
        assert row["scores"]["over_refusal"] == 0.0
    assert summary["overall"]["gold_cited"]["value"] == 1.0


def test_the_library_is_the_same_whichever_part_is_asked(data: Path, light: Path, tmp_path: Path) -> None:
    run(tmp_path / "a", "--set", "ncp", "--limit", "1")
    before = (light / "eval-ncp" / "index" / "CURRENT").read_text()
    _, summary, rows = run(tmp_path / "b", "--set", "ncp", "--split", "all")
    assert (light / "eval-ncp" / "index" / "CURRENT").read_text() == before
    assert len(rows) == summary["cases"] == 4
    assert list(summary["splits"]) == ["train", "dev"]


def test_a_record_without_its_document_is_refused(data: Path) -> None:
    (data / "ncp" / "dev.json").write_text('{"id": "x", "question": "?"}\n', encoding="utf-8")
    with pytest.raises(CaseError, match=r"dev\.json：缺少"):
        ncp.cases()
