"""A whole run in a temporary folder with a scripted assistant: rows, summary, page, exit code."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.types import Answer, Evidence
from eval import report
from eval.__main__ import main
from eval.ask import ask
from eval.cases import Case, Expectation, Split, Type
from eval.datasets import DATASETS
from eval.metrics import METRICS
from eval.run import Wanted, choose, evaluate
from index.types import Filters
from tests.test_eval_metrics import CASE, FIGURE, HERE, LEAD, TITLES, UNANSWERABLE, refused, said

SCRIPT = "<script>alert(1)</script>"
WRONG = Case("w-1", Type.TEXT, Split.TEST, SCRIPT, Expectation.ANSWER, evidence=CASE.evidence, facts=(("不在其中",),))
FOLLOWUP = replace(CASE, id="q-1", type=Type.FOLLOWUP, history=({"role": "user", "content": "甲市的方案呢？"},))
CASES = (CASE, UNANSWERABLE, WRONG, FOLLOWUP)


class Scripted:
    """Answers by the question, and keeps the histories that it was given; raises where it has no answer."""

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        self.answers = answers
        self.histories: list[Sequence[Mapping[str, str]]] = []
        self.filters: list[Filters | None] = []

    def answer(
        self, question: str, history: Sequence[Mapping[str, str]] = (), filters: Filters | None = None
    ) -> Answer:
        self.histories.append(history)
        self.filters.append(filters)
        return self.answers[question]


RIGHT = said("培育60家。", "由市教育局牵头。", citations=(FIGURE, LEAD)).answer
GOOD = {
    CASE.question: replace(RIGHT, models={"chat": "m"}, prompts={"answer": "0badcafe"}, draft="草稿"),
    UNANSWERABLE.question: refused(UNANSWERABLE).answer,
}


def evaluated(
    folder: Path, cases: Sequence[Case], answers: Mapping[str, Answer], strict: bool = False
) -> tuple[int, dict[str, Any], list[dict[str, Any]]]:
    about = {"set": "cases", "split": "all", "docs": "plans", "llm": "off"}
    rows = ask(Scripted(answers), cases, TITLES)
    code = evaluate(DATASETS["cases"], rows, len(cases), folder, strict, about)
    lines = (folder / "rows.jsonl").read_text(encoding="utf-8").splitlines()
    return code, json.loads((folder / "summary.json").read_text(encoding="utf-8")), list(map(json.loads, lines))


def test_a_run_of_right_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, summary, rows = evaluated(tmp_path / "run", (CASE, UNANSWERABLE, FOLLOWUP), GOOD)
    assert code == 0
    assert [row["case"]["id"] for row in rows] == ["f-1", "u-1", "q-1"]
    assert rows[0]["answer"] == GOOD[CASE.question].to_dict()
    assert rows[0]["facts"] == rows[0]["cited"] == [True, True]
    assert rows[0]["scores"]["all_facts"] == rows[0]["scores"]["citation_precision"] == 1.0
    assert (summary["models"], summary["prompts"], summary["docs"]) == ({"chat": "m"}, {"answer": "0badcafe"}, "plans")
    assert list(summary["types"]) == ["figure", "followup", "unanswerable"]
    assert {name: group["cases"] for name, group in summary["splits"].items()} == {"dev": 2, "test": 1}
    precision = summary["overall"]["citation_precision"]
    assert precision == {"value": 1.0, "scored": 2, "left_out": 1, "low": 1.0, "high": 1.0}
    assert summary["targets"]["hit_at_5"] is False  # the scripted answers carry no evidence
    assert str(tmp_path) not in json.dumps(summary)
    printed = capsys.readouterr().out
    assert "引用精确：1 题（拒答没有引用可评" in printed
    assert "全部答对≥0.92 1.000 ✓" in printed
    assert "命中@5≥0.97 0.000 ✗" in printed


def test_a_missed_target_fails_only_a_strict_run(tmp_path: Path) -> None:
    answers = GOOD | {WRONG.question: said("不知道。", case=WRONG).answer}
    assert evaluated(tmp_path / "lax", CASES, answers)[0] == 0
    assert evaluated(tmp_path / "strict", CASES, answers, strict=True)[0] == 1


def test_a_crash_is_scored_as_wrong_and_fails_the_run(tmp_path: Path) -> None:
    code, summary, rows = evaluated(tmp_path / "run", CASES, GOOD)
    assert code == 1
    assert summary["crashed"] == ["w-1"]
    assert (rows[2]["answer"], rows[2]["error"]) == (None, f"KeyError: {SCRIPT!r}")
    assert summary["overall"]["all_facts"] == {
        "value": pytest.approx(2 / 3),
        "scored": 3,
        "left_out": 1,
        "low": pytest.approx(0.0),
        "high": 1.0,
    }
    assert summary["overall"]["wrong_plan"]["left_out"] == 2


def test_history_and_the_documents_to_ask_are_passed_on() -> None:
    assistant = Scripted(GOOD)
    list(ask(assistant, (replace(CASE, documents=("here",)), FOLLOWUP), TITLES))
    assert assistant.histories == [(), FOLLOWUP.history]
    assert assistant.filters == [Filters(documents=("here",)), None]


def test_the_score_of_a_row_is_the_probability_of_an_answer() -> None:
    (row,) = ask(Scripted({CASE.question: replace(RIGHT, odds=0.0)}), (CASE,), TITLES)
    assert row.score == pytest.approx(0.5)
    answered, refused = ask(Scripted(GOOD), (CASE, UNANSWERABLE), TITLES)
    assert (answered.to_dict()["score"], refused.to_dict()["score"]) == (1.0, None)


def test_options_choose_cases() -> None:
    assert choose(CASES, Wanted()) == CASES
    assert choose(CASES, Wanted(split="test")) == (UNANSWERABLE, WRONG)
    assert choose(CASES, Wanted(type="followup")) == (FOLLOWUP,)
    assert choose(CASES, Wanted(only="w-1")) == (WRONG,)
    assert choose(CASES, Wanted(limit=2)) == CASES[:2]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--split", "train"], "没有 train 部分，只有 dev、test、all"),
        (["--type", "riddle"], "没有 riddle 类的题"),
        (["--only", "nobody"], "没有符合条件的题"),
        (["--set", "ncp", "--docs", "x"], "自带文件"),
    ],
)
def test_options_that_do_not_fit_the_set_are_explained(
    options: list[str], message: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(DATASETS, "ncp", replace(DATASETS["ncp"], cases=lambda: (replace(CASE, split="dev"),)))
    assert main(["run", *options]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--every", "--limit", "--threads"])
def test_a_count_below_one_is_explained(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["run", option, "0"])
    assert "要写 1 以上的整数" in capsys.readouterr().err


def test_the_page_escapes_text_puts_wrong_cases_first_and_needs_nothing_else(tmp_path: Path) -> None:
    hostile = said(f"{SCRIPT}“><img src=//evil.example/x>", citations=(FIGURE,), case=WRONG).answer
    evaluated(tmp_path / "run", CASES, GOOD | {WRONG.question: replace(hostile, draft=SCRIPT)})
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert SCRIPT not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert 'src="' not in page
    assert "href=" not in page
    assert page.index("w-1") < page.index("f-1") < page.index("u-1")
    for text in (
        "甲市的方案呢？",
        "草稿",
        FIGURE.quote,
        HERE.title,
        "0badcafe",
        "✗ 事实：不在其中",
        "✓ 事实：市教育局",
    ):
        assert text in page


def test_the_page_shows_a_wrong_case_whole_with_its_plots(tmp_path: Path) -> None:
    evidence = (Evidence("here", "a.txt", "一", 0, 1, "证据原句", 0.5),)
    wrong = said("培育70家。", citations=(FIGURE,), case=WRONG).answer
    wrong = replace(
        wrong,
        resolved_question="补全的问题",
        evidence=evidence,
        draft="草稿原样",
        problems=("略去一句（数字不符）：八十家",),
    )
    refusal = replace(refused(UNANSWERABLE).answer, evidence=evidence)
    evaluated(tmp_path / "run", (WRONG, UNANSWERABLE), {WRONG.question: wrong, UNANSWERABLE.question: refusal})
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    case = page[page.index('data-right="0"') : page.index('data-right="1"')]
    for text in (
        "补全的问题",
        "证据原句",
        "草稿原样",
        "略去一句（数字不符）：八十家",
        "培育70家。",
        FIGURE.quote,
        "数字✓",
    ):
        assert text in case, text
    assert "<details open><summary>证据" in case
    assert "<details><summary>证据" in page, "that of a right case is folded"
    for name in ("全部答对", "拒答召回", "用时分布", "拒答率随误拒率的变化"):
        assert page.count(f'role="img" aria-label="{name}"') == 1, name


def test_the_page_shows_a_crash_and_can_be_written_again(tmp_path: Path) -> None:
    evaluated(tmp_path / "run", CASES, GOOD)
    page = tmp_path / "run" / "report.html"
    before = page.read_text(encoding="utf-8")
    assert "KeyError" in before
    page.unlink()
    assert main(["report", str(page.parent)]) == 0
    assert page.read_text(encoding="utf-8") == before


def test_columns_align_under_chinese_headings() -> None:
    assert report.aligned([["", "题数"], ["指标", "3"], ["a", "10"]]) == "      题数\n指标  3\na     10"


def test_every_metric_is_in_the_scores(tmp_path: Path) -> None:
    rows = evaluated(tmp_path / "run", CASES, GOOD)[2]
    assert all(list(row["scores"]) == [metric.name for metric in METRICS] for row in rows)
