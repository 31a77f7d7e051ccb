"""Faults of the machine: after each, the last good index answers, and what can be mended is mended by building."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from assistant.pipeline import Assistant
from assistant.settings import Settings
from index.build import BuildError, build
from index.search import Index
from index.settings import ROOT, IndexSettings
from index.store import damage as module
from index.store import snapshot
from index.store.damage import damage
from index.store.embed import HashEmbedder
from index.store.snapshot import NoIndex
from index.store.vectors import VectorStore
from tests import plans
from tests.test_build import opened

NEW = "湖州市渔业方案\n一、目标\n建基地{}个。\n"


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    return plans.write(tmp_path / "docs")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


def added(docs: Path, n: int = 1) -> None:
    (docs / "新.txt").write_text(NEW.format(n), encoding="utf-8")


@pytest.mark.heavy
def test_killed_builds() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.kills", "30"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "every index whole" in done.stdout
    assert not done.stdout.startswith("killed 0,")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    options = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)]
    if (
        os.geteuid()
        or not shutil.which("mount")
        or subprocess.run(options, capture_output=True, check=False).returncode
    ):
        pytest.skip("要有挂载的权限")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.mark.parametrize("left", [0, 100, 400, 700, 1000, 1300])
def test_full_disk(docs: Path, small_disk: Path, left: int) -> None:
    folder = small_disk / "index"
    build(docs, folder, HashEmbedder())
    added(docs)
    ballast = small_disk / "ballast"
    free = shutil.disk_usage(small_disk).free
    ballast.write_bytes(b"\0" * max(0, free - left * 1024))
    with suppress(BuildError):
        build(docs, folder, HashEmbedder())
    texts = opened(folder)
    assert texts.items() >= plans.TEXTS.items()
    assert left or "新.txt" not in texts
    ballast.unlink()
    build(docs, folder, HashEmbedder())
    assert "新.txt" in opened(folder)


def test_read_only_disk(docs: Path, small_disk: Path) -> None:
    folder = small_disk / "index"
    build(docs, folder, HashEmbedder())
    added(docs)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(BuildError, match="请检查磁盘空间与权限，原索引未改动"):
        build(docs, folder, HashEmbedder())
    assert opened(folder) == plans.TEXTS
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    assert build(docs, folder, HashEmbedder()).documents == len(plans.TEXTS) + 1


def files(folder: Path) -> list[Path]:
    path = snapshot.current(folder)
    assert path is not None
    return sorted(p for p in path.rglob("*") if p.is_file() and p.stat().st_size)


def mended(docs: Path, folder: Path) -> None:
    """In a child, since Chroma may still hold in this process what it read of the files before."""
    script = "import sys; from pathlib import Path; from tests.test_build import opened; from index.build import build; from index.store.embed import HashEmbedder; from tests import plans; build(Path(sys.argv[1]), Path(sys.argv[2]), HashEmbedder()); assert opened(Path(sys.argv[2])) == plans.TEXTS"
    done = subprocess.run(
        [sys.executable, "-c", script, str(docs), str(folder)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr[-500:]) == (0, "")


KINDS = (
    "chroma.sqlite3",
    "data_level0.bin",
    "header.bin",
    "length.bin",
    "documents.json",
    "facts.json",
    "csc.index.npy",
)


@pytest.mark.heavy
@pytest.mark.parametrize("kind", KINDS)
def test_flipped_bytes(docs: Path, folder: Path, kind: str) -> None:
    build(docs, folder, HashEmbedder())
    chosen = random.Random(kind)
    file = chosen.choice([p for p in files(folder) if p.name.endswith(kind)])
    data = bytearray(file.read_bytes())
    for _ in range(max(1, len(data) // 200)):
        data[chosen.randrange(len(data))] ^= 0x7F
    file.write_bytes(data)
    mended(docs, folder)


@pytest.mark.heavy
@pytest.mark.parametrize("kind", KINDS)
def test_removed_files(docs: Path, folder: Path, kind: str) -> None:
    build(docs, folder, HashEmbedder())
    next(p for p in files(folder) if p.name.endswith(kind)).unlink()
    mended(docs, folder)


def test_one_changed_word_of_the_documents_is_noticed(docs: Path, folder: Path) -> None:
    build(docs, folder, HashEmbedder())
    documents = (snapshot.current(folder) or folder) / "documents.json"
    documents.write_text(documents.read_text(encoding="utf-8").replace("1800元", "1900元"), encoding="utf-8")
    with pytest.raises(NoIndex, match=r"documents\.json 与建成时不同"):
        Index.open(folder, HashEmbedder())
    assert build(docs, folder, HashEmbedder()).embedded == 0
    assert opened(folder) == plans.TEXTS


def test_what_is_wrong_with_a_store_is_told(docs: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = build(docs, folder, HashEmbedder())
    chroma = (snapshot.current(folder) or folder) / "chroma"
    assert damage(chroma, report.rows) is None
    assert f"应有 {report.rows + 1} 行" in (damage(chroma, report.rows + 1) or "")
    assert damage(folder / "none") == "没有数据库"
    monkeypatch.setattr(module, "_SECONDS", 0.01)
    assert "中断" in (damage(chroma) or "")


def many(docs: Path) -> None:
    """One more plan, of more sentences than Chroma holds back before it writes its graph."""
    tasks = "\n".join(f"{n}.建设第{n}号码头，投资{n}亿元。" for n in range(1, 1100))
    (docs / "多.txt").write_text(f"湖州市码头方案\n一、任务\n{tasks}\n", encoding="utf-8")


def no_child(*_: object) -> str:
    raise AssertionError("looked through again")


def test_a_store_is_looked_through_once_and_again_when_a_byte_of_it_changed(
    docs: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(docs)
    build(docs, folder, HashEmbedder())
    with monkeypatch.context() as patch:
        patch.setattr(module, "damage", no_child)
        for _ in range(2):
            Index.open(folder, HashEmbedder()).close()
    garble(folder)
    with pytest.raises(NoIndex, match="索引已损坏"):
        Index.open(folder, HashEmbedder())


def test_a_copy_is_looked_through_anew(docs: Path, folder: Path, tmp_path: Path) -> None:
    build(docs, folder, HashEmbedder())
    shutil.copytree(folder, tmp_path / "copy")
    looked: list[Path] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "damage", looked.append)
        Index.open(tmp_path / "copy", HashEmbedder()).close()
        Index.open(tmp_path / "copy", HashEmbedder()).close()
    assert len(looked) == 1


def garble(folder: Path) -> None:
    """Vectors of another length in the graph, which reading in this process might not survive."""
    graph = next(p for p in files(folder) if p.name == "data_level0.bin")
    graph.write_bytes(bytes(reversed(graph.read_bytes())))


def lose_rows(folder: Path) -> None:
    store = VectorStore((snapshot.current(folder) or folder) / "chroma")
    store._rows.delete(ids=store._rows.get(limit=3)["ids"])
    store.close()


@pytest.mark.parametrize(
    "damaging", [garble, lose_rows, lambda f: shutil.rmtree((snapshot.current(f) or f) / "chroma")]
)
def test_damaged_vectors_do_not_keep_from_what_is_looked_up_and_are_mended_at_the_first_search(
    docs: Path, folder: Path, damaging: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    many(docs)
    monkeypatch.setattr(IndexSettings, "embedder", lambda _: HashEmbedder())
    settings = Settings(docs=docs, index_dir=folder, llm="off")
    build(docs, folder, HashEmbedder())
    damaging(folder)
    with Assistant(settings) as assistant:
        with monkeypatch.context() as patch:
            patch.setattr(module, "damage", no_child)
            assert "已停止执行" in assistant.answer("青岛的计划还有效吗？").text
        rows = len(assistant.index._rows)
        assert "1800元" in assistant.answer("宁波的联网渔船每艘补助多少元？").text
        assert assistant.index._store.count() == rows
        assert assistant.warnings == ()
    Index.open(folder, HashEmbedder()).close()


@pytest.mark.parametrize("file", ["documents.json", "facts.json"])
def test_damaged_texts_are_mended_when_they_are_opened(
    docs: Path, folder: Path, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(IndexSettings, "embedder", lambda _: HashEmbedder())
    build(docs, folder, HashEmbedder())
    damaged = (snapshot.current(folder) or folder) / file
    damaged.write_text(damaged.read_text(encoding="utf-8").replace("1800元", "1900元"), encoding="utf-8")
    with Assistant(Settings(docs=docs, index_dir=folder, llm="off")) as assistant:
        assert "1800元" in assistant.answer("宁波的联网渔船每艘补助多少元？").text
        assert {t.text for t in assistant.targets() if t.indicator == "补助"} <= {"1800元"}


@pytest.mark.parametrize("years", [-20, 20], ids=["back", "forward"])
def test_a_clock_that_is_moved(docs: Path, folder: Path, years: int) -> None:
    names = []
    for n in range(3):
        added(docs, n)
        names.append(build(docs, folder, HashEmbedder()).snapshot)
        path = snapshot.folder(folder, names[-1])
        moved = path.stat().st_mtime + years * 3e7 * (n + 1)
        os.utime(path, (moved, moved))
    assert snapshot.current(folder) == snapshot.folder(folder, names[-1])
    assert {p.name for p in (folder / "generations").iterdir()} == set(names[-2:])
