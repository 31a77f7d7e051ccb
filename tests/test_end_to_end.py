"""The whole product with its real models on the digests that it ships: what a user would ask first."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.pipeline import Assistant
from assistant.settings import Settings
from assistant.types import Answer, Checked, Outcome, Stage
from eval.cases import load
from eval.run import measure
from index.settings import ROOT

pytestmark = pytest.mark.models

# On the digests; the originals stand higher (see the README).
FLOOR = {
    "all_facts": 0.85,
    "citation_precision": 0.87,
    "citation_recall": 0.85,
    "refusal_precision": 0.88,
    "refusal_recall": 0.79,
    "hit_at_5": 0.97,
}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(docs=ROOT / "data" / "plans", index_dir=tmp_path_factory.mktemp("index"))


@pytest.fixture(scope="module")
def assistant(settings: Settings) -> Iterator[Assistant]:
    with Assistant(settings) as assistant:
        assistant.prepare()
        yield assistant


def _only_quotes_the_source(answer: Answer) -> bool:
    return all(c.quote and c.quote == c.document.text[c.start : c.end] for c in answer.citations)


def test_the_lead_unit_is_given_with_its_clause(assistant: Assistant) -> None:
    answer = assistant.answer("东莞的“互联网+教育”由哪个部门牵头？")
    assert answer.status is Outcome.ANSWERED
    assert "市教育局牵头" in answer.text
    assert [c.address for c in answer.citations] == ["三·(四)·8"]
    assert "市教育局牵头" in answer.citations[0].quote
    assert _only_quotes_the_source(answer)


def test_a_figure_is_written_by_the_model_and_checked(assistant: Assistant) -> None:
    answer = assistant.answer("杭州到2018年要认定多少家众创空间？")
    assert answer.status is Outcome.ANSWERED
    assert "60家" in answer.text
    assert answer.citations[0].address == "互联网+创业创新·第2段"
    assert "60家" in answer.citations[0].quote
    assert answer.draft
    assert answer.usage.prompt_tokens > 100
    assert all(s.checks.numbers and s.checks.place for s in answer.sentences)
    assert any("新闻报道" in notice for notice in answer.notices)


def test_a_stopped_plan_says_so(assistant: Assistant) -> None:
    answer = assistant.answer("绍兴到2020年要建成多少个农村电商服务点？")
    assert "1000个" in answer.text
    assert all(c.status == "已停止执行" for c in answer.citations)
    assert any("已停止执行" in notice for notice in answer.notices)


def test_another_city_is_refused_without_sources(assistant: Assistant) -> None:
    answer = assistant.answer("苏州的目标是什么？")
    assert answer.status is Outcome.REFUSED
    assert "苏州" in answer.text
    assert "东莞市" in answer.text, "says what the index does hold"
    assert not answer.citations
    assert not answer.sentences


def test_a_follow_up_asks_the_same_of_another_city(assistant: Assistant) -> None:
    history = [
        {"role": "user", "content": "东莞的“互联网+教育”由哪个部门牵头？"},
        {"role": "assistant", "content": "…"},
    ]
    answer = assistant.answer("绍兴呢？", history)
    assert "市教育局" in answer.text
    assert {c.document.region for c in answer.citations} == {"绍兴市"}


def test_the_same_question_has_the_same_answer(assistant: Assistant) -> None:
    question = "合肥的天使投资基金风险容忍度提高到了多少？"
    first, second = (assistant.answer(question) for _ in range(2))
    assert first.text == second.text
    assert "20%" in first.text


def test_a_stream_shows_stages_then_checked_sentences_then_the_answer(assistant: Assistant) -> None:
    events = list(assistant.stream("山东的“互联网+农业”重点是什么？"))
    assert events[0] is Stage.RETRIEVE
    assert isinstance(events[-1], Answer)
    sentences = [event.sentence for event in events if isinstance(event, Checked)]
    assert tuple(sentences) == events[-1].sentences
    assert sentences


def test_the_answer_is_one_json_form(assistant: Assistant) -> None:
    form = assistant.answer("绍兴的计划还有效吗？").to_dict()
    assert json.loads(json.dumps(form, ensure_ascii=False)) == form
    assert form["citations"][0]["document"]["status"] == "已停止执行"


def test_quotations_alone_stay_above_the_floor_on_the_digests(settings: Settings) -> None:
    """The floor under every change: all cases, no chat model, on what a clone alone has."""
    cases = load(Path(ROOT / "eval" / "cases" / "cases.jsonl"))
    with Assistant(settings.model_copy(update={"llm": "off"})) as assistant:
        measured = measure(assistant, cases, assistant.documents)
    missed = {name: measured[name] for name, least in FLOOR.items() if (measured[name] or 0) < least}
    faults = {name: measured[name] for name in ("wrong_plan", "unsupported") if measured[name]}
    assert not missed
    assert not faults
