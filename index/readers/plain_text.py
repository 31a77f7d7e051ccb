"""TXT in any encoding that Chinese offices use: UTF-8, GBK and GB18030, Big5, UTF-16."""

from __future__ import annotations

import re

from charset_normalizer import from_bytes

from index.readers.reading import Reading, Reason, Refused, Source

_LINE_BREAK = re.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")
_SAMPLE = 1 << 20


def read(source: Source) -> Reading:
    """The text as it is, with one kind of line break."""
    return Reading(decoded(source.data))


def decoded(data: bytes) -> str:
    """The characters of `data`; raises Refused if they are none."""
    if b"\x00" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused(
            Reason.BINARY,
            "这是二进制文件，不是文本，也认不出是哪种文档：可能下载不完整，或扩展名不对。请重新下载，或用原来的软件打开另存，也可转成文本再放入。",
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = _guessed(data)
    return _LINE_BREAK.sub("\n", text.removeprefix("\ufeff"))


def _guessed(data: bytes) -> str:
    """By the encoding that a sample speaks for; the rest must be of it too."""
    best = from_bytes(data[:_SAMPLE], cp_isolation=["gb18030", "big5", "utf_16"]).best()
    if best is None and len(data) > _SAMPLE:  # the sample may end within a character
        best = from_bytes(data[: _SAMPLE - 1], cp_isolation=["gb18030", "big5", "utf_16"]).best()
    try:
        if best is None:
            raise UnicodeError
        return str(best) if len(data) <= _SAMPLE else data.decode(best.encoding)
    except UnicodeError:
        raise Refused(Reason.GARBLED, "认不出文字编码。请另存为 UTF-8 再放入。") from None
