"""Waits until the files of a folder have changed and come to rest, and for Ctrl-C."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from index.readers.files import UnreadableFile, policy_files

State = Mapping[Path, tuple[int, int]]


def settled(folder: Path, seconds: float, wait: Callable[[float], None] = time.sleep) -> Iterator[State]:
    """The state of the folder now, and again whenever it has changed and then stayed so for `seconds`; looked at that often.

    Polled, since a folder of another machine tells nobody of its changes. A folder that cannot be listed is waited for,
    but not at the start, where it raises UnreadableFile.
    """
    known = _state(folder)
    yield known
    seen = known
    while True:
        wait(seconds)
        try:
            now = _state(folder)
        except UnreadableFile:
            continue
        if now == seen != known:
            known = now
            yield known
        seen = now


class Interruption:
    """Ctrl-C that is not lost: Python drops a KeyboardInterrupt that falls into a finaliser, so it is noted too.

    It raises at once only where it is `heeded`, or on entering there, if it came before.
    """

    def __init__(self) -> None:
        self._came = self._heeded = False

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Takes Ctrl-C meanwhile; only the main thread can, elsewhere nothing changes."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = signal.signal(signal.SIGINT, self._note)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    @contextmanager
    def heeded(self) -> Iterator[None]:
        """Raises KeyboardInterrupt if Ctrl-C came, or comes meanwhile."""
        self._heeded = True
        try:
            if self._came:
                raise KeyboardInterrupt
            yield
        finally:
            self._heeded = False

    def _note(self, *_: object) -> None:
        self._came = True
        if self._heeded:
            raise KeyboardInterrupt


def _state(folder: Path) -> State:
    """Time of the last change (ns) and size (bytes) of each policy file."""
    found = {}
    for path in policy_files(folder):
        try:
            stat = path.stat()
        except OSError:  # gone since it was listed
            continue
        found[path] = (stat.st_mtime_ns, stat.st_size)
    return found
