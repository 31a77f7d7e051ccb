"""Text to clauses: every clause of the five plans, odd texts, and the promise that no character is lost."""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping, Sequence

import pytest

from index.document.split import SplitError, _assert_covered, split
from index.types import Passage, Plan, Role, Span
from tests.conftest import DIGESTS, document

FIVE = {
    "东莞市": (
        "引言 一 二 二·—1 二·—2 二·—3 三 "
        "三·(一) 三·(一)·1 三·(一)·2 三·(二) 三·(二)·3 三·(二)·4 三·(二)·5 三·(三) 三·(三)·6 三·(三)·7 "
        "三·(四) 三·(四)·8 三·(四)·9 三·(四)·10 三·(四)·11 "
        "三·(五) 三·(五)·12 三·(五)·13 三·(五)·14 三·(五)·15 三·(五)·16 三·(五)·17 "
        "四 四·(一) 四·(二) 四·(三) 四·(四) 四·(五) 四·(六)"
    ),
    "绍兴市": (
        "引言 一 一·(一) 一·(二) 一·(二)·1 一·(二)·2 一·(二)·3 一·(二)·4 一·(三) 二 "
        "二·(一) 二·(一)·1 二·(一)·2 二·(一)·3 二·(一)·4 二·(一)·5 "
        "二·(二) 二·(二)·6 二·(二)·7 二·(二)·8 二·(二)·9 二·(三) 二·(三)·10 二·(三)·11 二·(三)·12 "
        "三 三·(一) 三·(二) 三·(三) 三·(四) 三·(五)"
    ),
    "合肥市": (
        "张庆军对互联网+的认识和理念 问题1 问题1·一是 问题1·二是 问题1·三是 问题1·四是 "
        "问题2 问题2·一是 问题2·二是 问题2·三是 问题3 问题3·一是 问题3·二是 问题3·三是 "
        "问题4 问题4·一是 问题4·二是 问题4·三是 问题4·四是 问题4·五是"
    ),
    "山东省": (
        "一 一·第2段 二 二·(一) 二·(二) 二·(三) 三 三·(一) 三·(二) 三·(二)·第2段 "
        "三·(三) 三·(三)·一是 三·(三)·二是 三·(三)·三是 三·(三)·四是 三·(三)·五是"
    ),
    "杭州市": (
        "引言 引言·第2段 引言·第3段 互联网+创业创新 互联网+创业创新·第2段 互联网+创业创新·第3段 "
        "互联网+城市运行 互联网+城市运行·第2段 互联网+城市运行·第3段 互联网+城市运行·第4段 "
        "互联网+惠民行动 互联网+惠民行动·第2段 互联网+惠民行动·第3段 互联网+惠民行动·第4段 "
        "互联网+公共安全及信用 互联网+公共安全及信用·第2段 互联网+公共安全及信用·第3段"
    ),
}
HOLDS = [
    ("东莞市", "二·—1", ("总体目标",), "5000亿元"),
    ("东莞市", "三·(四)·8", ("重点任务", "发展“互联网+民生”"), "(市教育局牵头"),
    ("东莞市", "三·(五)·17", ("重点任务", "推进“互联网+管理”"), "BIM"),
    ("绍兴市", "二·(一)·3", ("重点任务", "领域应用"), "650亿元"),
    ("绍兴市", "三·(四)", ("保障措施", "改善基础设施"), "2000G"),
    ("合肥市", "问题2·三是", ("创新性", "创活工作机制"), "10%"),
    ("合肥市", "问题3·一是", ("成效", "提质增效"), "681亿元"),
    ("山东省", "三·(三)·四是", ("制定政策措施", "强化人才支撑"), "流动机制"),
    ("杭州市", "互联网+创业创新·第2段", ("创业创新",), "60家"),
    ("杭州市", "互联网+城市运行·第2段", ("城市运行",), "2020年"),
]


@pytest.mark.parametrize("region", FIVE)
def test_every_clause_of_the_five(five: Mapping[str, Plan], region: str) -> None:
    passages = five[region].passages
    assert [p.address for p in passages if p.role is Role.CLAUSE] == FIVE[region].split()
    assert [p.role for p in passages if p.role is not Role.CLAUSE] in ([Role.FRONT], [Role.FRONT, Role.BACK])


@pytest.mark.parametrize(("region", "address", "headings", "words"), HOLDS)
def test_clauses_hold_their_words_under_their_headings(
    five: Mapping[str, Plan], region: str, address: str, headings: Sequence[str], words: str
) -> None:
    text = five[region].document.text
    (passage,) = [p for p in five[region].passages if p.address == address]
    assert words in text[passage.start : passage.end]
    assert all(any(part in title for title in passage.headings) for part in headings)


def test_no_character_of_the_five_is_lost_or_doubled(five: Mapping[str, Plan]) -> None:
    for plan in five.values():
        assert_sound(plan.document.text, plan.passages)


def assert_sound(text: str, passages: Sequence[Passage]) -> None:
    spans = [s for p in passages for s in p.sentences]
    assert "".join("".join(text[s.start : s.end].split()) for s in spans) == "".join(text.split())
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
    assert all(p.start <= s.start < s.end <= p.end for p in passages for s in p.sentences)
    addresses = [p.address for p in passages]
    assert len(set(addresses)) == len(addresses)
    assert len({p.id for p in passages}) == len(passages)
    assert all(addresses)


def clauses(text: str) -> dict[str, str]:
    """Addresses and texts of the passages of `text`, which must be sound."""
    found = split(document(text))
    assert_sound(text, found)
    return {p.address: text[p.start : p.end] for p in found}


PROSE = "为发展智慧渔业推动转型升级,经市政府同意,现就有关事项制定本方案如下。"
ODD = {
    "nothing": ("", ""),
    "blank": (" \n\u3000\n", ""),
    "one word": ("渔业", "文首"),
    "only prose": (f"{PROSE}\n{PROSE}\n", "引言 引言·第2段"),
    "only headings": ("一、甲\n二、乙\n(一)丙\n(二)丁\n三、戊", "一 二 二·(一) 二·(二) 三"),
    "law": (
        "条例\n第一编 总则\n第一章 总则\n第一节 目的\n第一条 为了渔业。\n第二条 适用:\n(一)池塘;\n第二章\n第三条之一 鼓励。",
        "文首 第一编 第一编·第一章 第一编·第一章·第一节 第一编·第一章·第一节·第一条 第一编·第一章·第一节·第二条 第一编·第一章·第一节·第二条·(一) 第一编·第二章 第一编·第二章·第三条之一",
    ),
    "(一) without 一、": ("方案\n(一)甲。\n1.乙。\n(二)丙。", "文首 (一) (一)·1 (二)"),
    "一、 below (一)": ("方案\n(一)甲。\n一、乙。\n(一)丙。", "文首 (一) 一 一·(一)"),
    "decimals": ("方案\n一、甲\n1、产值\n1.5亿元以上。\n2．其他", "文首 一 一·1 一·2"),
    "all levels": (
        "方案\n一、甲\n(一)甲\n1.甲\n(1)甲\n①甲\n②乙\n(2)乙\n2.乙\n(二)乙\n二、乙",
        "文首 一 一·(一) 一·(一)·1 一·(一)·1·(1) 一·(一)·1·(1)·① 一·(一)·1·(1)·② 一·(一)·1·(2) 一·(一)·2 一·(二) 二",
    ),
    "run within a line": ("方案\n一、甲\n主要:一是乙;二是丙。\n二、丁", "文首 一 一·一是 一·二是 二"),
    "run on lines": (
        "方案\n一、甲\n(一)乙\n一是丙。\n二是丁。\n(二)戊",
        "文首 一 一·(一) 一·(一)·一是 一·(一)·二是 一·(二)",
    ),
    "no run": ("方案\n一、甲\n这一是关键,二是次要。\n统一是基础。", "文首 一 一·第2段"),
    "dashes": ("方案\n一、甲\n——乙\n--丙\n丁戊。\n——己", "文首 一 一·—1 一·—2 一·第2段 一·—3"),
    "run below a dash": (
        "方案\n一、甲\n——乙:一是丙,二是丁\n——戊",
        "文首 一 一·—1 一·—1·一是 一·—1·二是 一·—2",
    ),
    "dashes without a heading": (f"{PROSE}\n——甲\n——乙", "引言 —1 —2"),
    "one line": ("方案\n一、甲。   二、乙。   (一)丙。 (二)丁。", "文首 一 二 二·(一) 二·(二)"),
    "numbers twice": (
        "方案\n一、甲\n(一)乙\n一、甲\n(一)乙\n1.丙\n1.丙\n1.丙",
        "文首 一 一·(一) 一(2) 一(2)·(一) 一(2)·(一)·1 一(2)·(一)·1(2) 一(2)·(一)·1(3)",
    ),
    "unnumbered questions": (
        "谈渔业\n问:为什么?\n答:需要。\n问:怎么做?\n答:一是建。二是管。",
        "文首 问 问(2) 问(2)·一是 问(2)·二是",
    ),
    "unclosed brackets": ("方案\n一、《甲(乙“丙\n(二、乱\n(市局牵头", "文首 一"),
    "unnumbered headings": (
        f"渔业方案\n{PROSE}\n“渔业”转型升级\n{PROSE}\n{PROSE}\n捕捞·规范管理\n{PROSE}",
        "文首 引言 渔业转型升级 渔业转型升级·第2段 捕捞规范管理",
    ),
    "closing signature": ("湖州市渔业方案\n一、甲\n乙。\n湖州市人民政府\n2017年4月6日", "文首 一 文末"),
    "closing signature below prose": (
        f"湖州市渔业方案\n{PROSE}\n湖州市人民政府\n2017年4月6日",
        "文首 引言 文末",
    ),
    "remarks": ("方案\n一、甲\n说明:仅供试用\n备注:该文件已停止执行", "文首 一 文末"),
    "table": (
        "方案\n一、甲\n补助如下:\n渔船 | 补助 |\n甲号 | 10元。 可续 |\n乙号 | 20元 |\n其余不补。\n二、乙\n镇 | 户 |\n东 | 3 |",
        "文首 一 一·表1 一·第2段 二 二·表1",
    ),
    "attachments": (
        "通知\n一、甲\n附件:1.清单\n2.表格\n市海洋局\n2020年3月4日\n附件1\n渔船清单\n一、东港\n二、西港\n附件2\n渔网表\n网 | 张 |\n丝网 | 9 |",
        "文首 一 附件 附件·2 附件·2·第2段 附件1 附件1·一 附件1·二 附件2 附件2·表1",
    ),
    "articles with paragraphs": (
        "办法\n第一条 甲。\n乙。\n(一)丙\n第二条 丁。",
        "文首 第一条 第一条·第2款 第一条·(一) 第二条",
    ),
    "contents": (
        f"渔业规划\n目　录\n一、总则……1\n二、任务……3\n(一)捕捞……4\n渔业规划\n{PROSE}\n一、总则\n甲。\n二、任务\n(一)捕捞\n乙。",
        "文首 目录 文首(2) 引言 一 二 二·(一)",
    ),
    "contents without pages": (
        f"渔业规划\n目录\n第一章 总则\n第二章 捕捞\n第一章 总则\n第一条 {PROSE}\n第二章 捕捞\n第二条 乙。",
        "文首 目录 第一章 第一章·第一条 第二章 第二章·第二条",
    ),
    "notice with clauses and its plan": (
        f"关于印发渔业方案的通知\n各镇:\n{PROSE}\n一、高度重视\n二、抓紧落实\n海宁市人民政府\n2020年3月4日\n海宁市渔业方案\n{PROSE}\n一、目标\n二、任务",
        "文首 通知·引言 通知·一 通知·二 通知·二·第2段 文首(2) 引言 一 二",
    ),
    "questions without numbers": (
        "渔船补助问答\n补助发给哪些渔民？\n发给持证渔民。\n补助什么时候发放？\n每年十月。\n另有年终奖。\n到哪里申请补助？\n到镇政府。",
        "文首 问 问(2) 问(2)·第2段 问(3)",
    ),
    "long line": (f"方案\n一、{'甲。' * 50_000}", "文首 一"),
    "long line without an end": ("渔" * 200_000, "文首"),
}


@pytest.mark.parametrize(("text", "addresses"), ODD.values(), ids=ODD)
def test_odd_texts(text: str, addresses: str) -> None:
    assert list(clauses(text)) == addresses.split()


def test_rows_of_a_table_are_sentences_under_its_head() -> None:
    text = "方案\n一、补助\n如下:\n渔船 | 补助 |\n甲号 | 10元。 可续 |\n乙号 | 20元 |\n"
    (table,) = [p for p in split(document(text)) if p.address == "一·表1"]
    assert table.headings == ("补助", "渔船 | 补助")
    assert [text[s.start : s.end] for s in table.sentences] == [
        "渔船 | 补助 |",
        "甲号 | 10元。 可续 |",
        "乙号 | 20元 |",
    ]


def test_an_attachment_is_headed_by_the_line_below_its_number() -> None:
    passages = {p.address: p for p in split(document("通知\n一、甲\n附件1\n渔船清单\n一、东港\n"))}
    assert passages["附件1·一"].headings == ("渔船清单", "东港")


def test_what_each_clause_holds() -> None:
    found = clauses("方案\n一、甲\n主要:一是乙;二是丙。其中丙要紧。\n后话。\n(一)丁。戊。\n1.己\n说明:试用")
    assert found["一"] == "一、甲\n主要:"
    assert found["一·一是"] == "一是乙;"
    assert found["一·二是"] == "二是丙。其中丙要紧。"
    assert found["一·第2段"] == "后话。"
    assert found["一·(一)"] == "(一)丁。戊。"
    assert found["文末"] == "说明:试用"


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        ("方案\n一、总体目标\n(一)甲。乙。", ("总体目标", "甲")),
        ("方案\n一、总体目标。到2020年。", ("总体目标",)),
        (f"方案\n一、{'长' * 41}。", ()),
        ("方案\n一、甲\n一是乙,二是丙。", ("甲", "丙")),
        ("方案\n一、甲\n一是乙,", ("甲", "乙")),
    ],
)
def test_headings(text: str, headings: tuple[str, ...]) -> None:
    assert split(document(text))[-1].headings == headings


def test_the_parent_of_a_clause() -> None:
    passages = {p.address: p for p in split(document("方案\n一、甲\n(一)乙\n1.丙\n一、甲\n(一)乙\n捕捞·管理"))}
    assert passages["一·(一)·1"].parent_address == "一·(一)"
    assert passages["一(2)·(一)"].parent_address == "一(2)"
    assert passages["一"].parent_address == ""
    assert {p.parent_address for p in passages.values()} - {""} <= set(passages)


@pytest.mark.parametrize("seed", range(40))
def test_no_order_of_lines_loses_a_character(seed: int) -> None:
    """Every digest, with lines shuffled, dropped, joined and cut short: sound, and every parent there."""
    chance = random.Random(seed)
    for path in sorted(DIGESTS.glob("*.txt")):
        text_lines = path.read_text(encoding="utf-8").split("\n")
        chance.shuffle(text_lines)
        text_lines = [line[: chance.randrange(len(line) + 1)] if chance.random() < 0.2 else line for line in text_lines]
        text = chance.choice(["\n", "   ", "\n\n", "\n \u3000"]).join(text_lines[: chance.randrange(1, 60)])
        text = text[chance.randrange(30) :]
        assert_sound(text, split(document(text)))


@pytest.mark.parametrize(
    ("spans", "says"),
    [
        ([Span(0, 2)], "no clause holds"),
        ([Span(1, 4)], "no clause holds"),
        ([Span(0, 3), Span(2, 4)], "overlaps"),
        ([Span(0, 5)], "leaves its passage"),
        ([Span(0, 0), Span(0, 4)], "leaves its passage"),
    ],
)
def test_the_promise_is_checked(spans: list[Span], says: str) -> None:
    with pytest.raises(SplitError, match=says):
        _assert_covered("甲乙丙丁", (Passage("d", "一", (), 0, 4, tuple(spans)),))


def test_blanks_need_no_clause() -> None:
    _assert_covered(" 甲 \n乙\u3000", (Passage("d", "一", (), 1, 5, (Span(1, 2), Span(4, 5))),))
