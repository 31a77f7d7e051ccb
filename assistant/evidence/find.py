"""What there is for a question: by its own words, by words near to them where the dense leg agrees, or by its meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from types import MappingProxyType

from assistant.evidence.expansion import QUOTED, may_mean_others, read_as, with_near
from assistant.evidence.rank import rank
from assistant.evidence.retrieve import Candidate, nearest, retrieve
from assistant.evidence.why_not import about, why_not
from assistant.judge.judge import Judge
from assistant.question.coverage import normalized
from assistant.question.understand import Query
from assistant.types import Evidence
from index.chinese.quantity import quantities
from index.search import Index

# What the fit of `eval answerable` is given for an answer by near words; without a model it means yes, but not surely.
_ONLY_NEAR = 0.25
_NEAREST_CLAUSES = 3
_BEST_OF_MANY = 1.9
"""What the log-odds of the best of some fifteen clauses lose for having been chosen: from our own questions and dev."""
_LOOKED_AT = 10
_FLAT = 0.002  # in cosine, as CLEARLY
_LONG = 3  # characters: the name of one thing
CLEARLY = 0.01
"""A difference of cosines that tells: E5 sets sentences apart by little."""


@dataclass(frozen=True, slots=True)
class Findings:
    """The query as it was looked for, its candidates, best first, and the one to answer from, if there is any.

    `reason` is why the question's own words are not answered, None if they are; `ruled_out` as in `Signals`; `read_as` has
    the words of the plans that words of the question were read as; `by_words` the candidates by the question's own words,
    where `candidates` are others.
    """

    query: Query
    candidates: list[Candidate]
    best: Candidate | None
    reason: str | None
    ruled_out: float
    read_as: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    by_words: Sequence[Candidate] = ()
    odds: float | None = None
    """Log-odds that the best clause answers, where a judge was asked."""
    by_meaning: bool = False
    """Whether the candidates are what is nearest to the question as a whole: only the chat model can tell whether it answers."""


def find(query: Query, index: Index, judge: Judge | None = None) -> Findings:
    """By the words of the question; where those do not answer, what the judge finds to answer, unless it is literal.

    Without a judge, by words near to those of the question, or by its meaning as a whole.
    """
    candidates = retrieve(query, index, query.documents)
    reason = why_not(query, candidates, index)
    found = Findings(query, candidates, _best(query, candidates), reason, float(reason is not None))
    if judge is not None and reason is not None:
        return _judged(found, index, judge)
    if reason is None or query.literal:
        return found
    wider = with_near(query, candidates, index)
    if wider != query:
        candidates = retrieve(wider, index, query.documents)
        best = _best(wider, candidates)
        if best and not why_not(wider, candidates, index) and is_nearest(best.evidence, query, index):
            return Findings(wider, candidates, best, reason, _ONLY_NEAR, read_as(wider, best, index))
    return _by_meaning(found, index)


def _judged(found: Findings, index: Index, judge: Judge) -> Findings:
    """The findings in the order of the judge, with its log-odds that the best clause answers."""
    ranking = rank(found.query, found.candidates, index, judge)
    if ranking is None or not ranking.candidates:
        return found
    wanted = found.query.wanted
    first = next((c for c in ranking.candidates if wanted and wanted.found_in(c.evidence.text)), ranking.candidates[0])
    odds = ranking.odds - _BEST_OF_MANY
    return replace(found, candidates=ranking.candidates, best=first, by_words=found.candidates, odds=odds)


def _best(query: Query, candidates: Sequence[Candidate]) -> Candidate | None:
    """The first that is about the question and has the kind of answer that it asks for, else the first that is, or any."""
    found = about(query, candidates) or list(candidates)
    return next((c for c in found if query.wanted and c.holds_kind), next(iter(found), None))


def _by_meaning(found: Findings, index: Index) -> Findings:
    """What there is by the meaning of the whole question, of the kind that it asks for; `found` if there is nothing."""
    query = found.query
    figures = [q for q in quantities(query.standalone) if not q.indefinite and not q.article]
    states = query.confirms and (figures or QUOTED.search(query.standalone))
    if states or not may_mean_others(query) or _is_said_elsewhere(query, index):
        return found  # what is to be confirmed, and what the library has a word for, is meant as it stands
    close = [c for c in nearest(query, index) if query.wanted is None or c.holds_kind]
    if not close or _is_flat(close) or not (query.chosen or _stands_out(close)):
        return found
    return replace(found, candidates=close, best=close[0], by_words=found.candidates, by_meaning=True)


def _is_said_elsewhere(query: Query, index: Index) -> bool:
    """Whether a long word of the question is one of other plans than those that are asked about (智慧人社通)."""
    if not query.chosen:
        return False
    texts = [normalized(document.text) for document in query.documents]
    known = [t.word for t in query.terms if len(t.word) >= _LONG and index.idf(t.word) < 1]
    return any(not any(normalized(word) in text for text in texts) for word in known)


def _is_flat(close: Sequence[Candidate]) -> bool:
    """Whether the nearest is hardly nearer than those after it: then no meaning was found."""
    first, *others = (c.evidence.score for c in close[:_LOOKED_AT])
    return bool(others) and first - sum(others) / len(others) < _FLAT


def _stands_out(close: Sequence[Candidate]) -> bool:
    """Whether the nearest is of a plan that is clearly nearer than all others."""
    first, *others = (c.evidence for c in close)
    second = next((e for e in others if e.document_id != first.document_id), None)
    return second is None or first.score - second.score >= CLEARLY


def nearest_clauses(query: Query, index: Index, k: int) -> list[Candidate]:
    """Up to `k` clauses that are nearest in meaning to the question as a whole, each by its nearest sentence."""
    clauses: dict[tuple[str, str], Candidate] = {}
    for candidate in nearest(query, index):
        clauses.setdefault(_clause(candidate.evidence, index), candidate)
    return list(islice(clauses.values(), k))


def is_nearest(evidence: Evidence, query: Query, index: Index) -> bool:
    """Whether it is of one of the clauses that are nearest to the question."""
    close = nearest_clauses(query, index, _NEAREST_CLAUSES)
    return _clause(evidence, index) in {_clause(c.evidence, index) for c in close}


def _clause(evidence: Evidence, index: Index) -> tuple[str, str]:
    return index.passage_at(evidence.document_id, evidence.start).clause
