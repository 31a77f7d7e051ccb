"""Policy files to texts: which files there are, and what each of them reads as (`index.readers`) or why it does not.

UnreadableFile: a file cannot be used, with the reason and the remedy for the reader in Chinese.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from index.errors import ZhengdaError
from index.readers.cache import Readings
from index.readers.fetch import fetch
from index.readers.reading import Member, Page, Reason, Refused
from index.readers.sandbox import Addresses, Sandbox, shared, too_large
from index.types import Mark


class UnreadableFile(ZhengdaError, ValueError):
    """A file that cannot be used; the message names it (`source`), says why (`reason`) and what to do."""

    def __init__(self, source: str, reason: Reason, message: str) -> None:
        super().__init__(f"{source}：{message}" if source else message)
        self.source, self.reason = source, reason


@dataclass(frozen=True, slots=True)
class RawText:
    """The text of one file. `id` is the first 16 hex digits of the SHA-256 of its bytes, `source` its name: its path
    below the folder that was read, with `包.zip/` before what lies in one.

    `marks` are the stretches of `text` that are no prose (`index.readers.marks`); `warnings` what the user should know of
    how it was read, `pages` how each page was had where the format has pages.
    """

    id: str
    source: str
    text: str = field(repr=False)
    marks: tuple[Mark, ...] = ()
    format: str = "TXT"
    warnings: tuple[str, ...] = ()
    pages: tuple[Page, ...] = ()

    @property
    def confidence(self) -> float | None:
        """Of the page that was read worst off its image, from 0 to 1; None where no page was."""
        return min((page.confidence for page in self.pages if page.confidence is not None), default=None)


def policy_files(folder: Path) -> Iterator[Path]:
    """Files of `folder` and below that may be policy texts, by name: neither hidden nor a README.

    Raises UnreadableFile if the folder cannot be listed.
    """
    if not folder.is_dir():
        how = "请检查路径，或用环境变量 ZHENGDA_DOCS 指定存放政策文件的文件夹。"
        raise UnreadableFile("", Reason.MISSING, f"找不到文件夹 {folder}。{how}")
    try:
        paths = sorted(p for p in folder.rglob("*") if p.is_file() and not _hidden(p.relative_to(folder)))
    except OSError as error:
        reason = f"无法读取文件夹 {folder}：{error.strerror}。请检查权限。"
        raise UnreadableFile("", Reason.MISSING, reason) from error
    return (p for p in paths if not p.name.startswith("README"))


def read_folder(
    folder: Path, addresses: Sequence[str] = (), sandbox: Sandbox | Readings | None = None
) -> Iterator[RawText | UnreadableFile]:
    """What each file of `folder` and below, and then each web address, reads as.

    A file that holds files gives one result for each of those. Raises UnreadableFile if the folder cannot be listed.
    """
    sandbox = sandbox or shared()
    for path in policy_files(folder):
        yield from read_file(path, path.relative_to(folder).as_posix(), sandbox)
    for address in addresses:
        yield from read_address(address, sandbox)
    sandbox.rest()


def read_file(path: Path, source: str, sandbox: Sandbox | Readings | None = None) -> Iterator[RawText | UnreadableFile]:
    """What the file at `path` reads as under the name `source`."""
    sandbox = sandbox or shared()
    try:
        data = _bytes(path, sandbox)
    except Refused as refused:
        yield UnreadableFile(source, refused.reason, refused.message)
    else:
        yield from _read(source, data, sandbox)


def read_address(address: str, sandbox: Sandbox | Readings | None = None) -> Iterator[RawText | UnreadableFile]:
    """What the page or file at a web address reads as; the address is its name."""
    sandbox = sandbox or shared()
    try:
        data = fetch(address, sandbox.limits)
    except Refused as refused:
        yield UnreadableFile(address, refused.reason, refused.message)
    else:
        yield from _read(address, data, sandbox, depth=1)


def read(path: Path) -> RawText:
    """The one text of `path`; raises UnreadableFile if it is none, or several."""
    return _one(path.name, read_file(path, path.name))


def read_bytes(name: str, data: bytes, sandbox: Sandbox | None = None) -> RawText:
    """The one text of a file of that name and content, as `read` gives it; nothing is written to disk."""
    return _one(name, _read(name, data, sandbox or shared()))


def _one(source: str, results: Iterable[RawText | UnreadableFile]) -> RawText:
    found = list(results)
    for result in found:
        if isinstance(result, UnreadableFile):
            raise result
    if len(found) != 1 or not isinstance(found[0], RawText):
        raise UnreadableFile(source, Reason.UNSUPPORTED, f"里面有 {len(found)} 份文件，请把它放在文件夹里整体读取。")
    return found[0]


def _bytes(path: Path, sandbox: Sandbox | Readings) -> bytes:
    try:
        size = path.stat().st_size
        if size > sandbox.limits.size:
            raise too_large(size, sandbox.limits)
        return path.read_bytes()
    except OSError as error:
        raise Refused(Reason.MISSING, f"无法读取（{error.strerror}）。请检查文件权限。") from error


def _read(source: str, data: bytes, sandbox: Sandbox | Readings, depth: int = 0) -> Iterator[RawText | UnreadableFile]:
    try:
        found = sandbox.read(source, data)
        if isinstance(found, list) and depth == sandbox.limits.depth:
            raise Refused(Reason.HOSTILE, f"压缩包套了 {depth + 1} 层以上，不再往里读。请解压后再放入。")
    except Refused as refused:
        yield UnreadableFile(source, refused.reason, refused.message)
        return
    if isinstance(found, Addresses):
        if depth:
            yield UnreadableFile(source, Reason.HOSTILE, "压缩包、网页里的网址清单不取。请单独放入。")
            return
        for address in found.addresses:
            yield from read_address(address, sandbox)
        return
    if isinstance(found, list):
        for member in found:
            yield from _read_member(f"{source}/{member.name}", member, sandbox, depth + 1)
        return
    name = hashlib.sha256(data).hexdigest()[:16]
    yield RawText(name, source, found.text, found.marks, found.format, found.warnings, found.pages)


def _read_member(
    source: str, member: Member, sandbox: Sandbox | Readings, depth: int
) -> Iterator[RawText | UnreadableFile]:
    if member.refused:
        yield UnreadableFile(source, member.refused.reason, member.refused.message)
    else:
        yield from _read(source, member.data, sandbox, depth)


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
