"""Questions about policy plans, answered in sentences that were each checked against the clause they cite.

    from assistant import answer
    print(answer("…").text)

Public names: answer, Assistant, Settings, Answer, QuestionError, chain. They load on first use.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.pipeline import Assistant, QuestionError
    from assistant.runnable import chain
    from assistant.settings import Settings
    from assistant.types import Answer

_HOMES = {
    "Answer": "assistant.types",
    "Assistant": "assistant.pipeline",
    "QuestionError": "assistant.pipeline",
    "Settings": "assistant.settings",
    "chain": "assistant.runnable",
}
__all__ = ["Answer", "Assistant", "QuestionError", "Settings", "answer", "chain"]

_lock = threading.Lock()  # two first questions at once make one assistant


def answer(question: str, history: Sequence[Mapping[str, str]] = ()) -> Answer:
    """The checked answer by one assistant of this process, made from the settings at the first question."""
    with _lock:
        assistant = _assistant()
    return assistant.answer(question, history)


@cache
def _assistant() -> Assistant:
    from assistant.pipeline import Assistant

    return Assistant()


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'assistant' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
