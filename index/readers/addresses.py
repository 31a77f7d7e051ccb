"""A text of web addresses, one a line, `#` before remarks: each is fetched and read in its turn (`index.readers.fetch`)."""

from __future__ import annotations

from collections.abc import Iterator

from index.readers.plain_text import decoded
from index.readers.reading import Member, Reason, Refused, Source


def read(source: Source) -> Iterator[Member]:
    """The addresses as members without bytes, each once."""
    lines = dict.fromkeys(line.strip() for line in decoded(source.data).splitlines())
    wanted = [line for line in lines if line and not line.startswith("#")]
    if len(wanted) > source.limits.entries:
        raise Refused(
            Reason.TOO_LARGE, f"网址有 {len(wanted)} 个，超过上限 {source.limits.entries} 个。请拆分后再放入。"
        )
    for address in wanted:
        yield Member(address, b"")
