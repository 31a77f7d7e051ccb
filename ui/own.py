"""The reader's own files: put on his desk only, in memory, and taken away again."""

from __future__ import annotations

import threading
import unicodedata
from contextlib import closing
from datetime import date

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, PlainTextResponse, Response

from index.beside import plan_from
from index.errors import ZhengdaError
from index.readers import formats
from index.readers.files import read_bytes
from index.readers.reading import Limits, Refused
from index.readers.sandbox import Sandbox
from ui import render
from ui.answering import Answering
from ui.desk import Desk, Desks
from ui.say import CHINESE, say

# Not lists of addresses nor what LibreOffice opens: by these a stranger could have this machine fetch what he likes.
FORMATS = tuple(known for known in formats.FORMATS if known.name not in ("ZIP", "网址", "旧式 Word"))
SUFFIXES = tuple(ending for known in FORMATS for ending in known.endings)
MEGABYTES = 2
FILES = 5
SENTENCES = 2000  # a minute of embedding on two cores
LIMITS = Limits(size=MEGABYTES << 20, pages=100, scanned_pages=10, whole_seconds=120)
_LONGEST_NAME = 120


def routes(assistant: Answering, desks: Desks) -> APIRouter:
    """`/own/{token}`: GET shows the files, `PUT …?name=` adds the body as one, `DELETE …/{id}` removes one; bad input is told as text."""
    router = APIRouter()
    reading = threading.Lock()  # one file is embedded at a time, and a desk changes at one place

    def shown(desk: Desk) -> HTMLResponse:
        files = []
        targets, duties = desk.assistant.targets(), desk.assistant.duties()
        for plan in desk.files:
            counts = {
                "targets": sum(t.document_id == plan.document.id for t in targets),
                "duties": sum(d.document_id == plan.document.id for d in duties),
            }
            files.append((plan.document, plan.passages, counts, desk.warnings[plan.document.id]))
        limits = {"suffixes": SUFFIXES, "megabytes": MEGABYTES, "files": FILES}
        return HTMLResponse(render.own_files(files, limits, date.today(), desk.view))

    def told(status: int, message: str, desk: Desk | None, **values: object) -> Response:
        return PlainTextResponse(say(message, desk.language if desk else CHINESE, **values), status)

    @router.get("/own/{token}")
    def look(token: str) -> Response:
        desk = desks.find(token)
        return shown(desk) if desk else told(404, "页面已过期，请刷新。", desk)

    @router.put("/own/{token}")
    async def put(token: str, name: str, request: Request) -> Response:
        desk = desks.find(token)
        if desk is None:
            return told(404, "页面已过期，请刷新。", desk)
        if not assistant.ready:
            return told(503, "正在读取文件、加载模型，请稍候。", desk)
        body = bytearray()
        async for part in request.stream():
            body += part
            if len(body) > MEGABYTES << 20:
                return told(
                    413, "{name}：文件过大，上限 {mb} MB。请拆分后再放入。", desk, name=_plain(name), mb=MEGABYTES
                )
        return await run_in_threadpool(add, desk, _plain(name), bytes(body))

    def add(desk: Desk, name: str, data: bytes) -> Response:
        with reading:
            return added(desk, name, data)

    def added(desk: Desk, name: str, data: bytes) -> Response:
        if len(desk.files) >= FILES:
            return told(409, "最多放 {n} 份文件，请先移除一份。", desk, n=FILES)
        if not _taken(name, data):
            kinds = "、".join(SUFFIXES)
            return told(422, "{name}：页面上只收 {kinds} 文件。请转成其中一种再放入。", desk, name=name, kinds=kinds)
        try:
            with closing(Sandbox(LIMITS)) as sandbox:
                raw = read_bytes(name, data, sandbox)
        except ZhengdaError as error:
            return PlainTextResponse(str(error), 422)
        plan = plan_from(raw)
        sentences = sum(len(passage.sentences) for passage in plan.passages)
        if sentences > SENTENCES:
            return told(
                413,
                "{name}：太长（{n} 句，上限 {most} 句）。请拆分后再放入。",
                desk,
                name=name,
                n=sentences,
                most=SENTENCES,
            )
        if any(d.id == plan.document.id for d in desk.assistant.documents):
            return told(409, "{name}：这份文件已经收录。", desk, name=name)
        desk.assistant = desk.assistant.with_plans((plan,))
        desk.files = (*desk.files, plan)
        desk.warnings[plan.document.id] = raw.warnings
        return shown(desk)

    @router.delete("/own/{token}/{document_id}")
    def remove(token: str, document_id: str) -> Response:
        desk = desks.find(token)
        if desk is None:
            return told(404, "页面已过期，请刷新。", desk)
        with reading:
            desk.remove(document_id, assistant)
        return shown(desk)

    return router


def _taken(name: str, data: bytes) -> bool:
    try:
        return formats.format_of(name, data) in FORMATS
    except Refused:
        return False


def _plain(name: str) -> str:
    """The last part of a file name, short, without characters that no name needs."""
    bare = "".join(c for c in name if unicodedata.category(c)[0] != "C").replace("\\", "/").rpartition("/")[2]
    stem, dot, suffix = bare.rpartition(".")
    return f"{stem[:_LONGEST_NAME]}{dot}{suffix[:10]}" or "-"
