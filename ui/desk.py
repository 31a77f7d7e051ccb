"""What one open page holds: its conversation, its reader's own files, its language."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

from index.generation import Plan
from index.types import Document
from ui.answering import Answering
from ui.render import View
from ui.say import CHINESE
from ui.turn import Turn


@dataclass(slots=True, weakref_slot=True, eq=False)
class Desk:
    """One reader's; nobody else can reach it without its token, which is not to be guessed.

    `assistant` knows the loaded plans and the reader's own `files`; `stop` is asked for by the stop button and obeyed by
    the answer under way.
    """

    assistant: Answering
    language: str = CHINESE
    turns: tuple[Turn, ...] = ()
    files: tuple[Plan, ...] = ()
    stop: bool = False
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))

    @property
    def view(self) -> View:
        """How its pages are rendered."""
        return View(self.language, self.token, frozenset(plan.document.id for plan in self.files))

    def own(self, document_id: str) -> Document | None:
        """The reader's own file of that id."""
        return next((plan.document for plan in self.files if plan.document.id == document_id), None)

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
