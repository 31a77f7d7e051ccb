"""`python -m ui` as `make run` starts it, with the real models, asked in a real browser on the digests that ship."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from index.settings import ROOT
from tests.browser import Watch, chromium

pytestmark = [pytest.mark.models, pytest.mark.browser]

PATIENCE = 180_000  # ms: the models load at the first question
SCREENSHOTS = ROOT / "runs" / "screenshots"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    settings = {"ZHENGDA_INDEX_DIR": str(tmp_path_factory.mktemp("index") / "index"), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "ui", "--port", "0", "--docs", "data/plans"]
    with subprocess.Popen(
        command, cwd=ROOT, env=os.environ | settings, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as server:
        assert server.stdout
        opened = re.search(r"http://\S+", server.stdout.readline())
        assert opened, "the address is the first thing printed"
        yield opened[0]
        server.terminate()


@pytest.fixture(scope="module")
def page(address: str) -> Iterator[Page]:
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 800}, locale="zh-CN")
        page.set_default_timeout(PATIENCE)
        watch = Watch(page, address)
        page.goto(address)
        expect(page.get_by_text("收录 5 份文件")).to_be_visible(timeout=PATIENCE)
        yield page
        assert watch.complaints == []


def ask(page: Page, question: str) -> str:
    """Type, send, wait until the times of the new answer show; its text."""
    done = page.locator(".answer .small", has_text="用时")
    before = done.count()
    page.locator("#question textarea").fill(question)
    page.get_by_role("button", name="提问", exact=True).click()
    expect(done).to_have_count(before + 1, timeout=PATIENCE)
    return page.locator(".answer").last.inner_text()


def picture(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=Path(SCREENSHOTS) / f"real-{name}.png")


def test_lead_unit_at_its_clause(page: Page) -> None:
    assert "市教育局牵头" in ask(page, "东莞的“互联网+教育”由哪个部门牵头？")
    mark = page.locator(".answer").last.locator(".mark-link").first
    mark.hover()
    expect(page.locator("#hover .card")).to_contain_text("三·(四)·8")
    mark.click()
    expect(page.locator("#side #quote")).to_contain_text("市教育局牵头")
    expect(page.locator("#side .clause.marked")).to_contain_text("互联网+教育")
    picture(page, "lead")
    page.keyboard.press("Escape")


def test_each_suggestion_is_answered(page: Page) -> None:
    ask(page, "东莞的“互联网+教育”由哪个部门牵头？")
    suggestions = page.locator(".answer").last.locator(".suggestion")
    expect(suggestions.first).to_be_visible(timeout=PATIENCE)  # they are asked first, beside a model that loads
    for text in suggestions.all_text_contents():
        ask(page, text)
        expect(page.locator(".answer").last.locator(".refusal")).to_have_count(0)
        expect(page.locator(".answer").last.locator(".sentence").first).to_be_visible()


def test_figure_with_the_kind_of_its_source(page: Page) -> None:
    shown = ask(page, "杭州到2018年要认定多少家众创空间？")
    assert "60家" in shown
    assert "新闻报道" in shown
    picture(page, "figure")


def test_stopped_plan_says_so(page: Page) -> None:
    assert "已停止执行" in ask(page, "绍兴到2020年要建成多少个农村电商服务点？")
    picture(page, "stopped")


def test_place_outside_the_index_is_refused(page: Page) -> None:
    shown = ask(page, "苏州的目标是什么？")
    assert "没有苏州的计划" in shown
    assert page.locator(".answer").last.locator(".mark-link").count() == 0
    picture(page, "refused")


def test_comparison_is_a_table(page: Page) -> None:
    ask(page, "东莞和绍兴的教育分别由谁牵头？")
    expect(page.locator(".answer").last.locator("table")).to_contain_text("东莞市")
    picture(page, "compared")


def test_targets_and_comparison_of_the_plans(page: Page) -> None:
    page.locator("a.view", has_text="指标").click()
    expect(page.locator("#side tbody tr", has_text="众创空间").first).to_be_visible()
    expect(page.locator("#side svg rect").first).to_be_visible()
    picture(page, "targets")
    page.locator("a.view", has_text="对比").click()
    for place in ("东莞市", "绍兴市"):
        page.locator("#side label", has_text=place).first.locator("input").check()
    page.fill("#side input[name=more]", "众创空间")
    page.click("#side .go")
    expect(page.locator("#side thead")).to_contain_text("众创空间")
    expect(page.locator("#side tbody tr").first).to_contain_text("50家以上")
    picture(page, "side-by-side")
    page.keyboard.press("Escape")
