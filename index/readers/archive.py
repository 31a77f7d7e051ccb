"""ZIP of policy files: each file in it is read in its turn; folders, hidden files and programs' leftovers are passed over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from index.readers.package import Package
from index.readers.reading import Member, Reason, Refused, Source


def read(source: Source) -> Iterator[Member]:
    """The files in the archive, in the order of their names."""
    package = Package(source.data, source.limits)
    names = sorted(name for name in package.names if not _passed_over(package.shown(name)))
    if not names:
        raise Refused(Reason.EMPTY, "压缩包里没有文件。")
    for name in names:
        source.step(source.limits.seconds)
        shown = "/".join(
            part for part in package.shown(name).replace("\\", "/").split("/") if part not in ("", ".", "..")
        )
        try:
            if package.size(name) > source.limits.size:
                most = source.limits.size >> 20
                raise Refused(Reason.TOO_LARGE, f"文件过大（上限 {most} MB）。请拆分后再放入。")
            yield Member(shown, package.data(name))
        except Refused as refused:
            yield Member(shown, b"", refused)


def _passed_over(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return any(p.startswith((".", "__MACOSX")) and p not in (".", "..") for p in parts) or parts[-1].startswith(
        "README"
    )
