"""Values are compared, not spellings: what no wording can make right falls, and no true rewording does."""

from __future__ import annotations

import pytest

from assistant.types import Evidence, Source
from assistant.verify.vetoes import veto
from index.types import Document

CLAUSE = (
    "对购买冷藏车的，每辆补助4万元，每个主体不超过5辆，最高不超过20万元，财政承担八成，其余由主体自筹；"
    "有效期一年，自2025年7月1日起施行。全市规模达到66600亿元，共有机构9356.7个。（市农业局牵头，市财政局配合）"
)


def wrong(sentence: str, question: str = "") -> str | None:
    document = Document("d", "d.txt", CLAUSE, "望海市冷链补助办法", region=None)
    evidence = Evidence("d", "d.txt", "一", 0, len(CLAUSE), CLAUSE, 1.0)
    return veto(sentence, [Source(evidence, ("一、补助标准",), document)], question)


@pytest.mark.parametrize(
    "sentence",
    [
        "每辆车补4万，一个主体最多5辆。",
        "财政出80%，自己只出剩下的。",
        "办法管1年，2025年7月开始实行。",
        "规模是6.66万亿元。",
        "机构约9357个。",
        "三方面的补助里，第一是购车，第二是建库。",
        "最多补5辆、每辆4万元，合计20万元。",
        "有效期12个月。",
    ],
)
def test_another_spelling_of_the_same_value_stands(sentence: str) -> None:
    assert wrong(sentence) is None


@pytest.mark.parametrize(
    ("sentence", "why"),
    [
        ("每辆车补6万元。", "6万元"),
        ("财政出70%。", "70%"),
        ("2026年7月1日起施行。", "2026年"),
        ("每个主体不少于5辆。", "界限"),
        ("办法有效期3年。", "3年"),
        ("青岛市每辆补4万元。", "青岛市"),
        ("按《望海市农机补贴办法》，每辆补4万元。", "农机"),
        ("市财政局牵头，市农业局配合", "市财政局"),
    ],
)
def test_what_the_grammar_knows_to_be_wrong_falls(sentence: str, why: str) -> None:
    assert why in (wrong(sentence) or "")


def test_a_denial_may_repeat_the_figure_of_the_question_and_a_statement_may_not() -> None:
    question = "每辆补6万元，对吗？"
    assert wrong("每辆补助的不是6万元，而是4万元。", question) is None
    assert wrong("每辆补助6万元。", question)
