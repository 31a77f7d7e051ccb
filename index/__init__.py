"""Policy files to a searchable index of clauses: read → describe → split → embed, keyword → store → search.

Public names: Report, BuildError, Index, NoIndex, Filters, PolicyRetriever. They load on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index.build import BuildError, Report
    from index.retriever import PolicyRetriever
    from index.search import Index
    from index.store.snapshot import NoIndex
    from index.types import Filters

_HOMES = {
    "BuildError": "index.build",
    "Report": "index.build",
    "Filters": "index.types",
    "Index": "index.search",
    "NoIndex": "index.store.snapshot",
    "PolicyRetriever": "index.retriever",
}
__all__ = ["BuildError", "Filters", "Index", "NoIndex", "PolicyRetriever", "Report"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'index' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
