"""The index as LangChain sees it."""

from __future__ import annotations

import asyncio

import pytest
from langchain_core.retrievers import BaseRetriever

import index as package
from index import PolicyRetriever
from index.search import Index
from index.types import Filters
from tests import plans


def test_documents_with_metadata(index: Index) -> None:
    retriever = PolicyRetriever(index=index, k=3)
    assert isinstance(retriever, BaseRetriever)
    found = retriever.invoke("渔船加装北斗终端补助多少")
    assert len(found) == 3
    best = found[0]
    document = plans.plan(index, "宁波市")
    score = best.metadata.pop("score")
    assert best.page_content == document.text[best.metadata["start"] : best.metadata["end"]]
    assert "1800元" in best.page_content
    assert best.metadata == {
        "source": "宁波.txt",
        "title": "宁波市智慧港湾建设实施方案",
        "number": "甬海办〔2019〕17号",
        "region": "宁波市",
        "address": "二·(二)·3",
        "start": best.metadata["start"],
        "end": best.metadata["end"],
    }
    assert score >= found[1].metadata["score"] >= found[2].metadata["score"] > 0


@pytest.mark.parametrize("k", [1, 5, 500])
def test_every_clause_comes_once(index: Index, k: int) -> None:
    found = PolicyRetriever(index=index, k=k).invoke("智慧平台建设")
    assert 0 < len(found) <= k
    assert len({d.id for d in found}) == len(found)


def test_filters_and_nothing(index: Index) -> None:
    filtered = PolicyRetriever(index=index, filters=Filters(regions=("青岛",))).invoke("智慧平台建设")
    assert {d.metadata["region"] for d in filtered} == {"青岛市"}
    assert PolicyRetriever(index=index, filters=Filters(regions=("湖州",))).invoke("智慧平台建设") == []


def test_async_and_batch_give_the_same(index: Index) -> None:
    retriever = PolicyRetriever(index=index)
    found = retriever.invoke("智慧码头")
    assert asyncio.run(retriever.ainvoke("智慧码头")) == found
    assert retriever.batch(["智慧码头", "花卉"])[0] == found


def test_the_names_of_the_package_are_all_there() -> None:
    assert [name for name in package.__all__ if getattr(package, name).__name__ != name] == []
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        package.nothing  # noqa: B018
