"""`python -m eval checker --signals`: how far each signal by itself tells supported sentences from others, and its cost.

The signals are the rules' score, the share of the wording that is covered, the cosine of the embeddings and the chat
model's own probability of 是 against 否. AUC is the chance that a supported sentence scores higher than another one
(Hanley & McNeil 1982; equals count half), with its 95 % interval from the Hanley–McNeil standard error.
"""

from __future__ import annotations

import json
import math
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.model.chat import ChatModel, ModelUnavailable
from assistant.verify import check as verify
from assistant.verify.checks import wording
from assistant.verify.checks.view import View
from eval.checker.pairs import Group, Pair, digest
from eval.report import aligned
from index.store.embed import Embedder

MOST = 75
"""Pairs of a group: a call of the model takes seconds."""
_SYSTEM = "你是核对员，只看原文判断，只回答“是”或“否”。"
_ASK = "原文：\n{quotes}\n\n下面的句子能否由原文推出？\n句子：{sentence}\n\n回答“是”或“否”："

Signal = Callable[[Pair], float]


@dataclass(frozen=True, slots=True)
class Measured:
    """A signal on a group: its area under the curve with the interval, None without both labels, and seconds a sentence."""

    group: str
    signal: str
    supported: int
    others: int
    area: float | None
    interval: tuple[float, float] | None
    seconds: float


def sample(group: Group, most: int = MOST) -> Group:
    """Up to `most` pairs, as many supported as others where there are, chosen by a hash of their ids."""
    chosen: list[Pair] = []
    for supported in (True, False):
        alike = sorted((p for p in group.pairs if p.supported is supported), key=lambda p: digest(p.id))
        chosen += alike[: most // 2 + (most % 2 if supported else 0)]
    return Group(group.name, group.label, tuple(chosen), group.idf, missing=group.missing)


def signals(group: Group, embedder: Embedder, model: ChatModel | None) -> dict[str, Signal]:
    """The signals by the names that the table has; without a model all but the last."""

    def rules(pair: Pair) -> float:
        return verify.check(pair.sentence, pair.sources, group.idf, question=pair.question).score

    def covered(pair: Pair) -> float:
        return max(wording.share(View.of(pair.sentence, [s], group.idf)) for s in pair.sources)

    def cosine(pair: Pair) -> float:
        sentence = embedder.embed_queries([pair.sentence])[0]
        return float((embedder.embed_passages([s.evidence.text for s in pair.sources]) @ sentence).max())

    found: dict[str, Signal] = {"规则": rules, "用词覆盖": covered, "向量余弦": cosine}
    if model is not None:
        judge = model

        def probability(pair: Pair) -> float:
            quotes = "\n".join(s.evidence.text.strip() for s in pair.sources)
            first = judge.first_tokens(_SYSTEM, _ASK.format(quotes=quotes, sentence=pair.sentence))
            if not first:
                raise ModelUnavailable(f"{judge.name} 的服务不给出词元的概率（logprobs）。")
            yes, no = first.get("是", 0.0), first.get("否", 0.0)
            return yes / (yes + no) if yes + no else 0.5

        found["模型说“是”的概率"] = probability
    return found


def measure(
    groups: Iterable[Group], embedder: Embedder, model: ChatModel | None, folder: Path, most: int = MOST
) -> list[Measured]:
    """Each signal on a sample of each group; the scores are written to `folder`/signals.jsonl."""
    found, lines = [], []
    for group in (sample(g, most) for g in groups):
        for name, signal in signals(group, embedder, model).items():
            scores, seconds = [], []
            for pair in group.pairs:
                started = time.perf_counter()
                scores.append(signal(pair))
                seconds.append(time.perf_counter() - started)
            labels = [pair.supported for pair in group.pairs]
            held = sum(labels)
            value = area(scores, labels)
            found.append(
                Measured(
                    group.label,
                    name,
                    held,
                    len(labels) - held,
                    value,
                    None if value is None else _interval(value, held, len(labels) - held),
                    statistics.median(seconds) if seconds else 0.0,
                )
            )
            lines += [
                {"id": p.id, "group": group.name, "signal": name, "supported": p.supported, "score": round(s, 4)}
                for p, s in zip(group.pairs, scores, strict=True)
            ]
    folder.mkdir(parents=True)
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (folder / "signals.jsonl").write_text(text, encoding="utf-8")
    return found


def area(scores: Sequence[float], supported: Sequence[bool]) -> float | None:
    """The chance that a supported one scores higher than another one; None where one of them is missing."""
    ours = [s for s, label in zip(scores, supported, strict=True) if label]
    others = [s for s, label in zip(scores, supported, strict=True) if not label]
    if not ours or not others:
        return None
    return sum((a > b) + (a == b) / 2 for a in ours for b in others) / (len(ours) * len(others))


def printed(found: Iterable[Measured]) -> str:
    """The table for a terminal."""
    lines = [["组", "信号", "成立", "不成立", "AUC", "95%区间", "每句毫秒"]]
    lines += [
        [
            m.group,
            m.signal,
            str(m.supported),
            str(m.others),
            "—" if m.area is None else f"{m.area:.3f}",
            "" if m.interval is None else f"{m.interval[0]:.3f}–{m.interval[1]:.3f}",
            f"{m.seconds * 1000:.1f}",
        ]
        for m in found
    ]
    return aligned(lines)


def _interval(value: float, held: int, others: int) -> tuple[float, float]:
    q1, q2 = value / (2 - value), 2 * value * value / (1 + value)
    spread = value * (1 - value) + (held - 1) * (q1 - value * value) + (others - 1) * (q2 - value * value)
    error = 1.959964 * math.sqrt(max(0.0, spread) / (held * others))
    return max(0.0, value - error), min(1.0, value + error)
