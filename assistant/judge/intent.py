"""What a question wants, told by a linear head over its embedding and its pairs of characters.

The embedding is the one that retrieval computes anyway. The pairs are hashed into buckets (Weinberger et al. 2009), so
that there is no list of words; a bucket weighs by its inverse document frequency. The weights are `intent.npz`, fitted
by `python -m training fit intent` on questions that people wrote with their labels.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

INTENTS = (
    "compare",
    "confirm",
    "dates",
    "fact",
    "fields",
    "figures",
    "for_whom",
    "how_to",
    "lead",
    "led_by",
    "list",
    "overview",
    "revise",
    "talk",
)
_OPEN = frozenset(("compare", "dates", "figures", "for_whom", "how_to", "list", "overview"))
FITTED = Path(__file__).with_name("intent.npz")
_FOLLOWS = 0.5
_FIELDS, _LEAST_FIELDS = "fields", 0.3

Rows = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a question wants.

    `intent` is the likeliest of the kinds and `probability` how likely it is; `probabilities` has all kinds, the likeliest
    first. `fields` are the document's fields that it asks for, `shape` the form it asks for (none, list, table, …),
    `several` whether it is more than one question.
    """

    intent: str
    probability: float
    probabilities: Mapping[str, float]
    fields: tuple[str, ...]
    shape: str
    several: bool

    @property
    def open(self) -> float:
        """How likely it leaves open how much there is to say, rather than that it asks for one thing."""
        return sum(self.probabilities[kind] for kind in _OPEN)


class IntentHead:
    """The fitted head; safe to share between threads."""

    def __init__(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        self._mean = np.asarray(arrays["mean"], np.float32)
        self._scale = np.asarray(arrays["scale"], np.float32)
        self._idf = np.asarray(arrays["idf"], np.float32)
        self._weight = (
            np.asarray(arrays["weight"], np.float32) * np.asarray(arrays["weight_scale"], np.float32)[:, None]
        )
        self._bias = np.asarray(arrays["bias"], np.float32)
        self._intents, self._fields, self._shapes = (
            tuple(str(name) for name in arrays[key]) for key in ("intents", "fields", "shapes")
        )

    @classmethod
    def bundled(cls, file: Path = FITTED) -> IntentHead:
        """The head that comes with the product."""
        with np.load(file, allow_pickle=False) as arrays:
            return cls(dict(arrays))

    def intents(
        self, questions: Sequence[str], vectors: Rows, follows: Sequence[bool] | None = None
    ) -> list[Understanding]:
        """What each question wants; `vectors` are its embeddings as a query, shape (n, 384).

        `follows` says which questions come after others in a dialogue; none unless told.
        """
        found = features(questions, vectors, follows, self._mean, self._scale, self._idf)
        logits = found @ self._weight.T + self._bias
        kinds, fields = len(self._intents), len(self._fields)
        return [
            self._understood(row[:kinds], row[kinds : kinds + fields], row[kinds + fields : -1], float(row[-1]))
            for row in logits
        ]

    def _understood(self, kinds: Rows, fields: Rows, shapes: Rows, several: float) -> Understanding:
        share = np.exp(kinds - kinds.max())
        share /= share.sum()
        likely = dict(zip(self._intents, share, strict=True)).get(_FIELDS, 0.0) >= _LEAST_FIELDS
        order = np.argsort(-share, kind="stable")
        return Understanding(
            intent=self._intents[order[0]],
            probability=float(share[order[0]]),
            probabilities={self._intents[n]: float(share[n]) for n in order},
            fields=tuple(
                name
                for name, logit in zip(self._fields, fields, strict=True)
                if likely and logit >= min(0, fields.max())
            ),
            shape=self._shapes[int(np.argmax(shapes))],
            several=several > 0,
        )


def features(
    questions: Sequence[str],
    vectors: Rows,
    follows: Sequence[bool] | None,
    mean: Rows,
    scale: Rows,
    idf: Rows,
) -> Rows:
    """Rows of shape (n, 384 + buckets + 1): the embedding standardised, the pairs of characters, whether it follows others."""
    close = (vectors - mean) / scale
    pairs = buckets(questions, len(idf)) * idf
    after = np.zeros(len(questions)) if follows is None else np.asarray(follows)
    rows: Rows = np.hstack([_unit(close), _unit(pairs), after[:, None] * _FOLLOWS]).astype(np.float32)
    return rows


def buckets(questions: Sequence[str], count: int) -> Rows:
    """Signed buckets of the characters and pairs of characters of each question, its ends marked, shape (n, count)."""
    rows = np.zeros((len(questions), count), np.float32)
    for row, question in zip(rows, questions, strict=True):
        text = f"^{question}$"
        for part in {text[at : at + n] for n in (1, 2) for at in range(len(text) - n + 1)}:
            digest = zlib.crc32(part.encode())
            row[digest % count] += 1 if digest >> 31 else -1
    return rows


def _unit(rows: Rows) -> Rows:
    unit: Rows = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
    return unit
