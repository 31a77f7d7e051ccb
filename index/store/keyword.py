"""The keyword leg: BM25 (Robertson & Zaragoza 2009; Lucene's variant) over words or pairs of characters, through bm25s."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path

import bm25s
import numpy as np

from index.chinese.words import cut_for_search

_WORD = re.compile(r"[\u3400-\u9fffA-Za-z0-9.%]+")
_RUN = re.compile(r"[\u3400-\u9fff]+|[a-z0-9.%]+")
_PARTICLES = frozenset("的 了 和 与 及 在 是 由 对 等 为 到 将 把 被 并 或 也 都 就 而 着 吗 呢 吧 啊 么".split())


Terms = Callable[[str], list[str]]


def words(text: str) -> list[str]:
    """Words for searching, lower-case, in order: each word and the shorter words inside it, without particles."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return [w for w in cut_for_search(plain) if _WORD.fullmatch(w) and w not in _PARTICLES]


def bigrams(text: str) -> list[str]:
    """Character bigrams of each Chinese stretch, and the other words whole, lower-case, in order."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return [
        pair
        for run in _RUN.findall(plain)
        for pair in (("".join(two) for two in pairwise(run)) if "\u3400" <= run[0] <= "\u9fff" else (run,))
    ]


class KeywordIndex:
    """BM25 over rows of text; row numbers are positions in the list that it was built from.

    `terms` cuts texts and queries into what is counted, the same for both.
    """

    def __init__(self, model: bm25s.BM25, terms: Terms = words) -> None:
        self._model, self._terms = model, terms

    @classmethod
    def build(cls, texts: Iterable[str], terms: Terms = words, k1: float = 1.5) -> KeywordIndex:
        """An index over `texts`; `k1` is how much more a term says by being repeated."""
        model = bm25s.BM25(method="lucene", k1=k1)
        model.index([terms(text) or [""] for text in texts], show_progress=False)  # BM25 divides by the mean length
        return cls(model, terms)

    @classmethod
    def load(cls, folder: Path, terms: Terms = words) -> KeywordIndex:
        """The index that `save` wrote, built with the same `terms`."""
        return cls(bm25s.BM25.load(str(folder), show_progress=False), terms)

    def save(self, folder: Path) -> None:
        """Write to `folder`."""
        self._model.save(str(folder), show_progress=False)

    def search(self, query: str, k: int, allowed: np.ndarray | None = None) -> list[tuple[int, float]]:
        """Up to `k` (row, score), best first, only rows that share a word; `allowed` is a mask over the rows."""
        known = [w for w in self._terms(query) if w in self._model.vocab_dict]
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

    def idf(self, word: str) -> float:
        """Inverse document frequency of `word` over the rows, in [0, 1]; 1 for a word that none has."""
        rows = int(self._model.scores["num_docs"])
        return math.log((rows + 1) / (self.frequency(word.lower()) + 1)) / math.log(rows + 1)
