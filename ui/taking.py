"""Taking it along: answers as files, the conversation for the browser to keep, and what the reader thinks of an answer."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from assistant.types import Answer, Cell, Checks, Citation, Outcome, Sentence, Table, Timings
from index.types import Document
from ui import markdown, word
from ui.desk import Desk, Desks
from ui.say import CHINESE, say
from ui.turn import Turn

REASONS = ("数字不对", "引错条款", "没答到点子上", "该答没答", "看不懂", "其他")
MOST_BYTES = 2 << 20
_LONGEST_REASON = 500
_FORMATS = {
    "docx": (word.word, word.MEDIA_TYPE),
    "md": (markdown.markdown, "text/markdown; charset=utf-8"),
}


def routes(desks: Desks, feedback: Path) -> APIRouter:
    """`/take/{token}/{turn or all}.{docx or md}`, `/conversation/{token}` (GET, PUT), `POST /feedback/{token}/{turn}`."""
    router = APIRouter()
    lock = threading.Lock()

    def found(token: str) -> Desk:
        desk = desks.find(token)
        if desk is None:
            raise refusal(404, "页面已过期，请刷新。")
        return desk

    def refusal(status: int, message: str, desk: Desk | None = None) -> HTTPException:
        return HTTPException(status, say(message, desk.language if desk else CHINESE))

    @router.get("/take/{token}/{which}.{suffix}")
    def take(token: str, which: str, suffix: str) -> Response:
        desk = found(token)
        turns = [t for t in desk.turns if t.answer and which in ("all", str(t.number))]
        if not turns or suffix not in _FORMATS:
            raise refusal(404, "没有这条回答。", desk)
        write, kind = _FORMATS[suffix]
        now = datetime.now(UTC).astimezone()
        headers = {"Content-Disposition": f'attachment; filename="zhengda-{now:%Y%m%d-%H%M}-{which}.{suffix}"'}
        return Response(write(turns, now), media_type=kind, headers=headers)

    @router.get("/conversation/{token}")
    def conversation(token: str) -> list[dict[str, Any]]:
        return [kept(turn) for turn in found(token).turns if turn.answer]

    @router.put("/conversation/{token}")
    async def reopen(token: str, request: Request) -> dict[str, int]:
        desk = found(token)
        body = await request.body()
        try:
            if len(body) > MOST_BYTES:
                raise ValueError("too much")
            forms = json.loads(body)
            documents = desk.assistant.documents
            desk.turns = tuple(restored(n, form, documents, desk.language) for n, form in enumerate(forms, 1))
        except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            raise refusal(422, "这段历史读不出来。", desk) from error
        return {"turns": len(desk.turns)}

    @router.post("/feedback/{token}/{number}")
    async def like(token: str, number: int, request: Request) -> dict[str, bool]:
        desk = found(token)
        turn = desk.turn(number)
        said = await request.body()
        try:
            form = json.loads(said[:MOST_BYTES])
            liked, reason = bool(form["liked"]), str(form.get("reason", ""))[:_LONGEST_REASON]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise refusal(422, "这条意见读不出来。", desk) from error
        if turn is None or turn.answer is None:
            raise refusal(404, "没有这条回答。", desk)
        row = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "liked": liked, "reason": reason}
        line = json.dumps({**row, "answer": turn.answer.to_dict()}, ensure_ascii=False)
        with lock:
            feedback.parent.mkdir(parents=True, exist_ok=True)
            with feedback.open("a", encoding="utf-8") as file:
                file.write(line + "\n")
        return {"kept": True}

    return router


def kept(turn: Turn) -> dict[str, Any]:
    """What the browser keeps of an answered turn: its answer's JSON without what only developers look at."""
    if turn.answer is None:
        raise ValueError("the turn has no answer")
    form = turn.answer.to_dict()
    for name in ("evidence", "draft", "usage", "prompts"):
        del form[name]
    return form


def restored(number: int, form: dict[str, Any], documents: Sequence[Document], language: str = CHINESE) -> Turn:
    """The turn that `kept` made the form of, its quotes found again in `documents`.

    Where a quote does not stand in its document any more, or the document is gone, the answer is gone too: only the
    question is left, to be asked again. ValueError, KeyError or TypeError for what is no such form.
    """
    by_id = {d.id: d for d in documents}
    question = _text(form["question"])
    citations, nearest = (_found_again(form.get(name, []), by_id) for name in ("citations", "nearest"))
    if citations is None or nearest is None:
        return Turn(number, question, error=say("所引文件已更新或移除，请重新回答。", language))
    table = form["table"]
    answer = Answer(
        question,
        _text(form["resolved_question"]),
        Outcome(form["status"]),
        datetime.fromisoformat(form["as_of"]).date(),
        _text(form["reason"]) if form["reason"] is not None else None,
        tuple(
            Sentence(
                _text(s["text"]),
                tuple(map(int, s["citations"])),
                Checks(bool(s["checks"]["numbers"]), bool(s["checks"]["place"]), float(s["checks"]["content"])),
                opens=_text(s.get("opens", "")),
                quoted=bool(s.get("quoted", False)),
            )
            for s in form["sentences"]
        ),
        citations,
        nearest,
        Table(
            tuple(map(_text, table["columns"])),
            tuple(tuple(Cell(_text(c["text"]), tuple(map(int, c["citations"]))) for c in row) for row in table["rows"]),
        )
        if table
        else None,
        tuple(map(_text, form["notices"])),
        tuple(map(_text, form["problems"])),
        route=_text(form["route"]),
        timings=Timings(total=float(form["timings"]["total"])),
    )
    return Turn(number, question, answer=answer)


def _found_again(forms: Sequence[dict[str, Any]], by_id: Mapping[str, Document]) -> tuple[Citation, ...] | None:
    """The citations of these forms, None if the words of one do not stand in its document."""
    citations = []
    for c in forms:
        document, start, end = by_id.get(c["document"]["id"]), int(c["start"]), int(c["end"])
        if document is None or document.text[start:end] != c["quote"] or start >= end:
            return None
        validity = document.validity(datetime.now(UTC).date())
        citations.append(
            Citation(int(c["number"]), document, _text(c["address"]), start, end, validity.status, validity.basis)
        )
    return tuple(citations)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value
