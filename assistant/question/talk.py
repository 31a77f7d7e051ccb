"""Small talk, and requests that no policy text can serve: neither is answered from the plans, nor changes the subject."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from assistant.question.intent import FIELD_WORDS, LEAD, LIST, SPEAKS_OF_A_DOCUMENT, Intent
from assistant.question.terms import attributes, content_terms
from index.chinese.places import mentions
from index.chinese.words import cut
from index.search import Index

_CLAUSE = re.compile(r"[^\s，,。！!？?~～、；;…]+")
_PARTICLES = re.compile(r"^[那就你您真太可很非常十分好]+|[啊呀吗呢哈了吧啦哦的你您呐嘛儿]+$")
_ABOUT_US = re.compile(
    r"^(?:请问)?[你您](?:到底|究竟)?(?:是(?:谁|什么|哪)|叫什么|(?:都|还)?(?:能|会|可以)(?:做|干|帮我|回答|懂)?(?:些|点)?(?:什么|啥))|谁(?:开发|制作|做|造)(?:了|的)?[你您]"
)
_SUM = re.compile(r"\d\s*(?:[+*/×÷]|加上?|减去?|乘以?|除以?)\s*\d")
_FIGURE = re.compile(r"多少|几[个家项条所座]|目标")


@cache
def talk_words() -> dict[str, frozenset[str]]:
    """The classes of words in `talk_words.txt` by name."""
    lines = Path(__file__).with_name("talk_words.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.partition(":") for line in lines if line and not line.startswith("#")]
    return {name: frozenset(words.split()) for name, _, words in rows}


def talk(question: str, index: Index) -> Intent | None:
    """TALK or OFF_TOPIC, if `question` is nothing but that; None for one that the plans may answer."""
    text = question.strip().lower()
    if _is_off_topic(text, index):
        return Intent.OFF_TOPIC
    if _ABOUT_US.search(text):
        return Intent.TALK
    clauses = _CLAUSE.findall(text)
    if any(map(_is_talk, clauses)) and not any(_says_something(clause, index) for clause in clauses):
        return Intent.TALK
    return None


def _is_talk(clause: str) -> bool:
    words = frozenset().union(*(words for name, words in talk_words().items() if name != "闲事"))
    bare = _PARTICLES.sub("", clause)
    return clause in words or bare in words or any(len(word) > 1 and word in clause for word in words)


def _is_off_topic(text: str, index: Index) -> bool:
    if _SUM.search(text) and not any(index.idf(t.word) < 1 for t in content_terms(text, (), index)):
        return True
    words = set(cut(text))
    named = [word for word in talk_words()["闲事"] if word in words or (len(word) > 1 and word in text)]
    return any(index.idf(word) == 1 for word in named) and not SPEAKS_OF_A_DOCUMENT.search(text)


def _says_something(clause: str, index: Index) -> bool:
    """Whether the clause names a place or a thing of the plans, or asks what can be asked of one."""
    if any(m.place for m in mentions(clause)) or LEAD.search(clause) or LIST.search(clause) or _FIGURE.search(clause):
        return True
    if any(pattern.search(clause) for _, pattern in FIELD_WORDS):
        return True
    return any(index.idf(t.word) < 1 or t.word in attributes() for t in content_terms(clause, (), index))
