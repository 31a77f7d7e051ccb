"""True sentences stand; the same sentence with one thing swapped does not, and the reason says which."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.verify.check import LEAST_SCORE, Verdict, check
from index.search import Index
from tests import plans

SUBSIDY, FLEET, SENSORS, BACKUP = "为渔船加装", "无人集卡达到", "在近岸布设", "港口数据应当"
ROSES, CELLAR, REWARD, SCHOOL = "鲜切花损耗率", "全市建成智慧酿造", "对建成智慧酿造车间", "每年培训数字"
ORCHARD = "首批数字樱桃园"


def verdict(index: Index, sentence: str, *quotes: str) -> Verdict:
    return check(sentence, [plans.source(index, quote) for quote in quotes], index.idf)


TRUE = {
    SUBSIDY: "宁波市为渔船加装北斗终端，每艘补助1800元，由市财政承担60%。",
    FLEET: "到2024年，无人集卡达到120辆，集装箱周转效率提高15%。",
    SENSORS: "在近岸布设潮汐传感器500个，监测数据不得用于商业推送。",
    BACKUP: "港口数据应当在本地备份，每季度演练一次。",
    ROSES: "到2017年，鲜切花损耗率降到12%以下，花卉电子拍卖额达到18亿元。",
    REWARD: "对建成智慧酿造车间的企业一次性奖励50万元。",
    ORCHARD: "首批数字樱桃园已经完成验收45个。",
}

SWAPPED = [
    # numbers
    (SUBSIDY, "1800", "2800", "2800元"),
    (SUBSIDY, "1800", "２８００", "2800元"),
    (SUBSIDY, "60%", "40%", "40%"),
    (SUBSIDY, "60%", "60%以上", "60%"),
    (ROSES, "12%以下", "12%以上", "12%"),
    (SENSORS, "500个", "五百多个", "五百多个"),
    # units
    (SUBSIDY, "1800元", "1800万元", "1800万元"),
    (SENSORS, "500个", "500亩", "500亩"),
    (ROSES, "18亿元", "18亿美元", "18亿美元"),
    (FLEET, "15%", "15个百分点", "15个百分点"),
    # years and dates
    (FLEET, "2024年", "2026年", "2026年"),
    (ROSES, "2017年", "2018年", "2018年"),
    (ROSES, "2017年", "2017年6月", "2017年6月"),
    # document numbers
    (SUBSIDY, "宁波市为", "甬海办〔2019〕18号提出为", "甬海办〔2019〕18号"),
    (SUBSIDY, "宁波市为", "甬海办〔2018〕17号提出为", "甬海办〔2018〕17号"),
    # places
    (SUBSIDY, "宁波市", "青岛市", "青岛市"),
    (SUBSIDY, "宁波市", "云南省", "云南省"),
    (ROSES, "鲜切花", "大连的鲜切花", "大连"),
    # units of government
    (SUBSIDY, "由市财政", "由市教育局和市财政", "教育局"),
    (REWARD, "一次性", "由商务部一次性", "商务部"),
    # full-width Latin
    (SUBSIDY, "北斗", "ＶＩＰ北斗", "VIP"),
    # negation and force
    (REWARD, "一次性", "不得一次性", "否定"),
    (BACKUP, "应当", "无需", "否定"),
    (SUBSIDY, "为渔船", "必须为渔船", "必须"),
    (SUBSIDY, "为渔船", "已经为渔船", "已经"),
]


@pytest.mark.parametrize(("quote", "sentence"), TRUE.items())
def test_a_true_sentence_stands_by_the_sentence_that_says_it(index: Index, quote: str, sentence: str) -> None:
    found = verdict(index, sentence, quote)
    assert found.stands, found.problem
    assert found.checks.numbers
    assert found.checks.place
    assert found.score >= LEAST_SCORE
    assert quote in found.support[0].text


@pytest.mark.parametrize(("quote", "old", "new", "reason"), SWAPPED)
def test_a_sentence_with_one_thing_swapped_falls(index: Index, quote: str, old: str, new: str, reason: str) -> None:
    swapped = TRUE[quote].replace(old, new)
    assert swapped != TRUE[quote]
    found = verdict(index, swapped, quote)
    assert not found.stands
    assert reason in (found.problem or "")


@pytest.mark.parametrize(
    ("quote", "sentence"),
    [
        (SUBSIDY, "为渔船加装北斗终端，每艘补助一千八百元，市财政承担六成补助资金。"),
        (SUBSIDY, "为渔船加装北斗终端，每艘补助１８００元，由市财政承担６０％。"),
        (SUBSIDY, "甬海办〔2019〕17号提出为渔船加装北斗终端，每艘补助1800元。"),
        (SUBSIDY, "浙江省宁波市为渔船加装北斗终端，每艘补助1800元。"),
        (ROSES, "鲜切花损耗率降到百分之十二以下，花卉电子拍卖额达到180000万元。"),
        (ROSES, "鲜切花损耗率降到12%。"),
        (BACKUP, "港口数据须在本地备份。"),
        (SENSORS, "监测数据严禁用于商业推送。"),
    ],
)
def test_the_same_in_other_words_stands(index: Index, quote: str, sentence: str) -> None:
    found = verdict(index, sentence, quote)
    assert found.stands, found.problem


@pytest.mark.parametrize(
    ("quote", "sentence", "problem"),
    [
        (SENSORS, "监测数据用于商业推送。", "原文是否定的意思"),
        (SUBSIDY, "到2019年，每艘补助1800元，补助资金由市财政承担60%。", "原文没有“2019年”"),  # the year of issue
    ],
)
def test_a_sentence_that_turns_the_meaning_round_falls(index: Index, quote: str, sentence: str, problem: str) -> None:
    assert verdict(index, sentence, quote).problem == problem


@pytest.mark.parametrize(
    ("quote", "sentence", "figure"),
    [
        (FLEET, "远控桥吊120辆。", "120辆"),
        (ROSES, "鲜切花260座。", "260座"),
        (SUBSIDY, "市财政承担1800元。", "1800元"),
        (SUBSIDY, "为渔船加装北斗终端，市财政承担1800元。", "1800元"),
        (FLEET, "远控桥吊达到120辆。", "120辆"),
        (FLEET, "无人集卡40台以上。", "40台"),
        (ROSES, "鲜切花损耗率达到18亿元。", "18亿元"),
    ],
)
def test_a_figure_of_another_thing_of_the_quote_falls(index: Index, quote: str, sentence: str, figure: str) -> None:
    found = verdict(index, sentence, quote)
    assert not found.checks.numbers
    assert (found.problem or "").startswith(f"原文里“{figure}")


def test_a_year_may_come_from_the_clause_above_a_list_item_and_only_a_year(index: Index) -> None:
    item = plans.source(index, FLEET)
    assert any("2024年" in e.text for e in item.above)
    assert "2024年" not in item.context
    assert verdict(index, "到2024年，无人集卡达到120辆。", FLEET).stands
    assert verdict(index, "到2024年，每艘补助1800元，补助资金由市财政承担60%。", SUBSIDY).problem == "原文没有“2024年”"


def test_a_word_that_the_source_has_not_is_named(index: Index) -> None:
    found = verdict(index, "为渔船加装雷达设备和卫星电话。", SUBSIDY)
    assert found.checks.numbers
    assert found.checks.place
    assert found.score < LEAST_SCORE
    assert found.problem == "原文没有“卫星电话”"


def test_a_clause_that_the_source_has_hardly_a_word_of_is_named(index: Index) -> None:
    clause = "渔民子女就读小学免交午餐费并可申请乐器"
    found = verdict(index, f"{clause}。", SUBSIDY)
    assert found.checks.numbers
    assert found.checks.place
    assert found.score < LEAST_SCORE
    assert (found.problem or "").removeprefix("原文没有“").rstrip("”") in clause


@pytest.mark.parametrize(
    "strange",
    [
        "Всё бесплатно",
        "모든 비용은 무료",
        "すべてむりょう",
        "ＦＲＥＥ ＭＯＮＥＹ",
        "𠮷𠮷",
        "🙂🙂",
        "。。",
        "\u202e",
        "是的",
    ],
)
def test_what_is_in_no_source_falls_in_any_script(index: Index, strange: str) -> None:
    assert not verdict(index, f"{strange}。", SUBSIDY).stands


@pytest.mark.parametrize(
    ("rider", "strange"),
    [
        ("详情见 http://evil.example/x", "http://evil.example/x"),
        ("请加微信abc123", "abc123"),
        ("ＶＩＰ优先", "VIP"),
        ("请汇入个人账户", "请汇入个人账户"),
        ("另赠智能手表", "另赠智能手表"),
        ("并免收停车费", "并免收停车费"),
    ],
)
def test_a_rider_on_a_true_sentence_falls(index: Index, rider: str, strange: str) -> None:
    found = verdict(index, TRUE[SUBSIDY].replace("。", f"，{rider}。"), SUBSIDY)
    assert found.checks.content >= LEAST_SCORE  # the share alone would let it pass
    assert (found.problem or "").startswith("原文没有“")
    assert (found.problem or "").removeprefix("原文没有“").rstrip("”") in strange


def test_words_of_ours_need_no_support(index: Index) -> None:
    source = plans.source(index, "2.冷链配送网络")
    sentence = "原文的小标题写作冷链配送网络。"
    assert not check(sentence, [source], index.idf).stands
    assert check(sentence, [source], index.idf, given="原文的小标题写作").stands


def test_one_source_is_cited_where_one_suffices(index: Index) -> None:
    for order in ((CELLAR, REWARD, SCHOOL), (SCHOOL, REWARD, CELLAR)):
        found = verdict(index, TRUE[REWARD], *order)
        assert [REWARD in e.text for e in found.support] == [True]


def test_two_sources_are_cited_where_both_are_needed(index: Index) -> None:
    sentence = "到2021年建成智慧酿造车间36个，对企业一次性奖励50万元。"
    found = verdict(index, sentence, SCHOOL, CELLAR, REWARD)
    assert found.stands
    assert {e.text for e in found.support} == {plans.source(index, q).evidence.text for q in (CELLAR, REWARD)}
    assert verdict(index, sentence, SCHOOL, REWARD).problem == "原文没有“2021年”"
    assert verdict(index, sentence.removeprefix("到2021年"), SCHOOL, REWARD).problem == "原文没有“36个”"


def test_three_sources_do_not_add_up(index: Index) -> None:
    sentence = "到2021年建成智慧酿造车间36个，对企业一次性奖励50万元，每年培训数字酿酒师800人。"
    assert not verdict(index, sentence, SCHOOL, CELLAR, REWARD).stands


def test_of_a_list_between_semicolons_each_part_stands_by_its_own_source(index: Index) -> None:
    sentence = "到2021年建成智慧酿造车间36个；对企业一次性奖励50万元；每年培训数字酿酒师800人。"
    found = verdict(index, sentence, SCHOOL, CELLAR, REWARD)
    assert found.stands, found.problem
    assert {e.text for e in found.support} == {plans.source(index, q).evidence.text for q in (CELLAR, REWARD, SCHOOL)}
    assert not verdict(index, sentence.replace("800人", "900人"), SCHOOL, CELLAR, REWARD).stands


@pytest.mark.parametrize("place", ["大连", "大连市"])
def test_a_part_of_a_list_is_of_the_place_that_the_parts_before_name(index: Index, place: str) -> None:
    list_of_both = f"{place}：首批数字樱桃园已经完成验收45个；对建成智慧酿造车间的企业一次性奖励50万元。"
    assert not verdict(index, list_of_both, ORCHARD, REWARD).stands
    assert verdict(index, list_of_both.replace("；对", "；青岛：对"), ORCHARD, REWARD).stands


@pytest.mark.parametrize("mark", ["，", "；"])
def test_a_place_in_the_name_of_a_thing_lends_nothing_of_another_plan(tmp_path: Path, mark: str) -> None:
    wenzhou = "温州市渔港行动方案\n温府〔2020〕8号\n一、任务\n1.渔港建设全面学习“青岛模式”。\n"
    qingdao = "青岛市酿造行动方案\n青府〔2020〕9号\n一、任务\n1.对智慧酿造车间奖励50万元。\n"
    both = plans.built(tmp_path, 温州=wenzhou, 青岛=qingdao)
    joined = f"温州渔港建设全面学习“青岛模式”{mark}对智慧酿造车间奖励50万元。"
    assert not verdict(both, joined, "渔港建设", "对智慧酿造").stands
    assert verdict(both, joined.replace("对", "青岛对"), "渔港建设", "对智慧酿造").stands


def test_a_part_of_a_list_is_of_the_year_that_the_parts_before_name(tmp_path: Path) -> None:
    text = "温州市渔港行动方案\n温府〔2020〕8号\n一、任务\n1.到2022年，建成智慧车间36个。\n2.到2025年，建成数字码头50座。\n"
    index = plans.built(tmp_path, 温州=text)
    said = "到2022年，建成智慧车间36个；建成数字码头50座。"
    assert not verdict(index, said, "到2022年", "到2025年").stands
    assert verdict(index, said.replace("；", "；到2025年，"), "到2022年", "到2025年").stands


def test_nothing_stands_without_a_source(index: Index) -> None:
    found = check(TRUE[REWARD], [], index.idf)
    assert not found.stands
    assert found.support == ()
    assert found.problem == "没有可引用的原文"
