"""The words by which the kind of a question is told."""

from __future__ import annotations

import re

import pytest

from assistant.question.intent import ALL_PLACES, CONFIRM, FIELD_WORDS, LEAD, LED_BY, LIST, OPINION


@pytest.mark.parametrize(
    ("pattern", "question"),
    [
        (LEAD, "潮汐监测网归哪个部门管？"),
        (LEAD, "潮汐监测网由哪个厅负责？"),
        (LED_BY, "市海洋局牵头哪些任务？"),
        (LED_BY, "哪些任务由市海洋局牵头？"),
        (LED_BY, "哪个行动归市海洋局负责？"),
        (LIST, "工作原则包括哪几条？"),
        (CONFIRM, "无人集卡是120辆，对吗？"),
        (OPINION, "你觉得哪份计划好？"),
        (ALL_PLACES, "各地的补贴是多少？"),
        (ALL_PLACES, "六地都提到了吗？"),
    ],
)
def test_a_form_is_told_by_its_words(pattern: re.Pattern[str], question: str) -> None:
    assert pattern.search(question)
    assert not pattern.search("联网渔船每艘补助1800元。")


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ("文号是多少？", "number"),
        ("还有效吗？", "status"),
        ("什么时候印发的？", "issued"),
        ("由谁发布？", "issuer"),
        ("印发给哪些单位？", "addressees"),
        ("这份计划是发给谁的？", "addressees"),
        ("这份计划要发给哪些部门？", "addressees"),
        ("主送机关是哪些？", "addressees"),
        ("规划期是哪几年？", "period"),
        ("全称叫什么？", "title"),
    ],
)
def test_a_field_is_told_by_its_words(question: str, field: str) -> None:
    assert field in [name for name, pattern in FIELD_WORDS if pattern.search(question)]


@pytest.mark.parametrize(
    "question",
    ["补贴发给谁？", "方案里的补贴发给谁？", "方案的发票抬头写什么？", "培训券印发给谁？", "渔船的证书送到哪个窗口？"],
)
def test_who_gets_a_thing_is_not_who_gets_the_document(question: str) -> None:
    assert not any(pattern.search(question) for name, pattern in FIELD_WORDS if name == "addressees")
