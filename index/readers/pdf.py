"""PDF through PDFium: the text layer page by page, tables along their rules, pages without a text layer by recognition.

A page's text layer counts only if it is Chinese that can be read: a scanner's watermark, and characters whose font tells
no code, do not. Libraries: pypdfium2 (BSD/Apache), pdfplumber (MIT) for where the rules of a table are.
"""

from __future__ import annotations

import ctypes
import io
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise

import pdfplumber
import pypdfium2
from pypdfium2 import raw

from index.readers import scan, table
from index.readers.legible import han, is_mojibake
from index.readers.printed_page import PrintedLine, PrintedPage, joined, paragraphs, without_running
from index.readers.reading import Page, Reading, Reason, Refused, Source

_LEAST_RULES, _MOST_RULES = 6, 3000
_UNKNOWN = "□"
_LEAST_HAN_SHARE = 0.2
_COVERED = 0.5
_MARK_ON_SCAN = 30
_UNSURE = 0.8
_STEEP = 0.05


def read(source: Source) -> Reading:
    """The text of all pages."""
    try:
        document = pypdfium2.PdfDocument(source.data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise Refused(Reason.ENCRYPTED, "有密码。请去掉密码后再放入。") from error
        raise Refused(Reason.DAMAGED, "PDF 已损坏或不完整。请重新下载或另存后再放入。") from error
    with closing(document):
        if len(document) > source.limits.pages:
            raise Refused(
                Reason.TOO_LARGE, f"有 {len(document)} 页，超过上限 {source.limits.pages} 页。请拆分后再放入。"
            )
        return _Reader(source, document).reading()


@dataclass(frozen=True, slots=True)
class _Glyph:
    """A character and its box, in points from the page's top left corner."""

    char: str
    left: float
    right: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class _Layer:
    """What a page is before recognition: its lines, whether much of it is a picture, how many rules are on it."""

    page: PrintedPage
    covered: bool
    glyphs: int


class _Reader:
    def __init__(self, source: Source, document: pypdfium2.PdfDocument) -> None:
        self._source, self._document = source, document
        self._plumber: pdfplumber.PDF | None = None
        self._cells = 0
        self._characters = 0

    def reading(self) -> Reading:
        layers = []
        for number in range(len(self._document)):
            self._source.step(self._source.limits.seconds)
            layers.append(self._layer(number))
        bare = without_running([layer.page for layer in layers])
        scanned = [n for n, layer in enumerate(layers) if not self._is_text(layer, bare[n])]
        if len(scanned) > self._source.limits.scanned_pages:
            most = self._source.limits.scanned_pages
            raise Refused(Reason.TOO_LARGE, f"有 {len(scanned)} 页是扫描图像，超过上限 {most} 页。请拆分后再放入。")
        pages = [Page(n + 1) for n in range(len(layers))]
        shown = [layer.page for layer in layers]
        for n in scanned:
            self._source.step(self._source.limits.recognition_seconds)
            recognised = self._recognised(n)
            shown[n], pages[n] = recognised.page, Page(n + 1, recognised.confidence)
        text = "\n".join(paragraphs(without_running(shown)))
        if not text.strip():
            marks = sorted({line.text for layer in layers for line in layer.page.lines})[:2]
            only = f"文字层里只有水印“{'、'.join(marks)}”，" if marks else ""
            raise Refused(Reason.NO_TEXT, f"{only}{len(layers)} 页里没有认出正文。请检查原文件。")
        unknown = text.count(_UNKNOWN)
        no_code = (f"{unknown} 个字的字体没有编码，以{_UNKNOWN}代替",) if unknown else ()
        return Reading(text + "\n", warnings=(*_warnings(pages, scanned), *no_code), pages=tuple(pages))

    def _layer(self, number: int) -> _Layer:
        try:
            page = self._document[number]
        except pypdfium2.PdfiumError as error:
            raise Refused(Reason.DAMAGED, f"第 {number + 1} 页已损坏。请重新下载或另存后再放入。") from error
        with closing(page):
            width, height = page.get_size()
            covered, rules = 0.0, 0
            for thing in page.get_objects(max_depth=3):
                if thing.type == raw.FPDF_PAGEOBJ_IMAGE:
                    left, bottom, right, top = thing.get_bounds()
                    covered = max(covered, (right - left) * (top - bottom))
                elif thing.type == raw.FPDF_PAGEOBJ_PATH:
                    rules += 1
            with closing(page.get_textpage()) as text:
                glyphs = list(self._glyphs(text, height))
        lines: list[PrintedLine] = []
        if _LEAST_RULES <= rules <= _MOST_RULES and glyphs and not page_is_turned(width, height, glyphs):
            lines, glyphs = self._tables(number, glyphs)
        lines += _lines(glyphs)
        shown = PrintedPage(tuple(joined(lines)), width, height)
        return _Layer(shown, covered > _COVERED * width * height, len(glyphs))

    def _glyphs(self, text: pypdfium2.PdfTextPage, height: float) -> Iterator[_Glyph]:
        """Characters in the order of the file, without slanted ones (watermarks) and blanks that PDFium made up."""
        count = raw.FPDFText_CountChars(text)
        self._characters += max(count, 0)
        if self._characters > self._source.limits.characters:
            raise Refused(Reason.TOO_LARGE, "文字过多。请拆分后再放入。")
        box = raw.FS_RECTF()
        for i in range(count):
            code = raw.FPDFText_GetUnicode(text, i)
            no_character = code in (0, 0xFFFE, 0xFFFF) or 0xD800 <= code < 0xE000 or code > 0x10FFFF
            char = _UNKNOWN if no_character or 0xE000 <= code <= 0xF8FF else chr(code)
            if char.isspace() or (code < 32):
                continue
            slant = raw.FPDFText_GetCharAngle(text, i) % (3.141592653589793 / 2)
            if _STEEP < slant < 1.5707963 - _STEEP:
                continue
            if raw.FPDFText_GetLooseCharBox(text, i, ctypes.byref(box)) and box.top > box.bottom:
                yield _Glyph(char, box.left, box.right, height - box.top, height - box.bottom)

    def _tables(self, number: int, glyphs: list[_Glyph]) -> tuple[list[PrintedLine], list[_Glyph]]:
        """Rows of the ruled tables of the page, and the characters that are in none."""
        if self._plumber is None:
            self._plumber = pdfplumber.open(io.BytesIO(self._source.data))
        page = self._plumber.pages[number]
        rows: list[PrintedLine] = []
        for found in page.find_tables():
            if len(found.rows) < 2 or max(len(row.cells) for row in found.rows) < 2:
                continue
            self._cells += sum(len(row.cells) for row in found.rows)
            if self._cells > self._source.limits.cells:
                raise Refused(Reason.TOO_LARGE, "表格过大。请拆分后再放入。")
            left, top, right, bottom = found.bbox
            inside = [g for g in glyphs if left <= _x(g) <= right and top <= _y(g) <= bottom]
            if not inside:
                continue
            glyphs = [g for g in glyphs if not (left <= _x(g) <= right and top <= _y(g) <= bottom)]
            for row in found.rows:
                cells = [cell or _merged(found.cells, row, n, found) for n, cell in enumerate(row.cells)]
                words = [
                    "".join(line.text for line in joined(_lines(_inside(inside, cell)))) if cell else ""
                    for cell in cells
                ]
                if text := table.row(words):
                    rows.append(PrintedLine(text, left, right, row.bbox[1], row.bbox[3], row=True))
        page.close()
        return rows, glyphs

    def _is_text(self, layer: _Layer, bare: PrintedPage) -> bool:
        """Whether the page can be had from its text layer: what does not recur on other pages is Chinese, or it is blank."""
        text = "".join(line.text for line in bare.lines)
        visible, count = len("".join(text.split())), han(text)
        if layer.covered and count < _MARK_ON_SCAN:
            return False
        if not visible:
            return not layer.glyphs or not layer.covered
        unknown = text.count(_UNKNOWN)
        words = sum(c.isascii() and c.isalnum() for c in text)
        if unknown > 0.1 * visible or is_mojibake(text):
            return False
        return count >= _LEAST_HAN_SHARE * visible or words > 0.5 * visible

    def _recognised(self, number: int) -> scan.Recognised:
        with closing(self._document[number]) as page:
            width, height = page.get_size()
            scale = scan.LONG_SIDE / max(width, height, 1)
            with closing(page.render(scale=scale)) as bitmap:
                return scan.recognised(bitmap.to_numpy()[:, :, :3], 1 / scale)


def page_is_turned(width: float, height: float, glyphs: Sequence[_Glyph]) -> bool:
    """Whether the characters lie outside the page as it is shown: then rules and characters are not in one frame."""
    return sum(not (0 <= _x(g) <= width and 0 <= _y(g) <= height) for g in glyphs) > 0.5 * len(glyphs)


def _warnings(pages: Sequence[Page], scanned: Sequence[int]) -> Iterator[str]:
    if not scanned:
        return
    sure = [p.confidence for p in pages if p.confidence is not None]
    yield f"{len(scanned)} 页是图像，文字由识别得到（平均可信度 {sum(sure) / len(sure):.2f}），请对照原件"
    for page in pages:
        if page.confidence is not None and page.confidence < _UNSURE:
            yield f"第 {page.number} 页识别的可信度只有 {page.confidence:.2f}"


def _lines(glyphs: Sequence[_Glyph]) -> list[PrintedLine]:
    """Runs of characters that follow each other on one line; a gap is a blank where words need one."""
    lines: list[PrintedLine] = []
    run: list[_Glyph] = []
    for glyph in glyphs:
        if run and not _follows(run[-1], glyph):
            lines.append(_line(run))
            run = []
        run.append(glyph)
    return [*lines, _line(run)] if run else lines


def _follows(last: _Glyph, glyph: _Glyph) -> bool:
    size = max(last.bottom - last.top, 1.0)
    beside = min(last.bottom, glyph.bottom) - max(last.top, glyph.top) > 0.4 * min(size, glyph.bottom - glyph.top)
    return beside and -0.6 * size < glyph.left - last.right < 4 * size


def _line(run: Sequence[_Glyph]) -> PrintedLine:
    text = run[0].char
    for last, glyph in pairwise(run):
        text += _gap(last, glyph) + glyph.char
    return PrintedLine(
        text, run[0].left, max(g.right for g in run), min(g.top for g in run), max(g.bottom for g in run)
    )


def _gap(last: _Glyph, glyph: _Glyph) -> str:
    """A blank between Latin words, and where Chinese is spaced wide; none where Chinese meets digits."""
    size = max(last.bottom - last.top, 1.0)
    apart = glyph.left - last.right
    if last.char.isascii() and glyph.char.isascii():
        return " " if apart > 0.18 * size else ""
    if last.char.isascii() != glyph.char.isascii():
        return " " if apart > 1.2 * size else ""
    return " " if apart > 0.8 * size else ""


def _x(glyph: _Glyph) -> float:
    return (glyph.left + glyph.right) / 2


def _y(glyph: _Glyph) -> float:
    return (glyph.top + glyph.bottom) / 2


_Box = tuple[float, float, float, float]


def _inside(glyphs: Sequence[_Glyph], box: _Box) -> list[_Glyph]:
    left, top, right, bottom = box
    return [g for g in glyphs if left <= _x(g) <= right and top <= _y(g) <= bottom]


def _merged(cells: Sequence[_Box], row: pdfplumber.table.Row, n: int, found: pdfplumber.table.Table) -> _Box | None:
    """The cell that reaches into this row from above, in the column where the row has none of its own."""
    column = next((r.cells[n] for r in found.rows if n < len(r.cells) and r.cells[n]), None)
    if column is None:
        return None
    x, y = (column[0] + column[2]) / 2, (row.bbox[1] + row.bbox[3]) / 2
    over = (cell for cell in cells if cell[0] <= x <= cell[2] and cell[1] <= y <= cell[3])
    return next((cell for cell in over if cell[3] - cell[1] > (row.bbox[3] - row.bbox[1]) * 1.2), None)
