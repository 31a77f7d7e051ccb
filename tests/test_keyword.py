"""BM25 alone."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from index.store.keyword import KeywordIndex, bigrams, words

TEXTS = [
    "建设众创空间60家以上",
    "电子病历覆盖率达到90%",
    "发展跨境电子商务，建设电子商务园区",
    "加强组织领导",
    "众创空间给予房租补贴",
]


@pytest.fixture(params=["built", "loaded"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> KeywordIndex:
    built = KeywordIndex.build(TEXTS)
    if request.param == "built":
        return built
    built.save(tmp_path / "keyword")
    return KeywordIndex.load(tmp_path / "keyword")


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("众创空间的补贴", [4, 0]),
        ("电子商务", [2, 1]),
        ("90%", [1]),
        ("９０％", [1]),
        ("组织和领导", [3]),
        ("养殖", []),
        ("的了和", []),
        ("？！", []),
        ("", []),
    ],
)
def test_finds_rows_that_share_words_best_first(index: KeywordIndex, query: str, rows: list[int]) -> None:
    found = index.search(query, 10)
    assert [row for row, _ in found] == rows
    scores = [score for _, score in found]
    assert scores == sorted(scores, reverse=True)
    assert all(score > 0 for score in scores)


def test_number_and_mask(index: KeywordIndex) -> None:
    assert len(index.search("众创空间", 1)) == 1
    mask = np.array([True, False, True, True, False])
    assert [row for row, _ in index.search("众创空间", 10, mask)] == [0]
    assert index.search("众创空间", 10, np.zeros(5, dtype=bool)) == []


def test_rarity_falls_with_frequency(index: KeywordIndex) -> None:
    assert index.idf("养殖") == index.idf("") == 1.0
    assert 0 < index.idf("众创空间") == pytest.approx(math.log(6 / 3) / math.log(6))


def test_frequency(index: KeywordIndex) -> None:
    assert [index.frequency(word) for word in ("众创空间", "电子", "养殖", "", "的")] == [2, 2, 0, 0, 0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("建设ＡＢＣ的平台", ["建设", "abc", "平台"]),
        ("95.5%和12家", ["95.5%", "12", "家"]),
        ("，。（）", []),
        ("", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize("k", [1, 2, 3, 5, 9])
def test_the_first_rows_are_those_of_a_whole_sorting(k: int) -> None:
    texts = ["樱桃园区", "冷链物流", "樱桃补贴", "樱桃园区", "樱桃樱桃补贴园区", "组织领导", "樱桃园区"]
    index = KeywordIndex.build(texts)
    scores = index._model.get_scores(words("樱桃园区"))
    wanted = [int(i) for i in np.argsort(-scores, kind="stable") if scores[i] > 0][:k]
    assert [row for row, _ in index.search("樱桃园区", k)] == wanted


def test_pairs_of_characters() -> None:
    assert bigrams("Wi-Fi覆盖率达９５％，好") == ["wi", "fi", "覆盖", "盖率", "率达", "95%"]
    assert bigrams("标的") == ["标的"]
    pairs = KeywordIndex.build(TEXTS, bigrams)
    assert [n for n, _ in pairs.search("客电子", 5)] == [2, 1]
    assert pairs.search("好", 5) == []
