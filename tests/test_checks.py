"""Each check of a sentence by itself: what it must catch, and what it must leave alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.verify.check import check
from assistant.verify.checks import edits, figures, pieced, place, question, sense, wording
from assistant.verify.checks.edits import Edit
from assistant.verify.checks.view import View
from index.search import Index
from tests import plans

SENSORS, BACKUP, SUBSIDY, ROSES, CELLAR = "在近岸布设", "港口数据应当", "为渔船加装", "鲜切花损耗率", "全市建成智慧酿造"
TICKETS, LEADS = "渡轮、民宿", "市港航局牵头"


def view(index: Index, quote: str, sentence: str) -> View:
    return View.of(sentence, [plans.source(index, quote)], index.idf)


@pytest.mark.parametrize(
    ("quote", "sentence", "told"),
    [
        ("港口数据应当在本地备份，每季度演练一次。", "港口数据应当在异地备份，每季度演练一次。", Edit("本地", "异地")),
        ("对企业一次性奖励50万元。", "对企业一次性奖励80万元。", Edit("50万元", "80万元")),
        ("监测数据不得用于商业推送。", "监测数据应当用于商业推送。", Edit("不得", "应当")),
        ("港口设有码头；每天必须做好消毒。", "每周必须做好消毒。", Edit("每天", "每周")),
        ("港口设有码头；必须做好仓库消毒；每天", "必须做好仓库清扫。", Edit("消毒；", "清扫。")),
    ],
)
def test_the_one_place_that_differs_is_found_in_whole_words(quote: str, sentence: str, told: Edit) -> None:
    assert list(edits.edits(quote, sentence)) == [told]


def test_another_wording_has_no_single_place_that_differs() -> None:
    assert not list(edits.edits("对建成智慧酿造车间的企业，一次性奖励50万元。", "奖励的办法是一次给五十万。"))


@pytest.mark.parametrize(
    ("quote", "sentence"),
    [
        (BACKUP, "港口数据应当在异地备份，每季度演练一次。"),
        (BACKUP, "港口数据可以在本地备份，每季度演练一次。"),
        (BACKUP, "港口数据应当在本地备份，每月演练一次。"),
        (SENSORS, "在近岸布设潮汐传感器500个，监测数据可以用于商业推送。"),
        (ROSES, "到2017年，花卉电子拍卖额达到18亿元，鲜切花损耗率升到12%以下，建成智慧温室260座。"),
        (TICKETS, "渡轮、民宿和景点门票统一在海岛鱼市平台预订。"),
        (TICKETS, "渡轮、酒店和景点门票统一在海岛票务平台预订。"),
        (LEADS, "(市交通局牵头，市港航局、市经信局配合)"),
    ],
)
def test_one_word_changed_in_a_faithful_sentence_is_told(index: Index, quote: str, sentence: str) -> None:
    assert edits.changed(view(index, quote, sentence))


@pytest.mark.parametrize(
    ("quote", "sentence"),
    [
        (BACKUP, "港口数据应当在本地备份，每季度演练一次。"),
        (BACKUP, "宁波市提出，港口数据须在本地备份，每季度演练一次。"),
        (SENSORS, "在近岸布设潮汐传感器五百个，监测数据严禁用于商业推送。"),
        (ROSES, "到2017年，鲜切花损耗率降到12%以下，花卉电子拍卖额达到18亿元。"),
        (TICKETS, "民宿、渡轮和景点门票统一在海岛票务平台预订。"),
        (TICKETS, "景点门票、渡轮和民宿统一在海岛票务平台预订。"),
    ],
)
def test_the_same_in_other_words_or_order_is_left_alone(index: Index, quote: str, sentence: str) -> None:
    assert edits.changed(view(index, quote, sentence)) is None


def test_a_figure_under_another_year_of_the_same_sentence_is_told(tmp_path_factory: pytest.TempPathFactory) -> None:
    text = "青河市浮桥计划\n一、目标\n到2019年新建浮桥6座，到2022年改造渡船30艘，并且完成全部渡口的照明改造工程。\n"
    built = plans.built(tmp_path_factory.mktemp("years"), 青河=text)
    assert figures.of_something_else(view(built, "到2019年新建浮桥", "到2022年新建浮桥6座。"))
    assert figures.of_something_else(view(built, "到2019年新建浮桥", "到2019年新建浮桥6座。")) is None


@pytest.mark.parametrize(
    ("text", "right", "wrong"),
    [
        (
            "据市里介绍，渡口客流实现较快增长，年内越过八千人次、九千人次两道关口，规模9300人次创下新高。",
            "渡口客流规模9300人次。",
            "浮桥客流规模9300人次。",
        ),
        (
            "客流越过八千人次，青河渡口交出了一份客流的好成绩——以人次计，2022年青河客流达9300人次，在2019年首次达到5000人次之后再创新高。",
            "青河渡口客流达9300人次。",
            "青河渡口客流达5200人次。",
        ),
    ],
)
def test_neither_who_says_it_nor_an_article_takes_a_figure_from_its_thing(
    tmp_path_factory: pytest.TempPathFactory, text: str, right: str, wrong: str
) -> None:
    built = plans.built(tmp_path_factory.mktemp("said"), 青河=f"青河市渡口计划\n一、目标\n{text}\n")
    assert figures.of_something_else(view(built, text[:6], right)) is None
    assert check(wrong, [plans.source(built, text[:6])], built.idf).problem


@pytest.mark.parametrize(
    ("quote", "sentence", "stands"),
    [
        (SUBSIDY, "不为渔船加装北斗终端。", False),
        (SUBSIDY, "只为渔船加装北斗终端。", False),
        (SUBSIDY, "为渔船加装北斗终端。", True),
        (SENSORS, "监测数据用于商业推送。", False),
        (ROSES, "鲜切花损耗率提高到12%以下。", False),
        (SENSORS, "布设的潮汐传感器不能少于500个。", True),
        (SENSORS, "布设的潮汐传感器不能用。", False),
        (SUBSIDY, "无锡为渔船加装北斗终端。", True),  # no denial
    ],
)
def test_sense(index: Index, quote: str, sentence: str, stands: bool) -> None:
    assert (sense.changed(view(index, quote, sentence)) is None) is stands


def test_a_new_word_is_named_and_neutral_ones_are_not_new(index: Index) -> None:
    known, word = wording.newest(view(index, SUBSIDY, "为渔船加装卫星终端。"))
    assert (known, word) == (0.0, "卫星")
    assert wording.newest(view(index, SUBSIDY, "计划为渔船加装北斗终端。"))[0] == 1.0


def test_what_was_added_is_named(index: Index) -> None:
    found = edits.changed(view(index, SUBSIDY, "渔民可以为渔船加装北斗终端。"))
    assert found is not None
    assert "原文没有“" in found


def test_a_single_word_is_no_sentence(index: Index) -> None:
    assert wording.says_nothing(view(index, SUBSIDY, "宁波市渔船。"))
    assert not wording.says_nothing(view(index, SUBSIDY, "为渔船加装终端。"))
    found = check("渔船。", [plans.source(index, SUBSIDY)], index.idf)
    assert found.problem == "没有可以核对的内容"


def test_a_figure_may_not_be_given_a_topic_from_another_clause(index: Index) -> None:
    sources = [plans.source(index, quote) for quote in (SENSORS, BACKUP)]
    refused = check("港口潮汐传感器500个，数据本地备份。", sources, index.idf)
    assert refused.problem == "“港口潮汐传感器500个”不是同一处原文说的"
    assert check("在近岸布设潮汐传感器500个，港口数据应当在本地备份。", sources, index.idf).stands


def test_words_of_two_clauses_are_put_together_only_in_a_list_of_their_heading(index: Index) -> None:
    tasks = [plans.source(index, quote) for quote in (SUBSIDY, "鼓励渔民合作社")]

    def objection(sentence: str) -> str | None:
        return pieced.pieced(View.of(sentence, tasks, index.idf))

    assert "不是同一处原文说的" in (objection("北斗终端直销渔获。") or "")
    assert objection("智慧渔业有北斗终端、直销渔获。") is None
    assert objection("加装北斗终端，直销渔获。") is None
    assert objection("智慧渔业的北斗终端直销渔获。")
    assert objection("智慧渔业在网上鱼市为渔船加装北斗终端。")


def test_a_sentence_of_one_plan_may_not_rest_on_another(index: Index) -> None:
    sources = [plans.source(index, quote) for quote in (CELLAR, SENSORS)]
    both = "智慧酿造车间建成36个，近岸布设潮汐传感器500个。"
    assert not check(f"青岛市{both}", sources, index.idf).stands
    assert check(f"青岛市和宁波市分别有：{both}", sources, index.idf).stands


@pytest.mark.parametrize(
    ("quote", "asked", "fragment", "statement"),
    [
        (
            "无人集卡达到",
            "到2024年无人集卡要有多少辆？",
            "120辆。",
            "到2024年无人集卡要有120辆",
        ),
        ("市港航局牵头", "智慧码头由谁牵头？", "由市港航局牵头。", "智慧码头由市港航局牵头"),
        (SENSORS, "宁波和青岛的传感器各有多少个？", "500个。", "和 的传感器各有500个"),
        ("无人集卡达到", "宁波那都几辆无人集卡？", "120辆。", "宁波那120辆无人集卡"),
    ],
)
def test_a_fragment_is_read_with_its_question(
    index: Index, quote: str, asked: str, fragment: str, statement: str
) -> None:
    read = question.read_with(View.of(fragment, [plans.source(index, quote)], index.idf, question=asked))
    assert read.sentence.strip() == statement
    assert read.completed


@pytest.mark.parametrize(
    ("fragment", "asked"), [("是。", "无人集卡有120辆吗？"), ("120辆。", ""), ("无人集卡达到120辆。", "有多少辆？")]
)
def test_a_whole_sentence_and_an_answer_of_yes_stay_as_they_are(index: Index, fragment: str, asked: str) -> None:
    read = question.read_with(View.of(fragment, [plans.source(index, "无人集卡达到")], index.idf, question=asked))
    assert (read.sentence, read.completed) == (fragment, False)


@pytest.mark.parametrize(
    ("quote", "asked", "fragment", "stands"),
    [
        ("无人集卡达到", "宁波到2024年无人集卡要有多少辆？", "120辆。", True),
        ("无人集卡达到", "宁波到2024年远控桥吊要有多少台？", "120辆。", False),  # of something else
        ("无人集卡达到", "宁波到2030年无人集卡要有多少辆？", "120辆。", False),  # of another year
        ("无人集卡达到", "宁波到2024年无人集卡要有多少辆？", "120。", True),  # the unit goes without saying
        ("无人集卡达到", "青岛到2024年无人集卡要有多少辆？", "120辆。", False),  # of another place
        ("渡轮、民宿", "宁波的海岛票务平台都能预订什么？", "渡轮、民宿和景点门票。", True),
        ("在近岸布设", "宁波的渔业传感器有多少个？", "500个。", False),  # of a thing that is not in the sentence
        ("全市建成智慧酿造", "青岛的酿造企业上云率要达到多少？", "70%。", True),
        ("全市建成智慧酿造", "青岛的酿造企业上云率要达到多少？", "20%。", False),
        ("为渔船加装", "宁波渔船联网的补助资金市财政承担多大比例？", "60%。", True),
        ("为渔船加装", "宁波渔船联网的补助资金市财政承担多大比例？", "每艘1800元。", False),
        ("(市海洋局牵头，市气象局", "宁波的潮汐监测网由谁牵头？", "市海洋局。", True),
        ("(市海洋局牵头，市气象局", "宁波的潮汐监测网由谁牵头？", "由市海洋局牵头。", True),
        ("(市海洋局牵头，市气象局", "宁波的潮汐监测网由谁配合？", "市海洋局。", False),
        ("市港航局牵头", "宁波的海岛票务平台由谁牵头？", "市港航局。", False),
        ("渡轮、民宿", "宁波的海岛票务平台能预订什么？", "渡轮、民宿和景点门票。", True),
        ("渡轮、民宿", "宁波的网上鱼市卖什么？", "渡轮、民宿和景点门票。", False),
        ("在近岸布设", "宁波的潮汐监测网由谁牵头？", "近岸。", False),
    ],
)
def test_a_fragment_stands_as_the_answer_to_its_question_or_not_at_all(
    index: Index, quote: str, asked: str, fragment: str, stands: bool
) -> None:
    verdict = check(fragment, [plans.source(index, quote)], index.idf, question=asked)
    assert verdict.stands is stands, verdict.problem


@pytest.mark.parametrize(
    ("asked", "sentence", "stands"),
    [
        ("青河要发展多少个村？", "青河要建成渡口服务点1000个以上。", False),  # 专业村 are counted too
        ("青河要有多少个专业村？", "青河要建成专业村150个。", True),
        ("青河要有多少个专业村？", "青河要有150个。", True),
        ("青河要有多少个村和多少个服务点？", "青河要建成渡口服务点1000个以上。", True),  # asks for both
        ("青河改造多少个村？", "青河改造120个。", True),
        ("青河要有多少个网点？", "青河要建成渡口服务点1000个以上。", True),  # the plan counts none: by another name
    ],
)
def test_what_is_counted_is_what_was_asked_for(tmp_path: Path, asked: str, sentence: str, stands: bool) -> None:
    text = "青河市渡口计划\n一、目标\n到2020年，建成渡口服务点1000个以上、专业村150个，改造120个。\n"
    built = plans.built(tmp_path, 青河=text)
    verdict = check(sentence, [plans.source(built, "建成渡口服务点")], built.idf, question=asked)
    assert verdict.stands is stands, verdict.problem


@pytest.mark.parametrize(
    ("asked", "name", "stands"),
    [
        ("渡口的口号是什么？", "“一起向未来”", True),
        ("渡口的吉祥物是谁？", "河墩墩。", True),
        ("渡口的吉祥物是谁？", "黑熊。", False),
        ("成都渡口的口号都有什么？", "“一起向未来”", False),
        ("码头的吉祥物是谁？", "河墩墩。", False),
    ],
)
def test_a_name_is_the_answer_whatever_words_it_is_made_of(tmp_path: Path, asked: str, name: str, stands: bool) -> None:
    text = "青河市渡口计划\n一、宣传\n渡口的口号是“一起向未来”，渡口的吉祥物是河墩墩。\n"
    built = plans.built(tmp_path, 青河=text)
    assert check(name, [plans.source(built, "渡口的口号")], built.idf, question=asked).stands is stands


@pytest.mark.parametrize(
    ("quote", "asked", "sentence", "stands"),
    [
        ("樱桃园要安装", "大连的樱桃园要装什么设备？", "大连的樱桃园要装墒情传感器。", True),
        ("对建成智慧酿造车间", "建成智慧酿造车间的企业能拿多少奖励？", "建成智慧酿造车间的企业能拿50万元奖励。", True),
        ("全市建成智慧酿造", "青岛要拍卖多少个智慧酿造车间？", "青岛要拍卖36个智慧酿造车间。", False),
        ("全市建成智慧酿造", "青岛要拆多少个智慧酿造车间？", "青岛要拆36个智慧酿造车间。", False),
        ("全市建成智慧酿造", "青岛要建成多少个智慧茶叶车间？", "青岛要建成36个智慧茶叶车间。", False),
        ("在近岸布设", "监测数据能用于商业推送吗？", "监测数据能用于商业推送。", False),
    ],
)
def test_a_light_word_of_the_question_is_not_new_and_what_states_is(
    index: Index, quote: str, asked: str, sentence: str, stands: bool
) -> None:
    verdict = check(sentence, [plans.source(index, quote)], index.idf, question=asked)
    assert verdict.stands is stands, verdict.problem


@pytest.mark.parametrize(
    ("quote", "sentence", "told"),
    [
        ("配送误差不超过2小时。", "配送误差至多2小时。", False),
        ("配送误差不超过2小时。", "配送误差至少2小时。", True),
        ("由县级以上机关管理渡口。", "由县级以下机关管理渡口。", True),
    ],
)
def test_limits_of_one_meaning_are_one(tmp_path: Path, quote: str, sentence: str, told: bool) -> None:
    built = plans.built(tmp_path, 青河=f"青河市渡口计划\n一、目标\n{quote}\n")
    assert bool(edits.changed(view(built, quote, sentence))) is told


@pytest.mark.parametrize(
    ("quote", "sentence", "told"),
    [
        (  # who manages which?
            "鼓励渡口使用的水上防护帽、水上防护服分别由航管、港管采购。",
            "鼓励渡口使用的水上防护服、水上防护帽分别由航管、港管采购。",
            True,
        ),
        ("支持民营渡口，奖励国营渡口。", "奖励民营渡口，奖励国营渡口。", True),
        ("渡口、码头的票价低于船闸、航标的票价。", "船闸、码头的票价低于渡口、航标的票价。", True),
        ("长期租赁渡口用地，短期租赁码头用地。", "短期租赁渡口用地。", True),
        ("渡口奖20万元、码头奖30万元、船闸奖40万元。", "渡口奖30万元、码头奖20万元、船闸奖40万元。", True),
        (  # who leads?
            "渡口网络的建设由航管、港管牵头，海事、水利配合。",
            "渡口网络的建设由航管、海事牵头，港管、水利配合。",
            True,
        ),
        ("由航管牵头、港管配合建设渡口网络。", "由港管牵头、航管配合建设渡口网络。", True),
    ],
)
def test_the_items_of_a_list_may_change_places(tmp_path: Path, quote: str, sentence: str, told: bool) -> None:
    built = plans.built(tmp_path, 青河=f"青河市渡口计划\n一、目标\n{quote}\n")
    assert bool(edits.changed(view(built, quote, sentence))) is told


@pytest.mark.parametrize(
    ("quote", "sentence"),
    [
        ("智慧渡口由云溪渡口、月湾渡口等“九渡三谷”为引领。", "智慧渡口由云溪渡口、月湾渡口等“九渡三谷”来引领。"),
    ],
)
def test_what_takes_the_place_of_colour_alone_is_no_exchange(tmp_path: Path, quote: str, sentence: str) -> None:
    built = plans.built(tmp_path, 青河=f"青河市渡口计划\n一、目标\n{quote}\n")
    assert edits.changed(view(built, quote, sentence)) is None


@pytest.mark.parametrize(
    ("sentence", "strange"),
    [
        ("大连出台《大连市数字樱桃园建设意见》。", False),
        ("大连出台《大连市智慧冷链意见》。", True),
    ],
)
def test_a_title_stands_as_it_is_or_is_that_of_the_document(index: Index, sentence: str, strange: bool) -> None:
    assert bool(place.strange_title(view(index, "用三年时间", sentence))) is strange


def test_the_title_of_the_document_may_be_shortened(index: Index) -> None:
    assert place.strange_title(view(index, SENSORS, "《智慧港湾实施方案》要求布设传感器。")) is None


@pytest.mark.parametrize("sentence", ["智慧码头5年内建成。", "3年内建成数字车间。"])
def test_how_long_a_thing_takes_is_of_that_thing(tmp_path: Path, sentence: str) -> None:
    text = "温州市渔港行动方案\n温府〔2020〕8号\n一、任务\n1.力争3年内建成智慧码头，5年内建成数字车间。\n"
    assert figures.of_something_else(view(plans.built(tmp_path, 温州=text), "力争3年内", sentence))


@pytest.mark.parametrize(
    ("quote", "asked", "sentence"),
    [
        (BACKUP, "港口数据可以在哪里备份？", "港口数据可以在本地备份。"),
        (SENSORS, "监测数据可以怎么用？", "监测数据可以用于商业推送。"),
    ],
)
def test_what_one_must_do_is_not_what_one_may(index: Index, quote: str, asked: str, sentence: str) -> None:
    assert not check(sentence, [plans.source(index, quote)], index.idf, question=asked).stands


@pytest.mark.parametrize("sentence", ["企业排放浓度高出国家标准。", "高于国家标准的是企业排放浓度。"])
def test_a_limit_without_a_figure_is_a_negation(tmp_path: Path, sentence: str) -> None:
    text = "温州市渔港行动方案\n温府〔2020〕8号\n一、任务\n1.企业排放浓度不得高于国家标准。\n"
    built = plans.built(tmp_path, 温州=text)
    assert not check(sentence, [plans.source(built, "企业排放")], built.idf).stands


def test_what_is_planned_is_not_done(index: Index) -> None:
    assert sense.changed(view(index, SENSORS, "近岸布设了潮汐传感器500个。"))
    assert sense.changed(view(index, "据了解，首批", "首批数字樱桃园完成了验收45个。")) is None


def test_what_stands_under_results_has_been_done(tmp_path: Path) -> None:
    built = plans.built(tmp_path, 青河="青河市浮桥工作总结\n一、主要成效\n新建浮桥6座，改造渡船30艘。\n")
    assert sense.changed(view(built, "新建浮桥", "已经新建了浮桥6座。")) is None


def test_a_sentence_rests_on_three_only_under_one_heading(tmp_path: Path) -> None:
    text = "青河市渡口计划\n一、桥梁\n新建浮桥6座。改造渡船30艘。安装航标900个。\n二、照明\n更换路灯70盏。\n"
    built = plans.built(tmp_path, 青河=text)
    one, two, three, other = (plans.source(built, quote) for quote in ("新建浮桥", "改造渡船", "安装航标", "更换路灯"))
    listed = "新建浮桥6座，改造渡船30艘，安装航标900个。"
    assert len(check(listed, [one, two, three], built.idf).support) == 3
    mixed = "新建浮桥6座，改造渡船30艘，更换路灯70盏。"
    assert not check(mixed, [one, two, other], built.idf).stands


def test_a_title_that_holds_a_title_is_known(index: Index) -> None:
    assert (
        place.strange_title(view(index, "花卉产业是", "《〈昆明市智慧花卉行动计划(2015-2017年)〉政策解读》。")) is None
    )
