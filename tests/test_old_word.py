"""Old DOC through LibreOffice: a stand-in for it, since no test needs the real one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from index.readers.files import RawText, UnreadableFile, read_file
from index.readers.reading import Reason
from index.readers.sandbox import Sandbox
from tests.files import docx_of

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "WordDocument".encode("utf-16-le") + bytes(500)
OFFICE = f"""#!{sys.executable}
import sys
from pathlib import Path
assert "--headless" in sys.argv and Path(sys.argv[-1]).read_bytes()
out = Path(sys.argv[sys.argv.index("--outdir") + 1])
out.mkdir()
(out / "in.docx").write_bytes({docx_of("金华市火腿质量管理办法")!r})
"""


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with closing(Sandbox()) as box:
        yield box


def of(folder: Path, data: bytes, box: Sandbox, name: str = "甲.doc") -> RawText | UnreadableFile:
    (folder / name).write_bytes(data)
    (found,) = read_file(folder / name, name, box)
    return found


def install(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put `script` on the path as soffice, alone."""
    programs = folder / "bin"
    programs.mkdir()
    (programs / "soffice").write_text(script, encoding="utf-8")
    (programs / "soffice").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))


@pytest.mark.parametrize("data", [OLD, rb"{\rtf1 \u37329?}"], ids=["doc", "rtf"])
def test_it_is_converted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, data: bytes) -> None:
    install(tmp_path, OFFICE, monkeypatch)
    found = of(tmp_path, data, sandbox)
    assert isinstance(found, RawText)
    assert (found.text, found.format) == ("金华市火腿质量管理办法\n", "旧式 Word")


@pytest.mark.parametrize(
    ("script", "data", "reason"),
    [
        (None, OLD, Reason.NO_TOOL),
        ("#!/bin/sh\nexit 1\n", OLD, Reason.DAMAGED),
        (OFFICE, OLD + "EncryptedPackage".encode("utf-16-le"), Reason.ENCRYPTED),
        (OFFICE, OLD.replace(b"W", b"V"), Reason.UNSUPPORTED),
    ],
    ids=["not installed", "fails", "encrypted", "no text document"],
)
def test_what_cannot_be_converted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, script: str | None, data: bytes, reason: Reason
) -> None:
    if script is None:
        monkeypatch.setenv("PATH", str(tmp_path))
    else:
        install(tmp_path, script, monkeypatch)
    refused = of(tmp_path, data, sandbox)
    assert isinstance(refused, UnreadableFile)
    assert refused.reason is reason
    assert "请" in str(refused)
