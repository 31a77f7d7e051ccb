"""The chat model as judge: the log-odds of its own 能 against its 不能."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import prompts
from assistant.model.chat import ChatModel
from assistant.model.draft import listed
from assistant.types import Source

PROMPTS = ("answerable_user",)
SUREST = math.log((1 + 1e-4) / 1e-4)
"""The log-odds of a model that is certain."""
_LEAST_TOLD = 1e-4
_YES, _NO = ("能",), ("不", "否", "无", "没")


@dataclass(frozen=True, slots=True)
class ChatJudge:
    """A `Judge` that asks the model; an address that tells no probabilities of its tokens cannot tell."""

    model: ChatModel

    def answers(self, question: str, sources: Sequence[Source]) -> float | None:
        """Log-odds of 能 against 不能; None where the model tells no probabilities. Raises ModelUnavailable.

        The prompt begins as the one for the answer does, so that reading it is paid for once.
        """
        user = prompts.render("answerable_user", evidence=listed(sources), question=question)
        tokens = self.model.first_tokens(prompts.render("answer_system"), user)
        if not tokens:
            return None
        yes, no = (sum(p for token, p in tokens.items() if token.startswith(words)) for words in (_YES, _NO))
        return math.log((yes + _LEAST_TOLD) / (no + _LEAST_TOLD))
