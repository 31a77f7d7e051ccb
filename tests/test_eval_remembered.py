"""What a chat model said is kept in a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from assistant.model.chat import ModelUnavailable, Piece
from eval.cases import CaseError
from eval.remembered import Remembered


class Counting:
    """Numbers its answers."""

    name = "counting"

    def __init__(self) -> None:
        self.asked = 0

    def stream(self, system: str, user: str, *, max_tokens: int) -> Iterator[Piece]:
        self.asked += 1
        yield Piece(f"第{self.asked}")
        if "断" in user:
            raise ModelUnavailable("断了")
        yield Piece("次\u2028" if "行" in user else "次")

    def first_tokens(self, system: str, user: str) -> Mapping[str, float]:
        self.asked += 1
        return {"能": 1 / self.asked}


def said(model: Remembered, user: str = "问", max_tokens: int = 9, system: str = "你是") -> str:
    return "".join(piece.text for piece in model.stream(system, user, max_tokens=max_tokens))


def test_the_same_is_asked_once_in_this_run_and_the_next(tmp_path: Path) -> None:
    model = Counting()
    for _ in range(2):
        one = Remembered(model, tmp_path / "new" / "said.jsonl")
        assert (one.name, said(one), said(one)) == ("counting", "第1次", "第1次")
        assert one.first_tokens("你是", "问") == {"能": 0.5}
    assert model.asked == 2


@pytest.mark.parametrize("written", [b'{"key": "k", "sa', b'{"key": "k", "said": "s"}\n{"key'])
def test_a_run_that_was_stopped_while_it_wrote_goes_on(tmp_path: Path, written: bytes) -> None:
    file = tmp_path / "said.jsonl"
    file.write_bytes(written)
    assert said(Remembered(Counting(), file)) == "第1次"
    assert said(Remembered(Counting(), file)) == "第1次"


def test_whatever_characters_it_says_are_read_again(tmp_path: Path) -> None:
    assert said(Remembered(Counting(), tmp_path / "said.jsonl"), "行") == "第1次\u2028"
    assert said(Remembered(Counting(), tmp_path / "said.jsonl"), "行") == "第1次\u2028"


def test_another_prompt_limit_or_model_is_asked_anew(tmp_path: Path) -> None:
    model = Counting()
    one = Remembered(model, tmp_path / "said.jsonl")
    assert [said(one), said(one, "另问"), said(one, max_tokens=8), said(one, system="我是")] == [
        "第1次",
        "第2次",
        "第3次",
        "第4次",
    ]
    model.name = "another"
    assert said(Remembered(model, tmp_path / "said.jsonl")) == "第5次"


def test_an_answer_that_broke_off_is_not_kept(tmp_path: Path) -> None:
    one = Remembered(Counting(), tmp_path / "said.jsonl")
    for _ in range(2):
        with pytest.raises(ModelUnavailable):
            said(one, "断")
    assert not (tmp_path / "said.jsonl").exists()


@pytest.mark.parametrize("held", ["不是", "{}", "[1]", "3", '{"set": "cases", "signals": {}}'])
def test_a_file_of_something_else_is_told(tmp_path: Path, held: str) -> None:
    (tmp_path / "said.jsonl").write_text(held, encoding="utf-8")
    with pytest.raises(CaseError, match=r"said\.jsonl"):
        Remembered(Counting(), tmp_path / "said.jsonl")
