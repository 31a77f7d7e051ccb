"""A document as its prose: the text without what is marked, and the way back from a place in it to the place in the document."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

from index.types import Document, Span, kept


@dataclass(frozen=True, slots=True)
class Prose:
    """`text` is the words; stretch `n` of it begins at `_here[n]`, and at `_there[n]` in the document."""

    text: str
    _here: tuple[int, ...]
    _there: tuple[int, ...]

    @classmethod
    def of(cls, document: Document, span: Span | None = None) -> Prose:
        """The prose of `document`, or of a stretch of it."""
        start, end = (span.start, span.end) if span else (0, len(document.text))
        stretches = list(kept(document.text, document.marked(start, end), start, end))
        here = accumulate((len(words) for _, words in stretches), initial=0)
        return cls("".join(words for _, words in stretches), tuple(here)[:-1], tuple(at for at, _ in stretches))

    def back(self, span: Span) -> Span:
        """Where in the document the stretch `span` of the prose stands, from its first character to its last one."""
        start = self._back(span.start)
        return Span(start, self._back(span.end - 1) + 1 if span.end > span.start else start)

    def here(self, offset: int) -> int:
        """Where in the prose the character at `offset` of the document stands, or would stand."""
        n = bisect_right(self._there, offset) - 1
        if n < 0:
            return 0
        length = (self._here[n + 1] if n + 1 < len(self._here) else len(self.text)) - self._here[n]
        return self._here[n] + min(offset - self._there[n], length)

    def _back(self, offset: int) -> int:
        n = bisect_right(self._here, offset) - 1
        return self._there[n] + offset - self._here[n] if n >= 0 else 0
