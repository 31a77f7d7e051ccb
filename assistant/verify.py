"""Whether a sentence stands: every quantity, name, place and negation of it, and enough of its words, in what it cites.

No model is asked. What is cited is chosen here, not by the model: the one evidence sentence that supports most, and a
second one only if the first leaves something unsupported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

from assistant.coverage import Term, coverage, plain
from assistant.quantity import Kind, unsupported
from assistant.types import Checks, Evidence
from index.places import mentions, same_place
from index.types import Document
from index.words import cut

LEAST_COVERAGE = 0.6
_WORD = re.compile(r"[\u3400-\u9fffA-Za-z][\u3400-\u9fffA-Za-z0-9.+]*")
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

    A target of a list (——众创空间50家) has its year in the clause above it (到2020年: `above`), so dates may come from there.
    """

    evidence: Evidence
    headings: tuple[str, ...]
    document: Document
    above: str = ""

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


def _goodness(verdict: Verdict) -> tuple[bool, bool, bool, float]:
    checks = verdict.checks
    return verdict.stands, checks.numbers, checks.place, checks.content


def _judge(sentence: str, sources: Sequence[Source], rarity: Callable[[str], float], given: str) -> Verdict:
    quotes = [s.evidence.text for s in sources]
    context = "\n".join(s.context for s in sources)
    held = plain(context + given)
    missing = unsupported(sentence, [*quotes, *(s.context for s in sources)])
    above = [s.above for s in sources]
    missing = tuple(q for q in missing if q.kind is not Kind.DATE or unsupported(q.text, above))
    place = _wrong_place(sentence, sources, context)
    content_words = [w for w in cut(sentence) if _WORD.fullmatch(w) and w not in _LIGHT]
    content = coverage([Term(w) for w in content_words], held, rarity)
    strange = [w for w in content_words if UNIT_NAME.fullmatch(w) and plain(w) not in held]
    checks = Checks(not missing, place is None, content)
    support = tuple(s.evidence for s in sources)
    if missing:
        return Verdict(support, checks, f"原文没有“{missing[0].text}”")
    if place:
        return Verdict(support, checks, f"“{place}”不是所引文件所说的地方")
    if strange:
        return Verdict(support, checks, f"原文没有“{strange[0]}”")
    if _NEGATION.search(sentence) and not _NEGATION.search(context + given):
        return Verdict(support, checks, "原文没有否定的意思")
    for claimed, needed in _FORCE:
        if claimed.search(sentence) and not needed.search(context + given):
            return Verdict(support, checks, f"原文没有“{claimed.search(sentence)[0]}”的意思")  # type: ignore[index]
    if content < LEAST_COVERAGE:
        return Verdict(support, checks, f"原文只支持其中 {content:.0%} 的内容")
    return Verdict(support, checks, None)


def _wrong_place(sentence: str, sources: Sequence[Source], context: str) -> str | None:
    """A province or prefecture that `sentence` names and the sources neither are of nor name."""
    regions = {s.document.region for s in sources}
    for mention in mentions(sentence):
        if mention.place and mention.place.name not in regions and mention.text not in context:
            provinces = {place.province for r in regions if r and (place := same_place(r))}
            if mention.place.name not in provinces:
                return mention.text
    return None
