"""What the encoder is taught by: texts with sentences beside them, from our labelled clauses and from reading tests.

CMRC 2018 (Cui et al. 2019) and DRCD (Shao et al. 2018) ask about paragraphs of Wikipedia. A stretch of a paragraph
answers a question whose answer stands in it, and does not answer one about another stretch of the article. A question
with its answer is a statement that follows from the stretch; with another question's answer it does not.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from assistant.judge.intent import INTENTS
from index.chinese.simplified import simplified
from index.settings import ROOT
from training.crossencoder import KIND, Labelled, Reading
from training.examples import Example, Question

DATA = ROOT.parent / "shared" / "data"
FILES = ("cmrc2018/cmrc_dev.json", "cmrc2018/cmrc_trial.json", "drcd/drcd_dev.json", "drcd/drcd_test.json")
"""Read where they are, never copied."""
_STRETCH = 260  # characters
_MOST_ASKED = 5
_PACKED = 12  # questions in a row; none sees another
_OTHERWISE = 0.5
_CLAUSE_FIRST, _NO_HEADING = 0.3, 0.1  # shares of the readings


@dataclass(frozen=True, slots=True)
class _Asked:
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


def asked(questions: Sequence[Question], also: Sequence[Question], seed: int) -> list[Reading]:
    """Questions with their intents for one epoch; half of those that `also` words otherwise are worded so."""
    random = Random(seed)
    otherwise = {question.id: question for question in also}
    chosen = [otherwise.get(q.id, q) if random.random() < _OTHERWISE else q for q in questions]
    random.shuffle(chosen)
    first = [intended(q) for q in chosen if not q.history]
    packs = [first[at : at + _PACKED] for at in range(0, len(first), _PACKED)]
    after = [Reading(before(q), (intended(q),)) for q in chosen if q.history]
    return [*(Reading("", tuple(pack)) for pack in packs), *after]


def intended(question: Question) -> Labelled:
    """A question with its intent."""
    return Labelled(KIND, question.text, INTENTS.index(question.intent), question.intent)


def before(question: Question) -> str:
    """What the person asked last before this question, "" if nothing."""
    return next((turn.content for turn in reversed(question.history) if turn.role == "user"), "")


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
            sentences = [
                *(Labelled("answers", a.question, True) for a in chosen),
                *(Labelled("answers", a.question, False, "other") for a in others),
            ]
            for asked in chosen:
                wrong = _wrong(asked, inside, stretch, random)
                sentences.append(Labelled("supports", f"{asked.question}{asked.answer}。", True))
                if wrong:
                    sentences.append(Labelled("supports", f"{asked.question}{wrong}。", False, "object"))
            yield Reading(f"{title} {stretch}", tuple(sentences))


def _wrong(asked: _Asked, inside: Sequence[_Asked], stretch: str, random: Random) -> str:
    """Another answer of the stretch, of like length if there is one; "" where there is none."""
    others = {a.answer for a in inside if a.answer not in asked.answer and asked.answer not in a.answer}
    if not others:
        at = random.randrange(max(len(stretch) - len(asked.answer), 1))
        cut = stretch[at : at + len(asked.answer)]
        return "" if asked.answer in cut else cut
    return min(sorted(others), key=lambda other: (abs(len(other) - len(asked.answer)), other))


def _asked(rows: Sequence[Mapping[str, Any]]) -> Iterator[_Asked]:
    for row in rows:
        answer = row["answers"][0]
        yield _Asked(simplified(row["question"]), simplified(answer["text"]), answer["answer_start"])
