"""`python -m docs.rooms` draws `docs/rooms.svg` from the imports: the rooms of the code from the bottom up, and which rests on which."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from html import escape

from index.settings import ROOT
from tests.test_architecture import ROOMS, imported, modules, room_of

PICTURE = ROOT / "docs" / "rooms.svg"
Room = tuple[str, int]
"""A package, and how high in it: `ROOMS` from 0 on, then what joins them; 0 for a package without rooms."""

_SAYS = {
    "index/types": "文件、条款、事实的类型；错误；缓存；进度",
    "index/chinese": "词、繁简、数量、日期、地名、条款编号、单位",
    "index/readers": "文件的字节 → 文本",
    "index/document": "文本 → 字段、条款树、表格、有效期、谁替代谁",
    "index/facts": "条款 → 指标、期限、分工、提纲",
    "index/store": "向量、关键词、一版索引",
    "index": "合起来：建索引、检索、检查、守着文件夹",
    "prompts": "提示词，一段一个 Markdown 文件",
    "assistant/types": "Answer、Evidence 等类型；全部设置",
    "assistant/question": "问题、历史 → Query",
    "assistant/evidence": "Query → 排好的条款",
    "assistant/model": "对话模型，它装得下多少",
    "assistant/judge": "学来的：要哪种回答、答不答得上、推不推得出",
    "assistant/verify": "一句话、它的出处 → 站不站得住",
    "assistant/routes": "Query → 一步一步的 Step",
    "assistant": "合起来：pipeline 走一遍，compose 成 Answer",
    "ui": "页面，给别的程序的 API、MCP",
    "eval": "题集 → 作答 → 评分",
    "training": "标注的例子 → 学来的分数",
}
_PACKAGES = ("index", "prompts", "assistant", "ui", "eval", "training")
_WIDTH, _HEIGHT, _STEP, _MARGIN, _BULGE = 560, 30, 46, 16, 13
_STYLE = """
  svg { background: #fff; font: 13px system-ui, "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; fill: #222; }
  rect { stroke: #999; } .prompts { fill: #f3f3f3; } .index { fill: #e8f0fa; } .assistant { fill: #eaf5ea; }
  .ui, .eval, .training { fill: #faf1e2; } .name { font-weight: bold; } .arrow { fill: none; stroke: #555; stroke-width: 1.4; }
"""


def rooms() -> tuple[Room, ...]:
    """All rooms, from the bottom up."""
    return tuple((package, n) for package in _PACKAGES for n in range(len(ROOMS.get(package, ())) + 1))


def names(room: Room) -> tuple[str, ...]:
    """The folder, or the modules at the bottom of a package, or the package for what joins its rooms."""
    package, n = room
    within = ROOMS.get(package, ())
    return tuple(f"{package}/{part}" for part in within[n]) if n < len(within) else (package,)


def arrows() -> Iterator[tuple[Room, Room]]:
    """Which room imports which below it, without what follows from other arrows."""
    order = rooms()
    direct: dict[Room, set[Room]] = defaultdict(set)
    for package in _PACKAGES:
        for path in modules(package):
            a = _room(".".join(path.relative_to(ROOT).with_suffix("").parts))
            known = (_room(module) for module in imported(path) if module.partition(".")[0] in _PACKAGES)
            direct[a].update(b for b in known if order.index(b) < order.index(a))
    below: dict[Room, set[Room]] = {}
    for room in order:
        below[room] = direct[room].union(*(below[b] for b in direct[room]))
        yield from ((room, b) for b in sorted(direct[room]) if not any(b in below[c] for c in direct[room]))


def drawn() -> str:
    """The picture, as SVG."""
    order = rooms()
    top = {room: _MARGIN + _STEP * (len(order) - 1 - n) for n, room in enumerate(order)}
    height = _MARGIN + _STEP * len(order) + 14
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 680 {height}" role="img" aria-label="代码的各间，自下而上">',
        f"<style>{_STYLE}</style>",
        '<marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" fill="#555"/></marker>',
    ]
    for room in order:
        y = top[room]
        parts.append(
            f'<rect class="{room[0]}" x="{_MARGIN}" y="{y}" width="{_WIDTH}" height="{_HEIGHT}" rx="5"/>'
            f'<text class="name" x="{_MARGIN + 12}" y="{y + 20}">{escape(names(room)[0])}{" …" * (len(names(room)) > 1)}</text>'
            f'<text x="{_MARGIN + 190}" y="{y + 20}">{escape(_SAYS[names(room)[0]])}</text>'
        )
    parts += [f'<path class="arrow" marker-end="url(#head)" d="{_line(top[a], top[b])}"/>' for a, b in arrows()]
    note = "箭头：上面的用下面的；由别的箭头推得出的不画。数据自下而上。"
    return "\n".join([*parts, f'<text x="{_MARGIN}" y="{height - 6}">{note}</text>', "</svg>", ""])


def _room(module: str) -> Room:
    package = module.partition(".")[0]
    return package, room_of(module) if package in ROOMS else 0


def _line(above: int, below: int) -> str:
    """Straight down to the next room, else round at the side of those between."""
    if below - above == _STEP:
        return f"M{_MARGIN + 110} {above + _HEIGHT}V{below}"
    edge, y, end = _MARGIN + _WIDTH, above + _HEIGHT // 2 + 5, below + _HEIGHT // 2 - 5
    out = edge + _BULGE * (below - above) // _STEP + 20
    return f"M{edge} {y}C{out} {y} {out} {end} {edge} {end}"


if __name__ == "__main__":
    PICTURE.write_text(drawn(), encoding="utf-8")
