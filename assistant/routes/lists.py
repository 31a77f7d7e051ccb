"""Lists: the items of a heading, whole, from the clause tree."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.evidence.retrieve import as_evidence
from assistant.question.coverage import Term, coverage, normalized
from assistant.question.terms import without_places
from assistant.question.understand import Query
from assistant.routes.claim import Claim
from assistant.routes.quote import unquoted
from assistant.routes.step import Context, Step
from assistant.types import titled
from index.chinese.places import mentions
from index.chinese.quantity import quantities
from index.chinese.words import cut, tag
from index.search import Index
from index.types import Document, Passage, Role

ANNOUNCED = "部分列出："
"""What opens a list that was read from the clause tree."""
_LEAST_LIST_RECALL = 0.75
_VERB_WEIGHT = 0.3
_ONLY_REQUESTS = re.compile(
    r"(?:[请帮我您你]|麻烦|给我|替我|写\w{1,4}用|(?:逐[一条项])?(?:说|讲|列|问|介绍|告诉)(?:一下|出来?|[说讲明])?)+"
)
_LEAST_LIST_PRECISION = 0.3
_ANNOUNCES = re.compile(r"[二三四五六七八九十\d]+个?(?:方面|项|条|点|大)|如下|以下")
_ASKING = frozenset(
    "有 哪些 哪 几 方面 一共 总共 个 项 条 的 是 什么 多少 都 分别 主要 具体 包括 请 列出 列举 一下 了 吗 呢 提出 为 大 哪几 多 分为 哪几个 哪几项 里 中 方案 计划 文件 意见 市 省 全部 完整 介绍 说说 推进 安排 这 份 那".split()
)


def items(query: Query, context: Context) -> Iterator[Step]:
    """The items of the heading that the question asks to list, in the plan that has it; nothing if no heading is meant."""
    index = context.index
    best: tuple[float, Document, Passage, list[Passage]] | None = None
    words = [w for w in _list_words(query) if index.idf(w.word) < 1]
    if not words:
        return
    wanted = _wanted_count(query.standalone)
    for document in query.documents:
        for passage in index.passages(document.id):
            if passage.role is not Role.CLAUSE:
                continue
            deeper = levels(passage, index)
            for depth, below in enumerate(deeper):
                heading = re.split(r"[，,]", passage.headings[-1])[0] if passage.headings else ""
                own = document.words(passage.start, passage.end)
                path = normalized(document.title + "".join(passage.headings) + own)
                if not _is_of_places(query, document, path):
                    continue
                recall = coverage(words, path, index.idf)
                precision = (
                    coverage([Term(w) for w in cut(heading)], normalized(query.standalone), index.idf)
                    if heading
                    else 0.0
                )
                if _ANNOUNCES.search(own):
                    precision = max(precision, _LEAST_LIST_PRECISION)
                counted = wanted is not None and len(below) == wanted
                mismatch = wanted is not None and not counted
                if wanted is not None and len(below) * 2 <= wanted:
                    continue  # five items are not ten with some left out
                score = recall + 0.8 * precision + 0.5 * counted - 0.5 * mismatch - 0.1 * depth
                if (
                    recall >= _LEAST_LIST_RECALL
                    and (counted or precision >= _LEAST_LIST_PRECISION)
                    and (best is None or score > best[0])
                ):
                    best = (score, document, passage, below)
    if best is None:
        return
    _, document, parent, below = best
    head = as_evidence(index, document, parent.sentences[0])
    yield Claim(f"{titled(document.title)}“{unquoted(parent.headings[-1])}”{ANNOUNCED}", (head,))
    for passage in below:
        evidence = as_evidence(index, document, passage.sentences[0])
        yield Claim(f"{_label(passage)}{_item_text(passage, document)}；", (evidence,))


def _is_of_places(query: Query, document: Document, path: str) -> bool:
    """Whether the list is of the places that the question names: its document is, or its words have them."""
    named = (m for m in mentions(query.standalone) if not (m.place and m.place.name == document.region))
    return all(m.text in (document.region or "") or normalized(m.text) in path for m in named)


def levels(parent: Passage, index: Index) -> list[list[Passage]]:
    """The children of a heading and, where they have children of their own, all the grandchildren; from two on."""
    passages = index.passages(parent.document_id)

    def below(addresses: set[str]) -> list[Passage]:
        return [p for p in passages if p.parent_address in addresses and not p.address.endswith("段")]

    children = below({parent.address})
    grandchildren = below({p.address for p in children})
    return [level for level in (children, grandchildren) if len(level) > 1]


def _without_framing(text: str) -> str:
    """`text` without what it is wanted for and how: 写材料用：……，请逐条说，只要标题."""
    clauses = re.split(r"[，,；;。？?！!：:]", text)
    return "".join(c for c in clauses if not _ONLY_REQUESTS.fullmatch(c)) or text


def _list_words(query: Query) -> list[Term]:
    text = without_places(_without_framing(query.standalone), query.places)
    tagged = [(w, pos) for w, pos in tag(text) if re.fullmatch(r"[\u4e00-\u9fffA-Za-z]+", w) and w not in _ASKING]
    return [Term(w, _VERB_WEIGHT if pos == "v" else 1.0) for w, pos in tagged if pos[0] in "nvalijesb"]


def _wanted_count(text: str) -> int | None:
    """The number of items that the question itself names: 十大行动, 17项任务."""
    for quantity in quantities(re.sub(r"(?<=[一二三四五六七八九十])大(?=[\u4e00-\u9fff])", "个", text)):
        if quantity.value is not None and quantity.unit in ("个", "项", "条", "方面", "点") and quantity.value > 1:
            return int(quantity.value)
    return None


def _label(passage: Passage) -> str:
    own = passage.address.rpartition("·")[2]
    if own.startswith("("):
        return own
    if own.startswith("—") or own.endswith("是"):
        return ""
    return f"{own}." if own.isdigit() else f"{own}、"


def _item_text(passage: Passage, document: Document) -> str:
    if passage.headings and passage.headings[-1]:
        return passage.headings[-1]
    first = passage.sentences[0]
    return document.words(first.start, first.end).strip(" 。；;\n")
