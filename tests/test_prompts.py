"""Prompt files: complete before any call, named by a hash."""

from __future__ import annotations

from pathlib import Path

import pytest

import prompts
from prompts import PromptError, names, render, version


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "ask.md").write_text("问：{{question}}\n据：{{evidence}}\n再问：{{question}}\n", encoding="utf-8")
    monkeypatch.setattr(prompts, "_FOLDER", tmp_path)
    return tmp_path


def test_render(folder: Path) -> None:
    assert render("ask", question="谁？", evidence="甲") == "问：谁？\n据：甲\n再问：谁？"


def test_what_is_filled_in_is_never_read_as_a_place(folder: Path) -> None:
    assert render("ask", question="{{evidence}}", evidence="\\1 {{x}}").startswith("问：{{evidence}}\n据：\\1 {{x}}")


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"question": "谁"}, "missing \\['evidence'\\], unused \\[\\]"),
        ({"question": "谁", "evidence": "甲", "other": "乙"}, "unused \\['other'\\]"),
        ({}, "missing \\['evidence', 'question'\\]"),
    ],
)
def test_missing_and_unused_variables_are_refused(folder: Path, variables: dict[str, str], says: str) -> None:
    with pytest.raises(PromptError, match=says):
        render("ask", **variables)


def test_unknown_prompt_names_the_known(folder: Path) -> None:
    for use in (render, version):
        with pytest.raises(PromptError, match="no prompt 'other'; there are ask"):
            use("other")


def test_digest_follows_the_wording(folder: Path) -> None:
    before = version("ask")
    assert before == version("ask")
    assert len(before) == 8
    (folder / "ask.md").write_text("别的", encoding="utf-8")
    assert version("ask") != before


def test_the_prompts_of_the_product_are_in_chinese_and_used() -> None:
    assert names()
    code = "".join(
        path.read_text(encoding="utf-8") for path in Path(prompts.__file__).parents[1].glob("assistant/**/*.py")
    )
    for name in names():
        assert f'"{name}"' in code, f"no module of assistant/ renders {name}"
        assert len(version(name)) == 8
