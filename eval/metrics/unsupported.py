"""Number of figures shown that the citations beside them do not hold.

Numeric faithfulness per statement, as FActScore (Min et al. 2023) counts atomic claims, but decided by code: a number,
unit or date stands if a quote of the same sentence's own citations, or what the cited document says of itself, has it.
It reads figures with the same `index.chinese.quantity` as the checker, so it cannot see what that does not read. A figure that
the answer says it computed counts unless the operands stand in the quotes of their citations and give it again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from assistant.types import Citation, Computed, Operation
from assistant.verify.checks.sense import DENIES
from eval.metrics.metric import Metric, Trial
from index.chinese.quantity import Kind, Quantity, is_counting_unit, quantities, same_measure, same_value, unsupported

_LISTED = re.compile(r"[^，,；;。：:]*、[^，,；;。：:]*")
_AGAIN: Mapping[Operation, Callable[[Sequence[Decimal]], Decimal]] = {
    Operation.MOST: max,
    Operation.LEAST: min,
    Operation.DIFFERENCE: lambda values: max(values) - min(values),
    Operation.SUM: lambda values: sum(values, Decimal(0)),
}


def score(trial: Trial) -> float:
    """Count over sentences and table cells; the row labels of a table, which cite nothing, are not claims."""
    quoted = {citation.number: citation for citation in trial.answer.citations}
    return float(
        sum(
            _unsupported(
                text,
                [
                    *_own_results(computed, quoted),
                    *(s for n in numbers for s in _sources(quoted[n])),
                    *([trial.case.question] if DENIES.search(text) else []),  # 不是三年: the question's own figure
                ],
            )
            + sum(not recomputed(result, quoted) for result in computed)
            for text, numbers, computed in _claims(trial)
        )
    )


def _unsupported(text: str, sources: Sequence[str]) -> int:
    """How many figures of a sentence no source has by its value, and are no count of what the sentence or a source lists."""
    held = [q for source in sources for q in quantities(source)]
    counts = {len(run.split("、")) for source in (text, *sources) for run in _LISTED.findall(source)}
    missing = [q for q in unsupported(text, sources) if not any(same_value(q, h) for h in held)]
    return sum(not (q.kind is Kind.NUMBER and is_counting_unit(q.unit) and q.value in counts) for q in missing)


def recomputed(result: Computed, quoted: Mapping[int, Citation]) -> bool:
    """Whether every operand stands in the quote of its citation and the operation on them gives the result."""
    found = [_figure(operand.text) for operand in result.operands]
    given = _figure(result.text)
    cited = all(
        operand.citation in quoted and not unsupported(operand.text, [quoted[operand.citation].quote])
        for operand in result.operands
    )
    again = _AGAIN.get(result.operation)
    if not cited or again is None or given is None or len(found) < 2:
        return False
    figures = [q for q in found if q is not None and q.value is not None]
    if len(figures) < len(found) or not all(same_measure(figures[0].unit, q.unit) for q in figures):
        return False
    points = result.operation is Operation.DIFFERENCE and figures[0].unit == "%"
    measured = given.unit == "百分点" if points else any(given.unit == q.unit for q in figures)
    return measured and given.value == again([q.value for q in figures if q.value is not None])


def _own_results(computed: Sequence[Computed], quoted: Mapping[int, Citation]) -> list[str]:
    return [result.text for result in computed if recomputed(result, quoted)]


def _figure(text: str) -> Quantity | None:
    return next((q for q in quantities(text) if q.kind is Kind.NUMBER), None)


def _claims(trial: Trial) -> Iterator[tuple[str, Sequence[int], Sequence[Computed]]]:
    if trial.refused:
        return
    for sentence in trial.answer.sentences:
        yield sentence.text, sentence.citations, sentence.computed
    for row in trial.answer.table.rows if trial.answer.table else ():
        for column, cell in enumerate(row):
            if column or cell.citations:
                yield cell.text, cell.citations, ()


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
