"""`python -m training fit intent`: the head that tells what a question wants, and how often it is right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from assistant.judge.intent import FITTED, IntentHead, Rows, Understanding, buckets, features
from index.chinese.places import gazetteer
from training.examples import Question, Split

BUCKETS = 4096
_SOFTNESS = {"intent": 10.0, "fields": 30.0, "shape": 30.0, "several": 3.0}  # 1 / L2, chosen on dev
_SEVERAL_BIAS = 0.5  # chosen on dev


@dataclass(frozen=True, slots=True)
class Told:
    """How often the head is right on a split."""

    split: Split
    questions: int
    intent: float
    macro_f1: float
    first_two: float
    fields: float
    shape: float
    shape_macro_f1: float
    several: float
    several_f1: float
    confused: tuple[tuple[str, str, int], ...]


_NOT_OF_A_PLAN = frozenset(("talk", "revise"))
_ONE = ("{a}", "{a}的", "{a}那边", "在{a}，", "《{t}》", "《{t}》里", "{t}", "{t}中，", "{a}")
_TWO = ("{a}和{b}", "{a}、{b}", "{a}跟{b}的", "{a}与{b}，")


def placed(questions: Sequence[Question], titles: Sequence[str], seed: int = 7) -> list[Question]:
    """The training questions once more, each of a place or a document, comparisons of two places.

    People name the place that they ask about; those who wrote the questions mostly did so to compare, which a place
    alone must not mean.
    """
    random = Random(seed)
    places = sorted(gazetteer())
    more = []
    for question in questions:
        if question.split is Split.TRAIN and not question.history and question.intent not in _NOT_OF_A_PLAN:
            a, b = random.sample(places, 2)
            head = random.choice(_TWO if question.intent == "compare" else _ONE)
            more.append(replace(question, text=head.format(a=a, b=b, t=random.choice(titles)) + question.text))
    return more


def fit(questions: Sequence[Question], vectors: Rows, file: Path = FITTED) -> IntentHead:
    """Fit on the train split and write `file`; `vectors` are the questions' embeddings as queries, shape (n, 384)."""
    chosen = [i for i, q in enumerate(questions) if q.split is Split.TRAIN]
    train = [questions[i] for i in chosen]
    held = vectors[chosen]
    texts = [q.text for q in train]
    mean, scale = held.mean(axis=0), held.std(axis=0) + 1e-6
    share = (buckets(texts, BUCKETS) != 0).mean(axis=0)
    idf = np.log(1 / (share + 1 / len(texts)))
    x = features(texts, held, [bool(q.history) for q in train], mean, scale, idf)
    intents = sorted({q.intent for q in train})
    fields = sorted({name for q in train for name in q.fields})
    shapes = sorted({q.shape for q in train})
    parts = [_many(x, [q.intent for q in train], intents, _SOFTNESS["intent"])]
    rows = [n for n, q in enumerate(train) if q.fields]  # which field is asked of the questions that ask for one
    parts += [_one(x[rows], [name in train[n].fields for n in rows], _SOFTNESS["fields"]) for name in fields]
    parts += [_many(x, [q.shape for q in train], shapes, _SOFTNESS["shape"], "balanced")]
    parts += [_one(x, [q.several for q in train], _SOFTNESS["several"])]
    parts[-1][:, -1] += _SEVERAL_BIAS
    weight = np.concatenate([part[:, :-1] for part in parts])
    steps = np.abs(weight).max(axis=1) / 127
    arrays: dict[str, NDArray[np.generic]] = {
        "mean": mean.astype(np.float16),
        "scale": scale.astype(np.float16),
        "idf": idf.astype(np.float16),
        "weight": np.round(weight / steps[:, None]).astype(np.int8),
        "weight_scale": steps.astype(np.float32),
        "bias": np.concatenate([part[:, -1] for part in parts]).astype(np.float32),
        "intents": np.array(intents),
        "fields": np.array(fields),
        "shapes": np.array(shapes),
    }
    np.savez_compressed(file, allow_pickle=False, **arrays)
    return IntentHead.bundled(file)


def _many(x: Rows, labels: Sequence[str], names: Sequence[str], softness: float, weigh: str | None = None) -> Rows:
    """Weights and bias of a regression over several kinds, shape (names, features + 1)."""
    found = LogisticRegression(C=softness, max_iter=3000, class_weight=weigh).fit(x, labels)
    if list(found.classes_) != list(names):
        raise ValueError("每种意图至少要有一个训练问题")
    return np.column_stack([found.coef_, found.intercept_])


def _one(x: Rows, labels: Sequence[bool], softness: float) -> Rows:
    """Weights and bias of a regression of yes and no, shape (1, features + 1)."""
    found = LogisticRegression(C=softness, max_iter=3000, class_weight="balanced").fit(x, labels)
    return np.column_stack([found.coef_, found.intercept_])


def measured(head: IntentHead, questions: Sequence[Question], vectors: Rows, split: Split) -> Told:
    """How often it is right on the questions of a split."""
    chosen = [i for i, q in enumerate(questions) if q.split is split]
    asked = [questions[i] for i in chosen]
    found = head.intents([q.text for q in asked], vectors[chosen], [bool(q.history) for q in asked])
    pairs = list(zip(asked, found, strict=True))
    confused = Counter((q.intent, u.intent) for q, u in pairs if q.intent != u.intent)
    return Told(
        split=split,
        questions=len(pairs),
        intent=_share([q.intent == u.intent for q, u in pairs]),
        macro_f1=float(f1_score([q.intent for q, _ in pairs], [u.intent for _, u in pairs], average="macro")),
        first_two=_share([q.intent in list(u.probabilities)[:2] for q, u in pairs]),
        fields=_fields(pairs),
        shape=_share([q.shape == u.shape for q, u in pairs]),
        shape_macro_f1=float(
            f1_score([q.shape for q, _ in pairs], [u.shape for _, u in pairs], average="macro", zero_division=0)
        ),
        several=_share([q.several == u.several for q, u in pairs]),
        several_f1=float(f1_score([q.several for q, _ in pairs], [u.several for _, u in pairs], zero_division=0)),
        confused=tuple((a, b, n) for (a, b), n in confused.most_common(10)),
    )


def _fields(pairs: Sequence[tuple[Question, Understanding]]) -> float:
    """Micro F1 of the fields, over all questions: most ask for none."""
    both = sum(len({*q.fields} & {*u.fields}) for q, u in pairs)
    all_ = sum(len(q.fields) + len(u.fields) for q, u in pairs)
    return 2 * both / all_ if all_ else 1.0


def _share(right: Sequence[bool]) -> float:
    return sum(right) / len(right) if right else 0.0


OF_CASES = {
    "figure": frozenset({"fact", "figures", "dates"}),
    "text": frozenset({"fact", "how_to", "for_whom", "confirm", "overview", "list", "dates"}),
    "list": frozenset({"list", "figures", "dates", "for_whom"}),
    "lead": frozenset({"lead", "led_by"}),
    "metadata": frozenset({"fields"}),
    "status": frozenset({"fields"}),
    "comparison": frozenset({"compare"}),
}
"""The kinds that a question of a type of `eval/cases` may be taken for without harm."""
