"""What may be asked first, and next: other targets, duties and parts of the cited plans, and the same of other plans. Candidates only."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.routes.lists import levels
from assistant.routes.quote import unquoted
from assistant.types import Answer, titled
from index.chinese.places import mentions
from index.facts.duty import task_of
from index.search import Index
from index.types import Document, Role

_LONGEST_NAME = 16
_PLAIN_NAME = re.compile(r"[\u4e00-\u9fffA-Za-z0-9“”+]+")
_LISTED = re.compile(r"任务|原则|措施|举措|行动|目标|要求")


def candidates(answer: Answer, index: Index) -> Iterator[str]:
    """Questions near `answer`, nearest first; not every one of them can be answered."""
    cited = list({c.document.id: c.document for c in answer.citations}.values()) or _spoken_of(answer, index)
    clauses = {index.passage_at(c.document.id, c.start).id for c in answer.citations}
    for document in cited[:2]:
        yield from _of_clauses(document, clauses, index)
    yield from _of_others(answer, cited, clauses, index)
    for document in cited[:2]:
        yield from _of_plan(document, index)


def _spoken_of(answer: Answer, index: Index) -> list[Document]:
    """The plans of the places that a question without an answer names, or the first plans."""
    named = {m.place.name for m in mentions(answer.resolved_question) if m.place}
    return [d for d in index.documents if d.region in named] or list(index.documents[:2])


def _of_clauses(document: Document, clauses: set[str], index: Index) -> Iterator[str]:
    """Who leads the cited clauses, and their other figures."""
    place = _place(document)
    for duty in index.duties((document.id,)):
        passage = index.passage(duty.passage_id)
        if passage.id in clauses and (task := task_of(passage, duty)):
            yield f"{place}的“{_bare(task)}”由谁牵头？"
    for target in index.targets((document.id,)):
        if target.passage_id in clauses and _asked_by_name(target.indicator):
            yield f"{place}的{target.indicator}目标是多少？"


def _of_others(answer: Answer, cited: list[Document], clauses: set[str], index: Index) -> Iterator[str]:
    """The indicators of the cited clauses in other plans."""
    have = {document.id for document in cited}
    names = [t.indicator for t in index.targets(tuple(have)) if t.passage_id in clauses and _asked_by_name(t.indicator)]
    for name in dict.fromkeys(names):
        for target in index.targets(indicator=name):
            if target.document_id not in have:
                yield f"{_place(index.document(target.document_id))}的{target.indicator}目标是多少？"
                break


def _of_plan(document: Document, index: Index) -> Iterator[str]:
    """A list of the plan's, whether it is in force, more figures, more lead units."""
    place = _place(document)
    for passage in index.passages(document.id):
        heading = passage.headings[-1] if passage.headings else ""
        if passage.role is Role.CLAUSE and _LISTED.search(heading) and len(heading) <= _LONGEST_NAME:
            named = _PLAIN_NAME.fullmatch(heading)  # not a sentence: 制定政策措施,营造良好环境
            yield f"{place}的{_bare(heading)}有哪些？" if named else f"{place}的“{_bare(heading)}”有哪些内容？"
    yield f"{place}的这份文件现在还有效吗？"
    for target in index.targets((document.id,)):
        if _asked_by_name(target.indicator):
            yield f"{place}的{target.indicator}目标是多少？"
    for duty in index.duties((document.id,)):
        passage = index.passage(duty.passage_id)
        if task := task_of(passage, duty):
            yield f"{place}的“{_bare(task)}”由谁牵头？"


def _place(document: Document) -> str:
    return document.region or titled(document.title)


def _asked_by_name(indicator: str) -> bool:
    return 3 <= len(indicator) <= _LONGEST_NAME and bool(_PLAIN_NAME.fullmatch(indicator))


def _bare(heading: str) -> str:
    return heading.replace("“", "").replace("”", "")


def examples(index: Index) -> tuple[str, ...]:
    """Questions that these routes answer from this very index: a lead unit, a list and a status, of different plans."""
    found: list[str] = []
    for document in index.documents:
        place = document.region or titled(document.title)
        tasks = [task for d in index.duties([document.id]) if (task := task_of(index.passage(d.passage_id), d))]
        if tasks:
            found.append(f"{place}的“{unquoted(tasks[len(tasks) // 2])}”由谁牵头？")
        listed = [
            p for p in index.passages(document.id) if p.headings and levels(p, index) and len(p.headings[-1]) < 12
        ]
        if listed:
            found.append(f"{place}的{listed[-1].headings[-1]}有哪些？")
        found.append(f"{place}的这份文件现在还有效吗？")
    return tuple(found[i] for i in range(0, len(found), max(1, len(found) // 6)))[:6]
