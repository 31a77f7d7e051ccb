"""The last day on which a text applies: what it says of itself, and no other thing's term."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.settings import Settings
from index.document.expiry import expiry
from index.document.structure import lines
from index.types import Span, Status
from tests import plans

ISSUED = date(2020, 1, 31)


def last_day(text: str, issued: date | None = ISSUED) -> tuple[date, Span] | None:
    read = list(lines(text))
    return expiry(read, read, issued)


@pytest.mark.parametrize(
    ("text", "last", "said"),
    [
        ("六、本通知自2024年3月4日起施行，有效期5年。", date(2029, 3, 3), "本通知自2024年3月4日起施行，有效期5年"),
        ("第九条 本办法自印发之日起施行，有效期两年。", date(2022, 1, 30), "本办法自印发之日起施行，有效期两年"),
        ("本办法自公布之日起满30日后施行，有效期为1年。", date(2021, 2, 28), "有效期为1年"),
        ("本细则自2020年2月29日起试行，试行期一年。", date(2021, 2, 28), "试行期一年"),
        ("本方案自2021年1月1日起实施，实施期限十八个月。", date(2022, 6, 30), "十八个月"),
        ("本意见有效期至2025年12月31日。", date(2025, 12, 31), "有效期至2025年12月31日"),
        ("本政策自发布之日起执行，执行至二〇二七年六月三十日止。", date(2027, 6, 30), "执行至二〇二七年六月三十日"),
        ("索引号：A-1 | 失效日期： | 2023-11-30 |", date(2023, 11, 30), "失效日期： | 2023-11-30"),
        ("本办法有效期5年，自2021年5月1日起施行。", date(2026, 4, 30), "本办法有效期5年"),
        ("本政策有效期为2021年1月1日至2025年12月31日。", date(2025, 12, 31), "至2025年12月31日"),
        ("本办法自2021年1月1日起至2025年12月31日止执行。", date(2025, 12, 31), "2025年12月31日止"),
        ("证书有效期5年。\n本办法自2021年5月1日起施行，有效期3年。", date(2024, 4, 30), "自2021年5月1日起施行"),
    ],
)
def test_last_day(text: str, last: date, said: str) -> None:
    found = last_day(text)
    assert found is not None
    assert found[0] == last
    assert said in text[found[1].start : found[1].end]


@pytest.mark.parametrize(
    "text",
    [
        "排污许可证的有效期为5年，期满前三十日申请延续。",
        "本规定自公布之日起施行。居住证有效期2年。",
        "本办法自2021年1月1日起施行。",
        "自领取证书之日起三年内有效。",
        "本办法自印发之日起施行，有效期内按旧标准执行。",
        "本计划的实施期限由主管部门另行规定。",
        "居住证自签发之日起生效，有效期2年。",
        "认定结果自发布之日起生效，有效期3年。",
        "《旧办法》自2015年1月1日起施行，有效期5年，现已届满。",
        "本办法自2024年1月1日起施行，原《甲办法》（有效期至2020年12月31日）同时废止。",
        "本办法自2021年1月1日起施行，其中第三条执行期限1年。",
        "本办法自印发之日起10个工作日后施行，有效期5年。",
        "本办法自印发之日起施行，有效期三十十年。",
        "失效日期： | 发布日期：2019-01-01 |",
    ],
)
def test_no_last_day(text: str) -> None:
    assert last_day(text) is None


def test_a_term_from_the_day_of_issue_needs_that_day() -> None:
    assert last_day("本办法自印发之日起施行，有效期5年。", None) is None


def test_readers_are_told_when_the_term_is_over(tmp_path: Path) -> None:
    text = (
        "泉州市人民政府办公室关于印发泉州市茶园用电补贴办法的通知\n泉政办〔2019〕88号\n"
        "第一条 茶园用电每度补贴5分。\n第二条 本办法自印发之日起施行，有效期3年。\n"
        "泉州市人民政府办公室\n2019年4月10日\n"
    )
    index = plans.built(tmp_path, 茶园=text)
    document = plans.plan(index, "泉州市")
    assert document.until == date(2022, 4, 9)
    assert document.validity(date(2022, 4, 9)).status is Status.IN_FORCE
    assert document.validity(date(2022, 4, 10)).status is Status.LAPSED
    assistant = Assistant(Settings(llm="off"), index=index)
    answer = assistant.answer("泉州的茶园用电补贴多少？")
    assert "5分" in answer.text
    assert any("有效期3年" in notice and "届满" in notice for notice in answer.notices)
    status = assistant.answer("泉州的这份办法还有效吗？")
    assert "届满" in status.text
    assert ["有效期3年" in c.quote for c in status.citations] == [True]
    index.close()
