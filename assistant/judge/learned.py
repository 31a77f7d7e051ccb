"""The learned judge: the fitted encoder's scores as calibrated probabilities."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.judge.encoder import Encoder, computed
from assistant.judge.judge import Statement, probability
from assistant.types import Source
from index.store import e5

FITTED = Path(__file__).with_name("judge.safetensors")
CALIBRATED = Path(__file__).with_name("judge.json")
_WINDOW, _STEP = 480, 360  # characters of evidence read at once


@dataclass(frozen=True, slots=True)
class Calibration:
    """What makes a head's log-odds a probability that holds (Platt 1999): log-odds times `slope`, plus `shift`."""

    slope: float
    shift: float

    def log_odds(self, logit: float) -> float:
        """The log-odds as they hold."""
        return self.slope * logit + self.shift


@dataclass(frozen=True, slots=True)
class LearnedJudge:
    """A `Judge` that needs no chat model; some 20 ms a sentence. It never has nothing to say."""

    encoder: Encoder
    calibrations: Mapping[str, Calibration]

    @classmethod
    def bundled(cls, cache_dir: Path) -> LearnedJudge:
        """The judge that comes with the product, loaded once a process, at its first score, which raises ModelError without the

        embedding model that it was fitted upon."""
        return _bundled(cache_dir)

    def answers(self, question: str, sources: Sequence[Source]) -> list[float]:
        """Of each source the log-odds that it answers the question."""
        return [odds for (odds,) in self.odds("answers", [(read(source), [question]) for source in sources])]

    def supports(self, question: str, statements: Sequence[Statement]) -> list[float | None]:
        """Of each statement how likely it follows from its evidence, in [0, 1], whatever was asked.

        Evidence is read once for all its statements.
        """
        together: dict[tuple[str, ...], list[int]] = {}
        for number, statement in enumerate(statements):
            together.setdefault(statement.evidence, []).append(number)
        read = [(" ".join(evidence), [statements[n].text for n in numbers]) for evidence, numbers in together.items()]
        found: dict[int, float] = {}
        for numbers, odds in zip(together.values(), self.odds("supports", read), strict=True):
            found |= dict(zip(numbers, map(probability, odds), strict=True))
        return [found[n] for n in range(len(statements))]

    def odds(self, head: str, read: Sequence[tuple[str, Sequence[str]]]) -> list[list[float]]:
        """Of each text the head's log-odds of the sentences beside it, by that stretch of the text that speaks most for it."""
        stretches = [(number, stretch) for number, (text, _) in enumerate(read) for stretch in _stretches(text)]
        logits = self.encoder.logits([(stretch, read[number][1]) for number, stretch in stretches], head)
        best: dict[int, NDArray[np.float32]] = {}
        for (number, _), found in zip(stretches, logits, strict=True):
            best[number] = np.maximum(best.get(number, found[:, 0]), found[:, 0])
        calibration = self.calibrations[head]
        return [[calibration.log_odds(float(logit)) for logit in best[number]] for number in range(len(read))]


@cache
def _bundled(cache_dir: Path) -> LearnedJudge:
    calibrations = json.loads(CALIBRATED.read_text(encoding="utf-8"))
    return LearnedJudge(
        Encoder(lambda: computed(e5.folder(cache_dir), FITTED)),
        {head: Calibration(**values) for head, values in calibrations.items()},
    )


def read(source: Source) -> str:
    """A source as the encoder was taught to read one: title, headings, the words themselves."""
    return " ".join(part for part in (source.document.title, *source.headings, source.text) if part)


def _stretches(text: str) -> list[str]:
    starts = range(0, max(len(text) - _WINDOW + _STEP, 1), _STEP)
    return [text[start : start + _WINDOW] for start in starts]
