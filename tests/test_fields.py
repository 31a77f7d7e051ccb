"""What a document says of itself: its fields, its status and what that follows from, the cells of its front page."""

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


def quotes(answer: Answer) -> list[str]:
    return [c.quote for c in answer.citations]


@pytest.mark.parametrize(
    ("question", "says", "quote"),
    [
        ("宁波市的文号是多少？", "甬海办〔2019〕17号", "甬海办〔2019〕17号"),
        ("青岛的文号是多少？", "青政办字〔2018〕9号", "发文字号: | 青政办字〔2018〕9号"),
        ("宁波的方案是谁发布的？", "宁波市人民政府办公厅", "宁波市人民政府办公厅"),
        ("大连这篇报道来源是哪里？来源于哪家媒体？", "滨城晚报", "来源:滨城晚报"),
        ("宁波的方案是什么时候发布的？", "成文日期是2019年4月12日", "2019年4月12日"),
        ("昆明的解读是哪天发布的？", "2015年7月20日", "2015-07-20"),
        ("昆明的规划期是哪几年？", "2015–2017年", "(2015-2017年)"),
        ("宁波的方案是什么性质的文件？", "是正式文件", "甬海办"),
        ("昆明的材料是什么类型的文件？", "政策解读，不是正式文件", "政策解读"),
        ("大连的材料是不是正式文件？", "新闻报道，不是正式文件", "本报讯"),
        ("昆明解读的是哪个文件？", "解读的是《昆明市智慧花卉行动计划", "昆明市智慧花卉行动计划"),
        ("大连报道的是哪个文件？", "报道的是《大连市数字樱桃园建设意见》", "大连市数字樱桃园建设意见"),
        ("宁波的方案全称叫什么？", "《宁波市智慧港湾建设实施方案》", "宁波市智慧港湾建设实施方案"),
        ("甬海办〔2019〕17号是哪个市的文件？", "是宁波市的文件", "宁波市"),
    ],
)
def test_a_field_is_told_and_cited_where_it_was_read(ask: Ask, question: str, says: str, quote: str) -> None:
    answer = ask(question)
    assert answer.status is Outcome.ANSWERED
    assert answer.route == "fields"
    assert any(says in line for line in lines(answer)), lines(answer)
    assert any(quote in q for q in quotes(answer)), quotes(answer)


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("大连的文号是多少？", "没有写明文号"),
        ("昆明的文号是多少？", "没有写明文号"),
        ("宁波的规划期是哪几年？", "没有写明规划期"),
    ],
)
def test_a_field_that_the_text_does_not_give_is_not_made_up(ask: Ask, question: str, missing: str) -> None:
    answer = ask(question)
    assert answer.status is Outcome.REFUSED
    assert missing in answer.text
    assert answer.citations == ()


@pytest.mark.parametrize(
    ("question", "says", "quote"),
    [
        ("青岛的计划还有效吗？", "已停止执行", "该文件自2020年6月1日起停止执行"),
        ("昆明的解读还有效吗？", "期限已满", "2015-2017年"),
        ("宁波的方案现在有效吗？", "有效性未知", "宁波市智慧港湾建设实施方案"),
    ],
)
def test_the_status_and_what_it_follows_from(ask: Ask, question: str, says: str, quote: str) -> None:
    answer = ask(question)
    assert says in answer.text
    assert any(quote in q for q in quotes(answer))


@pytest.mark.parametrize("question", ["青岛的停止执行以后该看哪个文件？", "青岛那份被什么文件替代了？"])
def test_that_no_file_takes_its_place_is_told(ask: Ask, question: str) -> None:
    answer = ask(question)
    assert "没有写明由哪份文件接替" in answer.text


def test_which_plans_have_a_status(ask: Ask) -> None:
    assert [c.document.region for c in ask("哪份文件已经停止执行了？").citations] == ["青岛市"]
    assert [c.document.region for c in ask("哪些文件已经到期？").citations] == ["昆明市"]


def test_both_days_are_told_where_a_plan_was_signed_before_it_was_published(ask: Ask) -> None:
    answer = ask("青岛的计划是什么时候发布的？")
    assert "成文日期是2018年3月5日，公开日期是2018年3月9日" in answer.text
    assert ["2018年3月5日" in quotes(answer)[0], "公开日期: | 2018-03-09" in quotes(answer)[1]] == [True, True]


def test_the_fields_of_several_plans_and_what_one_lacks(ask: Ask) -> None:
    answer = ask("宁波、青岛和昆明的文号分别是什么？")
    assert answer.status is Outcome.PARTLY
    assert "甬海办〔2019〕17号" in answer.text
    assert "青政办字〔2018〕9号" in answer.text
    assert "没有写明文号" in (answer.reason or "")


@pytest.mark.parametrize(
    ("question", "cells"),
    [
        ("青岛的索引号是多少？", ["索引号是00512345/2018-00031"]),
        ("索引号是多少？", ["索引号是00512345/2018-00031"]),
        ("青岛的主题分类和公开范围是什么？", ["公开范围是全社会", "主题分类是工业"]),
    ],
)
def test_a_cell_of_the_front_table_is_told_by_its_own_label(ask: Ask, question: str, cells: list[str]) -> None:
    answer = ask(question)
    assert answer.status is Outcome.ANSWERED
    assert lines(answer) == [f"《青岛市啤酒酿造数字化改造行动计划(2018-2021年)》的{cell}。" for cell in cells]
    for sentence, cell in zip(answer.sentences, cells, strict=True):
        label, _, value = cell.partition("是")
        assert f"{label}: | {value}" in answer.citations[sentence.citations[0] - 1].quote


def test_a_front_page_without_a_table_has_no_such_cell(ask: Ask) -> None:
    assert ask("宁波的索引号是多少？").status is Outcome.REFUSED
