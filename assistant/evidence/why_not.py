"""Why sentences do not answer whatever the judge says: no figure of that year, no such words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.evidence.retrieve import Candidate, as_source
from assistant.question.coverage import normalized
from assistant.question.understand import Query
from assistant.types import titled
from index.chinese.quantity import Kind, quantities, unsupported
from index.search import Index

_QUOTED = re.compile(r"“([^“”]{2,16})”")


def why_not(query: Query) -> str | None:
    """Why nothing answers the query, for the reader; None if something may."""
    if not query.terms and not query.named:
        return "没有看出您想问文件里的什么内容，请写明地区和事项，例如“某市到2020年的目标是什么”。"
    if query.confirms and (phrase := _quoted_nowhere(query)):
        return f"{_names(query)}没有提到“{phrase}”。"
    return None


def year_of_none(query: Query, candidates: Sequence[Candidate], index: Index) -> str | None:
    """That the year which the query wants a figure for has none, where all figures in question are written to be of others."""
    if query.wanted is None or not query.wanted.figure or not (year := _year_of_none(query, candidates, index)):
        return None
    return f"{_names(query)}没有写明{year}的数字。"


def _quoted_nowhere(query: Query) -> str | None:
    """The first of the question's words in “” that no document has: then there is nothing to say yes to."""
    said = [normalized(document.text + document.title) for document in query.documents]
    return next((p for p in _QUOTED.findall(query.standalone) if not any(normalized(p) in text for text in said)), None)


def _year_of_none(query: Query, found: Sequence[Candidate], index: Index) -> str | None:
    """The year that the question wants a figure for, where all the figures in question are written to be of other years."""
    years = [q for q in quantities(query.standalone) if q.kind is Kind.DATE and q.year]
    holding = [c for c in found if c.holds_kind]
    if len(years) != 1 or not holding or query.confirms:
        return None
    for candidate in holding:
        source = as_source(index, candidate.evidence)
        written = [candidate.evidence.text, *(e.text for e in source.above), *source.headings]
        dated = any(q.kind is Kind.DATE and q.year for text in written for q in quantities(text))
        if not dated or not unsupported(f"{years[0].year}年", written):
            return None
    return f"{years[0].year}年"


def unstated(query: Query) -> str:
    """The reason where nothing that is there answers."""
    thing = f"写明所问的{query.wanted.called}" if query.wanted else "能回答这一问的内容"
    return f"{_names(query)}没有{thing}。"


def _names(query: Query) -> str:
    return "、".join(titled(d.title) for d in query.documents) if len(query.documents) < 3 else "现有文件"
