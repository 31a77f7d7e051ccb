"""`python -m eval run`: cases → answers → scores → tables, and a folder that holds them all.

The folder has `rows.jsonl` (case, answer, scores, seconds, error), `summary.json` and `report.html`.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from assistant.settings import Settings
from assistant.types import Answer
from eval import cases as case_file
from eval import report
from eval.cases import Case, CaseError, Split, Type, validate_against
from eval.metrics import METRICS, Metric, Trial, interval
from eval.metrics.all_facts import forbidden_shown
from eval.metrics.citation_recall import gold_cited
from eval.metrics.facts import facts_found

SETS: Mapping[str, Callable[[], tuple[Case, ...]]] = {
    "cases": case_file.load,  # what the rules were made on
    "dialogues": lambda: case_file.load(case_file.FILE.with_name("dialogues.jsonl")),  # follow-ups and small talk
    "comparisons": lambda: case_file.load(case_file.COMPARISONS),  # who has more, by how much, who at all
    "held_out": lambda: case_file.load(case_file.HELD_OUT),  # written blind, never looked at while making them
}
ALL = "all"


class Answering(Protocol):
    """What is measured."""

    def answer(self, question: str, history: Sequence[Mapping[str, str]] = ()) -> Answer:
        """The answer to `question` after `history`."""
        ...


@dataclass(frozen=True, slots=True)
class Row:
    """One case with what came of it; `answer` is None if the assistant raised, and `error` says what."""

    case: Case
    answer: Answer | None
    scores: Mapping[str, float | None]
    facts: tuple[bool, ...]
    cited: tuple[bool, ...]
    forbidden: tuple[str, ...]
    seconds: float
    error: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The form of a line of `rows.jsonl`."""
        return {
            "case": self.case.to_dict(),
            "answer": self.answer.to_dict() if self.answer else None,
            "scores": dict(self.scores),
            "facts": list(self.facts),
            "cited": list(self.cited),
            "forbidden": list(self.forbidden),
            "seconds": round(self.seconds, 3),
            "error": self.error,
        }


def choose(
    cases: Iterable[Case], split: str, kind: str | None, only: str | None, limit: int | None
) -> tuple[Case, ...]:
    """The cases that the options of the command ask for, in their order."""
    chosen = [
        case for case in cases if split in (ALL, case.split) and kind in (None, case.type) and only in (None, case.id)
    ]
    return tuple(chosen[:limit])


def ask(assistant: Answering, cases: Iterable[Case], titles: Mapping[str, str]) -> Iterator[Row]:
    """One row per case, in order, one at a time. An exception of the assistant becomes the row's error."""
    for case in cases:
        started = time.perf_counter()
        try:
            answer = assistant.answer(case.question, history=case.history)
        except Exception as error:  # noqa: BLE001 - whatever a case raises is its result
            traceback.print_exc()
            yield _crashed(case, time.perf_counter() - started, f"{type(error).__name__}: {error}")
        else:
            yield _scored(Trial(case, answer, titles), time.perf_counter() - started)


def summarise(rows: Sequence[Row], **about: str) -> dict[str, Any]:
    """What `summary.json` holds: each metric overall with its interval, by type and by split, and the targets met."""
    overall = {m.name: _cell(m, rows) | _interval(m, rows) for m in METRICS}
    answers = [row.answer for row in rows if row.answer]
    return {
        **about,
        "cases": len(rows),
        "crashed": [row.case.id for row in rows if row.error],
        "seconds": {f"p{p}": round(float(np.percentile([r.seconds for r in rows], p)), 2) for p in (50, 95)},
        "models": {k: v for answer in answers for k, v in answer.models.items()},
        "prompts": {k: v for answer in answers for k, v in sorted(answer.prompts.items())},
        "overall": overall,
        "types": _grouped(rows, lambda row: row.case.type.value, Type),
        "splits": _grouped(rows, lambda row: row.case.split.value, Split),
        "targets": {
            m.name: m.meets(value)
            for m in METRICS
            if m.target is not None and (value := overall[m.name]["value"]) is not None
        },
    }


def measure(assistant: Answering, cases: Iterable[Case], titles: Mapping[str, str]) -> dict[str, float | None]:
    """The overall value of each metric by name, nothing printed or written."""
    rows = list(ask(assistant, cases, titles))
    return {m.name: _cell(m, rows)["value"] for m in METRICS}


def write(folder: Path, rows: Sequence[Row], summary: Mapping[str, Any]) -> None:
    """The three files of a run, in a new folder."""
    folder.mkdir(parents=True)
    lines = (json.dumps(row.to_dict(), ensure_ascii=False) + "\n" for row in rows)
    (folder / "rows.jsonl").write_text("".join(lines), encoding="utf-8")
    (folder / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    report.write(folder)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `python -m eval run`."""
    parser.add_argument("--set", choices=sorted(SETS), default="cases", help="题集")
    parser.add_argument("--split", choices=[*Split, ALL], default=ALL, help="只跑哪一部分")
    parser.add_argument("--type", choices=list(Type), help="只跑哪一类题")
    parser.add_argument("--only", metavar="ID", help="只跑这一题")
    parser.add_argument("--limit", type=int, metavar="N", help="只跑前 N 题")
    parser.add_argument("--docs", type=Path, metavar="DIR", help="政策文件所在文件夹")
    parser.add_argument("--out", type=Path, metavar="DIR", default=Path("runs"), help="结果写到哪里（默认 runs）")
    parser.add_argument("--llm", choices=["bundled", "off"], help="off 只摘录原文")
    parser.add_argument("--strict", action="store_true", help="有一项未达标即以 1 退出")


def main(options: argparse.Namespace) -> int:
    """Run it; 0, 1 if a case crashed (or, with --strict, a target was missed), 2 if the cases are invalid."""
    from assistant.pipeline import Assistant  # here, since compare and report do not need the models' libraries

    try:
        cases = choose(SETS[options.set](), options.split, options.type, options.only, options.limit)
    except CaseError as error:
        return _invalid([str(error)])
    if not cases:
        return _invalid(["没有符合条件的题"])
    settings = Settings.for_docs(options.docs) if options.docs else Settings()
    settings = settings.model_copy(update={"llm": options.llm} if options.llm else {})
    assistant = Assistant(settings)
    assistant.prepare()
    documents = assistant.index.documents
    faults = validate_against(cases, documents, (p for d in documents for p in assistant.index.passages(d.id)))
    if faults:
        return _invalid(faults)
    titles = {document.id: document.title for document in documents}
    about = {"set": options.set, "split": options.split, "docs": settings.docs.name, "llm": settings.llm}
    return evaluate(assistant, cases, titles, options.out / f"{datetime.now():%Y%m%d-%H%M%S}", options.strict, about)


def evaluate(
    assistant: Answering,
    cases: Sequence[Case],
    titles: Mapping[str, str],
    folder: Path,
    strict: bool,
    about: Mapping[str, str],
) -> int:
    """Ask, score, write, print; the exit code."""
    rows = []
    for row in ask(assistant, cases, titles):
        rows.append(row)
        print(f"[{len(rows)}/{len(cases)}] {row.case.id} {row.seconds:.1f} 秒", file=sys.stderr)
    summary = summarise(rows, **about, time=datetime.now().isoformat(timespec="seconds"))
    write(folder, rows, summary)
    print(report.printed(summary))
    print(f"逐题报告：{folder / 'report.html'}")
    missed = strict and not all(summary["targets"].values())
    return int(bool(summary["crashed"]) or missed)


def _scored(trial: Trial, seconds: float) -> Row:
    return Row(
        trial.case,
        trial.answer,
        {metric.name: metric(trial) for metric in METRICS},
        facts_found(trial),
        gold_cited(trial),
        forbidden_shown(trial),
        seconds,
    )


def _crashed(case: Case, seconds: float, error: str) -> Row:
    scores = {metric.name: metric.crashed(case) for metric in METRICS}
    return Row(case, None, scores, (False,) * len(case.facts), (False,) * len(case.evidence), (), seconds, error)


def _cell(metric: Metric, rows: Sequence[Row]) -> dict[str, Any]:
    scores = [row.scores[metric.name] for row in rows]
    scored = sum(score is not None for score in scores)
    return {"value": metric.over(scores), "scored": scored, "left_out": len(scores) - scored}


def _interval(metric: Metric, rows: Sequence[Row]) -> dict[str, float]:
    bounds = None if metric.total else interval(row.scores[metric.name] for row in rows)
    return {"low": bounds[0], "high": bounds[1]} if bounds else {}


def _grouped(rows: Sequence[Row], key: Callable[[Row], str], order: Iterable[str]) -> dict[str, Any]:
    groups = {name: [row for row in rows if key(row) == name] for name in map(str, order)}
    return {
        name: {"cases": len(group), "metrics": {m.name: _cell(m, group) for m in METRICS}}
        for name, group in groups.items()
        if group
    }


def _invalid(faults: Iterable[str]) -> int:
    print("题目有误：", *faults, sep="\n  ", file=sys.stderr)
    return 2
