"""A query to the steps of its answer: a comparison, several questions, or one."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.question.several import apart, parts
from assistant.question.understand import Query
from assistant.routes.compare import compare, comparison
from assistant.routes.several import several
from assistant.routes.single import absent_places, single
from assistant.routes.step import Context, Missing, Step


def route(query: Query, context: Context) -> Iterator[Step]:
    """The steps of the route that fits the query."""
    if query.absent:
        yield Missing(absent_places(query))
        if not query.chosen:
            return
    questions = parts(query, context.index)
    compared = None if questions and apart(questions) else comparison(query, context.index)
    if compared:
        yield from compare(compared, query, context)
    elif questions:
        yield from several(query, questions, context)
    else:
        yield from single(query, context)
