"""The network behind the learned judge: multilingual-e5-small reading a text, and sentences beside it.

One row holds a text and any number of sentences about it. The text's tokens see the text; a sentence's tokens see the
text and that sentence. So a text is read once however many sentences are judged by it, and a sentence's score does not
depend on what else is judged. A score is a linear head on the mean and the peak of the
sentence's last states.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.store.embed import precision

if TYPE_CHECKING:  # importing torch takes a second, so that happens at the first score
    from torch import Tensor

_HEAD_SIZE = 32
_BOS, _PAD, _EOS = 0, 1, 2
_EPSILON = 1e-12
_UNSEEN = -1e4
_COMPUTED, _LAYER, _HEAD, _STEP = "encoder.", "encoder.layer.", "head.", ".step"
_TOGETHER = 16  # sentences beside one text
_ROWS = 8  # texts read at once
_PASSAGE, _QUERY = "passage: ", "query: "  # what the model was trained with
_TEXT_TOKENS, _SENTENCE_TOKENS = 400, 96


@dataclass(frozen=True, slots=True)
class Row:
    """Token ids of a text and of the sentences beside it, cut to what the model takes."""

    text: tuple[int, ...]
    sentences: tuple[tuple[int, ...], ...]

    def __len__(self) -> int:
        return len(self.text) + sum(map(len, self.sentences))


class Tokens:
    """Texts to token ids."""

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()

    def row(self, text: str, sentences: Sequence[str]) -> Row:
        """The row of a text and its sentences."""
        whole, *parts = (
            tuple(self._tokenizer.encode(t).ids) for t in [_PASSAGE + text, *(_QUERY + s for s in sentences)]
        )
        return Row(_cut(whole, _TEXT_TOKENS), tuple(_cut(p, _SENTENCE_TOKENS) for p in parts))


def _laid_out(rows: Sequence[Row]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Ids, positions and segments, each of shape (rows, longest row); a sentence goes on where its text ends.

    Segment 0 is the text, 1, 2, … the sentences, -1 padding.
    """
    shape = (len(rows), max(map(len, rows)))
    ids, positions, segments = np.full(shape, _PAD), np.zeros(shape, np.int64), np.full(shape, -1)
    for n, row in enumerate(rows):
        at = 0
        for segment, part in enumerate((row.text, *row.sentences)):
            here, first = slice(at, at + len(part)), len(row.text) if segment else 0
            ids[n, here], segments[n, here] = part, segment
            positions[n, here] = np.arange(first, first + len(part))
            at += len(part)
    return ids, positions, segments


def _cut(ids: tuple[int, ...], most: int) -> tuple[int, ...]:
    return ids if len(ids) <= most else (*ids[: most - 1], _EOS)


class Encoder:
    """The fitted network, read at the first score; deterministic, safe to share between threads."""

    def __init__(self, read: Callable[[], tuple[Mapping[str, Tensor], Tokens]]) -> None:
        self._read = read
        self._lock = threading.Lock()

    @cached_property
    def _network(self) -> tuple[Mapping[str, Tensor], Tokens]:
        return self._read()

    def logits(self, read: Sequence[tuple[str, Sequence[str]]], head: str) -> list[NDArray[np.float32]]:
        """Of each text the head's log-odds of the sentences beside it, shape (sentences, outputs of the head)."""
        import torch

        with self._lock:  # else two first questions would read it twice
            weights, tokens = self._network
        weight, bias = weights[f"{_HEAD}{head}.weight"], weights[f"{_HEAD}{head}.bias"]
        rows = [
            (number, at, tokens.row(text, sentences[at : at + _TOGETHER]))
            for number, (text, sentences) in enumerate(read)
            for at in range(0, len(sentences), _TOGETHER)
        ]
        rows.sort(key=lambda row: len(row[-1]))  # alike in length, so that little is padded
        found = [np.empty((len(sentences), len(bias)), np.float32) for _, sentences in read]
        with torch.inference_mode():
            for at in range(0, len(rows), _ROWS):
                batch = rows[at : at + _ROWS]
                logits = (states(weights, [row for *_, row in batch]) @ weight.T + bias).numpy()
                ends = np.cumsum([len(row.sentences) for *_, row in batch])
                for (number, at, row), part in zip(batch, np.split(logits, ends[:-1]), strict=True):
                    found[number][at : at + len(row.sentences)] = part
        return found


def computed(folder: Path, fitted: Path) -> tuple[Mapping[str, Tensor], Tokens]:
    """The embedding model in `folder` with what was fitted upon it, in bf16 where the processor can, and its tokens."""
    import torch

    kind = torch.bfloat16 if precision() == "bfloat16" else torch.float32
    weights = added(folder, fitted)
    return {n: w.to(kind) if n.startswith(_COMPUTED) else w for n, w in weights.items()}, Tokens(folder)


def added(folder: Path, fitted: Path) -> dict[str, Tensor]:
    """The weights of the embedding model with the fitted differences added, and the heads, in fp32.

    A difference is kept as int8 with a step for each row (`name` and `name.step`); what is small, and a head, as it is.
    """
    import torch
    from safetensors.torch import load_file

    weights = {
        name: value if "word_embeddings" in name else value.to(torch.float32)
        for name, value in load_file(folder / "model.safetensors").items()
    }
    kept = load_file(fitted)
    for name, value in kept.items():
        if name.endswith(_STEP):
            continue
        if name.startswith(_HEAD):
            weights[name] = value.to(torch.float32)
        else:
            step = kept.get(name + _STEP)
            weights[name] = weights[name] + (value * step[:, None] if step is not None else value)
    return weights


def states(weights: Mapping[str, Tensor], rows: Sequence[Row], dropout: float = 0.0) -> Tensor:
    """Of every sentence of every row, in order, the mean and the peak of its last states: (sentences, 2 hidden), fp32.

    A sentence may be wrong in one word: what one token says alone is in the peak and drowns in the mean.

    `weights` are named as in BertModel; their format is the one that is computed in, save where autocast says another.
    """
    import torch
    from torch.nn import functional

    ids, positions, segments = _laid_out(rows)
    at = torch.from_numpy
    x = functional.embedding(at(ids), weights["embeddings.word_embeddings.weight"])
    kind = weights["encoder.layer.0.attention.self.query.weight"].dtype
    x = (
        x.to(torch.float32)
        + functional.embedding(at(positions), weights["embeddings.position_embeddings.weight"]).to(torch.float32)
        + weights["embeddings.token_type_embeddings.weight"][0].to(torch.float32)
    )
    x = _normal(x, weights, "embeddings.LayerNorm").to(kind)
    segment = at(segments)
    seen = (segment[:, None, :] == 0) | (segment[:, None, :] == segment[:, :, None])  # padding sees only itself
    bias = torch.zeros(seen.shape, dtype=torch.bfloat16).masked_fill(~seen, _UNSEEN)[:, None]
    for layer in range(1 + max(int(name.split(".")[2]) for name in weights if name.startswith(_LAYER))):
        x = _layer(x, bias, weights, f"{_LAYER}{layer}.", dropout)
    found = []
    for n in range(len(rows)):
        inside = segment[n][None, :] == torch.arange(1, int(segment[n].max()) + 1)[:, None]  # (sentences, tokens)
        share = inside.to(torch.float32)
        last = x[n].to(torch.float32)
        means = (share / share.sum(1, keepdim=True)) @ last
        peaks = torch.stack([last[chosen].amax(0) for chosen in inside]) if len(inside) else means
        found.append(torch.cat([means, peaks], dim=1))
    return torch.cat(found)


def _layer(x: Tensor, bias: Tensor, weights: Mapping[str, Tensor], name: str, dropout: float) -> Tensor:
    from torch.nn import functional

    batch, length, hidden = x.shape
    q, k, v = (
        _linear(x, weights, f"{name}attention.self.{part}").view(batch, length, -1, _HEAD_SIZE).transpose(1, 2)
        for part in ("query", "key", "value")
    )
    mixed = ((q / math.sqrt(_HEAD_SIZE)) @ k.transpose(-1, -2) + bias).softmax(-1) @ v  # twice as fast as sdpa here
    mixed = mixed.transpose(1, 2).reshape(batch, length, hidden)
    mixed = _linear(mixed, weights, f"{name}attention.output.dense")
    x = _normal(x + mixed, weights, f"{name}attention.output.LayerNorm")
    inner = functional.gelu(_linear(x, weights, f"{name}intermediate.dense"))
    inner = functional.dropout(_linear(inner, weights, f"{name}output.dense"), dropout, dropout > 0)
    return _normal(x + inner, weights, f"{name}output.LayerNorm")


def _linear(x: Tensor, weights: Mapping[str, Tensor], name: str) -> Tensor:
    from torch.nn import functional

    return functional.linear(x, weights[f"{name}.weight"], weights[f"{name}.bias"])


def _normal(x: Tensor, weights: Mapping[str, Tensor], name: str) -> Tensor:
    from torch.nn import functional

    return functional.layer_norm(
        x, (x.shape[-1],), weights[f"{name}.weight"].to(x.dtype), weights[f"{name}.bias"].to(x.dtype), _EPSILON
    )
