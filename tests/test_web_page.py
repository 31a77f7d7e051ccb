"""Government pages to text: the article without what surrounds it, tables, and what the page states beside it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from index.document.describe import describe
from index.readers.files import RawText, UnreadableFile, read
from index.readers.reading import Reason
from tests.files import html

ARTICLE = (
    "<p>衢州市人民政府办公室关于印发衢州市古道保护办法的通知</p><p>各县（市、区）人民政府：</p>"
    "<p>《衢州市古道保护办法》已经市政府同意，现印发给你们，请结合实际认真组织实施。</p>"
    "<p>衢州市人民政府办公室</p><p>2023年5月9日</p><p>衢州市古道保护办法</p>"
    "<p>第一条　为了保护古道，传承交通文化，方便群众徒步游览，根据有关规定，结合本市实际，制定本办法。</p>"
    "<p>第二条　市交通运输部门每年安排养护资金350万元，用于修补古道路面和古亭。</p>"
)
META = (
    '<meta name="ArticleTitle" content="衢州市人民政府办公室关于印发衢州市古道保护办法的通知">'
    '<meta name="PubDate" content="2023-05-12 09:30"><meta name="ContentSource" content="本网">'
)
MENU = "".join(f'<li><a href="/c{n}">栏目{n}政务公开</a></li>' for n in range(60))
AROUND = (
    f'<div class="header"><ul>{MENU}</ul></div><div class="crumbs">您现在的位置：首页 &gt; 政策文件</div>{{}}'
    '<div class="share">分享到微信朋友圈</div><div class="related"><h3>相关阅读</h3><p>另一份文件的标题说得很长很长</p></div>'
    '<div class="footer">主办单位某某办公室　网站标识码000000　联系我们</div><script>alert("脚本")</script>'
)
TABLE = (
    "<table><tr><td>索 引 号：</td><td>0011/2023-07</td><td>发文字号：</td><td>衢政办发〔2023〕18号</td></tr>"
    "<tr><td>发布机构：</td><td>衢州市人民政府办公室</td><td>成文日期：</td><td>2023-05-09</td></tr></table>"
)


def of(folder: Path, data: bytes) -> RawText:
    (folder / "甲.html").write_bytes(data)
    return read(folder / "甲.html")


def page(article: str = ARTICLE, before: str = "") -> bytes:
    return html(AROUND.format(f'<div class="con">{before}<div id="zoom">{article}</div></div>'), META)


def test_the_article_and_nothing_around_it(tmp_path: Path) -> None:
    raw = of(tmp_path, page())
    assert raw.format == "网页"
    assert raw.text.splitlines()[:3] == [
        "发布日期: | 2023-05-12 09:30 |",
        "衢州市人民政府办公室关于印发衢州市古道保护办法的通知",
        "各县（市、区）人民政府：",
    ]
    assert raw.text.splitlines()[-1].startswith("第二条 市交通运输部门")
    for word in ("栏目", "位置", "分享", "相关阅读", "主办单位", "脚本", "本网"):
        assert word not in raw.text


def test_what_the_page_states_reaches_the_document(tmp_path: Path) -> None:
    found = describe(of(tmp_path, page(before=TABLE)))
    assert (found.title, found.number) == ("衢州市古道保护办法", "衢政办发〔2023〕18号")
    assert (found.issuer, found.issued) == ("衢州市人民政府办公室", date(2023, 5, 9))
    assert (found.published, found.region) == (date(2023, 5, 12), "衢州市")
    shown = {name: found.text[span.start : span.end] for name, span in found.read_at.items()}
    assert shown["number"] == "衢政办发〔2023〕18号"


def test_tables_of_the_article_keep_their_rows(tmp_path: Path) -> None:
    table = (
        "<table><tr><th>古道</th><th>长度</th><th>补助</th></tr>"
        "<tr><td rowspan=2>仙霞</td><td>16公里</td><td>80万元</td></tr><tr><td>4公里</td><td>20万元</td></tr>"
        "<tr><td colspan=2>合计</td><td>100万元</td></tr></table>"
    )
    assert of(tmp_path, page(ARTICLE + table)).text.splitlines()[-4:] == [
        "古道 | 长度 | 补助 |", "仙霞 | 16公里 | 80万元 |", "仙霞 | 4公里 | 20万元 |", "合计 | 100万元 |",
    ]  # fmt: skip


def test_a_table_that_lays_the_page_out_is_none(tmp_path: Path) -> None:
    laid = f"<table><tr><td><ul>{MENU}</ul></td><td>{ARTICLE}</td></tr></table>"
    text = of(tmp_path, html(laid, META)).text
    assert "|" not in text.split("\n", 1)[1]
    assert "第二条 市交通运输部门" in text


def test_lists_and_breaks(tmp_path: Path) -> None:
    listed = ARTICLE + "<p>步行须知：<br>不离开古道。<br/>不带火种。</p><ol><li>带好水。</li><li>结伴行。</li></ol>"
    assert of(tmp_path, page(listed)).text.splitlines()[-5:] == [
        "步行须知：", "不离开古道。", "不带火种。", "1.带好水。", "2.结伴行。",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "hide", ['style="display:none"', "hidden", 'style="visibility: hidden"', 'style="font-size:0"']
)
def test_what_is_hidden_is_not_read(tmp_path: Path, hide: str) -> None:
    assert "补助九百万元" not in of(tmp_path, page(f"{ARTICLE}<div {hide}><p>补助九百万元</p></div>")).text


@pytest.mark.parametrize("encoding", ["gb2312", "gbk", "utf-8"])
def test_declared_and_undeclared_encodings(tmp_path: Path, encoding: str) -> None:
    text = page().decode()
    assert "制定本办法" in of(tmp_path, text.replace('"utf-8"', f'"{encoding}"').encode(encoding)).text
    assert "制定本办法" in of(tmp_path, text.replace('<meta charset="utf-8">', "").encode(encoding)).text


BAD = {
    "empty body": (html(""), Reason.NO_TEXT),
    "script only": (html("<script>document.write('古道')</script>"), Reason.NO_TEXT),
    "English": (html("<p>We walk the old road every day of the year.</p>" * 9), Reason.NOT_CHINESE),
    "deep": (html("<div>" * 40_000 + "古道"), Reason.NO_TEXT),
}


@pytest.mark.parametrize(("data", "reason"), BAD.values(), ids=BAD)
def test_pages_that_cannot_be_used(tmp_path: Path, data: bytes, reason: Reason) -> None:
    with pytest.raises(UnreadableFile, match="请") as refused:
        of(tmp_path, data)
    assert refused.value.reason is reason


def test_pictures_of_text_are_told(tmp_path: Path) -> None:
    raw = of(tmp_path, html(f"<div><p>衢州市古道保护办法图解</p>{'<img src=a.png>' * 3}</div>"))
    assert raw.warnings == ("正文里有 3 张图片，图中文字没有读",)
