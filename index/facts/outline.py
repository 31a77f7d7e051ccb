"""What a document is about, from its clause tree and its facts: purpose, sections with their key sentences, goals, time line.

By grammar and by the order that official documents keep (总体要求, 目标, 任务, 保障措施, 附则); nothing is copied, all of it are
places in the text. A text without headings is outlined by its paragraphs, a law by its chapters or its articles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from index.chinese.markers import marker
from index.chinese.quantity import Kind, Quantity, quantities
from index.chinese.units import is_duty_line, units_named
from index.document.parts import ISSUING_BODY, ONLY_DATE, PLAN_WORDS
from index.document.structure import is_row
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
_PARAGRAPH = re.compile(r"·?第\d+[段款]$|·表\d+$|^表\d+$")
_SIGNED = re.compile(rf"(?:{ISSUING_BODY.pattern}|\s)*(?:{ONLY_DATE.pattern})\s*(?:[(（][^()（）]*[)）])?\s*")
_LONGEST_HEADING = 40
_LONGEST_BEFORE_COLON = 20
_LEAST_SAID = 6
_LEAST_PURPOSE = 24
_LONGEST_NAME = 120
_LONGEST_RUN_IN = 20
_PAIRS = (("（", "）"), ("(", ")"), ("“", "”"), ("《", "》"))
_HAN = "\u4e00-\u9fff"
_HEADING = re.compile(r"[^。；;！!？?\n]*")
_OWN_NUMBER = re.compile(rf"(?<=[{_HAN}”）)])[^\S\n]+(?=[(（]?[一二三四五六七八九十\d]+[)）、.．])")
_WIDE_BLANK = re.compile(rf"(?<=[{_HAN}”）)])[^\S\n]+(?=[{_HAN}])")
_NAMED_ARTICLE = re.compile(r"\s*[【〔(（]([^】〕)）\n]{2,20})[】〕)）]")
WHAT_FOR = re.compile(
    r"(?:制定|制订|编制|提出|出台|拟定|印发|作出)[^，。；]{0,3}(?:[本此]|以下|如下|下列|该)|(?:特|现)(?:制定|通知|公告|通告)|"
    r"(?:通知|公告|通告|意见|措施|规定)(?:如下|下)"
)
_FOR = re.compile(
    r"(?<![作成认称视])为(?:了)?(?=深入|进一步|全面|认真|切实|积极|贯彻|落实|做好|加强|加快|应对|支持|促进|规范|保障|推动|推进)"
)
_DATELINE = re.compile(
    r"(?:[^，。；：:\s]{2,24}?(?:电|讯|消息)(?:\s*[(（][^()（）]*[)）]|(?=\s))|[(（][^()（）]*记者[^()（）]*[)）])\s*"
)
_WHY = re.compile(r"(?:背景|意义|依据|必要性|过程|指导思想|原则|总体要求|总体思路|总则)$")
_GOALS = re.compile(r"(?:目标|指标)(?:任务|体系)?$|^(?:总体|主要|发展|工作|行动|预期|量化)+(?:目标|指标)")
_MEASURES = re.compile(r"[^，,、]{0,4}(?:保障|措施|组织实施|组织领导|保障机制|工作要求)")
_CLOSING = re.compile(r"附则")
_ENCLOSED = re.compile(r"《[^》]*》|“[^”]*”|[(（][^()（）]*[)）]|[〔\[][^〕\]]*[〕\]]")
_BY = re.compile(r"(?:到|至|截至|截止到?|力争|争取|确保|自|从)\s?$")
_BY_AFTER = re.compile(r"\s?(?:年?[底末]?[以之]?前|年?[底末]|年内|内(?![容部外设地资需涵])|起(?!点)|止|之日起|期间)")
_NOT_BY_BEFORE = re.compile(r"(?:比|较|与|和|同|根据|依据)\s?$")
_EVERY_YEAR = re.compile(r"每年[^，,。；;]{0,12}$")
_NOT_BY_AFTER = re.compile(r"[^，,;；。]{0,4}?(?:印发|发布|出台|下发|公布|召开|以来|成立)|相比|的?基础上|水平")
_BASIS = ("until", "status", "period")


@dataclass(slots=True)
class _Node:
    """A clause while the tree grows: its own passages, and the clauses below it."""

    address: str
    own: list[Passage] = field(default_factory=list)
    parts: list[_Node] = field(default_factory=list)


def outline(document: Document, passages: Sequence[Passage], facts: Facts) -> Outline:
    """The outline of `document`, of whose clauses `facts` are."""
    preamble, top = _tree(passages)
    if not top or _length(preamble) > _length(p for node in top for p in _passages(node)):
        top = [*_paragraphs(document, preamble), *top]
    opening = next(_sentences(document, preamble), None) or _first_article(document, top)
    front = [p for p in passages if p.role is Role.FRONT]
    leading = (s for part in (preamble, front) for s in _sentences(document, part, leading=True))
    stated = (s for s in leading if s.end - s.start > _LEAST_PURPOSE and _says_what_for(document, s))
    purpose = next(stated, opening)
    said = purpose
    purpose = purpose and _without_frame(document, purpose)
    duties = _by_clause(facts.duties)
    sections = tuple(s for node in top for s in [_section(document, node, duties, said)] if s)
    while len(sections) == 1 and len(sections[0].parts) > 1:
        sections = sections[0].parts
    dates = tuple(_dates(document, passages))
    return Outline(
        title=_title(document),
        purpose=purpose,
        sections=sections,
        goals=tuple(_goals(facts.targets, sections, dates, document)),
        dates=dates,
        ends=next((document.read_at[name] for name in _BASIS if name in document.read_at), None),
    )


# ---- the tree ----


def _tree(passages: Sequence[Passage]) -> tuple[list[Passage], list[_Node]]:
    """The passages of the preamble, and the outermost clauses; what is cited as one, such as an article, is one clause."""
    preamble: list[Passage] = []
    root = _Node("")
    nodes = {"": root}

    def node(address: str) -> _Node:
        if address not in nodes:
            parent = address.rpartition(ADDRESS_SEPARATOR)[0]
            nodes[address] = _Node(address)
            node(parent).parts.append(nodes[address])
        return nodes[address]

    for passage in passages:
        if passage.role is not Role.CLAUSE:
            continue
        address = _PARAGRAPH.sub("", passage.clause[1])
        if address in (_PREAMBLE, ""):
            preamble.append(passage)
        elif address.endswith(ADDRESS_SEPARATOR + _PREAMBLE):
            node(address.removesuffix(ADDRESS_SEPARATOR + _PREAMBLE)).own.append(passage)
        else:
            node(address).own.append(passage)
    return preamble, root.parts


def _paragraphs(document: Document, preamble: Sequence[Passage]) -> Iterator[_Node]:
    """The paragraphs of a text without headings; one that a semicolon or a colon closes goes on in the next."""
    node: _Node | None = None
    for passage in preamble:
        if node and document.text[: node.own[-1].end].rstrip()[-1] in "；;：:":
            node.own.append(passage)
            continue
        if node:
            yield node
        node = _Node(passage.address, [passage])
    if node:
        yield node


def _passages(node: _Node) -> Iterator[Passage]:
    yield from node.own
    for part in node.parts:
        yield from _passages(part)


def _length(passages: Iterator[Passage] | Sequence[Passage]) -> int:
    return sum(p.end - p.start for p in passages)


def _by_clause(duties: Sequence[Duty]) -> Mapping[str, list[Duty]]:
    held: dict[str, list[Duty]] = {}
    for duty in duties:
        held.setdefault(duty.passage_id, []).append(duty)
    return held


def _section(
    document: Document,
    node: _Node,
    duties: Mapping[str, Sequence[Duty]],
    said: Span | None,
    above: SectionKind = SectionKind.BODY,
) -> Section | None:
    """The section that the clause is, of the kind of the one `above` unless its heading tells another; None for a clause that
    says nothing, or nothing but what was `said`."""
    whole = list(_passages(node))
    heading = _heading(document, node)
    own = _kind(document.text[heading.start : heading.end]) if heading else SectionKind.BODY
    kind = above if own is SectionKind.BODY else own
    parts = tuple(s for part in node.parts for s in [_section(document, part, duties, said, kind)] if s)
    told = [s for s in _sentences(document, node.own, heading) if s != said]
    if heading and not parts and not told and node.own[0].sentences[0].end != heading.end:
        told, heading = list(_sentences(document, node.own)), None
    led = _leads_in(document, node) or _goes_on(document, node)
    key = led if led and not heading else next(iter(told), None) or led
    if key is None and parts and not any(part.heading for part in parts):
        key = next((part.key for part in parts if part.key), None)
    says_nothing = not any(True for _ in _sentences(document, node.own)) and _PREAMBLE not in node.address
    if not (heading or key or parts) and node.own and says_nothing:
        first = node.own[0].sentences[0]
        found = marker(document.text[first.start : first.end])
        key = _stripped(document.text, first.start + (found.length if found else 0), first.end)
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
        leads=tuple(duty for p in node.own for duty in duties.get(p.id, ())),
        parts=parts,
    )


def _is_list_of_attached(document: Document, node: _Node) -> bool:
    """Whether it only names what is attached: 附件：1.甲表 2.乙表."""
    first = document.text[node.own[0].start : node.own[0].end] if node.own else ""
    found = marker(first)
    listed = found is not None and found.style == "附件" and marker(first[found.length :].strip()) is not None
    return listed and not any("。" in document.text[p.start : p.end] for p in _passages(node))


def _kind(heading: str) -> SectionKind:
    if _GOALS.search(heading):
        return SectionKind.GOALS
    if _WHY.search(heading):
        return SectionKind.WHY
    if _MEASURES.fullmatch(heading):
        return SectionKind.MEASURES
    return SectionKind.CLOSING if _CLOSING.fullmatch(heading) else SectionKind.BODY


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
            return _run_in(document, node)
        return _stripped(text, first.start, first.start + len(printed.rstrip("？?")))
    start = first.start + found.length
    if found.style == "条":
        named = _NAMED_ARTICLE.match(text, start, first.end)
        return Span(*named.span(1)) if named else None
    end = match.end() if (match := _HEADING.match(text, start, first.end)) else first.end
    for pattern in (_OWN_NUMBER, _WIDE_BLANK):
        inner = pattern.search(text, start + 4, end)
        if inner and end - inner.end() >= (1 if pattern is _OWN_NUMBER else _LEAST_SAID):
            end = inner.start()
    colon = re.compile("[：:]").search(text, start, end)
    if colon and (
        not text[colon.end() : end].strip() or (colon.start() - start <= _LONGEST_BEFORE_COLON and end < first.end)
    ):
        end = colon.start() if text[end : end + 1] != "\n" or not text[colon.end() : end].strip() else end
    span = _stripped(text, start, end)
    return span if 2 <= span.end - span.start <= _LONGEST_HEADING else None


def _run_in(document: Document, node: _Node) -> Span | None:
    """The short first sentence of a paragraph that goes on: 支持企业稳定就业。对……"""
    text, spans = document.text, [s for p in node.own for s in p.sentences]
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
    for passage in passages:
        for span in passage.sentences:
            leads_in = text[span.start : span.end].rstrip()[-1] in "：:"
            if (heading and span.end <= heading.end + 1) or (leads_in and not leading):
                continue
            start = heading.end if heading and span.start <= heading.start else span.start
            start += len(text[start : span.end]) - len(text[start : span.end].lstrip())
            found = marker(text[start : span.end])
            start += found.length if found else 0
            if found is None and passage is passages[0] and span == passage.sentences[0] and heading is None:
                start = _after_name(text, start, span.end)
            said = _stripped(text, start, span.end, " \t\n\u3000，,：:；;、")
            if text[span.start : span.end].rstrip()[-1] in "，,、" and (led := _lead(text, said)):
                said = _stripped(text, said.start, led)  # broken off by 一是
            named = units_named(text[said.start : said.end])
            if named and named.start:
                said = _stripped(text, said.start, said.start + named.start)
            if _says(text[said.start : said.end]):
                whole = text[said.end : span.end].strip() in ("", "。", "；", ";", "！", "!")
                yield Span(said.start, span.end if whole else said.end)


def _lead(text: str, span: Span) -> int:
    """Where the last colon of a sentence stands, 0 where it has none."""
    return max((m.start() for m in re.compile("[：:]").finditer(text, span.start, span.end)), default=0)


def _says(text: str) -> bool:
    """Whether it is a statement: no row, no line that names units, no remark in brackets, no question."""
    stripped = text.strip()
    closed = stripped.rstrip("”’」』）)")
    return (
        sum("\u4e00" <= c <= "\u9fff" for c in stripped) >= _LEAST_SAID
        and closed[-1:] not in tuple("？?")
        and not (stripped[0] == "“" and stripped.find("”") >= len(stripped) - 2)
        and not is_row(stripped)
        and "|" not in stripped
        and not is_duty_line(stripped)
        and not _SIGNED.fullmatch(stripped)
        and not (stripped[0] in "(（" and stripped[-1] in ")）")
    )


def _leads_in(document: Document, node: _Node) -> Span | None:
    """The first sentence of a clause with its items, where it leads these in (不享受下列待遇：) and nothing stands below it."""
    spans = [s for p in node.own for s in p.sentences]
    if node.parts or len(spans) < 2 or document.text[spans[0].start : spans[0].end].rstrip()[-1] not in "：:":
        return None
    found = marker(document.text[spans[0].start : spans[0].end])
    return Span(spans[0].start + (found.length if found else 0), spans[-1].end)


def _goes_on(document: Document, node: _Node) -> Span | None:
    """All of what a paragraph says whose sentences semicolons part, over several lines."""
    ends = [document.text[: p.end].rstrip()[-1] for p in node.own[:-1]]
    return Span(node.own[0].start, node.own[-1].end) if ends and all(end in "；;" for end in ends) else None


def _first_article(document: Document, top: Sequence[_Node]) -> Span | None:
    """The sentence that a law says first, where it says what for."""
    first = next((p for node in top for p in _passages(node) if "条" in p.clause[1]), None)
    said = next(_sentences(document, [first]), None) if first else None
    return said if said and _says_what_for(document, said) else None


def _says_what_for(document: Document, span: Span) -> bool:
    return bool(WHAT_FOR.search(document.text, span.start, span.end))


def _without_frame(document: Document, span: Span) -> Span:
    """The sentence without those whom it addresses (各区县：) and what it leads in (现公告如下：一、…)."""
    text = document.text
    what_for = WHAT_FOR.search(text, span.start, span.end)
    colons = [m.start() for m in re.compile("[：:]").finditer(text, span.start, span.end)]
    start = next((c + 1 for c in colons if what_for and c < what_for.start()), span.start)
    comma = re.compile("[，,。]").search(text, start, span.end)
    opens = _FOR.search(text, start, comma.start()) if what_for and comma else None
    start = opens.start() if opens else start
    end = next((c for c in colons if what_for and c >= what_for.end()), span.end)
    return _stripped(text, start, end)


def _title(document: Document) -> Span | None:
    """Where the document is named: of a text of one line the words up to the blank before its first sentence."""
    text = document.text
    if document.title == document.source:
        start = len(text) - len(text.lstrip())
        return _first_words(text, Span(start, found if (found := text.find("\n", start)) >= 0 else len(text)))
    at = document.read_at.get("title")
    return at and (_first_words(text, at) or at)


def _first_words(text: str, line: Span) -> Span | None:
    """The stretches that open a line, up to a sentence, a dateline, whom it addresses, or what it said already."""
    start = end = line.start
    for stretch in re.compile(r"\S+").finditer(text, line.start, line.end):
        ends = re.search(r"[。；，,;]|[：:]$", stretch[0]) or _DATELINE.match(text, stretch.start())
        again = stretch[0] in text[start:end] or (end > start and text[start : start + 4] == stretch[0][:4])
        if ends or again or stretch.end() - start > _LONGEST_NAME:
            break
        if any(stretch[0].count(a) != stretch[0].count(b) for a, b in _PAIRS):
            break
        end = stretch.end()
        if re.search(rf"(?:{PLAN_WORDS})$", stretch[0]):
            break
    return Span(start, end) if end - start >= 4 else None


def _after_name(text: str, start: int, end: int) -> int:
    """Where a sentence begins that a name, printed before it in the same line, or the place and day of a report precede."""
    comma = re.compile("[，,。；]").search(text, start, end)
    blanks = [
        m.end()
        for m in re.compile(r"[^\S\n]+").finditer(text, start, comma.start() if comma else start)
        if all(text.count(a, start, m.start()) == text.count(b, start, m.start()) for a, b in _PAIRS)
    ]
    begin = blanks[-1] if blanks and end - blanks[-1] > 2 * _LEAST_SAID else start
    dateline = _DATELINE.match(text, begin, end)
    return dateline.end() if dateline and end - dateline.end() > _LEAST_SAID else begin


def _stripped(text: str, start: int, end: int, marks: str = " \t\n\u3000，,、：:") -> Span:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip(marks))
    return Span(start + left, max(start + left, start + len(piece.rstrip(marks))))


# ---- goals and dates ----


def _goals(
    targets: Sequence[Target], sections: Sequence[Section], dates: Sequence[Milestone], document: Document
) -> Iterator[Target]:
    """The targets of the sections that are headed as goals; without such, those of a date to come."""
    held = [s for top in sections for s in top.walk() if s.kind is SectionKind.GOALS]
    spans = [Span(s.start, s.end) for s in held]
    under = [t for t in targets if any(s.start <= t.span.start < s.end for s in spans)]
    if under:
        yield from under
        return
    dated = {(d.span, d.year) for d in dates}
    for target in targets:
        to_come = target.year is not None and (document.issued is None or target.year >= document.issued.year)
        if to_come and (target.year_span or target.span, target.year) in dated:
            yield target


def _dates(document: Document, passages: Sequence[Passage]) -> Iterator[Milestone]:
    """The days by which or from which on something is wanted, in order of time, those of one time in that of the text."""
    found = [m for p in passages if p.role is Role.CLAUSE for s in p.sentences for m in _of_sentence(document, p, s)]
    year = document.issued.year if document.issued else None
    dated = []
    for one in found:
        year = one.year or year
        if not (document.issued and one.year and one.year < document.issued.year):
            dated.append(replace(one, year=year))
    yield from sorted(dated, key=lambda m: (m.year or 0, m.month or 13, m.day or 32, m.at.start))


def _of_sentence(document: Document, passage: Passage, span: Span) -> Iterator[Milestone]:
    sentence = document.text[span.start : span.end]
    if not re.search(r"[年月]", sentence) or is_row(sentence.strip()):
        return
    enclosed = [m.span() for m in _ENCLOSED.finditer(sentence)]
    for q in quantities(sentence):
        if q.kind is Kind.DATE and _is_by(q, sentence) and not any(s <= q.start < e for s, e in enclosed):
            before, after = _BY.search(sentence, 0, q.start), _BY_AFTER.match(sentence, q.end)
            at = Span(
                span.start + (before.start() if before else q.start), span.start + (after.end() if after else q.end)
            )
            yield Milestone(passage.id, q.year, q.month, q.day, at, span)


def _is_by(q: Quantity, sentence: str) -> bool:
    """Whether the date is one by which, until which or from which on something holds: 到2020年, 2月28日前, 自3月1日起."""
    if (
        _NOT_BY_BEFORE.search(sentence, 0, q.start)
        or _EVERY_YEAR.search(sentence, 0, q.start)
        or _NOT_BY_AFTER.match(sentence, q.end)
    ):
        return False
    return bool(_BY.search(sentence, 0, q.start) or _BY_AFTER.match(sentence, q.end))
