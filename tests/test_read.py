"""Bytes to text: every encoding that Chinese offices use, and a way out of what cannot be read."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import pytest

from index.readers.files import RawText, UnreadableFile, policy_files, read, read_file
from index.readers.reading import Limits, Reason
from index.readers.sandbox import Sandbox

TEXT = "宁波市智慧渔业行动方案\n一、总体目标\n到2018年,建成示范基地20个,渔业产值达到10亿元。\n"
TRADITIONAL = "臺灣省智慧漁業行動方案\n一、總體目標\n到2018年,建成示範基地20個,漁業產值達到10億元。\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb2312", "gb18030", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "甲.TXT"
    path.write_bytes(TEXT.encode(encoding))
    raw = read(path)
    assert (raw.text, raw.source) == (TEXT, "甲.TXT")
    assert len(raw.id) == 16


def test_further_encodings(tmp_path: Path) -> None:
    path = tmp_path / "甲.txt"
    path.write_bytes(b"\xfe\xff" + TEXT.encode("utf-16-be"))
    assert read(path).text == TEXT
    path.write_bytes(TRADITIONAL.encode("big5"))
    assert read(path).text == TRADITIONAL
    path.write_bytes(f"{TEXT}𠮷€".encode("gb18030"))
    assert read(path).text == f"{TEXT}𠮷€"


@pytest.mark.parametrize("line_break", ["\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"])
def test_line_breaks_become_one(tmp_path: Path, line_break: str) -> None:
    path = tmp_path / "甲.txt"
    path.write_bytes(TEXT.replace("\n", line_break).encode())
    assert read(path).text == TEXT


def test_id_is_of_the_bytes(tmp_path: Path) -> None:
    for name, content in (("甲", TEXT.encode()), ("乙", TEXT.encode()), ("丙", TEXT.encode("gbk"))):
        (tmp_path / f"{name}.txt").write_bytes(content)
    first, again, other = (read(tmp_path / f"{name}.txt").id for name in "甲乙丙")
    assert first == again != other


BROKEN = {
    "empty": (b"", "是空的"),
    "blank": (b" \n\t\r\n", "是空的"),
    "blank and wide": ("　\n　".encode(), "没有汉字"),
    "only a mark": (b"\xef\xbb\xbf", "没有汉字"),
    "broken zip": (b"PK\x03\x04\x00\x00" + bytes(range(256)) * 4, "压缩包已损坏"),
    "pdf": (b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n" + bytes(range(1, 256)) * 4, "PDF 已损坏"),
    "nul": (TEXT.encode() + b"\0", "二进制文件"),
    "control characters": (TEXT.encode() + b"\x07\x1b", "乱码"),
    "UTF-16 without a mark": (TEXT.encode("utf-16-le"), "转成文本"),
    "Latin": (b"lorem ipsum dolor sit amet " * 40 + "市".encode(), "几乎没有汉字"),
    "cut within a character": (TEXT.encode()[:-3], "UTF-8"),
    "two encodings": (TEXT.encode() + TEXT.encode("gbk"), "UTF-8"),
    "replaced": (TEXT.encode("gbk").decode("utf-8", "replace").encode(), "乱码"),
    "UTF-8 as GBK": (TEXT.encode().decode("gb18030", "ignore").encode(), "乱码"),
    "UTF-8 as Latin-1": (TEXT.encode().decode("latin-1").encode(), "乱码"),
    "GBK as Latin-1": (TEXT.encode("gbk").decode("latin-1").encode(), "乱码"),
}


@pytest.mark.parametrize(("content", "says"), BROKEN.values(), ids=BROKEN)
def test_broken_files_are_refused_with_a_remedy(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "坏.txt"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=f"^坏.txt：.*{says}"):
        read(path)


@pytest.mark.parametrize("name", ["计划", "计划.txt.bak", "计划.TEXT"])
def test_content_decides_not_the_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(TEXT, encoding="utf-8")
    raw = read(tmp_path / name)
    assert (raw.text, raw.format, raw.warnings) == (TEXT, "TXT", ())


@pytest.mark.parametrize("start", [b"\x89PNG\r\n\x1a\n", b"Rar!\x1a\x07", b"7z\xbc\xaf", b"MZ\x90"])
def test_formats_that_cannot_be_read_name_those_that_can(tmp_path: Path, start: bytes) -> None:
    (tmp_path / "计划.txt").write_bytes(start + TEXT.encode())
    with pytest.raises(UnreadableFile, match=r"暂不支持。请转成 \.txt") as refused:
        read(tmp_path / "计划.txt")
    assert (refused.value.reason, refused.value.source) == (Reason.UNSUPPORTED, "计划.txt")


def test_size_limit(tmp_path: Path) -> None:
    path = tmp_path / "甲.txt"
    path.write_text(TEXT, encoding="utf-8")
    size = path.stat().st_size
    with closing(Sandbox(Limits(size=size))) as sandbox:
        (raw,) = read_file(path, "甲.txt", sandbox)
        assert isinstance(raw, RawText)
        assert raw.text == TEXT
    with closing(Sandbox(Limits(size=size - 1))) as sandbox:
        (refused,) = read_file(path, "甲.txt", sandbox)
        assert isinstance(refused, UnreadableFile)
        assert refused.reason is Reason.TOO_LARGE
        assert "请拆分" in str(refused)


def test_missing_and_folder(tmp_path: Path) -> None:
    (tmp_path / "夹.txt").mkdir()
    for name in ("夹.txt", "无.txt"):
        with pytest.raises(UnreadableFile, match=f"{name}：无法读取.*请检查"):
            read(tmp_path / name)


def test_forbidden_file(tmp_path: Path) -> None:
    path = tmp_path / "甲.txt"
    path.write_text(TEXT, encoding="utf-8")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("以 root 运行：文件权限不起作用")
    with pytest.raises(UnreadableFile, match=r"甲\.txt：无法读取.*权限"):
        read(path)


def test_policy_files(tmp_path: Path) -> None:
    for name in ("乙.txt", "甲.pdf", "README.md", "README", ".隐.txt", "下/丙.txt", ".git/丁.txt", "下/.缓存/戊.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).touch()
    assert [p.relative_to(tmp_path).as_posix() for p in policy_files(tmp_path)] == ["下/丙.txt", "乙.txt", "甲.pdf"]
    with pytest.raises(UnreadableFile, match=r"找不到文件夹.*ZHENGDA_DOCS"):
        policy_files(tmp_path / "没有")


def test_a_hidden_place_of_the_folder_itself_hides_nothing(tmp_path: Path) -> None:
    folder = tmp_path / ".zhengda" / "docs"
    folder.mkdir(parents=True)
    (folder / "甲.txt").touch()
    assert [p.name for p in policy_files(folder)] == ["甲.txt"]


def test_markdown_gives_its_words_without_marks(tmp_path: Path) -> None:
    path = tmp_path / "甲.md"
    path.write_text(
        "# 甲市条例\n\n<!-- 说明 -->\n\n## 第一章 总则\n\n第一条 为了**规范**登记，制定本条例。\n\n---\n",
        encoding="utf-8",
    )
    assert read(path).text.split() == ["甲市条例", "第一章", "总则", "第一条", "为了规范登记，制定本条例。"]
