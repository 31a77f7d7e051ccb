"""Whether the evidence answers the question: the rules, the chat model's own word, and what its short answer is worth.

The short answer is not shown: it is tried on the evidence like a sentence that would be, and where the evidence answers
something near, that is where it fails. The weights are `answerable.json`: a logistic regression, fitted by
`python -m eval answerable` on questions about plans that have an answer there and on near misses that have none. Without
the model's word the rules alone decide.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from assistant.judge.chat import SUREST, ChatJudge
from assistant.model.chat import ChatModel, ModelUnavailable
from assistant.model.draft import briefly
from assistant.question.coverage import normalized
from assistant.question.wanted import MEANING, asked, names_thing, unmarked, wants_one_of, wants_thing
from assistant.types import Signals, Source
from assistant.verify.check import check
from index.chinese.places import mentions, same_place
from index.chinese.quantity import quantities, same_quantity, unsupported
from index.chinese.words import cut

FITTED = Path(__file__).with_suffix(".json")
_LEAST_TOLD_BY_MEANING = 0.5  # in log-odds; chosen on the spoken questions that rules are made on
_NONE = re.compile(r"没有[。.]?")  # what the prompt asks for where there is no answer
_SAYS_NOTHING = frozenset(("人", "有人", "单位", "部门", "有", "是"))
BY_MEANING_ALONE = 0.4
"""What counts for evidence that only the embedding finds, where no model is asked: shown as the nearest, unless the setting asks for less."""
UNTRIED = 0.5
"""What counts for a short answer that was not asked for."""


@dataclass(frozen=True, slots=True)
class Fit:
    """A logistic regression over the signals: its bias, and a weight for each signal of that name."""

    bias: float
    ruled_out: float
    model: float
    brief: float

    def probability(self, found: Signals) -> float:
        """That the evidence answers the question, in [0, 1]; the model's word must be known.

        0 for evidence that was found by its meaning alone, if the model is not fairly sure of it.
        """
        if found.model is None:
            raise ValueError("the model was not asked")
        if found.by_meaning and found.model < _LEAST_TOLD_BY_MEANING:
            return 0.0
        brief = UNTRIED if found.brief is None else found.brief
        odds = self.bias + self.ruled_out * found.ruled_out + self.model * found.model + self.brief * brief
        return 1 / (1 + math.exp(-odds))


def weigh(
    found: Signals,
    model: ChatModel,
    question: str,
    sources: Sequence[Source],
    idf: Callable[[str], float],
    least: float | None,
) -> Signals:
    """`found` with what the model says, which is asked only for what could change the decision at `least`.

    Without `least` it is asked for everything, and ModelUnavailable raised; else what it does not say stays unknown.
    """
    try:
        if least is None or undecided(found, least):
            found = replace(found, model=ChatJudge(model).answers(question, sources))
        if found.model is not None and (least is None or undecided(found, least)):
            found = replace(found, brief=tried(model, question, sources, idf))
    except ModelUnavailable:
        if least is None:
            raise
    return found


def tried(model: ChatModel, question: str, sources: Sequence[Source], idf: Callable[[str], float]) -> float | None:
    """How far the sources support the model's short answer, in [0, 1], by `assistant.verify.check`. Raises ModelUnavailable.

    0 where the model has none, gives the question back, or does not give the kind of answer that is asked for; None
    where the question is for a yes or a no, or a choice, which the checks do not read.
    """
    wanting = _asking(question)
    if wanting is None:
        return None
    return supported(briefly(question, sources, model), question, wanting, sources, idf)


def supported(brief: str, question: str, wanting: str, sources: Sequence[Source], idf: Callable[[str], float]) -> float:
    """What a short answer is worth, as `tried` gives it; `wanting` is the question in the form that asks for a thing."""
    wanted = asked(question)
    empty = not brief or _NONE.fullmatch(brief) or gives_back(brief, question)
    told = wanted is None or wanted.called == MEANING or wanted.found_in(_beyond(brief, question))
    if empty or not told:
        return 0.0
    return max((check(brief, [source], idf, question=wanting).score for source in sources), default=0.0)


def _beyond(brief: str, question: str) -> str:
    """The brief answer without the quantities that the question has."""
    given = quantities(question)
    for q in reversed(quantities(brief)):
        if any(same_quantity(q, g) for g in given):
            brief = brief[: q.start] + brief[q.end :]
    return brief


def _asking(question: str) -> str | None:
    """The question; with a word that asks, where it ends in the name of what is wanted; None if it wants no thing."""
    if wants_one_of(question):
        return None
    if wants_thing(question):
        return question
    return f"{unmarked(question)}是什么？" if names_thing(question) else None


def gives_back(brief: str, question: str) -> bool:
    """Whether the brief answer has no figure and no word that the question has not."""
    said = normalized(question)
    named = {m.place for m in mentions(question) if m.place}
    places = named if len(named) == 1 else set()  # of several it may be asked for one
    words = [word for word in cut(unmarked(normalized(brief))) if same_place(word) not in places]
    return not unsupported(brief, [question]) and all(word in said or word in _SAYS_NOTHING for word in words)


def probability(found: Signals) -> float:
    """That the evidence answers the question, in [0, 1]; where the model has no word on it, by the rules and the embedding.

    A question whose words no rule finds an answer to may have one in what is nearest to it in meaning, which is then told.
    """
    if found.judged is not None:
        return 1 / (1 + math.exp(-found.judged))
    if found.model is not None:
        return fitted().probability(found)
    return max(1 - found.ruled_out, BY_MEANING_ALONE * found.by_meaning)


def undecided(found: Signals, least: float) -> bool:
    """Whether what the chat model has not been asked yet could change the decision."""
    words = (-SUREST, SUREST) if found.model is None else (found.model, found.model)
    briefs = (0.0, 1.0) if found.brief is None else (found.brief, found.brief)
    worst, best = (replace(found, model=word, brief=brief) for word, brief in zip(words, briefs, strict=True))
    return answered(worst, least) != answered(best, least)


def answered(found: Signals, least: float) -> bool:
    """The decision: whether it is as likely as `least`."""
    return probability(found) >= least


@cache
def fitted() -> Fit:
    """What `answerable.json` holds."""
    return Fit(**json.loads(FITTED.read_text(encoding="utf-8")))
