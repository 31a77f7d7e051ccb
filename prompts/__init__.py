"""Prompts are Markdown files of this folder, with `{{variable}}` places.

`render` refuses a missing or an unused variable before any model is called; `version` names a prompt's exact wording.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

_FOLDER = Path(__file__).parent
_PLACE = re.compile(r"\{\{(\w+)\}\}")


class PromptError(ValueError):
    """A prompt does not exist, or its variables and the ones given differ."""


def names() -> tuple[str, ...]:
    """Names of all prompts, sorted."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.md")))


def render(name: str, /, **variables: str) -> str:
    """The prompt `name` with every `{{variable}}` replaced; raises PromptError unless names match exactly."""
    template = _read(name)
    wanted = set(_PLACE.findall(template))
    if wanted != set(variables):
        missing, unused = sorted(wanted - set(variables)), sorted(set(variables) - wanted)
        raise PromptError(f"prompt {name!r}: missing {missing}, unused {unused}")
    return _PLACE.sub(lambda match: variables[match[1]], template).strip()


def version(name: str) -> str:
    """First 8 hex digits of the SHA-256 of the prompt file; recorded with every answer and eval row."""
    return hashlib.sha256(_read(name).encode()).hexdigest()[:8]


def _read(name: str) -> str:
    path = _FOLDER / f"{name}.md"
    if not path.is_file():
        raise PromptError(f"no prompt {name!r}; there are {', '.join(names())}")
    return path.read_text(encoding="utf-8")
