"""A stretch that one source gives the topic of and another the rest: neither says it. Nor is one sentence the ground of another."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import chain, product, takewhile

from assistant.question.coverage import Term, content_words, coverage, normalized
from assistant.types import Source
from assistant.verify.checks.view import View, stretches
from index.chinese.places import mentions
from index.chinese.quantity import quantities, unsupported
from index.chinese.words import tag
from index.document.structure import sentences

_LOSS = 0.1
_LOSS_OF_WORDS = 0.2
_LEAST_NAMED = 0.5
_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")  # 其他县(市、区)
_OTHERS = re.compile("其[他余它]")
_ITEMS = re.compile("[、和及与]")
_GROUND = re.compile(r"\s*(?:根据|依据|依照|按照|据).*(?:《|〔|\[\d{4}\]|第.+条)")


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
            coverage(terms, normalized(s.context), view.idf)
            for s in view.sources
            if not unsupported(stretch, [s.context, *(e.text for e in s.above)])
        ]
        loss = _LOSS if figures else _LOSS_OF_WORDS
        if max(alone, default=0.0) < coverage(terms, view.held, view.idf) - loss:
            return f"“{stretch.strip()}”不是同一处原文说的"
    return None


def unfounded(view: View) -> str | None:
    """A document named as the ground (根据《…》) by other sentences of the sources than those that have the figures."""
    for stretch in filter(_GROUND.match, stretches(view.sentence)):
        terms = [Term(word) for word in content_words(stretch)]
        said = [each for source in view.sources for each in _sentences(source)]
        held = [coverage(terms, normalized(each.context), view.idf) for each in said]
        having = [each for each, share in zip(said, held, strict=True) if share == max(held)]
        if len(having) < len(said) and all(
            unsupported(view.sentence, [each.context, *(e.text for e in each.above)]) for each in having
        ):
            return f"“{stretch.strip()}”不是同一处原文说的"
    return None


def _sentences(source: Source) -> list[Source]:
    """The source as several, one for each of its sentences."""
    spans = sentences(source.text, 0, len(source.text))
    return [replace(source, statement=source.text[span.start : span.end]) for span in spans]


def crossed(view: View) -> str | None:
    """A stretch that says of the subject of one stretch of a quote only what another stretch says of its own subject.

    学生乘车半价，老年人乘车免费 says 学生免费 as little as 甲县年内建成，其他县明年建成 says 甲县明年建成.
    """
    for source in view.sources:
        held = [(s, frozenset(content_words(s)), _subjects(s)) for s in stretches(_BRACKETS.sub("", source.text))]
        for stretch in stretches(view.sentence):
            said = set(content_words(stretch))
            for at, (_, its, own) in enumerate(held):
                subjects, rest = own & said, said - own
                if not subjects or not rest:
                    continue
                for other, others, theirs in chain(held[:at], held[at + 1 :]):
                    if subjects & others or not rest & others - its:
                        continue
                    if (second := theirs & said) and not _joined(subjects, second, stretch):
                        continue
                    if _OTHERS.match(other) or (theirs and rest - second <= others):
                        return f"原文里这一点说的不是“{'、'.join(sorted(subjects))}”"
    return None


def _joined(some: set[str], others: set[str], stretch: str) -> bool:
    """Whether the sentence joins one of each as its subject: 学生和老年人."""
    return any(
        re.search(f"{re.escape(a)}[、和及与]{re.escape(b)}", stretch)
        for a, b in chain(product(some, others), product(others, some))
    )


def _subjects(stretch: str) -> set[str]:
    """The nouns that `stretch` begins with, if it goes on to say something of them."""
    words = content_words(stretch)
    pos = dict(tag(stretch))
    subjects = list(takewhile(lambda word: pos[word].startswith("n"), words))
    return set(subjects) if len(subjects) < len(words) else set(subjects[:1])


def _lists(view: View) -> bool:
    """Whether the sentence names the lowest heading that all the sources stand under."""
    common = [
        headings[0] for headings in zip(*(s.headings for s in view.sources), strict=False) if len(set(headings)) == 1
    ]
    terms = [Term(word) for heading in common[-1:] for word in content_words(re.split("[，,]", heading)[0])]
    return bool(terms) and coverage(terms, normalized(view.sentence), view.idf) >= _LEAST_NAMED
