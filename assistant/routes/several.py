"""Several questions in one turn: 哪个部门牵头，要建多少个. Each is answered, or the answer says what is not.

They are asked together first, which mostly answers all. What that leaves open is asked alone; what is left out of it
is filled in from the questions before it, as a follow-up is from the turns before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.question.coverage import Term, coverage, normalized
from assistant.question.earlier import understood
from assistant.question.intent import (
    CONFIRM,
    FIELD_WORDS,
    INTERROGATIVE,
    LEAD,
    OPEN,
    OR_NOT,
    REQUESTS,
    SPEAKS_OF_A_DOCUMENT,
    WH_WORD,
    Intent,
)
from assistant.question.standalone import resolve
from assistant.question.terms import content_terms
from assistant.question.understand import Query, understand
from assistant.question.wanted import asked
from assistant.routes.claim import Claim, Work
from assistant.routes.lookup import ANNOUNCED
from assistant.routes.quote import WRITTEN
from assistant.types import Stage
from index.search import Index

Ask = Callable[[Query, Work], Iterator[Claim | Stage]]
"""How one question is asked."""

_BREAK = re.compile(r"(?<=[，,；;。！!？?、\n])|(?=以及|并且|还有(?!效))")
_KEPT_WHOLE = re.compile(r"《[^《》]*》|“[^“”]*”|「[^「」]*」|\"[^\"]*\"|[(（][^()（）]*[)）]")
_IN_DOUBT = re.compile(
    r"我?(?:[对是]|没错|(?:没|有没有)(?:记|搞|弄|看)错|正确|属实|真的?)(?:[不没][对是])?[吗吧么呢]?[，,？?。！!\s]*$"
)
_FOR_EXAMPLE = re.compile(r"比如|例如|譬如|特别是|尤其是?|包括")
_TELL_ME = re.compile(r"[\u4e00-\u9fff]{0,6}(?:能|可以|方便)(?:不能|不可以|不方便)?(?:告诉|说给|发给)我")
_ROLE = re.compile(r"牵头|负责|配合|责任单位")
_ROUTES = (Intent.FIELDS, Intent.LEAD, Intent.LED_BY)
_LEAST_SAID = 0.5
_MOST = 4


@dataclass(frozen=True, slots=True)
class Part:
    """One of several questions: `query` is self-contained, `point` the words of its own text that an answer must have."""

    query: Query
    point: tuple[Term, ...]

    @property
    def definite(self) -> bool:
        """Whether it asks for something that is there or not: a unit, a field, a figure, a date."""
        return self.query.intent in _ROUTES or self.query.wanted is not None

    def said_by(self, claims: Iterable[Claim], route: Intent, index: Index, several: Sequence[Part]) -> bool:
        """Whether one of `claims`, the answer to all the questions `several` together by `route`, answers it."""
        if self.query.intent is Intent.FIELDS:
            return route is Intent.FIELDS  # which tells all the fields that are asked for
        if not self._points and self.query.intent is not Intent.LIST and not self.definite:
            return any(claims)
        if route in _ROUTES and self.query.intent not in _ROUTES:
            answers = [claim for claim in claims if self._is_kind(claim) and not OPEN.search(self.query.standalone)]
            return any(self._share(claim.text, index) >= _LEAST_SAID for claim in answers)
        of_each = sum(part.query.intent is self.query.intent and part._points for part in several) > 1
        return any(self._is_kind(claim) and self._covered(claim, index, not of_each) >= _LEAST_SAID for claim in claims)

    def touched_by(self, claims: Iterable[Claim], index: Index) -> bool:
        """Whether one of `claims` is the kind of answer that it asks for and has any of its words."""
        return self.definite and any(self._is_kind(claim) and self._covered(claim, index) > 0 for claim in claims)

    def missed_by(self, claim: Claim, index: Index) -> bool:
        """Whether `claim` gives a figure of something else: it has none of the words that are asked about."""
        figure = self.query.wanted is not None and self.query.intent not in _ROUTES
        return figure and not self._covered(claim, index)

    @property
    def _points(self) -> bool:
        return any(term.weight >= 1 for term in self.point)

    def _is_kind(self, claim: Claim) -> bool:
        if self.query.intent in _ROUTES:
            return bool(_ROLE.search(claim.text))
        if self.query.intent is Intent.LIST and not self._points:
            return ANNOUNCED in claim.text
        return self.query.wanted is None or self.query.wanted.found_in(claim.text)

    def _covered(self, claim: Claim, index: Index, whole: bool = True) -> float:
        """How much of the point the claim holds, with the headings of what it cites.

        Who leads is told of a `whole` clause; not where that is asked of several things, which one clause may mention.
        """
        held = [claim.text]
        for evidence in claim.support:
            document = index.document(evidence.document_id)
            passage = index.passage_at(document.id, evidence.start)
            held += passage.headings
            if whole and self.query.intent in _ROUTES:
                held.append(document.text[passage.start : passage.end])
        return self._share("\n".join(held), index)

    def _share(self, text: str, index: Index) -> float:
        return coverage(self.point, normalized(text), index.idf) if self._points else 1.0


def claims(query: Query, several: Sequence[Part], index: Index, ask: Ask, work: Work) -> Iterator[Claim | Stage]:
    """The claims for `query`, and for those of its parts `several` that they leave open; what was said is not repeated."""
    together = Work()
    said: list[Claim] = []
    for step in ask(query, together) if not apart(several) else ():
        if isinstance(step, Claim):
            said.append(step)
        yield step
    refused = not said
    passed_over = False
    missing: list[str] = []
    for part in several:
        if part.said_by(said, query.intent, index, several):
            continue
        if refused and not (part.definite or part.query.terms):
            passed_over = True  # it says nothing to go by
            continue
        alone, before = Work(), len(said)
        yield from _alone(part, ask, index, alone, said)
        if len(said) > before or not part.touched_by(said, index):
            missing += alone.missing
        if len(said) == before:
            alone.nearest.clear()
        alone.missing.clear()
        together.absorb(alone)
    if refused and said and not passed_over:
        together.missing.clear()  # why the whole was refused; what of it was, is told part by part
    if said:
        together.missing += missing
    work.absorb(together)
    work.signals = together.signals


def apart(several: Sequence[Part]) -> bool:
    """Whether they are of different plans and of different things, so that there is nothing to ask together or compare."""
    plans = [{d.id for d in part.query.documents} for part in several if part.query.chosen]
    words = [{term.word for term in part.point if term.weight >= 1} for part in several]
    return len(plans) == len(several) > 1 and all(words) and all(map(_disjoint, (plans, words)))


def _disjoint(sets: Sequence[set[str]]) -> bool:
    return len(set().union(*sets)) == sum(map(len, sets))


def _alone(part: Part, ask: Ask, index: Index, work: Work, said: list[Claim]) -> Iterator[Claim | Stage]:
    """The claims for one part that are about its point and not in `said`, to which they are added."""
    of_something_else = False
    before = len(said)
    for step in ask(part.query, work):
        if isinstance(step, Claim):
            if part.missed_by(step, index):
                of_something_else = True
                continue
            if any(step.text.removeprefix(WRITTEN) == claim.text for claim in said):
                continue
            said.append(step)
        yield step
    if of_something_else and len(said) == before:
        work.missing.append(f"没有找到关于“{'、'.join(term.word for term in part.point)}”的内容。")


def parts(query: Query, index: Index) -> tuple[Part, ...]:
    """The questions that `query` consists of, in order; () if it is one, or more than anybody asks at once."""
    texts = questions(query.standalone)
    if not 1 < len(texts) <= _MOST:
        return ()
    found: list[Part] = []
    for i, text in enumerate(texts):
        alone = understand(_completed(text, "".join(texts[:i]), query, index), (), index, query.scope)
        if alone.fields == ("title",) and query.intent is not Intent.FIELDS and not SPEAKS_OF_A_DOCUMENT.search(text):
            continue  # 有几个，分别叫什么: the names of the things, not of the file
        if query.chosen and not (alone.chosen or alone.absent):
            alone = replace(alone, documents=query.documents, places=query.places, chosen=True, named=query.named)
        found.append(Part(alone, _point(text, alone, index)))
    return tuple(found)


def _point(text: str, query: Query, index: Index) -> tuple[Term, ...]:
    """The words of `text` that say what is asked: of 给不给补贴 the predicate; and the terms of any other."""
    or_not = OR_NOT.search(text)
    predicate = content_terms(text[or_not.end() - 1 :], query.places, index) if or_not else ()
    if predicate:
        return tuple(replace(term, weight=1.0) for term in predicate)
    return content_terms(text, query.places, index)


def _completed(text: str, before: str, query: Query, index: Index) -> str:
    """`text` made self-contained after the questions `before` it: a subject that no plan has (动物园) is a topic of its own."""
    if not before:
        return text
    nouns = [term for term in content_terms(text, query.places, index) if term.weight >= 1]
    opens = any(text.startswith(term.word) for term in nouns)
    if opens and all(index.idf(term.word) == 1 for term in nouns):
        here = understood(before, index).subject
        return text if any(place in text for place in query.places) else f"{here}的{text}" if here else text
    return resolve(text, [{"role": "user", "content": before}], index)


def questions(text: str) -> list[str]:
    """`text` cut before each clause that asks for something more; what asks nothing stays with what it leads up to."""
    masked = _KEPT_WHOLE.sub(lambda m: "\0" * len(m[0]), text)
    cuts = sorted({0, len(text), *(m.start() for m in _BREAK.finditer(masked))})
    clauses = [text[a:b] for a, b in pairwise(cuts)]
    found: list[str] = []
    leading = ""
    for i, clause in enumerate(clauses):
        if _asks(clause, last=i == len(clauses) - 1):
            found.append(leading + clause)
            leading = ""
        elif found and _stays_behind(clause):
            found[-1] += clause
        else:
            leading += clause
    if leading and found:
        found[-1] += leading
    return found or [text]


def _asks(clause: str, last: bool) -> bool:
    """Whether the clause asks for something: by an interrogative, or by naming what, where it is the last or a request."""
    if _stays_behind(clause):
        return False
    if any(pattern.search(clause) for pattern in (INTERROGATIVE, CONFIRM)):
        return True
    ends = last or clause.rstrip()[-1:] in tuple("？?") or REQUESTS.match(clause)
    return bool(ends) and _names_what(clause)


def _names_what(clause: str) -> bool:
    return asked(clause) is not None or any(p.search(clause) for p in (LEAD, *(p for _, p in FIELD_WORDS)))


def _stays_behind(clause: str) -> bool:
    """Whether it only asks again what was asked before it, or gives an example of it: 对不对？, 请列一下, 比如普及率."""
    if _IN_DOUBT.match(clause) or (_FOR_EXAMPLE.match(clause) and not WH_WORD.search(clause)):
        return True
    return bool(REQUESTS.match(clause) or _TELL_ME.match(clause)) and not (
        WH_WORD.search(clause) or _names_what(clause)
    )
