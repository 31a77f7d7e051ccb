"""A strong model's answer as it writes it: sentences and list items, with the clauses that each names."""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

import prompts
from assistant.model.chat import ChatModel
from assistant.model.draft import Draft
from assistant.model.rewrite import spoken
from assistant.types import Source, Stage, Usage, titled

PROMPTS = ("large_system", "large_user")
MISSING = "【未写明】"
"""What opens a line on what the texts do not say, as the prompt asks for it."""
_CHARACTERS_PER_TOKEN = 4
_MOST_REPEATS = 3  # in a row: then it repeats itself
_COLONS = ("：", ":")
_MARK = re.compile(r"\s*[\[【](\d{1,3}(?:\s*[,，、]\s*\d{1,3})*)[\]】]")
_SENTENCE = re.compile(r"[^。！？!?]*[。！？!?]+[”’』」）)]*(?:\s*[\[【]\d[\d\s,，、]*[\]】])*|[^。！？!?]+$")
_ITEM = re.compile(r"\s*(?:[-•·]|\*(?!\*)|\d{1,2}[.、)）]|[(（][一二三四五六七八九十\d]{1,2}[)）])\s*(?!\d)")
_HEADING = re.compile(r"\s*#{1,6}\s*|\s*\*\*(?P<bold>[^*]+)\*\*[:：]?\s*$")


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence or a list item: its text without marks, the numbers of the clauses that it names, how it is laid out.

    `opens` is "" where it goes on in its paragraph, a line break before a new one, and "\\n- " before an item; `heading` whether
    it was written as one.
    """

    text: str
    numbers: tuple[int, ...]
    opens: str = ""
    heading: bool = False

    @property
    def missing(self) -> str | None:
        """What it says that the texts do not say, if it is such a line."""
        return self.text.removeprefix(MISSING).strip("：: ") if self.text.startswith(MISSING) else None


def numbered(sources: Sequence[Source]) -> str:
    """The clauses as the prompt shows them: by document, each with its number and what it stands under."""
    lines: list[str] = []
    shown = None
    for n, source in enumerate(sources, start=1):
        document = source.document
        if document.id != shown:
            shown = document.id
            about = (document.number, document.issuer, document.issued and document.issued.isoformat(), document.kind)
            stated = document.stated and document.stated.status
            told = "，".join(str(field) for field in (*about, stated) if field)
            lines.append(f"\n文件：{titled(document.title)}{f'（{told}）' if told else ''}")
        place = "·".join(heading for heading in source.headings if heading not in source.text)
        lines.append(f"[{n}]{f'（{place}）' if place else ''}{' '.join(source.text.split())}")
    return "\n".join(lines).strip()


def write(
    question: str,
    sources: Sequence[Source],
    history: Sequence[Mapping[str, str]],
    model: ChatModel,
    tokens: int,
    draft: Draft,
) -> Iterator[Written | Stage]:
    """What the model writes, a line at a time, and between them a Stage for every piece, so that the reader can stop it.

    `draft` is filled meanwhile. What is longer than `tokens` allow, or repeats itself, ends there. Raises ModelUnavailable.
    """
    said = spoken(history)
    system = prompts.render("large_system")
    user = prompts.render(
        "large_user",
        evidence=numbered(sources),
        history=f"【此前对话】\n{said}" if said else "",
        question=question,
    )
    seen: set[str] = set()
    rest, repeats = "", 0
    started = time.perf_counter()
    with closing(model.stream(system, user, max_tokens=tokens)) as pieces:  # type: ignore[type-var]
        for piece in pieces:
            draft.text += piece.text
            draft.seconds = time.perf_counter() - started
            if piece.prompt_tokens:
                draft.usage = Usage(piece.prompt_tokens, piece.completion_tokens)
            rest += piece.text
            yield Stage.GENERATE
            while "\n" in rest:
                line, _, rest = rest.partition("\n")
                for written in sentences(line):
                    repeats = repeats + 1 if written.text in seen else 0
                    if repeats > _MOST_REPEATS:
                        return
                    if not repeats or written.heading or written.text.endswith(_COLONS):
                        seen.add(written.text)
                        yield written
            if len(draft.text) > tokens * _CHARACTERS_PER_TOKEN:
                return
    yield from (written for written in sentences(rest) if written.text not in seen)


def sentences(line: str) -> Iterator[Written]:
    """The sentences of one line of the answer."""
    line = "".join(c for c in line if unicodedata.category(c) not in ("Cf", "Cc", "Co", "Cn"))
    heading = _HEADING.match(line)
    if heading:
        line = heading["bold"] or line[heading.end() :]
    item = None if heading else _ITEM.match(line)
    if item:
        line = line[item.end() :]
    if set(line.strip()) <= set("|-: "):  # the rule of a table
        return
    if line.strip().startswith("|"):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        item, line = None, "；".join(cell for cell in cells if cell)
    opens = "\n- " if item else "\n"
    for part in _SENTENCE.findall(line.replace("**", "")):
        numbers = tuple(int(n) for group in _MARK.findall(part) for n in re.findall(r"\d+", group))
        text = _MARK.sub("", part).strip()
        if any(c.isalnum() for c in text):
            yield Written(text, numbers, opens, heading is not None)
            opens = ""
