"""`python -m eval scale`: how time, memory, disk and search grow with the number of sentences, on the texts of a folder.

The folder is indexed whole first (once; 400,000 sentences take most of an hour). Smaller libraries are then built from
its first files by the product's own `build`, in a process whose memory is watched from here, and searched in another.
Embedding goes by length alone, so it is measured on samples, in turn with the model with nothing of ours around it;
the builds take their vectors from the whole index instead of computing them again.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import shutil
import sys
import tempfile
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial
from hashlib import blake2b
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from assistant.settings import Settings
from eval.bench import seconds_of, watch
from eval.datasets.dataset import data
from eval.report import aligned
from index.build import build
from index.search import Index
from index.store import e5, snapshot
from index.store.embed import Embedder, Vectors, precision
from index.store.snapshot import NoIndex, Row
from index.store.vectors import VectorStore
from index.types import Filters

_SIZES = (1_000, 10_000, 100_000)  # sentences, besides the whole
_WINDOWS, _WINDOW, _BATCH = 3, 1024, 16
_PAGE = 10_000
_QUESTION = 40  # characters
_BUILT, _FOUND = "built.json", "search.json"
_TEMPLATE = Path(__file__).with_name("scale.svg")
_MOST_P95, _LEAST_SHARE = 250, 0.85  # milliseconds; of the pace of the model alone


@dataclass(frozen=True, slots=True)
class Pace:
    """Sentences embedded in a second, by the product with storing them and by the model alone; characters by the product."""

    ours: float
    alone: float
    characters: float

    @property
    def share(self) -> float:
        """Ours / alone."""
        return self.ours / self.alone


@dataclass(frozen=True, slots=True)
class Searched:
    """What searching takes: seconds to open the index, milliseconds a question: for sentences of all documents and of one
    year's, for clauses of all.
    """

    opening: float
    p50: float
    p95: float
    filtered_p95: float
    clauses_p95: float


@dataclass(frozen=True, slots=True)
class Size:
    """One library. Seconds of its build but embedding, and of embedding; bytes: most held by each process, and on disk."""

    documents: int
    sentences: int
    build: float
    embedding: float
    build_peak: int
    disk: int
    search_peak: int
    searched: Searched


class Kept:
    """An embedder that has computed these passages before: vectors in a file, found by a hash of the text.

    It holds 16 bytes a passage, so that the memory of a build is that of the build. Queries are computed.
    """

    def __init__(self, folder: Path, model: Embedder) -> None:
        self._model = model
        self._keys = np.load(folder / "keys.npy")
        self._order = np.argsort(self._keys)
        self._vectors = (folder / "vectors.bin").open("rb")
        self.fingerprint, self.dimensions = model.fingerprint, model.dimensions

    @staticmethod
    def write(folder: Path, store: VectorStore, rows: Sequence[Row]) -> None:
        """Keep the vectors of `rows`, which are in `store`."""
        np.save(folder / "keys.npy", np.array([_key(row.text) for row in rows], dtype=np.uint64))
        with (folder / "vectors.bin").open("wb") as file:
            for start in range(0, len(rows), _PAGE):
                ids = [row.id for row in rows[start : start + _PAGE]]
                held = dict(store.vectors(ids))
                file.write(np.stack([held[i] for i in ids]).astype(np.float32).tobytes())

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Unit rows, shape (n, d)."""
        return self._model.embed_queries(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Unit rows, shape (n, d); raises KeyError for a passage that is not kept."""
        return np.stack([self._vector(text) for text in texts])

    def close(self) -> None:
        """Release the file."""
        self._vectors.close()

    def _vector(self, text: str) -> Vectors:
        key = _key(text)
        at = int(np.searchsorted(self._keys, key, sorter=self._order))
        if at == len(self._keys) or self._keys[self._order[at]] != key:
            raise KeyError(text)
        self._vectors.seek(int(self._order[at]) * self.dimensions * 4)
        return np.frombuffer(self._vectors.read(self.dimensions * 4), dtype=np.float32)


def pace(texts: Sequence[str], settings: Settings, folder: Path) -> Pace:
    """Over windows of sentences that follow one another, as a build meets them: ours and the model alone, in turn."""
    from sentence_transformers import SentenceTransformer

    model = settings.embedder()
    path = settings.embedding_model or e5.folder(settings.cache_dir)
    alone = SentenceTransformer(str(path), device="cpu", local_files_only=True, model_kwargs={"dtype": precision()})
    starts = np.linspace(0, max(0, len(texts) - _WINDOW), _WINDOWS).astype(int)
    windows = [list(texts[start : start + _WINDOW]) for start in starts]
    ours_took = alone_took = 0.0
    store = VectorStore(folder / "pace")
    try:
        model.embed_passages(windows[0][:_BATCH])  # loads it
        alone.encode_document(windows[0][:_BATCH])
        for n, window in enumerate(windows):
            ids = [f"{n}:{i}" for i in range(len(window))]
            started = time.perf_counter()
            store.add(ids, ids, window, model.embed_passages(window))
            ours_took += time.perf_counter() - started
            started = time.perf_counter()
            alone.encode_document(window, batch_size=_BATCH, show_progress_bar=False)
            alone_took += time.perf_counter() - started
    finally:
        store.close()
    count, characters = sum(map(len, windows)), sum(len(text) for window in windows for text in window)
    return Pace(count / ours_took, count / alone_took, characters / ours_took)


def search(settings: Settings, questions: int) -> Searched:
    """Open the index and ask it the openings of clauses drawn from it, of all documents and of those of one year."""
    started = time.perf_counter()
    index = Index.open(settings.index_dir, settings.embedder())
    opening = time.perf_counter() - started
    try:
        passages = [(d, p) for d in index.documents for p in index.passages(d.id)]
        drawn = random.Random(0).sample(passages, min(questions, len(passages)))
        texts = [d.text[p.start : p.end][:_QUESTION] for d, p in drawn]
        years = Counter(d.issued.year for d in index.documents if d.issued)
        one_year = Filters(years=tuple(year for year, _ in years.most_common(1)))
        index.search("预热")  # loads the model
        index.clauses("预热")  # reads their index
        whole, filtered, clauses = (
            [1000 * seconds_of(partial(find, text, chosen)) for text in texts]
            for find, chosen in ((index.search, None), (index.search, one_year), (index.clauses, None))
        )
    finally:
        index.close()
    p50, p95 = np.percentile(whole, (50, 95)).tolist()
    return Searched(opening, p50, p95, float(np.percentile(filtered, 95)), float(np.percentile(clauses, 95)))


def measure(settings: Settings, wanted: Sequence[int], questions: int, folder: Path) -> tuple[Pace, list[Size]]:
    """The pace of embedding, and each size up to the whole of the index that `settings` name; raises NoIndex."""
    path = snapshot.current(settings.index_dir)
    if path is None:
        raise NoIndex(f"{settings.docs} 还没有索引。")
    plans = snapshot.read(path)[1]
    rows = list(snapshot.rows(plans))
    speed = pace([row.text for row in rows], settings, folder)
    store = VectorStore.of_finished(path / "chroma", settings.chroma_url)
    try:
        Kept.write(folder, store, rows)
    finally:
        store.close()
    sentences = list(accumulate(sum(len(p.sentences) for p in plan.passages) for plan in plans))
    characters = [0, *accumulate(len(row.text) for row in rows)]
    sources = [plan.document.source for plan in plans]
    del plans, rows  # the processes that follow need the room
    sizes = []
    for size in [*(size for size in wanted if size < sentences[-1]), sentences[-1]]:
        count = bisect_left(sentences, size) + 1
        _copy(settings.docs, sources[:count], folder / str(size) / "docs")
        measured = _size(folder / str(size), questions)
        sizes.append(replace(measured, embedding=characters[measured.sentences] / speed.characters))
        shutil.rmtree(folder / str(size))
        print(printed(speed, sizes).splitlines()[-1], file=sys.stderr, flush=True)
    return speed, sizes


def printed(speed: Pace, sizes: Sequence[Size]) -> str:
    """The result as a table for a terminal."""
    head = [
        "句",
        "文件",
        "建（秒，不计向量）",
        "向量（秒）",
        "建：内存",
        "磁盘",
        "打开（秒）",
        "查：内存",
        "p50",
        "p95",
        "限一年 p95",
        "按条款 p95",
    ]
    table = [head]
    for s in sizes:
        seconds = [f"{v:.3g}" if v < 1000 else f"{v:.0f}" for v in (s.build, s.embedding)]
        memory = [f"{v / 1e9:.2f} GB" for v in (s.build_peak, s.disk)]
        found = (s.searched.p50, s.searched.p95, s.searched.filtered_p95, s.searched.clauses_p95)
        answer = [f"{v:.0f} 毫秒" for v in found]
        table.append(
            [
                f"{s.sentences}",
                f"{s.documents}",
                *seconds,
                *memory,
                f"{s.searched.opening:.1f}",
                f"{s.search_peak / 1e9:.2f} GB",
                *answer,
            ]
        )
    p95 = max(sizes[-1].searched.p95, sizes[-1].searched.clauses_p95)
    return "\n".join(
        [
            f"向量：每秒 {speed.ours:.0f} 句，模型独自 {speed.alone:.0f} 句，比 {speed.share:.2f}（目标 ≥{_LEAST_SHARE} "
            f"{'✓' if speed.share >= _LEAST_SHARE else '✗'}）",
            f"全库检索 p95 {p95:.0f} 毫秒（目标 ≤{_MOST_P95} {'✓' if p95 <= _MOST_P95 else '✗'}）",
            aligned(table),
        ]
    )


def render(sizes: Sequence[Size]) -> str:
    """The growth as an SVG: a panel each for time, memory and search; both axes are logarithmic."""
    panels = (
        _panel("建索引（秒）", sizes, 不计向量=lambda s: s.build, 算向量=lambda s: s.embedding),
        _panel(
            "内存与磁盘（GB）",
            sizes,
            建=lambda s: s.build_peak / 1e9,
            查=lambda s: s.search_peak / 1e9,
            磁盘=lambda s: s.disk / 1e9,
        ),
        _panel(
            "检索（毫秒）",
            sizes,
            p50=lambda s: s.searched.p50,
            p95=lambda s: s.searched.p95,
            限一年的p95=lambda s: s.searched.filtered_p95,
            按条款的p95=lambda s: s.searched.clauses_p95,
        ),
    )
    environment = Environment(loader=FileSystemLoader(_TEMPLATE.parent), autoescape=True, undefined=StrictUndefined)
    return environment.get_template(_TEMPLATE.name).render(panels=panels)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `python -m eval scale`; --side and --folder are for the processes that it starts."""
    parser.add_argument("--docs", type=Path, metavar="DIR", help="政策文件所在文件夹（默认 ../shared/data/laws）")
    parser.add_argument("--sizes", type=int, nargs="*", default=_SIZES, metavar="N", help="除全库以外测多少句的库")
    parser.add_argument("--questions", type=int, default=200, metavar="N", help="每个库查几次（默认 200）")
    parser.add_argument("--out", type=Path, metavar="DIR", default=Path("runs"), help="结果写到哪里（默认 runs）")
    parser.add_argument("--side", choices=["build", "search"], help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)


def main(options: argparse.Namespace) -> int:
    """Index the folder where it is not, measure all sizes and print the result; 0 whether the targets are met or not."""
    if options.side:
        _run_side(options)
        return 0
    settings = Settings.for_docs(options.docs or data("laws"))
    print(f"为 {settings.docs} 建索引（已有的不重建；中断可再续）…", file=sys.stderr, flush=True)
    build(settings.docs, settings.index_dir, settings.embedder(), progress=True, server=settings.chroma_url)
    with tempfile.TemporaryDirectory(prefix="scale-", dir=settings.index_dir.parent) as name:
        speed, sizes = measure(settings, sorted(options.sizes), options.questions, Path(name))
    print(printed(speed, sizes))
    options.out.mkdir(parents=True, exist_ok=True)
    path = options.out / f"scale-{datetime.now():%Y%m%d-%H%M%S}.json"
    result: dict[str, Any] = {"cores": os.cpu_count(), "pace": asdict(speed), "sizes": [asdict(size) for size in sizes]}
    path.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    path.with_suffix(".svg").write_text(render(sizes), encoding="utf-8")
    print(f"结果：{path}，图：{path.with_suffix('.svg')}")
    return 0


def _panel(label: str, sizes: Sequence[Size], **series: Callable[[Size], float]) -> dict[str, Any]:
    """Ticks and lines of one panel, every position from 0 to 1."""
    values = {name: [value(size) for size in sizes] for name, value in series.items()}
    across, up = _Axis.of([s.sentences for s in sizes]), _Axis.of([v for line in values.values() for v in line])
    return {
        "label": label,
        "across": across.ticks(),
        "up": up.ticks(),
        "lines": {
            name: [(across.at(s.sentences), up.at(v)) for s, v in zip(sizes, line, strict=True)]
            for name, line in values.items()
        },
    }


@dataclass(frozen=True, slots=True)
class _Axis:
    """Whole powers of ten, from `low` to `high`."""

    low: int
    high: int

    @classmethod
    def of(cls, values: Sequence[float]) -> _Axis:
        low = math.floor(math.log10(min(values)))
        return cls(low, max(low + 1, math.ceil(math.log10(max(values)))))

    def at(self, value: float) -> float:
        return (math.log10(value) - self.low) / (self.high - self.low)

    def ticks(self) -> list[tuple[str, float]]:
        return [(f"{10.0**n:,.10g}", self.at(10.0**n)) for n in range(self.low, self.high + 1)]


def _size(folder: Path, questions: int) -> Size:
    """The library of the files in `folder`, without the seconds of embedding."""
    command = [sys.executable, "-m", "eval", "scale", "--folder", str(folder), "--questions", str(questions)]
    build_peak = watch([*command, "--side", "build"])
    search_peak = watch([*command, "--side", "search"])
    disk = sum(path.stat().st_size for path in (folder / "index").rglob("*") if path.is_file())
    built, found = (json.loads((folder / name).read_text(encoding="utf-8")) for name in (_BUILT, _FOUND))
    return Size(
        **built, embedding=0.0, build_peak=build_peak, disk=disk, search_peak=search_peak, searched=Searched(**found)
    )


def _run_side(options: argparse.Namespace) -> None:
    folder: Path = options.folder
    settings = Settings(docs=folder / "docs", index_dir=folder / "index", chroma_url=None)
    if options.side == "search":
        (folder / _FOUND).write_text(json.dumps(asdict(search(settings, options.questions))), encoding="utf-8")
        return
    kept = Kept(folder.parent, settings.embedder())
    started = time.perf_counter()
    report = build(settings.docs, settings.index_dir, kept)
    built = {"build": time.perf_counter() - started, "documents": report.documents, "sentences": report.rows}
    kept.close()
    (folder / _BUILT).write_text(json.dumps(built), encoding="utf-8")


def _copy(docs: Path, sources: Sequence[str], target: Path) -> None:
    """The files of those names, and the archives that hold them."""
    held = dict.fromkeys(
        next(p for p in (docs / source, *(docs / source).parents) if p.is_file()) for source in sources
    )
    for path in held:
        copy = target / path.relative_to(docs)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)


def _key(text: str) -> np.uint64:
    return np.uint64(int.from_bytes(blake2b(text.encode(), digest_size=8).digest()))
