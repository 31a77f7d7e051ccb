"""A county's measures in articles: whose they are, items with what leads them in, a number that only others name."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from assistant import Assistant
from assistant.settings import Settings
from assistant.types import Outcome
from index.search import Index
from tests import plans
from tests.conftest import document

MEASURES = """望海县渔船更新改造扶持办法
望海政办〔2024〕9号
望海县人民政府办公室
2024年5月20日
第一章 总则
第一条 为加快渔船更新改造，制定本办法。
第二条 本办法所称更新改造，是指拆除老旧渔船、建造新渔船的活动。
第二章 申报
第三条 有下列情形之一的，不予扶持：
（一）购置二手渔船的；
（二）船龄不满十年的；
（三）已享受国家补助的。
第四条 渔船更新补助由船东申报。
申报渔船更新补助应当提交下列材料：
（一）补助申请表；
（二）渔船登记证书复印件；
（三）建造合同和付款凭证。
第五条 对渔港经营者，按下列标准给予补助：
（一）泊位不满十个的，补助5%；
（二）泊位十个以上的，补助8%。
第六条 渔船更新按每艘20万元给予补助，企业上市的另行规定。
责任单位：县农业农村局、县财政局
第三章 附则
第七条 本办法自2024年7月1日起施行，有效期5年。原《望海县渔船补助办法》（望海政办〔2019〕3号）同时废止。
"""
OTHER = """清湖区人民政府关于加强托育服务的意见
清政发〔2025〕2号
清湖区人民政府
2025年3月1日
一、发展目标
到2027年，清湖区每千人口托位数达到5个，普惠托位占比达到70%。
二、保障措施
普惠托位每个补助1万元。
责任单位：区卫生健康局
"""


@pytest.fixture(scope="module")
def counties(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return plans.built(tmp_path_factory.mktemp("counties"), 望海=MEASURES, 清湖=OTHER)


@pytest.mark.parametrize(
    ("text", "region"),
    [
        (MEASURES, "望海县"),
        (OTHER, "清湖区"),
        ("工业园区管理办法\n一、目标\n工业园区要建设好。\n", None),
        ("城市更新办法\n一、目标\n城市更新要做好。\n", None),
        ("泰州市海陵区人民政府意见\n一、目标\n海陵区要建设好海陵区。\n", "泰州市"),
    ],
)
def test_whose_it_is(text: str, region: str | None) -> None:
    assert document(text).region == region


@pytest.mark.parametrize(
    ("question", "said", "not_said"),
    [
        ("望海县的办法还有效吗？", ["现行"], ["清湖区"]),
        ("望海渔船更新每艘补助多少？", ["20万元"], ["1万元"]),
        ("清湖区每个普惠托位补助多少？", ["1万元"], ["20万元"]),
        ("望海县购置二手渔船能得到扶持吗？", ["有下列情形之一的，不予扶持：购置二手渔船的"], []),
        ("望海县申报渔船更新补助要交哪些材料？", ["补助申请表", "登记证书复印件", "付款凭证"], ["二手"]),
        ("望海县哪些情形不予扶持？", ["购置二手渔船的", "船龄不满十年的", "已享受国家补助的"], ["申请表"]),
        ("望海县办法所称更新改造是指什么？", ["拆除老旧渔船"], ["20万元"]),
        ("望海政办〔2019〕3号文还有效吗？", ["同时废止"], ["现行", "清湖区"]),
        ("望海县财政局承担什么任务？", ["县财政局负责"], ["清湖区"]),
        ("望海县的渔港经营者有十五个泊位，补助百分之几？", ["补助5%", "补助8%"], ["20万元"]),
        ("望海县企业上市后渔船更新按什么规定？", ["另行规定"], ["没有上市的计划"]),
    ],
)
def test_answers(counties: Index, question: str, said: Sequence[str], not_said: Sequence[str]) -> None:
    found = Assistant(Settings(llm="off"), index=counties).answer(question)
    assert found.status is Outcome.ANSWERED, found.text
    assert all(part in found.text for part in said), found.text
    assert not any(part in found.text for part in not_said), found.text


def test_an_item_is_cited_with_what_leads_it_in(counties: Index) -> None:
    found = Assistant(Settings(llm="off"), index=counties).answer("望海县购置二手渔船能得到扶持吗？")
    assert [c.address for c in found.citations][:2] == ["第二章·第三条·(一)", "第二章·第三条"]


def test_a_paragraph_of_an_article_leads_items_in(counties: Index) -> None:
    found = Assistant(Settings(llm="off"), index=counties).answer("望海县申报渔船更新补助要交哪些材料？")
    assert [c.address.rpartition("·")[2] for c in found.citations] == ["第2款", "(一)", "(二)", "(三)"]


def test_a_condition_is_no_premise(counties: Index) -> None:
    found = Assistant(Settings(llm="off"), index=counties).answer("望海县企业投资3000万元造渔船，每艘补助多少？")
    assert "不符" not in found.text


def test_a_common_word_is_no_county(tmp_path_factory: pytest.TempPathFactory) -> None:
    texts = {
        "平安": "平安县渔业办法\n一、目标\n平安县建设渔港六座。\n",
        "城": "治安规划\n一、目标\n建设平安城市视频监控九处。\n",
    }
    index = plans.built(tmp_path_factory.mktemp("words"), **texts)
    assert "九处" in Assistant(Settings(llm="off"), index=index).answer("平安城市要建设几处视频监控？").text


def test_who_signs_it_is_no_answer(tmp_path_factory: pytest.TempPathFactory) -> None:
    text = (
        f"{MEASURES}咨询电话：0577-88011234 望海县渔船鉴定中心 二〇二四年五月二十日\n望海县渔船更新改造 工作领导小组\n"
    )
    index = plans.built(tmp_path_factory.mktemp("signed"), 望海=text)
    assistant = Assistant(Settings(llm="off"), index=index)
    assert "鉴定中心" not in assistant.answer("望海县渔船鉴定怎么办理？").text
    assert "0577-88011234" in assistant.answer("望海县渔船鉴定的咨询电话是多少？").text


def test_a_refusal_names_few_of_many_documents(tmp_path_factory: pytest.TempPathFactory) -> None:
    many = {f"望{c}": f"望{c}县渔业办法\n一、目标\n望{c}县建设渔港。\n" for c in "东南西北山江河湖海林田"}
    index = plans.built(tmp_path_factory.mktemp("many"), **many)
    found = Assistant(Settings(llm="off"), index=index).answer("苏州的目标是什么？")
    assert "等" in found.text
    assert found.text.count("县") <= 9, found.text
