"""The fit of what tells whether the evidence answers, and its table."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from assistant.model.chat import Piece
from assistant.types import Signals
from eval.__main__ import main
from eval.answerable import Example, collect, fitted, printed
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


@pytest.fixture
def oracle(data: Path, light: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Oracle:
    """The model of the assistant; what is fitted goes to `fitted.json`."""
    model = Oracle()
    monkeypatch.setattr("assistant.pipeline.chat_model", lambda settings: None if settings.llm == "off" else model)
    monkeypatch.setattr("eval.answerable.FITTED", tmp_path / "fitted.json")
    return model


def test_what_the_model_said_is_kept_and_not_asked_for_again(
    oracle: Oracle, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = tmp_path / "said.jsonl"
    examples = list(collect("dureader", None, said))
    asked = oracle.asked
    assert asked == len(examples) > 0
    assert all(example.signals.model is not None and example.signals.model > 0 for example in examples)
    assert any(example.signals.brief is not None for example in examples)
    assert main(["answerable", "--sets", "dureader", "--said", str(said)]) == 0
    assert oracle.asked == asked
    assert "AUC" in capsys.readouterr().out


def test_weights_are_written_where_there_is_something_to_fit_on(
    oracle: Oracle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["answerable", "--said", str(tmp_path / "said.jsonl"), "--fit", "--sets", "dureader"]
    assert main(command) == 2
    printed_out = capsys.readouterr()
    assert "随附的" in printed_out.out
    assert "没有可拟合的例子" in printed_out.err
    assert not (tmp_path / "fitted.json").exists()
    monkeypatch.setattr("eval.answerable.collect", lambda name, limit, said: examples((name,)))
    assert main([*command, "cases"]) == 0
    assert set(json.loads((tmp_path / "fitted.json").read_text(encoding="utf-8"))) == {
        "bias",
        "ruled_out",
        "model",
        "brief",
    }
