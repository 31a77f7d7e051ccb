"""The routes without a model: fields and status, lead units, what a unit leads, lists."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from assistant.model.chat import ScriptedChat
from assistant.pipeline import Assistant
from assistant.question.understand import understand
from assistant.routes.claim import Work
from assistant.routes.lookup import examples, front_cells
from assistant.settings import Settings
from assistant.types import Answer, Outcome
from index.search import Index
from tests import plans

Ask = Callable[[str], Answer]


@pytest.fixture
def ask(index: Index) -> Ask:
    """An assistant whose model fails the test when it is called: it has no reply left."""
    return Assistant(Settings(), index=index, model=ScriptedChat([])).answer


def lines(answer: Answer) -> list[str]:
    return [s.text for s in answer.sentences]


def quotes(answer: Answer) -> list[str]:
    return [c.quote for c in answer.citations]


@pytest.mark.parametrize(
    ("question", "says", "quote"),
    [
        ("宁波市的文号是多少？", "甬海办〔2019〕17号", "甬海办〔2019〕17号"),
        ("青岛的文号是多少？", "青政办字〔2018〕9号", "发文字号: | 青政办字〔2018〕9号"),
        ("宁波的方案是谁发布的？", "宁波市人民政府办公厅", "宁波市人民政府办公厅"),
        ("大连这篇报道来源是哪里？来源于哪家媒体？", "滨城晚报", "来源:滨城晚报"),
        ("宁波的方案是什么时候发布的？", "成文日期是2019年4月12日", "2019年4月12日"),
        ("昆明的解读是哪天发布的？", "2015年7月20日", "2015-07-20"),
        ("昆明的规划期是哪几年？", "2015–2017年", "(2015-2017年)"),
        ("宁波的方案是什么性质的文件？", "是正式文件", "甬海办"),
        ("昆明的材料是什么类型的文件？", "政策解读，不是正式文件", "政策解读"),
        ("大连的材料是不是正式文件？", "新闻报道，不是正式文件", "本报讯"),
        ("昆明解读的是哪个文件？", "解读的是《昆明市智慧花卉行动计划", "昆明市智慧花卉行动计划"),
        ("大连报道的是哪个文件？", "报道的是《大连市数字樱桃园建设意见》", "大连市数字樱桃园建设意见"),
        ("宁波的方案全称叫什么？", "《宁波市智慧港湾建设实施方案》", "宁波市智慧港湾建设实施方案"),
        ("甬海办〔2019〕17号是哪个市的文件？", "是宁波市的文件", "宁波市"),
    ],
)
def test_a_field_is_told_and_cited_where_it_was_read(ask: Ask, question: str, says: str, quote: str) -> None:
    answer = ask(question)
    assert answer.status is Outcome.ANSWERED
    assert answer.route == "fields"
    assert any(says in line for line in lines(answer)), lines(answer)
    assert any(quote in q for q in quotes(answer)), quotes(answer)


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("大连的文号是多少？", "没有写明文号"),
        ("昆明的文号是多少？", "没有写明文号"),
        ("宁波的规划期是哪几年？", "没有写明规划期"),
    ],
)
def test_a_field_that_the_text_does_not_give_is_not_made_up(ask: Ask, question: str, missing: str) -> None:
    answer = ask(question)
    assert answer.status is Outcome.REFUSED
    assert missing in answer.text
    assert answer.citations == ()


@pytest.mark.parametrize(
    ("question", "says", "quote"),
    [
        ("青岛的计划还有效吗？", "已停止执行", "该文件自2020年6月1日起停止执行"),
        ("昆明的解读还有效吗？", "期限已满", "2015-2017年"),
        ("宁波的方案现在有效吗？", "有效性未知", "宁波市智慧港湾建设实施方案"),
    ],
)
def test_the_status_and_what_it_follows_from(ask: Ask, question: str, says: str, quote: str) -> None:
    answer = ask(question)
    assert says in answer.text
    assert any(quote in q for q in quotes(answer))


@pytest.mark.parametrize("question", ["青岛的停止执行以后该看哪个文件？", "青岛那份被什么文件替代了？"])
def test_that_no_file_takes_its_place_is_told(ask: Ask, question: str) -> None:
    answer = ask(question)
    assert "没有写明由哪份文件接替" in answer.text


def test_which_plans_have_a_status(ask: Ask) -> None:
    assert [c.document.region for c in ask("哪份文件已经停止执行了？").citations] == ["青岛市"]
    assert [c.document.region for c in ask("哪些文件已经到期？").citations] == ["昆明市"]


def test_both_days_are_told_where_a_plan_was_signed_before_it_was_published(ask: Ask) -> None:
    answer = ask("青岛的计划是什么时候发布的？")
    assert "成文日期是2018年3月5日，公开日期是2018年3月9日" in answer.text
    assert ["2018年3月5日" in quotes(answer)[0], "公开日期: | 2018-03-09" in quotes(answer)[1]] == [True, True]


def test_the_fields_of_several_plans_and_what_one_lacks(ask: Ask) -> None:
    answer = ask("宁波、青岛和昆明的文号分别是什么？")
    assert answer.status is Outcome.PARTLY
    assert "甬海办〔2019〕17号" in answer.text
    assert "青政办字〔2018〕9号" in answer.text
    assert "没有写明文号" in (answer.reason or "")


@pytest.mark.parametrize(
    ("question", "cells"),
    [
        ("青岛的索引号是多少？", ["索引号是00512345/2018-00031。"]),
        ("索引号是多少？", ["索引号是00512345/2018-00031。"]),
        ("青岛的主题分类和公开范围是什么？", ["公开范围是全社会。", "主题分类是工业。"]),
        ("宁波的索引号是多少？", []),  # its front matter has no table
        ("青岛的奖励是多少？", []),
    ],
)
def test_the_cells_of_the_front_table_that_a_question_names(index: Index, question: str, cells: list[str]) -> None:
    work = Work()
    claims = front_cells(understand(question, (), index), index, work)
    assert [claim.text.partition("》的")[2] for claim in claims] == cells
    assert work.evidence == [e for claim in claims for e in claim.support]
    for claim in claims:
        label, _, value = claim.text.rstrip("。").rpartition("的")[2].partition("是")
        assert f"{label}: | {value} |" in claim.support[0].text
        assert claim.checks.numbers
        assert claim.checks.place


def test_a_front_cell_is_answered_without_a_model(ask: Ask) -> None:
    answer = ask("青岛的索引号是多少？")
    assert answer.status is Outcome.ANSWERED
    assert lines(answer) == ["《青岛市啤酒酿造数字化改造行动计划(2018-2021年)》的索引号是00512345/2018-00031。"]
    assert "00512345/2018-00031" in quotes(answer)[0]


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("宁波的渔船联网由谁牵头？", "“推行渔船联网”由市海洋局牵头，市财政局配合"),
        ("宁波的网上鱼市归哪个部门管？", "“开设网上鱼市”由市商务局牵头，市海洋局、市市场监管局配合"),
        ("宁波建设潮汐监测网的配合单位是谁？", "“建设潮汐监测网”由市海洋局牵头，市气象局配合"),
        ("青岛的冷链配送网络由哪个部门负责？", "“冷链配送网络”由市商务局牵头，市交通局配合"),
        ("宁波的渔船联网还有哪些单位一起干？", "市财政局配合"),
        ("酿造工匠学校由谁牵头？", "青岛市“酿造工匠学校”由市人社局牵头"),
    ],
)
def test_who_leads_a_task(ask: Ask, question: str, says: str) -> None:
    answer = ask(question)
    (line,) = lines(answer)
    assert says in line
    assert "牵头" in quotes(answer)[0]


def test_who_takes_part_is_told_though_the_question_takes_another_for_the_lead(ask: Ask) -> None:
    answer = ask("宁波的渔船联网既然由市财政局牵头，配合单位是哪几家？")
    assert "“推行渔船联网”由市海洋局牵头，市财政局配合" in answer.text
    assert any("“市财政局”与原文不符" in notice for notice in answer.notices)


def test_three_items_are_not_the_ten_that_are_asked_for(ask: Ask) -> None:
    assert "3.稳妥推进" in ask("青岛坚持哪三条工作原则？").text
    assert "3.稳妥推进" not in ask("青岛坚持哪十条工作原则？").text


def test_without_a_task_all_tasks_of_the_plan_are_told_and_of_all_plans_none(ask: Ask) -> None:
    answer = ask("宁波由谁牵头？")
    assert {"推行渔船联网", "开设网上鱼市"} <= {name for line in lines(answer) for name in re.findall("“(.+?)”", line)}
    several = ask("由谁牵头？")
    assert several.status is Outcome.REFUSED
    assert "请写明" in (several.reason or "")


def test_who_leads_what_only_another_plan_speaks_of_is_not_told(tmp_path_factory: pytest.TempPathFactory) -> None:
    texts = {
        "温州": "温州市渔业行动方案\n温府〔2020〕8号\n一、任务\n1.养殖服务平台。建设养殖服务平台。(市海洋局牵头)\n",
        "厦门": "厦门市航运行动方案\n厦府〔2020〕9号\n一、任务\n1.航运服务平台。建设航运服务平台。(市交通局牵头)\n",
    }
    index = plans.built(tmp_path_factory.mktemp("elsewhere"), **texts)
    assistant = Assistant(Settings(llm="off"), index=index)
    assert "市交通局" in assistant.answer("厦门的航运服务平台由谁牵头？").text
    answer = assistant.answer("厦门的养殖服务平台由谁牵头？")
    assert answer.status is Outcome.REFUSED
    assert "没有写明“养殖服务平台”的牵头" in (answer.reason or "")


def test_that_nobody_takes_part_is_told(tmp_path_factory: pytest.TempPathFactory) -> None:
    text = "温州市渔业行动方案\n温府〔2020〕8号\n一、任务\n1.看护渔港。建设灯塔，备好缆绳。(市海洋局牵头)\n"
    assistant = Assistant(Settings(llm="off"), index=plans.built(tmp_path_factory.mktemp("alone"), 温州=text))
    answer = assistant.answer("温州看护渔港的配合单位有哪些？")
    assert answer.status is Outcome.PARTLY
    assert "没有写明这一条的配合单位" in (answer.reason or "")
    assert assistant.answer("温州看护渔港由谁牵头？").status is Outcome.ANSWERED
    assert assistant.answer("温州看护渔港的责任单位是谁？").status is Outcome.ANSWERED


def test_the_words_of_a_topic_are_looked_for_together(tmp_path_factory: pytest.TempPathFactory) -> None:
    text = (
        "温州市渔业行动方案\n温府〔2020〕8号\n一、任务\n"
        "1.方便上岛。开通海岛应急交通专线，备足渡轮、救生筏、担架和药品。(市港航局牵头，市财政局配合)\n"
        "2.照顾渔村老人。配发应急手环。市民卡可用于交通。应急药箱到户。老人交通免费。应急铃到床头。(市民政局牵头，市财政局配合)\n"
        "3.看护渔港。建设灯塔。(市海洋局牵头，市财政局配合)\n"
    )
    built = plans.built(tmp_path_factory.mktemp("together"), 温州=text)
    answer = Assistant(Settings(llm="off"), index=built).answer("温州的应急交通由谁牵头？")
    assert "由市港航局牵头" in answer.text


def test_a_unit_may_be_named_in_other_words(tmp_path_factory: pytest.TempPathFactory) -> None:
    text = (
        "温州市渔业行动方案\n温府〔2020〕8号\n一、任务\n"
        "1.铺好海底光缆。光缆通到每座海岛。(市海洋局牵头，中国电信温州分公司配合)\n"
    )
    built = plans.built(tmp_path_factory.mktemp("unit"), 温州=text)
    answer = Assistant(Settings(llm="off"), index=built).answer("电信的温州分公司配合哪些任务？")
    assert "铺好海底光缆" in answer.text


def test_a_clause_without_a_duty_line_has_no_lead(ask: Ask) -> None:
    answer = ask("宁波的人才保障由谁牵头？")
    assert answer.status is Outcome.REFUSED
    assert "没有写明“人才保障”的牵头或责任单位" in answer.text


def test_a_wrong_unit_in_the_question_is_corrected(ask: Ask) -> None:
    wrong = ask("宁波的渔船联网由市财政局牵头，对吗？")
    assert any("市财政局" in notice and "不符" in notice for notice in wrong.notices)
    assert "由市海洋局牵头" in wrong.text
    assert not ask("宁波的渔船联网由市海洋局牵头，对吗？").notices


@pytest.mark.parametrize(
    ("question", "tasks"),
    [
        ("宁波市海洋局牵头哪些任务？", ["建设潮汐监测网", "推行渔船联网"]),
        ("宁波的海洋局配合哪些工作？", ["开设网上鱼市"]),
        ("市交通局配合哪些工作？", ["改造集装箱码头", "开通海岛票务平台", "冷链配送网络"]),
        ("市商务局牵头哪些任务？", ["开设网上鱼市", "冷链配送网络"]),
        ("哪几项任务把市气象局列为责任单位？", ["建设潮汐监测网"]),
    ],
)
def test_what_a_unit_leads_or_takes_part_in(ask: Ask, question: str, tasks: list[str]) -> None:
    assert [re.findall("“(.+?)”", line) for line in lines(ask(question))] == [[task] for task in tasks]


def test_a_unit_that_leads_nothing(ask: Ask) -> None:
    answer = ask("青岛的市教育局牵头哪些任务？")
    assert answer.status is Outcome.REFUSED
    assert "没有写明由市教育局牵头的任务" in answer.text


@pytest.mark.parametrize(
    ("question", "items"),
    [
        ("宁波的重点任务有哪些？", ["(一)智慧码头", "(二)智慧渔业", "(三)智慧海岛"]),
        (
            "宁波的五项任务分别是什么？",  # the grandchildren: there are five of them
            [
                "1.改造集装箱码头",
                "2.建设潮汐监测网",
                "3.推行渔船联网",
                "4.开设网上鱼市",
                "5.开通海岛票务平台",
            ],
        ),
        ("青岛的工作原则有哪些？", ["1.企业为主", "2.节水优先", "3.稳妥推进"]),
        ("写总结用：宁波的保障措施有哪几条？只要标题", ["(一)资金保障", "(二)人才保障", "(三)安全保障"]),
        ("请列出青岛的工作原则，一共几条？", ["1.企业为主", "2.节水优先", "3.稳妥推进"]),
        ("请问宁波的保障措施，有哪几条？", ["(一)资金保障", "(二)人才保障", "(三)安全保障"]),
        ("宁波的保障措施：包括哪几条？", ["(一)资金保障", "(二)人才保障", "(三)安全保障"]),
        ("青岛坚持的几条工作原则，麻烦逐条说", ["1.企业为主", "2.节水优先", "3.稳妥推进"]),
        ("宁波的保障措施包括哪些？", ["(一)资金保障", "(二)人才保障", "(三)安全保障"]),
        (
            "昆明采取了哪三条措施？",  # a run of 一是, 二是, 三是
            [
                "建立花卉数据中心，汇集种植、拍卖和物流数据",
                "给花农发放数字培训券，每户每年400元",
                "组建花卉专家服务团，常年下乡指导",
            ],
        ),
        ("宁波的总体目标有哪些？", ["码头更聪明", "渔业更透明", "海岛更便利"]),
    ],
)
def test_a_list_is_the_whole_of_its_heading_in_order(ask: Ask, question: str, items: list[str]) -> None:
    answer = ask(question)
    assert answer.route == "list"
    head, *rest = lines(answer)
    assert head.endswith("部分列出：")
    assert [line.rstrip("；") for line in rest] == items
    for sentence, item in zip(answer.sentences[1:], items, strict=True):
        (number,) = sentence.citations
        assert item.split("，")[0].lstrip("()一二三12345.") in answer.citations[number - 1].quote


@pytest.mark.parametrize(
    "question",
    [
        "青岛的樱桃品种有哪些？",
        "青岛的动物园有哪些？",
        "宁波的博物馆有哪些？",
        "昆明的恐龙有哪几种？",
    ],
)
def test_a_list_of_what_no_heading_speaks_of_is_none(ask: Ask, question: str) -> None:
    answer = ask(question)
    assert answer.status is Outcome.REFUSED
    assert answer.sentences == ()


@pytest.mark.parametrize("question", ["青岛的计划还有效吗？", "宁波的渔船联网由谁牵头？", "宁波的重点任务有哪些？"])
def test_every_line_has_been_checked(ask: Ask, question: str) -> None:
    answer = ask(question)
    assert answer.sentences
    for sentence in answer.sentences:
        assert sentence.citations
        assert sentence.checks.numbers
        assert sentence.checks.place


def test_each_example_is_answered_in_full(index: Index, ask: Ask) -> None:
    questions = examples(index)
    assert 3 <= len(questions) <= 6
    for question in questions:
        assert ask(question).status is Outcome.ANSWERED, question


@pytest.mark.parametrize(
    ("question", "topic"),
    [("宁波的海水淡化由谁牵头？", "“海水淡化”"), ("宁波的沙滩要有人清扫，由谁牵头？", "“沙滩、清扫”")],
)
def test_a_topic_that_the_question_has_in_pieces_is_told_in_pieces(index: Index, question: str, topic: str) -> None:
    refused = Assistant(Settings(llm="off"), index=index).answer(question)
    assert f"没有写明{topic}的牵头或责任单位" in (refused.reason or "")
