"""The checker's error rates as people read them: a table for a terminal, and a page with curves and every wrong pair."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from eval.report import aligned

_TEMPLATE = Path(__file__).with_name("checker.html")
_SHOWN_OF_A_KIND = 25
_WIDTH, _HEIGHT, _MARGIN = 460, 260, 34
_LINES = (("false_pass", "放行了不成立的"), ("false_strip", "删掉了成立的"))


def printed(summary: Mapping[str, Any]) -> str:
    """The summary as tables for a terminal: each kind, each group, thresholds, targets, what was not measured."""
    return "\n\n".join(
        [
            *(_group(group) for group in summary["groups"].values() if group["pairs"]),
            "\n".join(["目标（半 b）：", *(f"  {line}" for line in goals(summary))]),
            "\n".join([f"每句用时中位数：{_number(summary['milliseconds'])} 毫秒", *missing(summary)]),
        ]
    )


def goals(summary: Mapping[str, Any]) -> list[str]:
    """Each target with the rate reached, its interval and ✓ or ✗."""
    lines = []
    for t in summary["targets"]:
        mark = "未测" if t["met"] is None else "✓" if t["met"] else "✗"
        reached = "" if t["met"] is None else f" {percent(t['rate'])}（{interval(t)}，{t['n']} 对）"
        lines.append(f"{t['label']}≤{t['at_most']:.0%}{'' if t['due'] else '（期望）'}{reached} {mark}")
    return lines


def missing(summary: Mapping[str, Any]) -> list[str]:
    """One line that says which data were not there, if any were not."""
    absent = [
        f"{path}（{group['label']}{'用摘编代替' if group['pairs'] else '未测'}）"
        for group in summary["groups"].values()
        for path in group["missing"]
    ]
    return [f"注意：没有 {'、'.join(absent)}"] if absent else []


def percent(value: float | None) -> str:
    """A rate as tables print it; — where it is undefined."""
    return "—" if value is None else f"{value:.1%}"


def interval(rate: Mapping[str, Any]) -> str:
    """The 95 % interval of a rate."""
    return "" if rate["low"] is None else f"{rate['low']:.1%}–{rate['high']:.1%}"


def render(summary: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> str:
    """The page. Everything of a pair is escaped."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATE.parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    wrong: dict[tuple[str, str, bool], list[Mapping[str, Any]]] = {}
    for row in rows:
        if row["passed"] != row["supported"]:
            wrong.setdefault((row["group"], row["kind"], row["supported"]), []).append(row)
    return environment.get_template(_TEMPLATE.name).render(
        summary=summary,
        wrong=wrong,
        most=_SHOWN_OF_A_KIND,
        percent=percent,
        interval=interval,
        goals=goals(summary),
        missing=missing(summary),
        lines=_LINES,
        plot={"width": _WIDTH, "height": _HEIGHT, "margin": _MARGIN},
        path=path,
        x=_x,
        y=_y,
    )


def path(curve: Sequence[Mapping[str, Any]], half: str, name: str) -> str:
    """The points of one rate over the thresholds, for an SVG polyline; none where the rate is undefined."""
    points = [(p["threshold"], p[half][name]) for p in curve if p[half][name] is not None]
    return " ".join(f"{_x(threshold):.1f},{_y(rate):.1f}" for threshold, rate in points)


def _x(threshold: float) -> float:
    return _MARGIN + threshold * (_WIDTH - 2 * _MARGIN)


def _y(rate: float) -> float:
    return _HEIGHT - _MARGIN - rate * (_HEIGHT - 2 * _MARGIN)


def _group(group: Mapping[str, Any]) -> str:
    lines = [[group["label"], "应当", "对数", "判错", "错率", "95%区间", "半 a", "半 b"]]
    for kind in group["kinds"]:
        lines.append(_line(kind["kind"], kind, kind["supported"]))
    if group["false_strip"]["all"]["n"]:
        lines.append(_line("合计：真句被删", group["false_strip"], supported=True))
    if group["false_pass"]["all"]["n"]:
        lines.append(_line("合计：假句放行", group["false_pass"], supported=False))
    notes = []
    if chosen := group["chosen"]:
        notes.append(
            f"阈值：半 a 上最好的是 {chosen['threshold']:.2f}，在半 b 上放行 {percent(chosen['false_pass'])}、"
            f"删真句 {percent(chosen['false_strip'])}"
        )
    notes += [f"未计入：{reason} {count} 对" for reason, count in group["left_out"].items() if count]
    return "\n".join([aligned(lines), *notes])


def _line(name: str, rates: Mapping[str, Any], supported: bool) -> list[str]:
    whole = rates["all"]
    return [
        name,
        "放行" if supported else "删去",
        str(whole["n"]),
        str(whole["wrong"]),
        percent(whole["rate"]),
        interval(whole),
        percent(rates["a"]["rate"]),
        percent(rates["b"]["rate"]),
    ]


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:.2f}"
