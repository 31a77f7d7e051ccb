"""The days by which or from which on something is wanted: 到2020年, 2月28日前, 自3月1日起."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from index.chinese.quantity import Kind, quantities
from index.document.structure import is_row
from index.types import Document, Milestone, Passage, Role, Span

_BY = re.compile(r"(?:到|至|截至|截止到?|力争|争取|确保|自|从)\s?$")
_BY_AFTER = re.compile(r"\s?(?:年?[底末]?[以之]?前|年?[底末]|年内|内(?![容部外设地资需涵])|起(?!点)|止|之日起|期间)")
_LONGEST_EVERY_YEAR = 14  # characters from 每年 to its date


def milestones(document: Document, passages: Sequence[Passage]) -> tuple[Milestone, ...]:
    """Those of all clauses in order of time, those of one time in that of the text."""
    issued = year = document.issued.year if document.issued else None
    dated = []
    for passage in passages:
        for span in passage.sentences if passage.role is Role.CLAUSE else ():
            for one in _of_sentence(document, passage, span):
                if not (issued and one.year and one.year < issued):
                    year = one.year or year
                    dated.append(replace(one, year=year))
    return tuple(sorted(dated, key=lambda m: (m.year or 0, m.month or 13, m.day or 32, m.at.start)))


def _of_sentence(document: Document, passage: Passage, span: Span) -> Iterator[Milestone]:
    sentence = document.text[span.start : span.end]
    if is_row(sentence.strip()):
        return
    for q in quantities(sentence) if "年" in sentence or "月" in sentence else ():
        before, after = _BY.search(sentence, 0, q.start), _BY_AFTER.match(sentence, q.end)
        every_year = "每年" in sentence[max(q.start - _LONGEST_EVERY_YEAR, 0) : q.start]
        if q.kind is Kind.DATE and (before or after) and not every_year:
            start, end = before.start() if before else q.start, after.end() if after else q.end
            yield Milestone(passage.id, q.year, q.month, q.day, Span(span.start + start, span.start + end), span)
