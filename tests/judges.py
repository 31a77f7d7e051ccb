"""Judges that read no meaning: quick, and plain enough for a test to say what they will find."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.judge.judge import Statement
from assistant.question.coverage import Term, content_words, coverage, normalized
from assistant.question.earlier import place_names
from assistant.question.terms import generic_words, without_places
from assistant.types import Source

_STEEP = 24.0


@dataclass(frozen=True)
class ByWords:
    """How much of the question's words, but for places, a source holds, with its `headings` or alone, as log-odds: 0 at `half`."""

    headings: bool = True
    half: float = 0.45

    def answers(self, question: str, sources: Sequence[Source]) -> list[float]:
        """Above zero where it holds most of them."""
        known = set().union(*generic_words().values())
        words = content_words(without_places(question, place_names(question)))
        terms = [Term(word) for word in words if word not in known]
        texts = [normalized("".join((s.text, *(s.headings if self.headings else ())))) for s in sources]
        return [_STEEP * (coverage(terms, text, lambda _: 0.5) - self.half) for text in texts]

    def supports(self, question: str, statements: Sequence[Statement]) -> list[float | None]:
        """It cannot tell."""
        return [None] * len(statements)


@dataclass(frozen=True)
class Knows:
    """Sure of the sources that hold one of the texts, the surer the earlier it stands there, and of no other."""

    texts: Sequence[str]
    sure: float = 6.0

    def answers(self, question: str, sources: Sequence[Source]) -> list[float]:
        """`sure` for those that hold the first text, one less for each text after it."""
        held = ([n for n, text in enumerate(self.texts) if text in source.text] for source in sources)
        return [self.sure - numbers[0] if numbers else -6.0 for numbers in held]

    def supports(self, question: str, statements: Sequence[Statement]) -> list[float | None]:
        """It cannot tell."""
        return [None] * len(statements)
