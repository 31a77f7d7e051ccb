"""Each check of a sentence by itself: what it must catch, and what it must leave alone."""

from __future__ import annotations

import pytest

from assistant.checks import edits, figures, sense, wording
from assistant.checks.edits import Edit
from assistant.checks.view import View
from assistant.verify import check
from index.search import Index
from tests import plans

SENSORS, BACKUP, SUBSIDY, ROSES, CELLAR = "在近岸布设", "港口数据应当", "为渔船加装", "鲜切花损耗率", "全市建成智慧酿造"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return plans.built(tmp_path_factory.mktemp("plans"))


def view(index: Index, quote: str, sentence: str) -> View:
    return View.of(sentence, [plans.source(index, quote)], index.rarity)


@pytest.mark.parametrize(
    ("quote", "sentence", "told"),
    [
        ("港口数据应当在本地备份，每季度演练一次。", "港口数据应当在异地备份，每季度演练一次。", Edit("本地", "异地")),
        ("对企业一次性奖励50万元。", "对企业一次性奖励80万元。", Edit("50万元", "80万元")),
        ("监测数据不得用于商业推送。", "监测数据应当用于商业推送。", Edit("不得", "应当")),
    ],
)
def test_the_one_place_that_differs_is_found_in_whole_words(quote: str, sentence: str, told: Edit) -> None:
    assert list(edits.edits(quote, sentence)) == [told]


def test_another_wording_has_no_single_place_that_differs() -> None:
    assert not list(edits.edits("对建成智慧酿造车间的企业，一次性奖励50万元。", "奖励的办法是一次给五十万。"))


@pytest.mark.parametrize(
    ("quote", "sentence"),
    [
        (BACKUP, "港口数据应当在异地备份，每季度演练一次。"),
        (BACKUP, "港口数据可以在本地备份，每季度演练一次。"),
        (BACKUP, "港口数据应当在本地备份，每月演练一次。"),
        (SENSORS, "在近岸布设潮汐传感器500个，监测数据可以用于商业推送。"),
        (ROSES, "到2017年，花卉电子拍卖额达到18亿元，鲜切花损耗率升到12%以下，建成智慧温室260座。"),
    ],
)
def test_one_word_changed_in_a_faithful_sentence_is_told(index: Index, quote: str, sentence: str) -> None:
    assert edits.changed(view(index, quote, sentence))


@pytest.mark.parametrize(
    ("quote", "sentence"),
    [
        (BACKUP, "港口数据应当在本地备份，每季度演练一次。"),
        (BACKUP, "宁波市提出，港口数据须在本地备份，每季度演练一次。"),
        (SENSORS, "在近岸布设潮汐传感器五百个，监测数据严禁用于商业推送。"),
        (ROSES, "到2017年，鲜切花损耗率降到12%以下，花卉电子拍卖额达到18亿元。"),
    ],
)
def test_the_same_in_other_words_or_order_is_left_alone(index: Index, quote: str, sentence: str) -> None:
    assert edits.changed(view(index, quote, sentence)) is None


def test_a_figure_under_another_year_of_the_same_sentence_is_told(tmp_path_factory: pytest.TempPathFactory) -> None:
    text = "青河市浮桥计划\n一、目标\n到2019年新建浮桥6座，到2022年改造渡船30艘，并且完成全部渡口的照明改造工程。\n"
    built = plans.built(tmp_path_factory.mktemp("years"), 青河=text)
    assert figures.of_something_else(view(built, "到2019年新建浮桥", "到2022年新建浮桥6座。"))
    assert figures.of_something_else(view(built, "到2019年新建浮桥", "到2019年新建浮桥6座。")) is None


@pytest.mark.parametrize(
    ("quote", "sentence", "stands"),
    [
        (SUBSIDY, "不为渔船加装北斗终端。", False),
        (SUBSIDY, "只为渔船加装北斗终端。", False),
        (SUBSIDY, "为渔船加装北斗终端。", True),
        (SENSORS, "监测数据用于商业推送。", False),
        (ROSES, "鲜切花损耗率提高到12%以下。", False),
    ],
)
def test_sense(index: Index, quote: str, sentence: str, stands: bool) -> None:
    assert (sense.changed(view(index, quote, sentence)) is None) is stands


def test_a_new_word_is_named_and_neutral_ones_are_not_new(index: Index) -> None:
    known, word = wording.newest(view(index, SUBSIDY, "为渔船加装卫星终端。"))
    assert (known, word) == (0.0, "卫星")
    assert wording.newest(view(index, SUBSIDY, "计划为渔船加装北斗终端。"))[0] == 1.0


def test_a_single_word_is_no_sentence(index: Index) -> None:
    assert wording.is_fragment(view(index, SUBSIDY, "宁波市渔船。"))
    assert not wording.is_fragment(view(index, SUBSIDY, "为渔船加装终端。"))
    found = check("渔船。", [plans.source(index, SUBSIDY)], index.rarity)
    assert found.problem == "没有可以核对的内容"


def test_a_sentence_of_one_plan_may_not_rest_on_another(index: Index) -> None:
    sources = [plans.source(index, quote) for quote in (CELLAR, SENSORS)]
    both = "智慧酿造车间建成36个，近岸布设潮汐传感器500个。"
    assert not check(f"青岛市{both}", sources, index.rarity).stands
    assert check(f"青岛市和宁波市分别有：{both}", sources, index.rarity).stands
