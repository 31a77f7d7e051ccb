"""What judges meaning: one small Protocol, so that a test or another model can stand in for the learned one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.types import Source

_SUREST = 12.0


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence and the clauses that it is to follow from, each with where it stands."""

    text: str
    evidence: tuple[str, ...]


def probability(log_odds: float) -> float:
    """What log-odds are as a probability, never 0 or 1."""
    return 1 / (1 + math.exp(-max(min(log_odds, _SUREST), -_SUREST)))


def in_context(question: str, before: str) -> str:
    """The question as a judge reads it after the one `before` it, "" if it is the first."""
    return f"{before} {question}" if before else question


class Judge(Protocol):
    """Scores of meaning; higher is better."""

    def answers(self, question: str, sources: Sequence[Source]) -> list[float]:
        """Of each source the log-odds that it answers the question."""
        ...

    def supports(self, question: str, statements: Sequence[Statement]) -> list[float | None]:
        """Of each statement, made in answer to `question`, how likely it follows from its evidence, in [0, 1].

        None where it cannot tell. Raises ModelUnavailable.
        """
        ...
