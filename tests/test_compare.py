"""Comparisons: which aspects, one checked cell per plan and aspect, and conclusions that code computed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.model.chat import ScriptedChat
from assistant.pipeline import Assistant
from assistant.settings import Settings
from assistant.types import NOT_MENTIONED, Answer, Outcome
from index.search import Index
from tests import plans
from tests.harbours import XIAMEN, YANTAI


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    built = plans.built(tmp_path_factory.mktemp("plans"), 厦门=XIAMEN, 烟台=YANTAI)
    yield built
    built.close()


@pytest.fixture
def assistant(index: Index) -> Assistant:
    return Assistant(Settings(llm="off"), index=index)


def cells(answer: Answer) -> dict[str, tuple[str, ...]]:
    """Cells between region and status, by region."""
    assert answer.table is not None
    assert all(len(row) == len(answer.table.columns) for row in answer.table.rows)
    return {row[0].text: tuple(cell.text for cell in row[1:-1]) for row in answer.table.rows}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("比较宁波和厦门的联网渔船数量", ["联网渔船数量"]),
        ("宁波和厦门的联网渔船数量和票务网上办理率分别是多少？", ["联网渔船数量", "票务网上办理率"]),
        ("比较宁波、厦门的目标年份、联网渔船数量", ["目标年份", "联网渔船数量"]),
        ("宁波和厦门的文号和联网渔船数量各是什么？", ["文号", "联网渔船数量"]),
        ("宁波和厦门的文号、发布机关分别是什么？", ["文号", "发布机关"]),
        ("宁波和厦门谁的联网渔船更多？", ["联网渔船"]),
        ("宁波和厦门哪份文件更早印发？", ["成文或发布日期"]),
        ("宁波和厦门的文件哪个先出台？", ["成文或发布日期"]),
        ("宁波和厦门的文件哪个印发得早？", ["成文或发布日期"]),
        ("哪些地方提了渔船？", ["渔船"]),
        ("哪几个城市没有提到渔船？", ["渔船"]),
        ("宁波和厦门的渔船联网由谁牵头？", ["牵头单位"]),
        ("宁波和厦门的渔业和旅游怎么发展？", ["渔业和旅游发展"]),
        ("宁波的联网渔船有多少？", []),
        ("渔船联网由谁牵头？", []),
        ("哪些措施最重要？", []),
    ],
)
def test_what_is_compared_has_a_column_each(assistant: Assistant, question: str, expected: list[str]) -> None:
    table = assistant.answer(question).table
    assert (list(table.columns[1:-1]) if table else []) == expected


def test_two_aspects_with_a_silent_plan(assistant: Assistant) -> None:
    answer = assistant.answer("比较宁波和烟台的目标年份和票务网上办理率")
    assert answer.table is not None
    assert answer.table.columns == ("地区", "目标年份", "票务网上办理率", "有效性")
    assert cells(answer) == {"宁波市": ("2024年", "票务网上办理率95%（2024年）"), "烟台市": ("2024年", NOT_MENTIONED)}


def test_the_figure_of_another_thing_is_no_answer(assistant: Assistant) -> None:
    answer = assistant.answer("宁波和烟台的渔港监测站各有几个？")
    assert answer.status is Outcome.REFUSED or cells(answer)["烟台市"] == (NOT_MENTIONED,)
    answer = assistant.answer("厦门和烟台的渔港监测站各有几个？")
    assert cells(answer) == {"厦门市": ("渔港监测站12个（2026年）",), "烟台市": (NOT_MENTIONED,)}


def test_a_figure_of_the_thing_in_another_unit_is_not_of_the_thing(tmp_path: Path) -> None:
    index = plans.built(
        tmp_path,
        温州="温州市渔港方案\n一、目标\n到2020年,渔获交易额达到50亿元。\n",
        台州="台州市渔港方案\n一、目标\n到2020年,培育年渔获交易额10亿元以上企业7家,实现网上零售额65亿元。\n",
    )
    answer = Assistant(Settings(llm="off"), index=index).answer("温州到2020年渔获交易额目标是多少，台州呢？")
    assert [c.document.region for c in answer.citations] == ["温州市"] * len(answer.citations)
    assert answer.citations
    assert "台州" in (answer.reason or "")


def test_of_many_plans_only_the_closest_are_compared(tmp_path: Path) -> None:
    cities = "温州 台州 嘉兴 湖州 金华 衢州 丽水 舟山 泉州 漳州".split()
    many = {c: f"{c}市渔港方案\n一、目标\n到2020年，渔港达到{n}座。\n" for n, c in enumerate(cities, 1)}
    answer = Assistant(Settings(llm="off"), index=plans.built(tmp_path, **many)).answer("哪些城市提出了渔港目标？")
    assert answer.table is not None
    assert len(answer.table.rows) == 8
    assert any("只比较了" in notice for notice in answer.notices)


def test_a_place_in_a_list_is_no_comparison(assistant: Assistant) -> None:
    assert assistant.answer("青岛的三大任务里排第一的是哪个？").table is None


def test_which_cities_say_so_and_which_do_not(assistant: Assistant) -> None:
    answer = assistant.answer("哪些城市提出渔港照明改用太阳能？")
    assert answer.sentences[0].text == "提到的有厦门市、烟台市；大连市、宁波市、昆明市、青岛市未提及。"
    assert answer.status is Outcome.ANSWERED
    found = cells(answer)
    assert all("太阳能" in found[region][0] for region in ("厦门市", "烟台市"))
    assert {found[region] for region in ("大连市", "宁波市", "昆明市", "青岛市")} == {(NOT_MENTIONED,)}


def test_which_cities_where_none_does_is_refused(assistant: Assistant) -> None:
    answer = assistant.answer("哪些城市提出建设动物园？")
    assert answer.status is Outcome.REFUSED
    assert "都没有提到" in answer.text


def test_a_place_without_a_plan_is_told_and_the_rest_compared(assistant: Assistant) -> None:
    answer = assistant.answer("宁波和苏州谁的联网渔船更多？")
    assert answer.status is Outcome.PARTLY
    assert "没有苏州的计划" in (answer.reason or "")
    assert cells(answer) == {"宁波市": ("联网渔船3000艘（2024年）",), "苏州": ("未收录",)}


def test_lead_units_and_fields_are_short_cells(assistant: Assistant) -> None:
    answer = assistant.answer("宁波和厦门的文号、发布机关分别是什么？")
    assert cells(answer)["厦门市"] == ("厦府〔2020〕3号", "厦门市人民政府")
    answer = assistant.answer("青岛和宁波的冷链、鱼市分别由谁牵头？")
    assert all(cell[0].endswith("牵头") for cell in cells(answer).values())


def test_many_figures_of_one_year_say_it_once(assistant: Assistant) -> None:
    found = cells(assistant.answer("比较青岛和宁波的渔业指标"))
    assert found == {"青岛市": (NOT_MENTIONED,), "宁波市": ("2024年：联网渔船3000艘；渔获网上交易额超过25亿元",)}


def test_every_cell_with_citations_is_of_its_own_plan(assistant: Assistant) -> None:
    for question in ("哪个城市的联网渔船目标最多？", "哪些城市提出渔港照明改用太阳能？", "比较宁波和厦门的渔业做法"):
        answer = assistant.answer(question)
        assert answer.table is not None
        for row in answer.table.rows:
            for cell in row[1:-1]:
                assert bool(cell.citations) is (cell.text != NOT_MENTIONED)
                assert {answer.citations[n - 1].document.region for n in cell.citations} <= {row[0].text}


def test_figures_need_no_model(index: Index) -> None:
    model = ScriptedChat([])
    answer = Assistant(Settings(), index=index, model=model).answer("宁波和厦门谁的联网渔船更多？")
    assert "4500艘" in answer.text
    assert model.prompts == []
