"""Several questions in one turn: each is answered, and what is not is said."""

from __future__ import annotations

import pytest

from assistant.model.chat import ScriptedChat
from assistant.pipeline import Assistant
from assistant.settings import Settings
from assistant.types import Outcome
from index.search import Index


@pytest.fixture
def quoting(index: Index) -> Assistant:
    return Assistant(Settings(llm="off"), index=index)


@pytest.mark.parametrize(
    ("question", "facts"),
    [
        ("宁波的渔船联网由谁牵头，每艘补助多少元？", ["市海洋局牵头", "1800元"]),
        ("宁波的计划文号是多少，开设网上鱼市由谁牵头？", ["甬海办〔2019〕17号", "市商务局牵头"]),
        ("宁波的无人集卡要达到多少辆，人才保障每年培养多少人？", ["120辆", "300名"]),
        ("青岛的计划还有效吗，智慧酿造车间要建多少个？", ["停止执行", "36个"]),
        ("宁波的渔船联网由谁牵头，开设网上鱼市由谁牵头？", ["市海洋局牵头", "市商务局牵头"]),
        ("宁波的无人集卡要多少辆、渔船联网由谁牵头、什么时候印发的？", ["120辆", "市海洋局牵头", "2019年4月12日"]),
        ("宁波的渔船联网由谁牵头，请告诉我文号", ["市海洋局牵头", "甬海办〔2019〕17号"]),
    ],
)
def test_each_of_two_questions_is_answered(quoting: Assistant, question: str, facts: list[str]) -> None:
    answer = quoting.answer(question)
    assert answer.status is Outcome.ANSWERED, answer.reason
    assert all(fact in answer.text for fact in facts), answer.text


def test_of_two_plans_each_is_asked_its_own(quoting: Assistant) -> None:
    answer = quoting.answer("宁波的渔船联网由谁牵头，青岛的智慧酿造车间要建多少个？")
    assert answer.status is Outcome.ANSWERED
    assert answer.table is None
    assert "市海洋局牵头" in answer.text
    assert "36个" in answer.text


@pytest.mark.parametrize("question", ["宁波的补贴是多少，青岛的补贴是多少？", "宁波的目标是什么，青岛的目标是什么？"])
def test_the_same_of_two_plans_is_compared(quoting: Assistant, question: str) -> None:
    assert quoting.answer(question).table is not None


@pytest.mark.parametrize(
    ("question", "said", "lacks"),
    [
        ("宁波的渔船联网由谁牵头，要建多少座造船厂？", "市海洋局牵头", "造船厂"),
        ("宁波要建多少座造船厂，渔船联网由谁牵头？", "市海洋局牵头", "造船厂"),
        ("宁波的无人集卡要达到多少辆，造船厂要建多少个？", "120辆", "造船厂"),
        ("宁波的渔船联网由谁牵头，珠海的渔船每艘补助多少元？", "市海洋局牵头", "没有珠海的计划"),
        ("宁波的渔船联网由谁牵头，动物园能不能养鲸鱼？", "市海洋局牵头", "没有"),
    ],
)
def test_what_the_plan_does_not_say_is_told_beside_what_it_says(
    quoting: Assistant, question: str, said: str, lacks: str
) -> None:
    answer = quoting.answer(question)
    assert answer.status is Outcome.PARTLY, answer.text
    (sentence,) = answer.sentences
    assert said in sentence.text
    assert lacks in (answer.reason or "")
    assert {c.document.region for c in answer.citations} == {"宁波市"}


def test_the_place_that_only_a_later_question_names_holds_for_all(quoting: Assistant) -> None:
    answer = quoting.answer("每艘补助多少元，也就是宁波的渔船联网由谁牵头？")
    assert {c.document.region for c in answer.citations} == {"宁波市"}


def test_more_than_anybody_asks_at_once_is_asked_as_one(quoting: Assistant) -> None:
    assert quoting.answer("谁？" * 200).status is not Outcome.PARTLY


def test_where_nothing_is_said_of_either_it_is_refused_once(index: Index) -> None:
    sees_none = ScriptedChat([], {"不": 0.999})
    answer = Assistant(Settings(), index=index, model=sees_none).answer("宁波要建多少座造船厂，动物园有几家？")
    assert answer.status is Outcome.REFUSED
    assert (answer.reason or "").count("已收录") == 1
    assert (answer.reason or "").count("没有") == 1


def test_one_answer_to_both_is_given_once_and_the_model_asked_once(index: Index) -> None:
    model = ScriptedChat(["联网渔船3000艘，渔获网上交易额超过25亿元。"] * 3)
    answer = Assistant(Settings(), index=index, model=model).answer("宁波的联网渔船要有多少艘，渔获网上交易额要多少？")
    assert answer.status is Outcome.ANSWERED
    assert answer.text.count("3000艘") == 1
    assert answer.text.count("25亿元") == 1
    assert len(model.prompts) == 1
