"""What a question takes for granted: a figure that it gives to a thing, against what the plan says of that very thing.

Compared with the extracted targets, so that 90% which the plan has of one indicator does not confirm 90% asked of another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.question.coverage import Term, coverage, normalized
from assistant.question.understand import Query
from assistant.routes.comparison import shown
from index.chinese.quantity import Kind, Quantity, quantities, same_count, same_measure, same_quantity
from index.chinese.words import cut
from index.search import Index
from index.types import Span, Target

_LEAST_NAMED = 0.35
_LEAST_NAMED_ALONE = 0.8
_ALL = 0.9
_BOUND = {"": "", ">=": "不少于", ">": "超过", "<=": "不超过", "<": "低于", "~": "约", "[": "", "]": ""}
_ASKS = re.compile(r"(?:多少|几)$")


@dataclass(frozen=True, slots=True)
class Premise:
    """A figure or a year of the question and what the plan has of the same thing, in the same unit."""

    figure: Quantity
    target: Target
    holds: bool

    @property
    def spans(self) -> tuple[Span, ...]:
        """The sentences that say what the plan has: of the figure, or of the year if that is what it is about."""
        year = self.target.year_span if self.figure.kind is Kind.DATE else None
        return (self.target.span, year) if year and year != self.target.span else (self.target.span,)

    @property
    def remark(self) -> str:
        """What is wrong with it, for the reader."""
        return f"原文写的是“{shown(self.target)}”，不是“{_BOUND[self.figure.bound]}{self.figure.text}”。"


def premises(query: Query, index: Index) -> tuple[Premise, ...]:
    """The figures of the question whose thing one of the plans in question has a figure of, in the order of the question.

    Of a yes-or-no question without a figure, its year. None where several places are named: whose is it?
    """
    if len(query.places) > 1:
        return ()
    targets = index.targets([d.id for d in query.documents])
    dates = [q for q in quantities(query.standalone) if q.kind is Kind.DATE and q.year]
    figures = list(_figures(query.standalone))
    if query.confirms and not figures and len(dates) == 1:
        return _dated(dates[0], query, targets, index)
    asked = [t for t in targets if not dates or t.year in (None, *(q.year for q in dates))]
    return tuple(p for figure, around in figures if (p := _premise(figure, around, asked, query.terms, index)))


def _figures(text: str) -> Iterator[tuple[Quantity, str]]:
    """Each definite number with the words between the numbers of its measure before and after it; no 多少万元."""
    found = [q for q in quantities(text) if q.kind is Kind.NUMBER and not q.indefinite]
    numbers = [q for q in found if not _ASKS.search(text, 0, q.start)]
    for number in numbers:
        alike = [q for q in numbers if same_measure(q.unit, number.unit)]
        start = max((q.end for q in alike if q.end <= number.start), default=0)
        end = min((q.start for q in alike if q.start >= number.end), default=len(text))
        yield number, normalized(text[start:end])


def _premise(
    figure: Quantity, around: str, targets: Sequence[Target], terms: Sequence[Term], index: Index
) -> Premise | None:
    if any(same_quantity(figure, q) for t in targets for q in quantities(t.indicator)):
        return None  # it is part of a name (年产值2亿元以上的企业)
    meant = _meant([t for t in targets if same_measure(t.unit, figure.unit)], around, terms, index)
    if not meant:
        return None
    saying = [t for t in meant if _says(t, figure)]
    if saying:
        return Premise(figure, saying[0], True)
    others = [t for t in targets if t.span in [m.span for m in meant]]
    if _stands(figure, meant, index) and not any(_says(t, figure) for t in others):
        return None  # the sentence has the figure too, and of what is not known
    return Premise(figure, meant[0], False)


def _dated(date: Quantity, query: Query, targets: Sequence[Target], index: Index) -> tuple[Premise, ...]:
    meant = [t for t in _meant(targets, normalized(query.standalone), query.terms, index) if t.year]
    saying = [t for t in meant if t.year == date.year]
    return tuple(Premise(date, t, bool(saying)) for t in (saying or meant)[:1])


def _meant(targets: Sequence[Target], around: str, terms: Sequence[Term], index: Index) -> list[Target]:
    """The targets, of one document, whose indicator the words name best, if they do."""
    named = [(t, _named(t, around, index)) for t in targets]
    most = max((share for _, share in named), default=0.0)
    meant = [t for t, share in named if share == most]
    least = _LEAST_NAMED if meant and _covers(meant[0], terms, index) else _LEAST_NAMED_ALONE
    return meant if most >= least and len({t.document_id for t in meant}) == 1 else []


def _covers(target: Target, terms: Sequence[Term], index: Index) -> bool:
    """Whether the question speaks of nothing but this indicator."""
    return bool(terms) and coverage(terms, normalized(target.indicator + target.change), index.idf) >= _ALL


def _says(target: Target, figure: Quantity) -> bool:
    return any(same_count(figure, q) for q in quantities(target.text))


def _stands(figure: Quantity, meant: Sequence[Target], index: Index) -> bool:
    sentences = [index.document(t.document_id).words(t.span.start, t.span.end) for t in meant]
    return any(same_quantity(figure, q) for sentence in sentences for q in quantities(sentence))


def _named(target: Target, around: str, index: Index) -> float:
    """Share of the indicator's words that stand around the figure."""
    words = [Term(w) for w in cut(target.indicator + target.change) if len(w) > 1]
    return coverage(words, around, index.idf) if words else 0.0
