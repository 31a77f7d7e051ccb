"""What reading one file gives: a `Reading`, `Member` files to be read in turn, or `Refused` with a reason.

Knows no library and no module of ours but the domain, so that both sides of the process boundary can use it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from index.types import Mark, MarkReason, Span


class Reason(StrEnum):
    """Why a file cannot be used."""

    MISSING = "无法打开"
    EMPTY = "空文件"
    TOO_LARGE = "过大"
    UNSUPPORTED = "格式不支持"
    ENCRYPTED = "已加密"
    DAMAGED = "已损坏"
    BINARY = "不是文本"
    GARBLED = "乱码"
    NO_TEXT = "没有文字"
    NOT_CHINESE = "不是中文"
    HOSTILE = "含危险内容"
    NO_TOOL = "缺少程序"
    TOO_SLOW = "用时过长"
    TOO_MUCH_MEMORY = "内存过多"
    CRASHED = "读取程序中断"
    UNREACHABLE = "网址取不到"


class Refused(Exception):
    """A file that cannot be used: `reason`, and `message` in Chinese with the remedy, without the file's name."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason, self.message = reason, message


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one file may cost. Sizes in bytes; `seconds` of wall and CPU time per step, of which a reader may take many.

    A step is a page, an entry, some thousand elements; reading text off one scanned page is one of `recognition_seconds`.
    All steps together take no more than `whole_seconds`.
    """

    size: int = 50 << 20
    memory: int = 3 << 30
    seconds: float = 15
    recognition_seconds: float = 120
    whole_seconds: float = 3600
    pages: int = 1000
    scanned_pages: int = 200
    entries: int = 2000
    unpacked: int = 300 << 20
    ratio: int = 200
    depth: int = 2
    cells: int = 200_000
    characters: int = 20_000_000


@dataclass(frozen=True, slots=True)
class Page:
    """How the text of a page was had: from the file (`confidence` None), or read off its image with mean confidence 0–1."""

    number: int
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """The text of a file; what stands beside it under a `label` (发文字号, …); what the user should know; its pages."""

    text: str = field(repr=False)
    labels: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    pages: tuple[Page, ...] = ()


@dataclass(frozen=True, slots=True)
class Read:
    """All the text of a file, with the marks of what in it is no prose."""

    text: str = field(repr=False)
    marks: tuple[Mark, ...]
    warnings: tuple[str, ...]
    pages: tuple[Page, ...]
    format: str

    @classmethod
    def of(cls, form: Mapping[str, Any]) -> Read:
        """From its form in JSON, that of `asdict`; raises KeyError, ValueError or TypeError for anything else."""
        return cls(
            form["text"],
            tuple(Mark(Span(**mark["span"]), MarkReason(mark["reason"])) for mark in form["marks"]),
            tuple(form["warnings"]),
            tuple(Page(**page) for page in form["pages"]),
            form["format"],
        )


@dataclass(frozen=True, slots=True)
class Member:
    """A file inside a file, or one that could not be taken out (`refused`)."""

    name: str
    data: bytes = field(repr=False)
    refused: Refused | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """What a reader is given: the name and bytes of a file, its limits, and `step`, to be called before each step."""

    name: str
    data: bytes = field(repr=False)
    limits: Limits = field(default_factory=Limits)
    step: Callable[[float], None] = lambda seconds: None
