"""Rows of tables as sentences: whatever stands above them, in every way that readers give rows."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from assistant import Assistant
from assistant.routes.quote import WHOLE_TABLE
from assistant.settings import Settings
from assistant.types import Outcome
from index.document.split import split
from index.document.table import Row, rows
from index.search import Index
from tests import plans
from tests.conftest import document

PLAN = """关于印发《温州市渔港改造行动计划》的通知
温政办发〔2022〕31号
温州市人民政府办公室
2022年6月8日
温州市渔港改造行动计划
一、主要目标
到2024年，全市改造渔港41个。
二、任务分解
序号 | 渔港 | 改造码头数（个） | 投入（万元） | 牵头单位 | 配合单位 |
1 | 东沙港 | 12 | 3500 | 市水利局 | 市财政局、市海洋局 |
2 | 石浦港 | 20 | 5200 | 南岙区政府 |  |
3 | 北麂港 | 9 | 1800 | 市水利局 | 市海洋局 |
三、保障措施
市财政局安排改造资金2000万元。
"""


def table(text: str) -> tuple[Row, ...]:
    """The rows of the only table of a plan with these lines."""
    found = document(f"宁波市渔港方案\n一、任务\n如下：\n{text}", "宁波.txt")
    return next((r for p in split(found) if (r := rows(found, p))), ())


@pytest.mark.parametrize(
    ("text", "statements"),
    [
        ("渔港 | 投入（万元） |\n东沙 | 3500 |\n", ["东沙：投入3500万元。"]),
        ("| 渔港 | 牵头单位 |\n| --- | --- |\n| 东沙 | 市水利局 |\n", ["东沙：牵头单位：市水利局。"]),
        ("序号 | 渔港 | 泊位 |\n1 | 东沙 | 12 |\n2 | 石浦 | 8 |\n", ["东沙：泊位12。", "石浦：泊位8。"]),
        ("附：渔港表 |  |\n渔港 | 泊位 |\n东沙 | 12 |\n", ["东沙：泊位12。"]),
        ("渔港 | 比例 | 说明 |\n东沙 | 35% |  |\n", ["东沙：比例35%。"]),
        ("渔港 | 泊位 |\n东沙 | 12 | 多一格 |\n石浦 | 8 |\n", ["石浦：泊位8。"]),
        ("2020 | 2021 |\n12 | 13 |\n", []),  # figures name no columns
        ("渔港 | 渔港 |\n东沙 | 石浦 |\n", []),
        (
            "指标 | 单位 | 2020年 | 2025年 | 年均增长（%） | 属性 |\n渔船数 | 艘 | 60 | 100以上 | — | 预期性 |\n",
            ["渔船数：2020年60艘；2025年100艘以上；属性：预期性。"],
        ),
        ("类别 | 指标名称 | 2025 |\n渔业 | 上云率（%） | 〔90〕 |\n", ["上云率（%）：类别：渔业；2025年90%。"]),
        ("指标 | 单位 | 2025年目标 |\n就业 | 人社局 | 100 |\n", ["就业：单位：人社局；2025年目标100。"]),
        ("渔港 | 覆盖率（％） |\n东沙 | 90% |\n", ["东沙：覆盖率90%。"]),
        ("部门 | 牵头单位 |\n市水利局 | 市水利局 |\n", ["市水利局：牵头单位：市水利局。"]),
    ],
)
def test_a_row_says_what_its_columns_are(text: str, statements: Sequence[str]) -> None:
    assert [row.statement for row in table(text)] == statements


@pytest.fixture(scope="module")
def harbours(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return plans.built(tmp_path_factory.mktemp("harbours"), 温州=PLAN)


def test_each_row_is_a_duty(harbours: Index) -> None:
    assert [(d.task, d.lead, d.responsible) for d in harbours.duties() if d.task] == [
        ("东沙港", ("市水利局",), ("市财政局", "市海洋局")),
        ("石浦港", ("南岙区政府",), ()),
        ("北麂港", ("市水利局",), ("市海洋局",)),
    ]


@pytest.mark.parametrize(
    ("question", "answers", "not_said"),
    [
        ("温州石浦港投入多少万元？", ["石浦港：", "投入5200万元"], ["3500", "1800"]),
        ("温州石浦港改造几个码头？", ["改造码头数20个"], ["3500"]),
        ("温州石浦港由谁牵头？", ["由南岙区政府牵头"], ["市水利局"]),
        ("温州东沙港的配合单位是哪些？", ["市财政局、市海洋局配合"], ["南岙"]),
        ("温州哪些渔港由市水利局牵头？", ["“东沙港”", "“北麂港”"], ["石浦港"]),
        ("温州哪个渔港投入最多？", ["3500万元", "5200万元", "1800万元"], []),
    ],
)
def test_tables_answer(harbours: Index, question: str, answers: Sequence[str], not_said: Sequence[str]) -> None:
    found = Assistant(Settings(llm="off"), index=harbours).answer(question)
    assert found.status is Outcome.ANSWERED
    assert all(part in found.text for part in answers), found.text
    assert not any(part in found.text for part in not_said), found.text
    assert "|" not in found.text
    assert (WHOLE_TABLE in found.notices) == ("最多" in question)


INDICATORS = """温州市渔业规划
温政发〔2021〕3号
一、主要目标
主要指标如下：
序号 | 指标 | 单位 | 2020年 | 2025年 | 年均增速（%） | 2021—2025年累计 |
1 | 联网渔船 | 艘 | 60 | ≥300 | 38 | 240 |
2 | 渔获上网率 | % | 20 | 80 | — | — |
3 | 渔民满意度 | 人社局 | 80 | 较高 | — | — |
"""


def test_columns_for_years_are_targets(tmp_path_factory: pytest.TempPathFactory) -> None:
    index = plans.built(tmp_path_factory.mktemp("indicators"), 温州=INDICATORS)
    here = [t for t in index.targets() if index.document(t.document_id).title == "温州市渔业规划"]
    assert [(t.indicator, t.year, t.text, t.unit, t.bound) for t in here] == [
        ("联网渔船", 2020, "60艘", "艘", ""),
        ("联网渔船", 2025, "≥300艘", "艘", ">="),
        ("渔获上网率", 2020, "20%", "%", ""),
        ("渔获上网率", 2025, "80%", "%", ""),
        ("渔民满意度", 2020, "80", "", ""),
    ]
    answer = Assistant(Settings(llm="off"), index=index).answer("温州2025年联网渔船要达到多少艘？")
    assert "2025年≥300艘" in answer.text


def test_the_names_of_the_columns_are_no_answer(harbours: Index) -> None:
    found = Assistant(Settings(llm="off"), index=harbours).answer("温州渔港的投入是多少？")
    assert "投入（万元）" not in found.text
