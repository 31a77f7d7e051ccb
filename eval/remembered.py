"""A chat model whose words are kept in a file, so that what was asked once is not asked again, in this run or another."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from assistant.model.chat import ChatModel, Piece
from eval.cases import CaseError
from eval.datasets.dataset import lines

_BEGINS = b'{"key": '


class Remembered:
    """`model`, asked only for what `file` does not hold: its own words, by its name, the messages and the limit.

    The file is read when this is made, and grows by a line of JSON an answer; CaseError is raised if it holds anything
    else. A model of the same name elsewhere is taken to be the same. For one thread; every answer is had to its end.
    """

    def __init__(self, model: ChatModel, file: Path) -> None:
        self._model = model
        self._file = file
        file.parent.mkdir(parents=True, exist_ok=True)
        self._said: dict[str, Any] = {}
        if file.exists():
            _drop_unfinished(file)
        for line in lines(file) if file.exists() else ():
            if not isinstance(line, dict) or not {"key", "said"} <= line.keys():
                raise CaseError(f"{file} 不是模型说过的话，请换一个文件（--said）。")
            self._said[line["key"]] = line["said"]

    @property
    def name(self) -> str:
        """That of the model."""
        return self._model.name

    def stream(self, system: str, user: str, *, max_tokens: int) -> Iterator[Piece]:
        """The answer, in one piece if it was had before. Raises ModelUnavailable."""
        key = self._key(system, user, str(max_tokens))
        if key not in self._said:
            pieces = list(self._model.stream(system, user, max_tokens=max_tokens))
            self._keep(key, "".join(piece.text for piece in pieces))
        yield Piece(self._said[key])

    def first_tokens(self, system: str, user: str) -> Mapping[str, float]:
        """The likeliest first tokens of the answer with their probabilities. Raises ModelUnavailable."""
        key = self._key(system, user, "first")
        if key not in self._said:
            self._keep(key, dict(self._model.first_tokens(system, user)))
        said: Mapping[str, float] = self._said[key]
        return said

    def _key(self, *asked: str) -> str:
        return hashlib.sha256(json.dumps([self.name, *asked]).encode()).hexdigest()

    def _keep(self, key: str, said: object) -> None:
        self._said[key] = said
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"key": key, "said": said}) + "\n")


def _drop_unfinished(file: Path) -> None:
    """Cut off the end of a run that was stopped while it wrote a line."""
    whole, _, rest = (text := file.read_bytes()).rpartition(b"\n")
    if rest and rest[: len(_BEGINS)] == _BEGINS[: len(rest)]:  # nothing of another file
        file.write_bytes(text[: len(whole) + 1] if whole else b"")
