"""`python -m eval compare [BASELINE] RUN` and `python -m eval baseline RUN`: did it get better or worse, and is it chance?

Only the cases that both have are compared. Whether more cases went wrong than right is decided by McNemar's exact test
on the metric that decides the set (McNemar 1947; Dietterich 1998 on comparing two systems on the same cases). Every
other mean has a paired bootstrap interval of its difference; it fails a run only where the interval that allows for the
number of metrics looked at (Bonferroni) is a loss too, since of ten unchanged metrics one in twenty is no idf.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import comb
from pathlib import Path
from typing import Any

from eval.datasets import DATASETS, Dataset
from eval.metrics import Metric
from eval.paired import Estimate, difference
from eval.report import aligned, shown

BASELINE = Path(__file__).with_name("baseline")
SIGNIFICANT = 0.05

Scores = Mapping[str, Mapping[str, float | None]]
"""Scores by metric, by the id of the case."""


@dataclass(frozen=True, slots=True)
class Run:
    """The scores of a run or of a baseline, and which set and which part of it was asked.

    Where only one type of row makes the overall figures of a set, only such rows are here.
    """

    dataset: Dataset
    scores: Scores
    subset: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One metric before and after, over the cases that both runs have.

    `interval` is that of the mean difference over the cases in which both are defined, None for a count or where there
    are too few; `lost` whether the stricter interval lies wholly on the worse side.
    """

    name: str
    before: float | None
    after: float | None
    interval: Estimate | None = None
    lost: bool = False

    @property
    def difference(self) -> float:
        """After less before; an undefined value counts as none."""
        return (self.after or 0.0) - (self.before or 0.0)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed. `worse` and `better` are the cases whose deciding metric turned, `p` the chance of such a difference."""

    dataset: Dataset
    changes: tuple[Change, ...]
    worse: tuple[str, ...]
    better: tuple[str, ...]
    p: float
    only_before: int
    only_after: int

    @property
    def losses(self) -> tuple[str, ...]:
        """Why the later run may not stand, in Chinese; empty if it may."""
        metrics = {metric.name: metric for metric in self.dataset.metrics}
        lost = []
        if len(self.worse) > len(self.better) and self.p < SIGNIFICANT:
            lost.append(f"{metrics[self.dataset.decides].label}显著变差（p={self.p:.3f}）")
        for change in self.changes:
            metric = metrics[change.name]
            if metric.total and change.difference > 0:
                lost.append(f"{metric.label}增加 {change.difference:.0f}")
            elif change.lost and change.name != self.dataset.decides:
                lost.append(f"{metric.label}显著变差（差 {change.interval}）")
        return tuple(lost)


def compare(before: Scores, after: Scores, dataset: Dataset = DATASETS["cases"]) -> Comparison:
    """Both runs over their common cases; raises ValueError if there is none."""
    common = [case for case in before if case in after]
    if not common:
        raise ValueError("两次评测没有共同的题")
    strict = 1 - SIGNIFICANT / len(dataset.metrics)
    changes = tuple(
        _change(m, [before[c].get(m.name) for c in common], [after[c].get(m.name) for c in common], strict)
        for m in dataset.metrics
    )
    pairs = {c: (before[c].get(dataset.decides), after[c].get(dataset.decides)) for c in common}
    worse = tuple(case for case, pair in pairs.items() if pair == (1, 0))
    better = tuple(case for case, pair in pairs.items() if pair == (0, 1))
    p = mcnemar(len(worse), len(better))
    return Comparison(dataset, changes, worse, better, p, len(before) - len(common), len(after) - len(common))


def mcnemar(worse: int, better: int) -> float:
    """Two-sided exact p of a split of the discordant pairs at least this uneven, were both directions equally likely."""
    n = worse + better
    tail: int = sum(comb(n, k) for k in range(min(worse, better) + 1))
    return min(1.0, tail / 2 ** (n - 1)) if n else 1.0


def printed(result: Comparison) -> str:
    """The comparison for a terminal."""
    lines = [["", "之前", "之后", "差", "差的 95% 区间"]]
    for metric, change in zip(result.dataset.metrics, result.changes, strict=True):
        gap = f"{change.difference:+.0f}" if metric.total else f"{change.difference:+.3f}"
        range_ = f"{change.interval.low:+.3f} … {change.interval.high:+.3f}" if change.interval else ""
        lines.append([metric.label, shown(metric, change.before), shown(metric, change.after), gap, range_])
    decides = next(m.label for m in result.dataset.metrics if m.name == result.dataset.decides)
    return "\n".join(
        [
            aligned(lines),
            f"{decides}变差 {len(result.worse)} 题：{'、'.join(result.worse)}",
            f"{decides}变好 {len(result.better)} 题：{'、'.join(result.better)}",
            f"McNemar 精确检验 p={result.p:.3f}；只在之前 {result.only_before} 题，只在之后 {result.only_after} 题，未比",
            *(f"✗ {loss}" for loss in result.losses),
        ]
    )


def read(folder: Path) -> Run:
    """A run or a baseline; raises OSError or ValueError if it is none."""
    rows = [json.loads(line) for line in (folder / "rows.jsonl").read_text(encoding="utf-8").splitlines()]
    path = folder / "summary.json"
    summary = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    dataset = DATASETS.get(summary.get("set", "cases"))
    if dataset is None:
        raise ValueError(f"不认识的题集 {summary['set']}")
    slim = [row for row in map(_slim, rows) if dataset.pooled in (None, row["type"])]
    return Run(dataset, {row["id"]: row["scores"] for row in slim}, summary.get("subset"))


def baseline_of(run: Run) -> Path:
    """Where the baseline of such runs lies: each set and each subset has its own."""
    name = run.subset or run.dataset.name
    return BASELINE if name == "cases" else BASELINE / name


def write_baseline(run: Path, folder: Path) -> None:
    """Make `run` the baseline: its summary, and of its rows id, type and scores only."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = map(json.loads, (run / "rows.jsonl").read_text(encoding="utf-8").splitlines())
    lines = (json.dumps(_slim(row), ensure_ascii=False) + "\n" for row in rows)
    (folder / "rows.jsonl").write_text("".join(lines), encoding="utf-8")
    shutil.copyfile(run / "summary.json", folder / "summary.json")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `python -m eval compare`."""
    parser.add_argument("baseline", type=Path, nargs="?", help="之前的评测（默认为该题集随附的基线）")
    parser.add_argument("run", type=Path, help="之后的评测")


def main(options: argparse.Namespace) -> int:
    """Print it; 1 if the later run lost, 2 if the two cannot be compared."""
    try:
        after = read(options.run)
        before = read(options.baseline or baseline_of(after))
        if before.dataset is not after.dataset:
            raise ValueError(f"不是同一个题集（{before.dataset.name}、{after.dataset.name}）")
        result = compare(before.scores, after.scores, after.dataset)
    except (OSError, ValueError) as error:
        print(f"无法比较：{error}", file=sys.stderr)
        return 2
    print(printed(result))
    return int(bool(result.losses))


def add_baseline_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `python -m eval baseline`."""
    parser.add_argument("run", type=Path, help="要作为基线的评测")


def baseline(options: argparse.Namespace) -> int:
    """Make a run the baseline of its set, and say where that lies."""
    folder = baseline_of(read(options.run))
    write_baseline(options.run, folder)
    print(folder)
    return 0


def _change(
    metric: Metric[Any], before: Sequence[float | None], after: Sequence[float | None], strict: float
) -> Change:
    values = metric.over(before), metric.over(after)
    both = [(b, a) for b, a in zip(before, after, strict=True) if b is not None and a is not None]
    if metric.total or not both:
        return Change(metric.name, *values)
    sides = [pair[0] for pair in both], [pair[1] for pair in both]
    stricter = difference(*sides, level=strict)
    lost = stricter is not None and (stricter.low > 0 if metric.lower_is_better else stricter.high < 0)
    return Change(metric.name, *values, interval=difference(*sides), lost=lost)


def _slim(row: Mapping[str, Any]) -> dict[str, Any]:
    if "case" not in row:
        return dict(row)
    return {"id": row["case"]["id"], "type": row["case"]["type"], "scores": row["scores"]}
