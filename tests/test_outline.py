"""The outline of a document: its sections with key sentences, goals, time line; made of places in the text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from index.document.split import split
from index.facts.extract import facts, from_json, to_json
from index.types import Document, Outline, Plan, Section, SectionKind, Span
from tests import plans
from tests.conftest import document

NOTICE = """关于做好夏季防汛工作的通知
各区县水利局：
为进一步做好防汛工作，保障群众生命安全，结合本市实际，现就有关事项通知如下：
一、排查隐患。各地要对水库大坝逐座检查。6月30日前完成整改。
二、储备物资，包括编织袋和冲锋舟。
三、加强值守
(一)落实责任。主要负责人要在岗带班。(市水利局牵头，市应急局配合)
(二)畅通信息
雨情每小时上报一次。
"""
ONE_LINE = (
    "滨州：七条措施帮渔民减负 海港日报4月2日讯（记者 王某）4月1日，滨州市渔业局出台措施，为渔民减免码头停泊费。 "
    "减免停泊费。对长度在十二米以下的渔船，停泊费全部免收。 提供贷款。合作社可以申请贴息贷款，期限不超过两年。 "
    "渔业局还表示，将在5月底前公布申请办法，请渔民留意。"
)


def outlined(text: str) -> tuple[Document, Outline]:
    read = document(text)
    outline = facts(read, split(read)).outline
    assert outline is not None
    return read, outline


def words(read: Document, span: Span | None) -> str | None:
    return read.text[span.start : span.end] if span else None


def heads(read: Document, sections: tuple[Section, ...]) -> list[str | None]:
    return [words(read, s.heading) for s in sections]


def test_a_plan_is_outlined_by_its_headings() -> None:
    read, outline = outlined(plans.NINGBO)
    assert heads(read, outline.sections) == ["总体目标", "重点任务", "保障措施"]
    goals, tasks, measures = outline.sections
    assert heads(read, tasks.parts) == ["智慧码头", "智慧渔业", "智慧海岛"]
    assert heads(read, tasks.parts[0].parts) == ["改造集装箱码头", "建设潮汐监测网"]
    assert [s.kind for s in outline.sections] == [SectionKind.GOALS, SectionKind.BODY, SectionKind.MEASURES]
    assert (goals.clauses, tasks.clauses, measures.clauses) == (3, 5, 3)
    assert words(read, outline.purpose) == "为让港口、渔业和海洋旅游用上数字技术，结合本市沿海实际，制定本方案。"
    assert words(read, outline.title) == "宁波市智慧港湾建设实施方案"


def test_a_key_sentence_says_something_and_names_no_units() -> None:
    read, outline = outlined(plans.NINGBO)
    _, tasks, measures = outline.sections
    assert tasks.key is None
    assert words(read, tasks.parts[0].parts[0].key) == "推广无人集卡和远程操控桥吊，码头作业数据每10分钟更新一次。"
    assert words(read, measures.parts[0].key) == "设立智慧港湾专项资金2亿元，分三年拨付。"


def test_what_only_says_something_has_no_heading() -> None:
    read, outline = outlined(NOTICE)
    assert heads(read, outline.sections) == ["排查隐患", None, "加强值守"]
    assert words(read, outline.sections[1].key) == "储备物资，包括编织袋和冲锋舟。"
    assert heads(read, outline.sections[2].parts) == ["落实责任", "畅通信息"]
    assert words(read, outline.sections[2].parts[1].key) == "雨情每小时上报一次。"


def test_the_duties_of_a_clause_are_with_it() -> None:
    _, outline = outlined(NOTICE)
    (duty,) = outline.sections[2].parts[0].leads
    assert (duty.lead, duty.responsible) == (("市水利局",), ("市应急局",))


def test_a_purpose_is_told_without_whom_it_addresses_and_what_it_leads_in() -> None:
    read, outline = outlined(NOTICE)
    assert words(read, outline.purpose) == "为进一步做好防汛工作，保障群众生命安全，结合本市实际，现就有关事项通知如下"


def test_a_law_is_outlined_by_chapters_and_articles() -> None:
    read, outline = outlined(plans.FERRIES)
    assert heads(read, outline.sections) == ["总则", "渡船", "附则"]
    assert words(read, outline.purpose) == "为了规范渡船营运，保障乘客安全，制定本条例。"
    general, ships, closing = outline.sections
    assert [p.label for p in ships.parts] == ["第三条", "第四条"]
    assert words(read, general.key) == "本条例适用于本市行政区域内的渡船。"
    assert "风力超过六级的" in str(words(read, ships.parts[0].key))
    assert closing.kind is SectionKind.CLOSING
    assert [(d.year, d.month, d.day) for d in outline.dates] == [(2021, 6, 1)]


def test_a_text_of_one_line_is_outlined_by_its_paragraphs() -> None:
    read, outline = outlined(ONE_LINE)
    assert words(read, outline.title) == "滨州：七条措施帮渔民减负"
    assert words(read, outline.purpose) == "4月1日，滨州市渔业局出台措施，为渔民减免码头停泊费。"
    assert heads(read, outline.sections) == ["减免停泊费", "提供贷款", None]
    assert words(read, outline.sections[0].key) == "对长度在十二米以下的渔船，停泊费全部免收。"


def test_questions_and_answers_are_outlined_by_the_questions() -> None:
    read, outline = outlined(
        "市长谈海洋\n来源:滨城发布\n时间:2019-05-06\n问题1:为什么发展海洋牧场?\n海洋牧场能养护资源，也能让渔民增收。\n"
        "问题2:下一步有哪些打算?\n主要有两条。\n一是扩大规模。明年再建三个牧场。\n二是培训渔民。办好夜校，学费全免。\n"
    )
    assert heads(read, outline.sections) == ["为什么发展海洋牧场", "下一步有哪些打算"]
    assert heads(read, outline.sections[1].parts) == ["扩大规模", "培训渔民"]


def test_goals_are_the_targets_below_the_heading_for_goals() -> None:
    _, outline = outlined(plans.NINGBO)
    assert [(t.indicator, t.text, t.year) for t in outline.goals][:2] == [
        ("无人集卡", "120辆", 2024),
        ("远控桥吊", "40台以上", 2024),
    ]
    assert all(t.text != "500个" for t in outline.goals)


def test_without_such_a_heading_goals_are_dated_ones_to_come() -> None:
    _, outline = outlined(
        "岛城市数字渔港方案\n岛城市人民政府\n2020年1月2日\n一、渔港\n2018年，联网渔船800艘。到2023年，联网渔船2000艘。\n"
    )
    assert [(t.text, t.year) for t in outline.goals] == [("2000艘", 2023)]


def test_the_time_line_is_in_order_and_leaves_out_what_is_past_or_comes_every_year() -> None:
    read, outline = outlined(
        "岛城市数字渔港方案\n岛城市人民政府\n2020年1月2日\n一、渔港\n到2023年，建成数字渔港。2021年6月底前完成改造。截至2019年底，"
        "已建成码头三座。每年3月1日至6月1日休渔。比2018年增长一倍。\n"
    )
    assert [words(read, d.at) for d in outline.dates] == ["2021年6月底前", "到2023年"]


def test_a_month_has_the_year_of_what_is_to_come_not_of_what_is_past() -> None:
    _, outline = outlined(
        "岛城市数字渔港方案\n岛城市人民政府\n2020年1月2日\n一、渔港\n截至2018年底，已建成码头三座。6月底前完成改造。\n"
    )
    assert [(d.year, d.month) for d in outline.dates] == [(2020, 6)]


def test_where_it_says_how_long_it_applies_is_kept() -> None:
    read, outline = outlined(plans.QINGDAO)
    assert words(read, outline.ends) == "备注:该文件自2020年6月1日起停止执行"


def test_a_list_of_what_is_attached_is_no_section() -> None:
    read, outline = outlined(
        "关于报送材料的通知\n一、报送材料。各县要按时报送全部材料。\n二、报送方式。一律在网上报送。\n附件：1.甲表\n2.乙表\n"
    )
    assert heads(read, outline.sections) == ["报送材料", "报送方式"]


def test_one_outermost_heading_gives_way_to_those_below_it() -> None:
    read, outline = outlined(
        "附件1\n甲市造林方案\n一、任务\n造林五百亩，补植三百亩。\n二、时间\n今年冬天动工，明年春天完工。\n"
    )
    assert heads(read, outline.sections) == ["任务", "时间"]


def test_an_offset_leads_to_its_sections() -> None:
    read, outline = outlined(plans.NINGBO)
    path = outline.path(read.text.index("推广无人集卡"))
    assert heads(read, path) == ["重点任务", "智慧码头", "改造集装箱码头"]
    assert outline.path(0) == ()


def test_it_comes_back_from_json() -> None:
    for text in (*plans.TEXTS.values(), plans.FERRIES, NOTICE, ONE_LINE):
        read = document(text)
        found = facts(read, split(read))
        assert from_json(json.loads(json.dumps(to_json(found)))) == found


def test_the_index_gives_it(tmp_path: Path) -> None:
    index = plans.built(tmp_path)
    plan = plans.plan(index, "宁波市")
    assert index.outline(plan.id) == outlined(plans.NINGBO)[1]
    with pytest.raises(KeyError):
        index.outline("none")
    index.close()


def test_the_sections_of_the_five_plans_hold_all_their_clauses(five: Mapping[str, Plan]) -> None:
    for plan in five.values():
        outline = facts(plan.document, plan.passages).outline
        assert outline is not None
        assert len(outline.sections) > 2
        for section in outline.walk():
            assert section.heading or section.key or section.parts
            assert all(section.start <= p.start and p.end <= section.end for p in section.parts)
        numbered = [p for p in plan.passages if p.address[0] in "一二三四五六七八九问"]
        assert all(outline.path(p.start) for p in numbered)
