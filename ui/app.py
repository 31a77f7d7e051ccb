"""The page and what else the server answers, on FastAPI: nothing from outside, nothing public but three functions."""

from __future__ import annotations

import json
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import gradio as gr
from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui import mcp, own, reading, taking
from ui.answering import Answering
from ui.asking import Line
from ui.desk import Desks
from ui.page import page
from ui.render import ASSETS
from ui.say import english
from ui.theme import theme
from ui.tools import Tools

ANSWERS_AT_ONCE = 4
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' data: blob:; font-src 'self' data:; "
    "style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; connect-src 'self'; form-action 'self'; "
    "frame-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'self'; worker-src 'self' blob:"
)
_SCRIPTS = ("words.js", "reading.js", "tables.js", "asking.js", "own.js", "taking.js")


def build(assistant: Answering, feedback: Path) -> FastAPI:
    """The page at `/`, for any ASGI server; `feedback` is the file that readers' opinions are appended to."""
    desks, line = Desks(), Line(ANSWERS_AT_ONCE)
    tools = Tools(assistant, line)
    programs = mcp.sessions(tools, _version())
    app = FastAPI(
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        routes=mcp.routes(programs),
        lifespan=lambda _: programs.run(),
    )
    app.add_middleware(_SecurityHeaders)
    for router in (
        reading.routes(assistant, desks, line),
        own.routes(assistant, desks),
        taking.routes(desks, feedback),
    ):
        app.include_router(router)
    gr.mount_gradio_app(
        app,
        page(assistant, desks, line, tools),
        path="/",
        theme=theme(),
        css_paths=ASSETS / "page.css",
        head=f"<style>{_text('side.css')}{_text('overview.css')}</style><script>{_script()}</script>",
        favicon_path=str(ASSETS / "favicon.svg"),
        footer_links=[],
        run_history=False,
        show_error=False,
        enable_monitoring=False,
        ssr_mode=False,
        app_kwargs={"openapi_url": None},
        mcp_server=False,  # ui.mcp serves the tools
        max_file_size=1,  # files are put to ui.own, and Gradio's upload address cannot be switched off
    )
    return app


def _script() -> str:
    english_words = json.dumps(english(), ensure_ascii=False).replace("<", "\\u003c")
    reasons = json.dumps(taking.REASONS, ensure_ascii=False)
    scripts = "\n".join(map(_text, _SCRIPTS))
    return f"(() => {{ const english = {english_words}, reasons = {reasons};\n{scripts} }})();"


def _text(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")


def _version() -> str:
    try:
        return version("zhengda")
    except PackageNotFoundError:
        return "0"


class _SecurityHeaders:
    """Puts the content security policy on every response, without buffering streams."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "same-origin"
            await send(message)

        await self.app(scope, receive, send_with_headers)
