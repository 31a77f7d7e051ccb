"""Wording: how much of a sentence its sources say, and the word that they say least of."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from assistant.checks import sense
from assistant.checks.view import View, content_words, stretches
from assistant.coverage import Term, coverage
from index.places import same_place
from index.quantity import quantities
from index.words import is_word, tag

_ABBREVIATED = 0.8
_LEAST_WORDS = 2
_WEIGHT = {"d": 0.6, "a": 0.8}  # adverbs and adjectives colour a statement, nouns and verbs make it
_HAN = re.compile(r"[\u4e00-\u9fff]+")


@cache
def neutral_words() -> frozenset[str]:
    """Words that state nothing by themselves (`neutral_words.txt`)."""
    lines = Path(__file__).parents[1].joinpath("neutral_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def same_words() -> dict[str, frozenset[str]]:
    """Words that may stand for each other in a statement (`same_words.txt`), each with its whole group."""
    lines = Path(__file__).parents[1].joinpath("same_words.txt").read_text(encoding="utf-8").splitlines()
    groups: dict[str, frozenset[str]] = {}
    for group in (frozenset(line.split()) for line in lines if not line.startswith("#")):
        for word in group:
            groups[word] = groups.get(word, frozenset()) | group
    return groups


def share(view: View) -> float:
    """Share of the sentence's words, by weight, that the sources have; 0 if it has no words."""
    words = content_words(view.sentence)
    return coverage([Term(w) for w in words], view.held, view.rarity) if words else 0.0


def is_fragment(view: View) -> bool:
    """Whether the sentence is a single word or figure beside places (制造业。): nothing is said that could be checked."""
    words = sum(same_place(w) is None for w in content_words(view.sentence))
    return words + bool(quantities(view.sentence)) < _LEAST_WORDS


def newest(view: View) -> tuple[float, str]:
    """How known to the sources the newest word of the sentence is, in [0, 1], and that word."""
    return min(((1 - _newness(w, pos, view.held), w) for w, pos in _stating(view.sentence)), default=(1.0, ""))


def strangest(view: View) -> tuple[float, str]:
    """The least share of its words that the sources have of any stretch of two words or more, and that stretch: a rider."""
    found = [(content_words(s), s.strip()) for s in stretches(view.sentence)]
    return min(
        ((coverage([Term(w) for w in words], view.held, view.rarity), s) for words, s in found if len(words) > 1),
        default=(1.0, ""),
    )


def _stating(sentence: str) -> list[tuple[str, str]]:
    content = set(content_words(sentence))
    words = [(w, pos) for w, pos in tag(sentence) if w in content and w not in neutral_words() and len(w) > 1]
    # places and words of obligation have checks of their own
    return [(w, pos) for w, pos in words if same_place(w) is None and not sense.OBLIGES.fullmatch(w)]


def _newness(word: str, pos: str, held: str) -> float:
    word = word.lower()
    if any(same in held for same in same_words().get(word, (word,))):
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
