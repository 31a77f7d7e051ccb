"""When a question is left open: what a reader is told then."""

from __future__ import annotations

from collections.abc import Iterator

from assistant.evidence.find import Findings
from assistant.evidence.why_not import unstated
from assistant.routes.step import Missing, Nearest, Step

_MOST_NEAREST = 3


def left_open(found: Findings) -> Iterator[Step]:
    """Why there is no answer, and where a reader may look himself."""
    yield Missing(found.reason or unstated(found.query))
    if found.query.terms:
        yield Nearest(found.nearest[:_MOST_NEAREST])
