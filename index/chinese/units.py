"""Lines that say who does what, and the names of units in them: 牵头单位, 责任单位, 配合单位.

Lines are `(甲局牵头,乙局配合)`, `(牵头单位:甲局,责任单位:乙局)`, `(甲局等单位负责)`: in brackets of any kind, as a sentence
or at the end of one, or without brackets (责任单位：甲局).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_UNITS = r"[^，,;；。：:]+"
_FORMS = (
    re.compile(rf"由?(?P<lead>{_UNITS})牵头(?:负责)?(?:[，,;；]\s*(?P<responsible>.+?)(?:配合|参与|参加|协助|负责))?"),
    re.compile(rf"由?(?P<lead>{_UNITS})负责[，,;；]\s*(?P<responsible>.+?)(?:配合|参与|参加|协助)"),
    re.compile(
        rf"(?:牵头|主办|负责)(?:单位|部门)[：:]\s*(?P<lead>{_UNITS})"
        rf"(?:[，,;；]\s*(?:责任|配合|协办|参与)(?:单位|部门)[：:]\s*(?P<responsible>.+))?"
    ),
    re.compile(r"(?:责任|配合|协办|参与)(?:单位|部门)[：:]\s*(?P<responsible>.+)"),
    re.compile(r"由?(?P<responsible>.+?)(?:按照?(?:各自)?职责)?(?:分工)?负责"),
)
_LABEL = re.compile(r"(?:牵头|主办|负责|责任|配合|协办|参与)(?:单位|部门)[：:]")
_BODY = re.compile(
    r"[^由对的在以为\s]{1,20}?(?:局|委|委员会|办|办公室|厅|部|院|室|会|处|科|所|站|队|中心|政府|公司|集团|行|单位|部门|机构|企业|街道|镇|乡|区|县|市|州|镇街|学校|学院|大学|专班|社)"
    r"(?:[(（〔\[〈].*[)）〕\]〉])?"
)
_BETWEEN_UNITS = re.compile(
    r"(?:[、，,；;]|会同|(?<=[局委办室院司会部厅府])[和及](?=[\u4e00-\u9fff]))(?![^(（［\[〔【〈]*[)）］\]〕】〉])"
)
_OPENING, _CLOSING = "(（[［〔【", ")）]］〕】"


def is_duty_line(line: str) -> bool:
    """Whether `line` does nothing but name units and what they do."""
    found = units_named(line)
    return found is not None and found.start == 0


@dataclass(frozen=True, slots=True)
class Named:
    """The units that a sentence names, from the offset `start` in it on: 牵头 `lead`, 责任或配合 `responsible`."""

    start: int
    lead: tuple[str, ...]
    responsible: tuple[str, ...]


def units_named(sentence: str) -> Named | None:
    """The units that a sentence names: all of it, or the brackets that it is or ends in."""
    text = sentence.rstrip(" 。；;\n")
    start = _opening_bracket(text)
    whole = start == 0
    for form in _FORMS:
        match = form.fullmatch(_unwrapped(text[start:]) if start is not None else text)
        if match:
            named = match.groupdict()
            lead, responsible = units(named.get("lead")), units(named.get("responsible"))
            if whole or _LABEL.match(match[0]) or all(_BODY.fullmatch(unit) for unit in (*lead, *responsible)):
                return Named(start or 0, lead, responsible)
    return None


def _opening_bracket(text: str) -> int | None:
    """Where the bracket opens that closes `text`, or 0 where one opens it and is never closed; None without either."""
    opened: list[int] = []
    last = None
    for at, character in enumerate(text):
        if character in _OPENING:
            opened.append(at)
        elif character in _CLOSING and opened:
            last = opened.pop()
    if opened[:1] == [0]:
        return 0
    return last if text[-1:] in tuple(_CLOSING) else None


def same_unit(a: str, b: str) -> bool:
    """市科技局 and 科技局 are the same unit."""
    return re.sub(r"^[市省县区]", "", a) == re.sub(r"^[市省县区]", "", b)


def _unwrapped(line: str) -> str:
    """What stands between the outer brackets, of which the closing one may be missing."""
    inner = line[1:]
    unopened = sum(c in _CLOSING for c in inner) - sum(c in _OPENING for c in inner)
    return (inner[:-1] if unopened > 0 else inner).strip()


def units(listed: str | None) -> tuple[str, ...]:
    """`甲局、乙局和丙街道等单位` as the names it lists; a description (`各项任务所涉及的部门、单位`) is no list."""
    if not listed:
        return ()
    if "的" in listed:
        return (listed.strip(),)
    bare = re.sub(r"等(?:有关|相关)?(?:单位|部门)?$", "", listed.strip())
    names = _BETWEEN_UNITS.split(bare)
    named = (re.sub(r"^(?:责任|配合|协办|参与)(?:单位|部门)[：:]", "", name.strip()) for name in names)
    return tuple(name for name in named if name)
