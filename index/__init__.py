"""Policy files to a searchable index of clauses: read → describe → split → embed, keyword → store → search.

Public names: build, Report, BuildError, Index, NoIndex, Filters, PolicyRetriever. They load on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "BuildError": "index.build",
    "Report": "index.build",
    "Filters": "index.types",
    "Index": "index.search",
    "NoIndex": "index.generation",
    "PolicyRetriever": "index.retriever",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'index' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
