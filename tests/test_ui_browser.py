"""The page as a reader meets it: a real server, a scripted assistant, and headless Chromium."""

from __future__ import annotations

import json
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from assistant.types import Cell, Event, Outcome, Stage, Table
from index.errors import ZhengdaError
from tests.browser import (
    CLAUSE,
    COUNTY,
    PIPES,
    RIVER,
    TARGET,
    Scripted,
    Watch,
    answer,
    chromium,
    cite,
    eventually,
    full_answer,
    sentence,
    serving,
    working,
)
from ui.__main__ import PORT_TAKEN, main, serve
from ui.app import CONTENT_SECURITY_POLICY

# Gradio's queue uses what pandas has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")

SCREENSHOTS = Path(__file__).parents[1] / "runs" / "screenshots"
DESKTOP, PHONE = (1280, 800), (390, 844)

COMPARE = "青河市和白杨县的目标有什么不同？"
PIPES_QUESTION = "东片区管网改造要投多少钱？"
WEATHER = "今天天气怎样？"
GATED, ENDLESS, TOO_LONG, BROKEN = "一句一句地答", "一直答下去", "问题太长", "出了差错"
HOSTILE = "<img src=x onerror=alert(1)>这是提问"
PAYLOADS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    '<a href="javascript:alert(1)">点我</a>',
    "[点我](javascript:alert(1))",
    "![图](https://outside.example/a.png)",
    "<style>@import url(https://outside.example/a.css);</style>",
    '<iframe src="https://outside.example"></iframe>',
    '</div></details><form action="https://outside.example"><input type=password></form>',
    "&lt;img src=x onerror=alert(1)&gt;",
    "${alert(1)}{{constructor.constructor('alert(1)')()}}",
    "$$\\href{javascript:alert(1)}{x}$$",
    '<div style="position:fixed;inset:0;background:url(https://outside.example/b.png)">盖住</div>',
)


def _hostile() -> Iterator[Event]:
    text = "\n\n".join(PAYLOADS)
    document = replace(RIVER, title=text, number=text, issuer=text, text=text)
    checked = [sentence(f"{payload}。", cite(n, document, payload)) for n, payload in enumerate(PAYLOADS, 1)]
    yield from checked
    table = Table(("项目", PAYLOADS[1]), tuple((Cell("值"), Cell(payload, (1,))) for payload in PAYLOADS))
    yield answer(HOSTILE, *checked, table=table, notices=PAYLOADS, problems=PAYLOADS, reason=text)


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
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def gates() -> list[threading.Event]:
    return [threading.Event() for _ in range(3)]


@pytest.fixture(scope="module")
def assistant(gates: list[threading.Event]) -> Scripted:
    refusal = answer(WEATHER, status=Outcome.REFUSED, reason="收录的文件没有提到天气。")
    gated = working(
        gates[0], Stage.GENERATE, gates[1], Stage.VERIFY, TARGET, gates[2], PIPES, answer(GATED, TARGET, PIPES)
    )
    return Scripted(
        {
            COMPARE: working(TARGET, PIPES, COUNTY, full_answer(COMPARE)),
            PIPES_QUESTION: working(PIPES, answer(PIPES_QUESTION, PIPES)),
            WEATHER: working(refusal),
            GATED: gated,
            ENDLESS: _endless,
            TOO_LONG: _failing(ZhengdaError("问题太长，请压缩到 2000 字以内。")),
            BROKEN: _failing(KeyError("secret detail")),
            HOSTILE: _hostile,
        }
    )


@pytest.fixture(scope="module")
def address(assistant: Scripted) -> Iterator[str]:
    with serving(assistant) as served:
        yield served


Open = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Open]:
    """Opens the page in a new context; after the test nothing may have been complained of or asked for outside."""
    contexts, watches = [], []

    def open_page(size: tuple[int, int] = DESKTOP, scheme: str = "light", at: str = address) -> Page:
        viewport = {"width": size[0], "height": size[1]}
        context = browser.new_context(viewport=viewport, color_scheme=scheme, locale="zh-CN")  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        watches.append(Watch(page, at))
        page.goto(at)
        page.wait_for_selector("#question textarea")
        return page

    open_page.watches = watches  # type: ignore[attr-defined]
    yield open_page
    for context in contexts:
        context.close()
    assert [complaint for watch in watches for complaint in watch.complaints] == []


def _ask(page: Page, question: str) -> None:
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")


def _last(page: Page, kind: str) -> str:
    return page.locator(f".answer {kind}").last.inner_text()


@pytest.mark.browser
def test_opens_in_chinese_with_the_documents_and_examples(visit: Open) -> None:
    page = visit()
    assert page.title() == "政答 · 政策问答"
    assert page.get_attribute("html", "lang") == "zh-CN"
    expect(page.locator("#chat .example")).to_have_count(4)
    page.click(".library summary")
    expect(page.locator(".library")).to_contain_text(RIVER.title)
    expect(page.locator(".library .badge.bad")).to_have_text("已停止执行")
    expect(page.locator("#foot")).to_have_text("答案由人工智能依据所列文件生成并逐句核对，请以原文为准。")


@pytest.mark.browser
def test_stages_then_sentences_one_by_one_then_the_whole(visit: Open, gates: list[threading.Event]) -> None:
    page = visit()
    _ask(page, GATED)
    for gate, stage in zip(gates, ("检索", "生成", "核验"), strict=True):
        expect(page.locator(".stages .now")).to_have_text(stage)
        expect(page.locator("#ask")).to_be_hidden()
        expect(page.locator("#stop")).to_be_visible()
        gate.set()
    expect(page.locator(".sentence")).to_have_count(2)
    expect(page.locator(".stages")).to_have_count(0)
    expect(page.locator("#stop")).to_be_hidden()
    expect(page.locator("#question textarea")).to_have_value("")
    expect(page.locator(".sentence").first).to_have_text("到2018年，青河市清洁能源装机达到120万千瓦[1]。")


@pytest.mark.browser
def test_the_first_sentence_shows_before_the_second_is_ready(visit: Open, gates: list[threading.Event]) -> None:
    page = visit()
    gates[0].set(), gates[1].set(), gates[2].clear()
    _ask(page, GATED)
    expect(page.locator(".sentence")).to_have_count(1)
    expect(page.locator(".card")).to_have_count(1)
    gates[2].set()
    expect(page.locator(".sentence")).to_have_count(2)


@pytest.mark.browser
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_a_mark_leads_to_its_card_with_the_quote_highlighted(visit: Open, size: tuple[int, int]) -> None:
    page = visit(size)
    page.click(f"#chat .example >> text={COMPARE}")
    expect(page.locator(".checks")).to_be_visible()
    expect(page.locator(".answer .notice")).to_contain_text("已停止执行")
    expect(page.locator(".checks summary")).to_contain_text("数字 ✓")
    page.locator(".sentence .mark-link", has_text="[2]").click()
    card = page.locator("#src-1-2")
    expect(card).to_be_in_viewport(ratio=0.5)
    expect(card).to_be_focused()
    expect(card.locator("mark")).to_be_in_viewport()
    expect(card.locator("mark")).to_have_text("东片区管网改造于2017年底前完成，总投资30亿元。")
    expect(card.locator(".badge.bad")).to_have_text("已停止执行")
    expect(page.locator("#src-1-3 .badge.warn")).to_have_text("规划期已满")
    card.get_by_text("回到答案").click()
    expect(page.locator("#turn-1 .sentence").first).to_be_in_viewport()


@pytest.mark.browser
def test_marks_of_an_older_answer_open_their_own_cards_and_history_is_passed_on(
    visit: Open, assistant: Scripted
) -> None:
    page = visit()
    _ask(page, COMPARE)
    expect(page.locator(".checks")).to_have_count(1)
    _ask(page, PIPES_QUESTION)
    expect(page.locator(".checks")).to_have_count(2)
    assert [message["role"] for message in assistant.histories[-1]] == ["user", "assistant"]
    assert assistant.histories[-1][1]["content"] == full_answer(COMPARE).text
    expect(page.locator("#src-2-2")).to_be_visible()
    expect(page.locator("#src-1-1")).to_be_hidden()
    page.locator("#turn-1 .mark-link").first.click()
    expect(page.locator("#src-1-1 mark")).to_have_text(CLAUSE)
    expect(page.locator("#src-1-1")).to_be_in_viewport(ratio=0.5)
    page.click("#clear")
    expect(page.locator(".welcome")).to_be_visible()
    expect(page.locator(".card")).to_have_count(0)


@pytest.mark.browser
def test_stop_ends_the_work_and_keeps_what_was_checked(visit: Open, assistant: Scripted) -> None:
    page = visit()
    _ask(page, ENDLESS)
    expect(page.locator(".sentence")).to_have_count(1)
    expect(page.locator("#clear")).to_be_disabled()
    assert ENDLESS not in assistant.ended
    page.click("#stop")
    expect(page.locator(".answer .aside")).to_have_text("已停止，以上句子已经核对。")
    eventually(lambda: ENDLESS in assistant.ended)
    expect(page.locator("#ask")).to_be_visible()
    _ask(page, PIPES_QUESTION)
    expect(page.locator(".checks")).to_have_count(1)


@pytest.mark.browser
def test_leaving_the_page_ends_the_work(visit: Open, assistant: Scripted) -> None:
    page = visit()
    before = assistant.ended.count(ENDLESS)
    _ask(page, ENDLESS)
    expect(page.locator(".sentence")).to_have_count(1)
    page.close()
    eventually(lambda: assistant.ended.count(ENDLESS) == before + 1)


@pytest.mark.browser
def test_a_refusal_gives_its_reason_and_no_cards(visit: Open) -> None:
    page = visit()
    _ask(page, WEATHER)
    expect(page.locator(".refusal")).to_have_text("收录的文件没有提到天气。")
    expect(page.locator(".card")).to_have_count(0)


@pytest.mark.browser
def test_an_error_for_the_reader_is_shown_and_the_page_goes_on(visit: Open) -> None:
    page = visit()
    _ask(page, TOO_LONG)
    expect(page.locator(".answer .error")).to_have_text("问题太长，请压缩到 2000 字以内。")
    _ask(page, PIPES_QUESTION)
    expect(page.locator(".checks")).to_have_count(1)


@pytest.mark.browser
def test_any_other_error_says_nothing_of_its_inside(visit: Open, caplog: pytest.LogCaptureFixture) -> None:
    page = visit()
    _ask(page, BROKEN)
    expect(page.locator(".answer .error")).to_contain_text("系统出错")
    assert "secret detail" not in page.content()
    _ask(page, PIPES_QUESTION)
    expect(page.locator(".checks")).to_have_count(1)
    assert "secret detail" in caplog.text


@pytest.mark.browser
def test_hostile_text_stays_text(visit: Open) -> None:
    page = visit()
    _ask(page, HOSTILE)
    expect(page.locator(".checks")).to_be_visible()
    expect(page.locator("#chat .question")).to_have_text(HOSTILE)
    for number, payload in enumerate(PAYLOADS, 1):
        expect(page.locator(".sentence").nth(number - 1)).to_have_text(f"{payload}[{number}]。")
        expect(page.locator(f"#src-1-{number} mark")).to_have_text(payload)
    made = "script, img, svg, iframe, form, input, style, object, embed, [style], [onerror], [onload]"
    for part in ("#chat .question", "#chat .answer", "#sources section"):
        assert page.locator(part).locator(made).count() == 0
    links = page.eval_on_selector_all("#chat .answer a, #sources a", "all => all.map(a => a.getAttribute('href'))")
    assert links
    assert all(link.startswith(("#src-1-", "#turn-1")) for link in links)


# Contrast of every visible text with the ground that is painted behind it, as WCAG 2 defines it.
CONTRAST = """() => {
  const channels = (text) => { const n = text.match(/[\\d.]+/g).map(Number); return [n[0], n[1], n[2], n[3] ?? 1]; };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const luminance = (c) => [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => {
    const v = c[i] / 255; return sum + weight * (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); }, 0);
  const ground = (node) => node ? over(channels(getComputedStyle(node).backgroundColor), ground(node.parentElement)) : [255, 255, 255, 1];
  const weak = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement, text = walker.currentNode.data.trim();
    if (!text || !node.checkVisibility({ visibilityProperty: true, opacityProperty: true }) || ["SCRIPT", "STYLE"].includes(node.tagName)) continue;
    if (node.getBoundingClientRect().width <= 1) continue;  // for screen readers only
    const style = getComputedStyle(node), behind = ground(node);
    let opacity = 1;
    for (let e = node; e; e = e.parentElement) opacity *= getComputedStyle(e).opacity;
    const ink = channels(style.color);
    const pair = [luminance(over([...ink.slice(0, 3), ink[3] * opacity], behind)), luminance(behind)];
    const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5)) weak.push(`${ratio.toFixed(2)} ${text.slice(0, 20)}`);
  }
  return { weak, ground: getComputedStyle(document.body).backgroundColor };
}"""


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_legible_and_within_the_screen(visit: Open, size: tuple[int, int], scheme: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page = visit(size, scheme)
    expect(page.locator("#chat .example")).to_have_count(4)

    def look(name: str) -> None:
        page.wait_for_timeout(400)
        page.screenshot(path=SCREENSHOTS / f"{size[0]}-{scheme}-{name}.png")
        seen = page.evaluate(CONTRAST)
        assert seen["weak"] == []
        assert (sum(int(n) for n in seen["ground"][4:-1].split(",")) > 384) == (scheme == "light")
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]

    look("1-open")
    for question in (WEATHER, TOO_LONG, COMPARE):
        _ask(page, question)
        expect(page.locator(".question")).to_have_count((WEATHER, TOO_LONG, COMPARE).index(question) + 1)
        expect(page.locator("#ask")).to_be_visible()
    look("2-answered")
    page.click(".checks summary")
    page.click(".problems summary")
    page.locator(".sentence .mark-link").nth(1).click()
    look("3-card")


@pytest.mark.browser
def test_the_page_shows_before_the_assistant_is_ready(visit: Open) -> None:
    waiting = Scripted({PIPES_QUESTION: working(PIPES, answer(PIPES_QUESTION, PIPES))}, ready=False)
    with serving(waiting) as address:
        page = visit(at=address)
        expect(page.locator(".preparing")).to_be_visible()
        _ask(page, PIPES_QUESTION)
        expect(page.locator(".checks")).to_have_count(1)
        waiting.ready = True
        expect(page.locator(".library")).to_contain_text("收录 2 份文件")
        expect(page.locator(".preparing")).to_have_count(0)
        expect(page.locator(".checks")).to_have_count(1)
        page.context.close()


def _fetch(url: str, body: bytes | None = None) -> tuple[int, str, str]:
    kind = {"Content-Type": "multipart/form-data; boundary=b"} if body else {}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, kind)) as reply:
            return reply.status, reply.read().decode(), reply.headers["Content-Security-Policy"]
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(), error.headers["Content-Security-Policy"]


def test_every_reply_has_the_policy_and_no_second_door_is_open(address: str) -> None:
    status, _, policy = _fetch(address)
    assert (status, policy) == (200, CONTENT_SECURITY_POLICY)
    assert "'unsafe-eval'" not in policy
    assert json.loads(_fetch(f"{address}/gradio_api/info")[1]) == {"named_endpoints": {}, "unnamed_endpoints": {}}
    for path in ("/docs", "/openapi.json", "/gradio_api/docs", f"/gradio_api/file={__file__}"):
        status, _, policy = _fetch(f"{address}{path}")
        assert (status, policy) in {(403, CONTENT_SECURITY_POLICY), (404, CONTENT_SECURITY_POLICY)}
    upload = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.html"\r\n\r\n<script>\r\n--b--\r\n'
    assert _fetch(f"{address}/gradio_api/upload", upload)[0] == 413


def test_a_taken_port_is_told_by_its_number(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["--port", str(port)]) == PORT_TAKEN
    assert f"端口 {port} 已被占用" in capsys.readouterr().err


def test_the_address_is_told_when_it_answers_and_a_failed_preparation_ends_the_server(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told: list[str] = []

    class Failing(Scripted):
        def prepare(self) -> None:
            eventually(lambda: told.append(capsys.readouterr().out) or "打开" in told[-1])
            assert _fetch(told[-1].split()[1])[0] == 200
            raise ZhengdaError("文件夹里没有可读的文件")

    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor() as threads:
        served = threads.submit(serve, Failing({}), listener)
        with pytest.raises(ZhengdaError, match="没有可读的文件"):
            served.result(timeout=60)
