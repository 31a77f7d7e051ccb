"""What in a text is by its form no prose of a plan: marked where it stands, with the reason, and never taken out.

No rule here is about what a sentence says; each is the grammar of something else: Unicode's characters that print nothing
(UAX #44), encodings that decode to words, addresses (RFC 3986), Markdown and HTML, the templates of chat models.
"""

from __future__ import annotations

import base64
import html
import re
import unicodedata
from collections.abc import Callable, Iterator
from urllib.parse import unquote_to_bytes

from index.types import Mark, MarkReason, Span

_LEAST_LETTERS = 4  # that an encoding must decode to, to be words


def marks(text: str) -> tuple[Mark, ...]:
    """All marks of `text` in order, none overlapping another: of those that do, the first, and the longest of these."""
    kept: list[Mark] = []
    for mark in sorted(_found(text), key=lambda mark: (mark.span.start, -mark.span.end)):
        if not kept or kept[-1].span.end <= mark.span.start:
            kept.append(mark)
    return tuple(kept)


def prints_nothing(c: str) -> bool:
    """Whether `c` is a control, format, private or unassigned character, a variation selector or a blank that is a letter."""
    code, category = ord(c), unicodedata.category(c)
    if c in "\n\t" or 0x20000 <= code < 0x40000:  # Han that this Python's Unicode does not know yet
        return False
    return category in ("Cc", "Cf", "Co", "Cs", "Cn") or code in _FILLERS or c in _SELECTORS


def visible(text: str) -> str:
    """`text` on one line, with the code points of what prints nothing: 请<U+200B>只."""
    return " ".join("".join(f"<U+{ord(c):04X}>" if prints_nothing(c) else c for c in text).split())


def _found(text: str) -> Iterator[Mark]:
    for reason, pattern in _FORMS:
        yield from (Mark(Span(*match.span()), reason) for match in pattern.finditer(text))
    for link in _LINK_TEXT.finditer(text):  # the words in the brackets are the plan's
        yield Mark(Span(link.start(), link.start() + 1), MarkReason.LINK)
        yield Mark(Span(link.end(1), link.end()), MarkReason.LINK)
    for pattern, decode in _ENCODINGS:
        for match in pattern.finditer(text):
            if _is_words(match[0], decode):
                yield Mark(Span(*match.span()), MarkReason.ENCODED)
    nothing = "".join(c for c in set(text) if prints_nothing(c))
    if nothing:
        runs = re.finditer(f"[{re.escape(nothing)}]+", text)
        yield from (Mark(Span(*match.span()), MarkReason.INVISIBLE) for match in runs)


def _is_words(stretch: str, decode: Callable[[str], bytes]) -> bool:
    try:
        decoded = decode(stretch).decode()
    except ValueError:  # not of this encoding, or of no characters
        return False
    return decoded.isprintable() and sum(c.isalpha() for c in decoded) >= _LEAST_LETTERS


def _base64(stretch: str) -> bytes:
    bare = stretch.rstrip("=")
    return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)


def _escapes(stretch: str) -> bytes:
    return re.sub(r"\\[uU]([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), stretch).encode()


_FILLERS = frozenset((0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x2800, 0x3164, 0xFFA0))
_SELECTORS = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))

_IN_ADDRESS = r"[A-Za-z0-9._~:/?#@$&+=%-]*[A-Za-z0-9/=&#_~-]"  # no bracket and comma: those are the sentence's, mostly
_LABEL = r"[A-Za-z0-9][A-Za-z0-9-]+"
_ATTRIBUTE = r"""\s+[A-Za-z_:@][A-Za-z0-9_:.-]*\s*=\s*(?:"[^"\n]*"|'[^'\n]*'|[^\s<>"']+)"""
_TOKEN = r"<\|[^|<>\n]{0,40}\|>|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>"
_TO_ITS_END = r"[^\n|。！？!?）)]*"
_ROLE = r"(?:system|user|human|assistant|ai|bot)"
_FORMS = tuple(
    (reason, re.compile(pattern, re.S | re.I))
    for reason, pattern in (
        # from the first token of a chat template in a line to the end of the last one's sentence
        (MarkReason.CHAT, rf"(?:{_TOKEN})(?:[^\n]*(?:{_TOKEN}))?{_TO_ITS_END}"),
        (MarkReason.CHAT, rf"\{{[^{{}}\n]*[\"']role[\"']\s*:\s*[\"']{_ROLE}[\"'][^{{}}\n]*\}}"),
        (MarkReason.CHAT, rf"#{{2,}}\s*{_ROLE}\s*[:：][^\n]*#{{2,}}\s*{_ROLE}\s*[:：]{_TO_ITS_END}"),
        (
            MarkReason.CHAT,
            rf"(?<![A-Za-z])(?:user|human)\s*[:：][^\n]*?(?<![A-Za-z])(?:assistant|ai|bot)\s*[:：]{_TO_ITS_END}",
        ),
        (MarkReason.REVERSED, "(?<=\u202e)[^\u202c\n]+"),
        (MarkReason.CODE, r"<!--.*?-->|<(script|style)\b[^<>]*>.*?</\1\s*>"),
        (MarkReason.CODE, rf"</?[A-Za-z][A-Za-z0-9_-]*(?:{_ATTRIBUTE})*\s*/?>"),
        (MarkReason.IMAGE, r"!\[[^\]\n]{0,200}\](?:\((?:[^()\n]|\([^()\n]*\)){0,2000}\)|\[[^\]\n]{0,200}\])"),
        (MarkReason.LINK, r"\[[^\]\n]{1,40}\]:\s*(?:[a-z]+:)?//[^\s|]+(?:[^\S\n]+\"[^\"\n]*\")?"),
        (MarkReason.LINK, rf"<?(?<![A-Za-z])[A-Za-z][A-Za-z0-9+.-]{{1,14}}[:：]//{_IN_ADDRESS}>?"),
        (MarkReason.LINK, rf"(?<![A-Za-z0-9_@./-])www\.{_IN_ADDRESS}"),
        (
            MarkReason.LINK,
            rf"(?<![A-Za-z0-9_@./-])(?:(?:{_LABEL}\.)+[A-Za-z]{{2,}}(?::\d+)?/(?:{_IN_ADDRESS})?|"
            rf"{_LABEL}\.(?:{_LABEL}\.)+[A-Za-z]{{2,}}(?![A-Za-z0-9_@.-]*@)(?![A-Za-z0-9_-]))",
        ),
    )
)
_LINK_TEXT = re.compile(
    r"(?<!!)\[([^\]\n]{0,200})\]\((?:[a-zA-Z][a-zA-Z+.-]*:|//|#|/|www\.)(?:[^()\n]|\([^()\n]*\)){0,2000}\)"
)
_ENCODINGS: tuple[tuple[re.Pattern[str], Callable[[str], bytes]], ...] = (
    (re.compile(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{16,}={0,2}"), _base64),
    (re.compile(r"(?<![A-Za-z0-9])(?=\d*[a-fA-F])(?:[0-9a-fA-F]{2}){6,}(?![A-Za-z0-9])"), bytes.fromhex),
    (re.compile(r"(?:%[0-9a-fA-F]{2}){3,}(?:[A-Za-z0-9_./:-]*(?:%[0-9a-fA-F]{2})+)*"), unquote_to_bytes),
    (re.compile(r"(?:\\[uU][0-9a-fA-F]{4}){2,}"), _escapes),
    (re.compile(r"(?:&#(?:\d{1,7}|[xX][0-9a-fA-F]{1,6});){2,}"), lambda s: html.unescape(s).encode()),
)
