"""Facts of a document: all three kinds, and their form in the index and back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.document.split import split
from index.facts.extract import Facts, facts, from_json, rules, to_json
from index.readers import cache as reading_cache
from tests.conftest import document

TEXT = """泰州市数字茶园方案
一、目标
到2031年，建成数字茶园，目标如下：
——茶园。联网茶园40座以上，茶叶网上销售额增长12.5%。
二、任务
1.建设茶园。装好传感器。(市农业局牵头，市商务局配合)
"""


def found() -> Facts:
    read = document(TEXT)
    return facts(read, split(read))


def test_all_three_kinds_are_found() -> None:
    assert [(t.indicator, t.text, t.year) for t in found().targets] == [
        ("联网茶园", "40座以上", 2031),
        ("茶叶网上销售额", "增长12.5%", 2031),
    ]
    assert [(d.what, d.year) for d in found().deadlines] == [("建成数字茶园", 2031)]
    assert [d.lead for d in found().duties] == [("市农业局",)]


def test_every_fact_is_of_a_clause_and_a_sentence() -> None:
    read = document(TEXT)
    spans = {p.id: p.sentences for p in split(read)}
    for fact in (*found().targets, *found().deadlines, *found().duties):
        assert fact.document_id == read.id
        assert fact.span in spans[fact.passage_id]


def test_they_come_back_from_json() -> None:
    assert from_json(json.loads(json.dumps(to_json(found())))) == found()
    assert from_json(to_json(Facts())) == Facts()


@pytest.mark.parametrize("form", [{}, {"targets": [[1]], "deadlines": [], "duties": []}])
def test_another_form_is_an_error(form: dict[str, object]) -> None:
    with pytest.raises((KeyError, ValueError)):
        from_json(form)


def test_the_rules_are_named_by_their_code(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = rules()
    assert before == rules()
    monkeypatch.setattr(reading_cache, "__file__", str(tmp_path / "reading_cache.py"))
    reading_cache.rules.cache_clear()
    try:
        assert rules() != before
    finally:
        reading_cache.rules.cache_clear()
