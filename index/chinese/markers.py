"""The numbers that open clauses (GB/T 9704 for official documents; 编 章 节 条 of laws), and 一是/二是 runs."""

from __future__ import annotations

import re
from dataclasses import dataclass

HAN_DIGITS = "一二三四五六七八九十百千零〇"
_NARROW = str.maketrans("０１２３４５６７８９", "0123456789")


@dataclass(frozen=True, slots=True)
class Marker:
    """The number that opens a clause: its `style` (which level of numbering), its `label` in an address, its length."""

    style: str
    label: str
    length: int


# Outermost first, in the order of the official layout standard GB/T 9704 and of laws (编 章 节 条).
STYLES = ("附件", "编", "章", "节", "条", "问", "无号", "一、", "(一)", "1.", "1.1", "(1)", "①", "一是", "——")
_MARKERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "附件",
        re.compile(
            rf"(附[件录表]\s*(?:[\d{HAN_DIGITS}]{{1,3}}|[A-Z](?![A-Za-z]))?(?:\s*[-—－]\s*\d+)?)\s*(?:$|[:：]\s*)"
        ),
    ),
    *(
        (unit[0], re.compile(rf"(第[{HAN_DIGITS}\d]+[{unit}](?:之[{HAN_DIGITS}]+)?)(?=[\s：:]|[\u4e00-\u9fff]|$)\s*"))
        for unit in ("编編", "章", "节節", "条條")
    ),
    ("问", re.compile(r"(问题?[\d一二三四五六七八九十]*|Q\d*)\s*[:：]\s*")),
    ("一、", re.compile(rf"([{HAN_DIGITS}]+)[、.．]\s*")),
    ("(一)", re.compile(rf"[(（]([{HAN_DIGITS}]+)[)）]\s*[、.]?\s*")),
    ("1.", re.compile(r"(\d{1,3})(?:[.．](?!\d)|、)\s*")),
    ("1.1", re.compile(r"(\d{1,2}(?:\.\d{1,2}){1,3})[.．]?[^\S\n]+(?=[\u4e00-\u9fff])(?![亿万元个倍米吨度公年月%])")),
    ("(1)", re.compile(r"[(（](\d{1,3})[)）]\s*")),
    ("①", re.compile(r"([①-⑳])\s*")),
    ("一是", re.compile(rf"([{HAN_DIGITS}]是)")),
    ("——", re.compile(r"(—{1,2}|–{1,2}|-{2})\s*(?=[\u4e00-\u9fff“])")),
)
_RUN = re.compile(rf"(?:^|(?<=[。;；:：,，]))\s*([{HAN_DIGITS}])是")


def marker(line: str) -> Marker | None:
    """The clause number that `line` opens with."""
    for style, pattern in _MARKERS:
        match = pattern.match(line)
        if match:
            label = re.sub(r"\s", "", match[1]).translate(_NARROW)
            return Marker(style, f"({label})" if style in ("(一)", "(1)") else label, match.end())
    return None


def runs(line: str) -> tuple[int, ...]:
    """Offsets in `line` where 一是, 二是, … begin, if they run on from 一 with at least two; else nothing."""
    starts: list[int] = []
    for match in _RUN.finditer(line):
        if len(starts) < 10 and match[1] == HAN_DIGITS[len(starts)]:
            starts.append(match.start(1))
    return tuple(starts) if len(starts) > 1 else ()
