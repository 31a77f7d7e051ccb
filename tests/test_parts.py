"""Documents inside a file: a notice and what it sends out, attachments, the table of contents."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from index.document.parts import Part, Sort, contents, parts
from index.document.split import split
from index.document.structure import lines
from index.types import Plan
from tests.conftest import document

PROSE = "为发展智慧渔业推动转型升级,经市政府同意,现就有关事项制定本方案如下。"
NOTICE, PLAN = "湖州市人民政府关于印发渔业方案的通知", "湖州市渔业方案"
SIGNED = "湖州市人民政府\n2020年3月4日"


def found(text: str) -> tuple[Part, ...]:
    plan = document(text)
    return parts(plan, split(plan))


def linked(text: str) -> list[tuple[Sort, str, str | None]]:
    return [(part.sort, part.title, part.sent_by) for part in found(text)]


def test_a_notice_and_its_plan_are_linked() -> None:
    text = f"{NOTICE}\n各区县:\n现印发给你们。\n{SIGNED}\n{PLAN}\n{PROSE}\n一、目标\n二、任务\n"
    assert linked(text) == [(Sort.NOTICE, NOTICE, None), (Sort.PLAN, PLAN, NOTICE)]
    notice, plan = found(text)
    assert text[notice.start :].startswith(NOTICE)
    assert text[plan.start : plan.end].startswith(PLAN)
    assert notice.end == plan.start


def test_a_notice_with_clauses_and_attachments() -> None:
    text = (
        f"{NOTICE}\n各区县:\n{PROSE}\n一、高度重视\n二、抓紧落实\n{SIGNED}\n{PLAN}\n{PROSE}\n一、目标\n"
        "附件1\n渔船清单\n甲号\n附件2\n渔网清单\n乙网\n"
    )
    assert linked(text) == [
        (Sort.NOTICE, NOTICE, None), (Sort.PLAN, PLAN, NOTICE),
        (Sort.ATTACHMENT, "渔船清单", NOTICE), (Sort.ATTACHMENT, "渔网清单", NOTICE),
    ]  # fmt: skip


def test_titles_of_notices_that_are_broken_or_missing() -> None:
    rest = f"各区县:\n现印发给你们。\n{SIGNED}\n{PLAN}\n{PROSE}\n一、目标\n"
    assert (
        linked(f"湖政发〔2020〕3号\n关于印发《湖州市\n渔业方案》的通知\n{rest}")[1][2]
        == "关于印发《湖州市渔业方案》的通知"
    )
    assert linked(f"湖政发〔2020〕3号\n{rest}")[1] == (Sort.PLAN, PLAN, "")


def test_a_plan_alone() -> None:
    assert linked(f"{PLAN}\n{PROSE}\n一、目标\n") == [(Sort.PLAN, PLAN, None)]


def test_the_five(five: Mapping[str, Plan]) -> None:
    sent = {
        region for region, p in five.items() if any(part.sent_by is not None for part in parts(p.document, p.passages))
    }
    assert sent == {"东莞市", "绍兴市"}


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        ("规划\n目录\n一、甲……1\n二、乙……12\n一、甲\n", ["目录", "一、甲……1", "二、乙……12"]),
        ("规划\n目 次\n甲 1\n乙 2\n甲\n", ["目 次", "甲 1", "乙 2"]),
        ("规划\n目录\n总则\n附则\n总则\n第一条\n附则\n第二条", ["目录", "总则", "附则"]),
        ("规划\n一、甲....3\n二、乙....4\n三、丙....5\n一、甲", ["一、甲....3", "二、乙....4", "三、丙....5"]),
        ("规划\n目录\n一、甲\n二、乙", []),
        ("目录管理办法\n一、甲\n", []),
    ],
)
def test_contents(text: str, listed: list[str]) -> None:
    assert [line.text for line in contents(list(lines(text)))] == listed
