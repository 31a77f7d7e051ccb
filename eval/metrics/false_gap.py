"""Share of the fully answerable questions of which the answer says that a part is missing. Lower is better.

Of several plans one may rightly be silent, so comparisons are left out.
"""

from __future__ import annotations

from assistant.types import Outcome
from eval.cases import Case, Expectation, Type
from eval.metrics.metric import Metric, Trial


def score(trial: Trial) -> float | None:
    """1 if it says so, else 0; None for a refusal, which says that all is missing."""
    return None if trial.refused else float(trial.answer.status is Outcome.PARTLY)


def _applies(case: Case) -> bool:
    return case.expect is Expectation.ANSWER and case.type is not Type.COMPARISON


METRIC = Metric(
    name="false_gap",
    label="误报缺项",
    score=score,
    applies=_applies,
    left_out="应拒答、只有一部分有答案或比较的题，和拒答了的题",
    lower_is_better=True,
)
