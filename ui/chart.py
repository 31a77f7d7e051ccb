"""Targets that can be compared, as bars. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from index.types import Document, Target

WIDTH, BAR, GAP, LABEL, VALUE = 420, 22, 9, 130, 110
_MOST_BARS = 16
_LONGEST_LABEL = 7


@dataclass(frozen=True, slots=True)
class Fact:
    """A target with the plan that says so and the address of its clause."""

    target: Target
    document: Document
    address: str

    @property
    def place(self) -> str:
        """The region of the plan, or its title where it has none."""
        return self.document.region or self.document.title


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, in the units of the drawing; `y` is its top, `length` its length, `label` cut to fit beside it."""

    fact: Fact
    label: str
    y: int
    length: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars of one unit, longest first, and the height of the drawing."""

    indicator: str
    bars: tuple[Bar, ...]
    height: int


def comparable(facts: Sequence[Fact]) -> dict[str, list[Fact]]:
    """Facts by indicator, of one unit and one sort (level or change), where there are at least two positive ones of two plans or years.

    An indicator takes in those whose name holds its name: 众创空间 that of 市级众创空间.
    """
    found: dict[str, list[Fact]] = {}
    for name in dict.fromkeys(fact.target.indicator for fact in facts):
        if len(name) < 2:
            continue
        alike = [f for f in facts if name in f.target.indicator and f.target.value > 0]
        own = next((f.target for f in alike if f.target.indicator == name), None)
        alike = [f for f in alike if own and (f.target.unit, f.target.change) == (own.unit, own.change)]
        if len({(f.document.id, f.target.year) for f in alike}) > 1:
            found[name] = alike
    return dict(sorted(found.items(), key=lambda item: (-len({f.document.id for f in item[1]}), -len(item[1]))))


def chart(indicator: str, facts: Sequence[Fact]) -> Chart:
    """At most 16 bars; the longest fills the width between labels and values."""
    shown = sorted(facts, key=lambda f: -f.target.value)[:_MOST_BARS]
    most = max((f.target.value for f in shown), default=Decimal(1))
    bars = tuple(
        Bar(f, _label(f), GAP + n * (BAR + GAP), max(2, round(float(f.target.value / most) * (WIDTH - LABEL - VALUE))))
        for n, f in enumerate(shown)
    )
    return Chart(indicator, bars, GAP + len(bars) * (BAR + GAP))


def _label(fact: Fact) -> str:
    place = fact.place if len(fact.place) <= _LONGEST_LABEL else f"{fact.place[: _LONGEST_LABEL - 1]}…"
    return f"{place} {fact.target.year}" if fact.target.year else place
