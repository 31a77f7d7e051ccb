"""The assistant: question → query → route → steps → one Answer. Read `stream` first.

Errors are those of `index.errors`. A chat model that cannot be had is no error: the answer is then composed of quotations and says so.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import Self

from assistant.compose import Composition
from assistant.judge.judge import Judge, Statement
from assistant.judge.learned import LearnedJudge
from assistant.model.chat import BundledChat, ChatModel, chat_model, load, loading
from assistant.model.profile import profile
from assistant.model.rewrite import rewritten
from assistant.opening import OpenIndex
from assistant.question.intent import Intent
from assistant.question.understand import Query, understand
from assistant.routes.route import route
from assistant.routes.step import Context, Missing, Step
from assistant.settings import Settings
from assistant.suggest import candidates, examples
from assistant.types import Answer, Event, Outcome, Stage, Timings
from index.beside import IndexBeside
from index.document.split import split
from index.errors import ZhengdaError
from index.search import Index
from index.store.library import Library
from index.store.vectors import StoreUnavailable
from index.types import Document, Duty, Filters, Hit, Passage, Plan, Target

_MOST_CANDIDATES = 10
_SUGGESTIONS = 3
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
        judge: Judge | None = None,
    ) -> None:
        self.settings = settings or Settings()
        self._judge = judge
        self._given = index
        self._open = OpenIndex(self.settings)
        self._model = model
        self._model_known = model is not None
        self._lock = threading.Lock()
        self._warnings: tuple[str, ...] = ()

    @property
    def index(self) -> Index:
        """The index in use, at first built or brought up to date; the last good one where the files cannot be read now."""
        with self._lock:
            return self._given or self._open.current()

    @property
    def model(self) -> ChatModel | None:
        """The chat model, None if quotations only are wanted."""
        with self._lock:
            if not self._model_known:
                self._model = chat_model(self.settings)
                self._model_known = True
            return self._model

    @property
    def judge(self) -> Judge:
        """The judge given, else the learned one."""
        return self._judge or LearnedJudge.bundled(self.settings.cache_dir)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the operator should know of how the index was opened."""
        return (*self._open.warnings, *(() if self._open.searchable else self._warnings))

    @property
    def documents(self) -> tuple[Document, ...]:
        """What the index holds."""
        return self.index.documents

    @property
    def ready(self) -> bool:
        """Whether the index is open: what needs no chat model can be asked."""
        return self._given is not None or self._open.ready

    @property
    def loading(self) -> bool:
        """Whether the chat model is being loaded, so that a question for it has to wait."""
        return loading(self._model)

    def prepare(self) -> None:
        """Build the index and load the models now rather than at the first question; the chat model meanwhile, in the
        background: whether it can be had is told to the question that needs it.

        A Chroma server that does not answer is a warning here: each question tries it again.
        """
        load(self.model)
        index = self.index
        try:
            index.dense("预热", k=1)
        except StoreUnavailable as error:
            self._warnings = (str(error),)
        self.judge.supports("预热", [Statement("预热", ("预热",))])  # reads its weights

    def close(self) -> None:
        """End the model's process, if one was started, and release the index."""
        with self._lock:
            if isinstance(self._model, BundledChat):
                self._model.close()
            (self._given or self._open).close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

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
        able = profile(self.settings)
        turns = tuple(history)[-2 * able.turns :] if able.turns else ()
        context = Context(self.index, self.model, self.judge, able, self.settings, date.today(), turns)
        yield Stage.RETRIEVE
        query = _understood(question, history, context, context.index.select(filters, context.as_of))
        composition = Composition(query, context.index, context.as_of)
        first = 0.0
        for step in _steps(query, context):
            if isinstance(step, Stage):
                yield step
            elif shown := composition.add(step):
                first = first or time.perf_counter() - started
                yield shown
        yield Stage.VERIFY
        timings = Timings(first_sentence=first, total=time.perf_counter() - started)
        yield composition.answer(timings, context.model.name if context.model else None)

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
        return examples(self.index)

    def suggestions(self, answer: Answer) -> tuple[str, ...]:
        """Up to three questions that may follow `answer`; each was asked without a model, and its answer says something new."""
        index = self.index
        quoting = Assistant(self.settings.model_copy(update={"llm": "off"}), index=index, judge=self._judge)
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
        return Assistant(self.settings, index=IndexBeside(self.index, plans), model=self.model, judge=self._judge)

    def _admit(self, question: str) -> None:
        if not question.strip():
            raise QuestionError("请先输入问题。")
        if len(question) > self.settings.max_question:
            raise QuestionError(f"问题太长（{len(question)} 字），请压缩到 {self.settings.max_question} 字以内。")

    def _library(self, document: Document) -> Library:
        index = self.index
        return index if document in index else Library([Plan(document, split(document))])


def _understood(
    question: str, history: Sequence[Mapping[str, str]], context: Context, scope: Sequence[Document]
) -> Query:
    """The query, made self-contained by the chat model where it can do so, else by rules."""
    if context.profile.rewrites and context.model and history:
        standalone = rewritten(question, context.history, [d.title for d in scope], context.model)
        if standalone:
            return replace(understand(standalone, (), context.index, scope), question=question)
    return understand(question, history, context.index, scope)


def _steps(query: Query, context: Context) -> Iterator[Step]:
    """The steps of the answer, where the plans can be asked at all."""
    if query.intent is Intent.TALK:
        yield Missing(_GREETING)
    elif not query.documents:
        yield Missing("所选的范围里没有文件，请放宽筛选条件。")
    else:
        yield from route(query, context)
