"""How much of what a question or a sentence is about a text covers, each word weighing as much as it is rare."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from index.chinese.simplified import simplified
from index.chinese.words import tag

_DROPPED = re.compile(r"[\s“”\"'‘’「」]+")
_FLOOR = 0.05
_ABBREVIATED = 0.8
_WORD = re.compile(r"[^\W\d_][\w.+]*")
_FUNCTION_TAGS = ("u", "p", "c", "r", "m", "q", "y", "e", "o", "x", "f", "w", "t", "h", "k")
_UNKNOWN = 0.5  # a word that no plan has may be the point of the question, or only how people talk

LIGHT = frozenset(
    "的 了 和 与 及 在 是 由 对 等 为 来 到 将 把 被 并 或 也 都 就 着 其 该 这 以 上 下 中 内 有 个 其中 以及 通过 包括 即 分别 则 需要 进行 根据 按照 要求 提出 表示 指出 年 日内 天内 之日起".split()
)


@dataclass(frozen=True, slots=True)
class Term:
    """A word with the part of its weight that its part of speech leaves it, in [0, 1]."""

    word: str
    weight: float = 1.0


@cache
def synonyms() -> dict[str, tuple[str, ...]]:
    """Everyday words and official ones that mean the same (`synonyms.txt`), each with its whole group, itself first."""
    groups: dict[str, tuple[str, ...]] = {}
    for line in Path(__file__).with_name("synonyms.txt").read_text(encoding="utf-8").splitlines():
        words = [normalized(word) for word in line.split() if not line.startswith("#")]
        for word in words:
            groups[word] = tuple(dict.fromkeys([word, *groups.get(word, ()), *words]))
    return groups


@lru_cache(maxsize=16_384)
def normalized(text: str) -> str:
    """`text` for comparing: simplified, NFKC, lower case, without blanks and quotation marks."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", simplified(text))).lower()


def coverage(terms: Sequence[Term], text: str, idf: Callable[[str], float]) -> float:
    """Share of the weight of `terms` that `text` (already `plain`) holds, in [0, 1]; 1 if there are no terms."""
    weights = [term.weight * (_FLOOR + (known if (known := idf(term.word)) < 1 else _UNKNOWN)) for term in terms]
    if not sum(weights):
        return 1.0
    held = sum(w * _letters_held(normalized(t.word), text) for t, w in zip(terms, weights, strict=True))
    return held / sum(weights)


def _letters_held(word: str, text: str) -> float:
    """1 if `text` holds the word, a little less for what a two-character word abbreviates (电商, 电子商务); for a longer
    word, the share of its character pairs that `text` holds."""
    if any(same in text for same in synonyms().get(word, (word,))):
        return 1.0
    if len(word) == 2 and re.search(f"{re.escape(word[0])}[\u4e00-\u9fff]{re.escape(word[1])}[\u4e00-\u9fff]", text):
        return _ABBREVIATED
    pairs = [word[i : i + 2] for i in range(len(word) - 1)]
    return sum(pair in text for pair in pairs) / len(pairs) if len(word) > 2 else 0.0


def content_words(text: str) -> list[str]:
    """The words of `text` that say something: no particles, numerals, measure words or light verbs."""
    return [w for w, pos in tag(text) if _WORD.fullmatch(w) and w not in LIGHT and not pos.startswith(_FUNCTION_TAGS)]
