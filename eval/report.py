"""A run as people read it: tables for a terminal, and (`python -m eval report RUN`) one HTML page with every case whole."""

from __future__ import annotations

import argparse
import json
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from eval.cases import Split, Type
from eval.metrics import METRICS, Metric

_TEMPLATE = Path(__file__).with_name("report.html")
_PERFECT = {"all_facts": 1.0, "over_refusal": 0.0, "refusal_recall": 1.0, "wrong_plan": 0.0, "unsupported": 0.0}


def printed(summary: Mapping[str, Any]) -> str:
    """The summary as tables for a terminal: by type and overall, what was left out, the targets."""
    lines = [["", "题数", *(m.label for m in METRICS)]]
    lines += [
        [Type(name).label, str(group["cases"]), *(shown(m, group["metrics"][m.name]["value"]) for m in METRICS)]
        for name, group in summary["types"].items()
    ]
    overall = summary["overall"]
    lines.append(["全部", str(summary["cases"]), *(shown(m, overall[m.name]["value"]) for m in METRICS)])
    lines.append(["95%区间", "", *(_range(overall[m.name]) for m in METRICS)])
    left_out = [
        f"  {m.label}：{overall[m.name]['left_out']} 题（{m.left_out}）" for m in METRICS if overall[m.name]["left_out"]
    ]
    crashed = summary["crashed"]
    return "\n".join(
        [
            aligned(lines),
            "未计入：",
            *left_out,
            f"出错：{len(crashed)} 题{'：' if crashed else ''}{'、'.join(crashed)}",
            f"用时：p50 {summary['seconds']['p50']} 秒，p95 {summary['seconds']['p95']} 秒",
            "目标：" + "  ".join(goals(summary)),
        ]
    )


def goals(summary: Mapping[str, Any]) -> list[str]:
    """Each target with the value reached and ✓ or ✗."""
    return [
        f"{m.label}{'≤' if m.lower_is_better else '≥'}{m.target:g} {shown(m, summary['overall'][m.name]['value'])}"
        f" {'✓' if summary['targets'][m.name] else '✗'}"
        for m in METRICS
        if m.name in summary["targets"]
    ]


def shown(metric: Metric, value: float | None) -> str:
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
    return environment.get_template(_TEMPLATE.name).render(
        summary=summary,
        rows=sorted(rows, key=right),
        right=right,
        metrics=METRICS,
        shown=shown,
        goals=goals(summary),
        labels={kind.value: kind.label for kind in Type} | {part.value: part.value for part in Split},
    )


def right(row: Mapping[str, Any]) -> bool:
    """Whether a row has an answer without fault: every fact, or the refusal, and nothing wrongly cited or unsupported."""
    return row["error"] is None and all(row["scores"][name] in (None, perfect) for name, perfect in _PERFECT.items())


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `python -m eval report`."""
    parser.add_argument("run", type=Path, help="一次评测的文件夹")


def main(options: argparse.Namespace) -> int:
    """Write it and say where."""
    print(write(options.run))
    return 0


def _range(cell: Mapping[str, Any]) -> str:
    return f"{cell['low']:.2f}–{cell['high']:.2f}" if "low" in cell else ""


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
