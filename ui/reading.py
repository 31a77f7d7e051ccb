"""Pages to read beside the conversation, or alone: a plan whole or at a glance, all targets, plans side by side."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import HTMLResponse, Response

from index.errors import ZhengdaError
from index.types import Document, Span
from ui import comparing, render, word
from ui.answering import Answering
from ui.asking import FAILED, Line
from ui.chart import Fact
from ui.desk import Desk, Desks
from ui.overview import Overview, overview
from ui.render import View
from ui.say import language, say
from ui.turn import Turn

_LONGEST_NAME = 60


def routes(assistant: Answering, desks: Desks, line: Line) -> APIRouter:
    """`/plan/…`, `/overview/…`, `/own/{token}/…`, `/targets`, `/compare`; 503 while the index is not open yet."""
    router = APIRouter(default_response_class=HTMLResponse)

    def opened(request: Request, desk: Desk | None) -> tuple[Answering, View]:
        asked, accepted = request.query_params.get("lang"), request.headers.get("accept-language")
        view = desk.view if desk else View(language(asked, accepted))
        if not assistant.ready:
            raise HTTPException(503, say("正在读取文件、加载模型，请稍候。", view.language))
        return (desk.assistant if desk else assistant), view

    def page(request: Request, desk: Desk | None, content: Callable[[Answering, View], str]) -> str:
        return content(*opened(request, desk))

    @router.get("/plan/{document_id}")
    def plan(request: Request, document_id: str, start: int | None = None, end: int | None = None) -> str:
        def content(answering: Answering, view: View) -> str:
            return _reader(answering, _found(answering, document_id), start, end, view)

        return page(request, None, content)

    @router.get("/own/{token}/{document_id}")
    def own(request: Request, token: str, document_id: str, start: int | None = None, end: int | None = None) -> str:
        desk = desks.find(token)
        document = desk.own(document_id) if desk else None
        return page(request, desk, lambda answering, view: _reader(answering, document, start, end, view))

    @router.get("/overview")
    def glances(request: Request, desk: str = "") -> str:
        def content(answering: Answering, view: View) -> str:
            return render.overviews(answering.documents, date.today(), view)

        return page(request, desks.find(desk), content)

    @router.get("/overview/{document_id}.docx")
    def glance_as_file(request: Request, document_id: str) -> Response:
        answering, view = opened(request, None)
        return _word(_overview(answering, _found(answering, document_id), view))

    @router.get("/overview/{document_id}")
    def glance(request: Request, document_id: str) -> str:
        answering, view = opened(request, None)
        return render.overview(_overview(answering, _found(answering, document_id), view), date.today(), view)

    @router.get("/own/{token}/{document_id}/overview.docx")
    def own_glance_as_file(request: Request, token: str, document_id: str) -> Response:
        desk = desks.find(token)
        answering, view = opened(request, desk)
        return _word(_overview(answering, desk.own(document_id) if desk else None, view))

    @router.get("/own/{token}/{document_id}/overview")
    def own_glance(request: Request, token: str, document_id: str) -> str:
        desk = desks.find(token)
        answering, view = opened(request, desk)
        shown = _overview(answering, desk.own(document_id) if desk else None, view)
        return render.overview(shown, date.today(), view)

    @router.get("/targets")
    def targets(request: Request, indicator: str | None = None, desk: str = "") -> str:
        def content(answering: Answering, view: View) -> str:
            return render.targets(_facts(answering), indicator, view)

        return page(request, desks.find(desk), content)

    @router.get("/compare")
    def compare(
        request: Request,
        plan: list[str] = Query([]),  # noqa: B008
        aspect: list[str] = Query([]),  # noqa: B008
        more: str = Query("", max_length=100),
        desk: str = "",
    ) -> str:
        def content(answering: Answering, view: View) -> str:
            chosen = [d for d in answering.documents if d.id in plan][: comparing.MOST_PLANS]
            added = [part.strip() for part in re.split("[、,，;；]", more) if part.strip()]
            aspects = list(dict.fromkeys([*aspect, *added]))[: comparing.MOST_ASPECTS]
            turn = _compared(answering, chosen, aspects, line, view) if "more" in request.query_params else None
            return render.comparing(
                answering.documents, [d.id for d in chosen], comparing.offered(answering), aspects, turn, view
            )

        return page(request, desks.find(desk), content)

    return router


def _found(answering: Answering, document_id: str) -> Document | None:
    return next((d for d in answering.documents if d.id == document_id), None)


def _overview(answering: Answering, document: Document | None, view: View) -> Overview:
    try:
        outline = answering.index.outline(document.id) if document else None
    except KeyError:  # replaced by a newer one meanwhile
        outline = None
    if document is None or outline is None:
        raise HTTPException(404, say("没有这份文件，或它已从页面移除。", view.language))
    return overview(document, answering.passages(document), outline, answering.duties(), date.today())


def _word(shown: Overview) -> Response:
    name = quote(f"概览_{shown.name[:_LONGEST_NAME]}.docx", safe="")
    headers = {"Content-Disposition": f"attachment; filename=\"overview.docx\"; filename*=UTF-8''{name}"}
    return Response(word.overview(shown, datetime.now(UTC).astimezone()), media_type=word.MEDIA_TYPE, headers=headers)


def _reader(answering: Answering, document: Document | None, start: int | None, end: int | None, view: View) -> str:
    if document is None:
        raise HTTPException(404, say("没有这份文件，或它已从页面移除。", view.language))
    marked = Span(start, end) if start is not None and end is not None else None
    return render.reader(document, answering.passages(document), date.today(), marked, view)


def _facts(answering: Answering) -> list[Fact]:
    documents = {d.id: d for d in answering.documents}
    facts = []
    for target in answering.targets():
        document = documents[target.document_id]
        facts.append(Fact(target, document, answering.passage_at(document, target.span.start).address))
    return facts


def _compared(answering: Answering, chosen: list[Document], aspects: list[str], line: Line, view: View) -> Turn:
    if len(chosen) < 2 or not aspects:
        return Turn(0, "", error=say("请选至少两份文件和至少一个方面。", view.language))
    try:
        with line.waited():
            return Turn(0, "", answer=comparing.compare(answering, chosen, aspects, date.today()))
    except ZhengdaError as error:
        return Turn(0, "", error=str(error))
    except Exception:
        logging.getLogger(__name__).exception("no comparison")
        return Turn(0, "", error=say(FAILED, view.language))
