"""What goes on from an earlier answer is asked of the plan that was spoken of, and of others where that has nothing."""

from __future__ import annotations

import pytest

from assistant.pipeline import Assistant
from assistant.question.understand import understand
from assistant.settings import Settings
from assistant.types import Outcome
from index.search import Index
from tests.judges import Knows

BEFORE = [
    {"role": "user", "content": "给渔船加装北斗终端有没有补助？"},
    {"role": "assistant", "content": "有，每艘补助1800元，补助资金由市财政承担60%。"},
]


def quoting(index: Index, answer: str) -> Assistant:
    return Assistant(Settings(llm="off"), index=index, judge=Knows((answer,)))


def test_the_plan_of_the_turns_before_is_presumed(index: Index) -> None:
    query = understand("网上鱼市谁牵头", BEFORE, index)
    assert query.presumed
    assert [d.region for d in query.documents] == ["宁波市"]
    assert query.read == "给渔船加装北斗终端有没有补助？ 网上鱼市谁牵头"


@pytest.mark.parametrize("question", ["青岛的网上鱼市谁牵头", "各地的网上鱼市谁牵头", "厦门的呢"])
def test_no_plan_is_presumed_where_the_question_names_its_own(index: Index, question: str) -> None:
    assert not understand(question, BEFORE, index).presumed


def test_the_first_question_presumes_nothing(index: Index) -> None:
    query = understand("网上鱼市谁牵头", [], index)
    assert not query.presumed
    assert query.read == "网上鱼市谁牵头"


def test_another_plan_answers_where_that_one_does_not_and_it_is_said(index: Index) -> None:
    answer = quoting(index, "智慧酿造车间").answer("智慧酿造车间要建多少个？", BEFORE)
    assert answer.status is Outcome.ANSWERED, answer.reason
    assert "36个" in answer.text
    assert any("以下出自其他文件" in notice for notice in answer.notices), answer.notices


def test_where_no_plan_answers_it_is_refused_once(index: Index) -> None:
    answer = quoting(index, "鲸鱼").answer("动物园的鲸鱼吃什么？", BEFORE)
    assert answer.status is Outcome.REFUSED
    assert (answer.reason or "").count("已收录") == 1
