"""Whether the vectors in a Chroma folder can be trusted, found out in a child: a flipped byte there can end the process.

Looked at are SQLite's own quick_check, the number of rows, and of up to 2,000 rows spread over the store whether each has
a vector of length 1, and of some of them whether they find themselves. A folder that was found whole is known by its files'
sizes and times from then on (`note`), so that nothing is looked at twice.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing, suppress
from pathlib import Path

import numpy as np

from index.store.vectors import StoreError, VectorStore

_HOME = Path(__file__).resolve().parents[2]
_SECONDS = 600
_PAGES, _PAGE = 20, 100
_OFF_LENGTH = 0.02
_SELF = 0.99
CANNOT_OPEN = "打不开"


def sound(folder: Path, server: str | None = None) -> VectorStore:
    """The vectors of a finished snapshot in `folder`, known to be whole, or else on the `server`; raises StoreError.

    A folder that only cannot be opened is left to `VectorStore`, which knows what to do on a read-only or full disk.
    """
    reason = damage(folder) if folder.is_dir() and not _is_noted(folder) else None
    if reason and not reason.startswith(CANNOT_OPEN):
        raise StoreError(reason)
    store = VectorStore.of_finished(folder, server)
    try:
        store.count()  # opens the graph, which changes the times of its files
    except StoreError:
        store.close()
        raise
    if folder.is_dir() and not reason:
        note(folder)
    return store


def note(folder: Path) -> None:
    """Remember that the Chroma folder `folder` is whole as it is now, in a file beside it."""
    noted = _note_of(folder)
    aside = noted.with_name(f"{noted.name}.{os.getpid()}.new")
    with suppress(OSError):  # a disk that cannot be written: it is looked at again the next time
        aside.write_text(json.dumps(_state(folder)), encoding="utf-8")
        aside.replace(noted)


def _is_noted(folder: Path) -> bool:
    try:
        return bool(json.loads(_note_of(folder).read_text(encoding="utf-8")) == _state(folder))
    except (OSError, ValueError):
        return False


def _note_of(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.sound")


def _state(folder: Path) -> dict[str, list[int]]:
    """Size and times (ns) of each file; the time of a change of its inode is what no copy brings along."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): [(at := path.stat()).st_size, at.st_mtime_ns, at.st_ctime_ns]
        for path in files
    }


def damage(folder: Path, rows: int | None = None) -> str | None:
    """What is wrong with the Chroma folder `folder`, which should hold that many `rows` if given; None if nothing is."""
    command = [
        sys.executable,
        "-P",
        "-m",
        "index.store.damage",
        str(folder.resolve()),
        "" if rows is None else str(rows),
    ]
    environment = {**os.environ, "PYTHONPATH": str(_HOME)}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, cwd="/"
    ) as child:
        assert child.stdout is not None
        timer = threading.Timer(_SECONDS, child.kill)
        timer.start()
        try:
            said = child.stdout.read().decode()  # stdin stays open meanwhile: the child ends with us
            code = child.wait()
        finally:
            timer.cancel()
    if code == 0:
        return None
    return said.strip() or f"读它的进程中断了（{code}）"


def found(folder: Path, rows: int | None) -> str | None:
    """The same, in this process."""
    database = folder / "chroma.sqlite3"
    if not database.is_file():
        return "没有数据库"
    try:
        with closing(sqlite3.connect(database)) as connection:
            (said,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if said != "ok":
            return f"数据库损坏（{said}）"
        store = VectorStore(folder)
    except (sqlite3.Error, StoreError) as error:
        return f"{CANNOT_OPEN}（{error}）"
    try:
        return _of_rows(store, rows)
    except StoreError as error:
        return f"读不出（{error}）"
    finally:
        store.close()


def _of_rows(store: VectorStore, rows: int | None) -> str | None:
    held = store.count()
    if rows is not None and held != rows:
        return f"有 {held} 行，应有 {rows} 行"
    for start in sorted({held * n // _PAGES for n in range(_PAGES)}) if held else []:
        ids, vectors = store.page(start, _PAGE)
        if not ids or len(ids) != len(vectors):
            return "有的行没有向量"
        if not np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=_OFF_LENGTH):
            return "有的向量长度不是 1"
        nearest = store.search(vectors[0], 1)
        if not nearest or nearest[0][1] < _SELF:
            return "有的行找不到自己"
    return None


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    reason = found(Path(sys.argv[1]), int(sys.argv[2]) if sys.argv[2] else None)
    print(reason or "", flush=True)
    os._exit(1 if reason else 0)
