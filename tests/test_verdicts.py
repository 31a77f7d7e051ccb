"""Whether a sentence stands by its sources: each line of verdicts.jsonl through `check`.

A line has the `sources`, each a sentence of the invented plans or one described by its `text`, `title` and what else is
known of it (an item or a row by its `lead_in` and the `statement` that they make together); the `question` that the `sentence` answers, if it is read with one; and whether it `stands`. Some lines tell
what the `problem` names, or which of the sources it `cites`, counted from 0. `about` is for the reader.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from assistant.types import Evidence, Source
from assistant.verify.check import LEAST_SCORE, check
from index.search import Index
from index.types import Document
from tests import plans

LINES = [json.loads(line) for line in Path(__file__).with_name("verdicts.jsonl").read_text("utf-8").splitlines()]


def source(told: str | Mapping[str, Any], index: Index) -> Source:
    """The sentence of the plans that reads so, or the one that is described."""
    if isinstance(told, str):
        return plans.source(index, told)
    title, text = told["title"], told["text"]
    document = Document(
        title,
        f"{title}.txt",
        text,
        title,
        number=told.get("number"),
        region=told.get("region"),
        about=told.get("about"),
    )

    def evidence(words: str) -> Evidence:
        return Evidence(document.id, document.source, "", 0, len(words), words, 1.0)

    above = (evidence(told["lead_in"]),) if "lead_in" in told else ()
    return Source(evidence(text), tuple(told.get("headings", ())), document, above, told.get("statement", ""))


@pytest.mark.parametrize("line", [pytest.param(line, id=f"line {n}") for n, line in enumerate(LINES, start=1)])
def test_whether_a_sentence_stands(index: Index, line: Mapping[str, Any]) -> None:
    sources = [source(told, index) for told in line["sources"]]
    verdict = check(line["sentence"], sources, index.idf, question=line.get("question", ""))
    assert verdict.stands is line["stands"], (line["about"], verdict.problem)
    assert (verdict.score >= LEAST_SCORE) is verdict.stands
    assert line.get("problem", "") in (verdict.problem or ""), line["about"]
    if "cites" in line:
        assert [n for n, told in enumerate(sources) if told.evidence in verdict.support] == line["cites"]
