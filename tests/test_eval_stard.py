"""Finding law articles: which passages hold a gold, how sentences become articles, what the three rankings are worth."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.settings import Settings
from eval.cases import CaseError
from eval.datasets import stard
from eval.datasets.stard import bare, held
from eval.metrics import mrr_at_10, success_at_10
from eval.metrics.ranking import Ranking
from eval.metrics.recall_at import recall_at
from index.build import build
from index.search import Index
from index.store.embed import HashEmbedder
from tests.datasets import STARD
from tests.test_eval_dataset import _data, _light, run  # noqa: F401 - fixtures


def test_a_gold_is_held_by_every_version_that_contains_it(data: Path, tmp_path: Path) -> None:
    build(data / "laws", tmp_path / "index", HashEmbedder())
    index = Index.open(tmp_path / "index", HashEmbedder())
    titles = {d.id: d.title for d in index.documents}
    golds = [gold for record in STARD for gold in record["相关法规"].values()]
    found = list(held(index, golds).values())
    index.close()
    assert [len(articles) for articles in found] == [2, 0, 1, 0]
    assert {address for _, address in found[0]} == {"第一章·第二条"}, (
        "the paragraphs and items of an article are one text"
    )
    assert [(titles[document_id], address) for document_id, address in found[2]] == [("蜂蜜检验规定", "第二条")]


def test_a_gold_that_differs_in_one_character_is_not_held(data: Path, tmp_path: Path) -> None:
    build(data / "laws", tmp_path / "index", HashEmbedder())
    index = Index.open(tmp_path / "index", HashEmbedder())
    found = held(index, ["渡工应当年满二十二周岁，并且会游泳。", "渡工应当年满二十三周岁，并且会游泳。", "会游泳"])
    index.close()
    assert list(map(len, found.values())) == [1, 0, 2]


def test_bare_text() -> None:
    assert bare("（一） ＡＢ12，“甲”——乙_丙。\n") == "一AB12甲乙丙"


def test_metrics_of_a_ranking(data: Path) -> None:
    case = stard.cases()[0]
    ranking = Ranking(case, (7, None, 2))
    assert recall_at(5)(ranking) == pytest.approx(1 / 3)
    assert recall_at(10)(ranking) == pytest.approx(2 / 3)
    assert mrr_at_10.METRIC(ranking) == 0.5
    assert mrr_at_10.METRIC(Ranking(case, (11, None))) == 0.0
    assert success_at_10.METRIC(Ranking(case, (11, 10))) == 1.0
    assert success_at_10.METRIC(Ranking(case, (11,))) == 0.0
    for metric in (recall_at(5), mrr_at_10.METRIC, success_at_10.METRIC):
        assert metric(Ranking(case, ())) is None


def test_a_run_ranks_articles_by_each_leg_and_leaves_out_what_the_library_lacks(
    data: Path, light: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, summary, rows = run(tmp_path / "runs", "--set", "stard")
    assert code == 0
    assert (Settings.for_docs(data / "laws").index_dir / "CURRENT").is_file()
    assert [row["case"]["id"] for row in rows[:3]] == ["3-dense", "3-keyword", "3-fused"]
    for row in rows[3:6]:
        assert row["ranking"][0] == "《蜂蜜检验规定》第二条"
        assert row["scores"]["recall_at_5"] == row["scores"]["mrr_at_10"] == 1.0
    assert rows[2]["absent"] == ["渡船应当每年刷漆一次，颜色由船主自己决定。"]
    assert rows[2]["scores"]["recall_at_10"] == 1.0, "of the golds that the library holds"
    assert set(rows[8]["scores"].values()) == {None}
    assert rows[3]["scores"]["success_at_10"] is None, "only fused rows decide"
    assert summary["cases"] == 3
    assert summary["overall"]["recall_at_10"]["scored"] == 2
    assert list(summary["types"]) == ["dense", "keyword", "fused"]
    assert summary["notes"][0].startswith("标准条文 4 种，库中有 2 种；其余 2 种不计入，1 题")
    assert any("融合 / 较好的一路" in note for note in summary["notes"])
    assert "召回@10：融合 / 较好的一路 = 1.000 (1.000–1.000)" in capsys.readouterr().out


def test_an_index_that_is_there_is_not_built_again(
    data: Path, light: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path / "a", "--set", "stard", "--limit", "1")
    monkeypatch.setattr(stard, "build", lambda *_, **__: pytest.fail("built again"))
    _, summary, rows = run(tmp_path / "b", "--set", "stard", "--split", "test")
    assert {row["case"]["split"] for row in rows} == {"test"}
    assert 0 < summary["cases"] < 3


def test_the_laws_have_an_index_beside_the_usual_one(data: Path, light: Path) -> None:
    own = stard.laws(Settings(), ())
    assert (own.docs, own.index_dir) == (data / "laws", Settings.for_docs(data / "laws").index_dir)
    assert own.index_dir.parent == light


def test_another_format_is_refused(data: Path) -> None:
    (data / "stard" / "train_queries.json").write_text('[{"query_id": 1}]', encoding="utf-8")
    with pytest.raises(CaseError, match="STARD"):
        stard.cases()
