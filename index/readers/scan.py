"""Text off the image of a page, with its confidence, through RapidOCR (PP-OCRv6 small, Apache-2.0, models in the wheel)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from index.readers.printed_page import PrintedLine, PrintedPage, joined

LONG_SIDE = 2000
"""Pixels of the longer side of the image that a page is drawn as; RapidOCR would shrink a larger one to that."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """The page as it was read, and the mean confidence over its characters (0 where none were found)."""

    page: PrintedPage
    confidence: float


def recognised(image: np.ndarray, points: float) -> Recognised:
    """What stands on `image`, of shape (height, width, 3) in blue, green, red; a pixel is `points` wide."""
    found = _engine()(image)
    height, width = image.shape[:2]
    lines, weight, total = [], 0.0, 0
    for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True) if found.txts else ():
        left, top = box.min(axis=0) * points
        right, bottom = box.max(axis=0) * points
        if text.strip():
            lines.append(PrintedLine(text.strip(), float(left), float(right), float(top), float(bottom)))
            weight += float(score) * len(text)
            total += len(text)
    page = PrintedPage(tuple(joined(lines)), width * points, height * points)
    return Recognised(page, round(weight / total, 3) if total else 0.0)


@cache
def _engine() -> Any:
    """Without its classifier of upside-down lines, which turns some long upright ones over and so loses them."""
    from rapidocr import RapidOCR  # loading it takes seconds and changes the environment

    return RapidOCR(params={"Global.log_level": "critical", "Global.use_cls": False})
