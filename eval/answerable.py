"""`python -m eval answerable`: how well it is told whether the evidence answers, and the fit of what tells it.

Questions that their library answers and questions that it does not, of several sets; of each the signals of
`assistant.verify.answerable`. Weights are fitted on one half of our own questions, each set weighing the same, and judged on
the other half and on the other sets; `--fit` writes them to where the assistant reads them. What the model says is kept
in a file: a run that was stopped goes on, and a change of the checks or the fit asks the chat model nothing.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler

from assistant.evidence.retrieve import as_source
from assistant.pipeline import Assistant
from assistant.question.several import questions
from assistant.settings import Settings
from assistant.types import Signals
from assistant.verify.answerable import FITTED, UNTRIED, Fit, weigh
from assistant.verify.answerable import fitted as shipped
from eval.ask import ask
from eval.cases import CaseError, Expectation, Split
from eval.datasets import DATASETS, NoData
from eval.datasets.dataset import half
from eval.remembered import Remembered
from index.errors import ZhengdaError

FITTED_ON = ("cases", "spoken")
SETS = (*FITTED_ON, "dureader", "rgb", "ncp")
OVER_REFUSALS = (0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3)


@dataclass(frozen=True, slots=True)
class Example:
    """A question of a part of a set, whether its library answers it, and the signals."""

    set: str
    id: str
    split: str
    answerable: bool
    signals: Signals

    @property
    def train(self) -> bool:
        """Whether it is of the half that weights are fitted on: of the spoken questions, those that the rules were made on."""
        if self.set == "spoken":
            return self.split == Split.DEV
        return self.set in FITTED_ON and half(self.id) == "train"


def collect(name: str, limit: int | None, said: Path) -> Iterator[Example]:
    """The examples of a set: single questions for which evidence was weighed.

    The assistant finds the evidence without the model, which is then asked for all that can be weighed and is not in
    the file `said`.
    """
    dataset = DATASETS[name]
    cases = dataset.cases()[:limit]
    settings = dataset.library(Settings(), cases)
    with Assistant(settings) as assistant:
        index = assistant.index
        if assistant.model is None:
            raise CaseError("没有对话模型可问（ZHENGDA_LLM=off）")
        model = Remembered(assistant.model, said)
        quoting = Assistant(settings.model_copy(update={"llm": "off"}), index=index)
        for row in ask(quoting, cases, {}, ()):
            answer = row.answer
            if answer is None or answer.signals is None or len(questions(answer.resolved_question)) > 1:
                continue
            sources = [as_source(index, evidence) for evidence in answer.evidence]
            signals = weigh(answer.signals, model, answer.resolved_question, sources, index.idf, None)
            yield Example(name, row.case.id, row.case.split, row.case.expect is not Expectation.REFUSE, signals)


def fitted(examples: Sequence[Example]) -> Fit:
    """The regression over the signals, in which each set weighs the same, however large it is."""
    counts = Counter(e.set for e in examples)
    names = [field.name for field in fields(Fit) if field.name != "bias"]
    values = np.array([[_value(e.signals, name) for name in names] for e in examples], dtype=float)
    scale = StandardScaler().fit(values).scale_  # so that the regularisation treats the signals alike
    found = LogisticRegression(max_iter=1000).fit(
        values / scale,
        [e.answerable for e in examples],
        sample_weight=[len(examples) / len(counts) / counts[e.set] for e in examples],
    )
    weights = {name: round(float(weight), 3) for name, weight in zip(names, found.coef_[0] / scale, strict=True)}
    return Fit(bias=round(float(found.intercept_[0]), 3), **weights)


def _value(found: Signals, name: str) -> float:
    return UNTRIED if (value := getattr(found, name)) is None else float(value)


def printed(fit: Fit, examples: Sequence[Example], least: float) -> str:
    """How well it ranks and what it decides at `least`, set by set, as a Markdown table."""
    rows = [
        ["题集", "有答案/没有", "AUC", "拒对", "误拒", *(f"误拒 {over:.0%} 时拒对" for over in OVER_REFUSALS)],
        ["---"] * (5 + len(OVER_REFUSALS)),
    ]
    for name in dict.fromkeys(e.set for e in examples):
        yes, no = (
            np.array([fit.probability(e.signals) for e in examples if e.set == name and e.answerable is kind])
            for kind in (True, False)
        )
        row = [name, f"{len(yes)}/{len(no)}", "—", "—", f"{np.mean(yes < least):.3f}"]
        if len(no):
            truth = [True] * len(yes) + [False] * len(no)
            row[2:4] = f"{roc_auc_score(truth, [*yes, *no]):.3f}", f"{np.mean(no < least):.3f}"
            row += (f"{np.mean(no < np.quantile(yes, over)):.3f}" for over in OVER_REFUSALS)
        rows.append(row)
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `python -m eval answerable`."""
    parser.add_argument("--sets", nargs="+", choices=SETS, default=SETS, help="从哪些题集取例子")
    parser.add_argument("--limit", type=int, metavar="N", help="每个题集只取前 N 题")
    parser.add_argument(
        "--said",
        type=Path,
        metavar="FILE",
        default=Path("runs/said.jsonl"),
        help="模型说过的话存在哪里，已有的不再问",
    )
    parser.add_argument("--fit", action="store_true", help="把拟合的权重写进 assistant/answerable.json")


def main(options: argparse.Namespace) -> int:
    """Collect what is missing, fit, print; 0, or 2 if a set cannot be asked or there is nothing to fit on."""
    examples: list[Example] = []
    try:
        for name in options.sets:
            for example in collect(name, options.limit, options.said):
                examples.append(example)
                print(f"[{len(examples)}] {name} {example.id}", file=sys.stderr)
    except (CaseError, NoData, ZhengdaError) as error:
        print(error, file=sys.stderr)
        return 2
    told = [e for e in examples if e.signals.model is not None]
    train, test = ([e for e in told if e.train is part] for part in (True, False))
    fit = fitted(train) if len({e.answerable for e in train}) == 2 else None
    for label, each in (("随附的", shipped()), ("这次拟合的", fit)):
        if each:
            print(label, json.dumps(asdict(each)))
            print(printed(each, test, Settings().least_probability))
    if options.fit and fit is None:
        print(f"没有可拟合的例子，请连同 {'、'.join(FITTED_ON)} 一起取。", file=sys.stderr)
        return 2
    if fit and options.fit:
        FITTED.write_text(json.dumps(asdict(fit), indent=1) + "\n", encoding="utf-8")
    return 0
