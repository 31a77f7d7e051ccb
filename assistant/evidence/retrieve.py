"""Query to evidence: single sentences, best first, within a budget of characters, since the prompt is the cost."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.question.coverage import Term, coverage, normalized
from assistant.question.intent import Intent
from assistant.question.terms import attributes
from assistant.question.understand import Query
from assistant.question.wanted import MEANING, Asked, asks_contact
from assistant.types import Evidence, Source
from index.chinese.markers import marker
from index.chinese.quantity import holds_kind
from index.chinese.units import is_duty_line
from index.document.table import is_head, row_at
from index.search import BEST_SCORE, Index
from index.store.library import Library
from index.types import ADDRESS_SEPARATOR, Document, Filters, Hit, Kind, Passage, Role, Span

_CANDIDATES = 40
_HEADING_WEIGHT = 0.7
_KIND_BONUS = 0.25
_FRONT_PENALTY = 0.3
_WANTS_FIGURE = re.compile(r"目标|指标|量化|数据|规模|达到|增长")
_NEIGHBOUR_BONUS = 0.15
_MOST_SENTENCES = 6
_LEAST_OF_BEST = 0.6
_EQUAL_MERIT = 0.05
_LABEL = re.compile(r"(?:专栏|附?表|附?图|附件)\s*[\d一二三四五六七八九十]")
_SIGNS = re.compile(
    r"[\u4e00-\u9fff、（）()]{2,30}(?:人民政府|办公室|委员会|领导小组|指挥部|局|厅|部|中心)|[〇○零一二三四五六七八九\d]{4}年[\d一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十]{1,3}日"
)
_CONTACT = re.compile(r"(?:咨询|联系|监督|投诉)?(?:电话|热线)[：:]")
_ITEMS = ("(一)", "1.", "(1)", "①")
_KINDS = (Kind.FORMAL, Kind.INTERPRETATION, Kind.NEWS, Kind.INTERVIEW, None)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer.

    `covered` is the share of the question's words that it, its headings and the title hold; `holds_kind` whether it has the
    kind of answer that is asked for.
    """

    evidence: Evidence
    covered: float
    holds_kind: bool


def retrieve(query: Query, index: Index, documents: Sequence[Document]) -> list[Candidate]:
    """Candidates from `documents`, best first."""
    filters = Filters(documents=tuple(d.id for d in documents))
    best: dict[tuple[str, Span], Hit] = {}
    for text in dict.fromkeys((query.standalone, query.read)):
        for hit in index.search(text, filters, k=_CANDIDATES):
            if _key(hit) not in best or best[_key(hit)].score < hit.score:
                best[_key(hit)] = hit
    hits = [hit for hit in best.values() if hit.passage.role is not Role.BACK and not says_nothing(hit, query, index)]
    found = [as_candidate(hit, query, index) for hit in hits]
    first = by_merit(found, lambda c: c.evidence.score, index)[:1]
    return by_merit(found, lambda c: c.evidence.score + _NEIGHBOUR_BONUS * _same_clause(c, first[0]), index)


def by_merit(found: Sequence[Candidate], merit: Callable[[Candidate], float], index: Index) -> list[Candidate]:
    """Best first; of documents that have equally good evidence the more authoritative one first, then the later one."""

    def authority(candidate: Candidate) -> tuple[int, int, float]:
        document = index.document(candidate.evidence.document_id)
        issued = document.issued.toordinal() if document.issued else 0
        return _KINDS.index(document.kind), -issued, -merit(candidate)

    ordered: list[Candidate] = []
    rest = sorted(found, key=lambda c: -merit(c))
    while rest:
        equals = sum(merit(rest[0]) - merit(c) <= _EQUAL_MERIT for c in rest)
        ordered += sorted(rest[:equals], key=authority)
        rest = rest[equals:]
    return ordered


def within_budget(candidates: Sequence[Candidate], characters: int) -> tuple[Evidence, ...]:
    """The best evidence that fits and is not far behind the first, at least one sentence."""
    chosen: list[Evidence] = []
    used = 0
    for candidate in candidates[:_MOST_SENTENCES]:
        used += len(candidate.evidence.text)
        if chosen and (used > characters or candidate.evidence.score < _LEAST_OF_BEST * candidates[0].evidence.score):
            break
        chosen.append(candidate.evidence)
    return tuple(chosen)


def as_source(library: Library, evidence: Evidence) -> Source:
    """The evidence with its headings, its document and what it needs to be understood: the clause above a list, columns."""
    document = library.document(evidence.document_id)
    passage = library.passage_at(document.id, evidence.start)
    above = _above(library, passage)
    listed = above is not None and re.match(r"—|.是", passage.address.rpartition(ADDRESS_SEPARATOR)[2])
    sentences = above.sentences if above and listed else ()
    row = row_at(document, passage, evidence.start)
    led = _lead_in(library, passage) if evidence.start == passage.start else None
    return Source(
        evidence,
        passage.headings,
        document,
        tuple(e for e in (as_evidence(library, document, s) for s in sentences or ([led] if led else ())) if e.text),
        row.statement if row else _led(document, led, evidence.text) if led else "",
    )


def whole(library: Library, passage: Passage) -> Source:
    """The whole passage with what it needs to be understood."""
    return as_source(
        library, as_evidence(library, library.document(passage.document_id), Span(passage.start, passage.end))
    )


def _above(library: Library, passage: Passage) -> Passage | None:
    return next((p for p in library.passages(passage.document_id) if p.address == passage.parent_address), None)


def _lead_in(library: Library, passage: Passage) -> Span | None:
    """The sentence above an item without which it says nothing (有下列情形之一的，不予支持：); None where there is none.

    It ends the clause above, or a paragraph of that which stands before the items (第十六条第2款).
    """
    document = library.document(passage.document_id)
    style = _item_style(document, passage)
    if style is None:
        return None
    before = [p for p in library.passages(document.id) if p.start < passage.start]
    others = (p for p in reversed(before) if not (_beside(p, passage) and _item_style(document, p) == style))
    above = next((p for p in others if p.address == passage.parent_address or _beside(p, passage)), None)
    if above is None:
        return None
    last = above.sentences[-1]
    return last if document.words(last.start, last.end).rstrip()[-1:] in tuple("：:") else None


def _item_style(document: Document, passage: Passage) -> str | None:
    found = marker(document.words(passage.start, passage.end))
    return found.style if found and found.style in _ITEMS else None


def _beside(a: Passage, b: Passage) -> bool:
    return a.parent_address == b.parent_address


def items_of(library: Library, evidence: Evidence) -> list[Evidence]:
    """The items that the evidence leads in (应当提交下列材料：); [] where it leads in none."""
    document = library.document(evidence.document_id)
    passage = library.passage_at(document.id, evidence.start)
    if evidence.text.rstrip()[-1:] not in tuple("：:") or evidence.start != passage.sentences[-1].start:
        return []
    lead = passage.sentences[-1]
    after = [p for p in library.passages(document.id) if p.start > passage.start]
    near = (p for p in after if p.parent_address == passage.address or _beside(p, passage))
    items = [p for p in near if _lead_in(library, p) == lead]
    return [as_evidence(library, document, p.sentences[0], evidence.score) for p in items] if len(items) > 1 else []


def _led(document: Document, lead: Span, item: str) -> str:
    """Both as one sentence: 有下列情形之一的，不予支持：购置二手设备的。"""
    said = document.words(lead.start, lead.end).strip()
    before, after = marker(said), marker(item)
    return f"{said[before.length if before else 0 :].strip()}{item[after.length if after else 0 :].strip()}"


def as_evidence(library: Library, document: Document, span: Span, score: float = 1.0) -> Evidence:
    """The evidence that `span` of `document` is; its text is without what is marked."""
    passage = library.passage_at(document.id, span.start)
    text = document.words(span.start, span.end)
    return Evidence(document.id, document.source, passage.address, span.start, span.end, text, score)


def _key(hit: Hit) -> tuple[str, Span]:
    return hit.passage.document_id, hit.span


def as_candidate(hit: Hit, query: Query, index: Index) -> Candidate:
    """A sentence found as a candidate."""
    document = index.document(hit.passage.document_id)
    row = row_at(document, hit.passage, hit.span.start)
    sentence = normalized(row.statement if row else document.words(hit.span.start, hit.span.end))
    headings = normalized(" ".join((document.title, *hit.passage.headings)))
    inside = _about(query.terms, sentence, index)
    covered = _about(query.terms, sentence + "\n" + headings, index)
    holds = query.wanted is not None and (
        query.wanted.found_in(sentence) or _explains(query.wanted, hit.passage, sentence)
    )
    figure = bool(_WANTS_FIGURE.search(query.standalone)) and holds_kind(sentence, "")
    enumeration = query.intent is Intent.LIST and "、" in sentence
    score = (
        0.5 * hit.score / BEST_SCORE
        + inside
        + _HEADING_WEIGHT * (covered - inside)
        + _KIND_BONUS * (holds or figure or enumeration)
        - _FRONT_PENALTY * (hit.passage.role is Role.FRONT)
    )
    return Candidate(as_evidence(index, document, hit.span, score), covered, holds)


def _explains(wanted: Asked, passage: Passage, sentence: str) -> bool:
    """Whether the sentence stands in the clause that is headed by the very term whose meaning is asked for."""
    heading = normalized(passage.headings[-1]) if passage.headings else ""
    if wanted.called != MEANING or not heading or heading in sentence:
        return False
    more_than_the_term = wanted.found_in(f"{heading[1:]}：")
    return wanted.found_in(f"{heading}：") and not more_than_the_term


def _about(terms: Sequence[Term], text: str, index: Index) -> float:
    """The terms' coverage by `text`; 0 where it has only what a thing has, 增速 or 覆盖率, and nothing of the thing."""
    own = [term for term in terms if term.word not in attributes()]
    named = any(term.weight >= 1 for term in own)
    return 0.0 if named and not coverage(own, text, index.idf) else coverage(terms, text, index.idf)


def _same_clause(a: Candidate, b: Candidate) -> bool:
    return (a.evidence.document_id, a.evidence.address) == (b.evidence.document_id, b.evidence.address)


def _only_labels(text: str, document: Document) -> bool:
    """Whether the line only names a table, a box, the document or who signs it."""
    line = text.strip()
    signed = [part for part in line.split() if not _CONTACT.match(part)]
    return (
        bool(_LABEL.match(line) and not re.search("[，。；：,;:]", line))
        or (normalized(line) == normalized(document.title) and line[-1:] not in "。！？!?；;")
        or bool(signed and (all(map(_SIGNS.fullmatch, signed)) or _SIGNS.fullmatch("".join(signed))))
    )


def says_nothing(hit: Hit, query: Query, index: Index) -> bool:
    """Whether the sentence is only the clause's title or a table's names of columns, asks itself, or is a duty line or in brackets."""
    document = index.document(hit.passage.document_id)
    text = document.words(hit.span.start, hit.span.end).strip()
    if (
        text[-1] in "？?"
        or is_head(document, hit.passage, hit.span.start)
        or (not asks_contact(query.standalone) and _only_labels(text, document))
    ):
        return True
    if (text[0] in "(（" and marker(text) is None) or is_duty_line(text):
        return query.wanted is None or query.wanted.figure or not query.wanted.found_in(text)
    found = marker(text)
    title = re.sub(r"[。；;：:？?]$", "", text[found.length if found else 0 :].strip())
    own = [s for s in hit.passage.sentences if not is_duty_line(document.words(s.start, s.end))]
    whole = len(own) == 1 and text[-1] in "。；;！？!?"
    return not whole and bool(hit.passage.headings) and title == hit.passage.headings[-1]
