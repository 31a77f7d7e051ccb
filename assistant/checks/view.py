"""A sentence beside what it is to be supported by, each in the forms that the checks need."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.coverage import plain
from assistant.types import Source
from index.words import tag

_STRETCH = re.compile(r"[，,；;：:。！？!?\n（）()]")
_RESULTS = re.compile(r"成效|成绩|成果|进展|现状|回顾")
_WORD = re.compile(r"[^\W\d_][\w.+]*")
_FUNCTION_TAGS = ("u", "p", "c", "r", "m", "q", "y", "e", "o", "x", "f", "w", "t", "h", "k")
LIGHT = frozenset(
    "的 了 和 与 及 在 是 由 对 等 为 来 到 将 把 被 并 或 也 都 就 着 其 该 这 以 上 下 中 内 有 个 其中 以及 通过 包括 即 分别 则 需要 进行 根据 按照 要求 提出 表示 指出 年 日内 天内 之日起".split()
)


@dataclass(frozen=True)
class View:
    """`sentence` (NFKC) beside its `sources`; `given` are words of ours that need no support, `question` what it answers.

    It is `completed` where the sentence was put together from a fragment and its question.
    """

    sentence: str
    sources: Sequence[Source]
    rarity: Callable[[str], float]
    given: str = ""
    question: str = ""
    completed: bool = False

    @classmethod
    def of(
        cls,
        sentence: str,
        sources: Sequence[Source],
        rarity: Callable[[str], float],
        given: str = "",
        question: str = "",
    ) -> View:
        """The view of a sentence as it was written."""
        sentence, question = (unicodedata.normalize("NFKC", text) for text in (sentence, question))
        return cls(sentence, sources, rarity, given, question)

    @cached_property
    def quotes(self) -> str:
        """The cited sentences."""
        return "\n".join(s.text for s in self.sources)

    @cached_property
    def context(self) -> str:
        """All words that the sources give support by: the quotes, their headings, what the documents are."""
        return "\n".join(s.context for s in self.sources) + self.given

    @cached_property
    def reports(self) -> bool:
        """Whether the sources stand under a heading of results, so that what they say has been done."""
        return any(_RESULTS.search(text) for s in self.sources for text in (*s.headings, *(e.text for e in s.above)))

    @cached_property
    def held(self) -> str:
        """`context` in the form for comparing."""
        return plain(self.context)


def stretches(text: str) -> list[str]:
    """The parts of `text` between commas, colons, brackets and stops; 、 does not part."""
    return [part for part in _STRETCH.split(text) if part.strip()]


def content_words(text: str) -> list[str]:
    """The words of `text` that say something: no particles, numerals, measure words or light verbs."""
    return [w for w, pos in tag(text) if _WORD.fullmatch(w) and w not in LIGHT and not pos.startswith(_FUNCTION_TAGS)]
