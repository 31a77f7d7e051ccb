"""Places by name: full and short, and what only looks like one."""

from __future__ import annotations

import pytest

from index.chinese.places import first_region, gazetteer, mentions, same_place


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("湖州和宁波市的目标有何不同？", ["湖州市", "宁波市"]),
        ("湖州市政府", ["湖州市"]),
        ("智慧湖州", ["湖州市"]),
        ("浙江省湖州市", ["浙江省", "湖州市"]),
        ("广西壮族自治区", ["广西壮族自治区"]),
        ("内蒙古和西藏", ["内蒙古自治区", "西藏自治区"]),
        ("广西省与新疆省", ["广西壮族自治区", "新疆维吾尔自治区"]),
        ("恩施州与凉山州", ["恩施土家族苗族自治州", "凉山彝族自治州"]),
        ("吉林", ["吉林省"]),
        ("吉林市", ["吉林市"]),
        ("海南", ["海南省"]),
        ("海南州", ["海南藏族自治州"]),
        ("北京", ["北京市"]),
        ("香港", ["香港特别行政区"]),
        ("朝阳产业", []),
        ("平安建设", []),
        ("武汉大学", []),
        ("三明治", []),
        ("我市的目标", []),
        ("全国和中国的目标", []),
        ("中华民族", []),
        ("", []),
    ],
)
def test_mentions(text: str, expected: list[str]) -> None:
    found = mentions(text)
    assert [m.place.name for m in found if m.place] == expected
    assert len(found) == len(expected)
    assert all(text.startswith(m.text, m.start) for m in found)


@pytest.mark.parametrize("text", ["中山东路", "南京东路", "朝阳区", "义乌市", "昆山", "平湖市"])
def test_places_that_the_gazetteer_does_not_list(text: str) -> None:
    assert [(m.text, m.start, m.place) for m in mentions(f"在{text}吗")] == [(text, 1, None)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("湖州", ("湖州市", "湖州", "浙江省")),
        ("湖州市", ("湖州市", "湖州", "浙江省")),
        ("浙江", ("浙江省", "浙江", "浙江省")),
        ("新疆", ("新疆维吾尔自治区", "新疆", "新疆维吾尔自治区")),
        ("恩施", ("恩施土家族苗族自治州", "恩施", "湖北省")),
        ("大兴安岭", ("大兴安岭地区", "大兴安岭", "黑龙江省")),
        ("阿拉善", ("阿拉善盟", "阿拉善", "内蒙古自治区")),
        ("澳门", ("澳门特别行政区", "澳门", "澳门特别行政区")),
        ("上海", ("上海市", "上海", "上海市")),
        ("平湖市", None),
        ("市", None),
        ("", None),
    ],
)
def test_same_place(name: str, expected: tuple[str, str, str] | None) -> None:
    place = same_place(name)
    assert (place and (place.name, place.short, place.province)) == expected


@pytest.mark.parametrize(
    ("text", "name", "start"),
    [
        ("在湖州市政府", "湖州市", 1),
        ("浙江省湖州市", "浙江省", 0),
        ("大理白族自治州", "大理白族自治州", 0),
        ("湖北恩施土家族苗族自治州", "恩施土家族苗族自治州", 2),
        ("北京市场与上海市", "上海市", 5),
        ("长白山市场", None, 0),
        ("湖州", None, 0),
        ("我市", None, 0),
        ("", None, 0),
    ],
)
def test_first_region_needs_the_full_name(text: str, name: str | None, start: int) -> None:
    found = first_region(text)
    assert (found and found.text) == name
    if found:
        assert (found.start, found.place) == (start, same_place(found.text))


def test_gazetteer_is_whole() -> None:
    places = {place.name: place for place in gazetteer().values()}
    provinces = {place.province for place in places.values()}
    assert len(provinces) == 34
    assert provinces <= set(places)
    assert len(places) > 360
    assert all(gazetteer()[name].name == name for name in places), "a full name must always mean itself"
    assert all(place.short and place.name.startswith(place.short) for place in places.values())
