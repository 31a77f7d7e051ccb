"""Whether the clauses that the answer cites hold most of a gold answer: `gold_cited`, softer.

A gold span that runs from one clause into the next, of which one is cited, is not there word for word. Here it counts
if one run of it with at least 0.8 of its characters is: the recall of the longest common run, as in CMRC 2018's F1.
"""

from __future__ import annotations

from eval.metrics.answer_f1 import longest_common_run, tokens
from eval.metrics.gold_cited import METRIC as _STRICT
from eval.metrics.metric import Metric, Trial

LEAST = 0.8


def score(trial: Trial) -> float:
    """1 if so, else 0."""
    cited = [tokens(text) for text in trial.cited_passages]
    golds = filter(None, map(tokens, trial.case.gold))
    return float(any(longest_common_run(gold, text) >= LEAST * len(gold) for gold in golds for text in cited))


METRIC = Metric(
    name="gold_covered",
    label="出处盖住八成",
    score=score,
    applies=_STRICT.applies,
    left_out=_STRICT.left_out,
)
