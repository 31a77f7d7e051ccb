"""Conclusions of comparisons: computed from cited figures, and drawn from nothing less."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.pipeline import Assistant
from assistant.settings import Settings
from assistant.types import Operation, Outcome
from index.chinese.quantity import unsupported
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
    assert answer.table is not None
    assert [row[1].text for row in answer.table.rows] == ["联网渔船3000艘（2024年）", "联网渔船4500艘（2026年）"]
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
