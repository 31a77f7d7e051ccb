"""Answers as HTML. Pure: the templates of `assets/` escape every value, so no text of a document or model is markup."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from assistant.types import Answer, Checked, Citation, Event, Sentence, Stage
from index.types import Document, Kind, Passage, Status

CONTEXT = 160
SHOWN_QUESTION = 300
_TONES = {
    Status.IN_FORCE: "good",
    Status.STOPPED: "bad",
    Status.REPEALED: "bad",
    Status.LAPSED: "warn",
    Status.UNKNOWN: "plain",
}


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation and what has come of it so far; it ends with an answer, an error, or a stop."""

    number: int
    question: str
    stage: Stage | None = None
    checked: tuple[Checked, ...] = ()
    answer: Answer | None = None
    error: str | None = None
    stopped: bool = False

    def after(self, event: Event) -> Turn:
        """This turn with one more event of the assistant's stream taken in."""
        match event:
            case Stage():
                return replace(self, stage=event)
            case Checked():
                return replace(self, checked=(*self.checked, event))
            case Answer():
                return replace(self, answer=event)

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.stopped or self.error is not None or self.answer is not None

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """The answer's, or while it works those checked so far."""
        return self.answer.sentences if self.answer else tuple(one.sentence for one in self.checked)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The answer's, or while it works those of the sentences so far, by number."""
        if self.answer:
            return self.answer.citations
        found = {citation.number: citation for one in self.checked for citation in one.citations}
        return tuple(found[number] for number in sorted(found))


@dataclass(frozen=True, slots=True)
class Card:
    """One citation with the words of its clause around the quote."""

    citation: Citation
    headings: tuple[str, ...]
    before: str
    after: str


Locate = Callable[[Document, int], Passage]


def question(turn: Turn) -> str:
    """The reader's words, cut when they are very long."""
    return _render("question.html", turn=turn)


def answer(turn: Turn) -> str:
    """Stages while it works; then checked sentences with marks, notices, checks, what was left out, and the times."""
    return _render("answer.html", turn=turn, stages=tuple(Stage))


def sources(turns: Sequence[Turn], locate: Locate) -> str:
    """Cards of all turns that cite, newest turn first; `locate` gives the passage at an offset of a document."""
    cited = [(turn, [card(citation, locate) for citation in turn.citations]) for turn in reversed(turns)]
    return _render("sources.html", cited=[pair for pair in cited if pair[1]], latest=len(turns) and turns[-1].number)


def masthead(documents: Sequence[Document] | None, as_of: date) -> str:
    """Name of the product and the documents that it holds, with their status on `as_of`; None while they are read."""
    return _render("masthead.html", documents=documents, as_of=as_of)


def card(citation: Citation, locate: Locate) -> Card:
    """The quote's surroundings: the rest of its passage, at most `CONTEXT` characters on either side."""
    text, passage = citation.document.text, locate(citation.document, citation.start)
    start, end = min(passage.start, citation.start), max(passage.end, citation.end)
    first, last = max(start, citation.start - CONTEXT), min(end, citation.end + CONTEXT)
    before = "…" * (first > start) + text[first : citation.start].lstrip()
    after = text[citation.end : last].rstrip() + "…" * (last < end)
    return Card(citation, passage.headings, before, after)


def _render(template: str, **values: object) -> str:
    """One line of HTML: the page takes it as an HTML block of Markdown, which a blank line would end."""
    return " ".join(_templates().get_template(template).render(values).split())


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "assets"),
        autoescape=True,
        finalize=_visible,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "body": lambda text: _lines(text[: len(text) - len(_closing(text))]),
        "closing": _closing,
        "cut": lambda text: text if len(text) <= SHOWN_QUESTION else f"{text[:SHOWN_QUESTION]}…（共 {len(text)} 字）",
        "lines": _lines,
        "reason": _reason,
        "percent": lambda share: f"{share:.0%}",
        "tone": _TONES.__getitem__,
    }
    environment.globals |= {"Kind": Kind, "Status": Status}
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
