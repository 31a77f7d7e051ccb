"""When a question is left open: before it is drafted, and where nothing stands of the draft; and what a reader is told then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.evidence.find import Findings, nearest_clauses
from assistant.evidence.retrieve import Candidate
from assistant.evidence.why_not import unstated
from assistant.question.coverage import coverage, normalized
from assistant.question.understand import Query
from assistant.question.wanted import wants_place
from assistant.routes.step import Context, Missing, Nearest, Step
from assistant.types import Evidence, Signals, Source
from assistant.verify.answerable import undecided, weigh
from assistant.verify.check import Verdict
from index.chinese.quantity import unsupported
from index.search import Index

_MOST_NEAREST = 2


def weighed(found: Findings, sources: Sequence[Source], context: Context) -> Signals:
    """What speaks for and against the evidence answering the question.

    The chat model is asked where that may change the decision; of a question for a yes or no, or one without a topic of
    its own, only where the rules find no answer.
    """
    signals, least = _by_rules(found), context.settings.least_probability
    if context.model is None or not asks_model(found, sources, context):
        return signals
    return weigh(signals, context.model, found.query.standalone, sources, context.index.idf, least)


def asks_model(found: Findings, sources: Sequence[Source], context: Context) -> bool:
    """Whether `weighed` asks the chat model."""
    query = found.query
    settled = not found.ruled_out and (query.confirms or not query.terms)
    if context.model is None or settled or not sources or found.odds is not None:
        return False
    return undecided(_by_rules(found), context.settings.least_probability)


def _by_rules(found: Findings) -> Signals:
    return Signals(found.ruled_out, by_meaning=found.by_meaning, judged=found.odds)


def says_nothing(
    candidate: Candidate,
    dropped: Sequence[tuple[str, Verdict]],
    found: Findings,
    evidence: Sequence[Evidence],
    index: Index,
) -> bool:
    """Whether the candidate, quoted in place of a draft of which these sentences were dropped, would answer nothing."""
    return _only_near(candidate, dropped, found) or (
        _made_up(dropped, found.query, evidence) and _is_beside(candidate, found.query, index)
    )


def _only_near(candidate: Candidate, dropped: Sequence[tuple[str, Verdict]], found: Findings) -> bool:
    """Whether the candidate, which the question's own words did not find, is of something else.

    It lacks the kind asked for, or was found by its meaning and contradicts what the model made of it.
    """
    if found.reason is None or found.odds is not None:
        return False
    lacks = found.query.wanted is not None and not candidate.holds_kind
    return lacks or (found.by_meaning and any(verdict.contradicted for _, verdict in dropped))


def _made_up(dropped: Sequence[tuple[str, Verdict]], query: Query, evidence: Sequence[Evidence]) -> bool:
    """Whether a sentence has a figure that neither the question nor the evidence has."""
    held = [query.standalone, *(e.text for e in evidence)]
    return any(not verdict.checks.numbers and unsupported(sentence, held) for sentence, verdict in dropped)


def _is_beside(candidate: Candidate, query: Query, index: Index) -> bool:
    """Whether the candidate does not give what the model had to make a figure up for.

    That is where a place is asked for (在哪条街: 大道123号), or all that it has are of things that the question does not name.
    """
    if query.wanted is None or not query.wanted.figure:
        return wants_place(query.standalone)
    evidence = candidate.evidence
    here = (t for t in index.targets([evidence.document_id]) if t.span.start == evidence.start)
    figures = [t for t in here if query.wanted.found_in(t.text)]
    return bool(figures) and not any(coverage(query.terms, normalized(t.indicator), index.idf) for t in figures)


def left_open(found: Findings, evidence: Sequence[Evidence], index: Index) -> Iterator[Step]:
    """Why there is no answer, and where a reader may look himself."""
    yield Missing(found.reason or unstated(found.query))
    if found.query.terms:
        yield Nearest(_to_look_at(found, evidence, index))


def _to_look_at(found: Findings, evidence: Sequence[Evidence], index: Index) -> tuple[Evidence, ...]:
    """Where a reader who is refused may look himself: nearest by the question's words, then by its meaning, each place once."""
    by_words = [c.evidence for c in found.by_words] or evidence
    by_meaning = [c.evidence for c in nearest_clauses(found.query, index, _MOST_NEAREST)]
    places = {(e.document_id, e.start): e for e in (*by_words[:_MOST_NEAREST], *by_meaning)}
    return tuple(places.values())
