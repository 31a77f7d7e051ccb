"""Follow-ups to questions that need no history. Rules only, no model."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.forms import ALL_PLACES, FIELD_WORDS, LEAD, LIST, TALK
from assistant.terms import LATIN_NAME, attributes, content_terms
from index.places import mentions
from index.search import Index

_SET_ASIDE = re.compile(r"[^，。,]{0,12}(?:先放一放|放一边|先不说|先不谈|不说了|先不管|暂且不说)[，。,]?")
_ELLIPTIC = re.compile(
    r"^(?:那么?|还有|另外|其中|具体|它|他们|该|这个?|此|上述|前者|后者|其|再|换成|如果是)|(?:呢|它|其|该(?:计划|市|文件|方案)|这(?:个|项|份|里|些)|上面|刚才)"
)


def resolve(question: str, before: str, index: Index) -> str:
    """`question` with the place and the topic that it leaves out taken from `before`; "" for mere talk."""
    question = _SET_ASIDE.sub("", question)
    if TALK.fullmatch(question):
        return ""
    if not before:
        return question
    places, places_before = place_names(question), place_names(before)
    own_terms = content_terms(question, places, index)
    elliptic = bool(_ELLIPTIC.search(question))
    asks_itself = _asks_something(question)
    if places and not own_terms and not asks_itself:
        return _with_places(before, places_before, places)
    attribute = all(t.word in attributes() or index.rarity(t.word) == 1 for t in own_terms) and not LATIN_NAME.search(
        question
    )
    topic = "".join(t.word for t in content_terms(before, places_before, index)) if attribute else ""
    if own_terms and not elliptic and not LEAD.search(question) and _names_other_subject(question, index):
        return question
    if ALL_PLACES.search(question):
        return question
    here = "" if places else "和".join(dict.fromkeys(places_before))
    if not here and not topic:
        return question
    body = re.sub(r"^(?:那么?|还有|另外)[，,]?", "", question)
    return f"{here}{topic}{'：' if topic else '的' if here else ''}{body}"


def place_names(text: str) -> list[str]:
    """The places of the gazetteer that `text` names, in order."""
    return [m.text for m in mentions(text) if m.place]


def _asks_something(question: str) -> bool:
    return bool(
        LEAD.search(question)
        or LIST.search(question)
        or any(pattern.search(question) for _, pattern in FIELD_WORDS)
        or re.search(r"多少|几[个家项条所座]|目标|什么|怎么|如何", question)
    )


def _with_places(before: str, old: Sequence[str], new: Sequence[str]) -> str:
    """`before` asked of other places; short and full names (湖州, 湖州市) are the same place."""
    joined = "和".join(dict.fromkeys(new))
    text = before
    for i, name in enumerate(dict.fromkeys(old)):
        text = re.sub(rf"{re.escape(name)}(?:市|省)?", joined if i == 0 else "", text)
    text = re.sub(r"[和与、]+(?=的|[，,])", "", text)
    return text if old else f"{joined}{before}"


def _names_other_subject(question: str, index: Index) -> bool:
    """Whether the question names a plan of its own, so that no place need be carried over."""
    return any((d.number and d.number in question) or d.title in question for d in index.documents)
