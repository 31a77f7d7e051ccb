"""What a question asked before was about: its places, its plan, and its topic as it stands in the text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.question.intent import INTERROGATIVE
from assistant.question.naming import names
from assistant.question.terms import attributes, content_terms, generic_words
from index.chinese.places import mentions
from index.chinese.words import tag
from index.search import Index
from index.types import Document, Filters

LONGEST = 200
_MOST_SENTENCES = 3
_LONGEST_TOPIC = 24


@dataclass(frozen=True, slots=True)
class Earlier:
    """A question of the user's, self-contained: its places, its topic as it stands in the text, what comes after that."""

    text: str
    places: tuple[str, ...]
    plan: str
    topic: str
    rest: str

    @property
    def subject(self) -> str:
        """Places, or the plan where no place is named."""
        return "和".join(self.places) or self.plan


def place_names(text: str) -> list[str]:
    """The places of the gazetteer that `text` names, in order."""
    return [m.text for m in mentions(text) if m.place]


def last_asked(history: Sequence[Mapping[str, str]]) -> int | None:
    """Which of the turns is the user's last question."""
    asked = (n for n, turn in enumerate(history) if turn.get("role") == "user" and isinstance(turn.get("content"), str))
    return max(asked, default=None)


def spoken_of(history: Sequence[Mapping[str, str]], index: Index, scope: Sequence[Document]) -> tuple[Document, ...]:
    """The plan of `scope` that the last question and its answer are about, as a search for both finds it; () if there is none."""
    at = last_asked(history)
    if at is None or not scope:
        return ()
    said = " ".join(str(turn.get("content"))[:LONGEST] for turn in history[at:])
    hits = index.clauses(said, Filters(documents=tuple(d.id for d in scope)), k=1)
    return tuple(index.document(hit.passage.document_id) for hit in hits)


def asking_part(text: str) -> str:
    """Of a long message the sentences that ask, and those that name a place if these do not."""
    sentences = re.findall(r"[^。！!？?；;\n]+[。！!？?；;\n]?", text[: 4 * LONGEST].strip())
    asking = [s for s in sentences if s[-1] in "？?"]
    if asking and not any(map(place_names, asking)):
        asking = [s for s in sentences if s in asking or place_names(s)]
    return "".join(list(dict.fromkeys(asking or sentences[:2]))[-_MOST_SENTENCES:])[:LONGEST].strip()


def understood(text: str, index: Index) -> Earlier:
    """What the self-contained question `text` was about."""
    places = tuple(dict.fromkeys(place_names(text)))
    known = tuple(p for p in places if any(p in (d.region or "") for d in index.documents))
    plan = next((f"《{n}》" if n == d.title else n for d in index.documents for n in names(text, d)), "")
    start, end = _topic_span(text.replace(plan, " " * len(plan)) if plan else text, places, index)
    return Earlier(text, known or places, plan, text[start:end].strip("的，, "), text[end:])


def _topic_span(text: str, places: Sequence[str], index: Index) -> tuple[int, int]:
    """Where in `text` its topic stands: from the first to the last word that says what it is about."""
    found = []
    for term in (t for t in content_terms(text, places, index) if t.weight >= 1):
        at = text.find(term.word)
        if at >= 0 and term.word not in attributes():
            quoted = text[at - 1 : at] in ("“", "《") and text[at + len(term.word) :][:1] in ("”", "》")
            found.append((at - quoted, at + len(term.word) + quoted))
    found.sort()
    if not found:
        return _part_span(text)
    start, end = found[0]
    for a, b in found[1:]:
        between = text[end:a]
        if a <= end or (
            not INTERROGATIVE.search(between) and not re.search(r"[，,？?]", between) and b - start <= _LONGEST_TOPIC
        ):
            end = max(end, b)
        elif b - a > end - start:
            start, end = a, b
    start, end = _with_modifiers(text, start, places), _with_actions(text, end, places, index)
    opening = re.search(r"[“《]$|[“《](?:[^“”《》]*)$", text[:start])
    if opening and text[end : end + 1] in ("”", "》"):
        start, end = opening.start(), end + 1
    return start, end


def _with_modifiers(text: str, start: int, places: Sequence[str]) -> int:
    """`start` moved before the nouns that directly precede (数字 in 数字城管, though it alone says nothing)."""
    at, words = 0, []
    for word, pos in tag(text[:start]):
        words.append((at, word, pos))
        at += len(word)
    for begin, word, pos in reversed(words):
        if pos not in ("n", "vn", "b", "an") or word in places or any(m.text in word for m in mentions(word)):
            break
        start = begin
    return start


def _with_actions(text: str, end: int, places: Sequence[str], index: Index) -> int:
    """`end` moved behind the verbs of the topic that directly follow, and what they make a noun with (拍卖, 拍卖额)."""
    weak = {t.word for t in content_terms(text, places, index) if t.weight < 1}
    for word, pos in tag(text[end:]):
        if word not in weak and not (len(word) == 1 and pos[0] in "nqz"):
            break
        end += len(word)
    return end


def _part_span(text: str) -> tuple[int, int]:
    """Where `text` names a part that any plan has (重点任务), for want of another topic; its end if it names none."""
    at, best = 0, (len(text), len(text))
    start = None
    for word, _ in [*tag(text), ("", "")]:
        if word in generic_words()["组成"]:
            start = at if start is None else start
        elif start is not None:
            if at - start > best[1] - best[0]:
                best = (start, at)
            start = None
        at += len(word)
    return best
