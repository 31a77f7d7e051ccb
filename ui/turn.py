"""One question of a conversation and what has come of it so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.types import Answer, Checked, Citation, Event, Sentence, Stage


@dataclass(frozen=True, slots=True)
class Turn:
    """A question with its place in the conversation; it ends with an answer, an error, or a stop.

    `ahead` is how many questions of others are waited for (None once it is this one's turn), `scope` what the reader
    restricted it to, `suggestions` what may be asked next.
    """

    number: int
    question: str
    scope: tuple[str, ...] = ()
    ahead: int | None = None
    stage: Stage | None = None
    checked: tuple[Checked, ...] = ()
    answer: Answer | None = None
    error: str | None = None
    stopped: bool = False
    suggestions: tuple[str, ...] = ()

    def after(self, event: Event) -> Turn:
        """This turn with one more event of the assistant's stream taken in."""
        match event:
            case Stage():
                return replace(self, stage=event)
            case Checked():
                return replace(self, checked=(*self.checked, event))
            case Answer():
                return replace(self, answer=event)

    @property
    def over(self) -> bool:
        """Whether nothing more of the answer will come."""
        return self.stopped or self.error is not None or self.answer is not None

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """The answer's, or while it works those checked so far."""
        return self.answer.sentences if self.answer else tuple(one.sentence for one in self.checked)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The answer's, the nearest clauses where it refuses, or while it works those of the sentences so far, by number."""
        if self.answer:
            return self.answer.citations or self.answer.nearest
        found = {citation.number: citation for one in self.checked for citation in one.citations}
        return tuple(found[number] for number in sorted(found))


def history(turns: Sequence[Turn]) -> list[dict[str, str]]:
    """The answered turns as OpenAI-style messages."""
    answered = [(turn.question, turn.answer.text) for turn in turns if turn.answer]
    return [
        {"role": role, "content": content}
        for pair in answered
        for role, content in zip(("user", "assistant"), pair, strict=True)
    ]
