"""Clauses in the order in which the judge finds that they answer: of those that a search finds, each read whole."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.evidence.retrieve import Candidate, as_evidence, as_source
from assistant.judge.judge import Judge
from assistant.question.understand import Query
from assistant.types import Evidence, Source
from index.search import Index
from index.types import Filters, Passage, Role

_HITS = 12
_OF_CANDIDATES = 8
_MARGIN = 1.5
"""How much less likely than the best, in log-odds, a clause may answer to be evidence too."""
_MOST_CLAUSES = 6


@dataclass(frozen=True, slots=True)
class Ranking:
    """Candidates of the clauses that answer best, best clause first, and the log-odds that the best one answers."""

    candidates: list[Candidate]
    odds: float


def rank(query: Query, candidates: Sequence[Candidate], index: Index, judge: Judge) -> Ranking | None:
    """The ranking of what was found for `query`: by `candidates`, which are sentences, and by a search of clauses.

    None where nothing was found.
    """
    passages = _passages(query, candidates, index)
    if not passages:
        return None
    odds = {p.id: judge.answers(query.standalone, [_whole(p, index)]) or 0.0 for p in passages}
    best = max(odds.values())
    chosen = sorted((p for p in passages if odds[p.id] >= best - _MARGIN), key=lambda p: -odds[p.id])[:_MOST_CLAUSES]
    ranked = [candidate for passage in chosen for candidate in _of_clause(passage, candidates, index, odds[passage.id])]
    return Ranking(ranked, best)


def _passages(query: Query, candidates: Sequence[Candidate], index: Index) -> list[Passage]:
    filters = Filters(documents=tuple(d.id for d in query.documents))
    hits = [hit.passage for hit in index.clauses(query.standalone, filters, k=_HITS)]
    hits += [index.passage_at(c.evidence.document_id, c.evidence.start) for c in candidates[:_OF_CANDIDATES]]
    return [p for p in {p.id: p for p in hits}.values() if p.role is not Role.BACK]


def _whole(passage: Passage, index: Index) -> Source:
    document = index.document(passage.document_id)
    text = document.words(passage.start, passage.end)
    evidence = Evidence(document.id, document.source, passage.address, passage.start, passage.end, text, 1.0)
    return as_source(index, evidence)


def _of_clause(passage: Passage, candidates: Sequence[Candidate], index: Index, odds: float) -> list[Candidate]:
    """All sentences of the clause in their order: as the candidates that a search found, else as what the judge found."""
    document = index.document(passage.document_id)
    score = 1 / (1 + math.exp(-odds))  # one scale for all
    known = {c.evidence.start: c for c in candidates if c.evidence.document_id == document.id}
    found = []
    for span in passage.sentences:
        evidence = as_evidence(index, document, span, score)
        if any(character.isalnum() for character in evidence.text):
            held = known.get(span.start)
            found.append(
                replace(held, evidence=evidence)
                if held
                else Candidate(evidence, covered=0.0, holds_kind=False, first_in_both=False)
            )
    return found
