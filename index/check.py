"""What each file was understood as, before anything is indexed: for a table, for JSON, for the build."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from index.document.describe import describe
from index.document.parts import Sort, parts
from index.document.split import SplitError, split
from index.facts.extract import Facts, facts
from index.readers.files import RawText, UnreadableFile
from index.readers.reading import Reason
from index.types import ADDRESS_SEPARATOR, Document, Plan, Role

_WIDEST = 36
_COLUMNS = ("文件", "格式", "标题", "文号", "发布机关", "成文日期", "条款", "表格", "附件", "可信度", "说明")


@dataclass(frozen=True, slots=True)
class Checked:
    """One file that could be read: how, and what was understood of it."""

    raw: RawText
    plan: Plan
    facts: Facts

    @property
    def tables(self) -> int:
        """How many tables are clauses."""
        return sum(p.address.rpartition(ADDRESS_SEPARATOR)[2].startswith("表") for p in self.plan.passages)

    @property
    def attachments(self) -> tuple[str, ...]:
        """The numbers of what is attached: 附件1, 附表."""
        first = (p.address.partition(ADDRESS_SEPARATOR)[0] for p in self.plan.passages)
        return tuple(dict.fromkeys(label for label in first if label.startswith(("附件", "附录", "附表"))))

    @property
    def remarks(self) -> tuple[str, ...]:
        """What the user should know: how it was read, whether it is a digest, which parts it has, what of it is no prose."""
        found = parts(self.plan.document, self.plan.passages)
        notice = tuple(
            f"由《{part.sent_by}》印发" if part.sent_by else "由所附的通知印发"
            for part in found
            if part.sort is Sort.PLAN and part.sent_by is not None
        )
        listed = ("目录不当正文",) if any(p.address == "目录" for p in self.plan.passages) else ()
        counts = Counter(mark.reason.value for mark in self.plan.document.marks)
        odd = "、".join(f"{reason} {count} 处" for reason, count in counts.items())
        marked = (f"不当正文：{odd}",) if odd else ()
        digest = ("摘编，不是原文",) if self.plan.document.digest else ()
        return (*self.raw.warnings, *digest, *notice, *listed, *marked)


def understood(raw: RawText) -> Plan | UnreadableFile:
    """The document with its clauses, which together hold every character; else why not."""
    document = describe(raw)
    try:
        return Plan(document, split(document))
    except SplitError as error:
        why = f"条款没有盖住全文（{error}）。这是程序的缺陷，请报告；其余文件不受影响。"
        return UnreadableFile(raw.source, Reason.DAMAGED, why)


def checked(results: Iterable[RawText | UnreadableFile]) -> Iterator[Checked | UnreadableFile]:
    """What was understood of each file, in turn."""
    for raw in results:
        plan = raw if isinstance(raw, UnreadableFile) else understood(raw)
        if isinstance(plan, UnreadableFile):
            yield plan
        else:
            assert isinstance(raw, RawText)
            yield Checked(raw, plan, facts(plan.document, plan.passages))


def as_json(results: Sequence[Checked | UnreadableFile]) -> dict[str, Any]:
    """`documents` and `rejected`, in the order of the files."""
    return {
        "documents": [_row(result) for result in results if isinstance(result, Checked)],
        "rejected": [
            {"source": r.source, "reason": r.reason.name.lower(), "label": r.reason.value, "message": str(r)}
            for r in results
            if isinstance(r, UnreadableFile)
        ],
    }


def _row(found: Checked) -> dict[str, Any]:
    document, passages = found.plan.document, found.plan.passages
    return {
        **fields(document),
        "digest": document.digest,
        "format": found.raw.format,
        "characters": len("".join(document.text.split())),
        "pages": len(found.raw.pages) or None,
        "recognised": [p.number for p in found.raw.pages if p.confidence is not None],
        "confidence": found.raw.confidence,
        "clauses": [p.address for p in passages],
        "roles": {role.value: sum(p.role is role for p in passages) for role in Role},
        "parts": [{**asdict(part), "sort": part.sort.value} for part in parts(document, passages)],
        "tables": found.tables,
        "attachments": found.attachments,
        "warnings": found.remarks,
        "marks": [
            {
                "start": m.span.start,
                "end": m.span.end,
                "reason": m.reason.value,
                "text": document.text[m.span.start : m.span.end],
            }
            for m in document.marks
        ],
        "targets": len(found.facts.targets),
        "deadlines": len(found.facts.deadlines),
        "duties": len(found.facts.duties),
    }


def fields(document: Document) -> dict[str, str | None]:
    """What a document says about itself, as text; None where it does not say."""
    validity = document.validity(date.today())
    return {
        "source": document.source,
        "title": document.title,
        "number": document.number,
        "issuer": document.issuer,
        "addressees": document.addressees,
        "region": document.region,
        "issued": document.issued.isoformat() if document.issued else None,
        "published": document.published.isoformat() if document.published else None,
        "period": str(document.period) if document.period else None,
        "kind": document.kind and document.kind.value,
        "status": validity.status.value,
        "status_basis": validity.basis,
        "about": document.about,
    }


def table(results: Sequence[Checked | UnreadableFile]) -> Iterator[str]:
    """The lines of a table with a row for each file; a Chinese character is two columns wide."""
    rows = [_COLUMNS, *map(_cells, results)]
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()


def _cells(result: Checked | UnreadableFile) -> tuple[str, ...]:
    if isinstance(result, UnreadableFile):
        return (_short(result.source), "未能读取", *("—",) * (len(_COLUMNS) - 3), result.reason.value)
    document, confidence = result.plan.document, result.raw.confidence
    said = (document.title, document.number, document.issuer, document.issued and document.issued.isoformat())
    return (
        _short(result.raw.source),
        result.raw.format,
        *(_short(value or "—") for value in said),
        str(sum(p.role is Role.CLAUSE for p in result.plan.passages)),
        str(result.tables or "—"),
        str(len(result.attachments) or "—"),
        "—" if confidence is None else f"{confidence:.2f}",
        "；".join(result.remarks) or "—",
    )


def _short(text: str) -> str:
    """`text`, cut where it would be wider than a column may be."""
    while _width(text) > _WIDEST:
        text = text.removesuffix("…")[:-1] + "…"
    return text


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
