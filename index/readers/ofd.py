"""OFD (GB/T 33190), the national format of official documents: the text codes of its pages, set back into paragraphs."""

from __future__ import annotations

import math
import posixpath
from collections.abc import Iterator

from lxml import etree

from index.readers.package import Package, local
from index.readers.printed_page import PrintedLine, PrintedPage, joined, paragraphs, without_running
from index.readers.reading import Page, Reading, Reason, Refused, Source

_POINTS = 72 / 25.4
_A4 = (210.0, 297.0)


def read(source: Source) -> Reading:
    """The text of all pages of all documents in the file."""
    package = Package(source.data, source.limits)
    pages: list[PrintedPage] = []
    for place in _pages(package):
        source.step(source.limits.seconds)
        if len(pages) == source.limits.pages:
            raise Refused(Reason.TOO_LARGE, f"超过 {source.limits.pages} 页。请拆分后再放入。")
        pages.append(_page(package, *place))
    text = "\n".join(paragraphs(without_running(pages)))
    if not text.strip():
        raise Refused(Reason.NO_TEXT, "里面没有文字，可能全是图像。请用阅读器另存为 PDF 再放入，图像会识别。")
    return Reading(text + "\n", pages=tuple(Page(n) for n in range(1, len(pages) + 1)))


def _pages(package: Package) -> Iterator[tuple[str, list[str], tuple[float, float]]]:
    """For each page its content file, those of the templates below it, and its size in millimetres."""
    for root in _all(package.xml("OFD.xml"), "DocRoot"):
        document = _resolved(package, "", root.text)
        tree = package.xml(document)
        templates = {
            t.get("ID", ""): _resolved(package, document, t.get("BaseLoc")) for t in _all(tree, "TemplatePage")
        }
        size = _size(tree) or _A4
        for page in _all(tree, "Page"):
            content = _resolved(package, document, page.get("BaseLoc"))
            own = package.xml(content)
            below = [templates[i] for t in _all(own, "Template") if (i := t.get("TemplateID", "")) in templates]
            yield content, below, _size(own) or size


def _page(package: Package, content: str, templates: list[str], size: tuple[float, float]) -> PrintedPage:
    parts = [part for name in (*templates, content) for part in _parts(package.xml(name))]
    return PrintedPage(tuple(joined(parts)), size[0] * _POINTS, size[1] * _POINTS)


def _parts(root: etree._Element) -> Iterator[PrintedLine]:
    """Each text code as a line, where it is printed; slanted ones are watermarks."""
    for thing in _all(root, "TextObject"):
        boundary = _numbers(thing.get("Boundary"))
        a, b, c, d, e, f = _numbers(thing.get("CTM")) if thing.get("CTM") else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
        left, top = boundary[:2]
        size = _numbers(thing.get("Size", "4"))[0]
        if abs(math.atan2(b, a)) > 0.05:
            continue
        x = y = 0.0
        for code in _all(thing, "TextCode"):
            x, y = _number(code.get("X"), x), _number(code.get("Y"), y)
            text = (code.text or "").strip()
            if not text:
                continue
            high = size * math.hypot(c, d)
            start = left + a * x + c * y + e
            base = top + b * x + d * y + f
            wide = (sum(_deltas(code.get("DeltaX"), len(text) - 1, size)) + size) * math.hypot(a, b)
            box = (start, start + wide, base - 0.85 * high, base + 0.15 * high)
            left_end, right_end, above, below = (value * _POINTS for value in box)
            yield PrintedLine(text, left_end, right_end, above, below)


def _deltas(text: str | None, count: int, size: float) -> list[float]:
    """Steps from character to character; `g 3 5.0` stands for three steps of 5.0."""
    steps: list[float] = []
    words = iter((text or "").split())
    for word in words:
        if word == "g":
            times, step = int(next(words, "0")), float(next(words, "0"))
            steps += [step] * min(times, count)
        else:
            steps.append(float(word))
    return (steps + [size] * count)[:count] if count > 0 else []


def _size(root: etree._Element) -> tuple[float, float] | None:
    box = next(iter(_all(root, "PhysicalBox")), None)
    numbers = _numbers(box.text) if box is not None else []
    return (numbers[2], numbers[3]) if len(numbers) == 4 and min(numbers[2:]) > 0 else None


def _all(root: etree._Element, name: str) -> list[etree._Element]:
    return [element for element in root.iter() if local(element) == name]


def _resolved(package: Package, base: str, location: str | None) -> str:
    """The entry that `location` in the file `base` names; a path that leads out of the package names none."""
    if not location:
        raise Refused(Reason.DAMAGED, "OFD 里缺少页面的位置，文件不完整。请重新下载或另存后再放入。")
    location = location.strip().replace("\\", "/")
    whole = location if location.startswith("/") else posixpath.join(posixpath.dirname(base), location)
    name = posixpath.normpath(whole).lstrip("/")
    if name not in package.names and location in package.names:
        return location
    return name


def _numbers(text: str | None) -> list[float]:
    found = [float(word) for word in (text or "").split()]
    if not all(map(math.isfinite, found)):
        raise ValueError("not a number")
    return found


def _number(text: str | None, otherwise: float) -> float:
    return float(text) if text else otherwise
