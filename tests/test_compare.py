"""Comparisons: which aspects, one checked cell per plan and aspect, and conclusions that code computed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant import compare
from assistant.llm import ScriptedChat
from assistant.pipeline import Assistant
from assistant.settings import Settings
from assistant.types import NOT_MENTIONED, Answer, Operation, Outcome
from assistant.understand import understand
from index.quantity import unsupported
from index.search import Index
from tests import plans

XIAMEN = """厦府〔2020〕3号
厦门市数字渔港建设方案
厦门市人民政府
2020年3月2日
厦门市数字渔港建设方案
为让渔港用上数字技术，让渔民少跑路，结合本市沿海实际情况，特制定本方案，请遵照执行。
一、目标
到2026年，联网渔船4500艘，票务网上办理率达到90%，建成渔港监测站12个。
二、任务
1.守护渔港。推广渔港无人巡查，渔港照明改用太阳能。(市海洋局牵头，市公安局配合)
"""
YANTAI = """烟府〔2021〕8号
烟台市海洋牧场数字化方案
烟台市人民政府
2021年5月6日
烟台市海洋牧场数字化方案
为让海洋牧场用上数字技术，让渔民增产增收，结合本市沿海实际情况，特制定本方案，请遵照执行。
一、目标
到2024年，联网渔船2600艘以上，海洋牧场18处，牧场产值增长12%。
二、任务
1.养好牧场。牧场安装水下摄像头，渔港照明改用太阳能。(市农业局牵头，市海洋局配合)
"""


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


def labels(question: str, index: Index) -> list[str]:
    found = compare.comparison(understand(question, (), index), index)
    return [aspect.label for aspect in found.aspects] if found else []


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
        ("宁波和厦门的渔船联网由谁牵头？", ["牵头单位"]),
        ("宁波和厦门的渔业和旅游怎么发展？", ["渔业和旅游发展"]),
        ("宁波的联网渔船有多少？", []),
        ("渔船联网由谁牵头？", []),
        ("哪些措施最重要？", []),
    ],
)
def test_aspects(index: Index, question: str, expected: list[str]) -> None:
    assert labels(question, index) == expected


def test_who_has_more_is_computed_from_what_is_cited(assistant: Assistant) -> None:
    answer = assistant.answer("宁波和厦门谁的联网渔船更多？")
    first = answer.sentences[0]
    assert first.text == (
        "联网渔船厦门市更多：4500艘（2026年），宁波市3000艘（2024年），相差1500艘（由程序计算）；目标年份不同，仅供参考。"
    )
    assert [(c.operation, c.text) for c in first.computed] == [
        (Operation.MOST, "4500艘"),
        (Operation.DIFFERENCE, "1500艘"),
    ]
    quotes = {c.number: c.quote for c in answer.citations}
    for computed in first.computed:
        for operand in computed.operands:
            assert operand.citation in first.citations
            assert operand.text in quotes[operand.citation]
    stated = first.text.replace("相差1500艘", "")
    assert unsupported(stated, [quotes[n] for n in first.citations]) == ()
    assert cells(answer) == {"宁波市": ("联网渔船3000艘（2024年）",), "厦门市": ("联网渔船4500艘（2026年）",)}
    assert answer.status is Outcome.ANSWERED
    assert answer.to_dict()["sentences"][0]["computed"][1]["operation"] == "difference"


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("宁波和烟台谁的联网渔船更少？", "按写明的数，联网渔船烟台市更少：2600艘以上"),
        (
            "哪个城市的联网渔船目标最多？",
            "联网渔船厦门市最多：4500艘（2026年），宁波市3000艘（2024年），烟台市2600艘以上",
        ),
        ("宁波和厦门的联网渔船相差多少？", "相差1500艘（由程序计算）"),
        ("宁波和厦门的联网渔船一共有多少艘？", "合计7500艘（由程序计算）"),
        ("宁波和厦门的票务网上办理率谁更高，差多少？", "宁波市更高：95%（2024年），厦门市90%（2026年），相差5个百分点"),
        ("宁波和厦门的目标年份谁更早？", "宁波市更早：2024年，厦门市2026年"),
        ("宁波、厦门、烟台哪份文件最晚印发？", "烟台市最晚：2021年5月6日，厦门市2020年3月2日，宁波市2019年4月12日"),
        ("宁波和厦门谁先发文？", "宁波市更早：2019年4月12日"),
    ],
)
def test_conclusions(assistant: Assistant, question: str, words: str) -> None:
    answer = assistant.answer(question)
    assert words in answer.sentences[0].text
    assert answer.sentences[0].citations
    assert answer.sentences[0].checks.numbers


def test_equal_figures_are_said_to_be_equal(tmp_path_factory: pytest.TempPathFactory) -> None:
    same = plans.built(tmp_path_factory.mktemp("same"), 厦门=XIAMEN.replace("4500", "3000"))
    answer = Assistant(Settings(llm="off"), index=same).answer("宁波和厦门谁的联网渔船更多？")
    assert answer.sentences[0].text.startswith("联网渔船相同：")
    assert answer.sentences[0].computed == ()
    same.close()


@pytest.mark.parametrize(
    ("question", "why"),
    [
        ("宁波和昆明谁的联网渔船更多？", "只有宁波市写明了可比的数字"),
        ("宁波和昆明谁的动物园更多？", "无从比较"),
    ],
)
def test_nothing_is_concluded_without_two_figures(assistant: Assistant, question: str, why: str) -> None:
    answer = assistant.answer(question)
    assert why in (answer.reason or "")
    assert not any(s.computed for s in answer.sentences)


def test_a_change_is_not_compared_with_a_level(tmp_path_factory: pytest.TempPathFactory) -> None:
    texts = {
        "厦门": XIAMEN.replace("联网渔船4500艘", "牧场产值增长20%"),
        "烟台": YANTAI.replace("增长12%", "达到12亿元"),
    }
    mixed = plans.built(tmp_path_factory.mktemp("mixed"), **texts)
    answer = Assistant(Settings(llm="off"), index=mixed).answer("厦门和烟台的牧场产值谁更高？")
    assert not any(s.computed for s in answer.sentences)
    mixed.close()


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
    answer = assistant.answer("青岛和烟台的酿造企业上云率、智慧酿造车间有什么不同？")
    text = " ".join(cells(answer)["青岛市"])
    assert "70%" in text
    assert "36个" in text


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
