"""A run as people read it: tables for a terminal, and (`python -m eval report RUN`) one HTML page with every case whole."""

from __future__ import annotations

import argparse
import json
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from eval import plots
from eval.datasets import DATASETS
from eval.metrics import Metric

_TEMPLATE = Path(__file__).with_name("report.html")
_FEW_METRICS = 6


def printed(summary: Mapping[str, Any]) -> str:
    """The summary as tables for a terminal: by type and overall, what was left out, the targets.

    Intervals stand beside every value where there is room for them, else only under the overall ones.
    """
    dataset = DATASETS[summary["set"]]
    metrics, overall = dataset.metrics, summary["overall"]
    wide = len(metrics) <= _FEW_METRICS

    def cell(metric: Metric[Any], values: Mapping[str, Any]) -> str:
        return f"{shown(metric, values['value'])} {_range(values) if wide else ''}".rstrip()

    def cells(group: Mapping[str, Any]) -> list[str]:
        return [cell(m, group[m.name]) for m in metrics]

    lines = [["", "题数", *(m.label for m in metrics)]]
    lines += [
        [dataset.types.get(name, name), str(group["cases"]), *cells(group["metrics"])]
        for name, group in summary["types"].items()
        if len(dataset.types) > 1
    ]
    if dataset.pooled is None:
        lines.append(["全部", str(summary["cases"]), *cells(overall)])
    if not wide:
        lines.append(["95%区间", "", *(_range(overall[m.name]) for m in metrics)])
    left_out = [
        f"  {m.label}：{overall[m.name]['left_out']} 题（{m.left_out}）" for m in metrics if overall[m.name]["left_out"]
    ]
    crashed, targets = summary["crashed"], goals(summary)
    return "\n".join(
        [
            aligned(lines),
            *(["括号内为 95% 自助法区间。"] if wide else []),
            *(["未计入：", *left_out] if left_out else []),
            *summary["notes"],
            f"出错：{len(crashed)} 题{'：' if crashed else ''}{'、'.join(crashed)}",
            f"用时：p50 {summary['seconds']['p50']} 秒，p95 {summary['seconds']['p95']} 秒",
            *(["目标：" + "  ".join(targets)] if targets else []),
        ]
    )


def goals(summary: Mapping[str, Any]) -> list[str]:
    """Each target with the value reached and ✓ or ✗."""
    return [
        f"{m.label}{'≤' if m.lower_is_better else '≥'}{m.target:g} {shown(m, summary['overall'][m.name]['value'])}"
        f" {'✓' if summary['targets'][m.name] else '✗'}"
        for m in DATASETS[summary["set"]].metrics
        if m.name in summary["targets"]
    ]


def shown(metric: Metric[Any], value: float | None) -> str:
    """A value as tables print it; — where it is undefined."""
    if value is None:
        return "—"
    return f"{value:.0f}" if metric.total else f"{value:.3f}"


def aligned(lines: Sequence[Sequence[str]]) -> str:
    """Columns of equal width on a terminal, where a Chinese character is two wide."""
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def write(folder: Path) -> Path:
    """Render `rows.jsonl` and `summary.json` of `folder` as its `report.html`."""
    rows = [json.loads(line) for line in (folder / "rows.jsonl").read_text(encoding="utf-8").splitlines()]
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    page = folder / "report.html"
    page.write_text(render(summary, rows), encoding="utf-8")
    return page


def render(summary: Mapping[str, Any], rows: list[dict[str, Any]]) -> str:
    """The page; wrong cases first, else in the order of the rows. Everything of a row is escaped."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATE.parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    dataset = DATASETS[summary["set"]]
    return environment.get_template(_TEMPLATE.name).render(
        summary=summary,
        dataset=dataset,
        rows=sorted(rows, key=dataset.right),
        metrics=dataset.metrics,
        shown=shown,
        goals=goals(summary),
        panels=plots.panels(summary, dataset),
        times=plots.times(rows),
        curve=plots.curve(rows),
    )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `python -m eval report`."""
    parser.add_argument("run", type=Path, help="一次评测的文件夹")


def main(options: argparse.Namespace) -> int:
    """Write it and say where."""
    print(write(options.run))
    return 0


def _range(cell: Mapping[str, Any]) -> str:
    return f"({cell['low']:.2f}–{cell['high']:.2f})" if "low" in cell else ""


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
