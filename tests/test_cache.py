"""`once` makes a thing exactly once, whole or not at all, and says what to do when it cannot."""

import errno
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from index import cache
from index.cache import ModelError, once

ROOT = Path(cache.__file__).parents[1]


def test_builds_a_file_once(tmp_path: Path) -> None:
    built: list[Path] = []

    def build(path: Path) -> None:
        built.append(path)
        path.write_text("模型")

    target = tmp_path / "new" / "model.bin"
    assert once(target, build, needs_bytes=1) == target
    assert once(target, build, needs_bytes=1).read_text() == "模型"
    assert len(built) == 1
    assert built[0] != target, "a half-made file must never stand under the final name"


def test_builds_a_folder_and_clears_what_a_killed_build_left(tmp_path: Path) -> None:
    left: list[Path] = []

    def killed(path: Path) -> None:
        left.append(path)
        raise RuntimeError

    def build(path: Path) -> None:
        path.mkdir()
        (path / "new").touch()

    target = tmp_path / "model"
    with pytest.raises(RuntimeError):
        once(target, killed, needs_bytes=1)
    left[0].mkdir()
    (left[0] / "old").touch()
    assert [p.name for p in once(target, build, needs_bytes=1).iterdir()] == ["new"]
    assert not left[0].exists()


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_disk_that_fills_up_leaves_nothing(tmp_path: Path, code: int) -> None:
    def build(path: Path) -> None:
        path.write_text("half")
        raise OSError(code, os.strerror(code))

    with pytest.raises(ModelError, match=f"{tmp_path}.*ZHENGDA_CACHE_DIR"):
        once(tmp_path / "model.bin", build, needs_bytes=1)
    assert [p.suffix for p in tmp_path.iterdir()] in ([], [".lock"])


def test_full_disk_is_known_before_building(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10**12, 10**12, 500 << 20))
    with pytest.raises(ModelError, match=r"model\.bin 需要 664 MB"):
        once(tmp_path / "model.bin", lambda path: pytest.fail("built"), needs_bytes=600 << 20)


def test_folder_that_cannot_be_written(tmp_path: Path) -> None:
    def build(path: Path) -> None:
        raise PermissionError(errno.EACCES, "denied")

    with pytest.raises(ModelError, match=f"{tmp_path}.*ZHENGDA_CACHE_DIR"):
        once(tmp_path / "model.bin", build, needs_bytes=1)


def test_other_errors_pass_unchanged(tmp_path: Path) -> None:
    def build(path: Path) -> None:
        raise FileNotFoundError(errno.ENOENT, "part")

    with pytest.raises(FileNotFoundError):
        once(tmp_path / "model.bin", build, needs_bytes=1)


RACER = """
import sys, threading, time
from pathlib import Path
from index.cache import once
target, log = Path(sys.argv[1]), Path(sys.argv[2])
def build(path):
    with log.open("a") as file:
        file.write("built\\n")
    path.write_text("half")
    time.sleep(0.5)
    path.write_text("whole")
def run():
    assert once(target, build, needs_bytes=1).read_text() == "whole"
    with log.open("a") as file:
        file.write("read\\n")
print("ready", flush=True)
sys.stdin.read()
threads = [threading.Thread(target=run) for _ in range(2)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


def test_two_processes_of_two_threads_build_once(tmp_path: Path) -> None:
    target, log = tmp_path / "model.bin", tmp_path / "log"
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, target, log], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for _ in range(2)
    ]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == b"ready\n"
    enders = [threading.Thread(target=racer.communicate) for racer in racers]
    for ender in enders:
        ender.start()
    for ender in enders:
        ender.join()
    assert [racer.returncode for racer in racers] == [0, 0]
    assert sorted(log.read_text().split()) == ["built", "read", "read", "read", "read"]
