"""One snapshot of the index: an immutable folder, and the pointer CURRENT that names the one in use.

A generation holds `chroma/` (unless its vectors are on a Chroma server), `keyword/` (words of the rows), `clauses/` (pairs of characters of the clauses), `documents.json` (documents with their passages), `facts.json` (what was
extracted from the clauses) and `manifest.json`. Its name is a hash of all that it was made from, so that building twice
from the same files and model is one and the same snapshot.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zlib import crc32

from index.chinese.simplified import is_traditional, simplified
from index.chinese.simplified import rules as simplified_rules
from index.chinese.words import vocabulary
from index.errors import ZhengdaError
from index.facts import extract
from index.facts.extract import Facts
from index.types import (
    Document,
    Ended,
    Kind,
    Mark,
    MarkReason,
    Newer,
    Passage,
    Period,
    Plan,
    Role,
    Span,
    Status,
    Validity,
)

FORMAT = 10
_FACTS = "facts.json"


class NoIndex(ZhengdaError, RuntimeError):
    """There is no usable index; the message says which command builds one."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot was made from and how much it holds, for checking it when it is opened.

    `model` and `facts` name the embedding model and the rules by which facts were extracted.
    `files` has the SHA-256 of each file of it but Chroma's, which change by being read.
    """

    format: int
    model: str
    documents: int
    passages: int
    rows: int
    built: str
    facts: str
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Row:
    """What is embedded and searched: one sentence, in the words `text`: plan, headings, sentence."""

    id: str
    document: Document
    passage: Passage
    span: Span
    text: str


def rows(plans: Sequence[Plan]) -> Iterator[Row]:
    """The rows of `plans`, in order, of the sentences that have words. A row's id changes with the file's bytes and with
    `text`, so it names one vector.

    The text of a row of a traditional document is its simplified form, so that it is found by simplified words.
    """
    for plan in plans:
        traditional = is_traditional(plan.document.text)
        for passage in plan.passages:
            for n, span in enumerate(passage.sentences):
                sentence = plan.document.words(span.start, span.end).strip()
                if not any(map(str.isalnum, sentence)):
                    continue
                context = " ".join(h for h in passage.headings if h not in sentence)
                text = f"{plan.document.title} {context}\n{sentence}"
                text = simplified(text) if traditional else text
                yield Row(f"{passage.id}:{n}:{crc32(text.encode()):08x}", plan.document, passage, span, text)


def clauses(rows: Sequence[Row]) -> list[list[int]]:
    """The rows of each clause (`Passage.clause`), by number, in order."""
    held: dict[tuple[str, str], list[int]] = {}
    for n, row in enumerate(rows):
        held.setdefault(row.passage.clause, []).append(n)
    return list(held.values())


def clause_text(rows: Sequence[Row]) -> str:
    """What is searched of the clause that these rows are: plan, headings, and all its sentences."""
    context = rows[0].text.partition("\n")[0]
    return f"{context}\n{''.join(row.text.partition(chr(10))[2] for row in rows)}"


def name(plans: Sequence[Plan], model: str, on_server: bool = False) -> str:
    """The snapshot's name: 16 hex digits over format, model, where the vectors are, and all that was read from the texts."""
    made_from = [
        *(["server"] if on_server else []),
        str(FORMAT),
        model,
        vocabulary(),
        simplified_rules(),
        extract.rules(),
        *map(_as_text, plans),
    ]
    return hashlib.sha256("\n".join(made_from).encode()).hexdigest()[:16]


def folder(index_dir: Path, snapshot: str) -> Path:
    """Where the snapshot of that name lies."""
    return index_dir / "generations" / snapshot


def current(index_dir: Path) -> Path | None:
    """The folder of the snapshot in use."""
    pointer = index_dir / "CURRENT"
    if not pointer.is_file():
        return None
    path = folder(index_dir, pointer.read_text(encoding="utf-8").strip())
    return path if (path / "manifest.json").is_file() else None


def point_to(index_dir: Path, generation: str) -> None:
    """Put the snapshot in use, atomically."""
    aside = index_dir / "CURRENT.new"
    aside.write_text(generation, encoding="utf-8")
    aside.replace(index_dir / "CURRENT")


def write(path: Path, plans: Sequence[Plan], facts: Mapping[str, Facts], manifest: Manifest) -> None:
    """Write documents, facts by document id, and manifest; that last, since a folder without one is unfinished."""
    (path / "documents.json").write_text(f"[{','.join(map(_as_text, plans))}]", encoding="utf-8")
    forms = {document_id: extract.to_json(found) for document_id, found in facts.items()}
    (path / _FACTS).write_text(json.dumps(forms, ensure_ascii=False), encoding="utf-8")
    kept = sorted(
        p
        for p in [*path.glob("*.json"), *path.glob("keyword/*"), *path.glob("clauses/*")]
        if not p.name.startswith("manifest")
    )
    manifest = replace(manifest, files={p.relative_to(path).as_posix(): _digest(p) for p in kept})
    aside = path / "manifest.json.new"
    aside.write_text(json.dumps(asdict(manifest), ensure_ascii=False, indent=1), encoding="utf-8")
    aside.replace(path / "manifest.json")


def read(path: Path) -> tuple[Manifest, tuple[Plan, ...]]:
    """Manifest and plans of the snapshot at `path`; raises NoIndex if it cannot be read by this version."""
    try:
        manifest = Manifest(**json.loads((path / "manifest.json").read_text(encoding="utf-8")))
        if manifest.format != FORMAT:
            raise NoIndex("索引是另一版本的程序建的。请运行 python -m index build 重建。")
        for file in manifest.files:
            if file != _FACTS:
                _verify(path, manifest, file)
        plans = tuple(_from_json(p) for p in json.loads((path / "documents.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise NoIndex(f"索引已损坏（{type(error).__name__}）。请运行 python -m index build 重建。") from error
    return manifest, plans


def read_facts(path: Path) -> dict[str, Facts]:
    """The facts of the snapshot at `path` by document id; raises NoIndex if they are damaged."""
    try:
        manifest = Manifest(**json.loads((path / "manifest.json").read_text(encoding="utf-8")))
        if _FACTS in manifest.files:
            _verify(path, manifest, _FACTS)
        forms = json.loads((path / _FACTS).read_text(encoding="utf-8"))
        return {document_id: extract.from_json(form) for document_id, form in forms.items()}
    except (OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
        raise NoIndex(f"索引已损坏（{type(error).__name__}）。请运行 python -m index build 重建。") from error


def model_of(path: Path) -> str | None:
    """Fingerprint of the model that made the vectors of the snapshot at `path`, whatever its format; None if unknown."""
    try:
        model = json.loads((path / "manifest.json").read_text(encoding="utf-8"))["model"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return model if isinstance(model, str) else None


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _verify(path: Path, manifest: Manifest, file: str) -> None:
    if _digest(path / file) != manifest.files[file]:
        raise NoIndex(f"索引已损坏（{file} 与建成时不同）。请运行 python -m index build 重建。")


def _as_text(plan: Plan) -> str:
    return json.dumps(_to_json(plan), ensure_ascii=False)


def _to_json(plan: Plan) -> dict[str, Any]:
    d = _document_json(plan.document)
    d["passages"] = [
        [p.address, list(p.headings), p.start, p.end, [[s.start, s.end] for s in p.sentences], p.role.value]
        for p in plan.passages
    ]
    return d


def _document_json(d: Document) -> dict[str, Any]:
    return {
        "id": d.id,
        "source": d.source,
        "text": d.text,
        "title": d.title,
        "number": d.number,
        "issuer": d.issuer,
        "addressees": d.addressees,
        "region": d.region,
        "issued": d.issued and d.issued.isoformat(),
        "published": d.published and d.published.isoformat(),
        "period": d.period and [d.period.first_year, d.period.last_year],
        "kind": d.kind and d.kind.value,
        "stated": d.stated and _validity_json(d.stated),
        "until": d.until and d.until.isoformat(),
        "about": d.about,
        "digest": d.digest,
        "marks": [[mark.span.start, mark.span.end, mark.reason.value] for mark in d.marks],
        "ended": d.ended
        and [d.ended.by, *_validity_json(d.ended.validity), d.ended.since and d.ended.since.isoformat()],
        "newer": d.newer and [d.newer.document_id, d.newer.title],
        "read_at": {name: [s.start, s.end] for name, s in d.read_at.items()},
    }


def _validity_json(validity: Validity) -> list[str]:
    return [validity.status.value, validity.basis]


def _ended(by: str, status: str, basis: str, since: str | None) -> Ended:
    return Ended(by, Validity(Status(status), basis), date.fromisoformat(since) if since else None)


def _from_json(d: dict[str, Any]) -> Plan:
    passages = d.pop("passages")
    d["issued"] = d["issued"] and date.fromisoformat(d["issued"])
    d["published"] = d["published"] and date.fromisoformat(d["published"])
    d["period"] = d["period"] and Period(*d["period"])
    d["kind"] = d["kind"] and Kind(d["kind"])
    d["stated"] = d["stated"] and Validity(Status(d["stated"][0]), d["stated"][1])
    d["until"] = d["until"] and date.fromisoformat(d["until"])
    d["marks"] = tuple(Mark(Span(start, end), MarkReason(reason)) for start, end, reason in d["marks"])
    d["ended"] = d["ended"] and _ended(*d["ended"])
    d["newer"] = d["newer"] and Newer(*d["newer"])
    d["read_at"] = MappingProxyType({name: Span(*s) for name, s in d["read_at"].items()})
    document = Document(**d)
    return Plan(
        document,
        tuple(
            Passage(document.id, address, tuple(headings), start, end, tuple(Span(*s) for s in spans), Role(role))
            for address, headings, start, end, spans, role in passages
        ),
    )
