"""What a labelled pair is: sources, a sentence, and whether the sources support it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType

from assistant.types import Source
from index.document.describe import describe
from index.document.split import split
from index.readers.files import RawText, policy_files, read
from index.settings import ROOT
from index.store import snapshot
from index.store.keyword import KeywordIndex
from index.store.library import Library
from index.types import Plan

DIGESTS = ROOT / "data" / "plans"
SHARED = ROOT.parent / "shared"
"""Data that are measured on and never copied into the project; not everyone has them."""


class Half(StrEnum):
    """Thresholds are chosen on half a and reported on half b."""

    A = "a"
    B = "b"


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence with the sources that it cites, and whether every statement of it follows from them.

    `group` says where the pair is from, `kind` what was done to make it. `reason` is why it is not supported, where a
    person wrote that down; `question` what the sentence answers, where it answers one.
    """

    id: str
    group: str
    kind: str
    sources: tuple[Source, ...]
    sentence: str
    supported: bool
    reason: str = ""
    question: str = ""

    @property
    def half(self) -> Half:
        """By a hash of the first source's words, so that all that was made from one sentence is in one half."""
        return Half.A if digest(self.sources[0].evidence.text)[0] in "01234567" else Half.B


@dataclass(frozen=True, slots=True)
class Group:
    """Pairs of one origin with the idf of words there.

    `left_out` counts, by reason in Chinese, what is not in it; `missing` names the data that were not there.
    """

    name: str
    label: str
    pairs: tuple[Pair, ...]
    idf: Callable[[str], float] = field(repr=False)
    left_out: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    missing: tuple[str, ...] = ()


def digest(*texts: str) -> str:
    """The first 12 hex digits of the SHA-256 of `texts`."""
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:12]


def plan(raw: RawText) -> Plan:
    """The text described and split as the index does it."""
    document = describe(raw)
    return Plan(document, split(document))


def idf(texts: Iterable[str]) -> Callable[[str], float]:
    """The idf of words over `texts`, as an index over them gives it."""
    return cache(KeywordIndex.build(list(texts)).idf)


def rarity_in(plans: Sequence[Plan]) -> Callable[[str], float]:
    """The idf of words over the sentences of `plans`, as an index of them gives it."""
    return idf(row.text for row in snapshot.rows(plans))


def library(folder: Path) -> Library:
    """The policy files of `folder`."""
    return Library([plan(read(path)) for path in policy_files(folder)])


def absent(path: Path) -> str:
    """How a message names data that are not there."""
    return f"../{path.relative_to(SHARED.parent).as_posix()}"
