"""Documents and clauses by id and place, without an index."""

from __future__ import annotations

import pytest

from index.generation import Plan
from index.library import Library
from index.split import split
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
