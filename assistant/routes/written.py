"""The route of a strong model: it answers from whole clauses, and each of its sentences is checked before it is shown."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.evidence.find import find
from assistant.evidence.retrieve import as_evidence, as_source
from assistant.evidence.whole import whole_clauses
from assistant.judge.chat import ChatJudge
from assistant.judge.judge import Statement
from assistant.model.chat import ChatModel, ModelUnavailable, PromptTooLong
from assistant.model.draft import Draft
from assistant.model.writing import Written, write
from assistant.question.coverage import coverage, normalized
from assistant.question.understand import Query
from assistant.routes.claim import Claim
from assistant.routes.content import BESIDE, MODEL_DOWN, content, is_beside
from assistant.routes.quote import quotation
from assistant.routes.step import Context, Drafted, Dropped, Looked, Missing, Nearest, Remark, Step
from assistant.types import Checks, Evidence, Source, Stage, titled
from assistant.verify.check import check
from assistant.verify.vetoes import veto
from index.chinese.quantity import quantities, same_value
from index.search import Index

_LEAST_SUPPORT = 0.5
_MOST_QUOTED = 3
_MOST_NEAREST = 2
_LONGEST_FRAME = 24
_ARRANGES, _MOST_ARRANGED = ("个", "项", "条", "类", "种"), 20  # 主要有两方面：
_LEAST_CHARACTERS = 500
_NO_SUPPORT = "核对原文后不能确认"
_NOT_CHINESE = "不是中文"
_UNMARKED = "没有标出依据"
_MISSING = "所问的有一部分，文件没有写明。"


def written(query: Query, context: Context) -> Iterator[Step]:
    """What stands of the model's answer; quotations as for any other model where it cannot be had."""
    if context.model is None:
        yield from content(query, context)
        return
    characters = context.profile.evidence_characters
    shown = False
    while True:
        started = time.perf_counter()
        sources = whole_clauses(query, context.index, characters)
        yield Looked(tuple(s.evidence for s in sources), time.perf_counter() - started)
        if not sources:
            yield from content(query, replace(context, model=None))
            return
        try:
            for step in _answered(query, sources, context, context.model):
                shown = shown or isinstance(step, Claim)
                yield step
        except ModelUnavailable as error:
            if isinstance(error, PromptTooLong) and not shown and characters > _LEAST_CHARACTERS:
                characters //= 2  # what fits is the server's to say
                continue
            # For the operator: the address may be nobody else's business.
            logging.getLogger(__name__).warning("%s", error)
            yield Remark(MODEL_DOWN)
            if not shown:
                yield from content(query, replace(context, model=None))
        return


@dataclass(frozen=True, slots=True)
class _Checked:
    """A written sentence with the clauses that it rests on, before it is judged: `stands` where it needs no judge."""

    written: Written
    sources: tuple[Source, ...]
    stands: bool


def _answered(query: Query, sources: Sequence[Source], context: Context, model: ChatModel) -> Iterator[Step]:
    draft = Draft()
    yield Stage.GENERATE
    yield Drafted(draft)
    waiting: list[_Checked] = []
    shown = told = False
    frame = ""
    broken: ModelUnavailable | None = None
    written = write(query.standalone, sources, context.history, model, context.profile.answer_tokens, draft)
    while True:
        try:
            step = next(written, None)
        except ModelUnavailable as error:
            broken = error
            break
        if step is None:
            break
        if isinstance(step, Stage):
            yield step
        elif (missing := step.missing) is not None:
            told = True
            yield Missing(_MISSING if veto(missing, sources, f"{query.question}{query.standalone}") else missing)
        elif _frames(step):
            frame += step.opens + step.text
        elif isinstance(checked := _checked(step, sources, query, context.index), Dropped):
            yield checked
        else:
            checked = replace(checked, written=replace(checked.written, opens=frame + checked.written.opens))
            frame = ""
            if checked.stands and not waiting:
                shown = True
                yield _claim(checked, context.index)
            else:
                waiting.append(checked)
    if waiting:
        yield Stage.VERIFY
        for claim in _judged(waiting, query, context, model):
            shown = shown or isinstance(claim, Claim)
            yield claim
    if broken:
        raise broken
    if not shown and not told:
        yield from content(query, replace(context, model=None))
    elif not shown:
        yield Nearest(find(query, context.index, context.judge).nearest[:_MOST_NEAREST])


def _frames(line: Written) -> bool:
    """Whether it is a heading, or leads in what follows, and states nothing that rests on a clause."""
    leads = line.heading or line.text.endswith(("：", ":"))
    states = any(q.unit not in _ARRANGES or (q.value or 0) > _MOST_ARRANGED for q in quantities(line.text))
    return leads and not line.numbers and len(line.text) <= _LONGEST_FRAME and not states


def _checked(line: Written, sources: Sequence[Source], query: Query, index: Index) -> _Checked | Dropped:
    """The line with the clauses that it names, or that are nearest to it; dropped where the grammar is against it."""
    if not any("\u4e00" <= c <= "\u9fff" for c in line.text):
        return Dropped(line.text, _NOT_CHINESE)
    if is_beside(line.text, query, index):
        return Dropped(line.text, BESIDE)
    asked = f"{query.question}{query.standalone}"
    named = [sources[n - 1] for n in line.numbers if 0 < n <= len(sources)]
    problem = veto(line.text, named, asked) if named else _UNMARKED
    if problem:
        closest = _closest(line.text, sources)
        named = next((few for n in range(1, len(closest)) if not veto(line.text, few := closest[:n], asked)), closest)
        problem = veto(line.text, named, asked)
    if problem:
        return Dropped(line.text, problem)
    return _Checked(line, tuple(named), check(line.text, named, index.idf, question=query.standalone).stands)


def _closest(text: str, sources: Sequence[Source]) -> list[Source]:
    """The clauses that share most with the sentence, best first: for one that names none, or the wrong ones."""
    ranked = sorted(sources, key=lambda source: -_shared(text, source.context))
    return ranked[:_MOST_QUOTED]


def _shared(one: str, other: str) -> float:
    """Share of the pairs of characters of `one` that `other` has."""
    mine, theirs = (_pairs(normalized(text)) for text in (one, other))
    return len(mine & theirs) / len(mine) if mine else 0.0


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}


def _judged(waiting: Sequence[_Checked], query: Query, context: Context, model: ChatModel) -> Iterator[Step]:
    """Those that stand, those that the judge lets stand, and the quotation that it rests on for each that it doubts."""
    free = [checked for checked in waiting if not checked.stands]
    statements = [Statement(c.written.text, tuple(_told(s, context) for s in c.sources)) for c in free]
    try:
        said = ChatJudge(model).supports(query.standalone, statements)
    except ModelUnavailable as error:
        logging.getLogger(__name__).warning("%s", error)
        said = [None] * len(free)
    verdicts = dict(zip(map(id, free), said, strict=True))
    index = context.index
    for checked in waiting:
        if checked.stands or (verdicts[id(checked)] or 0.0) >= _LEAST_SUPPORT:
            yield _claim(checked, index)
            continue
        yield Dropped(checked.written.text, _NO_SUPPORT)
        closest = _support(checked.written.text, checked.sources[:1], index)[0]
        near = query.wanted is None or coverage(query.terms, normalized(closest.text), index.idf)
        if near and _shared(checked.written.text, closest.text) >= _LEAST_SUPPORT:
            yield replace(quotation(closest, query, index), opens=checked.written.opens)


def _told(source: Source, context: Context) -> str:
    """What the judge is told of a clause: where it stands, whether that is in force, its words."""
    status = source.document.validity(context.as_of).status.label
    return f"{titled(source.document.title)}（{status}）{source.context}"


def _claim(checked: _Checked, index: Index) -> Claim:
    support = _support(checked.written.text, checked.sources, index)
    return Claim(
        checked.written.text,
        support,
        Checks(
            numbers=True,
            place=True,
            content=round(max(_shared(checked.written.text, s.context) for s in checked.sources), 3),
        ),
        opens=checked.written.opens,
    )


def _support(text: str, sources: Sequence[Source], index: Index) -> tuple[Evidence, ...]:
    """Of each clause that the sentence rests on the sentence that it shares most with, and those that have its figures."""
    chosen: list[Evidence] = []
    spare: list[Evidence] = []
    for source in sources:
        document = source.document
        passage = index.passage_at(document.id, source.evidence.start)
        spans = [as_evidence(index, document, span) for span in passage.sentences]
        best = max(spans, key=lambda e: _shared(text, as_source(index, e).context))
        chosen.append(best)
        spare += [e for e in (*spans, *source.above) if e is not best]
    held = [q for e in chosen for q in quantities(e.text)]
    for figure in quantities(text):
        if not any(same_value(figure, q) for q in held):
            having = next((e for e in spare if any(same_value(figure, q) for q in quantities(e.text))), None)
            if having and having not in chosen:
                chosen.append(having)
                held += quantities(having.text)
    return tuple(sorted(dict.fromkeys(chosen), key=lambda e: (e.document_id, e.start)))
