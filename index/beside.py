"""An index with a few more plans in memory only: what one reader adds for himself, without anything written to disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import PurePath

import numpy as np

from index.document.describe import describe
from index.document.split import split
from index.facts.extract import Facts, facts
from index.readers.files import RawText, read_bytes
from index.search import Index, Vectors, clause_index
from index.store import snapshot
from index.store.keyword import KeywordIndex
from index.store.vectors import VectorStore
from index.types import Plan


def plan_of(name: str, data: bytes) -> Plan:
    """The plan in a file of that name and content, read as a build would; raises UnreadableFile."""
    return plan_from(read_bytes(PurePath(name).name, data))


def plan_from(raw: RawText) -> Plan:
    """The plan in a text that was read."""
    document = describe(raw)
    return Plan(document, split(document))


class IndexBeside(Index):
    """All of `shared` and the plans `own`; `shared` is not changed and stays open."""

    def __init__(self, shared: Index, own: Sequence[Plan]) -> None:
        rows = list(snapshot.rows(own))
        vectors = shared.embedder.embed_passages([row.text for row in rows])
        store = _StoreBeside(shared._vectors, [row.id for row in rows], [row.document.id for row in rows], vectors)
        plans = (*shared._plans.values(), *own)
        keyword = KeywordIndex.build([row.text for row in snapshot.rows(plans)])
        super().__init__(shared._path, plans, Vectors(lambda: store), keyword, shared.embedder)
        self._own = own
        self._shared = shared

    @cached_property
    def _clause_index(self) -> KeywordIndex:
        return clause_index(self._rows)

    @cached_property
    def _facts(self) -> Mapping[str, Facts]:
        return {**self._shared._facts, **{p.document.id: facts(p.document, p.passages) for p in self._own}}


class _StoreBeside(VectorStore):
    """A store that searches another and a few rows in memory."""

    def __init__(self, shared: Vectors, ids: Sequence[str], document_ids: Sequence[str], vectors: np.ndarray) -> None:
        self._shared, self._ids, self._document_ids, self._vectors = shared, ids, document_ids, vectors

    def search(self, vector: np.ndarray, k: int, document_ids: Sequence[str] | None = None) -> list[tuple[str, float]]:
        """Up to `k` (id, cosine), best first; only rows of `document_ids` if given."""
        mine = set(self._document_ids)
        theirs = None if document_ids is None else [d for d in document_ids if d not in mine]
        found = [] if theirs == [] else self._shared.store().search(vector, k, theirs)
        scores = self._vectors @ vector
        found += [
            (row, float(score))
            for row, document, score in zip(self._ids, self._document_ids, scores, strict=True)
            if document_ids is None or document in document_ids
        ]
        return sorted(found, key=lambda pair: -pair[1])[:k]

    def close(self) -> None:
        """Nothing: the files belong to the shared index."""
