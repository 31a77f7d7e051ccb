"""How good a score is that tells what is so from what is not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

OVER_REFUSALS = (0.05, 0.10, 0.25)
FALSE_SHOWN = (0.04, 0.10)

Scores = NDArray[np.float64]
Labels = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class At:
    """What a threshold does: which share of the true is dropped, which share of the false is shown."""

    threshold: float
    dropped: float
    shown: float


def auc(scores: Scores, labels: Labels) -> float:
    """How often one that is so scores above one that is not (area under the ROC curve)."""
    return float(roc_auc_score(labels, scores))


def rejection(scores: Scores, labels: Labels, over_refusal: float) -> float:
    """The share of those that are not so which fall below a threshold that `over_refusal` of those that are fall below."""
    return float(np.mean(scores[~labels] < np.quantile(scores[labels], over_refusal)))


def threshold(scores: Scores, labels: Labels, shown: float) -> float:
    """The least threshold at which no more than the share `shown` of those that are not so is at or above it."""
    return float(np.nextafter(np.quantile(scores[~labels], 1 - shown), np.inf))


def at(scores: Scores, labels: Labels, least: float) -> At:
    """What the threshold `least` does."""
    return At(least, float(np.mean(scores[labels] < least)), float(np.mean(scores[~labels] >= least)))


def calibration_error(probabilities: Scores, labels: Labels, bins: int = 10) -> float:
    """Expected calibration error (Naeini et al. 2015) over bins of equal size."""
    order = np.argsort(probabilities, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    gaps = [len(part) * abs(probabilities[part].mean() - labels[part].mean()) for part in parts]
    return float(sum(gaps) / len(order))


def interval(values: NDArray[np.bool_]) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    n, z = len(values), 1.96
    if not n:
        return 0.0, 1.0
    share = float(values.mean())
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * float(np.sqrt(share * (1 - share) / n + z * z / (4 * n * n)))
    return middle - half, middle + half
