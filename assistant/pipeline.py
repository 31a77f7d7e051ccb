"""The assistant: understand → route → claims that stand → one Answer. Read `stream` first.

Errors are those of `index.errors`. A chat model that cannot be had is no error: the answer is then composed of quotations and says so.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Self

import prompts
from assistant.model import draft as generate
from assistant.model.chat import BundledChat, ChatModel, chat_model
from assistant.question.intent import Intent
from assistant.question.understand import Query, understand
from assistant.routes import compare, lookup, several
from assistant.routes.claim import Claim, Filling, Work
from assistant.routes.comparison import Comparison
from assistant.routes.content import content
from assistant.settings import Settings
from assistant.suggest import candidates
from assistant.types import (
    Answer,
    Checked,
    Citation,
    Computed,
    Event,
    Evidence,
    Operand,
    Outcome,
    Sentence,
    Stage,
    Timings,
    Usage,
    titled,
)
from assistant.verify import answerable
from index.beside import IndexBeside
from index.build import BuildError, Report, build
from index.document.split import split
from index.errors import ZhengdaError
from index.search import Index
from index.store import snapshot
from index.store.library import Library
from index.store.snapshot import NoIndex
from index.store.vectors import StoreUnavailable
from index.types import Document, Duty, Filters, Hit, Kind, Passage, Plan, Status, Target

_PROMPTS = (*generate.PROMPTS, *answerable.PROMPTS)
_MOST_HOLDINGS = 8
_LONGEST_HOLDING = 24  # characters: no title of a page that is its first paragraph
_MOST_CANDIDATES = 10
_SUGGESTIONS = 3
_MOST_NEAREST = 4
_GREETING = "您好，我根据已收录的政策文件回答问题，每句话都附原文出处。请直接问文件里的内容，例如目标、任务或牵头单位。"


class QuestionError(ZhengdaError, ValueError):
    """The question cannot be taken; the message says why."""


class Assistant:
    """Answers questions about the plans of one index; safe to share between threads.

    What is not given is made from `settings` at the first question, or by `prepare`. An index that it made itself follows
    its folder: when another snapshot is put in use there, the next question is answered from that one, and the one
    before is released as soon as no answer uses it any more.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        index: Index | None = None,
        model: ChatModel | None = None,
    ) -> None:
        self.settings = settings or Settings()
        self._index = index
        self._follows = index is None
        self._unusable: Path | None = None
        self._model = model
        self._model_known = model is not None
        self._lock = threading.Lock()
        self.warnings: tuple[str, ...] = ()

    @property
    def index(self) -> Index:
        """The index in use, at first built or brought up to date; the last good one where the files cannot be read now."""
        with self._lock:
            if self._index is None:
                self._index = self._opened()
            elif self._follows:
                self._index = self._current(self._index)
            return self._index

    @property
    def model(self) -> ChatModel | None:
        """The chat model, None if quotations only are wanted."""
        with self._lock:
            if not self._model_known:
                self._model = chat_model(self.settings)
                self._model_known = True
            return self._model

    @property
    def documents(self) -> tuple[Document, ...]:
        """What the index holds."""
        return self.index.documents

    @property
    def ready(self) -> bool:
        """Whether the index is open."""
        return self._index is not None

    def prepare(self) -> None:
        """Build the index and load the embedding model now rather than at the first question.

        A Chroma server that does not answer is a warning here: each question tries it again.
        """
        try:
            self.index.dense("预热", k=1)
        except StoreUnavailable as error:
            self.warnings += (str(error),)

    def close(self) -> None:
        """End the model's process, if one was started, and release the index."""
        with self._lock:
            if isinstance(self._model, BundledChat):
                self._model.close()
            if self._index is not None:
                self._index.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def passage_at(self, document: Document, offset: int) -> Passage:
        """The clause that holds the character at `offset`, also of a document that the index held before."""
        return self._library(document).passage_at(document.id, offset)

    def passages(self, document: Document) -> tuple[Passage, ...]:
        """The clauses of `document` in order, also of one that the index held before."""
        return self._library(document).passages(document.id)

    def targets(self) -> tuple[Target, ...]:
        """All figures that the clauses set or report."""
        return self.index.targets()

    def duties(self) -> tuple[Duty, ...]:
        """Who does what, as the clauses say."""
        return self.index.duties()

    def search(self, text: str, k: int) -> list[Hit]:
        """The clauses that are most about `text`, each by its best sentence, best first."""
        return self.index.clauses(text, k=k)

    def examples(self) -> tuple[str, ...]:
        """Questions that the plans of this index can answer."""
        return lookup.examples(self.index)

    def suggestions(self, answer: Answer) -> tuple[str, ...]:
        """Up to three questions that may follow `answer`; each was asked without a model, and its answer says something new."""
        index = self.index
        quoting = Assistant(self.settings.model_copy(update={"llm": "off"}), index=index)
        said = {s.text for s in answer.sentences}
        found: list[str] = []
        for question in islice(dict.fromkeys(candidates(answer, index)), _MOST_CANDIDATES):
            if question in (answer.question, answer.resolved_question):
                continue
            next_answer = quoting.answer(question)
            new = {s.text for s in next_answer.sentences} - said
            if new and next_answer.status is Outcome.ANSWERED:
                found.append(question)
                said |= new
                if len(found) == _SUGGESTIONS:
                    break
        return tuple(found)

    def with_plans(self, plans: Sequence[Plan]) -> Assistant:
        """An assistant that knows these plans too, in memory only, with the same model; this one goes on without them."""
        return Assistant(self.settings, index=IndexBeside(self.index, plans), model=self.model)

    def answer(
        self, question: str, history: Sequence[Mapping[str, str]] = (), filters: Filters | None = None
    ) -> Answer:
        """The checked answer; `history` is OpenAI-style turns. Raises the errors of this module's docstring."""
        for event in self.stream(question, history, filters):
            if isinstance(event, Answer):
                return event
        raise AssertionError("a stream ends with its answer")

    def stream(
        self, question: str, history: Sequence[Mapping[str, str]] = (), filters: Filters | None = None
    ) -> Iterator[Event]:
        """Stages, then sentences as they are verified, then the Answer. Closing the iterator stops the model."""
        started = time.perf_counter()
        self._admit(question)
        index = self.index
        as_of = date.today()
        yield Stage.RETRIEVE
        query = understand(question, history, index, index.select(filters, as_of))
        shown = _Shown(as_of=as_of)
        work = Work()
        first = 0.0
        for claim in self._claims(query, index, as_of, work, shown):
            if isinstance(claim, Stage):
                yield claim
                continue
            first = first or time.perf_counter() - started
            yield shown.add(claim, index)
        yield Stage.VERIFY
        yield self._answer(
            query, index, work, shown, Timings(work.retrieve_seconds, first, time.perf_counter() - started)
        )

    def _admit(self, question: str) -> None:
        if not question.strip():
            raise QuestionError("请先输入问题。")
        if len(question) > self.settings.max_question:
            raise QuestionError(f"问题太长（{len(question)} 字），请压缩到 {self.settings.max_question} 字以内。")

    def _opened(self) -> Index:
        embedder = self.settings.embedder()
        report: Report | None = None
        try:
            report = build(self.settings.docs, self.settings.index_dir, embedder, server=self.settings.chroma_url)
        except (BuildError, StoreUnavailable) as error:
            self.warnings = (str(error), "以下用的是上次建好的索引。")
            try:
                return Index.open(self.settings.index_dir, embedder, self.settings.chroma_url)
            except NoIndex:
                raise error from None
        self.warnings = tuple(f"未能读取：{message}" for message in report.rejected)
        return Index.open(self.settings.index_dir, embedder, self.settings.chroma_url)

    def _library(self, document: Document) -> Library:
        index = self.index
        return index if document in index else Library([Plan(document, split(document))])

    def _current(self, index: Index) -> Index:
        """The snapshot in use where that is another one than `index` and can be opened; else `index`."""
        path = snapshot.current(self.settings.index_dir)
        if path is None or path.name == index.snapshot or path == self._unusable:
            return index
        try:
            return Index.open_snapshot(path, index.embedder, self.settings.chroma_url)
        except StoreUnavailable:
            return index
        except NoIndex as error:
            self._unusable = path
            self.warnings = (str(error), "以下用的是上次建好的索引。")
            return index

    def _claims(self, query: Query, index: Index, as_of: date, work: Work, shown: _Shown) -> Iterator[Claim | Stage]:
        """The route for each kind of question."""
        if query.intent is Intent.TALK:
            work.missing.append(_GREETING)
            return
        if query.intent is Intent.OFF_TOPIC:
            work.missing.append("这不是政策文件里的事，我只回答已收录文件的内容。")
            return
        if query.intent is Intent.OPINION:
            work.missing.append("我只依据文件原文回答，不作评价、建议或预测。")
            return
        if _says_absent(query, work):
            return
        if not query.documents:
            work.missing.append("所选的范围里没有文件，请放宽筛选条件。")
            return
        questions = several.parts(query, index)
        compared = None if several.apart(questions) else compare.comparison(query, index)
        model = self.model if compared is None else None  # a cell is a quotation: short, and nobody waits

        def ask(part: Query, own: Work) -> Iterator[Claim | Stage]:
            if part is not query and _says_absent(part, own):
                return
            near = compared is None and not questions  # what is compared or asked beside others is meant as it stands
            yield from self._routed(part, index, as_of, own, model, near)

        if compared is None:
            yield from several.claims(query, questions, index, ask, work)
            return
        shown.comparison = compared
        yield from compare.claims(compared, query, index, as_of, ask, work)

    def _routed(
        self, query: Query, index: Index, as_of: date, work: Work, model: ChatModel | None, near: bool
    ) -> Iterator[Claim | Stage]:
        if query.intent is Intent.FIELDS:
            yield from lookup.fields(query, index, as_of, work)
        elif query.intent is Intent.LED_BY:
            yield from lookup.led_by(query, index, work)
        elif query.intent is Intent.LEAD:
            yield from lookup.lead(query, index, work)
        else:
            found = lookup.items(query, index, work) if query.intent is Intent.LIST else []
            found = found or lookup.front_cells(query, index, work)
            if found:
                yield from found
                return
            if model is not None:
                yield Stage.GENERATE
            yield from content(query, index, model, self.settings, work, near)

    def _answer(self, query: Query, index: Index, work: Work, shown: _Shown, timings: Timings) -> Answer:
        found, nearest = bool(shown.sentences), _Shown(as_of=shown.as_of)
        missing = "".join(dict.fromkeys(work.missing))
        if not found:
            status, reason = Outcome.REFUSED, missing or "现有文件里没有找到能回答这个问题的内容。"
            nearest.cite(work.nearest[:_MOST_NEAREST], index)
            if query.intent is not Intent.TALK:
                reason += _holdings(index)
        else:
            status, reason = Outcome.PARTLY if missing else Outcome.ANSWERED, missing
        usage = Usage(
            sum(d.usage.prompt_tokens for d in work.drafts), sum(d.usage.completion_tokens for d in work.drafts)
        )
        model = self._model if work.drafts else None
        asked_alone = query.documents if len(query.documents) == 1 else ()
        spoken_of = tuple({c.document.id: c.document for c in shown.citations}.values()) if found else asked_alone
        return Answer(
            question=query.question,
            resolved_question=query.standalone,
            status=status,
            as_of=shown.as_of,
            reason=reason or None,
            sentences=tuple(shown.sentences),
            citations=tuple(shown.citations),
            nearest=tuple(nearest.citations),
            table=shown.comparison.table(shown.filled, shown.as_of) if shown.comparison and found else None,
            notices=(*(dict.fromkeys(work.notes) if found else ()), *_notices(spoken_of, shown.as_of, cited=found)),
            problems=tuple(work.problems),
            evidence=tuple(work.evidence),
            route=query.intent.value,
            draft="\n".join(d.text for d in work.drafts) or None,
            timings=replace(timings, model=sum(d.seconds for d in work.drafts)),
            usage=usage,
            models={"embedding": index.model, **({"chat": model.name} if model else {})},
            prompts={name: prompts.digest(name) for name in _PROMPTS} if model else {},
            signals=work.signals,
        )


def _says_absent(query: Query, work: Work) -> bool:
    """Whether no plan of what the question names is held, so that there is nothing to ask; which are not held is told."""
    if query.absent:
        work.missing.append(f"已收录的文件里没有{'、'.join(query.absent)}的计划。")
    return bool(query.absent) and not query.chosen


@dataclass(slots=True)
class _Shown:
    """What has been shown so far: sentences and their citations, each cited place once, and cells of a comparison."""

    as_of: date
    sentences: list[Sentence] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    comparison: Comparison | None = None
    filled: list[tuple[Filling, tuple[int, ...]]] = field(default_factory=list)

    def add(self, claim: Claim, index: Index) -> Checked:
        cited = tuple(self._cite(e, index) for e in claim.support)
        numbers = tuple(c.number for c in cited)
        computed = (
            Computed(
                r.operation, tuple(Operand(o.text, self._cite(o.evidence, index).number) for o in r.operands), r.text
            )
            for r in claim.results
        )
        sentence = Sentence(claim.text, numbers, claim.checks, tuple(computed))
        self.sentences.append(sentence)
        if claim.fills:
            self.filled.append((claim.fills, numbers))
        return Checked(sentence, cited)

    def cite(self, evidence: Sequence[Evidence], index: Index) -> None:
        """Citations of places that no sentence rests on."""
        for each in evidence:
            self._cite(each, index)

    def _cite(self, evidence: Evidence, index: Index) -> Citation:
        for citation in self.citations:
            if (citation.document.id, citation.start, citation.end) == (
                evidence.document_id,
                evidence.start,
                evidence.end,
            ):
                return citation
        document = index.document(evidence.document_id)
        validity = document.validity(self.as_of)
        number = len(self.citations) + 1
        citation = Citation(
            number, document, evidence.address, evidence.start, evidence.end, validity.status, validity.basis
        )
        self.citations.append(citation)
        return citation


def _notices(documents: Sequence[Document], as_of: date, cited: bool) -> tuple[str, ...]:
    """One line for each document that is not in force, has a newer version, had words for a program, or is no plan itself."""
    lines = []
    for document in documents:
        validity = document.validity(as_of)
        if validity.status in (Status.STOPPED, Status.REPEALED, Status.LAPSED):
            lines.append(f"请注意：{titled(document.title)}{validity.status}（{validity.basis}），内容仅供参考。")
        if document.newer:
            lines.append(f"{titled(document.title)}有较新的一版{titled(document.newer.title)}，也已收录。")
        if cited and document.kind in (Kind.INTERPRETATION, Kind.NEWS, Kind.INTERVIEW):
            lines.append(f"{titled(document.title)}是{document.kind}，不是正式文件本身，请以正式文件为准。")
        if document.left_out:
            lines.append(f"{titled(document.title)}里有写给问答程序的话，已略去 {document.left_out} 处。")
    return tuple(lines)


def _holdings(index: Index) -> str:
    named = dict.fromkeys(d.region or titled(d.title) for d in index.documents if d.region or d.title != d.source)
    shown = [name for name in named if len(name) <= _LONGEST_HOLDING][:_MOST_HOLDINGS]
    about = f"，涉及{'、'.join(shown)}{'等' if len(named) > len(shown) else ''}" if shown else ""
    return f"已收录 {len(index.documents)} 份文件{about}。"
