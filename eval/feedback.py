"""`python -m eval feedback`: what readers thought of answers, as cases: the good ones ready, the bad ones for a person to judge."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from assistant.settings import Settings
from eval.cases import Case, Clause, Expectation, Split, Type
from index.chinese.quantity import quantities

_TYPES = {"fields": Type.METADATA, "lead": Type.LEAD, "led_by": Type.LEAD, "list": Type.LIST}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The file of opinions."""
    parser.add_argument("file", nargs="?", type=Path, help="赞踩记录（JSON Lines，默认见 ZHENGDA_FEEDBACK）")


def main(options: argparse.Namespace) -> int:
    """Prints cases to stdout, one JSON object a line, and disliked answers to stderr; 2 if there is no such file."""
    path: Path = options.file or Settings().feedback
    if not path.is_file():
        print(f"没有赞踩记录 {path}。网页上有人评价之后才有。", file=sys.stderr)
        return 2
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    for case in cases(rows):
        print(json.dumps(case.to_dict(), ensure_ascii=False))
    for row in rows:
        if not row["liked"]:
            print(f"待判：{row['answer']['question']}（{row['reason'] or '未写原因'}）", file=sys.stderr)
    return 0


def cases(rows: list[Mapping[str, Any]]) -> Iterator[Case]:
    """One case per question whose last opinion is good: its figures, or else its sentences, are the facts that an answer must hold."""
    last = {row["answer"]["resolved_question"]: row for row in rows}
    for question, row in last.items():
        if row["liked"]:
            yield _case(question, row["answer"])


def _case(question: str, answer: Mapping[str, Any]) -> Case:
    refused = answer["status"] == "refused"
    cited = [Clause(c["document"]["title"], c["address"]) for c in answer["citations"] if c["address"]]
    facts = [fact for s in answer["sentences"] for fact in _facts(s["text"])]
    if refused:
        kind = Type.UNANSWERABLE
    elif answer["table"]:
        kind = Type.COMPARISON
    else:
        kind = _TYPES.get(answer["route"], Type.FIGURE if any(c.isdigit() for c in "".join(facts)) else Type.TEXT)
    return Case(
        id=f"fb-{hashlib.sha256(question.encode()).hexdigest()[:8]}",
        type=kind,
        split=Split.DEV,
        question=question,
        expect=Expectation.REFUSE if refused else Expectation.ANSWER,
        evidence=() if refused else tuple(dict.fromkeys(cited)),
        facts=() if refused else tuple((fact,) for fact in dict.fromkeys(facts)),
    )


def _facts(sentence: str) -> list[str]:
    figures = [q.text for q in quantities(sentence)]
    return figures or [sentence.rstrip("。；;！？")]
