"""Asking as a reader does it: a real server, a scripted assistant, and headless Chromium."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from assistant.types import Answer, Event, Stage
from index.errors import ZhengdaError
from index.types import Filters, Kind, Status
from tests.browser import (
    COMPARE,
    DESKTOP,
    PHONE,
    PIPES,
    PIPES_QUESTION,
    RIVER,
    TARGET,
    WEATHER,
    Scripted,
    Visits,
    answer,
    answered,
    ask,
    eventually,
    full_answer,
    serving,
    usual,
    working,
)
from ui.asking import Line

# Gradio's queue uses what pandas has deprecated.
pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")]

GATED, ENDLESS, TOO_LONG, BROKEN = "一句一句地答", "一直答下去", "问题太长", "出了差错"


def _endless() -> Iterator[Event]:
    yield TARGET
    while True:
        yield Stage.GENERATE
        threading.Event().wait(0.05)


def _failing(error: Exception) -> Callable[[], Iterator[Event]]:
    def script() -> Iterator[Event]:
        yield Stage.RETRIEVE
        raise error

    return script


@pytest.fixture(scope="module")
def gates() -> list[threading.Event]:
    return [threading.Event() for _ in range(3)]


@pytest.fixture(scope="module")
def assistant(gates: list[threading.Event]) -> Scripted:
    gated = working(
        gates[0], Stage.GENERATE, gates[1], Stage.VERIFY, TARGET, gates[2], PIPES, answer(GATED, TARGET, PIPES)
    )
    too_long = ZhengdaError("问题太长，请压缩到 2000 字以内。")
    more = {GATED: gated, ENDLESS: _endless, TOO_LONG: _failing(too_long), BROKEN: _failing(KeyError("secret detail"))}
    return Scripted({**usual(), **more})


@pytest.fixture(scope="module")
def address(assistant: Scripted) -> Iterator[str]:
    with serving(assistant) as served:
        yield served


def test_opens_in_chinese_with_the_documents_and_examples(visit: Visits, address: str) -> None:
    page = visit(address)
    assert page.title() == "政答 · 政策问答"
    assert page.get_attribute("html", "lang") == "zh-CN"
    expect(page.locator("#chat .example")).to_have_count(4)
    expect(page.locator("#ask")).to_have_text("提问")
    page.click(".library summary")
    expect(page.locator(".library")).to_contain_text(RIVER.title)
    expect(page.locator(".library .badge.bad")).to_have_text("已停止执行")
    expect(page.locator("#foot")).to_contain_text("答案由人工智能依据所列文件生成并逐句核对，请以原文为准。")


def test_stages_then_sentences_one_by_one_then_the_whole(
    visit: Visits, address: str, gates: list[threading.Event]
) -> None:
    page = visit(address)
    ask(page, GATED)
    for gate, stage in zip(gates[:2], ("检索", "生成"), strict=True):
        expect(page.locator(".stages .now")).to_have_text(stage)
        expect(page.locator("#ask")).to_be_hidden()
        expect(page.locator("#stop")).to_be_visible()
        gate.set()
    expect(page.locator(".stages .now")).to_have_text("核验")
    expect(page.locator(".sentence")).to_have_count(1)
    expect(page.locator(".card")).to_have_count(1)
    expect(page.locator(".tools")).to_have_count(0)
    gates[2].set()
    expect(page.locator(".sentence")).to_have_count(2)
    expect(page.locator(".stages")).to_have_count(0)
    expect(page.locator("#stop")).to_be_hidden()
    expect(page.locator("#question textarea")).to_have_value("")
    expect(page.locator(".sentence").first).to_have_text("到2018年，青河市清洁能源装机达到120万千瓦[1]。")


def test_history_is_passed_on_and_can_be_cleared(visit: Visits, address: str, assistant: Scripted) -> None:
    page = visit(address)
    answered(page, COMPARE)
    answered(page, PIPES_QUESTION, 2)
    assert [message["role"] for message in assistant.histories[-1]] == ["user", "assistant"]
    assert assistant.histories[-1][1]["content"] == full_answer(COMPARE).text
    page.click("#clear")
    expect(page.locator(".welcome")).to_be_visible()
    expect(page.locator("#sources .card")).to_have_count(0)


def test_stop_ends_the_work_and_keeps_what_was_checked(visit: Visits, address: str, assistant: Scripted) -> None:
    page = visit(address)
    ask(page, ENDLESS)
    expect(page.locator(".sentence")).to_have_count(1)
    expect(page.locator("#clear")).to_be_disabled()
    assert ENDLESS not in assistant.ended
    page.click("#stop")
    expect(page.locator(".answer .aside")).to_have_text("已停止，以上句子已经核对。")
    eventually(lambda: ENDLESS in assistant.ended)
    expect(page.locator("#ask")).to_be_visible()
    answered(page, PIPES_QUESTION, 2)


def test_leaving_the_page_ends_the_work(visit: Visits, address: str, assistant: Scripted) -> None:
    page = visit(address)
    before = assistant.ended.count(ENDLESS)
    ask(page, ENDLESS)
    expect(page.locator(".sentence")).to_have_count(1)
    page.close()
    eventually(lambda: assistant.ended.count(ENDLESS) == before + 1)


def test_a_refusal_gives_its_reason_and_no_cards(visit: Visits, address: str) -> None:
    page = visit(address)
    answered(page, WEATHER)
    expect(page.locator(".refusal")).to_have_text("收录的文件没有提到天气。")
    expect(page.locator("#sources .card")).to_have_count(0)
    expect(page.locator(".suggestion")).to_have_count(0)


def test_an_error_for_the_reader_is_shown_and_the_page_goes_on(visit: Visits, address: str) -> None:
    page = visit(address)
    ask(page, TOO_LONG)
    expect(page.locator(".answer .error")).to_have_text("问题太长，请压缩到 2000 字以内。")
    answered(page, PIPES_QUESTION, 2)


def test_any_other_error_says_nothing_of_its_inside(
    visit: Visits, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    page = visit(address)
    ask(page, BROKEN)
    expect(page.locator(".answer .error")).to_contain_text("系统出错")
    assert "secret detail" not in page.content()
    answered(page, PIPES_QUESTION, 2)
    assert "secret detail" in caplog.text


def test_a_question_is_answered_again_in_its_place(visit: Visits, address: str, assistant: Scripted) -> None:
    page = visit(address)
    answered(page, COMPARE)
    answered(page, PIPES_QUESTION, 2)
    asked = len(assistant.histories)
    page.locator("#turn-2 .tool.again").click()
    eventually(lambda: len(assistant.histories) == asked + 1)
    expect(page.locator(".answer.over")).to_have_count(2)
    assert len(assistant.histories[-1]) == 2
    expect(page.locator("#chat .question").last).to_have_text(PIPES_QUESTION)


def test_an_edited_question_replaces_itself_and_what_came_after(visit: Visits, address: str) -> None:
    page = visit(address)
    answered(page, COMPARE)
    answered(page, WEATHER, 2)
    page.locator("#turn-1 .tool.edit").click()
    expect(page.locator("#question textarea")).to_have_value(COMPARE)
    expect(page.locator("#question textarea")).to_be_focused()
    page.fill("#question textarea", PIPES_QUESTION)
    page.click("#ask")
    expect(page.locator("#chat .question")).to_have_text([PIPES_QUESTION])
    expect(page.locator("#turn-1 .sentence")).to_have_text(["东片区管网改造于2017年底前完成，总投资30亿元[2]。"])
    answered(page, WEATHER, 2)


def test_a_suggestion_is_asked_when_it_is_pressed(visit: Visits, address: str) -> None:
    page = visit(address)
    answered(page, PIPES_QUESTION)
    page.locator(".suggestion", has_text=COMPARE).click()
    expect(page.locator(".answer.over")).to_have_count(2)
    expect(page.locator("#chat .question").last).to_have_text(COMPARE)


def test_the_next_question_need_not_wait_for_the_suggestions(visit: Visits) -> None:
    gate = threading.Event()

    class Slow(Scripted):
        def suggestions(self, answer: Answer) -> tuple[str, ...]:
            assert gate.wait(20)
            return super().suggestions(answer)

    with serving(Slow(usual())) as address:
        page = visit(address)
        answered(page, PIPES_QUESTION)
        answered(page, WEATHER, 2)
        expect(page.locator(".suggestion")).to_have_count(0)
        gate.set()
        answered(page, COMPARE, 3)
        expect(page.locator("#turn-3 .suggestion")).to_have_count(1)
        page.context.close()


def test_suggestions_that_fail_take_nothing_away(visit: Visits, caplog: pytest.LogCaptureFixture) -> None:
    class Failing(Scripted):
        def suggestions(self, answer: Answer) -> tuple[str, ...]:
            raise KeyError("secret detail")

    with serving(Failing(usual())) as address:
        page = visit(address)
        answered(page, PIPES_QUESTION)
        eventually(lambda: "secret detail" in caplog.text)
        expect(page.locator(".sentence")).to_have_count(1)
        page.context.close()


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_filters_restrict_the_answer_and_say_so(
    visit: Visits, address: str, assistant: Scripted, size: tuple[int, int]
) -> None:
    page = visit(address, size)
    page.click("#filters button")
    for name, option in (("region", "青河市"), ("status", "已停止执行"), ("kind", "正式文件"), ("plan", RIVER.title)):
        page.locator(f"#by-{name} input").click()
        page.get_by_role("option", name=option).click()
        page.keyboard.press("Escape")
    answered(page, PIPES_QUESTION)
    chosen = Filters((RIVER.id,), ("青河市",), (), (Kind.FORMAL,), (Status.STOPPED,))
    assert assistant.filters[-1] == chosen
    expect(page.locator(".question .scope")).to_have_text(f"只看：青河市 · 正式文件 · 已停止执行 · {RIVER.title}")


def test_without_filters_nothing_is_restricted(visit: Visits, address: str, assistant: Scripted) -> None:
    answered(visit(address), PIPES_QUESTION)
    assert assistant.filters[-1] is None


def test_the_place_in_the_queue_is_told(visit: Visits, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.app.ANSWERS_AT_ONCE", 1)
    gate = threading.Event()
    slow = {GATED: working(gate, TARGET, answer(GATED, TARGET)), **usual()}
    with serving(Scripted(slow)) as address:
        first, second = visit(address), visit(address)
        ask(first, GATED)
        expect(first.locator(".stages .now")).to_have_text("检索")
        ask(second, PIPES_QUESTION)
        expect(second.locator(".waiting")).to_have_text("排队中，前面还有 1 个问题")
        gate.set()
        expect(second.locator(".answer.over")).to_have_count(1)
        for page in (first, second):
            page.context.close()


def test_who_waits_can_stop(visit: Visits, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.app.ANSWERS_AT_ONCE", 1)
    gate = threading.Event()
    with serving(Scripted({GATED: working(gate, TARGET, answer(GATED, TARGET)), **usual()})) as address:
        first, second = visit(address), visit(address)
        ask(first, GATED)
        expect(first.locator(".stages .now")).to_have_text("检索")
        ask(second, PIPES_QUESTION)
        expect(second.locator(".waiting")).to_be_visible()
        second.click("#stop")
        expect(second.locator(".answer .aside")).to_have_text("已停止。")
        gate.set()
        for page in (first, second):
            page.context.close()


def test_the_page_shows_before_the_assistant_is_ready(visit: Visits) -> None:
    waiting = Scripted(usual(), ready=False)
    with serving(waiting) as address:
        page = visit(address)
        expect(page.locator(".preparing")).to_be_visible()
        answered(page, PIPES_QUESTION)
        waiting.ready = True
        expect(page.locator(".library")).to_contain_text("收录 2 份文件")
        expect(page.locator(".preparing")).to_have_count(0)
        expect(page.locator(".checks")).to_have_count(1)
        page.context.close()


def test_a_model_that_is_being_loaded_is_told_until_it_is_there(visit: Visits) -> None:
    gate = threading.Event()
    waits = working(Stage.LOAD, gate, Stage.GENERATE, TARGET, answer(GATED, TARGET))
    loading = Scripted({GATED: waits, **usual()}, loading=True)
    with serving(loading) as address:
        page = visit(address)
        expect(page.locator("#model")).to_have_text("对话模型正在载入；文号、牵头单位、清单、指标现在就能问。")
        answered(page, PIPES_QUESTION)  # what is looked up does not wait
        ask(page, GATED)
        expect(page.locator(".stages li")).to_have_text(["检索", "载入对话模型", "生成", "核验"])
        expect(page.locator(".stages .now")).to_have_text("载入对话模型")
        loading.loading = False
        gate.set()
        expect(page.locator(".answer.over")).to_have_count(2)
        expect(page.locator("#model")).to_have_count(0)
        page.context.close()


def test_nothing_is_told_of_a_model_that_is_there_or_not_to_be_had(visit: Visits, address: str) -> None:
    page = visit(address)
    answered(page, PIPES_QUESTION)
    expect(page.locator("#model")).to_have_count(0)


def test_a_link_asks_its_question(visit: Visits, address: str) -> None:
    page = visit(address, path=f"/?q={PIPES_QUESTION}")
    expect(page.locator(".answer.over")).to_have_count(1)
    expect(page.locator("#chat .question")).to_have_text(PIPES_QUESTION)


def test_first_paint_is_under_two_seconds(visit: Visits, address: str) -> None:
    page = visit(address)
    painted = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    assert 0 < painted < 2000


def test_english_readers_read_english(visit: Visits, address: str) -> None:
    page = visit(address, locale="en-GB")
    expect(page.locator("#ask")).to_have_text("Ask")
    assert page.get_attribute("html", "lang") == "en"
    ask(page, COMPARE)
    expect(page.locator(".answer.over")).to_have_count(1)
    expect(page.locator(".checks summary")).to_contain_text("numbers ✓")
    expect(page.locator("#sources .badge.bad").first).to_have_text("Stopped")
    page.click(".view.language")
    page.wait_for_url(re.compile("lang=zh-CN"))
    expect(page.locator("#ask")).to_have_text("提问")


def test_a_line_lets_in_as_many_as_it_should_in_their_order() -> None:
    line = Line(2)
    with line.place() as a, line.place() as b, line.place() as c, line.place() as d:
        assert [ahead() for ahead in (a, b, c, d)] == [0, 0, 1, 2]
    with line.place() as e:
        assert e() == 0
