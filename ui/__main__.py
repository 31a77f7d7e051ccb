"""`python -m ui`: serves the page on this machine, and loads index and models while it already shows."""

from __future__ import annotations

import argparse
import errno
import socket
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import uvicorn

from index.errors import ZhengdaError
from ui.answering import Answering
from ui.app import build

FAILED, PORT_TAKEN = 1, 2
CLOSING_SECONDS = 3


class Preparing(Answering, Protocol):
    """An assistant that loads what it needs when told to."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the operator should know of how the index was opened."""
        ...

    """What of the files the operator should see to, known once prepared."""

    def prepare(self) -> None:
        """Builds the index and loads the models; ZhengdaError with a message for the user."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 1 if the assistant cannot be prepared, 2 if the address cannot be had."""
    options = _parser().parse_args(arguments)
    try:
        listener = _listen(options.host, options.port)
    except OSError as error:
        taken = error.errno == errno.EADDRINUSE
        reason = (
            f"端口 {options.port} 已被占用" if taken else f"不能监听 {options.host}:{options.port}（{error.strerror}）"
        )
        print(f"{reason}。请换一个端口，例如 python -m ui --port {options.port + 1}", file=sys.stderr)
        return PORT_TAKEN

    # Here, not above: reading the model libraries takes seconds, and a taken port is to be told at once.
    from assistant import Assistant, Settings

    try:
        settings = Settings.for_docs(options.docs) if options.docs else Settings()
        return serve(Assistant(settings), listener, settings.feedback)
    except ZhengdaError as error:
        print(error, file=sys.stderr)
        return FAILED
    finally:
        listener.close()


def serve(assistant: Preparing, listener: socket.socket, feedback: Path) -> int:
    """Serves on `listener` until interrupted, preparing the assistant meanwhile; what prepare raised is raised here."""
    # Gradio leaves event loops open unless its page is built inside a running one, where uvicorn calls a factory.
    page = uvicorn.Config(
        lambda: build(assistant, feedback), factory=True, log_level="warning", timeout_graceful_shutdown=CLOSING_SECONDS
    )
    server = _Server(page)
    failures: list[ZhengdaError] = []

    def prepare() -> None:
        try:
            assistant.prepare()
            for warning in assistant.warnings:
                print(warning, file=sys.stderr, flush=True)
        except ZhengdaError as error:
            failures.append(error)
            server.should_exit = True

    threading.Thread(target=prepare, name="prepare", daemon=True).start()
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listener])
    if failures:
        raise failures[0]
    return 0


class _Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts, and tells the address once it really answers."""
        await super().startup(sockets)
        if self.started and sockets:
            host, port = sockets[0].getsockname()[:2]
            everywhere = host in {"0.0.0.0", "::"}
            print(
                f"打开 http://{'127.0.0.1' if everywhere else f'[{host}]' if ':' in host else host}:{port}", flush=True
            )
            if everywhere:
                print("注意：网页没有登录，能连到这台机器的人都能使用。", flush=True)


def _listen(host: str, port: int) -> socket.socket:
    return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ui", description="打开政答的网页。")
    parser.add_argument("--host", default="127.0.0.1", help="监听的地址，默认只限本机")
    parser.add_argument("--port", type=_port, default=7860, help="监听的端口，默认 7860")
    parser.add_argument("--docs", type=Path, help="政策文件所在的文件夹，默认见 ZHENGDA_DOCS")
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"端口应是 0 到 65535 的整数，而不是 {text}")
    return int(text)


if __name__ == "__main__":
    raise SystemExit(main())
