"""`python -m eval run`: a set of questions → answers → scores → tables, and a folder that holds them all.

The folder has `rows.jsonl` (case, answer, scores, seconds, error), `summary.json` and `report.html`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.settings import Settings
from eval import report
from eval.ask import Answering, Row, ask
from eval.cases import Case, CaseError, by_title, validate_against
from eval.datasets import ALL, DATASETS, Dataset, NoData
from eval.datasets.own import SUBSETS
from eval.metrics import METRICS, Metric, interval
from index.errors import ZhengdaError
from index.settings import ROOT
from index.types import Document

if TYPE_CHECKING:  # compare and report do not need the models' libraries
    from assistant.pipeline import Assistant

DIGESTS = ROOT / "data" / "plans"


class Unfit(ValueError):
    """The options do not fit the set of questions, or its cases not the index; the message says why."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which questions of a set to ask: all, or those of a part, of a type, with an id, each n-th, the first so many."""

    split: str = ALL
    type: str | None = None
    only: str | None = None
    limit: int | None = None
    every: int = 1


def choose(cases: Iterable[Case], wanted: Wanted) -> tuple[Case, ...]:
    """The cases wanted, in their order."""
    chosen = [
        case
        for case in cases
        if wanted.split in (ALL, case.split) and wanted.type in (None, case.type) and wanted.only in (None, case.id)
    ]
    return tuple(chosen[:: wanted.every][: wanted.limit])


def summarise(rows: Sequence[Row], dataset: Dataset, remarks: Sequence[str] = (), **about: str) -> dict[str, Any]:
    """What `summary.json` holds: each metric overall, by type and by split, with its interval, and the targets met."""
    metrics = dataset.metrics
    pooled = [row for row in rows if dataset.pooled in (None, row.case.type)]
    overall = _cells(metrics, pooled)
    answers = [row.answer for row in rows if row.answer]
    return {
        **about,
        "cases": len(pooled),
        "crashed": [row.case.id for row in rows if row.error],
        "seconds": {f"p{p}": round(float(np.percentile([r.seconds for r in rows], p)), 2) for p in (50, 95)},
        "models": {k: v for answer in answers for k, v in answer.models.items()},
        "prompts": {k: v for answer in answers for k, v in sorted(answer.prompts.items())},
        "overall": overall,
        "types": _grouped(rows, metrics, lambda row: row.case.type, dataset.types),
        "splits": _grouped(pooled, metrics, lambda row: row.case.split, dataset.splits),
        "targets": {
            m.name: m.meets(value)
            for m in metrics
            if m.target is not None and (value := overall[m.name]["value"]) is not None
        },
        "notes": [*remarks, *dataset.notes(rows)],
    }


def measure(assistant: Answering, cases: Iterable[Case], documents: Sequence[Document]) -> dict[str, float | None]:
    """The overall value of each metric of our own cases by name, nothing printed or written."""
    rows = list(ask(assistant, by_title(cases, documents), {d.id: d.title for d in documents}))
    return {m.name: _cell(m, rows)["value"] for m in METRICS}


def write(folder: Path, rows: Sequence[Row], summary: Mapping[str, Any]) -> None:
    """The three files of a run in its folder."""
    lines = (json.dumps(row.to_dict(), ensure_ascii=False) + "\n" for row in rows)
    (folder / "rows.jsonl").write_text("".join(lines), encoding="utf-8")
    (folder / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    report.write(folder)


def _count(text: str) -> int:
    """A number of at least 1, for argparse."""
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError("要写 1 以上的整数")
    return int(text)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `python -m eval run`."""
    parser.add_argument("--set", choices=sorted(DATASETS), default="cases", help="题集（见 docs/eval.md）")
    parser.add_argument("--subset", choices=sorted(SUBSETS), help="ci：自己的题每类四道，问随附的摘编")
    parser.add_argument("--split", help="只跑哪一部分：dev、test、train 或 all（默认随题集）")
    parser.add_argument("--type", help="只跑哪一类题")
    parser.add_argument("--only", metavar="ID", help="只跑这一题")
    parser.add_argument("--every", type=_count, default=1, metavar="N", help="每 N 题只跑一题")
    parser.add_argument("--limit", type=_count, metavar="N", help="只跑前 N 题")
    parser.add_argument("--docs", type=Path, metavar="DIR", help="政策文件所在文件夹（只用于自己的题）")
    parser.add_argument("--out", type=Path, metavar="DIR", default=Path("runs"), help="结果写到哪里（默认 runs）")
    parser.add_argument("--llm", choices=["bundled", "off"], help="off 只摘录原文")
    parser.add_argument("--model-name", metavar="NAME", help="接口上的模型名（地址见 ZHENGDA_LLM_BASE_URL）")
    parser.add_argument(
        "--runner", choices=["product", "anchor"], default="product", help="anchor：同一模型读全文、一个提示词、不核对"
    )
    parser.add_argument("--threads", type=_count, default=1, metavar="N", help="同时问几题（只在远程模型上有用）")
    parser.add_argument("--strict", action="store_true", help="有一项未达标即以 1 退出")


def main(options: argparse.Namespace) -> int:
    """Run it; 0, 1 if a case crashed (or, with --strict, a target was missed), 2 if nothing could be asked."""
    dataset = DATASETS[options.set]
    try:
        wanted = _wanted(options, dataset)
        cases = dataset.cases()
        if options.subset:
            cases = SUBSETS[options.subset](cases)
        cases = choose(cases, wanted)
        if not cases:
            raise Unfit("没有符合条件的题")
        settings = _settings(options, dataset, cases)
        rows, remarks = _rows(dataset, settings, cases, options.runner, options.threads)
    except (CaseError, Unfit) as error:
        return _refused("题目有误：", error)
    except (NoData, ZhengdaError) as error:
        return _refused("", error)
    about = {"set": dataset.name, "split": wanted.split, "docs": settings.docs.name, "llm": settings.llm}
    about |= {"subset": options.subset} if options.subset else {}
    about |= {"runner": options.runner} if options.runner != "product" else {}
    folder = options.out / f"{datetime.now():%Y%m%d-%H%M%S}"
    return evaluate(dataset, rows, len(cases), folder, options.strict, about, remarks)


def evaluate(
    dataset: Dataset,
    rows: Iterable[Row],
    cases: int,
    folder: Path,
    strict: bool,
    about: Mapping[str, str],
    remarks: Sequence[str] = (),
) -> int:
    """Take the rows of so many cases as they come, summarise, write, print; the exit code."""
    folder.mkdir(parents=True)  # before the hours, not after
    taken, count = [], cases * dataset.rows_per_case
    for row in rows:
        taken.append(row)
        print(f"[{len(taken)}/{count}] {row.case.id} {row.seconds:.1f} 秒", file=sys.stderr)
    summary = summarise(taken, dataset, remarks, **about, time=datetime.now().isoformat(timespec="seconds"))
    write(folder, taken, summary)
    print(report.printed(summary))
    print(f"逐题报告：{folder / 'report.html'}")
    missed = strict and not all(summary["targets"].values())
    return int(bool(summary["crashed"]) or missed)


def _wanted(options: argparse.Namespace, dataset: Dataset) -> Wanted:
    if options.subset and (options.docs or dataset.name != "cases"):
        raise Unfit("--subset 是自己的题问随附的摘编，不能与 --set、--docs 同用")
    split = options.split or dataset.split
    if split not in (ALL, *dataset.splits):
        raise Unfit(f"题集 {dataset.name} 没有 {split} 部分，只有 {'、'.join((*dataset.splits, ALL))}")
    if options.type not in (None, *dataset.types):
        raise Unfit(f"题集 {dataset.name} 没有 {options.type} 类的题，只有 {'、'.join(dataset.types)}")
    return Wanted(split, options.type, options.only, options.limit, options.every)


def _settings(options: argparse.Namespace, dataset: Dataset, cases: Sequence[Case]) -> Settings:
    """Those of the environment and the options, with the library of the set."""
    if options.docs and not dataset.of_plans:
        raise Unfit(f"题集 {dataset.name} 自带文件，不能用 --docs")
    docs = DIGESTS if options.subset else options.docs
    settings = Settings.for_docs(docs) if docs else Settings()
    settings = settings.model_copy(update={"llm": options.llm} if options.llm else {})
    settings = settings.model_copy(update={"llm_model": options.model_name} if options.model_name else {})
    return dataset.library(settings, cases)


def _rows(
    dataset: Dataset, settings: Settings, cases: Sequence[Case], runner: str, threads: int
) -> tuple[Iterator[Row], tuple[str, ...]]:
    """The rows as they will come, and remarks on the library."""
    from assistant.pipeline import Assistant

    if dataset.rank:
        return dataset.rank(settings, cases), ()
    assistant = Assistant(settings)
    assistant.prepare()
    index = assistant.index
    if dataset.of_plans:
        cases = by_title(cases, index.documents)
        faults = validate_against(cases, index.documents, (p for d in index.documents for p in index.passages(d.id)))
        if faults:
            raise Unfit("\n  ".join(faults))
    unread = assistant.warnings
    if unread and not dataset.of_plans:  # thousands of passages named by their hashes
        unread = (f"库里少 {len(unread)} 份，因为读不进来。例如：{unread[0]}",)
    return _asked(assistant, cases, dataset.metrics, runner, threads), unread


def _asked(
    assistant: Assistant, cases: Sequence[Case], metrics: Sequence[Metric[Any]], runner: str, threads: int
) -> Iterator[Row]:
    from eval.anchor import Anchor

    with assistant:
        titles = {d.id: d.title for d in assistant.documents}
        answering = Anchor(assistant) if runner == "anchor" else assistant
        if threads == 1:
            yield from ask(answering, cases, titles, metrics)
            return
        with ThreadPoolExecutor(threads) as pool:
            for rows in pool.map(lambda case: list(ask(answering, [case], titles, metrics)), cases):
                yield from rows


def _cells(metrics: Sequence[Metric[Any]], rows: Sequence[Row]) -> dict[str, dict[str, Any]]:
    return {m.name: _cell(m, rows) | _interval(m, rows) for m in metrics}


def _cell(metric: Metric[Any], rows: Sequence[Row]) -> dict[str, Any]:
    scores = [row.scores[metric.name] for row in rows]
    scored = sum(score is not None for score in scores)
    return {"value": metric.over(scores), "scored": scored, "left_out": len(scores) - scored}


def _interval(metric: Metric[Any], rows: Sequence[Row]) -> dict[str, float]:
    bounds = None if metric.total else interval(row.scores[metric.name] for row in rows)
    return {"low": bounds[0], "high": bounds[1]} if bounds else {}


def _grouped(
    rows: Sequence[Row], metrics: Sequence[Metric[Any]], key: Callable[[Row], str], order: Iterable[str]
) -> dict[str, Any]:
    groups = {name: [row for row in rows if key(row) == name] for name in dict.fromkeys([*order, *map(key, rows)])}
    return {
        str(name): {"cases": len(group), "metrics": _cells(metrics, group)} for name, group in groups.items() if group
    }


def _refused(opening: str, error: Exception) -> int:
    print(*filter(None, [opening]), error, sep="\n  ", file=sys.stderr)
    return 2
