"""The words of a question that say what it is about.

What a word is worth follows from its part of speech and from the index: what nearly every sentence has says little, what
all titles share says nothing, and a verb that no plan has is only how people talk.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path

from assistant.question.coverage import Term, normalized, synonyms
from assistant.question.intent import ASKS_IF_SAID, CONFIRM, LEAD
from index.chinese.words import is_word, tag
from index.search import Index

LATIN_NAME = re.compile(r"[A-Za-z0-9]*[A-Za-z][A-Za-z0-9]*")
_NOUN_TAGS = ("n", "vn", "an", "nz", "l", "i", "j", "eng", "s", "b", "x", "zg", "ng", "nr", "ns", "nt", "nrt", "g")
_VERB_TAGS = ("v", "a", "ad", "vi", "vd")
_VERB_WEIGHT = 0.3
_SHORT_WEIGHT = 0.4
_PHRASE_WEIGHT = 1.2
_POINT_WEIGHT = 2.0
_COMMON = 0.15  # idf below which a noun is in so many sentences that it singles none out
_COMMON_VERB = 0.35
_RARE = 0.8  # a word of the plans as rare as this is a name or a term, whatever the tagger calls it
_TERMS_TOO = ("属性", "人群")  # classes of generic words that can be what a question is about
_SHARED = 0.8  # share of the titles that makes a word of theirs the theme of the whole library
_FEWEST_TITLES = 3
_LONGEST_SHARED = 8
_LONGEST_WORD = 6
_PHRASE = re.compile(r"“([^“”]{2,16})”|《([^《》]{2,40})》|\"([^\"]{2,16})\"")
_NUMBER = re.compile(r"[\d.]+|[一二三四五六七八九十两几百千]+[大个项地市省]?")
_WORD = re.compile(r"[\u3400-\u9fffA-Za-z0-9][\u3400-\u9fffA-Za-z0-9.+\-]*")
_ASKING = re.compile(
    r"哪(?:些|个|里|家|一?年|几[个项条家]?|一?[份种类级])|(?:指的?是?)?什么(?:时候|意思)?|怎么样?|如何|为什么|为何|何时|多久|多[大高快长远](?=[规范面比幅水程])|有何|是否|有没有|请问|一下|"
    r"(?:多少|几)(?:亿元|万元|亿|万|家|个|项|条|所|座|名|户|只|次|年|倍|人|成|处|台|件|元|大|位)?(?:(?<=年)[以之]?内)?"
)


@cache
def generic_words() -> dict[str, frozenset[str]]:
    """The classes of words in `generic_words.txt` by name."""
    lines = Path(__file__).with_name("generic_words.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.partition(":") for line in lines if line and not line.startswith("#")]
    return {name: frozenset(words.split()) for name, _, words in rows}


def attributes() -> frozenset[str]:
    """What a thing has (how much, how fast, by when): a question for one of these alone means the thing before."""
    return generic_words()["属性"]


def themes(index: Index) -> tuple[str, ...]:
    """What (nearly) all titles of the index share, longest first: what the whole library is about singles no plan out."""
    return _shared(tuple(document.title for document in index.documents))


def content_terms(text: str, places: Sequence[str], index: Index) -> tuple[Term, ...]:
    """The words of `text` that say what it is about, each once, without places and question words: nouns above all.

    The theme of the library, and whom a plan is for, is one only where nothing else is.
    """
    plain_text = without_places(text, places)
    for asking in (CONFIRM, LEAD, _ASKING):
        plain_text = asking.sub(" ", plain_text)
    found = {p: Term(p, _PHRASE_WEIGHT) for m in _PHRASE.finditer(text) if (p := _phrase(m, index))}
    found |= {m[0]: Term(m[0]) for m in LATIN_NAME.finditer(plain_text) if not any(m[0] in phrase for phrase in found)}
    for word, pos in _retagged(plain_text, index):
        weight = _weight(word, pos, index)
        if weight and not any(word in phrase for phrase in found if phrase != word):
            found.setdefault(word, Term(word, weight))
    people = generic_words()["人群"]
    shared = [term for term in found.values() if _is_theme(term.word, index) or term.word in people]
    own = [term for term in found.values() if term not in shared and index.idf(term.word) >= _COMMON]
    if ASKS_IF_SAID.search(text):  # then a noun that no plan has is the point of the question
        own = [replace(t, weight=_POINT_WEIGHT * t.weight) if index.idf(t.word) == 1 else t for t in own]
    return tuple(own or shared)


def without_places(text: str, places: Sequence[str]) -> str:
    """`text` without those place names; the 市 of 市民, 市场 and the like stays."""
    for place in places:
        bare = re.escape(re.sub(r"[省市]$", "", place) if len(place) > 2 else place)
        text = re.sub(rf"{bare}(?:省|市(?![民场级长委政直域容]))?", " ", text)
    return text


def _weight(word: str, pos: str, index: Index) -> float:
    """The part of a word's weight that its part of speech leaves it; 0 if it says nothing of what is asked about."""
    classes = generic_words()
    if not _WORD.fullmatch(word) or _NUMBER.fullmatch(word):
        return 0.0
    if any(word in words for name, words in classes.items() if name not in _TERMS_TOO):
        return 0.0
    idf = min(index.idf(same) for same in synonyms().get(word, (word,)))
    everyday = word in synonyms() and index.idf(word) >= _RARE  # 看病: a thing that the plans have another word for
    if pos in _VERB_TAGS and word not in attributes() and not everyday:
        return _VERB_WEIGHT * (len(word) > 1 and idf >= _COMMON_VERB)
    if pos in (*_NOUN_TAGS, *_VERB_TAGS) or word.isascii():
        return 1.0 if len(word) > 1 else _SHORT_WEIGHT * (pos == "n")
    return 0.0


def _retagged(text: str, index: Index) -> list[tuple[str, str]]:
    """Words with their tags; where the tokeniser made words that no plan has, those that the plans do have in there."""
    found: list[tuple[str, str]] = []
    run = ""
    for word, pos in [*tag(text), ("", "")]:
        strange = bool(re.fullmatch(r"[\u4e00-\u9fff]+", word)) and (index.idf(word) == 1 or len(word) == 1)
        if strange and not _is_one_word(word, index):
            run += word
            continue
        known = _known_words(run, index)
        found += [(w, "n") for w in known] or [part for w, p in tag(run) for part in _unguessed(w, p)]
        misread = word and pos not in _VERB_TAGS and _RARE < index.idf(word) < 1
        found.append((word, "n" if misread else pos))
        run = ""
    return found


def _is_one_word(word: str, index: Index) -> bool:
    """Whether a word that no plan has is surely one: long, in the dictionary, and not put together from the plans' words."""
    return len(word) > 2 and is_word(word) and "".join(_known_words(word, index)) != word


def _unguessed(word: str, pos: str) -> list[tuple[str, str]]:
    """A pair of characters that is in no dictionary is two words (我算, 列了)."""
    return [(word, pos)] if is_word(word) or len(word) != 2 else [tag(c)[0] for c in word]


def _known_words(run: str, index: Index) -> list[str]:
    """The longest words of the plans, of two characters or more, that `run` holds, from left to right."""
    words, at = [], 0
    while at < len(run) - 1:
        longest = next(
            (run[at:end] for end in range(min(at + _LONGEST_WORD, len(run)), at + 1, -1) if index.idf(run[at:end]) < 1),
            "",
        )
        words += [longest] if longest else []
        at += len(longest) or 1
    return words


def _phrase(match: re.Match[str], index: Index) -> str:
    """What stands in quotation marks, as one term, without the theme that it opens with."""
    phrase = next(g for g in match.groups() if g)
    for theme in themes(index):
        phrase = re.sub(rf"^[“\"]?{re.escape(theme)}[”\"]?", "", phrase)
    return "" if len(phrase) < 2 or any(phrase in words for words in generic_words().values()) else phrase


def _is_theme(word: str, index: Index) -> bool:
    return any(normalized(word) in normalized(theme) for theme in themes(index))


@lru_cache(maxsize=8)
def _shared(titles: tuple[str, ...]) -> tuple[str, ...]:
    """The longest runs of characters that nearly all titles have; none of a few titles."""
    if len(titles) < _FEWEST_TITLES:
        return ()
    held: Counter[str] = Counter()
    for title in map(normalized, titles):
        held.update({title[i : i + n] for n in range(2, _LONGEST_SHARED + 1) for i in range(len(title) - n + 1)})
    runs = sorted((run for run, n in held.items() if n >= _SHARED * len(titles)), key=lambda run: (-len(run), run))
    return tuple(run for i, run in enumerate(runs) if not any(run in longer for longer in runs[:i]))
