"""The learned judge: the fitted encoder's scores as calibrated probabilities."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assistant.judge.encoder import Encoder
from assistant.judge.judge import Statement
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
        """The judge that comes with the product, loaded once a process; raises ModelError without the embedding model."""
        return _bundled(cache_dir)

    @staticmethod
    def is_bundled() -> bool:
        """Whether fitted weights came with the product."""
        return FITTED.is_file()

    def answers(self, question: str, sources: Sequence[Source]) -> float | None:
        """Log-odds that the sources answer the question: those of the source that answers it best."""
        if not sources:
            return None
        texts = dict.fromkeys(read(source) for source in sources)
        return max(self.answering(text, [question])[0] for text in texts)

    def supports(self, question: str, statements: Sequence[Statement]) -> list[float | None]:
        """Of each statement how likely it follows from its evidence, in [0, 1], whatever was asked.

        Evidence is read once for all its statements.
        """
        together: dict[tuple[str, ...], list[int]] = {}
        for number, statement in enumerate(statements):
            together.setdefault(statement.evidence, []).append(number)
        found: dict[int, float] = {}
        for evidence, numbers in together.items():
            odds = self.odds("supports", " ".join(evidence), [statements[n].text for n in numbers])
            found |= dict(zip(numbers, map(_probability, odds), strict=True))
        return [found[n] for n in range(len(statements))]

    def answering(self, text: str, questions: Sequence[str]) -> list[float]:
        """Of each question the log-odds that the text answers it."""
        return self.odds("answers", text, questions)

    def odds(self, head: str, text: str, sentences: Sequence[str]) -> list[float]:
        """The head's log-odds of each sentence, by that stretch of the text that speaks most for it."""
        stretches = [self.encoder.logits(stretch, sentences, head)[:, 0] for stretch in _stretches(text)]
        calibration = self.calibrations[head]
        return [calibration.log_odds(float(max(logits))) for logits in zip(*stretches, strict=True)]


@cache
def _bundled(cache_dir: Path) -> LearnedJudge:
    calibrations = json.loads(CALIBRATED.read_text(encoding="utf-8"))
    return LearnedJudge(
        Encoder.load(e5.folder(cache_dir), FITTED),
        {head: Calibration(**values) for head, values in calibrations.items()},
    )


def read(source: Source) -> str:
    """A source as the encoder was taught to read one: title, headings, the words themselves."""
    return " ".join(part for part in (source.document.title, *source.headings, source.text) if part)


def _stretches(text: str) -> list[str]:
    starts = range(0, max(len(text) - _WINDOW + _STEP, 1), _STEP)
    return [text[start : start + _WINDOW] for start in starts]


def _probability(log_odds: float) -> float:
    return 1 / (1 + math.exp(-max(min(log_odds, 30.0), -30.0)))
