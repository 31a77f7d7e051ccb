"""How it looks: legible, within the screen, in light and dark, on a desktop, a tablet and a phone; pictures in runs/screenshots."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser import (
    COMPARE,
    DESKTOP,
    PHONE,
    PIPES_QUESTION,
    SCREENSHOTS,
    WEATHER,
    Scripted,
    Visits,
    answered,
    serving,
    usual,
)

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")]

TABLET = (820, 1180)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving(Scripted(usual())) as served:
        yield served


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, TABLET, PHONE], ids=["desktop", "tablet", "phone"])
def test_legible_and_within_the_screen(visit: Visits, address: str, size: tuple[int, int], scheme: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page = visit(address, size, scheme)
    expect(page.locator("#chat .example")).to_have_count(3)

    def look(name: str) -> None:
        page.wait_for_timeout(300)
        page.screenshot(path=SCREENSHOTS / f"{size[0]}-{scheme}-{name}.png")
        seen = page.evaluate(CONTRAST)
        assert seen["weak"] == []
        assert (sum(int(n) for n in seen["ground"][4:-1].split(",")) > 384) == (scheme == "light")
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        inside = "all => all.every(n => n.getBoundingClientRect().right <= innerWidth)"
        assert page.eval_on_selector_all("#side:not([hidden]) .side-page, #hover:not([hidden])", inside)

    look("1-open")
    answered(page, WEATHER)
    answered(page, COMPARE, 2)
    look("2-answered")
    page.click(".checks summary")
    page.click(".problems summary")
    page.locator("#turn-2 .tool.dislike").click()
    look("3-checks")
    mark = page.locator(".sentence .mark-link").first
    if size[0] < DESKTOP[0]:
        mark.tap()
        look("4-card")
        page.locator("#hover .open").tap()
    else:
        mark.hover()
        look("4-card")
        mark.click()
    expect(page.locator("#side #quote")).to_be_visible()
    look("5-plan")
    page.keyboard.press("Escape")
    for n, (name, ready) in enumerate(
        (("指标", "#side svg, #side tbody"), ("对比", "#side form.compare"), ("我的文件", "#side .put")), 6
    ):
        page.locator(".view", has_text=name).click()
        expect(page.locator(ready).first).to_be_visible()
        look(f"{n}-side")
        page.keyboard.press("Escape")
    page.locator(".view", has_text="概览").click()
    page.locator("#side .overviews a").first.click()
    expect(page.locator("#side #overview")).to_be_visible()
    look("9-overview")
    page.keyboard.press("Escape")
    page.click(".view.history")
    look("9-history")
    page.keyboard.press("Escape")
    page.click("#filters button")
    look("10-filters")


def test_touch_targets_are_large_enough(visit: Visits, address: str) -> None:
    """At least 24 by 24 CSS pixels, WCAG 2.2 success criterion 2.5.8; links within a sentence are exempt."""
    page = visit(address, PHONE)
    answered(page, PIPES_QUESTION)
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, a.tool, a.view, summary, input, textarea")]
          .filter((node) => node.checkVisibility({ visibilityProperty: true }))
          .map((node) => [node.outerHTML.slice(0, 80), node.getBoundingClientRect()])
          .filter(([, box]) => box.width > 1 && (box.width < 24 || box.height < 24)).map(([html]) => html)"""
    )
    assert small == []


def names(page: Page) -> list[str]:
    return page.evaluate(  # type: ignore[no-any-return]
        """() => [...document.querySelectorAll("button, a[href], input, textarea, select")]
          .filter((node) => node.checkVisibility({ visibilityProperty: true }))
          .filter((node) => !(node.getAttribute("aria-label") || node.textContent.trim() || node.labels?.length
                              || node.title || node.placeholder))
          .map((node) => node.outerHTML.slice(0, 120))"""
    )


def test_everything_that_can_be_pressed_has_a_name(visit: Visits, address: str) -> None:
    page = visit(address)
    answered(page, COMPARE)
    assert names(page) == []
    page.click("a.view >> text=指标")
    expect(page.locator("#side table.ready")).to_be_visible()
    assert names(page) == []
