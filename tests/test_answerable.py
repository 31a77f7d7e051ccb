"""Whether the evidence answers: rules alone, or weighed with the chat model's own word."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest

import prompts
from assistant.model.chat import ModelUnavailable, Piece, ScriptedChat
from assistant.model.draft import listed
from assistant.pipeline import Assistant
from assistant.settings import Settings
from assistant.types import Outcome, Signals
from assistant.verify.answerable import Fit, answered, fitted, probability, told, tried, weigh
from assistant.verify.check import LEAST_SCORE
from index.search import Index
from tests import plans

SUBSIDY = "宁波的联网渔船每艘补助多少元？"
TERMINALS, SENSORS, TRUCKS = "为渔船加装", "在近岸布设", "推广无人集卡"
SURE, UNSURE = {"能": 0.999}, {"能": 0.01, "不能": 0.9, "不": 0.08}


def test_each_signal_weighs_in_its_direction() -> None:
    assert min(fitted().model, fitted().brief) > 0 > fitted().ruled_out


def test_more_of_what_speaks_for_an_answer_makes_it_likelier() -> None:
    by_meaning = Signals(ruled_out=0.0, model=0.4, brief=1.0, by_meaning=True)
    assert (answered(by_meaning, 0.4), answered(replace(by_meaning, model=0.6), 0.4)) == (False, True)
    assert answered(replace(by_meaning, by_meaning=False), 0.4)
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
    assert all(prompts.render(name, **values).startswith(shared) for name in ("answerable_user", "brief_user"))


@pytest.mark.parametrize(
    ("question", "brief", "quote", "supported"),
    [
        (SUBSIDY, "1800元。", TERMINALS, True),
        (SUBSIDY, "答案：1800元。\n理由：资料写明。", TERMINALS, True),
        (SUBSIDY, "1900元", TERMINALS, False),
        (SUBSIDY, "为渔船加装北斗终端", TERMINALS, False),  # not the kind that is asked for
        (SUBSIDY, "", TERMINALS, False),
        (SUBSIDY, "资料中没有", TERMINALS, False),
        ("宁波为谁加装终端？", "终端", TERMINALS, False),  # the question's own word
        ("宁波为谁加装终端？", "渔船", TERMINALS, True),
        ("宁波布设500个什么？", "500个", SENSORS, False),  # the question's own figure
        ("宁波布设500个什么？", "500个潮汐传感器", SENSORS, True),
        ("宁波推广什么？", "无人集卡和远程操控桥吊", TRUCKS, True),  # 无 begins a word here
        ("宁波推广什么？", "没有。", TRUCKS, False),  # what it is asked to say where it has none
        ("宁波布设多少潮汐传感器？", "500", SENSORS, True),  # the unit goes without saying
        ("宁波补助渔船多少钱？", "每艘1800元", TERMINALS, True),
        ("宁波的票务规则什么时候生效？", "宁波的票务规则到2024年。", SENSORS, False),
        ("宁波到2024年什么时候布设潮汐传感器？", "2024年", SENSORS, False),  # the question's own date
        ("宁波布设的传感器", "潮汐传感器", SENSORS, True),
        ("宁波的潮汐传感器数量", "500个", SENSORS, True),  # no word that asks
        ("宁波的潮汐传感器数量", "600个", SENSORS, False),
    ],
)
def test_the_short_answer_is_worth_what_the_checks_find(
    index: Index, question: str, brief: str, quote: str, supported: bool
) -> None:
    model = ScriptedChat([brief])
    score = tried(model, question, [plans.source(index, quote)], index.idf)
    assert score is not None
    assert (score >= LEAST_SCORE) is supported, score
    assert "不超过二十个字" in model.prompts[0][1]


def test_a_short_answer_must_stand_on_one_sentence(index: Index) -> None:
    sources = [plans.source(index, quote) for quote in (TERMINALS, "(市海洋局牵头，市财政局")]
    question, brief = "谁为渔船加装北斗终端？", "市海洋局"
    assert tried(ScriptedChat([brief]), question, sources, index.idf) == 0


@pytest.mark.parametrize(
    "question",
    [
        "监测数据能不能用于商业推送？",
        "宁波建没建潮汐监测网",
        "补助给渔船还是给终端",
        "宁波有没有潮汐监测网？",
        "渔船和商船哪个补得多？",
        "市海洋局、市财政局谁牵头？",
        "说说潮汐传感器",
    ],
)
def test_where_no_thing_is_asked_for_no_short_answer_is_tried(index: Index, question: str) -> None:
    assert tried(ScriptedChat([]), question, [plans.source(index, SENSORS)], index.idf) is None


def test_the_model_is_asked_only_for_what_could_change_the_decision(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "assistant.verify.answerable.fitted", lambda: Fit(bias=0.0, ruled_out=-1.0, model=1.0, brief=2.0)
    )
    sources = [plans.source(index, TERMINALS)]

    def asked(tokens: Mapping[str, float], least: float | None) -> tuple[Signals, int]:
        model = ScriptedChat(["1800元"], tokens)
        return weigh(Signals(0.0), model, SUBSIDY, sources, index.idf, least), len(model.prompts)

    assert asked(SURE, 1e-9) == (Signals(0.0), 0)
    assert asked(SURE, 0.6)[1] == 0, "its word decides"
    assert asked(UNSURE, 0.6)[1] == 0
    even, briefs = asked({"能": 0.3, "不能": 0.7}, 0.6)
    assert briefs == 1
    assert even.brief is not None
    assert probability(replace(even, brief=0.0)) < 0.6 <= probability(even)
    everything, briefs = asked(SURE, None)
    assert (everything.brief, briefs) == (even.brief, 1)


def test_the_models_word_stays_where_its_short_answer_cannot_be_had(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupted(ScriptedChat):
        def stream(self, system: str, user: str, *, max_tokens: int) -> Iterator[Piece]:
            raise ModelUnavailable("连不上模型服务。")
            yield Piece("")

    monkeypatch.setattr("assistant.verify.answerable.undecided", lambda *_: True)
    model, sources = Interrupted([], SURE), [plans.source(index, TERMINALS)]
    found = weigh(Signals(0.0), model, SUBSIDY, sources, index.idf, 0.5)
    assert found.model is not None
    assert found.brief is None
    with pytest.raises(ModelUnavailable):
        weigh(Signals(0.0), model, SUBSIDY, sources, index.idf, None)


def test_a_model_that_sees_no_answer_makes_a_refusal_with_a_reason(index: Index) -> None:
    model = ScriptedChat(["渔船每艘补助1800元。"], UNSURE)
    refused = Assistant(Settings(), index=index, model=model).answer(SUBSIDY)
    assert refused.status is Outcome.REFUSED
    assert "没有写明" in (refused.reason or "")
    assert model.prompts == [], "no draft is paid for"
    assert refused.signals is not None
    assert refused.to_dict()["signals"]["model"] == pytest.approx(refused.signals.model)


def test_a_model_that_sees_the_answer_overrules_the_rules(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.evidence.find.why_not", lambda *_: "没有提到。")
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
