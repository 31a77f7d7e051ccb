"""What the encoder is taught by: texts with sentences beside them, from our labelled clauses and from reading tests.

CMRC 2018 (Cui et al. 2019) and DRCD (Shao et al. 2018) ask about paragraphs of Wikipedia. A stretch of a paragraph
answers a question whose answer stands in it, and does not answer one about another stretch of the article. The training
half of STARD (Su et al. 2024) has what people ask and the articles of law that answer it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from eval.datasets.dataset import half
from index.chinese.simplified import simplified
from index.settings import ROOT
from training.crossencoder import Labelled, Reading
from training.documents import Asked, LabelledDocument
from training.examples import Example

DATA = ROOT.parent / "shared" / "data"
FILES = ("cmrc2018/cmrc_dev.json", "cmrc2018/cmrc_trial.json", "drcd/drcd_dev.json", "drcd/drcd_test.json")
"""Read where they are, never copied."""
_STRETCH = 260  # characters
_MOST_ASKED = 5
_JOINED = 0.3  # share of the clauses
_OTHERS = 7  # questions that a clause has nothing to do with
_SILENT = 0.6  # of the sentences that answer nothing
_NEAR_ARTICLES = 4
_CLAUSE_FIRST, _NO_HEADING = 0.3, 0.1  # shares of the readings


@dataclass(frozen=True, slots=True)
class _Tested:
    question: str
    answer: str
    start: int


def labelled(example: Example) -> Reading:
    """A clause with all that is labelled beside it."""
    return Reading(
        example.text,
        (
            *(Labelled("supports", text, True) for text in example.true),
            *(Labelled("supports", wrong.text, False, wrong.kind) for wrong in example.false),
            *(Labelled("answers", text, True) for text in example.answers),
            *(Labelled("answers", text, False, "near") for text in example.near_misses),
        ),
    )


def ours(examples: Sequence[Example], seed: int) -> list[Reading]:
    """Our clauses for one epoch, each with a question and a sentence about another clause, and in a form that varies."""
    random = Random(seed)
    found = []
    for example in examples:
        reading = labelled(example)
        question, sentence = (random.choice(texts) for texts in _of_others(example, examples, random))
        share = random.random()
        if share < _CLAUSE_FIRST:
            text = "\n".join([example.clause, example.heading, example.title])
        elif share < _CLAUSE_FIRST + _NO_HEADING:
            text = f"{example.title} {example.clause}"
        else:
            text = reading.text
        other = (Labelled("answers", question, False, "other"), Labelled("supports", sentence, False, "other"))
        found.append(Reading(text, (*reading.sentences, *other)))
    return found


def _of_others(example: Example, examples: Sequence[Example], random: Random) -> Iterator[tuple[str, ...]]:
    for name in ("answers", "true"):
        other = random.choice(examples)
        while other.id == example.id:
            other = random.choice(examples)
        yield getattr(other, name)


def of_documents(labelled: Sequence[LabelledDocument], seed: int) -> list[Reading]:
    """The clauses of whole documents for one epoch and their sentences, each beside the questions that it answers or seems
    to, and others.

    Some clauses are joined with the next one: real clauses are of any length.
    """
    random = Random(seed)
    found = []
    for document in labelled:
        numbers = iter(range(len(document.clauses)))
        for number in numbers:
            held = {number}
            text = document.read(number)
            if random.random() < _JOINED and (after := next(numbers, None)) is not None:
                held.add(after)
                text = f"{text} {document.clauses[after].text}"
            asked = _beside(document, held, random)
            found.append(Reading(text, tuple(Labelled("answers", q.read, bool(held & {*q.answers})) for q in asked)))
            found += [reading for each in sorted(held) for reading in _of_sentences(document, each, random)]
    return found


def _beside(document: LabelledDocument, held: Set[int], random: Random) -> list[Asked]:
    """The questions that clauses of these numbers answer or seem to, and some others."""
    near = [q for q in document.questions if held & {*q.answers, *q.touches}]
    others = [q for q in document.questions if q not in near]
    return [*near, *random.sample(others, min(_OTHERS, len(others)))]


def _of_sentences(document: LabelledDocument, number: int, random: Random) -> Iterator[Reading]:
    """The sentences of a clause that has several, but for some of those that answer nothing."""
    told = document.sentences(number)
    if len(told) < 2:
        return
    near = [q for q in document.questions if number in (*q.answers, *q.touches)]
    for n, sentence in enumerate(told):
        says = [q for q in near if (number, n) in q.sentences]
        if not near or not (says or random.random() < _SILENT):
            continue
        asked = [*near, random.choice(document.questions)]
        yield Reading(
            document.read(number, sentence),
            tuple(Labelled("answers", q.read, (number, n) in q.sentences) for q in asked),
        )


def lay_questions(file: Path = DATA / "stard" / "train_queries.json", seed: int = 1) -> list[Reading]:
    """STARD's questions of its training half beside articles of law that answer them, or others; none without the file."""
    if not file.is_file():
        return []
    random = Random(seed)
    records = json.loads(file.read_text(encoding="utf-8"))
    records = [r for r in records if half(str(r["query_id"])) == "train"]
    answered: dict[str, list[str]] = {}
    for record in records:
        for name, text in record["相关法规"].items():
            answered.setdefault(f"{name} {' '.join(text.split())}", []).append(record["问题"])
    found = []
    for at, (article, questions) in enumerate(answered.items()):
        near = [q for a in [*answered][max(at - _NEAR_ARTICLES, 0) : at + _NEAR_ARTICLES] for q in answered[a]]
        near += [random.choice(records)["问题"] for _ in range(_OTHERS)]
        others = [q for q in dict.fromkeys(near) if q not in questions]
        asked = [(q, True) for q in questions[:_MOST_ASKED]]
        asked += [(q, False) for q in random.sample(others, min(_MOST_ASKED, len(others)))]
        found.append(Reading(article, tuple(Labelled("answers", q, label) for q, label in asked)))
    return found


def reading_tests(folder: Path = DATA, seed: int = 1) -> list[Reading]:
    """The reading tests that are in `folder`; none where it has none."""
    random = Random(seed)
    files = [folder / name for name in FILES]
    return [
        reading
        for file in files
        if file.is_file()
        for article in _articles(json.loads(file.read_text(encoding="utf-8")))
        for reading in _stretches(article, random)
    ]


def _articles(content: Any) -> Iterator[Mapping[str, Any]]:
    yield from content if isinstance(content, list) else content["data"]


def _stretches(article: Mapping[str, Any], random: Random) -> Iterator[Reading]:
    paragraphs = [(simplified(p["context"]), list(_asked(p["qas"]))) for p in article["paragraphs"]]
    title = simplified(article.get("title", ""))
    everything = [asked for _, all_asked in paragraphs for asked in all_asked]
    for text, all_asked in paragraphs:
        for start in range(0, max(len(text), 1), _STRETCH):
            stretch = text[start : start + _STRETCH]
            inside = [a for a in all_asked if start <= a.start < start + len(stretch) and a.answer in stretch]
            if not inside:
                continue
            elsewhere = [a for a in everything if a not in inside and a.answer not in stretch]
            random.shuffle(inside)
            chosen = inside[:_MOST_ASKED]
            others = random.sample(elsewhere, min(len(chosen), len(elsewhere)))
            sentences = (
                *(Labelled("answers", a.question, True) for a in chosen),
                *(Labelled("answers", a.question, False, "other") for a in others),
            )
            yield Reading(f"{title} {stretch}", sentences)


def _asked(rows: Sequence[Mapping[str, Any]]) -> Iterator[_Tested]:
    for row in rows:
        answer = row["answers"][0]
        yield _Tested(simplified(row["question"]), simplified(answer["text"]), answer["answer_start"])
