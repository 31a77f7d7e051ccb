"""Wording: how much of a sentence its sources say, and the word that they say least of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path

from assistant.question.coverage import LIGHT, Term, content_words, coverage, normalized
from assistant.verify.checks import question, sense
from assistant.verify.checks.limits import DENYING_BOUND
from assistant.verify.checks.view import View, stretches
from index.chinese.places import same_place
from index.chinese.quantity import quantities
from index.chinese.words import is_word, tag

_ABBREVIATED = 0.8
_LEAST_WORDS = 2
_TAKEN_OVER = 0.3  # what a word weighs that the question has said before
_WEIGHT = {"d": 0.6, "a": 0.8}  # adverbs and adjectives colour a statement, nouns and verbs make it
_LIGHT = "".join(c for c in LIGHT if len(c) == 1) + "要将会可能从向里头之与各每又还再等共约达"
_PARTS = re.compile(r"[一二两三四五六七八九十几\d]+(?:个|大)?部分")  # how many it has itself
_COUNTED = re.compile("[二两三四五六七八九十]大(?![型学])")  # a figure (十大行动), whatever the tagger takes it for
_HAN = re.compile(r"[\u4e00-\u9fff]+")


@cache
def neutral_words() -> frozenset[str]:
    """Words that state nothing by themselves (`neutral_words.txt`)."""
    lines = Path(__file__).with_name("neutral_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def same_words() -> dict[str, frozenset[str]]:
    """Words that may stand for each other in a statement (`same_words.txt`), each with its whole group."""
    lines = Path(__file__).with_name("same_words.txt").read_text(encoding="utf-8").splitlines()
    groups: dict[str, frozenset[str]] = {}
    for group in (frozenset(line.split()) for line in lines if not line.startswith("#")):
        for word in group:
            groups[word] = groups.get(word, frozenset()) | group
    return groups


def share(view: View) -> float:
    """Share of the sentence's words, by weight, that the sources have; 0 if it has no words."""
    terms = _terms(view, view.sentence)
    return coverage(terms, view.held, view.idf) if terms else 0.0


def says_nothing(view: View) -> bool:
    """Whether the sentence is a single word or figure beside places (制造业。): nothing is said that could be checked."""
    words = sum(same_place(w) is None for w in content_words(view.sentence))
    return words + bool(quantities(view.sentence)) < _LEAST_WORDS


def newest(view: View) -> tuple[float, str]:
    """How known to the sources the newest word of the sentence is, in [0, 1], and that word."""
    stating = [(w, pos) for w, pos in _stating(view.sentence) if not question.frames(view, w, pos)]
    return min(((1 - _newness(w, pos, view), w) for w, pos in stating), default=(1.0, ""))


def strangest(view: View) -> tuple[float, str]:
    """The least share of its words that the sources have of any stretch of two words or more, and that stretch: a rider."""
    found = [
        ([t for t in _terms(view, s) if t.weight == 1], s.strip()) for s in stretches(view.sentence) if _stating(s)
    ]
    return min(((coverage(terms, view.held, view.idf), s) for terms, s in found if len(terms) > 1), default=(1.0, ""))


def without_light(words: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The tagged `words`; those in no dictionary lose the light characters that they begin or end with (地要, 由市)."""
    bare = [(w if is_word(w) else w.strip(_LIGHT), pos, w) for w, pos in words]
    return [(w, pos) for w, pos, whole in bare if w == whole or len(w) > 1]


def _terms(view: View, text: str) -> list[Term]:
    content = set(content_words(text))
    words = [(w, pos) for w, pos in tag(text) if w in content]
    return [
        Term(w, _TAKEN_OVER if normalized(w) not in view.held and question.frames(view, w, pos) else 1.0)
        for w, pos in words
    ]


def _stating(sentence: str) -> list[tuple[str, str]]:
    sentence = _COUNTED.sub(" ", _PARTS.sub(" ", DENYING_BOUND.sub(" ", sentence)))
    content = set(content_words(sentence))
    words = [(w, p) for w, p in tag(sentence) if w in content and not _neutral(w) and len(w) > 1]
    words = without_light(words)
    # places and words of obligation have checks of their own
    return [(w, pos) for w, pos in words if same_place(w) is None and not sense.OBLIGES.fullmatch(w)]


@lru_cache(maxsize=256)
def _of_verbs(text: str) -> frozenset[str]:
    """The characters of the verbs of `text`."""
    return frozenset(c for w, pos in tag(text) if pos == "v" and len(w) == 2 and not _neutral(w) for c in w)


def _neutral(word: str) -> bool:
    """Whether it is a neutral word, or two of them in one (具体措施)."""
    halves = [(word[:i], word[i:]) for i in range(2, len(word) - 1)]
    return word in neutral_words() or any(a in neutral_words() and b in neutral_words() for a, b in halves)


def _newness(word: str, pos: str, view: View) -> float:
    word, held = word.lower(), view.held
    if any(same in held for same in same_words().get(word, (word,))):
        return 0.0
    weight = _WEIGHT.get(pos[0], 1.0)
    if not _HAN.fullmatch(word):
        return weight
    if len(word) == 2 and not is_word(word):  # joined by the tokeniser (由市): perhaps no word at all
        return weight * sum(c not in held for c in word) / 2
    if pos == "v" and not view.completed and not sense.decides(word) and set(word) & _of_verbs(view.quotes):
        return weight / 2  # 购买 beside 购置
    if len(word) == 4 and word[2:] in neutral_words():
        return weight * (word[:2] not in held)  # 牵头单位
    if len(word) == 2:
        abbreviates = re.search(f"{word[0]}[\u4e00-\u9fff]{word[1]}[\u4e00-\u9fff]", held)
        return weight * (1 - _ABBREVIATED * bool(abbreviates))
    pairs = [word[i : i + 2] for i in range(len(word) - 1)]
    return weight * (1 - sum(p in held for p in pairs) / len(pairs))
