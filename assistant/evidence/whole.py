"""Whole clauses for a model that can take them: all of the plans where they fit, else the best with their neighbours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.evidence.retrieve import whole
from assistant.question.understand import Query
from assistant.types import Source
from index.search import Index
from index.types import Filters, Passage, Role

_HITS = 80


def whole_clauses(query: Query, index: Index, characters: int) -> list[Source]:
    """The clauses of the plans in question, in their order, together no longer than `characters`.

    Where not all fit, those are taken in which a search for the question finds most, best first and whole as long as they
    fit, each with its share where plans are compared; of the others the clauses found, with their neighbours.
    """
    documents = query.documents
    if sum(len(document.text) for document in documents) <= characters:
        chosen = [p for document in documents for p in index.passages(document.id)]
        return [whole(index, p) for p in chosen if not _is_listing(p)]
    found = _ranked(query, index)
    ranked = [index.document(name) for name in dict.fromkeys(p.document_id for p in found)]
    taken: dict[str, list[Passage]] = {}
    left = characters
    for n, document in enumerate(ranked):
        share = left // (len(ranked) - n) if query.compares else left
        every = [p for p in index.passages(document.id) if not _is_listing(p)]
        own = [p for p in found if p.document_id == document.id]
        taken[document.id] = every if len(document.text) <= share else _filled(own, index, share)
        left -= sum(p.end - p.start for p in taken[document.id])
    return [whole(index, p) for document in documents for p in taken.get(document.id, ())]


def _ranked(query: Query, index: Index) -> list[Passage]:
    """The clauses that a search for the question finds, best first."""
    filters = Filters(documents=tuple(d.id for d in query.documents))
    texts = dict.fromkeys((query.standalone, query.read))
    hits = [hit for text in texts for hit in index.clauses(text, filters, k=_HITS)]
    return list({hit.passage.id: hit.passage for hit in hits if hit.passage.role is not Role.BACK}.values())


def _filled(found: Sequence[Passage], index: Index, characters: int) -> list[Passage]:
    """Of the clauses found, with their neighbours, as many as fit, in the order of the plan."""
    chosen: dict[int, Passage] = {}
    for passage in found:
        for near in _with_neighbours(passage, index):
            if near.start not in chosen:
                size = near.end - near.start
                if size > characters:
                    continue
                characters -= size
                chosen[near.start] = near
    return [chosen[start] for start in sorted(chosen)]


def _with_neighbours(passage: Passage, index: Index) -> Iterator[Passage]:
    """The clause, those that it stands under, and the next one of its heading."""
    yield passage
    passages = index.passages(passage.document_id)
    yield from (p for p in passages if p.address == passage.parent_address)
    after = next((p for p in passages if p.start >= passage.end), None)
    if after and after.headings == passage.headings:
        yield after


def _is_listing(passage: Passage) -> bool:
    return passage.address == "目录"
