"""A sentence beside what it is to be supported by, each in the forms that the checks need."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.question.coverage import normalized
from assistant.types import Source

_STRETCH = re.compile(r"[，,；;：:。！？!?\n（）()]")
_RESULTS = re.compile(r"成效|成绩|成果|进展|现状|回顾")


@dataclass(frozen=True)
class View:
    """`sentence` (NFKC) beside its `sources`; `question` is what it answers.

    It is `completed` where the sentence was put together from a fragment and its question.
    """

    sentence: str
    sources: Sequence[Source]
    idf: Callable[[str], float]
    question: str = ""
    completed: bool = False

    @classmethod
    def of(
        cls,
        sentence: str,
        sources: Sequence[Source],
        idf: Callable[[str], float],
        question: str = "",
    ) -> View:
        """The view of a sentence as it was written."""
        sentence, question = (unicodedata.normalize("NFKC", text) for text in (sentence, question))
        return cls(sentence, sources, idf, question)

    @cached_property
    def quotes(self) -> str:
        """The cited sentences."""
        return "\n".join(s.text for s in self.sources)

    @cached_property
    def context(self) -> str:
        """All words that the sources give support by: the quotes, their headings, what the documents are."""
        return "\n".join(s.context for s in self.sources)

    @cached_property
    def reports(self) -> bool:
        """Whether the sources stand under a heading of results, so that what they say has been done."""
        return any(_RESULTS.search(text) for s in self.sources for text in (*s.headings, *(e.text for e in s.above)))

    @cached_property
    def held(self) -> str:
        """`context` in the form for comparing."""
        return normalized(self.context)


def stretches(text: str) -> list[str]:
    """The parts of `text` between commas, colons, brackets and stops; 、 does not part."""
    return [part for part in _STRETCH.split(text) if part.strip()]
