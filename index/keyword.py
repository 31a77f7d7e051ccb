"""The keyword leg: BM25 (Robertson & Zaragoza 2009; Lucene's variant) over words, through bm25s."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np

from index.words import cut_for_search

_WORD = re.compile(r"[\u3400-\u9fffA-Za-z0-9.%]+")
_PARTICLES = frozenset("的 了 和 与 及 在 是 由 对 等 为 到 将 把 被 并 或 也 都 就 而 着 吗 呢 吧 啊 么".split())


def words(text: str) -> list[str]:
    """Words for searching, lower-case, in order: each word and the shorter words inside it, without particles."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return [w for w in cut_for_search(plain) if _WORD.fullmatch(w) and w not in _PARTICLES]


class KeywordIndex:
    """BM25 over rows of text; row numbers are positions in the list that it was built from."""

    def __init__(self, model: bm25s.BM25) -> None:
        self._model = model

    @classmethod
    def build(cls, texts: Sequence[str]) -> KeywordIndex:
        """An index over `texts`."""
        model = bm25s.BM25(method="lucene")
        model.index([words(text) or [""] for text in texts], show_progress=False)  # BM25 divides by the mean length
        return cls(model)

    @classmethod
    def load(cls, folder: Path) -> KeywordIndex:
        """The index that `save` wrote."""
        return cls(bm25s.BM25.load(str(folder), show_progress=False))

    def save(self, folder: Path) -> None:
        """Write to `folder`."""
        self._model.save(str(folder), show_progress=False)

    def search(self, query: str, k: int, allowed: np.ndarray | None = None) -> list[tuple[int, float]]:
        """Up to `k` (row, score), best first, only rows that share a word; `allowed` is a mask over the rows."""
        known = [w for w in words(query) if w in self._model.vocab_dict]
        if not known:
            return []
        mask = None if allowed is None else allowed.astype(np.float32)
        scores = self._model.get_scores(known, weight_mask=mask)
        least = np.partition(scores, -k)[-k] if k < len(scores) else 0
        near = np.flatnonzero((scores >= least) & (scores > 0))  # sorting all rows would take longer than scoring them
        best = near[np.argsort(-scores[near], kind="stable")][:k]
        return [(int(i), float(scores[i])) for i in best]

    def frequency(self, word: str) -> int:
        """In how many rows `word` occurs; 0 for a word that no row has."""
        column = self._model.vocab_dict.get(word) if word else None  # bm25s keeps "" without a column
        if column is None:
            return 0
        starts = self._model.scores["indptr"]
        return int(starts[column + 1] - starts[column])

    def rarity(self, word: str) -> float:
        """Inverse document frequency of `word` over the rows, in [0, 1]; 1 for a word that none has."""
        rows = int(self._model.scores["num_docs"])
        return math.log((rows + 1) / (self.frequency(word.lower()) + 1)) / math.log(rows + 1)
