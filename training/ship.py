"""From fitted weights to the files that the product loads: differences to the embedding model, as int8."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors.torch import save_file
from sklearn.linear_model import LogisticRegression
from torch import Tensor

from assistant.judge.learned import CALIBRATED, FITTED, Calibration
from eval.detection import Labels, Scores

_LEVELS = 127


def write_weights(weights: Mapping[str, Tensor], begun: Mapping[str, Tensor], file: Path = FITTED) -> None:
    """Write what was fitted: matrices as int8 differences with a step a row, vectors as fp16 differences, heads whole."""
    kept: dict[str, Tensor] = {}
    for name in (n for n in weights if not n.startswith("embeddings.")):
        if name.startswith("head."):
            kept[name] = weights[name].to(torch.float32)
            continue
        difference = weights[name] - begun[name]
        if not difference.any():
            continue
        if difference.dim() < 2:
            kept[name] = difference.to(torch.float16)
            continue
        step = difference.abs().amax(dim=1).clamp_min(1e-12) / _LEVELS
        kept[name] = torch.round(difference / step[:, None]).to(torch.int8)
        kept[f"{name}.step"] = step
    partial = file.with_suffix(".partial")
    save_file({name: value.detach().contiguous() for name, value in kept.items()}, partial)
    partial.chmod(0o644)
    partial.replace(file)  # whoever reads meanwhile sees the old one or the new one


def calibration(logits: Scores, labels: Labels) -> Calibration:
    """Platt scaling: a logistic regression of the labels on the logits, both kinds weighing the same."""
    found = LogisticRegression(C=100.0, class_weight="balanced").fit(logits[:, None], labels)
    return Calibration(round(float(found.coef_[0, 0]), 4), round(float(found.intercept_[0]), 4))


def write_calibrations(calibrations: Mapping[str, Calibration], file: Path = CALIBRATED) -> None:
    """Write the calibration of each head."""
    content = {head: asdict(each) for head, each in sorted(calibrations.items())}
    file.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
