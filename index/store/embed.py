"""Texts to unit vectors: the one place that knows sentence-transformers, and a fake that needs no model."""

from __future__ import annotations

import hashlib
import threading
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from index.store import e5

if TYPE_CHECKING:  # importing sentence_transformers takes seconds, so that happens at the first text
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]

_BATCH = 16  # texts; the fastest of 1-32 on two cores, in fp32 and bf16


class Embedder(Protocol):
    """Texts to unit vectors whose dot product is their similarity; safe to share between threads."""

    @property
    def fingerprint(self) -> str:
        """Names the model: vectors of equal fingerprints can be compared."""

    @property
    def dimensions(self) -> int:
        """Length d of a vector."""

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Unit rows, shape (n, d), of what is searched for."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Unit rows, shape (n, d), of what is found."""


class SentenceEmbedder:
    """A sentence-transformers folder, with the prompts that its own configuration gives; loaded at first use.

    A text of more tokens than the model takes (512 for E5) is cut off there. It computes in bf16 where the processor
    has instructions for it (AVX512-BF16 or AMX: 2.3 times as fast, cosine to fp32 above 0.999), else in fp32.
    """

    def __init__(self, folder: Path, fingerprint: str | None = None) -> None:
        self._folder = folder
        self._fingerprint = fingerprint
        self._lock = threading.Lock()  # a fast tokenizer cannot be used by two threads at once

    @cached_property
    def fingerprint(self) -> str:
        """The name given, else the folder's name and a hash of its files; not the precision, which changes little."""
        if self._fingerprint:
            return self._fingerprint
        digest = hashlib.sha256()
        for path in sorted(p for p in self._folder.rglob("*") if p.is_file()):
            with path.open("rb") as file:
                digest.update(path.relative_to(self._folder).as_posix().encode() + b"\0")
                digest.update(hashlib.file_digest(file, "sha256").digest())
        return f"{self._folder.name}-{digest.hexdigest()[:12]}"

    @property
    def dimensions(self) -> int:
        """Length of a vector; loads the model."""
        with self._lock:
            size = self._model.get_embedding_dimension()
        if size is None:
            raise ValueError(f"{self._folder} does not say how long its vectors are")
        return size

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Unit rows, shape (n, d)."""
        return self._embed("query", texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Unit rows, shape (n, d)."""
        return self._embed("document", texts)

    def _embed(self, task: str, texts: Sequence[str]) -> Vectors:
        """Longest first, so that a batch is padded little and memory runs out at once if it does."""
        with self._lock:
            encode = self._model.encode_query if task == "query" else self._model.encode_document
            order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
            rows = np.empty((len(texts), self._model.get_embedding_dimension() or 0), dtype=np.float32)
            for start in range(0, len(order), _BATCH):
                batch = order[start : start + _BATCH]
                rows[batch] = encode([texts[i] for i in batch], show_progress_bar=False)
        return _unit(rows)

    @cached_property
    def _model(self) -> SentenceTransformer:
        from sentence_transformers import SentenceTransformer

        with _no_loading_bar():
            return SentenceTransformer(
                str(self._folder),
                device="cpu",
                local_files_only=True,
                model_kwargs={"dtype": precision()},
            )


def precision() -> str:
    """The number format in which models compute here: bfloat16 where the processor has instructions for it."""
    import torch

    cpu = torch.cpu.get_capabilities()
    return "bfloat16" if cpu.get("avx512_bf16", False) or cpu.get("amx_bf16", False) else "float32"


class E5(SentenceEmbedder):
    """multilingual-e5-small. Its cosines lie close together (0.75-0.97): rank by them, set no floor.

    Queries, which come one at a time, are embedded by the wheel's own engine where the machine can run it, so that a first
    question does not wait for torch; passages by torch, which is faster with many.
    """

    def __init__(self, folder: Path, fingerprint: str | None = None) -> None:
        super().__init__(folder, fingerprint)
        self._engine_lock = threading.Lock()

    @classmethod
    def bundled(cls, cache_dir: Path) -> E5:
        """The model that comes with the installation, made in `cache_dir` once (seconds, 234 MB)."""
        return cls(e5.folder(cache_dir), e5.FINGERPRINT)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Unit rows, shape (n, d)."""
        with self._engine_lock:
            if self._engine:
                # It keeps a blank at the end, which torch's tokenizer does not.
                return _unit(self._engine.query([text.strip() for text in texts]))
        return super().embed_queries(texts)

    @cached_property
    def _engine(self) -> e5.Engine | None:
        return e5.engine()


class HashEmbedder:
    """Character n-grams hashed into buckets (Weinberger et al., 2009): instant, deterministic, without meaning."""

    def __init__(self, dimensions: int = 256) -> None:
        self.dimensions = dimensions
        self.fingerprint = f"hash-{dimensions}"

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Unit rows, shape (n, d)."""
        return self.embed_passages(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Unit rows, shape (n, d)."""
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for n in (1, 2, 3):
                for start in range(max(len(text) - n + 1, 0)):
                    digest = zlib.crc32(text[start : start + n].encode())
                    row[digest % self.dimensions] += n if digest >> 31 else -n
            if not row.any():
                row[0] = 1.0
        return _unit(rows)


def _unit(rows: Vectors) -> Vectors:
    """Rows of length 1: those of a bf16 model are off by up to 1 %."""
    unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


@contextmanager
def _no_loading_bar() -> Iterator[None]:
    """Transformers draws a bar for every load unless its switch, which is global, is off."""
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]
