"""The index as LangChain sees it."""

from __future__ import annotations

import asyncio
from pathlib import Path

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
        "digest": False,
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


def test_a_clause_of_a_digest_says_so(tmp_path: Path) -> None:
    built = plans.built(
        tmp_path, 舟山="舟山市灯塔修缮方案\n一、任务\n全市修缮灯塔18座。\n说明：本文为摘编，数据同原文。\n"
    )
    found = PolicyRetriever(index=built, k=50).invoke("灯塔修缮")
    built.close()
    assert {(d.metadata["title"], d.metadata["digest"]) for d in found if d.metadata["region"] == "舟山市"} == {
        ("舟山市灯塔修缮方案（摘编）", True)
    }
    assert {d.metadata["digest"] for d in found if d.metadata["region"] != "舟山市"} == {False}
