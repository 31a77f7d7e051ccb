"""Plans of one reader beside the shared index, in memory only."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.pipeline import Assistant
from assistant.settings import Settings
from assistant.types import Outcome
from index.beside import IndexBeside, plan_of
from index.readers.files import UnreadableFile
from index.search import Index
from index.types import Filters
from tests import plans

TEXT = """苏州市园林灯光管理方案
苏州市园林局
2022年3月1日
一、目标
到2024年，建成节能驿站60座。
二、任务
(一)夜间巡查。每晚巡查两次，发现故障当日修复。(市园林局牵头，市城管局配合)
"""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return plans.built(tmp_path_factory.mktemp("plans"))


@pytest.fixture(scope="module")
def beside(shared: Index) -> IndexBeside:
    return IndexBeside(shared, [plan_of("灯光.txt", TEXT.encode())])


def test_both_are_searched_by_both_legs(shared: Index, beside: IndexBeside) -> None:
    for find in (beside.dense, beside.keyword, beside.search):
        own = find("夜间巡查", None, 3)[0]
        assert beside.document(own.passage.document_id).region == "苏州市"
        other = find("渔船联网", None, 3)[0]
        assert beside.document(other.passage.document_id).region == "宁波市"
    assert len(beside.documents) == len(shared.documents) + 1


def test_clauses_of_both_are_found(beside: IndexBeside) -> None:
    own = beside.documents[-1].id
    assert beside.clauses("夜间巡查", k=1)[0].passage.document_id == own
    assert {beside.document(h.passage.document_id).region for h in beside.clauses("牵头", k=20)} > {"苏州市"}


def test_filters_hold_for_both(shared: Index, beside: IndexBeside) -> None:
    own = beside.documents[-1].id
    assert {h.passage.document_id for h in beside.dense("巡查", Filters(documents=(own,)), 5)} == {own}
    theirs = Filters(documents=tuple(d.id for d in shared.documents))
    assert own not in {h.passage.document_id for h in beside.search("夜间巡查", theirs, 20)}


def test_facts_of_both_are_there(shared: Index, beside: IndexBeside) -> None:
    own = beside.documents[-1].id
    assert [t.text for t in beside.targets((own,))] == ["60座"]
    assert [d.lead for d in beside.duties((own,))] == [("市园林局",)]
    assert beside.targets()[: len(shared.targets())] == shared.targets()


def test_the_shared_index_stays_as_it_was(shared: Index, beside: IndexBeside) -> None:
    del beside
    assert all(d.region != "苏州市" for d in shared.documents)
    assert all("园林" not in h.passage.headings for h in shared.search("夜间巡查", k=20))


def test_another_can_be_put_beside_that(beside: IndexBeside) -> None:
    more = IndexBeside(beside, [plan_of("再.txt", TEXT.replace("苏州", "无锡").encode())])
    assert [d.region for d in more.documents[-2:]] == ["苏州市", "无锡市"]
    assert {more.document(h.passage.document_id).region for h in more.search("夜间巡查", k=4)} >= {"苏州市", "无锡市"}


def test_an_assistant_answers_from_it_and_the_first_one_does_not(shared: Index) -> None:
    alone = Assistant(Settings(llm="off"), index=shared)
    more = alone.with_plans([plan_of("灯光.txt", TEXT.encode())])
    question = "苏州的夜间巡查由谁牵头？"
    assert "市园林局牵头" in more.answer(question).text
    assert alone.answer(question).status is Outcome.REFUSED


def test_nothing_is_left_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    plan_of("灯光.md", TEXT.encode())
    with pytest.raises(UnreadableFile, match=r"灯光\.exe"):
        plan_of("../灯光.exe", b"MZ")
    assert list(tmp_path.iterdir()) == []
