"""Figures that a question takes for granted: held against the plan's figure of the very same thing."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.pipeline import Assistant
from assistant.settings import Settings
from assistant.types import Answer
from index.search import Index
from tests import plans

RIGHT, WRONG = "与原文相符", "与原文不符"


def quoted(index: Index, question: str) -> Answer:
    return Assistant(Settings(llm="off"), index=index).answer(question)


@pytest.mark.parametrize(
    ("question", "right"),
    [
        ("宁波的无人集卡达到200辆，对吗？", "无人集卡达到120辆"),
        ("宁波为什么把无人集卡定为500辆？", "无人集卡达到120辆"),
        ("宁波的远控桥吊为什么只要120台？", "远控桥吊40台以上"),  # 120 is what the plan has of another thing
        ("宁波怎么才能用上400座海岛5G基站？", "海岛5G基站200座"),
        ("宁波要120辆无人集卡、300座海岛5G基站，是吧？", "海岛5G基站200座"),
        ("青岛酿造企业上云率是36%吧？", "上云率达到70%"),
        ("青岛的智慧酿造车间要建70个吧", "智慧酿造车间36个"),
        ("宁波票务网上办理率才15%？", "票务网上办理率达到95%"),
        ("宁波票务网上办理率超过95%，对吗？", "票务网上办理率达到95%"),
    ],
)
def test_a_wrong_figure_is_corrected_with_the_clause(index: Index, question: str, right: str) -> None:
    answer = quoted(index, question)
    (sentence,), (citation,) = answer.sentences, answer.citations
    assert sentence.text.startswith(WRONG)
    assert right in sentence.text
    assert right in citation.quote
    assert any("不是" in notice for notice in answer.notices)


@pytest.mark.parametrize("question", ["宁波的无人集卡是定在2026年吧？", "宁波的无人集卡也是定在2026年？"])
def test_a_wrong_year_is_corrected_with_the_sentence_that_has_the_right_one(index: Index, question: str) -> None:
    answer = quoted(index, question)
    assert [c.quote[:2] for c in answer.citations] == ["无人", "到2"]
    assert all(s.text.startswith(WRONG) for s in answer.sentences)
    assert "到2024年" in answer.text


def test_a_bound_that_the_plan_does_not_have_is_told_with_it(index: Index) -> None:
    assert any("不是“超过95%”" in notice for notice in quoted(index, "宁波票务网上办理率超过95%，对吗？").notices)


@pytest.mark.parametrize(
    "question",
    [
        "宁波的无人集卡达到120辆，靠什么？",
        "宁波的无人集卡达到多少辆？",
        "宁波的渔获网上交易额有几亿元？",
        "2026年宁波怎么安排无人集卡？",  # a year that an open question is about
        "宁波的灯塔有9座吗？",  # nothing is said of those
        "宁波的无人集卡为什么是120元？",  # not a measure that it has of them
        "宁波的120辆和青岛的300辆无人集卡，哪个多？",  # of several places
    ],
)
def test_what_takes_nothing_wrong_for_granted_is_answered_as_any_question(index: Index, question: str) -> None:
    answer = quoted(index, question)
    assert WRONG not in answer.text
    assert not any("不是“" in notice for notice in answer.notices)


@pytest.mark.parametrize("question", ["宁波的无人集卡要达到120辆吧？", "宁波的无人集卡定在2024年，对吗？"])
def test_a_right_figure_is_confirmed(index: Index, question: str) -> None:
    assert quoted(index, question).text.startswith(RIGHT)


def test_the_word_that_counts_anything_is_no_other_figure(tmp_path: Path) -> None:
    text = "温州市养殖行动方案\n一、目标\n到2024年，数字渔场达到20家，示范合作社达到30家。\n"
    index = plans.built(tmp_path, 温州=text)
    assert WRONG not in quoted(index, "温州的数字渔场要达到20个，对吗？").text
    assert quoted(index, "温州的数字渔场要达到30个，对吗？").text.startswith(WRONG)


def test_a_figure_that_several_plans_have_is_none_of_one(tmp_path: Path) -> None:
    index = plans.built(tmp_path, 温州="温州市渔业行动方案\n一、目标\n到2024年，无人集卡达到90辆。\n")
    assert not any("不是“" in notice for notice in quoted(index, "无人集卡要达到500辆吗？").notices)


def test_a_figure_in_the_name_of_a_thing_is_no_premise(tmp_path: Path) -> None:
    text = "温州市渔业行动方案\n一、目标\n到2024年，年交易额5亿元以上的渔获企业达到30家，渔获企业交易额达到900亿元。\n"
    answer = quoted(plans.built(tmp_path, 温州=text), "温州年交易额5亿元以上的渔获企业要有30家吧？")
    assert answer.text.startswith(RIGHT)


def test_of_a_sentence_with_several_years_none_is_confirmed_for_what_is_not_read(tmp_path: Path) -> None:
    text = "温州市渔业行动方案\n一、任务\n(一)航线。2023年恢复渡轮停靠，2025年修缮灯塔。\n"
    assert quoted(plans.built(tmp_path, 温州=text), "温州的渡轮停靠是2025年恢复吗？").text.startswith("原文写的是")


def test_a_figure_that_the_sentence_has_of_something_unread_is_not_called_wrong(tmp_path: Path) -> None:
    text = "温州市渔业行动方案\n一、目标\n到2024年，渔船联网率由40%提高到75%，以后再提高到90%。\n"
    index = plans.built(tmp_path, 温州=text)
    assert WRONG not in quoted(index, "温州的渔船联网率以后再提高到90%，对吗？").text
    assert quoted(index, "温州的渔船联网率要提高到80%，对吗？").text.startswith(WRONG)
