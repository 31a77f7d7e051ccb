"""A query to the steps of its answer: a comparison, several questions, or one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from assistant.question.several import apart, parts, questions
from assistant.question.understand import Query
from assistant.routes.claim import Claim
from assistant.routes.compare import compare, comparison
from assistant.routes.several import several
from assistant.routes.single import EXACT, OUTLINED, absent_places, single
from assistant.routes.step import Context, Missing, Remark, Step
from assistant.routes.written import written
from assistant.types import Stage, titled

ELSEWHERE = "前面所说的{}没有说到，以下出自其他文件。"


def route(query: Query, context: Context) -> Iterator[Step]:
    """The steps of the route that fits the query; of all plans where the one of the turns before has no answer."""
    if not query.presumed:
        yield from _routed(query, context)
        return
    waiting: list[Step] = []
    claimed = False
    for step in _routed(query, context):
        waiting.append(step)
        claimed = claimed or isinstance(step, Claim)
        if claimed or isinstance(step, Stage):
            yield from waiting
            waiting.clear()
    if claimed or len(query.scope) == 1:
        yield from waiting
        return
    anywhere = list(_routed(replace(query, documents=query.scope, chosen=False, presumed=False), context))
    if any(isinstance(step, Claim) for step in anywhere):
        yield Remark(ELSEWHERE.format(titled(query.documents[0].title)))
        yield from anywhere
    else:
        yield from waiting


def _routed(query: Query, context: Context) -> Iterator[Step]:
    yield from (Remark(f"没有{place}自己的文件，以下照所在省的文件作答。") for place in query.within)
    if context.profile.writes and context.model:
        yield from _exact_or_written(query, context)
        return
    if query.absent:
        yield Missing(absent_places(query))
        if not query.chosen:
            return
    if query.intent in OUTLINED:
        yield from single(query, context)
        return
    asked = parts(query, context.index)
    compared = None if asked and apart(asked) else comparison(query, context.index)
    if compared:
        yield from compare(compared, query, context)
    elif asked:
        yield from several(query, asked, context)
    else:
        yield from single(query, context)


def _exact_or_written(query: Query, context: Context) -> Iterator[Step]:
    """What an exact route says of one question, else the strong model's answer."""
    exact = query.intent in EXACT and len(query.documents) == 1 and len(questions(query.standalone)) == 1
    steps = list(single(query, context)) if exact else []
    if any(isinstance(step, Claim) for step in steps):
        yield from steps
    else:
        yield from written(query, context)
