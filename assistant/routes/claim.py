"""What a route gives: claims that stand, and meanwhile a record of how they came about."""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.model.draft import Draft
from assistant.types import Checks, Evidence, Operation, Signals


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
    """A sentence that has passed `verify.check`, with the evidence that it cites.

    In a comparison `fills` says which cell it is for, `results` what in it was computed.
    """

    text: str
    support: tuple[Evidence, ...]
    checks: Checks
    fills: Filling | None = None
    results: tuple[Result, ...] = ()


@dataclass(slots=True)
class Work:
    """The record of answering one question: evidence looked at, drafts written, sentences dropped, what was not found.

    `missing` are sentences for the reader on what the plans do not say; `notes` are remarks on the question itself;
    `signals` whether it can be answered, where that was weighed; `nearest` the best evidence where it was found not to answer.
    """

    evidence: list[Evidence] = field(default_factory=list)
    nearest: list[Evidence] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    signals: Signals | None = None
    retrieve_seconds: float = 0.0

    def absorb(self, other: Work) -> None:
        """Add the record of a part of the question."""
        for name in ("evidence", "nearest", "drafts", "problems", "missing", "notes"):
            getattr(self, name).extend(getattr(other, name))
        self.retrieve_seconds += other.retrieve_seconds
