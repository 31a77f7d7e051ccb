"""A line of an answer that is told by the outline of a plan, and such lines as claims: `Shape` says how long and in what form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.evidence.retrieve import as_evidence
from assistant.question.understand import Query
from assistant.routes.claim import Claim
from assistant.routes.step import Remark, Step
from assistant.types import Evidence, titled
from index.facts.wording import clean, closed, cut, heading, joined, label, name, without_number
from index.search import Index
from index.types import Document, Section, Span

MOST_DOCUMENTS = 8
MOST_LINES = 40
LINES, LINES_IF_SHORT = 12, 5
LONGEST_LINE, LONGEST_SHORT_LINE, LONGEST_ITEM, SHORT_ITEM = 110, 80, 20, 14
_LONGEST_CITED = 160


@dataclass(frozen=True, slots=True)
class Shape:
    """How an answer is wanted: in so many `sentences`, `short`, or as a `table`; as it comes where nothing is said."""

    sentences: int | None = None
    short: bool = False
    table: bool = False


USUAL = Shape()


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence before its end mark, and the places in the document that it is made of; `label` is what it is below."""

    text: str
    spans: tuple[Span, ...]
    label: str = ""

    @property
    def ended(self) -> str:
        """The sentence with its end mark."""
        return f"{self.text.rstrip('。；，、：')}。"


def laid_out(
    lines: Sequence[Line], document: Document, index: Index, query: Query, most: int = MOST_LINES
) -> Iterator[Step]:
    """The lines as claims, those of one label under it as a heading, and what is left out as a remark."""
    below = None
    for n, line in enumerate(lines[:most]):
        title = f"\n\n{named(document, index)}" if len(query.documents) > 1 and n == 0 else ""
        opens = f"{title}\n\n{line.label}\n- " if line.label and line.label != below else f"{title}\n- "
        below = line.label
        yield Claim(line.ended, support(index, document, line.spans), opens=opens)
    if len(lines) > most:
        yield Remark(f"{named(document, index)}另有{len(lines) - most}条没有列出。")


def left_out(documents: Sequence[Document], what: str) -> Iterator[Step]:
    """That of many documents only the first were told."""
    rest = documents[MOST_DOCUMENTS:]
    if rest:
        names = (
            f"{'、'.join(titled(d.title) for d in rest[:MOST_DOCUMENTS])}{'等' if len(rest) > MOST_DOCUMENTS else ''}"
        )
        yield Remark(f"只{what}了前{MOST_DOCUMENTS}份文件，另有{len(rest)}份没有：{names}。")


def support(index: Index, document: Document, spans: Iterable[Span]) -> tuple[Evidence, ...]:
    """The sentences that hold the places, each once; of a long one the stretch up to the end of the place."""
    return tuple(as_evidence(index, document, s) for s in dict.fromkeys(_around(index, document, s) for s in spans))


def _around(index: Index, document: Document, span: Span) -> Span:
    passage = index.passage_at(document.id, span.start)
    held = next((s for s in passage.sentences if s.start <= span.start < s.end), span)
    if held.end - held.start <= _LONGEST_CITED or span.end >= held.end:
        return Span(held.start, max(held.end, span.end))
    return Span(held.start if span.start - held.start < LONGEST_ITEM else span.start, span.end)


# ---- words ----


def named(document: Document, index: Index) -> str:
    """Its title in 《》; where it has none, the words that its text opens with."""
    return titled(name(document, index.outline(document.id).title))


def text(document: Document, span: Span | None) -> str:
    """What stands there as a part of a sentence."""
    return clean(document.words(span.start, span.end)) if span else ""


def said(document: Document, span: Span, most: int) -> str:
    """A sentence without the number that it opens with, at most about so long."""
    return cut(text(document, without_number(document, span)), most)


def head_of(section: Section) -> Span:
    """Where a section is headed, else where it says something."""
    return section.heading or section.key or Span(section.start, section.start + 1)


def number(document: Document, section: Section, digits: bool = True) -> str:
    """The number as it is printed, with wide brackets; one in digits, which within a sentence read like figures, if `digits`."""
    own = clean(f"{label(document.text, section)}|")[:-1]
    in_text = own.endswith("是") or (own.lstrip("（")[:1].isdigit() and not digits)
    return "" if in_text else own


def brief(document: Document, section: Section, most: int = LONGEST_ITEM) -> str:
    """The heading or the key sentence in at most about `most` characters: of a long one its first clause."""
    if section.heading is None:
        return cut(text(document, section.key), max(most, 2 * LONGEST_ITEM))
    whole = heading(document, section)
    first = re.split("[，；：]", whole)[0]
    return first if len(whole) > most and len(first) > 4 and closed(first) and not whole.endswith("？") else whole


def place(document: Document, path: Sequence[Section]) -> str:
    """The headings of a path, outermost first: 二、总体目标 · 互联网与产业深度融合."""
    return " · ".join(joined(number(document, s), brief(document, s)) for s in path if s.heading)


def listed(items: Sequence[str], most: int) -> tuple[str, int]:
    """As many of the items as fit into `most` characters, with 等 where some do not; and how many."""
    shown, joint = 0, "；" if any("、" in item or "，" in item for item in items) else "、"
    while shown < len(items) and (shown < 2 or len(joint.join(items[: shown + 1])) <= most):
        shown += 1
    return f"{joint.join(items[:shown])}{'等' if shown < len(items) else ''}", shown
