"""Settings: each by an environment variable, none by a wrong value."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from assistant.settings import Settings
from index.settings import IndexSettings, SettingsError

VALUES = {
    "docs": ("/texts", Path("/texts")),
    "index_dir": ("/index", Path("/index")),
    "chroma_url": ("http://vectors:8000", "http://vectors:8000"),
    "cache_dir": ("/cache", Path("/cache")),
    "embedding_model": ("/model", Path("/model")),
    "llm": ("off", "off"),
    "llm_base_url": ("http://localhost:8000/v1", "http://localhost:8000/v1"),
    "llm_model": ("qwen", "qwen"),
    "llm_api_key": ("sesame", SecretStr("sesame")),
    "llm_timeout": ("7.5", 7.5),
    "least_probability": ("0.8", 0.8),
    "evidence_characters": ("900", 900),
    "answer_tokens": ("300", 300),
    "history_turns": ("2", 2),
    "llm_profile": ("small", "small"),
    "feedback": ("/feedback.jsonl", Path("/feedback.jsonl")),
    "max_question": ("99", 99),
}


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"ZHENGDA_{name.upper()}", raising=False)


def test_every_setting_is_listed_here_and_described() -> None:
    assert set(VALUES) == set(Settings.model_fields)
    assert all(field.description for field in Settings.model_fields.values())


@pytest.mark.parametrize("name", VALUES)
def test_each_setting_is_read_from_its_variable(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    written, value = VALUES[name]
    assert getattr(Settings(), name) != value
    monkeypatch.setenv(f"ZHENGDA_{name.upper()}", written)
    assert getattr(Settings(), name) == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("llm", "on"),
        ("chroma_url", "vectors:8000"),
        ("chroma_url", "http://vectors:8000/api"),
        ("llm_timeout", "0"),
        ("llm_timeout", "soon"),
        ("evidence_characters", "1"),
        ("answer_tokens", "1"),
        ("history_turns", "-1"),
        ("llm_profile", "huge"),
        ("least_probability", "1"),
        ("max_question", "-1"),
    ],
)
def test_a_wrong_value_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"ZHENGDA_{name.upper()}", value)
    with pytest.raises(SettingsError, match=f"设置有误：ZHENGDA_{name.upper()}"):
        Settings()


def test_an_unknown_setting_is_refused() -> None:
    with pytest.raises(SettingsError, match="ZHENGDA_TEMPERATURE"):
        Settings(temperature=0.5)  # type: ignore[call-arg]


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().llm = "off"


def test_the_key_is_not_printed() -> None:
    settings = Settings(llm_api_key=SecretStr("sesame"))
    assert "sesame" not in f"{settings!r} {settings} {settings.model_dump()}"


def test_each_folder_has_an_index_of_its_own_unless_told_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ZHENGDA_INDEX_DIR", raising=False)
    usual = IndexSettings()
    monkeypatch.setenv("ZHENGDA_DOCS", str(tmp_path))
    assert IndexSettings().index_dir == Settings.for_docs(tmp_path).index_dir != usual.index_dir
    assert IndexSettings(docs=usual.docs).index_dir == usual.index_dir
    monkeypatch.setenv("ZHENGDA_INDEX_DIR", str(tmp_path / "elsewhere"))
    assert IndexSettings().index_dir == tmp_path / "elsewhere"


def test_other_texts_have_an_index_of_their_own(tmp_path: Path) -> None:
    one, two = Settings.for_docs(tmp_path / "one"), Settings.for_docs(tmp_path / "two")
    assert type(one) is Settings
    assert (one.docs, two.docs) == (tmp_path / "one", tmp_path / "two")
    assert len({one.index_dir, two.index_dir, Settings().index_dir}) == 3
    assert one == Settings.for_docs(tmp_path / "one")
    assert one.index_dir.parent == IndexSettings().index_dir.parent
