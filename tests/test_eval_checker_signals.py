"""Areas by hand, a sample that is the same each time, and the table of all signals with a judge that says what it is told."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from assistant.model.chat import ModelUnavailable, ScriptedChat
from eval.checker import run, signals
from eval.checker.pairs import Group, Pair
from index.search import Index
from index.store.embed import HashEmbedder
from tests import plans

QUOTES = ("为渔船加装", "无人集卡达到", "在近岸布设", "港口数据应当")


@pytest.fixture
def group(index: Index) -> Group:
    pairs = []
    for n, quote in enumerate(QUOTES):
        source = plans.source(index, quote)
        pairs += [
            Pair(f"t{n}", "drafts", "成立", (source,), source.evidence.text, supported=True),
            Pair(f"f{n}", "drafts", "编造", (source,), "市民可免费停放山地自行车。", supported=False),
        ]
    return Group("drafts", "草稿", tuple(pairs), index.idf)


class Oracle(ScriptedChat):
    """Prefers 是 for what stands word for word in what it is shown."""

    def __init__(self) -> None:
        super().__init__(())
        self.asked: list[str] = []

    def first_tokens(self, system: str, user: str) -> dict[str, float]:
        self.asked.append(user)
        sentence = re.search("句子：(.*)", user)
        return {"是": 0.6, "否": 0.1} if sentence and user.count(sentence[1]) == 2 else {"否": 0.4, "不": 0.3}


@pytest.mark.parametrize(
    ("scores", "area"),
    [
        ([0.9, 0.8, 0.2, 0.1], 1.0),
        ([0.1, 0.2, 0.8, 0.9], 0.0),
        ([0.5, 0.5, 0.5, 0.5], 0.5),
        ([0.9, 0.3, 0.4, 0.1], 0.75),
    ],
)
def test_the_area_by_hand(scores: list[float], area: float) -> None:
    assert signals.area(scores, [True, True, False, False]) == area


def test_no_area_without_both_labels() -> None:
    assert signals.area([0.5, 0.6], [True, True]) is None


def test_a_sample_has_as_many_of_both_and_is_the_same_each_time(group: Group) -> None:
    chosen = signals.sample(group, 4)
    assert [p.supported for p in chosen.pairs] == [True, True, False, False]
    assert chosen.pairs == signals.sample(Group("drafts", "草稿", group.pairs[::-1], group.idf), 4).pairs
    assert len(signals.sample(group).pairs) == len(group.pairs)


def test_all_signals_are_measured_with_their_cost(group: Group, tmp_path: Path) -> None:
    judge = Oracle()
    found = signals.measure([group], HashEmbedder(), judge, tmp_path / "run")
    assert [m.signal for m in found] == ["规则", "用词覆盖", "向量余弦", "模型说“是”的概率"]
    assert [m.area for m in found] == [1.0, 1.0, 1.0, 1.0]
    assert all((m.supported, m.others) == (4, 4) and m.seconds >= 0 for m in found)
    assert len(judge.asked) == 8
    lines = [json.loads(line) for line in (tmp_path / "run" / "signals.jsonl").read_text("utf-8").splitlines()]
    assert len(lines) == 4 * 8
    assert lines[0]["score"] == 1.0
    table = signals.printed(found).splitlines()
    assert table[0].split() == ["组", "信号", "成立", "不成立", "AUC", "95%区间", "每句毫秒"]
    assert table[4].split()[:5] == ["草稿", "模型说“是”的概率", "4", "4", "1.000"]


def test_without_a_model_the_others_are_measured(group: Group, tmp_path: Path) -> None:
    assert len(signals.measure([group], HashEmbedder(), None, tmp_path / "run")) == 3


def test_a_model_without_probabilities_is_named(group: Group, tmp_path: Path) -> None:
    class Silent(Oracle):
        def first_tokens(self, system: str, user: str) -> dict[str, float]:
            return {}

    with pytest.raises(ModelUnavailable, match="logprobs"):
        signals.measure([group], HashEmbedder(), Silent(), tmp_path / "run")


def test_the_command(
    group: Group, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from eval.__main__ import main
    from index.settings import IndexSettings

    monkeypatch.setenv("ZHENGDA_LLM", "off")
    monkeypatch.setattr(IndexSettings, "embedder", lambda self: HashEmbedder())
    monkeypatch.setattr(run, "GROUPS", {"drafts": lambda: group, "ocnli": lambda: group})
    assert main(["checker", "--signals", "--out", str(tmp_path / "runs")]) == 0
    assert "向量余弦" in capsys.readouterr().out
    (folder,) = (tmp_path / "runs").iterdir()
    assert [path.name for path in folder.iterdir()] == ["signals.jsonl"]
