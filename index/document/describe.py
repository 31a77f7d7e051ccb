"""What a text says about itself: title, number, issuer, addressees, region, dates, period, kind, status, the plan it is about,
and whether it is a digest.

Everything is read from the text and remembered with the place where it stands; what the text does not say is None.
A digest (摘编: our words, not the official ones) says so in a line that opens with 说明：本文为摘编, below which only remarks
stand (备注：… 说明：… 注：…). Nothing else is read from that line, which names the original.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise, takewhile
from types import MappingProxyType

from index.chinese.dates import date_in, real_date
from index.chinese.places import first_region
from index.document.expiry import expiry
from index.document.parts import ISSUING_BODY, ITSELF, ONLY_DATE, PLAN_WORDS, Signature, signature_at, signatures
from index.document.prose import Prose
from index.document.structure import ASIDE, Line, is_prose, lines, numbered
from index.readers.files import RawText
from index.types import Document, Kind, Period, Span, Status, Validity

_LONGEST_REMARK = 120
_OWN_REGION = re.compile(
    r"(?:关于)?(?:印发)?[〈《]?([\u4e00-\u9fff]{2,6}?(?:自治[州县旗]|[市县区州旗]))"
    r"(?=人民政府|政府|办公室|委员会|[\u4e00-\u9fff“”]{2,})"
)
_NO_REGION = re.compile(
    r"(?:城|都|超)市$|(?:社|地|学|校|园|小|主城|老城|中心城|郊|矿|牧|库|灾|景|片|辖|特|高新|技术|开发|示范|试验|保护|自贸|功能|集聚|产业|工业|街)区$"
)
_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,14}\s*[〔\[［【(（]\s*[12]\d{3}\s*[〕\]］】)）]\s*第?\s*\d+\s*号")
_DAY_FIRST_DATE = re.compile(r"(?<!\d)(\d{1,2})\.(\d{1,2})\.([12]\d{3})(?!\d)")
_PERIOD = re.compile(r"[(（]?([12]\d{3})年?\s*[-—–~～至到]+\s*([12]\d{3})年?[)）]?")
_QUOTED_TITLE = re.compile(r"《([^《》]{4,80})》")
_CELL = {
    "number": re.compile(r"(?:发文字号|文\s*号)\s*[:：]\s*\|?\s*([^|\n]*?号)"),
    "issuer": re.compile(r"(?:发布机构|发文机关|发布机关|制定机关)\s*[:：]\s*\|?\s*([^|\n]+?)\s*(?:\||$)", re.M),
    "issued": re.compile(r"(?:成文日期|发文日期)\s*[:：]\s*\|?\s*([^|\n]+)"),
    "published": re.compile(r"(?:公开日期|发布日期|发布时间|时间)\s*[:：]\s*\|?\s*([^|\n]+)"),
}
_PUBLISHER = re.compile(r"来源\s*[:：][^\S\n]*(?:\|\s*)?(?!作者|责任编辑)([^\s:：|(（]{2,40})")
_DECREE_OF = re.compile(r"([\u4e00-\u9fff]{2,20}(?:政府|委员会|[部局署]))令")
_NAMES_A_PLAN = re.compile(rf"(?:{PLAN_WORDS})(?:[(（].*[)）])?$")
_LETTERHEAD = re.compile(rf"{ISSUING_BODY.pattern}文件")
_DECREE = re.compile(r"(?:[\u4e00-\u9fff]{2,20}令)?\s*第?\s*\d{1,4}\s*号")
_BODY = "政府|单位|部门|委员会|街道|机构|企业|公司|学校|[局厅办委]"
_LABEL_OF_BODY = r"(?:信息)?(?!有关|直属)[\u4e00-\u9fff]{2}(?:单位|部门|机关|机构)[:：]"  # 主办单位：
_LEADS_ON = (
    "[|。；;《》]|如下|以下|通知|制定|根据|[为经现]|职责|名称|名单|电话|公开"  # a sentence or a field before a colon
)
_ADDRESSEES = re.compile(
    rf"(?![^:：]*(?:{_LEADS_ON}))(?!{_LABEL_OF_BODY})(?=[^:：]*(?:{_BODY}))[^:：]{{4,160}}(?=[:：]$)"
)
_CLOSING_LINES = 6
_REMARK = re.compile(r"(?:备注|注|说明|提示|特别说明)\s*[:：]")
_CLOSING_REMARK = re.compile(r"(?:备注|注|说明)\s*[:：]")
_DIGEST = re.compile(r"说明\s*[:：]\s*本文为摘编(?=[,，。;；]|$)")
_VALIDITY_CELL = r"(?:有效性|是否有效|效力|状态)\s*[:：]\s*\|?\s*"
_LABELLED = re.compile(rf"{_REMARK.pattern}|{_VALIDITY_CELL}|(?:索引号|发文字号|来源|时间|发布\w\w|当前位置)\s*[:：]")


def _ended(how: str) -> re.Pattern[str]:
    """A line that says of its own document, not of another or of what it regulates, that it ended `how`."""
    since = r"[^。；;，,《原旧]*(?<![未不])(?<!同时)"
    bare = rf"\W*(?:已|现予|(?:{_REMARK.pattern})\W*(?:[已现于自]{since})?)?"
    return re.compile(rf"(?:{ITSELF}{since}|^{bare}(?:已经|予以)?|{_VALIDITY_CELL}已?)(?:{how})(?!\w)")


_STATED_STATUS = (
    (Status.STOPPED, _ended("停止(?:执行|实施|施行|使用)")),
    (Status.REPEALED, _ended("废止|失效|无效|作废")),
    (Status.IN_FORCE, re.compile(rf"{_VALIDITY_CELL}(?:现行|有效|是)(?!期)")),
)


def describe(raw: RawText) -> Document:
    """The document that `raw` is, by its prose."""
    document = Document(raw.id, raw.source, raw.text, raw.source, marks=raw.marks)
    prose = Prose.of(document)
    text = prose.text
    printed = list(lines(text))
    digest = _digest(printed)
    all_lines = [line for line in printed if line is not digest]
    front = _front(all_lines)
    read_at: dict[str, Span] = {"digest": digest.span} if digest else {}

    title = _without_aside(_title(front, text), text)
    read_at["title"] = title
    kind, read_at["kind"] = _kind(front, all_lines, title, text)
    number = _number(front, text) if kind in (Kind.FORMAL, None) else None
    signature = _signature(front, all_lines)
    issuer = _issuer(front, text, kind, signature)
    published = _cell_date("published", front, text) or _loose_date(front, title, kind, text)
    issued = _signed_date(signature, text) or _cell_date("issued", front, text) or published
    addressees = _addressees(front, kind)
    about = _about(kind, title, front, all_lines, text)
    period = _period(title, text) or (about and _period(about, text)) or None
    region = _region([s for s in (issuer, title, about) if s], front, all_lines, text)
    stated = _stated_status(all_lines)
    until = expiry(front, all_lines, issued[0] if issued else None) if kind in (Kind.FORMAL, None) else None

    for name, span in (("number", number), ("issuer", issuer), ("addressees", addressees), ("about", about)):
        if span:
            read_at[name] = span
    for name, found in (
        ("issued", issued),
        ("published", published),
        ("period", period),
        ("region", region),
        ("until", until),
        ("status", stated),
    ):
        if found:
            read_at[name] = found[1]

    def words(span: Span | None) -> str | None:
        return text[span.start : span.end] if span else None

    return replace(
        document,
        title=words(title) or raw.source,
        number=canonical_number(words(number)),
        issuer=_names(words(issuer)),
        addressees=words(addressees),
        region=region[0] if region else None,
        issued=issued[0] if issued else None,
        published=published[0] if published else None,
        period=period[0] if period else None,
        kind=kind,
        stated=stated[0] if stated else None,
        until=until[0] if until else None,
        about=words(about),
        digest=digest is not None,
        read_at=MappingProxyType({name: prose.back(span) for name, span in read_at.items()}),
    )


def _digest(all_lines: list[Line]) -> Line | None:
    """The line that says that the text is a digest: one of the remarks that close it, below which only remarks stand."""
    closing = takewhile(lambda line: _CLOSING_REMARK.match(line.text), reversed(all_lines))
    return next((line for line in closing if _DIGEST.match(line.text)), None)


def _front(all_lines: list[Line]) -> list[Line]:
    """Lines before the first numbered heading or, after any signature date, before the first prose."""
    before = []
    for line in all_lines:
        if numbered(line.text):
            break
        before.append(line)
    signed = max((i for i, line in enumerate(before) if ONLY_DATE.fullmatch(line.text)), default=-1)
    for i in range(signed + 1, len(before)):
        if is_prose(before[i].text) and not _status_of(before[i]):
            return before[:i]
    return before


def _title(front: list[Line], text: str) -> Span:
    """The last title-like line of the front, where it names a plan; else the first line, without a site's name after it."""
    signed = max((i for i, line in enumerate(front) if ONLY_DATE.fullmatch(line.text)), default=None)
    if signed is not None:
        for line in reversed(front[signed + 1 :]):
            if _NAMES_A_PLAN.search(line.text):
                return line.span
    own = [line for line in front if not ("|" in line.text or _LABELLED.match(line.text) or _status_of(line))]
    named = [line for line in own if not _LETTERHEAD.fullmatch(re.sub(r"\s", "", line.text))]
    while len(named) > 1 and _NUMBER.fullmatch(named[0].text) and _NAMES_A_PLAN.search(named[1].text):
        del named[0]
    own = named or own
    candidates = [line for line in own if len(line.text) >= 6] or own[:1]
    if not candidates:
        return Span(0, 0)
    first = candidates[0]
    for line in candidates[1:]:
        rest = first.text.removeprefix(line.text)
        if rest != first.text and rest.lstrip().startswith(("_", "-", "—", "|")):
            return Span(first.start, first.start + len(line.text))
    whole = _NUMBER.match(first.text)
    return Span(first.start + (whole.end() if whole and whole.end() < len(first.text) else 0), first.end)


def _without_aside(title: Span, text: str) -> Span:
    """The title without a remark in brackets at its end."""
    found = ASIDE.search(text, title.start, title.end)
    return Span(title.start, found.start()) if found and found.start() > title.start else title


def _kind(front: list[Line], all_lines: list[Line], title: Span, text: str) -> tuple[Kind | None, Span]:
    name = text[title.start : title.end]
    if re.search(r"解读|图解|读懂|政策问答|常见问题|热点问答", name):
        return Kind.INTERPRETATION, title
    questions = [
        line for line in all_lines if re.match(r"(?:问题?\s*[\d一二三四五六七八九十]*|记者)\s*[:：]", line.text)
    ]
    if len(questions) >= 2:
        return Kind.INTERVIEW, questions[0].span
    number = _number(front, text)
    signature = _signature(front, all_lines)
    if number:
        return Kind.FORMAL, number
    if signature and signature.span:
        return Kind.FORMAL, signature.span
    for line in all_lines:
        if re.match(r"(?:日前|近日|本报讯|.{2,12}讯[\s(（:：])|.*[(（](?:本站|本报|通讯员)?\s*记者", line.text):
            return Kind.NEWS, line.span
    if _NAMES_A_PLAN.search(name):
        return Kind.FORMAL, title
    return None, title


def _number(front: list[Line], text: str) -> Span | None:
    for line in front:
        cell = _CELL["number"].search(line.text)
        if cell:
            return Span(line.start + cell.start(1), line.start + cell.end(1))
        match = _NUMBER.match(line.text)
        if match:
            return Span(line.start, line.start + match.end())
    for line, after in pairwise([*front, *front[-1:]]):
        if _DECREE_OF.fullmatch(line.text) and _DECREE.fullmatch(after.text):
            return Span(line.start, after.end)
    return None


def canonical_number(number: str | None) -> str | None:
    """A 文号 without blanks and with its year in 〔〕, so that two ways of writing it are one."""
    if number is None:
        return None
    return re.sub(r"[\[［【(（]\s*(\d{4})\s*[\]］】)）]", r"〔\1〕", re.sub(r"\s+", "", number))


def _signature(front: list[Line], all_lines: list[Line]) -> Signature | None:
    """Who signed, and when: in the front, else at the end, else below a notice that something is attached to.

    In the front a date alone will do; elsewhere a body must stand above it.
    """
    for i in range(len(front)):
        if found := signature_at(front, i):
            return found
    signed = signatures(all_lines)
    closing = [found for found in signed if found.date in all_lines[-_CLOSING_LINES:]]
    return next(iter(closing or signed), None)


def _signed_date(signature: Signature | None, text: str) -> tuple[date, Span] | None:
    return date_in(signature.date.span, text) if signature else None


def _issuer(front: list[Line], text: str, kind: Kind | None, signature: Signature | None) -> Span | None:
    if signature and signature.span:
        return signature.span
    for line in front:
        cell = _CELL["issuer"].search(line.text)
        if cell:
            return Span(line.start + cell.start(1), line.start + cell.end(1))
    for line in front:
        decree = _DECREE_OF.fullmatch(line.text)
        if decree:
            return Span(line.start, line.start + decree.end(1))
    for line in front:
        match = _PUBLISHER.search(line.text)
        if match and (kind is not Kind.FORMAL or ISSUING_BODY.fullmatch(match[1])):
            return Span(line.start + match.start(1), line.start + match.end(1))
    return None


def _addressees(front: list[Line], kind: Kind | None) -> Span | None:
    """主送机关 (GB/T 9704): the line of its own above the text that a formal document is sent to, without the colon."""
    if kind is not Kind.FORMAL:
        return None
    for line in front:
        found = None if _LABELLED.match(line.text) else _ADDRESSEES.match(line.text)
        if found:
            return Span(line.start, line.start + found.end())
    return None


def _names(issuer: str | None) -> str | None:
    """`甲局 乙局`, `甲局,乙局`, each on a line of its own, or 某市甲局某市乙局 without a blank: the bodies as one list."""
    if issuer is None:
        return None
    listed = re.sub(r"\s*[,，;；\s]\s*", "、", issuer.strip())
    place = re.match(r"[\u4e00-\u9fff]{2,5}?[省市县区州盟]", listed)
    return re.sub(rf"(?<=[局委厅会部院室])(?<!总局)(?={place[0]})", "、", listed) if place else listed


def _cell_date(name: str, front: list[Line], text: str) -> tuple[date, Span] | None:
    for line in front:
        cell = _CELL[name].search(line.text)
        found = cell and date_in(Span(line.start + cell.start(1), line.start + cell.end(1)), text)
        if found:
            return found
    return None


def _loose_date(front: list[Line], title: Span, kind: Kind | None, text: str) -> tuple[date, Span] | None:
    """A date without a label, as web pages print it below the title; one of a formal text may be of anything."""
    for line in front:
        match = _DAY_FIRST_DATE.search(line.text)
        if match and (day := real_date(match[3], match[2], match[1])):
            return day, Span(line.start + match.start(), line.start + match.end())
        if kind is not Kind.FORMAL and line.start > title.start and (found := date_in(line.span, text)):
            return found
    return None


def _about(kind: Kind | None, title: Span, front: list[Line], all_lines: list[Line], text: str) -> Span | None:
    """The plan that an interpretation or a report speaks of: the fullest title in 《》 of its own title or first prose."""
    if kind not in (Kind.INTERPRETATION, Kind.NEWS):
        return None
    spans = [title, *[line.span for line in all_lines if is_prose(line.text)][:1]]
    found: Iterator[re.Match[str]] = (m for s in spans for m in _QUOTED_TITLE.finditer(text, s.start, s.end))
    best = max(found, key=lambda m: len(m[1]), default=None)
    return Span(best.start(1), best.end(1)) if best else None


def _period(span: Span, text: str) -> tuple[Period, Span] | None:
    match = _PERIOD.search(text, span.start, span.end)
    if not match or int(match[1]) > int(match[2]):
        return None
    return Period(int(match[1]), int(match[2])), Span(match.start(), match.end())


def _region(named: list[Span], front: list[Line], all_lines: list[Line], text: str) -> tuple[str, Span] | None:
    """The first region that the issuer, the title, the plan spoken of or, failing those, the opening lines name in full.

    A county or a district that opens the issuer or the title is one too, where no province or prefecture stands there.
    """
    opening = [line.span for line in front] + [line.span for line in all_lines if is_prose(line.text)][:2]
    for spans, own in ((named, True), (opening, False)):
        for span in spans:
            mention = first_region(text[span.start : span.end])
            if mention and mention.place:
                start = span.start + mention.start
                return mention.place.name, Span(start, start + len(mention.text))
        for match in (_OWN_REGION.match(text, span.start, span.end) for span in spans if own):
            if match and not _NO_REGION.search(match[1]) and text.count(match[1]) > 1:
                return match[1], Span(*match.span(1))
    return None


def _stated_status(all_lines: list[Line]) -> tuple[Validity, Span] | None:
    """A remark on the document's own validity: a short line of its own, not a clause that orders something."""
    for line in all_lines:
        status = _status_of(line)
        if status:
            return Validity(status, line.text), line.span
    return None


def _status_of(line: Line) -> Status | None:
    if len(line.text) > _LONGEST_REMARK or numbered(line.text):
        return None
    return next((status for status, pattern in _STATED_STATUS if pattern.search(line.text)), None)
