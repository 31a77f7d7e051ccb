"""Building: once for the same files, only what is new, one at a time, and never worse than before."""

from __future__ import annotations

import errno
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from index import build as module
from index.build import BuildError, Report, build
from index.facts import extract
from index.facts.extract import Facts
from index.readers.sandbox import Sandbox
from index.search import Index
from index.settings import ROOT
from index.store import snapshot
from index.store.embed import HashEmbedder, Vectors
from index.store.vectors import VectorStore
from index.types import Document, Passage
from tests import plans


class Counting(HashEmbedder):
    """Counts the passages that it embeds, and fails after `limit` calls."""

    def __init__(self, limit: int = 1_000_000, dimensions: int = 256) -> None:
        super().__init__(dimensions)
        self.texts: list[str] = []
        self.limit = limit

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.limit -= 1
        if self.limit < 0:
            raise RuntimeError("out of memory")
        self.texts += texts
        return super().embed_passages(texts)


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    return plans.write(tmp_path / "docs")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


def opened(folder: Path) -> dict[str, str]:
    """File names and texts of the index in use, each of which finds itself."""
    index = Index.open(folder, HashEmbedder())
    for document in index.documents:
        passage = index.passages(document.id)[-1]
        words = document.text[passage.sentences[-1].start : passage.sentences[-1].end]
        for leg in (index.dense, index.keyword, index.search):
            assert passage in [hit.passage for hit in leg(words, k=10)]
    texts = {d.source: d.text for d in index.documents}
    index.close()
    return texts


def test_first_build(docs: Path, folder: Path) -> None:
    embedder = Counting()
    report = build(docs, folder, embedder)
    assert (report.documents, report.rejected) == (len(plans.TEXTS), ())
    assert report.embedded == report.rows == len(embedder.texts) > report.passages > report.documents
    assert opened(folder) == plans.TEXTS
    assert {p.name for p in folder.iterdir()} == {".lock", "CURRENT", "generations", "readings"}


def test_building_again_does_nothing(docs: Path, folder: Path) -> None:
    first = build(docs, folder, HashEmbedder())
    manifest = snapshot.folder(folder, first.snapshot) / "manifest.json"
    before = manifest.stat().st_mtime_ns
    embedder = Counting(limit=0)
    assert build(docs, folder, embedder) == Report(**{**vars_of(first), "embedded": 0})
    assert manifest.stat().st_mtime_ns == before


def vars_of(report: Report) -> dict[str, object]:
    return {name: getattr(report, name) for name in Report.__slots__}


def test_one_changed_file_embeds_only_its_rows(docs: Path, folder: Path) -> None:
    first = build(docs, folder, HashEmbedder())
    (docs / "宁波.txt").write_text(plans.NINGBO + "(四)宣传保障。多加宣传。\n", encoding="utf-8")
    embedder = Counting()
    second = build(docs, folder, embedder)
    assert second.snapshot != first.snapshot
    assert second.rows == first.rows + 2
    assert second.embedded == len(embedder.texts) < first.rows
    assert all(text.startswith("宁波市") for text in embedder.texts)
    assert "宣传保障" in opened(folder)["宁波.txt"]


def test_only_a_changed_file_is_read_and_extracted(docs: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(docs, folder, HashEmbedder())
    read, extracted = [], []
    sandboxed, facts_of = Sandbox.read, module.facts

    def reading(box: Sandbox, name: str, data: bytes) -> object:
        read.append(name)
        return sandboxed(box, name, data)

    def extracting(document: Document, passages: Sequence[Passage]) -> Facts:
        extracted.append(document.source)
        return facts_of(document, passages)

    monkeypatch.setattr(Sandbox, "read", reading)
    monkeypatch.setattr(module, "facts", extracting)
    (docs / "宁波.txt").write_text(plans.NINGBO.replace("1800元", "2100元"), encoding="utf-8")
    (docs / "青岛.txt").rename(docs / "改名.txt")
    build(docs, folder, HashEmbedder())
    assert read == extracted == ["宁波.txt"]
    index = Index.open(folder, HashEmbedder())
    assert {d.source for d in index.documents} == {"大连.txt", "宁波.txt", "改名.txt", "昆明.txt"}
    assert {t.text for t in index.targets(indicator="补助")} == {"2100元"}
    index.close()


def test_an_interrupted_build_reads_no_file_twice(docs: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RuntimeError, match="out of memory"):
        build(docs, folder, Counting(limit=0))

    def reading(*_: object) -> object:
        raise AssertionError("read again")

    monkeypatch.setattr(Sandbox, "read", reading)
    build(docs, folder, HashEmbedder())
    assert opened(folder) == plans.TEXTS


def test_a_removed_file_is_gone_and_a_copy_counts_once(docs: Path, folder: Path) -> None:
    build(docs, folder, HashEmbedder())
    (docs / "宁波.txt").unlink()
    shutil.copy(docs / "青岛.txt", docs / "青岛副本.txt")
    report = build(docs, folder, Counting(limit=0))
    assert (report.documents, report.embedded) == (3, 0)
    assert "宁波.txt" not in opened(folder)


def test_another_model_embeds_all_anew(docs: Path, folder: Path) -> None:
    first = build(docs, folder, HashEmbedder())
    other = Counting(dimensions=64)
    assert build(docs, folder, other).embedded == first.rows
    Index.open(folder, other).close()


def test_an_interrupted_build_goes_on_where_it_stopped(
    docs: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_WINDOW", 10)
    failing, going_on = Counting(limit=3), Counting()
    with pytest.raises(RuntimeError, match="out of memory"):
        build(docs, folder, failing)
    assert snapshot.current(folder) is None
    report = build(docs, folder, going_on)
    assert len(failing.texts) == 30
    assert not set(failing.texts) & set(going_on.texts)
    assert report.embedded == len(going_on.texts) == report.rows - 30
    assert opened(folder) == plans.TEXTS


def test_an_interrupted_change_leaves_the_former_index(docs: Path, folder: Path) -> None:
    build(docs, folder, HashEmbedder())
    (docs / "新.txt").write_text("湖州市渔业方案\n一、目标\n建基地。\n", encoding="utf-8")
    with pytest.raises(RuntimeError):
        build(docs, folder, Counting(limit=0))
    assert opened(folder) == plans.TEXTS


def test_a_rejected_file_is_told_and_keeps_its_former_version(docs: Path, folder: Path) -> None:
    first = build(docs, folder, HashEmbedder())
    (docs / "宁波.txt").write_bytes(b"\x00\x01")
    (docs / "新.pdf").write_bytes(b"%PDF")
    report = build(docs, folder, Counting(limit=0))
    assert [message.partition("：")[0] for message in report.rejected] == ["宁波.txt", "新.pdf"]
    assert report.snapshot == first.snapshot
    assert opened(folder) == plans.TEXTS


def test_nothing_readable_is_an_error_and_the_former_index_stays(tmp_path: Path, docs: Path, folder: Path) -> None:
    build(docs, folder, HashEmbedder())
    other = tmp_path / "other"
    other.mkdir()
    with pytest.raises(BuildError, match="里面没有文件"):
        build(other, folder, HashEmbedder())
    (other / "坏.txt").write_bytes(b"")
    with pytest.raises(BuildError, match=r"没有可用的政策文件，索引未改动。\n坏.txt：文件是空的"):
        build(other, folder, HashEmbedder())
    with pytest.raises(BuildError, match="找不到文件夹"):
        build(tmp_path / "none", folder, HashEmbedder())
    assert opened(folder) == plans.TEXTS


def test_two_threads_build_at_once(docs: Path, folder: Path) -> None:
    embedders = [Counting(), Counting()]
    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda embedder: build(docs, folder, embedder), embedders))
    assert sorted(r.embedded for r in reports) == [0, reports[0].rows]
    assert sorted(len(e.texts) for e in embedders) == [0, reports[0].rows]
    assert opened(folder) == plans.TEXTS


BUILDER = """
import sys
from pathlib import Path
from index.build import build
from index.store.embed import HashEmbedder
print(build(Path(sys.argv[1]), Path(sys.argv[2]), HashEmbedder()).embedded)
"""


def test_two_processes_build_at_once(docs: Path, folder: Path) -> None:
    command = [sys.executable, "-c", BUILDER, str(docs), str(folder)]
    both = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    embedded = sorted(int(one.communicate()[0]) for one in both)
    assert embedded[0] == 0 < embedded[1]
    assert opened(folder) == plans.TEXTS


def test_a_builder_waits_no_longer_than_it_should(docs: Path, folder: Path) -> None:
    folder.mkdir()
    with FileLock(folder / ".lock"), pytest.raises(BuildError, match="另一个程序正在建立索引"):
        build(docs, folder, HashEmbedder(), wait=0.01)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES])
@pytest.mark.parametrize("step", ["write", "point_to"])
def test_a_disk_that_cannot_be_written(
    docs: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, code: int, step: str
) -> None:
    build(docs, folder, HashEmbedder())
    (docs / "新.txt").write_text("湖州市渔业方案\n一、目标\n建基地。\n", encoding="utf-8")

    def refuse(*args: object) -> None:
        raise OSError(code, "reason of the system")

    with monkeypatch.context() as patch:
        patch.setattr(snapshot, step, refuse)
        with pytest.raises(BuildError, match=r"无法写入.*reason of the system.*磁盘空间与权限，原索引未改动"):
            build(docs, folder, HashEmbedder())
        assert opened(folder) == plans.TEXTS
    assert build(docs, folder, HashEmbedder()).documents == len(plans.TEXTS) + 1


def test_an_index_folder_that_is_a_file(docs: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BuildError, match="无法写入索引文件夹"):
        build(docs, tmp_path / "file", HashEmbedder())


def test_one_bar_on_stderr_tells_how_far_embedding_is(
    docs: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("index.build._WINDOW", 10)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    build(docs, folder, Counting(), progress=True)
    out, err = capsys.readouterr()
    assert out == ""
    assert "100%" in err
    assert err.count("\n") == 1
    (docs / "新增.txt").write_text(plans.DALIAN.replace("大连", "佛山"), "utf-8")
    build(docs, folder, Counting())
    assert capsys.readouterr() == ("", "")


KILLED = """
import os, signal, sys
from pathlib import Path
from index import build as module
from index.store.embed import HashEmbedder
module._WINDOW = 10

class Dying(HashEmbedder):
    def embed_passages(self, texts):
        if len(self.seen) == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        self.seen.append(texts)
        return super().embed_passages(texts)

embedder = Dying()
embedder.seen = []
module.build(Path(sys.argv[1]), Path(sys.argv[2]), embedder)
"""


def test_a_killed_build_goes_on_where_it_stopped(docs: Path, folder: Path) -> None:
    command = [sys.executable, "-c", KILLED, str(docs), str(folder)]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -signal.SIGKILL
    assert snapshot.current(folder) is None
    report = build(docs, folder, HashEmbedder())
    assert report.embedded == report.rows - 30
    assert opened(folder) == plans.TEXTS
    assert len(list((folder / "generations").iterdir())) == 1


def test_a_copy_of_the_folder_made_while_it_serves_is_a_backup(docs: Path, folder: Path, tmp_path: Path) -> None:
    build(docs, folder, HashEmbedder())
    questions = ("智慧码头", "奖励补贴", "海岛票务平台")
    serving = Index.open(folder, HashEmbedder())
    before = [serving.search(question, k=5) for question in questions]
    with ThreadPoolExecutor(1) as pool:
        busy = pool.submit(lambda: [serving.search(question, k=5) for question in questions * 20])
        shutil.copytree(folder, tmp_path / "elsewhere")
    assert busy.result() == before * 20
    serving.close()
    shutil.rmtree(folder)
    restored = Index.open(tmp_path / "elsewhere", HashEmbedder())
    assert [restored.search(question, k=5) for question in questions] == before
    restored.close()
    assert build(docs, tmp_path / "elsewhere", Counting(limit=0)).embedded == 0


def test_two_generations_are_kept(docs: Path, folder: Path) -> None:
    names = []
    for n in range(4):
        (docs / "新.txt").write_text(f"湖州市渔业方案\n一、目标\n建基地{n}个。\n", encoding="utf-8")
        names.append(build(docs, folder, HashEmbedder()).snapshot)
    assert {p.name for p in (folder / "generations").iterdir()} == set(names[-2:])


def test_the_generation_before_is_kept_however_old_it_is(docs: Path, folder: Path) -> None:
    texts = [f"湖州市渔业方案\n一、目标\n建基地{n}个。\n" for n in (1, 2, 1, 3)]
    names = []
    for text in texts:
        (docs / "新.txt").write_text(text, encoding="utf-8")
        names.append(build(docs, folder, HashEmbedder()).snapshot)
    assert names[2] == names[0]
    assert {p.name for p in (folder / "generations").iterdir()} == {names[2], names[3]}


def test_what_an_interrupted_build_left_is_the_first_to_go(docs: Path, folder: Path) -> None:
    first = build(docs, folder, HashEmbedder()).snapshot
    left = snapshot.folder(folder, "left")
    left.mkdir()
    (docs / "新.txt").write_text("湖州市渔业方案\n一、目标\n建基地。\n", encoding="utf-8")
    second = build(docs, folder, HashEmbedder()).snapshot
    assert {p.name for p in (folder / "generations").iterdir()} == {first, second}


def test_readers_go_on_while_it_builds(docs: Path, folder: Path) -> None:
    build(docs, folder, HashEmbedder())
    reader = Index.open(folder, HashEmbedder())
    before = reader.search("智慧码头", k=5)
    (docs / "新.txt").write_text("湖州市渔业方案\n一、目标\n建基地。\n", encoding="utf-8")
    build(docs, folder, HashEmbedder())
    assert reader.search("智慧码头", k=5) == before != []
    reader.close()
    assert "新.txt" in opened(folder)


DAMAGES = {
    "documents cut short": lambda g: (g / "documents.json").write_text("[{"),
    "no facts": lambda g: (g / "facts.json").unlink(),
    "no keyword index": lambda g: shutil.rmtree(g / "keyword"),
    "no vectors": lambda g: shutil.rmtree(g / "chroma"),
    "garbled database": lambda g: (g / "chroma" / "chroma.sqlite3").write_bytes(b"garbage" * 999),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize("changed", [False, True], ids=["same files", "one more file"])
def test_building_mends_a_damaged_index(docs: Path, folder: Path, damage: object, changed: bool) -> None:
    first = build(docs, folder, HashEmbedder())
    damage(snapshot.folder(folder, first.snapshot))  # type: ignore[operator]
    with pytest.raises(snapshot.NoIndex, match="python -m index build"):
        Index.open(folder, HashEmbedder())
    if changed:
        (docs / "新.txt").write_text("湖州市渔业方案\n一、目标\n建基地。\n", encoding="utf-8")
    embedded = build(docs, folder, HashEmbedder()).embedded
    sound = damage is not DAMAGES["no vectors"] and damage is not DAMAGES["garbled database"]
    assert (embedded == 0) == (sound and not changed) or (sound and embedded < first.rows)
    assert opened(folder).items() >= plans.TEXTS.items()


def test_building_mends_damaged_facts(docs: Path, folder: Path) -> None:
    build(docs, folder, HashEmbedder())
    ((snapshot.current(folder) or folder) / "facts.json").write_text("{")
    build(docs, folder, HashEmbedder())
    index = Index.open(folder, HashEmbedder())
    assert index.targets()
    index.close()


def test_a_text_without_words(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "的.txt").write_text("的的的的的的。", encoding="utf-8")
    report = build(tmp_path / "docs", folder, HashEmbedder())
    assert (report.documents, report.rows) == (1, 1)
    index = Index.open(folder, HashEmbedder())
    assert index.keyword("渔业") == []
    assert len(index.search("渔业")) == 1
    index.close()


def test_vectors_are_those_of_the_rows(docs: Path, folder: Path) -> None:
    build(docs, folder, HashEmbedder())
    path = snapshot.current(folder) or folder
    (plan,) = [p for p in snapshot.read(path)[1] if p.document.source == "宁波.txt"]
    rows = list(snapshot.rows([plan]))
    store = VectorStore(path / "chroma")
    held = dict(store.vectors([row.id for row in rows]))
    store.close()
    expected = HashEmbedder().embed_passages([row.text for row in rows])
    np.testing.assert_allclose(np.stack([held[row.id] for row in rows]), expected, atol=1e-6)


@pytest.mark.parametrize("other", [2, 99])
def test_vectors_of_another_format_are_taken_over(docs: Path, folder: Path, other: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(snapshot, "FORMAT", other)
        first = build(docs, folder, HashEmbedder())
    former = snapshot.folder(folder, first.snapshot)
    (former / "facts.json").unlink()
    (former / "documents.json").write_text("of another form")
    with pytest.raises(snapshot.NoIndex, match="另一版本"):
        Index.open(folder, HashEmbedder())
    second = build(docs, folder, Counting(limit=0))
    assert (second.rows, second.embedded) == (first.rows, 0)
    assert second.snapshot != first.snapshot
    assert opened(folder) == plans.TEXTS


def test_vectors_that_were_lost_come_from_the_generation_before(docs: Path, folder: Path) -> None:
    build(docs, folder, HashEmbedder())
    (docs / "新.txt").write_text("湖州市渔业方案\n一、目标\n建基地。\n", encoding="utf-8")
    last = build(docs, folder, HashEmbedder())
    shutil.rmtree(snapshot.folder(folder, last.snapshot) / "chroma")
    again = build(docs, folder, HashEmbedder())
    assert again.snapshot == last.snapshot
    assert 0 < again.embedded < 5 < again.rows, "only what the former snapshot does not have"


def test_other_rules_for_facts_need_no_new_vectors(docs: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = build(docs, folder, HashEmbedder())
    monkeypatch.setattr(extract, "rules", lambda: "newer")
    second = build(docs, folder, Counting(limit=0))
    assert (second.embedded, second.snapshot != first.snapshot) == (0, True)


def test_vectors_of_another_model_are_not_taken_over(docs: Path, folder: Path) -> None:
    build(docs, folder, HashEmbedder())
    manifest = (snapshot.current(folder) or folder) / "manifest.json"
    manifest.write_text(manifest.read_text().replace("hash-256", "another"))
    embedder = Counting()
    assert build(docs, folder, embedder).embedded == len(embedder.texts) > 0
