"""Whether the evidence answers: the rules alone, or weighed with the chat model's own word and its short answer."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import pytest

from assistant.model.chat import ModelUnavailable, Piece, ScriptedChat
from assistant.pipeline import Assistant
from assistant.settings import Settings
from assistant.types import Answer, Outcome
from index.search import Index

SUBSIDY = "宁波的联网渔船每艘补助多少元？"
SURE, UNSURE = {"能": 0.999}, {"能": 0.01, "不能": 0.9, "不": 0.08}
EVEN = {"能": 0.25, "不能": 0.75}
"""A word that leaves the decision to the short answer."""
BRIEFLY = "不超过二十个字"


class Brief(ScriptedChat):
    """Says the same briefly and at length."""

    def __init__(self, said: str, tokens: Mapping[str, float]) -> None:
        super().__init__(lambda _, user: said if BRIEFLY in user else f"{said}。", tokens)

    @property
    def briefs(self) -> list[str]:
        return [user for _, user in self.prompts if BRIEFLY in user]


def answered(index: Index, question: str, model: ScriptedChat) -> Answer:
    return Assistant(Settings(), index=index, model=model).answer(question)


@pytest.mark.parametrize(
    ("tokens", "odds"),
    [
        ({"能": 0.9, "不能": 0.1}, math.log(0.9 / 0.1)),
        ({"能够": 0.5, "不": 0.15, "没": 0.1, "有": 0.2}, math.log(0.5 / 0.25)),
        ({}, None),  # an address that tells none
    ],
)
def test_the_models_word_is_the_odds_of_its_first_token(
    index: Index, tokens: Mapping[str, float], odds: float | None
) -> None:
    answer = answered(index, SUBSIDY, ScriptedChat(lambda *_: "渔船每艘补助1800元。", tokens))
    assert answer.status is Outcome.ANSWERED
    assert answer.signals is not None
    assert answer.signals.model == (None if odds is None else pytest.approx(odds, abs=0.01))


def test_a_model_that_sees_no_answer_makes_a_refusal_with_a_reason(index: Index) -> None:
    model = ScriptedChat([], UNSURE)
    refused = answered(index, SUBSIDY, model)
    assert refused.status is Outcome.REFUSED
    assert "没有写明" in (refused.reason or "")
    assert model.prompts == [], "no draft is paid for"
    assert refused.signals is not None
    assert refused.to_dict()["signals"]["model"] == pytest.approx(refused.signals.model)


def test_a_model_that_sees_the_answer_overrules_the_rules(index: Index) -> None:
    question = "宁波的码头靠什么机器搬运货柜？"
    seen = answered(index, question, ScriptedChat(lambda *_: "推广无人集卡和远程操控桥吊。", SURE))
    assert seen.signals is not None
    assert (seen.status, seen.signals.ruled_out) == (Outcome.ANSWERED, 1)
    assert answered(index, question, ScriptedChat([], UNSURE)).status is Outcome.REFUSED


@pytest.mark.parametrize(
    ("question", "brief", "supported"),
    [
        (SUBSIDY, "1800元。", True),
        (SUBSIDY, "答案：1800元。\n理由：资料写明。", True),
        (SUBSIDY, "每艘1800元", True),
        (SUBSIDY, "1900元", False),
        (SUBSIDY, "为渔船加装北斗终端", False),  # not the kind that is asked for
        (SUBSIDY, "", False),
        (SUBSIDY, "资料中没有", False),
        ("宁波为谁加装终端？", "渔船", True),
        ("宁波为谁加装终端？", "终端", False),  # the question's own word
        ("宁波布设500个什么？", "500个潮汐传感器", True),
        ("宁波布设500个什么？", "500个", False),  # the question's own figure
        ("宁波的集装箱码头推广什么？", "无人集卡和远程操控桥吊", True),  # 无 begins a word here
        ("宁波的集装箱码头推广什么？", "没有。", False),  # what it is asked to say where it has none
        ("宁波布设多少潮汐传感器？", "500", True),  # the unit goes without saying
        ("宁波的潮汐传感器数量", "500个", True),  # no word that asks
        ("宁波的潮汐传感器数量", "600个", False),
    ],
)
def test_where_its_word_does_not_decide_its_short_answer_does(
    index: Index, question: str, brief: str, supported: bool
) -> None:
    model = Brief(brief, EVEN)
    answer = answered(index, question, model)
    assert len(model.briefs) == 1
    assert (answer.status is Outcome.ANSWERED) is supported, answer.signals


@pytest.mark.parametrize("tokens", [SURE, UNSURE], ids=["sure", "unsure"])
def test_where_its_word_decides_no_short_answer_is_asked_for(index: Index, tokens: Mapping[str, float]) -> None:
    model = Brief("1800元", tokens)
    answered(index, SUBSIDY, model)
    assert model.briefs == []


@pytest.mark.parametrize(
    "question", ["宁波的渔船和商船哪个补得多？", "宁波的补助资金给渔船还是给终端", "说说宁波的潮汐传感器"]
)
def test_where_no_thing_is_asked_for_no_short_answer_is_tried(index: Index, question: str) -> None:
    model = Brief("渔船", EVEN)
    assert answered(index, question, model).signals is not None
    assert model.briefs == []


def test_the_evidence_and_the_question_are_put_alike_so_that_they_are_read_once(index: Index) -> None:
    model = Brief("1800元", EVEN)
    answered(index, SUBSIDY, model)
    assert len(model.prompts) == 2
    (_, brief), (_, at_length) = model.prompts
    shared = brief[: brief.index(SUBSIDY) + len(SUBSIDY)]
    assert "每艘补助1800元" in shared
    assert at_length.startswith(shared)


class Breaking(ScriptedChat):
    """A model that cannot be had, at once or after its first token."""

    def __init__(self, tokens: Mapping[str, float] | None) -> None:
        super().__init__([], tokens)
        self._gone = tokens is None

    def stream(self, system: str, user: str, *, max_tokens: int) -> Iterator[Piece]:
        raise ModelUnavailable("连不上模型服务。")
        yield Piece("")

    def first_tokens(self, system: str, user: str) -> Mapping[str, float]:
        if self._gone:
            raise ModelUnavailable("连不上模型服务。")
        return super().first_tokens(system, user)


def test_a_model_that_cannot_be_had_leaves_it_to_the_rules(index: Index) -> None:
    answer = answered(index, SUBSIDY, Breaking(None))
    assert answer.status is Outcome.ANSWERED
    assert answer.signals is not None
    assert answer.signals.model is None


def test_the_models_word_stays_where_its_short_answer_cannot_be_had(index: Index) -> None:
    signals = answered(index, SUBSIDY, Breaking(EVEN)).signals
    assert signals is not None
    assert signals.model is not None
    assert signals.brief is None
