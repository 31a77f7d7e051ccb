"""Fitting the encoder and its heads; what `assistant.judge.learned` loads is written by `training.ship`."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional

from assistant.judge.encoder import Tokens, states

HEADS = ("supports", "answers")
"""Those that tell whether something is so."""
_FROZEN = ("embeddings.", *(f"encoder.layer.{n}." for n in range(3)))
"""What stays as it is: word vectors, and the lowest layers, which cost a fifth of the time and of the file."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence beside a text: which head judges it, and whether it is so."""

    head: str
    text: str
    label: bool
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A text with all that is judged by it."""

    text: str
    sentences: tuple[Labelled, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """How to fit."""

    rate: float = 5e-5
    head_rate: float = 1e-3
    decay: float = 0.01
    warmup: float = 0.06
    rows: int = 8
    dropout: float = 0.1
    every: int = 50
    seed: int = 1


def start(folder: Path) -> dict[str, Tensor]:
    """The weights to begin with: those of the embedding model, and empty heads."""
    weights = {
        name: value if "word_embeddings" in name else value.to(torch.float32)
        for name, value in load_file(folder / "model.safetensors").items()
    }
    wide = 2 * weights["embeddings.word_embeddings.weight"].shape[1]
    for head in HEADS:
        weights[f"head.{head}.weight"] = torch.zeros(1, wide)
        weights[f"head.{head}.bias"] = torch.zeros(1)
    return weights


def trained(name: str) -> bool:
    """Whether a tensor of that name is fitted."""
    return not name.startswith(_FROZEN)


def batches(readings: Sequence[Reading], rows: int, rng: random.Random) -> Iterator[list[Reading]]:
    """The readings in a random order, those of like length together so that little is padded."""
    order = sorted(readings, key=lambda r: _length(r) * rng.uniform(0.8, 1.25))
    groups = [order[i : i + rows] for i in range(0, len(order), rows)]
    rng.shuffle(groups)
    yield from groups


def _length(reading: Reading) -> int:
    return len(reading.text) + sum(len(s.text) for s in reading.sentences)


def fit(
    weights: dict[str, Tensor],
    epochs: Sequence[Sequence[Reading]],
    tokens: Tokens,
    plan: Plan,
    checkpoint: Path,
    report: Callable[[int], None],
) -> None:
    """Fit `weights` in place; goes on from `checkpoint` where that is.

    Every `plan.every` steps the checkpoint is written and `report(step)` called.
    """
    torch.manual_seed(plan.seed)
    steps = [
        batch
        for number, readings in enumerate(epochs)
        for batch in batches(readings, plan.rows, random.Random(plan.seed * 1000 + number))
    ]
    names = [n for n in weights if trained(n)]
    for n in names:
        weights[n].requires_grad_()
    optimizer = _optimizer(weights, names, plan)
    done = _resumed(weights, names, optimizer, checkpoint)
    losses, begun = [], time.monotonic()
    for step, batch in enumerate(steps[done:], start=done + 1):
        share = step / len(steps)
        for group in optimizer.param_groups:
            group["lr"] = group["base"] * min(share / plan.warmup, (1 - share) / (1 - plan.warmup) + 1e-3)
        loss = _loss(weights, batch, tokens, plan)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_([weights[n] for n in names], 1.0)
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
        if step % plan.every == 0 or step == len(steps):
            state = {n: weights[n].detach() for n in names}
            partial = checkpoint.with_suffix(".partial")
            torch.save({"step": step, "weights": state, "optimizer": optimizer.state_dict()}, partial)
            partial.replace(checkpoint)
            print(f"{step}/{len(steps)} loss {np.mean(losses):.4f} {time.monotonic() - begun:.0f} s", flush=True)
            report(step)
            losses = []
    for n in names:
        weights[n].requires_grad_(False)


def _optimizer(weights: Mapping[str, Tensor], names: Sequence[str], plan: Plan) -> torch.optim.AdamW:
    heads = [weights[n] for n in names if n.startswith("head.")]
    flat = [weights[n] for n in names if not n.startswith("head.") and weights[n].dim() < 2]
    deep = [weights[n] for n in names if not n.startswith("head.") and weights[n].dim() == 2]
    return torch.optim.AdamW(
        [
            {"params": deep, "lr": plan.rate, "weight_decay": plan.decay, "base": plan.rate},
            {"params": flat, "lr": plan.rate, "weight_decay": 0.0, "base": plan.rate},
            {"params": heads, "lr": plan.head_rate, "weight_decay": plan.decay, "base": plan.head_rate},
        ],
        betas=(0.9, 0.98),
    )


def _resumed(
    weights: Mapping[str, Tensor], names: Sequence[str], optimizer: torch.optim.AdamW, checkpoint: Path
) -> int:
    """The steps already done, their weights and the optimizer's state put in place."""
    if not checkpoint.is_file():
        return 0
    state = torch.load(checkpoint, weights_only=True)
    with torch.no_grad():
        for n in names:
            weights[n].copy_(state["weights"][n])
    optimizer.load_state_dict(state["optimizer"])
    return int(state["step"])


def _loss(weights: Mapping[str, Tensor], batch: Sequence[Reading], tokens: Tokens, plan: Plan) -> Tensor:
    rows = [tokens.row(r.text, [s.text for s in r.sentences]) for r in batch]
    sentences = [s for r in batch for s in r.sentences]
    with torch.autocast("cpu", torch.bfloat16):
        found = states(weights, rows, plan.dropout)  # of all sentences, in order
    found = functional.dropout(found.float(), plan.dropout)
    total = torch.zeros(())
    for head in HEADS:
        chosen = [i for i, s in enumerate(sentences) if s.head == head]
        if not chosen:
            continue
        logits = functional.linear(found[chosen], weights[f"head.{head}.weight"], weights[f"head.{head}.bias"])
        wanted = torch.tensor([float(sentences[i].label) for i in chosen])
        total = total + functional.binary_cross_entropy_with_logits(logits[:, 0], wanted)
    return total


def scores(
    weights: Mapping[str, Tensor], readings: Sequence[Reading], tokens: Tokens, rows: int = 8
) -> list[list[NDArray[np.float32]]]:
    """Of every sentence of every reading the logits of its head, shape (outputs,)."""
    order = sorted(range(len(readings)), key=lambda i: -_length(readings[i]))
    told: dict[int, list[NDArray[np.float32]]] = {}
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        for at in range(0, len(order), rows):
            chosen = order[at : at + rows]
            batch = [tokens.row(readings[i].text, [s.text for s in readings[i].sentences]) for i in chosen]
            found = iter(states(weights, batch).float())
            for i in chosen:
                told[i] = [
                    (weights[f"head.{s.head}.weight"] @ next(found) + weights[f"head.{s.head}.bias"]).float().numpy()
                    for s in readings[i].sentences
                ]
    return [told[i] for i in range(len(readings))]
