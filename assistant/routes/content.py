"""The route through evidence and model: what is asked, is it there, a draft, and of the draft what stands."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.evidence.find import CLEARLY, Findings, find, is_nearest
from assistant.evidence.retrieve import Candidate, as_source, items_of, within_budget
from assistant.model.chat import ChatModel, ModelUnavailable, load, loading
from assistant.model.draft import Draft, write
from assistant.question.coverage import coverage, normalized
from assistant.question.intent import WHAT
from assistant.question.understand import Query
from assistant.question.wanted import wants_name, wants_one_of
from assistant.routes.claim import Claim
from assistant.routes.confirm import confirmation, corrected, said_elsewhere
from assistant.routes.premise import premises
from assistant.routes.quote import WHOLE_TABLE, beyond, of_clause, quotation, quotations, rows_to_compare, worth_quoting
from assistant.routes.refuse import asks_model, left_open, says_nothing, weighed
from assistant.routes.step import Context, Drafted, Dropped, Looked, Remark, Step, Weighed
from assistant.types import Evidence, Source, Stage, is_quotation
from assistant.verify.answerable import answered, gives_back
from assistant.verify.check import Verdict, check
from index.chinese.quantity import Kind, quantities, same_quantity, unsupported
from index.search import Index

BESIDE = "没有说到所问的事"
BY_MEANING = "照问题的原词没有找到，以下按整句意思最接近的条文作答，请核对原文。"
MODEL_DOWN = "对话模型暂不可用，以下为原文摘录。"
_BOUND_WORDS = {">=": "{}以上", "<=": "不超过{}", ">": "超过{}", "<": "不足{}"}
_NAME = re.compile(r"[“《]([^“”《》]+)[”》]")
_LOOK_AGAIN_SECONDS = 0.1
_LEAST_OF_BEST = 0.6
_LEAST_OWN = 0.3  # of what the best sentence itself has of the question's words
_LEAST_MEANT = 0.5  # of the words of a dropped sentence


def content(query: Query, context: Context) -> Iterator[Step]:
    """What stands of the model's draft, and quotations of what the evidence says beyond it, or instead of it."""
    index = context.index
    if not query.confirms:  # else the rules answer mostly
        load(context.model)
    started = time.perf_counter()
    found = find(query, index, context.judge)
    evidence = within_budget(found.candidates, context.profile.evidence_characters)
    yield Looked(evidence, time.perf_counter() - started)
    wrong = [p for p in premises(query, index) if not p.holds]
    if wrong:
        yield from corrected(wrong, query, index)
        return
    sources = [as_source(index, e) for e in evidence]
    if asks_model(found, sources, context):
        yield from _loaded(context.model)
    signals = weighed(found, sources, context)
    yield Weighed(signals)
    query, best = found.query, found.best
    if best is None or not answered(signals, context.settings.least_probability):
        yield from left_open(found, evidence, index)
        if query.confirms and "“" in query.standalone:
            yield from said_elsewhere(query, index)
        return
    yield from map(Remark, _other_years(query, as_source(index, best.evidence)))
    yield from (Remark(f"文件里没有“{word}”，以下按意思相近的“{other}”作答。") for word, other in found.read_as.items())
    if found.by_meaning:
        yield Remark(BY_MEANING)
    if query.confirms:
        yield from confirmation(query, best, found.reason is not None, index)
    elif lead := _leads_in_the_answer(query, best, index):
        yield from quotations(lead, query, index)
    else:
        yield from _written(found, best, sources, evidence, context)


def _loaded(model: ChatModel | None) -> Iterator[Stage]:
    """Waits for a model that is being loaded, and says so again and again, so that a stop is heeded meanwhile."""
    while loading(model):
        yield Stage.LOAD
        time.sleep(_LOOK_AGAIN_SECONDS)


def _written(
    found: Findings, best: Candidate, sources: Sequence[Source], evidence: Sequence[Evidence], context: Context
) -> Iterator[Step]:
    """The draft's sentences that stand, then quotations of what they leave out, or of the best where none answers."""
    query, index = found.query, context.index
    said: list[Claim] = []
    dropped: list[tuple[str, Verdict]] = []
    for step in _drafted(query, sources, context):
        if isinstance(step, Doubted):
            dropped.append((step.text, step.verdict))
            yield Dropped(step.text, str(step.verdict.problem))
        elif isinstance(step, Claim):
            if problem := _says_too_little(step, query, index) or _off_the_point(step, found, index):
                yield Dropped(step.text, problem)
                continue
            claim = _quoted(step, best, query, index)
            if claim not in said:
                yield from map(Remark, _bounds_left_out(claim))
                said.append(claim)
                yield claim
        else:
            yield step
    if any(query.wanted is None or query.wanted.found_in(claim.text) for claim in said):
        yield from (q for each in beyond(query, found.candidates, said, index) for q in quotations(each, query, index))
        return
    best = _meant(dropped, found, index) or best
    if says_nothing(best, dropped, found, evidence, index):
        yield from left_open(found, evidence, index)
        return
    quoted = rows_to_compare(query, best, index)
    if quoted:
        yield Remark(WHOLE_TABLE)
    if found.odds is not None:
        chosen = of_clause(best, found.candidates)
    else:
        chosen = [best] if found.by_meaning else worth_quoting(query, found.candidates, best, index)
    for each in quoted or [candidate.evidence for candidate in chosen]:
        yield from quotations(each, query, index)


def _quoted(claim: Claim, best: Candidate, query: Query, index: Index) -> Claim:
    """The claim; where one thing is asked for, and it rests on another sentence than the best one, that sentence itself."""
    if query.wanted is None or best.evidence in claim.support or is_quotation(claim.text, claim.support):
        return claim
    return quotation(claim.support[0], query, index, longest=len(claim.support[0].text))


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


def _says_too_little(claim: Claim, query: Query, index: Index) -> str | None:
    """That the claim only gives the question back, has nothing to do with it, or leaves out the name that is asked for."""
    if gives_back(claim.text, query.standalone) and not wants_one_of(query.standalone):
        return "只是重复问题"
    if (
        wants_name(query.standalone)
        and not _named(claim.text, query)
        and any(_named(e.text, query) for e in claim.support)
    ):
        return "没有说出所问的名称"
    return BESIDE if is_beside(claim.text, query, index) else None


def is_beside(text: str, query: Query, index: Index) -> bool:
    """Whether one thing is asked for, and `text` neither gives one of its kind nor has a word of the question."""
    wanted = query.wanted if len(WHAT.findall(query.standalone)) < 2 else None
    return wanted is not None and not wanted.found_in(text) and not coverage(query.terms, normalized(text), index.idf)


def _named(text: str, query: Query) -> bool:
    """Whether it has something in quotation marks or title marks that the question has not."""
    return any(name not in query.standalone for name in _NAME.findall(text))


def _off_the_point(claim: Claim, found: Findings, index: Index) -> str | None:
    """That what the claim cites is clearly less about the question than the best candidate is.

    What was found by other words than the question's must be of a clause that is among the nearest in meaning.
    """
    by_its_words = not found.reason or found.odds is not None
    near = by_its_words or found.by_meaning or any(is_nearest(e, found.query, index) for e in claim.support)
    return None if near and _is_about(claim.support, found, index) else "所引条文不是最切题的"


def _is_about(support: Sequence[Evidence], found: Findings, index: Index) -> bool:
    """Whether what is cited is nearly as much about the question as the best one, some of it with its headings, and where

    one thing is asked for, each by its own words: below a heading that names the thing, a sentence may be of anything.
    """
    if found.by_meaning and found.best:
        least = found.best.evidence.score - CLEARLY
        return any(c.evidence in support and c.evidence.score >= least for c in found.candidates)
    held = [c for c in found.candidates if c.evidence in support]
    best = found.best
    if best is None:
        return True
    lead_in = {e for evidence in support for e in as_source(index, evidence).above}
    own = [c.own for c in held if c.evidence not in lead_in]
    if found.query.wanted and min(own, default=0.0) < _LEAST_OWN * best.own:
        return False
    return max((c.covered for c in held), default=0.0) >= _LEAST_OF_BEST * best.covered


def _meant(dropped: Sequence[tuple[str, Verdict]], found: Findings, index: Index) -> Candidate | None:
    """What a dropped sentence is nearest to whose figures, places and most words are there: the model had found the place."""
    for _, verdict in dropped:
        near = verdict.checks.numbers and verdict.checks.place and verdict.checks.content >= _LEAST_MEANT
        if near and _is_about(verdict.support, found, index):
            meant = next((c for c in found.candidates if c.evidence in verdict.support), None)
            return meant if meant and (found.query.wanted is None or meant.holds_kind) else None
    return None


@dataclass(frozen=True, slots=True)
class Doubted:
    """A sentence of the draft that does not stand, with the verdict."""

    text: str
    verdict: Verdict


def _drafted(query: Query, sources: Sequence[Source], context: Context) -> Iterator[Step | Doubted]:
    """Each sentence of the draft as it is written: a claim if it stands, else doubted."""
    if context.model is None:
        return
    draft = Draft()
    yield from _loaded(context.model)
    yield Stage.GENERATE
    yield Drafted(draft)
    try:
        for sentence in write(query.standalone, sources, context.model, draft):
            if isinstance(sentence, Stage):
                yield sentence
                continue
            yield Stage.VERIFY
            verdict = check(sentence, sources, context.index.idf, question=query.standalone)
            if verdict.problem:
                yield Doubted(sentence, verdict)
            else:
                yield Claim(sentence, verdict.support, verdict.checks)
    except ModelUnavailable as error:
        logging.getLogger(__name__).warning("%s", error)  # for the operator: the address may be nobody else's business
        yield Remark(MODEL_DOWN)
