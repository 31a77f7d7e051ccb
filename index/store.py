"""The vector leg: one Chroma collection per generation. The only importer of chromadb."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
from chromadb.api.shared_system_client import SharedSystemClient
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError

from index.errors import ZhengdaError

_NAME = "sentences"
_BATCH = 1000


class StoreError(ZhengdaError, RuntimeError):
    """Chroma cannot read or write its folder: it is damaged, full or read-only."""


class VectorStore:
    """Unit vectors by id in a Chroma folder, compared by cosine; each has the id of its document. Raises StoreError."""

    def __init__(self, folder: Path) -> None:
        with _told():
            self._client = _client(str(folder))
            self._rows = self._client.get_or_create_collection(
                _NAME, configuration={"hnsw": {"space": "cosine"}}, embedding_function=None
            )

    def count(self) -> int:
        """Number of vectors held."""
        with _told():
            return int(self._rows.count())

    def add(self, ids: Sequence[str], document_ids: Sequence[str], texts: Sequence[str], vectors: np.ndarray) -> None:
        """Insert or replace rows; `vectors` is (n, dimensions) float32. Each batch is atomic."""
        for i in range(0, len(ids), _BATCH):
            part = slice(i, i + _BATCH)
            with _told():
                self._rows.upsert(
                    ids=list(ids[part]),
                    embeddings=vectors[part],
                    documents=list(texts[part]),
                    metadatas=[{"document_id": d} for d in document_ids[part]],
                )

    def vectors(self, ids: Sequence[str]) -> Iterator[tuple[str, np.ndarray]]:
        """Those of `ids` that are held, with their vectors."""
        for i in range(0, len(ids), _BATCH):
            with _told():
                got = self._rows.get(ids=list(ids[i : i + _BATCH]), include=["embeddings"])
            yield from zip(got["ids"], got["embeddings"], strict=True)

    def search(self, vector: np.ndarray, k: int, document_ids: Sequence[str] | None = None) -> list[tuple[str, float]]:
        """Up to `k` (id, cosine), best first; only rows of `document_ids` if given."""
        where = None if document_ids is None else {"document_id": {"$in": list(document_ids)}}
        with _told():
            got = self._rows.query(query_embeddings=vector[None, :], n_results=k, where=where, include=["distances"])
        return [(i, 1.0 - d) for i, d in zip(got["ids"][0], got["distances"][0], strict=True)]

    def close(self) -> None:
        """Release the folder."""
        self._client.close()


def _client(path: str) -> Any:
    settings = ChromaSettings(anonymized_telemetry=False, is_persistent=True, persist_directory=path)
    try:
        return chromadb.PersistentClient(path=path, settings=settings)
    except ChromaError:
        # Chroma keeps a system that failed to start, and gives it to every later client of the same folder.
        if path not in SharedSystemClient._identifier_to_refcount:
            SharedSystemClient._identifier_to_system.pop(path, None)
        raise


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except ChromaError as error:
        raise StoreError(str(error)) from error
