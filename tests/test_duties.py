"""Who leads a task and who takes part, and what a unit does: from the duty lines."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from assistant.model.chat import ScriptedChat
from assistant.pipeline import Assistant
from assistant.settings import Settings
from assistant.types import Answer, Outcome
from index.search import Index
from tests import plans

Ask = Callable[[str], Answer]


@pytest.fixture
def ask(index: Index) -> Ask:
    """An assistant whose model sees no answer anywhere, and fails the test when it is to write one: it has no reply left."""
    return Assistant(Settings(), index=index, model=ScriptedChat([], {"不": 0.999})).answer


def lines(answer: Answer) -> list[str]:
    return [s.text for s in answer.sentences]


def quotes(answer: Answer) -> list[str]:
    return [c.quote for c in answer.citations]


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


def test_of_a_task_that_no_plan_has_it_is_told_that_nobody_is_said_to_lead_it(ask: Ask) -> None:
    assert "没有写明“海水淡化”的牵头或责任单位" in ask("宁波的海水淡化由谁牵头？").text
