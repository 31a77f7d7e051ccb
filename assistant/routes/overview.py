"""What a plan is about, its figures, dates and duties, and what it has for somebody: composed of its outline, each sentence cited.

`Shape` says how long and in what form; whoever understands the question fills it. Nothing here is written by a model: a
sentence is made of headings, key sentences and facts of the outline, with the numbers off and long ones cut at a mark.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from statistics import fmean, pstdev

from assistant.evidence.retrieve import as_evidence
from assistant.question.coverage import content_words, normalized, synonyms
from assistant.question.terms import without_places
from assistant.question.understand import Query
from assistant.routes.claim import Claim, Filling
from assistant.routes.comparison import Aspect, Comparison
from assistant.routes.fields import fields
from assistant.routes.quote import excerpt
from assistant.routes.step import Compared, Context, Missing, Remark, Step
from assistant.types import Evidence, titled
from index.chinese.markers import marker
from index.chinese.quantity import Kind as QuantityKind
from index.chinese.quantity import Quantity, quantities
from index.chinese.units import is_duty_line, same_unit
from index.chinese.words import cut, tag
from index.document.table import rows
from index.search import Index
from index.types import (
    Document,
    Duty,
    Filters,
    Kind,
    Milestone,
    Outline,
    Passage,
    Role,
    Section,
    SectionKind,
    Span,
    Status,
    Target,
)

_MOST_DOCUMENTS = 8
_LINES, _LINES_IF_SHORT, _LINES_OF_MANY = 12, 5, 3
_LONGEST_LINE, _LONGEST_SHORT_LINE = 110, 80
_LONGEST_PURPOSE = 110
_LONGEST_ITEM, _SHORT_ITEM = 20, 14
_LONGEST_CITED = 160
_KEY_FIGURES = 6
_FIGURES_A_LINE = 6
_MOST_LINES = 40
_MOST_TASKS = 8
_MOST_MENTIONS = 5
_FEWEST_PASSAGES, _MOST_PASSAGES = 3, 12
_DOCUMENTS_LOOKED_THROUGH = 3
_SENTENCES_ASKED = 1000
_COMMON = 0.15  # idf below which a word says nothing
_CLEAR = 1.7  # standard deviations; see _Concerns
_HAN = "\u4e00-\u9fff"
_WIDE = str.maketrans(",;?!()", "，；？！（）")
_ORDERS = re.compile(
    r"(?:特|现)[^，]{0,16}(?:制定|通知|公告|通告|提出|印发)|(?:制定|制订|编制|提出|出台|拟定)(?:了)?(?:[本此该]|以下|如下)|"
    r"如下$|请[^，]*(?:执行|落实|遵照)|^(?:结合|根据|按照|依据|经)[^，]*$"
)
_ATTACHED = re.compile(r"附[件录表]")
_PAIRS = (("“", "”"), ("《", "》"), ("（", "）"), ("〈", "〉"), ("‘", "’"))
_CHAPTER = re.compile(r"第.+[编章]")
_ARTICLE = re.compile(r"第.+条(?:之.+)?")


@dataclass(frozen=True, slots=True)
class Shape:
    """How an answer is wanted: in so many `sentences`, `short`, or as a `table`; as it comes where nothing is said."""

    sentences: int | None = None
    short: bool = False
    table: bool = False


USUAL = Shape()


@dataclass(frozen=True, slots=True)
class _Line:
    """A sentence before its end mark, and the places in the document that it is made of."""

    text: str
    spans: tuple[Span, ...]
    label: str = ""


# ---- overview ----


def overview(query: Query, context: Context, shape: Shape = USUAL) -> Iterator[Step]:
    """What each plan is, its goals, its headings with what they say first, its dates; as long as asked.

    Of one plan every outermost heading is told, or a remark says which are not. Of several plans each has three lines.
    """
    documents = query.documents[:_MOST_DOCUMENTS]
    if shape.table:
        aspects = tuple(map(Aspect, ("是什么", "主要内容", "目标", "时间节点")))
        yield Compared(Comparison(documents, (), aspects, (), which=False, named=True))
    for document in documents:
        told = _Teller(document, query, context)
        several = len(documents) > 1
        if shape.sentences:
            yield from told.in_sentences(max(1, shape.sentences // len(documents)) if several else shape.sentences)
        elif several or shape.table:
            yield from told.lines(_LINES_OF_MANY, one_of_several=several, as_cells=shape.table)
        else:
            yield from told.lines(_LINES_IF_SHORT if shape.short else _LINES)
    yield from _left_out(query.documents, "概括")


class _Teller:
    """Tells one document by its outline."""

    def __init__(self, document: Document, query: Query, context: Context) -> None:
        self.document, self.query, self.context = document, query, context
        self.outline = context.index.outline(document.id)

    def lines(self, room: int, one_of_several: bool = False, as_cells: bool = False) -> Iterator[Step]:
        """Up to `room` lines: what it is, what for, goals, headings, dates, whether it is in force."""
        roomy = room > _LINES_IF_SHORT
        most = _LONGEST_LINE if roomy else _LONGEST_SHORT_LINE
        head = self.head(full=roomy)
        goals = self.goals(most) if roomy else self.goals(most)[-1:]
        status = self.status() if roomy else None
        attached = self.attached() if roomy else None
        rest = room - len(head) - len(goals) - sum(line is not None for line in (status, attached))
        rest -= bool(roomy and self.outline.dates)
        body, left_out = self.body(rest, bool(goals), roomy)
        middle = sorted([*body, *goals], key=lambda line: line.spans[0].start)
        middle += [attached] if attached else []
        dates = self.dates(most, [*head, *middle]) if len(head) + len(middle) + (status is not None) < room else None
        for n, line in enumerate([*head, *middle, *([dates] if dates else [])]):
            yield self.claim(line, "\n" if n else "\n\n", as_cells)
        if status:
            yield status
        if left_out and not one_of_several:
            yield Remark(f"{self.name}还有{left_out}，没有逐一概括。")

    def in_sentences(self, count: int) -> Iterator[Step]:
        """Exactly `count` sentences where the text has so many: what it is, its goals, and its headings over the rest."""
        what, *more = self.head(full=False, longest=_LONGEST_LINE + _LONGEST_ITEM)
        goals = self.goals(_LONGEST_SHORT_LINE)[-1:]
        left_out = ""
        if count == 1:
            lines = [self.in_one()]
        else:
            if count == 2:
                what, goals = self.joined([self.what(full=False), *goals]) if goals else what, []
            sections = self.told_apart(bool(self.outline.goals) or bool(goals))
            while _many(sections) < count - 1 - len(goals) and (wider := _expanded(sections)):
                sections = wider
            extra = [line for line in (*more, self.dates(_LONGEST_LINE, goals)) if line]
            lines = [what, *extra[: max(count - 1 - len(goals) - _many(sections), 0)]]
            body, left_out = self.in_groups(sections, count - len(lines) - len(goals), _LONGEST_LINE)
            lines += sorted([*body, *goals], key=lambda line: line.spans[0].start)
        for n, line in enumerate(lines[:count]):
            yield self.claim(line, "" if n else "\n")
        if len(lines) < count:
            yield Remark(f"{self.name}的内容只够概括成{len(lines)}句。")
        if left_out:
            yield Remark(f"{self.name}还有{left_out}，没有概括进去。")

    def in_one(self) -> _Line:
        """What it is, what it is about and its first goals in one sentence; of a report how it opens."""
        what, purpose = self.what(full=False, brief=True), self.purpose()
        if _is_flat(self.outline.sections) and purpose:
            joint = "，" if purpose.text.startswith("目的是") else "："
            return _Line(f"{what.text}{joint}{purpose.text}", (*what.spans, *purpose.spans))
        goals = self.goals(2 * _LONGEST_ITEM)[-1:]
        room = _LONGEST_LINE - len(what.text) - sum(len(line.text) for line in goals)
        return self.joined([what, self.listed(max(room, 2 * _LONGEST_ITEM)), *goals])

    def head(self, full: bool, longest: int = _LONGEST_LINE) -> list[_Line]:
        """What it is and what it is for; in one line where the fields say little or both are short."""
        what, purpose = self.what(full), self.purpose()
        bare = not re.search("[，（]|发的", what.text.removeprefix(self.name))
        if purpose is None:
            return [replace(what, text=f"{self.name}的主要内容如下")] if bare else [what]
        if bare:
            joint = "，" if purpose.text.startswith("目的是") else "："
            return [_Line(f"{what.text}{joint}{purpose.text}", (*what.spans, *purpose.spans), "是什么")]
        if not full and purpose.text.startswith("目的是") and len(what.text) + len(purpose.text) <= longest:
            return [self.joined([what, purpose])]
        return [what, purpose] if full else [what]

    def in_groups(self, sections: Sequence[Section], room: int, most: int) -> tuple[list[_Line], str]:
        """The sections in at most `room` lines: several in one, or those that say most where they have no headings."""
        if _is_flat(sections) and len(sections) > room:
            chosen = self.central(sections, room)
            return [self.of(s, most) for s in chosen], _counted([s for s in sections if s not in chosen], self.document)
        groups = _groups(sections, room)
        told = [self.of_group(group, most) for group in groups]
        lines = [
            replace(line, text=f"{'还有' if n else '内容包括'}{line.text}") if len(groups[n]) > 1 else line
            for n, (line, _) in enumerate(told)
        ]
        return lines, _counted([s for _, rest in told for s in rest], self.document)

    def listed(self, most: int) -> _Line:
        """The headings that say what it is about: those of the parts where the outermost ones only frame them."""
        framed = [p for s in self.told_apart(with_goals=True) if s.kind is SectionKind.BODY for p in _framed(s)]
        plain = [s for s in self.told_apart(with_goals=True) if s.kind is SectionKind.BODY and not _framed(s)]
        sections = framed if framed and len(plain) < 2 else self.told_apart(with_goals=False)
        listed, shown = _listed([_brief(self.document, s, _SHORT_ITEM).rstrip("？") for s in sections], most)
        return _Line(f"主要内容是{listed}" if listed else "", tuple(map(_head_of, sections[:shown])))

    def joined(self, lines: Sequence[_Line]) -> _Line:
        """Several lines as one sentence."""
        texts = [re.sub("^(?:主要指标|目标)：(?:力争)?", "目标是", line.text) for line in lines if line.text]
        return _Line("，".join(texts), tuple(s for line in lines for s in line.spans))

    @property
    def name(self) -> str:
        """Its title in 《》; where it has none, the words that its text opens with."""
        document, at = self.document, self.outline.title
        return _named(document, at)

    def what(self, full: bool, brief: bool = False) -> _Line:
        """What it is, by whom, of what day; if `full` for whom, else that it is no longer in force: from the fields.

        If `brief` without its number and what it speaks of.
        """
        d = self.document
        day = f"{d.issued.year}年{d.issued.month}月{d.issued.day}日" if d.issued else ""
        by = f"{d.issuer}" if d.issuer else ""
        verb = {Kind.FORMAL: "印发", Kind.NEWS: "刊发", Kind.INTERVIEW: "刊发"}.get(d.kind or Kind.FORMAL, "发布")
        kind = d.kind.value if d.kind else "文件"
        origin = f"{by}{day}{verb}的" if by or (day and d.kind) else ""
        told = f"是{origin}{kind}" if origin or d.kind else f"（{day}）" if day else ""
        said = [f"{self.name}{told}{f'（{d.number}）' if d.number and not brief else ''}"]
        names = ["title", "issuer", "issued", "number"]
        if d.about and not brief and normalized(d.about) not in normalized(d.title):
            said.append(f"{'报道' if d.kind is Kind.NEWS else '解读'}的是{titled(d.about)}")
            names.append("about")
        if d.addressees and full:
            said.append(f"主送{_cut(_clean(d.addressees), 40)}")
            names.append("addressees")
        if d.period and not brief:
            said.append(f"规划期{d.period}年")
            names.append("period")
        validity = d.validity(self.context.as_of)
        if not full and validity.status in (Status.STOPPED, Status.REPEALED, Status.LAPSED):
            said.append(f"现{validity.status.value}")
            names += ["status", "until", "period"]
        spans = [d.read_at[name] for name in names if name in d.read_at and getattr(d, name, True)]
        if d.title == d.source and self.outline.title:
            spans = [self.outline.title, *(s for s in spans if s != d.read_at.get("title"))]
        first = self.context.index.passages(d.id)[0].sentences[0]
        return _Line("，".join(said), tuple(spans) or (first,), "是什么")

    def purpose(self) -> _Line | None:
        """What it is for: its sentence without 特制定本方案 and the like; the opening of a report as it stands."""
        at = self.outline.purpose
        if at is None:
            return None
        clauses = re.split(r"[，；]", _clean(self.document.words(at.start, at.end)).strip("。"))
        ordered = len(clauses)
        while ordered and _ORDERS.search(clauses[ordered - 1]):
            ordered -= 1
        for_what = re.match(r"为(?:了)?(?!期|此|准)", clauses[0])
        if not for_what or ordered in (0, len(clauses)):
            return _Line(_cut("，".join(clauses), _LONGEST_PURPOSE), (at,), "是什么")
        wanted = [clauses[0][for_what.end() :], *clauses[1:ordered]]
        return _Line(f"目的是{_cut('，'.join(wanted), _LONGEST_PURPOSE)}", (at,), "是什么")

    def goals(self, most: int) -> list[_Line]:
        """The sentence that says what shall be reached, and the figures, these last; both in one where the sentence has them."""
        d, goals = self.document, self.outline.goals
        section = next((s for s in self.outline.walk() if s.kind is SectionKind.GOALS), None)
        key = self.goal_said(section) if section else None
        if section is None or (key is None and not goals):
            spans = list(dict.fromkeys(t.year_span or t.span for t in goals))[:2]
            said = "；".join(_cut(_text(d, _from_date(d, s, self.outline)), most // len(spans)) for s in spans)
            return [_Line(f"目标：{said}", tuple(spans), "目标")] if spans else []
        lines, said = [], ""
        if key:
            label = _label(section) if section in self.outline.sections else ""
            said = f"{label}{_heading(d, section) or '目标'}：{_cut(_without_lead(d, key), most)}"
            lines = [_Line(said, (_head_of(section), key), "目标")]
        shown = [t for n, t in enumerate(goals[:_KEY_FIGURES]) if n < 2 or _length(goals[: n + 1]) <= most]
        if not goals or all(_clean(t.text) in said for t in shown):
            return lines
        listed = "；".join(_by_year(shown, self.outline, d))
        rest = "等" if len(goals) > len(shown) else ""
        return [*lines, _Line(f"主要指标：{listed}{rest}", tuple(_spans_of(shown)), "目标")]

    def goal_said(self, section: Section) -> Span | None:
        """What a section for goals says of its own, the sentence that leads in its items among it; else its first item."""
        below = min((p.start for p in section.parts), default=section.end)
        dated = (m.span for m in self.outline.dates if section.start <= m.at.start < below)
        own = section.key or next(dated, None)
        return own or (None if self.outline.goals else next((s.key for s in section.walk() if s.key), None))

    def dates(self, most: int, told: Sequence[_Line] = ()) -> _Line | None:
        """The time line in a sentence: what of it the lines before do not tell."""
        cited = {s for line in told for s in line.spans}
        goals = [s for s in self.outline.walk() if s.kind is SectionKind.GOALS]
        said: dict[str, Span] = {}
        for one in _apart(self.outline.dates):
            in_goals = any(s.start <= one.at.start < s.end for s in goals)
            if not in_goals and not any(c.start < one.at.end and one.at.start < c.end for c in cited):
                said.setdefault(_when(self.document, one, 3 * _LONGEST_ITEM), one.span)
        shown = list(said.items())[: 3 if most > _LONGEST_SHORT_LINE else 2]
        if not shown:
            return None
        rest = "等" if len(said) > len(shown) else ""
        return _Line(f"时间节点：{'；'.join(text for text, _ in shown)}{rest}", tuple(s for _, s in shown), "时间节点")

    def status(self) -> Claim | None:
        """Whether it is in force, where that is known."""
        d = self.document
        if d.validity(self.context.as_of).status is Status.UNKNOWN:
            return None
        asked = replace(self.query, documents=(d,), fields=("status",))
        claim = next((s for s in fields(asked, self.context) if isinstance(s, Claim)), None)
        return replace(claim, opens="\n") if claim else None

    # the headings

    def told_apart(self, with_goals: bool) -> list[Section]:
        """The outermost sections but what is attached, and those that only have the goals, where these are told."""
        return [
            s
            for s in self.outline.sections
            if not (with_goals and s.kind is SectionKind.GOALS) and not _ATTACHED.match(s.label)
        ]

    def attached(self) -> _Line | None:
        """What is attached, by name."""
        sections = [s for s in self.outline.sections if _ATTACHED.match(s.label) and s.heading]
        names = [re.sub(r"^\d+[.、．]", "", _heading(self.document, s)) for s in sections]
        listed, shown = _listed(names, _LONGEST_LINE)
        return _Line(f"附件有{listed}", tuple(map(_head_of, sections[:shown])), "主要内容") if sections else None

    def body(self, room: int, goals_told: bool, roomy: bool) -> tuple[list[_Line], str]:
        """A line for each section, for several where there are too many, for its parts where there is room; and what is left out."""
        sections, room, most = self.told_apart(goals_told), max(room, 1), _LONGEST_LINE
        if not roomy or len(sections) > room:
            return self.in_groups(sections, room, most if roomy else _LONGEST_SHORT_LINE)
        units: list[tuple[Section | None, Section, bool]] = [(None, s, True) for s in sections]
        while (at := _to_expand([s for _, s, _ in units], [outer for *_, outer in units], room)) is not None:
            above = units[at][1]
            units[at : at + 1] = [(above if n == 0 else None, part, False) for n, part in enumerate(above.parts)]
        return [self.below(above, self.of(section, most)) for above, section, _ in units], ""

    def below(self, above: Section | None, line: _Line) -> _Line:
        """The line with the heading above it, where it is the first below that."""
        if above is None:
            return line
        head = f"{_han_label(above)}{_heading(self.document, above)}"
        return replace(line, text=f"{head}——{line.text}", spans=(_head_of(above), *line.spans))

    def central(self, sections: Sequence[Section], count: int) -> list[Section]:
        """Those of `sections` whose words are most those of the whole, in order (after SumBasic, Nenkova & Vanderwende 2005)."""
        words = [content_words(_text(self.document, s.key)) if s.key else [] for s in sections]
        often = Counter(word for each in words for word in set(each))
        chosen: list[int] = []
        while len(chosen) < min(count, len(sections)):
            left = [n for n in range(len(sections)) if n not in chosen]
            best = max(left, key=lambda n: sum(often[w] for w in set(words[n])) / (len(words[n]) + 12))
            chosen.append(best)
            for word in set(words[best]):
                often[word] /= 2  # type: ignore[assignment]
        return [sections[n] for n in sorted(chosen)]

    def of(self, section: Section, most: int) -> _Line:
        """A section in a line: its heading, and the headings below it or what it says first."""
        d = self.document
        head = f"{_han_label(section)}{_heading(d, section)}"
        head = head if section.heading else head.rstrip("：") if section.parts else head
        headed = [p for p in section.parts if p.heading]
        room = max(most - len(head), 30)
        if len(headed) > 1:
            listed, shown = _listed([_brief(d, p, _LONGEST_ITEM) for p in headed], room)
            joint = "" if head.endswith("？") else "，包括"
            return _Line(f"{head}{joint}{listed}", (_head_of(section), *map(_head_of, headed[:shown])), "主要内容")
        if section.key is None:
            first = next((p for p in section.walk() if p.key), None)
            if first is None or first.key is None:
                return _Line(head, (_head_of(section),), "主要内容")
            within = f"{_heading(d, first)}：" if first.heading else ""
            text = f"{head}——{within}{_cut(_text(d, first.key), room)}"
            return _Line(text, (_head_of(section), _head_of(first), first.key), "主要内容")
        joint = "" if not section.heading or head.endswith("？") else "："
        spans = (*([section.heading] if section.heading else ()), section.key)
        return _Line(f"{head}{joint}{_cut(_text(d, section.key), room)}", spans, "主要内容")

    def of_group(self, group: Sequence[Section], most: int) -> tuple[_Line, list[Section]]:
        """Several sections in a line, each by its heading with those below it, or by what it says first; and those left out."""
        if len(group) == 1 and not _is_frame(group[0]):
            return self.of(group[0], most), []
        heads = [_brief(self.document, s, max(most // len(group), 16)) for s in group]
        numbered = any(s.heading is None for s in group)
        waiting = sum(not _is_frame(s) and bool(_framed(s)) for s in group)
        room = most - sum(map(len, heads))
        texts: list[str] = []
        spans: list[Span] = []
        for n, (section, head) in enumerate(zip(group, heads, strict=True)):
            if n > 1 and sum(map(len, texts)) + len(head) > 1.3 * most:
                return _Line(f"{'；'.join(texts)}等", tuple(spans), "主要内容"), list(group[n:])
            label = _han_label(section) if numbered or _CHAPTER.fullmatch(section.label) else ""
            parts = [] if _is_frame(section) else _framed(section)
            waiting -= bool(parts)
            own = room - _LONGEST_ITEM * waiting
            listed, shown = _listed([_brief(self.document, p, _LONGEST_ITEM) for p in parts], own)
            told = bool(parts) and own > _LONGEST_ITEM
            texts.append(f"{label}{head.rstrip('？')}{f'（{listed}）' if told else ''}")
            spans += [_head_of(section), *(map(_head_of, parts[:shown]) if told else ())]
            room -= len(listed) if told else 0
        return _Line("；".join(texts), tuple(spans), "主要内容"), []

    def claim(self, line: _Line, opens: str, as_cell: bool = False) -> Claim:
        """The line as a sentence with its evidence, and as the cell of a table where there is one."""
        text = f"{line.text.rstrip('。；，、：')}。"
        fills = Filling(self.document.id, line.label, text.rstrip("。")) if as_cell and line.label else None
        return Claim(text, _support(self.context.index, self.document, line.spans), fills=fills, opens=opens)


def _without_lead(document: Document, span: Span) -> str:
    """A sentence without the clause that leads in what follows: 主要指标如下：."""
    text = _said(document, span)
    return re.sub("[，；][^，；]*：$", "", text) if text.endswith("：") else text


def _from_date(document: Document, span: Span, outline: Outline) -> Span:
    """A sentence from the clause on that has its first date."""
    at = min((m.at.start for m in outline.dates if m.span == span), default=span.start)
    before = [m.end() for m in re.compile("[，,；;。：:]").finditer(document.text, span.start, at)]
    return Span(before[-1] if before else span.start, span.end)


# ---- figures ----


def figures(query: Query, context: Context, shape: Shape = USUAL) -> Iterator[Step]:
    """All figures that the plans set or report, by heading; if short, those that are goals.

    A sentence of a section for goals with a figure that was not read as one is quoted. A plan without any has the sentences
    that hold numbers.
    """
    for document in query.documents[:_MOST_DOCUMENTS]:
        outline = context.index.outline(document.id)
        targets = outline.goals if shape.short else context.index.targets([document.id])
        told = [*_figures(document, outline, targets, context.index, shape)]
        lines = told or [*_numbers(document, context.index)]
        if not told and lines:
            yield Remark(f"{_named(document, outline.title)}没有列出成项的指标，以下是写有数字的句子。")
        if not lines:
            yield Missing(f"{_named(document, outline.title)}没有写明量化指标。")
        yield from _laid_out(lines, document, context.index, query)
    yield from _left_out(query.documents, "列出指标")


def _figures(
    document: Document, outline: Outline, targets: Sequence[Target], index: Index, shape: Shape
) -> Iterator[_Line]:
    by_passage = groupby(targets, key=lambda t: t.passage_id)
    held = {passage_id: list(group) for passage_id, group in by_passage}
    goals = [s for s in outline.walk() if s.kind is SectionKind.GOALS]
    for passage in index.passages(document.id):
        in_goals = any(s.start <= passage.start < s.end for s in goals)
        own = held.get(passage.id, [])
        if not own and not in_goals:
            continue
        place = _place(document, outline, passage.start)
        quoted = [s for s in passage.sentences if _reads_better(document, passage, s, own, in_goals)]
        read = [t for t in own if t.span not in quoted]
        size = 1 if shape.table else _FIGURES_A_LINE
        for n in range(0, len(read), size):
            part = read[n : n + size]
            yield _Line("；".join(_by_year(part, outline, document)), tuple(_spans_of(part)), place)
        for span in quoted:
            yield _Line(_cut(_said(document, span), _LONGEST_CITED), (span,), place)


def _reads_better(document: Document, passage: Passage, span: Span, read: Sequence[Target], in_goals: bool) -> bool:
    """Whether a sentence says its figures better than a list of them: it is short with few, or has, among goals, unread ones."""
    own = [t for t in read if t.span == span]
    if any(row.span == span for row in rows(document, passage)):
        return False
    held = "".join(f"{t.indicator}{t.text}" for t in own)
    unread = any(not q.indefinite and q.text not in held for q in _quantities(document, span))
    short = (
        0 < len(own) < 3
        and len(_text(document, span)) <= _LONGEST_SHORT_LINE
        and all(t.year_span in (None, span) for t in own)
    )
    return short or (in_goals and unread)


def _numbers(document: Document, index: Index) -> Iterator[_Line]:
    """The sentences of clauses that hold a number with a unit."""
    outline = index.outline(document.id)
    for passage in index.passages(document.id):
        for span in passage.sentences if passage.role is Role.CLAUSE else ():
            counted = [q for q in _quantities(document, span) if q.text[0].isdigit() and q.unit and q.unit[0] != "第"]
            if counted and not is_duty_line(document.words(span.start, span.end)):
                place = _place(document, outline, passage.start)
                yield _Line(_cut(_said(document, span), _LONGEST_LINE), (span,), place)


def _quantities(document: Document, span: Span) -> list[Quantity]:
    return [q for q in quantities(document.words(span.start, span.end)) if q.kind is QuantityKind.NUMBER]


def _by_year(targets: Sequence[Target], outline: Outline, document: Document) -> Iterator[str]:
    """到2020年，众创空间50家以上、网上办理率90%: the targets of each year in turn."""
    for year, group in groupby(targets, key=lambda t: t.year):
        part = list(group)
        to_come = any(t in outline.goals for t in part) or bool(
            document.issued and year and year > document.issued.year
        )
        when = f"{'到' if to_come else ''}{year}年，" if year else ""
        names = [None, *(t.indicator for t in part)]
        yield when + "、".join(
            _clean(f"{'' if t.indicator == before else t.indicator + _joined(t)}{t.text}")
            for before, t in zip(names, part, strict=False)
        )


def _joined(target: Target) -> str:
    """What stands between an indicator and its figure: 为 where both end and begin with a digit or a letter."""
    bare = target.indicator[-1:].isascii() and target.text[:1].isascii()
    return "为" if bare and target.indicator[-1:].isalnum() else ""


def _length(targets: Sequence[Target]) -> int:
    return sum(len(t.indicator) + len(t.text) + 1 for t in targets)


def _spans_of(targets: Iterable[Target]) -> Iterator[Span]:
    """Where the targets and their years are said, each once."""
    spans = [s for t in targets for s in (t.year_span, t.span) if s]
    yield from dict.fromkeys(spans)


# ---- dates ----


def dates(query: Query, context: Context, shape: Shape = USUAL) -> Iterator[Step]:
    """The time line: what each plan wants by when, in order of time; the figures of a year after its sentences."""
    for document in query.documents[:_MOST_DOCUMENTS]:
        outline = context.index.outline(document.id)
        lines = [*_time_line(document, outline, context.index)]
        if not lines:
            yield Missing(f"{_named(document, outline.title)}没有写明时间节点。")
        most = _LINES_IF_SHORT if shape.short else _MOST_LINES
        yield from _laid_out(lines, document, context.index, query, most)
    yield from _left_out(query.documents, "列出时间节点")


def _time_line(document: Document, outline: Outline, index: Index) -> Iterator[_Line]:
    said: set[Span] = set()
    ordered = _apart(outline.dates)
    years = sorted({t.year for t in outline.goals if t.year} | {d.year or 0 for d in ordered})
    for year in years:
        texts: set[str] = set()
        for one in ordered:
            text = _when(document, one, _LONGEST_SHORT_LINE)
            if (one.year or 0) == year and text not in texts:
                texts.add(text)
                said.add(one.span)
                yield _Line(text, (one.span,), f"{year}年" if year else "未写明年份")
        more = [t for t in outline.goals if t.year == year and t.span not in said]
        for n in range(0, len(more), _FIGURES_A_LINE):
            part = more[n : n + _FIGURES_A_LINE]
            yield _Line("；".join(_by_year(part, outline, document)), tuple(_spans_of(part)), f"{year}年")


def _apart(found: Sequence[Milestone]) -> list[Milestone]:
    """The milestones without the last day of a stretch of time whose first day is one too (自1月1日至3月31日)."""
    ends = {(m.span, m.at.end) for m in found}
    return [m for m in found if not any((m.span, m.at.start - gap) in ends for gap in (0, 1))]


def _when(document: Document, one: Milestone, most: int) -> str:
    """The part of the sentence, between two semicolons, that the date is of: from the date on where that opens a clause."""
    text, span = document.text, one.span
    number = marker(text[span.start : span.end])
    first = span.start + (number.length if number else 0)
    parts = [first, *(m.end() for m in re.compile("[；;]").finditer(text, first, span.end)), span.end]
    start = max(at for at in parts[:-1] if at <= one.at.start)
    end = min(at for at in parts[1:] if at >= one.at.end)
    clauses = [start, *(m.end() for m in re.compile("[，,：:]").finditer(text, start, one.at.start))]
    clause = max(clauses)
    if one.at.start - clause <= 4 and len(_clean(text[one.at.start : end])) >= _SHORT_ITEM:
        start = one.at.start
    elif one.at.end - start > most:
        start = clauses[-2] if one.at.end - clause < _LONGEST_ITEM and len(clauses) > 1 else clause
    return _cut(_text(document, Span(start, end)), max(most, one.at.end - start))


# ---- who does what ----


def leads(query: Query, context: Context, shape: Shape = USUAL) -> Iterator[Step]:
    """Who leads and who takes part, a line for each task, by heading; of the unit that is named its tasks in either role."""
    silent = []
    for document in query.documents[:_MOST_DOCUMENTS]:
        lines = [*(_of_unit(document, query.unit, context.index) if query.unit else _tasks(document, context.index))]
        if not lines:
            silent.append(
                f"{_named(document, None)}没有写明{f'{query.unit}的任务' if query.unit else '牵头或责任单位'}。"
            )
        yield from _laid_out(lines, document, context.index, query, _LINES if shape.short else 2 * _MOST_LINES)
    if query.chosen or len(silent) == len(query.documents):
        yield from map(Missing, silent)
    yield from _left_out(query.documents, "列出分工")


def _tasks(document: Document, index: Index) -> Iterator[_Line]:
    outline = index.outline(document.id)
    for duty in index.duties([document.id]):
        passage = index.passage(duty.passage_id)
        path = outline.path(passage.start)
        above = path[:-1] if path and path[-1].address == passage.clause[1] else path
        task = _task(document, outline, duty)
        yield _Line(
            f"{task}：{_who(document, duty)}", (*_task_at(passage, duty), duty.span), _joined_path(document, above)
        )


def _task(document: Document, outline: Outline, duty: Duty) -> str:
    """What it is that they do: its words, the heading of its clause, or what that says first."""
    path = outline.path(duty.about.start)
    section = path[-1] if path else None
    named = duty.task or (section and _text(document, section.heading or section.key)) or _text(document, duty.about)
    return _cut(_tidy(_clean(named)), 2 * _LONGEST_ITEM)


def _task_at(passage: Passage, duty: Duty) -> tuple[Span, ...]:
    """The sentence that names the task, where the line of the units does not."""
    return () if duty.task else (passage.sentences[0],)


def _who(document: Document, duty: Duty) -> str:
    others = "、".join(duty.responsible)
    if not duty.lead:
        return f"{others}负责"
    role = "为责任单位" if "责任" in document.text[duty.span.start : duty.span.end] else "配合"
    return f"{'、'.join(duty.lead)}牵头{f'，{others}{role}' if others else ''}"


def _of_unit(document: Document, unit: str, index: Index) -> Iterator[_Line]:
    """What the unit leads, what it answers for, where it takes part, and the sentences that name it elsewhere."""
    outline = index.outline(document.id)
    roles: dict[str, list[Duty]] = {"牵头": [], "负责": [], "参与": []}
    for duty in index.duties([document.id], unit):
        leads_it = any(same_unit(unit, name) for name in duty.lead)
        roles["牵头" if leads_it else "参与" if duty.lead else "负责"].append(duty)
    for role, held in roles.items():
        for n in range(0, len(held), _MOST_TASKS):
            part = held[n : n + _MOST_TASKS]
            named = [(_task(document, outline, d), d) for d in part]
            listed = _joint([task for task, _ in named])
            count = f"{role}的任务是" if n == 0 else f"{role}的还有"
            spans = tuple(s for _, d in named for s in (*_task_at(index.passage(d.passage_id), d), d.span))
            yield _Line(f"{unit}{count}：{listed}", spans, f"{role}的任务")
    yield from list(_mentions(document, unit, index))[:_MOST_MENTIONS]


def _mentions(document: Document, unit: str, index: Index) -> Iterator[_Line]:
    """The sentences of clauses that name the unit and are no lines of units."""
    for passage in index.passages(document.id):
        for span in passage.sentences if passage.role is Role.CLAUSE else ():
            said = document.words(span.start, span.end)
            in_duties = any(d.span.start <= span.start < d.span.end for d in index.duties([document.id], unit))
            if unit in said and not in_duties and not is_duty_line(said):
                yield _Line(_cut(_said(document, span), _LONGEST_LINE), (span,), "正文提到")


# ---- for whom ----


def for_whom(query: Query, context: Context, shape: Shape = USUAL) -> Iterator[Step]:
    """What the plans have for somebody: the sentences that concern them, from every part, in the order of the plan, quoted.

    Of many plans only those that the search finds first are looked through.
    """
    index = context.index
    documents = _nearest_documents(query, index)
    found = sorted((f for d in documents for f in _concerning(query, d, index)), key=lambda f: -f.score)
    most = shape.sentences or (_LINES_IF_SHORT if shape.short else _MOST_PASSAGES)
    clear = [f for f in found if f.score >= _CLEAR]
    chosen = (clear or found[:_FEWEST_PASSAGES])[:most]
    if not chosen:
        yield Missing("没有找到与此有关的条款。")
    elif not clear:
        yield Remark("没有条款直接写到，以下是意思最接近的几句，请自行判断。")
    for document in documents:
        own = sorted((f.span for f in chosen if f.document == document), key=lambda span: span.start)
        outline = index.outline(document.id)
        lines = [
            _Line(excerpt(_said(document, at), query, index), (at,), _place(document, outline, at.start)) for at in own
        ]
        yield from _laid_out(lines, document, index, query)
    if len(clear) > len(chosen):
        yield Remark(f"另有{len(clear) - len(chosen)}句也可能有关，没有列出。")


@dataclass(frozen=True, slots=True)
class _Concerns:
    """A sentence and how much it concerns somebody: standard deviations of nearness in meaning, and what words add."""

    document: Document
    span: Span
    score: float


def _nearest_documents(query: Query, index: Index) -> list[Document]:
    """The documents of the query, if they are many those of the best sentences of the hybrid search."""
    if len(query.documents) <= _DOCUMENTS_LOOKED_THROUGH:
        return list(query.documents)
    hits = index.search(query.standalone, Filters(documents=tuple(d.id for d in query.documents)), k=_SENTENCES_ASKED)
    often = Counter(hit.passage.document_id for hit in hits)
    chosen = {document_id for document_id, _ in often.most_common(_DOCUMENTS_LOOKED_THROUGH)}
    return [d for d in query.documents if d.id in chosen]


def _concerning(query: Query, document: Document, index: Index) -> Iterator[_Concerns]:
    """The statements of a document with how much they concern those of the question: by meaning, by keywords, by name."""
    filters, outline = Filters(documents=(document.id,)), index.outline(document.id)
    nouns = _nouns(query, index)
    scores: Counter[tuple[Passage, Span]] = Counter()
    for text in (query.standalone, " ".join(nouns) or query.standalone):
        hits = index.dense(text, filters, k=_SENTENCES_ASKED)
        mean, deviation = _spread([hit.score for hit in hits])
        for hit in hits:
            scores[hit.passage, hit.span] += (hit.score - mean) / deviation / 2  # type: ignore[assignment]
    words = index.keyword(" ".join(nouns) or query.standalone, filters, k=_SENTENCES_ASKED)
    for hit in words:
        scores[hit.passage, hit.span] += hit.score / words[0].score  # type: ignore[assignment]
    names = {same for noun in nouns for same in synonyms().get(noun, (noun,)) if index.idf(same) < 1}
    for (passage, span), score in scores.items():
        path = outline.path(span.start)
        if passage.role is not Role.CLAUSE or span == outline.purpose or not _is_statement(document, span, path):
            continue
        named = _names(document.words(span.start, span.end), names)
        frame = any(_is_frame(s) for s in path) and not named
        yield _Concerns(document, span, score + named + 0.5 * _names("".join(passage.headings), names) - 2 * frame)


def _names(text: str, words: Iterable[str]) -> bool:
    """Whether it has one of the words: a short one as a word of its own (not 影响 of 影响力)."""
    plain = normalized(text)
    own = set(cut(plain))
    return any(word in own if len(word) < 3 else normalized(word) in plain for word in words)


def _spread(scores: Sequence[float]) -> tuple[float, float]:
    """Mean and standard deviation, this 1 where there is none."""
    return (fmean(scores), pstdev(scores) or 1.0) if scores else (0.0, 1.0)


def _nouns(query: Query, index: Index) -> list[str]:
    """The nouns of the question and the words that say what it is about, without those that nearly every sentence has."""
    tagged = tag(without_places(query.standalone, query.places))
    own = [w for w, pos in tagged if pos.startswith(("n", "j", "l")) and pos != "ns" and len(w) > 1]
    words = dict.fromkeys([*own, *(t.word for t in query.terms if t.weight >= 1)])
    return [word for word in words if index.idf(word) >= _COMMON]


def _is_statement(document: Document, span: Span, path: Sequence[Section]) -> bool:
    """Whether a sentence says something: no heading, no line of units, nothing that only leads in."""
    said = document.words(span.start, span.end).strip()
    heads = any(s.heading and span.start <= s.heading.start and span.end <= s.heading.end + 1 for s in path)
    return not heads and not is_duty_line(said) and said[-1] not in "：:？?" and len(said) > _LONGEST_ITEM // 2


# ---- words ----


def _laid_out(
    lines: Sequence[_Line], document: Document, index: Index, query: Query, most: int = _MOST_LINES
) -> Iterator[Step]:
    """The lines as claims, those of one label under it as a heading, and what is left out as a remark."""
    label = None
    several = len(query.documents) > 1
    for n, line in enumerate(lines[:most]):
        title = f"\n\n{_named(document, index.outline(document.id).title)}" if several and n == 0 else ""
        opens = f"{title}\n\n{line.label}\n- " if line.label and line.label != label else f"{title}\n- "
        label = line.label
        yield Claim(f"{line.text.rstrip('。；，、：')}。", _support(index, document, line.spans), opens=opens)
    if len(lines) > most:
        yield Remark(f"{_named(document, index.outline(document.id).title)}另有{len(lines) - most}条没有列出。")


def _left_out(documents: Sequence[Document], what: str) -> Iterator[Step]:
    rest = documents[_MOST_DOCUMENTS:]
    if rest:
        names = "、".join(titled(d.title) for d in rest[:_MOST_DOCUMENTS])
        yield Remark(
            f"只{what}了前{_MOST_DOCUMENTS}份文件，另有{len(rest)}份没有：{names}{'等' if len(rest) > _MOST_DOCUMENTS else ''}。"
        )


def _support(index: Index, document: Document, spans: Iterable[Span]) -> tuple[Evidence, ...]:
    """The sentences that hold the places, each once; a place by itself where its sentence is long."""
    return tuple(as_evidence(index, document, s) for s in dict.fromkeys(_around(index, document, s) for s in spans))


def _around(index: Index, document: Document, span: Span) -> Span:
    """The sentence that holds a place, from the number on that opens it; of a long one up to the end of the place."""
    passage = index.passage_at(document.id, span.start)
    held = next((s for s in passage.sentences if s.start <= span.start < s.end), span)
    if held.end - held.start <= _LONGEST_CITED or span.end >= held.end:
        return Span(held.start, max(held.end, span.end))
    return Span(held.start if span.start - held.start < _LONGEST_ITEM else span.start, span.end)


def _head_of(section: Section) -> Span:
    """Where a section is headed, else where it says something."""
    return section.heading or section.key or Span(section.start, section.start + 1)


def _named(document: Document, at: Span | None) -> str:
    """The title in 《》; where the document has none, the words that its text opens with."""
    if at is None or (document.title != document.source and len(document.title) <= at.end - at.start):
        return titled(document.title)
    return titled(" ".join(document.words(at.start, at.end).split()))


def _label(section: Section) -> str:
    """The number as it is printed before a heading: 一、, （一）, 1., 第一章; none for what has no number."""
    own = re.sub(r"(?<=.)\(\d+\)$", "", section.label)
    if own.startswith("("):
        return f"（{own[1:-1]}）"
    if re.fullmatch(r"[\d.]+", own):
        return f"{own}."
    if re.fullmatch(r"[一二三四五六七八九十百]+", own):
        return f"{own}、"
    if _CHAPTER.fullmatch(own) or _ARTICLE.fullmatch(own):
        return f"{own}{' ' if section.heading else '：'}"
    if re.fullmatch(r"附[件录表].*|问题?[\d一二三四五六七八九十]+", own):
        return f"{own}："
    return "印发通知：" if own == "通知" else ""


def _han_label(section: Section) -> str:
    """The number, if it is not in digits: within a sentence these read like figures."""
    label = _label(section)
    return "" if re.search(r"^（?\d", label) else label


def _heading(document: Document, section: Section) -> str:
    """The heading without what is left of a broken quotation; a question with its mark."""
    if section.heading is None:
        return ""
    text = _tidy(_text(document, section.heading))
    return f"{text}？" if section.label.startswith("问") else text


def _brief(document: Document, section: Section, most: int) -> str:
    """The heading or the key sentence in at most about `most` characters: of a long one its first clause."""
    if section.heading is None:
        return _cut(_text(document, section.key), max(most, 2 * _LONGEST_ITEM)) if section.key else ""
    text = _heading(document, section)
    first = re.split("[，；：]", text)[0]
    shortens = len(text) > most and len(first) > 4 and _is_closed(first) and not text.endswith("？")
    return first if shortens else text


def _place(document: Document, outline: Outline, offset: int) -> str:
    """The headings above an offset, outermost first: 二、总体目标 · 互联网与产业深度融合."""
    return _joined_path(document, [s for s in outline.path(offset) if s.heading])


def _joined_path(document: Document, path: Sequence[Section]) -> str:
    headed = [s for s in path if s.heading]
    return " · ".join(f"{_label(s)}{_brief(document, s, _LONGEST_ITEM)}" for s in headed)


def _text(document: Document, span: Span | Evidence | None) -> str:
    return _clean(document.words(span.start, span.end)) if span else ""


def _said(document: Document, span: Span) -> str:
    """A sentence without the number that it opens with."""
    found = marker(document.words(span.start, span.end))
    return _text(document, Span(span.start + (found.length if found else 0), span.end))


def _clean(text: str) -> str:
    """Printed words as running text: on one line, without blanks between Chinese characters, with Chinese marks."""
    one = re.sub(r"\s+", " ", text).strip()
    if not re.search(f"[{_HAN}]", one):
        return one
    wide = re.sub(r"(?<!\d)[,](?!\d)|(?<=[^\d])[,]|[,](?=[^\d])|[;?!()]", lambda m: m[0].translate(_WIDE), one)
    wide = re.sub(rf"(?<=[{_HAN}”》）]):|:(?=[{_HAN}“《（])", "：", wide)
    wide = re.sub(rf"(?<=[{_HAN}，。；：、？！“”《》（）]) | (?=[{_HAN}，。；：、？！“”《》（）])", "", wide)
    wide = _tidy(re.sub(r"。(?=.)", "；", wide))
    return wide.strip("；，、 ").removesuffix("。")


def _tidy(text: str) -> str:
    """`text` with its quotation marks and brackets in pairs, or without them."""
    for pair in _PAIRS:
        if text.count(pair[0]) != text.count(pair[1]):
            text = text.replace(pair[0], "").replace(pair[1], "")
    return text


def _is_closed(text: str) -> bool:
    """Whether every quotation and bracket that it opens is closed."""
    return all(text.count(pair[0]) == text.count(pair[1]) for pair in _PAIRS)


def _cut(text: str, most: int) -> str:
    """`text`, or as many of its clauses as fit into `most` characters, with ……; never inside a quotation or a bracket."""
    text = text.rstrip("。；，、： ")
    if len(text) <= most:
        return text
    for marks in ("[，；：。！？]", "、"):
        ends = [
            m.start() for m in re.finditer(marks, text) if text[m.start()] != "：" and _is_closed(text[: m.start()])
        ]
        fitting = [end for end in ends if end <= most]
        longer = [end for end in ends if most < end <= 1.6 * most]
        short = not fitting or fitting[-1] < most / 2 or text[fitting[-1] - 1] == "的"
        if short and len(text) <= 1.6 * most:
            return text
        if short and longer:
            return f"{_undated(text[: longer[0]])}……"
        if fitting and fitting[-1] >= most / 3:
            return f"{_undated(text[: fitting[-1]]).rstrip('，；、')}……"
    return text if len(text) <= 1.6 * most else f"{_whole_words(text, most)}……"


def _undated(text: str) -> str:
    """`text` without a last clause that only gives a date."""
    return re.sub(r"[，；](?:力争|争取)?[到至自]?\d{4}年[^，；]{0,3}$", "", text)


def _whole_words(text: str, most: int) -> str:
    kept = ""
    for word, _ in tag(text):
        if len(kept) + len(word) > most:
            break
        kept += word
    return kept if _is_closed(kept) else kept[: max(kept.rfind(c) for c in "“《（")]


def _joint(items: Sequence[str]) -> str:
    return ("；" if any("、" in item or "，" in item for item in items) else "、").join(items)


def _listed(items: Sequence[str], most: int) -> tuple[str, int]:
    """As many of the items as fit into `most` characters, with 等 where some do not; and how many."""
    shown = 0
    while shown < len(items) and (shown < 2 or len(_joint(items[: shown + 1])) <= most):
        shown += 1
    return f"{_joint(items[:shown])}{'等' if shown < len(items) else ''}", shown


def _counted(sections: Sequence[Section], document: Document) -> str:
    """第三条、第五条等20条, 甲、乙等4部分 or 4段, for what is left out; "" for nothing."""
    if not sections:
        return ""
    names = [s.label if _ARTICLE.fullmatch(s.label) else _brief(document, s, _LONGEST_ITEM) for s in sections]
    unit = "条" if all(_ARTICLE.fullmatch(s.label) for s in sections) else "部分"
    if any(s.heading is None for s in sections) and unit != "条":
        return f"{len(sections)}段"
    return f"{'、'.join(names[:3])}{'等' if len(sections) > 3 else ''}{len(sections)}{unit}"


def _framed(section: Section) -> list[Section]:
    """The headed parts that a section is told by, where it has several."""
    headed = [p for p in section.parts if p.heading]
    return headed if len(headed) > 1 else []


def _is_frame(section: Section) -> bool:
    """Whether a section says why and to what end, which a short answer only names."""
    return section.heading is not None and section.kind in (SectionKind.WHY, SectionKind.GOALS)


def _groups(sections: Sequence[Section], count: int) -> list[list[Section]]:
    """Consecutive sections in at most `count` groups; those that are only named count little."""
    count = max(min(count, _many(sections)), 1)
    groups: list[list[Section]] = [[] for _ in range(count)]
    told = 0
    for section in sections:
        groups[min(told * count // _many(sections), count - 1)].append(section)
        told += not _is_frame(section)
    return [group for group in groups if group]


def _is_flat(sections: Sequence[Section]) -> bool:
    """Whether most of them only say something and have no heading."""
    return sum(s.heading is None for s in sections) * 2 > len(sections)


def _many(sections: Sequence[Section]) -> int:
    """How many of the sections can have a sentence of their own."""
    return sum(not _is_frame(s) for s in sections) or len(sections)


def _to_expand(sections: Sequence[Section], outer: Sequence[bool], room: int) -> int | None:
    """Which outermost section to tell by its parts: the largest whose parts are headed, have parts of their own, and fit."""
    fitting = [
        n
        for n, s in enumerate(sections)
        if outer[n]
        and len(s.parts) > 1
        and all(p.heading for p in s.parts)
        and len(sections) - 1 + len(s.parts) <= room
        and not _is_frame(s)
        and (any(p.parts for p in s.parts) or len(sections) < _LINES_IF_SHORT)
    ]
    return max(fitting, key=lambda n: sections[n].clauses, default=None)


def _expanded(sections: Sequence[Section]) -> list[Section]:
    """The sections with the largest that has parts in their place; [] where none has."""
    at = max((n for n, s in enumerate(sections) if len(s.parts) > 1), key=lambda n: sections[n].clauses, default=None)
    return [] if at is None else [*sections[:at], *sections[at].parts, *sections[at + 1 :]]
