"""A true sentence in its document, with what its variants are made of.

Numbers, bounds, places and units of government are found here by expressions of their own, not by those of the checker:
what the checker cannot read must be swapped too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from assistant.evidence.retrieve import as_evidence, as_source
from assistant.types import Source
from index.chinese.markers import marker
from index.chinese.places import Place, gazetteer
from index.chinese.words import tag
from index.store.library import Library
from index.types import Document, Kind, Role

_LENGTH = range(14, 161)
_UNIT = r"%|％|‰|[个家人元名户项件所台套辆艘座处间份部篇批次条种类吨亩斤天周岁倍级张只瓶支床例]|工作日|小时|公里|平方|立方|千瓦"
_DIGITS = r"\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?"
FIGURE = re.compile(
    r"(?<![\dA-Za-z.,．\-—–~～:：/〔\[第])(?<![日月年]前)(?<![\d个家元%％年月日天时万亿人名][至到])"
    rf"(?P<digits>{_DIGITS})(?P<scale>[百千]?[万亿]{{0,2}})(?P<more>[余多]?)(?P<unit>{_UNIT}|(?<=[万亿])(?=[，。、；]))"
)
"""A number in Arabic digits with its unit. Left out: ranges, dates, times, years, ordinals, 文号, enumerators, names."""
_MORE = re.compile(
    r"(?:(?<!不)(?:超过?|逾|突破|高于|大于|多于)|至少|最低|不(?:得|能|应)?(?:少|低|小)于|不下)[^，。；、]{0,4}$"
)
_LESS = re.compile(
    r"(?:不(?:得|能|应)?(?:超过?|高于|多于|大于)|(?<!不)(?:低于|少于|小于)|不足|不到|至多|最多|最高|最长|控制在|限)[^，。；、]{0,4}$"
)
_AND_MORE = re.compile(r"[^，。；、\d]{0,5}?(?:以上|起步)")
_OR_LESS = re.compile(r"[^，。；、\d]{0,5}?(?:以下|以内|之内|内(?![容外部涵设地需])|前)")
ORGAN = re.compile(
    r"(?P<level>国家|自治区|[省市县区州])(?P<organ>(?:教育|财政|科技|公安|民政|司法|人社|人力资源(?:和)?社会保障|自然资源|生态环境"
    r"|住建|住房(?:和)?城乡建设|交通运输|交通|水利|水务|农业农村|农业|商务|文化和旅游|文旅|应急管理|应急|审计|市场监管|统计|医保|医疗保障"
    r"|林业|气象|税务|工信|工业和信息化|经信|经济和信息化|发展改革|金融监管|文广新|环保|旅游|体育|药监|信访|人防|海洋|港航)(?P<suffix>[局厅委]))"
)
USUAL_ORGANS = (
    "教育局",
    "财政局",
    "公安局",
    "民政局",
    "水利局",
    "商务局",
    "审计局",
    "统计局",
    "交通运输局",
    "农业农村局",
)
_NOUN = ("n", "vn", "nz", "an", "l", "j", "eng")
_CLOSED = (("“", "”"), ("（", "）"), ("(", ")"), ("《", "》"))


@dataclass(frozen=True)
class Subject:
    """One sentence of a document that is whole and says something, without its clause number."""

    source: Source
    next: tuple[Source, ...]
    around: str

    @cached_property
    def text(self) -> str:
        """The words that variants are made from."""
        text = self.source.evidence.text
        found = marker(text)
        return text[found.length if found else 0 :].lstrip()

    @cached_property
    def said(self) -> str:
        """All that the source may be said to state, itself included."""
        above = "\n".join(e.text for e in self.source.above)
        return f"{self.source.context}\n{above}"

    @cached_property
    def tags(self) -> tuple[tuple[str, str], ...]:
        """Words with their part of speech."""
        return tuple(tag(self.text))

    @cached_property
    def begins(self) -> frozenset[int]:
        """Where a noun would begin a name: after a stop or a verb of two characters."""
        ends = accumulate(len(word) for word, _ in self.tags)
        free = (
            end
            for end, (word, pos) in zip(ends, self.tags, strict=True)
            if word in "，；、：" or (pos == "v" and len(word) > 1)
        )
        return frozenset((0, *free))

    @cached_property
    def figures(self) -> tuple[re.Match[str], ...]:
        """Every number with its unit."""
        return tuple(FIGURE.finditer(self.text))

    @cached_property
    def region(self) -> Place | None:
        """The region of the document, where its title or issuer begins with it, so that it surely is of there."""
        d = self.source.document
        place = gazetteer().get(d.region or "")
        heads = [h for h in (d.title, d.issuer) if h]
        return place if place and any(h.startswith((place.name, place.short)) for h in heads) else None

    @property
    def formal(self) -> bool:
        """Whether it is a document that orders or proposes, not a report."""
        return self.source.document.kind in (Kind.FORMAL, Kind.INTERPRETATION)

    def lacks(self, words: str) -> bool:
        """Whether neither the source nor anything around that is given with it has `words`; digits stand alone."""
        edge = r"(?<![\d.]){}(?![\d.])" if words[0].isdigit() else "{}"
        return not re.search(edge.format(re.escape(words)), self.said)

    def with_(self, start: int, end: int, words: str) -> str:
        """The sentence with `words` instead of its characters from `start` to `end`."""
        return self.text[:start] + words + self.text[end:]


def subjects(library: Library) -> Iterator[Subject]:
    """The sentences of the clauses of `library` that variants can be made from."""
    for document in library.documents:
        spans = [s for p in library.passages(document.id) if p.role is Role.CLAUSE for s in p.sentences]
        sources = [as_source(library, as_evidence(library, document, span)) for span in spans]
        for n, source in enumerate(sources):
            subject = Subject(source, tuple(sources[n + 1 : n + 4]), document.text)
            if _whole(subject.text):
                yield subject


def limit(text: str, start: int, end: int) -> str:
    """ ">" where the number at `start` is a least one, "<" where a most one, "" where neither."""
    before = text[max(0, start - 12) : start]
    if _LESS.search(before) or _OR_LESS.match(text, end):
        return "<"
    return ">" if _MORE.search(before) or _AND_MORE.match(text, end) else ""


def noun_before(subject: Subject, offset: int) -> tuple[int, int] | None:
    """Where the run of nouns stands that ends last before `offset` in the same part of the sentence."""
    return _last([r for r in noun_runs(subject.tags) if r[1] <= offset], subject.text, offset)


def noun_runs(tags: tuple[tuple[str, str], ...]) -> list[tuple[int, int]]:
    """Where runs of nouns of at least three characters stand."""
    runs: list[tuple[int, int]] = []
    at = 0
    for word, pos in tags:
        if pos in _NOUN and not re.search(r"[\d，。]", word):
            if runs and runs[-1][1] == at:
                runs[-1] = (runs[-1][0], at + len(word))
            else:
                runs.append((at, at + len(word)))
        at += len(word)
    return [(start, end) for start, end in runs if end - start >= 3]


def _last(runs: list[tuple[int, int]], text: str, offset: int) -> tuple[int, int] | None:
    if not runs or re.search(r"[，。；、：]", text[runs[-1][1] : offset]) or offset - runs[-1][1] > 6:
        return None
    return runs[-1]


def region_like(document: Document, place: Place) -> bool:
    """Whether `document` has to do with `place`: is of it, or of the province that it lies in or is."""
    own = gazetteer().get(document.region or "")
    return own is not None and place.province == own.province


def _whole(text: str) -> bool:
    closed = text[-1:] in tuple("。；;！!") or (
        text[-1:] in tuple(")）") and "牵头" in text
    )  # a duty line is whole too
    if len(text) not in _LENGTH or not closed or any(c in text for c in "|？?…"):
        return False
    return (
        all(text.count(a) == text.count(b) for a, b in _CLOSED) and sum("一" <= c <= "鿿" for c in text) > len(text) / 2
    )
