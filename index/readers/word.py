"""DOCX: paragraphs with their automatic numbers, tables row by row, footnotes; tracked deletions, struck-through and hidden text left out.

Of ISO/IEC 29500 only what carries words is read: `document.xml`, `numbering.xml`, `styles.xml`, the notes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from index.readers import table
from index.readers.package import Package, local
from index.readers.reading import Reading, Reason, Refused, Source

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEFT_OUT = {"del", "moveFrom", "instrText", "delText", "pPr", "rPr", "Fallback", "fldChar"}
_SPACES = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
_HAN = "〇一二三四五六七八九"
_LEVELS = 9
_STEP = 5000


def read(source: Source) -> Reading:
    """The words of the body in order, notes at its end."""
    package = Package(source.data, source.limits)
    if "EncryptedPackage" in package.names:
        raise Refused(Reason.ENCRYPTED, "有密码。请去掉密码后再放入。")
    reader = _Reader(source, package)
    body = package.xml("word/document.xml").find(f"{_W}body")
    if body is None:
        raise Refused(Reason.DAMAGED, "没有正文。请用 Word 或 WPS 另存一份再放入。")
    lines = [*reader.blocks(body), *reader.notes()]
    left_out = (("隐藏文字", reader.hidden), ("划掉的文字", reader.struck))
    return Reading("\n".join(lines) + "\n", warnings=tuple(f"略去{what} {n} 处" for what, n in left_out if n))


@dataclass(slots=True)
class _Level:
    """One level of a list: the form of its numbers, its template `第%1条`, and where it begins."""

    form: str
    template: str
    start: int


@dataclass(slots=True)
class _List:
    levels: dict[int, _Level] = field(default_factory=dict)
    counts: list[int | None] = field(default_factory=lambda: [None] * _LEVELS)

    def next(self, depth: int) -> str:
        """The number of the next paragraph on that level, as it is printed."""
        level = self.levels.get(depth)
        if level is None:
            return ""
        count = self.counts[depth]
        self.counts[depth] = level.start if count is None else count + 1
        self.counts[depth + 1 :] = [None] * (_LEVELS - depth - 1)
        if level.form in ("bullet", "none"):
            return "• " if level.form == "bullet" else ""
        return re.sub(r"%([1-9])", lambda m: self._shown(int(m[1]) - 1, depth), level.template) + self._gap(level)

    def _shown(self, depth: int, of: int) -> str:
        level = self.levels.get(depth)
        count = self.counts[depth]
        if level is None:
            return ""
        form = "decimal" if depth < of and self.levels[of].form == "decimal" else level.form
        return numeral(level.start if count is None else count, form)

    @staticmethod
    def _gap(level: _Level) -> str:
        return "" if level.template[-1:] in tuple("、．.）)") else " "


class _Reader:
    """Walks one document; keeps the lists' counts, which footnotes were met, and how much was hidden or struck through."""

    def __init__(self, source: Source, package: Package) -> None:
        self._source, self._package = source, package
        self._lists = _lists(package)
        self._styles = _styles(package)
        self._noted: list[tuple[str, str]] = []
        self._cells = 0
        self._seen = 0
        self.hidden = self.struck = 0

    def blocks(self, parent: etree._Element) -> Iterator[str]:
        """Lines of the paragraphs and tables below `parent`."""
        for child in parent:
            self._seen += 1
            if self._seen % _STEP == 0:
                self._source.step(self._source.limits.seconds)
            name = local(child)
            if name == "p":
                yield from self._paragraph(child)
            elif name == "tbl":
                yield from table.rows(list(self._rows(child)))
            elif name == "sdt" and self._is_contents(child):
                continue
            elif name not in _LEFT_OUT and name != "sectPr":
                yield from self.blocks(child)

    def notes(self) -> Iterator[str]:
        """Footnotes and endnotes in the order in which the text refers to them."""
        bodies: dict[tuple[str, str], str] = {}
        for kind in ("footnote", "endnote"):
            if f"word/{kind}s.xml" in self._package.names:
                for note in self._package.xml(f"word/{kind}s.xml"):
                    bodies[kind, note.get(f"{_W}id", "")] = " ".join(self.blocks(note))
        for n, key in enumerate(list(self._noted), 1):
            yield f"注{n}：{bodies.get(key, '').strip()}"

    def _paragraph(self, paragraph: etree._Element) -> Iterator[str]:
        style = self._styles.get(_value(paragraph, "pPr/pStyle"), _Style())
        if style.is_contents:
            return
        boxes: list[etree._Element] = []
        text = "".join(self._words(paragraph, boxes))
        if text.strip():
            yield self._number(paragraph, style) + text.strip("\n")
        for box in boxes:
            yield from self.blocks(box)

    def _words(self, element: etree._Element, boxes: list[etree._Element]) -> Iterator[str]:
        for child in element:
            name = local(child)
            if name in _LEFT_OUT:
                continue
            if name == "t":
                yield child.text or ""
            elif name in _SPACES:
                yield _SPACES[name]
            elif name == "txbxContent":
                boxes.append(child)
            elif name in ("footnoteReference", "endnoteReference"):
                self._noted.append((name.removesuffix("Reference"), child.get(f"{_W}id", "")))
                yield f"[注{len(self._noted)}]"
            elif name == "r" and _is_on(child, "rPr/vanish"):
                self.hidden += 1
            elif name == "r" and (_is_on(child, "rPr/strike") or _is_on(child, "rPr/dstrike")):
                self.struck += 1
            else:
                yield from self._words(child, boxes)

    def _number(self, paragraph: etree._Element, style: _Style) -> str:
        own = paragraph.find(f"{_W}pPr/{_W}numPr")
        number = _value(own, "numId") if own is not None else ""
        depth = _value(own, "ilvl") if own is not None else ""
        number, depth = number or style.number, depth or style.depth or "0"
        listed = self._lists.get(number)
        return listed.next(min(int(depth), _LEVELS - 1)) if listed and depth.isdigit() else ""

    def _rows(self, element: etree._Element) -> Iterator[list[str]]:
        """Cells of each row; one that goes on from above says the same again, so that each row stands by itself."""
        above: dict[int, str] = {}
        for line in element.iter(f"{_W}tr"):
            if next(line.iterancestors(f"{_W}tbl")) is not element:
                continue
            cells: list[str] = []
            at = 0
            for cell in line.iterfind(f"{_W}tc"):
                self._cells += 1
                if self._cells > self._source.limits.cells:
                    raise Refused(Reason.TOO_LARGE, "表格过大。请拆分后再放入。")
                merged = cell.find(f"{_W}tcPr/{_W}vMerge")
                goes_on = merged is not None and merged.get(f"{_W}val", "continue") == "continue"
                words = above.get(at, "") if goes_on else "\n".join(self.blocks(cell))
                cells.append(words)
                above[at] = words
                span = _value(cell, "tcPr/gridSpan")
                at += int(span) if span.isdigit() else 1
            yield cells

    def _is_contents(self, element: etree._Element) -> bool:
        return _value(element, "sdtPr/docPartObj/docPartGallery") == "Table of Contents"


@dataclass(frozen=True, slots=True)
class _Style:
    """What a paragraph has from its style: the list it is in, and whether it is an entry of the table of contents."""

    number: str = ""
    depth: str = ""
    is_contents: bool = False


def _styles(package: Package) -> Mapping[str, _Style]:
    if "word/styles.xml" not in package.names:
        return {}
    elements = {s.get(f"{_W}styleId", ""): s for s in package.xml("word/styles.xml").iterfind(f"{_W}style")}
    return {name: _style(name, elements) for name in elements}


def _style(name: str, elements: Mapping[str, etree._Element]) -> _Style:
    called = _value(elements[name], "name").lower()
    number = depth = ""
    seen: set[str] = set()
    while name in elements and name not in seen and not number:
        seen.add(name)
        number = _value(elements[name], "pPr/numPr/numId")
        depth = depth or _value(elements[name], "pPr/numPr/ilvl")
        name = _value(elements[name], "basedOn")
    return _Style(number, depth, bool(re.fullmatch(r"toc (?:\d|heading)", called)))


def _lists(package: Package) -> Mapping[str, _List]:
    if "word/numbering.xml" not in package.names:
        return {}
    root = package.xml("word/numbering.xml")
    abstract = {
        a.get(f"{_W}abstractNumId", ""): _List({int(x.get(f"{_W}ilvl", "0")): _level(x) for x in a.iterfind(f"{_W}lvl")})
        for a in root.iterfind(f"{_W}abstractNum")
    }  # fmt: skip
    found: dict[str, _List] = {}
    for num in root.iterfind(f"{_W}num"):
        base = abstract.get(_value(num, "abstractNumId"))
        overrides = list(num.iterfind(f"{_W}lvlOverride"))
        if base is None:
            continue
        if not overrides:
            found[num.get(f"{_W}numId", "")] = base  # lists of one form go on counting together
            continue
        own = _List(dict(base.levels))
        for override in overrides:
            depth = int(override.get(f"{_W}ilvl", "0"))
            level = override.find(f"{_W}lvl")
            if level is not None:
                own.levels[depth] = _level(level)
            if (start := _value(override, "startOverride")).isdigit() and depth in own.levels:
                old = own.levels[depth]
                own.levels[depth] = _Level(old.form, old.template, int(start))
        found[num.get(f"{_W}numId", "")] = own
    return found


def _level(element: etree._Element) -> _Level:
    start = _value(element, "start")
    return _Level(
        _value(element, "numFmt") or "decimal", _value(element, "lvlText"), int(start) if start.isdigit() else 1
    )


def _value(element: etree._Element | None, path: str) -> str:
    """The `w:val` at that path below the element, "" if there is none."""
    found = None if element is None else element.find("/".join(f"{_W}{part}" for part in path.split("/")))
    return "" if found is None else found.get(f"{_W}val", "")


def _is_on(element: etree._Element, path: str) -> bool:
    found = element.find("/".join(f"{_W}{part}" for part in path.split("/")))
    return found is not None and found.get(f"{_W}val", "1") not in ("0", "false", "off")


def numeral(n: int, form: str) -> str:
    """`n` as the list form of that name prints it; an unknown form counts in digits."""
    return _FORMS.get(form, str)(n)


def _counting(n: int) -> str:
    """二十一, 一百零三."""
    if not 0 < n < 10_000:
        return str(n)
    words = ""
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = n // unit % 10
        if digit:
            words += _HAN[digit] + name
        elif words and n % unit and not words.endswith("零"):
            words += "零"
    return re.sub(r"^一十", "十", words)


def _roman(n: int) -> str:
    marks = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
    words = ""
    for value, mark in marks if 0 < n < 4000 else ():
        words += mark * (n // value)
        n %= value
    return words or str(n)


def _letter(n: int) -> str:
    return chr(ord("a") + (n - 1) % 26) * ((n - 1) // 26 + 1) if n > 0 else str(n)


def _circled(n: int) -> str:
    return chr(0x245F + n) if 0 < n <= 20 else str(n)


_FORMS: Mapping[str, Callable[[int], str]] = {
    **dict.fromkeys(("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCountingThousand", "taiwaneseCounting"), _counting),
    "ideographDigital": lambda n: "".join(_HAN[int(d)] for d in str(n)),
    **dict.fromkeys(("decimalEnclosedCircle", "decimalEnclosedCircleChinese"), _circled),
    "decimalZero": lambda n: f"{n:02}",
    "lowerLetter": _letter,
    "upperLetter": lambda n: _letter(n).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda n: _roman(n).upper(),
}  # fmt: skip
