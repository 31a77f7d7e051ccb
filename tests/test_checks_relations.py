"""What a figure, a ban or a predicate belongs to: the year, the period, the thing, the condition, the subject."""

from __future__ import annotations

import pytest

from assistant.verify.check import check
from index.search import Index
from tests import plans

PLAN = """关于印发《温州市托育服务三年提升方案》的通知
温州市人民政府办公室
2022年6月8日
温州市托育服务三年提升方案（2022—2024年）
一、主要目标
到2024年，全市新增托位6000个以上，每千人口拥有托位4.6个。
居家保姆培训持证率由2021年的35%提高到2024年的80%。
2022年和2023年分别改造幼儿园30所和45所。
二、主要任务
1.新建小区应当配套建设托育用房，面积不少于200平方米。
2.幼儿园不得收取赞助费，未经批准不得停止办园。
3.对普惠托育机构，按每个托位3000元给予一次性建设补助，最高不超过30万元。
4.托育机构贷款期限最长5年，租金减免不超过三年。
5.托育从业人员每年接受不少于40学时的培训。
6.乐清市、瑞安市率先开展夜间托管服务，其他县（市、区）2023年底前推开。
7.家庭年收入低于6万元的，保育费减半收取。
8.推进社区托育点建设，打造示范托育园10家。
9.学生乘坐公交车实行半价优惠，老年人免费乘车。
10.普惠托育融合水平不断提高，融合指数由2022年的33稳步上升到2024年的39。
11.住宅交付前应当建成托育用房，托育从业人员经培训合格后方可上岗。
12.托育机构应当在收到通知之日起7日内提交整改报告。
"""


@pytest.fixture(scope="module")
def childcare(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return plans.built(tmp_path_factory.mktemp("childcare"), 温州=PLAN)


@pytest.mark.parametrize(
    ("quote", "asked", "sentence", "stands"),
    [
        # the year that stands before a figure is its year
        ("持证率", "2021年居家保姆培训持证率是多少？", "35%。", True),
        ("持证率", "2021年居家保姆培训持证率是多少？", "80%。", False),
        ("持证率", "2024年居家保姆培训持证率达到多少？", "80%。", True),
        ("持证率", "2024年居家保姆培训持证率达到多少？", "35%。", False),
        ("持证率", "", "居家保姆培训持证率提高到80%。", True),
        ("持证率", "", "居家保姆培训持证率提高到35%。", False),
        ("分别改造", "2023年要改造多少所幼儿园？", "45所。", True),
        # what was added is not the whole
        ("新增托位", "", "到2024年全市新增托位6000个以上。", True),
        ("新增托位", "", "到2024年全市托位总数6000个以上。", False),
        ("新增托位", "", "到2024年，全市托位达到6000个以上。", False),
        ("新增托位", "", "到2024年，每千人口新增托位4.6个。", False),
        ("示范托育园", "", "打造示范托育园10家。", True),
        ("示范托育园", "", "社区托育点要建10家。", False),
        # neither of two things is what the other is
        ("融合指数", "", "普惠托育融合水平不断提高，融合指数由2022年的33上升到2024年的39。", True),
        ("融合指数", "", "融合指数由2022年的33稳步上升到2024年的39，普惠托育融合水平不断提高。", True),
        ("融合指数", "", "融合指数水平不断提高，普惠托育融合由2022年的33稳步上升到2024年的39。", False),
        ("半价", "", "学生和老年人免费乘车。", False),
        # what comes first comes first
        ("住宅交付前", "", "托育用房应当在住宅交付前建成。", True),
        ("住宅交付前", "", "托育用房应在交付住宅后才建。", False),
        ("住宅交付前", "", "托育用房建成前应当交付住宅。", False),
        ("住宅交付前", "", "托育从业人员培训合格后才能上岗。", True),
        # a time limit in other words
        ("7日内", "", "托育机构收到通知后7天内提交整改报告。", True),
        ("7日内", "要在几天内提交整改报告？", "7天内。", True),
        ("7日内", "", "托育机构收到通知后8天内提交整改报告。", False),
        ("7日内", "", "托育机构收到通知7天后提交整改报告。", False),
        # a figure is per period and per thing
        ("40学时", "托育从业人员每年要培训多少学时？", "不少于40学时。", True),
        ("40学时", "托育从业人员每月要培训多少学时？", "不少于40学时。", False),
        ("示范托育园", "每月要打造多少家示范托育园？", "10家。", False),
        ("分别改造", "每年改造多少所幼儿园？", "30所。", False),
        ("每个托位", "普惠托育机构每个托位补助多少钱？", "3000元。", True),
        ("每个托位", "每个托育机构补助多少钱？", "3000元。", False),
        ("每个托位", "", "对普惠托育机构，每年按每个托位3000元给予建设补助。", False),
        # the most is not the least
        ("贷款期限", "托育机构贷款期限最长几年？", "5年。", True),
        ("贷款期限", "托育机构贷款期限最短几年？", "5年。", False),
        ("贷款期限", "租金减免最多几年？", "不超过三年。", True),
        ("贷款期限", "租金减免至少几年？", "不超过三年。", False),
        # a bound with its figure is read with the question
        ("新建小区", "新建小区的托育用房要多大？", "至少200平方米。", True),
        ("新建小区", "新建小区的托育用房要多大？", "不能小于200平方米。", True),
        ("新建小区", "新建小区的托育用房要多大？", "不超过200平方米。", False),
        ("每个托位", "普惠托育机构建设补助最高多少？", "最多30万元。", True),
        # 不到, 不足: limits like 低于
        ("年收入低于", "", "年收入不到6万元的家庭保育费减半。", True),
        ("年收入低于", "", "年收入不足6万元的家庭保育费减半。", True),
        ("年收入低于", "", "年收入超过6万元的家庭保育费减半。", False),
        # whom it is of, though the question says it
        ("新建小区", "老旧小区应当配套多大的托育用房？", "200平方米以上。", False),
        # a ban keeps its condition
        ("赞助费", "", "幼儿园未经批准不得停止办园。", True),
        ("赞助费", "", "幼儿园没有经过批准不得停止办园。", True),
        ("赞助费", "", "幼儿园不得停止办园。", False),
        # what is said of one subject is not said of the other
        ("半价", "", "老年人免费乘车。", True),
        ("半价", "", "学生免费乘车。", False),
        ("半价", "", "老年人乘坐公交车半价优惠。", False),
        ("半价", "哪些人乘坐公交车实行半价优惠？", "学生。", True),
        ("半价", "哪些人乘坐公交车实行半价优惠？", "老年人。", False),
        ("夜间托管", "瑞安市什么时候推开夜间托管服务？", "2023年底前。", False),
        ("夜间托管", "", "乐清市、瑞安市率先开展夜间托管服务。", True),
    ],
)
def test_a_statement_belongs_to_what_the_source_says_it_of(
    childcare: Index, quote: str, asked: str, sentence: str, stands: bool
) -> None:
    verdict = check(sentence, [plans.source(childcare, quote)], childcare.idf, question=asked)
    assert verdict.stands is stands, verdict.problem


def test_a_period_of_another_quote_is_not_the_figures(childcare: Index) -> None:
    sources = [plans.source(childcare, quote) for quote in ("示范托育园", "40学时")]
    assert not check("托育从业人员每年打造示范托育园10家。", sources, childcare.idf).stands
    assert not check("10家。", sources, childcare.idf, question="温州每年要打造多少家示范托育园？").stands
