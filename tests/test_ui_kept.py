"""Conversations as the browser keeps them, and Markdown files."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.browser import POPLAR, RIVER, answer, full_answer, sentence
from tests.payloads import PAYLOADS
from ui.markdown import markdown
from ui.taking import kept, restored
from ui.turn import Turn

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
TURN = Turn(1, "比一比", answer=full_answer("比一比"))


def form() -> dict[str, Any]:
    return dict(json.loads(json.dumps(kept(TURN))))


def test_what_was_kept_comes_back_as_it_was() -> None:
    back = restored(1, form(), (RIVER, POPLAR))
    assert back.answer
    assert TURN.answer
    assert kept(back) == {**form(), "timings": {**form()["timings"], "retrieve": 0, "first_sentence": 0, "model": 0}}
    assert [c.quote for c in back.answer.citations] == [c.quote for c in TURN.answer.citations]


@pytest.mark.parametrize("documents", [(), (RIVER,), (replace(RIVER, text=RIVER.text[1:]), POPLAR)])
def test_an_answer_whose_quotes_are_not_there_any_more_does_not_come_back(documents: tuple[Any, ...]) -> None:
    back = restored(1, form(), documents)
    assert (back.question, back.answer) == ("比一比", None)
    assert back.error


@pytest.mark.parametrize("name", ["question", "citations", "sentences", "as_of", "status", "table"])
@pytest.mark.parametrize("value", [7, {"x": 1}, [3], "x"])
def test_any_other_form_is_refused(name: str, value: object) -> None:
    if (name, value) == ("question", "x"):
        return
    with pytest.raises((ValueError, KeyError, TypeError, AttributeError)):
        restored(1, {**form(), name: value}, (RIVER, POPLAR))


def test_markdown_shows_hostile_words_as_they_are() -> None:
    turn = Turn(1, PAYLOADS[0], answer=answer(PAYLOADS[0], *(sentence(p) for p in PAYLOADS)))
    body = markdown([turn], NOW).decode().partition("\n---\n")[2]
    for bare in ("<script", "<img", "![图", "[点我]("):
        assert body.replace(f"\\{bare}", "").find(bare) == -1


def test_a_file_without_answers_has_only_its_head() -> None:
    assert markdown([Turn(1, "问", error="没成")], NOW).decode().count("##") == 0
