"""Text to clauses: the tree of numbered headings, their paragraphs, items and 一是/二是 runs, each with its address.

Rules: a heading's own passage holds its first paragraph; further ones are `…·第2段` (`…·第2款` of an article of law); a
line that names units (责任单位：…) belongs to the paragraph above it; items of a dash list `…·—1`; a table `…·表1`, each row a sentence, its first row a heading; what is attached `附件1·…`; a
notice with clauses of its own before the plan that it sends out `通知·…`. What stands before the first clause is 文首 and
引言, what trails the last one is 文末; a table of contents is 目录, which nobody is answered from. What is marked is not looked at
for any of this; it belongs to the sentence that it stands in, or is one of its own. Every non-blank character of the text
lies in exactly one passage (`SplitError` otherwise: a defect of this module, never of a file).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from index.chinese.markers import STYLES, marker, runs
from index.chinese.units import is_duty_line
from index.document.parts import attached_at, contents
from index.document.prose import Prose
from index.document.structure import ASIDE, Line, is_prose, is_question, is_row, lines, numbered, sentences
from index.types import ADDRESS_SEPARATOR, Document, Passage, Role, Span

_TRAILER = re.compile(
    r"(?:备注|说明|注|来源|编辑|责任编辑|审核|链接|扫描二维码|分享|打印|关闭|上一篇|下一篇)|公开方式|抄送|相关附件|附件下载|"
    r"[(（]?此件(?:主动|依申请|不予)?公开|.{4,30}\d日印发$"
)
_LONGEST_TITLE = 40
_LEAST_QUESTIONS = 3
_ITEMS = ("一是", "——")
_HIDDEN = "\ufffc"
_HEADING_END = "。；;：:！!？?，,|、"
_NOT_IN_LABEL = str.maketrans("", "", f"“”\"‘’'「」{ADDRESS_SEPARATOR}")


class SplitError(AssertionError):
    """The passages do not hold every character exactly once."""


@dataclass(slots=True)
class _Node:
    """An open clause: where it is in the numbering, how many paragraphs, items and tables it has had, and whose labels are taken."""

    style: str
    label: str
    title: str
    paragraphs: int = 0
    items: int = 0
    tables: int = 0
    labels: dict[str, int] = field(default_factory=dict)


def split(document: Document) -> tuple[Passage, ...]:
    """The passages of `document` in order; raises SplitError if they do not cover it."""
    passages = _with_marks(document) if document.marks else _split(document)
    _assert_covered(document.text, passages)
    return tuple(passages)


def _split(document: Document) -> list[Passage]:
    all_lines = list(lines(document.text))
    listed = contents(all_lines)
    first = all_lines.index(listed[0]) if listed else 0
    front, body, back = _parts(all_lines[first + len(listed) :], document)
    opening = all_lines[:first]
    attached = attached_at(body)
    notice, plan = (body[:attached], body[attached:]) if attached is not None else ([], body)
    title, clauses = ([], plan) if attached is None else _title_lines(plan)
    again = 1 + bool(opening)
    return [
        *_block(document, opening, Role.FRONT.value, Role.FRONT),
        *_block(document, listed, "目录", Role.BACK),
        *_block(document, front, _nth(Role.FRONT.value, again), Role.FRONT),
        *_clauses(document, notice, "通知"),
        *_block(document, title, _nth(Role.FRONT.value, again + 1), Role.FRONT),
        *_clauses(document, clauses),
        *_block(document, back, Role.BACK.value, Role.BACK),
    ]


def _with_marks(document: Document) -> list[Passage]:
    """The passages of the prose, in the places of the document, and in them what is marked between its sentences."""
    prose = Prose.of(document)
    read_at = {name: Span(prose.here(span.start), prose.here(span.end)) for name, span in document.read_at.items()}
    plain = _split(replace(document, text=prose.text, marks=(), read_at=read_at))
    plain = plain or [Passage(document.id, Role.FRONT.value, (), 0, 0, (), Role.FRONT)]
    hidden = list(document.text)  # no sentence ends within what is marked
    for mark in document.marks:
        hidden[mark.span.start : mark.span.end] = _HIDDEN * (mark.span.end - mark.span.start)
    text = "".join(hidden)
    owned: list[list[Span]] = []
    at = 0
    for passage in plain:
        owned.append([])
        for span in map(prose.back, passage.sentences):
            before = owned[-1] or owned[-2:][0]
            before += _lines_between(text, at, span.start)
            whole = is_row(document.words(span.start, span.end))
            owned[-1] += [span] if whole else sentences(text, span.start, span.end)
            at = span.end
    owned[-1] += _lines_between(text, at, len(text))
    return [
        replace(p, start=own[0].start, end=own[-1].end, sentences=tuple(own))
        for p, own in zip(plain, owned, strict=True)
    ]


def _lines_between(text: str, start: int, end: int) -> list[Span]:
    return [Span(start + line.start, start + line.end) for line in lines(text[start:end])]


def _parts(all_lines: list[Line], document: Document) -> tuple[list[Line], list[Line], list[Line]]:
    """Front matter, clauses (with the preamble), trailing remarks."""
    end = len(all_lines)
    while end > 1 and (
        _TRAILER.match(all_lines[end - 1].text) or _holds(all_lines[end - 1], document, "issued", "issuer")
    ):
        end -= 1
    first_clause = next((i for i in range(end) if numbered(all_lines[i].text)), end)
    signed = max((i for i in range(first_clause) if _holds(all_lines[i], document, "issued")), default=-1)
    start = signed + 1
    while start < first_clause and not is_prose(all_lines[start].text) and not _opens_body(all_lines, start, document):
        start += 1
    return all_lines[:start], all_lines[start:end], all_lines[end:]


def _nth(label: str, n: int) -> str:
    return label if n == 1 else f"{label}({n})"


def _title_lines(plan: list[Line]) -> tuple[list[Line], list[Line]]:
    """The lines above the first running text or number of an attached plan, and the rest."""
    end = next((i for i, line in enumerate(plan) if numbered(line.text) or is_prose(line.text)), len(plan))
    return plan[:end], plan[end:]


def _holds(line: Line, document: Document, *fields: str) -> bool:
    spans = (document.read_at.get(name) for name in fields)
    return any(span and line.start <= span.start < line.end for span in spans)


def _opens_body(all_lines: list[Line], i: int, document: Document) -> bool:
    line = all_lines[i].text
    if _bare(line) in _bare(document.title):
        return False
    return _unnumbered_heading(all_lines, i) or (is_question(line) and _asks(all_lines))


def _asks(all_lines: list[Line]) -> bool:
    """Whether the text consists of questions, without numbers, and their answers."""
    return sum(is_question(line.text) and marker(line.text) is None for line in all_lines) >= _LEAST_QUESTIONS


def _unnumbered_heading(all_lines: list[Line], i: int) -> bool:
    """A short line of words, not closed like a sentence, that running text follows."""
    line = all_lines[i].text
    han = sum("\u4e00" <= c <= "\u9fff" for c in line)
    follows = i + 1 < len(all_lines) and is_prose(all_lines[i + 1].text)
    return follows and len(line) <= 30 and han >= 4 and not any(c in _HEADING_END for c in line)


def _block(document: Document, block: list[Line], address: str, role: Role) -> list[Passage]:
    if not block:
        return []
    start, end = block[0].start, block[-1].end
    spans = tuple(span for line in block for span in sentences(document.text, line.start, line.end))
    return [Passage(document.id, address, (), start, end, spans, role)]


def _clauses(document: Document, body: list[Line], prefix: str = "") -> list[Passage]:
    path: list[_Node] = []
    root = _Node("", "", "")
    passages: list[Passage] = []
    numbered_seen = False
    asked = _asks(body)

    def add(start: int, end: int, *suffix: str) -> None:
        above = [prefix] if prefix else []
        address = ADDRESS_SEPARATOR.join([*above, *(node.label for node in path), *suffix])
        headings = tuple(node.title for node in path if node.title)
        passages.append(Passage(document.id, address, headings, start, end, sentences(document.text, start, end)))

    def add_table(rows: Sequence[Line]) -> None:
        _close_items(path)
        parent = path[-1] if path else root
        parent.tables += 1
        parent.paragraphs = max(parent.paragraphs, 1)
        add(rows[0].start, rows[-1].end, f"表{parent.tables}")
        headings = (*passages[-1].headings, rows[0].text.rstrip("| "))
        passages[-1] = replace(passages[-1], headings=headings, sentences=tuple(row.span for row in rows))

    table_end = -1
    for i, line in enumerate(body):
        if i < table_end:
            continue
        if is_row(line.text) and i + 1 < len(body) and is_row(body[i + 1].text):
            table_end = next((n for n in range(i, len(body)) if not is_row(body[n].text)), len(body))
            add_table(body[i:table_end])
            continue
        if (
            marker(line.text) is None
            and is_duty_line(line.text)
            and passages
            and table_end < i
            and not (path and path[-1].style in _ITEMS)
        ):
            passages[-1] = _extended(document, passages[-1], line.end)
            continue
        found = marker(line.text)
        numbered_seen = numbered_seen or bool(found and found.style == "一、")
        if found is None and asked and is_question(line.text):
            _open(path, root, _Node("问", "问", line.text))
            add(line.start, line.end)
            continue
        if found is None and not numbered_seen and _unnumbered_heading(body, i):
            _open(path, root, _Node("无号", _bare(line.text), line.text))
            add(line.start, line.end)
            continue
        starts = runs(line.text)
        head_end = starts[0] if starts else len(line.text)
        if found and not (found.style == "一是" and starts):
            _open(path, root, _Node(found.style, found.label, _title(line.text[found.length :])))
            if found.style == "附件" and not path[-1].title and i + 1 < len(body) and _names(body[i + 1].text):
                path[-1].title = body[i + 1].text
            rest = line.text[found.length :]
            whole = found.style == "条" and rest[-1:] in tuple("。；;")
            path[-1].paragraphs = int(whole or rest.strip(_HEADING_END + " ") not in ("", path[-1].title))
            add(line.start, line.start + head_end)
        elif head_end:
            _close_items(path)
            parent = path[-1] if path else root
            parent.paragraphs += 1
            if path and parent.paragraphs == 1:
                passages[-1] = _extended(document, passages[-1], line.start + head_end)
            else:
                what = "款" if path and path[-1].style == "条" else "段"
                suffix = [] if path else ["引言"]
                if parent.paragraphs > 1:
                    suffix.append(f"第{parent.paragraphs}{what}")
                add(line.start, line.start + head_end, *suffix)
        else:
            _close_items(path)
        for start, end in pairwise((*starts, len(line.text))):
            item = line.text[start:end].rstrip()
            _open(path, root, _Node("一是", item[:2], _title(item[2:])))
            add(line.start + start, line.start + start + len(item))
    return passages


def _names(line: str) -> bool:
    """Whether the line below 附件1 says what is attached."""
    return len(line) <= _LONGEST_TITLE and line[-1] not in _HEADING_END and not numbered(line) and not is_row(line)


def _title(rest: str) -> str:
    first = re.match(r"[^。；;！!？?]*", rest.strip())
    title = ASIDE.sub("", first[0]).strip(" ,，、") if first else ""
    return title if len(title) <= _LONGEST_TITLE else ""


def _open(path: list[_Node], root: _Node, node: _Node) -> None:
    """Put `node` below what encloses it, under a label of its own.

    The same style closes its sibling; an outer style closes everything inner; a number given twice becomes 一, 一(2).
    """
    styles = [open_.style for open_ in path]
    if node.style in styles:
        del path[styles.index(node.style) :]
    else:
        rank = STYLES.index(node.style)
        if path and all(STYLES.index(style) > rank for style in styles):
            path.clear()
        elif node.style != "一是":
            _close_items(path)
    parent = path[-1] if path else root
    if node.style == "——":
        parent.items += 1
        node.label = f"—{parent.items}"
    if path and node.style in _ITEMS:  # what follows the items is no longer the clause's first paragraph
        parent.paragraphs = max(parent.paragraphs, 1)
    again = parent.labels[node.label] = parent.labels.get(node.label, 0) + 1
    if again > 1:
        node.label += f"({again})"
    path.append(node)


def _close_items(path: list[_Node]) -> None:
    while path and path[-1].style in _ITEMS:
        path.pop()


def _extended(document: Document, passage: Passage, end: int) -> Passage:
    own = sentences(document.text, passage.end, end)
    return Passage(
        passage.document_id, passage.address, passage.headings, passage.start, end, (*passage.sentences, *own)
    )


def _assert_covered(text: str, passages: Sequence[Passage]) -> None:
    at = 0
    for passage in passages:
        for span in passage.sentences:
            if span.start < at or not passage.start <= span.start < span.end <= passage.end:
                raise SplitError(f"clause {passage.address}: sentence {span} overlaps or leaves its passage")
            _assert_blank(text, at, span.start)
            at = span.end
    _assert_blank(text, at, len(text))


def _assert_blank(text: str, start: int, end: int) -> None:
    if text[start:end].strip():
        raise SplitError(f"no clause holds characters {start}–{end}: {text[start:end].strip()[:20]!r}")


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text.translate(_NOT_IN_LABEL))
