"""Who does what: the duty lines of the five plans, and every form in which such a line is written."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from index.chinese.units import is_duty_line, units
from index.document.split import split
from index.facts.duty import duties
from index.types import Duty, Plan
from tests.conftest import document

LEADS = {
    "三·(一)·1": "市经信局",
    "三·(一)·2": "市农业局",
    "三·(二)·3": "市商务局",
    "三·(二)·4": "市商务局",
    "三·(二)·5": "市府金融工作局",
    "三·(三)·6": "市科技局",
    "三·(三)·7": "市科技局",
    "三·(四)·8": "市教育局",
    "三·(四)·9": "市委宣传部 市文广新局",
    "三·(四)·10": "市卫计局",
    "三·(四)·11": "市社保局",
    "三·(五)·12": "市网建办",
    "三·(五)·13": "市委政法委",
    "三·(五)·14": "市城管局",
    "三·(五)·15": "市政府应急办 市卫计局",
    "三·(五)·16": "市交通局",
    "三·(五)·17": "市住建局",
}
LEADS_AND_RESPONSIBLE = {
    "二·(一)·1": ("市科技局", "市发改委 市经信委 市人力社保局"),
    "二·(一)·2": ("市经信委", "市发改委 市科技局"),
    "二·(一)·3": ("市商务局", "市农办 市发改委 市经信委 市人力社保局 市邮政管理局 市供销总社"),
    "二·(一)·4": ("市旅委", "市发改委 市文广局 市商务局 市旅游集团"),
    "二·(一)·5": ("市农业局", "市科技局 市水利局 市林业局 市商务局 市市场监管局"),
    "二·(二)·6": ("市政府办公室〈市智慧办〉", "市公安局 市民政局 市建设局 市城管执法局"),
    "二·(二)·7": ("市交通运输局", "市发改委 市公安局 市商务局 市交投集团"),
    "二·(二)·8": ("市环保局", "市发改委 市经信委 市水利局 市林业局"),
    "二·(二)·9": ("市政府办公室", "市编委办 市发改委 市财政局"),
    "二·(三)·10": ("市卫生计生委", "市经信委 市教育局"),
    "二·(三)·11": ("市教育局 市文广局", ""),
    "二·(三)·12": ("市民政局 市人力社保局", "市教育局 市卫生计生委"),
}


def only(plan: Plan) -> dict[str, Duty]:
    """The only duty of each clause that has one, by address."""
    found = {p.address: duties(plan.document, p) for p in plan.passages}
    assert all(len(each) < 2 for each in found.values())
    return {address: each[0] for address, each in found.items() if each}


def test_the_seventeen_tasks(five: Mapping[str, Plan]) -> None:
    plan = five["东莞市"]
    found = only(plan)
    tasks = {address: " ".join(d.lead) for address, d in found.items() if address.startswith("三")}
    assert tasks == LEADS
    assert found["三·(四)·8"].responsible == ("市人力资源局",)
    assert {"市质监局", "松山湖(生态园)管委会"} <= set(found["三·(一)·1"].responsible)
    assert len(found["三·(一)·1"].responsible) == 9
    assert len(found["三·(五)·12"].responsible) == 12, "a line whose bracket is never closed"
    assert found["四·(四)"].lead == ()
    assert found["四·(四)"].responsible in _either_way("市人力资源局 市教育局 市科技局 东莞理工学院")
    assert [len(found[f"四·({n})"].responsible) for n in "二三五六"] == [8, 9, 7, 1]
    assert all(plan.document.text[d.span.start] == "(" for d in found.values())


def test_the_twelve_tasks(five: Mapping[str, Plan]) -> None:
    found = only(five["绍兴市"])
    assert {a: " ".join(d.lead) for a, d in found.items()} == {
        a: lead for a, (lead, _) in LEADS_AND_RESPONSIBLE.items()
    }
    for address, (_, responsible) in LEADS_AND_RESPONSIBLE.items():
        assert found[address].responsible in _either_way(responsible)


def _either_way(names: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The units in the order of the originals, and in that of the digests, which list them from the end."""
    listed = tuple(names.split())
    return listed, listed[::-1]


@pytest.mark.parametrize("region", ["合肥市", "山东省", "杭州市"])
def test_the_others_name_no_units(five: Mapping[str, Plan], region: str) -> None:
    assert only(five[region]) == {}


@pytest.mark.parametrize(
    ("line", "lead", "responsible"),
    [
        ("(市农业局牵头)", "市农业局", ""),
        ("(由市农业局牵头)", "市农业局", ""),
        ("(市农业局牵头负责)", "市农业局", ""),
        ("(市农业局牵头,市水利局配合)", "市农业局", "市水利局"),
        ("（市农业局、市财政局牵头，市水利局等参与）。", "市农业局 市财政局", "市水利局"),
        ("(市农业局牵头;市水利局、市财政局配合", "市农业局", "市水利局 市财政局"),
        ("(市农业局负责,市水利局配合)", "市农业局", "市水利局"),
        ("(牵头单位:市农业局)", "市农业局", ""),
        ("(牵头单位:市农业局,责任单位:市水利局、市财政局等)", "市农业局", "市水利局 市财政局"),
        ("（牵头部门：市农业局；配合部门：市水利局）", "市农业局", "市水利局"),
        ("(主办单位:市农业局;协办单位:市水利局)", "市农业局", "市水利局"),
        ("(责任单位:市水利局)", "", "市水利局"),
        ("(责任部门:市水利局、市财政局)", "", "市水利局 市财政局"),
        ("(责任单位:市农业局;配合单位:市水利局)", "", "市农业局 市水利局"),
        ("(市水利局、市财政局等单位负责)", "", "市水利局 市财政局"),
        ("(市农业局、市水利局按职责分工负责)", "", "市农业局 市水利局"),
        ("(市农业局会同市水利局负责)", "", "市农业局 市水利局"),
        ("(市农业局牵头,市发改委(市物价局)配合)", "市农业局", "市发改委(市物价局)"),
        ("(牵头单位:市发改委(市物价局))", "市发改委(市物价局)", ""),
        ("(牵头单位:市发改委（市物价局）", "市发改委（市物价局）", ""),
        ("(各有关单位负责)", "", "各有关单位"),
        ("(市水利局等相关部门负责)", "", "市水利局"),
        ("(所涉及的部门、单位负责)", "", "所涉及的部门、单位"),
    ],
)
def test_forms(line: str, lead: str, responsible: str) -> None:
    text = f"方案\n一、甲\n1.建设基地。(到2018年)完成。{line}\n"
    plan = Plan(document(text), split(document(text)))
    (found,) = only(plan).values()
    assert (" ".join(found.lead), " ".join(found.responsible)) == (lead, responsible)
    assert text[found.span.start : found.span.end].rstrip("。") == line.rstrip("。")
    assert found.passage_id == plan.passages[-1].id


OTHERS = (
    "(到2018年完成)",
    "(以下简称示范区)",
    "(牵头)",
    "()",
    "(",
    "建立由市领导牵头的专班。",
    "经营者对食品安全负责。",
    "提交说明（申请人对其真实性负责）。",
    "(三)培育农户，农户牵头。",
)


@pytest.mark.parametrize("line", OTHERS)
def test_other_lines_name_nobody(line: str) -> None:
    text = f"方案\n一、甲\n1.建设基地。{line}\n"
    assert only(Plan(document(text), split(document(text)))) == {}
    assert not is_duty_line(line)


@pytest.mark.parametrize(
    ("below", "lead", "responsible"),
    [
        ("责任单位：市水利局、市财政局", "", "市水利局 市财政局"),
        ("责任单位:市水利局，各县(区)政府。", "", "市水利局 各县(区)政府"),
        ("[责任单位：市水利局]", "", "市水利局"),
        ("〔牵头单位：市水利局；配合单位：市财政局〕", "市水利局", "市财政局"),
        ("牵头单位：市水利局\n配合单位：市财政局", "市水利局", "市财政局"),
        ("由市水利局牵头，市财政局配合。", "市水利局", "市财政局"),
        ("市水利局、市财政局按职责分工负责。", "", "市水利局 市财政局"),
    ],
)
def test_a_line_of_its_own_closes_the_paragraph_above(below: str, lead: str, responsible: str) -> None:
    text = f"方案\n一、甲\n1.建设渔港\n建成渔港六座。\n{below}\n2.修路\n修好进港的路。\n"
    plan = Plan(document(text), split(document(text)))
    ((address, found),) = only(plan).items()
    assert (address, " ".join(found.lead), " ".join(found.responsible)) == ("一·1", lead, responsible)
    assert "建成渔港六座" in text[found.about.start : found.about.end]
    assert text[found.span.start : found.span.end] == below


def test_brackets_that_close_a_sentence() -> None:
    text = "方案\n一、甲\n1.建设基地。引导农户进城就业（市水利局牵头，各县〔市、区〕政府配合）。\n"
    plan = Plan(document(text), split(document(text)))
    ((_, found),) = only(plan).items()
    assert (found.lead, found.responsible) == (("市水利局",), ("各县〔市、区〕政府",))
    assert text[found.span.start : found.span.end] == "（市水利局牵头，各县〔市、区〕政府配合）。"
    assert text[found.about.start : found.about.end].endswith("引导农户进城就业")


def test_each_line_of_a_clause_is_of_what_stands_before_it() -> None:
    text = "方案\n一、甲\n1.支持渔民。修建码头，六座都修好。（市水利局牵头）发放渔船补助。（市财政局牵头）\n"
    plan = Plan(document(text), split(document(text)))
    first, second = duties(plan.document, plan.passages[-1])
    assert (first.lead, first.task) == (("市水利局",), "修建码头")
    assert (second.lead, second.task) == (("市财政局",), "发放渔船补助")
    assert text[second.span.start : second.span.end] == "发放渔船补助。（市财政局牵头）"


def test_a_line_below_items_is_of_the_clause_and_not_of_the_last_item() -> None:
    text = "方案\n一、甲\n1.支持渔民。措施如下：\n——修建码头；\n——发放补助。\n责任单位：市水利局\n"
    assert list(only(Plan(document(text), split(document(text))))) == ["一·1·第2段"]


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ("甲局、乙局和丙街道等单位", "甲局 乙局 丙街道"),
        ("市政府办公室及市农业局", "市政府办公室 市农业局"),
        ("和平区政府,永和镇", "和平区政府 永和镇"),
        ("各有关部门和镇街", "各有关部门和镇街"),
        ("甲局(乙办)、丙局等", "甲局(乙办) 丙局"),
        ("、甲局、", "甲局"),
        ("", ""),
        (None, ""),
    ],
)
def test_units(listed: str | None, expected: str) -> None:
    assert " ".join(units(listed)) == expected
