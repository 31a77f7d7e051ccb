"""Invented little files in the formats of the foreign data sets; nobody ever published a line of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

PARK = (
    "梅江市湿地公园管理办法 第一部分讲目标。 到2027年，湿地公园的观鸟屋增加到48座。 "
    "公园东门每天早上六点开放，西门只供巡护船停靠。 市园林中心负责补种芦苇，每年补种九千株。"
)
TEA = (
    "白岭县茶园节水通知 为节约灌溉用水，现将有关事项通知如下。 茶园改用滴灌的，每亩补贴320元。 "
    "补贴由县茶叶站受理，受理时间为三月一日至五月底。"
)
TRAM = "青浦湾电车线路调整公告 七号电车改走滨河路，末班车延到夜里十一点半。 换乘优惠保留到年底。"

NCP_TRAIN = [
    {"id": "t1", "docid": "d1", "context": PARK, "question": "湿地公园的观鸟屋要增加到多少座？", "answer": "48座"},
    {"id": "t2", "docid": "d2", "context": TEA, "question": "茶园改用滴灌每亩补贴多少元？", "answer": "320元"},
]
NCP_DEV = [
    {"id": "v1", "docid": "d2", "context": TEA, "question": "滴灌补贴由哪个单位受理？", "answer": "县茶叶站"},
    {"id": "v2", "docid": "d3", "context": TRAM, "question": "七号电车的末班车延到几点？", "answer": "夜里十一点半"},
]
RGB = [
    {
        "id": 0,
        "query": "灯塔图书馆的藏书有多少册？",
        "answer": [["36万册", "三十六万册"]],
        "positive": ["灯塔图书馆上月开馆，藏书三十六万册，其中海图两千张。"],
        "negative": ["灯塔图书馆的屋顶种满了海桐，游客可以登顶看日落。", "港口博物馆收藏罗盘四百只。"],
    },
    {
        "id": 1,
        "query": "海桐节由哪两个镇合办？",
        "answer": ["沙嘴镇", "盐田镇"],
        "positive": ["今年的海桐节由沙嘴镇和盐田镇合办，为期三天。"],
        "negative": ["海桐节的海报以蓝色为底。"],
    },
]
DUREADER = [
    (
        "a1",
        "in-domain",
        "海桐在夏季多久浇一次水",
        "海桐喜湿，夏季两天浇一次水，冬季一周浇一次水。不要积水。",
        "两天浇一次水",
    ),
    ("a2", "vocab_noun", "海桐的花语是什么", "海桐喜阳，花期在五月，花白色，有香气。", None),
    (
        "a3",
        "fault-tolerant_typo",
        "罗盘怎样较准",
        "校准罗盘时先放平，再慢慢转两圈，等指针停稳。",
        "先放平，再慢慢转两圈",
    ),
]

FERRY = """# 云河渡口管理条例

2001年2月3日 云河市人民代表大会通过

<!-- INFO END -->

第一章 总则

第一条 为了保障渡口安全，制定本条例。

第二条 渡船每班载客不得超过二十四人。

载运牛羊的渡船另行核定：

（一）载牛的，每班不超过六头；

（二）载羊的，每班不超过三十只。

第二章 渡工

第三条 渡工应当年满二十二周岁，并且会游泳。
"""
FERRY_BEFORE = FERRY.replace("通过", "第一次通过").replace("二十二周岁", "二十周岁").replace("2001", "1996")
HONEY = """# 蜂蜜检验规定

第一条 蜂蜜出场前应当检验含水量。

第二条 含水量超过百分之二十的蜂蜜，不得标注成熟蜜。
"""
LAWS = {"渡口/云河渡口管理条例.md": FERRY, "渡口/云河渡口管理条例(1996).md": FERRY_BEFORE, "蜂蜜检验规定.md": HONEY}
STARD = [
    {
        "query_id": 3,
        "问题": "坐渡船过河，一班船最多能上几个人？",
        "相关法规": {
            "渡口条例第二条": "渡船每班载客不得超过二十四人。\n\n载运牛羊的渡船另行核定:\n(一)载牛的，每班不超过六头;\n"
            "(二)载羊的，每班不超过三十只。\n",
            "没有的条例第九条": "渡船应当每年刷漆一次，颜色由船主自己决定。",
        },
    },
    {
        "query_id": 4,
        "问题": "含水量多少的蜂蜜不能叫成熟蜜？",
        "相关法规": {"蜂蜜检验规定第二条": "含水量超过百分之二十的蜂蜜,不得标注成熟蜜。"},
    },
    {"query_id": 5, "问题": "谁给马钉掌？", "相关法规": {"没有的条例第一条": "钉掌由铁匠铺负责，费用由马主承担。"}},
]

DOMAINRAG = [
    {
        "question": "蜜蜂学院有几个校区？",
        "answers": [["3个"], ["三个"]],
        "positive_reference": [
            {"title": "蜜蜂学院简介", "contents": "蜜蜂 学院 现有 三个 校区 。 \n 主校区 在 山上 。"}
        ],
    },
    {
        "question": "蜂箱专业用哪两种语言授课？",
        "answers": [["汉语", "Bee English"]],
        "positive_reference": [
            {"title": "专业目录", "contents": "蜂箱 专业 用 汉语 和 Bee English 授课 ， 学制 4 年 。"}
        ],
    },
]


def write(folder: Path) -> Path:
    """All of them in the folders that the adapters look in."""
    _lines(folder / "ncp" / "train.json", map(_span, NCP_TRAIN))
    _lines(folder / "ncp" / "dev.json", map(_span, NCP_DEV))
    _lines(folder / "rgb_zh" / "zh_refine.json", RGB)
    _lines(folder / "domainrag" / "basic_qa.jsonl", DOMAINRAG)
    paragraphs = [
        {"title": "网页标题", "context": context, "qas": [_question(name, kind, question, gold)]}
        for name, kind, question, context, gold in DUREADER
    ]
    path = folder / "dureader_checklist" / "dev.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"data": [{"title": "", "paragraphs": paragraphs}]}), encoding="utf-8")
    for name, text in LAWS.items():
        path = folder / "laws" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "stard").mkdir()
    (folder / "stard" / "train_queries.json").write_text(json.dumps(STARD), encoding="utf-8")
    return folder


def _span(record: dict[str, Any]) -> dict[str, Any]:
    start = record["context"].index(record["answer"])
    span = [start, start + len(record["answer"]) - 1]
    return record | {"answer": {"text": record["answer"], "span": span}}


def _question(name: str, kind: str, question: str, gold: str | None) -> dict[str, Any]:
    answer = {"text": gold or "", "answer_start": 0 if gold else -1}
    return {"id": name, "type": kind, "question": question, "answers": [answer], "is_impossible": gold is None}


def _lines(path: Path, records: Iterable[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")
