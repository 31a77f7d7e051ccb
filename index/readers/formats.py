"""The formats that can be read, and which of them a file is: by its content; its name decides between texts only."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath

from index.readers.reading import Reason, Refused

_HEAD = 4096
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHER = (
    (b"\x89PNG", "图片"), (b"\xff\xd8\xff", "图片"), (b"GIF8", "图片"), (b"II*\x00", "图片"), (b"MM\x00*", "图片"),
    (_OLE, "电子表格、演示文稿之类"), (b"Rar!", "RAR 压缩包"), (b"7z\xbc\xaf", "7z 压缩包"), (b"\x1f\x8b", "gzip 压缩包"), (b"\x7fELF", "程序"), (b"MZ", "程序"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Format:
    """One format: its name for the user, the name endings it goes by, how its bytes show it, the module that reads it.

    The module has `read(source: Source) -> Reading`, or `-> Iterator[Member]` for files that hold files; both raise Refused.
    """

    name: str
    endings: tuple[str, ...]
    shows: Callable[[bytes, str], bool]
    module: str


def _entries(data: bytes) -> frozenset[str]:
    """Names in the ZIP directory of `data`; none if it is no ZIP."""
    if not data.startswith(b"PK\x03\x04"):
        return frozenset()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return frozenset(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RecursionError, EOFError):
        return frozenset()


def _named(*endings: str) -> Callable[[bytes, str], bool]:
    return lambda data, name: name.lower().endswith(endings)


def _is_html(data: bytes, name: str) -> bool:
    head = data[:_HEAD].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<head", b"<body")):
        return True
    opens = head.startswith((b"<?xml", b"<!--", b"<meta", b"<div", b"<p>", b"<table", b"<script"))
    return opens and (b"<html" in head or name.lower().endswith((".html", ".htm")))


def _is_old_word(data: bytes, name: str) -> bool:
    """RTF, or a compound file with a text in it; spreadsheets and slides are compound files too."""
    if data.startswith(b"{\\rtf"):
        return True
    streams = ("WordDocument", "EncryptedPackage", "WpsDocument")
    return data.startswith(_OLE) and any(stream.encode("utf-16-le") in data for stream in streams)


def _is_addresses(data: bytes, name: str) -> bool:
    lines = [line.strip() for line in data.removeprefix(b"\xef\xbb\xbf").splitlines()]
    wanted = [line for line in lines if line and not line.startswith(b"#")]
    return bool(wanted) and all(re.fullmatch(rb"(?i)https?://\S+", line) for line in wanted)


def _holds(entry: str) -> Callable[[bytes, str], bool]:
    return lambda data, name: entry in _entries(data)


FORMATS = (
    Format("TXT", (".txt",), lambda data, name: False, "plain_text"),
    Format("PDF", (".pdf",), lambda data, name: re.search(rb"%PDF-\d\.\d", data[:1024]) is not None, "pdf"),
    Format("OFD", (".ofd",), _holds("OFD.xml"), "ofd"),
    Format("DOCX", (".docx",), _holds("word/document.xml"), "word"),
    Format("旧式 Word", (".doc", ".wps", ".rtf"), _is_old_word, "old_word"),
    Format("ZIP", (".zip",), lambda data, name: data.startswith((b"PK\x03\x04", b"PK\x05\x06")), "archive"),
    Format("网址", (".urls", ".url"), _is_addresses, "addresses"),
    Format("网页", (".html", ".htm"), _is_html, "web_page"),
    Format("Markdown", (".md", ".markdown"), _named(".md", ".markdown"), "markdown"),
)
"""In the order in which they are tried; the first, plain text, is what a file is that shows nothing else."""


def format_of(name: str, data: bytes) -> Format:
    """The format of `data`; raises Refused for one that cannot be read."""
    for entry, what in (("xl/workbook.xml", "电子表格"), ("ppt/presentation.xml", "演示文稿")):
        if entry in _entries(data):
            raise Refused(Reason.UNSUPPORTED, f"这是{what}，暂不支持。请转成 {endings()} 再放入。")
    for known in FORMATS:
        if known.shows(data, name):
            return known
    for start, what in _OTHER:
        if data.startswith(start):
            raise Refused(Reason.UNSUPPORTED, f"这是{what}，暂不支持。请转成 {endings()} 再放入。")
    return FORMATS[0]


def misnamed(name: str, found: Format) -> str | None:
    """A word to the user about a name that ends like another format's."""
    ending = PurePath(name).suffix.lower()
    if ending and ending not in found.endings and any(ending in known.endings for known in FORMATS):
        return f"扩展名是 {ending}，内容是 {found.name}，按内容读取"
    return None


def endings() -> str:
    """All name endings, for messages."""
    return "、".join(dict.fromkeys(ending for known in FORMATS for ending in known.endings))
