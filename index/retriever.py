"""The index as a LangChain retriever, for chains of other people's."""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from index.search import Index
from index.types import Filters


class PolicyRetriever(BaseRetriever):
    """Gives the `k` best clauses for a query, each once, with title, address and offsets as metadata."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: Any
    k: int = 5
    filters: Filters | None = None

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[LangChainDocument]:
        index: Index = self.index
        best: dict[str, LangChainDocument] = {}
        for hit in index.search(query, self.filters, k=self.k * 6):
            passage, document = hit.passage, index.document(hit.passage.document_id)
            best.setdefault(
                passage.id,
                LangChainDocument(
                    id=passage.id,
                    page_content=document.words(passage.start, passage.end),
                    metadata={
                        "source": document.source,
                        "title": document.name,
                        "digest": document.digest,
                        "number": document.number,
                        "region": document.region,
                        "address": passage.address,
                        "start": passage.start,
                        "end": passage.end,
                        "score": hit.score,
                    },
                ),
            )
        return list(best.values())[: self.k]
