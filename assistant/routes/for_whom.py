"""What plans have for somebody: the sentences nearest in meaning and words, from every part, in the order of the plan, quoted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean, pstdev

from assistant.question.coverage import normalized, synonyms
from assistant.question.terms import without_places
from assistant.question.understand import Query
from assistant.routes.line import LINES_IF_SHORT, LONGEST_ITEM, USUAL, Line, Shape, laid_out, place, text
from assistant.routes.quote import excerpt
from assistant.routes.step import Context, Missing, Remark, Step
from index.chinese.units import is_duty_line
from index.chinese.words import cut, tag
from index.facts.wording import without_number
from index.search import Index
from index.types import Document, Filters, Passage, Role, Section, SectionKind, Span

_FEWEST_SENTENCES, _MOST_SENTENCES = 3, 12
_DOCUMENTS_LOOKED_THROUGH = 3
_SENTENCES_ASKED = 1000
_COMMON = 0.15  # idf below which a word says nothing
_CLEAR = 1.7  # standard deviations; see _Concerns


def for_whom(query: Query, context: Context, shape: Shape = USUAL) -> Iterator[Step]:
    """The sentences that concern somebody; of many plans only those that the search finds first are looked through."""
    index = context.index
    documents = _nearest_documents(query, index)
    found = sorted((f for d in documents for f in _concerning(query, d, index)), key=lambda f: -f.score)
    most = shape.sentences or (LINES_IF_SHORT if shape.short else _MOST_SENTENCES)
    clear = [f for f in found if f.score >= _CLEAR]
    chosen = (clear or found[:_FEWEST_SENTENCES])[:most]
    if not chosen:
        yield Missing("没有找到与此有关的条款。")
    elif not clear:
        yield Remark("没有条款直接写到，以下是意思最接近的几句，请自行判断。")
    for document in documents:
        own = sorted((f.span for f in chosen if f.document == document), key=lambda span: span.start)
        words = [excerpt(text(document, without_number(document, at)), query, index) for at in own]
        places = [place(document, index.outline(document.id).path(at.start)) for at in own]
        lines = [Line(said, (at,), above) for said, at, above in zip(words, own, places, strict=True)]
        yield from laid_out(lines, document, index, query)
    if len(clear) > len(chosen):
        yield Remark(f"另有{len(clear) - len(chosen)}句也可能有关，没有列出。")


@dataclass(frozen=True, slots=True)
class _Concerns:
    """A sentence and how much it concerns somebody: standard deviations of nearness in meaning, and what words add."""

    document: Document
    span: Span
    score: float


def _nearest_documents(query: Query, index: Index) -> list[Document]:
    """The documents of the query, if they are many those of the best sentences of the hybrid search."""
    if len(query.documents) <= _DOCUMENTS_LOOKED_THROUGH:
        return list(query.documents)
    hits = index.search(query.standalone, Filters(documents=tuple(d.id for d in query.documents)), k=_SENTENCES_ASKED)
    often = Counter(hit.passage.document_id for hit in hits)
    chosen = {document_id for document_id, _ in often.most_common(_DOCUMENTS_LOOKED_THROUGH)}
    return [d for d in query.documents if d.id in chosen]


def _concerning(query: Query, document: Document, index: Index) -> Iterator[_Concerns]:
    """The statements of a document with how much they concern those of the question: by meaning, by keywords, by name."""
    filters, outline = Filters(documents=(document.id,)), index.outline(document.id)
    nouns = _nouns(query, index)
    keywords = " ".join(nouns) or query.standalone
    scores: dict[tuple[Passage, Span], float] = {}
    for asked in (query.standalone, keywords):
        hits = index.dense(asked, filters, k=_SENTENCES_ASKED)
        near = [hit.score for hit in hits] or [0.0]
        mean, deviation = fmean(near), pstdev(near) or 1.0
        for hit in hits:
            at = (hit.passage, hit.span)
            scores[at] = scores.get(at, 0.0) + (hit.score - mean) / deviation / 2
    found = index.keyword(keywords, filters, k=_SENTENCES_ASKED)
    for hit in found:
        at = (hit.passage, hit.span)
        scores[at] = scores.get(at, 0.0) + hit.score / found[0].score
    names = {same for noun in nouns for same in synonyms().get(noun, (noun,)) if index.idf(same) < 1}
    for (passage, span), score in scores.items():
        path = outline.path(span.start)
        if passage.role is not Role.CLAUSE or span == outline.purpose or not _is_statement(document, span, path):
            continue
        by_name = _names(document.words(span.start, span.end), names)
        frame = any(s.heading and s.kind in (SectionKind.WHY, SectionKind.GOALS) for s in path) and not by_name
        headed = _names("".join(passage.headings), names)
        yield _Concerns(document, span, score + by_name + 0.5 * headed - 2 * frame)


def _names(words: str, names: Iterable[str]) -> bool:
    """Whether it has one of the names: a short one as a word of its own (not 影响 of 影响力)."""
    bare = normalized(words)
    own = set(cut(bare))
    return any(name in own if len(name) < 3 else normalized(name) in bare for name in names)


def _nouns(query: Query, index: Index) -> list[str]:
    """The nouns of the question and the words that say what it is about, without those that nearly every sentence has."""
    tagged = tag(without_places(query.standalone, query.places))
    own = [w for w, pos in tagged if pos.startswith(("n", "j", "l")) and pos != "ns" and len(w) > 1]
    words = dict.fromkeys([*own, *(t.word for t in query.terms if t.weight >= 1)])
    return [word for word in words if index.idf(word) >= _COMMON]


def _is_statement(document: Document, span: Span, path: Sequence[Section]) -> bool:
    """Whether a sentence says something: no heading, no line of units, nothing that only leads in."""
    said = document.words(span.start, span.end).strip()
    heads = any(s.heading and span.start <= s.heading.start and span.end <= s.heading.end + 1 for s in path)
    return not heads and not is_duty_line(said) and said[-1] not in "：:？?" and len(said) > LONGEST_ITEM // 2
