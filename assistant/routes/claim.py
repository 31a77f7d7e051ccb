"""A sentence that stands, with the evidence that it rests on."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.types import Checks, Evidence, Operation

COMPOSED = Checks(numbers=True, place=True, content=1.0)
"""Of a sentence that code put together from what it cites, or that is a quotation: right by construction."""


@dataclass(frozen=True, slots=True)
class Filling:
    """What a claim puts into the cell of a comparison: the plan's row, the aspect's column, a short text."""

    document_id: str
    aspect: str
    text: str


@dataclass(frozen=True, slots=True)
class Cited:
    """A figure as its evidence prints it."""

    text: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Result:
    """A figure of a claim that was computed from cited ones; `text` as the claim prints it."""

    operation: Operation
    operands: tuple[Cited, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence that stands, with the evidence that it cites.

    In a comparison `fills` says which cell it is for, `results` what in it was computed. `opens` is how it is laid out:
    "" where it goes on, else what stands before it (a line break, an item's dash, a heading).
    """

    text: str
    support: tuple[Evidence, ...]
    checks: Checks = COMPOSED
    fills: Filling | None = None
    results: tuple[Result, ...] = ()
    opens: str = ""
