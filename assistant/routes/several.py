"""Several questions in one turn: each is answered, or the answer says what is not.

They are asked together first, which mostly answers all. What that leaves open is asked alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from assistant.question.coverage import coverage, normalized
from assistant.question.intent import OPEN, Intent
from assistant.question.several import Part, apart
from assistant.question.understand import Query
from assistant.question.wanted import unmarked
from assistant.routes.claim import Claim
from assistant.routes.lists import ANNOUNCED
from assistant.routes.quote import WRITTEN
from assistant.routes.single import EXACT, single
from assistant.routes.step import Context, Judged, Missing, Nearest, Step
from index.search import Index

_ROLE = re.compile(r"牵头|负责|配合|责任单位")
_LEAST_SAID = 0.5


def several(query: Query, parts: Sequence[Part], context: Context) -> Iterator[Step]:
    """The steps for `query`, and for those of its `parts` that they leave open; what was said is not repeated."""
    index = context.index
    said: list[Claim] = []
    missing: list[Missing] = []
    for step in single(query, context) if not apart(parts) else ():
        if isinstance(step, Missing):
            missing.append(step)
            continue
        if isinstance(step, Claim):
            said.append(step)
        yield step
    refused, passed_over, left_open = not said, False, []
    for part in parts:
        if _said_by(part, said, query.intent, index, parts):
            continue
        if refused and not (_is_definite(part) or part.query.terms):
            passed_over = True  # it says nothing to go by
            continue
        before, gaps = len(said), []
        for step in _alone(part, said, context):
            if isinstance(step, Missing):
                gaps.append(step)
                continue
            if isinstance(step, Claim):
                said.append(step)
            if not isinstance(step, Nearest | Judged):
                yield step
        if len(said) > before:
            left_open += gaps
        elif not _is_touched_by(part, said, index):
            left_open += [Missing(f"“{unmarked(part.query.question)}”：{gap.text}") for gap in gaps]
    if not (refused and said and not passed_over):
        yield from missing  # else why the whole was refused; what of it was, is told part by part
    if said:
        yield from left_open


def _alone(part: Part, said: Sequence[Claim], context: Context) -> Iterator[Step]:
    """The steps for one part, of its claims those that are about its point and not in `said`."""
    known = {claim.text for claim in said}
    of_something_else = told = False
    for step in single(part.query, context):
        if isinstance(step, Claim):
            if _is_missed_by(part, step, context.index):
                of_something_else = True
                continue
            if step.text.removeprefix(WRITTEN) in known:
                continue
            told = True
        yield step
    if of_something_else and not told:
        yield Missing(f"没有找到关于“{'、'.join(term.word for term in part.point)}”的内容。")


def _is_definite(part: Part) -> bool:
    """Whether it asks for something that is there or not: a unit, a field, a figure, a date."""
    return part.query.intent in EXACT or part.query.wanted is not None


def _said_by(part: Part, claims: Iterable[Claim], intent: Intent, index: Index, parts: Sequence[Part]) -> bool:
    """Whether one of `claims`, the answer to all `parts` together by the route of `intent`, answers the part."""
    query = part.query
    if query.intent is Intent.FIELDS:
        return intent is Intent.FIELDS  # which tells all the fields that are asked for
    if not _has_point(part) and query.intent is not Intent.LIST and not _is_definite(part):
        return any(claims)
    if intent in EXACT and query.intent not in EXACT:
        answers = [claim for claim in claims if _is_kind(part, claim) and not OPEN.search(query.standalone)]
        return any(_share(part, claim.text, index) >= _LEAST_SAID for claim in answers)
    of_each = sum(other.query.intent is query.intent and _has_point(other) for other in parts) > 1
    return any(_is_kind(part, claim) and _covered(part, claim, index, not of_each) >= _LEAST_SAID for claim in claims)


def _is_touched_by(part: Part, claims: Iterable[Claim], index: Index) -> bool:
    """Whether one of `claims` is the kind of answer that the part asks for and has any of its words."""
    return _is_definite(part) and any(_is_kind(part, claim) and _covered(part, claim, index) > 0 for claim in claims)


def _is_missed_by(part: Part, claim: Claim, index: Index) -> bool:
    """Whether `claim` gives a figure of something else: it has none of the words that are asked about."""
    figure = part.query.wanted is not None and part.query.intent not in EXACT
    return figure and not _covered(part, claim, index)


def _has_point(part: Part) -> bool:
    return any(term.weight >= 1 for term in part.point)


def _is_kind(part: Part, claim: Claim) -> bool:
    query = part.query
    if query.intent in EXACT:
        return bool(_ROLE.search(claim.text))
    if query.intent is Intent.LIST and not _has_point(part):
        return ANNOUNCED in claim.text
    return query.wanted is None or query.wanted.found_in(claim.text)


def _covered(part: Part, claim: Claim, index: Index, whole: bool = True) -> float:
    """How much of the point the claim holds, with the headings of what it cites.

    Who leads is told of a `whole` clause; not where that is asked of several things, which one clause may mention.
    """
    held = [claim.text]
    for evidence in claim.support:
        document = index.document(evidence.document_id)
        passage = index.passage_at(document.id, evidence.start)
        held += passage.headings
        if whole and part.query.intent in EXACT:
            held.append(document.words(passage.start, passage.end))
    return _share(part, "\n".join(held), index)


def _share(part: Part, text: str, index: Index) -> float:
    return coverage(part.point, normalized(text), index.idf) if _has_point(part) else 1.0
