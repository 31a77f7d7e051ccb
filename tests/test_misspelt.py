"""Places written with characters that sound alike."""

from __future__ import annotations

import pytest

from assistant.misspelt import with_places
from assistant.understand import understand
from index.search import Index


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("宁玻的无人集卡有多少辆？", "宁波的无人集卡有多少辆？"),
        ("坤明和大廉的目标", "昆明和大连的目标"),
        ("青到的酿造车间", "青岛的酿造车间"),
        ("宁波和宁玻", "宁波和宁玻"),  # it is written well too, so the other may be something else
        ("水和肥怎么配", "水和肥怎么配"),
        ("苏州的目标", "苏州的目标"),  # a place of its own
        ("最大连续作业时间", "最大连续作业时间"),
        ("倾倒垃圾怎么罚", "倾倒垃圾怎么罚"),
        ("", ""),
    ],
)
def test_what_sounds_like_a_place_of_the_plans_and_is_no_word_is_that_place(
    index: Index, text: str, meant: str
) -> None:
    assert with_places(text, index) == meant


def test_the_plan_of_that_place_is_asked_and_the_reader_sees_how_it_was_read(index: Index) -> None:
    query = understand("宁玻的无人集卡有多少辆？", [], index)
    assert [d.region for d in query.documents] == ["宁波市"]
    assert (query.question, query.text) == ("宁玻的无人集卡有多少辆？", "宁波的无人集卡有多少辆？")


def test_a_follow_up_knows_the_place_of_a_misspelt_question(index: Index) -> None:
    history = [
        {"role": "user", "content": "宁玻的无人集卡有多少辆？"},
        {"role": "assistant", "content": "120辆。"},
    ]
    query = understand("远控桥吊呢？", history, index)
    assert [d.region for d in query.documents] == ["宁波市"]
