"""Whether a sentence stands: every quantity, name, place and negation of it, and enough of its words, in what it cites.

No model is asked. What is cited is chosen here, not by the model: the one evidence sentence that supports most, and a
second one only if the first leaves something unsupported.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

from assistant.coverage import Term, coverage, plain
from assistant.types import Checks, Evidence
from index.places import mentions, same_place
from index.quantity import Kind, quantities, unsupported
from index.types import Document
from index.words import cut

LEAST_COVERAGE = 0.6
_LEAST_CLAUSE_COVERAGE = 0.34
_ALIKE = 0.8
_OF_ANY_FIGURE = frozenset(
    "达到 以上 以下 以内 以外 左右 超过 不少于 不低于 不高于 提高 提升 降低 下降 增长 增加 减少 实现 形成 建成 建设 建立 完成 培育 创建 打造 争取 "
    "力争 总计 合计 累计 每年 年均 全市 全省 全县 分别 数量 总数 规模 目标 新增".split()
)
_WORD = re.compile(r"[^\W\d_][\w.+]*")
_FOREIGN = re.compile(r"[A-Za-z][A-Za-z0-9.:/_+-]*[A-Za-z0-9/]|[^\W\d_A-Za-z\u2e80-\u9fff\U00020000-\U0003ffff]+")
_PART = re.compile(r"[，,、；;：:。！？!?\n]")
# A word that names a unit of government or a body like one; such a word must stand in the source as it is.
UNIT_NAME = re.compile(r".{2,}(?:局|委|办|厅|部|院|中心|公司|管委会|委员会|办公室|协会|政府)")
_NEGATION = re.compile(r"不得|不能|不再|不予|没有|未|禁止|严禁|无需|不需|不是|并非|取消")
_FORCE = (
    (re.compile(r"必须|严禁|强制|一律|应当"), re.compile(r"必须|严禁|强制|一律|应当|须|不得")),
    (re.compile(r"已经|已(?=[建完实出达])"), re.compile(r"已|了|完成|实现")),
)
_LIGHT = frozenset(
    "的 了 和 与 及 在 是 由 对 等 为 到 将 把 被 并 或 也 都 就 着 其 该 这 以 上 下 中 内 有 个 其中 以及 通过 包括 即 分别 需要 进行 根据 按照 要求 提出 表示 指出 年".split()
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `check` found: the support, its checks and, if the sentence does not stand, why (in Chinese)."""

    support: tuple[Evidence, ...]
    checks: Checks
    problem: str | None

    @property
    def stands(self) -> bool:
        """Whether the sentence may be shown."""
        return self.problem is None


@dataclass(frozen=True, slots=True)
class Source:
    """An evidence sentence with what is known of where it stands: headings, document, the clause above.

    A target of a list (——众创空间50家) has its year in the clause above it (到2020年), so dates may come from the
    sentences `above`, which are then cited too.
    """

    evidence: Evidence
    headings: tuple[str, ...]
    document: Document
    above: tuple[Evidence, ...] = ()

    @property
    def context(self) -> str:
        """All the words that this source gives support by."""
        d = self.document
        fields = (d.title, d.about, d.number, d.issuer, d.region, d.issued and f"{d.issued.year}年")
        return "\n".join([self.evidence.text, *self.headings, *(f for f in fields if f)])


def check(sentence: str, sources: Sequence[Source], rarity: Callable[[str], float], given: str = "") -> Verdict:
    """The verdict on `sentence` against `sources`; `given` are words of ours (a template's) that need no support."""
    tried = [_judge(sentence, [s], rarity, given) for s in sources]
    best = max(tried, key=_goodness, default=None)
    if best is None:
        return Verdict((), Checks(False, False, 0.0), "没有可引用的原文")
    if best.stands or len(sources) < 2:
        return best
    first = best.support[0]
    pairs = [[a, b] for a, b in combinations(sources, 2) if first in (a.evidence, b.evidence)]
    return max((best, *(_judge(sentence, pair, rarity, given) for pair in pairs)), key=_goodness)


def check_together(
    sentence: str, sources: Sequence[Source], rarity: Callable[[str], float], given: str = ""
) -> Verdict:
    """The verdict on a sentence that sums up what several sources say: each figure and word in any of them, or `given`."""
    return _judge(sentence, sources, rarity, given)


def objection(statement: str, source: Source, rarity: Callable[[str], float]) -> str | None:
    """What `source` has against the statement of a yes-or-no question: its figures, what they are of, its sense."""
    view = _View(unicodedata.normalize("NFKC", statement), [source], rarity, "")
    return _unsupported_quantity(view) or _figure_of_something_else(view) or _changed_sense(view)


def _goodness(verdict: Verdict) -> tuple[bool, bool, bool, float]:
    checks = verdict.checks
    return verdict.stands, checks.numbers, checks.place, checks.content


@dataclass(frozen=True, slots=True)
class _View:
    """A sentence beside what it is to be supported by, each in the forms that the checks need."""

    sentence: str
    sources: Sequence[Source]
    rarity: Callable[[str], float]
    given: str

    @property
    def quotes(self) -> str:
        return "\n".join(s.evidence.text for s in self.sources)

    @property
    def context(self) -> str:
        return "\n".join(s.context for s in self.sources) + self.given


def _judge(sentence: str, sources: Sequence[Source], rarity: Callable[[str], float], given: str) -> Verdict:
    view = _View(unicodedata.normalize("NFKC", sentence), sources, rarity, given)
    numbers = _unsupported_quantity(view) or _figure_of_something_else(view)
    place = _wrong_place(view)
    held = plain(view.context)
    words = _content_words(view.sentence)
    content = coverage([Term(w) for w in words], held, rarity) if words else 0.0
    problem = numbers or place or _strange_name(view) or _changed_sense(view) or _unsupported_clause(view)
    if problem is None and content < LEAST_COVERAGE:
        problem = f"原文只支持其中 {content:.0%} 的内容" if words else "没有可以核对的内容"
    return Verdict(_support(view), Checks(numbers is None, place is None, content), problem)


def _support(view: _View) -> tuple[Evidence, ...]:
    """The evidence of the sources, and of what stands above them the sentence that a date of the view's sentence is from."""
    dates = [q.text for q in unsupported(view.sentence, [view.quotes, view.given]) if q.kind is Kind.DATE]
    above = [e for s in view.sources for e in s.above if any(not unsupported(d, [e.text]) for d in dates)]
    return tuple(dict.fromkeys([*(s.evidence for s in view.sources), *above[:1]]))


def _unsupported_quantity(view: _View) -> str | None:
    """A number, date or 文号 that the quotes lack. A date may also stand in the clause above, a 文号 in the document's fields."""
    sentence = view.sentence
    for title in (t for s in view.sources for t in (s.document.title, s.document.about) if t):
        sentence = sentence.replace(unicodedata.normalize("NFKC", title), "")
    above, given = [e.text for s in view.sources for e in s.above], [view.given]
    for quantity in unsupported(sentence, [view.quotes, view.given]):
        elsewhere = {Kind.DATE: above, Kind.DOCUMENT_NUMBER: [view.context]}.get(quantity.kind, given)
        if unsupported(quantity.text, elsewhere):
            return f"原文没有“{quantity.text}”"
    return None


def _figure_of_something_else(view: _View) -> str | None:
    """A figure that the quotes have of one thing and the sentence gives to another of the same quotes (甲120台，乙40台)."""
    if view.given:
        return None
    parts = _with_what_leads_up(_PART.split(view.quotes))
    for part in _PART.split(view.sentence):
        figures = [q for q in quantities(part) if q.kind is Kind.NUMBER and not q.indefinite]
        named = [w for w in _content_words(part) if len(w) > 1 and w in view.quotes and w not in _OF_ANY_FIGURE]
        for figure in figures:
            having = [p for p in parts if not unsupported(figure.text, [p])]
            if named and having and not any(w in p for p in having for w in named):
                return f"原文里“{figure.text}”说的不是“{named[0]}”"
    return None


def _with_what_leads_up(parts: Sequence[str]) -> list[str]:
    """Each part that has figures, with the parts before it that have none: 为渔船加装终端，每艘补助1800元 is one."""
    found, lead = [], ""
    for part in parts:
        lead += part + "，"
        if any(q.kind is Kind.NUMBER for q in quantities(part)):
            found.append(lead)
            lead = ""
    return found


def _wrong_place(view: _View) -> str | None:
    """A province or prefecture that the sentence names and the sources neither are of nor name."""
    regions = {s.document.region for s in view.sources}
    for mention in mentions(view.sentence):
        if mention.place and mention.place.name not in regions and mention.text not in view.context:
            provinces = {place.province for r in regions if r and (place := same_place(r))}
            if mention.place.name not in provinces:
                return f"“{mention.text}”不是所引文件所说的地方"
    return None


def _strange_name(view: _View) -> str | None:
    """A unit's name or a foreign word that no source has."""
    held = plain(view.context)
    names = [w for w in cut(view.sentence) if UNIT_NAME.fullmatch(w)] + _FOREIGN.findall(view.sentence)
    return next((f"原文没有“{name}”" for name in names if plain(name) not in held), None)


def _changed_sense(view: _View) -> str | None:
    """A negation or an obligation that only one side has: 不得 left out, 必须 put in."""
    if _NEGATION.search(view.sentence) and not _NEGATION.search(view.context):
        return "原文没有否定的意思"
    for claimed, needed in _FORCE:
        found = claimed.search(view.sentence)
        if found and not needed.search(view.context):
            return f"原文没有“{found[0]}”的意思"
    negated = [p for p in _PART.split(view.quotes) if _NEGATION.search(p)]
    for part in _PART.split(view.sentence):
        words = _content_words(part)
        for source in negated:
            alike = len(words) > 1 and coverage([Term(w) for w in words], plain(source), view.rarity) >= _ALIKE
            if alike and not _NEGATION.search(part):
                return "原文是否定的意思"
    return None


def _unsupported_clause(view: _View) -> str | None:
    """A clause of the sentence that the sources hardly have a word of: a rider on a true sentence."""
    held = plain(view.context)
    for part in _PART.split(view.sentence):
        words = _content_words(part)
        if len(words) > 1 and coverage([Term(w) for w in words], held, view.rarity) < _LEAST_CLAUSE_COVERAGE:
            return f"原文没有“{part.strip()}”"
    return None


def _content_words(text: str) -> list[str]:
    return [w for w in cut(text) if _WORD.fullmatch(w) and w not in _LIGHT]
