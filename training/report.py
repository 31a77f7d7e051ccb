"""`python -m training report`: how good each score is on dev and on the test half that nobody has read."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from assistant.judge.intent import IntentHead
from assistant.judge.judge import Statement
from assistant.judge.learned import LearnedJudge, read
from eval import detection as metrics
from eval.checker import drafts, ocnli, swaps
from eval.checker.pairs import Half, Pair
from eval.report import aligned
from index.settings import IndexSettings
from training import intent
from training.documents import documents
from training.examples import Example, Split, examples, questions
from training.ranked import ranked

_TIMED = 40
_CHECKED_OF_A_SET = 400


@dataclass(frozen=True, slots=True)
class Judged:
    """Scores of one head on one split: probabilities, labels, in which way each is wrong, seconds a call."""

    head: str
    split: str
    probabilities: metrics.Scores
    labels: metrics.Labels
    kinds: tuple[str, ...]
    seconds: float


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `python -m training report`."""
    parser.add_argument(
        "--checker", action="store_true", help="另在 eval/checker 的草稿（半 b）和 OCNLI 政府句对上测（几分钟）"
    )


def main(options: argparse.Namespace) -> int:
    """Print everything that can be measured."""
    settings = IndexSettings()
    print(_intents(settings), end="\n\n")
    judge = LearnedJudge.bundled(settings.cache_dir)
    labelled = examples()
    for head in ("supports", "answers"):
        dev, test = (
            judged(judge, head, split, [e for e in labelled if e.split is split]) for split in (Split.DEV, Split.TEST)
        )
        print(table(dev, test), end="\n\n")
    for split in (Split.DEV, Split.TEST):
        print(split, ranked(partial(judge.odds, "answers"), [d for d in documents() if d.split is split]))
    if options.checker:
        print(_checked(judge))
    return 0


def judged(judge: LearnedJudge, head: str, split: str, labelled: Sequence[Example]) -> Judged:
    """The head's probabilities for all that is labelled beside these clauses."""
    scores: list[float] = []
    labels: list[bool] = []
    kinds: list[str] = []
    for example in labelled:
        told = list(sentences(example, head))
        (odds,) = judge.odds(head, [(example.text, [text for text, _, _ in told])])
        scores += (1 / (1 + np.exp(-np.array(odds)))).tolist()
        labels += [label for _, label, _ in told]
        kinds += [kind for _, _, kind in told]
    seconds = []
    for example in labelled[:_TIMED]:
        begun = time.perf_counter()
        judge.odds(head, [(example.text, [example.true[0]])])
        seconds.append(time.perf_counter() - begun)
    middle = float(np.median(seconds)) if seconds else 0.0
    return Judged(head, split, np.array(scores), np.array(labels, dtype=bool), tuple(kinds), middle)


def sentences(example: Example, head: str) -> Iterator[tuple[str, bool, str]]:
    """What is labelled for the head: text, whether it is so, in which way it is wrong."""
    if head == "supports":
        yield from ((text, True, "") for text in example.true)
        yield from ((wrong.text, False, wrong.kind) for wrong in example.false)
    else:
        yield from ((text, True, "") for text in example.answers)
        yield from ((text, False, "near") for text in example.near_misses)


def table(dev: Judged, test: Judged) -> str:
    """Both splits in one table, thresholds chosen on dev; then the test half's errors by kind."""
    rows = [["", *(f"{j.head} {j.split}" for j in (dev, test))]]

    def row(name: str, value: Callable[[Judged], str]) -> None:
        rows.append([name, value(dev), value(test)])

    row("真/假", lambda j: f"{j.labels.sum()}/{(~j.labels).sum()}")
    row("AUC", lambda j: f"{metrics.auc(j.probabilities, j.labels):.3f}")
    for over in metrics.OVER_REFUSALS:
        row(
            f"误删真的 {over:.0%} 时拒对",
            lambda j, over=over: f"{metrics.rejection(j.probabilities, j.labels, over):.3f}",  # type: ignore[misc]
        )
    for shown in metrics.FALSE_SHOWN:
        least = metrics.threshold(dev.probabilities, dev.labels, shown)
        row(f"阈值 {least:.3f}（dev 放行假的 {shown:.0%}）", lambda j, least=least: _at(j, least))  # type: ignore[misc]
    row("阈值 0.5", lambda j: _at(j, 0.5))
    row("校准误差", lambda j: f"{metrics.calibration_error(j.probabilities, j.labels):.3f}")
    row("每次用时", lambda j: f"{j.seconds * 1000:.0f} 毫秒")
    lines = [aligned(rows)]
    if dev.head == "supports":
        least = metrics.threshold(dev.probabilities, dev.labels, metrics.FALSE_SHOWN[-1])
        lines.append("test 各类假句放行：" + "，".join(_kinds(test, least)))
    return "\n".join(lines)


def _at(judged: Judged, least: float) -> str:
    found = metrics.at(judged.probabilities, judged.labels, least)
    low, high = metrics.interval(judged.probabilities[judged.labels] < least)
    return f"删真 {found.dropped:.3f}（{low:.2f}–{high:.2f}）放假 {found.shown:.3f}"


def _kinds(judged: Judged, least: float) -> Iterator[str]:
    for kind in sorted({k for k in judged.kinds if k}):
        chosen = np.array([k == kind for k in judged.kinds])
        yield f"{kind} {(judged.probabilities[chosen] >= least).mean():.2f}（{chosen.sum()}）"


def _intents(settings: IndexSettings) -> str:
    asked = questions()
    vectors = settings.embedder().embed_queries([q.text for q in asked])
    head = IntentHead.bundled()
    rows = [["", "问题", "意图", "宏 F1", "前二", "字段 F1", "形式", "形式宏 F1", "多问", "多问 F1"]]
    confused = ""
    for split in (Split.DEV, Split.TEST):
        told = intent.measured(head, asked, vectors, split)
        values = (
            told.intent,
            told.macro_f1,
            told.first_two,
            told.fields,
            told.shape,
            told.shape_macro_f1,
            told.several,
            told.several_f1,
        )
        rows.append([split.value, str(told.questions), *(f"{value:.3f}" for value in values)])
        confused = "，".join(f"{a}→{b} {n}" for a, b, n in told.confused)
    return f"{aligned(rows)}\ntest 最常混的：{confused}"


def _checked(judge: LearnedJudge) -> str:
    """The `supports` score on the checker's own pairs; no threshold is chosen there."""
    rows = [["", "真/假", "AUC", "阈值 0.5"]]
    for name, pairs in _pairs():
        if not pairs:
            continue
        statements = [Statement(p.sentence, tuple(read(source) for source in p.sources)) for p in pairs]
        scores = np.array(judge.supports("", statements), dtype=float)
        labels = np.array([p.supported for p in pairs])
        both = Judged("supports", name, scores, labels, (), 0.0)
        rows.append([name, f"{labels.sum()}/{(~labels).sum()}", f"{metrics.auc(scores, labels):.3f}", _at(both, 0.5)])
    return aligned(rows)


def _pairs() -> Iterator[tuple[str, list[Pair]]]:
    yield "草稿 半b", [p for p in drafts.load().pairs if p.half is Half.B]
    gov = ocnli.load().pairs
    yield "OCNLI 蕴含/矛盾", [p for p in gov if p.supported or p.kind == ocnli.CONTRADICTION][:_CHECKED_OF_A_SET]
    yield "OCNLI 蕴含/中立", [p for p in gov if p.kind != ocnli.CONTRADICTION][:_CHECKED_OF_A_SET]
    made = [p for p in swaps.load(20).pairs if p.half is Half.B]
    yield "换写/换一处 半b", made[:_CHECKED_OF_A_SET]
