"""Several questions in one turn, each a `Query` of its own: 哪个部门牵头，要建多少个."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.question.coverage import Term
from assistant.question.intent import (
    CONFIRM,
    FIELD_WORDS,
    INTERROGATIVE,
    LEAD,
    OR_NOT,
    REQUESTS,
    SPEAKS_OF_A_DOCUMENT,
    WH_WORD,
    Intent,
)
from assistant.question.terms import content_terms
from assistant.question.understand import Query, understand
from assistant.question.wanted import asked
from index.search import Index

_BREAK = re.compile(r"(?<=[，,；;。！!？?、\n])|(?=以及|并且|还有(?!效))")
_KEPT_WHOLE = re.compile(r"《[^《》]*》|“[^“”]*”|「[^「」]*」|\"[^\"]*\"|[(（][^()（）]*[)）]")
_IN_DOUBT = re.compile(
    r"我?(?:[对是]|没错|(?:没|有没有)(?:记|搞|弄|看)错|正确|属实|真的?)(?:[不没][对是])?[吗吧么呢]?[，,？?。！!\s]*$"
)
_MOST = 4


@dataclass(frozen=True, slots=True)
class Part:
    """One of several questions: `query` is self-contained, `point` the words of its own text that an answer must have."""

    query: Query
    point: tuple[Term, ...]


def parts(query: Query, index: Index) -> tuple[Part, ...]:
    """The questions that `query` consists of, in order; () if it is one, or more than anybody asks at once."""
    texts = questions(query.standalone)
    if not 1 < len(texts) <= _MOST:
        return ()
    found: list[Part] = []
    for i, text in enumerate(texts):
        before = (
            [{"role": "user", "content": "".join(texts[:i])}] if i and not _opens_a_topic(text, query, index) else []
        )
        alone = understand(text, before, index, query.scope)
        if alone.fields == ("title",) and query.intent is not Intent.FIELDS and not SPEAKS_OF_A_DOCUMENT.search(text):
            continue  # 有几个，分别叫什么: the names of the things, not of the file
        if alone.presumed or (query.chosen and not (alone.chosen or alone.absent)):
            alone = replace(
                alone,
                documents=query.documents,
                places=query.places,
                chosen=query.chosen,
                named=query.named,
                presumed=False,
            )
        found.append(Part(alone, _point(text, alone, index)))
    return tuple(found)


def _opens_a_topic(text: str, query: Query, index: Index) -> bool:
    """Whether `text` opens with a subject that no plan has (动物园), so that it leaves nothing to what was asked before."""
    nouns = [term for term in content_terms(text, query.places, index) if term.weight >= 1]
    return any(text.startswith(term.word) for term in nouns) and all(index.idf(term.word) == 1 for term in nouns)


def _point(text: str, query: Query, index: Index) -> tuple[Term, ...]:
    """The words of `text` that say what is asked: of 给不给补贴 the predicate; and the terms of any other."""
    or_not = OR_NOT.search(text)
    predicate = content_terms(text[or_not.end() - 1 :], query.places, index) if or_not else ()
    if predicate:
        return tuple(replace(term, weight=1.0) for term in predicate)
    return content_terms(text, query.places, index)


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
    """Whether it only asks again what was asked before it: 对不对？, 请列一下."""
    if _IN_DOUBT.match(clause):
        return True
    return bool(REQUESTS.match(clause)) and not (WH_WORD.search(clause) or _names_what(clause))


def apart(several: Sequence[Part]) -> bool:
    """Whether they are of different plans and of different things, so that there is nothing to ask together or compare."""
    plans = [{d.id for d in part.query.documents} for part in several if part.query.chosen]
    words = [{term.word for term in part.point if term.weight >= 1} for part in several]
    return len(plans) == len(several) > 1 and all(words) and all(map(_disjoint, (plans, words)))


def _disjoint(sets: Sequence[set[str]]) -> bool:
    return len(set().union(*sets)) == sum(map(len, sets))
