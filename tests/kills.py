"""`python -m tests.kills 200`: builds that are killed at random moments, and what the index holds after each.

Every build adds a file. A build that has said that it is done is acknowledged: the index must hold its file from then on.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from index.build import build
from index.search import Index
from index.store.embed import HashEmbedder
from tests import plans

_FILES = 6


def kills(folder: Path, times: int, seed: int = 0) -> tuple[int, int]:
    """Kill `times` builds; returns how many were killed before they were done, and how many were done.

    Each runs in a fork, so that none pays for the imports. Raises AssertionError if an index is not whole after a kill.
    """
    docs, index_dir, moments = plans.write(folder / "docs"), folder / "index", random.Random(seed)
    _seconds(lambda: _build(docs, index_dir))
    (docs / "改.txt").write_text("湖州市林业方案\n一、目标\n种树。\n", encoding="utf-8")
    longest = _seconds(lambda: _build(docs, index_dir))
    killed, acknowledged = 0, 0
    for n in range(times):
        (docs / f"新{n % _FILES}.txt").write_text(f"湖州市渔业方案\n一、目标\n建基地{n}个。\n", encoding="utf-8")
        reader, writer = os.pipe()
        child = _forked(lambda writer=writer, n=n: (_build(docs, index_dir), os.write(writer, str(n).encode())))
        os.close(writer)
        time.sleep(moments.uniform(0, longest * 1.3))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        said = os.read(reader, 20)
        os.close(reader)
        killed, acknowledged = killed + (not said), n if said else acknowledged
        _seconds(lambda n=n, least=acknowledged: _whole(index_dir, least, n))
    _seconds(lambda: _build(docs, index_dir))
    _seconds(lambda: _whole(index_dir, times - 1, times - 1))
    return killed, times - killed


def _build(docs: Path, index_dir: Path) -> None:
    build(docs, index_dir, HashEmbedder())


def _whole(index_dir: Path, least: int, most: int) -> None:
    """The index in use is that of a build from `least` to `most`, has the files of it, and each finds itself."""
    index = Index.open(index_dir, HashEmbedder())
    texts = {d.source: d.text for d in index.documents}
    assert texts.items() >= plans.TEXTS.items()
    newest = max(
        (int(t.partition("建基地")[2].partition("个")[0]) for s, t in texts.items() if s[0] == "新"), default=0
    )
    assert least <= newest <= most
    for document in index.documents:
        passage = index.passages(document.id)[-1]
        words = document.text[passage.sentences[-1].start : passage.sentences[-1].end]
        assert passage in [hit.passage for hit in index.dense(words, k=10)]
        assert passage in [hit.passage for hit in index.keyword(words, k=10)]
    index.close()


def _seconds(work: Callable[[], object]) -> float:
    """How long `work` took in a child; AssertionError if it failed."""
    started = time.perf_counter()
    _, status = os.waitpid(_forked(work), 0)
    assert status == 0, "the child said why"
    return time.perf_counter() - started


def _forked(work: Callable[[], object]) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        work()
        code = 0
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        raise
    finally:
        os._exit(code)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        started = time.perf_counter()
        print("killed %d, done %d" % kills(Path(made), int(sys.argv[1])), end="")  # noqa: UP031
        print(f"; every index whole; {time.perf_counter() - started:.0f} s")
