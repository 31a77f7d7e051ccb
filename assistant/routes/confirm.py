"""Questions that state something: yes or no by the figures, what the plan has instead, who else says those words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.evidence.retrieve import Candidate, as_evidence, as_source, retrieve
from assistant.question.understand import Query
from assistant.routes.claim import Claim
from assistant.routes.premise import Premise
from assistant.routes.quote import WRITTEN, quotation
from assistant.routes.step import Remark, Step
from assistant.types import Source, titled
from assistant.verify.check import objection
from index.chinese.quantity import Kind, Quantity, quantities, same_count, unsupported
from index.search import Index

_SAID_ELSEWHERE = 0.9
_DIFFERS = f"与原文不符，{WRITTEN}"


def confirmation(query: Query, candidate: Candidate, index: Index) -> Iterator[Step]:
    """Yes or no by the figures: the question's own against the evidence's; then the evidence word for word."""
    source = as_source(index, candidate.evidence)
    figures = [q for q in quantities(query.standalone) if not q.indefinite]
    missing = [
        q
        for q in unsupported(query.standalone, [source.text])
        if not any(same_count(q, held) for held in quantities(source.text))
        and (q.kind is Kind.NUMBER or unsupported(q.text, [*(e.text for e in source.above), source.context]))
    ]
    yield from (Remark(f"原文没有“{q.text}”。") for q in missing)
    opening = WRITTEN
    if missing:
        opening = _DIFFERS
    elif figures and not _of_which(figures, source) and objection(query.standalone, source, index.idf) is None:
        opening = f"与原文相符，{WRITTEN}"
    yield quotation(candidate.evidence, query, index, opening)


def _of_which(figures: Sequence[Quantity], source: Source) -> bool:
    """Whether only years are asked about and the evidence has several: which is of what, no check tells."""
    years = {q.year for q in quantities(source.text) if q.kind is Kind.DATE}
    return len(years) > 1 and all(q.kind is Kind.DATE for q in figures)


def corrected(wrong: Sequence[Premise], query: Query, index: Index) -> Iterator[Step]:
    """What the plan has instead of the figures that the question takes for granted, each sentence once."""
    yield from (Remark(premise.remark) for premise in wrong)
    for document_id, span in dict.fromkeys((p.target.document_id, span) for p in wrong for span in p.spans):
        evidence = as_evidence(index, index.document(document_id), span)
        yield quotation(evidence, query, index, _DIFFERS)


def said_elsewhere(query: Query, index: Index) -> Iterator[Step]:
    """For “……”是某市提出的吗: the plan of another place that says those very words, quoted."""
    others = [d for d in query.scope if d not in query.documents]
    candidates = retrieve(query, index, others) if others and query.terms else []
    if candidates and candidates[0].covered >= _SAID_ELSEWHERE:
        evidence = candidates[0].evidence
        document = index.document(evidence.document_id)
        quote = quotation(evidence, query, index)
        yield Claim(f"{document.region or titled(document.title)}的文件写的是：{quote.text}", quote.support)
