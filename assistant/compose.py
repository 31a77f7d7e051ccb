"""Steps to the one `Answer`: claims become numbered sentences, each cited place once; the rest is told beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import prompts
from assistant.judge.chat import PROMPTS as JUDGE_PROMPTS
from assistant.model.draft import PROMPTS as DRAFT_PROMPTS
from assistant.model.draft import Draft
from assistant.model.rewrite import PROMPTS as REWRITE_PROMPTS
from assistant.model.writing import PROMPTS as WRITING_PROMPTS
from assistant.question.intent import Intent
from assistant.question.understand import Query
from assistant.routes.claim import Claim, Filling
from assistant.routes.comparison import Comparison
from assistant.routes.content import MODEL_DOWN
from assistant.routes.step import Compared, Drafted, Dropped, Judged, Looked, Missing, Nearest, Remark, Step
from assistant.types import (
    Answer,
    Checked,
    Citation,
    Computed,
    Evidence,
    Operand,
    Outcome,
    Sentence,
    Timings,
    Usage,
    is_quotation,
    titled,
)
from index.search import Index
from index.types import Document, Kind, Status

_PROMPTS = (*DRAFT_PROMPTS, *JUDGE_PROMPTS, *WRITING_PROMPTS, *REWRITE_PROMPTS)
_NOTHING_FOUND = "现有文件里没有找到能回答这个问题的内容。"
_MOST_HOLDINGS = 8
_LONGEST_HOLDING = 24  # characters: no title of a page that is its first paragraph
_MOST_NEAREST = 4


@dataclass(slots=True)
class Composition:
    """The answer to one query as far as its steps have come."""

    query: Query
    index: Index
    as_of: date
    sentences: list[Sentence] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    cited: _Cited = field(init=False)
    _nearest: list[Evidence] = field(default_factory=list)
    _evidence: list[Evidence] = field(default_factory=list)
    _drafts: list[Draft] = field(default_factory=list)
    _odds: float | None = None
    _seconds: float = 0.0
    _comparison: Comparison | None = None
    _filled: list[tuple[Filling, tuple[int, ...]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.cited = _Cited(self.index, self.as_of)

    def add(self, step: Step) -> Checked | None:
        """Take a step; what to show of it at once, if it is a claim."""
        match step:
            case Claim():
                return self._shown(step)
            case Missing(text):
                self.missing.append(text)
            case Remark(text):
                self.remarks.append(text)
            case Nearest(evidence):
                self._nearest += evidence
            case Looked(evidence, seconds):
                self._evidence += evidence
                self._seconds += seconds
            case Dropped(text, problem):
                self.problems.append(f"略去一句（{problem}）：{text}")
            case Drafted(draft):
                self._drafts.append(draft)
            case Judged(odds):
                self._odds = odds if self._odds is None else self._odds
            case Compared(comparison):
                self._comparison = comparison
        return None

    def answer(self, timings: Timings, chat: str | None) -> Answer:
        """The answer that the steps so far make; `chat` is the name of the model, if there is one."""
        query, found = self.query, bool(self.sentences)
        missing = "".join(dict.fromkeys(self.missing))
        citations, nearest = self.cited.citations, _Cited(self.index, self.as_of)
        status, reason = (Outcome.PARTLY if missing else Outcome.ANSWERED), missing
        if not found:
            status, reason = Outcome.REFUSED, missing or _NOTHING_FOUND
            for evidence in self._nearest[:_MOST_NEAREST]:
                nearest.cite(evidence)
            if query.intent is not Intent.TALK:
                reason += _holdings(self.index)
        asked_alone = query.documents if len(query.documents) == 1 else ()
        spoken_of = tuple({c.document.id: c.document for c in citations}.values()) if found else asked_alone
        wrote = bool(self._drafts)
        return Answer(
            question=query.question,
            resolved_question=query.standalone,
            status=status,
            as_of=self.as_of,
            reason=reason or None,
            sentences=tuple(self.sentences),
            citations=tuple(citations),
            nearest=tuple(nearest.citations),
            table=self._comparison.table(self._filled, self.as_of) if self._comparison and found else None,
            notices=(
                *dict.fromkeys(r for r in self.remarks if found or r == MODEL_DOWN),
                *_notices(spoken_of, self.as_of, cited=found),
            ),
            problems=tuple(self.problems),
            evidence=tuple(dict.fromkeys([*self._evidence, *self.cited.evidence])),
            route=query.intent.value,
            draft="\n".join(d.text for d in self._drafts) or None,
            timings=replace(timings, retrieve=self._seconds, model=sum(d.seconds for d in self._drafts)),
            usage=Usage(
                sum(d.usage.prompt_tokens for d in self._drafts), sum(d.usage.completion_tokens for d in self._drafts)
            ),
            models={"embedding": self.index.model, **({"chat": chat} if chat and wrote else {})},
            prompts={name: prompts.version(name) for name in _PROMPTS} if wrote else {},
            odds=self._odds,
        )

    def _shown(self, claim: Claim) -> Checked:
        cited = tuple(map(self.cited.cite, claim.support))
        numbers = tuple(c.number for c in cited)
        computed = (
            Computed(
                r.operation, tuple(Operand(o.text, self.cited.cite(o.evidence).number) for o in r.operands), r.text
            )
            for r in claim.results
        )
        quoted = is_quotation(claim.text, claim.support)
        sentence = Sentence(claim.text, numbers, claim.checks, tuple(computed), claim.opens, quoted)
        self.sentences.append(sentence)
        if claim.fills:
            self._filled.append((claim.fills, numbers))
        return Checked(sentence, cited)


@dataclass(slots=True)
class _Cited:
    """Citations, each cited place once."""

    index: Index
    as_of: date
    citations: list[Citation] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)

    def cite(self, evidence: Evidence) -> Citation:
        """The citation of that place, with a number of its own if it is the first."""
        place = (evidence.document_id, evidence.start, evidence.end)
        for citation in self.citations:
            if (citation.document.id, citation.start, citation.end) == place:
                return citation
        document = self.index.document(evidence.document_id)
        validity = document.validity(self.as_of)
        number = len(self.citations) + 1
        citation = Citation(
            number, document, evidence.address, evidence.start, evidence.end, validity.status, validity.basis
        )
        self.citations.append(citation)
        self.evidence.append(evidence)
        return citation


def _notices(documents: Sequence[Document], as_of: date, cited: bool) -> tuple[str, ...]:
    """One line for each document that is not in force, has a newer version, is no plan itself, or a digest."""
    lines = []
    for document in documents:
        validity = document.validity(as_of)
        if validity.status in (Status.STOPPED, Status.REPEALED, Status.LAPSED):
            lines.append(f"请注意：{titled(document.title)}{validity.status}（{validity.basis}），内容仅供参考。")
        if document.newer:
            lines.append(f"{titled(document.title)}有较新的一版{titled(document.newer.title)}，也已收录。")
        if cited and document.kind in (Kind.INTERPRETATION, Kind.NEWS, Kind.INTERVIEW):
            lines.append(f"{titled(document.title)}是{document.kind}，不是正式文件本身，请以正式文件为准。")
        if cited and document.digest:
            lines.append(f"{titled(document.title)}是摘编，不是原文件的文字，引用请以原文件为准。")
    return tuple(lines)


def _holdings(index: Index) -> str:
    named = dict.fromkeys(d.region or titled(d.title) for d in index.documents if d.region or d.title != d.source)
    shown = [name for name in named if len(name) <= _LONGEST_HOLDING][:_MOST_HOLDINGS]
    about = f"，涉及{'、'.join(shown)}{'等' if len(named) > len(shown) else ''}" if shown else ""
    return f"已收录 {len(index.documents)} 份文件{about}。"
