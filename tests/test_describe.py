"""What a text says about itself: the five plans field by field, and small invented texts of every kind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from index.document.describe import describe
from index.document.split import split
from index.readers.files import policy_files, read
from index.types import Kind, Period, Plan, Role, Status, Validity
from tests.conftest import DIGESTS, ORIGINALS, document

AS_OF = date(2026, 11, 21)
SILENT = Validity(Status.UNKNOWN, "文中未写明有效期或是否停止执行")
SHANDONG = "山东省“互联网+”行动计划"
FIVE: dict[str, dict[str, object]] = {
    "东莞市": {
        "title": "东莞市推进“互联网+”行动实施方案",
        "number": "东府办〔2016〕88号",
        "issuer": "东莞市人民政府办公室",
        "issued": date(2016, 10, 10),
        "published": None,
        "period": None,
        "kind": Kind.FORMAL,
        "stated": None,
        "about": None,
    },
    "绍兴市": {
        "title": "关于加快推进互联网应用的实施计划",
        "number": "绍政发〔2016〕27号",
        "issuer": "绍兴市人民政府",
        "issued": date(2016, 6, 28),
        "published": date(2016, 6, 29),
        "period": None,
        "kind": Kind.FORMAL,
        "stated": Validity(Status.STOPPED, "备注:该文件已停止执行"),
        "about": None,
    },
    "合肥市": {
        "title": "张庆军:“互联网+”是大势是方法是行动",
        "number": None,
        "issuer": "安徽发布",
        "issued": date(2015, 9, 8),
        "published": date(2015, 9, 8),
        "period": None,
        "kind": Kind.INTERVIEW,
        "stated": None,
        "about": None,
    },
    "山东省": {
        "title": f"解读《{SHANDONG}》",
        "number": None,
        "issuer": None,
        "issued": None,
        "published": None,
        "period": Period(2016, 2018),
        "kind": Kind.INTERPRETATION,
        "stated": None,
        "about": SHANDONG,
    },
    "杭州市": {
        "title": "杭州发布《推进“互联网+”行动的实施意见》",
        "number": None,
        "issuer": None,
        "issued": date(2015, 12, 19),
        "published": date(2015, 12, 19),
        "period": None,
        "kind": Kind.NEWS,
        "stated": None,
        "about": "关于推进“互联网+”行动的实施意见",
    },
}
TODAY = {
    "绍兴市": Validity(Status.STOPPED, "备注:该文件已停止执行"),
    "山东省": Validity(Status.LAPSED, "文中载明的规划期为2016–2018年，现已届满"),
}


def test_the_five_are_there(five: Mapping[str, Plan]) -> None:
    assert set(five) == set(FIVE)


def _bare(value: object) -> object:
    """An original may name a plan with its issuer, the notice that sent it out and its period, where the digest does not."""
    if not isinstance(value, str):
        return value
    plan = re.sub(r"[\u4e00-\u9fff]+政府关于印发(.+)的通知", r"\1", value)
    return re.sub(r"[\u4e00-\u9fff]+政府(?=关于)|\([12]\d{3}[-至][12]\d{3}年\)", "", plan)


@pytest.mark.parametrize("region", FIVE)
def test_every_field_of_the_five(five: Mapping[str, Plan], region: str) -> None:
    found = five[region].document
    fields = {name: _bare(getattr(found, name)) for name in FIVE[region]}
    assert fields == FIVE[region]
    assert found.validity(AS_OF) == TODAY.get(region, SILENT)


@pytest.mark.parametrize("region", FIVE)
def test_every_field_can_be_shown_in_the_text(five: Mapping[str, Plan], region: str) -> None:
    found = five[region].document
    shown = {name: found.text[span.start : span.end] for name, span in found.read_at.items()}
    assert shown["title"] == found.title
    assert shown["region"] == found.region
    for name in ("number", "issuer", "about"):
        assert shown.get(name) == getattr(found, name)
    for name, day in (("issued", found.issued), ("published", found.published)):
        assert sorted(map(int, re.findall(r"\d+", shown.get(name, "")))) == sorted(day.timetuple()[:3] if day else ())
    assert shown.get("status") == (found.stated.basis if found.stated else None)
    assert shown.get("digest", "").startswith("说明:本文为摘编,") == found.digest


BODY = "一、总体目标\n到2020年,建成示范基地20个。\n二、重点任务\n(一)发展智慧渔业。推广物联网技术。\n"
TITLE = "湖州市智慧渔业行动方案"


def test_formal_text_with_a_table() -> None:
    found = document(
        "索引号: | 1133/2018-01 | 公开方式: | 主动公开 |\n"
        "发布机构: | 湖州市农业农村局 | 公开日期: | 2018/03/09 |\n"
        "主题分类: | 农业 | 发文字号: | 湖农发[2018] 7号 |\n"
        "成文日期: | 2018年3月5日 | 有效性: | 有效 |\n"
        f"湖州市智慧渔业三年行动计划(2018—2020年)\n为加快发展智慧渔业,推动渔业转型升级,特制定本行动计划并组织实施。\n{BODY}"
    )
    assert found.title == "湖州市智慧渔业三年行动计划(2018—2020年)"
    assert (found.number, found.issuer, found.region) == ("湖农发〔2018〕7号", "湖州市农业农村局", "湖州市")
    assert (found.issued, found.published) == (date(2018, 3, 5), date(2018, 3, 9))
    assert (found.period, found.kind, found.about) == (Period(2018, 2020), Kind.FORMAL, None)
    assert found.stated is not None
    assert found.stated.status is Status.IN_FORCE


FORWARDED = (
    "湖州市人民政府办公室关于印发《湖州市智慧渔业行动方案》的通知\n湖政办发〔2017〕 12 号\n各区县人民政府:\n"
    "现将《湖州市智慧渔业行动方案》印发给你们,请认真贯彻执行,并抓好各项任务的落实。\n"
    f"湖州市人民政府办公室\n2017年4月6日\n{TITLE}\n为发展智慧渔业,制定本方案。\n{BODY}"
)
SIGNED_LAST = f"{TITLE}\n湖政办发〔2017〕12号\n{BODY}湖州市人民政府办公室\n2017年4月6日\n备注:仅供试用\n"


@pytest.mark.parametrize("text", [FORWARDED, SIGNED_LAST], ids=["first", "last"])
def test_formal_text_with_a_signature(text: str) -> None:
    found = document(text)
    assert (found.title, found.number, found.kind) == (TITLE, "湖政办发〔2017〕12号", Kind.FORMAL)
    assert (found.issuer, found.issued, found.published) == ("湖州市人民政府办公室", date(2017, 4, 6), None)


@pytest.mark.parametrize(
    "signed",
    [
        "湖州市农业局\n湖州市财政局",
        "湖州市农业局 湖州市财政局",
        "湖州市农业局湖州市财政局",
        "湖州市农业局　湖州市财政局",
    ],
)
def test_bodies_that_sign_together(signed: str) -> None:
    found = document(f"{TITLE}\n湖农发〔2017〕12号\n{BODY}{signed}\n2017年4月6日\n")
    assert (found.issuer, found.issued) == ("湖州市农业局、湖州市财政局", date(2017, 4, 6))


def test_a_local_office_of_a_national_body_is_one_body() -> None:
    found = document(f"{TITLE}\n{BODY}湖州市财政局 国家税务总局湖州市税务局\n2017年4月6日\n")
    assert found.issuer == "湖州市财政局、国家税务总局湖州市税务局"


def test_a_notice_signed_above_its_attachments() -> None:
    found = document(f"关于渔船补助的通知\n{BODY}湖州市农业局\n2017年4月6日\n附件1\n渔船清单\n{BODY * 3}")
    assert (found.title, found.issuer, found.issued) == ("关于渔船补助的通知", "湖州市农业局", date(2017, 4, 6))


def test_a_decree() -> None:
    found = document(f"湖州市渔船管理办法\n湖州市人民政府令\n第27号\n{BODY}")
    assert (found.number, found.issuer, found.kind) == ("湖州市人民政府令第27号", "湖州市人民政府", Kind.FORMAL)


@pytest.mark.parametrize(
    ("label", "issuer"),
    [
        ("来源: | 湖州市农业局 |", "湖州市农业局"),
        ("来源: | 湖州日报 |", None),
        ("发布机关: | 甲市农业局,甲市财政局 |", "甲市农业局、甲市财政局"),
    ],
)
def test_a_formal_text_that_nobody_signed(label: str, issuer: str | None) -> None:
    assert document(f"{label}\n{TITLE}\n{BODY}").issuer == issuer


def test_questions_and_answers_are_an_interpretation() -> None:
    assert document("渔船补助常见问题解答\n一、补助多少？\n每艘900元。\n").kind is Kind.INTERPRETATION


def test_interpretation() -> None:
    found = document(
        "《湖州市智慧渔业规划(2017-2019年)》政策解读\n发布日期:2017-05-01\n来源:市农业局\n一、背景\n渔业要转型。\n"
    )
    assert (found.kind, found.about) == (Kind.INTERPRETATION, "湖州市智慧渔业规划(2017-2019年)")
    assert (found.issuer, found.issued, found.period) == ("市农业局", date(2017, 5, 1), Period(2017, 2019))
    assert document("一图读懂湖州市智慧渔业规划\n一、背景\n渔业要转型。\n").kind is Kind.INTERPRETATION


def test_news() -> None:
    found = document(
        "湖州出台智慧渔业新政\n来源:湖州日报 2017-05-01 10:30\n"
        "日前,《湖州市智慧渔业规划》正式印发,到2019年全市渔业产值要达到一百亿元以上。\n"
    )
    assert (found.kind, found.about, found.region) == (Kind.NEWS, "湖州市智慧渔业规划", "湖州市")
    assert (found.issuer, found.issued, found.number) == ("湖州日报", date(2017, 5, 1), None)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("日前,全市推进会召开。", Kind.NEWS),
        ("本报讯 全市推进会召开。", Kind.NEWS),
        ("新华网湖州讯(记者 王某)推进会召开。", Kind.NEWS),
        ("全市推进会召开。(本站记者 王某)", Kind.NEWS),
        ("加快通讯网络建设。", Kind.FORMAL),
        ("发布资讯,服务渔民。", Kind.FORMAL),
    ],
)
def test_what_makes_news(line: str, kind: Kind) -> None:
    assert document(f"{TITLE}\n{line}\n").kind is kind


def test_interview() -> None:
    found = document(
        "李某谈智慧渔业\n2017年5月1日\n湖州市农业局局长李某\n问:为什么要发展?\n答:渔民需要。\n问:怎么做?\n答:建基地。\n"
    )
    assert (found.title, found.kind, found.region) == ("李某谈智慧渔业", Kind.INTERVIEW, "湖州市")
    assert (found.issued, found.issuer) == (date(2017, 5, 1), None)


@pytest.mark.parametrize("text", ["", " \n", "湖州", "一、总体目标", "----", "|||\n", "2016年9月8日\n"])
def test_texts_that_say_nothing(text: str) -> None:
    found = document(text)
    fields = ("number", "issuer", "region", "published", "period", "stated", "about")
    assert [getattr(found, name) for name in fields] == [None] * len(fields)


def test_a_text_without_title_is_called_by_its_file() -> None:
    assert document("一、总体目标\n到2020年。", "渔业.txt").title == "渔业.txt"


@pytest.mark.parametrize(
    ("printed", "day"),
    [
        ("2016年9月8日", date(2016, 9, 8)),
        ("2016 年 9 月 8 日", date(2016, 9, 8)),
        ("2016-09-08", date(2016, 9, 8)),
        ("2016-9-8 10:30", date(2016, 9, 8)),
        ("2016/09/08", date(2016, 9, 8)),
        ("2016.9.8", date(2016, 9, 8)),
        ("8.9.2016", date(2016, 9, 8)),
        ("二〇一六年九月八日", date(2016, 9, 8)),
        ("二○一○年元月三十一日", date(2010, 1, 31)),
        ("二零一二年十月二十日", date(2012, 10, 20)),
        ("二〇一六年十二月十一日", date(2016, 12, 11)),
        ("2016年13月40日", None),
        ("2016-02-30", None),
        ("31.02.2016", None),
        ("二〇一六年二月三十日", None),
        ("2016年9月", None),
        ("20160908", None),
        ("2016-09-081", None),
        ("近期", None),
    ],
)
def test_dates(printed: str, day: date | None) -> None:
    found = document(f"{TITLE}\n公开日期: {printed}\n{BODY}")
    assert (found.published, found.issued) == (day, day)
    if "年" in printed and "日" in printed:
        assert document(f"湖州市人民政府\n{printed}\n{TITLE}\n{BODY}").issued == day


def test_a_date_inside_a_formal_text_is_not_its_own() -> None:
    assert document(f"{TITLE}\n根据2016年9月8日全市会议精神\n{BODY}").issued is None


@pytest.mark.parametrize(
    ("printed", "period"),
    [
        ("(2016-2018年)", Period(2016, 2018)),
        ("（2016—2018年）", Period(2016, 2018)),
        ("(2016～2018)", Period(2016, 2018)),
        ("(2016年至2018年)", Period(2016, 2018)),
        ("(2018-2016年)", None),
        ("(2016)", None),
        ("", None),
    ],
)
def test_periods(printed: str, period: Period | None) -> None:
    assert document(f"{TITLE}{printed}\n{BODY}").period == period


@pytest.mark.parametrize(
    ("day", "status"),
    [(date(2018, 12, 31), Status.UNKNOWN), (date(2019, 1, 1), Status.LAPSED)],
)
def test_a_period_is_over_when_its_last_year_is(day: date, status: Status) -> None:
    assert document(f"{TITLE}(2016-2018年)\n{BODY}").validity(day).status is status


@pytest.mark.parametrize(
    ("remark", "status"),
    [
        ("备注:该文件已停止执行", Status.STOPPED),
        ("注：本方案自2019年1月1日起停止实施。", Status.STOPPED),
        ("特别说明：本方案经研究已于2019年1月1日停止执行，有关工作按照新方案办理，请遵照落实。", Status.STOPPED),
        ("备注:已于2019年停止执行", Status.STOPPED),
        ("(此件已失效)", Status.REPEALED),
        ("【已废止】", Status.REPEALED),
        ("本文件现予以废止。", Status.REPEALED),
        ("状态: 已废止", Status.REPEALED),
        ("文件类别: | 通知 | 有效性: | 失效 |", Status.REPEALED),
        ("有效性: 现行有效", Status.IN_FORCE),
        ("是否有效: | 是 |", Status.IN_FORCE),
    ],
)
def test_remarks_on_validity(remark: str, status: Status) -> None:
    for text in (f"{TITLE}\n{BODY}{remark}\n", f"{remark}\n{TITLE}\n{BODY}"):
        found = document(text)
        assert found.stated == Validity(status, remark)
        assert (found.title, found.kind) == (TITLE, Kind.FORMAL)
        assert found.validity(AS_OF) == found.stated


@pytest.mark.parametrize(
    "line",
    [
        "对违规养殖一律停止执行补贴政策。",
        "逾期未整改的,停止执行优惠。",
        "凡与本方案不一致的规定,一律停止执行。",
        "本方案施行后原办法同时废止。",
        "本办法自2016年1月1日起施行,《旧办法》已废止。",
        "原办法已废止。",
        "本方案尚未废止。",
        "本方案停止执行旧标准。",
        "三、停止执行",
        "(二)本方案停止执行。",
        "有效性: | 有效期五年 |",
        "标题: | 关于停止执行旧标准的通知 |",
    ],
)
def test_lines_that_are_not_about_the_document_itself(line: str) -> None:
    assert document(f"{TITLE}\n{BODY}{line}\n").stated is None


def test_a_plan_that_stops_another_is_not_stopped() -> None:
    found = document(f"关于停止执行小型渔船补贴的通知\n湖农发〔2018〕7号\n{BODY}")
    assert (found.stated, found.kind) == (None, Kind.FORMAL)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("湖州市智慧渔业行动方案_湖州在线\n湖州市智慧渔业行动方案\n", TITLE),
        ("当前位置:主页 > 公告\n湖州市智慧渔业行动方案\n来源:市农业局\n", TITLE),
        ("湖农发〔2018〕7号《湖州市智慧渔业行动方案》\n", "《湖州市智慧渔业行动方案》"),
        ("发文字号: | 湖农发〔2018〕7号 |\n湖州市智慧渔业行动方案\n", TITLE),
        ("湖州市农业局文件\n湖农发〔2018〕7号\n湖州市智慧渔业行动方案\n", TITLE),
        ("湖州市智慧渔业招标文件\n", "湖州市智慧渔业招标文件"),
        ("湖农发〔2018〕7号\n各区县农业农村局、各乡镇人民政府：\n", "湖农发〔2018〕7号"),
    ],
)
def test_titles(text: str, title: str) -> None:
    assert document(text + BODY).title == title


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("湖州市智慧渔业行动方案\n", "湖州市"),
        ("浙江省湖州市智慧渔业行动方案\n", "浙江省"),
        ("智慧渔业行动方案\n发布机构: | 恩施土家族苗族自治州人民政府 |\n", "恩施土家族苗族自治州"),
        ("智慧渔业行动方案\n为发展湖州市的智慧渔业,推动转型升级,结合实际制定本行动方案。\n", "湖州市"),
        ("智慧渔业开拓北京市场行动方案\n", None),
        ("平湖市智慧渔业行动方案\n", None),
    ],
)
def test_regions(text: str, region: str | None) -> None:
    assert document(text + BODY).region == region


def test_documents_differ_by_identity_only_where_their_bytes_do() -> None:
    assert document(FORWARDED) == document(FORWARDED) != document(SIGNED_LAST)


@pytest.mark.parametrize(
    ("line", "addressees"),
    [
        ("各区县人民政府(管委会)，市直各单位：", "各区县人民政府(管委会)，市直各单位"),
        ("市属各企业:", "市属各企业"),
        ("发布机构: 湖州市农业局:", None),
        ("各单位要高度重视。做到：", None),
        ("渔船补助的标准：", None),
        ("主办单位：", None),
        ("经市政府同意，现将有关事项通知如下：", None),
        ("信息来源单位：", None),
        ("有关单位：", "有关单位"),
    ],
)
def test_whom_a_formal_text_is_sent_to_is_the_line_above_it(line: str, addressees: str | None) -> None:
    found = document(f"湖农发〔2018〕7号\n{TITLE}\n{line}\n{BODY}")
    assert found.kind is Kind.FORMAL
    assert found.addressees == addressees
    if addressees:
        span = found.read_at["addressees"]
        assert found.text[span.start : span.end] == addressees
    assert document(f"{TITLE}解读\n{line}\n{BODY}").addressees is None


NOTE = "说明：本文为摘编，条款号与数据同原文，原文为湖农发〔2018〕7号《湖州市智慧渔业工作的若干意见》。"


@pytest.mark.parametrize(("folder", "digest"), [(DIGESTS, True), (ORIGINALS, False)], ids=["摘编", "原文"])
def test_the_five_that_are_ours_are_digests_and_their_originals_are_not(folder: Path, digest: bool) -> None:
    if not folder.is_dir():
        pytest.skip("没有原文文件夹，只测了摘编")
    found = [describe(read(path)) for path in policy_files(folder)]
    assert [d.digest for d in found] == [digest] * 5
    assert [d.name.removeprefix(d.title) for d in found] == ["（摘编）" * digest] * 5


@pytest.mark.parametrize(
    "closing",
    [
        NOTE,
        "说明:本文为摘编",
        "说明 : 本文为摘编,数据同原文",
        f"备注:该文件已停止执行\n{NOTE}",
        f"{NOTE}\n备注:该文件已停止执行\n",
        f"{NOTE}\n注：表中数字为预计数",
    ],
)
@pytest.mark.parametrize("body", [BODY, "智慧渔业要用好物联网、大数据，建成示范基地二十个，带动渔民增收致富。\n"])
def test_a_digest_says_so_in_a_remark_that_closes_it_and_that_nobody_is_answered_from(body: str, closing: str) -> None:
    found = document(f"{TITLE}\n{body}{closing}\n")
    assert (found.digest, found.title, found.name) == (True, TITLE, f"{TITLE}（摘编）")
    span = found.read_at["digest"]
    assert found.text[span.start : span.end].startswith("说明")
    held = [p.role for p in split(found) if p.start < span.end and span.start < p.end]
    assert held == [Role.BACK]


@pytest.mark.parametrize(
    "text",
    [
        f"{TITLE}\n{BODY}",
        f"{TITLE}\n{BODY}{NOTE}\n三、附则\n本方案自印发之日起施行。",
        f"{NOTE}\n{TITLE}\n{BODY}",
        f"{TITLE}（摘编）\n{BODY}",
        f"{TITLE}\n{BODY}本文为摘编。",
        f"{TITLE}\n{BODY}三、说明：本文为摘编",
        f"{TITLE}\n{BODY}说明：本文为摘编者所写。",
        f"{TITLE}\n{BODY}说明：本文不是摘编。",
        f"{TITLE}\n{BODY}备注：本文为摘编。",
    ],
)
def test_what_does_not_close_with_that_remark_is_no_digest(text: str) -> None:
    found = document(text)
    assert (found.digest, found.name, "digest" in found.read_at) == (False, found.title, False)


def test_nothing_else_is_read_from_the_remark_of_a_digest() -> None:
    text = "湖州市智慧渔业图解\n一、目标\n建20个。\n"
    assert document(f"{text}{NOTE}\n").about is None
    assert document(f"{text}{NOTE.replace('本文', '正文')}\n").about == "湖州市智慧渔业工作的若干意见"
