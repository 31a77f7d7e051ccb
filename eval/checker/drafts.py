"""Draft sentences that the bundled model wrote from our digests, labelled by hand (`drafts.jsonl`, one object a line).

Each was read beside all the evidence that the model had: it is supported if every statement of it follows from that
evidence, with the document's title, place, number, issuer and dates as given. A missing condition, another thing's
figure, a wrong place or time, a verb that is not there make it unsupported; what is true but incomplete (also a bound
left out, 50家 for 50家以上, or a bare figure that answers the question) is supported. A fragment (an item of a list, a
bare name, 是) is read as the answer to its question; a whole sentence is judged by what it says itself. Sentences that
say nothing by themselves (主要有以下几项) were left out.
The evidence is kept as places in the digests with a hash of its words: a digest that changes fails here, loudly.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assistant.evidence.retrieve import as_evidence, as_source
from assistant.types import Source
from eval.checker.pairs import DIGESTS, Group, Pair, digest, library, rarity_in
from index.store.library import Library
from index.types import Document, Plan, Span

NAME, LABEL = "drafts", "模型草稿（人工标注）"
FILE = Path(__file__).with_name("drafts.jsonl")
SUPPORTED = "成立"
_FIELDS = frozenset({"id", "question", "sentence", "evidence", "hash", "fault", "reason"})


class DraftError(ValueError):
    """The labels do not fit the digests; the message says which line and what to do."""


def load(file: Path = FILE, folder: Path = DIGESTS) -> Group:
    """All labelled drafts; raises DraftError."""
    plans = library(folder)
    documents = {d.source: d for d in plans.documents}
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    pairs = []
    for number, line in enumerate(lines, start=1):
        try:
            pairs.append(_pair(json.loads(line), plans, documents))
        except (ValueError, KeyError) as error:
            raise DraftError(f"{file.name} 第 {number} 行：{error}") from error
    return Group(NAME, LABEL, tuple(pairs), rarity_in([Plan(d, plans.passages(d.id)) for d in plans.documents]))


def _pair(row: Mapping[str, Any], plans: Library, documents: Mapping[str, Document]) -> Pair:
    """The pair of one line. `fault` is empty for a supported sentence, else what is wrong with it in one word."""
    if set(row) != _FIELDS:
        raise ValueError(f"字段应为 {'、'.join(sorted(_FIELDS))}")
    if bool(row["fault"]) != bool(row["reason"]):
        raise ValueError("不成立的要写 fault 和 reason，成立的都留空")
    sources = tuple(_source(place, plans, documents) for place in row["evidence"])
    if digest(*(s.evidence.text for s in sources)) != row["hash"]:
        raise ValueError(f"摘编改过，{row['id']} 的证据已不是标注时的原文。请重新核对这一条并更新 hash")
    kind, supported = row["fault"] or SUPPORTED, not row["fault"]
    return Pair(row["id"], NAME, kind, sources, row["sentence"], supported, row["reason"], row["question"])


def _source(place: Mapping[str, Any], plans: Library, documents: Mapping[str, Document]) -> Source:
    document = documents.get(place["source"])
    if document is None:
        raise ValueError(f"没有摘编 {place['source']}")
    evidence = as_evidence(plans, document, Span(place["start"], place["end"]))
    if evidence.address != place["address"]:
        raise ValueError(f"{place['source']} {place['start']} 处是 {evidence.address}，不是 {place['address']}")
    return as_source(plans, evidence)
