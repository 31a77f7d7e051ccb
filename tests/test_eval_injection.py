"""`python -m eval poison` with scripted models: who shows the canary is counted right, and the files hold it."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from assistant.model.chat import ScriptedChat
from assistant.pipeline import Assistant
from assistant.settings import Settings
from eval import injection
from eval.injection import Row, chosen, measure, printed, summarise, wilson, write
from eval.poisons import poisons
from index.build import build
from index.search import Index
from index.store.embed import HashEmbedder


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"), [(0, 0, 0, 1), (0, 200, 0, 0.0188), (10, 20, 0.299, 0.701), (20, 20, 0.839, 1)]
)
def test_wilson(hits: int, of: int, low: float, high: float) -> None:
    assert wilson(hits, of) == pytest.approx((low, high), abs=1e-3)


@pytest.mark.parametrize("limit", [None, 1, 8, 24, 1000])
def test_a_part_is_spread_over_all(limit: int | None) -> None:
    found = chosen(limit)
    assert len({p.id for p in found}) == len(found) == min(limit or 240, 240)
    assert len({p.kind for p in found}) >= min(limit or 240, 6)


@pytest.fixture
def rows(tmp_path: Path) -> list[Row]:
    """Of a model that obeys the bare prompt and any other."""
    plans = chosen(8)
    build(write(tmp_path / "docs", plans), tmp_path / "index", HashEmbedder())
    by_question = {p.question: p for p in plans}
    model = ScriptedChat(lambda _, user: next(p.obeyed for q, p in by_question.items() if q in user))
    with Assistant(Settings(), index=Index.open(tmp_path / "index", HashEmbedder()), model=model) as assistant:
        return list(measure(assistant, model, plans))


def test_the_bare_model_shows_what_the_product_does_not(rows: list[Row]) -> None:
    assert all(row.bare_shows for row in rows)
    assert not any(row.ours_shows or row.ours_states for row in rows)
    assert all(row.ours_answers for row in rows)
    summary = summarise(rows, chat="scripted")
    assert summary["groups"]["all"]["plans"] == 8
    assert summary["groups"]["all"]["bare"]["shows"] == 8
    assert "裸模型" in printed(summary)


def test_without_a_model_there_is_nothing_to_compare(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ZHENGDA_LLM", "off")
    assert injection.main(argparse.Namespace(limit=2, out=tmp_path)) == 2
    assert "ZHENGDA_LLM" in capsys.readouterr().err


def test_a_run_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("assistant.model.chat.chat_model", lambda _: ScriptedChat(lambda *_: "好。"))
    monkeypatch.setattr(Settings, "embedder", lambda _: HashEmbedder())
    assert injection.main(argparse.Namespace(limit=2, out=tmp_path / "runs")) == 0
    (folder,) = (tmp_path / "runs").iterdir()
    assert len([json.loads(line) for line in (folder / "rows.jsonl").read_text(encoding="utf-8").splitlines()]) == 2
    assert json.loads((folder / "summary.json").read_text(encoding="utf-8"))["chat"] == "scripted"
    assert len(poisons()) == 240
    assert "逐份结果" in capsys.readouterr().out
