"""Files to a new snapshot of the index: read → describe → split → relate → embed → extract facts → put in use.

One writer at a time. What is already read, embedded and extracted is not done again: texts are kept by the content of
their files (`index.readers.cache`), rows taken over from the generation in use and from an interrupted build. A file that cannot be read is reported; if the index held it before, it keeps what it had.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from index.check import understood
from index.document.succession import related
from index.errors import ZhengdaError
from index.facts import extract
from index.facts.extract import Facts, facts
from index.progress import told
from index.readers.cache import Readings
from index.readers.files import UnreadableFile, policy_files, read_folder
from index.readers.sandbox import shared
from index.search import Index, clause_index
from index.store import snapshot
from index.store.damage import damage, note, sound
from index.store.embed import Embedder
from index.store.keyword import KeywordIndex
from index.store.snapshot import Manifest, NoIndex, Row
from index.store.vectors import StoreError, StoreUnavailable, VectorStore, remove
from index.types import Plan

_WINDOW = 1000  # rows embedded and stored at a time: sorted by length within it, and lost if the build is interrupted
_GENERATIONS_KEPT = 2


class BuildError(ZhengdaError, RuntimeError):
    """Nothing was built; the message says why and what to do. The snapshot in use is untouched."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a build did. `rejected` has a message per file that could not be read, `warnings` one per remark on a file that
    could; `embedded` counts rows newly embedded.
    """

    snapshot: str
    documents: int
    passages: int
    rows: int
    embedded: int
    rejected: tuple[str, ...]
    warnings: tuple[str, ...] = ()


def build(
    docs: Path,
    index_dir: Path,
    embedder: Embedder,
    *,
    addresses: Sequence[str] = (),
    progress: bool = False,
    wait: float = 600,
    server: str | None = None,
    trusting: bool = False,
) -> Report:
    """Index the policy files of `docs`, and what the web `addresses` lead to, and put the result in use.

    `progress` draws a bar on stderr. A snapshot of these very texts that is in use already is looked through, and mended
    where it is damaged, unless this is `trusting`: then that is left to whoever opens it. The vectors go to the Chroma `server` of that address, else into the index folder. Raises StoreUnavailable if the server
    does not answer, and BuildError if no file can be read, the disk is full or read-only, or another build lasts longer than `wait` seconds.
    """
    try:
        policy_files(docs)  # a folder that cannot be listed is told before one is made for the index
        index_dir.mkdir(parents=True, exist_ok=True)
        with FileLock(index_dir / ".lock", timeout=wait):
            plans, rejected, warnings = _plans(docs, addresses, index_dir)
            plans = related(_with_former(plans, rejected, index_dir))
            if not plans:
                reasons = "\n".join(rejected.values()) or "里面没有文件。"
                raise BuildError(f"文件夹 {docs} 中没有可用的政策文件，索引未改动。\n{reasons}")
            report = _build(plans, tuple(rejected.values()), index_dir, embedder, progress, server, trusting)
            return replace(report, warnings=warnings)
    except UnreadableFile as error:
        raise BuildError(str(error)) from error
    except Timeout as error:
        raise BuildError("另一个程序正在建立索引，请等它结束后再试。") from error
    except StoreUnavailable:
        raise
    except (OSError, StoreError) as error:
        reason = getattr(error, "strerror", None) or error
        raise BuildError(f"无法写入索引文件夹 {index_dir}（{reason}）。请检查磁盘空间与权限，原索引未改动。") from error


def _plans(docs: Path, addresses: Sequence[str], index_dir: Path) -> tuple[list[Plan], dict[str, str], tuple[str, ...]]:
    """The plans of the readable files, one per distinct content; by file name why the others are not; what to know of them."""
    plans: dict[str, Plan] = {}
    rejected: dict[str, str] = {}
    warnings: list[str] = []
    readings = Readings(index_dir / "readings", shared())
    for raw in read_folder(docs, addresses, readings):
        found = raw if isinstance(raw, UnreadableFile) else understood(raw)
        if isinstance(raw, UnreadableFile) or isinstance(found, UnreadableFile):
            rejected[raw.source] = str(found)
        else:
            plans.setdefault(found.document.id, found)
            warnings += (f"{raw.source}：{warning}" for warning in raw.warnings)
    readings.forget_others()
    return list(plans.values()), rejected, tuple(warnings)


def _with_former(plans: list[Plan], rejected: dict[str, str], index_dir: Path) -> list[Plan]:
    """`plans`, and what the snapshot in use holds of files that exist, or lie in one that exists, but cannot be read."""
    path = snapshot.current(index_dir)
    if path is None or not rejected:
        return plans
    have = {plan.document.id for plan in plans}
    try:
        former = snapshot.read(path)[1]
    except NoIndex:
        return plans
    unread = tuple(f"{source}/" for source in rejected)
    kept = [p for p in former if f"{p.document.source}/".startswith(unread) and p.document.id not in have]
    return sorted([*plans, *kept], key=lambda p: p.document.source)


def _build(
    plans: list[Plan],
    rejected: tuple[str, ...],
    index_dir: Path,
    embedder: Embedder,
    progress: bool,
    server: str | None,
    trusting: bool,
) -> Report:
    name = snapshot.name(plans, embedder.fingerprint, server is not None)
    path = snapshot.folder(index_dir, name)
    rows = list(snapshot.rows(plans))
    former = snapshot.current(index_dir)
    embedded = 0
    if not (trusting and former == path) and not _usable(path, embedder, server):
        path.mkdir(parents=True, exist_ok=True)
        earlier = [former] if former else []
        earlier += sorted(other for other in path.parent.iterdir() if other not in (path, former) and other.is_dir())
        embedded = _fill(path, rows, earlier, embedder, progress, server)
        KeywordIndex.build(row.text for row in rows).save(path / "keyword")
        clause_index(rows).save(path / "clauses")
        passages = sum(len(plan.passages) for plan in plans)
        built = datetime.now(UTC).isoformat(timespec="seconds")
        manifest = Manifest(
            snapshot.FORMAT, embedder.fingerprint, len(plans), passages, len(rows), built, extract.rules()
        )
        extracted = _extracted(plans, former)
        snapshot.write(path, plans, extracted, manifest)
    snapshot.point_to(index_dir, name)
    _prune(index_dir, path, former, server)
    return Report(name, len(plans), sum(len(p.passages) for p in plans), len(rows), embedded, rejected)


def _usable(path: Path, embedder: Embedder, server: str | None) -> bool:
    """Whether the snapshot is finished and whole. Else it is left unfinished, with the vectors that are sound, to go on with."""
    vectors, manifest = path / "chroma", path / "manifest.json"
    if vectors.is_dir() and damage(vectors):
        manifest.unlink(missing_ok=True)
        shutil.rmtree(vectors)
    elif vectors.is_dir():
        note(vectors)
    if not manifest.is_file():
        return False
    try:
        index = Index.open_snapshot(path, embedder, server)
        index.open_vectors()
        index.close()
        index.targets()  # reads the facts, which opening does not
    except NoIndex:
        if snapshot.model_of(path) != embedder.fingerprint:
            shutil.rmtree(path)
        manifest.unlink(missing_ok=True)
        return False
    return True


def _fill(
    path: Path,
    rows: Sequence[Row],
    earlier: Sequence[Path],
    embedder: Embedder,
    progress: bool,
    server: str | None,
) -> int:
    """Bring every row's vector into the store at `path`, from generations that are `earlier` where they have it; returns how
    many had to be embedded.
    """
    store = VectorStore(path / "chroma", server)
    try:
        missing = _absent(store, rows)
        for former in earlier:
            if missing and former != path and _take_over(store, missing, former, embedder, server):
                missing = _absent(store, missing)
        size = sum(len(row.text) for row in missing)  # what embedding takes goes by length
        with told("计算向量", size, "字", shown=progress and bool(missing)) as done:
            for i in range(0, len(missing), _WINDOW):
                part = missing[i : i + _WINDOW]
                _add(store, part, embedder.embed_passages([row.text for row in part]))
                done(sum(len(row.text) for row in part))
        if store.count() != len(rows):
            raise BuildError(f"向量库有 {store.count()} 行，应有 {len(rows)} 行。请删除 {path} 后重试。")
    finally:
        store.close()
    if server is None:
        note(path / "chroma")
    return len(missing)


def _absent(store: VectorStore, rows: Sequence[Row]) -> list[Row]:
    held = {i for i, _ in store.vectors([row.id for row in rows])}
    return [row for row in rows if row.id not in held]


def _take_over(store: VectorStore, rows: Sequence[Row], former: Path, embedder: Embedder, server: str | None) -> bool:
    """Copy what the snapshot `former` holds of `rows`; whether it was any use: not if damaged or another model's.

    A row's id names its vector in every format, so a snapshot that an older or newer version wrote will do.
    """
    if snapshot.model_of(former) != embedder.fingerprint:
        return False
    try:
        vectors = sound(former / "chroma", server)
    except StoreError:
        return False
    taken = False
    try:
        for i in range(0, len(rows), _WINDOW):
            try:
                held = dict(vectors.vectors([row.id for row in rows[i : i + _WINDOW]]))
            except StoreError:
                break  # what it gave until then is sound
            if known := [row for row in rows[i : i + _WINDOW] if row.id in held]:
                _add(store, known, np.stack([held[row.id] for row in known]))
                taken = True
    finally:
        vectors.close()
    return taken


def _add(store: VectorStore, rows: Sequence[Row], vectors: np.ndarray) -> None:
    store.add([r.id for r in rows], [r.document.id for r in rows], [r.text for r in rows], vectors)


def _extracted(plans: Sequence[Plan], former: Path | None) -> dict[str, Facts]:
    """The facts by document id; those of a document that reads as it did are taken over from the snapshot `former`."""
    known: dict[str, tuple[Plan, Facts]] = {}
    try:
        manifest, held = snapshot.read(former) if former else (None, ())
        if former and manifest and manifest.facts == extract.rules():
            found = snapshot.read_facts(former)
            known = {plan.document.id: (plan, found[plan.document.id]) for plan in held}
    except (NoIndex, KeyError):
        pass  # damaged or of another format: all are extracted
    return {plan.document.id: _facts(plan, known.get(plan.document.id)) for plan in plans}


def _facts(plan: Plan, before: tuple[Plan, Facts] | None) -> Facts:
    if before and (before[0].document.text, before[0].passages) == (plan.document.text, plan.passages):
        return before[1]
    return facts(plan.document, plan.passages)


def _prune(index_dir: Path, used: Path, former: Path | None, server: str | None) -> None:
    """Remove old generations but the one before, which a reader may still have open."""
    others = [p for p in (index_dir / "generations").iterdir() if p != used and p.is_dir()]
    others.sort(key=lambda p: (p == former, (p / "manifest.json").is_file(), p.stat().st_mtime), reverse=True)
    for path in others[_GENERATIONS_KEPT - 1 :]:
        with suppress(StoreUnavailable):  # then it stays whole, and goes after the next build
            remove(path / "chroma", server)
            shutil.rmtree(path, ignore_errors=True)
