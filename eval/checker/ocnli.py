"""Pairs of OCNLI (Hu et al. 2020) from government work reports: what is entailed is supported, nothing else is.

The source is a sentence of a report without headings or document. Pairs on whose label the annotators did not agree
("-") are left out. The text is CC BY-NC and stays beside the project.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from assistant.types import Evidence, Source
from eval.checker.pairs import SHARED, Group, Pair, absent, idf
from index.types import Document

NAME, LABEL = "ocnli", "OCNLI（政府工作报告）"
FILE = SHARED / "data" / "ocnli" / "train.10k.json"
_KINDS = {"entailment": "蕴含", "neutral": "中立", "contradiction": "矛盾"}
CONTRADICTION = _KINDS["contradiction"]


def load() -> Group:
    """The pairs; none where the file is not."""
    if not FILE.is_file():
        return Group(NAME, LABEL, (), lambda word: 1.0, missing=(absent(FILE.parent),))
    with FILE.open(encoding="utf-8") as lines:
        return group([row for line in lines if (row := json.loads(line))["genre"] == "gov"])


def group(rows: Iterable[Mapping[str, Any]]) -> Group:
    """The group of those lines of the file."""
    held = list(rows)
    pairs = tuple(_pairs(held))
    return Group(
        NAME,
        LABEL,
        pairs,
        idf(dict.fromkeys(row["sentence1"] for row in held)),
        {"标注者意见不一": len(held) - len(pairs)},
    )


def _pairs(rows: Iterable[Mapping[str, Any]]) -> Iterator[Pair]:
    for row in rows:
        if kind := _KINDS.get(row["label"]):
            text = row["sentence1"]
            document = Document(row["prem_id"], FILE.name, text, title="")
            evidence = Evidence(document.id, document.source, "", 0, len(text), text, 1.0)
            supported = row["label"] == "entailment"
            yield Pair(
                f"{NAME}-{row['id']}", NAME, kind, (Source(evidence, (), document),), row["sentence2"], supported
            )
