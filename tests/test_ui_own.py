"""The reader's own files: put, previewed, asked, removed; and nobody else's business."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import DESKTOP, PHONE, PIPES_QUESTION, RIVER, Scripted, Visits, answered, ask, serving, usual
from ui.own import FILES, MEGABYTES, SENTENCES

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")]

TITLE = "松岭县乡村道路养护办法"
TEXT = f"""松政办〔2023〕7号
关于印发《{TITLE}》的通知
各乡镇人民政府:
现将《{TITLE}》印发给你们，请遵照执行。
松岭县人民政府办公室
2023年4月6日
{TITLE}
一、养护目标
到2026年，全县乡村道路优良率达到92%，建成养护站15个。
二、职责
(一)路面修补。发现坑槽后三日内修补。(县交通局牵头，县财政局配合)
"""
QUESTION = f"{TITLE}说了什么？"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving(Scripted(usual())) as served:
        yield served


def upload(page: Page, *files: tuple[str, bytes]) -> None:
    payload = [{"name": name, "mimeType": "text/plain", "buffer": data} for name, data in files]
    page.set_input_files("#side .put input", payload)  # type: ignore[arg-type]


def opened(visit: Visits, address: str, size: tuple[int, int] = DESKTOP) -> Page:
    page = visit(address, size)
    page.click("a.view.own")
    expect(page.locator("#side .put")).to_be_visible()
    return page


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_what_was_understood_is_previewed_and_can_be_asked(visit: Visits, address: str, size: tuple[int, int]) -> None:
    page = opened(visit, address, size)
    upload(page, ("养护.txt", TEXT.encode()))
    file = page.locator("#side .own-file")
    for said in (TITLE, "松政办〔2023〕7号", "2023-04-06", "指标 2 个", "分工 1 条"):
        expect(file).to_contain_text(said)
    file.locator("summary").click()
    expect(file.locator("li")).to_have_text(["一 养护目标", "二 职责", "(一) 路面修补"])
    page.click(".side-close")
    expect(page.locator(".library summary")).to_have_text("收录 3 份文件")
    answered(page, QUESTION)
    expect(page.locator(".sentence")).to_contain_text("县交通局牵头")
    if size == PHONE:
        page.locator(".mark-link").tap()
        page.locator("#hover .open").tap()
    else:
        page.locator(".mark-link").click()
    expect(page.locator("#side #quote")).to_contain_text("县交通局牵头")


def test_nobody_else_sees_it_or_gets_answers_from_it(visit: Visits, address: str) -> None:
    visit.expected = ("404",)
    mine = opened(visit, address)
    upload(mine, ("养护.txt", TEXT.encode()))
    expect(mine.locator("#side .own-file")).to_have_count(1)
    document = mine.locator("#side .own-file").get_attribute("id")
    assert document
    other = visit(address)
    expect(other.locator(".library summary")).to_have_text("收录 2 份文件")
    ask(other, QUESTION)
    expect(other.locator(".answer .error")).to_be_visible()  # the script of the file is not this reader's
    other.click("a.view.own")
    expect(other.locator("#side .own-file")).to_have_count(0)
    reply = other.request.get(f"{address}/plan/{document.removeprefix('file-')}")
    assert reply.status == 404
    other.click("a.view >> text=指标")
    expect(other.locator("#side tbody")).not_to_contain_text("养护站")
    mine.click("a.view >> text=指标")
    expect(mine.locator("#side tbody")).to_contain_text("养护站")


def test_it_can_be_removed(visit: Visits, address: str) -> None:
    page = opened(visit, address)
    upload(page, ("养护.md", TEXT.encode()))
    expect(page.locator("#side .own-file")).to_have_count(1)
    answered(page, QUESTION)
    page.click("#side .remove")
    expect(page.locator(".answer .error")).to_have_text("所引文件已更新或移除，请重新回答。")
    expect(page.locator("#side .own-file")).to_have_count(0)
    expect(page.locator(".library summary")).to_have_text("收录 2 份文件")
    expect(page.locator("#sources .card")).to_have_count(0)
    answered(page, PIPES_QUESTION, 2)


@pytest.mark.parametrize(
    ("name", "data", "status", "said"),
    [
        ("大.txt", b"x" * ((MEGABYTES << 20) + 1), "413", "文件过大"),
        ("长.txt", ("某县规划\n一、目标\n" + "建设道路。" * (SENTENCES + 1)).encode(), "413", "太长"),
        ("空.txt", b"  ", "422", "空"),
        ("图.png", b"\x89PNG\r\n\x1a\n", "422", "图.png"),
        ("旧.doc", b"{\\rtf1 a}", "422", "只收 .txt"),
        ("坏.pdf", b"%PDF-1.7\n", "422", "坏.pdf"),
        ("网.txt", b"http://127.0.0.1:9/a\n", "422", "只收 .txt"),
        ("包.zip", b"PK\x05\x06" + bytes(18), "422", "只收 .txt"),
        ("乱.txt", b"\x00\x01\x02", "422", "二进制"),
        ("英文.txt", b"only English words stand here", "422", "汉字"),
    ],
)
def test_bad_input_is_told_plainly(visit: Visits, address: str, name: str, data: bytes, status: str, said: str) -> None:
    visit.expected = (status,)
    page = opened(visit, address)
    upload(page, (name, data))
    expect(page.locator("#side .refused .error")).to_contain_text(said)
    expect(page.locator("#side .refused .error")).to_contain_text(name)
    expect(page.locator("#side .own-file")).to_have_count(0)


def test_a_document_that_is_loaded_is_not_taken_twice_and_there_is_a_most(visit: Visits, address: str) -> None:
    visit.expected = ("409",)
    page = opened(visit, address)
    upload(page, *((f"{n}.txt", f"{TEXT}{'。' * n}".encode()) for n in range(FILES)))
    expect(page.locator("#side .own-file")).to_have_count(FILES)
    upload(page, ("再来.txt", (TEXT + "再来。").encode()))
    expect(page.locator("#side .refused .error")).to_have_text(f"最多放 {FILES} 份文件，请先移除一份。")
    page.locator("#side .remove").first.click()
    expect(page.locator("#side .own-file")).to_have_count(FILES - 1)
    upload(page, ("又.txt", (TEXT + "。").encode()))
    expect(page.locator("#side .refused .error")).to_contain_text("已经收录")


def test_nothing_is_left_on_disk(visit: Visits, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    page = opened(visit, address)
    upload(page, ("养护.txt", TEXT.encode()))
    expect(page.locator("#side .own-file")).to_have_count(1)
    assert list(tmp_path.iterdir()) == []
    assert RIVER.title not in page.locator("#side main").inner_text()
