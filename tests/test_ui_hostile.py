"""Hostile words everywhere that words can come from: answers, titles, quotes, questions, file names, uploads, history."""

from __future__ import annotations

import json
import unicodedata
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Locator, Page, expect

from assistant.types import Cell, Event, Table
from tests.browser import RIVER, Scripted, Visits, answer, answered, ask, cite, sentence, serving, usual
from tests.payloads import PAYLOADS
from ui.app import CONTENT_SECURITY_POLICY

pytestmark = pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")

QUESTION = "<img src=x onerror=alert(1)>这是提问"
MADE = "script, img, svg:not(#chat .message-buttons svg), iframe, object, embed, form, style, link, meta, base, [style], [onerror], [onload], [onfocus]"
HOSTILE = replace(
    RIVER,
    id="hostile",
    source=PAYLOADS[3],
    title=PAYLOADS[0] + "题",
    number=PAYLOADS[7],
    issuer=PAYLOADS[25],
    region=PAYLOADS[35],
    text="一、甲\n" + "\n".join(f"{payload}。" for payload in PAYLOADS),
)


def shown(payload: str) -> str:
    return "".join(c for c in payload if unicodedata.category(c) != "Cf")


def _hostile() -> Iterator[Event]:
    checked = [sentence(f"{payload}。", cite(n, HOSTILE, payload)) for n, payload in enumerate(PAYLOADS, 1)]
    yield from checked
    table = Table(("项目", PAYLOADS[1]), tuple((Cell("值"), Cell(payload, (1,))) for payload in PAYLOADS))
    said = "\n\n".join(PAYLOADS)
    yield answer(QUESTION, *checked, table=table, notices=PAYLOADS, problems=PAYLOADS, reason=said)


class Poisoned(Scripted):
    def suggestions(self, answer: object) -> tuple[str, ...]:
        return PAYLOADS


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving(Poisoned({QUESTION: _hostile, **usual()}, documents=(RIVER, HOSTILE))) as served:
        yield served


def nothing_made(part: Locator, count: int = 0) -> None:
    assert part.locator(MADE).count() == count


def made_by_page(page: Page) -> list[str]:
    links = "all => all.map(a => a.getAttribute('href'))"
    return [link for link in page.eval_on_selector_all(".answer a, #sources a, #side a, #hover a", links) if link]


def test_there_are_55_of_them() -> None:
    assert len(set(PAYLOADS)) == 55


@pytest.mark.browser
def test_in_answers_titles_quotes_and_suggestions(visit: Visits, address: str) -> None:
    page = visit(address)
    answered(page, QUESTION)
    expect(page.locator("#chat .question")).to_have_text(QUESTION)
    expect(page.locator(".suggestion")).to_have_count(55)
    sentences = page.locator(".sentence").all_text_contents()
    assert sentences == [f"{shown(payload)}[{n}]。" for n, payload in enumerate(PAYLOADS, 1)]
    quotes = page.locator("#sources .card mark").all_text_contents()
    assert quotes == [shown(payload) for payload in PAYLOADS]
    for part in ("#chat .question", "#chat .answer", "#sources section"):
        nothing_made(page.locator(part))
    page.locator(".mark-link").nth(5).hover()
    nothing_made(page.locator("#hover"))
    assert all(
        link.startswith(("/plan/hostile", "/overview/hostile", "/take/", "#turn-1")) for link in made_by_page(page)
    )


@pytest.mark.browser
def test_in_the_plan_the_targets_and_the_comparison(visit: Visits, address: str) -> None:
    page = visit(address)
    page.click(".library summary")
    page.locator(".library a", has_text="题").click()
    text = page.locator("#side .plan").inner_text()
    for payload in PAYLOADS:
        assert "".join(shown(payload).split()) in "".join(text.split())
    nothing_made(page.locator("#side .plan"))
    page.locator(".toc summary").click()
    nothing_made(page.locator("#side .plan"))
    page.click("#side .plan a.about")
    expect(page.locator("#side #overview")).to_be_visible()
    expect(page.locator("#side #overview h2")).to_have_text(HOSTILE.title)
    nothing_made(page.locator("#side #overview"))
    page.keyboard.press("Escape")
    page.click("a.view >> text=对比")
    expect(page.locator("#side form.compare")).to_contain_text(PAYLOADS[0])
    nothing_made(page.locator("#side form.compare"))
    assert all(link.startswith("/") for link in made_by_page(page))


@pytest.mark.browser
def test_in_file_names_and_uploads(visit: Visits, address: str) -> None:
    visit.expected = ("422",)
    page = visit(address)
    page.click("a.view.own")
    head = (
        "<b onmouseover=alert(1)>某市规划\n一、目标\n到2020年，建成仓库3座。\n" + "全市企业上网率达到百分之九十。" * 60
    )
    files = [
        {"name": f"{payload.replace('/', '')[:60]}{n}.txt", "mimeType": "text/plain", "buffer": text.encode()}
        for n, payload in enumerate(PAYLOADS[:4])
        for text in [head + "".join(f"\n说明{p}。" for p in PAYLOADS[n::4])]
    ]
    bad = {"name": "<img src=x onerror=alert(1)>.exe", "mimeType": "text/plain", "buffer": b"MZ"}
    page.set_input_files("#side .put input", [*files, bad])  # type: ignore[list-item]
    expect(page.locator("#side .own-file")).to_have_count(4)
    expect(page.locator("#side .refused .error")).to_contain_text("<img src=x onerror=alert(1)>.exe")
    nothing_made(page.locator("#side main"))
    page.locator("#side .own-file .open").first.click()
    expect(page.locator("#side .plan")).to_be_visible()
    nothing_made(page.locator("#side .plan"))


@pytest.mark.browser
def test_in_the_history_of_the_browser(visit: Visits, address: str) -> None:
    visit.expected = ("422",)
    page = visit(address)
    past = [{"id": p, "at": "2026-01-01T00:00:00Z", "title": p, "turns": [{"question": p}]} for p in PAYLOADS[:20]]
    page.evaluate("text => localStorage.setItem('zhengda-conversations', text)", json.dumps(past))
    page.click(".view.history")
    expect(page.locator(".past-open")).to_have_count(20)
    nothing_made(page.locator("#side main"))
    page.locator(".past-open").nth(3).click()
    expect(page.locator("#told")).to_have_text("这段历史读不出来。")


@pytest.mark.browser
def test_in_the_link(visit: Visits, address: str) -> None:
    page = visit(address, path="/?q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E%E8%BF%99%E6%98%AF%E6%8F%90%E9%97%AE")
    expect(page.locator("#chat .question")).to_have_text(QUESTION)
    nothing_made(page.locator("#chat .question"))


@pytest.mark.browser
@pytest.mark.parametrize("payload", [PAYLOADS[3], PAYLOADS[25], PAYLOADS[45]])
def test_in_a_question_that_fails(visit: Visits, address: str, payload: str) -> None:
    page = visit(address)
    ask(page, payload)
    expect(page.locator(".answer .error")).to_be_visible()
    expect(page.locator("#chat .question")).to_have_text(payload)


def _fetch(url: str, body: bytes | None = None) -> tuple[int, str, str]:
    kind = {"Content-Type": "multipart/form-data; boundary=b"} if body else {}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, kind)) as reply:
            return reply.status, reply.read().decode(), reply.headers["Content-Security-Policy"]
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(), error.headers["Content-Security-Policy"]


def test_every_reply_has_the_policy_and_no_second_door_is_open(address: str) -> None:
    for path in ("", f"/plan/{RIVER.id}", f"/overview/{RIVER.id}", "/overview", "/targets", "/compare"):
        status, _, policy = _fetch(f"{address}{path}")
        assert (status, policy) == (200, CONTENT_SECURITY_POLICY)
    assert "'unsafe-eval'" not in CONTENT_SECURITY_POLICY
    api = json.loads(_fetch(f"{address}/gradio_api/info")[1])
    assert set(api["named_endpoints"]) == {"/ask", "/search", "/get_clause"}
    assert api["unnamed_endpoints"] == {}
    closed = (
        "/docs",
        "/openapi.json",
        "/gradio_api/docs",
        f"/gradio_api/file={__file__}",
        "/own/guessed",
        "/take/x/1.md",
    )
    for path in (*closed, "/conversation/x", "/plan/none", "/overview/none", "/overview/none.docx"):
        status, _, policy = _fetch(f"{address}{path}")
        assert (status, policy) in {(403, CONTENT_SECURITY_POLICY), (404, CONTENT_SECURITY_POLICY)}
    upload = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.html"\r\n\r\n<script>\r\n--b--\r\n'
    assert _fetch(f"{address}/gradio_api/upload", upload)[0] == 413
