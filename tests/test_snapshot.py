"""A snapshot's folder and the pointer to it, without any vectors."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from index.document.split import split
from index.facts import extract
from index.facts.extract import facts
from index.store import snapshot
from index.store.snapshot import FORMAT, Manifest, NoIndex, rows
from index.types import Plan
from tests.conftest import document

TEXT = "备注:该文件已停止执行\n湖州市智慧渔业行动方案(2016-2018年)\n一、目标\n(一)基地。建20个。产值10亿元。\n"
MANIFEST = Manifest(FORMAT, "hash-256", 1, 3, 5, "2026-11-21T00:00:00+00:00", "rules")


def plan(text: str = TEXT, source: str = "甲.txt") -> Plan:
    read = document(text, source)
    return Plan(read, split(read))


def written(folder: Path, *plans: Plan) -> Path:
    folder.mkdir(parents=True)
    found = {p.document.id: facts(p.document, p.passages) for p in plans}
    snapshot.write(folder, plans, found, MANIFEST)
    return folder


def test_the_five_come_back_as_they_were(five: Mapping[str, Plan], tmp_path: Path) -> None:
    plans = tuple(five.values())
    manifest, read = snapshot.read(written(tmp_path / "g", *plans))
    assert (replace(manifest, files={}), read) == (MANIFEST, plans)
    assert set(manifest.files) == {"documents.json", "facts.json"}


def test_absent_fields_come_back_absent(tmp_path: Path) -> None:
    plans = (plan("渔业"), plan())
    assert snapshot.read(written(tmp_path / "g", *plans))[1] == plans


def test_rows_are_sentences_with_plan_and_headings() -> None:
    found = {row.text.rpartition("\n")[2]: row for row in rows([plan()])}
    assert found["建20个。"].text == "湖州市智慧渔业行动方案(2016-2018年) 目标 基地\n建20个。"
    assert found["(一)基地。"].text == "湖州市智慧渔业行动方案(2016-2018年) 目标\n(一)基地。", "a heading is said once"
    assert found["建20个。"].passage.address == "一·(一)"


def test_row_ids_name_one_text_for_ever() -> None:
    before = {row.id: row.text for row in rows([plan()])}
    again = replace(plan(), document=replace(plan().document, title="改了的标题"))
    assert len(before) == len(list(rows([plan()])))
    assert not before.keys() & {row.id for row in rows([again])}, "another text must not take over the old vector"


def test_the_name_follows_all_that_it_is_made_from(monkeypatch: pytest.MonkeyPatch) -> None:
    one = plan()
    made_from = {
        "it": ([one], "m"),
        "other model": ([one], "n"),
        "other text": ([plan(TEXT + "完")], "m"),
        "other file name": ([plan(source="乙.txt")], "m"),
        "one more": ([one, plan("渔业")], "m"),
        "other status": ([Plan(replace(one.document, stated=None), one.passages)], "m"),
        "other digest": ([Plan(replace(one.document, digest=True), one.passages)], "m"),
        "other title": ([Plan(replace(one.document, title="乙"), one.passages)], "m"),
    }
    names = {why: snapshot.name(plans, model) for why, (plans, model) in made_from.items()}
    assert names["it"] == snapshot.name([plan()], "m")
    monkeypatch.setattr(snapshot, "vocabulary", lambda: "other words")
    names["other words"] = snapshot.name([one], "m")
    monkeypatch.setattr(extract, "rules", lambda: "other rules")
    names["other rules"] = snapshot.name([one], "m")
    assert len(set(names.values())) == len(names)
    assert all(len(name) == 16 for name in names.values())


def test_current(tmp_path: Path) -> None:
    assert snapshot.current(tmp_path) is None
    for name in ("g1", "g2"):
        path = written(snapshot.folder(tmp_path, name), plan())
        snapshot.point_to(tmp_path, name)
        assert snapshot.current(tmp_path) == path
    assert {p.name for p in tmp_path.iterdir()} == {"CURRENT", "generations"}
    (path / "manifest.json").unlink()
    assert snapshot.current(tmp_path) is None, "unfinished"
    snapshot.point_to(tmp_path, "g3")
    assert snapshot.current(tmp_path) is None, "gone"


def test_a_failing_switch_leaves_the_pointer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot.point_to(tmp_path, "g1")

    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        snapshot.point_to(tmp_path, "g2")
    assert (tmp_path / "CURRENT").read_text() == "g1"


def test_the_manifest_comes_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*args: object, **kwargs: object) -> str:
        raise RuntimeError

    monkeypatch.setattr(snapshot, "asdict", crash)
    with pytest.raises(RuntimeError):
        written(tmp_path / "g", plan())
    assert {p.name for p in (tmp_path / "g").iterdir()} == {"documents.json", "facts.json"}


@pytest.mark.parametrize("file", ["documents.json", "manifest.json"])
@pytest.mark.parametrize("content", [None, "", "{", "[1]", '{"a": 1}', '[{"passages": []}]', "\x00\xff"])
def test_damage_is_told_with_the_remedy(tmp_path: Path, file: str, content: str | None) -> None:
    path = written(tmp_path / "g", plan()) / file
    path.unlink()
    if content is not None:
        path.write_bytes(content.encode("latin-1"))
    with pytest.raises(NoIndex, match=r"索引已损坏.*python -m index build"):
        snapshot.read(tmp_path / "g")


def test_the_facts_come_back_as_they_were(five: Mapping[str, Plan], tmp_path: Path) -> None:
    plans = tuple(five.values())
    path = written(tmp_path / "g", *plans)
    found = snapshot.read_facts(path)
    assert found == {p.document.id: facts(p.document, p.passages) for p in plans}
    assert sum(len(f.targets) for f in found.values()) > 40
    assert sum(len(f.deadlines) for f in found.values()) > 5


@pytest.mark.parametrize("content", [None, "", "{", "[1]", '{"a": 1}', '{"a": {"targets": [[]]}}', "\x00\xff"])
def test_damaged_facts_are_told_with_the_remedy(tmp_path: Path, content: str | None) -> None:
    path = written(tmp_path / "g", plan()) / "facts.json"
    path.unlink()
    if content is not None:
        path.write_bytes(content.encode("latin-1"))
    with pytest.raises(NoIndex, match=r"索引已损坏.*python -m index build"):
        snapshot.read_facts(tmp_path / "g")


def test_another_format_is_told_with_the_remedy(tmp_path: Path) -> None:
    path = written(tmp_path / "g", plan()) / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": FORMAT + 1}))
    with pytest.raises(NoIndex, match=r"另一版本.*python -m index build"):
        snapshot.read(tmp_path / "g")
