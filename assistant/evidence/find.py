"""What there is for a question: the sentences of the clauses that the judge finds to answer it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.evidence.rank import odds_of, rank
from assistant.evidence.retrieve import Candidate, by_merit, retrieve
from assistant.evidence.why_not import why_not, year_of_none
from assistant.judge.judge import Judge, probability
from assistant.question.understand import Query
from assistant.types import Evidence
from index.search import Index

_SLOPE, _SHIFT, _WITHOUT_KIND = 0.9, 1.5, 1.9
"""The log-odds that there is an answer, from those of the best sentence, and what they lose where no sentence seems to have
the kind that is asked for; chosen on our own questions and the dev half of what people ask."""
_MARGIN = 3.0
"""How much less likely than the best, in log-odds, a sentence may answer to be looked at."""


@dataclass(frozen=True, slots=True)
class Findings:
    """The sentences that answer the query nearly as well as the best, best first, and the log-odds that there is an answer.

    `reason` is why they do not whatever the judge says, None if there is no such reason.
    """

    query: Query
    candidates: Sequence[Candidate]
    odds: float | None
    reason: str | None

    @property
    def probability(self) -> float:
        """That the plans answer the query, in [0, 1]."""
        return 0.0 if self.odds is None or self.reason else probability(self.odds)

    @property
    def nearest(self) -> tuple[Evidence, ...]:
        """The best sentence of each clause, best first."""
        first: dict[tuple[str, str], Evidence] = {}
        for candidate in self.candidates:
            first.setdefault((candidate.evidence.document_id, candidate.evidence.address), candidate.evidence)
        return tuple(first.values())

    @property
    def best(self) -> Candidate | None:
        """The first that has the kind of answer that is asked for, else the first."""
        wanted = self.query.wanted
        having = (c for c in self.candidates if wanted and c.holds_kind)
        return next(having, next(iter(self.candidates), None))


def find(query: Query, index: Index, judge: Judge) -> Findings:
    """What the judge finds among the clauses that a search finds."""
    found = rank(query, retrieve(query, index, query.documents), index, judge)
    if not found:
        return Findings(query, (), None, why_not(query))
    most = max(map(odds_of, found))
    candidates = by_merit([c for c in found if odds_of(c) >= most - _MARGIN], odds_of, index)
    lacks = query.wanted is not None and not any(c.holds_kind for c in candidates)
    odds = _SLOPE * most + _SHIFT - _WITHOUT_KIND * lacks
    return Findings(query, candidates, odds, why_not(query) or year_of_none(query, candidates, index))
