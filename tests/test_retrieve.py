"""Query to evidence, as an answer without a model shows it: the right sentence first, from the plans asked about only."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.model.chat import ScriptedChat
from assistant.pipeline import Assistant
from assistant.settings import Settings
from assistant.types import Answer
from index.search import Index
from index.types import Role
from tests import plans


def quoted(index: Index, question: str) -> Answer:
    return Assistant(Settings(llm="off"), index=index).answer(question)


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("宁波的联网渔船每艘补助多少元？", "每艘补助1800元"),
        ("宁波的智慧港湾专项资金是多少？", "专项资金2亿元"),
        ("宁波的票务网上办理率是多少？", "票务网上办理率达到95%"),
        ("宁波的码头数据多少分钟更新一次？", "每10分钟更新一次"),
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
    answer = quoted(index, question)
    assert says in answer.citations[0].quote
    assert answer.evidence[0].text == answer.citations[0].quote
    assert answer.evidence[0].score == max(e.score for e in answer.evidence)


def test_only_the_plans_asked_about_are_looked_in(index: Index) -> None:
    answer = quoted(index, "宁波有什么补贴？")
    assert answer.evidence
    assert {e.source for e in answer.evidence} == {"宁波.txt"}


def test_evidence_is_the_sentence_word_for_word(index: Index) -> None:
    answer = quoted(index, "补助和奖励有哪些？")
    assert answer.evidence
    for evidence in answer.evidence:
        document = index.document(evidence.document_id)
        assert evidence.text == document.text[evidence.start : evidence.end] == evidence.text.strip()
        assert index.passage_at(document.id, evidence.start).address == evidence.address


def test_bare_headings_and_trailing_remarks_are_no_evidence(index: Index) -> None:
    found = quoted(index, "青岛的工作原则和行动目标怎么说？").evidence
    assert found
    assert not {"一、工作原则", "二、行动目标", "1.企业为主。"} & {e.text for e in found}
    assert Role.BACK.value not in {e.address for e in found}


@pytest.mark.parametrize("characters", [50, 120, 480])
def test_the_evidence_that_the_model_is_shown_fits_the_budget(index: Index, characters: int) -> None:
    model = ScriptedChat(lambda *_: "")
    settings = Settings(evidence_characters=characters)
    answer = Assistant(settings, index=index, model=model).answer("宁波的渔船有什么安排？")
    ((_, prompt),) = model.prompts
    shown = [e for e in answer.evidence if e.text in prompt]
    assert shown
    assert len(shown) == 1 or sum(len(e.text) for e in shown) <= characters


FORMAL_2018 = "{0}市渔港方案\n{0}府〔2018〕3号\n2018年4月2日"
FORMAL_2019 = "{0}市渔港方案\n{0}府〔2019〕3号\n2019年4月2日"
FORMAL_2022 = "{0}市渔港方案\n{0}府〔2022〕3号\n2022年4月2日"
REPORT_2022 = "关于{0}渔港的消息\n来源:某晚报\n发布日期:2022-05-01"
CLAUSE = "\n一、任务\n(一)港口。修建避风锚地，对进港渔船免收停泊费，并安排专人引航值守。\n"


@pytest.mark.parametrize(
    ("huzhou", "jiaxing", "first"),
    [
        (REPORT_2022 + CLAUSE, FORMAL_2019 + CLAUSE, "嘉兴"),
        (FORMAL_2022 + CLAUSE, FORMAL_2019 + CLAUSE, "湖州"),
        (FORMAL_2018 + CLAUSE, FORMAL_2019 + CLAUSE, "嘉兴"),
        (REPORT_2022 + CLAUSE, FORMAL_2019 + CLAUSE.replace("免收停泊费", "登记造册"), "湖州"),  # which alone says it
    ],
)
def test_of_equal_evidence_the_formal_document_comes_first_then_the_later(
    tmp_path: Path, huzhou: str, jiaxing: str, first: str
) -> None:
    index = plans.built(tmp_path, 湖州=huzhou.format("湖州"), 嘉兴=jiaxing.format("嘉兴"))
    assert quoted(index, "进港渔船的停泊费怎么收？").citations[0].document.source == f"{first}.txt"
