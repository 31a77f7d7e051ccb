"""Old DOC, WPS and RTF: turned into DOCX by LibreOffice where that is installed, then read as such."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from index.readers import word
from index.readers.reading import Reading, Reason, Refused, Source

_OFFICE = ("soffice", "libreoffice")
_SECONDS = 90.0
_PASSWORD = "EncryptedPackage".encode("utf-16-le")


def read(source: Source) -> Reading:
    """The text of the DOCX that LibreOffice makes of it."""
    if _PASSWORD in source.data:
        raise Refused(Reason.ENCRYPTED, "有密码。请去掉密码后再放入。")
    office = next((path for name in _OFFICE if (path := shutil.which(name))), None)
    if office is None:
        raise Refused(
            Reason.NO_TOOL,
            "旧式 .doc、.wps 要用 LibreOffice 转换，这里没有安装。请装上它，或用 Word、WPS 另存为 .docx 再放入。",
        )
    return word.read(replace(source, data=_converted(office, source)))


def _converted(office: str, source: Source) -> bytes:
    """In a folder and with a profile of its own, so that neither macros' settings nor another run are met."""
    source.step(_SECONDS + source.limits.seconds)
    with tempfile.TemporaryDirectory(prefix="zhengda-") as folder:
        old, new = Path(folder, "in.doc"), Path(folder, "out", "in.docx")
        old.write_bytes(source.data)
        command = [
            office, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore", "--nolockcheck",
            "--convert-to", "docx:MS Word 2007 XML", "--outdir", str(new.parent), str(old),
        ]  # fmt: skip
        quiet = subprocess.DEVNULL
        with subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True) as running:
            try:
                running.wait(_SECONDS)
            except subprocess.TimeoutExpired:
                raise Refused(Reason.TOO_SLOW, "LibreOffice 转换用时过长，已停止。请另存为 .docx 再放入。") from None
            finally:
                _end(running)
        if not new.is_file() or new.stat().st_size > source.limits.unpacked:
            raise Refused(Reason.DAMAGED, "LibreOffice 没能转换它，多半已损坏或有密码。请另存为 .docx 再放入。")
        return new.read_bytes()


def _end(running: subprocess.Popen[bytes]) -> None:
    """The process and those that it started."""
    try:
        os.killpg(running.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
