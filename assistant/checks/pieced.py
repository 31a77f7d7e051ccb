"""A figure or date in a stretch that one source gives the topic of and another the rest: neither says it."""

from __future__ import annotations

from assistant.checks.view import View, content_words, stretches
from assistant.coverage import Term, coverage, plain
from index.quantity import quantities, unsupported

_LOSS = 0.1


def pieced(view: View) -> str | None:
    """A stretch with a quantity whose words only several sources together have; each stretch needs one that says it all."""
    if len(view.sources) < 2:
        return None
    for stretch in stretches(view.sentence):
        if not quantities(stretch):
            continue
        terms = [Term(word) for word in content_words(stretch)]
        alone = [
            coverage(terms, plain(s.context + view.given), view.rarity)
            for s in view.sources
            if not unsupported(stretch, [s.context, *(e.text for e in s.above), view.given])
        ]
        if max(alone, default=0.0) < coverage(terms, view.held, view.rarity) - _LOSS:
            return f"“{stretch.strip()}”不是同一处原文说的"
    return None
