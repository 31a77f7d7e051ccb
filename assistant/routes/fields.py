"""Title, number, issuer, dates, status and the like: from the fields of the documents."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from assistant.evidence.retrieve import as_evidence
from assistant.question.understand import Query
from assistant.routes.claim import Claim
from assistant.routes.step import Context, Missing, Step
from assistant.types import titled
from index.search import Index
from index.types import Document, Kind, Role, Span, Status

_FIELD_NAMES = {
    "number": "文号",
    "issuer": "发布机关",
    "addressees": "主送单位",
    "issued": "成文或发布日期",
    "period": "规划期",
    "region": "所属地区",
    "about": "所解读或报道的文件",
    "newer": "由哪份文件接替",
    "kind": "文件类型",
}
_ABOUT_VERB = {Kind.INTERPRETATION: "解读", Kind.NEWS: "报道"}
_FRONT_CELL = re.compile(r"([\u4e00-\u9fff]{2,8})\s*[:：]\s*\|\s*([^|\n]*[^|\s])")
_LABELS = (
    "索引号",
    "主题分类",
    "公开方式",
    "公开范围",
    "公开日期",
    "公开时限",
    "体裁分类",
    "组配分类",
    "信息分类",
    "关键词",
)
_WHICH_STATUS = (
    ((Status.STOPPED,), re.compile(r"哪.{0,12}停止")),
    ((Status.REPEALED,), re.compile(r"哪.{0,12}废止")),
    ((Status.LAPSED,), re.compile(r"哪.{0,12}(?:届满|期满|到期|过期|已满)")),
    ((Status.STOPPED, Status.REPEALED, Status.LAPSED), re.compile(r"哪.{0,12}(?:失效|作废|无效|不再有效)")),
    ((Status.IN_FORCE,), re.compile(r"哪.{0,12}(?:有效|现行)")),
)


def fields(query: Query, context: Context) -> Iterator[Step]:
    """Title, number, issuer, addressees, dates, period, kind, status: from the documents' fields."""
    index, as_of = context.index, context.as_of
    for document in _with_asked_status(query, as_of):
        until = not document.period and document.until is not None
        for name in dict.fromkeys("status" if name == "period" and until else name for name in query.fields):
            text = _field_sentence(document, name, as_of)
            if text is None:
                yield Missing(f"{titled(document.title)}没有写明{_FIELD_NAMES[name]}。")
                continue
            read = _read(document, name, as_of, index)
            evidence = dict.fromkeys(as_evidence(index, d, _sentence_at(index, d, at)) for d, at in read)
            yield Claim(text, tuple(evidence))


def _read(document: Document, name: str, as_of: date, index: Index) -> Iterator[tuple[Document, Span]]:
    """Where the field of that name was read, in which document."""
    if name == "status":
        name = _status_follows_from(document, as_of)
    if name == "ended" and document.ended:
        ending = index.document(document.ended.by)
        yield document, document.read_at["title"]
        sentence = document.ended.validity.basis.removeprefix(f"{titled(ending.title)}{ending.number or ''}：")
        start = ending.text.find(sentence)
        yield ending, Span(start, start + 1) if start >= 0 else ending.read_at["title"]
        return
    yield document, document.read_at.get(name) or document.read_at["title"]
    if name == "issued" and "published" in document.read_at:
        yield document, document.read_at["published"]
    if name == "newer" and document.newer:
        newer = index.document(document.newer.document_id)
        yield newer, newer.read_at["title"]


def _status_follows_from(document: Document, as_of: date) -> str:
    """Which field the status of the day follows from: what it states, what a later one says, its term, its period."""
    validity = document.validity(as_of)
    if validity == document.stated:
        return "status"
    if document.ended and validity == document.ended.validity:
        return "ended"
    return "until" if document.until else "period"


def cells(query: Query, context: Context) -> Iterator[Step]:
    """Cells of the front matter's table by their own labels (索引号: | …), those that the question names."""
    index = context.index
    for document in query.documents:
        front = [p for p in index.passages(document.id) if p.role is Role.FRONT]
        for span in (s for p in front for s in p.sentences):
            named = [m for m in _FRONT_CELL.finditer(document.text, span.start, span.end) if m[1] in query.standalone]
            if _only_about([m[1] for m in named], query):
                evidence = as_evidence(index, document, span)
                for label, value in (m.group(1, 2) for m in named):
                    yield Claim(f"{titled(document.title)}的{label}是{value}。", (evidence,))


def _only_about(labels: Sequence[str], query: Query) -> bool:
    """Whether the question has hardly a topic besides labels of the front matter."""
    known = [label for label in _LABELS if label in query.standalone] + list(labels)
    return sum(t.weight >= 1 and not any(t.word in label for label in known) for t in query.terms) < 2


def _with_asked_status(query: Query, as_of: date) -> Sequence[Document]:
    """Of 哪份文件已停止执行 only the documents of that status, if there are any; else all that are asked about."""
    wanted = next((status for status, pattern in _WHICH_STATUS if pattern.search(query.standalone)), ())
    return [d for d in query.documents if d.validity(as_of).status in wanted] or query.documents


def _field_sentence(d: Document, name: str, as_of: date) -> str | None:
    title = titled(d.title)
    validity = d.validity(as_of)
    if name == "region" and d.region:
        return f"{title}是{d.region}的文件。"
    if name == "title":
        return f"文件标题是{title}。"
    if name == "status":
        if validity.status is Status.UNKNOWN:
            return f"{title}没有写明有效期，也没有写明是否停止执行，有效性未知。"
        return f"{title}{validity.status}（{validity.basis}）。"
    if name == "number" and d.number:
        return f"{title}的文号是{d.number}。"
    if name == "issuer" and d.issuer:
        return f"{title}由{d.issuer}发布。"
    if name == "addressees" and d.addressees:
        return f"{title}主送{d.addressees}。"
    if name == "issued" and d.issued:
        if d.published and d.published != d.issued:
            return f"{title}的成文日期是{_chinese_date(d.issued)}，公开日期是{_chinese_date(d.published)}。"
        return f"{title}的{'发布' if d.published else '成文'}日期是{_chinese_date(d.issued)}。"
    if name == "period" and d.period:
        return f"{title}载明的规划期是{d.period}年{'，规划期已满' if as_of.year > d.period.last_year else ''}。"
    if name == "kind" and d.kind:
        return f"{title}是{d.kind}{'' if d.kind is Kind.FORMAL else '，不是正式文件'}。"
    if name == "newer" and d.newer:
        return f"{title}有较新的一版{titled(d.newer.title)}。"
    if name == "about" and d.about:
        return f"{title}{_ABOUT_VERB.get(d.kind or Kind.NEWS, '介绍')}的是{titled(d.about)}。"
    return None


def field_value(d: Document, name: str, as_of: date) -> str | None:
    """A field in a few words, as a cell of a table has it."""
    if name == "status":
        return d.validity(as_of).status.value
    if name == "issued":
        return _chinese_date(d.issued) if d.issued else None
    if name == "newer":
        return titled(d.newer.title) if d.newer else None
    value = getattr(d, name)
    return None if value is None else str(value)


def _sentence_at(index: Index, document: Document, span: Span) -> Span:
    """The sentence in which a field was read."""
    passage = index.passage_at(document.id, span.start)
    return next((s for s in passage.sentences if s.start <= span.start < s.end), span)


def _chinese_date(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
