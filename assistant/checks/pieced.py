"""A stretch that one source gives the topic of and another the rest: neither says it."""

from __future__ import annotations

import re

from assistant.checks.view import View, content_words, stretches
from assistant.coverage import Term, coverage, plain
from index.places import mentions
from index.quantity import quantities, unsupported

_LOSS = 0.1
_LOSS_OF_WORDS = 0.2
_LEAST_NAMED = 0.5
_ITEMS = re.compile("[、和及与]")


def pieced(view: View) -> str | None:
    """A stretch whose words only several sources together have; each stretch needs one that says it all.

    Words without a figure may come from several sources of one heading that the sentence names, where it lists them.
    """
    if len(view.sources) < 2:
        return None
    lists = _lists(view)
    for stretch in stretches(view.sentence):
        figures = bool(quantities(stretch))
        if lists and not figures and _ITEMS.search(stretch):
            continue
        places = {mention.text for mention in mentions(stretch)} if not figures else set()
        terms = [Term(word) for word in content_words(stretch) if word not in places]
        alone = [
            coverage(terms, plain(s.context + view.given), view.rarity)
            for s in view.sources
            if not unsupported(stretch, [s.context, *(e.text for e in s.above), view.given])
        ]
        loss = _LOSS if figures else _LOSS_OF_WORDS
        if max(alone, default=0.0) < coverage(terms, view.held, view.rarity) - loss:
            return f"“{stretch.strip()}”不是同一处原文说的"
    return None


def _lists(view: View) -> bool:
    """Whether the sentence names the lowest heading that all the sources stand under."""
    common = [
        headings[0] for headings in zip(*(s.headings for s in view.sources), strict=False) if len(set(headings)) == 1
    ]
    terms = [Term(word) for heading in common[-1:] for word in content_words(re.split("[，,]", heading)[0])]
    return bool(terms) and coverage(terms, plain(view.sentence), view.rarity) >= _LEAST_NAMED
