"""What a question wants as the fitted head tells it from the embedding that retrieval computes anyway."""

from __future__ import annotations

from functools import cache

from assistant.judge.intent import IntentHead, Understanding
from index.search import Index

_EMBEDDING = "multilingual-e5-small"


def learned(text: str, follows: bool, index: Index) -> Understanding | None:
    """What `text` wants; `follows` tells whether it comes after other questions. None for an embedding that the head is not for."""
    if not is_taught(index.embedder.fingerprint):
        return None
    return _head().intents([text], index.embedder.embed_queries([text]), [follows])[0]


def is_taught(fingerprint: str) -> bool:
    """Whether what was learned was learned with the embedding of that name."""
    return fingerprint.startswith(_EMBEDDING)


@cache
def _head() -> IntentHead:
    return IntentHead.bundled()
