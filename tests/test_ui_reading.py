"""Reading an answer: cards that hover, the plan beside the chat, targets and comparisons, in headless Chromium."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from assistant.types import Cell, Table
from tests.browser import (
    CLAUSE,
    COMPARE,
    COUNTY,
    DESKTOP,
    DUTY,
    PHONE,
    PIPES_QUESTION,
    POPLAR,
    RIVER,
    TARGET,
    Scripted,
    Visits,
    answer,
    answered,
    serving,
    usual,
    working,
)

# What the page does to a table while its answer grows: the same table again, unsorted and without its buttons.
WRITE_ANEW = """first => {
  const table = document.querySelector(".answer table.sortable"), anew = table.cloneNode(true);
  anew.classList.remove("ready");
  for (const head of anew.tHead.rows[0].cells) { head.removeAttribute("aria-sort"); head.textContent = head.textContent; }
  anew.tBodies[0].prepend([...anew.tBodies[0].rows].find(row => row.textContent.includes(first)));
  document.querySelector(".answer .table-tools").remove();
  table.replaceWith(anew);
}"""

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")]


@pytest.fixture(scope="module")
def assistant() -> Scripted:
    asked = "各地的装机目标分别是什么？"
    rows = (("青河市", "120万千瓦", 1, "已停止执行"), ("白杨县", "45万千瓦", 3, "期限已满"))
    table = Table(("地区", "装机目标", "有效性"), tuple((Cell(a), Cell(b, (n,)), Cell(c)) for a, b, n, c in rows))
    turned = answer(asked, TARGET, COUNTY, table=table)
    return Scripted({**usual(), asked: working(turned)})


@pytest.fixture(scope="module")
def address(assistant: Scripted) -> Iterator[str]:
    with serving(assistant) as served:
        yield served


def test_a_mark_shows_its_card_when_it_is_pointed_at(visit: Visits, address: str) -> None:
    page = visit(address)
    answered(page, COMPARE)
    page.locator(".sentence .mark-link", has_text="[2]").hover()
    card = page.locator("#hover .card")
    for said in (RIVER.title, str(RIVER.number), str(RIVER.issuer), "2016-05-09", "已停止执行", "条款 二·(一)"):
        expect(card).to_contain_text(said)
    expect(card.locator("mark")).to_have_text(DUTY)
    expect(card.locator("mark")).to_be_in_viewport()
    page.mouse.move(5, 5)
    expect(page.locator("#hover")).to_be_hidden()


def test_a_mark_that_comes_beneath_a_resting_pointer_covers_nothing(visit: Visits, address: str) -> None:
    page = visit(address)
    answered(page, COMPARE)
    mark = page.locator(".sentence .mark-link", has_text="[2]")
    page.mouse.move(640, 5)
    for kind in ("pointerover", "pointermove"):  # what the browser tells when the page scrolls, not the pointer
        mark.dispatch_event(kind, {"pointerType": "mouse", "bubbles": True, "clientX": 640, "clientY": 5})
    expect(page.locator("#hover")).to_be_hidden()
    mark.hover()
    expect(page.locator("#hover .card")).to_be_visible()


def test_the_card_is_copied_as_a_reference(visit: Visits, address: str) -> None:
    page = visit(address)
    answered(page, PIPES_QUESTION)
    page.locator(".sentence .mark-link").hover()
    page.locator("#hover .reference").click()
    expect(page.locator("#told")).to_have_text("已复制引用")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert (
        copied
        == f"《{RIVER.title}》（{RIVER.number}，{RIVER.issuer}，2016-05-09），条款 二·(一)：“{DUTY}”（已停止执行）"
    )


def test_a_pressed_mark_opens_the_whole_plan_at_the_sentence(visit: Visits, address: str) -> None:
    page = visit(address)
    answered(page, COMPARE)
    page.locator(".sentence .mark-link", has_text="[2]").click()
    quote = page.locator("#side #quote")
    expect(quote).to_have_text(DUTY)
    expect(quote).to_be_in_viewport()
    expect(quote).to_be_focused()
    whole = "".join(page.locator("#side .clause").all_text_contents())
    assert re.sub(r"\s", "", whole) == re.sub(r"\s", "", RIVER.text)
    expect(page.locator("#chat .sentence").first).to_be_visible()
    expect(page.locator("#sources")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator("#side")).to_be_hidden()
    expect(page.locator(".sentence .mark-link", has_text="[2]")).to_be_focused()


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_the_clause_tree_is_the_table_of_contents(visit: Visits, address: str, size: tuple[int, int]) -> None:
    page = visit(address, size)
    page.click(".library summary")
    page.click(f".library a >> text={RIVER.title}")
    page.click("#side .toc summary")
    expect(page.locator("#side .toc li")).to_have_text(["一 发展目标", "二 重点任务", "(一) 管网"])
    page.click("#side .toc a >> text=管网")
    clause = page.locator("#side .clause", has_text="东片区")
    expect(clause).to_be_in_viewport()
    expect(clause).to_be_focused()


def test_all_of_it_can_be_done_with_the_keyboard(visit: Visits, address: str) -> None:
    page = visit(address)
    answered(page, PIPES_QUESTION)
    expect(page.locator(".suggestion")).not_to_have_count(0)  # they draw the answer once more, and the focus is gone
    page.locator("#question textarea").focus()
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.className").startswith("mark-link"):
            break
    expect(page.locator("#hover")).to_be_visible()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.locator("#side #quote")).to_be_focused()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.className").startswith("mark-link")


def test_on_a_phone_a_tap_shows_the_card_and_the_card_opens_the_plan(visit: Visits, address: str) -> None:
    page = visit(address, PHONE)
    answered(page, COMPARE)
    page.locator(".sentence .mark-link").first.tap()
    expect(page.locator("#hover.sheet mark")).to_have_text(CLAUSE)
    expect(page.locator("#hover .close")).to_be_in_viewport()
    page.locator("#hover .close").tap()
    expect(page.locator("#hover")).to_be_hidden()
    page.locator(".sentence .mark-link").first.tap()
    page.locator("#hover .open").tap()
    expect(page.locator("#side #quote")).to_have_text(CLAUSE)
    box = page.locator("#side").bounding_box()
    assert box
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, *PHONE)
    page.locator(".side-close").tap()
    expect(page.locator("#side")).to_be_hidden()


def test_a_plan_has_an_address_of_its_own(visit: Visits, address: str) -> None:
    page = visit(address).context.new_page()  # a page of its own: Gradio complains when its page is left
    start = RIVER.text.index(CLAUSE)
    page.goto(f"{address}/plan/{RIVER.id}?start={start}&end={start + len(CLAUSE)}")
    expect(page.locator("#quote")).to_have_text(CLAUSE)
    assert RIVER.title in page.title()


def test_the_checks_are_seen_at_a_glance_and_told_on_demand(visit: Visits, address: str) -> None:
    page = visit(address)
    answered(page, COMPARE)
    glance = page.locator(".checks summary")
    for check in ("数字 ✓", "地区 ✓", "措辞 ✓", "略去 1 句"):
        expect(glance).to_contain_text(check)
    expect(page.locator(".problems li")).to_be_hidden()
    page.click(".problems summary")
    expect(page.locator(".problems li")).to_be_visible()
    glance.click()
    expect(page.locator(".checks li")).to_have_count(3)


def test_targets_are_listed_drawn_sifted_sorted_and_lead_to_their_clause(
    visit: Visits, address: str, tmp_path: Path
) -> None:
    page = visit(address)
    page.click("a.view >> text=指标")
    rows = page.locator("#side tbody tr")
    expect(rows.first).to_be_visible()
    before = rows.count()
    assert before >= 3
    page.fill(".sift-words", "示范园区 青河")
    expect(page.locator("#side tbody tr:visible")).to_have_count(1)
    expect(page.locator("#side tbody tr:visible")).to_contain_text("3个")
    page.fill(".sift-words", "")
    page.locator("#side .sort", has_text="数值").click()
    numbers = [
        float(title)
        for title in page.locator("#side tbody td:nth-child(2)").evaluate_all("all => all.map(c => c.title)")
    ]
    assert numbers == sorted(numbers)
    page.locator("#side .sort", has_text="数值").click()
    expect(page.locator("#side th[aria-sort=descending]")).to_have_count(1)
    with page.expect_download() as download:
        page.click("#side .table-tools >> text=CSV")
    download.value.save_as(tmp_path / "a.csv")
    text = (tmp_path / "a.csv").read_text(encoding="utf-8")
    assert text.startswith('\ufeff"指标","数值","年份","文件","条款"')
    assert "人工智能生成" in text
    page.locator("#side tbody tr", has_text="示范园区").locator("a").click()
    expect(page.locator("#side #quote")).to_contain_text("建成示范园区3个")


def test_plans_are_compared_sorted_and_taken_along(visit: Visits, address: str, tmp_path: Path) -> None:
    page = visit(address)
    page.click("a.view >> text=对比")
    page.click("#side .go")
    expect(page.locator("#side .error")).to_have_text("请选至少两份文件和至少一个方面。")
    for title in (RIVER.title, POPLAR.title):
        page.locator("#side label", has_text=title).locator("input").check()
    page.locator("#side label", has_text="规划期").locator("input").check()
    page.fill("#side input[name=more]", "装机目标")
    page.click("#side .go")
    head = page.locator("#side thead th")
    expect(head).to_have_text(["地区", "规划期", "装机目标", "有效性"])
    expect(page.locator("#side tbody tr").nth(0)).to_contain_text("120万千瓦")
    page.locator("#side .sort", has_text="装机目标").click()
    expect(page.locator("#side tbody th")).to_have_text(["白杨县", "青河市"])
    with page.expect_download() as download:
        page.click("#side .table-tools >> text=Markdown")
    download.value.save_as(tmp_path / "a.md")
    assert "| 白杨县 | 2017–2020 | 45万千瓦 | 期限已满 |" in (tmp_path / "a.md").read_text(encoding="utf-8")


def test_the_table_of_an_answer_can_be_sorted_too(visit: Visits, address: str) -> None:
    page = visit(address)
    answered(page, COMPARE)
    column, names = page.locator(".answer thead th", has_text="青河市"), page.locator(".answer tbody th")
    column.locator(".sort").click()
    expect(names).to_have_text(["装机目标", "管网改造投资"])
    column.locator(".sort").click()
    expect(names).to_have_text(["管网改造投资", "装机目标"])
    page.evaluate(WRITE_ANEW, "装机目标")
    expect(column.locator(".sort")).to_be_visible()
    expect(column).to_have_attribute("aria-sort", "descending")
    expect(names).to_have_text(["管网改造投资", "装机目标"])
