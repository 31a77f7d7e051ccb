"""The route through evidence and model: what is asked, is it there, a draft, and of the draft what stands."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator, Sequence

from assistant.evidence.find import CLEARLY, Findings, find, is_nearest
from assistant.evidence.retrieve import Candidate, as_source, items_of, within_budget
from assistant.evidence.why_not import unstated
from assistant.model.chat import ChatModel, ModelUnavailable
from assistant.model.draft import Draft, write
from assistant.question.understand import Query
from assistant.question.wanted import wants_name, wants_one_of
from assistant.routes.claim import Claim, Work
from assistant.routes.confirm import confirmation, corrected, said_elsewhere
from assistant.routes.premise import premises
from assistant.routes.quote import WHOLE_TABLE, quotations, rows_to_compare, worth_quoting
from assistant.routes.refuse import leave_open, says_nothing, unanswered
from assistant.settings import Settings
from assistant.types import Evidence, Source, Stage
from assistant.verify.answerable import gives_back
from assistant.verify.check import Verdict, check
from index.chinese.quantity import Kind, quantities, same_quantity, unsupported
from index.search import Index

BY_MEANING = "照问题的原词没有找到，以下按整句意思最接近的条文作答，请核对原文。"
MODEL_DOWN = "对话模型暂不可用，以下为原文摘录。"
_BOUND_WORDS = {">=": "{}以上", "<=": "不超过{}", ">": "超过{}", "<": "不足{}"}
_NAME = re.compile(r"[“《]([^“”《》]+)[”》]")
_LEAST_OF_BEST = 0.6
_LEAST_MEANT = 0.5  # of the words of a dropped sentence


def content(
    query: Query, index: Index, model: ChatModel | None, settings: Settings, work: Work, near: bool = True
) -> Iterator[Claim | Stage]:
    """Claims from the model's draft that stand; a quotation where none does or no model can be had.

    `near`: whether it may be looked for by other words, or by its meaning, where its own words do not answer.
    """
    started = time.perf_counter()
    found = find(query, index, near)
    work.retrieve_seconds += time.perf_counter() - started
    evidence = within_budget(found.candidates, settings.evidence_characters)
    work.evidence += evidence
    wrong = [p for p in premises(query, index) if not p.holds]
    if wrong:
        yield from corrected(wrong, query, index, work)
        return
    sources = [as_source(index, e) for e in evidence]
    reason = unanswered(found, sources, model, index, settings.least_probability, work)
    query, candidates, best = found.query, found.candidates, found.best
    if reason or best is None:
        leave_open(reason or unstated(query), found, evidence, index, work)
        if query.confirms and "“" in query.standalone:
            yield from said_elsewhere(query, index, work)
        return
    work.notes += _other_years(query, as_source(index, best.evidence))
    work.notes += [f"文件里没有“{word}”，以下按意思相近的“{other}”作答。" for word, other in found.read_as.items()]
    work.notes += [BY_MEANING] if found.by_meaning else []
    if query.confirms:
        yield confirmation(query, best, found.reason is not None, index, work)
        return
    if lead := _leads_in_the_answer(query, best, index):
        yield from quotations(lead, query, index)
        return
    answers = False
    dropped: list[tuple[str, Verdict]] = []
    for claim in _drafted(query, sources, model, index, dropped, work):
        if isinstance(claim, Stage):
            yield claim
            continue
        if problem := _says_too_little(claim, query) or _off_the_point(claim, found, index):
            work.problems.append(f"略去一句（{problem}）：{claim.text}")
            continue
        work.notes += [note for note in _bounds_left_out(claim) if note not in work.notes]
        answers = answers or query.wanted is None or query.wanted.found_in(claim.text)
        yield claim
    if answers:
        return
    best = _meant(dropped, found) or best
    if says_nothing(best, dropped, found, evidence, index):
        leave_open(found.reason or unstated(query), found, evidence, index, work)
        return
    quoted = rows_to_compare(query, best, index)
    work.notes += [WHOLE_TABLE] if quoted else []
    chosen = [best] if found.by_meaning else worth_quoting(query, candidates, best, index)
    for each in quoted or [candidate.evidence for candidate in chosen]:
        yield from quotations(each, query, index)


def _leads_in_the_answer(query: Query, best: Candidate, index: Index) -> Evidence | None:
    """What leads in a list that answers only as a whole: it is the best itself, or has several figures of the kind asked for.

    Which tier (300万元以下补5%，以上补8%) is the reader's, one item alone does not tell.
    """
    if query.wanted is None:
        return best.evidence if items_of(index, best.evidence) else None
    lead = as_source(index, best.evidence).cited[1:]
    tiers = [item for item in items_of(index, lead[0]) if query.wanted.found_in(item.text)] if lead else []
    return lead[0] if query.wanted.figure and len(tiers) > 1 else None


def _other_years(query: Query, source: Source) -> list[str]:
    """A remark for each year of the question that the evidence, which has other years, does not have."""
    held = [source.text, *(e.text for e in source.above)]
    if query.confirms or not any(q.kind is Kind.DATE for text in held for q in quantities(text)):
        return []
    strange = [q for q in unsupported(query.standalone, [*held, source.context]) if q.kind is Kind.DATE]
    return [f"原文没有“{q.text}”这个时间，请以所引原文写明的时间为准。" for q in strange]


def _bounds_left_out(claim: Claim) -> list[str]:
    """A remark for each figure that the claim gives without the bound that all sources have of it: 60家 for 60家以上."""
    held = [q for e in claim.support for q in quantities(e.text) if q.kind is Kind.NUMBER]
    remarks = []
    for figure in quantities(claim.text):
        same = [q for q in held if figure.kind is Kind.NUMBER and not figure.bound and same_quantity(figure, q)]
        if same and all(q.bound in _BOUND_WORDS for q in same):
            remarks.append(f"原文写的是“{_BOUND_WORDS[same[0].bound].format(same[0].text)}”。")
    return remarks


def _says_too_little(claim: Claim, query: Query) -> str | None:
    """That the claim only gives the question back, or leaves out the name that is asked for and that its source has."""
    if gives_back(claim.text, query.standalone) and not wants_one_of(query.standalone):
        return "只是重复问题"
    if (
        wants_name(query.standalone)
        and not _named(claim.text, query)
        and any(_named(e.text, query) for e in claim.support)
    ):
        return "没有说出所问的名称"
    return None


def _named(text: str, query: Query) -> bool:
    """Whether it has something in quotation marks or title marks that the question has not."""
    return any(name not in query.standalone for name in _NAME.findall(text))


def _off_the_point(claim: Claim, found: Findings, index: Index) -> str | None:
    """That what the claim cites is clearly less about the question than the best candidate is.

    What was found by other words than the question's must be of a clause that is among the nearest in meaning.
    """
    by_its_words = not found.reason
    near = by_its_words or found.by_meaning or any(is_nearest(e, found.query, index) for e in claim.support)
    return None if near and _is_about(claim.support, found) else "所引条文不是最切题的"


def _is_about(support: Sequence[Evidence], found: Findings) -> bool:
    if found.by_meaning and found.best:
        least = found.best.evidence.score - CLEARLY
        return any(c.evidence in support and c.evidence.score >= least for c in found.candidates)
    covered = {c.evidence: c.covered for c in found.candidates}
    best = found.best.covered if found.best else 0.0
    return max((covered[e] for e in support if e in covered), default=0.0) >= _LEAST_OF_BEST * best


def _meant(dropped: Sequence[tuple[str, Verdict]], found: Findings) -> Candidate | None:
    """What a dropped sentence is nearest to whose figures, places and most words are there: the model had found the place."""
    for _, verdict in dropped:
        near = verdict.checks.numbers and verdict.checks.place and verdict.checks.content >= _LEAST_MEANT
        if near and _is_about(verdict.support, found):
            meant = next((c for c in found.candidates if c.evidence in verdict.support), None)
            return meant if meant and (found.query.wanted is None or meant.holds_kind) else None
    return None


def _drafted(
    query: Query,
    sources: Sequence[Source],
    model: ChatModel | None,
    index: Index,
    dropped: list[tuple[str, Verdict]],
    work: Work,
) -> Iterator[Claim | Stage]:
    """The sentences of the draft that stand; those that do not are added to `dropped`, with the verdict."""
    if model is None:
        return
    draft = Draft()
    work.drafts.append(draft)
    try:
        for sentence in write(query.standalone, sources, model, draft):
            if isinstance(sentence, Stage):
                yield sentence
                continue
            yield Stage.VERIFY
            verdict = check(sentence, sources, index.idf, question=query.standalone)
            if verdict.problem:
                dropped.append((sentence, verdict))
                work.problems.append(f"略去一句（{verdict.problem}）：{sentence}")
            else:
                yield Claim(sentence, verdict.support, verdict.checks)
    except ModelUnavailable as error:
        logging.getLogger(__name__).warning("%s", error)  # for the operator: the address may be nobody else's business
        work.notes.append(MODEL_DOWN)
