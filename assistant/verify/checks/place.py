"""Places and names: those of the sentence must be those of what it cites."""

from __future__ import annotations

import re

from assistant.question.coverage import normalized
from assistant.verify.checks.view import View
from index.chinese.places import mentions, same_place
from index.chinese.words import cut

_TITLE = re.compile(r"《([^《》]+)》")
_FOREIGN = re.compile(r"[A-Za-z][A-Za-z0-9.:/_+-]*[A-Za-z0-9/]|[^\W\d_A-Za-z\u2e80-\u9fff\U00020000-\U0003ffff]+")
# A word that names a unit of government or a body like one; such a word must stand in the source as it is.
UNIT_NAME = re.compile(r".{2,}(?:局|委|办|厅|部|院|中心|公司|管委会|委员会|办公室|协会|政府)")


def wrong_place(view: View) -> str | None:
    """A province or prefecture that the sentence names and the sources neither are of nor name."""
    regions = {s.document.region for s in view.sources}
    for mention in mentions(view.sentence):
        if mention.place and mention.place.name not in regions and mention.text not in view.context:
            if any(s.document.region is None and mention.text in s.document.text for s in view.sources):
                continue
            provinces = {place.province for r in regions if r and (place := same_place(r))}
            if mention.place.name not in provinces:
                return f"“{mention.text}”不是所引文件所说的地方"
    return None


def short(region: str) -> str:
    """What people call the region: 宁波 for 宁波市."""
    found = same_place(region)
    return found.short if found else region


def strange_name(view: View) -> str | None:
    """A unit's name or a foreign word that no source has."""
    names = [w for w in cut(view.sentence) if UNIT_NAME.fullmatch(w)] + _FOREIGN.findall(view.sentence)
    return next((f"原文没有“{name}”" for name in names if normalized(name) not in view.held), None)


def strange_title(view: View) -> str | None:
    """A title in 《》 that no source has, and that is not the shortened title of one of the documents."""
    held = _unbracketed(view.context)
    fields = [_unbracketed(t) for s in view.sources for t in (s.document.title, s.document.about) if t]
    for title in _TITLE.findall(view.sentence):
        bare = _unbracketed(title)
        if bare not in held and not any(_shortens(bare, field) for field in fields):
            return f"原文没有“{title}”"
    return None


def _unbracketed(text: str) -> str:
    return re.sub(r"[《》〈〉<>]", "", normalized(text))


def _shortens(title: str, field: str) -> bool:
    """Whether all characters of `title` are in `field` in that order."""
    rest = iter(field)
    return all(c in rest for c in title)
