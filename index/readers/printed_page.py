"""Printed lines to paragraphs: what layout did to a text is undone, for PDF, OFD and recognised pages alike.

Lines that recur on the pages' edges and page numbers are dropped, hard-wrapped lines joined, a broken title put together.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median

from index.chinese.markers import marker

_EDGE_LINES = 3
_RECURS = 0.5
_MOST_RUNNING = 6
_PAGE_NUMBER = re.compile(
    r"[-—–－一_\s·.•~]*\d{1,4}[-—–－一_\s·.•~]*|第\s*\d{1,4}\s*页(?:\s*[,，/]?\s*共\s*\d{1,4}\s*页)?|\d{1,4}\s*/\s*\d{1,4}"
)
_NEVER_WITHIN = frozenset(("编", "章", "节", "条", "问", "一、", "(一)"))
_SENTENCE_ENDS = tuple("。！？!?；;：:")


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A line on a page, in points from its top left corner. `row` marks a table's row, which no other line is joined to."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    row: bool = False

    @property
    def size(self) -> float:
        """About the height of a character."""
        return self.bottom - self.top

    @property
    def em(self) -> float:
        """About the width of a Han character."""
        return (self.right - self.left) / max(1.0, sum(0.5 if c.isascii() else 1.0 for c in self.text))


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """The lines of a page, from top to bottom, and its size in points."""

    lines: tuple[PrintedLine, ...]
    width: float
    height: float


def joined(parts: Sequence[PrintedLine]) -> list[PrintedLine]:
    """Pieces that stand beside each other as one line each, from top to bottom, from left to right."""
    lines: list[list[PrintedLine]] = []
    for part in sorted(parts, key=lambda p: (p.top + p.bottom) / 2):
        middle = (part.top + part.bottom) / 2
        beside = lines[-1] if lines else []
        if beside and not part.row and not beside[0].row and beside[0].top <= middle <= beside[0].bottom:
            beside.append(part)
        else:
            lines.append([part])
    return [_side_by_side(sorted(line, key=lambda p: p.left)) for line in lines]


def _side_by_side(parts: Sequence[PrintedLine]) -> PrintedLine:
    line = parts[0]
    for part in parts[1:]:
        gap = " " if part.left - line.right > 0.6 * line.size else ""
        top, bottom = min(line.top, part.top), max(line.bottom, part.bottom)
        line = PrintedLine(f"{line.text}{gap}{part.text}", line.left, max(line.right, part.right), top, bottom)
    return line


def without_running(pages: Sequence[PrintedPage]) -> list[PrintedPage]:
    """The pages without lines that recur at one place of most pages, at the edges of many, and without page numbers."""
    anywhere = Counter(key for page in pages for key in {_placed(line) for line in page.lines if not line.row})
    most = max(3.0, 0.6 * len(pages))
    everywhere = {key for key, count in anywhere.items() if count >= most}
    if len(everywhere) > _MOST_RUNNING:  # pages that are alike, as forms are, not lines that run
        everywhere.clear()
    at_edges = Counter(key for page in pages for key in {_key(line) for line in _edges(page)})
    many = max(2.0, _RECURS * len(pages))

    def runs(page: PrintedPage, line: PrintedLine) -> bool:
        edge = line in _edges(page)
        if edge and _PAGE_NUMBER.fullmatch(line.text.strip()):
            return True
        return _placed(line) in everywhere or (edge and at_edges[_key(line)] >= many)

    return [replace(page, lines=tuple(ln for ln in page.lines if ln.row or not runs(page, ln))) for page in pages]


def _edges(page: PrintedPage) -> tuple[PrintedLine, ...]:
    lines = [line for line in page.lines if not line.row]
    near = [line for line in lines if line.top < 0.12 * page.height or line.bottom > 0.86 * page.height]
    return tuple(line for line in near if line in lines[:_EDGE_LINES] or line in lines[-_EDGE_LINES:])


def _key(line: PrintedLine) -> str:
    return re.sub(r"\d+", "0", re.sub(r"\s", "", line.text))


def _placed(line: PrintedLine) -> tuple[str, int]:
    return _key(line), round(line.top / 8)


def paragraphs(pages: Sequence[PrintedPage]) -> Iterator[str]:
    """The paragraphs of the pages in order, each in one piece, also where a page ends within it."""
    prose = [line for page in pages for line in page.lines if not line.row]
    if not prose:
        yield from (line.text for page in pages for line in page.lines)
        return
    margins = _margins(prose)
    body = median(line.size for line in prose)
    pitch = _pitch(pages)
    before: PrintedLine | None = None
    text = ""
    for page in pages:
        first = True
        for line in page.lines:
            width = page.width
            if before and _goes_on(before, line, margins, body, pitch, width, crosses=first):
                text = _put_together(text, line.text)
            else:
                if text:
                    yield text
                text = line.text
            before, first = line, False
    if text:
        yield text


@dataclass(frozen=True, slots=True)
class _Margins:
    left: float
    right: float
    em: float


def _margins(prose: Sequence[PrintedLine]) -> _Margins:
    """Where full lines begin and end: the leftmost common beginning, the right end that a tenth of the lines reach."""
    rights = sorted(line.right for line in prose)
    common = Counter(round(line.left / 4) for line in prose)
    often = [left for left, n in common.items() if n >= max(2, len(prose) / 20)]
    left = 4.0 * min(often) if often else min(line.left for line in prose)
    return _Margins(left, rights[int(0.9 * (len(rights) - 1))], median(line.em for line in prose))


def _pitch(pages: Sequence[PrintedPage]) -> float:
    steps = [b.top - a.top for page in pages for a, b in zip(page.lines, page.lines[1:], strict=False) if b.top > a.top]
    return median(steps) if steps else 0.0


def _goes_on(
    line: PrintedLine, after: PrintedLine, at: _Margins, body: float, pitch: float, width: float, *, crosses: bool
) -> bool:
    """Whether `after` goes on with the paragraph of `line`."""
    if line.row or after.row:
        return False
    if not crosses and pitch and after.top - line.top > 1.6 * max(pitch, 1.2 * line.size):
        return False
    if _is_title(line, at, body, width) and _is_title(after, at, body, width):
        return abs(line.size - after.size) < 0.2 * line.size and not crosses
    full = line.right >= at.right - 1.7 * at.em
    flush = after.left <= at.left + 1.2 * at.em
    if not full or not flush:
        return False
    opens = marker(after.text)
    return not opens or (opens.style not in _NEVER_WITHIN and not line.text.rstrip().endswith(_SENTENCE_ENDS))


def _is_title(line: PrintedLine, at: _Margins, body: float, width: float) -> bool:
    """Printed larger than the text and in the middle of the page."""
    middle = abs((line.left + line.right) / 2 - width / 2) < 1.5 * line.size
    return line.size > 1.2 * body and middle and not line.text.endswith(_SENTENCE_ENDS)


def _put_together(text: str, more: str) -> str:
    between = " " if text[-1:].isascii() and more[:1].isascii() and text[-1:].isalpha() and more[:1].isalpha() else ""
    return text + between + more
