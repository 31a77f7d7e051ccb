"""One question to the route for its kind of answer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from assistant.question.intent import Intent
from assistant.question.understand import Query
from assistant.routes.claim import Claim
from assistant.routes.content import content
from assistant.routes.duties import lead, led_by
from assistant.routes.fields import cells, fields
from assistant.routes.for_whom import for_whom
from assistant.routes.line import Shape
from assistant.routes.listing import dates, figures
from assistant.routes.lists import items
from assistant.routes.overview import overview
from assistant.routes.step import Context, Missing, Route, Step
from index.chinese.quantity import quantities
from index.search import Index
from index.types import Filters

_HITS, _MOST_OF = 8, 0.6
_SENTENCES = re.compile(r"([一二两三四五六七八九十]|\d{1,2})句")
OUTLINED = (Intent.OVERVIEW, Intent.FIGURES, Intent.DATES, Intent.FOR_WHOM)
"""The intents that are answered from the whole of a plan."""


def _shaped(route: Callable[[Query, Context, Shape], Iterator[Step]], query: Query, context: Context) -> Iterator[Step]:
    """The steps of a route that takes the form that is wanted: 三句话, 简短, 列表."""
    query = _of_nearest(query, context.index)
    counted = _SENTENCES.search(query.question)
    number = next((int(q.value) for q in quantities(f"{counted[1]}个") if q.value), None) if counted else None
    return route(query, context, Shape(number, query.shape == "short", query.shape == "table"))


def _of_nearest(query: Query, index: Index) -> Query:
    """The query of the one plan that most of what a search finds is of, where it names none; else itself."""
    if query.chosen or len(query.documents) == 1:
        return query
    hits = index.clauses(query.standalone, Filters(documents=tuple(d.id for d in query.documents)), k=_HITS)
    found = Counter(hit.passage.document_id for hit in hits).most_common(1)
    if not found or found[0][1] < _MOST_OF * len(hits):
        return query
    return replace(query, documents=(index.document(found[0][0]),), chosen=True)


_ROUTES: dict[Intent, tuple[Route, ...]] = {
    Intent.FIELDS: (fields,),
    Intent.LED_BY: (led_by,),
    Intent.LEAD: (lead,),
    Intent.LIST: (items, cells, content),
    Intent.OVERVIEW: (partial(_shaped, overview),),
    Intent.FIGURES: (partial(_shaped, figures),),
    Intent.DATES: (partial(_shaped, dates),),
    Intent.FOR_WHOM: (partial(_shaped, for_whom), content),
}
EXACT = (Intent.FIELDS, Intent.LEAD, Intent.LED_BY)
"""The intents whose routes look an answer up, whatever the model."""
_OTHERS: tuple[Route, ...] = (cells, content)


def single(query: Query, context: Context) -> Iterator[Step]:
    """The steps of the first route of the query's intent that has a claim, or of the last."""
    if query.absent:
        yield Missing(absent_places(query))
        if not query.chosen:
            return
    for route in _ROUTES.get(query.intent, _OTHERS):
        claimed = False
        for step in route(query, context):
            claimed = claimed or isinstance(step, Claim)
            yield step
        if claimed:
            return


def absent_places(query: Query) -> str:
    """That no plan is of the places that the query names."""
    return f"已收录的文件里没有{'、'.join(query.absent)}的计划。"
