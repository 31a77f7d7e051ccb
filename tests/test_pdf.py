"""PDF to text: lines joined, edges dropped, tables kept; a page without a text layer is recognised or refused."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from index.readers.files import RawText, UnreadableFile, read
from index.readers.reading import Reason
from tests.files import A4, Placed, pdf, wrapped

TEXT = (
    "嘉兴市运河夜游实施办法\n"
    "为了规范运河夜间游览活动，保障游客和船员的人身安全，根据国家有关规定，结合本市水上交通实际情况，制定本办法。\n"
    "一、航线设置\n"
    "（一）全市开通夜游航线9条，每条航线配备救生艇不少于2艘，航线两岸照明由沿线各镇负责维护，并接受市港航部门检查。\n"
    "（二）每晚二十二时停航。\n"
)
MARKED = (200.0, 800.0, 12.0, "某某扫描王制作")
FONTS = sorted(Path("/usr/share/fonts").rglob("NotoSansCJK-Regular.ttc"))


def of(folder: Path, data: bytes) -> RawText:
    (folder / "甲.pdf").write_bytes(data)
    return read(folder / "甲.pdf")


def refusal(folder: Path, data: bytes) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as refused:
        of(folder, data)
    return refused.value


def test_hard_wrapped_lines_are_paragraphs_again(tmp_path: Path) -> None:
    raw = of(tmp_path, pdf([wrapped(TEXT, 26)]))
    assert raw.text == TEXT
    assert (raw.format, raw.confidence, raw.warnings) == ("PDF", None, ())


def test_running_heads_and_page_numbers_are_dropped_and_pages_joined(tmp_path: Path) -> None:
    lines = wrapped(TEXT * 3, 26)
    per_page = 6
    pages: list[list[Placed]] = []
    for start in range(0, len(lines), per_page):
        number = start // per_page + 1
        part = [(x, 80 + 28.0 * n, size, text) for n, (x, _, size, text) in enumerate(lines[start : start + per_page])]
        head = (220.0, 30.0, 10.0, "嘉兴市人民政府公报")
        pages.append([head, *part, (290.0, 800.0, 12.0, f"— {number} —")])
    assert len(pages) > 3
    raw = of(tmp_path, pdf(pages))
    assert raw.text == TEXT * 3
    assert [page.number for page in raw.pages] == list(range(1, len(pages) + 1))


def test_pages_that_are_alike_are_no_running_lines(tmp_path: Path) -> None:
    assert of(tmp_path, pdf([wrapped(TEXT, 26)] * 4)).text.count("每晚二十二时停航") == 4


def test_a_broken_title_is_put_together(tmp_path: Path) -> None:
    title = [(164.0, 80.0, 22.0, "嘉兴市人民政府办公室关于"), (186.0, 120.0, 22.0, "规范运河夜游的通知书")]
    body = wrapped(TEXT.split("\n", 1)[1], 26, top=200)
    assert of(tmp_path, pdf([[*title, *body]])).text.startswith("嘉兴市人民政府办公室关于规范运河夜游的通知书\n")


def test_blanks_of_layout_are_not_of_the_text(tmp_path: Path) -> None:
    raw = of(
        tmp_path,
        pdf(
            [
                [
                    (90.0, 80.0, 16.0, "全市"),
                    (126.0, 80.0, 16.0, "9"),
                    (138.0, 80.0, 16.0, "条航线"),
                    (260.0, 80.0, 16.0, "甲局"),
                ]
            ]
        ),
    )
    assert raw.text == "全市9条航线 甲局\n"


def test_a_few_characters_without_code_are_shown_as_such(tmp_path: Path) -> None:
    raw = of(tmp_path, pdf([wrapped(TEXT.replace("照明", "照\ue001"), 26)]))
    assert "航线两岸照□由沿线各镇" in raw.text
    assert raw.warnings == ("1 个字的字体没有编码，以□代替",)


def ruled(top: float, columns: list[float], heights: list[float]) -> list[tuple[float, float, float, float]]:
    bottom = top + sum(heights)
    down = [(x, top, 0.8, bottom - top) for x in columns]
    edges = [top + sum(heights[:n]) for n in range(len(heights) + 1)]
    return [*down, *((columns[0], y, columns[-1] - columns[0], 0.8) for y in edges)]


def test_ruled_tables_are_rows(tmp_path: Path) -> None:
    cells = [["航线", "艘数", "票价"], ["南湖线", "12", "80元"], ["月河线", "6", "60元"]]
    lines: list[Placed] = [(90.0, 60.0, 12.0, "附件航线表")]
    lines += [
        (100 + 120.0 * c, 108 + 30.0 * r, 12.0, text) for r, row in enumerate(cells) for c, text in enumerate(row)
    ]
    lines.append((90.0, 240.0, 12.0, "票价含保险费。"))
    raw = of(tmp_path, pdf([lines], rules=ruled(100, [90, 210, 330, 450], [30, 30, 30])))
    assert raw.text.splitlines() == [
        "附件航线表", "航线 | 艘数 | 票价 |", "南湖线 | 12 | 80元 |", "月河线 | 6 | 60元 |", "票价含保险费。",
    ]  # fmt: skip


BROKEN = {
    "head only": b"%PDF-1.7\n",
    "noise": b"%PDF-1.7\n" + bytes(np.random.default_rng(1).integers(0, 255, 5000, dtype=np.uint8)),
    "cut short": pdf([wrapped(TEXT, 26)])[:700],
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_broken_files_are_refused(tmp_path: Path, data: bytes) -> None:
    assert refusal(tmp_path, data).reason in (Reason.DAMAGED, Reason.NO_TEXT)


def test_encrypted_files_are_refused(tmp_path: Path) -> None:
    locked = pdf([wrapped(TEXT, 26)]).replace(
        b"/Root 1 0 R",
        b"/Root 1 0 R /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <" + b"41" * 32 + b"> /U <" + b"42" * 32 + b"> >> /ID [<00> <00>]",
    )  # fmt: skip
    refused = refusal(tmp_path, locked)
    assert refused.reason is Reason.ENCRYPTED
    assert "密码" in str(refused)


def picture(lines: list[str]) -> bytes:
    """A JPEG of an A4 page with these lines on it."""
    image = Image.new("RGB", (A4[0] * 2, A4[1] * 2), "white")
    if lines:
        font = ImageFont.truetype(str(FONTS[0]), 40)
        for n, line in enumerate(lines):
            ImageDraw.Draw(image).text((140, 320 + 70 * n), line, font=font, fill="black")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90)
    return out.getvalue()


def test_a_watermark_alone_is_no_text(tmp_path: Path) -> None:
    refused = refusal(tmp_path, pdf([[MARKED], [MARKED]], image=picture([])))
    assert refused.reason is Reason.NO_TEXT
    assert "只有水印“某某扫描王制作”" in str(refused)


@pytest.mark.skipif(not FONTS, reason="没有安装中文字体，扫描页的识别没有测")
def test_a_scanned_page_is_read_off_its_image(tmp_path: Path) -> None:
    lines = ["运河夜游安全须知", "一、上船前穿好救生衣。", "二、每船不超过三十人。"]
    raw = of(tmp_path, pdf([[MARKED]], image=picture(lines)))
    assert raw.text.splitlines()[:3] == lines
    assert raw.confidence is not None
    assert raw.confidence > 0.8
    assert "1 页是图像，文字由识别得到" in raw.warnings[0]


@pytest.mark.skipif(not FONTS, reason="没有安装中文字体，扫描页的识别没有测")
def test_a_garbled_layer_is_not_taken_for_text(tmp_path: Path) -> None:
    garbled = [(90.0, 100.0 + 20 * n, 12.0, "\ue001\ue002\ue003\ue004\ue005\ue006" * 4) for n in range(4)]
    lines = ["运河夜游安全须知", "一、上船前穿好救生衣。"]
    raw = of(tmp_path, pdf([garbled], image=picture(lines)))
    assert "一、上船前穿好救生衣。" in raw.text
    assert raw.confidence is not None
