"""Questions on one paragraph, half of them unanswerable."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.judge.learned import LearnedJudge
from eval.cases import CaseError
from eval.datasets import dureader
from eval.datasets.dataset import document_id
from tests.datasets import DUREADER
from tests.judges import Knows
from tests.test_eval_dataset import _data, _light, run  # noqa: F401 - fixtures


def test_questions_know_their_paragraph_and_whether_it_answers_them(data: Path) -> None:
    first, second, third = dureader.cases()
    assert (first.answerable, first.gold) == (True, ("两天浇一次水",))
    assert (second.answerable, second.gold) == (False, ())
    assert first.documents == (document_id(f"网页标题\n{DUREADER[0][3]}"),)
    assert [case.type for case in (first, second, third)] == ["in-domain", "vocab", "fault-tolerant"]


def test_a_run_asks_each_question_of_its_own_paragraph(
    data: Path, light: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LearnedJudge, "bundled", lambda _: Knows(("两天浇一次水", "先放平")))
    code, summary, rows = run(tmp_path / "runs", "--set", "dureader")
    assert code == 0
    assert len(rows) == 3
    for row in rows:
        assert {e["source"] for e in row["answer"]["evidence"]} <= {f"{row['case']['documents'][0]}.txt"}
    answered, refused = rows[0], rows[1]
    assert answered["answer"]["status"] == "answered"
    assert answered["scores"]["answered_f1"] > 0
    assert (answered["scores"]["over_refusal"], answered["scores"]["decision"]) == (0.0, 1.0)
    assert refused["answer"]["status"] == "refused"
    assert (refused["scores"]["refusal_recall"], refused["scores"]["decision"]) == (1.0, 1.0)
    assert refused["scores"]["answered_f1"] is None
    assert summary["overall"]["decision"]["scored"] == 3


@pytest.mark.parametrize("text", ["{}", '{"data": [{"paragraphs": [{"qas": [{"id": "x"}]}]}]}', "["])
def test_a_file_of_another_format_is_refused(data: Path, text: str) -> None:
    path = data / "dureader_checklist" / "dev.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CaseError, match=r"dev\.json"):
        dureader.cases()
