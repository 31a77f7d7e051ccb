"""HTML: the article of a government page with its tables; menus, sharing, related links and footers left out.

The article is found by where the page's words are, links not counted. What such pages state beside the article is
taken from their `meta` elements (the names that the State Council's standard for government sites prescribes) and
from the table of 索引号, 发文字号, … above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lxml import etree
from lxml import html as parser

from index.readers import table
from index.readers.package import local
from index.readers.plain_text import decoded
from index.readers.reading import Reading, Reason, Refused, Source

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.I)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_NOT_WORDS = frozenset(
    "script style noscript template iframe object embed select option button input textarea svg canvas nav footer aside head title map".split()
)
_CHROME = re.compile(
    r"(?:^|[\s_-])(?:foot(?:er)?|header|nav|navbar|menu|crumbs?|breadcrumbs?|share|sharenode|related|recommend|sidebar|copyright|search|login|banner|"
    r"pagination|pager|toolbar|qrcode|comment|advert|hotword|location|position|curb)(?=$|[\s_-])|content_(?:share|others|slide)|xgwz|xgyd|weizhi|dqwz|article-attr",
    re.I,
)
_BLOCKS = frozenset(
    "address article blockquote body center dd details div dl dt fieldset figcaption figure form h1 h2 h3 h4 h5 h6 hr li main ol p pre section summary table tbody td tfoot th thead tr ul caption".split()
)
_CONTAINERS = frozenset("html body div article section main form td center ucapcontent".split())
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|pt|em|rem|%)?\s*(?:;|$)", re.I)
_MOST = 0.6
_META = {
    "ArticleTitle": "标题",
    "PubDate": "发布日期",
    "ContentSource": "来源",
}
_LABELS = "索引号|发布机构|发文机关|发布机关|制定机关|成文日期|发文日期|发布日期|发布时间|公开日期|发文字号|文号|有效性|是否有效|效力状态|施行日期|实施日期|失效日期|主题分类|来源"
_LABEL = re.compile("(" + "|".join(r"\s*".join(label) for label in _LABELS.split("|")) + r")\s*[:：]\s*")
_LONGEST_VALUE = 60
_VOID_SOURCE = re.compile(r"本[网站]|本网站")


def read(source: Source) -> Reading:
    """Title, what the page states of it, and the article."""
    root = _parsed(_characters(source.data))
    labels = dict(_meta(root))
    body = root.find("body") if root.tag == "html" else root
    if body is None:
        raise Refused(Reason.NO_TEXT, "网页没有正文。请另存完整网页后再放入。")
    title = labels.pop("标题", "") or _heading(body) or _document_title(root)
    stated = _stated(body)
    _drop_chrome(body)
    article = _article(body)
    pictures = sum(1 for _ in article.iter("img"))
    source.step(source.limits.seconds)
    lines = [line for line in _lines(article) if line.strip()]
    labels = {**labels, **stated}
    if not lines:
        raise Refused(Reason.NO_TEXT, "网页正文没有文字，可能是由脚本载入或全是图片的页面。请另存为 PDF 再放入。")
    text = "\n".join([*([title] if title else []), *_without_title(lines, title)]) + "\n"
    words = sum(len(line) for line in lines)
    warnings = (f"正文里有 {pictures} 张图片，图中文字没有读",) if pictures and words < 500 else ()
    if "来源" in labels and _VOID_SOURCE.fullmatch(labels["来源"]):
        del labels["来源"]
    return Reading(text, labels, warnings)


def _characters(data: bytes) -> str:
    """By the byte order mark, what the page declares, or its looks."""
    declared = _CHARSET.search(data[:4096])
    if declared and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        name = declared[1].decode().lower()
        try:
            return data.decode("gb18030" if name.startswith("gb") else name)
        except (LookupError, UnicodeDecodeError):
            pass
    return decoded(data)


def _parsed(text: str) -> etree._Element:
    try:
        found = parser.document_fromstring(
            _DECLARATION.sub("", text), parser=parser.HTMLParser(no_network=True, remove_comments=True, remove_pis=True)
        )
    except (etree.LxmlError, ValueError) as error:
        raise Refused(Reason.DAMAGED, "网页已损坏。请另存完整网页后再放入。") from error
    return found


def _meta(root: etree._Element) -> Iterator[tuple[str, str]]:
    for meta in root.iter("meta"):
        label = _META.get(meta.get("name", ""))
        content = " ".join(meta.get("content", "").split())
        if label and content and len(content) <= 200:
            yield label, content


def _heading(body: etree._Element) -> str:
    """The one main heading, if there is one."""
    found = {" ".join(h.text_content().split()) for h in body.iter("h1")} - {""}
    return found.pop() if len(found) == 1 else ""


def _document_title(root: etree._Element) -> str:
    title = " ".join((root.findtext(".//title") or "").split())
    return re.split(r"\s*[-_|—]{1,2}\s*(?=[^-_|—]*(?:网|政府|平台|门户|站)[^-_|—]*$)", title)[0]


def _stated(body: etree._Element) -> Mapping[str, str]:
    """Labels with their values as they stand in elements of their own: cells, list items, spans."""
    found: dict[str, str] = {}
    for element in body.iter("td", "th", "li", "span", "p", "div", "b", "strong", "em", "label", "dt"):
        if len(element) > 3:
            continue
        words = " ".join("".join(element.itertext()).split())
        match = _LABEL.match(words) if len(words) <= _LONGEST_VALUE + 8 else None
        if not match:
            continue
        label = re.sub(r"\s", "", match[1])
        value = words[match.end() :] or _next_words(element)
        if value and len(value) <= _LONGEST_VALUE and not _LABEL.search(value):
            found.setdefault(label, value)
    return found


def _next_words(element: etree._Element) -> str:
    """What stands right after a label: the text behind it or the next element's."""
    behind = " ".join((element.tail or "").split())
    after = element.getnext()
    if behind or after is None:
        return behind
    return " ".join("".join(after.itertext()).split())


def _drop_chrome(body: etree._Element) -> None:
    """Remove what is no part of any article: by element, by the names that sites give, by being hidden."""
    whole = _weight(body)
    for element in list(body.iter()):
        if not isinstance(element.tag, str) or element is body or element.getparent() is None:
            continue
        names = f"{element.get('class', '')} {element.get('id', '')}"
        hidden = _HIDDEN.search(element.get("style", "")) or element.get("hidden") is not None
        named = _CHROME.search(names) and _weight(element) <= whole * (1 - _MOST)
        if hidden or named or local(element) in _NOT_WORDS:
            element.drop_tree()


def _weight(element: etree._Element) -> int:
    """How many characters below `element` are neither blank nor part of a link or a script."""
    words = sum(len("".join(text.split())) for text in element.itertext())
    linked = (e for e in element.iter("a", "script", "style", "noscript", "select") if isinstance(e.tag, str))
    return words - sum(len("".join("".join(e.itertext()).split())) for e in linked)


def _article(body: etree._Element) -> etree._Element:
    """The innermost container that has most of the words."""
    article, whole = body, _weight(body)
    while True:
        heavy = next((c for c in _inner(article) if _weight(c) > _MOST * whole), None)
        if heavy is None:
            return article
        article, whole = heavy, _weight(heavy)


def _inner(element: etree._Element) -> Iterator[etree._Element]:
    """Containers right below `element`; of a table that only lays out the page, its cells."""
    for child in element:
        if local(child) in _CONTAINERS:
            yield child
        elif local(child) == "table" and (cells := list(child.iter("td"))) and (len(cells) < 4 or _lays_out(cells)):
            yield from cells
        elif local(child) not in _BLOCKS or local(child) in ("blockquote", "fieldset"):
            yield from _inner(child)


def _lays_out(cells: list[etree._Element]) -> bool:
    return any(sum(1 for _ in cell.iter("p")) > 5 for cell in cells)


def _lines(element: etree._Element) -> Iterator[str]:
    """Paragraphs below `element`; a table gives a line for each row."""
    words: list[str] = [element.text or ""]
    number = 0
    for child in element:
        name = local(child)
        if name == "table" and not _is_frame(child):
            yield from _flushed(words)
            yield from table.rows(_rows(child))
        elif name in _BLOCKS:
            yield from _flushed(words)
            inner = list(_lines(child))
            if name == "li" and local(element) == "ol" and inner:
                number += 1
                inner[0] = inner[0] if re.match(r"[\d(（一二三四五六七八九十]", inner[0]) else f"{number}.{inner[0]}"
            yield from inner
        elif name == "br":
            yield from _flushed(words)
        elif name:
            inner = list(_lines(child))
            if len(inner) > 1:
                words.append(inner[0])
                yield from _flushed(words)
                yield from inner[1:-1]
                words.append(inner[-1])
            else:
                words += inner
        words.append(child.tail or "")
    yield from _flushed(words)


def _flushed(words: list[str]) -> Iterator[str]:
    line = re.sub(r"[\s\xa0]+", " ", "".join(words)).strip(" \u3000")
    words.clear()
    if line:
        yield line


def _is_frame(element: etree._Element) -> bool:
    return not any(len(list(row)) > 1 for row in element.iter("tr"))


def _rows(element: etree._Element) -> list[list[str]]:
    """Cells of each row; one that spans rows says the same in each."""
    spanning: dict[int, tuple[int, str]] = {}
    rows: list[list[str]] = []
    for line in element.iter("tr"):
        if next(line.iterancestors("table")) is not element:
            continue
        cells: list[str] = []
        at = 0
        waiting = [c for c in line if local(c) in ("td", "th")]
        while waiting or at in spanning:
            if at in spanning:
                left, words = spanning.pop(at)
                if left > 1:
                    spanning[at] = (left - 1, words)
                at += 1
            else:
                cell = waiting.pop(0)
                words = " ".join(_lines(cell))
                down, across = _span(cell, "rowspan"), _span(cell, "colspan")
                if down > 1:
                    spanning[at] = (down - 1, words)
                at += across
            cells.append(words)
        rows.append(cells)
    return rows


def _span(cell: etree._Element, name: str) -> int:
    value = cell.get(name, "1")
    return min(int(value), 1000) if value.isdigit() and int(value) else 1


def _without_title(lines: list[str], title: str) -> list[str]:
    """`lines` from after the title where they begin with it, though broken over lines."""
    wanted = _bare(title)
    begun = ""
    for n, line in enumerate(lines[:6]):
        begun += _bare(line)
        if wanted and begun == wanted:
            return lines[n + 1 :]
        if not wanted.startswith(begun):
            break
    return lines


def _bare(text: str) -> str:
    return re.sub(r"\W", "", text)
