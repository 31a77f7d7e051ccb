"""Asking: a place in the queue, then the turn as it grows with the assistant's stream."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date

from assistant.types import Event
from index.errors import ZhengdaError
from index.types import Document, Filters, Kind, Status
from ui.answering import Answering
from ui.say import CHINESE, say
from ui.turn import Turn

_LOOK_AGAIN_SECONDS = 0.3
FAILED = "系统出错，这个问题没有答成。请再试一次；若仍不成，请查看服务端的日志。"


class Line:
    """Questions in the order they came, of which the first `at_once` are answered; the others are told how many are before them."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._waiting: list[object] = []
        self._lock = threading.Lock()

    @contextmanager
    def place(self) -> Iterator[Callable[[], int]]:
        """Stands in line meanwhile; gives how many are to be waited for now."""
        me = object()
        with self._lock:
            self._waiting.append(me)
        try:
            yield lambda: max(0, self._before(me) - self._at_once + 1)
        finally:
            with self._lock:
                self._waiting.remove(me)

    @contextmanager
    def waited(self) -> Iterator[None]:
        """Stands in line until it is this one's turn."""
        with self.place() as ahead:
            while ahead():
                time.sleep(_LOOK_AGAIN_SECONDS)
            yield

    def _before(self, me: object) -> int:
        with self._lock:
            return self._waiting.index(me)


def follow(
    assistant: Answering,
    turn: Turn,
    history: Sequence[dict[str, str]],
    filters: Filters | None,
    line: Line,
    stopped: Callable[[], bool],
    language: str = CHINESE,
) -> Iterator[Turn]:
    """`turn` as it waits and grows; a stop closes the stream at its next event.

    Errors written for the reader become part of the turn; any other goes to the log, and the turn says only that.
    """

    def stream() -> Generator[Event, None, None]:
        yield from assistant.stream(turn.question, history, filters)

    with line.place() as ahead:
        while waiting := ahead():
            yield replace(turn, ahead=waiting, stopped=stopped())
            if stopped():
                return
            time.sleep(_LOOK_AGAIN_SECONDS)
        yield turn
        try:
            with closing(stream()) as events:
                for event in events:
                    turn = replace(turn, stopped=True) if stopped() else turn.after(event)
                    yield turn
                    if turn.over:
                        break
        except ZhengdaError as error:
            yield replace(turn, error=str(error))
        except Exception:
            logging.getLogger(__name__).exception("no answer")
            yield replace(turn, error=say(FAILED, language))


def suggested(assistant: Answering, turn: Turn) -> tuple[str, ...]:
    """What may be asked after `turn`; nothing if that cannot be told."""
    if turn.answer is None or turn.stopped:
        return ()
    try:
        return assistant.suggestions(turn.answer)
    except Exception:
        logging.getLogger(__name__).exception("no suggestions")
        return ()


def filters(
    regions: Sequence[str],
    years: Sequence[int],
    kinds: Sequence[str],
    statuses: Sequence[str],
    documents: Sequence[str],
) -> Filters | None:
    """What the reader chose; None if nothing."""
    chosen = Filters(
        tuple(documents), tuple(regions), tuple(years), tuple(map(Kind, kinds)), tuple(map(Status, statuses))
    )
    return chosen if chosen != Filters() else None


def scope(chosen: Filters | None, documents: Sequence[Document], language: str) -> tuple[str, ...]:
    """What was chosen, in words."""
    if chosen is None:
        return ()
    names = [d.name for d in documents if d.id in chosen.documents]
    values = (
        *chosen.regions,
        *map(str, chosen.years),
        *(say(v.value, language) for v in (*chosen.kinds, *chosen.statuses)),
    )
    return (*values, *names)


def choices(
    documents: Sequence[Document], as_of: date
) -> tuple[list[str], list[int], list[Kind], list[Status], list[tuple[str, str]]]:
    """What there is to choose: regions, years of issue, kinds, statuses, and documents as (name, id)."""
    return (
        sorted({d.region for d in documents if d.region}),
        sorted({d.issued.year for d in documents if d.issued}),
        [kind for kind in Kind if any(d.kind is kind for d in documents)],
        [status for status in Status if any(d.validity(as_of).status is status for d in documents)],
        [(d.name, d.id) for d in documents],
    )
