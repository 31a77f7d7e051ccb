"""Documents and clauses by id and place, without an index."""

from __future__ import annotations

import pytest

from index.document.parts import Sort
from index.document.split import split
from index.store.library import Library
from index.types import Plan
from tests.conftest import document
from tests.plans import DALIAN, NINGBO


@pytest.fixture(scope="module")
def library() -> Library:
    documents = [document(NINGBO, "宁波.txt"), document(DALIAN, "大连.txt")]
    return Library([Plan(d, split(d)) for d in documents])


def test_documents_by_id_in_order(library: Library) -> None:
    assert [d.source for d in library.documents] == ["宁波.txt", "大连.txt"]
    assert [library.document(d.id) for d in library.documents] == list(library.documents)
    with pytest.raises(KeyError):
        library.document("no such id")


def test_the_clause_that_holds_a_character(library: Library) -> None:
    for d in library.documents:
        for passage in library.passages(d.id):
            assert library.passage_at(d.id, passage.start) == library.passage_at(d.id, passage.end - 1) == passage
        assert library.passage_at(d.id, 0) == library.passages(d.id)[0]


def test_a_notice_and_the_plan_that_it_sends_out(library: Library) -> None:
    notice, plan = library.parts(library.documents[0].id)
    assert (notice.sort, plan.sort) == (Sort.NOTICE, Sort.PLAN)
    assert notice.title == plan.sent_by == "关于印发《宁波市智慧港湾建设实施方案》的通知"
    assert plan.title == "宁波市智慧港湾建设实施方案"
