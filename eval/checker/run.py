"""`python -m eval checker`: how often the sentence checker passes what is not supported, and strips what is.

The folder has `rows.jsonl` (pair, verdict, problem), `summary.json` and `checker.html`. Rates have 95 % score intervals
(Wilson 1927), which are honest at 0 and 1 where a bootstrap is not. The checker's threshold is swept over the score; the
best one (Youden 1950: least sum of both rates) is chosen on half a and reported on half b. Targets are held on half b.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from assistant.model.chat import BundledChat, ModelUnavailable, chat_model
from assistant.settings import Settings
from assistant.types import Source
from assistant.verify import check as verify
from assistant.verify.check import Verdict
from eval.checker import drafts, ocnli, report, signals, swaps
from eval.checker.pairs import Group, Half, Pair

GROUPS: Mapping[str, Callable[[], Group]] = {
    swaps.NAME: swaps.load,
    drafts.NAME: drafts.load,
    ocnli.NAME: ocnli.load,
}
SIGNALLED = [drafts.NAME, ocnli.NAME]
THRESHOLDS = tuple(n / 50 for n in range(1, 51))


class Check(Protocol):
    """A checker of sentences."""

    def __call__(
        self, sentence: str, sources: Sequence[Source], idf: Callable[[str], float], *, question: str = ""
    ) -> Verdict:
        """The verdict on `sentence`, the answer to `question` if it has one, against `sources`."""


@dataclass(frozen=True, slots=True)
class Row:
    """A pair with the checker's verdict."""

    pair: Pair
    verdict: Verdict
    seconds: float

    @property
    def wrong(self) -> bool:
        """Whether the checker passed what is not supported, or stripped what is."""
        return self.verdict.stands != self.pair.supported

    def to_dict(self) -> dict[str, Any]:
        """The form of a line of `rows.jsonl`."""
        p = self.pair
        quotes = [
            {"source": e.source, "address": e.address, "start": e.start, "end": e.end, "text": e.text}
            for e in (s.evidence for s in p.sources)
        ]
        return {
            "id": p.id,
            "group": p.group,
            "kind": p.kind,
            "half": p.half.value,
            "question": p.question,
            "sentence": p.sentence,
            "sources": quotes,
            "supported": p.supported,
            "reason": p.reason,
            "passed": self.verdict.stands,
            "score": round(score(self.verdict), 4),
            "problem": self.verdict.problem,
            "milliseconds": round(self.seconds * 1000, 3),
        }


@dataclass(frozen=True, slots=True)
class Rate:
    """`wrong` of `n`, as a share with its 95 % interval; None where n is 0."""

    wrong: int
    n: int

    @property
    def value(self) -> float | None:
        """The share."""
        return self.wrong / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The score interval of Wilson (1927) at 95 %."""
        if not self.n:
            return None
        z, share = 1.959964, self.wrong / self.n
        middle = share + z * z / (2 * self.n)
        spread = z * math.sqrt(share * (1 - share) / self.n + z * z / (4 * self.n * self.n))
        scale = 1 + z * z / self.n
        return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)

    def to_dict(self) -> dict[str, Any]:
        """For `summary.json`."""
        low, high = self.interval or (None, None)
        return {"wrong": self.wrong, "n": self.n, "rate": self.value, "low": low, "high": high}


@dataclass(frozen=True, slots=True)
class Target:
    """What a rate on half b should be at most; an aim is printed but fails no run."""

    label: str
    group: str
    supported: bool
    at_most: float
    kind: str | None = None
    due: bool = True


TARGETS = (
    Target("换了事实仍放行", swaps.NAME, supported=False, at_most=0.01),
    Target("真句被删", swaps.NAME, supported=True, at_most=0.08),
    Target("真句被删（草稿）", drafts.NAME, supported=True, at_most=0.08),
    Target("矛盾仍放行（OCNLI）", ocnli.NAME, supported=False, at_most=0.10, kind=ocnli.CONTRADICTION, due=False),
)


def score(verdict: Verdict) -> float:
    """How far the sources support the sentence, in [0, 1]; 0 where a rule objects. The only place that looks into a verdict."""
    return verdict.score


def judge(group: Group, check: Check = verify.check) -> Iterator[Row]:
    """One row per pair, in order."""
    for pair in group.pairs:
        started = time.perf_counter()
        verdict = check(pair.sentence, pair.sources, group.idf, question=pair.question)
        yield Row(pair, verdict, time.perf_counter() - started)


def error(rows: Iterable[Row], supported: bool) -> Rate:
    """The false-strip rate of the supported pairs among `rows`, or the false-pass rate of the others."""
    wrong = [row.wrong for row in rows if row.pair.supported is supported]
    return Rate(sum(wrong), len(wrong))


def summarise(group: Group, rows: Sequence[Row]) -> dict[str, Any]:
    """What `summary.json` holds of a group."""
    kinds = dict.fromkeys((row.pair.kind, row.pair.supported) for row in rows)
    return {
        "label": group.label,
        "pairs": len(rows),
        "left_out": dict(group.left_out),
        "missing": list(group.missing),
        "kinds": [
            {"kind": kind, "supported": supported}
            | _by_half([row for row in rows if (row.pair.kind, row.pair.supported) == (kind, supported)], supported)
            for kind, supported in kinds
        ],
        "false_pass": _by_half(rows, supported=False),
        "false_strip": _by_half(rows, supported=True),
        "curve": (curve := _curve(rows)),
        "chosen": _chosen(curve),
        "milliseconds": {
            "median": round(statistics.median(row.seconds for row in rows) * 1000, 3) if rows else None,
        },
    }


def targets(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Each target with the rate reached on half b; `met` is None where nothing was measured."""
    found = []
    for target in TARGETS:
        of_it = [r for r in rows if r.pair.group == target.group and target.kind in (None, r.pair.kind)]
        rate = error([r for r in of_it if r.pair.half is Half.B], target.supported)
        met = None if rate.value is None else rate.value <= target.at_most
        found.append(asdict(target) | rate.to_dict() | {"met": met})
    return found


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `python -m eval checker`."""
    parser.add_argument("--group", choices=sorted(GROUPS), help="只测这一组")
    parser.add_argument("--limit", type=int, metavar="N", help="每一类最多测 N 对")
    parser.add_argument("--out", type=Path, metavar="DIR", default=Path("runs"), help="结果写到哪里（默认 runs）")
    parser.add_argument(
        "--signals", action="store_true", help="改为比较规则、用词、向量和对话模型各能分辨到几成，各要多久"
    )
    parser.add_argument("--strict", action="store_true", help="有一项应达的目标未达即以 1 退出")


def main(options: argparse.Namespace) -> int:
    """Run it; 0, or with --strict 1 if a due target was missed, 2 if the labelled drafts do not fit the digests."""
    names = [options.group] if options.group else SIGNALLED if options.signals else list(GROUPS)
    folder = options.out / f"checker-{datetime.now():%Y%m%d-%H%M%S}"
    try:
        groups = [_limited(GROUPS[name](), options.limit) for name in names]
    except drafts.DraftError as error:
        print(error, file=sys.stderr)
        return 2
    return compare_signals(groups, folder) if options.signals else measure(groups, folder, options.strict)


def compare_signals(groups: Sequence[Group], folder: Path) -> int:
    """Measure and print the signals; 0, or 2 if the chat model gives no probabilities."""
    settings = Settings()
    model = chat_model(settings)
    try:
        print(signals.printed(signals.measure(groups, settings.embedder(), model, folder)))
    except ModelUnavailable as error:
        print(error, file=sys.stderr)
        return 2
    finally:
        if isinstance(model, BundledChat):
            model.close()
    print(f"逐对分数：{folder / 'signals.jsonl'}")
    return 0


def measure(groups: Sequence[Group], folder: Path, strict: bool, check: Check = verify.check) -> int:
    """Judge, write, print; the exit code."""
    judged = {group.name: list(judge(group, check)) for group in groups}
    rows = [row for found in judged.values() for row in found]
    summary: dict[str, Any] = {
        "time": datetime.now().isoformat(timespec="seconds"),
        "threshold": verify.LEAST_SCORE,
        "groups": {group.name: summarise(group, judged[group.name]) for group in groups},
        "targets": targets(rows),
        "milliseconds": round(statistics.median(row.seconds for row in rows) * 1000, 3) if rows else None,
    }
    folder.mkdir(parents=True)
    lines = [row.to_dict() for row in rows]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (folder / "rows.jsonl").write_text(text, encoding="utf-8")
    (folder / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (folder / "checker.html").write_text(report.render(summary, lines), encoding="utf-8")
    print(report.printed(summary))
    print(f"逐对报告：{folder / 'checker.html'}")
    return int(strict and any(t["due"] and t["met"] is False for t in summary["targets"]))


def _by_half(rows: Sequence[Row], supported: bool) -> dict[str, Any]:
    halves = {half.value: error([r for r in rows if r.pair.half is half], supported).to_dict() for half in Half}
    return {"all": error(rows, supported).to_dict(), **halves}


def _curve(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """For each threshold, on each half, both rates if the checker passed what scores that much."""
    scored = [(row.pair.half, row.pair.supported, score(row.verdict)) for row in rows]
    return [
        {"threshold": threshold}
        | {
            half.value: {
                "false_pass": _share([s >= threshold for h, supported, s in scored if h is half and not supported]),
                "false_strip": _share([s < threshold for h, supported, s in scored if h is half and supported]),
            }
            for half in Half
        }
        for threshold in THRESHOLDS
    ]


def _chosen(curve: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """The threshold that is best on half a, the higher of equals, with the rates on half b; None without both labels."""
    points = [p for p in curve if None not in p[Half.A].values()]
    if not points or None in points[0][Half.B].values():
        return None
    best = min(points, key=lambda p: (sum(p[Half.A].values()), -p["threshold"]))
    return {"threshold": best["threshold"], **best[Half.B]}


def _share(found: Sequence[bool]) -> float | None:
    return sum(found) / len(found) if found else None


def _limited(group: Group, most: int | None) -> Group:
    if most is None:
        return group
    seen: dict[tuple[str, bool], int] = {}
    kept = []
    for pair in group.pairs:
        key = (pair.kind, pair.supported)
        seen[key] = seen.get(key, 0) + 1
        if seen[key] <= most:
            kept.append(pair)
    return Group(group.name, group.label, tuple(kept), group.idf, group.left_out, group.missing)
