"""Edits: where a sentence follows its source word for word but for one place, what stands there must mean the same.

The two texts are aligned character by character (Ratcliff & Obershelp 1988, through difflib), the differences widened to
whole words. A long rewording shares no run on both sides of a difference and is not judged here.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import accumulate

from assistant.question.coverage import LIGHT, normalized
from assistant.verify.checks import limits, question, wording
from assistant.verify.checks.limits import DENYING
from assistant.verify.checks.sense import DENIES, FORCE, PERMITS, RESTRICTS
from assistant.verify.checks.view import View
from index.chinese.markers import marker
from index.chinese.places import same_place
from index.chinese.quantity import quantities, same_quantity
from index.chinese.words import cut, tag

_LONGEST = 12
_FLANK = 2
_BOTH_FLANKS = 6
_EDGE = re.compile(r"[，,、；;：:。！？!?（）()]")
_BREAK = re.compile(r"[，,；;：:。](?=.)")
_STOP = re.compile(r"[，,；;：:。]")
_BAN = re.compile("(?:不[得准许能可]|禁止|严禁)[^,，]*[,，]")  # left out whole, it changes nothing of what follows
_PARTS = "；;"  # a sentence may be one of the parts of the quote
_JOINS = 1  # equal characters between two differences that are one
_CLOSING = "，,。；;、"
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Edit:
    """The source's `old` words, for which the sentence has `new` ones; one of them may be empty."""

    old: str
    new: str


def changed(view: View) -> str | None:
    """A place where the sentence follows a quote on both sides and says something else in between."""
    sentence = normalized(view.sentence)
    for source in view.sources:
        quote = _unnumbered(source.text)
        if crossed := _changed_places(quote, sentence):
            return f"“{'”与“'.join(sorted(crossed))}”在原文里的位置相反"
        found = list(edits(quote, sentence))
        for i, edit in enumerate(found):
            elsewhere = any(edit.new.strip(_CLOSING) in normalized(s.text) for s in view.sources if s is not source)
            if not elsewhere and not any(_exchanged(edit, other, quote) for other in found[max(0, i - 1) : i + 2]):
                problem = _problem(edit, quote, view)
                if problem:
                    return problem
    return None


def _changed_places(quote: str, sentence: str) -> frozenset[str]:
    """Two words that stand in each other's stretch, as neither does of a list or where whole stretches are told in another order."""
    matcher = SequenceMatcher(None, quote, sentence, autojunk=False)
    changes = [c for c in matcher.get_opcodes() if c[0] != "equal"]
    gone = {quote[a:a2].strip(_CLOSING): len(_STOP.findall(quote[:a])) for _, a, a2, _, _ in changes}
    come = {sentence[b:b2].strip(_CLOSING): len(_STOP.findall(sentence[:b])) for _, _, _, b, b2 in changes}
    moved = frozenset(w for w in gone.keys() & come.keys() if gone[w] != come[w] and not _STOP.search(w) and _names(w))
    return moved if len(moved) > 1 else frozenset()


def _names(text: str) -> bool:
    return any(len(word) > 1 and pos.startswith(("n", "v")) for word, pos in tag(text))


def edits(quote: str, sentence: str) -> Iterator[Edit]:
    """The short differences between the two that equal runs, or a comma on both sides, hold on both ends."""
    blocks = [
        b for b in SequenceMatcher(None, quote, sentence, autojunk=False).get_matching_blocks() if b.size > _JOINS
    ]
    bounds = [(0, 0), *((b.a + b.size, b.b + b.size) for b in blocks)]
    starts = [*((b.a, b.b) for b in blocks), (len(quote), len(sentence))]
    sizes = [0, *(b.size for b in blocks), 0]
    words, heard = _word_bounds(quote), _word_bounds(sentence)
    for i, ((a, b), (a2, b2)) in enumerate(zip(bounds, starts, strict=True)):
        if i == 0:
            a = max(quote.rfind(mark, 0, a2) for mark in _PARTS) + 1
        if i == len(blocks):
            a2 = min((at + 1 for mark in _PARTS if (at := quote.find(mark, a)) >= 0), default=a2)
        if (
            (a, b) == (a2, b2)
            or sizes[i] + sizes[i + 1] < _BOTH_FLANKS
            or not (_held(quote, sentence, a, b, sizes[i]) and _held(quote, sentence, a2, b2, sizes[i + 1]))
        ):
            continue
        start, end = _widened(words, a, a2), _widened(heard, b, b2)
        before = max(a - start[0], b - end[0])
        after = max(start[1] - a2, end[1] - b2)
        old, new = quote[max(0, a - before) : a2 + after], sentence[max(0, b - before) : b2 + after]
        if max(len(old), len(new)) <= _LONGEST:
            yield Edit(old, new)


def _unnumbered(text: str) -> str:
    found = marker(text.strip())
    return normalized(text.strip()[found.length if found else 0 :])


def _held(quote: str, sentence: str, a: int, b: int, size: int) -> bool:
    """Whether the difference that meets (a, b) is held there: by an equal run, or by the edge of a stretch in both."""
    if size >= _FLANK:
        return True
    at_edge = [
        at in (0, len(text)) or bool(_EDGE.match(text[at - 1] + text[at : at + 1]))
        for text, at in ((quote, a), (sentence, b))
    ]
    return all(at_edge)


def _word_bounds(text: str) -> list[int]:
    """Where words begin and end; a quantity is one word."""
    inside = {at for q in quantities(text) for at in range(q.start + 1, q.end)}
    return [at for at in [0, *accumulate(map(len, cut(text)))] if at not in inside]


def _widened(bounds: Sequence[int], start: int, end: int) -> tuple[int, int]:
    """The stretch of whole words that holds [start, end)."""
    first = bounds[bisect_right(bounds, start) - 1]
    last = bounds[min(bisect_left(bounds, end), len(bounds) - 1)]
    return first, max(last, end)


def _exchanged(edit: Edit, other: Edit, quote: str) -> bool:
    """Whether the two are neighbours of one list that changed places: 飞机、火车 for 火车、飞机."""
    one, two = edit.old.strip("、和及与或"), edit.new.strip("、和及与或")
    return (
        bool(one and two and not quantities(one + "，" + two))
        and (other.old.strip("、和及与或"), other.new.strip("、和及与或")) == (two, one)
        and bool(
            re.search(
                f"{re.escape(one)}.{{0,6}}[、和及与或]{re.escape(two)}|{re.escape(two)}.{{0,6}}[、和及与或]{re.escape(one)}",
                quote,
            )
        )
    )


def _problem(edit: Edit, quote: str, view: View) -> str | None:
    if edit.new and (
        (_EDGE.match(edit.old) and edit.old[:1] != edit.new[:1])
        or bool(_BREAK.search(edit.old)) != bool(_BREAK.search(edit.new))
    ):
        return None  # another stretch of the sentence, not other words for this one
    if not edit.new and _BAN.fullmatch(edit.old):
        return None
    held, claimed = quantities(edit.old), quantities(edit.new)
    if held and claimed and not all(any(same_quantity(c, h) for h in held) for c in claimed):
        return _instead(edit)
    if limits.named(edit.old) and limits.named(edit.new) not in ([], limits.named(edit.old)):
        return _instead(edit)
    if _same(edit):
        return None
    for marks in (DENIES, RESTRICTS, FORCE):
        had, has = (set(marks.findall(DENYING.sub("", text))) for text in (edit.old, edit.new))
        has -= PERMITS & set(marks.findall(view.question)) if not had else set()
        if has - had or (had - has and (has or marks is not FORCE)):
            return _instead(edit)
    old = [w for w, _ in _stating(edit.old)]
    new = [w for w, pos in _stating(edit.new) if not question.frames(view, w, pos)]
    if not old or not new or set(new) <= set(old) or "".join(new) in "".join(old):
        return None
    added = [w for w in new if w not in edit.old and not any(_stands_for(w, o) for o in cut(edit.old))]
    if not added or ("、" in edit.new and set(old) <= set(new) and all(w in quote for w in added)):
        return None
    return _instead(edit)


def _instead(edit: Edit) -> str:
    if not edit.old.strip():
        return f"原文没有“{edit.new}”"
    return f"原文是“{edit.old}”，不是“{edit.new}”" if edit.new.strip() else f"略去了原文的“{edit.old}”"


def _stating(text: str) -> list[tuple[str, str]]:
    """The words of `text` that can make a difference; a place has a check of its own."""
    text = DENYING.sub(" ", text)
    for quantity in reversed(quantities(text)):
        text = text[: quantity.start] + " " + text[quantity.end :]
    words = wording.without_light((w, pos) for w, pos in tag(text) if _WORD.fullmatch(w) and w not in LIGHT)
    return [(w, p) for w, p in words if (w not in wording.neutral_words() or p[0] == "n") and same_place(w) is None]


def _same(edit: Edit) -> bool:
    """Whether the words of both sides, light ones left out, are the same or stand for each other."""
    old, new = ([w for w in cut(text) if _WORD.fullmatch(w) and w not in LIGHT] for text in (edit.old, edit.new))
    if _without_light(edit.old) == _without_light(edit.new):
        return True
    if len(old) == len(new) and all(_stands_for(n, o) for o, n in zip(old, new, strict=True)):
        return True
    one, other = "".join(new), "".join(old)
    return any(_stands_for(*pair) for pair in ((one, other), _beheaded(one, other), _trimmed(one, other)))


def _without_light(text: str) -> str:
    return "".join(c for c in text if c not in LIGHT and c not in _CLOSING)


def _beheaded(one: str, other: str) -> tuple[str, str]:
    """Both without the characters that they begin with alike."""
    head = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one[head:], other[head:]


def _trimmed(one: str, other: str) -> tuple[str, str]:
    """Both without the characters that they begin and end with alike."""
    one, other = _beheaded(one, other)
    one, other = _beheaded(one[::-1], other[::-1])
    return one[::-1], other[::-1]


def _stands_for(new: str, old: str) -> bool:
    return new == old or new in wording.same_words().get(old, ()) or _shortens(new, old) or _shortens(old, new)


def _shortens(short: str, long: str) -> bool:
    """Whether the one is made of the first characters of the two words of the other: 直销, 直接销售."""
    return len(short) == 2 and len(long) == 4 and short == long[::2]
