"""What a question wants, and which sentences have an answer of its kind."""

from __future__ import annotations

import pytest

from assistant.question.wanted import asked, confirmed, names_thing, wants_one_of, wants_thing


@pytest.mark.parametrize(
    ("question", "answering", "other"),
    [
        ("市商务局的电话是多少？", "咨询电话0571-88001122。", "补助1800元。"),
        ("市商务局的热线是什么？", "请拨打12345。", "共2024件。"),
        ("联系人的手机号是多少？", "手机13800138000。", "编号1380013800012。"),
        ("联系邮箱是什么？", "寄到a@b.cn。", "寄到市商务局。"),
        ("网址是什么？", "见https://b.cn/x。", "见市政府网站。"),
        ("每艘渔船补助多少元？", "每艘补助1800元。", "市财政承担60%。"),
        ("上云率达到多少？", "达到70%。", "建成36个。"),
        ("车间哪年建成？", "到2021年建成。", "建成36个。"),
        ("宁波的票务网上办理率", "达到95%。", "建成36个。"),
        ("昆明2024年鲜花交易额？", "实现交易额20亿元。", "达到95%。"),
        ("请问渔船数量", "共有2400艘。", "增长20%。"),
        ("宁波的渔港全年营收", "营收20亿元。", "增长20%。"),
        ("昆明2024年鲜花产量", "产量20吨。", "比上年多。"),
        ("网上销售额占比", "占全市的12%，增长8%。", "销售额39亿元、增长44.2%。"),
        ("服务业增加值占GDP比重是多少？", "占比重提升为60%。", "增加值增长9%。"),
        ("渔业占比", "占全市的12%。", "增长率达到12%。"),
        ("跨境电商出口额多少？", "出口额20亿元。", "比上年增长15%。"),
        ("贷款额度最高是多少？", "最高500万元。", "比上年增长15%。"),
        ("服务业比重是多少？", "服务业比重提高到60%。", "服务业增加值增长了9%。"),
        ("服务业比重提高了多少个百分点？", "比重提高5个百分点。", "建成36个。"),
        ("文号是多少？", "甬海办〔2019〕17号。", "2019年4月12日印发。"),
    ],
)
def test_a_figure_is_asked_for_and_told_from_others(question: str, answering: str, other: str) -> None:
    kind = asked(question)
    assert kind is not None
    assert kind.figure
    assert (kind.found_in(answering), kind.found_in(other)) == (True, False)


@pytest.mark.parametrize(
    "question", ["领导小组组长是谁？", "哪位领导负责？", "这篇报道是谁写的？", "记者叫什么名字？", "联系人的姓名？"]
)
def test_a_person_is_asked_for(question: str) -> None:
    kind = asked(question)
    assert kind is not None
    assert not kind.figure
    assert kind.found_in("组长由王小明担任。")
    assert not kind.found_in("由市海洋局牵头，市财政局配合。")


@pytest.mark.parametrize(
    "question", ["有什么要求？", "渔船联网由谁牵头？", "牵头单位是谁？", "组长负责什么？", "提高渔船覆盖率"]
)
def test_any_statement_may_answer_other_questions(question: str) -> None:
    assert asked(question) is None


@pytest.mark.parametrize(
    ("question", "confirming", "other"),
    [
        ("每艘补助1800元，对吗？", "每艘补助2000元。", "承担60%。"),
        ("比例是60%吗？", "承担40%。", "补助1800元。"),
    ],
)
def test_a_figure_is_confirmed_or_corrected_by_one_of_its_unit(question: str, confirming: str, other: str) -> None:
    kind = confirmed(question)
    assert kind is not None
    assert kind.figure
    assert (kind.found_in(confirming), kind.found_in(other)) == (True, False)


@pytest.mark.parametrize("question", ["数据共享了吗？", "是一个平台吗？", "到2024年吗？"])
def test_without_a_figure_there_is_none_to_confirm(question: str) -> None:
    assert confirmed(question) is None


@pytest.mark.parametrize(
    ("question", "thing", "one_of", "name"),
    [
        ("渔船由谁牵头？", True, False, False),
        ("每艘补助多少元", True, False, False),
        ("渔船联网给不给补助？", False, True, False),
        ("是否补助渔船", False, True, False),
        ("渔船能否联网", False, True, False),
        ("渔船联网了没？", False, True, False),
        ("渔船有多少艘，对吗？", False, True, False),
        ("渔船归海洋局还是公安局管？", False, True, False),
        ("渔船和码头哪个先联网？", True, True, False),
        ("宁波2020年的渔船", False, False, True),
        ("票务网上办理率。", False, False, True),
        ("牵头单位和责任单位各是谁？", True, False, False),
        ("介绍渔船", False, False, False),
        ("有无提到渔船", False, True, False),
        ("延期了多长时间？", True, False, False),
        ("近几年的渔船", False, False, True),
        ("时不时停电怎么办？", True, False, False),
        ("看病的地方不方便怎么办？", True, False, False),
        ("渔业和林业分别由谁牵头？", True, False, False),
        ("水利、交通由哪家单位负责？", True, False, False),
        ("渔业和林业哪个规模大？", True, True, False),
        ("？", False, False, False),
    ],
)
def test_what_a_question_wants(question: str, thing: bool, one_of: bool, name: bool) -> None:
    assert (wants_thing(question), wants_one_of(question), names_thing(question)) == (thing, one_of, name)


@pytest.mark.parametrize("question", ["青河市市长是谁？", "谁是青河市长？"])
def test_who_holds_an_office_is_told_with_the_office(question: str) -> None:
    kind = asked(question)
    assert kind is not None
    assert kind.found_in("青河市市长王小明")
    assert not kind.found_in("(本报记者 王小明)")
    assert not kind.found_in("青河市副市长王小明")


def test_a_higher_office_is_not_the_one_asked_for() -> None:
    kind = asked("青河的书记是谁？")
    assert kind is not None
    assert kind.found_in("青河市委书记王小明")
    assert not kind.found_in("协会总书记王小明")
    deputy = asked("青河市副市长是谁？")
    assert deputy is not None
    assert deputy.found_in("青河市副市长王小明")
    assert not deputy.found_in("青河市市长王小明")


@pytest.mark.parametrize(
    ("question", "defining", "naming"),
    [
        ("什么是众创空间？", "众创空间是指新型孵化平台。", "建设众创空间10家。"),
        ("青河市的“百船工程”指的是什么？", "实施“百船工程”（即改造百艘渔船）。", "推进“百船工程”，改造渔船。"),
        ("请问什么叫做智慧渔港", "建设信息互通的港区（以下称“智慧渔港”）。", "智慧渔港达到3个。"),
        ("“电商换市”是什么意思？", "所谓电商换市，就是线上替代线下。", "深化电商换市。"),
        ("什么是PPP模式？", "PPP模式是指政府和社会资本合作。", "推广PPP模式。"),
        ("本办法所称技术改造是指什么？", "本办法所称技术改造，是指更新设备。", "支持技术改造。"),
    ],
)
def test_a_definition_is_asked_for_and_told_from_a_mention(question: str, defining: str, naming: str) -> None:
    kind = asked(question)
    assert kind is not None
    assert kind.found_in(defining)
    assert not kind.found_in(naming)


@pytest.mark.parametrize(
    "question", ["第二个是什么意思？", "八大行动指的是什么？", "什么是重点任务？", "青河市的主要目标是什么？"]
)
def test_what_is_no_term_is_not_to_be_defined(question: str) -> None:
    assert asked(question) is None
