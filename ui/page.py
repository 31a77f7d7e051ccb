"""The conversation, in Gradio: what is laid out, and what happens when something is pressed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import gradio as gr

from ui import asking, render
from ui.answering import Answering
from ui.asking import Line
from ui.desk import Desk, Desks
from ui.model import model as model_words
from ui.render import View
from ui.say import CHINESE, language, say
from ui.tools import Tools
from ui.turn import Turn, history

REMEMBERED_TURNS = 20
SESSION_SECONDS = 3600
_MOST_AT_GRADIO = 40


def page(assistant: Answering, desks: Desks, line: Line, tools: Tools) -> gr.Blocks:
    """The Blocks; a desk is made when a browser opens them."""

    def opening(desk: Desk | None, request: gr.Request) -> dict[Any, Any]:
        if desk is None:
            asked = request.query_params.get("lang")
            desk = desks.add(Desk(assistant, language(asked, request.headers.get("accept-language"))))
        return frame(desk) | settle(desk) | model(desk)

    def library(desk: Desk) -> dict[Any, Any]:
        if not assistant.ready:
            return {head: render.masthead(None, date.today(), desk.view), timer: gr.Timer(active=True)}
        documents = desk.assistant.documents
        regions, years, kinds, statuses, titles = asking.choices(documents, date.today())
        said = [[(say(value.value, desk.language), value.value) for value in values] for values in (kinds, statuses)]
        names = ("地区", "成文年份", "类型", "有效性", "文件")
        lists = zip(narrowing, names, (regions, years, *said, titles), strict=True)
        return {
            head: render.masthead(documents, date.today(), desk.view),
            timer: gr.Timer(active=False),
            **{box: gr.Dropdown(choices=values, label=say(name, desk.language)) for box, name, values in lists},
        }

    def model(desk: Desk | None) -> dict[Any, Any]:
        """The line on a model that is being loaded, and whether to look again."""
        shown = assistant.ready and assistant.loading  # until then the masthead says what is being loaded
        return {
            note: gr.Markdown(
                say("对话模型正在载入；文号、牵头单位、清单、指标现在就能问。", desk.language if desk else CHINESE),
                visible=shown,
            ),
            look: gr.Timer(active=not assistant.ready or assistant.loading),
        }

    def frame(desk: Desk) -> dict[Any, Any]:
        return {
            foot: render.notice(desk.view, model_words(assistant.settings, desk.language)),
            box: gr.Textbox(label=say("问题", desk.language), placeholder=say("请输入问题", desk.language)),
            filters: gr.Accordion(label=say("筛选", desk.language)),
        }

    def show(desk: Desk) -> dict[Any, Any]:
        busy = bool(desk.turns) and not desk.turns[-1].over
        return {
            state: desk,
            chat: talk(desk),
            sources: render.sources(desk.turns, desk.passage_at, desk.view),
            ask: gr.Button(say("提问", desk.language), visible=not busy),
            halt: gr.Button(say("停止", desk.language), interactive=True, visible=busy),
            clear: gr.Button(say("清空", desk.language), interactive=not busy),
        }

    def talk(desk: Desk) -> Any:
        if desk.turns:
            last = desk.turns[-1]
            return [message for turn in desk.turns for message in _messages(turn, desk.view, turn is last)]
        examples = assistant.examples() if assistant.ready else ()
        return gr.Chatbot([], placeholder=render.welcome(desk.view), examples=[{"text": e} for e in examples])

    def present(desk: Desk | None) -> Desk:
        """The desk, or a new one where the page was left alone for so long that it was cleared away."""
        return desk or desks.add(Desk(assistant))

    def settle(desk: Desk | None) -> dict[Any, Any]:
        desk = present(desk)
        return show(desk) | library(desk)

    def answer(question: str, replaces: str, desk: Desk | None, *narrowed: Any) -> Iterator[dict[Any, Any]]:
        desk = present(desk)
        kept = tuple(t for t in desk.turns if not replaces.isdecimal() or t.number < int(replaces))
        kept = kept[-REMEMBERED_TURNS + 1 :]
        chosen = asking.filters(*narrowed)
        scope = asking.scope(chosen, desk.assistant.documents, desk.language) if chosen else ()
        new = Turn(kept[-1].number + 1 if kept else 1, question, scope)
        desk.stop, desk.turns = False, (*kept, new)
        yield show(desk) | {box: "", replaced: ""}
        steps = asking.follow(desk.assistant, new, history(kept), chosen, line, lambda: desk.stop, desk.language)
        for turn in steps:
            desk.turns = (*kept, turn)
            yield show(desk)

    def answer_example(desk: Desk | None, event: gr.SelectData, *narrowed: Any) -> Iterator[dict[Any, Any]]:
        yield from answer(event.value["text"], "", desk, *narrowed)

    def answer_link(desk: Desk, request: gr.Request) -> Iterator[dict[Any, Any]]:
        asked = (request.query_params.get("q") or "").strip()
        yield {state: desk}  # a stream of nothing would empty all that it may fill
        if asked and not desk.turns:
            yield from answer(asked, "", desk, *[[] for _ in narrowing])

    def suggest(desk: Desk | None) -> dict[Any, Any]:
        desk = present(desk)
        turn = desk.turns[-1] if desk.turns else None
        found = asking.suggested(desk.assistant, turn) if turn else ()
        if turn and found and desk.turns and desk.turns[-1] is turn:  # nothing else was asked meanwhile
            desk.turns = (*desk.turns[:-1], replace(turn, suggestions=found))
            return show(desk)
        return {state: desk}

    def ask_to_stop(desk: Desk | None) -> gr.Button:
        desk = present(desk)
        desk.stop = True
        return gr.Button(say("正在停止", desk.language), interactive=False)

    def begin_anew(desk: Desk | None) -> dict[Any, Any]:
        desk = present(desk)
        desk.turns = ()
        return show(desk)

    with gr.Blocks(title="政答 · 政策问答", analytics_enabled=False, fill_width=True) as blocks:
        nobody = View()
        state = gr.State(None, time_to_live=SESSION_SECONDS)
        with gr.Column(elem_id="page"):
            head = _html(render.masthead(None, date.today(), nobody), "head")
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
                    placeholder=render.welcome(nobody),
                )
                with gr.Column(elem_id="composer"):
                    note = gr.Markdown("", elem_id="model", visible=False, container=False)
                    with gr.Row(elem_id="line"):
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
                    with gr.Accordion("筛选", open=False, elem_id="filters") as filters, gr.Row():
                        narrowing = [
                            gr.Dropdown([], value=[], multiselect=True, label=name, min_width=130, elem_id=f"by-{key}")
                            for key, name in (
                                ("region", "地区"),
                                ("year", "成文年份"),
                                ("kind", "类型"),
                                ("status", "有效性"),
                                ("plan", "文件"),
                            )
                        ]
                sources = _html(render.sources((), assistant.passage_at, nobody), "sources")
            foot = _html(render.notice(nobody, model_words(assistant.settings)), "foot")
            replaced = gr.Textbox(visible="hidden", elem_id="replaces")
            again = gr.Button("", visible="hidden", elem_id="look-again")
        timer, look = gr.Timer(2, active=False), gr.Timer(2, active=False)

        shown = [state, chat, sources, ask, halt, clear]
        libraries = [head, timer, *narrowing]
        private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        queue = {"concurrency_id": "answer", "concurrency_limit": _MOST_AT_GRADIO}
        asked = [*shown, box, replaced]
        typed = gr.on([box.submit, ask.click], answer, [box, replaced, state, *narrowing], asked, **private, **queue)
        picked = chat.example_select(answer_example, [state, *narrowing], asked, **private, **queue)
        halt.click(ask_to_stop, state, halt, **private)
        clear.click(begin_anew, state, shown, **private)
        again.click(settle, state, [*shown, *libraries], **private)
        opened = blocks.load(opening, state, [*shown, *libraries, foot, box, filters, note, look], **private)
        linked = opened.then(answer_link, state, asked, **private, **queue)
        for answering in (typed, picked, linked):  # apart from it, so that the next question need not wait for them
            answering.then(suggest, state, shown, **private)
        timer.tick(settle, state, [*shown, *libraries], **private)
        look.tick(model, state, [note, look], **private)
        for function in (tools.ask, tools.search, tools.get_clause):
            gr.api(function, api_name=function.__name__, **queue)
    blocks.queue(api_open=False, max_size=64, default_concurrency_limit=_MOST_AT_GRADIO)
    return blocks


def _html(value: str, elem_id: str) -> gr.Markdown:
    """A part of the page. Unlike gr.HTML, gr.Markdown sanitises, and needs no `unsafe-eval` in the security policy."""
    return gr.Markdown(value, elem_id=elem_id, latex_delimiters=[], container=False)


def _messages(turn: Turn, view: View, latest: bool) -> list[dict[str, str]]:
    return [
        {"role": "user", "content": render.question(turn, view)},
        {"role": "assistant", "content": render.answer(turn, view, latest)},
    ]
