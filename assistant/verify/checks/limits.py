"""Words that set a limit to a figure or a time (以上, 不超过, 之前), by what they mean."""

from __future__ import annotations

import re

_MEANING = {
    "least": "以上 至少 最少 不少于 不低于",
    "most": "以下 以内 之内 内 至多 最多 不超过 不高于",
    "more": "超过 高于 多于 大于",
    "less": "低于 不足 不到 不满 未满 少于 小于",
    "before": "以前 之前 前",
    "after": "以后 之后 后 起",
    "beyond": "以外",
}
_NAMES = {word: name for name, words in _MEANING.items() for word in words.split()}
_FIGURE = r"[约近]?[\d几一二两三四五六七八九十百千万]"
_OF_A_FIGURE = {"不到": f"不到(?={_FIGURE}|$)"}  # not 找不到

LIMITS = re.compile("|".join(_OF_A_FIGURE.get(word, word) for word in sorted(_NAMES, key=len, reverse=True)))
_DENYING = rf"不[能得可会应]?(?:超过|超出|少于|低于|小于|高于|多于|大于)|(?:不[到满足]|未满)(?={_FIGURE}|$)"
DENYING = re.compile(_DENYING)
"""Limits that have a negation in them, which negates nothing else."""
DENYING_BOUND = re.compile(f"(?:{_DENYING})(?={_FIGURE})")
"""The same with the figure that they bound: the checks of figures compare it."""


def named(text: str) -> list[str]:
    """What the limits of `text` mean, in order: 60家以上 and 不少于60家 are both `least`."""
    return [_NAMES[word] for word in LIMITS.findall(text)]
