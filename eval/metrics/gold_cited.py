"""Whether a gold answer stands, word for word, in the clauses that the answer cites: can the reader find it there?

After normalising (see `facts.normalise`). The clause of a citation is the whole passage that holds its first character;
cited clauses that follow each other count as one text. Answer-in-passage as in open-domain question answering (Chen et
al. 2017; Karpukhin et al. 2020), of what is cited rather than of what was retrieved. A refusal cites nothing.
"""

from __future__ import annotations

from eval.metrics.facts import normalise
from eval.metrics.metric import Metric, Trial


def score(trial: Trial) -> float:
    """1 if so, else 0."""
    cited = [normalise(text) for text in trial.cited_passages]
    golds = filter(None, map(normalise, trial.case.gold))
    return float(any(gold in text for gold in golds for text in cited))


METRIC = Metric(
    name="gold_cited",
    label="出处含答案",
    score=score,
    applies=lambda case: case.answerable and bool(case.gold),
    left_out="应拒答的题，或没有标准答案",
)
