"""What plans have for somebody: the sentences that answer, from every part, in the order of the plan, below their headings."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.evidence.find import find
from assistant.question.understand import Query
from assistant.routes.line import LINES_IF_SHORT, USUAL, Line, Shape, laid_out, place
from assistant.routes.quote import excerpt, worth_quoting
from assistant.routes.step import Context, Step
from index.types import Span

_MOST_SENTENCES = 12


def for_whom(query: Query, context: Context, shape: Shape = USUAL) -> Iterator[Step]:
    """The sentences that answer, as many as asked for; nothing where it is not likely that any does."""
    index = context.index
    found = find(query, index, context.judge)
    if found.probability < context.settings.least_probability:
        return
    chosen = worth_quoting(found, shape.sentences or (LINES_IF_SHORT if shape.short else _MOST_SENTENCES))
    for document in map(index.document, dict.fromkeys(evidence.document_id for evidence in chosen)):
        own = sorted((Span(e.start, e.end) for e in chosen if e.document_id == document.id), key=lambda s: s.start)
        words = [excerpt(document.words(at.start, at.end).strip(), query, index) for at in own]
        places = [place(document, index.outline(document.id).path(at.start)) for at in own]
        lines = [Line(said, (at,), above) for said, at, above in zip(words, own, places, strict=True)]
        yield from laid_out(lines, document, index, query)
