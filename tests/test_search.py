"""Searching: each leg alone and both fused, filters, opening, and reading from several threads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from index.search import Index, clause_index
from index.store import snapshot
from index.store.embed import HashEmbedder
from index.store.snapshot import NoIndex
from index.store.vectors import VectorStore
from index.types import Filters, Hit, Kind, Status
from tests import plans

Leg = Callable[..., list[Hit]]


@pytest.fixture(params=["dense", "keyword", "search", "clauses"])
def leg(request: pytest.FixtureRequest, index: Index) -> Leg:
    found: Leg = getattr(index, request.param)
    return found


def texts(index: Index, hits: Sequence[Hit]) -> list[str]:
    return [index.document(h.passage.document_id).text[h.span.start : h.span.end] for h in hits]


def regions(index: Index, hits: Sequence[Hit]) -> set[str | None]:
    return {index.document(h.passage.document_id).region for h in hits}


@pytest.mark.parametrize(
    ("query", "region", "address", "words"),
    [
        ("海岛票务平台怎么预订", "宁波市", "二·(三)·5", "海岛票务平台"),
        ("给建成智慧酿造车间的企业奖励多少", "青岛市", "三·(一)·1", "50万元"),
        ("花卉电子拍卖额达到多少", "昆明市", "二", "18亿元"),
        ("樱桃冷链企业贷款贴息比例", "大连市", "引言·第2段", "30%"),
        ("渔船加装北斗终端补助", "宁波市", "二·(二)·3", "1800元"),
    ],
)
def test_every_leg_finds_the_sentence_first(
    index: Index, leg: Leg, query: str, region: str, address: str, words: str
) -> None:
    best = leg(query, k=3)[0]
    assert index.document(best.passage.document_id).region == region
    assert best.passage.address == address
    assert words in texts(index, [best])[0]
    assert best.span in best.passage.sentences


def test_scores_fall_and_no_sentence_comes_twice(leg: Leg) -> None:
    hits = leg("智慧平台建设目标", k=12)
    scores = [hit.score for hit in hits]
    assert len(hits) > 3
    assert scores == sorted(scores, reverse=True)
    assert len({(hit.passage.id, hit.span) for hit in hits}) == len(hits)


@pytest.mark.parametrize("k", [1, 4, 10_000])
def test_at_most_k(index: Index, leg: Leg, k: int) -> None:
    assert 0 < len(leg("智慧平台", k=k)) <= k


def test_fused_scores_are_reciprocal_ranks(index: Index) -> None:
    query = "智慧码头无人集卡"
    ranks = [
        {(h.passage.id, h.span): rank for rank, h in enumerate(found, 1)}
        for found in (index.dense(query, k=50), index.keyword(query, k=50))
    ]
    for hit in index.search(query, k=5):
        expected = sum(
            1 / (60 + rank[hit.passage.id, hit.span]) for rank in ranks if (hit.passage.id, hit.span) in rank
        )
        assert hit.score == pytest.approx(expected)


def test_a_clause_comes_once_by_its_best_sentence_and_meaning_weighs_more(index: Index) -> None:
    query = "智慧码头无人集卡"
    hits = index.clauses(query, k=20)
    assert len({hit.passage.clause for hit in hits}) == len(hits)
    near = list(dict.fromkeys(hit.passage.clause for hit in index.dense(query, k=300)))
    rows = list(index._rows)
    texts = {rows[numbers[0]].passage.clause: numbers for numbers in index._clauses}
    alike = [list(texts)[n] for n, _ in clause_index(rows).search(query, 300)]
    for hit in hits:
        legs = ((0.6, near), (0.4, alike))
        clause = hit.passage.clause
        expected = sum(share / (12 + leg.index(clause) + 1) for share, leg in legs if clause in leg)
        assert hit.score == pytest.approx(expected)


def test_a_clause_is_found_by_pairs_of_characters_that_are_no_words(index: Index) -> None:
    query = "卡达到1"  # 无人集卡达到120辆: cut into words it is other ones
    best = clause_index(index._rows).search(query, 1)
    first = index._rows[index._clauses[best[0][0]][0]]
    assert "无人集卡达到120辆" in first.document.text[first.passage.start : first.passage.end]
    assert first.passage.clause in {hit.passage.clause for hit in index.clauses(query, k=5)}


@pytest.mark.parametrize("query", ["zzz qqq", "？！", "", "的了吗", "饕餮"])
def test_words_that_no_text_has(index: Index, query: str) -> None:
    assert index.keyword(query) == []
    assert len(index.search(query, k=3)) == 3, "the dense leg alone"


FILTERS = [
    (Filters(), {"宁波市", "青岛市", "昆明市", "大连市"}),
    (Filters(regions=("宁波市",)), {"宁波市"}),
    (Filters(regions=("宁波",)), {"宁波市"}),
    (Filters(regions=("青岛", "昆明市")), {"青岛市", "昆明市"}),
    (Filters(regions=("湖州",)), set()),
    (Filters(regions=("火星",)), set()),
    (Filters(years=(2019,)), {"宁波市"}),
    (Filters(years=(2015, 2021)), {"昆明市", "大连市"}),
    (Filters(years=(1999,)), set()),
    (Filters(kinds=(Kind.FORMAL,)), {"宁波市", "青岛市"}),
    (Filters(kinds=(Kind.NEWS, Kind.INTERPRETATION)), {"昆明市", "大连市"}),
    (Filters(statuses=(Status.STOPPED,)), {"青岛市"}),
    (Filters(statuses=(Status.LAPSED,)), {"昆明市"}),
    (Filters(statuses=(Status.UNKNOWN,)), {"宁波市", "大连市"}),
    (Filters(kinds=(Kind.FORMAL,), statuses=(Status.UNKNOWN,)), {"宁波市"}),
    (Filters(regions=("宁波",), years=(2015,)), set()),
    (Filters(documents=("no such",)), set()),
]


@pytest.mark.parametrize(("filters", "expected"), FILTERS)
def test_filters(index: Index, leg: Leg, filters: Filters, expected: set[str]) -> None:
    assert {d.region for d in index.select(filters)} == expected
    found = regions(index, leg("目标建设企业数据达到", filters, k=200))
    assert found == expected


def test_filter_by_document(index: Index, leg: Leg) -> None:
    chosen = plans.plan(index, "昆明市")
    hits = leg("目标建设", Filters(documents=(chosen.id,)), k=50)
    assert {h.passage.document_id for h in hits} == {chosen.id}


def test_status_is_of_the_day(index: Index) -> None:
    lapsed = Filters(statuses=(Status.LAPSED,))
    assert index.select(lapsed, date(2017, 12, 31)) == ()
    assert [d.region for d in index.select(lapsed, date(2018, 1, 1))] == ["昆明市"]


def test_documents_and_passages(index: Index) -> None:
    assert [d.source for d in index.documents] == sorted(plans.TEXTS)
    document = plans.plan(index, "宁波市")
    assert index.document(document.id) is document
    assert index.model == HashEmbedder().fingerprint
    with pytest.raises(KeyError):
        index.document("no such")


def test_passage_at(index: Index) -> None:
    document = plans.plan(index, "宁波市")
    for passage in index.passages(document.id):
        for span in passage.sentences:
            assert index.passage_at(document.id, span.start) == passage
            assert index.passage_at(document.id, span.end - 1) == passage
    assert index.passage_at(document.id, 0).address == "文首"
    assert index.passage_at(document.id, 10**6) == index.passages(document.id)[-1]


def test_duties(index: Index) -> None:
    document = plans.plan(index, "宁波市")
    leads = {index.passage(d.passage_id).address: d.lead for d in index.duties([document.id])}
    assert leads["二·(一)·1"] == ("市港航局",)
    assert list(leads) == ["二·(一)·1", "二·(一)·2", "二·(二)·3", "二·(二)·4", "二·(三)·5"]
    assert {d.document_id for d in index.duties()} == {document.id, plans.plan(index, "青岛市").id}
    assert len(index.duties(unit="海洋局")) == len(index.duties(unit="市海洋局")) == 3
    first = index.passages(document.id)[0]
    assert index.duty_of(first.id) is None
    assert index.duty_of(index.duties()[0].passage_id) == index.duties()[0]


def test_targets(index: Index) -> None:
    ningbo, qingdao = plans.plan(index, "宁波市"), plans.plan(index, "青岛市")
    (target,) = index.targets(indicator="集卡")
    assert (target.indicator, target.text, target.year) == ("无人集卡", "120辆", 2024)
    assert index.passage(target.passage_id).address == "一·—1"
    assert target.document_id == ningbo.id
    said = ningbo.text[target.span.start : target.span.end]
    assert target.indicator in said
    assert target.text in said
    assert {t.document_id for t in index.targets([qingdao.id], year=2021)} == {qingdao.id}
    assert {t.indicator for t in index.targets([qingdao.id], year=2021)} == {
        "智慧酿造车间",
        "吨酒耗水",
        "酿造企业上云率",
    }
    assert index.targets(year=1999) == index.targets(["nowhere"]) == index.targets(indicator="高铁") == ()


def test_deadlines(index: Index) -> None:
    (found,) = index.deadlines(year=2024)
    assert (found.what, found.text) == ("智慧港湾的基础框架基本建成", "到2024年")
    assert found.document_id == plans.plan(index, "宁波市").id


def test_facts_are_read_only_when_asked_for(tmp_path: Path) -> None:
    plans.built(tmp_path).close()
    facts = next((tmp_path / "index" / "generations").glob("*/facts.json"))
    facts.write_text("damaged")
    index = Index.open(tmp_path / "index", HashEmbedder())
    assert index.search("渔船")
    with pytest.raises(NoIndex, match="索引已损坏"):
        index.targets()
    index.close()


def test_rarity(index: Index) -> None:
    assert index.idf("饕餮") == 1.0
    assert index.idf("") == 1.0
    assert 0 <= index.idf("智慧") < index.idf("樱桃") < index.idf("墒情") < 1
    assert index.idf("5G") == index.idf("5g") < 1


def test_eight_threads_find_what_one_finds(index: Index) -> None:
    queries = ["智慧码头", "酿造车间奖励", "花卉拍卖", "樱桃园", "渔船", "票务", "工匠学校", "专项资金"]
    filters = [None, Filters(regions=("宁波",))]
    jobs = [(query, one) for query in queries for one in filters] * 4
    alone = [index.search(query, one) for query, one in jobs]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda job: index.search(*job), jobs)) == alone


def test_nothing_to_open(tmp_path: Path) -> None:
    with pytest.raises(NoIndex, match=r"还没有索引.*python -m index build"):
        Index.open(tmp_path, HashEmbedder())


def test_an_index_of_another_model_is_refused(tmp_path: Path) -> None:
    plans.built(tmp_path).close()
    with pytest.raises(NoIndex, match=r"另一个向量模型.*python -m index build"):
        Index.open(tmp_path / "index", HashEmbedder(64))


def test_missing_rows_are_noticed(tmp_path: Path) -> None:
    plans.built(tmp_path).close()
    path = snapshot.current(tmp_path / "index")
    assert path is not None
    store = VectorStore(path / "chroma")
    lost = store._rows.get(limit=2)["ids"]
    store._rows.delete(ids=lost)
    held = store.count()
    store.close()
    with pytest.raises(NoIndex, match=rf"不完整（{held}/{held + 2} 行）.*python -m index build"):
        Index.open(tmp_path / "index", HashEmbedder())
