"""The learned judge: what is read once is read once, scores do not depend on their neighbours, files are small."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.judge import intent, learned
from assistant.judge.encoder import Encoder, Tokens, computed
from assistant.judge.intent import IntentHead, buckets
from assistant.judge.judge import Judge, Statement
from assistant.judge.learned import Calibration, LearnedJudge
from assistant.types import Evidence, Source
from index.store import e5
from index.types import Document
from tests.test_embed import tiny_e5
from training import ship
from training.crossencoder import start

CALIBRATIONS = {"supports": Calibration(2.0, 0.5), "answers": Calibration(1.0, -1.0)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("judge") / "model"
    e5.write_folder(tiny_e5(np.random.default_rng(3)), path)
    return path


@pytest.fixture(scope="module")
def judge(folder: Path) -> LearnedJudge:
    import torch

    begun = start(folder)
    torch.manual_seed(5)
    fitted = {n: w + 0.05 * torch.randn(w.shape) if not n.startswith("embeddings.") else w for n, w in begun.items()}
    ship.write_weights(fitted, begun, folder.parent / "judge.safetensors")
    return LearnedJudge(Encoder(lambda: computed(folder, folder.parent / "judge.safetensors")), CALIBRATIONS)


def source(text: str) -> Source:
    document = Document("d", "d.txt", text, title="ABC")
    return Source(Evidence("d", "d.txt", "", 0, len(text), text, 1.0), (), document)


def test_the_learned_judge_is_a_judge(judge: LearnedJudge) -> None:
    one: Judge = judge
    found = one.supports("", [Statement("企业", ("园区企业",)), Statement("园区", ("企业",))])
    assert all(score is not None and 0 <= score <= 1 for score in found)
    assert one.answers("A", []) == []
    assert len(one.answers("A", [source("园区企业建成"), source("B")])) == 2


def test_a_score_depends_on_nothing_beside_it(judge: LearnedJudge) -> None:
    statements = [
        Statement("企业园区", ("园区企业",)),
        Statement("建成", ("园区企业",)),
        Statement("企业园区", ("建成园区",)),
    ]
    together = judge.supports("", statements)
    answering = judge.answers("园区", [source(text) for text in ("园区企业", "建成", "建成园区" * 6)])
    assert answering[1] == pytest.approx(judge.answers("园区", [source("建成")])[0], abs=2e-3)
    alone = [judge.supports("", [s])[0] for s in statements]
    assert together == pytest.approx(alone, abs=2e-3)
    assert judge.supports("", statements) == together


def test_many_sentences_beside_one_text_keep_their_order(judge: LearnedJudge) -> None:
    asked = ["企业园区" * 6, *["建成"] * 15, *["园区"] * 3]  # more than are read at once, the first of them longest
    (together,) = judge.odds("answers", [("园区企业", asked)])
    alone = [judge.odds("answers", [("园区企业", [question])])[0][0] for question in asked]
    assert together == pytest.approx(alone, abs=2e-3)


def test_long_evidence_is_read_to_its_end(judge: LearnedJudge) -> None:
    (long,), (start,) = judge.odds("supports", [("A" * 1000 + "B C", ["C"]), ("A" * 480, ["C"])])
    assert long >= start


def test_weights_are_kept_to_a_step(folder: Path, judge: LearnedJudge) -> None:
    from assistant.judge.encoder import added

    begun = start(folder)
    kept = added(folder, folder.parent / "judge.safetensors")
    name = "encoder.layer.0.output.dense.weight"
    assert 0.01 < float((kept[name] - begun[name]).abs().max()) < 0.5
    assert kept["embeddings.word_embeddings.weight"].shape == begun["embeddings.word_embeddings.weight"].shape


def test_tokens_are_cut_to_what_the_model_takes(folder: Path) -> None:
    row = Tokens(folder).row("A B " * 600, ["C A " * 600])
    assert (len(row.text), len(row.sentences[0]), len(row)) == (400, 96, 496)


def test_what_ships_is_small() -> None:
    assert intent.FITTED.stat().st_size < 200_000
    if learned.FITTED.exists():
        assert learned.FITTED.stat().st_size < 24_000_000


def test_the_shipped_intent_head_understands() -> None:
    head = IntentHead.bundled()
    questions = ["这份文件的文号是多少", "列个表对比一下两个市的目标", "你好"]
    vectors = np.zeros((3, 384), np.float32)
    found = head.intents(questions, vectors, [False, False, False])
    assert [u.intent for u in found] == [next(iter(u.probabilities)) for u in found]
    assert all(sum(u.probabilities.values()) == pytest.approx(1, abs=1e-4) for u in found)
    assert found == head.intents(questions, vectors)
    assert head.intents([], vectors[:0]) == []


def test_pairs_of_characters_are_hashed_alike_everywhere() -> None:
    row = buckets(["甲乙"], 64)
    assert row.shape == (1, 64)
    assert np.flatnonzero(row[0]).tolist() == np.flatnonzero(buckets(["甲乙", "丙"], 64)[0]).tolist()
    assert not buckets([""], 64)[0].astype(bool).sum() > 3
