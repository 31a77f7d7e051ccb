"""More than three hundred broken and hostile files at once: each has its reason or its text, none stops the others.

All are made here from files made here: cut short, with bytes turned over, by wrong names, two formats in one, bombs.
"""

from __future__ import annotations

import random
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from index.build import build
from index.check import Checked, checked
from index.readers.files import RawText, UnreadableFile, read_folder
from index.readers.reading import Limits
from index.readers.sandbox import Sandbox
from index.store.embed import HashEmbedder
from tests.files import docx, docx_of, html, ofd, package, paragraph, pdf, wrapped

TEXT = (
    "湖州市丝绸产业振兴办法\n为了振兴丝绸产业，保护桑蚕资源，根据有关规定，结合本市实际，制定本办法。\n"
    "一、目标\n（一）到2029年，桑园面积稳定在6万亩。\n（二）培育丝绸企业45家。\n二、保障\n每年安排资金3000万元。\n"
)
TABLE = "<table><tr><th>镇</th><th>亩</th></tr><tr><td>练市</td><td>900</td></tr></table>"
LIMITS = Limits(seconds=8, recognition_seconds=15, unpacked=100 << 20)
SLOWEST = 20.0


def sound() -> dict[str, bytes]:
    """A whole file of each format."""
    page = wrapped(TEXT, 26)
    lines = [(30.0, 30.0 + 8 * n, 5.0, line[:30]) for n, line in enumerate(TEXT.splitlines())]
    numbered = docx("".join(paragraph(line) for line in TEXT.splitlines()) + "<w:tbl><w:tr><w:tc/></w:tr></w:tbl>")
    return {
        "甲.txt": TEXT.encode(),
        "乙.txt": TEXT.encode("gb18030"),
        "甲.md": f"# {TEXT}".encode(),
        "甲.html": html(f"<div><p>{TEXT.replace(chr(10), '</p><p>')}</p>{TABLE}</div>"),
        "甲.docx": numbered,
        "甲.pdf": pdf([page, page, page], rules=[(90.0, 400.0, 300.0, 0.8)] * 8),
        "甲.ofd": ofd([lines, lines]),
        "甲.zip": package({"内/甲.txt": TEXT, "内/乙.docx": docx_of(TEXT)}),
    }


def cut_short(chance: random.Random) -> Iterator[tuple[str, bytes]]:
    for name, data in sound().items():
        for n in range(11):
            yield f"截{n}_{name}", data[: chance.randrange(1, len(data))]


def turned_over(chance: random.Random) -> Iterator[tuple[str, bytes]]:
    for name, data in sound().items():
        for n in range(18):
            broken = bytearray(data)
            for _ in range(chance.choice((1, 3, 30, 300))):
                broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
            yield f"翻{n}_{name}", bytes(broken)


def stuffed(chance: random.Random) -> Iterator[tuple[str, bytes]]:
    """A stretch of noise put in, a stretch said twice, a stretch taken out."""
    for name, data in sound().items():
        for n in range(3):
            at, size = chance.randrange(len(data)), chance.randrange(1, 400)
            yield f"塞{n}_{name}", data[:at] + chance.randbytes(size) + data[at:]
            yield f"重{n}_{name}", data[:at] + data[at : at + size] * 5 + data[at:]
            yield f"缺{n}_{name}", data[:at] + data[at + size :]


def wrongly_named(chance: random.Random) -> Iterator[tuple[str, bytes]]:
    del chance
    files = sound()
    endings = [Path(name).suffix for name in files]
    for n, (name, data) in enumerate(files.items()):
        for other in {endings[(n + 2) % len(endings)], ".exe", ""}:
            yield f"名_{name.replace('.', '')}{other}", data


def two_in_one(chance: random.Random) -> Iterator[tuple[str, bytes]]:
    del chance
    files = sound()
    for first in ("甲.pdf", "甲.html", "甲.txt"):
        for second in ("甲.zip", "甲.docx", "甲.pdf", "甲.html"):
            if first != second:
                yield f"合_{first[0]}{first[2:]}{second[2:]}{Path(first).suffix}", files[first] + files[second]


def bombs(chance: random.Random) -> Iterator[tuple[str, bytes]]:
    del chance
    nested = TEXT.encode()
    for _ in range(12):
        nested = package({"内.zip": nested})
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "丝绸"}">' for n in range(12))
    w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    yield "弹0.docx", package({"word/document.xml": "<!DOCTYPE a [<!ENTITY b '丝绸'>]><a>&b;</a>"})
    yield "弹1.docx", package({"word/document.xml": f"<!DOCTYPE a [{entities}]><a>&e11;</a>"})
    yield "弹2.docx", package({"word/document.xml": b"<a>" + b"\xe4\xb8\x9d" * (30 << 20) + b"</a>"})
    yield "弹3.docx", docx("<w:tbl>" * 3000)
    yield "弹4.docx", docx("".join(f"<w:p><w:r><w:t>{n}丝</w:t></w:r></w:p>" for n in range(120_000)))
    yield "弹5.docx", docx("<w:tbl>" + f"<w:tr>{'<w:tc/>' * 500}</w:tr>" * 500 + "</w:tbl>")
    yield (
        "弹6.docx",
        package(
            {
                "word/document.xml": f"<w:document {w}><w:body><w:p/></w:body></w:document>",
                **{f"{n}": "" for n in range(3000)},
            }
        ),
    )
    yield "弹7.docx", package({"word/document.xml": '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a/>'})
    yield "弹1.zip", nested
    yield "弹2.zip", package({f"{n}.txt": b"\0" * (1 << 20) for n in range(99)})
    yield "弹3.zip", package({f"{n}": "丝" for n in range(5000)}, zipfile.ZIP_STORED)
    yield "弹1.ofd", package({"OFD.xml": f"<!DOCTYPE a [{entities}]><OFD>&e11;</OFD>"})
    yield "弹2.ofd", package({"OFD.xml": "<OFD><DocRoot>OFD.xml</DocRoot></OFD>"})
    yield (
        "弹3.ofd",
        package(
            {
                "OFD.xml": "<OFD><DocRoot>D.xml</DocRoot></OFD>",
                "D.xml": "<D>" + '<Page BaseLoc="D.xml"/>' * 3000 + "</D>",
            }
        ),
    )
    yield "弹1.html", html("<div>" * 100_000)
    yield "弹2.html", html("<table>" + f"<tr>{'<td rowspan=1000 colspan=1000>丝' * 60}</tr>" * 60 + "</table>")
    yield "弹3.html", html("<p>丝绸</p>" * 60_000)
    yield "弹4.html", html("<div>" + "<span>丝<b>绸</b>" * 20_000)
    yield "弹1.txt", "丝".encode() * 6_000_000
    yield "弹2.txt", "（".encode() * 400_000
    yield "弹3.txt", ("一、丝\n" * 60_000).encode()
    yield "弹4.txt", ("目录\n丝绸产业\n" * 20_000).encode()
    yield "弹5.txt", ("湖州市丝绸局\n2020年1月2日\n" * 10_000).encode()
    yield "弹6.txt", ("丝 | 绸 |\n" * 60_000).encode()
    yield "弹7.txt", bytes(range(128, 256)) * 20_000
    yield "弹1.pdf", pdf([[(0.0, 0.0, 1.0, "丝")]] * 1200)
    yield (
        "弹2.pdf",
        pdf([wrapped(TEXT * 60, 26, size=2)], rules=[(9.0 * n % 500, 7.0 * n % 800, 300.0, 0.8) for n in range(1500)]),
    )
    loop = pdf([wrapped(TEXT, 26)]).replace(b"/Kids [", b"/Kids [2 0 R ")
    yield "弹3.pdf", loop
    yield "弹4.pdf", b"%PDF-1.7\n" + b"1 0 obj << /Length 999999999 >> stream\n" * 9000
    yield "弹5.pdf", pdf([wrapped(TEXT, 26)]).replace(b"/MediaBox [0 0 595 842]", b"/MediaBox [0 0 1e9 9e9]")
    yield "弹1.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 5000 + "WordDocument".encode("utf-16-le")
    yield "弹1.rtf", b"{\\rtf1" + b"{" * 100_000
    yield "空.pdf", b""
    yield "零.docx", b"\0" * 100_000
    yield "夹.txt", b"\xef\xbb\xbf"


MAKERS = (cut_short, turned_over, stuffed, wrongly_named, two_in_one, bombs)


def made(folder: Path) -> dict[str, bytes]:
    chance = random.Random(20261122)
    files = {name: data for maker in MAKERS for name, data in maker(chance)}
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return files


@pytest.mark.heavy
@pytest.mark.timeout(400)
def test_none_of_three_hundred_stops_the_others(tmp_path: Path) -> None:
    """No crash of the caller, no file over twenty seconds, a result for each, and each text is whole clauses."""
    files = made(tmp_path)
    assert len(files) >= 300
    results: dict[str, str] = {}
    began = last = time.monotonic()
    slow: dict[str, float] = {}
    with closing(Sandbox(LIMITS)) as sandbox:
        for found in checked(read_folder(tmp_path, sandbox=sandbox)):
            source = found.source if isinstance(found, UnreadableFile) else found.raw.source
            now = time.monotonic()
            slow[source], last = now - last, now
            if isinstance(found, UnreadableFile):
                results[source] = found.reason.name
                assert str(found).startswith(source)
                assert len(str(found)) < 400
            else:
                assert isinstance(found, Checked)
                results[source] = "read"
    assert {name.partition("/")[0] for name in results} == set(files)
    assert {name: seconds for name, seconds in slow.items() if seconds > SLOWEST} == {}
    counts = Counter(results.values())
    print(f"{len(files)} files, {time.monotonic() - began:.0f} s: {dict(counts)}")  # shown with -s
    assert counts["read"] > 40  # a bit in the middle of a text does little
    assert counts["DAMAGED"] > 60
    refused = {name for name in files if results.get(name, "read") != "read"}
    assert refused >= {f"弹{n}" for n in ("0.docx", "1.docx", "2.docx", "3.docx", "6.docx", "7.docx", "1.ofd", "1.pdf")}
    assert results["弹0.docx"] == results["弹7.docx"] == "HOSTILE"


def test_a_batch_with_bad_files_is_indexed_but_for_them(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    for name, data in sound().items():
        (docs / name).write_bytes(data)
    for name, data in list(bombs(random.Random(1)))[:4]:
        (docs / name).write_bytes(data)
    report = build(docs, tmp_path / "index", HashEmbedder())
    assert [message.partition("：")[0] for message in report.rejected] == [
        "弹0.docx",
        "弹1.docx",
        "弹2.docx",
        "弹3.docx",
    ]
    assert report.documents == len(sound())  # one text is there twice, alone and in the archive
    (docs / "甲.pdf").write_bytes(sound()["甲.pdf"][:300])
    (docs / "甲.zip").write_bytes(sound()["甲.zip"][:300])
    again = build(docs, tmp_path / "index", HashEmbedder())
    assert {m.partition("：")[0] for m in again.rejected} >= {"甲.pdf", "甲.zip"}
    assert again.documents == report.documents  # what was indexed of them before is kept


@pytest.mark.parametrize("name", sound())
def test_the_whole_files_are_read(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(sound()[name])
    found = list(read_folder(tmp_path))
    assert all(isinstance(r, RawText) and "培育丝绸企业45家" in r.text for r in found), found
