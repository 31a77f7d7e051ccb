"""What the documents name exists, and every setting and public name is documented."""

from __future__ import annotations

import re
from importlib import import_module

import pytest

import assistant
import index
from assistant.settings import Settings
from docs.rooms import PICTURE, drawn
from index.settings import ROOT
from tests.test_architecture import MAY_IMPORT

DOCUMENTS = (
    "README.md",
    "CONTRIBUTING.md",
    "docs/architecture.md",
    "docs/settings.md",
    "docs/eval.md",
    "docs/programs.md",
    "docs/scale.md",
)
TEXT = "\n".join((ROOT / name).read_text(encoding="utf-8") for name in DOCUMENTS)
NOT_SETTINGS = {"ZHENGDA_CHROMIUM"}  # read by the browser tests alone


def test_readme_begins_with_the_two_commands() -> None:
    commands = re.findall(r"^make (\w+)", (ROOT / "README.md").read_text(encoding="utf-8"), re.M)
    assert commands[:2] == ["run", "test"]


def test_documented_settings_are_the_settings() -> None:
    documented = set(re.findall(r"ZHENGDA_[A-Z_]+[A-Z]", TEXT)) - NOT_SETTINGS
    assert documented == {f"ZHENGDA_{name.upper()}" for name in Settings.model_fields}


def test_documented_defaults_are_the_defaults() -> None:
    rows = re.findall(r"^\| `ZHENGDA_(\w+)` \| `([^`]+)` \|", (ROOT / "docs/settings.md").read_text("utf-8"), re.M)
    plain = {name: default for name, default in rows if "/" not in default}
    for name, default in plain.items():
        value = Settings.model_fields[name.lower()].default
        shown = value.get_secret_value() if hasattr(value, "get_secret_value") else value
        assert (f"{shown:g}" if isinstance(shown, float) else str(shown)) == default, name
    assert len(plain) >= 5


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\bmake ([a-z-]+)", TEXT))))
def test_documented_make_target_exists(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)


@pytest.mark.parametrize(
    ("module", "command"), sorted(set(re.findall(r"python -m (index|assistant|eval|training) (\w+)", TEXT)))
)
def test_documented_command_exists(module: str, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    main = import_module(f"{module}.__main__").main
    with pytest.raises(SystemExit) as stopped:
        main([command, "--help"])
    assert stopped.value.code == 0
    assert command in capsys.readouterr().out


def test_documented_imports_exist() -> None:
    imports = re.findall(r"^from (assistant|index) import (.+)$", TEXT, re.M)
    assert imports
    for module, names in imports:
        for name in re.split(r",\s*", names):
            assert hasattr(import_module(module), name), f"{module}.{name}"


@pytest.mark.parametrize("package", [assistant, index])
def test_public_names_load(package: object) -> None:
    for name in package.__all__:  # type: ignore[attr-defined]
        assert getattr(package, name) is not None


@pytest.mark.parametrize(
    "path", sorted(set(re.findall(r"`((?:index|assistant|eval|ui|prompts|tests|training|docs|data)/[\w./-]+)`", TEXT)))
)
def test_documented_path_exists(path: str) -> None:
    assert (ROOT / path).exists()


def test_documented_modules_exist() -> None:
    modules = {path.name for package in MAY_IMPORT for path in (ROOT / package).rglob("*.py")}
    assert set(re.findall(r"`(\w+\.py)`", TEXT)) <= modules


def test_the_picture_of_the_rooms_is_of_the_imports() -> None:
    assert PICTURE.read_text(encoding="utf-8") == drawn(), "python -m docs.rooms draws it anew"


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)#:]+)\)", (ROOT / "README.md").read_text("utf-8")))))
def test_readme_link_resolves(link: str) -> None:
    assert (ROOT / link).exists()
