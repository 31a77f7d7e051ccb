"""Tables: each row with the names of its columns, so that it says something by itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.chinese.quantity import quantities
from index.document.structure import is_row
from index.types import Document, Passage, Span

_MOST_ABOVE = 3  # rows: a title in a row of its own, what the units are
_SERIAL = re.compile(r"序\s*号|编\s*号|No\.?|№", re.I)
_FIGURE = re.compile(r"[\d.,，%％]+")
_YEAR = re.compile(r"(?:19|20)\d\d")
_RULE = re.compile(r"[\s:：\-—–/]*")
_ENDS_IN_UNIT = re.compile(r"(.+?)[(（]([^()（）\d]{1,8})[)）]")
_MEASURE = re.compile(r"(?:计量)?单\s*位")
_INDICATOR = re.compile(r"(?:\S{0,4}指标(?:名称|内容)?)")
_LEVEL = re.compile(r"(?:19|20)\d\d|目标|基数|基期|现状|指标值|规划值|预期值|完成值|实际值")
_CHANGE = re.compile(r"年均|增长|增速|增幅|累计|变化|[-—–~至到](?:19|20)?\d\d")
_ANY_FIGURE = re.compile(r"\d[\d.,，]*")


@dataclass(frozen=True, slots=True)
class Row:
    """A row that stands at `span`: its cells, blank ones left out, by the names of their columns, which stand at `head`."""

    span: Span
    cells: Mapping[str, str]
    head: Span

    @property
    def subject(self) -> str:
        """What the row is of: its indicator, else its first cell that is no figure and no serial number."""
        return self._named[1]

    @property
    def _named(self) -> tuple[str, str]:
        """The column that says what the row is of, and what it says; blanks where none does."""
        named = [(name, cell) for name, cell in self.cells.items() if not _is_figure(name, cell)]
        indicators = (each for each in named if _INDICATOR.fullmatch(each[0]))
        return next(indicators, named[0] if named else ("", ""))

    @property
    def statement(self) -> str:
        """The row as a sentence: 五马街道：改造小区数20个；牵头单位：区政府。"""
        column, subject = self._named
        told = [
            self._told(name, cell)
            for name, cell in self.cells.items()
            if name != column and not _SERIAL.match(name) and not (self._measure and _MEASURE.fullmatch(name))
        ]
        return f"{subject}：{'；'.join(told)}。" if subject and told else "；".join([subject, *told]).strip("；")

    def level(self, name: str) -> str:
        """The figure of the column `name` with its unit, 100家 or 90%以上; "" where it gives no level of the subject."""
        cell = self.cells.get(name, "")
        if not _LEVEL.search(name) or _CHANGE.search(name) or not _ANY_FIGURE.search(cell):
            return ""
        return _with_unit(cell, _own_unit(name) or self._measure or _own_unit(self.subject))

    @property
    def _measure(self) -> str:
        """The cell that says in what the figures of the row are counted; "" where there is none."""
        cell = next((cell for name, cell in self.cells.items() if _MEASURE.fullmatch(name)), "")
        return cell if _is_unit(cell) else ""

    def _told(self, name: str, cell: str) -> str:
        """投入（万元） and 5200 as 投入5200万元, 2025年 and 60 of 家 as 2025年60家, 牵头单位 and 市住建局 with a colon between."""
        level = self.level(name)
        bare = _ENDS_IN_UNIT.sub(r"\1", name) if _own_unit(name) else name
        if level or _FIGURE.fullmatch(cell):
            dated = f"{bare}年" if _YEAR.fullmatch(bare) else bare
            return f"{dated}{level or _with_unit(cell, _own_unit(name))}"
        return f"{name}：{cell}"


def is_table(document: Document, passage: Passage) -> bool:
    """Whether the passage is a table: sentences that are all rows, but for what is marked."""
    told = [words for _, words in _told(document, passage)]
    return len(told) > 1 and all(map(is_row, told))


def _told(document: Document, passage: Passage) -> list[tuple[Span, str]]:
    """The sentences that have words, with these."""
    told = ((span, document.words(span.start, span.end).strip()) for span in passage.sentences)
    return [(span, words) for span, words in told if words]


def rows(document: Document, passage: Passage) -> tuple[Row, ...]:
    """The rows below the names of the columns; () where `passage` is no table, or none of its first rows names columns."""
    if not is_table(document, passage):
        return ()
    told = [(span, _cells(words)) for span, words in _told(document, passage)]
    head = next((n for n, (_, cells) in enumerate(told[:_MOST_ABOVE]) if _are_names(cells)), None)
    if head is None:
        return ()
    at, names = told[head]
    return tuple(
        Row(span, {name: cell for name, cell in zip(names, cells, strict=True) if not _RULE.fullmatch(cell)}, at)
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
    """Whether they can be the names of columns: at least two, none blank, no two the same, no figures but years."""
    figures = [c for c in cells if _FIGURE.fullmatch(c)]
    return len(set(cells)) == len(cells) > max(1, len(figures)) and all(cells) and all(map(_YEAR.fullmatch, figures))


def _cells(text: str) -> list[str]:
    """The cells of a row, whether or not a rule opens it."""
    return [cell.strip() for cell in text.strip().removeprefix("|").removesuffix("|").split("|")]


def _is_figure(name: str, cell: str) -> bool:
    return bool(_SERIAL.match(name) or _FIGURE.fullmatch(cell))


def _own_unit(name: str) -> str:
    """万元 of 投入（万元）; "" where the brackets hold something else, 累计 or 含税."""
    found = _ENDS_IN_UNIT.fullmatch(name)
    return found[2] if found and _is_unit(found[2]) else ""


def _is_unit(text: str) -> bool:
    """Whether a figure can stand before it: 万元, %, 个/万人; not 人社局."""
    one = quantities(f"1{text}")
    return bool(one) and one[0].text != "1" and not re.match("[\u4e00-\u9fff]", f"1{text}"[one[0].end :])


def _with_unit(cell: str, unit: str) -> str:
    """The cell with the unit behind its figure: 60以上 as 60家以上, 〔5.5〕 as 5.5%; as it is where it has one."""
    bare = cell.strip("〔〕[]［］")
    figure = _ANY_FIGURE.search(bare)
    if not unit or not figure or _narrow(unit) in _narrow(bare):
        return bare
    return f"{bare[: figure.end()]}{unit}{bare[figure.end() :]}"


def _narrow(text: str) -> str:
    return unicodedata.normalize("NFKC", text)
