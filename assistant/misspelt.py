"""Places that a question writes with characters that sound alike, as input methods offer them: 宁玻 for 宁波."""

from __future__ import annotations

from functools import lru_cache

from index.places import same_place
from index.search import Index
from index.words import is_word, tag

_THEMSELVES = ("m", "q", "c", "p", "u", "r", "d", "y")  # counts and function words


def with_places(text: str, index: Index) -> str:
    """`text` with the places of the index's documents written as they are, where what stands there is no word itself."""
    places = {place.short for d in index.documents if d.region and (place := same_place(d.region))}
    words = _words(text)
    for name in sorted(places):
        if name in text:
            continue
        for start in range(len(text) - len(name) + 1):
            found = text[start : start + len(name)]
            if words.isdisjoint(range(start, start + len(name))) and _is_meant(name, found):
                text = text[:start] + name + text[start + len(name) :]
    return text


def _words(text: str) -> set[int]:
    """Where in `text` the characters of words stand that are what they are: those of the dictionary, counts, function words."""
    found: set[int] = set()
    at = 0
    for word, pos in tag(text):
        if (len(word) > 1 and is_word(word)) or pos.startswith(_THEMSELVES):
            found.update(range(at, at + len(word)))
        at += len(word)
    return found


def _is_meant(name: str, found: str) -> bool:
    alike = all(_readings(one) & _readings(other) for one, other in zip(name, found, strict=True))
    return alike and not is_word(found) and same_place(found) is None


@lru_cache(maxsize=4096)
def _readings(character: str) -> frozenset[str]:
    """How it may be read, without tones; itself, if it is no Han character."""
    from pypinyin import Style, pinyin  # 0.15 s, at the first question

    return frozenset(pinyin(character, style=Style.NORMAL, heteronym=True)[0])
