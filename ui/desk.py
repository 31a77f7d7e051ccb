"""What one open page holds: its conversation, its reader's own files, its language."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

from index.types import Document, Passage, Plan
from ui.answering import Answering
from ui.render import View
from ui.say import CHINESE, say
from ui.turn import Turn


@dataclass(slots=True, weakref_slot=True, eq=False)
class Desk:
    """One reader's; nobody else can reach it without its token, which is not to be guessed.

    `assistant` knows the loaded plans and the reader's own `files`; `stop` is asked for by the stop button and obeyed by
    the answer under way; `warnings` say of each file, by its id, what he should know of how it was read.
    """

    assistant: Answering
    language: str = CHINESE
    turns: tuple[Turn, ...] = ()
    files: tuple[Plan, ...] = ()
    warnings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    stop: bool = False
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    @property
    def view(self) -> View:
        """How its pages are rendered."""
        return View(self.language, self.token, frozenset(plan.document.id for plan in self.files))

    def own(self, document_id: str) -> Document | None:
        """The reader's own file of that id."""
        return next((plan.document for plan in self.files if plan.document.id == document_id), None)

    def passage_at(self, document: Document, offset: int) -> Passage:
        """The passage at an offset; all of the document if that was removed from the desk meanwhile."""
        try:
            return self.assistant.passage_at(document, offset)
        except KeyError:
            return Passage(document.id, "", (), 0, len(document.text), ())

    def remove(self, document_id: str, without: Answering) -> None:
        """Takes the reader's file of that id away, and the answers that cite it; `without` knows no file of the reader."""
        self.files = tuple(plan for plan in self.files if plan.document.id != document_id)
        self.warnings.pop(document_id, None)
        self.assistant = without.with_plans(self.files) if self.files else without
        self.turns = tuple(
            Turn(turn.number, turn.question, error=say("所引文件已更新或移除，请重新回答。", self.language))
            if any(c.document.id == document_id for c in turn.citations)
            else turn
            for turn in self.turns
        )

    def turn(self, number: int) -> Turn | None:
        """The turn of that number."""
        return next((turn for turn in self.turns if turn.number == number), None)


class Desks:
    """All desks by token, as long as somebody holds them: Gradio does while their page is open, and an hour longer."""

    def __init__(self) -> None:
        self._desks: WeakValueDictionary[str, Desk] = WeakValueDictionary()

    def add(self, desk: Desk) -> Desk:
        """`desk`, which can now be found."""
        self._desks[desk.token] = desk
        return desk

    def find(self, token: str) -> Desk | None:
        """The desk of that token, None if its page was closed."""
        return self._desks.get(token)
