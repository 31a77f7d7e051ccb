"""Overviews, figures, dates, duties and what concerns somebody: composed of the outline, each sentence cited."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from assistant.model.profile import SMALL
from assistant.question.coverage import normalized
from assistant.question.understand import understand
from assistant.routes.claim import Claim
from assistant.routes.for_whom import for_whom
from assistant.routes.line import Shape
from assistant.routes.listing import dates, figures, leads
from assistant.routes.overview import overview
from assistant.routes.step import Compared, Context, Missing, Remark, Route, Step
from assistant.settings import Settings
from index.chinese.quantity import unsupported
from index.search import Index
from tests import plans
from tests.harbours import XIAMEN
from tests.judges import Knows

HELPS = ("给渔民", "组织渔民")
AS_OF = date(2026, 12, 1)
NEWS = (
    "滨州：七条措施帮渔民减负 海港日报4月2日讯（记者 王某）4月1日，滨州市渔业局出台措施，为渔民减免码头停泊费。 "
    "对长度在十二米以下的渔船，停泊费全部免收，已经收取的在一个月内退还给船主。 "
    "合作社可以申请贴息贷款，贷款期限不超过两年，由市里的担保公司提供担保。 "
    "渔业局还表示，将公布渔船检修点的地址和电话，请渔民留意。"
)
ARTICLES = "林州市护林办法\n林州市人民政府\n2021年3月4日\n" + "".join(
    f"第{n}条 护林员应当按时巡护第{n}号林区，并在当天记录巡护的路线。\n" for n in "一二三四五六七八九十"
)


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Index]:
    """An index with a law, a report in one line, and ten articles beside the invented plans."""
    built = plans.built(tmp_path, 渡船=plans.FERRIES, 滨州=NEWS, 林州=ARTICLES)
    yield built
    built.close()


def steps(route: Route, question: str, index: Index, source: str = "", **shape: object) -> list[Step]:
    """What a route gives of the document of that file, or of all."""
    scope = [d for d in index.documents if d.source.startswith(source)]
    query = understand(question, [], index, scope)
    context = Context(index, None, Knows(HELPS), SMALL, Settings(), AS_OF)
    return list(route(query, context, Shape(**shape)) if shape else route(query, context))  # type: ignore[call-arg, arg-type]


def claims(route: Route, question: str, index: Index, source: str = "", **shape: object) -> list[Claim]:
    return [step for step in steps(route, question, index, source, **shape) if isinstance(step, Claim)]


def texts(found: list[Claim]) -> list[str]:
    return [claim.text for claim in found]


# ---- overview ----


def test_an_overview_says_what_it_is_its_goals_every_heading_and_its_status(index: Index) -> None:
    said = texts(claims(overview, "主要讲了什么", index, "青岛"))
    assert said[0].startswith(
        "《青岛市啤酒酿造数字化改造行动计划(2018-2021年)》是青岛市人民政府2018年3月5日印发的正式文件"
    )
    assert "青政办字〔2018〕9号" in said[0]
    assert any("智慧酿造车间36个" in line and "2021年" in line for line in said)
    for heading in ("工作原则", "行动目标", "主要任务", "改造车间", "培训工匠"):
        assert any(heading in line for line in said), heading
    assert "停止执行" in said[-1]
    assert len(said) <= 12


def test_every_sentence_of_it_is_made_of_what_it_cites(index: Index) -> None:
    for source in ("宁波", "青岛", "昆明", "大连"):
        for shape in ({}, {"short": True}, {"sentences": 3}):
            for claim in claims(overview, "概括一下", index, source, **shape):
                assert claim.support
                cited = normalized("".join(e.text for e in claim.support))
                document = index.document(claim.support[0].document_id)
                fields = f"{document.title}{document.number}{document.issued:%Y年%-m月%-d日}{document.period}"
                assert not unsupported(claim.text, [cited, fields, document.validity(AS_OF).basis]), claim.text
                for quoted in re.findall(r"：([\u4e00-\u9fff]{6,})", claim.text):
                    assert quoted in cited, claim.text


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("source", ["宁波", "青岛", "昆明"])
def test_it_has_exactly_as_many_sentences_as_asked(index: Index, source: str, count: int) -> None:
    said = texts(claims(overview, "概括一下", index, source, sentences=count))
    assert len(said) == count
    assert all(text.endswith("。") and text.count("。") == 1 for text in said)


def test_one_sentence_says_what_it_is_what_it_is_about_and_its_goals(index: Index) -> None:
    (said,) = texts(claims(overview, "一句话概括", index, "宁波", sentences=1))
    assert "宁波市智慧港湾建设实施方案" in said
    assert "智慧码头、智慧渔业、智慧海岛" in said
    assert "目标是到2024年，无人集卡120辆" in said
    assert len(said) < 150


def test_a_short_one_has_at_most_five_lines(index: Index) -> None:
    said = texts(claims(overview, "简单说说", index, "宁波", short=True))
    assert len(said) <= 5
    assert all(len(line) < 130 for line in said)


def test_of_several_plans_each_has_three_lines_and_a_remark_says_which_have_none(tmp_path: Path) -> None:
    more = {f"甲{n}": XIAMEN.replace("厦门", f"甲{'一二三四五六'[n]}") for n in range(6)}
    index = plans.built(tmp_path, **more)
    found = steps(overview, "总结一下这些文件", index)
    said = [s for s in found if isinstance(s, Claim)]
    by_document = [claim.support[0].document_id for claim in said]
    assert len(set(by_document)) == 8
    assert all(by_document.count(document) <= 3 for document in by_document)
    (remark,) = [s.text for s in found if isinstance(s, Remark)]
    assert "另有2份没有" in remark
    index.close()


def test_as_a_table_it_has_a_row_for_each_plan(index: Index) -> None:
    compared, *rest = steps(overview, "总结一下", index, table=True)
    assert isinstance(compared, Compared)
    filled = [(c.fills, (1,)) for c in rest if isinstance(c, Claim) and c.fills]
    table = compared.comparison.table(filled, AS_OF)  # type: ignore[arg-type]
    assert table.columns == ("地区", "是什么", "主要内容", "目标", "时间节点", "有效性")
    assert len(table.rows) == len(index.documents)


def test_a_law_is_told_by_its_chapters(two: Index) -> None:
    said = texts(claims(overview, "主要内容", two, "渡船"))
    assert said[0] == "《河曲市渡船条例》是正式文件，目的是规范渡船营运，保障乘客安全。"
    assert "第二章 渡船：有下列情形之一的，渡船不得开航：（一）风力超过六级的；（二）超过核定载客人数的。" in said
    assert said[-1] == "第三章 附则：本条例自2021年6月1日起施行。"


def test_articles_without_chapters_are_told_by_the_most_central_and_the_rest_is_named(two: Index) -> None:
    found = steps(overview, "概括一下", two, "林州", short=True)
    said = [s.text for s in found if isinstance(s, Claim)]
    assert len(said) == 5
    (remark,) = [s.text for s in found if isinstance(s, Remark)]
    assert re.search(r"还有第.条、第.条、第.条等6条", remark)


def test_a_report_in_one_line_is_told_by_its_opening_and_its_paragraphs(two: Index) -> None:
    said = texts(claims(overview, "讲了什么", two, "滨州"))
    assert said[0] == "《滨州：七条措施帮渔民减负》是新闻报道：4月1日，滨州市渔业局出台措施，为渔民减免码头停泊费。"
    assert "停泊费全部免收" in said[1]
    (one,) = texts(claims(overview, "一句话", two, "滨州", sentences=1))
    assert one == said[0]


def test_no_line_has_a_number_twice_a_loose_colon_or_a_half_quotation(index: Index) -> None:
    for source in ("宁波", "青岛", "昆明", "大连"):
        for text in texts(claims(overview, "概括", index, source)):
            assert not re.search(r"([一二三四五六七八九十]、)\1|[：，、；]。|：：|，，|。。", text)
            assert text.count("“") == text.count("”")
            assert text.count("《") == text.count("》")


def test_a_long_sentence_is_cut_at_the_end_of_a_clause(tmp_path: Path) -> None:
    long = "，".join(f"推进第{n}类渔港的改造和提升工作" for n in "一二三四五六七八九十")
    index = plans.built(
        tmp_path,
        长=f"长岛市渔港方案\n长岛市人民政府\n2020年1月2日\n一、改造\n{long}。\n二、建设\n新建渔港三座，改造渔港五座。\n",
    )
    (line,) = [t for t in texts(claims(overview, "概括", index, "长")) if t.startswith("一、")]
    assert re.search("工作……。$", line)
    assert len(line) < 120
    index.close()


# ---- figures ----


def test_all_figures_are_listed_by_heading_with_their_year(index: Index) -> None:
    found = claims(figures, "有哪些指标", index, "宁波")
    said = texts(found)
    assert any("一、总体目标 · 码头更聪明" in claim.opens for claim in found)
    assert any("到2024年，无人集卡120辆、远控桥吊40台以上" in line for line in said)
    assert any("潮汐传感器500个" in line for line in said)
    for claim in found:
        cited = "".join(e.text for e in claim.support)
        assert all(number in cited for number in re.findall(r"\d+", claim.text))


def test_the_years_of_figures_are_cited_with_them(index: Index) -> None:
    (claim,) = [c for c in claims(figures, "有哪些指标", index, "宁波") if "无人集卡" in c.text]
    assert any("到2024年" in e.text for e in claim.support)


def test_short_figures_are_the_goals_alone(index: Index) -> None:
    said = texts(claims(figures, "有哪些指标", index, "宁波", short=True))
    assert not any("500个" in line for line in said)
    assert any("120辆" in line for line in said)


def test_in_a_table_each_figure_has_a_line(index: Index) -> None:
    found = claims(figures, "有哪些指标", index, "宁波", table=True)
    assert "到2024年，无人集卡120辆。" in texts(found)


def test_a_plan_without_figures_says_so(two: Index) -> None:
    found = steps(figures, "有哪些指标", two, "渡船")
    assert [s.text for s in found if isinstance(s, Missing)] == ["《河曲市渡船条例》没有写明量化指标。"]


# ---- dates ----


def test_the_time_line_is_in_order(tmp_path: Path) -> None:
    index = plans.built(
        tmp_path,
        岛=(
            "岛城市数字渔港方案\n岛城市人民政府\n2020年1月2日\n一、渔港\n到2023年，全面建成数字渔港和配套的冷链仓库。\n"
            "二、码头\n2021年6月底前完成旧码头的改造和验收工作。\n"
        ),
    )
    found = claims(dates, "时间节点", index, "岛")
    assert texts(found) == ["2021年6月底前完成旧码头的改造和验收工作。", "到2023年，全面建成数字渔港和配套的冷链仓库。"]
    assert [c.opens.strip() for c in found] == ["2021年\n-", "2023年\n-"]
    index.close()


def test_the_figures_of_a_year_follow_its_sentences(index: Index) -> None:
    said = texts(claims(dates, "时间节点", index, "宁波"))
    assert said[0].startswith("到2024年，智慧港湾的基础框架基本建成")
    assert any("无人集卡120辆" in line for line in said[1:])


def test_a_text_without_dates_says_so(two: Index) -> None:
    found = steps(dates, "时间节点", two, "林州")
    assert [type(s) for s in found] == [Missing]


# ---- who does what ----


def test_all_tasks_with_who_leads_and_who_takes_part_by_heading(index: Index) -> None:
    found = claims(leads, "任务分工", index, "宁波")
    assert texts(found)[0] == "改造集装箱码头：市港航局牵头，市交通局、市经信局配合。"
    assert len(found) == 5
    assert [c.opens.strip().removesuffix("-").strip() for c in found if "·" in c.opens] == [
        "二、重点任务 · （一）智慧码头",
        "二、重点任务 · （二）智慧渔业",
        "二、重点任务 · （三）智慧海岛",
    ]


def test_of_a_unit_what_it_leads_and_where_it_takes_part_apart(index: Index) -> None:
    found = claims(leads, "宁波市海洋局要做什么，牵头哪些、配合哪些", index, "宁波")
    assert texts(found) == [
        "市海洋局牵头的任务是：建设潮汐监测网、推行渔船联网。",
        "市海洋局参与的任务是：开设网上鱼市。",
    ]
    assert [c.opens.strip() for c in found] == ["牵头的任务\n-", "参与的任务\n-"]


def test_where_a_unit_has_no_task_the_plan_says_so(index: Index) -> None:
    found = steps(leads, "青岛市民政局牵头哪些任务", index, "青岛")
    assert [s.text for s in found] == ["《青岛市啤酒酿造数字化改造行动计划(2018-2021年)》没有写明市民政局的任务。"]


# ---- for whom ----


def test_what_concerns_somebody_is_quoted_from_every_part_in_the_order_of_the_plan(tmp_path: Path) -> None:
    index = plans.built(
        tmp_path,
        岛=(
            "岛城市数字渔港方案\n岛城市人民政府\n2020年1月2日\n一、补助\n给渔民发放购置定位终端的补助。港口企业自行采购设备。\n"
            "二、培训\n组织渔民参加夜校学习，学费全部免除。仓库由商户自行看管。\n三、管理\n港区道路由市政公司负责清扫。\n"
        ),
    )
    found = claims(for_whom, "对渔民有什么好处", index, "岛")
    said = texts(found)
    assert said[0] == "给渔民发放购置定位终端的补助。"
    assert "组织渔民参加夜校学习，学费全部免除。" in said
    assert [c.opens.strip().partition("\n")[0] for c in found][:2] == ["一、补助", "二、培训"]
    assert not any("清扫" in line for line in said)
    index.close()


def test_it_is_as_short_as_asked(tmp_path: Path) -> None:
    clauses = "".join(f"{n}、渔民事项\n给渔民办理第{n}类补助并公示结果。\n" for n in "一二三四五六七八九")
    index = plans.built(tmp_path, 岛=f"岛城市数字渔港方案\n岛城市人民政府\n2020年1月2日\n{clauses}")
    assert len(claims(for_whom, "对渔民有什么好处", index, "岛", short=True)) == 5
    assert len(claims(for_whom, "对渔民有什么好处", index, "岛", sentences=2)) == 2
    index.close()


def test_where_nothing_is_likely_to_concern_them_nothing_is_quoted(index: Index) -> None:
    assert claims(for_whom, "对渔民有什么好处", index, "青岛") == []
