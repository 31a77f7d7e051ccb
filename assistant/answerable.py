"""Whether the evidence answers the question: the rules, the nearest meaning and the chat model's own word, weighed together.

The weights are `answerable.json`: logistic regressions, fitted by `python -m eval answerable` on questions that have an
answer in their library and on near misses that have none. Of those whose signals are all known the first decides; where
none is, as without a chat model, the rules alone do.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path

import prompts
from assistant.generate import listed
from assistant.llm import ChatModel
from assistant.retrieve import Candidate
from assistant.types import Signals, Source
from assistant.understand import Query
from index.search import Index
from index.types import Filters

FITTED = Path(__file__).with_suffix(".json")
_LEAST_TOLD = 1e-4
_YES, _NO = ("是",), ("否", "不")


@dataclass(frozen=True, slots=True)
class Fit:
    """A logistic regression over some of the signals."""

    bias: float
    weights: Mapping[str, float]

    def knows(self, found: Signals) -> bool:
        """Whether all its signals are there."""
        return all(getattr(found, name) is not None for name in self.weights)

    def probability(self, found: Signals) -> float:
        """That the evidence answers the question, in [0, 1]."""
        values = asdict(found)
        return 1 / (1 + math.exp(-self.bias - sum(weight * values[name] for name, weight in self.weights.items())))


@dataclass(frozen=True, slots=True)
class Fitted:
    """The fits, most signals first, and the fingerprint of the embedding model whose cosines they know."""

    embedding: str
    fits: tuple[Fit, ...]


def signals(query: Query, candidates: Sequence[Candidate], index: Index, ruled_out: bool) -> Signals:
    """Of at least one candidate; the model is not asked here."""
    cosine = None
    if index.model == fitted().embedding:
        nearest = index.dense(query.text, Filters(documents=tuple(d.id for d in query.documents)), k=1)
        cosine = nearest[0].score
    return Signals(float(ruled_out), max(c.covered for c in candidates), cosine)


def told(model: ChatModel, question: str, sources: Sequence[Source]) -> float | None:
    """Log-odds of the model's 是 against its 否; None where it tells no probabilities. Raises ModelUnavailable.

    The prompt begins as the one for the answer does, so that reading it is paid for once.
    """
    user = prompts.render("answerable_user", evidence=listed(sources), question=question)
    tokens = model.first_tokens(prompts.render("answer_system"), user)
    if not tokens:
        return None
    yes, no = (sum(p for token, p in tokens.items() if token.startswith(words)) for words in (_YES, _NO))
    return math.log((yes + _LEAST_TOLD) / (no + _LEAST_TOLD))


def probability(found: Signals) -> float:
    """That the evidence answers the question, in [0, 1]; 0 or 1 where only the rules can tell."""
    fit = _fit(found)
    return fit.probability(found) if fit else 1 - found.ruled_out


def undecided(found: Signals, least: float) -> bool:
    """Whether the chat model's word could change the decision."""
    most = math.log((1 + _LEAST_TOLD) / _LEAST_TOLD)
    return answered(replace(found, model=-most), least) != answered(replace(found, model=most), least)


def answered(found: Signals, least: float) -> bool:
    """The decision: whether it is as likely as `least`."""
    return probability(found) >= least


@cache
def fitted() -> Fitted:
    """What `answerable.json` holds."""
    record = json.loads(FITTED.read_text(encoding="utf-8"))
    return Fitted(record["embedding"], tuple(Fit(**fit) for fit in record["fits"]))


def _fit(found: Signals) -> Fit | None:
    return next((fit for fit in fitted().fits if fit.knows(found)), None)
