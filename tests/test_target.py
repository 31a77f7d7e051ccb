"""Targets and deadlines of sentences: what is read, what is left out, where the year comes from."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest

from index.document.split import split
from index.facts.target import above, deadlines, targets
from index.types import Deadline, Plan, Target
from tests.conftest import document


def found(body: str) -> list[Target]:
    """Targets of the sentence as the text of a clause."""
    read = document(f"方案\n一、甲乙\n{body}\n")
    passages = split(read)
    return [t for p in passages for t in targets(read, p, above(p, passages))]


def due(body: str) -> list[Deadline]:
    read = document(f"方案\n一、甲乙\n{body}\n")
    return [d for p in split(read) for d in deadlines(read, p)]


def shown(body: str) -> str:
    """All targets of the sentence as `year indicator text`."""
    return "；".join(f"{t.year or ''} {t.indicator} {t.text}".strip() for t in found(body))


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("到2030年，茶博园达到60家以上。", "2030 茶博园 60家以上"),
        ("全市要认定60家以上市级茶博园。", "市级茶博园 60家以上"),
        ("支持30家制茶企业上市。", "制茶企业上市 30家"),
        ("培育30家示范茶企。", "示范茶企 30家"),
        ("到2029年，全市有12个茶镇列入名单。", "2029 茶镇列入名单 12个"),
        ("茶企上云率达到70%。", "茶企上云率 70%"),
        ("上云率70%，追溯率不低于八成。", "上云率 70%；追溯率 不低于八成"),
        ("到2030年，全市建成智慧茶园36个。", "2030 智慧茶园 36个"),
        ("茶园数量达到50座以上。", "茶园 50座以上"),
        ("建立茶研所3家以上、茶学校2所以上。", "茶研所 3家以上；茶学校 2所以上"),
        ("茶馆、茶坊和茶楼数量各达到3家以上。", "茶馆、茶坊和茶楼 3家以上"),
        ("茶产业形成10亿元规模。", "茶产业规模 10亿元"),
        ("年收入超过2亿元的茶企达10家。", "年收入超过2亿元的茶企 10家"),
        ("培育年交易额1亿元以上茶企7家、上市茶企2家。", "年交易额1亿元以上茶企 7家；上市茶企 2家"),
        ("茶企(年收入超过2亿元)达10家。", "茶企(年收入超过2亿元) 10家"),
        ("2028年，茶叶实现产值68亿元、增长29.7%。", "2028 茶叶产值 68亿元；2028 茶叶产值 增长29.7%"),
        ("茶叶损耗率由10%降到5%。", "茶叶损耗率 5%"),
        ("吨茶耗水下降20%。", "吨茶耗水 下降20%"),
        ("茶叶损耗率降到12%以下。", "茶叶损耗率 12%以下"),
        ("茶园带宽扩容至2000G。", "茶园带宽 2000G"),
        ("茶叶发展指数达到85。", "茶叶发展指数 85"),
        ("在山区布设茶园传感器500个。", "茶园传感器 500个"),
        ("用三年时间建设数字茶园150个。", "数字茶园 150个"),
        ("对茶业增长贡献率达到66%。", "茶业增长贡献率 66%"),
        ("每年培训茶艺师800人。", "每年培训茶艺师 800人"),
        ("列入省级名单的茶镇，到2030年全市有20家。", "2030 列入省级名单的茶镇 20家"),
        ("首批茶园已经完成验收45个。", "首批茶园 45个"),
        ("送货时限不超过2小时。", "送货时限 不超过2小时"),
        ("确保全市30%以上企业实现智慧制茶。", "企业实现智慧制茶 30%以上"),
        ("茶园建设约1万个，覆盖23万个茶农家庭。", "茶园 约1万个；茶农家庭 23万个"),
    ],
)
def test_what_a_figure_is_of(sentence: str, expected: str) -> None:
    assert shown(sentence) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "主要体现在三个方面。",
        "提出制茶、卖茶等十个重点行动。",
        "建设市县两级平台。",
        "实施百家茶企“登高”计划。",
        "出台扶持政策“18条”。",
        "茶园增长8%-10%。",
        "茶叶排名居第8位。",
        "资金由市财政承担60%。",
        "为30家茶企提供贷款。",
        "数据每10分钟更新一次。",
        "分三年拨付。",
        "实现票源100%共享。",
        "茶叶增长8%达到5亿元。",
        "规模达到5亿元。",
        "每户每年400元。",
        "(市农业局牵头，2个单位配合)",
        "有没有60家茶企？",
        "热线12345开通。",
        "创建“茶业2025”示范市。",
        "完善平台，到2030年达到20家。",
        "加强茶园的建设，到2030年达到20家。",
        "茶园提高3个百分点，其中2家。",
    ],
)
def test_what_cannot_be_read_surely_is_left_out(sentence: str) -> None:
    assert [t for t in found(sentence) if t.unit != "百分点"] == []


def test_a_change_is_told_from_a_level() -> None:
    growth, level = found("茶叶产值增长15%，茶叶上云率提高到15%。")
    assert (growth.change, growth.value) == ("增长", Decimal(15))
    assert (level.change, level.value) == ("", Decimal(15))
    (points,) = found("茶叶上云率提高3个百分点。")
    assert (points.change, points.unit) == ("提高", "百分点")


def test_values_are_canonical() -> None:
    (money,) = found("茶叶交易额超过0.5万亿元。")
    assert (money.value, money.unit, money.bound) == (Decimal("5000e8"), "元", ">")


@pytest.mark.parametrize(
    ("sentence", "years"),
    [
        ("到2028年，茶园50座；到2030年，茶园80座。", [2028, 2030]),
        ("茶园50座，茶馆60座。", [None, None]),
        ("比2020年茶馆增加3座，茶园50座。", [None]),
        ("自2021年起，茶园达到50座。", [None]),
        ("2020年印发的办法提出，培育茶企30家。", [None]),
        ("2020年茶园40座，今年新增茶馆10座。", [2020, None]),
        ("《茶业规划(2020-2030年)》提出，茶园达到50座。", [None]),
        ("2030年目标：茶园50座。", [2030]),
    ],
)
def test_the_year_is_the_nearest_that_dates_the_figure(sentence: str, years: list[int | None]) -> None:
    assert [t.year for t in found(sentence)] == years


def test_an_item_has_its_year_from_the_clause_above() -> None:
    text = "方案\n一、目标\n到2030年，茶业更强。\n——茶园多。茶园50座。到2028年茶馆60座。\n——茶企强。茶企达10家。\n"
    read = document(text)
    passages = split(read)
    there = [t for p in passages for t in targets(read, p, above(p, passages))]
    assert [(t.indicator, t.year) for t in there] == [("茶园", 2030), ("茶馆", 2028), ("茶企", 2030)]
    said = [text[t.year_span.start : t.year_span.end] for t in there if t.year_span]
    assert said == ["到2030年，茶业更强。", "到2028年茶馆60座。", "到2030年，茶业更强。"]


def test_a_numbered_clause_has_no_year_from_above() -> None:
    text = "方案\n一、目标\n到2030年，茶业更强。\n(一)茶园\n茶园50座。\n"
    read = document(text)
    passages = split(read)
    assert [t.year for p in passages for t in targets(read, p, above(p, passages))] == [None]


def test_every_figure_stands_in_its_sentence(five: Mapping[str, Plan]) -> None:
    checked = 0
    for plan in five.values():
        for passage in plan.passages:
            for target in targets(plan.document, passage, above(passage, plan.passages)):
                said = plan.document.text[target.span.start : target.span.end]
                assert target.text.removeprefix(target.change) in said
                assert target.span in passage.sentences
                if target.year and target.year_span:
                    assert str(target.year) in plan.document.text[target.year_span.start : target.year_span.end]
                checked += 1
    assert checked > 40


# The indicators of two of the plans as a reader lists them, in short: (words of the indicator, value as printed).
EXPECTED = {
    "东莞市": "智能制造 1000亿元，骨干企业 10家，交易额 5000亿元，云计算 300亿元，研发机构 3家，孵化基地 3个，众创空间 50家，众筹平台 3家，"
    "中小企业 500家，接入率 95%，信息共享率 90%，电子病历 90%",
    "绍兴市": "指数 85，增加值 1000亿元，众创基地 10家，数字工厂 10个，研究院 3家，智能制造 30%，电商企业 7家，上市企业 5家，国家级 2家，零售额 650亿元，"
    "服务点 1000个，专业村 150个，示范综合区 10个，示范点 50个，直销点 100家，销售额 100亿元，示范社区 10个，出口带宽 2000G，普及率 95%，接入能力 100M，覆盖面 100%",
}


@pytest.mark.parametrize("region", EXPECTED)
def test_the_targets_of_two_plans(five: Mapping[str, Plan], region: str) -> None:
    plan = five[region]
    there = [t for p in plan.passages for t in targets(plan.document, p, above(p, plan.passages))]
    for entry in EXPECTED[region].split("，"):
        words, figure = entry.split()
        assert [t for t in there if words in t.indicator and figure in t.text], entry
    assert {t.year for t in there} - {None} == {2020}


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("到2030年，建成市级茶叶平台。", "到2030年 建成市级茶叶平台"),
        ("2028年底前完成茶园普查。", "2028年底前 完成茶园普查"),
        ("2028年6月底前，完成茶园普查，出台茶叶标准。", "2028年6月底前 完成茶园普查；2028年6月底前 出台茶叶标准"),
        ("力争到2030年建成茶博馆，到2031年开通茶叶网。", "到2030年 建成茶博馆；到2031年 开通茶叶网"),
        ("到2030年，茶园达到50座。", ""),
        ("自2030年起建成平台。", ""),
        ("2020年建成了平台。", ""),
        ("2020年3月1日印发，完成普查。", ""),
        ("到2030年，茶业。", ""),
    ],
)
def test_deadlines(sentence: str, expected: str) -> None:
    assert "；".join(f"{d.text} {d.what}" for d in due(sentence)) == expected


def test_a_deadline_has_its_month() -> None:
    assert [(d.year, d.month) for d in due("2028年6月底前完成茶园普查。")] == [(2028, 6)]
