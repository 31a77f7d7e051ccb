"""Two systems on the same cases: how much they differ, with percentile bootstrap intervals over the cases.

Cases are drawn with all their values together (paired bootstrap: Efron & Tibshirani 1993; Koehn 2004 on comparing two
systems), so that what makes a case hard for both does not blur the difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_SAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value and the ends of its interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f}–{self.high:.3f})"


def difference(before: Sequence[float], after: Sequence[float], level: float = 0.95) -> Estimate | None:
    """Mean of `after` less mean of `before`, case by case; None below two cases."""
    gains = np.asarray(after, dtype=np.float64) - np.asarray(before, dtype=np.float64)
    if len(gains) < 2:
        return None
    return _estimate(float(gains.mean()), gains[_draws(len(gains))].mean(axis=1), level)


def ratio_to_better(of: Sequence[float], others: Sequence[Sequence[float]], level: float = 0.95) -> Estimate | None:
    """Mean of `of` over the best mean of `others`, which one that is being decided in each draw; None if that is 0."""
    values = np.asarray([of, *others], dtype=np.float64)
    if values.shape[1] < 2 or not values[1:].mean(axis=1).max():
        return None
    means = np.stack([row[_draws(values.shape[1])].mean(axis=1) for row in values])
    best = means[1:].max(axis=0)
    ratios = means[0][best > 0] / best[best > 0]
    return _estimate(float(values[0].mean() / values[1:].mean(axis=1).max()), ratios, level)


def _draws(cases: int) -> NDArray[np.int64]:
    """Numbers of the cases drawn, shape (samples, cases); the same for the same number of cases."""
    return np.random.default_rng(0).integers(cases, size=(_SAMPLES, cases))


def _estimate(value: float, sampled: NDArray[np.float64], level: float) -> Estimate:
    low, high = np.percentile(sampled, (50 * (1 - level), 50 * (1 + level)))
    return Estimate(value, float(low), float(high))
