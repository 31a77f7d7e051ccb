"""A follow-up made self-contained by the chat model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing

import prompts
from assistant.model.chat import ChatModel, ModelUnavailable
from assistant.types import titled

PROMPTS = ("rewrite_system", "rewrite_user")
_MOST_TOKENS = 1024  # a reasoning model thinks first
_LONGEST_TURN = 400
_MOST_TITLES = 20
_SPEAKERS = {"user": "用户", "assistant": "助手"}


def rewritten(
    question: str, history: Sequence[Mapping[str, str]], titles: Sequence[str], model: ChatModel
) -> str | None:
    """What `question` means after `history` (OpenAI-style turns); None where there is none or the model cannot say.

    `titles` are those of the documents that may be meant.
    """
    said = spoken(history)
    if not said:
        return None
    user = prompts.render(
        "rewrite_user", history=said, question=question, titles="".join(map(titled, titles[:_MOST_TITLES]))
    )
    try:
        with closing(model.stream(prompts.render("rewrite_system"), user, max_tokens=_MOST_TOKENS)) as pieces:  # type: ignore[type-var]
            text = "".join(piece.text for piece in pieces).strip()
    except ModelUnavailable:
        return None
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return first.removeprefix("【改写】").strip() or None


def spoken(history: Sequence[Mapping[str, str]]) -> str:
    """The turns as prompts show them, one a line, long ones cut."""
    turns = [t for t in history if t.get("role") in _SPEAKERS and isinstance(t.get("content"), str)]
    lines = (f"{_SPEAKERS[t['role']]}：{' '.join(t['content'].split())[:_LONGEST_TURN]}" for t in turns)
    return "\n".join(lines)
