"""What is extracted from every clause once, when the index is built: targets, deadlines, duties; and of them the outline.

Each fact keeps the id of its clause and the span of its sentence, so that it can be traced; none is a copy of the text
that could not be found again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import chain
from typing import Any

from index.facts.duty import duties
from index.facts.outline import outline
from index.facts.target import above, deadlines, targets
from index.readers import cache as reading_cache
from index.types import (
    Deadline,
    Document,
    Duty,
    Milestone,
    Outline,
    Passage,
    Section,
    SectionKind,
    Span,
    Target,
)
from index.types import Facts as Facts  # where it is made is where it is looked for


def facts(document: Document, passages: Sequence[Passage]) -> Facts:
    """All facts of one document."""
    found = Facts(
        tuple(chain.from_iterable(targets(document, p, above(p, passages)) for p in passages)),
        tuple(chain.from_iterable(deadlines(document, p) for p in passages)),
        tuple(chain.from_iterable(duties(document, p) for p in passages)),
    )
    return replace(found, outline=outline(document, passages, found))


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
        "outline": found.outline and _outline_json(found.outline, found),
    }


def from_json(form: dict[str, Any]) -> Facts:
    """What `to_json` was made from; raises KeyError, TypeError, ValueError, IndexError or ArithmeticError for anything else."""
    found = Facts(
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
    return replace(found, outline=form["outline"] and _outline(form["outline"], found))


def _outline_json(told: Outline, found: Facts) -> dict[str, Any]:
    """Facts stand in it by their place in `found`."""
    return {
        "title": _maybe(told.title),
        "purpose": _maybe(told.purpose),
        "sections": [_section_json(s, found) for s in told.sections],
        "goals": [found.targets.index(t) for t in told.goals],
        "dates": [[d.passage_id, d.year, d.month, d.day, _pair(d.at), _pair(d.span)] for d in told.dates],
        "ends": _maybe(told.ends),
    }


def _section_json(s: Section, found: Facts) -> list[Any]:
    leads = [found.duties.index(d) for d in s.leads]
    parts = [_section_json(part, found) for part in s.parts]
    return [s.address, s.start, s.end, _maybe(s.heading), _maybe(s.key), s.kind.value, s.clauses, leads, parts]


def _outline(form: dict[str, Any], found: Facts) -> Outline:
    return Outline(
        form["title"] and Span(*form["title"]),
        form["purpose"] and Span(*form["purpose"]),
        tuple(_section(s, found) for s in form["sections"]),
        tuple(found.targets[n] for n in form["goals"]),
        tuple(
            Milestone(p, year, month, day, Span(*at), Span(*span)) for p, year, month, day, at, span in form["dates"]
        ),
        form["ends"] and Span(*form["ends"]),
    )


def _section(form: list[Any], found: Facts) -> Section:
    address, start, end, heading, key, kind, clauses, leads, parts = form
    return Section(
        address,
        start,
        end,
        heading and Span(*heading),
        key and Span(*key),
        SectionKind(kind),
        clauses,
        tuple(found.duties[n] for n in leads),
        tuple(_section(part, found) for part in parts),
    )


def _maybe(span: Span | None) -> list[int] | None:
    return _pair(span) if span else None


def _said(target: Target) -> tuple[str, str, str, list[int]]:
    return target.passage_id, target.indicator, target.text, _pair(target.span)


def _pair(span: Span) -> list[int]:
    return [span.start, span.end]
