"""A table as lines of text: one line a row, cells closed by a rule, so that every format's tables look the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def row(cells: Iterable[str]) -> str:
    """`甲 | 乙 |`: the cells of one row; "" if all are blank."""
    words = [" ".join(cell.replace("|", "／").split()) for cell in cells]
    return " | ".join(words) + " |" if any(words) else ""


def rows(table: Sequence[Sequence[str]]) -> list[str]:
    """The rows that are not blank. A table of one column is no table but a frame: its cells are paragraphs."""
    if all(len(cells) < 2 for cells in table):
        return [line for cells in table for cell in cells for line in cell.split("\n") if line.strip()]
    return [line for cells in table if (line := row(cells))]
