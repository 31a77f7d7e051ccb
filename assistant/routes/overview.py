"""What a plan is about, composed of its outline, each sentence cited: headings, key sentences and facts, long ones cut."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.question.coverage import content_words, normalized
from assistant.question.understand import Query
from assistant.routes.claim import Claim, Filling
from assistant.routes.comparison import Aspect, Comparison
from assistant.routes.fields import fields
from assistant.routes.line import (
    LINES,
    LINES_IF_SHORT,
    LONGEST_ITEM,
    LONGEST_LINE,
    LONGEST_SHORT_LINE,
    MOST_DOCUMENTS,
    SHORT_ITEM,
    USUAL,
    Line,
    Shape,
    brief,
    head_of,
    left_out,
    listed,
    named,
    number,
    said,
    support,
    text,
)
from assistant.routes.listing import figures_of
from assistant.routes.step import Compared, Context, Remark, Step
from assistant.types import titled
from index.facts.outline import WHAT_FOR
from index.facts.wording import MARK, apart, clean, cut, heading, joined, of_date
from index.types import Document, Kind, Section, SectionKind, Span, Status

_LINES_OF_MANY = 3
_KEY_FIGURES = 6
_ON_WHAT_GROUNDS = ("结合", "根据", "按照", "依据", "经")
_FOR = re.compile(r"为(?:了)?(?!期|此|准)")


def overview(query: Query, context: Context, shape: Shape = USUAL) -> Iterator[Step]:
    """What each plan is, its goals, its headings with what they say first, its dates; as long as asked.

    Of one plan every outermost heading is told, or a remark says which are not. Of several plans each has three lines.
    """
    documents = query.documents[:MOST_DOCUMENTS]
    if shape.table:
        aspects = tuple(map(Aspect, ("是什么", "主要内容", "目标", "时间节点")))
        yield Compared(Comparison(documents, (), aspects, (), which=False, named=True))
    for document in documents:
        told = _Teller(document, query, context)
        if shape.sentences:
            yield from told.in_sentences(max(1, shape.sentences // len(documents)))
        elif len(documents) > 1 or shape.table:
            yield from told.in_lines(_LINES_OF_MANY, as_cells=shape.table)
        else:
            yield from told.in_lines(LINES_IF_SHORT) if shape.short else told.at_length()
    yield from left_out(query.documents, "概括")


class _Teller:
    """Tells one document by its outline."""

    def __init__(self, document: Document, query: Query, context: Context) -> None:
        self.document, self.query, self.context = document, query, context
        self.outline = context.index.outline(document.id)
        self.name = named(document, context.index)

    def at_length(self) -> Iterator[Step]:
        """What it is, what for, goals, headings, what is attached, dates, whether it is in force."""
        head, goals, attached, status = self.head(full=True), self.goals(LONGEST_LINE), self.attached(), self.status()
        room = LINES - len(head) - len(goals) - len(attached) - len(status) - bool(self.outline.dates)
        body, missing = self.body(max(room, 1), bool(goals))
        lines = [*head, *sorted([*body, *goals], key=lambda line: line.spans[0].start), *attached]
        lines += self.dates(3, lines)[: max(LINES - len(lines) - len(status), 0)]
        yield from (self.claim(line, "\n" if n else "\n\n") for n, line in enumerate(lines))
        yield from status
        if missing:
            yield Remark(f"{self.name}还有{missing}，没有逐一概括。")

    def in_lines(self, room: int, as_cells: bool = False) -> Iterator[Step]:
        """At most `room` lines."""
        lines, missing = self.shortly(room, self.told_apart(bool(self.outline.goals)), LONGEST_SHORT_LINE)
        yield from (self.claim(line, "\n" if n else "\n\n", as_cells) for n, line in enumerate(lines))
        if missing and len(self.query.documents) == 1:
            yield Remark(f"{self.name}还有{missing}，没有逐一概括。")

    def in_sentences(self, count: int) -> Iterator[Step]:
        """Exactly `count` sentences where the text has so many."""
        sections = self.told_apart(bool(self.goals(LONGEST_SHORT_LINE)))
        while _many(sections) < count - 2 and (wider := _expanded(sections)):
            sections = wider
        lines, missing = self.shortly(count, sections, LONGEST_LINE) if count > 1 else ([self.in_one()], "")
        yield from (self.claim(line, "" if n else "\n") for n, line in enumerate(lines))
        if len(lines) < count:
            yield Remark(f"{self.name}的内容只够概括成{len(lines)}句。")
        if missing:
            yield Remark(f"{self.name}还有{missing}，没有概括进去。")

    def shortly(self, room: int, sections: Sequence[Section], most: int) -> tuple[list[Line], str]:
        """What it is, its goals, its headings over the rest, its dates where there is room; and what is left out."""
        head, goals = self.head(full=False), self.goals(LONGEST_SHORT_LINE)[-1:]
        if room == 2 and goals:
            head, goals = [_joined([self.what(full=False), *goals])], []
        rest = room - len(head) - len(goals)
        dates = self.dates(2, goals) if _many(sections) < rest else []
        body, missing = self.in_groups(sections, rest, most)
        return [*head, *sorted([*body, *goals], key=lambda line: line.spans[0].start), *dates], missing

    def in_one(self) -> Line:
        """What it is, what it is about and its first goals in one sentence; of a report how it opens."""
        what, purpose = self.what(full=False, short=True), self.purpose()
        if _is_flat(self.outline.sections) and purpose:
            return _opened(what, purpose)
        goals = self.goals(2 * LONGEST_ITEM)[-1:]
        room = LONGEST_LINE - len(what.text) - sum(len(line.text) for line in goals)
        body = [s for s in self.told_apart(True) if s.kind is SectionKind.BODY]
        framed = [p for s in body for p in _framed(s)]
        sections = framed if framed and sum(not _framed(s) for s in body) < 2 else self.told_apart(False)
        names = [brief(self.document, s, SHORT_ITEM).rstrip("？") for s in sections]
        told, shown = listed(names, max(room, 2 * LONGEST_ITEM))
        content = [Line(f"主要内容是{told}", tuple(map(head_of, sections[:shown])))] if told else []
        return _joined([what, *content, *goals])

    # what it is

    def head(self, full: bool) -> list[Line]:
        """What it is and what it is for; in one line where the fields say little or both are short."""
        what, purpose = self.what(full), self.purpose()
        if not re.search("[，（]|发的", what.text.removeprefix(self.name)):
            return [_opened(what, purpose) if purpose else replace(what, text=f"{self.name}的主要内容如下")]
        if full:
            return [what, purpose] if purpose else [what]
        fits = purpose and purpose.text.startswith("目的是") and len(what.text) + len(purpose.text) <= LONGEST_LINE
        return [_joined([what, purpose]) if purpose and fits else what]

    def what(self, full: bool, short: bool = False) -> Line:
        """What it is, by whom, of what day, from the fields; if `full` for whom, else that it is no longer in force.

        If `short` without its number and what it speaks of.
        """
        d, reports = self.document, self.document.kind in (Kind.NEWS, Kind.INTERVIEW)
        day = f"{d.issued.year}年{d.issued.month}月{d.issued.day}日" if d.issued else ""
        verb = "刊发" if reports else "印发" if d.kind in (Kind.FORMAL, None) else "发布"
        origin = f"{d.issuer or ''}{day}{verb}的" if d.issuer or (day and d.kind) else ""
        kind = d.kind.value if d.kind else "文件"
        told = f"是{origin}{kind}" if origin or d.kind else f"（{day}）" if day else ""
        parts = {"title": f"{self.name}{told}{f'（{d.number}）' if d.number and not short else ''}"}
        if d.about and not short and normalized(d.about) not in normalized(d.title):
            parts["about"] = f"{'报道' if d.kind is Kind.NEWS else '解读'}的是{titled(d.about)}"
        if d.addressees and full:
            parts["addressees"] = f"主送{cut(clean(d.addressees), 2 * LONGEST_ITEM)}"
        if d.period and not short:
            parts["period"] = f"规划期{d.period}年"
        validity = d.validity(self.context.as_of)
        if not full and validity.status in (Status.STOPPED, Status.REPEALED, Status.LAPSED):
            parts["status"] = f"现{validity.status.value}"
        names = [*parts, "issuer", "issued", "number", *(("until", "period") if "status" in parts else ())]
        spans = [d.read_at[n] for n in dict.fromkeys(names) if n in d.read_at and getattr(d, n, True)]
        if d.title == d.source and self.outline.title:
            spans = [self.outline.title, *(s for s in spans if s != d.read_at.get("title"))]
        first = self.context.index.passages(d.id)[0].sentences[0]
        return Line("，".join(parts.values()), tuple(spans) or (first,), "是什么")

    def purpose(self) -> Line | None:
        """What it is for: its sentence without 特制定本方案 and the like; the opening of a report as it stands."""
        at = self.outline.purpose
        if at is None:
            return None
        clauses = re.split("[，；]", text(self.document, at))
        wanted = len(clauses)
        while wanted and (WHAT_FOR.search(clauses[wanted - 1]) or clauses[wanted - 1].startswith(_ON_WHAT_GROUNDS)):
            wanted -= 1
        opens = _FOR.match(clauses[0])
        if not opens or wanted in (0, len(clauses)):
            return Line(cut("，".join(clauses), LONGEST_LINE), (at,), "是什么")
        aims = "，".join(clauses[:wanted])[opens.end() :]
        return Line(f"目的是{cut(aims, LONGEST_LINE)}", (at,), "是什么")

    def goals(self, most: int) -> list[Line]:
        """The sentence that says what shall be reached, and the figures, these last; both in one where the sentence has them."""
        d, goals = self.document, self.outline.goals
        section = next((s for s in self.outline.walk() if s.kind is SectionKind.GOALS), None)
        key = self.goal_said(section) if section else None
        if section is None or not (key or goals):
            spans = list(dict.fromkeys(t.year_span or t.span for t in goals))[:2]
            whole = [Span(self.dated_from(s), s.end) for s in spans]
            words = "；".join(cut(text(d, s), most // len(spans)) for s in whole)
            return [Line(f"目标：{words}", tuple(spans), "目标")] if spans else []
        lines = []
        if key:
            head = self.headed(section) if section in self.outline.sections else heading(d, section)
            words = re.sub("[，；][^，；]*：$", "", said(d, key, most))  # 主要指标如下：
            lines = [Line(f"{head or '目标'}：{words}", (head_of(section), key), "目标")]
        fitting = [
            n for n in range(1, _KEY_FIGURES + 1) if sum(len(t.indicator + t.text) + 1 for t in goals[:n]) <= most
        ]
        shown = goals[: max([2, *fitting])]
        if not goals or (key and all(clean(t.text) in lines[0].text for t in shown)):
            return lines
        (figures,) = figures_of(shown, self.outline, d, "目标")
        return [*lines, replace(figures, text=f"主要指标：{figures.text}{'等' if len(goals) > len(shown) else ''}")]

    def dated_from(self, span: Span) -> int:
        """Where the clause of a sentence begins that has its first date."""
        at = min((m.at.start for m in self.outline.dates if m.span == span), default=span.start)
        return max((m.end() for m in MARK.finditer(self.document.text, span.start, at)), default=span.start)

    def goal_said(self, section: Section) -> Span | None:
        """What a section for goals says of its own, the sentence that leads in its items among it; else its first item."""
        below = min((p.start for p in section.parts), default=section.end)
        dated = (m.span for m in self.outline.dates if section.start <= m.at.start < below)
        own = section.key or next(dated, None)
        return own or (None if self.outline.goals else next((s.key for s in section.walk() if s.key), None))

    def dates(self, most: int, told: Sequence[Line]) -> list[Line]:
        """The time line in a sentence: what of it the lines before and the goals do not tell."""
        goals = [Span(s.start, s.end) for s in self.outline.walk() if s.kind is SectionKind.GOALS]
        covered = [*goals, *(s for line in told for s in line.spans)]
        own: dict[str, Span] = {}
        for one in apart(self.outline.dates):
            if not any(s.start < one.at.end and one.at.start < s.end for s in covered):
                words = cut(text(self.document, of_date(self.document, one, self.outline.dates)), 3 * LONGEST_ITEM)
                own.setdefault(words, one.span)
        words = f"时间节点：{'；'.join(list(own)[:most])}{'等' if len(own) > most else ''}"
        return [Line(words, tuple(own.values())[:most], "时间节点")] if own else []

    def status(self) -> list[Claim]:
        """Whether it is in force, where that is known."""
        if self.document.validity(self.context.as_of).status is Status.UNKNOWN:
            return []
        asked = replace(self.query, documents=(self.document,), fields=("status",))
        return [replace(s, opens="\n") for s in fields(asked, self.context) if isinstance(s, Claim)][:1]

    # the headings

    def told_apart(self, with_goals: bool) -> list[Section]:
        """The outermost sections but what is attached, and those that only have the goals, where these are told."""
        own = [s for s in self.outline.sections if not s.label.startswith("附")]
        return [s for s in own if not (with_goals and s.kind is SectionKind.GOALS)]

    def attached(self) -> list[Line]:
        """What is attached, by name."""
        sections = [s for s in self.outline.sections if s.label.startswith("附") and s.heading]
        names, shown = listed([heading(self.document, s) for s in sections], LONGEST_LINE)
        return [Line(f"附件有{names}", tuple(map(head_of, sections[:shown])), "主要内容")] if sections else []

    def body(self, room: int, goals_told: bool) -> tuple[list[Line], str]:
        """A line for each section, for several where there are too many, for its parts where there is room; and what is left out."""
        sections = self.told_apart(goals_told)
        if len(sections) > room:
            return self.in_groups(sections, room, LONGEST_LINE)
        count, lines = len(sections), dict[Section, list[Line]]()
        for section in sorted(sections, key=lambda s: -s.clauses):
            parts = [] if _is_frame(section) or len(_framed(section)) < len(section.parts) else _framed(section)
            deep = any(p.parts for p in parts) or count < LINES_IF_SHORT
            if parts and deep and count - 1 + len(parts) <= room:
                count += len(parts) - 1
                first, *others = (self.of(part, LONGEST_LINE) for part in parts)
                above = Line(f"{self.headed(section)}——{first.text}", (head_of(section), *first.spans), first.label)
                lines[section] = [above, *others]
            else:
                lines[section] = [self.of(section, LONGEST_LINE)]
        return [line for section in sections for line in lines[section]], ""

    def headed(self, section: Section) -> str:
        """The heading with its number."""
        return joined(number(self.document, section, digits=False), heading(self.document, section))

    def of(self, section: Section, most: int) -> Line:
        """A section in a line: its heading, and the headings below it or what it says first."""
        d, head = self.document, self.headed(section)
        room = max(most - len(head), 30)
        if parts := _framed(section):
            names, shown = listed([brief(d, p) for p in parts], room)
            joint = "" if head.endswith("？") else "，包括"
            return Line(f"{head}{joint}{names}", tuple(map(head_of, [section, *parts[:shown]])), "主要内容")
        first = next((s for s in section.walk() if s.key), section)
        words = cut(text(d, first.key), room)
        if first is not section:
            words = f"{head}——{heading(d, first)}{'：' if first.heading else ''}{words}"
        elif section.heading:
            words = f"{head}{'' if head.endswith('？') or not words else '：'}{words}"
        else:
            words = joined(head, words)
        return Line(words, tuple(s for s in (head_of(section), head_of(first), first.key) if s), "主要内容")

    def in_groups(self, sections: Sequence[Section], room: int, most: int) -> tuple[list[Line], str]:
        """The sections in at most `room` lines: several in one, or those that say most where they have no headings."""
        if _is_flat(sections) and len(sections) > room:
            chosen = self.central(sections, room)
            return [self.of(s, most) for s in chosen], self.counted([s for s in sections if s not in chosen])
        groups = _groups(sections, room)
        told = [self.of_group(group, most) for group in groups]
        lines = [
            replace(line, text=f"{'还有' if n else '内容包括'}{line.text}") if len(groups[n]) > 1 else line
            for n, (line, _) in enumerate(told)
        ]
        return lines, self.counted([s for _, rest in told for s in rest])

    def of_group(self, group: Sequence[Section], most: int) -> tuple[Line, list[Section]]:
        """Several sections in a line, each by its heading with those below it, or by what it says first; and those left out."""
        if len(group) == 1 and not _is_frame(group[0]):
            return self.of(group[0], most), []
        d, texts, spans = self.document, list[str](), list[Span]()
        heads = [brief(d, s, max(most // len(group), 16)).rstrip("？") for s in group]
        numbered = any(s.heading is None or s.label[:1] == "第" for s in group)
        framed = [[] if _is_frame(s) else _framed(s) for s in group]
        room = most - sum(map(len, heads))
        for n, (section, head, parts) in enumerate(zip(group, heads, framed, strict=True)):
            if n > 1 and sum(map(len, texts)) + len(head) > 1.3 * most:
                return Line(f"{'；'.join(texts)}等", tuple(spans), "主要内容"), list(group[n:])
            own = room - LONGEST_ITEM * sum(map(bool, framed[n + 1 :]))
            names, shown = listed([brief(d, p) for p in parts], own) if own > LONGEST_ITEM else ("", 0)
            whole = joined(number(d, section, digits=False), head) if numbered else head
            texts.append(f"{whole}（{names}）" if names else whole)
            spans += map(head_of, [section, *parts[:shown]])
            room -= len(names)
        return Line("；".join(texts), tuple(spans), "主要内容"), []

    def central(self, sections: Sequence[Section], count: int) -> list[Section]:
        """Those of `sections` whose words are most those of the whole, in order (after SumBasic, Nenkova & Vanderwende 2005)."""
        words = [set(content_words(text(self.document, s.key))) for s in sections]
        often = {word: float(sum(word in each for each in words)) for word in set().union(*words)}
        chosen: list[int] = []
        while len(chosen) < min(count, len(sections)):
            left = [n for n in range(len(sections)) if n not in chosen]
            chosen.append(max(left, key=lambda n: sum(often[w] for w in words[n]) / (len(words[n]) + 12)))
            often |= {word: often[word] / 2 for word in words[chosen[-1]]}
        return [sections[n] for n in sorted(chosen)]

    def counted(self, sections: Sequence[Section]) -> str:
        """第三条、第五条等20条, 甲、乙等4部分 or 4段, for what is left out; "" for nothing."""
        if not sections:
            return ""
        articles = all(s.label.startswith("第") and "条" in s.label for s in sections)
        if any(s.heading is None for s in sections) and not articles:
            return f"{len(sections)}段"
        names = [s.label if articles else brief(self.document, s) for s in sections[:3]]
        rest = "等" if len(sections) > len(names) else ""
        return f"{'、'.join(names)}{rest}{len(sections)}{'条' if articles else '部分'}"

    def claim(self, line: Line, opens: str, as_cell: bool = False) -> Claim:
        """The line as a sentence with its evidence, and as the cell of a table where there is one."""
        fills = Filling(self.document.id, line.label, line.ended[:-1]) if as_cell and line.label else None
        return Claim(line.ended, support(self.context.index, self.document, line.spans), fills=fills, opens=opens)


def _joined(lines: Sequence[Line]) -> Line:
    """Several lines as one sentence."""
    texts = [re.sub("^(?:主要指标|目标)：(?:力争)?", "目标是", line.text) for line in lines]
    return Line("，".join(texts), tuple(s for line in lines for s in line.spans), lines[0].label)


def _opened(what: Line, purpose: Line) -> Line:
    """What it is, and what for or how it opens."""
    joint = "，" if purpose.text.startswith("目的是") else "："
    return Line(f"{what.text}{joint}{purpose.text}", (*what.spans, *purpose.spans), "是什么")


def _framed(section: Section) -> list[Section]:
    """The headed parts that a section is told by, where it has several."""
    headed = [p for p in section.parts if p.heading]
    return headed if len(headed) > 1 else []


def _is_frame(section: Section) -> bool:
    """Whether a section says why and to what end, which a short answer only names."""
    return section.heading is not None and section.kind in (SectionKind.WHY, SectionKind.GOALS)


def _is_flat(sections: Sequence[Section]) -> bool:
    """Whether most of them only say something and have no heading."""
    return sum(s.heading is None for s in sections) * 2 > len(sections)


def _many(sections: Sequence[Section]) -> int:
    """How many of the sections can have a sentence of their own."""
    return sum(not _is_frame(s) for s in sections) or len(sections)


def _groups(sections: Sequence[Section], count: int) -> list[list[Section]]:
    """Consecutive sections in at most `count` groups; those that are only named count little."""
    count = max(min(count, _many(sections)), 1)
    groups: list[list[Section]] = [[] for _ in range(count)]
    told = 0
    for section in sections:
        groups[min(told * count // _many(sections), count - 1)].append(section)
        told += not _is_frame(section)
    return [group for group in groups if group]


def _expanded(sections: Sequence[Section]) -> list[Section]:
    """The sections with the largest that has parts in their place; [] where none has."""
    at = max((n for n, s in enumerate(sections) if len(s.parts) > 1), key=lambda n: sections[n].clauses, default=None)
    return [] if at is None else [*sections[:at], *sections[at].parts, *sections[at + 1 :]]
