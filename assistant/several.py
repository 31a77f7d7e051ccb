"""Several questions in one turn: 哪个部门牵头，要建多少个. Each is answered, or the answer says what is not.

They are asked together first, which mostly answers all. What that leaves open is asked alone; what is left out of it
is filled in from the questions before it, as a follow-up is from the turns before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.asked import asked
from assistant.claim import Claim, Work
from assistant.coverage import Term, coverage, plain
from assistant.earlier import ASKS
from assistant.forms import CONFIRM, FIELD_WORDS, LEAD, LIST, REQUESTS, WH_WORD, Asks
from assistant.lookup import ANNOUNCED
from assistant.retrieve import as_source
from assistant.terms import content_terms
from assistant.types import Stage
from assistant.understand import Query, understand
from index.search import Index

Ask = Callable[[Query, Work], Iterator[Claim | Stage]]
"""How one question is asked."""

_BREAK = re.compile(r"(?<=[，,；;。！!？?\n])|(?=以及|并且|还有)")
_KEPT_WHOLE = re.compile(r"《[^《》]*》|“[^“”]*”|\"[^\"]*\"|[(（][^()（）]*[)）]")
_IN_DOUBT = re.compile(
    r"我?(?:[对是]|没错|(?:没|有没有)(?:记|搞|弄|看)错|正确|属实|真的?)(?:[不没][对是])?[吗吧么呢]?[，,？?。！!\s]*$"
)
_OR_NOT = re.compile(r"([\u4e00-\u9fff])[不没]\1(?!同)")
_ROLE = re.compile(r"牵头|负责|配合|责任单位|承担|主管|会同|参与")
_ROUTES = (Asks.FIELDS, Asks.LEAD, Asks.LED_BY)
_LEAST_SAID = 0.5


@dataclass(frozen=True, slots=True)
class Part:
    """One of several questions: `query` is self-contained, `point` the words that an answer must have besides those before."""

    query: Query
    point: tuple[Term, ...]

    @property
    def definite(self) -> bool:
        """Whether it asks for something that is there or not: a unit, a field, a figure, a date."""
        return self.query.asks in _ROUTES or self.query.wanted is not None

    def has_kind(self, claims: Iterable[Claim]) -> bool:
        """Whether one of `claims` is the kind of answer that it asks for."""
        if self.query.asks is Asks.FIELDS:
            return False
        if self.query.asks in _ROUTES:
            return any(_ROLE.search(claim.text) for claim in claims)
        wanted = self.query.wanted
        return wanted is None or any(wanted.found_in(claim.text) for claim in claims)

    def said_by(self, claims: Sequence[Claim], index: Index) -> bool:
        """Whether one of `claims`, which are the answer to it and the other questions together, answers it."""
        return any(self.has_kind([claim]) and self._speaks_of_it(claim, index) for claim in claims)

    def _speaks_of_it(self, claim: Claim, index: Index) -> bool:
        headings = "".join(h for e in claim.support for h in as_source(index, e).headings)
        text = plain(f"{claim.text}\n{headings}")
        if self.query.asks in _ROUTES:
            return True
        if all(term.weight < 1 for term in self.point):
            return self.query.asks is not Asks.LIST or ANNOUNCED in claim.text
        return coverage(self.point, text, index.rarity) >= _LEAST_SAID


def claims(query: Query, index: Index, ask: Ask, work: Work) -> Iterator[Claim | Stage]:
    """The claims for `query`, and for those of its questions that they leave open; no claim twice."""
    several = parts(query, index)
    said: list[Claim] = []
    together = Work()
    yield from _new(ask(query, together), said)
    refused = not said
    passed_over = False
    missing: list[str] = []
    for part in several:
        if part.said_by(said, index):
            continue
        if refused and not (part.definite or part.query.terms):
            passed_over = True  # it says nothing to go by
            continue
        alone, before = Work(), len(said)
        yield from _new(ask(part.query, alone), said)
        if len(said) > before or not (part.definite and part.has_kind(said)):
            missing += alone.missing
        alone.missing.clear()
        if len(said) == before:
            alone.nearest.clear()
        together.absorb(alone)
    if refused and said and not passed_over:
        together.missing.clear()  # why the whole was refused; what of it was, is told part by part
    if said:
        together.missing += missing
    work.absorb(together)


def _new(steps: Iterable[Claim | Stage], said: list[Claim]) -> Iterator[Claim | Stage]:
    """`steps` without claims that were said before; the others are added to `said`."""
    for step in steps:
        if isinstance(step, Claim):
            if any(claim.text in step.text for claim in said):
                continue
            said.append(step)
        yield step


def parts(query: Query, index: Index) -> tuple[Part, ...]:
    """The questions that `query` consists of, in order; () if it is one."""
    texts = questions(query.text)
    if len(texts) < 2:
        return ()
    found: list[Part] = []
    for i, text in enumerate(texts):
        before = [{"role": "user", "content": "".join(texts[:i])}] if i else []
        alone = understand(text, before, index, query.scope)
        if alone.fields == ("title",) and query.asks is not Asks.FIELDS:
            continue  # 有几个，分别叫什么: the names of the things, not of the file
        or_not = _OR_NOT.search(text)
        said = text[or_not.end() - 1 :] if or_not else text
        found.append(Part(alone, content_terms(said, alone.places, index)))
    return tuple(found)


def questions(text: str) -> list[str]:
    """`text` cut before each clause that asks for something more; what asks nothing stays with what it leads up to."""
    masked = _KEPT_WHOLE.sub(lambda m: "\0" * len(m[0]), text)
    cuts = sorted({0, len(text), *(m.start() for m in _BREAK.finditer(masked))})
    clauses = [text[a:b] for a, b in pairwise(cuts)]
    found: list[str] = []
    leading = ""
    for clause in clauses:
        if _asks(clause):
            found.append(leading + clause)
            leading = ""
        elif found and _stays_behind(clause):
            found[-1] += clause
        else:
            leading += clause
    if leading and found:
        found[-1] += leading
    return found or [text]


def _asks(clause: str) -> bool:
    if _stays_behind(clause):
        return False
    return asked(clause) is not None or any(
        pattern.search(clause) for pattern in (ASKS, _OR_NOT, LEAD, LIST, CONFIRM, *(p for _, p in FIELD_WORDS))
    )


def _stays_behind(clause: str) -> bool:
    """Whether it only asks again what was asked before it: 对不对？, 请列一下."""
    return bool(_IN_DOUBT.match(clause) or (REQUESTS.match(clause) and not WH_WORD.search(clause)))
