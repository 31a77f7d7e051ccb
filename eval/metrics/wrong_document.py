"""Number of citations of a document that the answer does not stand in, by document (see `wrong_plan`)."""

from __future__ import annotations

from eval.metrics.metric import Metric, Trial


def score(trial: Trial) -> float:
    """Count of such citations; 0 for a refusal."""
    cited = () if trial.refused else trial.answer.citations
    return float(sum(citation.document.id not in trial.case.sources for citation in cited))


METRIC = Metric(
    name="wrong_document",
    label="引错文件",
    score=score,
    applies=lambda case: bool(case.sources),
    left_out="题目没有标准文件",
    target=0,
    lower_is_better=True,
    total=True,
)
