"""What a metric is, and what it looks at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from statistics import fmean
from typing import Generic, Protocol, TypeVar

import numpy as np

from assistant.types import Answer, Outcome
from eval.cases import Case, Clause
from index.document.split import split
from index.types import Document


@dataclass(frozen=True, slots=True)
class Trial:
    """A case and the answer that the assistant gave to it. `titles` gives a document's title by its id."""

    case: Case
    answer: Answer
    titles: Mapping[str, str]

    @property
    def refused(self) -> bool:
        """Whether the assistant refused."""
        return self.answer.status is Outcome.REFUSED

    @property
    def shown(self) -> tuple[str, ...]:
        """Every piece of text given as an answer: sentences, table cells, and what a partial answer says is missing."""
        if self.refused:
            return ()
        rows = self.answer.table.rows if self.answer.table else ()
        texts = [s.text for s in self.answer.sentences] + [cell.text for row in rows for cell in row]
        return (*texts, self.answer.reason or "")

    @property
    def cited(self) -> tuple[Clause, ...]:
        """The clause of each citation, with repetitions; nothing for a refusal, which supports nothing."""
        return () if self.refused else tuple(Clause(c.document.title, c.address) for c in self.answer.citations)

    @property
    def said(self) -> str:
        """The answer as one text, without marks; "" for a refusal."""
        return "" if self.refused else "".join(sentence.text for sentence in self.answer.sentences)

    @property
    def quoted(self) -> tuple[str, ...]:
        """The quote of each citation; nothing for a refusal."""
        return () if self.refused else tuple(citation.quote for citation in self.answer.citations)

    @property
    def cited_passages(self) -> tuple[str, ...]:
        """The clauses in which the citations stand, whole; clauses that follow each other are one piece of text."""
        citations = () if self.refused else self.answer.citations
        documents = {c.document.id: c.document for c in citations}
        return tuple(
            piece
            for document in documents.values()
            for piece in _pieces(document, {c.start for c in citations if c.document.id == document.id})
        )

    @property
    def retrieved(self) -> tuple[Clause, ...]:
        """Distinct clauses of the evidence, best first."""
        return tuple(dict.fromkeys(Clause(self.titles[e.document_id], e.address) for e in self.answer.evidence))


class Judged(Protocol):
    """What a metric looks at: a case with what came of it."""

    @property
    def case(self) -> Case:
        """The case."""


J = TypeVar("J", bound=Judged)


@dataclass(frozen=True, slots=True)
class Metric(Generic[J]):
    """A number per case, and how the numbers of many cases become one.

    `score` gives None where the value is undefined for an answer, `applies` is false where it is undefined for a case
    whatever the answer: both are left out, and `left_out` says in Chinese which cases those are. As in ir_measures a
    case that crashed counts as the worst value, so that a crash cannot improve a mean. A `total` is a count of faults
    shown, summed over cases; there a crash is left out, having shown nothing, and fails the run by itself.
    """

    name: str
    label: str
    score: Callable[[J], float | None]
    applies: Callable[[Case], bool]
    left_out: str
    target: float | None = None
    lower_is_better: bool = False
    total: bool = False

    def __call__(self, trial: J) -> float | None:
        """The value of an answered case; None where it is undefined."""
        return self.score(trial) if self.applies(trial.case) else None

    def crashed(self, case: Case) -> float | None:
        """The value of a case to which no answer came."""
        return None if self.total or not self.applies(case) else float(self.lower_is_better)

    def over(self, scores: Iterable[float | None]) -> float | None:
        """Sum or mean of the defined scores; None if there is none."""
        defined = [score for score in scores if score is not None]
        if not defined:
            return None
        return sum(defined) if self.total else fmean(defined)

    def meets(self, value: float) -> bool:
        """Whether `value` reaches the target; true if there is none."""
        if self.target is None:
            return True
        return value <= self.target if self.lower_is_better else value >= self.target


def _pieces(document: Document, offsets: Iterable[int]) -> Iterable[str]:
    """The clauses of `document` that hold the characters at `offsets`, joined where nothing stands between them."""
    passages = split(document)
    held = [any(p.start <= at < p.end for at in offsets) for p in passages]
    for cited, run in groupby(range(len(passages)), key=held.__getitem__):
        if cited:
            numbers = list(run)
            yield document.text[passages[numbers[0]].start : passages[numbers[-1]].end]


def interval(scores: Iterable[float | None], samples: int = 2000, seed: int = 0) -> tuple[float, float] | None:
    """95 % percentile bootstrap of the mean of the defined scores (Efron 1979); None below two of them."""
    defined = np.array([score for score in scores if score is not None], dtype=np.float64)
    if len(defined) < 2:
        return None
    draws = np.random.default_rng(seed).integers(len(defined), size=(samples, len(defined)))
    low, high = np.percentile(defined[draws].mean(axis=1), (2.5, 97.5))
    return float(low), float(high)
