"""Lines of a text and what kind of line each is: the layer below `describe` and `split`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.types import Span

_SENTENCE_END = "。！？!?"
_CLOSERS = "”’\"'」』）)】》〉"
_CLOSING_BRACKETS = ")）\\]］〕】"
_HAN_DIGITS = "一二三四五六七八九十百千零〇"
_NUMBER_OF_CLAUSE = (
    rf"(?:[{_HAN_DIGITS}]+[、.．]|[(（][{_HAN_DIGITS}]+[)）]|\d{{1,3}}(?:[.．](?!\d)|、)|第[{_HAN_DIGITS}]+[章节条])"
)
_PRINTED = re.compile(r"[^\n]+")
_BREAK = re.compile(
    rf"(?<=[{_SENTENCE_END}])[^\S\n]+|(?<=[{_SENTENCE_END}][{re.escape(_CLOSERS)}])[^\S\n]+|[^\S\n]{{3,}}|"
    rf"(?<=[{_CLOSING_BRACKETS}])(?<![{_HAN_DIGITS}\d][{_CLOSING_BRACKETS}])[^\S\n]+(?={_NUMBER_OF_CLAUSE})"
)
_ASIDE = rf"(?<=[{_SENTENCE_END}])[(（][^()（）\n{_SENTENCE_END}]{{5,}}[)）](?![，,;；、。])"
_SENTENCE = re.compile(rf"{_ASIDE}|[^{_SENTENCE_END}]*[{_SENTENCE_END}]+[{re.escape(_CLOSERS)}]*|[^{_SENTENCE_END}]+")
_NARROW = str.maketrans("０１２３４５６７８９", "0123456789")
_LEAST_PROSE = 30
_LONGEST_QUESTION = 60


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph as printed: a stretch without a line break, stripped."""

    start: int
    end: int
    text: str

    @property
    def span(self) -> Span:
        """Where the line stands."""
        return Span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Marker:
    """The number that opens a clause: its `style` (which level of numbering), its `label` in an address, its length."""

    style: str
    label: str
    length: int


# Outermost first, in the order of the official layout standard GB/T 9704 and of laws (编 章 节 条).
STYLES = ("附件", "编", "章", "节", "条", "问", "无号", "一、", "(一)", "1.", "1.1", "(1)", "①", "一是", "——")
_MARKERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "附件",
        re.compile(
            rf"(附[件录表]\s*(?:[\d{_HAN_DIGITS}]{{1,3}}|[A-Z](?![A-Za-z]))?(?:\s*[-—－]\s*\d+)?)\s*(?:$|[:：]\s*)"
        ),
    ),
    *(
        (unit[0], re.compile(rf"(第[{_HAN_DIGITS}\d]+[{unit}](?:之[{_HAN_DIGITS}]+)?)(?=[\s：:]|[\u4e00-\u9fff]|$)\s*"))
        for unit in ("编編", "章", "节節", "条條")
    ),
    ("问", re.compile(r"(问题?[\d一二三四五六七八九十]*|Q\d*)\s*[:：]\s*")),
    ("一、", re.compile(rf"([{_HAN_DIGITS}]+)[、.．]\s*")),
    ("(一)", re.compile(rf"[(（]([{_HAN_DIGITS}]+)[)）]\s*[、.]?\s*")),
    ("1.", re.compile(r"(\d{1,3})(?:[.．](?!\d)|、)\s*")),
    ("1.1", re.compile(r"(\d{1,2}(?:\.\d{1,2}){1,3})[.．]?[^\S\n]+(?=[\u4e00-\u9fff])(?![亿万元个倍米吨度公年月%])")),
    ("(1)", re.compile(r"[(（](\d{1,3})[)）]\s*")),
    ("①", re.compile(r"([①-⑳])\s*")),
    ("一是", re.compile(rf"([{_HAN_DIGITS}]是)")),
    ("——", re.compile(r"(—{1,2}|–{1,2}|-{2})\s*(?=[\u4e00-\u9fff“])")),
)
_RUN = re.compile(rf"(?:^|(?<=[。;；:：,，]))\s*([{_HAN_DIGITS}])是")


def lines(text: str) -> Iterator[Line]:
    """Paragraphs of `text` in order: line breaks, blanks after a sentence, and wide gaps separate them; a table's row is one."""
    for printed in _PRINTED.finditer(text):
        start, end = printed.span()
        if is_row(printed[0].rstrip()):
            yield from _stripped(text, start, end)
            continue
        for match in _BREAK.finditer(text, start, end):
            yield from _stripped(text, start, match.start())
            start = match.end()
        yield from _stripped(text, start, end)


def sentences(text: str, start: int, end: int) -> tuple[Span, ...]:
    """Sentences of `text[start:end]`; together they hold all of its non-blank characters."""
    found = (m.span() for m in _SENTENCE.finditer(text, start, end))
    return tuple(line.span for s, e in found for line in _stripped(text, s, e))


def marker(line: str) -> Marker | None:
    """The clause number that `line` opens with."""
    for style, pattern in _MARKERS:
        match = pattern.match(line)
        if match:
            label = re.sub(r"\s", "", match[1]).translate(_NARROW)
            return Marker(style, f"({label})" if style in ("(一)", "(1)") else label, match.end())
    return None


def is_row(line: str) -> bool:
    """Whether `line` is a row of a table: cells closed by rules."""
    return line.endswith("|") and line.count("|") > 1


def is_question(line: str) -> bool:
    """Whether `line` is a question of its own, as pages of questions and answers print them."""
    return 6 <= len(line) <= _LONGEST_QUESTION and line[-1] in "？?" and not any(c in line[:-1] for c in "。；;")


def numbered(line: str) -> bool:
    """Whether `line` opens a numbered clause or a question."""
    found = marker(line)
    return found is not None and found.style not in ("附件", "一是", "——")


def is_prose(line: str) -> bool:
    """Whether `line` is running text: long enough and closed like a sentence."""
    return len(line) >= _LEAST_PROSE and line.rstrip(_CLOSERS)[-1:] in tuple(_SENTENCE_END + ";；")


def runs(line: str) -> tuple[int, ...]:
    """Offsets in `line` where 一是, 二是, … begin, if they run on from 一 with at least two; else nothing."""
    starts: list[int] = []
    for match in _RUN.finditer(line):
        if len(starts) < 10 and match[1] == _HAN_DIGITS[len(starts)]:
            starts.append(match.start(1))
    return tuple(starts) if len(starts) > 1 else ()


def _stripped(text: str, start: int, end: int) -> Iterator[Line]:
    piece = text[start:end]
    body = piece.strip()
    if body:
        first = start + len(piece) - len(piece.lstrip())
        yield Line(first, first + len(body), body)
