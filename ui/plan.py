"""A plan as it is read: all its clauses in order, a table of contents, and one stretch of it highlighted. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.types import ADDRESS_SEPARATOR, Document, Passage, Role, Span

_LONGEST_ENTRY = 24


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a clause; `marked` if it belongs to what is highlighted, `first` if that begins here; `reason` says why
    it is no prose (`index.types.Mark`), "" where it is.
    """

    text: str
    marked: bool = False
    first: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause with its place in the tree; the pieces joined are its text, with · for what prints nothing."""

    start: int
    address: str
    depth: int
    pieces: tuple[Piece, ...]
    marked: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the table of contents, leading to the clause that starts at `start`."""

    start: int
    label: str
    title: str
    depth: int


def clauses(document: Document, passages: Sequence[Passage], marked: Span | None = None) -> Iterator[Clause]:
    """The clauses of `document`, with what `marked` holds of each apart."""
    for p in passages:
        own = tuple(pieces(document, p.start, p.end, marked))
        depth = p.address.count(ADDRESS_SEPARATOR) if p.role is Role.CLAUSE else 0
        yield Clause(p.start, p.address, depth, own, any(piece.marked for piece in own))


def contents(document: Document, passages: Sequence[Passage]) -> Iterator[Entry]:
    """The clauses that have a number of their own, by their titles, or by how they begin where they have none."""
    for p in passages:
        label = p.address.rpartition(ADDRESS_SEPARATOR)[2]
        if p.role is not Role.CLAUSE or label.endswith(("段", "是")) or label.startswith("—"):
            continue
        title = p.headings[-1] if p.headings else " ".join(document.words(p.start, p.end).split())
        cut = title if len(title) <= _LONGEST_ENTRY else f"{title[:_LONGEST_ENTRY]}…"
        yield Entry(p.start, label, cut, p.address.count(ADDRESS_SEPARATOR))


def pieces(document: Document, start: int, end: int, marked: Span | None = None) -> Iterator[Piece]:
    """`document.text[start:end]`, cut where what is highlighted or marked in it begins and ends."""
    marks = document.marked(start, end)
    edges = {start, end}
    for span in (*(mark.span for mark in marks), *([marked] if marked else [])):
        edges |= {min(max(at, start), end) for at in (span.start, span.end)}
    for a, b in pairwise(sorted(edges)):
        reason = next((mark.reason.value for mark in marks if mark.span.start <= a < mark.span.end), "")
        here = marked is not None and marked.start <= a < marked.end
        yield Piece(document.shown(a, b), here, marked is not None and a == marked.start, reason)
