"""The chat model as judge of what it wrote, in its own words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

import prompts
from assistant.judge.judge import Statement
from assistant.model.chat import ChatModel

PROMPTS = ("supports_system", "supports_user")
_VERDICT = re.compile(r"(\d+)\s*[.、：:]?\s*(不能|能)")
_MOST_TOGETHER = 12
_TOKENS_EACH = 8
_TOKENS_TO_THINK = 1024


@dataclass(frozen=True, slots=True)
class ChatJudge:
    """Asks the model whether sentences follow from their evidence."""

    model: ChatModel

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
