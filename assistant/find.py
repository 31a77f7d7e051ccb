"""What there is for a question: by its own words or else, where the dense leg agrees, by words that are near to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from types import MappingProxyType

from assistant.near import read_as, with_near
from assistant.retrieve import Candidate, retrieve
from assistant.understand import Query
from assistant.why_not import about, why_not
from index.search import Index
from index.types import Filters, Hit, Role

# What the fit of `eval answerable` is given for an answer by near words; without a model it means yes, but not surely.
_ONLY_NEAR = 0.25
_DEPTH = 20
_NEAREST_CLAUSES = 3


@dataclass(frozen=True, slots=True)
class Findings:
    """The query as it was looked for, its candidates, best first, and the one to answer from, if there is any.

    `reason` is why the question's own words are not answered, None if they are; `ruled_out` as in `Signals`; `read_as` has
    the words of the plans that words of the question were read as.
    """

    query: Query
    candidates: list[Candidate]
    best: Candidate | None
    reason: str | None
    ruled_out: float
    read_as: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def find(query: Query, index: Index, near: bool = True) -> Findings:
    """By the words of the question; where those do not answer, by `near` words, if the dense leg puts the clause first too."""
    candidates = retrieve(query, index, query.documents)
    reason = why_not(query, candidates, index)
    found = Findings(query, candidates, _best(query, candidates), reason, float(reason is not None))
    if reason is None or not near:
        return found
    wider = with_near(query, candidates, index)
    if wider == query:
        return found
    candidates = retrieve(wider, index, query.documents)
    best = _best(wider, candidates)
    if best is None or why_not(wider, candidates, index) or not _is_nearest(best, query, index):
        return found
    return Findings(wider, candidates, best, reason, _ONLY_NEAR, read_as(wider, best, index))


def _best(query: Query, candidates: Sequence[Candidate]) -> Candidate | None:
    """The first that is about the question and has the kind of answer that it asks for, else the first that is, or any."""
    found = about(query, candidates) or list(candidates)
    return next((c for c in found if query.wanted and c.holds_kind), next(iter(found), None))


def nearest(query: Query, index: Index, k: int) -> list[Hit]:
    """Up to `k` clauses that are nearest in meaning to the question as a whole, each by its nearest sentence."""
    hits = index.dense(query.text, Filters(documents=tuple(d.id for d in query.documents)), k=_DEPTH)
    clauses: dict[tuple[str, str], Hit] = {}
    for hit in hits:
        if hit.passage.role is Role.CLAUSE:
            clauses.setdefault(hit.passage.clause, hit)
    return list(islice(clauses.values(), k))


def _is_nearest(candidate: Candidate, query: Query, index: Index) -> bool:
    """Whether it is of one of the clauses that are nearest to the question."""
    clause = index.passage_at(candidate.evidence.document_id, candidate.evidence.start).clause
    return any(hit.passage.clause == clause for hit in nearest(query, index, _NEAREST_CLAUSES))
