"""The labelled drafts load and their evidence is where it was; a digest that changed, or a broken line, is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval.checker import drafts, run
from eval.checker.drafts import DraftError, load
from eval.checker.pairs import digest
from tests import plans

QUOTE = "港口数据应当在本地备份，每季度演练一次。"


def line(**changes: Any) -> str:
    start = plans.NINGBO.index(QUOTE)
    place = {"source": "宁波.txt", "address": "三·(三)", "start": start, "end": start + len(QUOTE)}
    row = {
        "id": "d-1",
        "question": "港口数据怎样备份？",
        "sentence": "宁波的港口数据在本地备份。",
        "evidence": [place],
        "hash": digest(QUOTE),
        "fault": "",
        "reason": "",
    }
    return json.dumps(row | changes, ensure_ascii=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return plans.write(tmp_path / "plans")


def loaded(folder: Path, *lines: str) -> Any:
    file = folder.parent / "drafts.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    return load(file, folder)


def test_the_labels_of_the_project_fit_the_digests() -> None:
    group = load()
    assert len(group.pairs) == len({pair.id for pair in group.pairs}) > 200
    assert {pair.supported for pair in group.pairs} == {True, False}
    assert all(pair.sources and pair.sentence for pair in group.pairs)
    assert all(2 < len(pair.reason) < 40 for pair in group.pairs if not pair.supported)
    assert all((pair.kind == drafts.SUPPORTED) == pair.supported for pair in group.pairs)


def test_the_checker_keeps_what_it_reaches_on_them() -> None:
    rows = list(run.judge(load()))
    passed, stripped = (run.error(rows, supported=supported).value for supported in (False, True))
    assert passed is not None
    assert stripped is not None
    assert passed <= 0.10
    assert stripped <= 0.14


def test_the_evidence_is_resolved(folder: Path) -> None:
    group = loaded(folder, line(), line(id="d-2", sentence="港口数据不得备份。", fault="编造", reason="原文说应当备份"))
    true, false = group.pairs
    (source,) = true.sources
    assert (source.evidence.text, source.document.region) == (QUOTE, "宁波市")
    assert source.headings[-1] == "安全保障"
    assert (true.kind, true.supported, true.reason) == ("成立", True, "")
    assert (false.kind, false.supported, false.reason) == ("编造", False, "原文说应当备份")


def test_a_digest_that_changed_fails_loudly(folder: Path) -> None:
    file = folder / "宁波.txt"
    file.write_text(plans.NINGBO.replace("每季度演练一次", "每半年演练一次"), encoding="utf-8")
    with pytest.raises(DraftError, match=r"drafts.jsonl 第 1 行.*摘编改过.*d-1"):
        loaded(folder, line())


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"fault": "编造"}, "reason"),
        ({"reason": "没有"}, "fault"),
        ({"hash": "0" * 12}, "摘编改过"),
        ({"evidence": [{"source": "没有.txt", "address": "一", "start": 0, "end": 9}]}, "没有摘编 没有.txt"),
        ({"more": 1}, "字段"),
        ({"evidence": [{"source": "宁波.txt", "address": "一", "start": 600, "end": 620}]}, "不是 一"),
        ({"evidence": [{"source": "宁波.txt"}]}, "start"),
    ],
)
def test_a_broken_line_is_named(folder: Path, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(DraftError, match=f"第 2 行.*{message}"):
        loaded(folder, line(), line(**changes))


def test_the_command_says_so_and_exits_2(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from eval.__main__ import main

    monkeypatch.setattr(run, "GROUPS", {"drafts": lambda: loaded(folder, line(hash="0" * 12))})
    assert main(["checker", "--group", "drafts", "--out", str(tmp_path / "runs")]) == 2
    assert "第 1 行" in capsys.readouterr().err
    assert not (tmp_path / "runs").exists()
