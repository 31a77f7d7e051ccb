"""ZIP, folder tree, list of addresses: many files at once, each with its own result."""

from __future__ import annotations

import threading
import zipfile
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from time import sleep

import pytest

from index.readers import fetch as module
from index.readers.fetch import fetch
from index.readers.files import RawText, UnreadableFile, read_address, read_folder
from index.readers.reading import Limits, Reason, Refused
from index.readers.sandbox import Sandbox
from tests.files import docx_of, html, package

TEXT = "台州市渔村改造方案\n一、目标\n到2028年，改造渔村40个。\n"


def results(folder: Path) -> dict[str, str]:
    """Of each file of the folder its text's first line, or its reason."""
    return {
        r.source: r.reason.name if isinstance(r, UnreadableFile) else r.text.split("\n")[0] for r in read_folder(folder)
    }


def test_each_file_in_an_archive_is_read(tmp_path: Path) -> None:
    (tmp_path / "包.zip").write_bytes(
        package(
            {
                "甲.txt": TEXT, "附件/乙.docx": docx_of(TEXT), "附件/坏.pdf": "%PDF-1.4", ".隐": TEXT,
                "__MACOSX/甲.txt": TEXT, "README.md": TEXT, "../丙.txt": TEXT, "内.zip": package({"丁.txt": TEXT}),
            }
        )
    )  # fmt: skip
    title = "台州市渔村改造方案"
    assert results(tmp_path) == {
        "包.zip/丙.txt": title, "包.zip/内.zip/丁.txt": title, "包.zip/甲.txt": title,
        "包.zip/附件/乙.docx": title, "包.zip/附件/坏.pdf": "DAMAGED",
    }  # fmt: skip


def test_names_in_gbk(tmp_path: Path) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("AAAA.txt", TEXT)
    name = "渔村".encode("gbk")
    (tmp_path / "包.zip").write_bytes(out.getvalue().replace(b"AAAA", name))
    assert list(results(tmp_path)) == ["包.zip/渔村.txt"]


def nested(levels: int) -> bytes:
    data = package({"甲.txt": TEXT})
    for _ in range(levels):
        data = package({"内.zip": data})
    return data


BAD = {
    "empty": (package({}), "EMPTY"),
    "cut short": (package({"甲.txt": TEXT})[:-30], "DAMAGED"),
    "too many": (package({f"{n}.txt": "渔" for n in range(2001)}), "TOO_LARGE"),
    "bomb": (package({"甲.txt": b"0" * (40 << 20)}), "HOSTILE"),
}


@pytest.mark.parametrize(("data", "reason"), BAD.values(), ids=BAD)
def test_archives_that_cannot_be_used(tmp_path: Path, data: bytes, reason: str) -> None:
    (tmp_path / "包.zip").write_bytes(data)
    assert results(tmp_path) == {"包.zip": reason}


def test_archives_in_archives_have_an_end(tmp_path: Path) -> None:
    (tmp_path / "包.zip").write_bytes(nested(1))
    assert list(results(tmp_path).values()) == ["台州市渔村改造方案"]
    (tmp_path / "包.zip").write_bytes(nested(6))
    assert list(results(tmp_path).values()) == ["HOSTILE"]


def test_an_encrypted_entry_is_refused_and_the_others_read(tmp_path: Path) -> None:
    data = bytearray(package({"甲.txt": TEXT, "乙.txt": TEXT}, zipfile.ZIP_STORED))
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(sign) + offset] |= 1
    (tmp_path / "包.zip").write_bytes(data)
    assert results(tmp_path) == {"包.zip/乙.txt": "台州市渔村改造方案", "包.zip/甲.txt": "ENCRYPTED"}


def test_files_of_one_name_in_two_folders(tmp_path: Path) -> None:
    for place in ("东", "西"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "甲.txt").write_text(f"{place}{TEXT}", encoding="utf-8")
    assert set(results(tmp_path)) == {"东/甲.txt", "西/甲.txt"}


PAGE = html(f"<div><p>{TEXT.replace(chr(10), '</p><p>')}</p></div>")


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path.startswith("/to"):
            self.send_response(302)
            self.send_header("Location", self.path.partition("=")[2])
            self.end_headers()
        elif self.path == "/missing":
            self.send_error(404)
        else:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            if self.path == "/slow":
                for _ in range(50):
                    self.wfile.write(b" ")
                    self.wfile.flush()
                    sleep(0.1)
            elif self.path == "/large":
                for _ in range(300):
                    self.wfile.write(b"x" * 10_000)
            else:
                self.wfile.write(PAGE)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Site) as server:
        server.daemon_threads = True
        server.handle_error = lambda *args: None  # type: ignore[method-assign,assignment]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_list_of_addresses(tmp_path: Path, site: str) -> None:
    (tmp_path / "网址.txt").write_text(f"# 渔村\n{site}/页面\n\n{site}/missing\n", encoding="utf-8")
    assert results(tmp_path) == {f"{site}/页面": "台州市渔村改造方案", f"{site}/missing": "UNREACHABLE"}


def test_a_list_inside_an_archive_is_not_fetched(tmp_path: Path, site: str) -> None:
    (tmp_path / "包.zip").write_bytes(package({"网址.txt": f"{site}/页面\n"}))
    assert results(tmp_path) == {"包.zip/网址.txt": "HOSTILE"}


def test_an_address(site: str) -> None:
    (raw,) = read_address(f"{site}/a?b=c")
    assert isinstance(raw, RawText)
    assert raw.source == f"{site}/a?b=c"
    assert fetch(f"{site}/to=/页面", Limits()) == PAGE


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/slow", Reason.TOO_SLOW), ("/large", Reason.TOO_LARGE), ("/missing", Reason.UNREACHABLE),
        ("/to=file:///etc/passwd", Reason.HOSTILE), ("/to=ftp://127.0.0.1/a", Reason.HOSTILE),
        ("/to=/to=/to=/to=/to=/to=/to=/a", Reason.UNREACHABLE), ("/to=http://[::1/", Reason.UNREACHABLE),
    ],
)  # fmt: skip
def test_addresses_that_cannot_be_had(site: str, path: str, reason: Reason) -> None:
    with pytest.raises(Refused) as refused:
        fetch(site + path, Limits(size=1 << 20), seconds=1)
    assert refused.value.reason is reason


@pytest.mark.parametrize(
    "inside", ["127.0.0.1", "localhost", "10.0.0.8", "169.254.169.254", "[::1]", "[::ffff:10.0.0.8]"]
)
def test_a_redirect_never_leads_inside(site: str, inside: str) -> None:
    with pytest.raises(Refused, match="内部网络") as refused:
        fetch(f"{site}/to=http://{inside}:9/secret", Limits(), seconds=2)
    assert refused.value.reason is Reason.HOSTILE


@pytest.mark.parametrize("address", ["file:///etc/passwd", "gopher://a", "渔村", "http://", "javascript:alert(1)"])
def test_other_schemes_are_refused(address: str) -> None:
    with pytest.raises(Refused):
        fetch(address, Limits())


def test_what_is_public() -> None:
    assert module._public("8.8.8.8")
    assert not any(
        map(module._public, ("192.168.1.1", "100.64.0.1", "::ffff:127.0.0.1", "fe80::1%eth0", "224.0.0.1", "0.0.0.0"))
    )


def test_the_limits_of_a_sandbox_hold_for_addresses(site: str) -> None:
    with closing(Sandbox(Limits(size=100))) as sandbox:
        (refused,) = read_address(f"{site}/a", sandbox)
    assert isinstance(refused, UnreadableFile)
    assert (refused.reason, refused.source) == (Reason.TOO_LARGE, f"{site}/a")
