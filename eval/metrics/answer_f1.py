"""Overlap of the answer with the gold answer; a refusal has none.

F1 of CMRC 2018 (Cui et al. 2019), which DuReader-robust and DuReader-checklist use too: Chinese by characters, other
words and numbers whole, punctuation dropped; the common part is the longest common run; the best of several golds
counts. The answer is the shown text, so one that quotes a whole sentence for a short gold loses precision.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher

from eval.metrics.metric import Metric, Trial

_TOKEN = re.compile(r"[a-z0-9]+(?:\.\d+)?|[^\W_]")


def score(trial: Trial) -> float:
    """F1 against the best gold."""
    return max((f1(trial.said, gold) for gold in trial.case.gold), default=0.0)


def f1(said: str, gold: str) -> float:
    """Harmonic mean of the shares that the longest common run is of both; 0 if there is none."""
    a, b = tokens(said), tokens(gold)
    common = longest_common_run(a, b)
    return 2 * common / (len(a) + len(b)) if common else 0.0


def tokens(text: str) -> list[str]:
    """Characters of Chinese, whole words and numbers of the rest, in order; no punctuation."""
    return _TOKEN.findall(unicodedata.normalize("NFKC", text).lower())


def longest_common_run(a: list[str], b: list[str]) -> int:
    """Length of the longest run that both have."""
    return SequenceMatcher(None, a, b, autojunk=False).find_longest_match().size


METRIC = Metric(
    name="answer_f1",
    label="答案F1",
    score=score,
    applies=lambda case: case.answerable and bool(case.gold),
    left_out="应拒答的题，或没有标准答案",
)
