"""Spoken ways of asking as the written ones that the rules know: 啥时候 → 什么时候, 挑头 → 牵头, 还作数不 → 还有效吗."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from assistant.question.intent import WH_WORD

_QUOTED = re.compile(r"(《[^《》]*》|“[^“”]*”|\"[^\"]*\")")
_FINAL_NOT = re.compile(
    r"(?<![是对好要有没能会可该给还])不(?=[啊呀呢\s？?。!！]*$)|(?<=[了过])没有?(?=[啊呀呢\s？?。!！]*$)"
)


def written(question: str) -> str:
    """`question` with its spoken turns of phrase (`spoken.txt`) written out; titles and quoted words stay as they are."""
    parts = _QUOTED.split(question)  # the quoted ones are at the odd places
    parts[::2] = [_turns().sub(lambda found: _forms()[found[0]], part) for part in parts[::2]]
    said = "".join(parts)
    return said if WH_WORD.search(said) or "为何" in said else _FINAL_NOT.sub("吗", said)


@cache
def _turns() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, _forms())))


@cache
def _forms() -> dict[str, str]:
    """Written form by spoken form, longest first."""
    lines = Path(__file__).with_name("spoken.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split() for line in lines if line and not line.startswith("#")]
    pairs = {spoken: row[0] for row in rows for spoken in row[1:]}
    return dict(sorted(pairs.items(), key=lambda pair: -len(pair[0])))
