"""The anchor: the same chat model with the whole text and one plain prompt, nothing checked and nothing cited.

What a sentence of the product costs in right answers, and what it gains in citations and in false figures, is read off
the two side by side: `python -m eval run --runner anchor` gives its answers the same cases, facts and table.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import date

from assistant.model.chat import ChatModel
from assistant.model.rewrite import spoken
from assistant.pipeline import Assistant
from assistant.types import Answer, Checks, Outcome, Sentence, Timings, Usage, titled
from index.types import Filters

_SYSTEM = "你是政策问答助手。根据资料回答问题；资料里没有的，以“资料中没有”开头说明。"
_USER = "资料：\n{text}\n\n{history}问题：{question}\n回答："
_MOST_TOKENS = 800
_NONE = ("资料中没有", "资料里没有", "资料没有")
_UNCHECKED = Checks(numbers=False, place=False, content=0.0)


class Anchor:
    """Asks `assistant`'s model with all the texts of its index that the filters admit."""

    def __init__(self, assistant: Assistant) -> None:
        if assistant.model is None:
            raise ValueError("the anchor needs a chat model")
        self._assistant, self._model = assistant, assistant.model

    @property
    def model(self) -> ChatModel:
        """The chat model."""
        return self._model

    def answer(
        self, question: str, history: Sequence[Mapping[str, str]] = (), filters: Filters | None = None
    ) -> Answer:
        """What the model says: one sentence without citations; a refusal where it opens with what the prompt asks for."""
        started = time.perf_counter()
        documents = self._assistant.index.select(filters, date.today())
        text = "\n\n".join(f"{titled(d.title)}\n{d.text}" for d in documents)
        said = f"此前对话：\n{spoken(history)}\n\n" if history else ""
        user = _USER.format(text=text, history=said, question=question)
        usage = Usage()
        reply = ""
        with closing(self._model.stream(_SYSTEM, user, max_tokens=_MOST_TOKENS)) as pieces:  # type: ignore[type-var]
            for piece in pieces:
                reply += piece.text
                if piece.prompt_tokens:
                    usage = Usage(piece.prompt_tokens, piece.completion_tokens)
        seconds = time.perf_counter() - started
        refused = reply.strip().startswith(_NONE)
        return Answer(
            question=question,
            resolved_question=question,
            status=Outcome.REFUSED if refused else Outcome.ANSWERED,
            as_of=date.today(),
            reason=reply.strip() if refused else None,
            sentences=() if refused else (Sentence(reply.strip(), (), _UNCHECKED),),
            route="anchor",
            draft=reply,
            timings=Timings(total=seconds, model=seconds),
            usage=usage,
            models={"chat": self._model.name},
        )
