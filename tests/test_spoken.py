"""Spoken questions are understood as written ones; the names of things are left alone."""

from __future__ import annotations

import pytest

from assistant.forms import Asks
from assistant.spoken import written
from assistant.understand import understand
from index.search import Index


@pytest.mark.parametrize(
    ("spoken", "meant"),
    [
        ("宁波啥时候弄完？", "宁波什么时候弄完？"),
        ("青岛的樱桃数字化谁挑头？", "青岛的樱桃数字化谁牵头？"),
        ("这份还作数不？", "这份还有效吗？"),
        ("昆明为啥要搞这个", "昆明为什么要搞这个"),
        ("开通了没有", "开通了吗"),
        ("涨了几个点", "涨了几个百分点"),
    ],
)
def test_turns_of_phrase(spoken: str, meant: str) -> None:
    assert written(spoken) == meant


@pytest.mark.parametrize(
    "question",
    ["有没有补贴？", "是不是60家？", "对不对？", "能不能网上办", "大连的樱桃怎么卖？", "不是说好了不收费吗？"],
)
def test_what_is_left_alone(question: str) -> None:
    assert written(question) == question


@pytest.mark.parametrize(
    ("question", "asks", "field"),
    [
        ("青岛那份东西现在还作数不？", Asks.FIELDS, "status"),
        ("宁波那篇方案啥时候挂网上的？", Asks.FIELDS, "issued"),
        ("宁波这方案落款是谁？", Asks.FIELDS, "issuer"),
        ("宁波渔船联网归口哪个局？", Asks.LEAD, None),
    ],
)
def test_routes(index: Index, question: str, asks: Asks, field: str | None) -> None:
    query = understand(question, (), index)
    assert query.asks is asks
    assert field is None or field in query.fields


def test_a_number_without_its_year_names_the_plan(index: Index) -> None:
    query = understand("甬海办17号文的渔船联网每艘补助多少元？", (), index)
    assert [d.region for d in query.documents] == ["宁波市"]
    assert "17" not in "".join(term.word for term in query.terms)
