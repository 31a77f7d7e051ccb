"""The last day on which a text applies, where it says so itself: 有效期至…, 自…起施行，有效期5年, 失效日期."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from index.chinese.dates import date_in, digits
from index.document.parts import ITSELF
from index.document.structure import Line
from index.types import Span

_SENTENCE = re.compile(r"[^。；;]+")
_COUNT = r"(?:\d{1,2}|[一二两三四五六七八九]?十?[一二两三四五六七八九]?(?<=[一二两三四五六七八九十]))"
_A_DAY = r"[^，。；;《》]{6,16}日"
_FORCE = r"(?:施行|实施|执行|生效|试行)"
_BEFORE = re.compile(
    rf"\s*(?:第[\u4e00-\u9fff\d]+条|[一二三四五六七八九十]+、|[(（][一二三四五六七八九十]+[)）]|\d+[.．、])?\s*(?:[^《》]*{ITSELF}[^《》原]*)?"
)
_ELSE = re.compile(r"[《(（]|原|其中")  # from there on the sentence may be about another thing
_START = re.compile(
    rf"自(?P<day>[^，。；;]{{1,24}}?)(?:之日)?起(?:满?(?P<later>{_COUNT})个?(?P<working>工作)?[日天]之?后)?(?:开始)?(?:正式)?{_FORCE}"
)
_TERM = re.compile(
    rf"(?:(?:有效|试行|实施|施行|执行)期限?(?:[:：]|暂?[为定是]|暂定为)?|试行)\s*(?P<count>{_COUNT})\s*(?P<unit>年|个?月)(?![内以])"
)
_UNTIL = re.compile(
    rf"(?:有效期限?|有效|{_FORCE})(?:截至|截止到?|至|到)(?P<day>{_A_DAY})|"
    rf"(?:有效期限?(?:[:：]|[为是自从])?|[自从]){_A_DAY}起?(?:至|到)(?P<last>{_A_DAY})(?=止|[，。；;]|{_FORCE}|\s*$)"
)
_CELL = re.compile(r"失效日期\s*[:：]\s*\|?\s*(?P<day>[12]\d{3}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}日?)")
_ISSUING = re.compile(r"印发|发布|公布|公开|下发|颁布|发文|签发")


def expiry(front: Sequence[Line], all_lines: Sequence[Line], issued: date | None) -> tuple[date, Span] | None:
    """That day, and where it is said: in the table of the `front`, else in the last sentence about the text itself.

    A term counts from the day that the sentence gives, or from the day `issued` where that says 自印发之日起.
    """
    for line in front:
        if (cell := _CELL.search(line.text)) and (day := _day(cell, "day")):
            return day, Span(line.start + cell.start(), line.start + cell.end())
    for line in reversed(all_lines):
        for sentence in reversed(list(_SENTENCE.finditer(line.text))):
            if day := _said(sentence[0], issued):
                return day, Span(line.start + sentence.start(), line.start + sentence.end())
    return None


def _said(sentence: str, issued: date | None) -> date | None:
    """The last day by a sentence whose subject is the text itself, or left out; not by one about a licence or another text."""
    start = _START.search(sentence)
    head = sentence[: start.start()] if start else sentence
    if not _BEFORE.fullmatch(head) or not (start or re.search(ITSELF, head)):
        return None
    own = head + _ELSE.split(sentence[len(head) :])[0]
    if until := _UNTIL.search(own):
        return _day(until, "last" if until["last"] else "day")
    term = _TERM.search(own)
    first = start and (_day(start, "day") or (issued if _ISSUING.search(start["day"]) else None))
    if not (start and term and first) or start["working"]:
        return None
    if start["later"]:
        first += timedelta(days=_number(start["later"]))
    months = _number(term["count"]) * (12 if term["unit"] == "年" else 1)
    return _months_after(first, months) - timedelta(days=1)


def _day(found: re.Match[str], group: str) -> date | None:
    dated = date_in(Span(*found.span(group)), found.string)
    return dated[0] if dated else None


def _number(count: str) -> int:
    return int(digits(count.replace("两", "二")))


def _months_after(day: date, months: int) -> date:
    """The same day of a later month, or the day after its last one where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    try:
        return day.replace(year=year, month=month + 1)
    except ValueError:
        return date(year, month + 2, 1)
