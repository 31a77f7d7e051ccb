"""How good a score finds, in whole documents, the clauses and sentences that answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from eval import detection
from training.documents import LabelledDocument

Odds = Callable[[Sequence[tuple[str, Sequence[str]]]], list[list[float]]]
"""Texts, each with the questions beside it, to the log-odds that it answers each."""
_FIRST = 5


@dataclass(frozen=True, slots=True)
class Ranked:
    """How the clauses of whole documents are ranked, and the sentences of those that answer.

    `first` is the share of questions with an answering clause first, `found` of the answering clauses that are among the
    first five, `auc` that of the best clause's score as a sign that there is an answer, `sentences` that of the sentences
    of an answering clause.
    """

    first: float
    found: float
    auc: float
    sentences: float

    def __str__(self) -> str:
        return f"文件内 首条 {self.first:.3f}，前五 {self.found:.3f}，有无答案 AUC {self.auc:.3f}，句 AUC {self.sentences:.3f}"


def ranked(odds: Odds, labelled: Sequence[LabelledDocument]) -> Ranked:
    """The clauses of each document ranked for each of its questions, and the sentences of the answering ones."""
    first, found, best, has = [], [], [], []
    told, so = list[float](), list[bool]()
    for document in labelled:
        asked = [q.read for q in document.questions]
        clauses = np.array(odds([(document.read(n), asked) for n in range(len(document.clauses))]))
        for question, column in zip(document.questions, clauses.T, strict=True):
            best.append(float(column.max()))
            has.append(bool(question.answers))
            if question.answers:
                order = np.argsort(-column).tolist()
                first.append(order[0] in question.answers)
                found.append(np.mean([n in order[:_FIRST] for n in question.answers]))
        for n in range(len(document.clauses)):
            near = [q for q in document.questions if n in q.answers]
            alone = odds(
                [(document.read(n, text), [q.read for q in near]) for text in document.sentences(n)] if near else []
            )
            for k, row in enumerate(alone):
                told += row
                so += [(n, k) in q.sentences for q in near]
    sentences = detection.auc(np.array(told), np.array(so))
    return Ranked(float(np.mean(first)), float(np.mean(found)), detection.auc(np.array(best), np.array(has)), sentences)
