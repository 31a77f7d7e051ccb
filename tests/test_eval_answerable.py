"""The fit of what tells whether the evidence answers, and its table."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

import pytest

from assistant.llm import Piece
from assistant.types import Signals
from eval.__main__ import main
from eval.answerable import Example, _made_with, fitted, kept, printed
from tests.test_eval_dataset import _data, _light  # noqa: F401 - fixtures


def examples(sets: tuple[str, ...] = ("a", "b")) -> list[Example]:
    """Half answerable; the model's word tells, the rules tell nothing."""
    return [
        Example(name, f"{name}{n}", "", n % 2 == 0, Signals(n // 2 % 2, (3.0 if n % 2 == 0 else -3.0) + n % 3, 0.5))
        for name in sets
        for n in range(40)
    ]


def test_the_fit_finds_what_tells() -> None:
    fit = fitted(examples())
    assert fit.model > 0.5
    assert abs(fit.ruled_out) < 0.1
    assert all((fit.probability(e.signals) >= 0.5) is e.answerable for e in examples())


def test_a_large_set_weighs_no_more_than_a_small_one() -> None:
    small = [Example("small", str(n), "", n % 2 == 0, Signals(n % 2, 0.0, 0.0)) for n in range(10)]
    large = [Example("large", str(n), "", n % 2 == 1, Signals(n % 2, 0.0, 0.0)) for n in range(1000)]
    assert fitted([*small, *large]).ruled_out == pytest.approx(0, abs=0.1)
    assert fitted([*small * 100, *large[:10]]).ruled_out == pytest.approx(0, abs=0.1)
    assert fitted(small).ruled_out < -1


def test_the_table_tells_each_set() -> None:
    some = examples()
    table = printed(fitted(some), [*some, Example("c", "1", "", True, Signals(0.0, -9.0, 0.0))], 0.5)
    rows = {line.split(" | ")[0].strip("| "): line for line in table.splitlines()}
    assert "1.000 | 1.000 | 0.000" in rows["a"], "ranked and decided without fault"
    assert "| — | — | 1.000 |" in rows["c"], "one answerable question, refused; nothing to rank it against"


def test_only_our_own_questions_are_fitted_on_and_unread_spoken_ones_are_not() -> None:
    def trains(name: str, split: str = "dev") -> set[bool]:
        return {Example(name, str(n), split, True, Signals(0.0)).train for n in range(50)}

    assert trains("cases") == {True, False}
    assert (trains("spoken"), trains("spoken", "test")) == ({True}, {False})
    assert trains("rgb") | trains("dureader") | trains("ncp") == {False}


def test_examples_of_other_prompts_or_checks_are_not_used(tmp_path: Path) -> None:
    file = tmp_path / "examples.jsonl"
    assert kept(file) == []
    today = Example("cases", "1", "dev", True, Signals(0.0, 1.0, 1.0), _made_with())
    others = ({**asdict(today), "made_with": "another"}, {k: v for k, v in asdict(today).items() if k != "made_with"})
    file.write_text("".join(json.dumps(r) + "\n" for r in (asdict(today), *others)), encoding="utf-8")
    assert kept(file) == [today]


class Oracle:
    """Is fairly sure that there is an answer, and writes the same one to everything."""

    name = "oracle"

    def __init__(self) -> None:
        self.asked = 0

    def stream(self, system: str, user: str, *, max_tokens: int) -> Iterator[Piece]:
        assert "【回答】只写答案本身" in user, "no draft is to be written"
        yield Piece("两天一次")

    def first_tokens(self, system: str, user: str) -> Mapping[str, float]:
        self.asked += 1
        return {"能": 0.7, "不能": 0.3}


def test_examples_are_kept_and_not_asked_for_again(
    data: Path, light: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    model = Oracle()
    monkeypatch.setattr("assistant.pipeline.chat_model", lambda settings: None if settings.llm == "off" else model)
    monkeypatch.setattr("eval.answerable.FITTED", tmp_path / "fitted.json")
    file = tmp_path / "examples.jsonl"
    known = [{**asdict(e), "made_with": _made_with()} for e in examples(("cases", "dureader"))]
    file.write_text("".join(json.dumps(record) + "\n" for record in known), encoding="utf-8")
    command = ["answerable", "--sets", "dureader", "--examples", str(file), "--fit"]
    assert main(command) == 0
    asked = model.asked
    assert asked > 0
    assert len(file.read_text(encoding="utf-8").splitlines()) == len(known) + asked
    new = [e.signals for e in kept(file)[len(known) :]]
    assert all(signals.model is not None and signals.model > 0 for signals in new)
    assert any(signals.brief is not None for signals in new)
    assert "AUC" in capsys.readouterr().out
    assert set(json.loads((tmp_path / "fitted.json").read_text(encoding="utf-8"))) == {
        "bias",
        "ruled_out",
        "model",
        "brief",
    }
    assert main(command) == 0
    assert model.asked == asked
    file.write_text("", encoding="utf-8")
    assert main(command) == 2
    printed_out = capsys.readouterr()
    assert "随附的" in printed_out.out
    assert "没有可拟合的例子" in printed_out.err
