"""Cases: questions with the facts an answer must hold and the clauses that it must cite, one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any

from index.types import ADDRESS_SEPARATOR, Document, Passage

FILE = Path(__file__).with_name("cases") / "cases.jsonl"
COMPARISONS = FILE.with_name("comparisons.jsonl")
HELD_OUT = FILE.with_name("held_out.jsonl")
SPOKEN = FILE.with_name("spoken.jsonl")
SEVERAL = FILE.with_name("several.jsonl")

_REQUIRED = frozenset({"id", "type", "split", "question", "expect"})
_OPTIONAL = frozenset(
    {"history", "evidence", "facts", "forbidden", "cells", "gold", "documents", "least_facts", "sources"}
)
_ROLES = frozenset({"user", "assistant"})


Expected = tuple[str, ...] | None
"""Alternative wordings of a cell of a comparison; None where the plan is silent."""


class CaseError(ValueError):
    """A case file is malformed; the message names the file and the line."""


class Type(StrEnum):
    """What a question asks for."""

    FIGURE = "figure"
    TEXT = "text"
    LIST = "list"
    LEAD = "lead"
    METADATA = "metadata"
    STATUS = "status"
    COMPARISON = "comparison"
    FOLLOWUP = "followup"
    UNANSWERABLE = "unanswerable"
    PREMISE = "premise"

    @property
    def label(self) -> str:
        """Chinese name, as tables print it."""
        return _LABELS[self]


_LABELS = dict(
    zip(Type, ("指标", "内容", "列举", "牵头", "文号日期", "有效性", "比较", "追问", "无答案", "错误前提"), strict=True)
)


class Split(StrEnum):
    """`dev` cases may be looked at while the product is changed, `test` cases may not."""

    DEV = "dev"
    TEST = "test"


class Expectation(StrEnum):
    """Whether the texts hold an answer; PARTLY to one of several questions asked together."""

    ANSWER = "answer"
    PARTLY = "partly"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause by its document and its address.

    The document is named by its title, or in a case by its region, where that is the region of one document alone.
    """

    document: str
    address: str

    def relates_to(self, other: Clause) -> bool:
        """The same clause, or one that encloses it or lies in it."""
        mine, theirs = (clause.address.split(ADDRESS_SEPARATOR) for clause in (self, other))
        depth = min(len(mine), len(theirs))
        return self.document == other.document and mine[:depth] == theirs[:depth]


@dataclass(frozen=True, slots=True)
class Case:
    """One question. Each fact is a tuple of alternative wordings, one of which the answer must hold.

    `cells` has what a comparison must say of each region, one entry per aspect.
    `type` and `split` are a `Type` and a `Split` in our own sets, other names in other sets. `gold` are alternative
    answers as a data set gives them; `documents` the ids of the only documents to be asked, where it is not all; `least_facts` how many
    of the facts make an answer right, where it is not all; `sources` the ids of the documents that the answer stands in.
    """

    id: str
    type: str
    split: str
    question: str
    expect: Expectation
    history: tuple[Mapping[str, str], ...] = ()
    evidence: tuple[Clause, ...] = ()
    facts: tuple[tuple[str, ...], ...] = ()
    forbidden: tuple[str, ...] = ()
    cells: Mapping[str, tuple[Expected, ...]] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    gold: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    least_facts: int | None = None
    sources: tuple[str, ...] = ()

    @property
    def answerable(self) -> bool:
        """Whether the texts hold an answer, or part of one."""
        return self.expect is not Expectation.REFUSE

    def to_dict(self) -> dict[str, Any]:
        """The form of a line of the case file."""
        return {
            "id": self.id,
            "type": str(self.type),
            "split": str(self.split),
            "question": self.question,
            "history": [dict(turn) for turn in self.history],
            "expect": self.expect.value,
            "evidence": [{"document": c.document, "address": c.address} for c in self.evidence],
            "facts": [list(fact) for fact in self.facts],
            "forbidden": list(self.forbidden),
            "cells": {region: [want and list(want) for want in row] for region, row in self.cells.items()},
            "gold": list(self.gold),
            "documents": list(self.documents),
            "least_facts": self.least_facts,
            "sources": list(self.sources),
        }


def load(path: Path = FILE) -> tuple[Case, ...]:
    """All cases of a file, in its order; raises CaseError at the first line that is not a valid new case."""
    cases: dict[str, Case] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            case = parse(json.loads(line))
            if case.id in cases:
                raise CaseError(f"编号 {case.id} 重复")
        except ValueError as error:
            raise CaseError(f"{path.name} 第 {number} 行：{error}") from error
        cases[case.id] = case
    return tuple(cases.values())


def parse(value: object) -> Case:
    """The case that one decoded line holds; raises ValueError saying what is wrong with it."""
    line = _mapping(value, _REQUIRED, _OPTIONAL)
    case = Case(
        id=_text(line["id"]),
        type=Type(line["type"]),
        split=Split(line["split"]),
        question=_text(line["question"]),
        expect=Expectation(line["expect"]),
        history=tuple(_turn(turn) for turn in _list(line.get("history", []))),
        evidence=tuple(_clause(clause) for clause in _list(line.get("evidence", []))),
        facts=tuple(tuple(map(_text, _list(fact))) for fact in _list(line.get("facts", []))),
        forbidden=tuple(map(_text, _list(line.get("forbidden", [])))),
        cells=MappingProxyType({_text(region): _row(row) for region, row in _object(line.get("cells", {})).items()}),
        gold=tuple(map(_text, _list(line.get("gold", [])))),
        documents=tuple(map(_text, _list(line.get("documents", [])))),
        least_facts=line.get("least_facts"),
        sources=tuple(map(_text, _list(line.get("sources", [])))),
    )
    if case.answerable and not (case.facts and all(case.facts)):
        raise CaseError("应答的题至少要有一个事实，每个事实至少要有一种写法")
    if case.cells and case.type is not Type.COMPARISON:
        raise CaseError("只有比较题有单元格")
    if not case.answerable and case.facts:
        raise CaseError("应拒答的题不应有事实")
    return case


def by_title(cases: Iterable[Case], documents: Iterable[Document]) -> tuple[Case, ...]:
    """The cases with all documents of their evidence named by title."""
    regions: dict[str, list[str]] = {}
    for document in documents:
        regions.setdefault(document.region or "", []).append(document.title)
    alone = {region: titles[0] for region, titles in regions.items() if region and len(titles) == 1}
    return tuple(
        replace(case, evidence=tuple(replace(c, document=alone.get(c.document, c.document)) for c in case.evidence))
        for case in cases
    )


def validate_against(
    cases: Iterable[Case], documents: Iterable[Document], passages: Iterable[Passage]
) -> tuple[str, ...]:
    """One line for every evidence clause that the index does not hold.

    A clause that is only the ancestor of passages counts as held, since a splitter may leave no passage at a heading.
    """
    titles = {document.id: document.title for document in documents}
    held = {clause for p in passages for clause in _with_ancestors(titles[p.document_id], p.address)}
    return tuple(
        f"{case.id}：《{clause.document}》" + (f"没有 {clause.address}" if clause.document in known else "不在索引中")
        for known in [set(titles.values())]
        for case in cases
        for clause in case.evidence
        if clause not in held
    )


def _with_ancestors(title: str, address: str) -> Iterable[Clause]:
    parts = address.split(ADDRESS_SEPARATOR)
    return (Clause(title, ADDRESS_SEPARATOR.join(parts[:depth])) for depth in range(1, len(parts) + 1))


def _turn(value: object) -> Mapping[str, str]:
    turn = _mapping(value, frozenset({"role", "content"}))
    if turn["role"] not in _ROLES:
        raise CaseError(f"不认识的角色 {turn['role']!r}")
    return {"role": turn["role"], "content": _text(turn["content"])}


def _clause(value: object) -> Clause:
    clause = _mapping(value, frozenset({"document", "address"}))
    return Clause(_text(clause["document"]), _text(clause["address"]))


def _row(value: object) -> tuple[Expected, ...]:
    """`["60家"]` or null for one aspect, `[["60家"], null]` for several."""
    if value is None or all(isinstance(item, str) for item in _list(value)):
        return (_cell(value),)
    return tuple(map(_cell, _list(value)))


def _cell(value: object) -> Expected:
    if value is None:
        return None
    wordings = tuple(map(_text, _list(value)))
    if not wordings:
        raise CaseError("单元格至少要有一种写法，没提到的写 null")
    return wordings


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise CaseError(f"应为对象：{value!r}")
    return value


def _mapping(value: object, required: frozenset[str], optional: frozenset[str] = frozenset()) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise CaseError(f"应为对象：{value!r}")
    if missing := required - set(value):
        raise CaseError(f"缺少 {'、'.join(sorted(missing))}")
    if unknown := set(value) - required - optional:
        raise CaseError(f"不认识的键 {'、'.join(sorted(unknown))}")
    return value


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise CaseError(f"应为列表：{value!r}")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise CaseError(f"应为非空字符串：{value!r}")
    return value
