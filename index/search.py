"""The index in use: documents, clauses, the facts extracted from them, and hybrid search over sentences.

A search has two legs, dense (cosine in Chroma) and keyword (BM25), each usable alone; `search` fuses their ranks by
reciprocal rank fusion (Cormack, Clarke & Büttcher 2009).
"""

from __future__ import annotations

import re
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property, partial
from pathlib import Path

import numpy as np

from index.chinese.places import same_place
from index.chinese.simplified import simplified
from index.chinese.units import same_unit
from index.facts.extract import Facts
from index.facts.outline import outline
from index.store import snapshot
from index.store.damage import sound
from index.store.embed import Embedder
from index.store.keyword import KeywordIndex, bigrams
from index.store.library import Library
from index.store.snapshot import NoIndex, Row, clause_text
from index.store.vectors import StoreError, StoreUnavailable, VectorStore
from index.types import Deadline, Document, Duty, Filters, Hit, Outline, Passage, Plan, Span, Target

_RRF_K = 60
_DEPTH = 50
_NEIGHBOURS = (
    600  # asked of the graph for the best few: of 400,000 sentences it then finds .99 of the true top ten, of 50 .93
)
_ASKING = re.compile("[的了吗呢么怎什哪谁我你她它们这那]")  # pairs with these are rare in laws and say nothing
_CLAUSES_RRF_K, _CLAUSES_DEPTH, _DENSE_SHARE, _CLAUSES_K1 = 12, 300, 0.6, 0.9  # chosen on STARD
BEST_SCORE = 2 / (_RRF_K + 1)
"""Score of `Index.search` for a sentence that both legs put first."""


class Vectors:
    """The vectors of a snapshot, opened by `opening` when first asked for; safe to share between threads."""

    def __init__(self, opening: Callable[[], VectorStore]) -> None:
        self._opening = opening
        self._lock = threading.Lock()
        self._store: VectorStore | None = None

    @property
    def are_open(self) -> bool:
        """Whether they were opened."""
        return self._store is not None

    def store(self) -> VectorStore:
        """Them, open; raises what `opening` raises, and tries again the next time."""
        with self._lock:
            if self._store is None:
                self._store = self._opening()
            return self._store

    def close(self) -> None:
        """Release them, if they were opened."""
        with self._lock:
            if self._store is not None:
                self._store.close()


class Index(Library):
    """A snapshot opened for reading; safe to use from several threads. Queries may be in traditional Chinese.

    Its vectors are opened when first searched: what needs only documents, facts and words does without Chroma. It
    releases its files when closed, or else once nobody holds it any more.
    """

    def __init__(
        self, path: Path, plans: Sequence[Plan], vectors: Vectors, keyword: KeywordIndex, embedder: Embedder
    ) -> None:
        super().__init__(plans)
        self._path = path
        self._rows = list(snapshot.rows(plans))
        self._row_number = {row.id: i for i, row in enumerate(self._rows)}
        number = {plan.document.id: n for n, plan in enumerate(plans)}
        self._row_document = np.array([number[row.document.id] for row in self._rows], dtype=np.int64)
        self._document_number = number
        self._vectors, self._keyword, self.embedder = vectors, keyword, embedder
        self._release = weakref.finalize(self, vectors.close)
        self._release.atexit = False

    @classmethod
    def open(cls, index_dir: Path, embedder: Embedder, server: str | None = None) -> Index:
        """The snapshot in use; raises NoIndex if there is none, it is damaged, or another model made it.

        Vectors that are not in its folder are those on the Chroma `server`; StoreUnavailable if that does not answer.
        """
        path = snapshot.current(index_dir)
        if path is None:
            raise NoIndex("还没有索引。请运行 python -m index build 建立索引。")
        index = cls.open_snapshot(path, embedder, server)
        index.open_vectors()
        return index

    @classmethod
    def open_snapshot(
        cls,
        path: Path,
        embedder: Embedder,
        server: str | None = None,
        mend: Callable[[], object] | None = None,
    ) -> Index:
        """The snapshot in the folder `path`, its vectors still closed; raises NoIndex as `open` does.

        Damaged vectors are found when they are opened; `mend` is called then, once, and they are opened again.
        """
        manifest, plans = snapshot.read(path)
        if manifest.model != embedder.fingerprint:
            raise NoIndex("索引是用另一个向量模型建的。请运行 python -m index build 重建。")
        try:
            keyword = KeywordIndex.load(path / "keyword")
        except (OSError, ValueError) as error:
            raise _damaged(error) from error
        if not (path / "facts.json").is_file():
            raise NoIndex("索引不完整（没有 facts.json）。请运行 python -m index build 重建。")
        opening = partial(_opened, path / "chroma", manifest.rows, server, mend)
        return cls(path, plans, Vectors(opening), keyword, embedder)

    def open_vectors(self) -> None:
        """Open the vectors now; raises NoIndex if they are damaged, StoreUnavailable if the Chroma server does not answer."""
        self._vectors.store()

    @property
    def searchable(self) -> bool:
        """Whether they are open."""
        return self._vectors.are_open

    @property
    def _store(self) -> VectorStore:
        return self._vectors.store()

    @property
    def snapshot(self) -> str:
        """Name of the snapshot that this is."""
        return self._path.name

    @property
    def model(self) -> str:
        """Fingerprint of the embedding model."""
        return self.embedder.fingerprint

    def passage(self, passage_id: str) -> Passage:
        """The clause of that id, e.g. of a fact; raises KeyError."""
        return self._passages[passage_id]

    def targets(
        self, documents: Sequence[str] = (), indicator: str | None = None, year: int | None = None
    ) -> tuple[Target, ...]:
        """Figures set or reported, of these documents (ids; () for all), this year, with `indicator` in what they are of."""
        return tuple(
            t
            for facts in self._facts_of(documents)
            for t in facts.targets
            if (indicator is None or indicator in t.indicator) and year in (None, t.year)
        )

    def deadlines(self, documents: Sequence[str] = (), year: int | None = None) -> tuple[Deadline, ...]:
        """What is wanted by when, without a figure; of these documents (ids; () for all) and this year."""
        return tuple(d for facts in self._facts_of(documents) for d in facts.deadlines if year in (None, d.year))

    def duties(self, documents: Sequence[str] = (), unit: str | None = None) -> tuple[Duty, ...]:
        """Lead and responsible units of these documents (ids; () for all), or only those that name `unit` in either role."""
        return tuple(
            d
            for facts in self._facts_of(documents)
            for d in facts.duties
            if unit is None or any(same_unit(unit, name) for name in (*d.lead, *d.responsible))
        )

    def outline(self, document_id: str) -> Outline:
        """What the document of that id is about; raises KeyError."""
        document = self.document(document_id)
        facts = self._facts.get(document_id, Facts())
        return facts.outline or outline(document, self.passages(document_id), facts)

    def duty_of(self, passage_id: str) -> Duty | None:
        """Who does what the clause of that id orders, None where it names nobody."""
        return self._duty_of.get(passage_id)

    def _facts_of(self, documents: Sequence[str]) -> Iterator[Facts]:
        for document_id in documents or self._plans:
            if document_id in self._facts:
                yield self._facts[document_id]

    @cached_property
    def _facts(self) -> Mapping[str, Facts]:
        """By document; read when first asked for, since most of an index is searched and not listed."""
        return snapshot.read_facts(self._path)

    @cached_property
    def _duty_of(self) -> Mapping[str, Duty]:
        return {d.passage_id: d for facts in self._facts.values() for d in facts.duties}

    @cached_property
    def _passages(self) -> Mapping[str, Passage]:
        return {p.id: p for plan in self._plans.values() for p in plan.passages}

    @cached_property
    def _clauses(self) -> list[list[int]]:
        return snapshot.clauses(self._rows)

    @cached_property
    def _clause_of(self) -> np.ndarray:
        """The number of each row's clause."""
        numbers = np.empty(len(self._rows), dtype=np.int64)
        for clause, rows in enumerate(self._clauses):
            numbers[rows] = clause
        return numbers

    @cached_property
    def _clause_document(self) -> np.ndarray:
        """The number of each clause's document."""
        return self._row_document[[rows[0] for rows in self._clauses]]

    @cached_property
    def _clause_index(self) -> KeywordIndex:
        """Read when first asked for: answering does without it."""
        try:
            return KeywordIndex.load(self._path / "clauses", bigrams)
        except (OSError, ValueError) as error:
            raise _damaged(error) from error

    def select(self, filters: Filters | None, as_of: date | None = None) -> tuple[Document, ...]:
        """The documents that `filters` admits on the day `as_of` (today)."""
        if filters is None:
            return self.documents
        day = as_of or date.today()
        tests: list[Callable[[Document], bool]] = [
            lambda d: not filters.documents or d.id in filters.documents,
            lambda d: not filters.regions or _in_regions(d, filters.regions),
            lambda d: not filters.years or (d.issued is not None and d.issued.year in filters.years),
            lambda d: not filters.kinds or d.kind in filters.kinds,
            lambda d: not filters.statuses or d.validity(day).status in filters.statuses,
        ]
        return tuple(d for d in self.documents if all(test(d) for test in tests))

    def dense(self, query: str, filters: Filters | None = None, k: int = 10) -> list[Hit]:
        """The sentences nearest in meaning; scores are cosines."""
        return [self._hit(n, score) for n, score in self._dense(query, self._admitted(filters), k)]

    def keyword(self, query: str, filters: Filters | None = None, k: int = 10) -> list[Hit]:
        """The sentences that share the query's words; scores are BM25."""
        return [self._hit(n, score) for n, score in self._keywords(query, self._admitted(filters), k)]

    def search(self, query: str, filters: Filters | None = None, k: int = 10) -> list[Hit]:
        """Both legs fused by rank; scores are sums of reciprocal ranks, for ordering only."""
        admitted = self._admitted(filters)
        fused: dict[int, float] = {}
        for leg in (self._dense(query, admitted, _DEPTH), self._keywords(query, admitted, _DEPTH)):
            for rank, (n, _) in enumerate(leg, start=1):
                fused[n] = fused.get(n, 0.0) + 1 / (_RRF_K + rank)
        best = sorted(fused.items(), key=lambda item: (-item[1], item[0]))[:k]
        return [self._hit(n, score) for n, score in best]

    def clauses(self, query: str, filters: Filters | None = None, k: int = 10) -> list[Hit]:
        """The numbered clauses, each by its best sentence: those nearest in meaning, fused with those that share most pairs
        of characters; the ranks of the former weigh more.

        For finding a clause in a large library, where `search` would fill its list with sentences of a few.
        """
        admitted = self._admitted(filters)
        near: dict[int, int] = {}
        for n, _ in self._dense(query, admitted, _CLAUSES_DEPTH):
            near.setdefault(self._clause_of[n], n)
        mask = self._mask(admitted, self._clause_document)
        asked = _ASKING.sub(" ", simplified(query))
        alike = [n for n, _ in self._clause_index.search(asked, _CLAUSES_DEPTH, mask)]
        fused: dict[int, float] = {}
        for weight, leg in ((_DENSE_SHARE, list(near)), (1 - _DENSE_SHARE, alike)):
            for rank, clause in enumerate(leg, start=1):
                fused[clause] = fused.get(clause, 0.0) + weight / (_CLAUSES_RRF_K + rank)
        order = sorted(fused.items(), key=lambda item: (-item[1], item[0]))[:k]
        return [
            self._hit(near[clause] if clause in near else self._most_alike(clause, query), score)
            for clause, score in order
        ]

    def _most_alike(self, clause: int, query: str) -> int:
        """The row of the clause that shares most pairs of characters with `query`."""
        wanted = frozenset(bigrams(simplified(query)))
        return max(self._clauses[clause], key=lambda n: len(wanted.intersection(bigrams(self._rows[n].text))))

    def idf(self, word: str) -> float:
        """Inverse document frequency of `word` over the sentences, in [0, 1]; 1 for a word that none has."""
        return self._keyword.idf(word)

    def close(self) -> None:
        """Release the files; what still searches fails."""
        self._release()

    def _admitted(self, filters: Filters | None) -> list[str] | None:
        chosen = self.select(filters)
        return None if len(chosen) == len(self.documents) else [d.id for d in chosen]

    def _dense(self, query: str, admitted: list[str] | None, k: int) -> list[tuple[int, float]]:
        if admitted == []:
            return []
        vector = self.embedder.embed_queries([simplified(query)])[0]
        found = self._store.search(vector, min(max(k, _NEIGHBOURS), len(self._rows)), admitted)
        return [(self._row_number[i], score) for i, score in found[:k]]

    def _keywords(self, query: str, admitted: list[str] | None, k: int) -> list[tuple[int, float]]:
        return self._keyword.search(simplified(query), k, self._mask(admitted, self._row_document))

    def _mask(self, admitted: list[str] | None, documents: np.ndarray) -> np.ndarray | None:
        """Which of these documents, given by number, are admitted; None if all are."""
        if admitted is None:
            return None
        chosen = np.zeros(len(self._document_number), dtype=bool)
        chosen[[self._document_number[i] for i in admitted]] = True
        mask: np.ndarray = chosen[documents]
        return mask

    def _hit(self, n: int, score: float) -> Hit:
        row = self._rows[n]
        return Hit(row.passage, Span(row.span.start, row.span.end), score)


def _opened(folder: Path, rows: int, server: str | None, mend: Callable[[], object] | None) -> VectorStore:
    """The `rows` vectors of a snapshot, in `folder` or on the `server`, mended if need be."""
    try:
        return _whole(folder, rows, server)
    except NoIndex:
        if mend is None:
            raise
    mend()
    return _whole(folder, rows, server)


def _whole(folder: Path, rows: int, server: str | None) -> VectorStore:
    try:
        store = sound(folder, server)
        held = store.count()
    except StoreUnavailable:
        raise
    except StoreError as error:
        raise _damaged(error) from error
    if held != rows:
        store.close()
        raise NoIndex(f"索引不完整（{held}/{rows} 行）。请运行 python -m index build 重建。")
    return store


def _damaged(error: Exception) -> NoIndex:
    reason = error if isinstance(error, StoreError) else type(error).__name__
    return NoIndex(f"索引已损坏（{reason}）。请运行 python -m index build 重建。")


def clause_index(rows: Sequence[Row]) -> KeywordIndex:
    """BM25 over the clauses that `rows` are of, by pairs of characters: of an everyday question these match more than words."""
    texts = (clause_text([rows[n] for n in numbers]) for numbers in snapshot.clauses(rows))
    return KeywordIndex.build(texts, bigrams, _CLAUSES_K1)


def _in_regions(document: Document, regions: Sequence[str]) -> bool:
    wanted = {place.name if (place := same_place(region)) else region for region in regions}
    return document.region in wanted
