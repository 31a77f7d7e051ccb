"""Answers, plans and tables as HTML. Pure: the templates of `assets/` escape every value, so no text of a document, model or reader is markup."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from assistant.types import Citation, Stage
from index.types import Document, Kind, Passage, Role, Span, Status
from ui import chart, plan
from ui.chart import Fact
from ui.overview import Overview
from ui.plan import Piece
from ui.say import CHINESE, ENGLISH, say
from ui.turn import Turn

ASSETS = Path(__file__).parent / "assets"
SHAPES = (
    ("更短", "把上面的回答缩短些"),
    ("更详细", "把上面的回答说得更详细"),
    ("列成表", "把上面的回答列成表"),
)
"""What the latest answer may be made into: the words of the button, and of the question that it asks."""
STYLES = ("page.css", "side.css", "overview.css")
CONTEXT = 160
SHOWN_QUESTION = 300
_TONES = {
    Status.IN_FORCE: "good",
    Status.STOPPED: "bad",
    Status.REPEALED: "bad",
    Status.LAPSED: "warn",
    Status.UNKNOWN: "plain",
}

Locate = Callable[[Document, int], Passage]
"""The passage at an offset of a document."""


@dataclass(frozen=True, slots=True)
class Card:
    """One citation with the words of its clause around the quote, which is in pieces where some of it is no prose."""

    citation: Citation
    headings: tuple[str, ...]
    before: str
    quote: tuple[Piece, ...]
    after: str


@dataclass(frozen=True, slots=True)
class View:
    """For whom it is rendered: the language, the token of the reader's desk, and which documents lie only on that."""

    language: str = CHINESE
    desk: str = ""
    own: frozenset[str] = frozenset()

    def link(self, document: Document, start: int | None = None, end: int | None = None) -> str:
        """Where the whole plan is read, with a stretch highlighted."""
        place = f"own/{self.desk}" if document.id in self.own else "plan"
        stretch = "" if start is None else f"?start={start}&end={end}"
        return f"/{place}/{quote(document.id)}{stretch}"

    def overview(self, document: Document) -> str:
        """Where it is read at a glance; with `.docx` behind it, as a Word file."""
        name = quote(document.id)
        return f"/own/{self.desk}/{name}/overview" if document.id in self.own else f"/overview/{name}"


def question(turn: Turn, view: View = View()) -> str:
    """The reader's words, cut when they are very long, and what they were restricted to."""
    return _render("question.html", view, turn=turn)


def answer(turn: Turn, view: View = View(), latest: bool = True) -> str:
    """Stages while it works, that of loading only while it lasts; then checked sentences with marks, notices, checks, what was left out, and what can be done with it."""
    stages = tuple(stage for stage in Stage if stage is not Stage.LOAD or turn.stage is Stage.LOAD)
    return _render("answer.html", view, turn=turn, stages=stages, shapes=SHAPES if latest else ())


def sources(turns: Sequence[Turn], locate: Locate, view: View = View()) -> str:
    """Cards of all turns that cite, newest turn first; `locate` gives the passage at an offset of a document."""
    cited = [(turn, [card(citation, locate) for citation in turn.citations]) for turn in reversed(turns)]
    latest = len(turns) and turns[-1].number
    return _render("sources.html", view, cited=[pair for pair in cited if pair[1]], latest=latest)


def masthead(documents: Sequence[Document] | None, as_of: date, view: View = View()) -> str:
    """Name of the product and the documents that it holds, with their status on `as_of`; None while they are read."""
    return _render("masthead.html", view, documents=documents, as_of=as_of)


def welcome(view: View) -> str:
    """What the empty conversation says."""
    return _render("welcome.html", view)


def notice(view: View, model: str) -> str:
    """That the answers are made by AI, and by which `model`: visible on the page at all times."""
    return _render("notice.html", view, model=model)


def reader(
    document: Document,
    passages: Sequence[Passage],
    as_of: date,
    marked: Span | None = None,
    view: View = View(),
) -> str:
    """The whole plan as a page of its own, `marked` highlighted under the id `quote`."""
    values = {
        "document": document,
        "validity": document.validity(as_of),
        "clauses": list(plan.clauses(document, passages, marked)),
        "contents": list(plan.contents(document, passages)),
    }
    return _page("plan.html", view, document.name, **values)


def overview(shown: Overview, as_of: date, view: View = View()) -> str:
    """A plan at a glance, each of its cells leading to the clause that says so."""
    return _page("overview.html", view, shown.name, page=shown, as_of=as_of)


def overviews(documents: Sequence[Document], as_of: date, view: View = View()) -> str:
    """The documents, each leading to its overview."""
    return _page("overviews.html", view, say("概览", view.language), documents=documents, as_of=as_of)


def targets(facts: Sequence[Fact], indicator: str | None, view: View = View()) -> str:
    """All targets as a table, and a chart of `indicator`, or of the one that most plans have."""
    choices = chart.comparable(facts)
    chosen = indicator if indicator in choices else next(iter(choices), None)
    drawn = chart.chart(chosen, choices[chosen]) if chosen else None
    return _page("targets.html", view, say("指标一览", view.language), facts=facts, choices=list(choices), chart=drawn)


def comparing(
    documents: Sequence[Document],
    chosen: Sequence[str],
    offered: Sequence[str],
    aspects: Sequence[str],
    turn: Turn | None,
    view: View = View(),
) -> str:
    """The form that asks which plans (ids `chosen`) and aspects to compare, and the table of the answer, if there is one."""
    values = {"documents": documents, "chosen": chosen, "offered": offered, "aspects": aspects, "turn": turn}
    return _page("compare.html", view, say("文件对比", view.language), **values)


def own_files(
    files: Sequence[tuple[Document, Sequence[Passage], Mapping[str, int], Sequence[str]]],
    limits: Mapping[str, object],
    as_of: date,
    view: View,
) -> str:
    """The reader's own files: what was understood of each, how it was read, and where another can be put; counts of facts by their names."""
    described = [(d, p, counts, warnings, list(plan.contents(d, p))) for d, p, counts, warnings in files]
    return _page("own.html", view, say("我的文件", view.language), files=described, as_of=as_of, limits=limits)


def card(citation: Citation, locate: Locate) -> Card:
    """The quote's surroundings: the rest of its passage, at most `CONTEXT` characters on either side."""
    text, passage = citation.document.text, locate(citation.document, citation.start)
    start, end = min(passage.start, citation.start), max(passage.end, citation.end)
    first, last = max(start, citation.start - CONTEXT), min(end, citation.end + CONTEXT)
    before = "…" * (first > start) + text[first : citation.start].lstrip()
    after = text[citation.end : last].rstrip() + "…" * (last < end)
    quote = tuple(plan.pieces(citation.document, citation.start, citation.end))
    return Card(citation, passage.headings, before, quote, after)


def _render(template: str, view: View, **values: object) -> str:
    """One line of HTML: the page takes it as an HTML block of Markdown, which a blank line would end."""
    return " ".join(_text(template, view, **values).split())


def _page(template: str, view: View, title: str, **values: object) -> str:
    style = "\n".join((ASSETS / name).read_text(encoding="utf-8") for name in STYLES)
    return _text(template, view, title=title, style=Markup(style), **values)


def _text(template: str, view: View, **values: object) -> str:
    return _templates().get_template(template).render(_=partial(_say, view.language), view=view, **values)


def _say(language: str, text: str, **values: object) -> str:
    return say(text, language, **values)


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(ASSETS),
        autoescape=True,
        finalize=_visible,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "body": lambda text: _lines(text[: len(text) - len(_closing(text))]),
        "closing": _closing,
        "cut": lambda text: text if len(text) <= SHOWN_QUESTION else f"{text[:SHOWN_QUESTION]}…（{len(text)}）",
        "lines": _lines,
        "reason": _reason,
        "say": say,
        "percent": lambda share: f"{share:.0%}",
        "tone": _TONES.__getitem__,
    }
    environment.globals |= {"Kind": Kind, "Status": Status, "Role": Role, "ENGLISH": ENGLISH, "drawing": chart}
    return environment


def _closing(text: str) -> str:
    """The last character where it is punctuation that ends a sentence: marks stand before it."""
    return text[-1:] if text.endswith(tuple("。！？；!?;")) else ""


def _reason(problem: str) -> str:
    """Why a sentence of the model was left out, without the words of it: nothing supports them, and they may be a poisoner's."""
    said = re.match("[^“：]*", problem)
    reason = said[0] if said else ""
    return reason + "……）" * (reason.count("（") > reason.count("）"))


def _lines(text: str) -> Markup:
    return Markup("<br>").join(escape(line) for line in str(_visible(text)).split("\n"))


def _visible(value: object) -> object:
    """Text without control and direction characters, which could make it read otherwise than it is written."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return "".join(c for c in value if c == "\n" or unicodedata.category(c) not in {"Cc", "Cf"})
