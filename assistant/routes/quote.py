"""The evidence itself as an answer: which sentences, and of a long one the stretch that is about the question."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.evidence.retrieve import Candidate, as_evidence, as_source, items_of
from assistant.evidence.why_not import about
from assistant.question.coverage import coverage, normalized
from assistant.question.intent import OPEN
from assistant.question.understand import Query
from assistant.routes.claim import Claim
from assistant.types import Evidence
from index.chinese.quantity import Kind, quantities
from index.document.table import rows
from index.search import Index
from index.types import Passage

WHOLE_TABLE = "这一问要比较或合计表里的各行，以下逐行列出原文的数，没有代为计算。"
WRITTEN = "原文写的是："
_LONGEST_QUOTE = 160
_WORTH_QUOTING = 0.2
_MOST_SOURCES = 3
_MOST_QUOTES = 4
_LEAST_DEVOTED = 0.4
_NEARLY = 0.85
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


def worth_quoting(query: Query, candidates: Sequence[Candidate], best: Candidate, index: Index) -> list[Candidate]:
    """The best candidate, and those that hold a good part of the question's words that it leaves out."""
    chosen, held = [best], _words_of(best, index)
    for candidate in about(query, candidates):
        more = held + _words_of(candidate, index)
        gain = coverage(query.terms, more, index.idf) - coverage(query.terms, held, index.idf)
        if gain >= _WORTH_QUOTING and len(chosen) < _MOST_SOURCES:
            chosen.append(candidate)
            held = more
    if OPEN.search(query.standalone) and query.wanted is None:
        chosen += [c for c in _beside(best, query, candidates, index) if c not in chosen]
    return chosen[:_MOST_QUOTES]


def of_clause(best: Candidate, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The best one and those beside it in its clause, from where it stands or the clause begins, as many as are quoted."""
    here = [
        c
        for c in candidates
        if (c.evidence.document_id, c.evidence.address) == (best.evidence.document_id, best.evidence.address)
    ]
    at = here.index(best)
    first = 0 if at < _MOST_QUOTES else at
    return here[first : first + _MOST_QUOTES]


def beyond(query: Query, candidates: Sequence[Candidate], said: Sequence[Claim], index: Index) -> list[Evidence]:
    """What the evidence says about an open question beyond the claims `said`, in the order of the plan."""
    if not OPEN.search(query.standalone) or query.wanted is not None:
        return []
    cited = {(e.document_id, e.start) for claim in said for e in claim.support}
    held = "".join(normalized(claim.text) for claim in said) + "".join(
        _words_of(c, index) for c in candidates if (c.evidence.document_id, c.evidence.start) in cited
    )
    clauses = {index.passage_at(document_id, start).id for document_id, start in cited}
    chosen: list[Evidence] = []
    for candidate in about(query, candidates):
        evidence = candidate.evidence
        if (evidence.document_id, evidence.start) in cited or len(chosen) == _MOST_SOURCES:
            continue
        more = held + _words_of(candidate, index)
        gain = coverage(query.terms, more, index.idf) - coverage(query.terms, held, index.idf)
        same_clause = index.passage_at(evidence.document_id, evidence.start).id in clauses
        if gain >= _WORTH_QUOTING or (same_clause and candidate.covered >= _NEARLY):
            chosen.append(evidence)
            held = more
    return sorted(chosen, key=lambda e: (e.document_id, e.start))


def rows_to_compare(query: Query, best: Candidate, index: Index) -> list[Evidence]:
    """The rows of the best one's table, where the question compares or sums them up and names none; too many are none."""
    document = index.document(best.evidence.document_id)
    table = rows(document, index.passage_at(document.id, best.evidence.start))
    whole = _OF_ALL_ROWS.search(query.standalone) and not any(
        row.subject and row.subject in query.standalone for row in table
    )
    return [as_evidence(index, document, row.span) for row in table] if whole and len(table) <= _MOST_ROWS else []


def _beside(best: Candidate, query: Query, candidates: Sequence[Candidate], index: Index) -> list[Candidate]:
    """The other sentences of the best one's clause: all, where the clause is given to the question, else those that say it."""
    clause = index.passage_at(best.evidence.document_id, best.evidence.start)
    here = [c for c in candidates if _in_clause(c, clause)]
    about = [c for c in here if c.covered >= _NEARLY * best.covered]
    if len(about) < _LEAST_DEVOTED * len(clause.sentences):
        said = {c: coverage(query.terms, normalized(c.evidence.text), index.idf) for c in about}
        here = [c for c in about if said[c] >= _NEARLY * best.covered]
    return sorted([c for c in here if c is not best][: _MOST_QUOTES - 1], key=lambda c: c.evidence.start)


def _in_clause(candidate: Candidate, clause: Passage) -> bool:
    evidence = candidate.evidence
    return evidence.document_id == clause.document_id and clause.start <= evidence.start < clause.end


def _words_of(candidate: Candidate, index: Index) -> str:
    source = as_source(index, candidate.evidence)
    return normalized(source.text + "\n" + "".join(source.headings)) + "\n"


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
