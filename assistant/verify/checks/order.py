"""Order: what is to come before or after what (验收后使用, 交付前建成) must not be turned round."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.question.coverage import content_words
from assistant.verify.checks.view import View, stretches
from index.chinese.words import tag

_BEFORE = frozenset(("前", "之前", "以前"))
_AFTER = frozenset(("后", "之后", "以后", "后方"))  # 后方可: the tagger parts it so


@dataclass(frozen=True, slots=True)
class _Order:
    """A stretch: its words before 前 or 后, the verb of them that is the event, which of the two it is, the words behind it."""

    words: frozenset[str]
    event: str
    before: bool
    rest: frozenset[str]

    def crosses(self, other: _Order) -> bool:
        """Whether each has as its event what the other has as the rest."""
        return self.event in other.rest - other.words and other.event in self.rest - self.words


def turned(view: View) -> str | None:
    """A sentence that has the two sides of 前 or 后 the other way round than its source."""
    held = [order for s in view.sources for order in _orders(s.text)]
    for claim in _orders(view.sentence):
        same = [order for order in held if claim.event in order.words]
        if same and all(order.before is not claim.before for order in same):
            return f"原文是“{claim.event}”之{'前' if same[0].before else '后'}"
        if any(order.crosses(claim) and order.before is claim.before for order in held):
            return f"“{claim.event}”在原文里的先后相反"
    return None


def _orders(text: str) -> list[_Order]:
    return [order for stretch in stretches(text) if (order := _order(stretch))]


def _order(stretch: str) -> _Order | None:
    """The order that the first 前 or 后 behind a verb tells."""
    tagged = tag(stretch)
    for n, (word, _) in enumerate(tagged):
        verbs = [w for w, pos in tagged[:n] if pos.startswith("v") and len(w) > 1]
        if word in _BEFORE | _AFTER and verbs:
            words, rest = (
                frozenset(content_words("".join(w for w, _ in part))) for part in (tagged[:n], tagged[n + 1 :])
            )
            return _Order(words, verbs[-1], word in _BEFORE, rest)
    return None
