"""Traditional Chinese as simplified, for searching only: what is shown and quoted stays as printed.

Words, not characters, are turned (資訊 → 信息), by OpenCC's `tw2sp` (Apache-2.0). Simplified text is left alone: some of its
characters (著, 乾, 於) are traditional ones of others.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from typing import Any

import opencc

_LEAST_SHARE = 0.06


def rules() -> str:
    """Names the way that text is turned, so that no index keeps what another way gave."""
    return f"opencc-{version('opencc')}-tw2sp"


def simplified(text: str) -> str:
    """`text` in simplified characters and mainland words where it is traditional; else `text` itself."""
    return str(_by_words().convert(text)) if is_traditional(text) else text


def is_traditional(text: str) -> bool:
    """Whether a good part of the characters of `text` have another, simplified form."""
    if text.isascii():
        return False
    turned = _by_characters().convert(text)
    han = sum("\u3400" <= c <= "\u9fff" for c in text)
    return bool(han) and sum(a != b for a, b in zip(text, turned, strict=False)) >= max(1, _LEAST_SHARE * han)


@cache
def _by_words() -> Any:
    return opencc.OpenCC("tw2sp")


@cache
def _by_characters() -> Any:
    return opencc.OpenCC("t2s")
