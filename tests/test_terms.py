"""Which words of a question say what it is about."""

from __future__ import annotations

import pytest

from assistant.question.terms import attributes, content_terms, generic_words, themes, without_places
from index.search import Index
from tests import plans

PARK = "{city}推进“智慧公园”建设的实施意见\n为了建好智慧公园，提出本意见。\n一、目标\n到2026年，{thing}{n}个。\n"


@pytest.fixture(scope="module")
def parks(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """A library whose titles all share a phrase."""
    texts = [("苏州市", "感应路灯", 20), ("无锡市", "智能步道", 30), ("常州市", "电子导览", 40)]
    folder = tmp_path_factory.mktemp("parks")
    (folder / "docs").mkdir()
    for city, thing, n in texts:
        (folder / "docs" / f"{city}.txt").write_text(PARK.format(city=city, thing=thing, n=n), encoding="utf-8")
    return plans.indexed(folder)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("宁波市的联网渔船有多少艘？", {"联网", "渔船"}),
        ("请问昆明的“数字培训券”怎么发？", {"数字培训券"}),
        ("它有哪些具体的措施？", set()),
        ("青岛市民卡怎么用？", {"市民卡"}),
        ("增速呢？", {"增速"}),
        ("请告诉我主要目标", set()),
        ("潮汐监测网和鱼市由谁牵头？", {"潮汐", "监测网", "鱼市"}),
        ("", set()),
    ],
)
def test_the_words_that_a_question_is_about(index: Index, question: str, words: set[str]) -> None:
    assert {term.word for term in content_terms(question, ["宁波市", "昆明", "青岛"], index)} == words


def test_a_name_weighs_more_than_a_noun_and_a_noun_more_than_a_verb(index: Index) -> None:
    weights = {t.word: t.weight for t in content_terms("“数字培训券”和渔船怎么拨付？", (), index)}
    assert weights["数字培训券"] > weights["渔船"] > weights["拨付"] > 0


def test_what_people_say_for_a_thing_of_the_plans_weighs_as_a_thing(index: Index) -> None:
    assert {t.word: t.weight for t in content_terms("市民看病在哪儿？", (), index)} == {"看病": 1.0}


def test_what_all_titles_share_is_the_theme(parks: Index, index: Index) -> None:
    assert any("智慧公园" in theme for theme in themes(parks))
    assert themes(index) == ()


def test_the_theme_counts_only_where_nothing_else_does(parks: Index) -> None:
    assert {t.word for t in content_terms("智慧公园的感应路灯有多少？", (), parks)} == {"感应", "路灯"}
    assert {t.word for t in content_terms("什么是智慧公园？", (), parks)} == {"智慧", "公园"}


@pytest.mark.parametrize(
    ("text", "places", "bare"),
    [
        ("宁波市的渔船", ["宁波市"], " 的渔船"),
        ("宁波的渔船", ["宁波市"], " 的渔船"),
        ("青岛市民卡", ["青岛"], " 市民卡"),
        ("渔船", [], "渔船"),
    ],
)
def test_places_are_taken_out(text: str, places: list[str], bare: str) -> None:
    assert without_places(text, places) == bare


def test_the_classes_of_generic_words_are_distinct_and_read_whole() -> None:
    classes = generic_words()
    assert {"文件", "组成", "答案", "属性", "泛指"} <= set(classes)
    assert attributes() == classes["属性"]
    assert "增速" in attributes()
    assert all(words for words in classes.values())


def test_a_long_word_that_no_plan_has_is_not_taken_apart(index: Index) -> None:
    assert {t.word for t in content_terms("宁波方案对区块链和数据中心园怎么部署？", ["宁波"], index)} >= {"区块链"}
    assert "数据" not in {t.word for t in content_terms("宁波怎么监管大数据杀熟和电子烟？", ["宁波"], index)}


def test_a_noun_that_no_plan_has_is_the_point_of_asking_whether_a_plan_speaks_of_it(index: Index) -> None:
    def weight(question: str) -> float:
        return next(t.weight for t in content_terms(question, ["宁波"], index) if t.word == "幼儿园")

    assert weight("宁波的方案有没有提到渔船和幼儿园？") > weight("宁波的渔船和幼儿园怎么安排？")
