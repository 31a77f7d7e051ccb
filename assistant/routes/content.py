"""The route through evidence and model: what is asked, is it there, a draft, and of the draft what stands."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator, Sequence

from assistant.evidence.find import Findings, find
from assistant.evidence.retrieve import Candidate, as_source, items_of, within_budget
from assistant.model.chat import ChatModel, ModelUnavailable, load, loading
from assistant.model.draft import Draft, write
from assistant.question.coverage import coverage, normalized
from assistant.question.intent import WHAT
from assistant.question.understand import Query
from assistant.question.wanted import unmarked, wants_name, wants_one_of
from assistant.routes.claim import Claim
from assistant.routes.confirm import confirmation, corrected, said_elsewhere
from assistant.routes.premise import premises
from assistant.routes.quote import WHOLE_TABLE, beyond, quotation, quotations, rows_to_compare, worth_quoting
from assistant.routes.refuse import left_open
from assistant.routes.step import Context, Drafted, Dropped, Judged, Looked, Remark, Step
from assistant.types import Evidence, Source, Stage, is_quotation
from assistant.verify.check import check
from index.chinese.places import mentions, same_place
from index.chinese.quantity import Kind, quantities, same_quantity, unsupported
from index.chinese.words import cut
from index.search import Index

BESIDE = "没有说到所问的事"
MODEL_DOWN = "对话模型暂不可用，以下为原文摘录。"
_BOUND_WORDS = {">=": "{}以上", "<=": "不超过{}", ">": "超过{}", "<": "不足{}"}
_NAME = re.compile(r"[“《]([^“”《》]+)[”》]")
_LOOK_AGAIN_SECONDS = 0.1


def content(query: Query, context: Context) -> Iterator[Step]:
    """What stands of the model's draft, and quotations of what the evidence says beyond it, or instead of it."""
    index = context.index
    if not query.confirms:  # else it is not asked
        load(context.model)
    started = time.perf_counter()
    found = find(query, index, context.judge)
    evidence = within_budget(found.candidates, context.profile.evidence_characters)
    yield Looked(evidence, time.perf_counter() - started)
    wrong = [p for p in premises(query, index) if not p.holds]
    if wrong:
        yield from corrected(wrong, query, index)
        return
    yield Judged(None if found.reason else found.odds)
    if (best := found.best) is None or found.probability < context.settings.least_probability:
        yield from left_open(found)
        if query.confirms and "“" in query.standalone:
            yield from said_elsewhere(query, index)
        return
    yield from map(Remark, _other_years(query, as_source(index, best.evidence)))
    if query.confirms:
        yield from confirmation(query, best, index)
        said = quotation(best.evidence, query, index)
        yield from (q for each in beyond(found, [said]) for q in quotations(each, query, index))
    elif lead := _leads_in_the_answer(found, best, index):
        yield from quotations(lead, query, index)
    else:
        yield from _written(found, best, [as_source(index, e) for e in evidence], context)


def _loaded(model: ChatModel | None) -> Iterator[Stage]:
    """Waits for a model that is being loaded, and says so again and again, so that a stop is heeded meanwhile."""
    while loading(model):
        yield Stage.LOAD
        time.sleep(_LOOK_AGAIN_SECONDS)


def _written(found: Findings, best: Candidate, sources: Sequence[Source], context: Context) -> Iterator[Step]:
    """The draft's sentences that stand, then quotations of what they leave out, or of the best where none stands."""
    query, index = found.query, context.index
    said: list[Claim] = []
    for step in _drafted(query, sources, context):
        if isinstance(step, Claim):
            if problem := _says_too_little(step, query, index):
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
        yield from (q for each in beyond(found, said) for q in quotations(each, query, index))
        return
    quoted = rows_to_compare(query, best, index)
    if quoted:
        yield Remark(WHOLE_TABLE)
    for each in quoted or worth_quoting(found):
        yield from quotations(each, query, index)


def _quoted(claim: Claim, best: Candidate, query: Query, index: Index) -> Claim:
    """The claim; where one thing is asked for, and it rests on another sentence than the best one, that sentence itself."""
    if query.wanted is None or best.evidence in claim.support or is_quotation(claim.text, claim.support):
        return claim
    return quotation(claim.support[0], query, index, longest=len(claim.support[0].text))


def _leads_in_the_answer(found: Findings, best: Candidate, index: Index) -> Evidence | None:
    """What leads in a list that answers only as a whole: it is the best itself, or several of its items answer.

    Which tier (300万元以下补5%，以上补8%) is the reader's, one item alone does not tell.
    """
    wanted = found.query.wanted
    if wanted is None and items_of(index, best.evidence):
        return best.evidence
    lead = as_source(index, best.evidence).cited[1:]
    if not lead or (wanted and not wanted.figure):
        return None
    near = {(c.evidence.document_id, c.evidence.start) for c in found.candidates}
    items = items_of(index, lead[0])
    answer = [i for i in items if (wanted.found_in(i.text) if wanted else (i.document_id, i.start) in near)]
    return lead[0] if len(answer) > 1 else None


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


def gives_back(text: str, question: str) -> bool:
    """Whether the text has no figure and no word that the question has not."""
    said = normalized(question)
    named = {m.place for m in mentions(question) if m.place}
    places = named if len(named) == 1 else set()  # of several it may be asked for one
    words = [word for word in cut(unmarked(normalized(text))) if same_place(word) not in places]
    return not unsupported(text, [question]) and all(word in said for word in words)


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


def _drafted(query: Query, sources: Sequence[Source], context: Context) -> Iterator[Step]:
    """Each sentence of the draft as it is written: a claim if it stands, else dropped."""
    if context.model is None:
        return
    draft = Draft()
    yield from _loaded(context.model)
    yield Stage.GENERATE
    yield Drafted(draft)
    try:
        for sentence in write(query.standalone, sources, context.model, context.profile.answer_tokens, draft):
            if isinstance(sentence, Stage):
                yield sentence
                continue
            yield Stage.VERIFY
            verdict = check(sentence, sources, context.index.idf, question=query.standalone)
            if verdict.problem:
                yield Dropped(sentence, verdict.problem)
            else:
                yield Claim(sentence, verdict.support, verdict.checks)
    except ModelUnavailable as error:
        logging.getLogger(__name__).warning("%s", error)  # for the operator: the address may be nobody else's business
        yield Remark(MODEL_DOWN)
