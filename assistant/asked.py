"""What kind of answer a question wants, and whether a sentence has one of that kind: a figure, a date, a person, a number to call."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from index.quantity import Kind, asks_quantity, holds_kind, quantities
from index.words import tag

_CONTACTS = (
    (
        re.compile(r"电话|手机号|传真|联系方式|热线"),
        re.compile(r"(?<!\d)(?:\d{3,4}-\d{7,8}|1\d{10}|\d{7,8}|1\d{4})(?!\d)"),
    ),
    (re.compile(r"邮箱|电子邮件"), re.compile(r"@")),
    (re.compile(r"网址|链接"), re.compile(r"https?://|www\.")),
)
_PERSON = re.compile(
    r"(?:组长|主任|市长|省长|局长|厅长|书记|领导|负责人|联系人|记者|作者|起草人)[^，。？]{0,4}(?:是谁|叫什么|姓名|名字|哪位)|哪[一几]?位|谁写|姓什么|(?:人|谁)的(?:姓名|名字)"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """The kind of answer wanted; `found_in` tells whether a sentence has one, `figure` whether it is a number or a date."""

    found_in: Callable[[str], bool]
    figure: bool


def asked(question: str) -> Asked | None:
    """The kind that `question` asks for, None where any statement may answer it."""
    for wanted, pattern in _CONTACTS:
        if wanted.search(question):
            return Asked(lambda text, pattern=pattern: bool(pattern.search(text)), figure=True)  # type: ignore[misc]
    if _PERSON.search(question):
        return Asked(_names_a_person, figure=False)
    unit = asks_quantity(question)
    return None if unit is None else Asked(lambda text: holds_kind(text, unit), figure=True)


def confirmed(question: str) -> Asked | None:
    """What can confirm or correct the figures of a yes-or-no question: others in the same unit."""
    units = [q.unit for q in quantities(question) if q.kind is Kind.NUMBER and not q.indefinite]
    return Asked(lambda text: holds_kind(text, units[0]), figure=True) if units else None


def _names_a_person(text: str) -> bool:
    return any(pos == "nr" and 2 <= len(word) <= 4 for word, pos in tag(text))
