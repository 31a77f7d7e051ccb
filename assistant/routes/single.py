"""One question to the route for its kind of answer."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.question.intent import Intent
from assistant.question.understand import Query
from assistant.routes.claim import Claim
from assistant.routes.content import content
from assistant.routes.duties import lead, led_by
from assistant.routes.fields import cells, fields
from assistant.routes.lists import items
from assistant.routes.step import Context, Missing, Route, Step

_ROUTES: dict[Intent, tuple[Route, ...]] = {
    Intent.FIELDS: (fields,),
    Intent.LED_BY: (led_by,),
    Intent.LEAD: (lead,),
    Intent.LIST: (items, cells, content),
}
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
