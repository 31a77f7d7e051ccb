"""The chat model as judge: what it says of its own evidence, in its words or in the log-odds of its first token."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

import prompts
from assistant.judge.judge import Statement
from assistant.model.chat import ChatModel
from assistant.model.draft import listed
from assistant.types import Source

PROMPTS = ("answerable_user", "supports_system", "supports_user")
SUREST = math.log((1 + 1e-4) / 1e-4)
"""The log-odds of a model that is certain."""
_LEAST_TOLD = 1e-4
_VERDICT = re.compile(r"(\d+)\s*[.、：:]?\s*(不能|能)")
_MOST_TOGETHER = 12
_TOKENS_EACH = 8
_TOKENS_TO_THINK = 1024
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

    def supports(self, question: str, statements: Sequence[Statement]) -> list[float | None]:
        """Of each statement 1 or 0 as the model says in words, None where it says neither. Raises ModelUnavailable.

        A dozen are asked in one call, in which each clause stands once.
        """
        batches = (statements[at : at + _MOST_TOGETHER] for at in range(0, len(statements), _MOST_TOGETHER))
        return [verdict for batch in batches for verdict in self._together(question, batch)]

    def _together(self, question: str, statements: Sequence[Statement]) -> list[float | None]:
        clauses = list(dict.fromkeys(clause for statement in statements for clause in statement.evidence))
        user = prompts.render(
            "supports_user",
            question=question,
            sources="\n".join(f"原文{n}：{' '.join(clause.split())}" for n, clause in enumerate(clauses, start=1)),
            claims="\n".join(
                f"{n}. {s.text}（{'、'.join(f'原文{clauses.index(clause) + 1}' for clause in s.evidence)}）"
                for n, s in enumerate(statements, start=1)
            ),
        )
        most = _TOKENS_EACH * len(statements) + _TOKENS_TO_THINK
        with closing(self.model.stream(prompts.render("supports_system"), user, max_tokens=most)) as pieces:  # type: ignore[type-var]
            said = "".join(piece.text for piece in pieces)
        verdicts = {int(number): float(word == "能") for number, word in _VERDICT.findall(said)}
        return [verdicts.get(n) for n in range(1, len(statements) + 1)]
