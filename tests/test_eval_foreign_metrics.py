"""The metrics of the foreign data sets, each against values worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistant.types import Answer, Citation, Evidence, Outcome
from eval.cases import Expectation
from eval.metrics import (
    Metric,
    Trial,
    accuracy,
    answer_f1,
    answered_f1,
    decision,
    gold_cited,
    gold_covered,
    outcome,
)
from eval.metrics.answer_f1 import f1, tokens
from index.types import Document, Status
from tests.conftest import document
from tests.test_eval_metrics import UNANSWERABLE, refused, said

PLAN = document(
    "芦湾镇清淤方案\n一、河道\n清淤长度为12公里。淤泥运往北堆场，由镇水利站验收。\n二、池塘\n"
    "池塘每三年清一次。\n三、沟渠\n沟渠由各村自己清理，镇里补助竹筐。\n"
)
CASE = replace(UNANSWERABLE, id="g", expect=Expectation.ANSWER, gold=("由镇水利站验收",))


def cited(*quotes: str, text: str = "…", gold: tuple[str, ...] = CASE.gold) -> Trial:
    citations = tuple(_cite(n, PLAN, quote) for n, quote in enumerate(quotes, start=1))
    return said(text, citations=citations, case=replace(CASE, gold=gold))


def _cite(number: int, here: Document, quote: str) -> Citation:
    start = here.text.index(quote)
    return Citation(number, here, "", start, start + len(quote), Status.UNKNOWN, "")


def test_the_gold_may_stand_anywhere_in_the_clause_that_is_cited() -> None:
    assert gold_cited.METRIC(cited("清淤长度为12公里。")) == 1.0, "the quote is another sentence of the same clause"
    assert gold_cited.METRIC(cited("池塘每三年清一次。")) == 0.0
    assert gold_cited.METRIC(cited()) == 0.0
    assert gold_cited.METRIC(refused(CASE)) == 0.0


def test_the_gold_is_sought_whatever_its_punctuation_and_any_gold_will_do() -> None:
    assert gold_cited.METRIC(cited("清淤长度为12公里。", gold=("北堆场 由镇水利站，验收",))) == 1.0
    assert gold_cited.METRIC(cited("清淤长度为12公里。", gold=("没有这句", "１２公里"))) == 1.0
    assert gold_cited.METRIC(cited("清淤长度为12公里。", gold=("由镇水务站验收",))) == 0.0
    assert gold_cited.METRIC(cited("清淤长度为12公里。", gold=("。",))) == 0.0, "punctuation alone is no answer"


def test_clauses_that_follow_each_other_are_one_text() -> None:
    across = ("池塘每三年清一次。三、沟渠沟渠由各村自己清理",)
    assert gold_cited.METRIC(cited("池塘每三年清一次。", "沟渠由各村自己清理", gold=across)) == 1.0
    assert gold_cited.METRIC(cited("池塘每三年清一次。", gold=across)) == 0.0
    apart = ("由镇水利站验收。沟渠由各村自己清理",)
    assert gold_cited.METRIC(cited("清淤长度为12公里。", "沟渠由各村自己清理", gold=apart)) == 0.0


@pytest.mark.parametrize(
    ("gold", "value"),
    [
        ("池塘每三年清一次甲乙", 1.0),  # 8 of 10 in one run
        ("池塘每三年清一次甲乙丙", 0.0),  # 8 of 11
        ("池塘每三年甲清一次", 0.0),  # all but one, but in two runs
        ("。", 0.0),
    ],
)
def test_most_of_the_gold_in_one_run_is_enough_for_the_softer_metric(gold: str, value: float) -> None:
    trial = cited("池塘每三年清一次。", gold=(gold,))
    assert gold_covered.METRIC(trial) == value
    assert gold_cited.METRIC(trial) == 0.0


def test_tokens_are_characters_of_chinese_and_whole_words_of_the_rest() -> None:
    assert tokens("清淤12.5公里，用 GPS-3 定位！") == ["清", "淤", "12.5", "公", "里", "用", "gps", "3", "定", "位"]


def test_f1_by_the_longest_common_run() -> None:
    assert f1("由镇水利站验收", "由镇水利站验收。") == 1.0
    assert f1("淤泥由镇水利站验收", "镇水利站") == pytest.approx(2 * 4 / (9 + 4))
    assert f1("甲乙丙丁", "甲乙戊丙丁") == pytest.approx(2 * 2 / (4 + 5)), "one run, not the sum of two"
    assert f1("", "甲") == f1("乙", "甲") == 0.0


def test_the_best_gold_counts_and_a_refusal_has_no_overlap() -> None:
    trial = cited(text="由镇水利站验收。", gold=("别的", "由镇水利站验收"))
    assert answer_f1.METRIC(trial) == answered_f1.METRIC(trial) == 1.0
    assert answer_f1.METRIC(refused(CASE)) == 0.0
    assert answered_f1.METRIC(refused(CASE)) is None
    assert answer_f1.METRIC(refused(UNANSWERABLE)) is None


def test_a_gold_in_a_cited_quote_is_before_the_reader_too() -> None:
    case = replace(CASE, facts=(("12公里", "十二公里"), ("北堆场",)))
    quoted = said("……淤泥运往北堆场……", citations=(_cite(1, PLAN, "清淤长度为12公里。"),), case=case)
    assert accuracy.METRIC(quoted) == outcome.METRIC(quoted) == 1.0
    assert accuracy.METRIC(said("淤泥运往北堆场。", case=case)) == 0.0
    assert accuracy.METRIC(refused(case)) == outcome.METRIC(refused(case)) == 0.0


def test_evidence_that_is_not_cited_is_not_before_the_reader() -> None:
    evidence = (Evidence(PLAN.id, "a.txt", "一", 0, 1, "清淤长度为12公里。", 1.0),)
    answer = Answer("?", "?", Outcome.ANSWERED, date(2026, 1, 1), evidence=evidence)
    assert accuracy.METRIC(Trial(replace(CASE, facts=(("12公里",),)), answer, {})) == 0.0


@pytest.mark.parametrize(
    ("trial", "right"),
    [
        (refused(UNANSWERABLE), 1.0),
        (refused(CASE), 0.0),
        (said("…", case=UNANSWERABLE), 0.0),
        (said("…", case=CASE), 1.0),
    ],
)
def test_the_decision_is_right_or_wrong_whatever_is_said(trial: Trial, right: float) -> None:
    assert decision.METRIC(trial) == right
    if not trial.case.answerable:
        assert outcome.METRIC(trial) == right


@pytest.mark.parametrize(
    "metric",
    [accuracy.METRIC, answer_f1.METRIC, answered_f1.METRIC, decision.METRIC, gold_cited.METRIC, outcome.METRIC],
    ids=lambda metric: str(metric.name),
)
def test_a_crash_is_the_worst_that_can_happen(metric: Metric[Trial]) -> None:
    assert metric.crashed(replace(CASE, facts=(("甲",),))) == 0.0
