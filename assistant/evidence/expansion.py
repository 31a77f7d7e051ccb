"""Words of the evidence that mean nearly what a word of the question does which no plan has, by their vectors.

Cosines of single words lie close together in E5. Without what the words have in common, their mean, they tell near from
far (after Mu & Viswanath, "All-but-the-Top", 2018, who take off the first principal components too).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from assistant.evidence.retrieve import Candidate, as_source
from assistant.question.coverage import coverage, normalized, synonyms
from assistant.question.intent import ASKS_IF_SAID
from assistant.question.understand import Query
from index.chinese.words import cut, tag
from index.search import Index

# Chosen on the spoken questions that rules are made on; see docs/eval.md.
_LEAST = 0.3
_LEAST_OF_A_LONG_WORD = 0.6  # three characters or more: the name of one thing, of which another like it is not the same
_MOST = 8
_CREDIT = 0.25  # added to the cosine: two words that mean the same have hardly more than 0.75
_FEWEST_WORDS = 30  # of whose mean anything can be said

_WORD = re.compile(r"[\u3400-\u9fff]{2,}")
QUOTED = re.compile(r"[“‘「『《\"'][^”’」』》\"']*[”’」』》\"']")
_IF_SAID = re.compile(r"(?:提到|提及|说到|讲到|谈到|写到|写明|提过|讲过|说过)[^，。；？?]*(?:吗|没有?)[？?。！!\s]*$")
_NAMES = ("nr", "nrt", "ns", "nt", "nz")
_OPPOSITES = frozenset(
    frozenset(pair)
    for pair in "进出 上下 增减 内外 大小 多少 买卖 升降 开关 新旧 公私 城乡 南北 东西 前后 左右 收支 男女 老少 加减 涨跌 奖罚".split()
)


def with_near(query: Query, candidates: Sequence[Candidate], index: Index) -> Query:
    """The query, in which each word that no plan has knows the words of the candidates that are near it.

    Names and what stands in quotation marks mean themselves.
    """
    if not may_mean_others(query):
        return query
    quoted = "".join(QUOTED.findall(query.question + query.standalone))
    unknown = [t for t in query.terms if t.word not in quoted and _may_be_read_otherwise(t.word, index)]
    words = sorted({word for c in candidates for word in _words(c, index)})
    if not unknown or len(words) < _FEWEST_WORDS:
        return query
    vectors = index.embedder.embed_passages([*words, *(t.word for t in unknown)])
    centred = vectors - vectors[: len(words)].mean(axis=0)
    unit = centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9)
    cosines = unit[len(words) :] @ unit[: len(words)].T
    near = {term: _nearest(term.word, row, words) for term, row in zip(unknown, cosines, strict=True)}
    return replace(query, terms=tuple(replace(t, near=near.get(t, ())) for t in query.terms))


def may_mean_others(query: Query) -> bool:
    """Whether the question's words may stand for others: not where it is asked if a word is said (有没有提到……)."""
    return not ASKS_IF_SAID.search(query.standalone) and not _IF_SAID.search(query.standalone)


def read_as(query: Query, candidate: Candidate, index: Index) -> Mapping[str, str]:
    """The query's words that the candidate has only by a near word, each with the nearest that it has."""
    texts = [normalized(text) for text in _texts(candidate, index)]
    found: dict[str, str] = {}
    for term in query.terms:
        near = next(((word, credit) for word, credit in term.near if any(word in text for text in texts)), None)
        if near and coverage([replace(term, near=())], "\n".join(texts), index.idf) < near[1]:
            found[term.word] = near[0]
    return MappingProxyType(found)


def _may_be_read_otherwise(word: str, index: Index) -> bool:
    """Whether no plan has the word or a synonym, and it is no name."""
    known = any(index.idf(same) < 1 for same in synonyms().get(word, (word,)))
    return bool(_WORD.fullmatch(word)) and not known and tag(word)[0][1] not in _NAMES


def _words(candidate: Candidate, index: Index) -> set[str]:
    return {word for text in _texts(candidate, index) for word in cut(normalized(text)) if _WORD.fullmatch(word)}


def _texts(candidate: Candidate, index: Index) -> tuple[str, ...]:
    """What of a candidate may hold a word of the question."""
    source = as_source(index, candidate.evidence)
    return source.text, *source.headings, source.document.title


def _nearest(word: str, cosines: np.ndarray, words: Sequence[str]) -> tuple[tuple[str, float], ...]:
    least = _LEAST if len(word) == 2 else _LEAST_OF_A_LONG_WORD
    best = np.argsort(-cosines, kind="stable")[:_MOST]
    return tuple(
        (words[i], min(1.0, float(cosines[i]) + _CREDIT))
        for i in best
        if cosines[i] >= least and not _are_opposites(word, words[i])
    )


def _are_opposites(a: str, b: str) -> bool:
    """Whether the words differ in one character, and that is turned around: 进口, 出口."""
    differing = [frozenset(pair) for pair in zip(a, b, strict=False) if pair[0] != pair[1]]
    return len(a) == len(b) and len(differing) == 1 and differing[0] in _OPPOSITES
