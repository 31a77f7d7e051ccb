"""Small talk: a greeting, thanks or a question about the assistant itself, which is not asked of the plans and changes no subject."""

from __future__ import annotations

import re

from assistant.question.intent import FIELD_WORDS, LEAD, LIST
from assistant.question.terms import attributes, content_terms
from index.chinese.places import mentions
from index.search import Index

_CLAUSE = re.compile(r"[^\s，,。！!？?~～、；;…]+")
_PARTICLES = re.compile(r"^[那就你您真太可很非常十分好]+|[啊呀吗呢哈了吧啦哦的你您呐嘛儿]+$")
_TALK = frozenset(
    "你好 您好 在吗 早上好 上午好 下午好 晚上好 hello hi 谢谢 多谢 感谢 辛苦 再见 拜拜 好的 嗯 明白 知道了 懂了 收到".split()
)
_ABOUT_US = re.compile(
    r"^(?:请问)?[你您](?:到底|究竟)?(?:是(?:谁|什么|哪)|叫什么|(?:都|还)?(?:能|会|可以)(?:做|干|帮我|回答|懂)?(?:些|点)?(?:什么|啥))"
)


def is_talk(question: str, index: Index) -> bool:
    """Whether `question` is nothing but talk: it has a word of that, and nothing that a plan may answer."""
    text = question.strip().lower()
    if _ABOUT_US.search(text):
        return True
    clauses = _CLAUSE.findall(text)
    return any(map(_is_talk, clauses)) and not any(_says_something(clause, index) for clause in clauses)


def _is_talk(clause: str) -> bool:
    bare = _PARTICLES.sub("", clause)
    return clause in _TALK or bare in _TALK or any(len(word) > 1 and word in clause for word in _TALK)


def _says_something(clause: str, index: Index) -> bool:
    """Whether the clause names a place or a thing of the plans, or asks what can be asked of one."""
    if any(m.place for m in mentions(clause)) or LEAD.search(clause) or LIST.search(clause):
        return True
    if any(pattern.search(clause) for _, pattern in FIELD_WORDS):
        return True
    return any(index.idf(t.word) < 1 or t.word in attributes() for t in content_terms(clause, (), index))
