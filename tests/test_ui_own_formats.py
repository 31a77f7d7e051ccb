"""What files the page takes, by its addresses alone."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from PIL import Image

from tests.browser import Scripted, usual
from tests.files import docx_of, html, ofd, pdf, wrapped
from ui import own
from ui.desk import Desk, Desks

TEXT = """松岭县乡村道路养护办法
一、养护目标
到2026年，全县乡村道路优良率达到92%，建成养护站15个。
二、职责
(一)路面修补。发现坑槽后三日内修补。(县交通局牵头，县财政局配合)
"""
Put = Callable[[str, bytes], tuple[int, str]]


@pytest.fixture
def put() -> Put:
    assistant, desks, app = Scripted(usual()), Desks(), FastAPI()
    app.include_router(own.routes(assistant, desks))
    desk = desks.add(Desk(assistant))
    client = TestClient(app)

    def put(name: str, data: bytes) -> tuple[int, str]:
        reply = client.put(f"/own/{desk.token}", params={"name": name}, content=data)
        return reply.status_code, reply.text

    return put


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("养护.docx", docx_of(TEXT)),
        ("养护.pdf", pdf([wrapped(TEXT, 26)])),
        ("养护.html", html("".join(f"<p>{line}</p>" for line in TEXT.splitlines()))),
        ("养护.ofd", ofd([wrapped(TEXT, 26)])),
    ],
)
def test_office_files_and_web_pages_are_understood(put: Put, name: str, data: bytes) -> None:
    status, page = put(name, data)
    assert status == 200
    assert "指标 2 个、分工 1 条" in page
    assert "按内容读取" not in page


def test_how_a_file_was_read_is_told(put: Put) -> None:
    status, page = put("养护.txt", docx_of(TEXT))
    assert status == 200
    assert "扩展名是 .txt，内容是 DOCX，按内容读取" in page


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("旧.doc", b"{\\rtf1 a}"),
        ("旧.docx", b"{\\rtf1 a}"),
        ("包.zip", b"PK\x05\x06" + bytes(18)),
        ("网.txt", b"http://127.0.0.1:9/a\n"),
        ("图.pdf", b"\x89PNG\r\n\x1a\n"),
    ],
)
def test_what_may_fetch_or_hold_others_is_refused_by_its_content(put: Put, name: str, data: bytes) -> None:
    kinds = ".txt、.pdf、.ofd、.docx、.html、.htm、.md、.markdown"
    assert put(name, data) == (422, f"{name}：页面上只收 {kinds} 文件。请转成其中一种再放入。")


def test_a_broken_file_is_told_and_the_next_is_read(put: Put) -> None:
    status, said = put("坏.pdf", b"%PDF-1.7\n")
    assert (status, said.partition("：")[0]) == (422, "坏.pdf")
    assert put("养护.docx", docx_of(TEXT))[0] == 200


def test_a_file_of_many_scanned_pages_is_too_much(put: Put) -> None:
    picture = io.BytesIO()
    Image.new("L", (60, 80), 255).save(picture, "JPEG")
    status, said = put("扫描.pdf", pdf([[]] * (own.LIMITS.scanned_pages + 1), image=picture.getvalue()))
    assert status == 422
    assert f"上限 {own.LIMITS.scanned_pages} 页" in said
