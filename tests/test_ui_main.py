"""`python -m ui`: its exit codes and what it prints."""

from __future__ import annotations

import socket
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index.errors import ZhengdaError
from tests.browser import Scripted, eventually
from ui.__main__ import PORT_TAKEN, main, serve

pytestmark = pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")


def test_a_taken_port_is_told_by_its_number(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["--port", str(port)]) == PORT_TAKEN
    assert f"端口 {port} 已被占用" in capsys.readouterr().err


def test_the_address_is_told_when_it_answers_and_a_failed_preparation_ends_the_server(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    told: list[str] = []

    class Failing(Scripted):
        def prepare(self) -> None:
            eventually(lambda: told.append(capsys.readouterr().out) or "打开" in told[-1])
            with urllib.request.urlopen(told[-1].split()[1]) as reply:
                assert reply.status == 200
            raise ZhengdaError("文件夹里没有可读的文件")

    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor() as threads:
        served = threads.submit(serve, Failing({}), listener, tmp_path / "feedback.jsonl")
        with pytest.raises(ZhengdaError, match="没有可读的文件"):
            served.result(timeout=60)
