"""What is looked at where only retrieval is measured: at which rank each gold passage was found."""

from __future__ import annotations

from dataclasses import dataclass

from eval.cases import Case


@dataclass(frozen=True, slots=True)
class Ranking:
    """A case and, for each gold that the library holds, the rank at which it was found first (from 1), None if it was not.

    A gold that the library does not hold cannot be found and is left out; with none left every metric is undefined.
    """

    case: Case
    ranks: tuple[int | None, ...]

    def within(self, depth: int) -> int:
        """How many golds were found at `depth` or before."""
        return sum(rank is not None and rank <= depth for rank in self.ranks)
