"""What a route gives, step by step, and what it is given: `Route = (Query, Context) -> Iterator[Step]`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.judge.judge import Judge
from assistant.model.chat import ChatModel
from assistant.model.draft import Draft
from assistant.model.profile import Profile
from assistant.question.understand import Query
from assistant.routes.claim import Claim
from assistant.routes.comparison import Comparison
from assistant.settings import Settings
from assistant.types import Evidence, Stage
from index.search import Index


@dataclass(frozen=True, slots=True)
class Context:
    """What every route works with; `model` is None where answers are quotations only.

    `history` are the turns before, OpenAI-style, oldest first, as many as the profile has room for.
    """

    index: Index
    model: ChatModel | None
    judge: Judge
    profile: Profile
    settings: Settings
    as_of: date
    history: Sequence[Mapping[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """A sentence for the reader on what the plans do not say."""

    text: str


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark on the question itself, for the reader."""

    text: str


@dataclass(frozen=True, slots=True)
class Nearest:
    """The best evidence where it was found not to answer."""

    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """Trace: evidence that was put before the model or the rules, and the seconds that it took to find."""

    evidence: tuple[Evidence, ...]
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Dropped:
    """Trace: a sentence that was not shown, and why."""

    text: str
    problem: str


@dataclass(frozen=True, slots=True)
class Drafted:
    """Trace: what the chat model was asked to write; it is filled while the model writes."""

    draft: Draft


@dataclass(frozen=True, slots=True)
class Judged:
    """Trace: the log-odds that there is an answer, None where no clause was found or none can answer."""

    odds: float | None


@dataclass(frozen=True, slots=True)
class Compared:
    """What is compared: its table is made of the fillings of the claims that follow."""

    comparison: Comparison


Step = Claim | Compared | Missing | Remark | Nearest | Looked | Dropped | Drafted | Judged | Stage
Route = Callable[[Query, Context], Iterator[Step]]
