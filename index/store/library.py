"""Documents with their clauses, found by id and place: what of an index needs neither words nor vectors."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property

from index.document.parts import Part, parts
from index.types import Document, Passage, Plan


class Library:
    """The plans by id, in the order given."""

    def __init__(self, plans: Sequence[Plan]) -> None:
        self._plans = {plan.document.id: plan for plan in plans}

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """All documents, in the order of their file names."""
        return tuple(plan.document for plan in self._plans.values())

    def __contains__(self, document: Document) -> bool:
        """Whether it holds the text of `document`."""
        return document.id in self._plans

    def passages(self, document_id: str) -> tuple[Passage, ...]:
        """The clauses of a document in order."""
        return self._plans[document_id].passages

    def document(self, document_id: str) -> Document:
        """The document of that id; raises KeyError."""
        return self._plans[document_id].document

    def parts(self, document_id: str) -> tuple[Part, ...]:
        """The notice, the plan that it sends out and what is attached, as the file of that document has them, each linked."""
        plan = self._plans[document_id]
        return parts(plan.document, plan.passages)

    def passage_at(self, document_id: str, offset: int) -> Passage:
        """The clause that holds the character at `offset`, or the one before it where that is blank."""
        passages = self.passages(document_id)
        return passages[max(0, bisect_right([p.start for p in passages], offset) - 1)]
