"""Clauses in the order in which the judge finds that they answer, of those that a search finds; each is read whole."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from assistant.evidence.retrieve import Candidate, as_candidate, as_evidence, as_source, says_nothing, whole
from assistant.judge.judge import Judge, probability
from assistant.question.understand import Query
from index.search import Index
from index.types import Filters, Hit, Passage, Role

_HITS = 20
_OF_CANDIDATES = 6
_MOST_CLAUSES, _MOST_SENTENCES = 8, 80
_OF_CLAUSE = 0.35
"""What the whole clause weighs beside the sentence alone: chosen on the dev documents of `training/data`."""
_PRIOR, _LAST = 0.1, 30  # chosen on the dev half of what people ask
"""What a clause loses in log-odds for every one that the search puts before it; one that it does not find is the last."""


def rank(query: Query, candidates: Sequence[Candidate], index: Index, judge: Judge) -> list[Candidate]:
    """The sentences of the clauses that answer `query` best, of those of `candidates` and of what a search of clauses finds.

    The score of each is the probability that it answers, as it alone, the whole clause and the search tell it.
    """
    priors = _priors(query, candidates, index)
    odds = judge.answers(query.read, [whole(index, passage) for passage in priors])
    clauses = [(p, o - prior) for (p, prior), o in zip(priors.items(), odds, strict=True)]
    best = sorted(clauses, key=lambda clause: -clause[1])[:_MOST_CLAUSES]
    hits = [(o, hit) for p, o in best for hit in _sentences(p, query, index)][:_MOST_SENTENCES]
    evidence = [as_evidence(index, index.document(hit.passage.document_id), hit.span) for _, hit in hits]
    alone = judge.answers(query.read, [as_source(index, e) for e in evidence])
    return [
        replace(
            as_candidate(hit, query, index),
            evidence=replace(sentence, score=probability(_OF_CLAUSE * of_clause + (1 - _OF_CLAUSE) * own)),
        )
        for (of_clause, hit), own, sentence in zip(hits, alone, evidence, strict=True)
    ]


def odds_of(candidate: Candidate) -> float:
    """The log-odds that the sentence answers."""
    score = candidate.evidence.score
    return math.log(score / (1 - score))


def _priors(query: Query, candidates: Sequence[Candidate], index: Index) -> dict[Passage, float]:
    """The passages to read, each with what it loses in log-odds: clauses, and front matter that a search of sentences finds."""
    filters = Filters(documents=tuple(d.id for d in query.documents))
    priors: dict[Passage, float] = {}
    for text in dict.fromkeys((query.standalone, query.read)):
        for n, hit in enumerate(index.clauses(text, filters, k=_HITS)):
            priors[hit.passage] = min(_PRIOR * n, priors.get(hit.passage, _PRIOR * _LAST))
    for candidate in candidates[:_OF_CANDIDATES]:
        passage = index.passage_at(candidate.evidence.document_id, candidate.evidence.start)
        priors.setdefault(passage, _PRIOR * _LAST)
    return {p: prior for p, prior in priors.items() if p.role is not Role.BACK}


def _sentences(passage: Passage, query: Query, index: Index) -> list[Hit]:
    hits = [Hit(passage, span, 0.0) for span in passage.sentences]
    said = index.document(passage.document_id).words
    spoken = [hit for hit in hits if any(map(str.isalnum, said(hit.span.start, hit.span.end)))]
    return [hit for hit in spoken if not says_nothing(hit, query, index)]
