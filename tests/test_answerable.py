"""Whether the evidence answers: rules alone, or weighed with the chat model's own word."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import pytest

import prompts
from assistant.answerable import answered, fitted, probability, told
from assistant.generate import listed
from assistant.llm import ModelUnavailable, Piece, ScriptedChat
from assistant.pipeline import Assistant
from assistant.settings import Settings
from assistant.types import Outcome, Signals
from index.search import Index

SUBSIDY = "宁波的联网渔船每艘补助多少元？"
SURE, UNSURE = {"能": 0.999}, {"能": 0.01, "不能": 0.9, "不": 0.08}


def test_each_signal_weighs_in_its_direction() -> None:
    assert fitted().model > 0 > fitted().ruled_out


def test_more_of_what_speaks_for_an_answer_makes_it_likelier() -> None:
    doubtful = Signals(ruled_out=0.0, model=0.0)
    surer = Signals(ruled_out=0.0, model=6.0)
    assert 0 < probability(doubtful) < probability(surer) < 1
    assert answered(surer, 0.6)
    assert not answered(Signals(ruled_out=1.0, model=-5.0), 0.6)


@pytest.mark.parametrize("ruled_out", [0.0, 1.0])
def test_without_the_models_word_the_rules_decide(ruled_out: float) -> None:
    assert answered(Signals(ruled_out=ruled_out), 0.6) is not bool(ruled_out)


@pytest.mark.parametrize(
    ("tokens", "odds"),
    [
        ({"能": 0.9, "不能": 0.1}, math.log(0.9 / 0.1)),
        ({"能够": 0.5, "不": 0.15, "没": 0.1, "有": 0.2}, math.log(0.5 / 0.25)),
        ({}, None),
    ],
)
def test_the_models_word_is_the_odds_of_its_first_token(tokens: Mapping[str, float], odds: float | None) -> None:
    assert told(ScriptedChat([], tokens), "几艘？", []) == (None if odds is None else pytest.approx(odds, abs=0.01))


def test_the_question_is_put_as_for_the_answer_so_that_it_is_read_once() -> None:
    values = {"evidence": listed([]), "question": SUBSIDY}
    shared, asked_for_an_answer, _ = prompts.render("answer_user", **values).partition("【回答】")
    assert asked_for_an_answer
    assert SUBSIDY in shared
    assert prompts.render("answerable_user", **values).startswith(shared)


def test_a_model_that_sees_no_answer_makes_a_refusal_with_a_reason(index: Index) -> None:
    model = ScriptedChat(["渔船每艘补助1800元。"], UNSURE)
    refused = Assistant(Settings(), index=index, model=model).answer(SUBSIDY)
    assert refused.status is Outcome.REFUSED
    assert "没有写明" in (refused.reason or "")
    assert model.prompts == [], "no draft is paid for"
    assert refused.signals is not None
    assert refused.to_dict()["signals"]["model"] == pytest.approx(refused.signals.model)


def test_a_model_that_sees_the_answer_overrules_the_rules(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.find.why_not", lambda *_: "没有提到。")
    model = ScriptedChat(["渔船每艘补助1800元。"], SURE)
    assert Assistant(Settings(), index=index, model=model).answer(SUBSIDY).status is Outcome.ANSWERED
    assert Assistant(Settings(llm="off"), index=index).answer(SUBSIDY).status is Outcome.REFUSED


class Silent:
    """A model that cannot be had."""

    name = "silent"

    def stream(self, system: str, user: str, *, max_tokens: int) -> Iterator[Piece]:
        raise ModelUnavailable("连不上模型服务。")
        yield Piece("")

    def first_tokens(self, system: str, user: str) -> Mapping[str, float]:
        raise ModelUnavailable("连不上模型服务。")


def test_a_model_that_cannot_be_had_leaves_it_to_the_rules(index: Index) -> None:
    answer = Assistant(Settings(), index=index, model=Silent()).answer(SUBSIDY)
    assert answer.status is Outcome.ANSWERED
    assert answer.signals is not None
    assert answer.signals.model is None
