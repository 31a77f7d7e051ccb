"""The measurement of growth: vectors that are kept, the table and the plot; and a whole run on a few files."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

from eval import __main__ as command
from eval.scale import Kept, Pace, Searched, Size, printed, render
from index.build import build
from index.store import snapshot
from index.store.embed import HashEmbedder
from index.store.vectors import VectorStore
from tests import plans

SIZES = [
    Size(3, 1_000, 2.0, 10.0, 400_000_000, 20_000_000, 500_000_000, Searched(0.2, 12.0, 15.0, 14.0, 16.0)),
    Size(
        900, 100_000, 150.0, 1_000.0, 2_500_000_000, 900_000_000, 1_600_000_000, Searched(6.0, 40.0, 260.0, 90.0, 50.0)
    ),
]


def test_kept_vectors_are_those_of_the_index(tmp_path: Path) -> None:
    model = HashEmbedder(32)
    build(plans.write(tmp_path / "docs"), tmp_path / "index", model)
    path = snapshot.current(tmp_path / "index")
    assert path is not None
    rows = list(snapshot.rows(snapshot.read(path)[1]))
    store = VectorStore(path / "chroma")
    Kept.write(tmp_path, store, rows)
    store.close()
    kept = Kept(tmp_path, model)
    texts = [row.text for row in reversed(rows)]
    np.testing.assert_allclose(kept.embed_passages(texts), model.embed_passages(texts), atol=1e-6)
    assert (kept.fingerprint, kept.dimensions) == (model.fingerprint, 32)
    with pytest.raises(KeyError):
        kept.embed_passages(["不在库里的一句"])
    kept.close()


def test_the_table_tells_both_targets() -> None:
    table = printed(Pace(170.0, 190.0, 13_000.0), SIZES)
    assert "比 0.89（目标 ≥0.85 ✓）" in table
    assert "全库检索 p95 260 毫秒（目标 ≤250 ✗）" in table
    assert "2.50 GB" in table


def test_the_plot_has_a_point_for_each_size_and_value() -> None:
    root = ET.fromstring(render(SIZES))
    space = "{http://www.w3.org/2000/svg}"
    assert len(root.findall(f".//{space}polyline")) == 9
    assert len(root.findall(f".//{space}circle")) == 18
    for circle in root.iter(f"{space}circle"):
        assert 0 <= float(circle.attrib["cx"]) <= 240
        assert 0 <= float(circle.attrib["cy"]) <= 200


@pytest.mark.models
def test_a_run_measures_each_size_in_processes_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ZHENGDA_INDEX_DIR", str(tmp_path / "index"))
    docs = plans.write(tmp_path / "docs")
    out = tmp_path / "runs"
    options = ["--docs", str(docs), "--sizes", "5", "--questions", "5", "--out", str(out)]
    assert command.main(["scale", *options]) == 0
    (result,) = out.glob("scale-*.json")
    record = json.loads(result.read_text(encoding="utf-8"))
    small, whole = record["sizes"]
    assert 5 <= small["sentences"] < whole["sentences"]
    assert small["documents"] < whole["documents"] == len(plans.TEXTS)
    for size in (small, whole):
        assert min(size["build"], size["embedding"], size["disk"], size["build_peak"], size["search_peak"]) > 0
        assert 0 < size["searched"]["p50"] <= size["searched"]["p95"]
    assert result.with_suffix(".svg").is_file()
    assert "模型独自" in capsys.readouterr().out
