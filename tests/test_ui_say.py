"""Everything the page says has its English, and the table holds nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from assistant.types import Stage
from index.settings import ROOT
from index.types import Kind, MarkReason, Status
from ui.render import SHAPES
from ui.say import CHINESE, ENGLISH, english, language, say
from ui.taking import REASONS

UI = ROOT / "ui"


def said() -> Iterator[str]:
    for path in [*UI.glob("assets/*.html"), *UI.glob("assets/*.js"), *UI.glob("*.py")]:
        yield from re.findall(
            r"""(?:\b_|\bsay|\brefusal|\btold)\(\s*(?:\d+,\s*)?["']([^"']*[\u4e00-\u9fff][^"']*)["']""",
            path.read_text("utf-8"),
        )
    yield from (value.value for kind in (Kind, MarkReason, Status, Stage) for value in kind)
    yield from (status.label for status in Status)
    yield from REASONS
    yield from (words for words, _ in SHAPES)
    # chosen by name, not where they are said
    yield from ("地区", "成文年份", "类型", "有效性", "文件")
    yield "系统出错，这个问题没有答成。请再试一次；若仍不成，请查看服务端的日志。"


def test_the_table_holds_what_is_said_and_no_more() -> None:
    wanted = set(said())
    assert len(wanted) > 100
    assert wanted - set(english()) == set()
    assert set(english()) - wanted == set()


def test_both_languages_have_the_same_fields() -> None:
    for chinese, translated in english().items():
        assert set(re.findall(r"\{(\w+)\}", chinese)) == set(re.findall(r"\{(\w+)\}", translated)), chinese
        assert not re.search(r"[\u4e00-\u9fff]", translated)


def test_fields_are_filled() -> None:
    assert say("第 {n} 问", CHINESE, n=3) == "第 3 问"
    assert say("第 {n} 问", ENGLISH, n=3) == "Question 3"


@pytest.mark.parametrize(
    ("asked", "accepted", "chosen"),
    [
        (None, None, CHINESE),
        (None, "zh-CN,zh;q=0.9,en;q=0.8", CHINESE),
        (None, "zh-TW", CHINESE),
        (None, "*", CHINESE),
        (None, "en-US,en;q=0.9", ENGLISH),
        (None, "de", ENGLISH),
        ("en", "zh-CN", ENGLISH),
        ("zh-CN", "en", CHINESE),
    ],
)
def test_the_address_counts_before_the_browser(asked: str | None, accepted: str | None, chosen: str) -> None:
    assert language(asked, accepted) == chosen
