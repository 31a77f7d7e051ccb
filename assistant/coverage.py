"""How much of a set of words a text covers, each word weighing as much as it is rare in the index."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

_DROPPED = re.compile(r"[\s“”\"'‘’「」]+")


def plain(text: str) -> str:
    """`text` for comparing: NFKC, lower case, without blanks and quotation marks."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text)).lower()


def coverage(words: Sequence[str], text: str, rarity: Callable[[str], float]) -> float:
    """Share of the weight of `words` that `text` (already `plain`) holds, in [0, 1]; 1 if there are no words."""
    weights = [0.05 + rarity(word) for word in words]
    if not weights:
        return 1.0
    held = sum(weight * _held(plain(word), text) for word, weight in zip(words, weights, strict=True))
    return held / sum(weights)


def _held(word: str, text: str) -> float:
    """1 if `text` holds the word; for a longer word, the share of its character pairs that it holds."""
    if word in text:
        return 1.0
    pairs = [word[i : i + 2] for i in range(len(word) - 1)]
    return sum(pair in text for pair in pairs) / len(pairs) if len(word) > 2 else 0.0
