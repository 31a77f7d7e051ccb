"""Taking an answer along: links, copies, files, the history of the browser, and what the reader thinks of it."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from docx import Document as read_word
from playwright.sync_api import expect

from eval.feedback import cases
from tests.browser import (
    CLAUSE,
    COMPARE,
    DESKTOP,
    DUTY,
    PHONE,
    PIPES_QUESTION,
    POPLAR,
    RIVER,
    WEATHER,
    Scripted,
    Visits,
    answered,
    eventually,
    serving,
    usual,
)
from ui.label import VISIBLE

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")]


@pytest.fixture(scope="module")
def opinions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("opinions") / "sub" / "feedback.jsonl"


@pytest.fixture(scope="module")
def assistant() -> Scripted:
    return Scripted(usual())


@pytest.fixture(scope="module")
def address(assistant: Scripted, opinions: Path) -> Iterator[str]:
    with serving(assistant, opinions) as served:
        yield served


def test_the_link_of_an_answer_reopens_its_question(visit: Visits, address: str) -> None:
    page = visit(address)
    answered(page, PIPES_QUESTION)
    page.click(".tool.link")
    expect(page.locator("#told")).to_contain_text("链接已复制")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == f"{address}/?q={quote(PIPES_QUESTION)}"
    page.goto(link)
    expect(page.locator("#turn-1.over .sentence")).to_contain_text("总投资30亿元")


def test_a_copy_has_its_sources_the_day_and_who_made_it(visit: Visits, address: str) -> None:
    page = visit(address)
    answered(page, COMPARE)
    page.click(".tool.copy")
    expect(page.locator("#told")).to_have_text("已复制，含出处")
    copied = page.evaluate("navigator.clipboard.readText()")
    for said in (
        COMPARE,
        "120万千瓦[1]。",
        f"[2] 《{RIVER.title}》",
        f"“{DUTY}”",
        "装机目标\t120万千瓦\t45万千瓦",
        VISIBLE,
    ):
        assert said in copied
    assert re.search(r"20\d\d/\d+/\d+$", copied)


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_an_answer_as_word(visit: Visits, address: str, tmp_path: Path, size: tuple[int, int]) -> None:
    page = visit(address, size)
    answered(page, COMPARE)
    with page.expect_download() as download:
        page.click(".tool >> text=Word")
    assert download.value.suggested_filename.endswith("-1.docx")
    download.value.save_as(tmp_path / "a.docx")
    word = read_word(str(tmp_path / "a.docx"))
    text = "\n".join(p.text for p in word.paragraphs)
    for said in (VISIBLE, COMPARE, "120万千瓦[1]。", f"“{CLAUSE}”", str(RIVER.number), "已停止执行"):
        assert said in text
    assert [c.text for c in word.tables[0].rows[1].cells] == ["装机目标", "120万千瓦[1]", "45万千瓦[3]"]
    with zipfile.ZipFile(tmp_path / "a.docx") as package:
        hidden = package.read("docProps/custom.xml").decode()
    assert 'name="AIGC"' in hidden
    assert '"Label": "1"' in hidden.replace("&quot;", '"')


def test_the_conversation_as_markdown(visit: Visits, address: str, tmp_path: Path) -> None:
    page = visit(address)
    answered(page, PIPES_QUESTION)
    answered(page, WEATHER, 2)
    page.click(".view.history")
    with page.expect_download() as download:
        page.click("#side .tool >> text=Markdown")
    download.value.save_as(tmp_path / "a.md")
    text = (tmp_path / "a.md").read_text(encoding="utf-8")
    assert text.startswith('---\nAIGC: \'{"Label": "1"')
    for said in (VISIBLE, f"## {PIPES_QUESTION}", f"“{DUTY}”", f"## {WEATHER}", "收录的文件没有提到天气。"):
        assert said in text


def test_past_conversations_stay_in_the_browser_and_open_again(
    visit: Visits, address: str, assistant: Scripted
) -> None:
    page = visit(address)
    answered(page, COMPARE)
    answered(page, PIPES_QUESTION, 2)
    eventually(lambda: "东片区" in (page.evaluate("localStorage.getItem('zhengda-conversations')") or ""))
    asked = len(assistant.histories)
    again = visit(address, context=page.context)
    again.click(".view.history")
    expect(again.locator(".past")).to_have_count(1)
    again.click(".past-open")
    expect(again.locator(".answer.over")).to_have_count(2)
    expect(again.locator("#turn-1 .sentence")).to_have_count(3)
    again.locator("#turn-1 .mark-link").first.press("Enter")  # the chat may still be scrolling under a pointer
    expect(again.locator("#side #quote")).to_have_text(CLAUSE)
    assert len(assistant.histories) == asked
    answered(again, WEATHER, 3)
    assert len(assistant.histories[-1]) == 4
    again.keyboard.press("Escape")
    again.click(".view.history")
    again.click(".past-remove")
    expect(again.locator(".past")).to_have_count(0)
    assert again.evaluate("localStorage.getItem('zhengda-conversations')") == "[]"


def test_a_past_answer_whose_document_changed_is_to_be_asked_again(
    visit: Visits, address: str, assistant: Scripted
) -> None:
    page = visit(address)
    answered(page, PIPES_QUESTION)
    eventually(lambda: "东片区" in (page.evaluate("localStorage.getItem('zhengda-conversations')") or ""))
    page.click("#clear")
    page.click(".view.history")
    assistant.documents = (replace(RIVER, text="全都改了"), POPLAR)
    try:
        page.click(".past-open")
        expect(page.locator(".answer .error")).to_have_text("所引文件已更新或移除，请重新回答。")
        expect(page.locator(".sentence")).to_have_count(0)
    finally:
        assistant.documents = (RIVER, POPLAR)


def test_opinions_are_kept_and_become_cases(visit: Visits, address: str, opinions: Path) -> None:
    page = visit(address)
    answered(page, PIPES_QUESTION)
    page.click(".tool.like")
    expect(page.locator("#told")).to_have_text("谢谢，已记下")
    answered(page, COMPARE, 2)
    page.locator("#turn-2 .tool.dislike").click()
    page.fill("#turn-2 .opinion input", "白杨的年份呢")
    page.click("#turn-2 .opinion >> text=没答到点子上")
    eventually(lambda: opinions.is_file() and opinions.read_text(encoding="utf-8").count("\n") == 2)
    rows = [json.loads(line) for line in opinions.read_text(encoding="utf-8").splitlines()]
    assert [(row["liked"], row["reason"]) for row in rows] == [(True, ""), (False, "没答到点子上：白杨的年份呢")]
    assert rows[0]["answer"]["question"] == PIPES_QUESTION
    (case,) = cases(rows)
    assert (case.question, case.facts) == (PIPES_QUESTION, (("2017年",), ("30亿元",)))


def test_a_word_file_holds_any_character(visit: Visits, address: str) -> None:
    del visit, address
    from datetime import datetime

    from tests.browser import answer, sentence
    from ui.turn import Turn
    from ui.word import word

    odd = answer("问\x00题\x0b", sentence("甲\x07乙\ud800。"))
    data = word([Turn(1, "问\x00题", answer=odd)], datetime(2026, 11, 21, 9, 30))
    assert "甲乙。" in [p.text for p in read_word(io.BytesIO(data)).paragraphs]
