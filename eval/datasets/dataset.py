"""What a data set is: its questions, how its library comes to be indexed, and by which metrics it is judged."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from zlib import crc32

from assistant.settings import Settings
from eval.ask import Row
from eval.cases import Case, CaseError
from eval.metrics import Metric
from index.settings import ROOT

ALL = "all"
DATA = ROOT.parent / "shared" / "data"
HALVES = ("train", "test")


class NoData(LookupError):
    """The files of a data set are not there; the message says where they should be."""


def _of_settings(settings: Settings, cases: Sequence[Case]) -> Settings:
    return settings


def _no_notes(rows: Sequence[Row]) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Dataset:
    """A set of questions with gold.

    `cases` reads them all; it raises NoData, or CaseError where a file is not as it should be. `library` puts the
    documents of the chosen ones where they can be indexed and gives the settings that do so; its default is the texts
    of the settings. The assistant is asked, unless `rank` measures retrieval alone, which may give several rows a case.

    `types` are the Chinese names of the types of question. `decides` is the name of the metric, 0 or 1 for a case, by
    which two runs are compared, `perfect` what a row without fault has in the metrics that it names. `pooled` is the
    type whose rows make the overall figures, where those of all rows mean nothing. `notes` are remarks on a run.
    """

    name: str
    label: str
    cases: Callable[[], tuple[Case, ...]]
    metrics: tuple[Metric[Any], ...]
    types: Mapping[str, str]
    decides: str
    splits: tuple[str, ...] = HALVES
    split: str = ALL
    library: Callable[[Settings, Sequence[Case]], Settings] = _of_settings
    rank: Callable[[Settings, Sequence[Case]], Iterator[Row]] | None = None
    rows_per_case: int = 1
    perfect: Mapping[str, float] = field(default_factory=dict)
    pooled: str | None = None
    notes: Callable[[Sequence[Row]], tuple[str, ...]] = _no_notes

    @property
    def of_plans(self) -> bool:
        """Whether the questions are about the texts of the settings, and name clauses of theirs."""
        return self.library is _of_settings

    def right(self, row: Mapping[str, Any]) -> bool:
        """Whether a row, in the form of `rows.jsonl`, is without fault."""
        wanted = self.perfect or {self.decides: 1.0}
        return row["error"] is None and all(row["scores"].get(name) in (None, value) for name, value in wanted.items())


def without_targets(*metrics: Metric[Any]) -> tuple[Metric[Any], ...]:
    """The metrics without the targets, which are for our own cases."""
    return tuple(replace(metric, target=None) for metric in metrics)


def data(*names: str) -> Path:
    """The file or folder of that path below the data; raises NoData where it is not."""
    path = DATA.joinpath(*names)
    if not path.exists():
        place = Path("..", "shared", "data", *names)
        raise NoData(f"没有数据 {place}（从项目文件夹算起），这个题集不能评测。")
    return path


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a file of JSON lines; raises CaseError naming the line that is none."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except ValueError as error:
            raise CaseError(f"{path.name} 第 {number} 行不是 JSON：{error}") from error
        yield value


def half(name: str) -> str:
    """`train` or `test`, the same in every run: for sets that have no parts of their own, by a hash of the id."""
    return HALVES[crc32(name.encode()) % 2]


def document_id(text: str) -> str:
    """The id that the index gives to a file of that text (see `index.readers.files`)."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def library(name: str, texts: Iterable[str], settings: Settings) -> Settings:
    """Settings with those texts as library: one file each, word for word, in a folder beside the index.

    What is there already is kept, so that nothing need be embedded twice; what does not belong there is removed.
    """
    folder = settings.index_dir.with_name(f"eval-{name}")
    docs = folder / "docs"
    docs.mkdir(parents=True, exist_ok=True)
    wanted = {f"{document_id(text)}.txt": text for text in texts}
    for path in docs.iterdir():
        if path.name not in wanted:
            path.unlink()
    for file, text in wanted.items():
        path = docs / file
        if not path.is_file() or path.read_bytes() != text.encode():
            path.write_bytes(text.encode())
    return settings.model_copy(update={"docs": docs, "index_dir": folder / "index"})
