"""Tables: each row with the names of its columns, so that it says something by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.structure import is_row
from index.types import Document, Passage, Span

_MOST_ABOVE = 3  # rows: a title in a row of its own, what the units are
_SERIAL = re.compile(r"序\s*号|编\s*号|No\.?|№", re.I)
_FIGURE = re.compile(r"[\d.,，%％]+")
_RULE = re.compile(r"[\s:：\-—]*")
_UNIT = re.compile(r"(.+?)[(（]([^()（）\d]{1,6})[)）]")


@dataclass(frozen=True, slots=True)
class Row:
    """A row that stands at `span`: its cells, blank ones left out, by the names of their columns."""

    span: Span
    cells: Mapping[str, str]

    @property
    def subject(self) -> str:
        """What the row is of: its first cell that is no figure and no serial number."""
        named = (cell for name, cell in self.cells.items() if not _is_figure(name, cell))
        return next(named, "")

    @property
    def statement(self) -> str:
        """The row as a sentence: 五马街道：改造小区数20个；牵头单位：区政府。"""
        subject = self.subject
        told = [_told(name, cell) for name, cell in self.cells.items() if cell != subject and not _SERIAL.match(name)]
        return f"{subject}：{'；'.join(told)}。" if subject and told else "；".join([subject, *told]).strip("；")


def is_table(document: Document, passage: Passage) -> bool:
    """Whether the passage is a table: sentences that are all rows."""
    return len(passage.sentences) > 1 and all(is_row(document.text[s.start : s.end]) for s in passage.sentences)


def rows(document: Document, passage: Passage) -> tuple[Row, ...]:
    """The rows below the names of the columns; () where `passage` is no table, or none of its first rows names columns."""
    if not is_table(document, passage):
        return ()
    told = [(span, _cells(document.text[span.start : span.end])) for span in passage.sentences]
    head = next((n for n, (_, cells) in enumerate(told[:_MOST_ABOVE]) if _are_names(cells)), None)
    if head is None:
        return ()
    names = told[head][1]
    return tuple(
        Row(span, {name: cell for name, cell in zip(names, cells, strict=True) if cell})
        for span, cells in told[head + 1 :]
        if len(cells) == len(names) and not all(_RULE.fullmatch(cell) for cell in cells)
    )


def row_at(document: Document, passage: Passage, start: int) -> Row | None:
    """The row of `passage` that begins at `start`."""
    return next((row for row in rows(document, passage) if row.span.start == start), None)


def is_head(document: Document, passage: Passage, start: int) -> bool:
    """Whether what begins at `start` only names the columns of a table, or rules them off."""
    found = rows(document, passage)
    return bool(found) and all(row.span.start != start for row in found)


def _are_names(cells: Sequence[str]) -> bool:
    """Whether they can be the names of columns: at least two, none blank or a figure, no two the same."""
    return len(set(cells)) == len(cells) > 1 and not any(not c or _FIGURE.fullmatch(c) for c in cells)


def _cells(text: str) -> list[str]:
    """The cells of a row, whether or not a rule opens it."""
    return [cell.strip() for cell in text.strip().removeprefix("|").removesuffix("|").split("|")]


def _is_figure(name: str, cell: str) -> bool:
    return bool(_SERIAL.match(name) or _FIGURE.fullmatch(cell))


def _told(name: str, cell: str) -> str:
    """投入（万元） and 5200 as 投入5200万元, 牵头单位 and 市住建局 with a colon between."""
    unit = _UNIT.fullmatch(name)
    if not _FIGURE.fullmatch(cell):
        return f"{name}：{cell}"
    return f"{unit[1]}{cell}{unit[2]}" if unit else f"{name}{cell}"
