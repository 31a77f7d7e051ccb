"""Rates by hand, checkers that pass everything or nothing, the table and the page, the exit code."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from assistant.types import Checks, Source
from assistant.verify import check as verify
from assistant.verify.check import Verdict
from eval.__main__ import main
from eval.checker import ocnli, report, run
from eval.checker.pairs import Group, Half, Pair
from eval.checker.run import THRESHOLDS, Rate, judge, measure, score, summarise
from index.search import Index
from tests import plans

SCRIPT = "<script>alert(1)</script>"
QUOTES = (
    "为渔船加装",
    "无人集卡达到",
    "在近岸布设",
    "港口数据应当",
    "鲜切花损耗率",
    "对建成智慧酿造车间",
    "每年培训数字",
)


@pytest.fixture
def group(index: Index) -> Group:
    """A true and a false sentence on each quote, so that both halves have both."""
    pairs = []
    for n, quote in enumerate(QUOTES):
        source = plans.source(index, quote)
        text = source.evidence.text
        pairs += [
            Pair(f"t{n}", "swaps", "原句", (source,), text, supported=True),
            Pair(f"f{n}", "swaps", "添句", (source,), f"{SCRIPT}免收停车费。", supported=False, reason="没有停车费"),
        ]
    return Group("swaps", "真句与假句", tuple(pairs), index.idf, {"标注者意见不一": 3})


def constant(stands: bool) -> run.Check:
    def check(sentence: str, sources: Sequence[Source], idf: Callable[[str], float], *, question: str = "") -> Verdict:
        problem = None if stands else "原文没有“它”"
        return Verdict((sources[0].evidence,), Checks(stands, stands, float(stands)), problem)

    return check


def measured(folder: Path, group: Group, check: run.Check, strict: bool = False) -> tuple[int, dict[str, Any]]:
    code = measure([group], folder, strict, check)
    return code, json.loads((folder / "summary.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("stands", "false_pass", "false_strip"), [(True, 1.0, 0.0), (False, 0.0, 1.0)])
def test_a_checker_that_says_one_thing(
    tmp_path: Path, group: Group, stands: bool, false_pass: float, false_strip: float
) -> None:
    code, summary = measured(tmp_path / "run", group, constant(stands))
    assert code == 0
    found = summary["groups"]["swaps"]
    for part in ("all", "a", "b"):
        assert found["false_pass"][part]["rate"] == false_pass
        assert found["false_strip"][part]["rate"] == false_strip
    assert [(k["kind"], k["supported"], k["all"]["n"]) for k in found["kinds"]] == [
        ("原句", True, 7),
        ("添句", False, 7),
    ]
    assert measured(tmp_path / "strict", group, constant(stands), strict=True)[0] == 1


def test_the_real_checker_tells_these_apart(tmp_path: Path, group: Group, capsys: pytest.CaptureFixture[str]) -> None:
    code, summary = measured(tmp_path / "run", group, verify.check, strict=True)
    assert code == 0
    assert summary["threshold"] == verify.LEAST_SCORE
    assert summary["milliseconds"] > 0
    printed = capsys.readouterr().out
    assert "换了事实仍放行≤1% 0.0%" in printed
    assert "真句被删≤8% 0.0%" in printed
    assert "矛盾仍放行（OCNLI）≤10%（期望） 未测" in printed
    assert "未计入：标注者意见不一 3 对" in printed
    table = printed.splitlines()
    assert table[0].split() == ["真句与假句", "应当", "对数", "判错", "错率", "95%区间", "半", "a", "半", "b"]
    assert table[1].split()[:5] == ["原句", "放行", "7", "0", "0.0%"]
    rows = [json.loads(line) for line in (tmp_path / "run" / "rows.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(rows) == 14
    wrong = next(row for row in rows if row["id"] == "f0")
    assert (wrong["supported"], wrong["passed"], wrong["score"], wrong["reason"]) == (False, False, 0.0, "没有停车费")
    assert wrong["problem"]
    assert wrong["half"] in set(Half)
    assert wrong["sources"][0]["text"].startswith("3.推行渔船联网") or "渔船" in wrong["sources"][0]["text"]
    assert str(tmp_path) not in json.dumps(summary)


def test_the_page_escapes_what_it_shows(tmp_path: Path, group: Group) -> None:
    measured(tmp_path / "run", group, constant(True))
    page = (tmp_path / "run" / "checker.html").read_text(encoding="utf-8")
    assert SCRIPT not in page
    assert "&lt;script&gt;" in page
    assert "放行的假句 7 对" in page
    assert page.count("<polyline") == 4
    assert "http" not in page.replace("http-equiv", "")


def test_the_score_is_0_where_a_rule_objects(index: Index) -> None:
    source = plans.source(index, QUOTES[0])
    wrong, new = (verify.check(text, [source], index.idf) for text in ("每艘补助1900元。", "为渔船加装雷达。"))
    assert score(wrong) == 0.0
    assert not wrong.stands
    assert score(new) < verify.LEAST_SCORE
    assert score(verify.check("为渔船加装北斗终端。", [source], index.idf)) == 1.0


def test_the_sweep_by_hand(group: Group) -> None:
    """Half a: true at .9, false at .5; the best threshold parts them, and is the higher of equals."""

    def check(sentence: str, sources: Sequence[Source], idf: Callable[[str], float], *, question: str = "") -> Verdict:
        share = 0.5 if SCRIPT in sentence else 0.9
        return Verdict((sources[0].evidence,), Checks(True, True, share), None, share)

    found = summarise(group, list(judge(group, check)))
    assert [p["threshold"] for p in found["curve"]] == list(THRESHOLDS)
    by_threshold = {p["threshold"]: p["a"] for p in found["curve"]}
    assert by_threshold[0.5] == {"false_pass": 1.0, "false_strip": 0.0}
    assert by_threshold[0.52] == {"false_pass": 0.0, "false_strip": 0.0}
    assert by_threshold[0.92] == {"false_pass": 0.0, "false_strip": 1.0}
    assert found["chosen"] == {"threshold": 0.9, "false_pass": 0.0, "false_strip": 0.0}


def test_rates_have_score_intervals() -> None:
    assert Rate(0, 0).to_dict() == {"wrong": 0, "n": 0, "rate": None, "low": None, "high": None}
    low, high = Rate(0, 200).interval or (None, None)
    assert (low, high) == (0.0, pytest.approx(0.0188, abs=1e-3))
    low, high = Rate(5, 10).interval or (None, None)
    assert (low, high) == (pytest.approx(0.2366, abs=1e-3), pytest.approx(0.7634, abs=1e-3))


def test_all_variants_of_a_sentence_are_in_one_half(group: Group) -> None:
    halves: dict[str, set[Half]] = {}
    for pair in group.pairs:
        halves.setdefault(pair.sources[0].evidence.text, set()).add(pair.half)
    assert all(len(found) == 1 for found in halves.values())
    assert {half for found in halves.values() for half in found} == set(Half)


def test_what_was_not_there_is_said_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    absent = Group("ocnli", "OCNLI", (), lambda word: 1.0, missing=("../shared/data/ocnli",))
    assert measure([absent], tmp_path / "run", strict=True) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "注意：没有 ../shared/data/ocnli（OCNLI未测）" in lines
    assert sum("注意" in line for line in lines) == 1


def test_the_command(tmp_path: Path, group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "GROUPS", {"swaps": lambda: group})
    assert main(["checker", "--limit", "2", "--out", str(tmp_path / "runs"), "--strict"]) == 0
    (folder,) = (tmp_path / "runs").iterdir()
    assert {path.name for path in folder.iterdir()} == {"rows.jsonl", "summary.json", "checker.html"}
    rows = (folder / "rows.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(row)["id"] for row in rows] == ["t0", "f0", "t1", "f1"]


LINES = [
    {
        "genre": "gov",
        "prem_id": "p1",
        "id": 1,
        "sentence1": "全年新造渔船六十艘",
        "sentence2": "造了渔船",
        "label": label,
    }
    for label in ("entailment", "neutral", "contradiction", "-")
]


def test_ocnli_labels() -> None:
    found = ocnli.group(LINES)
    assert [(p.kind, p.supported, p.sentence) for p in found.pairs] == [
        ("蕴含", True, "造了渔船"),
        ("中立", False, "造了渔船"),
        ("矛盾", False, "造了渔船"),
    ]
    assert found.left_out == {"标注者意见不一": 1}
    source = found.pairs[0].sources[0]
    assert (source.evidence.text, source.headings, source.context.strip()) == (
        "全年新造渔船六十艘",
        (),
        "全年新造渔船六十艘",
    )
    assert found.idf("渔船") < found.idf("饕餮") == 1.0


def test_ocnli_is_read_from_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "train.json"
    file.write_text(
        "\n".join(json.dumps(line | {"genre": g}) for line in LINES for g in ("gov", "news")), encoding="utf-8"
    )
    monkeypatch.setattr(ocnli, "FILE", file)
    assert len(ocnli.load().pairs) == 3
    monkeypatch.setattr(ocnli, "FILE", ocnli.SHARED / "nowhere" / "train.json")
    assert (ocnli.load().pairs, ocnli.load().missing) == ((), ("../shared/nowhere",))


def test_undefined_rates_are_dashes() -> None:
    assert report.percent(None) == "—"
    assert report.interval({"low": None, "high": None}) == ""
