"""How well a run told what is answered from what is not, read off its folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.__main__ import main


def row(split: str, expect: str, score: float | None) -> str:
    return json.dumps({"case": {"split": split, "expect": expect}, "score": score, "seconds": 0.5})


def test_each_split_has_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [row("dev", "answer", 0.9), row("dev", "partly", 0.8), row("dev", "refuse", 0.1), row("dev", "refuse", None)]
    rows += [row("test", "answer", 0.2), row("test", "refuse", 0.7)]
    (tmp_path / "rows.jsonl").write_text("\n".join(rows), encoding="utf-8")
    (tmp_path / "summary.json").write_text('{"set": "people"}', encoding="utf-8")
    assert main(["judge", str(tmp_path)]) == 0
    _, dev, test = (line.split() for line in capsys.readouterr().out.splitlines())
    assert dev[:5] == ["people", "dev", "2", "2", "1.000"]
    assert test[:5] == ["people", "test", "1", "1", "0.000"]


def test_a_folder_without_a_run_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["judge", str(tmp_path)]) == 2
    assert "没有 eval run 的结果" in capsys.readouterr().err
