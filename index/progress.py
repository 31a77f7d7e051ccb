"""How far a long piece of work is, on stderr: a bar on a terminal; in a log, which cannot draw over itself, a line at the
beginning and one at the end.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def told(what: str, total: int, unit: str, shown: bool = True) -> Iterator[Callable[[int], object]]:
    """Gives what is to be called with each number of `unit` done, of `total` in all; says nothing unless it is to be `shown`."""
    if not shown:
        yield lambda _: None
        return
    if sys.stderr.isatty():
        from tqdm import tqdm

        with tqdm(total=total, desc=what, unit=unit, unit_scale=True, smoothing=0.02) as bar:
            yield bar.update
        return
    print(f"{what}…", file=sys.stderr, flush=True)
    started = time.monotonic()
    yield lambda _: None
    print(f"{what}：完成，用时 {time.monotonic() - started:.0f} 秒。", file=sys.stderr, flush=True)
