"""What follows from the cells of a comparison: who has more, by how much, how many in all, who was first, who says it.

Computed from the cited figures of one unit and one kind; a computed one is marked 由程序计算 and carries its operands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from assistant.routes.claim import Cited, Claim, Result
from assistant.routes.comparison import Aspect, Comparison, Figure, Found, place
from assistant.routes.step import Missing, Step
from assistant.types import Operation
from index.chinese.quantity import quantities, same_measure
from index.types import Document, Target


def conclusions(compared: Comparison, aspect: Aspect, found: Sequence[Found]) -> Iterator[Step]:
    """The sentence that the cells of one aspect allow, at most one; `found` has one entry per plan, in their order."""
    if compared.which:
        yield from _who_says_it(found)
        return
    days = [f for f in found if f.day]
    if any(o in (Operation.EARLIEST, Operation.LATEST) for o in compared.operations) and len(days) > 1:
        yield from _by_time(compared, [(f.document, f.day, f.claims) for f in days if f.day])
        return
    figures = [f.figure for f in found if f.figure]
    if not compared.operations and len(compared.aspects) > 1 and len(figures) < len(found):
        return
    silent = len(found) - len(figures)
    if len(figures) < 2:
        if compared.operations and len(compared.aspects) == 1:
            who = "、".join(place(f.document) for f in figures)
            only = f"只有{who}写明了可比的数字" if figures else "没有两地写明可比的数字"
            yield Missing(f"{only}，无从比较。")
        return
    first = figures[0].target
    if not all(
        same_measure(first.unit, f.target.unit) and bool(first.change) == bool(f.target.change) for f in figures
    ):
        if compared.operations:
            yield Missing("各地所写的数字单位不同或不是同一种指标，不能直接比较。")
        return
    if any(o in (Operation.EARLIEST, Operation.LATEST) for o in compared.operations):
        dated = [
            (f.document, date(f.target.year, 12, 31), own.claims)
            for own in found
            if (f := own.figure) and f.target.year
        ]
        if len(dated) > 1:
            yield from _by_time(compared, dated)
        return
    support = [e for f in found if f.figure for e in f.claims[0].support]
    text, results = _ranked(compared, aspect, figures, silent)
    yield Claim(text, tuple(dict.fromkeys(support)), results=results)


def _ranked(
    compared: Comparison, aspect: Aspect, figures: Sequence[Figure], silent: int
) -> tuple[str, tuple[Result, ...]]:
    """The sentence that ranks or sums the figures, and what in it was computed."""
    least = Operation.LEAST in compared.operations
    ranked = sorted(figures, key=lambda f: f.target.value, reverse=not least)
    listed = "，".join(f"{place(f.document)}{f.target.text}{_in_year(f)}" for f in ranked)
    values = {f.target.value for f in figures}
    years = {f.target.year for f in figures}
    caveat = "；目标年份不同，仅供参考" if len(years) > 1 else ""
    bounded = any(f.target.bound for f in figures)
    opening = "按写明的数，" if bounded else ""
    results: list[Result] = []
    if Operation.SUM in compared.operations:
        total = sum((f.target.value for f in figures), Decimal(0))
        printed = _printed(total, ranked[0].target)
        results.append(_result(Operation.SUM, ranked, printed))
        return f"{opening}{aspect.label}合计{printed}（由程序计算）：{listed}{caveat}。", tuple(results)
    if len(values) == 1:
        return f"{opening}{aspect.label}相同：{listed}{caveat}。", ()
    ties = [f for f in ranked if f.target.value == ranked[0].target.value]
    word = _word(ranked[0].target, least, len(ranked) > 2 or silent > 0)
    if len(ties) == 1:
        listed = listed.removeprefix(place(ranked[0].document))
    head = f"{opening}{aspect.label}{'、'.join(place(f.document) for f in ties)}{word}：{listed}"
    results.append(_result(Operation.LEAST if least else Operation.MOST, ranked, ranked[0].target.text))
    if len(ranked) == 2 or Operation.DIFFERENCE in compared.operations:
        difference = abs(ranked[0].target.value - ranked[-1].target.value)
        printed = _printed(difference, ranked[0].target, difference=True)
        results.append(_result(Operation.DIFFERENCE, [ranked[0], ranked[-1]], printed))
        head += f"，相差{printed}（由程序计算）"
    return f"{head}{caveat}。", tuple(results)


def _in_year(figure: Figure) -> str:
    return f"（{figure.target.year}年）" if figure.target.year else ""


def _word(target: Target, least: bool, several: bool) -> str:
    counted = target.unit not in ("%", "‰", "") and not target.unit.startswith("百分")
    return ("最" if several else "更") + (("少" if least else "多") if counted else ("低" if least else "高"))


def _result(operation: Operation, figures: Sequence[Figure], printed: str) -> Result:
    return Result(operation, tuple(Cited(f.target.text, f.evidence) for f in figures), printed)


def _printed(value: Decimal, like: Target, difference: bool = False) -> str:
    """`value`, which is in the canonical unit of `like`, in the unit that `like` is printed in."""
    figure = next((q for q in quantities(like.text) if q.value == like.value), None)
    if like.unit in ("%", "‰"):
        return f"{_digits(value)}{'个百分点' if difference else '%'}"
    printed = re.fullmatch(r"(\d[\d,.]*)\s*(.*)", figure.text) if figure else None
    if printed and like.value:
        factor = like.value / Decimal(printed[1].replace(",", ""))
        return f"{_digits(value / factor)}{printed[2]}"
    return f"{_digits(value)}{like.unit}"


def _digits(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _by_time(compared: Comparison, dated: Sequence[tuple[Document, date, tuple[Claim, ...]]]) -> Iterator[Step]:
    late = Operation.LATEST in compared.operations
    ranked = sorted(dated, key=lambda entry: entry[1], reverse=late)
    year_only = all((d.month, d.day) == (12, 31) for _, d, _ in ranked)

    def written(day: date) -> str:
        return f"{day.year}年" if year_only else f"{day.year}年{day.month}月{day.day}日"

    listed = "，".join(f"{place(document)}{written(day)}" for document, day, _ in ranked)
    support = tuple(dict.fromkeys(e for _, _, own in ranked for c in own[:1] for e in c.support))
    if len({day for _, day, _ in ranked}) == 1:
        yield Claim(f"时间相同：{listed}。", support)
        return
    first = [place(document) for document, day, _ in ranked if day == ranked[0][1]]
    word = ("最" if len(ranked) > 2 or len(compared.documents) > len(ranked) else "更") + ("晚" if late else "早")
    if len(first) == 1:
        listed = listed.removeprefix(first[0])
    yield Claim(f"{'、'.join(first)}{word}：{listed}。", support)


def _who_says_it(found: Sequence[Found]) -> Iterator[Step]:
    saying = [f for f in found if f.claims]
    silent = [place(f.document) for f in found if not f.claims]
    if not saying:
        yield Missing(f"{'、'.join(silent)}都没有提到。")
        return
    names = "、".join(place(f.document) for f in saying)
    text = f"提到的有{names}；{'、'.join(silent)}未提及。" if silent else f"{names}都提到了。"
    support = tuple(dict.fromkeys(e for f in saying for e in f.claims[0].support))
    yield Claim(text, support)
