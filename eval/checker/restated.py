"""True variants of a sentence: another wording of the same, or less of it.

Excluded, since less or another order would not be true: clauses and items where the sentence has an exception, a
condition, a count of its items or a figure for all of them together; days that are a deadline, a start, an end of a range,
or of which a figure is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from itertools import pairwise

from eval.checker.subject import Subject

Restate = Callable[[Subject], Iterator[str]]

_HAN = "零一二三四五六七八九"
_IMPERATIVE = frozenset(
    "加强 推进 推动 建立 健全 完善 鼓励 支持 引导 加快 实施 开展 组织 落实 强化 优化 提高 提升 扩大 促进 推广 培育 打造 构建 建设 发展 深化 加大 "
    "探索 保障 规范 严格 制定 创新 拓展 整合 搭建 设立 发挥 督促 指导 协调 做好 简化 畅通 统筹 依托 严厉 积极 大力 切实 进一步 充分 全面 着力".split()
)
_UNSAFE_TO_SHORTEN = re.compile(
    r"但|除|不|未|无|非|仅|只|如|若|凡|条件|前提|符合|满足|同时|分别|其中|则|以免|避免|防止|或者?|的[，,]|是|等[，。]?[^，。]*的[，,]"
)
_UNSAFE_LIST = re.compile(
    r"除|仅|只|分别|依次|顺序|合计|总|共|之[间一和]|条件|符合|满足|的[，,]|须|需|必须|应|具[备有]|均|各|[、，]?同时|或|第一|[（(]|比"
    r"|[两二三四五六七八九十\d多几]\s?[个项类种大方级点条位家名省市县]|任一|任何|不|未|无|一[是、]|联|会同"
)
_ITEM = re.compile(r"[一-鿿]{2,10}")
_NO_ITEM = re.compile(r"等|和|及|与|或|的|并|包括|如|各|其他|有关|相关|[是为由对将把在]|省|市|县|区")
_ADVERB = re.compile(r"进一步|积极|大力|切实|着力|认真|充分|不断")
_SYNONYMS = (
    (re.compile(r"不少于(?=\s?\d)|不低于(?=\s?\d)"), "至少"),
    (re.compile(r"不超过(?=\s?\d)|不高于(?=\s?\d)"), "至多"),
    (re.compile(r"应当(?!予)"), "应"),
    (re.compile(r"必须(?!的)"), "须"),
    (re.compile(r"严禁"), "禁止"),
    (re.compile(r"力争"), "争取"),
    (re.compile(r"达到(?=\s?\d)"), "达"),
    (re.compile(r"(?<=[一-鿿])以及(?=[一-鿿])"), "和"),
    (re.compile(r"按照(?=[一-鿿])"), "依照"),
    (re.compile(r"尽快"), "尽早"),
)


def verbatim(subject: Subject) -> Iterator[str]:
    """Word for word."""
    yield subject.text


def named(subject: Subject) -> Iterator[str]:
    """With the place or the title of the document before it, as a draft says whose sentence it is."""
    d = subject.source.document
    if subject.region and subject.formal and subject.region.short not in subject.text and _can_follow(subject):
        yield f"{subject.region.name}提出，{subject.text}"
        yield (
            f"{subject.region.short}要求，{subject.text}" if d.number else f"{subject.region.short}提出，{subject.text}"
        )
    titled = d.title and 8 <= len(d.title) <= 45 and not re.search(r"[《》。：:！!?？]|[局厅府委省市会]$", d.title)
    if titled and _can_follow(subject):
        yield f"《{d.title}》提到，{subject.text}"


def numbered(subject: Subject) -> Iterator[str]:
    """With the 文号 of the document before it."""
    number = subject.source.document.number
    if number and _can_follow(subject):
        yield f"{number}文件提出，{subject.text}"


def respelled(subject: Subject) -> Iterator[str]:
    """A number in another spelling of the same value: 六十家, 百分之八十, 0.1万亿元."""
    for match in subject.figures:
        digits, scale, more, unit = match.group("digits", "scale", "more", "unit")
        for words in _respellings(digits.replace(",", ""), scale, more, unit):
            yield subject.with_(match.start(), match.end(), words)


def coarser(subject: Subject) -> Iterator[str]:
    """The day on which something was done, without its day: 2016年10月."""
    pattern = (
        r"(?:(?<=^)|(?<=于)|(?<=，))(?P<month>(?:\d{4}年)?\d{1,2}月)(?P<day>\d{1,2}日)"
        r"(?:(?=，)|(?=印发|发布|召开|举行|公布|上线|出台|通过|开通|成立|启动|正式|下发|报道|电))"
    )
    if not subject.figures and not re.search(r"如|若|凡|不是|截[至止]|当[天日]|前|后", subject.text):
        for match in re.finditer(pattern, subject.text):
            yield subject.with_(match.start("day"), match.end("day"), "")


def shortened(subject: Subject) -> Iterator[str]:
    """Without its last clauses, where each clause is an order of its own."""
    body, end = subject.text[:-1], "。"
    clauses = body.split("，")
    if len(clauses) < 2 or _UNSAFE_TO_SHORTEN.search(body) or "；" in body or "：" in body or "。" in body:
        return
    if all(_is_order(clause) for clause in clauses):
        for kept in range(1, len(clauses)):
            if len(shorter := "，".join(clauses[:kept])) >= 8 and _balanced(shorter):
                yield shorter + end


def reordered(subject: Subject) -> Iterator[str]:
    """Two neighbouring items of a list exchanged, both with another item on their other side."""
    for items, start, end in _lists(subject):
        for n in range(1, len(items) - 2):
            changed = [*items[:n], items[n + 1], items[n], *items[n + 2 :]]
            yield subject.with_(start, end, "、".join(changed))


def fewer(subject: Subject) -> Iterator[str]:
    """Without one inner item of a list."""
    if re.search(r"\d", subject.text):
        return
    for items, start, end in _lists(subject):
        for n in range(1, len(items) - 1):
            yield subject.with_(start, end, "、".join([*items[:n], *items[n + 1 :]]))


def plainer(subject: Subject) -> Iterator[str]:
    """Without an adverb of emphasis."""
    at = 0
    for (word, _), (following, pos) in pairwise(subject.tags):
        if (
            _ADVERB.fullmatch(word)
            and subject.text[at - 1 : at] != "的"
            and pos in ("v", "vn")
            and len(following) > 1
            and following != "作为"
        ):
            yield subject.with_(at, at + len(word), "")
        at += len(word)


def reworded(subject: Subject) -> Iterator[str]:
    """A word of drafting exchanged for one that means the same there."""
    for pattern, words in _SYNONYMS:
        for match in pattern.finditer(subject.text):
            yield subject.with_(match.start(), match.end(), words)


def joined(subject: Subject) -> Iterator[str]:
    """Together with the sentence that follows it, which is then cited too."""
    if subject.next and len(subject.text) < 80 and subject.text[-1] in "。；":
        following = subject.next[0].evidence.text
        if (
            14 <= len(following) < 80
            and following[-1] == "。"
            and not re.match(r"[（(\d一二三四五六七八九十第—①-⑳]", following)
        ):
            yield f"{subject.text[:-1]}；{following}"


RESTATED: Mapping[str, Restate] = {
    "原句": verbatim,
    "冠名": named,
    "冠文号": numbered,
    "数字改写": respelled,
    "日期略日": coarser,
    "略去末句": shortened,
    "并列换序": reordered,
    "并列略项": fewer,
    "略去修饰": plainer,
    "近义": reworded,
    "两句相合": joined,
}
"""What each kind is called, and how it is made; 两句相合 cites two sources."""
TWO_SOURCES = frozenset({"两句相合"})


def han(value: int) -> str:
    """A whole number below 10,000 in Chinese: 60 → 六十, 105 → 一百零五."""
    words = ""
    for scale, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // scale % 10
        words += _HAN[digit] + name if digit else "零" if words and words[-1] != "零" else ""
    words = words.rstrip("零") or "零"
    return words.removeprefix("一") if words.startswith("一十") else words


def _respellings(digits: str, scale: str, more: str, unit: str) -> Iterator[str]:
    value = Decimal(digits)
    whole = value == value.to_integral_value() and 0 < value < 10_000
    if unit in ("%", "％"):
        if whole and value <= 100:
            yield f"百分之{han(int(value))}{more}"
        if value % 10 == 0 and 0 < value < 100 and not more:
            yield f"{_HAN[int(value) // 10]}成"
        return
    if whole and (not more or (more == "多" and value % 10 == 0)):
        yield f"{han(int(value)) if int(value) != 2 or scale else '两'}{scale}{more}{unit}"
    if not more and unit == "元":
        if scale == "万" and value < 100:
            yield (
                f"{value * 10_000:f}".rstrip("0").rstrip(".") + unit
                if "." in digits
                else f"{int(value) * 10_000}{unit}"
            )
        if scale == "亿" and value >= 100:
            yield f"{(value / 10_000).normalize():f}万亿{unit}"
        if scale == "亿" and value < 100:
            yield f"{(value * 10_000).normalize():f}万{unit}"
        if not scale and value >= 10_000:
            yield f"{(value / 10_000).normalize():f}万{unit}"


def _can_follow(subject: Subject) -> bool:
    """Whether the sentence still reads as a statement of the document behind whose it is."""
    return not re.match(
        r"[《“(（【]|.{0,12}(?:提出|要求|指出|表示|强调|介绍|说|认为)|其中|此外|同时|另外|但|因此|这|该|他|她|我|其[，]",
        subject.text,
    )


def _is_order(clause: str) -> bool:
    return any(clause.startswith(verb) for verb in _IMPERATIVE) and len(clause) >= 6


def _lists(subject: Subject) -> Iterator[tuple[list[str], int, int]]:
    """Lists of four plain items or more whose inner items end where the marks 、 are."""
    if _UNSAFE_LIST.search(subject.text):
        return
    for part in re.finditer(r"[^，。；：！]+", subject.text):
        items = part[0].split("、")
        inner = items[1:-1]
        if (
            len(items) >= 4
            and "“" not in part[0]
            and all(_ITEM.fullmatch(i) and not _NO_ITEM.search(i) for i in inner)
            and _balanced(part[0])
        ):
            yield items, part.start(), part.end()


def _balanced(text: str) -> bool:
    return all(text.count(a) == text.count(b) for a, b in ("“”", "《》", "（）", "()"))
