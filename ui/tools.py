"""What other programs may call: the same three functions over Gradio's API and as MCP tools. All else is private."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from assistant.types import Answer
from index.types import Document, Filters
from ui.answering import Answering
from ui.asking import Line

MOST_HITS = 50


@dataclass(frozen=True, slots=True)
class Tools:
    """Over the loaded plans only; no reader's own files."""

    assistant: Answering
    line: Line

    def ask(self, question: str, region: str = "") -> dict[str, Any]:
        """Answer a question about the policy plans in Chinese; each sentence was checked against the clause it cites.

        Args:
            question: the question, in Chinese, e.g. 某市的计划还有效吗？
            region: only plans of this region, e.g. 某市; empty for all
        """
        only = Filters(regions=(region,)) if region else None
        with self.line.waited():
            answer = next(e for e in self.assistant.stream(question, (), only) if isinstance(e, Answer))
        return answer.to_dict()

    def search(self, query: str, k: int = 5) -> list[dict[str, Any]]:
        """Find the clauses of the policy plans that are most about some words, each by its best sentence, best first; no model is asked.

        Args:
            query: words to search for
            k: how many clauses, at most 50
        """
        documents = {d.id: d for d in self.assistant.documents}
        found = []
        for hit in self.assistant.search(query, max(1, min(int(k), MOST_HITS))):
            document = documents[hit.passage.document_id]
            text = document.words(hit.span.start, hit.span.end)
            place = {"address": hit.passage.address, "start": hit.span.start, "end": hit.span.end}
            found.append({**_of(document), **place, "text": text, "score": round(hit.score, 4)})
        return found

    def get_clause(self, document: str, address: str) -> dict[str, Any]:
        """The text of one clause, word for word but for what is marked in it as no prose, with its headings. ValueError if there is no such document or clause.

        Args:
            document: id, title, number (文号) or file name of the document, as ask and search give it
            address: the clause's address, e.g. 三·(四)·8
        """
        named = next(
            (d for d in self.assistant.documents if document in (d.id, d.title, d.name, d.number, d.source)), None
        )
        if named is None:
            raise ValueError(f"没有文件“{document[:100]}”。")
        passage = next((p for p in self.assistant.passages(named) if p.address == address), None)
        if passage is None:
            raise ValueError(f"《{named.name}》没有条款“{address[:100]}”。")
        text = named.words(passage.start, passage.end)
        place = {
            "address": passage.address,
            "headings": list(passage.headings),
            "start": passage.start,
            "end": passage.end,
        }
        return {**_of(named), **place, "text": text}


def _of(document: Document) -> dict[str, Any]:
    validity = document.validity(date.today())
    return {
        "document": document.id,
        "title": document.name,
        "digest": document.digest,
        "number": document.number,
        "region": document.region,
        "status": validity.status.value,
    }
