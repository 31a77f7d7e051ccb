"""Share of the questions of which the texts answer only a part, where the answer says that it is partial."""

from __future__ import annotations

from assistant.types import Outcome
from eval.cases import Expectation
from eval.metrics.metric import Metric, Trial


def score(trial: Trial) -> float:
    """1 if it says so, else 0."""
    return float(trial.answer.status is Outcome.PARTLY)


METRIC = Metric(
    name="gap_told",
    label="说明缺项",
    score=score,
    applies=lambda case: case.expect is Expectation.PARTLY,
    left_out="不是只有一部分有答案的题",
)
