"""What the page says, in Chinese and in English: the code says it in Chinese, `english.json` has the English of each."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

CHINESE, ENGLISH = "zh-CN", "en"


def say(text: str, language: str = CHINESE, **values: object) -> str:
    """`text` in `language`, its {fields} filled; KeyError if the table has no English of it."""
    said = english()[text] if language == ENGLISH else text
    return said.format(**values) if values else said


@cache
def english() -> dict[str, str]:
    """The English by the Chinese."""
    table: dict[str, str] = json.loads((Path(__file__).parent / "english.json").read_text(encoding="utf-8"))
    return table


def language(asked: str | None, accepted: str | None) -> str:
    """The one that the address asks for (`?lang=en`), else the browser's first if that is neither Chinese nor unknown."""
    wanted = (asked or (accepted or CHINESE).split(",")[0]).strip().lower()
    return CHINESE if not wanted or wanted.startswith(("zh", "*")) else ENGLISH
