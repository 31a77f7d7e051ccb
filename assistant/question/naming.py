"""The words by which a question names a plan: its title, or its 文号 however it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from index.chinese.simplified import simplified
from index.types import Document

_NUMBER = re.compile(r"(\D+?)〔(\d{4})〕(\d+)号")
_SHORTEST = 3  # characters of an issuer's code that names a plan without the year: 府3号 may be a house

_simplified = lru_cache(maxsize=16_384)(simplified)


def names(text: str, document: Document) -> Iterator[str]:
    """Each stretch of `text`, which is in simplified characters, that is the document's title or its number: 甬海办〔2019〕17号, 甬海办[2019]17号, 甬海办17号."""
    title = _simplified(document.title)
    if title in text:
        yield title
    if not document.number:
        return
    if document.number in text:
        yield document.number
    parts = _NUMBER.fullmatch(document.number)
    if parts and parts[1] in text:
        year = rf"[〔\[［【(（]?\s*{parts[2]}\s*年?[〕\]］】)）]?\s*"
        bare = "?" if len(parts[1]) >= _SHORTEST else ""
        for found in re.finditer(rf"{re.escape(parts[1])}\s*(?:{year}){bare}第?\s*{parts[3]}\s*号(?![楼院线])", text):
            yield found[0]


def is_named(text: str, document: Document) -> bool:
    """Whether `text` names it."""
    return any(True for _ in names(text, document))
