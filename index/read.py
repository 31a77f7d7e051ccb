"""Bytes of a file to text. One reader per format: plain text and Markdown so far.

UnreadableFile: the file cannot be used, with the reason and the remedy for the reader in Chinese.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from charset_normalizer import from_bytes

from index.errors import ZhengdaError
from index.injection import for_readers

MAX_BYTES = 20 * 1024 * 1024
_LEAST_HAN_SHARE = 0.2
_LINE_BREAK = re.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")
_NOT_SHOWN = re.compile(
    r"<!--.*?-->|^ {0,3}#{1,6}[^\S\n]+|[^\S\n]+#+[^\S\n]*$|^ {0,3}(?:[-*_][^\S\n]*){3,}$", re.S | re.M
)
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")


class UnreadableFile(ZhengdaError, ValueError):
    """A file that cannot be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class RawText:
    """The text of one file. `id` is the first 16 hex digits of the SHA-256 of its bytes, `source` its name.

    `left_out` are stretches of the file that are not in `text`, since they speak to a program (`index.injection`).
    """

    id: str
    source: str
    text: str = field(repr=False)
    left_out: tuple[str, ...] = ()


def policy_files(folder: Path) -> Iterator[Path]:
    """Files of `folder` and below that may be policy texts, by name: neither hidden nor a README.

    Raises UnreadableFile if the folder cannot be listed.
    """
    if not folder.is_dir():
        raise UnreadableFile(f"找不到文件夹 {folder}。请检查路径，或用环境变量 ZHENGDA_DOCS 指定存放政策文件的文件夹。")
    try:
        paths = sorted(p for p in folder.rglob("*") if p.is_file() and not _hidden(p.relative_to(folder)))
    except OSError as error:
        raise UnreadableFile(f"无法读取文件夹 {folder}：{error.strerror}。请检查权限。") from error
    return (p for p in paths if not p.name.startswith("README"))


def read(path: Path) -> RawText:
    """The text of `path`; raises UnreadableFile."""
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        known = "、".join(sorted(_READERS))
        raise UnreadableFile(f"{path.name}：暂不支持该格式。请转成 {known} 再放入。")
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise UnreadableFile(
                f"{path.name}：文件过大（{size >> 20} MB，上限 {MAX_BYTES >> 20} MB）。请拆分后再放入。"
            )
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(f"{path.name}：无法读取（{error.strerror}）。请检查文件权限。") from error
    if not data.strip():
        raise UnreadableFile(f"{path.name}：文件是空的。")
    readable = for_readers(reader(path.name, data))
    if not readable.text.strip():
        raise UnreadableFile(f"{path.name}：去掉看不见的字符和写给问答程序的话之后，没有内容。请检查原文件。")
    return RawText(hashlib.sha256(data).hexdigest()[:16], path.name, readable.text, readable.left_out)


def _plain_text(name: str, data: bytes) -> str:
    if b"\x00" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableFile(f"{name}：这是二进制文件，不是文本。请确认扩展名，或转成文本再放入。")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        best = from_bytes(data, cp_isolation=["gb18030", "big5", "utf_16"]).best()
        if best is None:
            raise UnreadableFile(f"{name}：认不出文字编码。请另存为 UTF-8 再放入。") from None
        text = str(best)
    text = _LINE_BREAK.sub("\n", text.removeprefix("\ufeff"))
    visible = [c for c in text if not c.isspace()]
    han = _han(text)
    if any(ord(c) < 32 and c not in "\n\t" for c in text) or "\ufffd" in text or _is_mojibake(text):
        raise UnreadableFile(f"{name}：内容是乱码或二进制。请用原文件另存为 UTF-8 文本再放入。")
    if not visible or han < _LEAST_HAN_SHARE * len(visible):
        raise UnreadableFile(f"{name}：几乎没有汉字（{han} 个），不像中文政策文件，可能是乱码。请检查原文件。")
    return text


def _markdown(name: str, data: bytes) -> str:
    """The words of a CommonMark file, without the marks of headings, rules, bold and comments."""
    return _EMPHASIS.sub(r"\2", _NOT_SHOWN.sub("", _plain_text(name, data)))


def _is_mojibake(text: str) -> bool:
    """Whether this is UTF-8 that was once read as GBK (`鏂规` for `方案`): undoing that gives Chinese again."""
    undone = text.encode("gb18030", "ignore").decode("utf-8", "ignore")
    return _han(undone) > _LEAST_HAN_SHARE * _han(text)


def _han(text: str) -> int:
    return sum("\u3400" <= c <= "\u9fff" for c in text)


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


_READERS: dict[str, Callable[[str, bytes], str]] = {
    ".txt": _plain_text,
    ".md": _markdown,
    ".markdown": _markdown,
}
