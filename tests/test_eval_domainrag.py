"""Questions about admissions: words joined to text again, and golds of several items."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.cases import CaseError
from eval.datasets import domainrag
from eval.datasets.domainrag import facts, joined
from tests.test_eval_dataset import _data, _light, run  # noqa: F401 - fixtures


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("蜜蜂 学院 现有 三个 校区 。", "蜜蜂学院现有三个校区。"),
        ("用 Bee English 授课", "用Bee English授课"),
        ("学制 4 年 ， 共 12 门", "学制4年，共12门"),
        ("甲 。 \n （ 三 ）   乙", "甲。\n（三）乙"),
        ("2013 2014 年", "2013 2014年"),
    ],
)
def test_words_are_joined(words: str, text: str) -> None:
    assert joined(words) == text


def test_any_answer_whole() -> None:
    assert facts([["3个"], ["三个"]]) == (("3个", "三个"),)
    assert facts([["汉语", "英语"]]) == (("汉语",), ("英语",))
    assert set(facts([["甲", "乙"], ["丙"]])) == {("甲", "丙"), ("乙", "丙")}


def test_a_run_asks_all_passages(data: Path, light: Path, tmp_path: Path) -> None:
    code, summary, rows = run(tmp_path / "runs", "--set", "domainrag")
    assert code == 0
    assert len(list((light / "eval-domainrag" / "docs").iterdir())) == 2
    assert [row["scores"]["accuracy"] for row in rows] == [1.0, 1.0]
    assert rows[1]["case"]["facts"] == [["汉语"], ["Bee English"]]
    assert summary["overall"]["over_refusal"]["value"] == 0.0


def test_a_record_without_answers_is_refused(data: Path) -> None:
    (data / "domainrag" / "basic_qa.jsonl").write_text('{"question": "?"}\n', encoding="utf-8")
    with pytest.raises(CaseError, match=r"basic_qa\.jsonl：缺少"):
        domainrag.cases()
