"""Watching a folder: what has changed and come to rest, and nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from itertools import islice
from pathlib import Path

import pytest

from index.__main__ import main
from index.readers.files import UnreadableFile
from index.search import Index
from index.settings import ROOT, IndexSettings
from index.store.embed import HashEmbedder
from index.watch import Interruption, settled
from tests import plans


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    return plans.write(tmp_path / "docs")


class Days:
    """What happens at each look in turn; waiting after the last one ends the watch."""

    def __init__(self, *happens: Callable[[], object]) -> None:
        self._happens = list(happens)
        self.looks = 0

    def __call__(self, seconds: float) -> None:
        if self.looks == len(self._happens):
            raise KeyboardInterrupt
        self.looks += 1
        self._happens[self.looks - 1]()


def nothing() -> None:
    pass


def looks(docs: Path, days: Days) -> list[int]:
    """After how many looks a state was given."""
    found = []
    with suppress(KeyboardInterrupt):
        for _ in settled(docs, 1, days):
            found.append(days.looks)
    return found


def test_changes_are_told_once_they_rest(docs: Path) -> None:
    new, hidden = docs / "新.txt", docs / ".草稿.txt"
    assert looks(docs, Days(nothing, nothing)) == [0]
    assert looks(docs, Days(lambda: new.write_text("一"), nothing, nothing)) == [0, 2]
    assert looks(docs, Days(lambda: new.write_text("一二"), lambda: new.write_text("一二三"), nothing)) == [0, 3]
    assert looks(docs, Days(lambda: os.utime(new, (1, 1)), nothing)) == [0, 2]
    assert looks(docs, Days(lambda: new.rename(docs / "改.txt"), nothing, nothing)) == [0, 2]
    assert looks(docs, Days((docs / "改.txt").unlink, nothing)) == [0, 2]
    assert looks(docs, Days(lambda: hidden.write_text("一"), nothing)) == [0]
    assert looks(docs, Days(lambda: new.write_text("一"), new.unlink, nothing)) == [0], "as it was before"


def test_a_folder_that_is_away_is_waited_for(docs: Path) -> None:
    away = docs.with_name("away")

    def back() -> None:
        away.rename(docs)
        (docs / "新.txt").write_text("一")

    assert looks(docs, Days(lambda: docs.rename(away), nothing, back, nothing)) == [0, 4]
    with pytest.raises(UnreadableFile, match="找不到文件夹"):
        next(settled(docs / "none", 1, nothing))  # type: ignore[arg-type]
    assert len(list(islice(settled(docs, 1), 1))) == 1


def test_the_command_builds_tells_what_is_wrong_and_goes_on(
    docs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ZHENGDA_INDEX_DIR", str(docs.with_name("index")))
    monkeypatch.setattr(IndexSettings, "embedder", lambda self: HashEmbedder())
    texts = {path: path.read_text(encoding="utf-8") for path in docs.iterdir()}

    def empty() -> None:
        for path in texts:
            path.unlink()

    def refill() -> None:
        for path in list(texts)[1:]:
            path.write_text(texts[path], encoding="utf-8")

    days = Days(nothing, empty, nothing, refill, nothing)
    monkeypatch.setattr("index.__main__.settled", lambda folder, seconds, _: settled(folder, seconds, days))
    assert main(["watch", str(docs), "--every", "1"]) == 0
    out, err = capsys.readouterr()
    assert [line.partition("、")[0] for line in out.splitlines()] == ["已索引 4 份文件", "已索引 3 份文件"]
    assert "没有可用的政策文件，索引未改动" in err
    index = Index.open(docs.with_name("index"), HashEmbedder())
    assert len(index.documents) == 3
    index.close()


def test_an_interruption_raises_where_it_is_heeded_and_one_before_that_is_not_lost() -> None:
    before = signal.getsignal(signal.SIGINT)
    interruption = Interruption()
    with interruption.noted():
        with interruption.heeded():
            pass
        signal.raise_signal(signal.SIGINT)  # not heeded: goes on
        with pytest.raises(KeyboardInterrupt), interruption.heeded():
            pytest.fail("it came before")
    assert signal.getsignal(signal.SIGINT) is before
    at_once = Interruption()
    with at_once.noted(), pytest.raises(KeyboardInterrupt), at_once.heeded():
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize("every", ["0", "-1", "many", "nan"])
def test_how_often_is_a_number_of_seconds(every: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["watch", "--every", every])
    assert "秒数" in capsys.readouterr().err


WATCHER = """
import sys
from index.__main__ import main
from index.store.embed import HashEmbedder
from index.settings import IndexSettings
IndexSettings.embedder = lambda self: HashEmbedder()
sys.exit(main(["watch", "--every", "0.1"]))
"""


def test_as_a_process_until_interrupted(docs: Path) -> None:
    environment = {**os.environ, "ZHENGDA_DOCS": str(docs), "ZHENGDA_INDEX_DIR": str(docs.with_name("index"))}
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", WATCHER],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as watcher:
        try:
            assert watcher.stdout
            assert watcher.stderr
            assert watcher.stdout.readline().startswith("已索引 4 份文件")
            (docs / "宁波.txt").unlink()
            assert watcher.stdout.readline().startswith("已索引 3 份文件")
            watcher.send_signal(signal.SIGINT)
            assert watcher.wait(20) == 0
            assert watcher.stderr.read() == ""
        finally:
            watcher.kill()  # leaving the block waits for it
