"""An answer as lines to write into a file: headings of its own, items of a list, and running text with its marks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from assistant.types import Answer, Outcome

_CLOSING = tuple("。！？；!?;")


@dataclass(frozen=True, slots=True)
class Line:
    """One line, with [n] marks; `frame` if it heads what follows and cites nothing, `item` if it is one of a list."""

    text: str
    frame: bool = False
    item: bool = False


def lines(answer: Answer) -> Iterator[Line]:
    """What the answer says, and the reason where it says only part of it or nothing; never an empty line."""
    if answer.status is not Outcome.REFUSED:
        yield from _of_sentences(answer)
    if answer.reason:
        yield from (Line(line) for line in answer.reason.split("\n") if line.strip())


def _of_sentences(answer: Answer) -> Iterator[Line]:
    """A sentence that opens nothing goes on in the line of the one before."""
    open_line: Line | None = None
    for sentence in answer.sentences:
        item = sentence.opens.endswith("- ")
        if sentence.opens and open_line:
            yield open_line
            open_line = None
        for heading in sentence.opens.split("\n"):
            if words := heading.strip("- "):
                yield Line(words, frame=True)
        for n, text in enumerate(marked(sentence.text, sentence.citations).split("\n")):
            if n and open_line:
                yield open_line
                open_line = None
            if text.strip():
                open_line = replace(open_line, text=open_line.text + text) if open_line else Line(text, item=item)
    if open_line:
        yield open_line


def marked(text: str, numbers: tuple[int, ...]) -> str:
    """甲。 with (1, 2) becomes 甲[1][2]。"""
    marks = "".join(f"[{n}]" for n in numbers)
    return f"{text[:-1]}{marks}{text[-1]}" if text.endswith(_CLOSING) else f"{text}{marks}"
