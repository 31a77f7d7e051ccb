"""What is extracted from every clause once, when the index is built: targets, deadlines, duties.

Each fact keeps the id of its clause and the span of its sentence, so that it can be traced; none is a copy of the text
that could not be found again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from typing import Any

from index.facts.duty import duties
from index.facts.target import above, deadlines, targets
from index.readers import cache as reading_cache
from index.types import Deadline, Document, Duty, Passage, Span, Target


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of one document, in the order of its clauses."""

    targets: tuple[Target, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    duties: tuple[Duty, ...] = ()


def facts(document: Document, passages: Sequence[Passage]) -> Facts:
    """All facts of one document."""
    return Facts(
        tuple(chain.from_iterable(targets(document, p, above(p, passages)) for p in passages)),
        tuple(chain.from_iterable(deadlines(document, p) for p in passages)),
        tuple(chain.from_iterable(duties(document, p) for p in passages)),
    )


def rules() -> str:
    """Names the rules by which facts are read, so that no index keeps facts of older rules: 8 hex digits."""
    return reading_cache.rules()[:8]


def to_json(found: Facts) -> dict[str, Any]:
    """The form in which a snapshot keeps them."""
    return {
        "targets": [
            [*_said(t), str(t.value), t.unit, t.bound, t.year, _pair(t.year_span) if t.year_span else None, t.change]
            for t in found.targets
        ],
        "deadlines": [[d.passage_id, d.what, d.text, d.year, d.month, _pair(d.span)] for d in found.deadlines],
        "duties": [
            [d.passage_id, list(d.lead), list(d.responsible), _pair(d.span), _pair(d.about), d.task]
            for d in found.duties
        ],
    }


def from_json(form: dict[str, Any]) -> Facts:
    """What `to_json` was made from; raises KeyError, TypeError, ValueError or ArithmeticError for anything else."""
    return Facts(
        tuple(
            Target(p, indicator, text, Decimal(value), unit, bound, year, Span(*span), at and Span(*at), change)
            for p, indicator, text, span, value, unit, bound, year, at, change in form["targets"]
        ),
        tuple(Deadline(p, what, text, y, month, Span(*span)) for p, what, text, y, month, span in form["deadlines"]),
        tuple(
            Duty(p, tuple(lead), tuple(also), Span(*span), Span(*about), task)
            for p, lead, also, span, about, task in form["duties"]
        ),
    )


def _said(target: Target) -> tuple[str, str, str, list[int]]:
    return target.passage_id, target.indicator, target.text, _pair(target.span)


def _pair(span: Span) -> list[int]:
    return [span.start, span.end]
