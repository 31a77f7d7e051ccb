"""Clauses in the order in which the judge finds that they answer, of those that a search finds; each is read whole."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.evidence.retrieve import Candidate, as_candidate, as_evidence, as_source, says_nothing
from assistant.judge.judge import Judge
from assistant.question.understand import Query
from assistant.types import Evidence, Source
from index.search import Index
from index.types import Filters, Hit, Passage, Role

_HITS = 20
_OF_CANDIDATES = 6
_MOST_CLAUSES = 8
_PRIOR, _LAST = 0.1, 30  # chosen on the dev half of what people ask
"""What a clause loses in log-odds for every one that the search puts before it; one that it does not find is the last."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause with the log-odds that it answers as the judge has it, and its sentences as candidates, in their order.

    The score of a sentence is the probability that it answers, as it alone, the whole clause and the search tell it.
    """

    passage: Passage
    odds: float
    sentences: tuple[Candidate, ...]


def rank(query: Query, candidates: Sequence[Candidate], index: Index, judge: Judge) -> list[Clause]:
    """The clauses that answer `query` best, best first, of those of `candidates` and of what a search of clauses finds."""
    passages = _passages(query, candidates, index)
    odds = judge.answers(query.standalone, [_whole(p, index) for p in passages])
    prior = [-_PRIOR * (n if n < _HITS else _LAST) for n in range(len(passages))]
    known = sorted(zip(passages, odds, prior, strict=True), key=lambda clause: -clause[1] - clause[2])[:_MOST_CLAUSES]
    hits = [(p, o + before, hit) for p, o, before in known for hit in _sentences(p, query, index)]
    evidence = [as_evidence(index, index.document(p.document_id), hit.span) for p, _, hit in hits]
    alone = judge.answers(query.standalone, [as_source(index, e) for e in evidence])
    found: dict[str, list[Candidate]] = {p.id: [] for p, *_ in known}
    for (passage, whole, hit), own, sentence in zip(hits, alone, evidence, strict=True):
        score = 1 / (1 + math.exp(-(whole + own) / 2))
        candidate = replace(as_candidate(hit, query, index), evidence=replace(sentence, score=score))
        found[passage.id].append(candidate)
    return [Clause(p, o, tuple(found[p.id])) for p, o, _ in known if found[p.id]]


def _passages(query: Query, candidates: Sequence[Candidate], index: Index) -> list[Passage]:
    filters = Filters(documents=tuple(d.id for d in query.documents))
    hits = [hit.passage for hit in index.clauses(query.standalone, filters, k=_HITS)]
    hits += [index.passage_at(c.evidence.document_id, c.evidence.start) for c in candidates[:_OF_CANDIDATES]]
    found = {p.id: p for p in hits}.values()
    return [p for p in found if p.role is Role.CLAUSE] or [p for p in found if p.role is not Role.BACK]


def _whole(passage: Passage, index: Index) -> Source:
    document = index.document(passage.document_id)
    text = document.words(passage.start, passage.end)
    evidence = Evidence(document.id, document.source, passage.address, passage.start, passage.end, text, 1.0)
    return as_source(index, evidence)


def _sentences(passage: Passage, query: Query, index: Index) -> list[Hit]:
    hits = [Hit(passage, span, 0.0) for span in passage.sentences]
    said = index.document(passage.document_id).words
    spoken = [hit for hit in hits if any(map(str.isalnum, said(hit.span.start, hit.span.end)))]
    return [hit for hit in spoken if not says_nothing(hit, query, index)]
