"""Provinces and prefectures by name: which region a text is of, which places a question names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from index.chinese.words import is_word, tag

_PEOPLES = "(?:壮族|回族|维吾尔|朝鲜族|土家族|苗族|藏族|羌族|彝族|布依族|侗族|哈尼族|傣族|白族|景颇族|傈僳族|蒙古族?|柯尔克孜|哈萨克)"
_NO_PLACE = re.compile(
    r"中国|中华|全国|城市|城镇|城乡|乡镇|农村|海外|国内|国外|境外|世界|全球|上市|市县|县区|省市|外[省市县区]|各[省市县区]|[本我该全][省市县区]"
)


@dataclass(frozen=True, slots=True)
class Place:
    """An administrative region. `name` is the full name, `short` what people call it, `province` its province's full name."""

    name: str
    short: str
    province: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A place as a text names it; `place` is None for a place below prefecture level that the gazetteer does not list."""

    text: str
    start: int
    place: Place | None


@cache
def gazetteer() -> dict[str, Place]:
    """Full and short names to places; a short name that a province and a prefecture share means the province."""
    places: dict[str, Place] = {}
    lines = (Path(__file__).with_name("places.txt")).read_text(encoding="utf-8").splitlines()
    rows = [line.partition(":") for line in lines if line and not line.startswith("#")]
    for names in (
        [(province, province) for province, _, _ in rows],
        [(c, p) for p, _, rest in rows for c in rest.split()],
    ):
        for name, province in names:
            place = Place(name, _short(name), province)
            places.setdefault(place.name, place)
            places.setdefault(place.short, place)
            if name.endswith("自治州"):
                places.setdefault(f"{place.short}州", place)
            if name.endswith("自治区"):
                places.setdefault(f"{place.short}省", place)  # as people say
    return places


def same_place(name: str) -> Place | None:
    """The gazetteer's place of that full or short name."""
    return gazetteer().get(name) or gazetteer().get(_short(name))


def mentions(text: str) -> tuple[Mention, ...]:
    """Places that `text` names as words of their own, in order; a name inside another word (南京 in 南京东路) is none."""
    found: list[Mention] = []
    at = 0
    known = gazetteer()
    tagged = tag(text)
    for i, (word, pos) in enumerate(tagged):
        start, at = at, at + len(word)
        joined = word + (tagged[i + 1][0] if i + 1 < len(tagged) else "")
        name = next((n for n in (joined, word, _leading_full_name(word)) if n in known), None)
        if name:
            found.append(Mention(name, start, known[name]))
        elif pos == "ns" and len(word) > 1 and is_word(word) and not _NO_PLACE.match(word) and not _begins_known(word):
            found.append(Mention(word, start, None))
    return tuple(found)


def _begins_known(word: str) -> bool:
    """长春花 begins with a place's name, and is none; 长春路 is one."""
    return word[-1] not in "省市区县旗州盟镇乡村路街" and any(word[:end] in gazetteer() for end in range(2, len(word)))


def first_region(text: str) -> Mention | None:
    """The first province or prefecture that `text` names with its full name (…省, …市), for reading metadata."""
    match = _full_names().search(text)
    return Mention(match[0], match.start(), gazetteer()[match[0]]) if match else None


@cache
def _full_names() -> re.Pattern[str]:
    """Full names; 北京市场 names no 北京市."""
    names = {place.name for place in gazetteer().values()}
    return re.compile(f"(?:{'|'.join(sorted(names, key=len, reverse=True))})(?!场)")


def _leading_full_name(word: str) -> str:
    """湖州市政府 (one word to the tokeniser) names 湖州市."""
    match = re.match(r".{2,}?(?:省|市|自治区)", word)
    return match[0] if match else ""


def _short(name: str) -> str:
    if len(name) <= 2:
        return name
    base = re.sub(r"(?:特别行政区|自治区|自治州|地区|省|市|盟|县|区|旗|州)$", "", name)
    if name.endswith(("自治区", "自治州")):
        people = re.match(rf"(.{{2,}}?){_PEOPLES}*$", base)
        return people[1] if people else base
    return base
