"""Spoken questions are understood as written ones; the names of things are left alone."""

from __future__ import annotations

import pytest

from assistant.question.intent import Intent
from assistant.question.naming import is_named
from assistant.question.spoken import written
from assistant.question.understand import understand
from index.search import Index


@pytest.mark.parametrize(
    ("spoken", "meant"),
    [
        ("宁波啥时候弄完？", "宁波什么时候弄完？"),
        ("青岛的樱桃数字化是商务局牵的头吗？", "青岛的樱桃数字化是商务局牵头吗？"),
        ("青岛的樱桃数字化谁挑头？", "青岛的樱桃数字化谁牵头？"),
        ("这份还作数不？", "这份还有效吗？"),
        ("昆明为啥要搞这个", "昆明为什么要搞这个"),
        ("开通了没有啊？", "开通了吗啊？"),
        ("涨了几个点", "涨了几个百分点"),
        ("啥子时候咋子办？", "什么时候怎么办？"),
    ],
)
def test_turns_of_phrase(spoken: str, meant: str) -> None:
    assert written(spoken) == meant


@pytest.mark.parametrize(
    "question",
    [
        *("有没有补贴？", "是不是60家？", "对不对？", "能不能网上办", "大连的樱桃怎么卖？", "不是说好了不收费吗？"),
        *(
            "工作数据和合作数量归谁？",
            "数控机床用于操作数控中心",
            "主管用人单位",
            "60个点位",
            "每个点补多少？",
            "挂网上市",
        ),
        *("昆明为什么没有？", "哪些城市没有？", "大连没有？", "还没有？", "为何不？", "政策还不？"),
        *("《啥是智慧港》由谁印发？", "“咋办”平台是什么？"),
    ],
)
def test_what_is_left_alone(question: str) -> None:
    assert written(question) == question


@pytest.mark.parametrize(
    ("question", "asks", "field"),
    [
        ("青岛那份东西现在还作数不？", Intent.FIELDS, "status"),
        ("宁波那篇方案啥时候挂网上的？", Intent.FIELDS, "issued"),
        ("宁波这方案落款是谁？", Intent.FIELDS, "issuer"),
        ("宁波这份方案是发给谁的？", Intent.FIELDS, "addressees"),
        ("宁波渔船联网归口哪个局？", Intent.LEAD, None),
    ],
)
def test_routes(index: Index, question: str, asks: Intent, field: str | None) -> None:
    query = understand(question, (), index)
    assert query.intent is asks
    assert field is None or field in query.fields


def test_a_follow_up_to_a_spoken_question(index: Index) -> None:
    history = [
        {"role": "user", "content": "宁波的渔船联网谁挑头？"},
        {"role": "assistant", "content": "由市海洋局牵头。"},
    ]
    assert understand("青岛呢？", history, index).intent is Intent.LEAD


@pytest.mark.parametrize("text", ["海办17号的补助", "甬海办18号", "甬海办〔2018〕17号", "甬海办17号楼在哪？"])
def test_what_is_not_the_number_of_a_plan(index: Index, text: str) -> None:
    assert not any(is_named(text, document) for document in index.documents)


def test_a_number_without_its_year_names_the_plan(index: Index) -> None:
    query = understand("甬海办17号文的渔船联网每艘补助多少元？", (), index)
    assert [d.region for d in query.documents] == ["宁波市"]
    assert "17" not in "".join(term.word for term in query.terms)
