"""Places that a question writes with characters that sound alike, as input methods offer them: 宁玻 for 宁波."""

from __future__ import annotations

from functools import lru_cache
from itertools import accumulate

from index.chinese.places import same_place
from index.chinese.words import is_word, tag
from index.search import Index

_THEMSELVES = ("m", "q", "c", "p", "u", "r", "d", "y")  # counts and function words


def with_places(text: str, index: Index) -> str:
    """`text` with the places of the index's documents written as they are, where what stands there is nothing by itself.

    It is left where it may mean two places, or where a document has those very characters.
    """
    places = {place.short for d in index.documents if d.region and (place := same_place(d.region))}
    missing = sorted(name for name in places if name not in text)
    for start in sorted(_starts(text)):
        fitting = [n for n in missing if _is_meant(n, text[start : start + len(n)]) and _is_free(start, len(n), text)]
        if len(fitting) == 1:
            found = text[start : start + len(fitting[0])]
            if not any(found in d.text for d in index.documents):
                text = text[:start] + fitting[0] + text[start + len(found) :]
    return text


def _starts(text: str) -> set[int]:
    """Where in `text` a word begins, or what the tokeniser takes for one."""
    return {0, *accumulate(len(word) for word, _ in tag(text))}


def _is_free(start: int, length: int, text: str) -> bool:
    return _words(text).isdisjoint(range(start, start + length))


@lru_cache(maxsize=64)
def _words(text: str) -> frozenset[int]:
    """Where in `text` the characters of words stand that are what they are: those of the dictionary, counts, function words."""
    found: set[int] = set()
    at = 0
    for word, pos in tag(text):
        if (len(word) > 1 and is_word(word)) or pos.startswith(_THEMSELVES):
            found.update(range(at, at + len(word)))
        at += len(word)
    return frozenset(found)


def _is_meant(name: str, found: str) -> bool:
    """Whether `found` reads like `name`, has a character of it, and is no word, no other place, and no 太远."""
    if len(found) != len(name) or not set(name) & set(found) or is_word(found) or same_place(found):
        return False
    parts = [tag(c)[0][1] for c in found]
    qualifies = parts[0].startswith("d") and parts[1].startswith("a")
    return not qualifies and all(_readings(f)[0] in _readings(n) for n, f in zip(name, found, strict=True))


@lru_cache(maxsize=4096)
def _readings(character: str) -> tuple[str, ...]:
    """How it may be read, without tones, the usual way first; itself, if it is no Han character."""
    from pypinyin import Style, pinyin  # 0.15 s, at the first question

    return tuple(pinyin(character, style=Style.NORMAL, heteronym=True)[0])
