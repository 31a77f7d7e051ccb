"""Quantities: each must stand in what is cited, be of the same thing there, and of the same date."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.question.coverage import Term, content_words, coverage, normalized
from assistant.verify.checks.view import View
from index.chinese.places import same_place
from index.chinese.quantity import Kind, Quantity, is_counting_unit, quantities, same_quantity, unsupported
from index.chinese.words import cut, tag

_SENTENCE = re.compile(r"[；;。！？!?\n]")
_PART = re.compile(r"[，,、：:（）()]")
_HEARSAY = re.compile(r"据[\u4e00-\u9fff]{1,8}")  # 据了解, 据其介绍: who says it, not what it is of
_CLEARLY = 0.2
_LEAD_UP = 0.5
_OF_ANY_FIGURE = frozenset(
    "达到 以上 以下 以内 以外 左右 超过 不少于 不低于 不高于 提高 提升 降低 下降 增长 增加 减少 实现 形成 建成 建设 建立 完成 培育 创建 打造 争取 "
    "力争 总计 合计 累计 每年 年均 全市 全省 全县 分别 数量 总数 规模 目标 新增 要求 计划 确保 同比 占 占比 比重 共 共有 现有 已有 拥有 认定 扶持 发展".split()
)

_FROM = re.compile(r"[由从自][^到至]*$")
_TO = re.compile(r"[^到至]{0,12}[到至]")
_CHANGES_TO = re.compile(r"(?:提高|提升|上升|增长|增加|扩大|降低|下降|减少|压缩|缩短)[到至][^到至]*$")
_ADDED = re.compile(r"新增|净增|增加|新建")
_TOTAL = re.compile(r"总数|总量|保有|拥有|达到?(?!标)")
_EVERY = re.compile(r"每(?:个?(半年|年|月|季|星期|周|天|日)|[个家户名位所亩件辆套台间座]([\u4e00-\u9fff]{2,6}))")
_ONCE = "一次性"
_SPOKEN_OF = "(?<![0-9一二三四五六七八九十几个]){0}|(?<![0-9一二三四五六七八九十几])个{0}"  # 年均, 按月: no date and no length of time
_ALIKE = {"星期": "周", "日": "天"}
_PERIOD = re.compile("(?<=年)来")  # 三年来 says when, not how much


def missing(view: View) -> str | None:
    """A number, date or 文号 that the quotes lack. A date may also stand in the clause above, a 文号 in the document's fields."""
    sentence = view.sentence
    for title in (t for s in view.sources for t in (s.document.title, s.document.about) if t):
        sentence = sentence.replace(unicodedata.normalize("NFKC", title), "")
    above = [e.text for s in view.sources for e in s.above]
    for quantity in unsupported(sentence, [view.quotes]):
        elsewhere = {Kind.DATE: above, Kind.DOCUMENT_NUMBER: [view.context]}.get(quantity.kind, [])
        if unsupported(quantity.text, elsewhere) and not _short_number(quantity, view):
            return f"原文没有“{quantity.text}”"
    return None


def _short_number(quantity: Quantity, view: View) -> bool:
    """Whether it is the end of the 文号 of a document: 88号."""
    return quantity.text.endswith("号") and any(
        (s.document.number or "").endswith(f"〕{quantity.text}") for s in view.sources
    )


@dataclass(frozen=True, slots=True)
class _Figure:
    """A number where it stands: the words of its own part, of the parts that lead up to it, and the dates it is under."""

    quantity: Quantity
    own: str
    lead_up: str
    dates: tuple[Quantity, ...]
    starts: bool  # the 35% of 由35%提高到80%
    ends: bool  # the 80%


def of_something_else(view: View) -> str | None:
    """A figure that the quotes have of one thing, or for one year, and the sentence gives to another of the same quotes."""
    held = [f for s in view.sources for f in _figures(s.text, _dates(e.text for e in s.above))]
    for claim in _figures(view.sentence, ()):
        having = [f for f in held if same_quantity(claim.quantity, f.quantity)]
        if not having or claim.quantity.indefinite:
            continue
        if claim.ends and all(f.starts for f in having):
            return f"原文里“{claim.quantity.text}”是变动前的数"
        named = [Term(w) for w in _naming_words(claim.own) if w in view.quotes]
        best = max(_about(named, f, view) for f in having) if named else 0.0
        if problem := _total_for_added(claim, [f for f in having if not named or _about(named, f, view) == best]):
            return problem
        if named:
            others = [f for f in held if f not in having and not f.quantity.article]
            rival = max((_about(named, f, view) for f in others), default=0.0)
            if best == 0 or rival > best + _CLEARLY or all(_counts_another(claim, f) for f in having):
                return f"原文里“{claim.quantity.text}”说的不是“{named[0].word}”"
        dated = [f for f in having if f.dates and _about(named, f, view) > 0] if named else []
        if dated and claim.dates and len(dated) == len(having) and not any(_same_date(claim, f) for f in dated):
            return f"原文里“{claim.quantity.text}”说的不是“{claim.dates[-1].text}”"
    return None


def _counts_another(claim: _Figure, held: _Figure) -> bool:
    """Whether neither part has the noun that the other's number counts: 众创空间10家 for 众创基地10家."""
    if not is_counting_unit(claim.quantity.unit):
        return False
    mine, its = (_nouns(f.quantity.counts) for f in (claim, held))
    return bool(mine and its) and mine[-1] not in held.own and its[-1] not in claim.own


def _nouns(counted: str) -> list[str]:
    """The nouns of what is counted, places left out."""
    return [w for w, pos in tag(counted) if pos.startswith("n") and same_place(w) is None]


def _total_for_added(claim: _Figure, having: Sequence[_Figure]) -> str | None:
    """What was added given as the whole (新增6000个: 总数6000个), and the reverse."""
    for claimed, other, name in ((_TOTAL, _ADDED, "总数"), (_ADDED, _TOTAL, "新增的数")):
        if not claimed.search(claim.own) or other.search(claim.own):
            continue
        if all(other.search(f.own) and not claimed.search(f.own) for f in having):
            return f"原文里“{claim.quantity.text}”不是{name}"
    return None


def per_another(view: View) -> str | None:
    """每月 where the quotes speak of no month or have 每年 or 一次性, 每家机构 where they have 每个床位.

    Where a sentence rests on several quotes, those with its numbers count.
    """
    periods, things = _every(view.sentence)
    numbers = [q.text for q in quantities(view.sentence) if q.kind is Kind.NUMBER and not q.indefinite]
    texts = [s.text for s in view.sources]
    quotes = "\n".join(t for t in texts if any(not unsupported(n, [t]) for n in numbers)) or view.quotes
    held_periods, held_things = _every(quotes)
    for period in periods - held_periods:
        if held_periods or _ONCE in quotes or not re.search(_SPOKEN_OF.format(period), quotes):
            return f"原文不是“每{period}”"
    for thing in things:
        if thing in quotes and held_things and not any(thing in held or held in thing for held in held_things):
            return f"原文不是每一“{thing}”"
    return None


def _every(text: str) -> tuple[set[str], set[str]]:
    """The periods and the things that `text` has 每 of."""
    found = _EVERY.findall(text)
    periods = {_ALIKE.get(period, period) for period, _ in found if period}
    return periods, {cut(thing)[0] for _, thing in found if thing}


def _figures(text: str, dates: tuple[Quantity, ...]) -> list[_Figure]:
    """The numbers of `text`; a part that names nothing (增长12%) speaks of what the part before it names.

    What the first part of a sentence names leads up to all its numbers.
    """
    found: list[_Figure] = []
    for sentence in _SENTENCE.split(text):
        lead_up = subject = topic = ""
        for part in _PART.split(sentence):
            here = quantities(part)
            dated = [q for q in here if q.kind is Kind.DATE]
            dates = tuple(dated) or dates
            numbers = [q for q in here if q.kind is Kind.NUMBER and not _PERIOD.match(part, q.end)]
            if _naming_words(part) and not _HEARSAY.fullmatch(part):
                subject = part
                topic = topic or part
            elif numbers:
                subject = f"{subject}，{part}"
            found += [
                _Figure(q, subject, lead_up, _dates_before(q, dated, numbers) or dates, *_ends_of_change(q, part))
                for q in numbers
            ]
            lead_up = topic if numbers else f"{lead_up}，{part}"
    return found


def _dates_before(number: Quantity, dated: Sequence[Quantity], numbers: Sequence[Quantity]) -> tuple[Quantity, ...]:
    """The dates of its own part that stand before `number` and after every number before their last: 2021年的35%，2024年的80%."""
    before = [d for d in dated if d.start < number.start]
    since = max((n.end for n in numbers if before and n.start < before[-1].start), default=0)
    return tuple(d for d in before if d.start >= since)


def _ends_of_change(number: Quantity, part: str) -> tuple[bool, bool]:
    """Whether the change in `part` starts from it, and whether it ends there."""
    before, after = part[: number.start], part[number.end :]
    return bool(_FROM.search(before) and _TO.match(after)), bool(_CHANGES_TO.search(before))


def _dates(texts: Iterable[str]) -> tuple[Quantity, ...]:
    return tuple(q for text in texts for q in quantities(text) if q.kind is Kind.DATE)


def _naming_words(part: str) -> list[str]:
    return [w for w in content_words(part) if len(w) > 1 and w not in _OF_ANY_FIGURE]


def _about(named: Sequence[Term], figure: _Figure, view: View) -> float:
    """How far `figure` is of what is `named`, in [0, 1.5]."""
    own, lead_up = normalized(figure.own), normalized(figure.lead_up)
    inside = coverage(named, own, view.idf)
    return inside + _LEAD_UP * (coverage(named, f"{own}\n{lead_up}", view.idf) - inside)


def _same_date(claim: _Figure, held: _Figure) -> bool:
    return any(same_quantity(c, h) for c in claim.dates for h in held.dates)
