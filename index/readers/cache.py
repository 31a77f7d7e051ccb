"""What files read as, kept by their content, so that a build reads no bytes a second time, even one that was interrupted."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from functools import cache
from pathlib import Path, PurePath

from index.readers.reading import Limits, Member, Read
from index.readers.sandbox import Addresses, Sandbox


class Readings:
    """A sandbox with a memory: `folder` holds one file for each content that was read, by a hash of it.

    What was refused is tried again each time, since the reason may be gone; archives are opened again, their files are
    not. One process at a time may use a folder.
    """

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        self._folder, self._sandbox = folder, sandbox
        self._asked: set[str] = set()

    @property
    def limits(self) -> Limits:
        """Those of the sandbox."""
        return self._sandbox.limits

    def read(self, name: str, data: bytes) -> Read | list[Member] | Addresses:
        """As `Sandbox.read`; raises Refused, and OSError where the folder cannot be written."""
        # The extension is part of the content's name: a wrong one is remarked on.
        made_from = (rules(), repr(self.limits), PurePath(name).suffix, hashlib.sha256(data).hexdigest())
        key = hashlib.sha256("\n".join(made_from).encode()).hexdigest()[:32]
        path = self._folder / f"{key}.json"
        self._asked.add(path.name)
        if (kept := _kept(path)) is not None:
            return kept
        found = self._sandbox.read(name, data)
        if isinstance(found, Read):
            self._folder.mkdir(parents=True, exist_ok=True)
            aside = path.with_suffix(".new")
            aside.write_text(json.dumps(asdict(found), ensure_ascii=False), encoding="utf-8")
            aside.replace(path)
        return found

    def rest(self) -> None:
        """As `Sandbox.rest`."""
        self._sandbox.rest()

    def forget_others(self) -> None:
        """Remove what was not asked for since this was made."""
        for path in self._folder.iterdir() if self._folder.is_dir() else ():
            if path.name not in self._asked:
                path.unlink()


@cache
def rules() -> str:
    """Names the rules by which files are read: 16 hex digits over the code of this package and its word lists."""
    home = Path(__file__).parents[1]
    files = sorted(path for pattern in ("*.py", "*.txt") for path in home.rglob(pattern))
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()[:16]


def _kept(path: Path) -> Read | None:
    """None also for a damaged file: it is read anew and replaced."""
    try:
        return Read.of(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return None
