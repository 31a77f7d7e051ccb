"""`python -m training fit`: the intent head (minutes), and the judge (an hour or two on two idle cores), resumable.

The judge is fitted in stages, each beginning with the weights of the one before: reading tests and lay questions about
laws, then our clauses and documents.
Set `OMP_WAIT_POLICY=PASSIVE` where the cores are shared: threads that spin at barriers take ten times as long.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from assistant.judge.encoder import Tokens
from eval import detection as metrics
from index.settings import ROOT, IndexSettings
from index.store import e5
from training import intent, readings, ship
from training.crossencoder import HEADS, Labelled, Plan, Reading, fit, scores, start, trained
from training.documents import LabelledDocument, documents
from training.examples import Example, Split, examples, questions
from training.ranked import ranked

STATE = ROOT / ".zhengda" / "training"


@dataclass(frozen=True, slots=True)
class Data:
    """What the judge is taught by, or tried on: one split of what is labelled."""

    clauses: tuple[Example, ...]
    documents: tuple[LabelledDocument, ...]

    @classmethod
    def of(cls, split: Split) -> Data:
        """What is labelled of that split."""
        return cls(tuple(e for e in examples() if e.split is split), tuple(d for d in documents() if d.split is split))


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of the fit: what it is taught by, one list of readings an epoch, and how."""

    name: str
    epochs: Callable[[Data], list[list[Reading]]]
    plan: Plan


def _ours(data: Data) -> list[list[Reading]]:
    return [
        [*readings.ours(data.clauses, seed), *readings.of_documents(data.documents, seed)] for seed in range(_EPOCHS)
    ]


_EPOCHS = 2
STAGES = (
    Stage("tests", lambda _: [[*readings.reading_tests(), *readings.lay_questions()]], Plan(rows=16)),
    Stage("ours", _ours, Plan(rows=8, every=500)),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `python -m training fit`."""
    parser.add_argument("what", choices=("intent", "judge"), help="拟合哪一个")
    parser.add_argument(
        "--state", type=Path, default=STATE, metavar="文件夹", help="中间结果存在哪里，接着做时从这里读"
    )


def main(options: argparse.Namespace) -> int:
    """Fit, write what the product loads, print how good it is on dev."""
    options.state.mkdir(parents=True, exist_ok=True)
    settings = IndexSettings()
    if options.what == "intent":
        _intent(settings)
    else:
        _judge(settings, options.state)
    return 0


def _intent(settings: IndexSettings) -> None:
    asked = questions()
    asked += intent.placed(asked, sorted({e.title for e in examples() if e.split is Split.TRAIN}))
    vectors = settings.embedder().embed_queries([q.text for q in asked])
    head = intent.fit(asked, vectors)
    print(intent.measured(head, asked, vectors, Split.DEV))


def _judge(settings: IndexSettings, state: Path) -> None:
    folder = e5.folder(settings.cache_dir)
    tokens = Tokens(folder)
    begun = start(folder)
    weights = {name: value.clone() for name, value in begun.items()}
    train, dev = Data.of(Split.TRAIN), Data.of(Split.DEV)

    def told(step: int) -> None:
        print(step, on(weights, dev, tokens), flush=True)

    for stage in STAGES:
        done = state / f"{stage.name}.done.pt"
        if done.is_file():
            weights |= torch.load(done, weights_only=True)
            continue
        epochs = stage.epochs(train)
        if not any(epochs):
            print(f"{stage.name}：没有数据，跳过")
            continue
        print(f"{stage.name}：每轮 {len(epochs[0])} 篇，{len(epochs)} 轮", flush=True)
        fit(weights, epochs, tokens, stage.plan, state / f"{stage.name}.pt", told)
        torch.save({n: w for n, w in weights.items() if trained(n)}, done)
    ship.write_weights(weights, begun)
    ship.write_calibrations({head: ship.calibration(*_of(head, weights, dev, tokens)) for head in HEADS})


def on(weights: dict[str, Tensor], dev: Data, tokens: Tokens) -> str:
    """One line: how good each head is on dev."""
    parts = []
    for head in HEADS:
        found, labels = _of(head, weights, dev, tokens)
        least = metrics.threshold(found, labels, metrics.FALSE_SHOWN[-1])
        parts.append(
            f"{head} AUC {metrics.auc(found, labels):.3f}，放行假的 {metrics.FALSE_SHOWN[-1]:.0%} 时删真 "
            f"{metrics.at(found, labels, least).dropped:.2f}，误删 10% 时拒对 {metrics.rejection(found, labels, 0.1):.2f}"
        )

    def odds(read: Sequence[tuple[str, Sequence[str]]]) -> list[list[float]]:
        held = [Reading(text, tuple(Labelled("answers", q, True) for q in asked)) for text, asked in read]
        return [[float(s[0]) for s in row] for row in scores(weights, held, tokens)]

    return "；".join([*parts, str(ranked(odds, dev.documents))])


def _of(head: str, weights: dict[str, Tensor], dev: Data, tokens: Tokens) -> tuple[metrics.Scores, metrics.Labels]:
    held = [readings.labelled(example) for example in dev.clauses]
    pairs = [
        (float(score[0]), bool(sentence.label))
        for reading, row in zip(held, scores(weights, held, tokens), strict=True)
        for score, sentence in zip(row, reading.sentences, strict=True)
        if sentence.head == head
    ]
    return np.array([s for s, _ in pairs], dtype=np.float64), np.array([label for _, label in pairs], dtype=bool)
