"""The page: a conversation, and beside it the clauses that its answers cite. Gradio on FastAPI, nothing from outside."""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import gradio as gr
from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.types import Event
from index.errors import ZhengdaError
from index.types import Document, Filters, Passage
from ui import render
from ui.render import Turn

ASSETS = Path(__file__).parent / "assets"
ANSWERS_AT_ONCE = 4
REMEMBERED_TURNS = 20
SESSION_SECONDS = 3600
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' data: blob:; font-src 'self' data:; "
    "style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; connect-src 'self'; form-action 'self'; "
    "frame-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'self'; worker-src 'self' blob:"
)


class Answering(Protocol):
    """What the page needs of an assistant. Closing the stream stops its work."""

    @property
    def documents(self) -> tuple[Document, ...]:
        """What the index holds; asked for only when ready."""

    @property
    def ready(self) -> bool:
        """Whether index and models are loaded."""

    def stream(
        self, question: str, history: Sequence[dict[str, str]] = (), filters: Filters | None = None
    ) -> Iterator[Event]:
        """Stages, checked sentences, and last the Answer; ZhengdaError with a message for the reader."""

    def passage_at(self, document: Document, offset: int) -> Passage:
        """The passage of `document` that holds the character at `offset`."""

    def examples(self) -> tuple[str, ...]:
        """Questions to begin with; asked for only when ready."""


def build(assistant: Answering) -> FastAPI:
    """The page at `/`, for any ASGI server."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(_SecurityHeaders)
    gr.mount_gradio_app(
        app,
        _page(assistant),
        path="/",
        theme=_theme(),
        css_paths=ASSETS / "page.css",
        head=f"<script>{(ASSETS / 'page.js').read_text(encoding='utf-8')}</script>",
        favicon_path=str(ASSETS / "favicon.svg"),
        footer_links=[],
        run_history=False,
        show_error=False,
        enable_monitoring=False,
        ssr_mode=False,
        app_kwargs={"openapi_url": None},
        mcp_server=False,
        max_file_size=1,  # the page takes no files, and Gradio's upload address cannot be switched off
    )
    return app


@dataclass(slots=True)
class Stop:
    """Asked for by the stop button, obeyed by the answer under way; one per open page."""

    asked: bool = False


def follow(assistant: Answering, turn: Turn, history: Sequence[dict[str, str]], stop: Stop) -> Iterator[Turn]:
    """`turn` as it grows with the assistant's stream, which a stop closes at its next event.

    Errors written for the reader become part of the turn; any other goes to the log, and the turn says only that.
    """

    def stream() -> Generator[Event, None, None]:
        yield from assistant.stream(turn.question, history)

    yield turn
    try:
        with closing(stream()) as events:
            for event in events:
                turn = replace(turn, stopped=True) if stop.asked else turn.after(event)
                yield turn
                if turn.over:
                    return
    except ZhengdaError as error:
        yield replace(turn, error=str(error))
    except Exception:
        logging.getLogger(__name__).exception("no answer")
        yield replace(turn, error="系统出错，这个问题没有答成。请再试一次；若仍不成，请查看服务端的日志。")


def history(turns: Sequence[Turn]) -> list[dict[str, str]]:
    """The answered turns as OpenAI-style messages."""
    answered = [(turn.question, turn.answer.text) for turn in turns if turn.answer]
    return [
        {"role": role, "content": content}
        for pair in answered
        for role, content in zip(("user", "assistant"), pair, strict=True)
    ]


def _page(assistant: Answering) -> gr.Blocks:
    def masthead() -> str:
        return render.masthead(assistant.documents if assistant.ready else None, date.today())

    def opening() -> dict[Any, Any]:
        if not assistant.ready:
            return {timer: gr.Timer(active=True)}
        examples = [{"text": example} for example in assistant.examples()]
        return {head: masthead(), chat: gr.Chatbot(examples=examples), timer: gr.Timer(active=False)}

    def show(turns: tuple[Turn, ...]) -> dict[Any, Any]:
        busy = bool(turns) and not turns[-1].over
        return {
            conversation: turns,
            chat: [message for turn in turns for message in _messages(turn)],
            sources: render.sources(turns, assistant.passage_at),
            ask: gr.Button(visible=not busy),
            halt: gr.Button("停止", interactive=True, visible=busy),
            clear: gr.Button(interactive=not busy),
        }

    def answer(question: str, turns: tuple[Turn, ...], stop: Stop) -> Iterator[dict[Any, Any]]:
        stop.asked = False
        turns = turns[-REMEMBERED_TURNS + 1 :]
        new = Turn(turns[-1].number + 1 if turns else 1, question)
        for turn in follow(assistant, new, history(turns), stop):
            yield show((*turns, turn)) | ({box: ""} if turn is new else {})

    def answer_example(turns: tuple[Turn, ...], stop: Stop, event: gr.SelectData) -> Iterator[dict[Any, Any]]:
        yield from answer(event.value["text"], turns, stop)

    def ask_to_stop(stop: Stop) -> gr.Button:
        stop.asked = True
        return gr.Button("正在停止", interactive=False)

    with gr.Blocks(title="政答 · 政策问答", analytics_enabled=False, fill_width=True) as page:
        conversation = gr.State((), time_to_live=SESSION_SECONDS)
        stopping = gr.State(Stop())
        with gr.Column(elem_id="page"):
            head = _html(masthead(), "head")
            with gr.Row(elem_id="desk"):
                chat = gr.Chatbot(
                    elem_id="chat",
                    label="问答",
                    show_label=False,
                    container=False,
                    buttons=[],
                    layout="bubble",
                    latex_delimiters=[],
                    allow_tags=False,
                    feedback_options=None,
                    group_consecutive_messages=False,
                    placeholder=(ASSETS / "welcome.html").read_text(encoding="utf-8"),
                )
                with gr.Row(elem_id="composer"):
                    box = gr.Textbox(
                        label="问题",
                        show_label=False,
                        container=False,
                        placeholder="请输入问题",
                        max_lines=6,
                        autofocus=True,
                        elem_id="question",
                    )
                    ask = gr.Button("提问", variant="primary", elem_id="ask")
                    halt = gr.Button("停止", variant="stop", visible=False, elem_id="stop")
                    clear = gr.Button("清空", elem_id="clear")
                sources = _html(render.sources((), assistant.passage_at), "sources")
            _html("<footer>答案由人工智能依据所列文件生成并逐句核对，请以原文为准。</footer>", "foot")
        timer = gr.Timer(2, active=False)

        shown = [conversation, chat, sources, ask, halt, clear]
        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        queue = {"concurrency_id": "answer", "concurrency_limit": ANSWERS_AT_ONCE}
        gr.on([box.submit, ask.click], answer, [box, conversation, stopping], [*shown, box], **private, **queue)
        chat.example_select(answer_example, [conversation, stopping], [*shown, box], **private, **queue)
        halt.click(ask_to_stop, stopping, halt, **private)
        clear.click(lambda: show(()), None, shown, **private)
        gr.on([page.load, timer.tick], opening, None, [head, chat, timer], **private)
    page.queue(api_open=False, max_size=64, default_concurrency_limit=ANSWERS_AT_ONCE)
    return page


def _html(value: str, elem_id: str) -> gr.Markdown:
    """A part of the page. Unlike gr.HTML, gr.Markdown sanitises, and needs no `unsafe-eval` in the security policy."""
    return gr.Markdown(value, elem_id=elem_id, latex_delimiters=[], container=False)


def _messages(turn: Turn) -> list[dict[str, str]]:
    return [
        {"role": "user", "content": render.question(turn)},
        {"role": "assistant", "content": render.answer(turn)},
    ]


def _theme() -> gr.themes.Base:
    """Colours are the variables of page.css; only the page's ground is named here, since it is painted before that."""
    sans = ["PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "system-ui", "sans-serif"]
    colours = {
        "body_text_color": "var(--ink)",
        "body_text_color_subdued": "var(--faint)",
        "background_fill_primary": "var(--sheet)",
        "background_fill_secondary": "var(--paper)",
        "block_background_fill": "transparent",
        "border_color_primary": "var(--rule)",
        "input_background_fill": "var(--sheet)",
        "input_border_color": "var(--edge)",
        "input_border_color_focus": "var(--link)",
        "input_placeholder_color": "var(--faint)",
        "button_primary_background_fill": "var(--seal)",
        "button_primary_background_fill_hover": "var(--seal-deep)",
        "button_primary_text_color": "var(--on-seal)",
        "button_secondary_background_fill": "transparent",
        "button_secondary_background_fill_hover": "var(--rule)",
        "button_secondary_text_color": "var(--ink)",
        "button_secondary_border_color": "var(--edge)",
        "button_cancel_background_fill": "transparent",
        "button_cancel_background_fill_hover": "var(--rule)",
        "button_cancel_text_color": "var(--alarm)",
        "button_cancel_border_color": "var(--alarm)",
        "link_text_color": "var(--link)",
    }
    both = {f"{name}{mode}": value for name, value in colours.items() for mode in ("", "_dark")}
    base = gr.themes.Base(font=sans, font_mono=["ui-monospace", "Consolas", "monospace"])
    return base.set(body_background_fill="#f5f3ee", body_background_fill_dark="#15181c", **both)


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
