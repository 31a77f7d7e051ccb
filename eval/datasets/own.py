"""Our own questions about the plans: `cases`, `dialogues` and `comparisons`, on which the rules were made, and `held_out`,
written by others unseen; `spoken` in the words of people who have not read the plans, of which `test` was not read either, and `several`,
two or three questions in one, likewise.

`ci` is the part of `cases` that is asked of the digests with every change: few enough to wait for, some of each type.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from zlib import crc32

from eval import cases as case_file
from eval.cases import Case, Split, Type
from eval.datasets.dataset import Dataset
from eval.metrics import METRICS

_TYPES = {kind.value: kind.label for kind in Type}
_PERFECT = {"all_facts": 1.0, "over_refusal": 0.0, "refusal_recall": 1.0, "wrong_plan": 0.0, "unsupported": 0.0}
_SPLITS = tuple(part.value for part in Split)

_OF_EACH_TYPE = 4


def ci(cases: Sequence[Case]) -> tuple[Case, ...]:
    """Four cases of each type, in their order: those whose ids hash lowest, so that a new case changes little."""
    chosen = {
        case.id
        for kind in Type
        for case in sorted((c for c in cases if c.type == kind), key=lambda c: crc32(c.id.encode()))[:_OF_EACH_TYPE]
    }
    return tuple(case for case in cases if case.id in chosen)


def own(name: str, label: str, path: Path) -> Dataset:
    """The set of that file of cases."""
    return Dataset(
        name=name,
        label=label,
        cases=lambda: case_file.load(path),
        metrics=METRICS,
        types=_TYPES,
        decides="all_facts",
        splits=_SPLITS,
        perfect=_PERFECT,
    )


CASES = own("cases", "自己的题", case_file.FILE)
SETS = (
    CASES,
    own("dialogues", "多轮对话", case_file.FILE.with_name("dialogues.jsonl")),
    own("comparisons", "比较", case_file.COMPARISONS),
    own("held_out", "没见过的题", case_file.HELD_OUT),
    own("spoken", "口语的题", case_file.SPOKEN),
    own("several", "几问一起的题", case_file.SEVERAL),
)
SUBSETS = {"ci": ci}
