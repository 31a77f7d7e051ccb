"""What judges meaning: one small Protocol, so that a learned model or any chat model can stand behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from assistant.types import Source


class Judge(Protocol):
    """Scores of meaning; higher is better."""

    def answers(self, question: str, sources: Sequence[Source]) -> float | None:
        """Log-odds that the sources answer the question; None where it cannot tell. Raises ModelUnavailable."""
        ...
