"""By the rules, why the candidates do not answer: nothing is about it, no figure of that year, no answer of that kind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from assistant.evidence.retrieve import Candidate, as_source
from assistant.question.coverage import Term, normalized
from assistant.question.intent import ASKS_IF_SAID
from assistant.question.understand import Query
from assistant.types import titled
from index.chinese.quantity import Kind, quantities, unsupported
from index.chinese.words import tag
from index.search import Index

_QUOTED = re.compile(r"“([^“”]{2,16})”")
_LEAST_COVERED = 0.4
_LEAST_COVERED_FIGURE = 0.5
_LEAST_COVERED_FRONT = 0.7
_LESS_IF_BOTH_LEGS_AGREE = 0.15


def why_not(query: Query, candidates: Sequence[Candidate], index: Index) -> str | None:
    """Why the rules find no answer in the candidates, for the reader; None if they find one."""
    names = _names(query)
    if not query.terms and not query.named:
        return "没有看出您想问文件里的什么内容，请写明地区和事项，例如“某市到2020年的目标是什么”。"
    if not query.terms and query.wanted is None:
        return None
    found = about(query, candidates)
    said = [normalized(as_source(index, c.evidence).context) for c in candidates]
    if query.confirms and (phrase := _quoted_nowhere(query, said)):
        return f"{names}没有提到“{phrase}”。"
    if not found:
        absent = [t for t in query.terms if t.weight >= 1 and not any(t.word in text for text in said)]
        return (
            f"{names}没有提到“{_listed(absent)}”。"
            if absent and ASKS_IF_SAID.search(query.standalone)
            else unstated(query)
        )
    if query.wanted and query.wanted.figure and (year := _year_of_none(query, found, index)):
        topic = _listed(_known(query))
        return f"{names}没有写明{year}的{f'“{topic}”' if topic else '数字'}。"
    if query.wanted and not any(c.holds_kind for c in found):
        return unstated(query)
    return None


def _known(query: Query) -> list[Term]:
    """The nouns of the question that the documents in question have: the rest may be the thing, or only how people talk."""
    texts = [document.text for document in query.documents]
    nouns = {word for word, pos in tag(query.standalone) if pos.startswith("n") and len(word) > 1}
    return [t for t in query.terms if t.word in nouns and any(t.word in text for text in texts)]


def _quoted_nowhere(query: Query, said: Sequence[str]) -> str | None:
    """The first of the question's words in “” that no text has: then there is nothing to say yes to."""
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


def about(query: Query, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates that hold enough of the question's words.

    A figure of something else is worse than none, so a question for one needs more of them; what both search legs put
    first needs fewer, since the dense one knows a thing by other words too.
    """
    strict = query.confirms or (query.wanted is not None and query.wanted.figure)
    least = _LEAST_COVERED_FIGURE if strict else _LEAST_COVERED
    enough = [c for c in candidates if c.covered >= least - _LESS_IF_BOTH_LEGS_AGREE * c.first_in_both]
    return [c for c in enough if not c.front or c.covered >= _LEAST_COVERED_FRONT]


def unstated(query: Query) -> str:
    """The reason where what is there is about the question, if it has a topic, and does not answer it."""
    topic = _listed(_known(query))
    thing = f"写明所问的{query.wanted.called}" if query.wanted else "能回答这一问的内容"
    return f"{_names(query)}{f'提到了“{topic}”，但' if topic else ''}没有{thing}。"


def _names(query: Query) -> str:
    return "、".join(titled(d.title) for d in query.documents) if len(query.documents) < 3 else "现有文件"


def _listed(terms: Iterable[Term]) -> str:
    return "、".join(t.word for t in terms)
