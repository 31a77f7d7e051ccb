"""`python -m eval judge RUN…`: how well the judge's score told, in runs of `eval run`, what the texts answer from what they do not."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from eval import detection
from eval.cases import Expectation
from eval.report import aligned

_HEAD = [
    "",
    "有答案",
    "无答案",
    "AUC",
    *(f"误拒 {over:.0%} 时拒对" for over in detection.OVER_REFUSALS),
    "校准误差",
    "每问",
]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `python -m eval judge`."""
    parser.add_argument("runs", type=Path, nargs="+", metavar="文件夹", help="eval run 写下的文件夹")


def main(options: argparse.Namespace) -> int:
    """Print one line for each part of each run; 2 where a folder holds no run."""
    rows = []
    for folder in options.runs:
        try:
            rows += _lines(folder)
        except (OSError, ValueError, KeyError) as error:
            print(f"{folder} 里没有 eval run 的结果：{error!r}", file=sys.stderr)
            return 2
    print(aligned([_HEAD, *rows]))
    return 0


def _lines(folder: Path) -> list[list[str]]:
    name = json.loads((folder / "summary.json").read_text(encoding="utf-8"))["set"]
    rows = [json.loads(line) for line in (folder / "rows.jsonl").read_text(encoding="utf-8").splitlines()]
    splits = dict.fromkeys(row["case"]["split"] for row in rows)
    return [_line(f"{name} {split}", [row for row in rows if row["case"]["split"] == split]) for split in splits]


def _line(name: str, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """What was refused without a score counts as 0, what an exact route answered as 1."""
    scores = np.array([row["score"] or 0.0 for row in rows], dtype=np.float64)
    labels = np.array([row["case"]["expect"] != Expectation.REFUSE for row in rows])
    told = [name, str(labels.sum()), str((~labels).sum())]
    seconds = f"{np.median([row['seconds'] for row in rows]):.2f} 秒"
    if labels.all() or not labels.any():
        return [*told, *["–"] * (len(_HEAD) - 4), seconds]
    rejected = (f"{detection.rejection(scores, labels, over):.3f}" for over in detection.OVER_REFUSALS)
    error = detection.calibration_error(scores, labels)
    return [*told, f"{detection.auc(scores, labels):.3f}", *rejected, f"{error:.3f}", seconds]
