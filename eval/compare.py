"""`python -m eval compare [BASELINE] RUN` and `python -m eval baseline RUN`: did it get better or worse, and is it chance?

Only the cases that both have are compared. Whether more answers went wrong than right is decided by McNemar's exact test
on `all_facts` (McNemar 1947; Dietterich 1998 on comparing two systems on the same cases).
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from math import comb
from pathlib import Path
from typing import Any

from eval.metrics import METRICS
from eval.report import aligned, shown

BASELINE = Path(__file__).with_name("baseline")
SIGNIFICANT = 0.05
_DECIDES = "all_facts"

Scores = Mapping[str, Mapping[str, float | None]]
"""Scores by metric, by the id of the case."""


@dataclass(frozen=True, slots=True)
class Change:
    """One metric before and after, over the cases that both runs have."""

    name: str
    before: float | None
    after: float | None

    @property
    def difference(self) -> float:
        """After less before; an undefined value counts as none."""
        return (self.after or 0.0) - (self.before or 0.0)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed. `worse` and `better` are the cases whose `all_facts` turned, `p` is the chance of such a difference."""

    changes: tuple[Change, ...]
    worse: tuple[str, ...]
    better: tuple[str, ...]
    p: float
    only_before: int
    only_after: int

    @property
    def losses(self) -> tuple[str, ...]:
        """Why the later run may not stand, in Chinese; empty if it may."""
        lost = []
        if len(self.worse) > len(self.better) and self.p < SIGNIFICANT:
            lost.append(f"全部答对显著变差（p={self.p:.3f}）")
        totals = {metric.name: metric for metric in METRICS if metric.total}
        lost += [
            f"{totals[change.name].label}增加 {change.difference:.0f}"
            for change in self.changes
            if change.name in totals and change.difference > 0
        ]
        return tuple(lost)


def compare(before: Scores, after: Scores) -> Comparison:
    """Both runs over their common cases; raises ValueError if there is none."""
    common = [case for case in before if case in after]
    if not common:
        raise ValueError("两次评测没有共同的题")
    changes = tuple(
        Change(m.name, m.over(before[c].get(m.name) for c in common), m.over(after[c].get(m.name) for c in common))
        for m in METRICS
    )
    pairs = {c: (before[c].get(_DECIDES), after[c].get(_DECIDES)) for c in common}
    worse = tuple(case for case, pair in pairs.items() if pair == (1, 0))
    better = tuple(case for case, pair in pairs.items() if pair == (0, 1))
    p = mcnemar(len(worse), len(better))
    return Comparison(changes, worse, better, p, len(before) - len(common), len(after) - len(common))


def mcnemar(worse: int, better: int) -> float:
    """Two-sided exact p of a split of the discordant pairs at least this uneven, were both directions equally likely."""
    n = worse + better
    tail: int = sum(comb(n, k) for k in range(min(worse, better) + 1))
    return min(1.0, tail / 2.0 ** (n - 1))


def printed(result: Comparison) -> str:
    """The comparison for a terminal."""
    lines = [["", "之前", "之后", "差"]]
    for metric, change in zip(METRICS, result.changes, strict=True):
        difference = f"{change.difference:+.0f}" if metric.total else f"{change.difference:+.3f}"
        lines.append([metric.label, shown(metric, change.before), shown(metric, change.after), difference])
    return "\n".join(
        [
            aligned(lines),
            f"变差 {len(result.worse)} 题：{'、'.join(result.worse)}",
            f"变好 {len(result.better)} 题：{'、'.join(result.better)}",
            f"McNemar 精确检验 p={result.p:.3f}；只在之前 {result.only_before} 题，只在之后 {result.only_after} 题，未比",
            *(f"✗ {loss}" for loss in result.losses),
        ]
    )


def read(folder: Path) -> dict[str, Mapping[str, float | None]]:
    """The scores of a run or of the baseline."""
    rows = [json.loads(line) for line in (folder / "rows.jsonl").read_text(encoding="utf-8").splitlines()]
    return {row["id"]: row["scores"] for row in map(_slim, rows)}


def write_baseline(run: Path, folder: Path = BASELINE) -> None:
    """Make `run` the baseline: its summary, and of its rows id, type and scores only."""
    folder.mkdir(exist_ok=True)
    rows = map(json.loads, (run / "rows.jsonl").read_text(encoding="utf-8").splitlines())
    lines = (json.dumps(_slim(row), ensure_ascii=False) + "\n" for row in rows)
    (folder / "rows.jsonl").write_text("".join(lines), encoding="utf-8")
    shutil.copyfile(run / "summary.json", folder / "summary.json")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `python -m eval compare`."""
    parser.add_argument("baseline", type=Path, nargs="?", default=BASELINE, help="之前的评测（默认为随附的基线）")
    parser.add_argument("run", type=Path, help="之后的评测")


def main(options: argparse.Namespace) -> int:
    """Print it; 1 if the later run lost, 2 if the two cannot be compared."""
    try:
        result = compare(read(options.baseline), read(options.run))
    except (OSError, ValueError) as error:
        print(f"无法比较：{error}", file=sys.stderr)
        return 2
    print(printed(result))
    return int(bool(result.losses))


def add_baseline_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `python -m eval baseline`."""
    parser.add_argument("run", type=Path, help="要作为基线的评测")


def baseline(options: argparse.Namespace) -> int:
    """Make a run the baseline."""
    write_baseline(options.run)
    return 0


def _slim(row: Mapping[str, Any]) -> dict[str, Any]:
    if "case" not in row:
        return dict(row)
    return {"id": row["case"]["id"], "type": row["case"]["type"], "scores": row["scores"]}
