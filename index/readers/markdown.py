"""Markdown: the words of a CommonMark file, without the marks of headings, rules, bold and comments."""

from __future__ import annotations

import re

from index.readers.plain_text import decoded
from index.readers.reading import Reading, Source

_NOT_SHOWN = re.compile(
    r"<!--.*?-->|^ {0,3}#{1,6}[^\S\n]+|[^\S\n]+#+[^\S\n]*$|^ {0,3}(?:[-*_][^\S\n]*){3,}$", re.S | re.M
)
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")


def read(source: Source) -> Reading:
    """The text as it would be printed, tables kept as they are."""
    return Reading(_EMPHASIS.sub(r"\2", _NOT_SHOWN.sub("", decoded(source.data))))
