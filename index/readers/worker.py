"""The child process that reads files: bounded in memory and CPU time, without the parent's environment.

It answers each request on standard input with one message on its output. A message is a 4-byte length, JSON, and the
bytes that the JSON counts in `sizes`. Before each step it sends `{"step": seconds}`, from which the parent counts anew.
"""

from __future__ import annotations

import json
import os
import resource
import struct
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict
from importlib import import_module
from typing import Any, BinaryIO

from index.readers.formats import format_of, misnamed
from index.readers.legible import checked
from index.readers.marks import marks
from index.readers.reading import Limits, Member, Read, Reading, Reason, Refused, Source
from index.types import kept

_LENGTH = struct.Struct(">I")


def send(stream: BinaryIO, message: dict[str, Any], blobs: Sequence[bytes] = ()) -> None:
    """Write one message."""
    body = json.dumps({**message, "sizes": [len(blob) for blob in blobs]}).encode()
    stream.write(b"".join((_LENGTH.pack(len(body)), body, *blobs)))
    stream.flush()


def main() -> None:
    """Serve requests until the input ends."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not stand between messages
    while head := requests.read(_LENGTH.size):
        request = json.loads(requests.read(_LENGTH.unpack(head)[0]))
        data = requests.read(request["sizes"][0])
        limits = Limits(**request["limits"])
        _bound(limits)
        try:
            _answer(answers, request["name"], data, limits)
        except Refused as refused:
            send(answers, {"refused": [refused.reason.value, refused.message]})
        except MemoryError:
            send(answers, {"refused": [Reason.TOO_MUCH_MEMORY.value, "读取它要用的内存超过上限。请拆分后再放入。"]})
        except (ImportError, SyntaxError):  # a defect of the installation, not of the file
            raise
        except Exception as error:  # noqa: BLE001 - whatever a library makes of a damaged file, the batch goes on
            what = f"内容不合格式（{type(error).__name__}），多半已损坏。请用原软件另存一份再放入。"
            send(answers, {"refused": [Reason.DAMAGED.value, what]})


def _answer(answers: BinaryIO, name: str, data: bytes, limits: Limits) -> None:
    def step(seconds: float) -> None:
        _allow_cpu(seconds)
        send(answers, {"step": seconds})

    step(limits.seconds)
    if not data.strip():
        raise Refused(Reason.EMPTY, "文件是空的，请换一份有内容的。")
    found = format_of(name, data)
    result = import_module(f"index.readers.{found.module}").read(Source(name, data, limits, step))
    if isinstance(result, Reading):
        send(answers, _message(result, found.name, misnamed(name, found)))
        return
    members: Iterator[Member] = result
    with closing(members):  # type: ignore[type-var]
        for member in members:
            refused = member.refused and [member.refused.reason.value, member.refused.message]
            send(answers, {"member": member.name, "member_refused": refused}, [member.data])
    send(answers, {"done": True, "addresses": found.module == "addresses"})


def _message(reading: Reading, form: str, remark: str | None) -> dict[str, Any]:
    """The message of a reading, all of its text with its marks; raises Refused if nothing of it is prose."""
    checked(reading.text)
    text = "".join([*_label_lines(reading), reading.text])
    found = marks(text)
    if not any(words.strip() for _, words in kept(text, found, 0, len(text))):
        raise Refused(Reason.NO_TEXT, "除了看不见的字符、网址和代码，没有内容。请检查原文件。")
    warnings = [*([remark] if remark else []), *reading.warnings]
    return asdict(Read(text, found, tuple(warnings), reading.pages, form))


def _label_lines(reading: Reading) -> Iterator[str]:
    """What stands beside the text, as lines in the form of the tables above official texts."""
    for label, value in reading.labels.items():
        yield f"{label}: | {' '.join(value.replace('|', ' ').split())} |\n"


def _bound(limits: Limits) -> None:
    _set(resource.RLIMIT_AS, limits.memory)
    _set(resource.RLIMIT_CORE, 0)


def _allow_cpu(seconds: float) -> None:
    """From now on, `seconds` of CPU time on each core, after which the system ends the process."""
    cores = len(os.sched_getaffinity(0))
    used = time.process_time()
    _set(resource.RLIMIT_CPU, int(used + seconds * cores) + 1)


def _set(what: int, most: int) -> None:
    """Set a limit as low as `most`, and no higher than the system lets it be."""
    hard = resource.getrlimit(what)[1]
    resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


if __name__ == "__main__":
    main()
