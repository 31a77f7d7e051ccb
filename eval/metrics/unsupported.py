"""Number of figures shown that the citations beside them do not hold.

Numeric faithfulness per statement, as FActScore (Min et al. 2023) counts atomic claims, but decided by code: a number,
unit or date stands if a quote of the same sentence's own citations, or what the cited document says of itself, has it.
It reads figures with the same `index.quantity` as the checker, so it cannot see what that does not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from assistant.types import Citation
from eval.metrics.metric import Metric, Trial
from index.quantity import unsupported


def score(trial: Trial) -> float:
    """Count over sentences and table cells; the row labels of a table, which cite nothing, are not claims."""
    quoted = {citation.number: citation for citation in trial.answer.citations}
    return float(
        sum(
            len(unsupported(text, [s for number in numbers for s in _sources(quoted[number])]))
            for text, numbers in _claims(trial)
        )
    )


def _claims(trial: Trial) -> Iterator[tuple[str, Sequence[int]]]:
    if trial.refused:
        return
    for sentence in trial.answer.sentences:
        yield sentence.text, sentence.citations
    for row in trial.answer.table.rows if trial.answer.table else ():
        for column, cell in enumerate(row):
            if column or cell.citations:
                yield cell.text, cell.citations


def _sources(citation: Citation) -> tuple[str, ...]:
    """The quote, and the document's title, number, date, period and status as the answer may state them."""
    document, period = citation.document, citation.document.period
    years = f"{period.first_year}年至{period.last_year}年" if period else ""
    own = (document.title, document.number, _written(document.issued), years, str(period or ""), citation.status_basis)
    return (citation.quote, *filter(None, own))


def _written(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日 {day.isoformat()}" if day else ""


METRIC = Metric(
    name="unsupported",
    label="无据数字",
    score=score,
    applies=lambda case: True,
    left_out="没有得到回答的题",
    target=0,
    lower_is_better=True,
    total=True,
)
