"""Waits until the files of a folder have changed and come to rest."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from index.read import UnreadableFile, policy_files

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
