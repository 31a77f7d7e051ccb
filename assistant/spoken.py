"""Spoken ways of asking as the written ones that the rules know: 啥时候 → 什么时候, 挑头 → 牵头, 还作数不 → 还有效吗."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_FINAL_NOT = re.compile(r"(?<![是对好要有没能会可该给])不(?=[\s？?。!！]*$)|(?<![有没])没(?:有)?(?=[\s？?。!！]*$)")


def written(question: str) -> str:
    """`question` with its spoken turns of phrase (`spoken.txt`) written out; what it is about stays as it is."""
    forms = _forms()
    said = re.sub("|".join(map(re.escape, forms)), lambda found: forms[found[0]], question)
    return _FINAL_NOT.sub("吗", said)


@cache
def _forms() -> dict[str, str]:
    """Written form by spoken form, longest first."""
    lines = Path(__file__).with_name("spoken.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split() for line in lines if line and not line.startswith("#")]
    pairs = {spoken: row[0] for row in rows for spoken in row[1:]}
    return dict(sorted(pairs.items(), key=lambda pair: -len(pair[0])))
