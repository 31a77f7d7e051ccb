"""Places written with characters that sound alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.question.misspelt import with_places
from assistant.question.understand import understand
from index.search import Index
from tests import plans


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
        ("网络主播怎么缴税", "网络主播怎么缴税"),
        ("坤名主任是谁", "坤名主任是谁"),  # no character of the place
        ("", ""),
    ],
)
def test_what_sounds_like_a_place_of_the_plans_and_is_no_word_is_that_place(
    index: Index, text: str, meant: str
) -> None:
    assert with_places(text, index) == meant


@pytest.mark.parametrize(
    ("more", "text", "meant"),
    [
        ("丽水市", "方案里说的目标", "方案里说的目标"),
        ("太原市", "离家太远了怎么办", "离家太远了怎么办"),
        ("太原市", "太园的目标", "太原的目标"),
        ("荆州市", "刘京州总经理说了什么", "刘京州总经理说了什么"),
    ],
)
def test_words_that_only_sound_like_a_place_stay(tmp_path: Path, more: str, text: str, meant: str) -> None:
    title = f"{more}智慧茶园行动计划\n{more}人民政府\n2019年4月12日\n一、目标\n到2024年，茶园达到120个。"
    assert with_places(text, plans.built(tmp_path, 更多=title)) == meant


def test_what_a_document_says_itself_or_may_be_two_places_stays(tmp_path: Path) -> None:
    def title(city: str, rest: str = "") -> str:
        return f"{city}智慧茶园行动计划\n{city}人民政府\n2019年4月12日\n一、目标\n到2024年，茶园达到120个。{rest}"

    index = plans.built(tmp_path, 甲=title("玉林市"), 乙=title("榆林市", "坤明公司承建。"))
    assert with_places("坤明公司做什么", index) == "坤明公司做什么"
    assert with_places("于林的茶园", index) == "于林的茶园"


def test_the_plan_of_that_place_is_asked_and_the_reader_sees_how_it_was_read(index: Index) -> None:
    query = understand("宁玻的无人集卡有多少辆？", [], index)
    assert [d.region for d in query.documents] == ["宁波市"]
    assert (query.question, query.standalone) == ("宁玻的无人集卡有多少辆？", "宁波的无人集卡有多少辆？")


def test_a_follow_up_knows_the_place_of_a_misspelt_question(index: Index) -> None:
    history = [
        {"role": "user", "content": "宁玻的无人集卡有多少辆？"},
        {"role": "assistant", "content": "120辆。"},
    ]
    query = understand("远控桥吊呢？", history, index)
    assert [d.region for d in query.documents] == ["宁波市"]
