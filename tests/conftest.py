"""What all tests share: no state outside temporary folders, and the five plans as originals and as digests."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from assistant.judge.learned import LearnedJudge
from index.document.describe import describe
from index.document.split import split
from index.readers.files import RawText, policy_files, read
from index.search import Index
from index.settings import ROOT
from index.types import Document, Plan
from tests import plans
from tests.judges import ByWords

DIGESTS = ROOT / "data" / "plans"
ORIGINALS = ROOT.parent / "shared" / "plans"
FILES = ROOT.parent / "shared" / "data" / "files"
KEPT_SETTINGS = {"ZHENGDA_CACHE_DIR", "ZHENGDA_CHROMIUM"}  # where the bundled models lie, and the browser


def document(text: str, source: str = "甲.txt") -> Document:
    """The document that a file of that text would be."""
    return describe(RawText(hashlib.sha256(text.encode()).hexdigest()[:16], source, text))


@pytest.fixture(scope="session", autouse=True)
def _state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Neither the developer's settings nor the developer's index."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [n for n in os.environ if n.startswith("ZHENGDA_") and n not in KEPT_SETTINGS]:
            patch.delenv(name)
        patch.setenv("ZHENGDA_INDEX_DIR", str(tmp_path_factory.mktemp("state") / "index"))
        yield


@pytest.fixture(scope="session", autouse=True)
def _quick_judge() -> Iterator[dict[str, bool]]:
    """The judge of words in place of the learned one, unless `real` is set."""
    real = {"wanted": False}
    bundled = LearnedJudge.bundled
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LearnedJudge, "bundled", lambda folder: bundled(folder) if real["wanted"] else ByWords())
        yield real


@pytest.fixture(autouse=True)
def _real_judge_for_real_models(request: pytest.FixtureRequest, _quick_judge: dict[str, bool]) -> None:
    _quick_judge["wanted"] = request.node.get_closest_marker("models") is not None


@pytest.fixture(scope="session", params=[DIGESTS, ORIGINALS], ids=["摘编", "原文"])
def five(request: pytest.FixtureRequest) -> Mapping[str, Plan]:
    """The five plans by region, from the digests of the project and from the originals beside it where they are."""
    folder: Path = request.param
    if not folder.is_dir():
        pytest.skip(f"没有原文文件夹 {folder.relative_to(ROOT.parent)}，只测了摘编")
    described = [describe(read(path)) for path in policy_files(folder)]
    return {d.region or d.source: Plan(d, split(d)) for d in described}


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """The invented plans of `tests.plans`, indexed without a model; a test that needs others makes its own."""
    built = plans.built(tmp_path_factory.mktemp("plans"))
    yield built
    built.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, for the tests of one module."""
    from tests.browser import chromium  # not above: it brings Gradio, which most tests do without

    with chromium() as running:
        yield running


@pytest.fixture
def visit(browser: Any) -> Iterator[Any]:
    """Opens pages in contexts of their own; after the test nothing may have been complained of or asked for outside."""
    from tests.browser import Visits

    visits = Visits(browser)
    yield visits
    visits.close()
    assert visits.complaints == []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for folder, what in ((ORIGINALS, "针对原文"), (FILES, "针对真实文件")):
        if not folder.is_dir():
            words = f"注意：没有文件夹 {folder.relative_to(ROOT.parent)}，{what}的测试没有运行。"
            terminalreporter.write_line(words, yellow=True, bold=True)
