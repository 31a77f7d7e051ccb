"""The table of a comparison: a row per plan, a column per aspect, 未提及 and 未收录."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from assistant.routes.claim import Filling
from assistant.routes.comparison import Aspect, Comparison, shown
from assistant.types import Cell
from index.types import Document, Span, Target

TWO = tuple(
    Document(id_, f"{id_}.txt", "", f"{region}方案", region=region) for id_, region in (("a", "甲市"), ("b", "乙市"))
)
COMPARED = Comparison(TWO, ("丙市",), (Aspect("渔船"), Aspect("年份")), (), which=False, named=True)


def rows(*filled: tuple[Filling, tuple[int, ...]]) -> list[tuple[Cell, ...]]:
    return [row[1:-1] for row in COMPARED.table(filled, date(2026, 11, 22)).rows]


def test_columns_and_rows() -> None:
    table = COMPARED.table([], date(2026, 11, 22))
    assert table.columns == ("地区", "渔船", "年份", "有效性")
    assert [row[0].text for row in table.rows] == ["甲市", "乙市", "丙市"]
    assert [row[-1].text for row in table.rows] == ["未知", "未知", "—"]
    assert rows() == [(Cell("未提及"),) * 2] * 2 + [(Cell("未收录"),) * 2]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["渔船3艘。"], "渔船3艘"),
        (["渔船3艘。", "渔船3艘"], "渔船3艘"),
        (["渔船3艘（2030年）"], "渔船3艘（2030年）"),
        (["渔船3艘（2030年）", "渔港5座（2030年）"], "2030年：渔船3艘；渔港5座"),
        (["渔船3艘（2030年）", "渔港5座（2031年）"], "渔船3艘（2030年）；渔港5座（2031年）"),
        (["渔船3艘（2030年）", "渔港5座"], "渔船3艘（2030年）；渔港5座"),
    ],
)
def test_what_fills_a_cell(texts: list[str], expected: str) -> None:
    filled = [(Filling("a", "渔船", text), (n, 9)) for n, text in enumerate(texts, start=1)]
    cell = rows(*filled)[0][0]
    assert cell.text == expected
    assert cell.citations == tuple(dict.fromkeys(n for _, numbers in filled for n in numbers))
    assert rows(*filled)[1][0] == Cell("未提及")


def test_a_target_in_a_few_words() -> None:
    target = Target("a:0", "渔船", "3艘以上", Decimal(3), "艘", ">=", 2030, Span(0, 9), None)
    assert shown(target) == "渔船3艘以上（2030年）"
