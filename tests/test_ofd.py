"""OFD to text."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.readers.files import UnreadableFile, read
from index.readers.reading import Reason
from tests.files import ofd, package

LINES = [
    (70.0, 40.0, 7.0, "丽水市茶园管护办法"),
    (38.0, 60.0, 5.0, "为了管护好全市的高山茶园，保持水土，增加茶农收入，"),
    (28.0, 70.0, 5.0, "结合本市山区实际，制定本办法，请各县认真组织实施到位。"),
    (38.0, 80.0, 5.0, "一、每亩补助260元。"),
    (100.0, 280.0, 5.0, "— 1 —"),
]


def test_text_codes_are_paragraphs(tmp_path: Path) -> None:
    (tmp_path / "甲.ofd").write_bytes(ofd([LINES]))
    raw = read(tmp_path / "甲.ofd")
    assert raw.format == "OFD"
    assert raw.text.splitlines() == [
        "丽水市茶园管护办法",
        "为了管护好全市的高山茶园，保持水土，增加茶农收入，结合本市山区实际，制定本办法，请各县认真组织实施到位。",
        "一、每亩补助260元。",
    ]


ROOT = "<OFD><DocBody><DocRoot>{}</DocRoot></DocBody></OFD>"
BAD = {
    "no document": (package({"OFD.xml": ROOT.format("Doc_0/Document.xml")}), Reason.DAMAGED),
    "a way out": (package({"OFD.xml": ROOT.format("../../../etc/passwd")}), Reason.DAMAGED),
    "entities": (package({"OFD.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}), Reason.HOSTILE),
    "no page": (ofd([]), Reason.NO_TEXT),
    "no words": (ofd([[]]), Reason.NO_TEXT),
}


@pytest.mark.parametrize(("data", "reason"), BAD.values(), ids=BAD)
def test_bad_files_have_a_reason(tmp_path: Path, data: bytes, reason: Reason) -> None:
    (tmp_path / "甲.ofd").write_bytes(data)
    with pytest.raises(UnreadableFile) as refused:
        read(tmp_path / "甲.ofd")
    assert refused.value.reason is reason


@pytest.mark.parametrize("boundary", ["nan 1 1 1", "inf 1 1 1", "a b c d", ""])
def test_numbers_that_are_none(tmp_path: Path, boundary: str) -> None:
    page = f'<Page><TextObject Boundary="{boundary}" Size="5"><TextCode X="0" Y="0">茶园</TextCode></TextObject></Page>'
    entries = {
        "OFD.xml": ROOT.format("D.xml"),
        "D.xml": '<Document><Pages><Page ID="1" BaseLoc="P.xml"/></Pages></Document>',
        "P.xml": page,
    }
    (tmp_path / "甲.ofd").write_bytes(package(entries))
    with pytest.raises(UnreadableFile) as refused:
        read(tmp_path / "甲.ofd")
    assert refused.value.reason is Reason.DAMAGED
