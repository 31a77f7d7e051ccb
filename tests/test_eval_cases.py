"""Case files: what is read from a line, what is refused, and whether the index holds the evidence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from eval.cases import (
    COMPARISONS,
    FILE,
    CaseError,
    Clause,
    Expectation,
    Split,
    Type,
    by_title,
    load,
    parse,
    validate_against,
)
from eval.metrics.facts import holds
from index.types import Document, Passage, Plan

LINE: dict[str, Any] = {
    "id": "a-1",
    "type": "figure",
    "split": "dev",
    "question": "培育多少家？",
    "expect": "answer",
    "evidence": [{"document": "甲市方案", "address": "三·(四)·8"}],
    "facts": [["60家", "六十家"]],
}


def lines(path: Path, *values: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values), encoding="utf-8")
    return path


def test_a_line_becomes_a_case_and_back() -> None:
    history = [{"role": "user", "content": "甲市呢？"}, {"role": "assistant", "content": "……"}]
    case = parse(LINE | {"history": history, "forbidden": ["70家"]})
    assert (case.type, case.split, case.expect) == (Type.FIGURE, Split.DEV, Expectation.ANSWER)
    assert case.facts == (("60家", "六十家"),)
    assert case.evidence == (Clause("甲市方案", "三·(四)·8"),)
    assert case.answerable
    assert parse(case.to_dict()) == case


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"colour": "red"}, "不认识的键 colour"),
        ({"type": "riddle"}, "riddle"),
        ({"split": "train"}, "train"),
        ({"expect": "maybe"}, "maybe"),
        ({"facts": []}, "至少要有一个事实"),
        ({"facts": [[]]}, "至少要有一种写法"),
        ({"facts": ["60家"]}, "应为列表"),
        ({"facts": [[" "]]}, "非空字符串"),
        ({"expect": "refuse"}, "不应有事实"),
        ({"evidence": [{"document": "甲市方案"}]}, "缺少 address"),
        ({"history": [{"role": "system", "content": "x"}]}, "不认识的角色"),
        ({"question": ""}, "非空字符串"),
        ({"cells": {"甲市": ["60家"]}}, "只有比较题"),
        ({"type": "comparison", "cells": {"甲市": []}}, "至少要有一种写法"),
        ({"type": "comparison", "cells": {"甲市": [[]]}}, "至少要有一种写法"),
        ({"type": "comparison", "cells": ["60家"]}, "应为对象"),
        ({"type": "comparison", "cells": {"甲市": "60家"}}, "应为列表"),
    ],
)
def test_a_faulty_line_is_named(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    path = lines(tmp_path / "cases.jsonl", LINE | {"id": "a-0"}, LINE | change)
    with pytest.raises(CaseError, match="第 2 行") as caught:
        load(path)
    assert message in str(caught.value)


def test_the_cells_of_a_comparison() -> None:
    cells = {"甲市": ["60家", "六十家"], "乙市": None, "丙市": [["60家"], None]}
    case = parse(LINE | {"type": "comparison", "cells": cells})
    assert dict(case.cells) == {"甲市": (("60家", "六十家"),), "乙市": (None,), "丙市": (("60家",), None)}
    assert parse(case.to_dict()) == case
    assert parse(LINE).cells == {}


def test_the_shipped_comparisons_are_valid_and_have_cells(five: Mapping[str, Plan]) -> None:
    documents = [plan.document for plan in five.values()]
    cases = by_title(load(COMPARISONS), documents)
    assert len(cases) >= 15
    passages = [passage for plan in five.values() for passage in plan.passages]
    assert validate_against(cases, documents, passages) == ()
    for case in (*cases, *(c for c in load() if c.type is Type.COMPARISON)):
        assert set(case.cells) <= set(five), case.id
        assert case.cells, case.id
        wanted = [(region, w) for region, row in case.cells.items() for w in row if w]
        for region, wordings in wanted:
            assert any(holds([_said_in(five[region])], wording) for wording in wordings), (case.id, region)


def _said_in(plan: Plan) -> str:
    """The text, and its date as an answer writes it."""
    day = plan.document.issued
    return plan.document.text + (f"\n{day.year}年{day.month}月{day.day}日" if day else "")


def test_a_missing_key_a_second_id_and_broken_json_are_named(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="第 1 行：缺少 id、question"):
        load(lines(tmp_path / "a", {k: v for k, v in LINE.items() if k not in ("id", "question")}))
    with pytest.raises(CaseError, match="第 2 行：编号 a-1 重复"):
        load(lines(tmp_path / "b", LINE, LINE))
    (tmp_path / "c").write_text("\n{", encoding="utf-8")
    with pytest.raises(CaseError, match="第 2 行"):
        load(tmp_path / "c")


def test_clauses_relate_along_one_branch_of_one_document() -> None:
    gold = Clause("甲", "三·(四)")
    assert gold.relates_to(Clause("甲", "三·(四)"))
    assert gold.relates_to(Clause("甲", "三"))
    assert gold.relates_to(Clause("甲", "三·(四)·8"))
    assert not gold.relates_to(Clause("甲", "三·(五)"))
    assert not gold.relates_to(Clause("甲", "三·(四)(2)"))
    assert not gold.relates_to(Clause("乙", "三·(四)"))


def test_a_document_may_be_named_by_its_region_where_that_tells_it() -> None:
    documents = [Document(t, "a.txt", "文", t, region=r) for t, r in (("甲", "甲市"), ("乙", "乙市"), ("又", "乙市"))]
    case = parse(LINE | {"evidence": [{"document": d, "address": "一"} for d in ("甲市", "乙市", "又")]})
    (named,) = by_title([case], documents)
    assert [clause.document for clause in named.evidence] == ["甲", "乙市", "又"]
    passages = [Passage(d.id, "一", (), 0, 1, ()) for d in documents]
    assert validate_against([named], documents, passages) == ("a-1：《乙市》不在索引中",)


def test_evidence_that_the_index_lacks_is_listed() -> None:
    document = Document("d", "a.txt", "文" * 9, "甲市方案")
    passages = [Passage("d", "三·(四)·8", (), 0, 9, ())]
    held, absent, other = (
        parse(LINE | {"id": name, "evidence": [{"document": title, "address": address}]})
        for name, title, address in (("1", "甲市方案", "三·(四)"), ("2", "甲市方案", "四"), ("3", "乙市方案", "三"))
    )
    assert validate_against([held], [document], passages) == ()
    assert validate_against([held, absent, other], [document], passages) == (
        "2：《甲市方案》没有 四",
        "3：《乙市方案》不在索引中",
    )


def test_the_dialogues_are_many_and_of_both_splits() -> None:
    cases = load(FILE.with_name("dialogues.jsonl"))
    assert len(cases) >= 70
    assert all(case.id.startswith("d-") for case in cases)
    for split in Split:
        own = [case for case in cases if case.split is split]
        assert len(own) >= 35
        assert sum(not case.answerable for case in own) >= 10
        assert sum("inject" in case.id for case in own) >= 4
