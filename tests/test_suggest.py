"""What may be asked first and next is made from the plans, and is answered when it is asked."""

from __future__ import annotations

import pytest

from assistant.pipeline import Assistant
from assistant.settings import Settings
from assistant.types import Outcome
from index.search import Index

QUESTIONS = (
    "宁波的联网渔船每艘补助多少元？",
    "宁波市海洋局牵头哪些任务？",
    "青岛到2021年要建成多少个智慧酿造车间？",
    "青岛的计划还有效吗？",
    "昆明的主要目标是什么？",
    "大连的数字樱桃园要建多少个？",
    "宁波的动物园有多少家？",
    "哪些城市提到了数据？",
)


@pytest.fixture(scope="module")
def assistant(index: Index) -> Assistant:
    return Assistant(Settings(llm="off"), index=index)


def test_each_example_is_answered_in_full(assistant: Assistant) -> None:
    questions = assistant.examples()
    assert 3 <= len(questions) <= 6
    for question in questions:
        assert assistant.answer(question).status is Outcome.ANSWERED, question


@pytest.mark.parametrize("question", QUESTIONS)
def test_each_suggestion_is_answered_with_something_new(assistant: Assistant, question: str) -> None:
    first = assistant.answer(question)
    suggested = assistant.suggestions(first)
    assert 1 <= len(suggested) <= 3
    assert len(set(suggested)) == len(suggested)
    said = {s.text for s in first.sentences}
    for suggestion in suggested:
        answer = assistant.answer(suggestion)
        assert answer.status is Outcome.ANSWERED, suggestion
        assert {s.text for s in answer.sentences} - said, suggestion


def test_they_are_about_what_was_cited(assistant: Assistant) -> None:
    first = assistant.answer("青岛到2021年要建成多少个智慧酿造车间？")
    assert any("青岛" in suggestion for suggestion in assistant.suggestions(first))


def test_after_a_refusal_they_are_about_the_place_that_was_asked_about(assistant: Assistant) -> None:
    refused = assistant.answer("昆明的方案有没有提到动物园？")
    assert refused.status is Outcome.REFUSED
    assert all("昆明" in suggestion for suggestion in assistant.suggestions(refused))
