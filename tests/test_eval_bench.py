"""The parts of the benchmark that need no model."""

from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.model.chat import ScriptedChat
from eval.bench import Alone, Asked, Call, Figure, Recorder, Side, _asked, choose, figures, printed, watch
from eval.cases import Case, Type
from tests.test_eval_metrics import CASE, UNANSWERABLE

CASES = [replace(CASE, id=f"{kind.value}-{n}", type=kind) for kind in Type for n in range(6)] + [UNANSWERABLE]


def asked(name: str, first: float, total: float, prompt_tokens: int = 100, facts: float = 1.0) -> Asked:
    return Asked(name, 0.05, first, total, prompt_tokens, "证据", "回答", facts)


OURS = Side(10.0, 14.0, (asked("a", 1.0, 2.0), asked("b", 3.0, 4.0), asked("c", 0.1, 0.2, 0)), peak=3_000_000_000)
PLAIN = Side(
    8.0, 20.0, (asked("a", 8.0, 8.0, 900), asked("b", 12.0, 12.0, 900, 0.0), asked("c", 8.0, 8.0, 900)), peak=1
)
WARM = (Side(4.0, 5.0), Side(3.0, 13.0))
ALONE = Alone(4.0, (60, 80, 500), (400, 300, 300))


def test_the_choice_is_seeded_and_holds_plain_answerable_questions() -> None:
    chosen = choose(CASES, 12, seed=0)
    assert len(set(chosen)) == 13
    assert chosen == choose(CASES, 12, seed=0) != choose(CASES, 12, seed=1)
    assert {case.type for case in chosen} <= {Type.FIGURE, Type.TEXT, Type.LEAD}
    assert {choose(CASES, 1, seed)[0].type for seed in range(9)} == {Type.TEXT}
    with pytest.raises(ValueError, match="18 道"):
        choose(CASES, 18, seed=0)


def test_figures_and_targets_by_hand() -> None:
    lines = {line.name.partition("（")[0]: line for line in figures(OURS, PLAIN, WARM, ALONE)}
    assert (lines["建索引"].ours, lines["建索引"].plain) == (6.0, 5.0)
    assert (lines["检索 p50"].ours, lines["检索 p50"].met) == (50.0, True)
    first = lines["首个已核句子 p50，对照为整段"]
    assert (first.ours, first.plain, first.ratio, first.met) == (1.0, 8.0, 0.125, True)
    evidence = lines["证据均长"]  # of a and b, where the model was asked: 70 against 350
    assert (evidence.ours, evidence.plain, evidence.met) == (70.0, 350.0, True)
    assert lines["事实召回"].plain == pytest.approx(2 / 3)
    assert (lines["内存峰值"].ours, lines["内存峰值"].met) == (3.0, True)
    model = lines["问过模型的题用时，对照为模型独自用时"]
    assert (model.ours, model.plain, model.ratio) == (6.0, 4.0, 1.5)
    table = printed(lines.values())
    assert "≤0.5 ✓" in table
    assert "0.125" in table


def test_no_evidence_ratio_where_the_model_was_never_asked() -> None:
    routed = replace(OURS, asked=tuple(replace(a, prompt_tokens=0) for a in OURS.asked))
    lines = {line.name.partition("（")[0]: line for line in figures(routed, PLAIN, WARM, replace(ALONE, seconds=0.0))}
    assert (lines["证据均长"].ratio, lines["证据均长"].met) == (None, None)
    assert lines["问过模型的题用时，对照为模型独自用时"].ratio is None


def test_a_target_is_missed_above_its_limit() -> None:
    assert Figure("x", 100.0, 1.0, at_most=100).met
    assert not Figure("x", 100.1, 1.0, at_most=100).met
    assert not Figure("x", 2.0, 3.0, ratio_at_most=0.5).met
    assert Figure("x", 2.0, 3.0).met is None


def test_a_side_is_kept_as_json(tmp_path: Path) -> None:
    side = replace(OURS, calls=(Call("系统", "用户", 7, True),))
    side.write(tmp_path / "side.json")
    assert Side.read(tmp_path / "side.json") == side


def test_only_calls_after_the_first_question_are_measured() -> None:
    model = Recorder(ScriptedChat(lambda system, user: "答"))

    def ask(case: Case) -> Asked:
        list(model.stream("", case.id, max_tokens=9))
        return asked(case.id, 1, 1)

    side = _asked(ask, model, CASES[:3], 1.0, model.calls)
    assert [(call.user, call.measured) for call in side.calls] == [
        (CASES[0].id, False),
        ("你好", False),
        (CASES[1].id, True),
        (CASES[2].id, True),
    ]
    assert [a.id for a in side.asked] == [case.id for case in CASES[1:3]]


def test_recorded_calls_count_tokens_also_when_the_reader_stops() -> None:
    recorder = Recorder(ScriptedChat(["甲乙丙丁" * 3, "子丑寅卯" * 3]))
    assert "".join(piece.text for piece in recorder.stream("s", "u", max_tokens=99)) == "甲乙丙丁" * 3
    with closing(recorder.stream("s", "v", max_tokens=99)) as stopped:  # type: ignore[type-var]
        next(stopped)
        next(stopped)
    assert recorder.name == "scripted"
    assert recorder.calls == [Call("s", "u", 12, False), Call("s", "v", 2, False)]


def test_memory_of_a_process_and_its_children_is_watched() -> None:
    hold = "import time; held = bytearray(b'x') * 80_000_000; time.sleep(1)"
    nested = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {hold!r}], check=True)"
    assert 80_000_000 < watch([sys.executable, "-c", nested]) < 400_000_000
    with pytest.raises(subprocess.CalledProcessError):
        watch([sys.executable, "-c", "raise SystemExit(3)"])
