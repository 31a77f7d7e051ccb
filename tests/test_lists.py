"""Lists: the whole of a heading, from the tree of clauses."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant.model.chat import ScriptedChat
from assistant.pipeline import Assistant
from assistant.settings import Settings
from assistant.types import Answer, Outcome
from index.search import Index

Ask = Callable[[str], Answer]


@pytest.fixture
def ask(index: Index) -> Ask:
    """An assistant whose model sees no answer anywhere, and fails the test when it is to write one: it has no reply left."""
    return Assistant(Settings(), index=index, model=ScriptedChat([], {"不": 0.999})).answer


def lines(answer: Answer) -> list[str]:
    return [s.text for s in answer.sentences]


@pytest.mark.parametrize(
    ("question", "items"),
    [
        ("宁波的重点任务有哪些？", ["(一)智慧码头", "(二)智慧渔业", "(三)智慧海岛"]),
        (
            "宁波的五项任务分别是什么？",  # the grandchildren: there are five of them
            [
                "1.改造集装箱码头",
                "2.建设潮汐监测网",
                "3.推行渔船联网",
                "4.开设网上鱼市",
                "5.开通海岛票务平台",
            ],
        ),
        ("青岛的工作原则有哪些？", ["1.企业为主", "2.节水优先", "3.稳妥推进"]),
        ("写总结用：宁波的保障措施有哪几条？只要标题", ["(一)资金保障", "(二)人才保障", "(三)安全保障"]),
        ("请列出青岛的工作原则，一共几条？", ["1.企业为主", "2.节水优先", "3.稳妥推进"]),
        ("青岛坚持的几条工作原则，麻烦逐条说", ["1.企业为主", "2.节水优先", "3.稳妥推进"]),
        (
            "昆明采取了哪三条措施？",  # a run of 一是, 二是, 三是
            [
                "建立花卉数据中心，汇集种植、拍卖和物流数据",
                "给花农发放数字培训券，每户每年400元",
                "组建花卉专家服务团，常年下乡指导",
            ],
        ),
        ("宁波的总体目标有哪些？", ["码头更聪明", "渔业更透明", "海岛更便利"]),
    ],
)
def test_a_list_is_the_whole_of_its_heading_in_order(ask: Ask, question: str, items: list[str]) -> None:
    answer = ask(question)
    assert answer.route == "list"
    head, *rest = lines(answer)
    assert head.endswith("部分列出：")
    assert [line.rstrip("；") for line in rest] == items
    for sentence, item in zip(answer.sentences[1:], items, strict=True):
        (number,) = sentence.citations
        assert item.split("，")[0].lstrip("()一二三12345.") in answer.citations[number - 1].quote


@pytest.mark.parametrize(
    "question",
    [
        "青岛的樱桃品种有哪些？",
        "宁波的博物馆有哪些？",
        "昆明的恐龙有哪几种？",
    ],
)
def test_a_list_of_what_no_heading_speaks_of_is_none(ask: Ask, question: str) -> None:
    answer = ask(question)
    assert answer.status is Outcome.REFUSED
    assert answer.sentences == ()


def test_three_items_are_not_the_ten_that_are_asked_for(ask: Ask) -> None:
    assert "3.稳妥推进" in ask("青岛坚持哪三条工作原则？").text
    assert "3.稳妥推进" not in ask("青岛坚持哪十条工作原则？").text
