"""Evidence to the sentences of a draft, through the chat model, as they are written."""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field

import prompts
from assistant.model.chat import ChatModel
from assistant.types import Source, Stage, Usage
from index.chinese.quantity import Kind, quantities

PROMPTS = ("answer_system", "answer_user")
_END = re.compile(r"[。！？!?\n]+[”’』」）)]*")
_PREFIX = re.compile(
    r"^\s*(?:[-*•]\s*|\d{1,2}[.、)）]\s*(?!\d)|(?:回答|答案?)[:：]\s*|根据(?:【?资料】?|上述资料)(?:\d*|所述|显示)[，,]\s*)+"
)
_MARKS = re.compile(r"\[\d+\]|【\d+】|（资料\d*）|\*\*")


@dataclass(slots=True)
class Draft:
    """What the model wrote for one question so far, with what it cost."""

    text: str = ""
    seconds: float = 0.0
    usage: Usage = field(default_factory=Usage)


def write(
    question: str, sources: Sequence[Source], model: ChatModel, most_tokens: int, draft: Draft
) -> Iterator[str | Stage]:
    """Sentences of the model's answer, and between them a Stage for every piece, so that the reader can stop it.

    `draft`, of at most `most_tokens`, is filled meanwhile. A draft that repeats itself or the prompt ends there.

    Raises ModelUnavailable.
    """
    system = prompts.render("answer_system")
    user = prompts.render("answer_user", evidence=listed(sources), question=question)
    seen: set[str] = set()
    rest = ""
    started = time.perf_counter()
    with closing(model.stream(system, user, max_tokens=most_tokens)) as pieces:  # type: ignore[type-var]
        for piece in pieces:
            draft.text += piece.text
            draft.seconds = time.perf_counter() - started
            if piece.prompt_tokens:
                draft.usage = Usage(piece.prompt_tokens, piece.completion_tokens)
            rest += piece.text
            yield Stage.GENERATE
            while match := _END.search(rest):
                sentence, rest = _tidy(rest[: match.end()]), rest[match.end() :]
                if sentence in seen or "【" in sentence:
                    return
                if sentence:
                    seen.add(sentence)
                    yield sentence
    last = _tidy(rest)
    if last and last not in seen and "【" not in last:
        yield last
    draft.seconds = time.perf_counter() - started


def listed(sources: Sequence[Source]) -> str:
    """The evidence as the prompts show it, one numbered line a sentence."""
    return "\n".join(f"{i}.（{_place(s)}）{s.text.strip()}" for i, s in enumerate(sources, start=1))


def _place(source: Source) -> str:
    """Where the evidence stands, and by when, if only the clause above says so: 某市·到2020年·众创空间."""
    dated = any(q.kind is Kind.DATE for q in quantities(source.text))
    by_when = (
        next((q.text for q in quantities("".join(e.text for e in source.above)) if q.kind is Kind.DATE), "")
        if not dated
        else ""
    )
    topic = source.headings[-1] if source.headings else ""
    return "·".join(part for part in (source.document.region or source.document.title, by_when, topic) if part)


def _tidy(sentence: str) -> str:
    visible = "".join(c for c in sentence if unicodedata.category(c) not in ("Cf", "Cc", "Co", "Cn"))
    text = _MARKS.sub("", _PREFIX.sub("", visible)).strip()
    if not any(c.isalnum() for c in text):
        return ""
    return text if text[-1] in "。！？!?”’』」）)" else text.rstrip("；;，,：:.") + "。"
