"""Who does what: from the lines that close a clause (`index.chinese.units`) or the columns of a table: 牵头单位, 责任单位, 配合单位."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from index.chinese.markers import marker
from index.chinese.units import units, units_named
from index.document.prose import Prose
from index.document.table import Row, rows
from index.types import Document, Duty, Passage, Span

_LEADS = re.compile(r"(?:牵头|主办|主要责任)(?:责任)?(?:单位|部门|处室|科室)?")
_TAKES_PART = re.compile(r"(?:责任|配合|协办|参与|参加|协助|负责|落实)(?:单位|部门|处室|科室)")


def duties(document: Document, passage: Passage) -> tuple[Duty, ...]:
    """What the duty lines of a clause say, or the columns for units of a table, row by row."""
    listed = rows(document, passage)
    return tuple(_of_rows(passage, listed) if listed else _of_lines(document, passage))


def _of_rows(passage: Passage, listed: Sequence[Row]) -> Iterator[Duty]:
    for row in listed:
        lead, responsible = (
            tuple(unit for name, cell in row.cells.items() if role.fullmatch(name) for unit in units(cell))
            for role in (_LEADS, _TAKES_PART)
        )
        if lead or responsible:
            yield Duty(passage.id, lead, responsible, row.span, row.span, row.subject)


def _of_lines(document: Document, passage: Passage) -> list[Duty]:
    """One of each duty line, about what stands between the one before and itself; several have a task each."""
    found: list[Duty] = []
    begin = passage.start
    for span in passage.sentences:
        prose = Prose.of(document, span)
        named = units_named(prose.text)
        if named is None:
            continue
        line = Span(prose.back(Span(named.start, len(prose.text))).start, span.end)
        before = found[-1] if found else None
        goes_on = before and not document.words(before.span.end, line.start).strip()
        if before and goes_on and not named.lead and not before.responsible:  # 配合单位：乙局 below 牵头单位：甲局
            found[-1] = replace(before, responsible=named.responsible, span=Span(before.span.start, line.end))
        else:
            found.append(Duty(passage.id, named.lead, named.responsible, line, Span(begin, line.start)))
        begin = line.end
    return [_with_task(document, passage, duty) for duty in found] if len(found) > 1 else found


def _with_task(document: Document, passage: Passage, duty: Duty) -> Duty:
    """The duty with the words that open the sentence before its line as its task, and that sentence before the line."""
    starts = [s.start for s in passage.sentences if duty.about.start <= s.start < duty.about.end]
    if not starts:
        return duty
    start = starts[-1]
    words = document.words(start, duty.about.end)
    found = marker(words)
    task = re.split(r"[，,。；;：:]", words[found.length if found else 0 :].strip())[0]
    return replace(duty, task=task, span=Span(start, duty.span.end))


def task_of(passage: Passage, found: Duty) -> str:
    """What the duty is for: the row's task, else what the clause is headed; "" where it is not."""
    return found.task or (passage.headings[-1] if passage.headings else "")
