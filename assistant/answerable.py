"""Whether the evidence answers the question: the rules and the chat model's own word, weighed together.

The weights are `answerable.json`: a logistic regression, fitted by `python -m eval answerable` on questions about plans
that have an answer there and on near misses that have none. Without the model's word the rules alone decide.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import prompts
from assistant.generate import listed
from assistant.llm import ChatModel
from assistant.types import Signals, Source

FITTED = Path(__file__).with_suffix(".json")
_LEAST_TOLD = 1e-4
_YES, _NO = ("能",), ("不", "否", "无", "没")


@dataclass(frozen=True, slots=True)
class Fit:
    """A logistic regression over the signals: its bias, and a weight for each signal of that name."""

    bias: float
    ruled_out: float
    model: float

    def probability(self, found: Signals) -> float:
        """That the evidence answers the question, in [0, 1]; the model's word must be known."""
        if found.model is None:
            raise ValueError("the model was not asked")
        return 1 / (1 + math.exp(-self.bias - self.ruled_out * found.ruled_out - self.model * found.model))


def told(model: ChatModel, question: str, sources: Sequence[Source]) -> float | None:
    """Log-odds of the model's 能 against its 不能; None where it tells no probabilities. Raises ModelUnavailable.

    The prompt begins as the one for the answer does, so that reading it is paid for once.
    """
    user = prompts.render("answerable_user", evidence=listed(sources), question=question)
    tokens = model.first_tokens(prompts.render("answer_system"), user)
    if not tokens:
        return None
    yes, no = (sum(p for token, p in tokens.items() if token.startswith(words)) for words in (_YES, _NO))
    return math.log((yes + _LEAST_TOLD) / (no + _LEAST_TOLD))


def probability(found: Signals) -> float:
    """That the evidence answers the question, in [0, 1]; by the rules alone where the model has no word on it."""
    return 1 - found.ruled_out if found.model is None else fitted().probability(found)


def undecided(found: Signals, least: float) -> bool:
    """Whether the chat model's word could change the decision."""
    most = math.log((1 + _LEAST_TOLD) / _LEAST_TOLD)
    return answered(replace(found, model=-most), least) != answered(replace(found, model=most), least)


def answered(found: Signals, least: float) -> bool:
    """The decision: whether it is as likely as `least`."""
    return probability(found) >= least


@cache
def fitted() -> Fit:
    """What `answerable.json` holds."""
    return Fit(**json.loads(FITTED.read_text(encoding="utf-8")))
