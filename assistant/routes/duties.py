"""Who does what: 牵头, 配合 and 责任单位 from the duty lines, by task and by unit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.evidence.retrieve import as_evidence, retrieve
from assistant.question.coverage import Term, coverage, normalized
from assistant.question.learned import learned
from assistant.question.understand import Query
from assistant.routes.claim import Claim
from assistant.routes.listing import leads
from assistant.routes.quote import unquoted
from assistant.routes.step import Context, Missing, Remark, Step
from assistant.types import Evidence, titled
from index.chinese.quantity import quantities
from index.chinese.units import same_unit
from index.facts.duty import task_of
from index.search import Index
from index.types import Document, Duty, Filters, Passage

_LEAST_TOPIC = 0.7
_LEAST_TOPIC_OF_FIRST = 0.4
_BESIDE_THE_LEAD = re.compile(r"配合|参与|协办|协助")
_TAKES_PART = re.compile(rf"{_BESIDE_THE_LEAD.pattern}|责任单位")
_IS_LED = re.compile(r"牵头|主办|主抓|哪些任务由")


def lead(query: Query, context: Context) -> Iterator[Step]:
    """牵头、配合、责任单位 of the clause that the question is about: one clause in each plan that has one.

    A question about nothing in particular is one about all tasks of its plan; of several plans that would be too many.
    """
    index = context.index
    if _lists(query, context):
        yield from leads(query, context)
        return
    silent = []
    terms = [t for t in query.terms if t.word != query.unit and not t.word.endswith(("局", "委", "委员会"))]
    if not query.terms and len(query.documents) > 1:
        yield Missing("请写明是哪个地方、哪项任务，例如“某市的某项任务由谁牵头”。")
        return
    if not query.terms and (duties := index.duties([d.id for d in query.documents])):
        for duty in duties:
            document = index.document(duty.document_id)
            passage = index.passage(duty.passage_id)
            yield Claim(_duty_sentence(document, passage, duty), _support(document, passage, duty, index))
        return
    for document in query.documents:
        best = None if _is_of_others(terms, query, document, index) else _duty_for(terms, document, index)
        if best is not None:
            passage, found = best
            if _says_who_leads(query) and not any(same_unit(str(query.unit), name) for name in found.lead):
                yield Remark(f"问题里的“{query.unit}”与原文不符，原文的牵头单位见下。")
            yield Claim(_duty_sentence(document, passage, found), _support(document, passage, found, index))
            if _BESIDE_THE_LEAD.search(query.standalone) and not found.responsible:
                yield Missing(f"{titled(document.title)}没有写明这一条的配合单位。")
            continue
        named = _named_in_prose(query, document, index)
        if named:
            yield named
        else:
            words = [t.word for t in terms]
            topic = whole if (whole := "".join(words)) in query.standalone else "、".join(words)
            named_topic = f"“{topic}”的" if topic else "所问事项的" if terms else ""
            silent.append(f"{titled(document.title)}没有写明{named_topic}牵头或责任单位。")
    if query.named or len(silent) == len(query.documents):
        yield from map(Missing, silent)


def _lists(query: Query, context: Context) -> bool:
    """Whether the question is for a list of all leads (列个清单): no word of it names a task that a plan has."""
    known = any(t.weight >= 1 and context.index.idf(t.word) < 1 for t in query.terms)
    if known or not query.terms or not query.chosen:
        return False
    wants = learned(query.question, False, context.index)
    return wants is not None and wants.shape in ("list", "table")


def _is_of_others(terms: Sequence[Term], query: Query, document: Document, index: Index) -> bool:
    """Whether the terms are one name (养老服务平台) with a word that other plans have and this one does not."""
    if "".join(t.word for t in terms) not in query.standalone:
        return False
    known = [t for t in terms if index.idf(t.word) < 1]
    return any(not coverage([t], normalized(document.text), index.idf) for t in known)


def _duty_for(terms: Sequence[Term], document: Document, index: Index) -> tuple[Passage, Duty] | None:
    """The clause with a duty line that is most about the question, if it is enough so.

    Best is one that has the words in one sentence: 应急手环 here and 交通 there are not 应急交通. Where a task is called by all
    of them, nothing is searched by meaning.
    """
    topic = " ".join(t.word for t in terms)
    called = terms and any(
        coverage(terms, normalized(task_of(index.passage(d.passage_id), d)), index.idf) == 1
        for d in index.duties([document.id])
    )
    hits = (index.keyword if called else index.search)(topic, Filters(documents=(document.id,)), k=30)
    found_in: dict[str, float] = {}
    for hit in hits:
        found_in[hit.passage.id] = found_in.get(hit.passage.id, 0.0) + hit.score * (
            index.duty_of(hit.passage.id) is not None
        )
    most = max(found_in.values(), default=0.0) or 1.0
    best: tuple[float, Passage, Duty] | None = None
    for found in index.duties([document.id]):
        passage = index.passage(found.passage_id)
        heading = normalized(task_of(passage, found))
        text = normalized(document.words(found.about.start, found.about.end)) + normalized("".join(passage.headings))
        in_text = coverage(terms, text, index.idf)
        together = max(coverage(terms, said, index.idf) for said in _sentences(passage, found, document))
        share = found_in.get(passage.id, 0.0) / most
        score = coverage(terms, heading, index.idf) + together + 0.3 * share
        if any(len(t.word) > 3 and normalized(t.word)[-2:] in heading for t in terms):
            in_text = max(in_text, _LEAST_TOPIC)  # 便捷交通 for 智慧交通: the heading has the head of the compound
        least = _LEAST_TOPIC_OF_FIRST if share == 1 else _LEAST_TOPIC
        if in_text >= least and (best is None or score > best[0]):
            best = (score, passage, found)
    return best and best[1:]


def _sentences(passage: Passage, duty: Duty, document: Document) -> list[str]:
    """What each sentence says that the duty is about, with the headings that it stands under."""
    headings = normalized("".join(passage.headings))
    about = [s for s in passage.sentences if s.start < duty.about.end and s.end > duty.about.start]
    return [normalized(document.text[s.start : min(s.end, duty.about.end)]) + headings for s in about] or [headings]


def _duty_sentence(document: Document, passage: Passage, found: Duty) -> str:
    task = task_of(passage, found)
    subject = f"{document.region or ''}“{unquoted(task)}”" if task else titled(document.title)
    if found.lead and found.responsible:
        return (
            f"{subject}由{'、'.join(found.lead)}牵头，{'、'.join(found.responsible)}{_second_role(document, found)}。"
        )
    if found.lead:
        return f"{subject}由{'、'.join(found.lead)}牵头。"
    return f"{subject}由{'、'.join(found.responsible)}负责。"


def _support(document: Document, passage: Passage, found: Duty, index: Index) -> tuple[Evidence, ...]:
    """The line; the sentence that heads the clause too, where the words for the task have a figure."""
    spans = [found.span]
    if not found.task and quantities(task_of(passage, found)):
        spans.append(passage.sentences[0])
    return tuple(as_evidence(index, document, span) for span in spans)


def _second_role(document: Document, found: Duty) -> str:
    return "为责任单位" if "责任" in document.text[found.span.start : found.span.end] else "配合"


def _named_in_prose(query: Query, document: Document, index: Index) -> Claim | None:
    """A sentence of running text that itself says 由…牵头/负责, where it covers the topic."""
    for candidate in retrieve(query, index, [document])[:8]:
        text = candidate.evidence.text
        if candidate.covered >= _LEAST_TOPIC and re.search(r"由[\u4e00-\u9fff]{2,20}(?:牵头|负责)|办公室设在", text):
            return Claim(text.strip(), (candidate.evidence,))
    return None


def led_by(query: Query, context: Context) -> Iterator[Step]:
    """The clauses that a unit leads, or takes part in if that is asked."""
    index = context.index
    unit = query.unit or ""
    takes_part = bool(_TAKES_PART.search(query.standalone))
    if not takes_part and not _IS_LED.search(query.standalone):
        yield from leads(query, context)
        return
    silent = []
    for document in query.documents:
        found = False
        for named in index.duties([document.id], unit):
            passage = index.passage(named.passage_id)
            in_role = named.responsible if takes_part else named.lead
            heads = any(same_unit(unit, name) for name in named.lead)
            if not named.lead and "负责" in query.standalone:
                in_role = (*named.lead, *named.responsible)
            if any(same_unit(unit, name) for name in in_role):
                found = True
                support = _support(document, passage, named, index)
                role = "牵头" if heads and not takes_part else "配合" if named.lead or takes_part else "负责"
                title = unquoted(task_of(passage, named)) or passage.address
                yield Claim(f"{unit}{role}{document.region or ''}“{title}”。", support)
        if not found:
            role = "配合" if takes_part else "牵头"
            silent.append(f"{titled(document.title)}没有写明由{unit}{role}的任务。")
    if query.named or len(silent) == len(query.documents):
        yield from map(Missing, silent)


def _says_who_leads(query: Query) -> bool:
    """Whether the question names the unit that it takes for the lead: 由某局牵头，对吗, 既然由某局牵头，谁配合."""
    return bool(query.unit) and (
        query.confirms or bool(re.search(f"{re.escape(str(query.unit))}(?:来)?牵头", query.standalone))
    )
