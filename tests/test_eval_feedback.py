"""Readers' opinions as cases."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.types import Answer, Outcome
from eval.__main__ import main
from eval.cases import Type, load
from eval.feedback import cases
from tests.browser import PIPES, answer, full_answer


def row(given: Answer, liked: bool, reason: str = "") -> dict[str, object]:
    return {"at": "2026-11-21T00:00:00+00:00", "liked": liked, "reason": reason, "answer": given.to_dict()}


def test_liked_answers_are_cases_that_can_be_loaded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    refusal = answer("没有的事？", status=Outcome.REFUSED, reason="没有。")
    rows = [row(answer("管网？", PIPES), True), row(full_answer("比？"), False, "数字不对"), row(refusal, True)]
    file = tmp_path / "feedback.jsonl"
    file.write_text("".join(f"{json.dumps(r, ensure_ascii=False)}\n" for r in rows), encoding="utf-8")
    assert main(["feedback", str(file)]) == 0
    printed = capsys.readouterr()
    assert printed.err == "待判：比？（数字不对）\n"
    (tmp_path / "cases.jsonl").write_text(printed.out, encoding="utf-8")
    figure, refused = load(tmp_path / "cases.jsonl")
    assert (figure.question, figure.type, figure.facts) == ("管网？", Type.FIGURE, (("2017年",), ("30亿元",)))
    assert [clause.address for clause in figure.evidence] == ["二·(一)"]
    assert (refused.type, refused.answerable, refused.facts) == (Type.UNANSWERABLE, False, ())


def test_the_last_opinion_of_a_question_counts() -> None:
    good, bad = row(answer("管网？", PIPES), True), row(answer("管网？", PIPES), False)
    assert list(cases([good, bad])) == []
    assert len(list(cases([bad, good]))) == 1


def test_a_sentence_without_figures_is_a_fact_itself() -> None:
    from dataclasses import replace

    worded = replace(PIPES, sentence=replace(PIPES.sentence, text="由市住房城乡建设局牵头。"))
    (case,) = cases([row(answer("谁？", worded), True)])
    assert (case.type, case.facts) == (Type.TEXT, (("由市住房城乡建设局牵头",),))


def test_no_opinions_yet_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["feedback", str(tmp_path / "none.jsonl")]) == 2
    assert "没有赞踩记录" in capsys.readouterr().err
