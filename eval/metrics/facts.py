"""Share of the expected facts that the answer holds.

Short-form recall as in ASQA's and ALCE's STR-EM (Stelmakh et al. 2022; Gao et al. 2023): a fact is found if one of its
alternative wordings occurs in the answer, here after the spellings that mean the same in Chinese have been made one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from eval.metrics.metric import Metric, Trial
from index.chinese.quantity import quantities, same_quantity

_NUMERALS = "0-9零〇一二三四五六七八九十百千万亿两"
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_KEPT, _DROPPED = "%‰", "~"


def score(trial: Trial) -> float:
    """Found facts / expected facts."""
    found = facts_found(trial)
    return sum(found) / len(found)


def facts_found(trial: Trial) -> tuple[bool, ...]:
    """For each fact of the case, whether the answer holds it."""
    return tuple(any(holds(trial.shown, wording) for wording in fact) for fact in trial.case.facts)


def holds(texts: Iterable[str], wording: str) -> bool:
    """Whether one of `texts` has `wording`, or, if that is a mere quantity, an equal one (60家 = 六十家).

    A wording that begins or ends with a numeral is not found inside a longer number.
    """
    sought = normalise(wording)
    pattern = re.compile(_edge(sought[:1], "(?<!{})") + re.escape(sought) + _edge(sought[-1:], "(?!{})"))
    texts = tuple(texts)
    if any(pattern.search(normalise(text)) for text in texts):
        return True
    mere = [q for q in quantities(wording) if q.text == wording]
    return any(same_quantity(q, shown) for q in mere for text in texts for shown in quantities(text))


def normalise(text: str) -> str:
    """NFKC, case folded, without space and punctuation; between digits a decimal point stays, and `|` for all else."""
    text = _THOUSANDS.sub("", unicodedata.normalize("NFKC", text).casefold())
    pieces: list[str] = []
    for part in re.findall(r"\w+|[^\w]+", text.replace("_", " ")):
        if part[0].isalnum():
            pieces.append(part)
            continue
        kept = "".join(c for c in part if c in _KEPT or (unicodedata.category(c)[0] not in "PZC" and c not in _DROPPED))
        pieces.append(kept or ("." if part == "." else "|"))
    joined = "".join(pieces)
    return re.sub(r"(?<!\d)[.|]|[.|](?!\d)", "", joined)


def _edge(character: str, template: str) -> str:
    """A guard against a longer number beside `character`, if that is a numeral itself."""
    return template.format(f"[{_NUMERALS}.]") if re.fullmatch(f"[{_NUMERALS}]", character) else ""


METRIC = Metric(
    name="facts",
    label="事实召回",
    score=score,
    applies=lambda case: case.answerable,
    left_out="应拒答的题没有事实可评",
)
