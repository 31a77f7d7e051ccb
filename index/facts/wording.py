"""Words of a document as they are told: on one line, cut at a mark, a clause by its number, a date by its part of a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.chinese.markers import marker
from index.chinese.words import cut as words_of
from index.types import Document, Milestone, Section, Span

PAIRS = (("（", "）"), ("(", ")"), ("“", "”"), ("《", "》"), ("〈", "〉"), ("‘", "’"))
MARK = re.compile("[，,；;。：:！!？?]")
_WIDE = str.maketrans(",;:!?", "，；：！？")
_WIDE_BRACKETS = str.maketrans("()", "（）")
_HAN = "\u4e00-\u9fff，。；：、？！“”《》（）"
_BLANK = re.compile(rf"(?<=[{_HAN}]) | (?=[{_HAN}])")
_NARROW = re.compile(rf"(?<=[{_HAN}])[,;:!?]|[,;:!?](?=[{_HAN}])")
_LONGEST_LABEL = 10
_LONGEST_LEAD_IN = 30  # characters of a sentence before its date that are still told


def plain(text: str) -> str:
    """Printed words on one line, without blanks beside Chinese characters, and with Chinese marks beside these."""
    one = _BLANK.sub("", " ".join(text.split()))
    return _NARROW.sub(lambda m: m[0].translate(_WIDE), one).rstrip("；，：、;,: ")


def clean(text: str) -> str:
    """Printed words as a part of a sentence: `plain`, quotations in pairs, no full stop."""
    one = plain(text).removesuffix("。").replace("。", "；").translate(_WIDE_BRACKETS)
    return paired(one).strip("；，、 ")


def paired(text: str) -> str:
    """`text` with its quotation marks and brackets in pairs, or without them."""
    for a, b in PAIRS:
        if text.count(a) != text.count(b):
            text = text.replace(a, "").replace(b, "")
    return text


def closed(text: str) -> bool:
    """Whether every quotation and bracket that it opens is closed."""
    return all(text.count(a) == text.count(b) for a, b in PAIRS)


def cut(text: str, most: int) -> str:
    """`text`, or as many of its clauses as fit into about `most` characters, with ……; never inside a quotation or a bracket."""
    if len(text) <= most:
        return text
    room = round(1.6 * most)
    for marks in ("，；。！？", "、"):
        ends = [n for n, c in enumerate(text[:room]) if c in marks and n >= most // 3 and closed(text[:n])]
        fitting = [n for n in ends if n <= most]
        if (not fitting or fitting[-1] < most / 2) and len(text) <= room:
            return text
        if ends:
            return f"{text[: fitting[-1] if fitting else ends[0]]}……"
    kept = ""
    for word in words_of(text):
        if len(kept) + len(word) > most:
            break
        kept += word
    return f"{kept if closed(kept) else text[:most]}……"


def name(document: Document, opening: Span | None) -> str:
    """Its title; where it has none but the name of its file, or one that runs on, the words that its text opens with."""
    own = document.title != document.source
    if opening is None or (own and len(document.title) <= opening.end - opening.start):
        return document.title
    return " ".join(document.words(opening.start, opening.end).split())


def heading(document: Document, section: Section) -> str:
    """What heads a section, a question with its mark; "" where nothing does."""
    at = section.heading
    if at is None:
        return ""
    asks = document.text[at.end : at.end + 1] in ("？", "?")
    return f"{paired(plain(document.words(at.start, at.end)))}{'？' if asks else ''}"


def label(text: str, section: Section) -> str:
    """The number of a section as it is printed before what it says: 一、, (一), 1., 第一章, 问1; "" for what has none."""
    first = section.heading or section.key
    printed = text[section.start : first.start if first else section.start].rstrip("【〔").strip()
    found = marker(f"{printed} ")
    return printed.rstrip("：: ") if found and len(printed) <= min(found.length, _LONGEST_LABEL) else ""


def joined(number: str, words: str) -> str:
    """A number and what it heads: 一、总体目标, 1. 强化创新驱动, 第一章 总则, 附件1：名单."""
    if not (number and words) or number.endswith(("、", ")", "）")):
        return f"{number}{words}"
    return f"{number}{'：' if number[0] in '附问' else ' '}{words}"


def without_number(document: Document, span: Span) -> Span:
    """A sentence behind the number that it opens with."""
    found = marker(document.text[span.start : span.end])
    return Span(span.start + (found.length if found else 0), span.end)


def apart(dates: Sequence[Milestone]) -> list[Milestone]:
    """The milestones without the last day of a stretch of time whose first day is one too (自1月1日至3月31日)."""
    ends = {(m.span, m.at.end) for m in dates}
    return [m for m in dates if not any((m.span, m.at.start - gap) in ends for gap in (0, 1))]


def of_date(document: Document, one: Milestone, dates: Sequence[Milestone]) -> Span:
    """The sentence from shortly before its date on, between the date before and the date after it."""
    text, span = document.text, one.span
    first = without_number(document, span).start
    starts = [first, *(m.end() for m in MARK.finditer(text, first, one.at.start))]
    former = max((m.at.end for m in dates if m.span == span and m.at.end <= one.at.start), default=span.start)
    starts = [s for s in starts if s >= former] or [one.at.start]
    begin = next((s for s in starts if one.at.start - s <= _LONGEST_LEAD_IN), starts[-1])
    later = min((m.at.start for m in dates if m.span == span and m.at.start > one.at.end), default=span.end)
    stops = list(MARK.finditer(text, one.at.end, later))
    parted = [m.end() for m in stops if m[0] in "；;。"] or [m.end() for m in stops]
    return Span(begin, span.end if later == span.end else max(parted, default=span.end))
