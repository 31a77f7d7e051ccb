"""Reading in a child process that is kept warm: what a hostile file does to it, it does not do to the caller."""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import struct
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import psutil

from index.readers.reading import Limits, Member, Read, Reason, Refused

_LENGTH = struct.Struct(">I")
_HOME = Path(__file__).resolve().parents[2]
_KEPT = ("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL")
_START_SECONDS = 60.0
_CHUNK = 1 << 20
_RESTING = 300 << 20


@dataclass(frozen=True, slots=True)
class Addresses:
    """The web addresses that a list names, still to be fetched: the child has no business in the network."""

    addresses: tuple[str, ...]


class Sandbox:
    """One child process, started when needed and again after it was ended; safe to use from several threads, in turn."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._child: subprocess.Popen[bytes] | None = None
        self._buffer = bytearray()
        self._lock = threading.RLock()

    def read(self, name: str, data: bytes) -> Read | list[Member] | Addresses:
        """The text of the file, the files in it, or the addresses that it lists; raises Refused."""
        if len(data) > self.limits.size:
            raise too_large(len(data), self.limits)
        with self._lock:
            return self._read(name, data)

    def close(self) -> None:
        """End the child."""
        with self._lock:
            child, self._child = self._child, None
            self._buffer.clear()
            if child is not None:
                child.kill()
                child.wait()
                for pipe in (child.stdin, child.stdout):
                    if pipe:
                        pipe.close()

    def rest(self) -> None:
        """End the child if it has grown: what recognised a page keeps its models in memory. The next file starts another."""
        with self._lock:
            try:
                if self._child and psutil.Process(self._child.pid).memory_info().rss > _RESTING:
                    self.close()
            except psutil.Error:
                self.close()

    def _read(self, name: str, data: bytes) -> Read | list[Member] | Addresses:
        request = {"name": name, "limits": asdict(self.limits), "sizes": [len(data)]}
        body = json.dumps(request).encode()
        fresh = self._child is None
        members: list[Member] = []
        last = time.monotonic() + self.limits.whole_seconds
        try:
            self._write(b"".join((_LENGTH.pack(len(body)), body, data)))
            deadline = time.monotonic() + (_START_SECONDS if fresh else self.limits.seconds)
            while True:
                message, blobs = self._message(deadline)
                if "step" in message:
                    deadline = min(time.monotonic() + message["step"], last)
                elif "member" in message:
                    refused = message["member_refused"] and Refused(
                        Reason(message["member_refused"][0]), message["member_refused"][1]
                    )
                    members.append(Member(message["member"], blobs[0], refused))
                elif "refused" in message:
                    raise Refused(Reason(message["refused"][0]), message["refused"][1])
                elif "done" in message:
                    return Addresses(tuple(m.name for m in members)) if message["addresses"] else members
                else:
                    return Read.of(message)
        except TimeoutError:
            self.close()
            raise Refused(Reason.TOO_SLOW, "读取用时过长，已停止。请检查文件，或拆分后再放入。") from None
        except (EOFError, BrokenPipeError):
            raise self._ended() from None
        except BaseException as error:
            if not isinstance(error, Refused):  # the conversation was left in the middle
                self.close()
            raise

    def _ended(self) -> Refused:
        """Why the child is no more."""
        code = self._child.wait() if self._child else 0
        self.close()
        if code in (-signal.SIGXCPU, -signal.SIGKILL):
            return Refused(Reason.TOO_SLOW, "读取用时过长，已停止。请检查文件，或拆分后再放入。")
        return Refused(Reason.CRASHED, f"读取它的子进程中断了（{code}），多半是文件已损坏。请用原软件另存一份再放入。")

    def _start(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self.close()
            environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
            environment["PYTHONPATH"] = str(_HOME)
            self._child = subprocess.Popen(
                [sys.executable, "-P", "-m", "index.readers.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
                start_new_session=True,
                cwd="/",
            )
        return self._child

    def _write(self, data: bytes) -> None:
        pipe = self._start().stdin
        assert pipe is not None
        pipe.write(data)
        pipe.flush()

    def _message(self, deadline: float) -> tuple[dict[str, Any], list[bytes]]:
        (length,) = _LENGTH.unpack(self._take(_LENGTH.size, deadline))
        message = json.loads(self._take(length, deadline))
        return message, [self._take(size, deadline) for size in message["sizes"]]

    def _take(self, size: int, deadline: float) -> bytes:
        assert self._child is not None
        assert self._child.stdout is not None
        pipe = self._child.stdout.fileno()
        while len(self._buffer) < size:
            ready, _, _ = select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError
            chunk = os.read(pipe, _CHUNK)
            if not chunk:
                raise EOFError
            self._buffer += chunk
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken


@cache
def shared() -> Sandbox:
    """The sandbox of this process."""
    sandbox = Sandbox()
    atexit.register(sandbox.close)
    return sandbox


def too_large(size: int, limits: Limits) -> Refused:
    """The refusal of a file of `size` bytes."""
    return Refused(Reason.TOO_LARGE, f"文件过大（{size >> 20} MB，上限 {limits.size >> 20} MB）。请拆分后再放入。")
