from __future__ import annotations

from assistant.types import Cell, Outcome, Table
from tests.browser import AS_OF, COUNTY, POPLAR, RIVER, TARGET, Scripted, answer, working
from ui.comparing import compare, offered

ASKED = "各地的装机目标分别是什么？"
TABLE = Table(
    ("地区", "装机目标", "有效性"),
    ((Cell("白杨县"), Cell("45万千瓦", (3,)), Cell("x")), (Cell("青河市"), Cell("120万千瓦", (1,)), Cell("x"))),
)


def test_cells_go_to_the_row_of_their_plan_with_their_citations() -> None:
    scripted = Scripted({ASKED: working(answer(ASKED, TARGET, COUNTY, table=TABLE))})
    compared = compare(scripted, [RIVER, POPLAR], ["规划期", "装机目标"], AS_OF)
    assert compared.table
    assert compared.table.columns == ("地区", "规划期", "装机目标", "有效性")
    assert [[c.text for c in row] for row in compared.table.rows] == [
        ["青河市", "2016–2018", "120万千瓦", "已停止执行"],
        ["白杨县", "2017–2020", "45万千瓦", "期限已满"],
    ]
    quotes = {c.number: c.quote for c in compared.citations}
    assert [quotes[row[2].citations[0]] for row in compared.table.rows] == [
        TARGET.citations[0].quote,
        COUNTY.citations[0].quote,
    ]
    assert scripted.filters[0]
    assert scripted.filters[0].documents == ("river", "poplar")


def test_what_no_plan_says_is_not_mentioned() -> None:
    refused = answer(ASKED, status=Outcome.REFUSED, reason="没有。")
    compared = compare(Scripted({ASKED: working(refused)}), [RIVER, POPLAR], ["装机目标", "文号"], AS_OF)
    assert compared.table
    assert [[c.text for c in row[1:3]] for row in compared.table.rows] == [
        ["未提及", "青政发〔2016〕12号"],
        ["未提及", "未提及"],
    ]


def test_aspects_on_offer_are_fields_then_what_the_plans_have() -> None:
    aspects = offered(Scripted({}))
    assert aspects[:2] == ["文号", "发布机关"]
    assert "示范园区" in aspects
    assert "重点任务" in aspects


def test_an_indicator_is_asked_for_its_figure() -> None:
    asked = "各地的示范园区目标分别是多少？"
    scripted = Scripted({asked: working(answer(asked, status=Outcome.REFUSED, reason="没有。"))})
    compare(scripted, [RIVER, POPLAR], ["示范园区"], AS_OF)
    assert scripted.ended == [asked]
