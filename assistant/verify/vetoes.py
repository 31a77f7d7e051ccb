"""Vetoes by grammar: what no wording can make right, whoever wrote the sentence.

A number, unit, bound, date, place, document number, title or role that the sources do not have. Values are compared, not
spellings: 一年 is 12个月, 八成 is 80%, 66600亿元 is 6.66万亿元, about 9357 is 9356.7, and what a sentence adds up or counts
from what it cites is there. Whether the rest follows from the sources is the judge's to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import combinations

from assistant.types import Source
from assistant.verify.checks import pieced, place
from assistant.verify.checks.sense import DENIES
from assistant.verify.checks.view import View
from index.chinese.quantity import PERIODS, Kind, Quantity, comparable, is_counting_unit, quantities, same_value
from index.chinese.units import same_unit, units_named

_MOST_COUNTED = 20
_LEVELS = ("级", "档")
_ORDER = "第"
_AT_LEAST, _AT_MOST = (">=", ">"), ("<=", "<")


def veto(sentence: str, sources: Sequence[Source], question: str = "") -> str | None:
    """What is wrong with `sentence` beside all of `sources`, in Chinese; None where the grammar has nothing against it.

    A sentence that denies may repeat the figures of the `question` that it answers.
    """
    view = View.of(sentence, sources, lambda _: 1.0)
    denied = [question] if DENIES.search(view.sentence) else []
    return (
        _figure(view.sentence, [q for text in (*_texts(sources), *denied) for q in quantities(text)])
        or place.wrong_place(view)
        or place.strange_title(view)
        or pieced.unfounded(view)
        or _role(view.sentence, sources)
    )


def _texts(sources: Sequence[Source]) -> Iterable[str]:
    """All the words that a figure may be from."""
    for source in sources:
        yield source.context
        yield from (e.text for e in source.above)
        document = source.document
        yield from (f"{day.year}年{day.month}月{day.day}日" for day in (document.issued, document.published) if day)
        if document.period:
            yield f"{document.period.first_year}年至{document.period.last_year}年"


def _figure(sentence: str, held: Sequence[Quantity]) -> str | None:
    for claim in quantities(sentence):
        if claim.indefinite or claim.article:
            continue
        same = [q for q in held if same_value(claim, q)]
        if not same and not _counts_items(claim, held) and not _is_computed(claim, held):
            return f"原文没有“{claim.text}”"
        if claim.bound and same and all(_opposed(claim, q) for q in same):
            return f"原文里“{claim.text}”的界限相反"
    return None


def _opposed(claim: Quantity, held: Quantity) -> bool:
    return (claim.bound in _AT_LEAST and held.bound in _AT_MOST) or (
        claim.bound in _AT_MOST and held.bound in _AT_LEAST
    )


def _counts_items(claim: Quantity, held: Sequence[Quantity]) -> bool:
    """Whether it may be a count of what the sources list: small, in a counting word of which they have no other
    small number.

    An order of what is listed (第一步, 排第一位) likewise; not the number of an article.
    """
    if claim.kind is not Kind.NUMBER or claim.value is None or claim.value > _MOST_COUNTED:
        return False
    if claim.unit == _ORDER:
        return True
    counted = is_counting_unit(claim.unit) or claim.unit in _LEVELS
    rivals = (q for q in held if q.unit == claim.unit and not q.indefinite and (q.value or 0) <= _MOST_COUNTED)
    return counted and claim.value > 1 and not any(rivals)


def _is_computed(claim: Quantity, held: Sequence[Quantity]) -> bool:
    """Whether it is the sum or the difference of two numbers of its unit, or one of them times another number."""
    if claim.kind is not Kind.NUMBER:
        return False
    numbers = [q for q in held if q.kind is Kind.NUMBER and q.value]
    alike = [q.value or Decimal(0) for q in numbers if comparable(claim.unit, q.unit)]
    if any(claim.value in (a + b, abs(a - b)) for a, b in combinations(alike, 2)):
        return True
    times = [q.value or Decimal(0) for q in numbers if is_counting_unit(q.unit) or q.unit in PERIODS]
    return any(claim.value == a * b for a in alike for b in times)


def _role(sentence: str, sources: Sequence[Source]) -> str | None:
    """A unit that leads by the sentence and takes part by the lines of the sources, or the reverse."""
    said = units_named(sentence)
    if said is None:
        return None
    lines = [found for s in sources for text in (s.text, *s.headings) if (found := units_named(text))]
    for mine, theirs, role in (("lead", "responsible", "牵头"), ("responsible", "lead", "配合")):
        for unit in getattr(said, mine):
            has = any(same_unit(unit, name) for line in lines for name in getattr(line, mine))
            other = any(same_unit(unit, name) for line in lines for name in getattr(line, theirs))
            if other and not has and any(line.lead for line in lines):
                return f"原文里“{unit}”不是{role}单位"
    return None
