"""A plan as it is read: all its clauses in order, a table of contents, and one stretch of it highlighted. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.types import ADDRESS_SEPARATOR, Document, Passage, Role, Span

_LONGEST_ENTRY = 24


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a clause; `marked` if it belongs to what is highlighted, `first` if that begins here."""

    text: str
    marked: bool = False
    first: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause with its place in the tree; the pieces joined are its text, word for word."""

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
        pieces = tuple(_pieces(document.text, p, marked))
        depth = p.address.count(ADDRESS_SEPARATOR) if p.role is Role.CLAUSE else 0
        yield Clause(p.start, p.address, depth, pieces, any(piece.marked for piece in pieces))


def contents(document: Document, passages: Sequence[Passage]) -> Iterator[Entry]:
    """The clauses that have a number of their own, by their titles, or by how they begin where they have none."""
    for p in passages:
        label = p.address.rpartition(ADDRESS_SEPARATOR)[2]
        if p.role is not Role.CLAUSE or label.endswith(("段", "是")) or label.startswith("—"):
            continue
        title = p.headings[-1] if p.headings else " ".join(document.text[p.start : p.end].split())
        cut = title if len(title) <= _LONGEST_ENTRY else f"{title[:_LONGEST_ENTRY]}…"
        yield Entry(p.start, label, cut, p.address.count(ADDRESS_SEPARATOR))


def _pieces(text: str, passage: Passage, marked: Span | None) -> Iterator[Piece]:
    start = max(passage.start, marked.start) if marked else passage.end
    end = min(passage.end, marked.end) if marked else passage.end
    if start >= end:
        yield Piece(text[passage.start : passage.end])
        return
    if passage.start < start:
        yield Piece(text[passage.start : start])
    yield Piece(text[start:end], marked=True, first=marked is not None and start == marked.start)
    if end < passage.end:
        yield Piece(text[end : passage.end])
