"""What the page needs of an assistant; the tests give it a scripted one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol, Self

from assistant.settings import Settings
from assistant.types import Answer, Event
from index.types import Document, Duty, Filters, Hit, Outline, Passage, Plan, Target


class Outlines(Protocol):
    """What an index has of each document."""

    def outline(self, document_id: str) -> Outline:
        """What the document of that id is about; raises KeyError."""


class Answering(Protocol):
    """All but `ready`, `loading`, `settings` and `stream` are asked for only when ready. Closing the stream stops its work."""

    @property
    def ready(self) -> bool:
        """Whether the index is open, so that what needs no chat model is answered at once."""

    @property
    def loading(self) -> bool:
        """Whether the chat model is being loaded, for which other questions wait."""

    @property
    def settings(self) -> Settings:
        """Which chat model answers, and what it can take."""

    @property
    def index(self) -> Outlines:
        """The outlines of the documents."""

    @property
    def documents(self) -> tuple[Document, ...]:
        """What can be asked about."""

    def stream(
        self, question: str, history: Sequence[dict[str, str]] = (), filters: Filters | None = None
    ) -> Iterator[Event]:
        """Stages, checked sentences, and last the Answer; ZhengdaError with a message for the reader."""

    def passages(self, document: Document) -> tuple[Passage, ...]:
        """The clauses of `document` in order."""

    def passage_at(self, document: Document, offset: int) -> Passage:
        """The passage of `document` that holds the character at `offset`."""

    def targets(self) -> tuple[Target, ...]:
        """All figures that the clauses set or report."""

    def duties(self) -> tuple[Duty, ...]:
        """Who does what, as the clauses say."""

    def search(self, text: str, k: int) -> list[Hit]:
        """The sentences that are most about `text`, best first."""

    def examples(self) -> tuple[str, ...]:
        """Questions to begin with."""

    def suggestions(self, answer: Answer) -> tuple[str, ...]:
        """Questions that may follow `answer`, each of which is not refused."""

    def with_plans(self, plans: Sequence[Plan]) -> Self:
        """An assistant that knows these plans too; this one goes on without them."""
