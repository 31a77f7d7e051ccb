"""Lines, sentences and clause numbers."""

from __future__ import annotations

import pytest

from index.chinese.markers import marker, runs
from index.document.structure import is_prose, is_question, is_row, lines, numbered, sentences


@pytest.mark.parametrize(
    ("line", "style", "label", "rest"),
    [
        ("第一编 总则", "编", "第一编", "总则"),
        ("第十二章", "章", "第十二章", ""),
        ("第2节　养殖", "节", "第2节", "养殖"),
        ("第三条 鼓励养殖。", "条", "第三条", "鼓励养殖。"),
        ("第三条之一 附则。", "条", "第三条之一", "附则。"),
        ("第一千零二条 附则。", "条", "第一千零二条", "附则。"),
        ("问题3:有何打算?", "问", "问题3", "有何打算?"),
        ("问：为什么？", "问", "问", "为什么？"),
        ("十一、目标", "一、", "十一", "目标"),
        ("一．目标", "一、", "一", "目标"),
        ("（二）目标", "(一)", "(二)", "目标"),
        ("(二)、目标", "(一)", "(二)", "目标"),
        ("1.推进“互联网+”", "1.", "1", "推进“互联网+”"),
        ("12．推进", "1.", "12", "推进"),
        ("1、推进", "1.", "1", "推进"),
        ("（3）推进", "(1)", "(3)", "推进"),
        ("③推进", "①", "③", "推进"),
        ("一是推进", "一是", "一是", "推进"),
        ("——推进", "——", "——", "推进"),
        ("--推进", "——", "--", "推进"),
        ("附件", "附件", "附件", ""),
        ("附件 2", "附件", "附件2", ""),
        ("附件三：清单", "附件", "附件三", "清单"),
        ("附件：1.清单", "附件", "附件", "1.清单"),
        ("附录A", "附件", "附录A", ""),
        ("附表1-2", "附件", "附表1-2", ""),
        ("1.2 适用范围", "1.1", "1.2", "适用范围"),
        ("3．推进", "1.", "3", "推进"),
        ("３．推进", "1.", "3", "推进"),
        ("Q2：怎么办？", "问", "Q2", "怎么办？"),
    ],
)
def test_clause_numbers(line: str, style: str, label: str, rest: str) -> None:
    found = marker(line)
    assert found is not None
    assert (found.style, found.label, line[found.length :]) == (style, label, rest)
    assert numbered(line) == (style not in ("附件", "一是", "——"))


@pytest.mark.parametrize(
    "line",
    [
        "1.5亿元以上",
        "1.5 亿元以上",
        "附件所列单位",
        "附件1所列单位",
        "附录Above",
        "3.5%的增长",
        "2016.9.8发布",
        "2016年",
        "1000.5",
        "3D打印",
        "4G网络",
        "二〇一六年",
        "——",
        "-12℃",
        "统一是基础",
        "记者:某",
        "第一,要",
        "一二三",
        "",
    ],
)
def test_what_is_no_clause_number(line: str) -> None:
    assert marker(line) is None
    assert not numbered(line)


@pytest.mark.parametrize(
    ("line", "starts"),
    [
        ("一是甲,二是乙", ["一是", "二是"]),
        ("措施:一是甲；二是乙;三是丙。", ["一是", "二是", "三是"]),
        ("甲。一是甲。二是甲", ["一是", "二是"]),
        ("一是甲", []),
        ("一是甲,三是乙", []),
        ("统一是,二是", []),
        ("一是甲二是乙", []),
    ],
)
def test_runs(line: str, starts: list[str]) -> None:
    assert [line[i : i + 2] for i in runs(line)] == starts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("甲\n乙", ["甲", "乙"]),
        ("  甲。   乙。丙\n\n \u3000丁 ", ["甲。", "乙。丙", "丁"]),
        ("甲 乙   丙", ["甲 乙", "丙"]),
        ("他说“好。” 乙", ["他说“好。”", "乙"]),
        ("\n \t\n", []),
        ("", []),
        ("一、减税（市税务局负责） 二、减租", ["一、减税（市税务局负责）", "二、减租"]),
        ("(一) 1.减税（附件3） 2.5亿元", ["(一) 1.减税（附件3） 2.5亿元"]),
        ("甲 | 乙。 丙   丁 |\n戊。 己", ["甲 | 乙。 丙   丁 |", "戊。", "己"]),
    ],
)
def test_lines(text: str, expected: list[str]) -> None:
    found = list(lines(text))
    assert [line.text for line in found] == expected
    assert [text[line.start : line.end] for line in found] == expected
    assert all(line.span.start == line.start for line in found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("甲。乙！丙?丁", ["甲。", "乙！", "丙?", "丁"]),
        ("他说“好。”然后走了。", ["他说“好。”", "然后走了。"]),
        ("增长3.5%。(甲牵头)", ["增长3.5%。", "(甲牵头)"]),
        ("建好。（由市水利局牵头）修路。", ["建好。", "（由市水利局牵头）", "修路。"]),
        ("建好。(一)修路。", ["建好。", "(一)修路。"]),
        ("真的?!是。", ["真的?!", "是。"]),
        ("。", ["。"]),
        (" \n ", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert [text[s.start : s.end] for s in sentences(text, 0, len(text))] == expected


def test_sentences_of_a_part_have_offsets_of_the_whole() -> None:
    text = "甲甲。乙乙。丙丙。"
    assert [text[s.start : s.end] for s in sentences(text, 3, 6)] == ["乙乙。"]


@pytest.mark.parametrize(
    ("line", "prose"),
    [
        ("长" * 29 + "。", True),
        ("长" * 29 + "。”", True),
        ("长" * 29 + ";", True),
        ("长" * 28 + "。", False),
        ("长" * 40, False),
        ("长" * 40 + "：", False),
        ("", False),
    ],
)
def test_prose(line: str, prose: bool) -> None:
    assert is_prose(line) is prose


@pytest.mark.parametrize(
    ("line", "row", "question"),
    [
        ("甲 | 乙 |", True, False),
        ("甲 |", False, False),
        ("甲 | 乙", False, False),
        ("补助发给哪些渔民？", False, True),
        ("为什么？", False, False),
        ("先申请。再领取？对不对？", False, False),
        (f"{'长' * 60}？", False, False),
    ],
)
def test_rows_and_questions(line: str, row: bool, question: bool) -> None:
    assert (is_row(line), is_question(line)) == (row, question)
