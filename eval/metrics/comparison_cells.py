"""Share of the expected cells of a comparison that are right: the plan's own fact in its row, 未提及 where it is silent.

Cell-wise exact match as in table question answering (Nan et al. 2022, FeTaQA's table cells), with wordings compared as
in `facts`. A missing table or row counts as wrong.
"""

from __future__ import annotations

from assistant.types import NOT_MENTIONED, Cell
from eval.cases import Expected
from eval.metrics.facts import holds
from eval.metrics.metric import Metric, Trial


def score(trial: Trial) -> float:
    """Right cells / expected cells."""
    rows = {row[0].text: row[1:-1] for row in trial.answer.table.rows} if trial.answer.table else {}
    found = [right for region, cells in trial.case.cells.items() for right in _right(cells, rows.get(region, ()))]
    return sum(found) / len(found)


def _right(expected: tuple[Expected, ...], cells: tuple[Cell, ...]) -> list[bool]:
    """One verdict per expected cell; where the table has other columns than the case, any cell of the row may hold it."""
    if len(cells) == len(expected):
        return [_holds(want, (cell,)) for want, cell in zip(expected, cells, strict=True)]
    return [bool(cells) and _holds(want, cells) for want in expected]


def _holds(want: Expected, cells: tuple[Cell, ...]) -> bool:
    if want is None:
        return any(cell.text == NOT_MENTIONED for cell in cells)
    return any(holds([cell.text for cell in cells], wording) for wording in want)


METRIC = Metric(
    name="comparison_cells",
    label="对比单元格",
    score=score,
    applies=lambda case: bool(case.cells),
    left_out="不是比较题",
    target=0.9,
)
