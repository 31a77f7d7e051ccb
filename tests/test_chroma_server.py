"""The same index over a Chroma server: same answers, several processes, and a server that is not as it should be."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import numpy as np
import pytest

from assistant import Assistant, Settings
from index.build import BuildError, build
from index.search import Index
from index.settings import ROOT
from index.store import snapshot
from index.store import vectors as module
from index.store.embed import HashEmbedder
from index.store.snapshot import NoIndex
from index.store.vectors import StoreError, StoreUnavailable, VectorStore
from index.types import Filters
from tests import plans
from tests.chroma import ChromaServer
from tests.test_build import Counting
from ui.asking import Line, follow
from ui.turn import Turn

QUESTIONS = [
    "宁波对渔船加装北斗终端补助多少？",
    "青岛给建成智慧酿造车间的企业奖励多少？",
    "昆明的花卉电子拍卖额要达到多少？",
    "大连樱桃园的贷款贴息比例是多少？",
    "宁波和青岛各由谁牵头？",
    "青岛的文件还有效吗？",
    "厦门的海底隧道什么时候通车？",
]
NEW = "湖州市渔业方案\n一、目标\n建基地{}个。\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    with ChromaServer(tmp_path_factory.mktemp("chroma")) as started:
        yield started


@pytest.fixture
def docs(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """The plans and one more, so that no two tests share a snapshot on the server."""
    return plans.write(tmp_path / "docs", 其他=f"丽水市试验方案\n一、目标\n试验{request.node.name}。\n")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


def collections(server: ChromaServer) -> set[str]:
    found = httpx.get(f"{server.url}/api/v2/tenants/default_tenant/databases/default_database/collections").json()
    return {collection["name"] for collection in found}


def test_the_same_hits_and_answers_as_embedded(docs: Path, tmp_path: Path, server: ChromaServer) -> None:
    indexes = []
    for url in (None, server.url):
        index_dir = tmp_path / ("there" if url else "here")
        build(docs, index_dir, HashEmbedder(), server=url)
        assert (next((index_dir / "generations").iterdir()) / "chroma").exists() == (url is None)
        indexes.append(Index.open(index_dir, HashEmbedder(), url))
    for question in QUESTIONS:
        for filters in (None, Filters(regions=("宁波",))):
            for leg in ("dense", "keyword", "search"):
                here, there = ([h for h in getattr(i, leg)(question, filters) if h.score > 1e-3] for i in indexes)
                assert [(h.passage.id, h.span) for h in here] == [(h.passage.id, h.span) for h in there]
                assert [h.score for h in here] == pytest.approx([h.score for h in there], abs=1e-5)
    here, there = ([said(index, question) for question in QUESTIONS] for index in indexes)
    assert here == there
    assert "1800元" in here[0]


def said(index: Index, question: str) -> str:
    """The answer as JSON, without what differs from one time to the next."""
    answer = Assistant(Settings(llm="off"), index=index).answer(question).to_dict()
    del answer["timings"]
    answer["evidence"] = [{**e, "score": round(e["score"], 3)} for e in answer["evidence"]]
    answer["odds"] = None
    return json.dumps(answer, ensure_ascii=False)


def test_cosine_and_no_function_of_chroma(tmp_path: Path, server: ChromaServer) -> None:
    folder = tmp_path / "generation-of-a-test" / "chroma"
    store = VectorStore(folder, server.url)
    store.add(["a", "b"], ["x", "y"], ["甲", "乙"], np.array([[3, 0], [0, 2]], dtype=np.float32))
    found = store.search(np.array([0.6, 0.8], dtype=np.float32), 2)
    assert [(i, round(score, 5)) for i, score in found] == [("b", 0.8), ("a", 0.6)]
    assert store.search(np.array([0.6, 0.8], dtype=np.float32), 2, ["x"])[0][0] == "a"
    assert not folder.exists()
    module.remove(folder, server.url)
    with pytest.raises(StoreError, match="没有这一版索引的向量"):
        store.count()
    module.remove(folder, server.url)
    store.close()


def test_what_another_folder_has_embedded_is_not_embedded_again(
    docs: Path, tmp_path: Path, server: ChromaServer
) -> None:
    first = build(docs, tmp_path / "one", HashEmbedder(), server=server.url)
    assert first.embedded == first.rows
    for name in ("one", "two"):
        assert build(docs, tmp_path / name, Counting(limit=0), server=server.url).snapshot == first.snapshot


def test_vectors_move_to_the_server(docs: Path, folder: Path, server: ChromaServer) -> None:
    here = build(docs, folder, HashEmbedder())
    there = build(docs, folder, Counting(limit=0), server=server.url)
    assert (there.embedded, there.rows) == (0, here.rows)
    assert there.snapshot != here.snapshot
    with pytest.raises(NoIndex, match="ZHENGDA_CHROMA_URL"):
        Index.open(folder, HashEmbedder())
    assert build(docs, folder, Counting(limit=0)).snapshot == here.snapshot


def test_a_pruned_generation_leaves_the_server(docs: Path, folder: Path, server: ChromaServer) -> None:
    names = []
    for n in range(4):
        (docs / "新.txt").write_text(NEW.format(n), encoding="utf-8")
        names.append(f"zhengda-{build(docs, folder, HashEmbedder(), server=server.url).snapshot}")
    assert collections(server) & set(names) == set(names[-2:])


READER = """
import sys
from pathlib import Path
from index.store.embed import HashEmbedder
from index.search import Index
index = Index.open(Path(sys.argv[1]), HashEmbedder(), sys.argv[2])
for n in range(40):
    print([(h.passage.id, h.span.start) for h in index.search("智慧码头", k=5)])
"""


def test_processes_read_while_one_builds(docs: Path, folder: Path, server: ChromaServer) -> None:
    build(docs, folder, HashEmbedder(), server=server.url)
    index = Index.open(folder, HashEmbedder(), server.url)
    expected = str([(h.passage.id, h.span.start) for h in index.search("智慧码头", k=5)])
    command = [sys.executable, "-c", READER, str(folder), server.url]
    readers = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    (docs / "新.txt").write_text(NEW.format(1), encoding="utf-8")
    build(docs, folder, HashEmbedder(), server=server.url)
    for reader in readers:
        lines = reader.communicate()[0].splitlines()
        assert len(lines) == 40
        assert set(lines) == {expected}
    index.close()


def test_lost_rows_are_noticed_and_mended(docs: Path, folder: Path, server: ChromaServer) -> None:
    report = build(docs, folder, HashEmbedder(), server=server.url)
    store = VectorStore(snapshot.folder(folder, report.snapshot) / "chroma", server.url)
    store._rows.delete(ids=store._rows.get(limit=3)["ids"])
    store.close()
    with pytest.raises(NoIndex, match="不完整"):
        Index.open(folder, HashEmbedder(), server.url)
    assert build(docs, folder, HashEmbedder(), server=server.url).embedded == 3
    Index.open(folder, HashEmbedder(), server.url).close()


def test_a_server_that_goes_and_comes_back(docs: Path, folder: Path, tmp_path: Path) -> None:
    def said(assistant: Assistant) -> Turn:
        return list(follow(assistant, Turn(1, QUESTIONS[0]), [], None, Line(1), lambda: False))[-1]

    with ChromaServer(tmp_path / "own") as own:
        settings = Settings(docs=docs, index_dir=folder, llm="off", chroma_url=own.url)
        object.__setattr__(settings, "embedder", HashEmbedder)
        with Assistant(settings) as assistant:
            assistant.prepare()
            answered = said(assistant)
            assert answered.answer
            own.stop()
            assert f"连不上 Chroma 服务器 {own.url}" in (said(assistant).error or "")
            with pytest.raises(StoreUnavailable, match="ZHENGDA_CHROMA_URL"):
                build(docs, folder, HashEmbedder(), server=own.url)
            assert snapshot.current(folder)

            late = Assistant(settings)
            late.prepare()
            assert "连不上" in late.warnings[0]
            assert late.ready
            assert "已停止执行" in late.answer("青岛的文件还有效吗？").text, (
                "what needs no vectors does without the server"
            )
            assert "连不上" in (said(late).error or "")
            own.start()
            for one in (assistant, late):
                again = said(one)
                assert again.answer
                assert again.answer.text == answered.answer.text
            assert late.warnings == ()
            late.close()


def test_without_the_server_the_index_in_the_folder_still_answers(docs: Path, folder: Path) -> None:
    build(docs, folder, HashEmbedder())
    settings = Settings(docs=docs, index_dir=folder, llm="off", chroma_url="http://127.0.0.1:9")
    object.__setattr__(settings, "embedder", HashEmbedder)
    with Assistant(settings) as assistant:
        assert "1800元" in assistant.answer(QUESTIONS[0]).text
        assert "连不上 Chroma 服务器" in assistant.warnings[0]


class Fake(BaseHTTPRequestHandler):
    """Answers with `script`: path to status and body; None as the body is an answer that never comes."""

    script: dict[str, tuple[int, str | None]]
    over: threading.Event

    def do_GET(self) -> None:
        status, body = self.script.get(self.path, (500, "out of order"))
        if body is None:
            self.over.wait(20)
            return
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    do_POST = do_GET

    def log_message(self, *args: object) -> None:
        pass


VERSION = "/api/v2/version"


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ({VERSION: (200, '"0.6.3"')}, r"版本不合（它回答 0\.6\.3，需要 1\.x）"),
        ({VERSION: (200, '"2.0.0"')}, r"版本不合（它回答 2\.0\.0，"),
        ({VERSION: (404, "not here")}, r"版本不合（它回答 HTTP 404"),
        ({VERSION: (200, None)}, r"在 0\.3 秒内没有回答"),
        ({VERSION: (200, '"1.0.0"')}, r"出错（"),
    ],
    ids=["older", "newer", "something else", "slow", "failing"],
)
def test_a_server_that_is_not_as_it_should_be(
    docs: Path, folder: Path, script: dict[str, tuple[int, str | None]], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_SECONDS", 0.3)
    handler = type("Scripted", (Fake,), {"script": script, "over": threading.Event()})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as fake:
        threading.Thread(target=fake.serve_forever, daemon=True).start()
        with pytest.raises(StoreUnavailable, match=words):
            build(docs, folder, HashEmbedder(), server=f"http://127.0.0.1:{fake.server_port}")
        handler.over.set()
        fake.shutdown()
    assert snapshot.current(folder) is None


def test_a_server_that_stops_answering_midway(docs: Path, folder: Path, server: ChromaServer) -> None:
    build(docs, folder, HashEmbedder(), server=server.url)
    index = Index.open(folder, HashEmbedder(), server.url)
    index._store._client._server._session.timeout = 0.5  # type: ignore[attr-defined]
    with server.silent(), pytest.raises(StoreUnavailable, match="没有回答"):
        index.search("智慧码头")
    index.close()


def test_a_build_that_fails_is_still_an_error_of_the_files(tmp_path: Path, folder: Path, server: ChromaServer) -> None:
    with pytest.raises(BuildError, match="找不到文件夹"):
        build(tmp_path / "none", folder, HashEmbedder(), server=server.url)
