"""Lines of a text and what kind of line each is: the layer below `describe` and `split`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.chinese.markers import HAN_DIGITS, marker
from index.types import Span

_SENTENCE_END = "。！？!?"
_CLOSERS = "”’\"'」』）)】》〉"
_CLOSING_BRACKETS = ")）\\]］〕】"
_NUMBER_OF_CLAUSE = (
    rf"(?:[{HAN_DIGITS}]+[、.．]|[(（][{HAN_DIGITS}]+[)）]|\d{{1,3}}(?:[.．](?!\d)|、)|第[{HAN_DIGITS}]+[章节条])"
)
_PRINTED = re.compile(r"[^\n]+")
_BREAK = re.compile(
    rf"(?<=[{_SENTENCE_END}])[^\S\n]+|(?<=[{_SENTENCE_END}][{re.escape(_CLOSERS)}])[^\S\n]+|[^\S\n]{{3,}}|"
    rf"(?<=[{_CLOSING_BRACKETS}])(?<![{HAN_DIGITS}\d][{_CLOSING_BRACKETS}])[^\S\n]+(?={_NUMBER_OF_CLAUSE})|"
    rf"(?<=[：:])[^\S\n]+(?={_NUMBER_OF_CLAUSE})"
)
_ASIDE = rf"(?<=[{_SENTENCE_END}])[(（][^()（）\n{_SENTENCE_END}]{{5,}}[)）](?![，,;；、。])"
_SENTENCE = re.compile(rf"{_ASIDE}|[^{_SENTENCE_END}]*[{_SENTENCE_END}]+[{re.escape(_CLOSERS)}]*|[^{_SENTENCE_END}]+")
ASIDE = re.compile(r"\s*[(（](?:[^()（）]{13,}|[^()（）]*[，,。；;：:？?！!“”《》][^()（）]*|\s*)[)）]$")
"""A remark in brackets behind a title and no part of it: long, or with the punctuation of a sentence; 2016—2018年 and 试行 are part."""
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


def _stripped(text: str, start: int, end: int) -> Iterator[Line]:
    piece = text[start:end]
    body = piece.strip()
    if body:
        first = start + len(piece) - len(piece.lstrip())
        yield Line(first, first + len(body), body)
