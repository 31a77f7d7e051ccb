"""Days as official texts write them: 2019年3月8日, 2019-03-08, 二〇一九年三月八日; and numbers in Chinese digits."""

from __future__ import annotations

import re
from datetime import date

from index.types import Span

_HAN_DIGITS = str.maketrans("〇○零一二三四五六七八九元", "0001234567891")
_ISO_DATE = re.compile(r"([12]\d{3})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?(?!\d)")
_HAN_DATE = re.compile(
    r"([一二][〇○零一二三四五六七八九]{3})年(元|[一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)


def date_in(span: Span, text: str) -> tuple[date, Span] | None:
    """The first date within `span` of `text`, and where it stands."""
    match = _ISO_DATE.search(text, span.start, span.end)
    if match:
        day = real_date(match[1], match[2], match[3])
    elif match := _HAN_DATE.search(text, span.start, span.end):
        day = real_date(match[1].translate(_HAN_DIGITS), digits(match[2]), digits(match[3]))
    return (day, Span(match.start(), match.end())) if match and day else None


def digits(han: str) -> str:
    """A number below a hundred in digits: 十 → 10, 二十一 → 21, 元 → 1, 5 → 5."""
    tens, ten, ones = han.translate(_HAN_DIGITS).rpartition("十")
    return f"{tens or 1}{ones or 0}" if ten else ones


def real_date(year: str, month: str, day: str) -> date | None:
    """The day of these digits, None if there is no such day."""
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
