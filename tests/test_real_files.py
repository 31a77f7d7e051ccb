"""Real files beside the project: what each states of itself, read by eye; nothing of their sentences stands here."""

from __future__ import annotations

from datetime import date
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from index.check import Checked, checked
from index.readers.files import RawText, UnreadableFile, read, read_folder
from index.readers.legible import han
from index.readers.reading import Reason
from index.types import MarkReason
from tests.conftest import FILES

pytestmark = pytest.mark.skipif(not FILES.is_dir(), reason="没有 ../shared/data/files，真实文件没有测")

CITY, OFFICE = "广州市人民政府", "广州市人民政府办公厅"
HOUSING, LABOUR = "广州市住房和城乡建设局", "广州市人力资源和社会保障局"
MEDICAL = "广州市医疗保障局 广州市财政局 广州市卫生健康委员会关于印发广州市社会医疗保险统筹基金支付门诊特定病种费用范围及标准的通知"
Stated = tuple[str, str | None, str, date, date]
PAGES: dict[str, Stated] = {
    "02": ("2026年广州市天河区积分制入学学位申请指引", None, "天河区教育局", date(2026, 6, 25), date(2026, 6, 25)),
    "05": ("2026年广州市天河区幼儿园招生工作方案", None, "广州市天河区教育局", date(2026, 4, 20), date(2026, 4, 20)),
    "08": (
        "关于推进广州市家庭医生签约服务高质量发展实施方案", "穗卫函〔2023〕1930号",
        f"广州市卫生健康委员会、广州市财政局、{LABOUR}、广州市医疗保障局", date(2023, 10, 19), date(2023, 11, 7),
    ),
    "10b": (
        MEDICAL, "穗医保规字〔2019〕4号", "广州市医疗保障局、广州市财政局、广州市卫生健康委员会",
        date(2019, 6, 14), date(2019, 6, 17),
    ),
    "11": ("广州市公共租赁住房管理办法", "穗府办规〔2024〕13号", OFFICE, date(2024, 7, 26), date(2024, 9, 12)),
    "13": (f"{HOUSING}关于进一步加强户籍家庭住房保障工作的通知", "穗建规字〔2024〕5号", HOUSING, date(2024, 3, 4), date(2024, 3, 4)),
    "18": ("广州市就业见习基地管理办法", "穗人社规字〔2019〕6号", f"{LABOUR}、广州市财政局", date(2019, 10, 9), date(2019, 10, 16)),
    "19": ("广州市失业保险常见问题解答（2025年11月版）", None, LABOUR, date(2025, 12, 5), date(2025, 12, 5)),
    "22": ("怎么申领广州市社会保障卡？", None, "广州市人力资源和社会保障数据服务中心", date(2026, 6, 25), date(2026, 6, 25)),
    "26": (
        "广州市民政局 广州市财政局关于印发我市2025年最低生活保障及相关社会救助标准的通知", "穗民规字〔2025〕2号",
        "广州市民政局、广州市财政局", date(2025, 5, 30), date(2025, 5, 30),
    ),
    "28": (f"{OFFICE}关于进一步加强特困人员救助供养工作的通知", "穗府办规〔2021〕7号", OFFICE, date(2021, 4, 13), date(2021, 4, 19)),
    "29": ("广州市临时救助实施细则", "穗府办规〔2021〕19号", OFFICE, date(2021, 12, 1), date(2021, 12, 10)),
    "31": ("广州市居家社区养老服务管理办法", "穗府办规〔2022〕13号", OFFICE, date(2022, 9, 6), date(2022, 9, 16)),
    "33": ("广州市老年人优待办法", "广州市人民政府令第179号", CITY, date(2021, 1, 29), date(2021, 2, 9)),
    "35": ("广州市引进人才入户管理办法实施细则", "穗人社规字〔2022〕2号", f"{LABOUR}、广州市公安局", date(2022, 7, 7), date(2022, 7, 14)),
}  # fmt: skip
SURROUNDINGS = ("当前位置", "当前所在", "网站标识码", "主办单位：", "扫一扫", "分享到", "搜索热词", "相关文章")


@pytest.fixture(scope="module")
def pages() -> dict[str, Checked]:
    """The web pages by the number that their names begin with, read and taken apart as a build does."""
    found = [r for r in checked(read_folder(FILES / "html")) if isinstance(r, Checked)]
    return {r.raw.source.partition("_")[0]: r for r in found}


def test_every_page_is_there(pages: dict[str, Checked]) -> None:
    assert set(pages) == set(PAGES)


@pytest.mark.parametrize("number", PAGES)
def test_what_a_page_states(pages: dict[str, Checked], number: str) -> None:
    d = pages[number].plan.document
    assert (d.title, d.number, d.issuer, d.issued, d.published) == PAGES[number]
    assert [word for word in SURROUNDINGS if word in d.text] == []
    assert {mark.reason for mark in d.marks} <= {MarkReason.LINK, MarkReason.INVISIBLE}
    assert han("".join(d.text[mark.span.start : mark.span.end] for mark in d.marks)) == 0


def test_tables_and_attachments_of_the_pages(pages: dict[str, Checked]) -> None:
    assert {n for n, page in pages.items() if page.tables} >= {"08", "10b", "18"}
    assert {"附件1", "附件2"} <= set(pages["10b"].attachments)


def test_the_failed_extraction_is_refused() -> None:
    (failed,) = [r for r in read_folder(FILES / "html") if isinstance(r, UnreadableFile)]
    assert (failed.source[:2], failed.reason) == ("01", Reason.NOT_CHINESE)


def test_one_document_as_docx_and_as_pdf() -> None:
    as_docx, as_pdf = (read(path) for path in sorted(FILES.glob("2026*")))
    assert (as_docx.format, as_pdf.format) == ("DOCX", "PDF")
    one, other = ([c for c in raw.text if "\u3400" <= c <= "\u9fff"] for raw in (as_docx, as_pdf))
    same = sum(m.size for m in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks())
    assert same / max(len(one), len(other)) >= 0.99
    assert [p.replace(" ", "") for p in as_docx.text.split("\n")] == as_pdf.text.replace(" ", "").split("\n")


def test_ofd_and_a_long_docx() -> None:
    found = {r.source: r for r in read_folder(FILES / "ofd")}
    assert {name: isinstance(r, RawText) for name, r in found.items()} == {
        "helloworld.ofd": False, "n.ofd": True, "signout.ofd": True,
    }  # fmt: skip
    assert len(read(FILES / "long.docx").text) > 4000


@pytest.mark.models
def test_the_scan_is_recognised() -> None:
    path: Path = next(FILES.glob("scan_*.pdf"))
    (scan,) = checked([read(path)])
    assert isinstance(scan, Checked)
    assert scan.plan.document.title == "农业农村部办公厅关于加力推进农机购置与应用补贴“优机优补”“有进有出”的意见"
    assert [page.confidence is not None for page in scan.raw.pages] == [True] * 8
    assert (scan.raw.confidence or 0) > 0.9
    assert "扫描全能王" not in scan.raw.text
    assert {"一", "二·(一)", "三"} <= {p.address for p in scan.plan.passages}
