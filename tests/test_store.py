"""Vectors in Chroma alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index.store import vectors as module
from index.store.vectors import StoreError, VectorStore

VECTORS = np.eye(4, dtype=np.float32)
IDS = ["a", "b", "c", "d"]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[VectorStore]:
    monkeypatch.setattr(module, "_BATCH", 3)
    opened = VectorStore(tmp_path / "chroma")
    opened.add(IDS, ["x", "x", "y", "z"], ["甲", "乙", "丙", "丁"], VECTORS)
    yield opened
    opened.close()


def test_search_is_by_cosine_best_first(store: VectorStore) -> None:
    query = np.array([0.6, 0.8, 0, 0], dtype=np.float32)
    found = store.search(query, 3)
    assert [i for i, _ in found][:2] == ["b", "a"]
    assert [score for _, score in found] == pytest.approx([0.8, 0.6, 0.0], abs=1e-6)


@pytest.mark.parametrize(
    ("documents", "expected"), [(["x"], {"a", "b"}), (["y", "z"], {"c", "d"}), (["?"], set()), (None, set(IDS))]
)
def test_search_within_documents(store: VectorStore, documents: list[str] | None, expected: set[str]) -> None:
    assert {i for i, _ in store.search(VECTORS[0], 4, documents)} == expected


def test_vectors_come_back(store: VectorStore) -> None:
    held = dict(store.vectors(["d", "?", "a"]))
    assert set(held) == {"a", "d"}
    np.testing.assert_array_equal(held["d"], VECTORS[3])


def test_adding_again_replaces(store: VectorStore) -> None:
    store.add(["a"], ["x"], ["新"], VECTORS[3:])
    assert store.count() == 4
    assert store.search(VECTORS[0], 1)[0][1] == pytest.approx(0, abs=1e-6)


def test_rows_outlive_the_process_that_wrote_them(store: VectorStore, tmp_path: Path) -> None:
    store.close()
    again = VectorStore(tmp_path / "chroma")
    assert again.count() == 4
    again.close()


def test_closing_one_reader_leaves_the_other(store: VectorStore, tmp_path: Path) -> None:
    VectorStore(tmp_path / "chroma").close()
    assert store.search(VECTORS[1], 1)[0][0] == "b"


def test_a_garbled_database_is_told_and_can_be_replaced(store: VectorStore, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    (folder / "chroma.sqlite3").write_bytes(b"garbage" * 999)
    for _ in range(2):
        with pytest.raises(StoreError, match="not a database"):
            VectorStore(folder)
    (folder / "chroma.sqlite3").unlink()
    again = VectorStore(folder)
    assert again.count() == 0
    again.close()
    assert store.count() == 4
