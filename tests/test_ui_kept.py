"""Conversations as the browser keeps them, and Markdown and Word files."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from docx import Document as read_word

from tests.browser import CLAUSE, POPLAR, RIVER, TARGET, answer, cite, full_answer, sentence
from tests.payloads import PAYLOADS
from ui.markdown import markdown
from ui.taking import kept, restored
from ui.turn import Turn
from ui.word import word

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


@pytest.mark.parametrize(("digest", "named"), [(True, f"《{RIVER.title}（摘编）》"), (False, f"《{RIVER.title}》")])
def test_a_digest_is_called_one_in_files(digest: bool, named: str) -> None:
    cited = replace(TARGET, citations=(cite(1, replace(RIVER, digest=digest), CLAUSE),))
    turns = [Turn(1, "问", answer=answer("问", cited))]
    assert f"\\[1\\] {named}青政发〔2016〕12号" in markdown(turns, NOW).decode()
    paragraphs = [p.text for p in read_word(io.BytesIO(word(turns, NOW))).paragraphs]
    assert [p.partition(" 青政发")[0] for p in paragraphs if p.startswith("[1]")] == [f"[1] {named}"]
