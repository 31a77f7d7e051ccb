"""DOCX to text: automatic numbers, tables, notes, what is not shown, and what is no DOCX."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.readers.files import RawText, UnreadableFile, read
from index.readers.reading import Reason
from index.readers.word import numeral
from tests.files import W, docx, docx_of, package, paragraph


def of(folder: Path, data: bytes, name: str = "甲.docx") -> RawText:
    (folder / name).write_bytes(data)
    return read(folder / name)


def lines(folder: Path, data: bytes) -> list[str]:
    return of(folder, data).text.splitlines()


def test_paragraphs_in_order(tmp_path: Path) -> None:
    raw = of(tmp_path, docx_of("舟山市海岛供水方案\n一、目标\n到2027年，建成水厂12座。"))
    assert raw.text == "舟山市海岛供水方案\n一、目标\n到2027年，建成水厂12座。\n"
    assert (raw.format, raw.warnings) == ("DOCX", ())


def test_a_docx_by_another_name_is_read_and_told(tmp_path: Path) -> None:
    assert of(tmp_path, docx_of("海岛供水方案"), "甲.pdf").warnings == ("扩展名是 .pdf，内容是 DOCX，按内容读取",)


NUMBERING = f"""<w:numbering {W}>
<w:abstractNum w:abstractNumId="0">
 <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>
 <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>
 <w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl>
</w:abstractNum>
<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="第%1条"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="20"/></w:lvlOverride></w:num>
</w:numbering>"""
STYLES = f"""<w:styles {W}>
<w:style w:styleId="Clause"><w:name w:val="clause"/><w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:style>
<w:style w:styleId="Own"><w:name w:val="own"/><w:basedOn w:val="Clause"/></w:style>
<w:style w:styleId="T1"><w:name w:val="toc 1"/></w:style>
</w:styles>"""


def listed(text: str, number: int, depth: int = 0) -> str:
    return paragraph(text, f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>')


def test_numbered_lists_have_their_numbers(tmp_path: Path) -> None:
    body = [("目标", 0), ("水源", 1), ("打井", 2), ("引水", 2), ("管网", 1), ("检修", 2), ("保障", 0), ("资金", 1)]
    data = docx("".join(listed(text, 1, depth) for text, depth in body), numbering=NUMBERING)
    assert lines(tmp_path, data) == [
        "一、目标", "（一）水源", "1.打井", "2.引水", "（二）管网", "1.检修", "二、保障", "（一）资金",
    ]  # fmt: skip


def test_numbers_come_from_styles_and_begin_anew(tmp_path: Path) -> None:
    styled = paragraph("供水", '<w:pStyle w:val="Own"/>') + paragraph("节水", '<w:pStyle w:val="Clause"/>')
    data = docx(styled + listed("附则", 3), numbering=NUMBERING, styles=STYLES)
    assert lines(tmp_path, data) == ["第一条 供水", "第二条 节水", "第二十条 附则"]


@pytest.mark.parametrize(
    ("n", "form", "shown"),
    [
        (10, "chineseCounting", "十"), (21, "chineseCounting", "二十一"), (103, "chineseCounting", "一百零三"),
        (110, "chineseCounting", "一百一十"), (2024, "ideographDigital", "二〇二四"), (3, "decimalEnclosedCircle", "③"),
        (4, "lowerRoman", "iv"), (28, "upperLetter", "BB"), (7, "decimalZero", "07"), (7, "unheard of", "7"),
    ],
)  # fmt: skip
def test_numerals(n: int, form: str, shown: str) -> None:
    assert numeral(n, form) == shown


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"


def test_tables_row_by_row_with_merged_cells_said_again(tmp_path: Path) -> None:
    rows = [
        cell("海岛") + cell("项目") + cell("座数"),
        cell("秀山", '<w:vMerge w:val="restart"/>') + cell("水厂") + cell("3"),
        cell("", "<w:vMerge/>") + cell("泵|站") + cell("8"),
        cell("合计", '<w:gridSpan w:val="2"/>') + cell("11"),
    ]
    table = "".join(f"<w:tr>{row}</w:tr>" for row in rows)
    data = docx(paragraph("附表") + f"<w:tbl>{table}</w:tbl>")
    assert lines(tmp_path, data) == [
        "附表", "海岛 | 项目 | 座数 |", "秀山 | 水厂 | 3 |", "秀山 | 泵／站 | 8 |", "合计 | 11 |",
    ]  # fmt: skip


def test_a_frame_is_no_table(tmp_path: Path) -> None:
    frame = f"<w:tbl><w:tr><w:tc>{paragraph('海岛供水')}{paragraph('人人节水')}</w:tc></w:tr></w:tbl>"
    assert lines(tmp_path, docx(frame)) == ["海岛供水", "人人节水"]


def test_notes_stand_at_the_end(tmp_path: Path) -> None:
    noted = (
        '<w:p><w:r><w:t>水价</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:t>不变。</w:t></w:r></w:p>'
    )
    notes = f'<w:footnotes {W}><w:footnote w:id="2">{paragraph("指居民水价。")}</w:footnote></w:footnotes>'
    data = docx(noted + paragraph("海岛先行。"), footnotes=notes)
    assert lines(tmp_path, data) == ["水价[注1]不变。", "海岛先行。", "注1：指居民水价。"]


def test_what_is_not_shown_is_not_read(tmp_path: Path) -> None:
    deleted = (
        "<w:p><w:del><w:r><w:delText>删去</w:delText></w:r></w:del><w:ins><w:r><w:t>供水</w:t></w:r></w:ins></w:p>"
    )
    field = "<w:p><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>节水</w:t></w:r></w:p>"
    hidden = paragraph("看不见的话", run="<w:rPr><w:vanish/></w:rPr>")
    struck = paragraph("划掉的话", run="<w:rPr><w:strike/></w:rPr>") + paragraph(
        "也划掉", run="<w:rPr><w:dstrike/></w:rPr>"
    )
    kept = paragraph("排水", run='<w:rPr><w:strike w:val="0"/></w:rPr>')
    contents = paragraph("一、目标 3", '<w:pStyle w:val="T1"/>')
    raw = of(tmp_path, docx(deleted + field + hidden + struck + kept + contents, styles=STYLES))
    assert raw.text.split() == ["供水", "节水", "排水"]
    assert raw.warnings == ("略去隐藏文字 1 处", "略去划掉的文字 2 处")


BOMB = '<!DOCTYPE a [<!ENTITY b "海岛"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>'
BAD = {
    "cut short": (docx_of("海岛供水")[:-60], Reason.DAMAGED),
    "no document": (package({"word/document.xml": ""}), Reason.DAMAGED),
    "entities": (package({"word/document.xml": BOMB}), Reason.HOSTILE),
    "outside file": (package({"word/document.xml": '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'}), Reason.HOSTILE),
    "no body": (package({"word/document.xml": f"<w:document {W}/>"}), Reason.DAMAGED),
    "too deep": (docx("<w:p>" * 5000 + "</w:p>" * 5000), Reason.DAMAGED),
    "bomb": (package({"word/document.xml": b" " * (150 << 20)}), Reason.HOSTILE),
    "too large": (package({"word/document.xml": b" " * (400 << 20)}), Reason.TOO_LARGE),
    "spreadsheet": (package({"xl/workbook.xml": "<a/>"}), Reason.UNSUPPORTED),
    "blank": (docx(paragraph("")), Reason.NOT_CHINESE),
}


@pytest.mark.parametrize(("data", "reason"), BAD.values(), ids=BAD)
def test_bad_files_have_a_reason(tmp_path: Path, data: bytes, reason: Reason) -> None:
    with pytest.raises(UnreadableFile, match=r"甲\.docx：.*请") as refused:
        of(tmp_path, data)
    assert refused.value.reason is reason
