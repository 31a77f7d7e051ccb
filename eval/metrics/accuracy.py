"""Whether the answer, or a quote that it cites, holds every gold answer: RGB's accuracy.

RGB (Chen et al. 2024) looks for each gold, or one of its alternatives, in the text that the model wrote. An answer that
quotes is cut to what is about the question, while its citation shows the whole sentence: both are before the reader,
so both are looked at. Spellings are made one as for `facts`. A refusal holds nothing.
"""

from __future__ import annotations

from eval.metrics.facts import holds
from eval.metrics.metric import Metric, Trial


def score(trial: Trial) -> float:
    """1 if every fact of the case is there, else 0."""
    texts = (*trial.shown, *trial.quoted)
    return float(all(any(holds(texts, wording) for wording in fact) for fact in trial.case.facts))


METRIC = Metric(
    name="accuracy",
    label="答案正确",
    score=score,
    applies=lambda case: case.answerable and bool(case.facts),
    left_out="应拒答的题，或没有标准答案",
)
