"""The route through evidence and model: what is asked, is it there, a draft, and of the draft what stands."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator, Sequence

from assistant.answerable import answered, weigh
from assistant.claim import Claim, Work, titled
from assistant.coverage import coverage, plain
from assistant.find import CLEARLY, Findings, find, is_nearest, nearest_clauses
from assistant.forms import OPEN, Asks
from assistant.generate import Draft, write
from assistant.llm import ChatModel, ModelUnavailable
from assistant.premise import Premise, premises
from assistant.retrieve import Candidate, as_evidence, as_source, retrieve, within_budget
from assistant.settings import Settings
from assistant.types import Evidence, Signals, Source, Stage
from assistant.understand import Query
from assistant.verify import Verdict, check, objection
from assistant.why_not import about, unstated
from index.quantity import Kind, Quantity, quantities, unsupported
from index.search import Index
from index.types import Passage

BY_MEANING = "照问题的原词没有找到，以下按整句意思最接近的条文作答，请核对原文。"
MODEL_DOWN = "对话模型暂不可用，以下为原文摘录。"
_LONGEST_QUOTE = 160
_SAID_ELSEWHERE = 0.9
_WORTH_QUOTING = 0.2
_MOST_SOURCES = 3
_MOST_QUOTES = 4
_MOST_NEAREST = 2
_LEAST_DEVOTED = 0.4
_NEARLY = 0.85
_LEAST_OF_BEST = 0.6
_LEAST_TOLD_BY_MEANING = 0.5  # in log-odds; chosen on the spoken questions that rules are made on
_LEAST_MEANT = 0.5  # of the words of a dropped sentence
WRITTEN = "原文写的是："
_DIFFERS = f"与原文不符，{WRITTEN}"


def _unanswered(
    found: Findings, sources: Sequence[Source], model: ChatModel | None, index: Index, least: float, work: Work
) -> str | None:
    """Why the question is not to be answered, for the reader; None if it is: by the rules, or by all signals together."""
    query, reason = found.query, found.reason
    if (query.confirms and not found.by_meaning) or not found.candidates or not query.terms:
        return reason if found.ruled_out == 1 else None
    signals = Signals(found.ruled_out)
    if model is not None:
        signals = weigh(signals, model, query.text, sources, index.rarity, least)
    work.signals = signals
    sure = not found.by_meaning or (signals.model is not None and signals.model >= _LEAST_TOLD_BY_MEANING)
    if sure and answered(signals, least):
        return None
    return reason or unstated(query)


def content(
    query: Query, index: Index, model: ChatModel | None, settings: Settings, work: Work, near: bool = True
) -> Iterator[Claim | Stage]:
    """Claims from the model's draft that stand; a quotation where none does or no model can be had.

    `near`: whether words that no plan has may be read as others that mean nearly the same.
    """
    started = time.perf_counter()
    found = find(query, index, near)
    work.retrieve_seconds += time.perf_counter() - started
    evidence = within_budget(found.candidates, settings.evidence_characters)
    work.evidence += evidence
    wrong = [p for p in premises(query, index) if not p.holds]
    if wrong:
        yield from _corrected(wrong, query, index, work)
        return
    sources = [as_source(index, e) for e in evidence]
    reason = _unanswered(found, sources, model, index, settings.least_probability, work)
    query, candidates, best = found.query, found.candidates, found.best
    if reason or best is None:
        _leave_open(reason or unstated(query), found, evidence, index, work)
        if query.confirms and "“" in query.text:
            yield from _said_elsewhere(query, index, work)
        return
    work.notes += _other_years(query, as_source(index, best.evidence))
    work.notes += [f"文件里没有“{word}”，以下按意思相近的“{other}”作答。" for word, other in found.read_as.items()]
    work.notes += [BY_MEANING] if found.by_meaning else []
    if query.confirms:
        yield _confirmation(query, best, found.reason is not None, index, work)
        return
    answers = False
    dropped: list[tuple[str, Verdict]] = []
    for claim in _drafted(query, sources, model, index, dropped, work):
        if isinstance(claim, Stage):
            yield claim
            continue
        if not _to_the_point(claim, found, index):
            work.problems.append(f"略去一句（所引条文不是最切题的）：{claim.text}")
            continue
        answers = answers or query.wanted is None or query.wanted.found_in(claim.text)
        yield claim
    if answers:
        return
    if (_made_up(dropped, query, evidence) and _is_beside(best, query, index)) or _only_near(best, found):
        _leave_open(found.reason or unstated(query), found, evidence, index, work)
        return
    best = _meant(dropped, found) or best
    for candidate in [best] if found.by_meaning else _quoted(query, candidates, best, index):
        yield quotation(candidate.evidence, query, index)


def _leave_open(reason: str, found: Findings, evidence: Sequence[Evidence], index: Index, work: Work) -> None:
    """Tell why there is no answer, and where a reader may look himself."""
    work.missing.append(reason)
    work.nearest += _to_look_at(found, evidence, index) if found.query.terms else ()


def _to_look_at(found: Findings, evidence: Sequence[Evidence], index: Index) -> list[Evidence]:
    """Where a reader who is refused may look himself: nearest by the question's words, then by its meaning, each place once."""
    by_words = [c.evidence for c in found.by_words] or evidence
    by_meaning = [c.evidence for c in nearest_clauses(found.query, index, _MOST_NEAREST)]
    places = {(e.document_id, e.start): e for e in (*by_words[:_MOST_NEAREST], *by_meaning)}
    return list(places.values())


def _other_years(query: Query, source: Source) -> list[str]:
    """A remark for each year of the question that the evidence, which has other years, does not have."""
    held = [source.evidence.text, *(e.text for e in source.above)]
    if query.confirms or not any(q.kind is Kind.DATE for text in held for q in quantities(text)):
        return []
    strange = [q for q in unsupported(query.text, [*held, source.context]) if q.kind is Kind.DATE]
    return [f"原文没有“{q.text}”这个时间，请以所引原文写明的时间为准。" for q in strange]


def _to_the_point(claim: Claim, found: Findings, index: Index) -> bool:
    """Whether what the claim cites is nearly as much about the question as the best candidate is.

    What was found by other words than the question's must be of a clause that is among the nearest in meaning.
    """
    by_its_words = not found.reason or found.by_meaning or any(is_nearest(e, found.query, index) for e in claim.support)
    return by_its_words and _is_about(claim.support, found)


def _is_about(support: Sequence[Evidence], found: Findings) -> bool:
    if found.by_meaning and found.best:
        least = found.best.evidence.score - CLEARLY
        return any(c.evidence in support and c.evidence.score >= least for c in found.candidates)
    covered = {c.evidence: c.covered for c in found.candidates}
    best = found.best.covered if found.best else 0.0
    return max((covered[e] for e in support if e in covered), default=0.0) >= _LEAST_OF_BEST * best


def _meant(dropped: Sequence[tuple[str, Verdict]], found: Findings) -> Candidate | None:
    """What a sentence that was dropped for its wording alone is nearest to: the model had found the place."""
    for _, verdict in dropped:
        near = verdict.checks.numbers and verdict.checks.place and verdict.checks.content >= _LEAST_MEANT
        if near and _is_about(verdict.support, found):
            return next((c for c in found.candidates if c.evidence in verdict.support), None)
    return None


def _only_near(candidate: Candidate, found: Findings) -> bool:
    """Whether the candidate, which the question's own words did not find, has neither the asked kind nor any word of it."""
    missed = found.query.wanted is not None or (found.by_meaning and not candidate.covered)
    return found.reason is not None and missed and not candidate.holds_kind


def _made_up(dropped: Sequence[tuple[str, Verdict]], query: Query, evidence: Sequence[Evidence]) -> bool:
    """Whether a sentence has a figure that neither the question nor the evidence has."""
    held = [query.text, *(e.text for e in evidence)]
    return any(not verdict.checks.numbers and unsupported(sentence, held) for sentence, verdict in dropped)


def _is_beside(candidate: Candidate, query: Query, index: Index) -> bool:
    """Whether the candidate does not give what the model had to make a figure up for.

    That is where neither a figure nor a list is asked for (在哪条街: 大道123号), or all that it has are of things that the question does not name.
    """
    if query.wanted is None or not query.wanted.figure:
        return query.wanted is None and query.asks is not Asks.LIST
    evidence = candidate.evidence
    here = (t for t in index.targets([evidence.document_id]) if t.span.start == evidence.start)
    figures = [t for t in here if query.wanted.found_in(t.text)]
    return bool(figures) and not any(coverage(query.terms, plain(t.indicator), index.rarity) for t in figures)


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
        for sentence in write(query.text, sources, model, draft):
            if isinstance(sentence, Stage):
                yield sentence
                continue
            yield Stage.VERIFY
            verdict = check(sentence, sources, index.rarity, question=query.text)
            if verdict.problem:
                dropped.append((sentence, verdict))
                work.problems.append(f"略去一句（{verdict.problem}）：{sentence}")
            else:
                yield Claim(sentence, verdict.support, verdict.checks)
    except ModelUnavailable as error:
        logging.getLogger(__name__).warning("%s", error)  # for the operator: the address may be nobody else's business
        work.notes.append(MODEL_DOWN)


def quotation(
    evidence: Evidence, query: Query, index: Index, opening: str = "", longest: int = _LONGEST_QUOTE
) -> Claim:
    """The evidence itself as the answer after an `opening` of ours, cut to what is about the question where it is long."""
    text = opening + excerpt(evidence.text.strip(), query, index, longest)
    return Claim(text, (evidence,), check(text, [as_source(index, evidence)], index.rarity, given=opening).checks)


def _confirmation(query: Query, candidate: Candidate, otherwise: bool, index: Index, work: Work) -> Claim:
    """Yes or no by the figures: the question's own against the evidence's; then the evidence word for word.

    Where the question was read in other words, `otherwise`, only the latter: the figures may be of another thing.
    """
    if otherwise:
        return quotation(candidate.evidence, query, index, WRITTEN)
    source = as_source(index, candidate.evidence)
    figures = [q for q in quantities(query.text) if not q.indefinite]
    missing = [
        q
        for q in unsupported(query.text, [source.evidence.text])
        if q.kind is Kind.NUMBER or unsupported(q.text, [*(e.text for e in source.above), source.context])
    ]
    work.notes += [f"原文没有“{q.text}”。" for q in missing]
    opening = WRITTEN
    if missing:
        opening = _DIFFERS
    elif figures and not _of_which(figures, source) and objection(query.text, source, index.rarity) is None:
        opening = f"与原文相符，{WRITTEN}"
    return quotation(candidate.evidence, query, index, opening)


def _of_which(figures: Sequence[Quantity], source: Source) -> bool:
    """Whether only years are asked about and the evidence has several: which is of what, no check tells."""
    years = {q.year for q in quantities(source.evidence.text) if q.kind is Kind.DATE}
    return len(years) > 1 and all(q.kind is Kind.DATE for q in figures)


def _corrected(wrong: Sequence[Premise], query: Query, index: Index, work: Work) -> Iterator[Claim]:
    """What the plan has instead of the figures that the question takes for granted, each sentence once."""
    work.notes += [premise.remark for premise in wrong]
    for document_id, span in dict.fromkeys((p.target.document_id, span) for p in wrong for span in p.spans):
        evidence = as_evidence(index, index.document(document_id), span)
        work.evidence.append(evidence)
        yield quotation(evidence, query, index, _DIFFERS)


def _said_elsewhere(query: Query, index: Index, work: Work) -> Iterator[Claim]:
    """For “……”是某市提出的吗: the plan of another place that says those very words, quoted."""
    others = [d for d in query.scope if d not in query.documents]
    candidates = retrieve(query, index, others) if others and query.terms else []
    if candidates and candidates[0].covered >= _SAID_ELSEWHERE:
        evidence = candidates[0].evidence
        document = index.document(evidence.document_id)
        quote = quotation(evidence, query, index)
        work.evidence.append(evidence)
        yield Claim(
            f"{document.region or titled(document.title)}的文件写的是：{quote.text}", quote.support, quote.checks
        )


def _quoted(query: Query, candidates: Sequence[Candidate], best: Candidate, index: Index) -> list[Candidate]:
    """The best candidate, and those that hold a good part of the question's words that it leaves out."""
    chosen, held = [best], _words_of(best, index)
    for candidate in about(query, candidates):
        more = held + _words_of(candidate, index)
        gain = coverage(query.terms, more, index.rarity) - coverage(query.terms, held, index.rarity)
        if gain >= _WORTH_QUOTING and len(chosen) < _MOST_SOURCES:
            chosen.append(candidate)
            held = more
    if OPEN.search(query.text) and query.wanted is None:
        chosen += [c for c in _beside(best, query, candidates, index) if c not in chosen]
    return chosen[:_MOST_QUOTES]


def _beside(best: Candidate, query: Query, candidates: Sequence[Candidate], index: Index) -> list[Candidate]:
    """The other sentences of the best one's clause: all, where the clause is given to the question, else those that say it."""
    clause = index.passage_at(best.evidence.document_id, best.evidence.start)
    here = [c for c in candidates if _in_clause(c, clause)]
    about = [c for c in here if c.covered >= _NEARLY * best.covered]
    if len(about) < _LEAST_DEVOTED * len(clause.sentences):
        said = {c: coverage(query.terms, plain(c.evidence.text), index.rarity) for c in about}
        here = [c for c in about if said[c] >= _NEARLY * best.covered]
    return sorted([c for c in here if c is not best][: _MOST_QUOTES - 1], key=lambda c: c.evidence.start)


def _in_clause(candidate: Candidate, clause: Passage) -> bool:
    evidence = candidate.evidence
    return evidence.document_id == clause.document_id and clause.start <= evidence.start < clause.end


def _words_of(candidate: Candidate, index: Index) -> str:
    source = as_source(index, candidate.evidence)
    return plain(source.evidence.text + "\n" + "".join(source.headings)) + "\n"


def excerpt(text: str, query: Query, index: Index, longest: int = _LONGEST_QUOTE) -> str:
    """`text`, or its stretch of clauses that holds most of the question's words, with …… for what is left out."""
    if len(text) <= longest:
        return text
    parts = re.findall(r"[^，,；;]+[，,；;]?", text)
    best, best_score = (0, len(parts)), -1.0
    for start in range(len(parts)):
        length = 0
        for end in range(start + 1, len(parts) + 1):
            length += len(parts[end - 1])
            if length > longest and end > start + 1:
                break
            score = coverage(query.terms, plain("".join(parts[start:end])), index.rarity) + length / 10_000
            if score > best_score:
                best, best_score = (start, end), score
    start, end = best
    if start and any(q.kind is Kind.DATE for q in quantities(parts[0])):
        return f"{parts[0]}……{''.join(parts[start:end]).strip().rstrip('，,；;')}{'……' if end < len(parts) else ''}"
    stretch = "".join(parts[start:end]).strip().rstrip("，,；;")
    return f"{'……' if start else ''}{stretch}{'……' if end < len(parts) else ''}"
