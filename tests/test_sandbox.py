"""The child process that reads files: bounded, replaced when it ends, and no way into the caller."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.readers import sandbox as module
from index.readers.reading import Limits, Reason, Refused
from index.readers.sandbox import Read, Sandbox

TEXT = "宁波市智慧渔业行动方案\n一、总体目标\n到2018年,建成示范基地20个,渔业产值达到10亿元。\n"
HOSTILE = """
import os, sys, time
import index.readers.plain_text as reader
def {name}(source):
    {body}
reader.read = {name}
from index.readers.worker import main
main()
"""


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    box = Sandbox(Limits(seconds=2, memory=1 << 30))
    yield box
    box.close()


def hostile(box: Sandbox, body: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the child's reader do `body` instead of reading."""
    script = folder / "hostile.py"
    script.write_text(HOSTILE.format(name="read", body=body), encoding="utf-8")
    started = module.subprocess.Popen

    def start(command: list[str], **options: object) -> object:
        return started([command[0], str(script)], **options)  # type: ignore[call-overload]

    monkeypatch.setattr(module.subprocess, "Popen", start)


def text(box: Sandbox) -> str:
    found = box.read("甲.txt", TEXT.encode())
    assert isinstance(found, Read)
    return found.text


def test_one_child_reads_many_files(sandbox: Sandbox) -> None:
    assert [text(sandbox) for _ in range(3)] == [TEXT] * 3
    child = sandbox._child
    assert child is not None
    with pytest.raises(Refused, match="是空的"):
        sandbox.read("空.txt", b" ")
    assert text(sandbox) == TEXT
    assert sandbox._child is child


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("time.sleep(60)", Reason.TOO_SLOW),
        ("while True: pass", Reason.TOO_SLOW),
        ("return bytearray(4 << 30)", Reason.TOO_MUCH_MEMORY),
        ("os.kill(os.getpid(), 11)", Reason.CRASHED),
        ("os._exit(0)", Reason.CRASHED),
        ("raise ValueError", Reason.DAMAGED),
        ("return read(source)", Reason.DAMAGED),
    ],
)
def test_what_a_file_does_to_the_child_is_a_reason(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, reason: Reason
) -> None:
    with monkeypatch.context() as patch:
        hostile(sandbox, body, tmp_path, patch)
        began = time.monotonic()
        with pytest.raises(Refused) as refused:
            sandbox.read("甲.txt", TEXT.encode())
        assert refused.value.reason is reason
        assert time.monotonic() - began < 15
    sandbox.close()
    assert text(sandbox) == TEXT


def test_steps_without_end_have_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    box = Sandbox(Limits(seconds=2, whole_seconds=1))
    with monkeypatch.context() as patch:
        hostile(box, "[(source.step(9), time.sleep(0.1)) for _ in range(600)]", tmp_path, patch)
        began = time.monotonic()
        with pytest.raises(Refused) as refused:
            box.read("甲.txt", TEXT.encode())
    assert refused.value.reason is Reason.TOO_SLOW
    assert time.monotonic() - began < 10
    box.close()


def test_the_child_has_none_of_our_secrets(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHENGDA_LLM_API_KEY", "secret")
    hostile(
        sandbox,
        "from index.readers.reading import Reading; return Reading('有没有钥匙:' + str('ZHENGDA_LLM_API_KEY' in os.environ))",
        tmp_path,
        monkeypatch,
    )
    assert text(sandbox) == "有没有钥匙:False"


def test_what_a_library_prints_does_no_harm(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = "print('noise'); os.write(1, b'noise'); from index.readers.reading import Reading; return Reading('渔业')"
    hostile(sandbox, body, tmp_path, monkeypatch)
    assert text(sandbox) == "渔业"


def test_a_child_that_was_killed_in_between_is_replaced(sandbox: Sandbox) -> None:
    assert text(sandbox) == TEXT
    assert sandbox._child is not None
    os.kill(sandbox._child.pid, signal.SIGKILL)
    sandbox._child.wait()
    assert text(sandbox) == TEXT


def test_a_child_that_has_grown_is_ended_between_batches(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox.rest()
    text(sandbox)
    sandbox.rest()
    assert sandbox._child is not None
    monkeypatch.setattr(module, "_RESTING", 1)
    sandbox.rest()
    assert sandbox._child is None
    assert text(sandbox) == TEXT


def test_closing_twice_and_before_use() -> None:
    box = Sandbox()
    box.close()
    text(box)
    box.close()
    box.close()
