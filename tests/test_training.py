"""Labelled data as they are packed, how well a score tells them apart, and a fit of a tiny model that goes on where it stopped."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import pytest

from assistant.judge.encoder import Tokens
from assistant.judge.intent import IntentHead
from eval import detection as metrics
from eval.datasets.dataset import half
from index.store import e5
from tests.test_embed import tiny_e5
from training import build, documents, intent, readings, ship
from training.__main__ import main
from training.crossencoder import Labelled, Plan, Reading, fit, scores, start, trained
from training.examples import (
    EXAMPLES,
    QUESTIONS,
    TEST_WRITERS,
    Example,
    Question,
    Split,
    Wrong,
    examples,
    questions,
    write,
)


def example(number: int, split: Split = Split.TRAIN) -> Example:
    return Example(
        f"n{number}",
        split,
        f"题{number}",
        "一、标题",
        f"条文{number}",
        ("甲？",),
        ("乙？",),
        ("真。",),
        (Wrong("假。", "number"),),
    )


def test_packing_gives_back_what_was_packed(tmp_path: Path) -> None:
    file = tmp_path / "a" / "examples.jsonl.gz"
    rows = [example(1), example(2, Split.TEST)]
    write(rows, file)
    first = file.read_bytes()
    assert examples(file) == rows
    write(rows, file)
    assert file.read_bytes() == first


def test_building_splits_by_writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rest = {"answers": ["甲？"], "near_misses": ["乙？"], "true": ["真。"], "false": [{"text": "假。", "kind": "date"}]}
    for writer in ("w1", "w5"):
        law = {"n": f"{writer}-001", "law": "某法", "path": "laws/某法.md", "article": "第一条", "clause": "条文。"}
        plan = {"n": f"{writer}-p01", "title": "某方案", "heading": "一、", "clause": "任务。", **rest}
        for folder, rows in (("in", [law]), ("out", [{"n": law["n"], **rest}, plan])):
            file = tmp_path / folder / f"{writer}.jsonl"
            file.parent.mkdir(exist_ok=True)
            file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    asked = {
        "q": "问",
        "history": [],
        "intent": "fact",
        "fields": [],
        "shape": "none",
        "scope": "one",
        "more": ["又问"],
    }
    (tmp_path / "out" / "intent.jsonl").write_text(json.dumps(asked) + "\n" + json.dumps(asked), encoding="utf-8")
    monkeypatch.setattr(build, "EXAMPLES", tmp_path / "e.gz")
    monkeypatch.setattr(build, "QUESTIONS", tmp_path / "q.gz")
    monkeypatch.setattr(documents, "FILE", tmp_path / "d.gz")
    whole = {"title": "某方案", "kind": "plan", "clauses": [{"id": 1, "heading": "一、", "text": "任务。"}]}
    whole["questions"] = [{"q": "任务？", "type": "fact", "answers": [1], "touches": []}]
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "e.jsonl").write_text(json.dumps(whole) + "\n", encoding="utf-8")
    after = {"before": "任务？", "said": "有。", "q": "期限呢", "answers": [1], "sentences": ["1.1"], "touches": [1]}
    marked = {"document": 1, "sentences": {"1": ["1.1"]}, "followups": [after]}
    (tmp_path / "marked").mkdir()
    (tmp_path / "marked" / "e.jsonl").write_text(json.dumps(marked) + "\n", encoding="utf-8")
    assert main(["build", str(tmp_path)]) == 0
    found = examples(tmp_path / "e.gz")
    assert {e.id.partition("-")[0]: e.split is Split.TEST for e in found} == {"w1": False, "w5": True}
    assert found[0].text == "某法 第一条 条文。"
    assert [(q.text, q.several) for q in questions(tmp_path / "q.gz")] == [("问", True)]
    (document,) = documents.documents()
    assert (document.split, document.read(0), document.questions[0].answers) == (Split.TEST, "某方案 一、 任务。", (0,))
    assert document.questions[0].sentences == ((0, 0),)
    assert (document.questions[1].read, document.questions[1].touches) == ("任务？ 期限呢", ())


def test_the_packed_data_are_whole() -> None:
    held, asked = examples(EXAMPLES), questions(QUESTIONS)
    assert len({e.id for e in held}) == len(held) >= 1050
    assert {e.id.partition("-")[0] for e in held if e.split is Split.TEST} == TEST_WRITERS
    assert sum(len(e.answers) + len(e.near_misses) for e in held) >= 3000
    assert sum(len(e.true) + len(e.false) for e in held) >= 3000
    assert len(asked) >= 2500
    assert {q.split for q in asked} == set(Split)
    whole = documents.documents()
    assert {d.split for d in whole} == set(Split)
    assert len(whole) >= 80
    assert sum(len(d.questions) for d in whole) >= 2500
    assert all({*q.answers, *q.touches} <= set(range(len(d.clauses))) for d in whole for q in d.questions)
    assert all(k < len(d.sentences(n)) for d in whole for q in d.questions for n, k in q.sentences)
    assert sum(bool(q.before) for d in whole for q in d.questions) >= 450


def test_metrics_of_known_scores() -> None:
    scored, labels = np.array([0.9, 0.8, 0.4, 0.7, 0.2, 0.1]), np.array([True, True, True, False, False, False])
    assert metrics.auc(scored, labels) == pytest.approx(8 / 9)
    assert metrics.rejection(scored, labels, 0.5) == 1.0
    least = metrics.threshold(scored, labels, 0.0)
    found = metrics.at(scored, labels, least)
    assert (found.threshold, found.shown) == (least, 0.0)
    assert found.dropped == pytest.approx(1 / 3)
    assert metrics.calibration_error(np.array([0.0, 1.0]), np.array([False, True])) == 0.0
    low, high = metrics.interval(np.array([True] * 5 + [False] * 5))
    assert low == pytest.approx(0.237, abs=0.001)
    assert high == pytest.approx(0.763, abs=0.001)


def test_readings_hold_all_labels_and_vary() -> None:
    held = [example(n) for n in range(20)]
    first, again, other = readings.ours(held, 1), readings.ours(held, 1), readings.ours(held, 2)
    assert first == again != other
    assert all(len(r.sentences) == 6 for r in first)
    assert [(s.head, s.label) for s in readings.labelled(held[0]).sentences] == [
        ("supports", True),
        ("supports", False),
        ("answers", True),
        ("answers", False),
    ]


def test_a_clause_is_read_beside_what_it_answers_seems_to_and_others() -> None:
    clauses = tuple(documents.Clause(f"{n}、", f"任务{n}。") for n in range(4))
    asked = tuple(documents.Asked(f"问{n}", "fact", (n,), ((n + 1) % 4,)) for n in range(4))
    document = documents.LabelledDocument("a0", Split.TRAIN, "某方案", "plan", clauses, asked)
    read = [reading for seed in range(9) for reading in readings.of_documents([document], seed)]
    assert {"某方案 0、 任务0。", "某方案 0、 任务0。 任务1。"} <= {r.text for r in read}
    for reading in read:
        said = {s.text: s.label for s in reading.sentences}
        for number in range(4):
            assert said[f"问{number}"] == (f"任务{number}。" in reading.text)


def test_a_sentence_is_read_alone_beside_the_questions_of_its_clause() -> None:
    clauses = (documents.Clause("一、", "补助三万元。由市财政局发放。"),)
    asked = (
        documents.Asked("补多少", "fact", (0,), (), ((0, 0),)),
        documents.Asked("谁发", "followup", (0,), (), ((0, 1),), before="补多少"),
    )
    document = documents.LabelledDocument("a0", Split.TRAIN, "某方案", "plan", clauses, asked)
    _, first, second = readings.of_documents([document], 0)
    assert (first.text, second.text) == ("某方案 一、 补助三万元。", "某方案 一、 由市财政局发放。")
    assert {(s.text, s.label) for s in first.sentences} == {("补多少", True), ("补多少 谁发", False)}
    assert {(s.text, s.label) for s in second.sentences} == {("补多少", False), ("补多少 谁发", True)}


def test_lay_questions_stand_beside_articles_that_answer_them(tmp_path: Path) -> None:
    file = tmp_path / "queries.json"
    rows = [{"query_id": n, "问题": f"问{n}", "相关法规": {f"某法第{n}条": f"条文{n}。"}} for n in range(20)]
    file.write_text(json.dumps(rows), encoding="utf-8")
    read = readings.lay_questions(file)
    assert {half(str(n)) for n in range(20) if any(f"条文{n}。" in r.text for r in read)} == {"train"}
    for reading in read:
        assert [s.text for s in reading.sentences if s.label] == [f"问{reading.text.split('条文')[1][:-1]}"]
        assert not all(s.label for s in reading.sentences)
    assert readings.lay_questions(tmp_path / "nothing") == []


def test_reading_tests_become_questions(tmp_path: Path) -> None:
    asked = [
        {"question": "谁？", "answers": [{"text": "甲", "answer_start": 0}]},
        {"question": "何地？", "answers": [{"text": "北京", "answer_start": 2}]},
        {"question": "何时？", "answers": [{"text": "明天", "answer_start": 402}]},
    ]
    content = [{"title": "题", "paragraphs": [{"context": "甲在北京。" + "无" * 397 + "明天", "qas": asked}]}]
    file = tmp_path / readings.FILES[0]
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(content), encoding="utf-8")
    first, last = readings.reading_tests(tmp_path)
    assert {s.text: s.label for s in first.sentences} == {"谁？": True, "何地？": True, "何时？": False}
    assert [s.text for s in last.sentences if s.label] == ["何时？"]
    assert readings.reading_tests(tmp_path / "nothing") == []


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("training") / "model"
    e5.write_folder(tiny_e5(np.random.default_rng(3)), path)
    return path


def told_apart() -> list[Reading]:
    return [
        Reading(text, tuple(Labelled("supports", said, said == text) for said in ("园区", "企业", "建成")))
        for text in ("园区", "企业", "建成", "园区", "企业", "建成", "园区", "企业")
    ]


def test_a_fit_that_was_stopped_goes_on_and_ends_alike(folder: Path, tmp_path: Path) -> None:
    import torch

    class Stopped(Exception):
        pass

    def stop(step: int) -> None:
        raise Stopped

    plan = Plan(rate=1e-3, rows=4, dropout=0.0, every=2)
    tokens, taught = Tokens(folder), [told_apart() for _ in range(3)]
    whole, halved = start(folder), start(folder)
    before = {name: value.clone() for name, value in whole.items()}
    fit(whole, taught, tokens, plan, tmp_path / "whole.pt", lambda step: None)
    with pytest.raises(Stopped):
        fit(halved, taught, tokens, plan, tmp_path / "halved.pt", stop)
    resumed = start(folder)
    fit(resumed, taught, tokens, plan, tmp_path / "halved.pt", lambda step: None)
    for name, value in whole.items():
        assert torch.allclose(value.float(), resumed[name].float(), atol=1e-4), name
        assert trained(name) != torch.equal(value, before[name]) or not value.any(), name
    assert [trained(f"encoder.layer.{n}.output.dense.weight") for n in (0, 2, 3, 11)] == [False, False, True, True]
    found = scores(whole, told_apart(), tokens)
    assert [len(row) for row in found] == [3] * 8
    assert found[0][0].shape == (1,)
    ship.write_weights(whole, before, tmp_path / "judge.safetensors")
    assert (tmp_path / "judge.safetensors").stat().st_size > 1000


def test_calibration_makes_likely_what_is_so() -> None:
    logits, labels = np.array([-2.0, -1.0, 1.0, 2.0, 0.5]), np.array([False, False, True, True, False])
    found = ship.calibration(logits, labels)
    assert found.slope > 0
    assert found.log_odds(3.0) > 0 > found.log_odds(-3.0)


def test_the_intent_head_learns_what_questions_want(tmp_path: Path) -> None:
    kinds = {
        "文号是多少": ("fields", ("number",)),
        "有哪些任务": ("list", ()),
        "谁牵头": ("lead", ()),
        "谁发布": ("fields", ("issuer",)),
    }
    asked = [
        Question(f"q{n}{text}", split, text, (), kind, fields, "list" if kind == "list" else "none", "one", n == 2)
        for n, split in enumerate((Split.TRAIN, Split.TRAIN, Split.TRAIN, Split.DEV))
        for text, (kind, fields) in kinds.items()
    ]
    asked += intent.placed(asked, ["某方案"])
    assert len(asked) == 16 + 12
    vectors = np.random.default_rng(1).normal(size=(len(asked), 384)).astype(np.float32) * 0.01
    head = intent.fit(asked, vectors, tmp_path / "intent.npz")
    assert isinstance(head, IntentHead)
    told = intent.measured(head, asked, vectors, Split.DEV)
    assert (told.questions, told.intent, told.first_two) == (4, 1.0, 1.0)


def test_commands_tell_their_options(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("build", "fit", "report"):
        with pytest.raises(SystemExit):
            main([command, "--help"])
        assert "python -m training" in capsys.readouterr().out
    assert build.add_arguments(argparse.ArgumentParser()) is None  # type: ignore[func-returns-value]
