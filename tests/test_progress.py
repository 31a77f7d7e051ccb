"""What is told of long work: a bar on a terminal, two lines in a log."""

from __future__ import annotations

import subprocess
import sys

import pytest

from index.progress import told
from index.settings import ROOT


def worked(shown: bool = True) -> None:
    with told("计算向量", 400, "字", shown) as done:
        for _ in range(40):
            done(10)


def test_a_log_has_a_line_at_the_beginning_and_one_at_the_end() -> None:
    code = "from tests.test_progress import worked; worked()"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert run.stderr.decode().splitlines() == ["计算向量…", "计算向量：完成，用时 0 秒。"]
    assert b"\r" not in run.stderr
    assert run.stdout == b""


def test_a_terminal_has_a_bar(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    worked()
    assert "100%" in capsys.readouterr().err


def test_nothing_is_told_of_what_is_not_to_be_shown(capsys: pytest.CaptureFixture[str]) -> None:
    worked(shown=False)
    assert capsys.readouterr() == ("", "")


def test_work_that_fails_is_not_told_as_done(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(OSError, match="disk"), told("计算向量", 1, "字"):
        raise OSError("disk")
    assert capsys.readouterr().err == "计算向量…\n"
