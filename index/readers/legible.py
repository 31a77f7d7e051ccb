"""Whether a text is Chinese that can be read: not empty, not garbled, not another language."""

from __future__ import annotations

from index.readers.reading import Reason, Refused

_LEAST_HAN_SHARE = 0.2


def checked(text: str) -> None:
    """Raises Refused if `text` is no Chinese text."""
    visible = [c for c in text if not c.isspace()]
    if any(ord(c) < 32 and c not in "\n\t" for c in text) or "\ufffd" in text or is_mojibake(text):
        raise Refused(Reason.GARBLED, "内容是乱码或二进制。请用原文件另存为 UTF-8 文本再放入。")
    count = han(text)
    if not count or count < _LEAST_HAN_SHARE * len(visible):
        raise Refused(
            Reason.NOT_CHINESE, f"几乎没有汉字（{count} 个），不像中文政策文件，可能是乱码或提取失败。请检查原文件。"
        )


def is_mojibake(text: str) -> bool:
    """Whether this is UTF-8 that was once read as GBK (`鏂规` for `方案`): undoing that gives Chinese again."""
    undone = text.encode("gb18030", "ignore").decode("utf-8", "ignore")
    return han(undone) > _LEAST_HAN_SHARE * han(text)


def han(text: str) -> int:
    """How many Han characters `text` has."""
    return sum("\u3400" <= c <= "\u9fff" or "\U00020000" <= c <= "\U0003ffff" for c in text)
