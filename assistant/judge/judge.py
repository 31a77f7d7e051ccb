"""What judges meaning: one small Protocol, so that a test or another model can stand in for the learned one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.types import Source


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence and the clauses that it is to follow from, each with where it stands."""

    text: str
    evidence: tuple[str, ...]


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
