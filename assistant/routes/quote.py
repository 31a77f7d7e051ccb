"""The evidence itself as an answer: which sentences, and of a long one the stretch that is about the question."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.evidence.find import Findings
from assistant.evidence.rank import odds_of
from assistant.evidence.retrieve import Candidate, as_evidence, as_source, items_of
from assistant.question.coverage import coverage, normalized
from assistant.question.understand import Query
from assistant.routes.claim import Claim
from assistant.types import Evidence
from index.chinese.quantity import Kind, quantities
from index.document.table import rows
from index.search import Index

WHOLE_TABLE = "这一问要比较或合计表里的各行，以下逐行列出原文的数，没有代为计算。"
WRITTEN = "原文写的是："
_LONGEST_QUOTE = 160
_OF_OPEN, _OF_ONE = (2.0, -1.5, 8), (1.0, -1.5, 3)
"""What is quoted beside the best: how much less its log-odds may be, how low they may be, and how many all together; for
an open question, and where one thing is asked for. Chosen on the dev documents of `training/data`."""
_MOST_ROWS = 20
_MOST_ITEMS = 15
_OF_ALL_ROWS = re.compile(r"(?<!至)最(?![近后新终])|一共|总共|合计|共计|加起来|各(?:个|自|有|是|多少)|分别")


def quotation(
    evidence: Evidence, query: Query, index: Index, opening: str = "", longest: int = _LONGEST_QUOTE
) -> Claim:
    """The evidence itself as the answer after an `opening` of ours, cut to what is about the question where it is long."""
    source = as_source(index, evidence)
    text = opening + excerpt(source.text.strip(), query, index, longest)
    return Claim(text, source.cited)


def quotations(evidence: Evidence, query: Query, index: Index) -> list[Claim]:
    """The quotation; of what leads in items (应当提交下列材料：) with each of them."""
    items = items_of(index, evidence)[:_MOST_ITEMS]
    return [quotation(evidence, query, index), *(Claim(e.text.strip(), (e,)) for e in items)]


def worth_quoting(found: Findings, most: int | None = None) -> list[Evidence]:
    """The best sentence and those that answer nearly as well, more where the question is open, of one plan where none is named.

    In the order of their clauses, best clause first; at most `most`, as many as is usual if None.
    """
    best = found.best
    if best is None:
        return []
    wanted = found.query.wanted
    margin, least, usual = _OF_OPEN if found.query.open else _OF_ONE
    least = max(odds_of(best) - margin, least)
    near = [c for c in found.candidates if c is not best and odds_of(c) >= least]
    near = [c for c in near if wanted is None or found.query.open or c.holds_kind]
    if not (found.query.chosen or found.query.compares):  # what other plans say of theirs was not asked
        near = [c for c in near if c.evidence.document_id == best.evidence.document_id]
    chosen = [best, *near[: (most or usual) - 1]]
    clauses = list(dict.fromkeys((c.evidence.document_id, c.evidence.address) for c in chosen))
    places = [(clauses.index((e.document_id, e.address)), e.start, e) for e in (c.evidence for c in chosen)]
    return [evidence for *_, evidence in sorted(places, key=lambda place: place[:2])]


def beyond(found: Findings, said: Sequence[Claim]) -> list[Evidence]:
    """What answers beyond the claims `said`, where more than one thing is asked for."""
    cited = {(e.document_id, e.start) for claim in said for e in claim.support}
    return [
        e
        for e in worth_quoting(found)
        if (found.query.open or found.query.wanted is None) and (e.document_id, e.start) not in cited
    ]


def rows_to_compare(query: Query, best: Candidate, index: Index) -> list[Evidence]:
    """The rows of the best one's table, where the question compares or sums them up and names none; too many are none."""
    document = index.document(best.evidence.document_id)
    table = rows(document, index.passage_at(document.id, best.evidence.start))
    whole = _OF_ALL_ROWS.search(query.standalone) and not any(
        row.subject and row.subject in query.standalone for row in table
    )
    return [as_evidence(index, document, row.span) for row in table] if whole and len(table) <= _MOST_ROWS else []


def excerpt(text: str, query: Query, index: Index, longest: int = _LONGEST_QUOTE) -> str:
    """`text`, or its stretch of clauses that holds most of the question's words, with …… for what is left out."""
    if len(text) <= longest:
        return text
    parts = re.findall(r"[^，,；;]+[，,；;]?", text)
    best, best_score = (0, len(parts)), -1.0
    for start in range(len(parts)):
        length = 0
        for end in range(start + 1, len(parts) + 1):
            length += len(parts[end - 1])
            if length > longest and end > start + 1:
                break
            score = coverage(query.terms, normalized("".join(parts[start:end])), index.idf) + length / 10_000
            if score > best_score:
                best, best_score = (start, end), score
    start, end = best
    if start and any(q.kind is Kind.DATE for q in quantities(parts[0])):
        return f"{parts[0]}……{''.join(parts[start:end]).strip().rstrip('，,；;')}{'……' if end < len(parts) else ''}"
    stretch = "".join(parts[start:end]).strip().rstrip("，,；;")
    return f"{'……' if start else ''}{stretch}{'……' if end < len(parts) else ''}"


def unquoted(title: str) -> str:
    """A heading to stand in quotation marks: inner ones single, an unmatched one dropped."""
    if title.count("“") != title.count("”"):
        return title.replace("“", "").replace("”", "")
    return title.replace("“", "‘").replace("”", "’")
