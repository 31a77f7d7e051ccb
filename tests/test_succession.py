"""Which documents of a library a later one ends, and which have a newer version: only what the texts say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from assistant import Assistant, Settings
from index.document.split import split
from index.document.succession import related
from index.types import Document, Plan, Status
from tests import plans
from tests.conftest import document

TODAY = date(2026, 1, 1)
OLD = """舟政发〔2016〕8号
舟山市人民政府
2016年5月4日
舟山市渔港管理办法
第一条 渔港由所在地乡镇管理。
第二条 渔船进港应当登记。
"""


def decree(
    sentence: str, *, title: str = "舟山市渔港管理规定", issued: str = "2024年3月1日", city: str = "舟山"
) -> str:
    head = f"{city[0]}政发〔{issued[:4]}〕3号\n{city}市人民政府\n{issued}\n{title.replace('舟山', city)}\n"
    return f"{head}第一条 渔港实行港长负责。\n第二条 {sentence}\n"


def found(*texts: str) -> list[Document]:
    read = [document(text, f"{n}.txt") for n, text in enumerate(texts)]
    return [plan.document for plan in related([Plan(d, split(d)) for d in read])]


def status(documents: Sequence[Document]) -> Status:
    return documents[0].validity(TODAY).status


REPEALED = [
    "本规定自2024年4月1日起施行，《舟山市渔港管理办法》（舟政发〔2016〕8号）同时废止。",
    "本规定自2024年4月1日起施行。《舟山市渔港管理办法》同时废止。",
    "本规定自发布之日起施行，原《渔港管理办法》即行废止。",
    "舟政发〔2016〕8号文件同时废止。",
    "《舟山市人民政府关于印发〈舟山市渔港管理办法〉的通知》(舟政发[2016]8号)自2024年4月1日起废止。",
    "《舟山市海塘养护办法》（舟政发〔2011〕2号）、《舟山市渔港管理办法》（舟政发〔2016〕8号）同时废止。",
    "2011年1月印发的《舟山市海塘养护办法》和2016年5月印发的《舟山市渔港管理办法》同时废止。",
    "市政府决定废止《舟山市渔港管理办法》（舟政发〔2016〕8号）。",
    "自2024年4月1日起，废止《舟山市渔港管理办法》。",
]
STOPPED = [
    "《舟山市渔港管理办法》（舟政发〔2016〕8号）停止执行。",
    "原《舟山市渔港管理办法》自2024年4月1日起不再执行。",
]
NEITHER = [
    "《舟山市渔港管理办法》继续有效。",
    "《舟山市渔港管理办法》尚未废止的，从其规定。",
    "除《舟山市渔港管理办法》外，与本规定不一致的文件同时废止。",
    "《舟山市渔港管理办法》中关于登记的规定同时废止。",
    "如《舟山市渔港管理办法》废止，按本规定执行。",
    "建议废止《舟山市渔港管理办法》。",
    "本市拟废止《舟山市渔港管理办法》。",
    "《舟山市渔港管理办法》废止前登记的渔船仍然有效。",
    "《舟山市海塘养护办法》（舟政发〔2016〕9号）同时废止。",
    "《舟山市渔港管理办法》（舟政发〔2011〕2号）同时废止。",
    "按照《舟山市渔港管理办法》登记的，许可同时废止。",
    "依照《舟山市渔港管理办法》（舟政发〔2016〕8号）办理的登记失效。",
]


@pytest.mark.parametrize("sentence", REPEALED)
def test_a_later_text_repeals(sentence: str) -> None:
    documents = found(OLD, decree(sentence))
    validity = documents[0].validity(TODAY)
    assert validity.status is Status.REPEALED
    assert validity.basis.startswith("《舟山市渔港管理规定》舟政发〔2024〕3号：")
    said = validity.basis.partition("：")[2]
    assert said in documents[1].text
    assert "废止" in said
    assert documents[0].ended is not None
    assert documents[0].ended.by == documents[1].id
    assert status(documents[1:]) is Status.UNKNOWN


@pytest.mark.parametrize("sentence", STOPPED)
def test_a_later_text_stops(sentence: str) -> None:
    assert status(found(OLD, decree(sentence))) is Status.STOPPED


@pytest.mark.parametrize("sentence", NEITHER)
def test_what_does_not_end_it(sentence: str) -> None:
    assert status(found(OLD, decree(sentence))) is Status.UNKNOWN


def test_it_ends_on_its_day() -> None:
    (old, _) = found(OLD, decree(REPEALED[0]))
    assert old.validity(date(2024, 3, 31)).status is Status.UNKNOWN
    assert old.validity(date(2024, 4, 1)).status is Status.REPEALED
    (old, _) = found(OLD, decree(REPEALED[1]))
    assert old.ended is not None
    assert old.ended.since == date(2024, 4, 1), "同时: the day of the sentence before"
    (old, _) = found(OLD, decree(REPEALED[2]))
    assert old.ended is not None
    assert old.ended.since == date(2024, 3, 1), "自发布之日起"


def test_who_may_end_it() -> None:
    sentence = "《渔港管理办法》同时废止。"
    assert status(found(OLD, decree(sentence))) is Status.REPEALED
    assert status(found(OLD, decree(sentence, city="厦门"))) is Status.UNKNOWN, "another place's"
    assert status(found(OLD, decree(REPEALED[0], issued="2015年3月1日"))) is Status.UNKNOWN, "an earlier text"
    news = f"舟山出台渔港新规\n发布时间:2024-03-02\n本报讯 记者获悉，新规已经公布。{REPEALED[1]}\n"
    assert status(found(OLD, news)) is Status.UNKNOWN, "a report"


def test_a_text_ends_the_former_one_of_its_title_and_no_copy_of_itself() -> None:
    new = decree("2016年5月4日印发的《舟山市渔港管理办法》同时废止。", title="舟山市渔港管理办法")
    old, *copies = found(OLD, new, new + "\n")
    assert old.ended is not None
    assert [d.ended for d in copies] == [None, None]
    undated = "舟山市渔港管理办法\n第一条 渔港实行港长负责。\n第二条 《舟山市渔港管理办法》同时废止。\n"
    assert [d.ended for d in found(undated, undated + "\n")] == [None, None]


def test_the_year_that_it_names_is_the_year_of_what_it_ends() -> None:
    sentence = "{}年5月4日舟山市人民政府印发的《舟山市渔港管理办法》同时废止。"
    assert status(found(OLD, decree(sentence.format(2016)))) is Status.REPEALED
    assert status(found(OLD, decree(sentence.format(2009)))) is Status.UNKNOWN


def test_what_interprets_a_repealed_plan_is_of_it_too() -> None:
    text = "《舟山市渔港管理办法》政策解读\n发布日期:2016-06-01\n近日，本市印发《舟山市渔港管理办法》，解读如下。\n"
    assert status(found(text, decree(REPEALED[1]))) is Status.REPEALED


def test_what_a_text_says_of_itself_comes_first() -> None:
    stopped = "备注:该文件已停止执行\n" + OLD
    assert status(found(stopped, decree(REPEALED[0]))) is Status.STOPPED
    in_force = OLD.replace("舟山市人民政府\n", "有效性: | 有效 |\n舟山市人民政府\n", 1)
    assert status(found(in_force)) is Status.IN_FORCE
    assert status(found(in_force, decree(REPEALED[0]))) is Status.REPEALED


VERSIONS = [
    ("舟山市渔港管理办法", "舟山市渔港管理办法（2024年修订）"),
    ("舟山市渔港管理办法(试行)", "舟山市渔港管理办法"),
    ("舟山市海岛旅游行动计划(2016-2018年)", "舟山市海岛旅游行动计划（2019—2021年）"),
    ("舟山市2023年渔业安全工作要点", "舟山市2024年渔业安全工作要点"),
    ("舟山市“十三五”海洋发展规划", "舟山市“十四五”海洋发展规划"),
]


@pytest.mark.parametrize(("older", "newer"), VERSIONS)
def test_versions_of_one_plan(older: str, newer: str) -> None:
    old, new = found(decree("无。", title=older, issued="2016年3月1日"), decree("无。", title=newer))
    assert old.newer is not None
    assert (old.newer.document_id, old.newer.title) == (new.id, newer)
    assert new.newer is None
    assert old.ended is None, "a newer version alone ends nothing"


@pytest.mark.parametrize(
    ("title", "city"),
    [
        ("舟山市渔港建设办法", "舟山"),
        ("舟山市渔港管理办法实施细则", "舟山"),
        ("舟山市渔港管理办法(2024年修订)", "厦门"),
    ],
)
def test_other_plans_are_no_versions(title: str, city: str) -> None:
    assert [d.newer for d in found(OLD, decree("无。", title=title, city=city))] == [None, None]


def test_copies_of_one_text_are_no_versions() -> None:
    copies = found(OLD, OLD.replace("2016年5月4日", "2017年5月4日"))
    assert [d.newer for d in copies] == [None, None]


def test_every_older_version_knows_the_newest() -> None:
    texts = [
        decree("无。", title=f"舟山市渔港管理办法（{year}年修订）", issued=f"{year}年3月1日")
        for year in (2018, 2024, 2021)
    ]
    oldest, newest, middle = found(*texts)
    assert oldest.newer == middle.newer
    assert middle.newer is not None
    assert middle.newer.document_id == newest.id


def test_relations_are_made_anew() -> None:
    read = [
        document(text, f"{n}.txt")
        for n, text in enumerate((OLD, decree(REPEALED[0], title="舟山市渔港管理办法(2024年修订)")))
    ]
    first = related([Plan(d, split(d)) for d in read])
    assert first[0].document.ended is not None
    assert first[0].document.newer is not None
    assert related(first) == first
    (alone,) = related(first[:1])
    assert (alone.document.ended, alone.document.newer) == (None, None)


def test_the_citation_and_the_notices_say_so(tmp_path: Path) -> None:
    repealing = decree(
        "《宁波市智慧港湾建设实施方案》（甬海办〔2019〕17号）自2025年1月1日起废止。",
        title="舟山市智慧港湾建设实施方案(2025年修订)",
        city="宁波",
    )
    (tmp_path / "docs").mkdir()
    index = plans.built(tmp_path, 新=repealing)
    assistant = Assistant(Settings(llm="off"), index=index)
    successor = assistant.answer("宁波的智慧港湾建设实施方案（甬海办〔2019〕17号）作废以后该看哪个文件？")
    assert "有较新的一版《宁波市智慧港湾建设实施方案(2025年修订)》" in successor.text
    assert {c.quote for c in successor.citations} >= {"宁波市智慧港湾建设实施方案(2025年修订)"}
    status = assistant.answer("甬海办〔2019〕17号还有效吗？")
    assert "已废止" in status.text
    assert any("自2025年1月1日起废止" in c.quote for c in status.citations)
    answer = assistant.answer("宁波的渔船联网每艘补助多少元？")
    (citation,) = [c for c in answer.citations if "1800元" in c.quote]
    assert citation.status is Status.REPEALED
    assert "自2025年1月1日起废止" in citation.status_basis
    assert any("已废止" in notice and "2025年1月1日" in notice for notice in answer.notices)
    assert any("较新的一版《宁波市智慧港湾建设实施方案(2025年修订)》" in notice for notice in answer.notices)
    assert citation.to_dict()["document"]["newer"] == "宁波市智慧港湾建设实施方案(2025年修订)"
    index.close()
