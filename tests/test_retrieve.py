"""Query to evidence: the right sentence first, from the plans asked about only, within the budget."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from assistant.evidence.retrieve import Candidate, as_evidence, as_source, retrieve, within_budget
from assistant.question.understand import understand
from assistant.types import Evidence
from index.search import Index
from index.types import Role
from tests import plans


def candidates(index: Index, question: str) -> list[Candidate]:
    query = understand(question, (), index)
    return retrieve(query, index, query.documents)


def texts(evidence: Sequence[Evidence]) -> str:
    return "\n".join(e.text for e in evidence)


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("宁波的联网渔船每艘补助多少元？", "每艘补助1800元"),
        ("宁波的智慧港湾专项资金是多少？", "专项资金2亿元"),
        ("宁波的票务网上办理率是多少？", "票务网上办理率达到95%"),
        ("青岛每年培训多少数字酿酒师？", "数字酿酒师800人"),
        ("鲜啤的配送误差是多少小时？", "误差不超过2小时"),
        ("昆明的鲜切花损耗率降到多少？", "损耗率降到12%以下"),
        ("果农平均每亩增收多少元？", "每亩增收2600元"),
        ("骨干人才有什么补贴？", "安家补贴"),
        ("昆明的数字培训券每户每年多少元？", "每户每年400元"),
        ("昆明的花卉专家服务团做什么？", "常年下乡指导"),
    ],
)
def test_the_sentence_that_answers_comes_first(index: Index, question: str, says: str) -> None:
    found = candidates(index, question)
    assert says in found[0].evidence.text
    assert found[0].covered > 0.5


def test_only_the_plans_asked_about_are_looked_in(index: Index) -> None:
    found = candidates(index, "青岛和昆明的目标是什么？")
    assert {c.evidence.source for c in found} == {"青岛.txt", "昆明.txt"}


def test_a_figure_of_something_else_is_not_about_it_for_having_a_rate(index: Index) -> None:
    assert any(c.covered for c in candidates(index, "宁波的智慧港湾资金是多少？"))
    assert not any(c.covered for c in candidates(index, "宁波的舢板资金是多少？"))
    assert any(c.covered for c in candidates(index, "宁波的资金怎么筹措？")), "of the money itself"


def test_a_place_in_the_question_does_not_count_as_its_topic(index: Index) -> None:
    assert candidates(index, "宁波的动物园有多少家？")[0].covered < 0.3


def test_evidence_is_the_sentence_word_for_word(index: Index) -> None:
    for candidate in candidates(index, "补助和奖励有哪些？"):
        evidence = candidate.evidence
        document = index.document(evidence.document_id)
        assert evidence.text == document.text[evidence.start : evidence.end] == evidence.text.strip()
        assert index.passage_at(document.id, evidence.start).address == evidence.address


def test_bare_headings_and_trailing_remarks_are_no_evidence(index: Index) -> None:
    found = [c.evidence for c in candidates(index, "青岛的工作原则、行动目标和停止执行")]
    assert found
    assert not {"一、工作原则", "二、行动目标", "1.企业为主。"} & {e.text for e in found}
    assert Role.BACK.value not in {e.address for e in found}


def test_best_comes_first(index: Index) -> None:
    found = candidates(index, "宁波的渔船每艘补助多少元？")
    assert len({c.evidence.start for c in found}) == len(found) > 3
    assert found[0].evidence.score == max(c.evidence.score for c in found)


@pytest.mark.parametrize(
    ("question", "holds"),
    [("每艘渔船补助多少元？", True), ("码头数据多少分钟更新一次？", True), ("渔船补助多少吨？", False)],
)
def test_a_candidate_knows_whether_it_has_the_asked_kind_of_figure(index: Index, question: str, holds: bool) -> None:
    assert candidates(index, question)[0].holds_kind is holds


@pytest.mark.parametrize("characters", [1, 50, 120, 480, 5000])
def test_the_budget_holds_but_for_the_first_sentence(index: Index, characters: int) -> None:
    found = candidates(index, "宁波的渔船、码头和海岛有哪些安排？")
    chosen = within_budget(found, characters)
    assert [c.evidence for c in found[: len(chosen)]] == list(chosen)
    assert len(chosen) == 1 or len(texts(chosen).replace("\n", "")) <= characters
    assert len(chosen) < len(found)


def test_a_larger_budget_takes_more(index: Index) -> None:
    found = candidates(index, "宁波的渔船、码头和海岛有哪些安排？")
    assert len(within_budget(found, 40)) < len(within_budget(found, 400))
    assert within_budget([], 400) == ()


def test_a_source_knows_its_headings_and_an_item_the_clause_above(index: Index) -> None:
    item = plans.source(index, "无人集卡达到")
    assert item.headings == ("总体目标", "码头更聪明")
    assert item.above[0].text == "一、总体目标"
    task = plans.source(index, "为渔船加装")
    assert task.headings == ("重点任务", "智慧渔业", "推行渔船联网")
    assert task.above == ()
    assert as_source(index, task.evidence) == task


def test_evidence_of_a_field_is_where_it_was_read(index: Index) -> None:
    document = plans.plan(index, "宁波市")
    evidence = as_evidence(index, document, document.read_at["number"])
    assert evidence.text == "甬海办〔2019〕17号" == document.number
    assert evidence.address == Role.FRONT.value


def test_a_line_that_only_announces_gives_way_to_what_it_announces(tmp_path_factory: pytest.TempPathFactory) -> None:
    text = (
        "青河渡口复航的消息\n本报讯 记者从有关方面获悉，今年三月起分批恢复航行，旅客都可以按下面的安排办理登船手续。\n"
        "支持货船复航。靠泊费减半收取三个月，欠缴的岁修款可以缓缴到年底。\n"
    )
    built = plans.built(tmp_path_factory.mktemp("announced"), 青河=text)
    best = candidates(built, "青河怎样支持货船复航？")[0]
    assert best.evidence.text.startswith("靠泊费减半")
    assert not any(c.evidence.text.startswith("支持货船复航") for c in candidates(built, "青河怎样支持货船复航？"))


_SAME = "{}\n{}\n{}\n一、任务\n(一)港口。修建避风锚地，对进港渔船免收停泊费，并安排专人引航值守。\n"


@pytest.mark.parametrize(
    ("one", "other", "first"),
    [
        (
            ("关于湖州渔港的消息", "来源:某晚报", "发布日期:2022-05-01"),
            ("嘉兴市渔港方案", "嘉府〔2019〕3号", "2019年4月2日"),
            "嘉兴",
        ),
        (
            ("湖州市渔港方案", "湖府〔2022〕3号", "2022年4月2日"),
            ("嘉兴市渔港方案", "嘉府〔2019〕3号", "2019年4月2日"),
            "湖州",
        ),
        (
            ("湖州市渔港方案", "湖府〔2018〕3号", "2018年4月2日"),
            ("嘉兴市渔港方案", "嘉府〔2019〕3号", "2019年4月2日"),
            "嘉兴",
        ),
    ],
)
def test_of_equal_evidence_the_formal_document_comes_first_then_the_later(
    tmp_path_factory: pytest.TempPathFactory, one: tuple[str, ...], other: tuple[str, ...], first: str
) -> None:
    built = plans.built(tmp_path_factory.mktemp("equal"), 湖州=_SAME.format(*one), 嘉兴=_SAME.format(*other))
    found = candidates(built, "进港渔船的停泊费怎么收？")
    assert found[0].evidence.source == f"{first}.txt"
    assert abs(found[0].evidence.score - found[1].evidence.score) < 0.05


def test_better_evidence_of_a_report_comes_before_that_of_a_formal_document(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    report = _SAME.format("关于湖州渔港的消息", "来源:某晚报", "发布日期:2022-05-01")
    formal = _SAME.format("嘉兴市渔港方案", "嘉府〔2019〕3号", "2019年4月2日").replace("免收停泊费", "登记造册")
    built = plans.built(tmp_path_factory.mktemp("better"), 湖州=report, 嘉兴=formal)
    assert candidates(built, "进港渔船的停泊费怎么收？")[0].evidence.source == "湖州.txt"
