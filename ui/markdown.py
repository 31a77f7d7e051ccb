"""Answers as one Markdown file: sentences with marks, table, sources with quotes, the date, and that AI made it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby

from assistant.types import NEAREST, Answer
from ui.label import VISIBLE, hidden
from ui.lines import lines
from ui.turn import Turn

_MEANS_SOMETHING = re.compile(r"([\\`*_{}<>#|!~\[\]])")


def markdown(turns: Sequence[Turn], at: datetime) -> bytes:
    """The answered ones of `turns`, in UTF-8; what a document or a model wrote stays text."""
    parts = [f"# 政答 · {at:%Y-%m-%d %H:%M}", f"> {VISIBLE}"]
    for turn in turns:
        if turn.answer is None:
            continue
        answer = turn.answer
        parts += [f"## {normalized(turn.question)}", *_said(answer)]
        if answer.table:
            rows = [[normalized(c) for c in answer.table.columns], ["---"] * len(answer.table.columns)]
            rows += [
                [normalized(c.text + "".join(f"[{n}]" for n in c.citations)) for c in row] for row in answer.table.rows
            ]
            parts.append("\n".join(f"| {' | '.join(row)} |" for row in rows))
        parts += [f"> {normalized(notice)}" for notice in answer.notices]
        if turn.citations:
            parts.append("依据：" if answer.citations else NEAREST)
        parts += [
            f"\\[{c.number}\\] 《{normalized(c.document.name)}》{normalized(c.document.number or '')} {normalized(c.address)}（{c.status}）：“{normalized(c.shown)}”"
            + (f"（{c.caution}）" if c.caution else "")
            for c in turn.citations
        ]
        parts.append(f"有效性截至 {answer.as_of.isoformat()}。")
    body = "\n\n".join(parts)
    return f"---\nAIGC: '{hidden(body)}'\n---\n\n{body}\n".encode()


def _said(answer: Answer) -> Iterator[str]:
    """What it says, a paragraph each: items of a list together, headings of its own in bold."""
    for item, group in groupby(lines(answer), key=lambda line: line.item):
        texts = [f"**{normalized(line.text)}**" if line.frame else normalized(line.text) for line in group]
        if item:
            yield "\n".join(f"- {text}" for text in texts)
        else:
            yield from texts


def normalized(text: str) -> str:
    """`text` as it must be written in Markdown to be shown as it is; line breaks stay in the paragraph."""
    return re.sub(r"\s*\n\s*", " ", _MEANS_SOMETHING.sub(r"\\\1", text)).strip()
