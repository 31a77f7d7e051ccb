"""Whether a sentence stands: every quantity, name, place and negation of it, and its words, in what it cites.

No model is asked. What is cited is chosen here, not by the model: the one evidence sentence that supports most, and
more only if that one leaves something unsupported; a sentence that does not stand so stands if each of the parts between
its semicolons does. The checks are in `assistant.verify.checks`; their rates of error are what `python -m eval checker` measures.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from assistant.types import Checks, Evidence, Source
from assistant.verify.checks import edits, figures, order, pieced, place, question, sense, wording
from assistant.verify.checks.view import View
from index.chinese.places import mentions
from index.chinese.quantity import Kind, quantities, unsupported

_MOST_SOURCES = 3
_NAME = re.compile(r"“[^“”]*”")
_PARTED = re.compile(r"(?<=.{8})[；;](?=.{8})")
LEAST_SCORE = 0.5
"""The operating point: see the curve of `python -m eval checker`."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `check` found: the support, its checks and, if the sentence does not stand, why (in Chinese).

    `score` in [0, 1] is 0 where a figure, place, name or the sense is wrong, which is then `contradicted`, else that of
    the weakest point of the wording.
    """

    support: tuple[Evidence, ...]
    checks: Checks
    problem: str | None
    score: float = 0.0
    contradicted: bool = False

    @property
    def stands(self) -> bool:
        """Whether the sentence may be shown."""
        return self.problem is None


def check(sentence: str, sources: Sequence[Source], idf: Callable[[str], float], question: str = "") -> Verdict:
    """The verdict on `sentence` against `sources`.

    `question` is what the sentence answers, made self-contained: a fragment is read with it.
    """
    whole = _check(sentence, sources, idf, question)
    parts = _parts(sentence)
    if whole.stands or len(parts) < 2:
        return whole
    verdicts = [_check(part, sources, idf, question) for part in parts]
    if not all(verdict.stands for verdict in verdicts):
        return whole
    weakest = min(verdicts, key=lambda verdict: verdict.score)
    return replace(weakest, support=tuple(dict.fromkeys(e for verdict in verdicts for e in verdict.support)))


def _parts(sentence: str) -> list[str]:
    """What semicolons part, each with the place and the dates that the parts before it name, where it has none of its own."""
    parts = []
    place = dates = ""
    for part in _PARTED.split(sentence):
        places = "、".join(m.text for m in mentions(_NAME.sub("", part)) if m.place)
        when = "、".join(q.text for q in quantities(part) if q.kind is Kind.DATE)
        carried = [text for text, own in ((place, places), (dates, when)) if text and not own]
        parts.append("：".join([*carried, part]))
        place, dates = places or place, when or dates
    return parts


def _check(sentence: str, sources: Sequence[Source], idf: Callable[[str], float], question: str) -> Verdict:
    tried = [_judge(View.of(sentence, [s], idf, question)) for s in sources]
    best = max(tried, key=_goodness, default=None)
    if best is None:
        return Verdict((), Checks(False, False, 0.0), "没有可引用的原文")
    if best.stands or len(sources) < 2:
        return best
    chosen = [next(s for s in sources if s.evidence == best.support[0])]
    for _ in range(_MOST_SOURCES - 1):
        together = [[*chosen, s] for s in sources if s not in chosen and _go_together([*chosen, s], sentence)]
        views = [(View.of(sentence, these, idf, question), these) for these in together]
        judged = [(_judge(view, pieced.pieced(view)), these) for view, these in views]
        if not judged:
            break
        verdict, chosen = max(judged, key=lambda pair: _goodness(pair[0]))
        best = max(best, verdict, key=_goodness)
        if best.stands:
            break
    return best


def _go_together(sources: Sequence[Source], sentence: str) -> bool:
    """Whether one sentence may rest on all: each two are of one document, or the sentence names the places of both.

    More than two stand under one heading.
    """
    if len(sources) > 2 and len({(s.document.id, s.headings) for s in sources}) > 1:
        return False
    return all(a.document.id == b.document.id or _both_named(a, b, sentence) for a, b in combinations(sources, 2))


def _both_named(a: Source, b: Source, sentence: str) -> bool:
    regions = [s.document.region for s in (a, b)]
    sentence = _NAME.sub("", sentence)  # “某市模式”
    return regions[0] != regions[1] and all(r and (r in sentence or place.short(r) in sentence) for r in regions)


def objection(statement: str, source: Source, idf: Callable[[str], float]) -> str | None:
    """What `source` has against the statement of a yes-or-no question: its figures, what they are of, its sense."""
    view = View.of(statement, [source], idf)
    return figures.missing(view) or figures.of_something_else(view) or sense.changed(view)


def _goodness(verdict: Verdict) -> tuple[bool, bool, bool, float]:
    checks = verdict.checks
    return verdict.stands, checks.numbers, checks.place, verdict.score + checks.content


def _judge(view: View, objection: str | None = None) -> Verdict:
    said = question.read_with(view)
    numbers = figures.missing(said) or figures.of_something_else(said) or figures.per_another(said)
    wrong_place = place.wrong_place(said)
    wrong = (
        numbers
        or wrong_place
        or place.strange_name(view)
        or place.strange_title(view)
        or question.missed(view)
        or sense.changed(said)
        or (sense.changed(view) if said is not view else None)
        or edits.changed(view)
        or order.turned(said)
        or pieced.crossed(said)
        or pieced.unfounded(said)
        or objection
    )
    content = 0.0 if wording.says_nothing(said) else wording.share(said)
    weakest, why = min(
        (content, f"原文只支持其中 {content:.0%} 的内容" if content else "没有可以核对的内容"),
        *((share, f"原文没有“{words}”") for share, words in (wording.strangest(view), wording.newest(said))),
    )
    problem = wrong or (why if weakest < LEAST_SCORE else None)
    return Verdict(
        _support(said),
        Checks(numbers is None, wrong_place is None, content),
        problem,
        0.0 if wrong else weakest,
        bool(wrong),
    )


def _support(view: View) -> tuple[Evidence, ...]:
    """The evidence of the sources, and of what stands above them the sentence that a date of the view's sentence is from."""
    dates = [q.text for q in unsupported(view.sentence, [view.quotes]) if q.kind is Kind.DATE]
    above = [e for s in view.sources for e in s.above if any(not unsupported(d, [e.text]) for d in dates)]
    return tuple(dict.fromkeys([*(e for s in view.sources for e in s.cited), *above[:1]]))
