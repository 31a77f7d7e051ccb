"""What files read as, kept: the same as what was read, by content, and never in the way."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.readers import cache as module
from index.readers.cache import Readings
from index.readers.files import RawText, UnreadableFile, read_folder
from index.readers.reading import Refused
from index.readers.sandbox import Sandbox, shared
from tests.files import package, pdf, wrapped

TEXT = "湖州市渔业方案\n一、目标\n建基地20个。详见www.example.gov.cn/a。\n"


class Watched(Sandbox):
    """Reads in the sandbox of this process, and remembers the names."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def read(self, name: str, data: bytes) -> object:  # type: ignore[override]
        self.names.append(name)
        return shared().read(name, data)


def test_a_reading_comes_back_as_it_was(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "甲.txt").write_text(TEXT, encoding="utf-8")
    (docs / "乙.pdf").write_bytes(pdf([wrapped("嘉兴市运河夜游实施办法\n一、航线\n全市开通夜游航线9条。\n", 26)]))
    box = Watched()
    first, again = (list(read_folder(docs, sandbox=Readings(tmp_path / "kept", box))) for _ in range(2))
    assert first == again == list(read_folder(docs))
    assert sorted(box.names) == ["乙.pdf", "甲.txt"]
    assert any(isinstance(raw, RawText) and raw.marks for raw in again)
    assert any(isinstance(raw, RawText) and raw.pages for raw in again)


def test_files_of_an_archive_are_kept_one_by_one(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    box = Watched()
    for second in ("乙", "丙"):
        (docs / "包.zip").write_bytes(package({"甲.txt": TEXT, "乙.txt": f"{second}县茶园方案\n一、目标\n建茶园。\n"}))
        list(read_folder(docs, sandbox=Readings(tmp_path / "kept", box)))
    assert box.names == ["包.zip", "包.zip/乙.txt", "包.zip/甲.txt", "包.zip", "包.zip/乙.txt"]


def test_what_was_refused_is_tried_again(tmp_path: Path) -> None:
    box = Watched()
    for _ in range(2):
        with pytest.raises(Refused):
            Readings(tmp_path / "kept", box).read("坏.txt", b"\x00\x01\x02" * 50)
    assert len(box.names) == 2
    assert not (tmp_path / "kept").exists()


@pytest.mark.parametrize(
    "damage",
    [
        "",
        "{",
        "[1]",
        '{"text": "甲"}',
        '{"text": "甲", "pages": [1]}',
        '{"text": "甲", "marks": [1], "warnings": [], "pages": [], "format": "TXT"}',
    ],
)
def test_a_damaged_reading_is_read_anew(tmp_path: Path, damage: str) -> None:
    box, data = Watched(), TEXT.encode()
    found = Readings(tmp_path, box).read("甲.txt", data)
    (kept,) = tmp_path.iterdir()
    kept.write_text(damage)
    assert [Readings(tmp_path, box).read("甲.txt", data) for _ in range(2)] == [found, found]
    assert len(box.names) == 2


def test_other_rules_read_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    box = Watched()
    Readings(tmp_path, box).read("甲.txt", TEXT.encode())
    monkeypatch.setattr(module, "rules", lambda: "newer")
    readings = Readings(tmp_path, box)
    readings.read("甲.txt", TEXT.encode())
    assert len(box.names) == len(list(tmp_path.iterdir())) == 2
    readings.forget_others()
    assert len(list(tmp_path.iterdir())) == 1
    readings.read("甲.txt", TEXT.encode())
    assert len(box.names) == 2


def test_the_name_decides_only_by_its_extension(tmp_path: Path) -> None:
    box = Watched()
    readings = Readings(tmp_path, box)
    for name in ("甲.txt", "乙.txt", "甲.md"):
        readings.read(name, TEXT.encode())
    assert box.names == ["甲.txt", "甲.md"]


def test_a_removed_file_leaves_no_text_behind(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "甲.txt").write_text(TEXT, encoding="utf-8")
    readings = Readings(tmp_path / "kept", shared())
    assert not any(isinstance(raw, UnreadableFile) for raw in read_folder(docs, sandbox=readings))
    readings.forget_others()
    assert len(list((tmp_path / "kept").iterdir())) == 1
    Readings(tmp_path / "kept", shared()).forget_others()
    assert list((tmp_path / "kept").iterdir()) == []
