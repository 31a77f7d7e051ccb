"""What a document is about, from its clause tree and its facts: purpose, sections with their key sentences, goals, time line.

By grammar and by the order that official documents keep (总体要求, 目标, 任务, 保障措施, 附则); nothing is copied, all of it are
places in the text. A text without headings is outlined by its paragraphs, a law by its chapters or its articles.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from index.chinese.markers import marker
from index.chinese.units import is_duty_line, units_named
from index.document.parts import PLAN_WORDS
from index.document.structure import is_row
from index.facts.milestone import milestones
from index.facts.wording import closed, without_number
from index.types import (
    ADDRESS_SEPARATOR,
    Document,
    Duty,
    Facts,
    Milestone,
    Outline,
    Passage,
    Role,
    Section,
    SectionKind,
    Span,
    Target,
)

_PREAMBLE = "引言"
_BASIS = ("until", "status", "period")
_PARAGRAPH = re.compile(r"·?第\d+[段款]$|(?:^|·)表\d+$")
_LONGEST_HEADING, _LONGEST_BEFORE_COLON, _LONGEST_RUN_IN, _LONGEST_NAME = 40, 20, 20, 120
_LEAST_SAID, _LEAST_PURPOSE = 6, 24
_HAN = "\u4e00-\u9fff"
_HEADING_ENDS = re.compile(
    rf"[。；;！!？?\n]|(?<=[{_HAN}”）)])[^\S\n]+(?=[(（]?[一二三四五六七八九十\d]+[)）、.．]|[{_HAN}“][^。；;！!？?\n]{{{_LEAST_SAID - 1}}})"
)
_COLON = re.compile("[：:]")
_COMMA = re.compile("[，,。；]")
WHAT_FOR = re.compile(
    r"(?:制定|制订|编制|提出|出台|拟定|印发|作出)[^，。；]{0,3}(?:[本此]|以下|如下|下列|该)|(?:特|现)(?:制定|通知|公告|通告)|"
    r"(?:通知|公告|通告|意见|措施|规定)(?:如下|下)"
)
_DATELINE = re.compile(
    r"(?:[^，。；：:\s]{2,24}?(?:电|讯|消息)(?:\s*[(（][^()（）]*[)）]|(?=\s))|[(（][^()（）]*记者[^()（）]*[)）])\s*"
)
_KINDS = (
    (SectionKind.GOALS, re.compile(r"(?:目标|指标)(?:任务|体系)?$|^(?:总体|主要|发展|工作|行动)+目标")),
    (SectionKind.WHY, re.compile(r"(?:背景|意义|依据|必要性|过程|指导思想|原则|总体要求|总体思路|总则)$")),
    (SectionKind.MEASURES, re.compile(r"^[^，,、]{0,4}(?:保障|措施|组织实施|组织领导|保障机制|工作要求)$")),
    (SectionKind.CLOSING, re.compile("^附则$")),
)


@dataclass(slots=True)
class _Node:
    """A clause while the tree grows: its own passages, and the clauses below it."""

    address: str
    own: list[Passage] = field(default_factory=list)
    parts: list[_Node] = field(default_factory=list)

    def passages(self) -> Iterator[Passage]:
        yield from self.own
        for part in self.parts:
            yield from part.passages()


def outline(document: Document, passages: Sequence[Passage], facts: Facts) -> Outline:
    """The outline of `document`, of whose clauses `facts` are."""
    preamble, top = _tree(passages)
    if not top or _length(preamble) > _length(p for node in top for p in node.passages()):
        top = [*_paragraphs(document, preamble), *top]
    said = _purpose(document, passages, preamble, top)
    sections = tuple(s for node in top if (s := _section(document, node, facts.duties, said)))
    while len(sections) == 1 and len(sections[0].parts) > 1:
        sections = sections[0].parts
    dates = milestones(document, passages)
    return Outline(
        title=_title(document),
        purpose=said and _without_frame(document.text, said),
        sections=sections,
        goals=tuple(_goals(facts.targets, sections, dates, document)),
        dates=dates,
        ends=next((document.read_at[name] for name in _BASIS if name in document.read_at), None),
    )


# ---- the tree ----


def _tree(passages: Sequence[Passage]) -> tuple[list[Passage], list[_Node]]:
    """The passages of the preamble, and the outermost clauses; what is cited as one, such as an article, is one clause."""
    preamble: list[Passage] = []
    nodes = {"": _Node("")}

    def node(address: str) -> _Node:
        if address not in nodes:
            nodes[address] = _Node(address)
            node(address.rpartition(ADDRESS_SEPARATOR)[0]).parts.append(nodes[address])
        return nodes[address]

    for passage in passages:
        address = _PARAGRAPH.sub("", passage.clause[1])
        if passage.role is Role.CLAUSE and address in (_PREAMBLE, ""):
            preamble.append(passage)
        elif passage.role is Role.CLAUSE:
            node(address.removesuffix(ADDRESS_SEPARATOR + _PREAMBLE)).own.append(passage)
    return preamble, nodes[""].parts


def _paragraphs(document: Document, preamble: Sequence[Passage]) -> list[_Node]:
    """The paragraphs of a text without headings; one that a semicolon or a colon closes goes on in the next."""
    nodes: list[_Node] = []
    for passage in preamble:
        if nodes and document.text[: nodes[-1].own[-1].end].rstrip()[-1] in "；;：:":
            nodes[-1].own.append(passage)
        else:
            nodes.append(_Node(passage.address, [passage]))
    return nodes


def _length(passages: Iterable[Passage]) -> int:
    return sum(p.end - p.start for p in passages)


def _section(
    document: Document, node: _Node, duties: Sequence[Duty], said: Span | None, above: SectionKind = SectionKind.BODY
) -> Section | None:
    """The section that the clause is, of the kind of the one `above` unless its heading tells another; None for a clause that
    says nothing, or nothing but what was `said`."""
    whole, ids = list(node.passages()), {p.id for p in node.own}
    heading = _heading(document, node)
    words = document.text[heading.start : heading.end] if heading else ""
    kind = next((kind for kind, pattern in _KINDS if pattern.search(words)), above)
    parts = tuple(s for part in node.parts if (s := _section(document, part, duties, said, kind)))
    told = [s for s in _sentences(document, node.own, heading) if s != said]
    if heading and not parts and not told and node.own[0].sentences[0].end != heading.end:
        told, heading = list(_sentences(document, node.own)), None
    led = _leads_in(document, node)
    key = led if led and not heading else next(iter(told), led)
    if key is None and parts and not any(part.heading for part in parts):
        key = next((part.key for part in parts if part.key), None)
    if not (heading or key or parts) and node.own and not any(_sentences(document, node.own)):
        first = without_number(document, node.own[0].sentences[0])
        key = _stripped(document.text, first.start, first.end)
    if not (heading or key or parts) or _is_list_of_attached(document, node):
        return None
    return Section(
        address=node.address,
        start=whole[0].start,
        end=whole[-1].end,
        heading=heading,
        key=key,
        kind=kind,
        clauses=sum(part.clauses for part in parts) or 1,
        leads=tuple(duty for duty in duties if duty.passage_id in ids),
        parts=parts,
    )


def _is_list_of_attached(document: Document, node: _Node) -> bool:
    """Whether it only names what is attached: 附件：1.甲表 2.乙表."""
    first = document.text[node.own[0].start : node.own[0].end] if node.own else ""
    found = marker(first)
    listed = found is not None and found.style == "附件" and marker(first[found.length :].strip()) is not None
    return listed and not any("。" in document.text[p.start : p.end] for p in node.passages())


# ---- headings and sentences ----


def _heading(document: Document, node: _Node) -> Span | None:
    """The words that head a clause, without its number; None where its first line only says something.

    In a text of one line a blank, or the number of a clause below, ends them.
    """
    if not node.own:
        return None
    text, first = document.text, node.own[0]
    found = marker(text[first.start : first.end])
    if found is None:
        printed = first.headings[-1] if first.headings else ""
        if not printed or not text.startswith(printed, first.start):
            return _run_in(text, node)
        return _stripped(text, first.start, first.start + len(printed.rstrip("？?")))
    if found.style == "条":
        return None
    start = first.start + found.length
    ends = _HEADING_ENDS.search(text, start, first.end)
    end = ends.start() if ends else first.end
    colon = _COLON.search(text, start, end)
    if (colon and not text[colon.end() : end].strip()) or (
        colon and colon.start() - start <= _LONGEST_BEFORE_COLON and end < first.end and text[end] != "\n"
    ):
        end = colon.start()
    span = _stripped(text, start, end)
    return span if 2 <= span.end - span.start <= _LONGEST_HEADING else None


def _run_in(text: str, node: _Node) -> Span | None:
    """The short first sentence of a paragraph that goes on: 支持企业稳定就业。对……"""
    spans = [s for p in node.own for s in p.sentences]
    first = _stripped(text, spans[0].start, spans[0].end, " \t\n\u3000。")
    said = text[first.start : first.end]
    if len(spans) < 2 or not 4 <= len(said) <= _LONGEST_RUN_IN or re.search(r"[，,；;：:？?！!|\s]", said):
        return None
    return first if text[first.end : first.end + 1] == "。" and not said[0].isdigit() else None


def _sentences(
    document: Document, passages: Sequence[Passage], heading: Span | None = None, leading: bool = False
) -> Iterator[Span]:
    """What the passages say: their sentences without numbers, heading, and the units that they name at their end.

    What ends in a colon is among them only where `leading`.
    """
    text = document.text
    for span in (span for passage in passages for span in passage.sentences):
        leads_in = text[span.start : span.end].rstrip()[-1] in "：:"
        if (heading and span.end <= heading.end + 1) or (leads_in and not leading):
            continue
        begin = heading.end if heading and span.start <= heading.start else span.start
        begin += len(text[begin : span.end]) - len(text[begin : span.end].lstrip())
        start = without_number(document, Span(begin, span.end)).start
        if start == begin and span == passages[0].sentences[0] and heading is None:
            start = _after_name(text, start, span.end)
        said = _stripped(text, start, span.end, " \t\n\u3000，,：:；;、")
        named = units_named(text[said.start : said.end])
        if named and named.start:
            said = _stripped(text, said.start, said.start + named.start)
        if _says(text[said.start : said.end]):
            whole = text[said.end : span.end].strip() in ("", "。", "；", ";", "！", "!")
            yield Span(said.start, span.end if whole else said.end)


def _says(text: str) -> bool:
    """Whether it is a statement: no row, no line that names units, no remark in brackets, no question."""
    words = text.strip()
    return (
        sum("\u4e00" <= c <= "\u9fff" for c in words) >= _LEAST_SAID
        and not words.rstrip("”’」』）)").endswith(("？", "?"))
        and not (words[0] == "“" and words.find("”") >= len(words) - 2)
        and not is_row(words)
        and "|" not in words
        and not is_duty_line(words)
        and not (words[0] in "(（" and words[-1] in ")）")
    )


def _leads_in(document: Document, node: _Node) -> Span | None:
    """The first sentence of a clause with its items, where it leads these in (不享受下列待遇：) and nothing stands below it."""
    spans = [s for p in node.own for s in p.sentences]
    if node.parts or len(spans) < 2 or document.text[spans[0].start : spans[0].end].rstrip()[-1] not in "：:":
        return None
    return Span(without_number(document, spans[0]).start, spans[-1].end)


# ---- title and purpose ----


def _purpose(
    document: Document, passages: Sequence[Passage], preamble: Sequence[Passage], top: Sequence[_Node]
) -> Span | None:
    """The sentence that says what it is for, in the preamble or before it; else how that opens; of a law its first article."""
    front = [p for p in passages if p.role is Role.FRONT]
    leading = [s for part in (preamble, front) for s in _sentences(document, part, leading=True)]
    stated = [s for s in leading if s.end - s.start > _LEAST_PURPOSE and WHAT_FOR.search(document.text, s.start, s.end)]
    if stated or (opening := next(_sentences(document, preamble), None)):
        return stated[0] if stated else opening
    first = next((p for node in top for p in node.passages() if "条" in p.clause[1]), None)
    said = next(_sentences(document, [first]), None) if first else None
    return said if said and WHAT_FOR.search(document.text, said.start, said.end) else None


def _without_frame(text: str, span: Span) -> Span:
    """The sentence without those whom it addresses (各区县：) and what it leads in (现公告如下：一、…)."""
    what_for = WHAT_FOR.search(text, span.start, span.end)
    if what_for is None:
        return span
    colons = [m.start() for m in _COLON.finditer(text, span.start, span.end)]
    start = next((c + 1 for c in colons if c < what_for.start()), span.start)
    comma = _COMMA.search(text, start, span.end)
    opens = text.rfind(" 为", start, comma.start()) if comma else -1
    end = next((c for c in colons if c >= what_for.end()), span.end)
    return _stripped(text, max(start, opens), end)


def _title(document: Document) -> Span | None:
    """Where the document is named: of a text of one line the words up to the blank before its first sentence."""
    text, at = document.text, document.read_at.get("title")
    if document.title == document.source:
        start = len(text) - len(text.lstrip())
        found = text.find("\n", start)
        return _first_words(text, Span(start, found if found >= 0 else len(text)))
    return at and (_first_words(text, at) or at)


def _first_words(text: str, line: Span) -> Span | None:
    """The stretches that open a line, up to a sentence, a dateline, whom it addresses, or what it said already."""
    start = end = line.start
    for stretch in re.compile(r"\S+").finditer(text, line.start, line.end):
        ends = re.search(r"[。；，,;]|[：:]$", stretch[0]) or _DATELINE.match(text, stretch.start())
        again = stretch[0] in text[start:end] or (end > start and text[start : start + 4] == stretch[0][:4])
        if ends or again or stretch.end() - start > _LONGEST_NAME or not closed(stretch[0]):
            break
        end = stretch.end()
        if stretch[0].endswith(tuple(PLAN_WORDS.split("|"))):
            break
    return Span(start, end) if end - start >= 4 else None


def _after_name(text: str, start: int, end: int) -> int:
    """Where a sentence begins that a name, printed before it in the same line, or the place and day of a report precede."""
    comma = _COMMA.search(text, start, end)
    blanks = re.compile(r"[^\S\n]+").finditer(text, start, comma.start() if comma else start)
    ends = [m.end() for m in blanks if closed(text[start : m.start()])]
    begin = ends[-1] if ends and end - ends[-1] > 2 * _LEAST_SAID else start
    dateline = _DATELINE.match(text, begin, end)
    return dateline.end() if dateline and end - dateline.end() > _LEAST_SAID else begin


def _stripped(text: str, start: int, end: int, marks: str = " \t\n\u3000，,、：:") -> Span:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip(marks))
    return Span(start + left, max(start + left, start + len(piece.rstrip(marks))))


# ---- goals ----


def _goals(
    targets: Sequence[Target], sections: Sequence[Section], dates: Sequence[Milestone], document: Document
) -> list[Target]:
    """The targets of the sections that are headed as goals; without such, those of a date to come."""
    held = [s for top in sections for s in top.walk() if s.kind is SectionKind.GOALS]
    under = [t for t in targets if any(s.start <= t.span.start < s.end for s in held)]
    dated, issued = {(d.span, d.year) for d in dates}, document.issued.year if document.issued else 0
    return under or [t for t in targets if (t.year_span or t.span, t.year) in dated and (t.year or -1) >= issued]
