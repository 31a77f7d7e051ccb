"""Wording: how much of a sentence its sources say, and the word that they say least of."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from assistant.checks import sense
from assistant.checks.view import View, content_words, stretches
from assistant.coverage import Term, coverage
from index.places import same_place
from index.words import is_word, tag

_ABBREVIATED = 0.8
_WEIGHT = {"d": 0.6, "a": 0.8}  # adverbs and adjectives colour a statement, nouns and verbs make it
_HAN = re.compile(r"[\u4e00-\u9fff]+")


@cache
def neutral_words() -> frozenset[str]:
    """Words that state nothing by themselves (`neutral_words.txt`)."""
    lines = Path(__file__).parents[1].joinpath("neutral_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def share(view: View) -> float:
    """Share of the sentence's words, by weight, that the sources have; 0 if it has no words."""
    words = content_words(view.sentence)
    return coverage([Term(w) for w in words], view.held, view.rarity) if words else 0.0


def newest(view: View) -> tuple[float, str]:
    """How new to the sources the newest word of the sentence is, in [0, 1], and that word."""
    return max(((_newness(w, pos, view.held), w) for w, pos in _stating(view.sentence)), default=(0.0, ""))


def strange_stretch(view: View, least: float) -> str | None:
    """A stretch of two words or more of which the sources have less than `least`: a rider on a true sentence."""
    for stretch in stretches(view.sentence):
        words = content_words(stretch)
        if len(words) > 1 and coverage([Term(w) for w in words], view.held, view.rarity) < least:
            return f"原文没有“{stretch.strip()}”"
    return None


def _stating(sentence: str) -> list[tuple[str, str]]:
    content = set(content_words(sentence))
    words = [(w, pos) for w, pos in tag(sentence) if w in content and w not in neutral_words() and len(w) > 1]
    # places and words of obligation have checks of their own
    return [(w, pos) for w, pos in words if same_place(w) is None and not sense.OBLIGES.fullmatch(w)]


def _newness(word: str, pos: str, held: str) -> float:
    word = word.lower()
    if word in held:
        return 0.0
    weight = _WEIGHT.get(pos[0], 1.0)
    if not _HAN.fullmatch(word):
        return weight
    if len(word) == 2 and not is_word(word):  # joined by the tokeniser (由市): perhaps no word at all
        return weight * sum(c not in held for c in word) / 2
    if len(word) == 2:
        abbreviates = re.search(f"{word[0]}[\u4e00-\u9fff]{word[1]}[\u4e00-\u9fff]", held)
        return weight * (1 - _ABBREVIATED * bool(abbreviates))
    pairs = [word[i : i + 2] for i in range(len(word) - 1)]
    return weight * (1 - sum(p in held for p in pairs) / len(pairs))
