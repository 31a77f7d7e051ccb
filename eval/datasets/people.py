"""What people ask: 333 questions over 58 documents in ten small folders, written by people who had not seen the program.

In the manner of a civil servant, an enterprise's clerk, a citizen and a researcher; split by document, so that `test` has
documents of its own, and was read by nobody. Each question is asked of its own folder. The documents lie in the shared
data (`cases/people/libraries.json` says where); none is copied here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any

from assistant.settings import Settings
from eval import cases as case_file
from eval.cases import Case, CaseError, Expectation
from eval.datasets.dataset import Dataset, data, lines, without_targets
from eval.metrics import all_facts, facts, over_refusal, refusal_recall, unsupported, wrong_document

FOLDER = case_file.FILE.with_name("people")
SPLITS = ("dev", "test")
_TYPES = {
    "open": "开放",
    "fact": "事实",
    "compare": "比较",
    "followup": "追问",
    "unanswerable": "无答案",
    "premise": "错误前提",
    "messy": "杂乱",
}
_KEYS = {"id", "library", "persona", "type", "question", "expect", "facts", "evidence"}


def cases() -> tuple[Case, ...]:
    """All questions, `dev` before `test`; raises NoData where the documents are not there."""
    return tuple(_case(record, split) for split in SPLITS for record in _records(split))


def documents(settings: Settings, chosen: Sequence[Case]) -> Settings:
    """All documents in one library, whichever questions were chosen; each question names those that it is asked of."""
    folder = settings.index_dir.with_name(f"eval-{DATASET.name}")
    docs = folder / "docs"
    docs.mkdir(parents=True, exist_ok=True)
    wanted = {
        f"{_id(content)}{suffix}": content for files in libraries().values() for suffix, content in files.values()
    }
    for path in docs.iterdir():
        if path.name not in wanted:
            path.unlink()
    for name, content in wanted.items():
        path = docs / name
        if not path.is_file() or path.read_bytes() != content:
            path.write_bytes(content)
    return settings.model_copy(update={"docs": docs, "index_dir": folder / "index"})


@cache
def libraries() -> Mapping[str, Mapping[str, tuple[str, bytes]]]:
    """Each folder's documents by their names: the suffix of the file and its bytes. Raises NoData."""
    form = json.loads((FOLDER / "libraries.json").read_text(encoding="utf-8"))
    return MappingProxyType(
        {
            library: MappingProxyType({name: _file(source) for name, source in entry["documents"].items()})
            for library, entry in form.items()
        }
    )


def _file(source: str) -> tuple[str, bytes]:
    kind, _, name = source.partition("/")
    if kind == "ncp":
        return ".txt", _ncp()[name].encode()
    path = data("..", source) if kind == "plans" else data(source)
    return path.suffix, path.read_bytes()


@cache
def _ncp() -> Mapping[str, str]:
    paths = [data("ncp", f"{part}.json") for part in ("train", "dev")]
    return {record["docid"]: record["context"] for path in paths for record in lines(path)}


def _records(split: str) -> list[dict[str, Any]]:
    path = FOLDER / f"{split}.jsonl"
    records = list(lines(path))
    for record in records:
        if missing := _KEYS - set(record):
            raise CaseError(f"{path.name}：{record.get('id')} 缺少 {'、'.join(sorted(missing))}")
    return records


def _case(record: Mapping[str, Any], split: str) -> Case:
    files = libraries()[record["library"]]
    return Case(
        id=record["id"],
        type=record["type"],
        split=split,
        question=record["question"],
        expect=Expectation(record["expect"]),
        history=tuple(record.get("history", ())),
        facts=tuple(map(tuple, record["facts"])),
        least_facts=record.get("least_facts"),
        documents=tuple(_id(content) for _, content in files.values()),
        sources=tuple(dict.fromkeys(_id(files[e["document"]][1]) for e in record["evidence"])),
    )


def _id(content: bytes) -> str:
    """The id that the index gives to a file of these bytes (see `index.readers.files`)."""
    return hashlib.sha256(content).hexdigest()[:16]


DATASET = Dataset(
    name="people",
    label="人们怎么问",
    cases=cases,
    metrics=without_targets(
        all_facts.METRIC,
        facts.METRIC,
        over_refusal.METRIC,
        refusal_recall.METRIC,
        wrong_document.METRIC,
        unsupported.METRIC,
    ),
    types=_TYPES,
    decides=all_facts.METRIC.name,
    splits=SPLITS,
    split="dev",
    library=documents,
    perfect={"all_facts": 1.0, "over_refusal": 0.0, "refusal_recall": 1.0},
)
