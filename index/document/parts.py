"""The documents inside a file: a notice that sends a plan out, the plan, what is attached; and its table of contents."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from index.chinese.markers import marker
from index.document.structure import Line, is_prose, is_row, lines, numbered
from index.types import ADDRESS_SEPARATOR, Document, Passage, Span

PLAN_WORDS = (
    "方案|计划|意见|规划|办法|通知|纲要|措施|规定|决定|条例|细则|行动|政策|公告|通告|决议|指引|指南|章程|要点|批复|函"
)
ITSELF = rf"(?:本|该|此)(?:{PLAN_WORDS}|文件|文|件)"
"""A pattern of the words by which a text speaks of itself."""
_HAN_DIGIT = "〇○零一二三四五六七八九十"
ONLY_DATE = re.compile(
    rf"[12]\d{{3}}\s*年\s*\d{{1,2}}\s*月\s*\d{{1,2}}\s*日|[一二][{_HAN_DIGIT}]{{3}}年[元{_HAN_DIGIT}]{{1,2}}月[{_HAN_DIGIT}]{{1,3}}日"
)
ISSUING_BODY = re.compile(r"[\u4e00-\u9fff]{2,30}(?:政府|办公厅|办公室|委员会|国务院|[委局厅部院会署])")
_TITLE = re.compile(rf"[^|。；;]{{4,60}}(?:{PLAN_WORDS})(?:[(（].{{1,20}}[)）])?")
_CONTENTS = re.compile(r"目\s*[录次]")
_ENTRY = re.compile(r".{1,60}?(?:…+|[.．·\s]{3,}|\s)\s*\d{1,3}")
_LEADERS = re.compile(r".{1,60}?(?:…+|[.．·…]{3,})\s*\d{1,3}")
_AFTER_SIGNATURE = 6
_BRACKETED_YEAR = re.compile(r"[〔\[［]\d{4}[〕\]］]")
_NOTICE = re.compile(r"(?:印发|转发|发布|公布).*(?:通知|函|令)|(?:通知|公告|通告)(?:[(（].*[)）])?$")


class Sort(StrEnum):
    """What a document inside a file is to the others in it."""

    NOTICE = "印发通知"
    PLAN = "文件"
    ATTACHMENT = "附件"


@dataclass(frozen=True, slots=True)
class Part:
    """A document inside a file, from `start` to `end`; `sent_by` is the title of the one that it came with, "" if untitled."""

    sort: Sort
    title: str
    start: int
    end: int
    sent_by: str | None


@dataclass(frozen=True, slots=True)
class Signature:
    """The lines of the bodies that signed, of which there may be none, and the line of the date below them."""

    bodies: tuple[Line, ...]
    date: Line

    @property
    def span(self) -> Span | None:
        """Where the bodies stand."""
        return Span(self.bodies[0].start, self.bodies[-1].end) if self.bodies else None


def signature_at(all_lines: Sequence[Line], i: int) -> Signature | None:
    """The signature whose date is line `i`."""
    if not ONLY_DATE.fullmatch(all_lines[i].text):
        return None
    first = i
    while first and _names_bodies(all_lines[first - 1].text):
        first -= 1
    return Signature(tuple(all_lines[first:i]), all_lines[i])


def signatures(all_lines: Sequence[Line]) -> list[Signature]:
    """All signatures with a body, in order."""
    found = (signature_at(all_lines, i) for i in range(len(all_lines)))
    return [signature for signature in found if signature and signature.bodies]


def _names_bodies(line: str) -> bool:
    words = line.split()
    return bool(words) and all(ISSUING_BODY.fullmatch(word) for word in words)


def contents(all_lines: Sequence[Line]) -> list[Line]:
    """The lines of the table of contents: below 目录, or set with leaders to page numbers."""
    titles = any(_CONTENTS.fullmatch(line.text) for line in all_lines)
    last = {_bare(line.text): n for n, line in enumerate(all_lines)} if titles else {}
    for i, line in enumerate(all_lines):
        titled = _CONTENTS.fullmatch(line.text)
        if not titled and not _LEADERS.fullmatch(line.text):
            continue
        end = i + bool(titled)
        while end < len(all_lines) and _is_entry(all_lines[end], end, last if titled else {}):
            end += 1
        if end - i > 2:
            return list(all_lines[i:end])
    return []


def _is_entry(line: Line, at: int, last: Mapping[str, int]) -> bool:
    """Whether line `at` leads to a page, or says what a later line says again; `last` is where each text stands last."""
    if is_row(line.text) or is_prose(line.text):
        return False
    if _LEADERS.fullmatch(line.text) or _ENTRY.fullmatch(line.text):
        return True
    return len(line.text) <= 60 and last.get(_bare(line.text), at) > at


def _bare(text: str) -> str:
    return re.sub(r"[.．…·\s]*\d*$", "", re.sub(r"\s", "", text))


def attached_at(all_lines: Sequence[Line]) -> int | None:
    """Where the plan begins that a notice with clauses of its own sends out: at its title, below the notice's signature."""
    clauses = [i for i, line in enumerate(all_lines) if numbered(line.text)]
    for i in range(clauses[0] + 1 if clauses else len(all_lines), len(all_lines)):
        signed = signature_at(all_lines, i)
        if not signed or not signed.bodies:
            continue
        for at in range(i + 1, min(i + 1 + _AFTER_SIGNATURE, len(all_lines))):
            line = all_lines[at].text
            if marker(line) or is_prose(line):
                break
            if _TITLE.fullmatch(line) and clauses[-1] > at:
                return at
    return None


def _notice_title(above: Sequence[Line]) -> str:
    """The title of a notice, which may be broken over three lines; "" where it has none."""
    for i in range(len(above)):
        for count in (1, 2, 3):
            title = "".join(line.text for line in above[i : i + count])
            whole = title.count("《") == title.count("》") and not _BRACKETED_YEAR.search(title)
            if whole and _NOTICE.search(title) and not is_prose(title):
                return title
    return ""


def parts(document: Document, passages: Sequence[Passage]) -> tuple[Part, ...]:
    """The notice and the plan that it sends out, if the file has both, and what is attached, in order, each linked."""
    text, title = document.text, document.title
    at = document.read_at["title"].start if "title" in document.read_at else 0
    words = (replace(line, text=document.words(line.start, line.end).strip()) for line in lines(text[:at]))
    above = [line for line in words if line.text and not is_row(line.text)]
    signed = any(s and s.bodies for s in (signature_at(above, i) for i in range(len(above))))
    by_clauses = [p for p in passages if p.address.startswith(f"通知{ADDRESS_SEPARATOR}")]
    groups: dict[str, list[Passage]] = {}
    for passage in passages:
        label = passage.address.partition(ADDRESS_SEPARATOR)[0]
        if label[:2] in ("附件", "附录", "附表") and len(label) > 2:
            groups.setdefault(label, []).append(passage)
    end = min((group[0].start for group in groups.values()), default=len(text))
    found: list[Part] = []
    if signed:
        named = _notice_title(above)
        found.append(Part(Sort.NOTICE, named, above[0].start, at, None))
        found.append(Part(Sort.PLAN, title, at, end, named))
    elif by_clauses:
        begin = next((p.start for p in passages if p.start > by_clauses[-1].start), end)
        found.append(Part(Sort.NOTICE, title, at, begin, None))
        plan = next(lines(text[begin:end]), None)
        found.append(Part(Sort.PLAN, plan.text if plan else "", begin, end, title))
    else:
        found.append(Part(Sort.PLAN, title, at, end, None))
    for label, group in groups.items():
        heading = group[0].headings[0] if group[0].headings else label
        found.append(Part(Sort.ATTACHMENT, heading, group[0].start, group[-1].end, found[0].title))
    return tuple(found)
