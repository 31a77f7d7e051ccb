"""Who does what: from the line that closes a clause or the columns of a table.

Lines are `(甲局牵头,乙局配合)`, `(牵头单位:甲局,责任单位:乙局)` or `(甲局等单位负责)`, columns 牵头单位, 责任单位, 配合单位.
"""

from __future__ import annotations

import re

from index.table import Row, rows
from index.types import Document, Duty, Passage

_UNITS = r"[^，,;；。：:]+"
_FORMS = (
    re.compile(rf"由?(?P<lead>{_UNITS})牵头(?:负责)?(?:[，,;；]\s*(?P<responsible>.+?)(?:配合|参与|参加|协助|负责))?"),
    re.compile(rf"由?(?P<lead>{_UNITS})负责[，,;；]\s*(?P<responsible>.+?)(?:配合|参与|参加|协助)"),
    re.compile(
        rf"(?:牵头|主办|负责)(?:单位|部门)[：:]\s*(?P<lead>{_UNITS})"
        rf"(?:[，,;；]\s*(?:责任|配合|协办|参与)(?:单位|部门)[：:]\s*(?P<responsible>.+))?"
    ),
    re.compile(r"责任(?:单位|部门)[：:]\s*(?P<responsible>.+)"),
    re.compile(r"由?(?P<responsible>.+?)(?:按照?(?:各自)?职责)?(?:分工)?负责"),
)
_LEADS = re.compile(r"(?:牵头|主办|主要责任)(?:责任)?(?:单位|部门|处室|科室)?")
_TAKES_PART = re.compile(r"(?:责任|配合|协办|参与|参加|协助|负责|落实)(?:单位|部门|处室|科室)")


def duties(document: Document, passage: Passage) -> tuple[Duty, ...]:
    """What the duty line of a clause says, or the columns for units of a table, row by row."""
    found = [_of_row(passage, row) for row in rows(document, passage)] or [duty(document, passage)]
    return tuple(each for each in found if each)


def _of_row(passage: Passage, row: Row) -> Duty | None:
    named = {
        role: tuple(unit for name, cell in row.cells.items() if role.fullmatch(name) for unit in units(cell))
        for role in (_LEADS, _TAKES_PART)
    }
    if not any(named.values()):
        return None
    return Duty(passage.id, named[_LEADS], named[_TAKES_PART], row.span, row.subject)


def duty(document: Document, passage: Passage) -> Duty | None:
    """The duty line of `passage`: its last bracketed sentence that names units; None where it has none."""
    for span in reversed(passage.sentences):
        line = document.text[span.start : span.end]
        if line[0] not in "(（":
            continue
        for form in _FORMS:
            match = form.fullmatch(_unwrapped(line))
            if match:
                named = match.groupdict()
                return Duty(passage.id, units(named.get("lead")), units(named.get("responsible")), span)
    return None


def task_of(passage: Passage, found: Duty) -> str:
    """What the duty is for: the row's task, else what the clause is headed; "" where it is not."""
    return found.task or (passage.headings[-1] if passage.headings else "")


def same_unit(a: str, b: str) -> bool:
    """市科技局 and 科技局 are the same unit."""
    return re.sub(r"^[市省县区]", "", a) == re.sub(r"^[市省县区]", "", b)


def _unwrapped(line: str) -> str:
    """What stands between the outer brackets, of which the closing one may be missing."""
    inner = line[1:].rstrip(" 。\n")
    unopened = len(re.findall("[)）]", inner)) - len(re.findall("[(（]", inner))
    return inner[:-1] if unopened > 0 else inner


def units(listed: str | None) -> tuple[str, ...]:
    """`甲局、乙局和丙街道等单位` as the names it lists; a description (`各项任务所涉及的部门、单位`) is no list."""
    if not listed:
        return ()
    if "的" in listed:
        return (listed.strip(),)
    bare = re.sub(r"等(?:有关|相关)?(?:单位|部门)?$", "", listed.strip())
    names = re.split(r"[、，,；;]|会同|(?<=[局委办室院司会部])[和及](?=[\u4e00-\u9fff])", bare)
    named = (re.sub(r"^(?:责任|配合|协办|参与)(?:单位|部门)[：:]", "", name.strip()) for name in names)
    return tuple(name for name in named if name)
