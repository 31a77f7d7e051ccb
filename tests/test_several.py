"""Several questions in one turn: where they are told apart, that each is answered, and that what is not is said."""

from __future__ import annotations

import pytest

from assistant.llm import ScriptedChat
from assistant.pipeline import Assistant
from assistant.settings import Settings
from assistant.several import questions
from assistant.types import Outcome
from index.search import Index


@pytest.fixture
def quoting(index: Index) -> Assistant:
    return Assistant(Settings(llm="off"), index=index)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("渔船联网由谁牵头，要建多少座基站？", ["渔船联网由谁牵头，", "要建多少座基站？"]),
        ("文号是多少？谁牵头智慧码头？", ["文号是多少？", "谁牵头智慧码头？"]),
        ("渔船给不给补助，补多少元", ["渔船给不给补助，", "补多少元"]),
        ("码头怎么改造以及由谁牵头", ["码头怎么改造", "以及由谁牵头"]),
        ("规模以上的酿造企业，有多少家，分几年改造？", ["规模以上的酿造企业，有多少家，", "分几年改造？"]),
        ("智慧码头的牵头单位是市港航局，对不对？", ["智慧码头的牵头单位是市港航局，对不对？"]),
        ("重点任务有哪些，请列一下", ["重点任务有哪些，请列一下"]),
        ("城里加上底下几个县，联网渔船有多少艘", ["城里加上底下几个县，联网渔船有多少艘"]),
        ("“谁来管，管什么”这一条由谁牵头？", ["“谁来管，管什么”这一条由谁牵头？"]),
        ("无人集卡要达到多少辆？", ["无人集卡要达到多少辆？"]),
        ("无人集卡，远控桥吊", ["无人集卡，远控桥吊"]),
    ],
)
def test_a_text_is_cut_before_what_asks_for_more(text: str, expected: list[str]) -> None:
    assert questions(text) == expected
    assert "".join(questions(text)) == text


@pytest.mark.parametrize(
    ("question", "facts"),
    [
        ("宁波的渔船联网由谁牵头，每艘补助多少元？", ["市海洋局牵头", "1800元"]),
        ("宁波的计划文号是多少，开设网上鱼市由谁牵头？", ["甬海办〔2019〕17号", "市商务局牵头"]),
        ("宁波的无人集卡要达到多少辆，人才保障每年培养多少人？", ["120辆", "300名"]),
        ("青岛的计划还有效吗，智慧酿造车间要建多少个？", ["停止执行", "36个"]),
    ],
)
def test_each_of_two_questions_is_answered(quoting: Assistant, question: str, facts: list[str]) -> None:
    answer = quoting.answer(question)
    assert answer.status is Outcome.ANSWERED, answer.reason
    assert all(fact in answer.text for fact in facts), answer.text


def test_what_the_plan_does_not_say_is_told_beside_what_it_says(quoting: Assistant) -> None:
    answer = quoting.answer("宁波的渔船联网由谁牵头，要建多少座造船厂？")
    assert answer.status is Outcome.PARTLY
    assert "市海洋局牵头" in answer.text
    assert "造船厂" in (answer.reason or "")


def test_what_the_plan_has_is_said_though_it_does_not_say_the_rest(quoting: Assistant) -> None:
    answer = quoting.answer("宁波要建多少座造船厂，渔船联网由谁牵头？")
    assert answer.status is Outcome.PARTLY
    assert "市海洋局牵头" in answer.text
    assert "造船厂" in (answer.reason or "")


def test_where_nothing_is_said_of_either_it_is_refused_once(quoting: Assistant) -> None:
    answer = quoting.answer("宁波要建多少座造船厂，动物园有几家？")
    assert answer.status is Outcome.REFUSED
    assert (answer.reason or "").count("已收录") == 1
    assert (answer.reason or "").count("没有") == 1


def test_one_answer_to_both_is_given_once_and_the_model_asked_once(index: Index) -> None:
    model = ScriptedChat(["联网渔船3000艘，渔获网上交易额超过25亿元。"] * 3)
    answer = Assistant(Settings(), index=index, model=model).answer("宁波的联网渔船要有多少艘，渔获网上交易额要多少？")
    assert answer.status is Outcome.ANSWERED
    assert answer.text.count("3000艘") == 1
    assert answer.text.count("25亿元") == 1
