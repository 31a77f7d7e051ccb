"""What there is for a question: the sentences of the clauses that the judge finds to answer it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.evidence.rank import rank
from assistant.evidence.retrieve import Candidate, by_merit, retrieve
from assistant.evidence.why_not import why_not
from assistant.judge.judge import Judge
from assistant.question.understand import Query
from assistant.types import Evidence
from index.search import Index

_SLOPE, _SHIFT, _WITHOUT_KIND = 0.9, 1.9, 1.9
"""The log-odds that there is an answer, from those of the best sentence; what they lose where no sentence seems to have the

kind that is asked for. A logistic regression on our own questions and the dev half of what people ask, both kinds of
questions weighing the same; the shift is where the latter are refused wrongly as often as one in twelve."""
_LEAST = 1e-6
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
        return 0.0 if self.odds is None or self.reason else 1 / (1 + math.exp(-self.odds))

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
        having = (c for c in self.candidates if wanted and wanted.found_in(c.evidence.text))
        return next(having, next(iter(self.candidates), None))


def find(query: Query, index: Index, judge: Judge) -> Findings:
    """What the judge finds among the clauses that a search finds."""
    clauses = rank(query, retrieve(query, index, query.documents), index, judge)
    ranked = by_merit([c for clause in clauses for c in clause.sentences], lambda c: c.evidence.score, index)
    candidates = [c for c in ranked if odds_of(c) >= odds_of(ranked[0]) - _MARGIN]
    if not clauses:
        return Findings(query, (), None, why_not(query, (), index))
    lacks = query.wanted is not None and not any(c.holds_kind for c in candidates)
    odds = _SLOPE * max(map(odds_of, candidates)) + _SHIFT - _WITHOUT_KIND * lacks
    return Findings(query, candidates, odds, why_not(query, candidates, index))


def odds_of(candidate: Candidate) -> float:
    """The log-odds that the sentence answers."""
    score = min(max(candidate.evidence.score, _LEAST), 1 - _LEAST)
    return math.log(score / (1 - score))
