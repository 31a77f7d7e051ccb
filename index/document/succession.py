"""What the documents of one library say of each other: which a later one repeals or stops, and which has a newer version.

Only a formal text ends another, in a sentence that names it by 文号 or by its whole title; an earlier text ends none. Titles
that differ in nothing but a year, a period or （修订） are versions of one plan; a newer version alone ends nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from index.chinese.dates import date_in
from index.document.describe import canonical_number
from index.types import Document, Ended, Kind, Newer, Plan, Span, Status, Validity

_FEWEST_CHARACTERS = 6
_TITLE = r"《(?:[^《》]|《[^《》]*》)+》"
_NUMBER = r"[\u4e00-\u9fff]{1,14}\s*[〔\[［【(（]\s*[12]\d{3}\s*[〕\]］】)）]\s*第?\s*\d+\s*号"
_ASIDE = r"[(（](?:[^()（）]|[(（]\d{4}[)）])*[)）]"
_ITEM = rf"(?:{_TITLE}\s*(?:{_ASIDE})?|{_NUMBER}(?:文件|文)?)"
_ISSUED = r"[^，。；;、《》]{2,40}?(?:发布|公布|印发|颁布|制定|批准|下发)的"
_ITEMS = rf"(?P<items>{_ITEM}(?:\s*(?:[、，,]|以及|和|及|与)\s*(?:原|{_ISSUED})?{_ITEM})*)"
_ENDS = r"(?P<how>废止|失效|作废|停止(?:执行|施行|实施|使用)|不再(?:执行|施行|有效))"
_SINCE = r"(?:自|从|于)[^，。；;《》]{1,24}?(?:起|日)"
_PASSIVE = re.compile(
    rf"(?<![除如若按照据])(?<!根据)(?<!依照)(?:原|原有的)?{_ITEMS}(?:等)?(?:[一二三四五六七八九十\d]+[件份个]文件)?\s*[，,]?\s*"
    rf"(?:{_SINCE})?(?:同时|即行|现予以?|予以|一并|均|全部|相应|都|也|随之|已经?|自行|自动|宣布)*{_ENDS}(?=[。；;，,]|\s*$)"
)
_ACTIVE = re.compile(
    rf"(?:^[\W\d一二三四五六七八九十]*|(?<!拟)决定|同时|起|[，,；;]|现|予以){_ENDS}(?:原)?{_ITEMS}(?=[。；;，,]|\s*$)"
)
_EACH = re.compile(rf"(?P<title>{_TITLE})?\s*(?P<aside>{_ASIDE})?(?P<number>{_NUMBER})?")
_OF_YEAR = re.compile(r"([12]\d{3})年[^，。；;、《》]*的$")  # 2016年5月4日印发的, before a title
_DAY = re.compile(r"自(?P<day>[^，。；;]{1,24}?)起")
_IN_FORCE = re.compile(r"本[\u4e00-\u9fff]{1,6}?自(?P<day>[^，。；;]{1,24}?)起(?:正式)?(?:施行|实施|执行|生效)")

_VERSION = re.compile(
    r"[(（][^()（）]*(?:修订|修正|修改|试行|暂行|[12]\d{3})[^()（）]*[)）]|[12]\d{3}\s*[-—–~～至到]+\s*[12]\d{3}年?|"
    r"[12]\d{3}年?(?:度|版)?|[“\"]十[一二三四五六七八九]五[”\"]|十[一二三四五六七八九]五(?=时期|规划|计划|发展|期间)|修订[版稿本]?|修正[版案]"
)
_YEAR = re.compile(r"[12]\d{3}")
_DASHES = str.maketrans({"（": "(", "）": ")", "－": "-", "—": "-", "–": "-", "～": "-", "~": "-", "至": "-"})


def related(plans: Sequence[Plan]) -> list[Plan]:
    """`plans`, in each of whose documents stands what the others say of it, and nothing that others said before."""
    bare = [replace(plan, document=replace(plan.document, ended=None, newer=None)) for plan in plans]
    named = _Names([plan.document for plan in bare])
    ended: dict[str, Ended] = {}
    for plan in bare:
        for repeal in _repeals(plan):
            for document in named.meant(repeal, plan.document):
                former = ended.get(document.id)
                if former is None or _day(repeal.since) < _day(former.since):
                    ended[document.id] = Ended(plan.document.id, Validity(repeal.status, repeal.basis), repeal.since)
    newer = _newer([plan.document for plan in bare])
    return [
        replace(
            plan,
            document=replace(plan.document, ended=ended.get(plan.document.id), newer=newer.get(plan.document.id)),
        )
        for plan in bare
    ]


@dataclass(frozen=True, slots=True)
class _Repeal:
    """A text that a sentence ends: its title as quoted, its number, or both, and the year that it is said to be of; how,
    since when, and where it says so.
    """

    title: str | None
    number: str | None
    year: int | None
    status: Status
    since: date | None
    basis: str


def _repeals(plan: Plan) -> Iterator[_Repeal]:
    """What the document ends. Only a formal one does: a report of it may be wrong, or of a draft."""
    document = plan.document
    if document.kind is not Kind.FORMAL:
        return
    for span in (span for passage in plan.passages for span in passage.sentences):
        sentence = document.words(span.start, span.end).strip()
        if not re.search(_ENDS, sentence):
            continue
        for pattern in (_PASSIVE, _ACTIVE):
            for match in pattern.finditer(sentence):
                status = Status.STOPPED if match["how"].startswith(("停止", "不再")) else Status.REPEALED
                basis = f"{_quoted(document.title)}{document.number or ''}：{sentence}"
                since = _since(sentence, match, document)
                for item in _EACH.finditer(sentence, *match.span("items")):
                    if item[0].strip():
                        year = _OF_YEAR.search(sentence, 0, item.start())
                        yield _Repeal(
                            item["title"], _number(item), int(year[1]) if year else None, status, since, basis
                        )


def _number(item: re.Match[str]) -> str | None:
    inside = re.search(_NUMBER, item["aside"]) if item["aside"] else None
    return canonical_number((item["number"] or (inside and inside[0]) or "").removeprefix("原")) or None


def _since(sentence: str, match: re.Match[str], document: Document) -> date | None:
    """The day named with the verb, else the day from which the text itself is in force, else the day of its issue."""
    said = ((_DAY, match[0]), (_DAY, sentence), (_IN_FORCE, document.text))
    for pattern, text in said:
        for found in pattern.finditer(text):
            if day := date_in(Span(found.start("day"), found.end("day")), text):
                return day[0]
    return document.issued


class _Names:
    """The documents of a library by what others call them: number and title, with and without the place."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._named: dict[str, dict[str, Document]] = {}
        for document in documents:
            titles = [_plain(name) for name in (document.title, document.about) if name]
            bare = [title.removeprefix(document.region or "") for title in titles]
            for name in {document.number, *titles, *bare} - {None}:
                self._named.setdefault(str(name), {})[document.id] = document

    def meant(self, repeal: _Repeal, by: Document) -> Iterator[Document]:
        """Those that `repeal` in the text `by` ends: by number where both have one, else by the whole title."""
        title = _plain(repeal.title or "")
        called = (repeal.number or "", title, title.removeprefix(by.region or ""))
        found = {document.id: document for name in called for document in self._named.get(name, {}).values()}
        for document in found.values():
            if document.id == by.id or not _may_follow(by, document):
                continue
            if repeal.year and document.issued and repeal.year != document.issued.year:
                continue
            if repeal.number and document.number:
                if repeal.number == document.number:
                    yield document
            elif repeal.title and _same_title(repeal.title, document, by):
                yield document


def _may_follow(later: Document, earlier: Document) -> bool:
    """Whether `earlier` may be of an earlier day. Of one title, it must be: else it may be another copy of `later`."""
    if later.issued and earlier.issued:
        of_one_title = _plain(later.title) == _plain(earlier.title)
        return earlier.issued < later.issued or (earlier.issued == later.issued and not of_one_title)
    return _plain(later.title) != _plain(earlier.title)


def _same_title(title: str, document: Document, by: Document) -> bool:
    """Whether the document, or the plan that it is about, bears `title`; without its place where both are of one place."""
    wanted = _plain(title)
    for name in (document.title, document.about):
        if name is None or len(wanted) < _FEWEST_CHARACTERS:
            continue
        own, place = _plain(name), document.region or ""
        if own == wanted and (by.region == document.region or (place and place in name)):
            return True
        if place and by.region == place and own.removeprefix(place) == wanted.removeprefix(place):
            return True
    return False


def _plain(title: str) -> str:
    """The title of the plan itself, from 关于印发《…》的通知 too, in one way of writing brackets and dashes."""
    inner = re.findall(r"[《〈]([^《》〈〉]+)[》〉]", title)
    name = inner[-1] if inner else title
    return re.sub(r"\s|年(?=-)|-+(?=-)", "", name.translate(_DASHES))


def _quoted(title: str) -> str:
    return f"《{title.replace('《', '〈').replace('》', '〉')}》"


def _newer(documents: Sequence[Document]) -> dict[str, Newer]:
    """By the id of each document that has one, its newest version."""
    families: dict[tuple[str, str | None], list[tuple[int, Document]]] = {}
    for document in documents:
        stem, when = _VERSION.sub("", _plain(document.title)), _when(document)
        if document.kind is Kind.FORMAL and when and len(stem) >= _FEWEST_CHARACTERS:
            families.setdefault((stem, document.region), []).append((when, document))
    found: dict[str, Newer] = {}
    for family in families.values():
        newest = max(when for when, _ in family)
        last = [document for when, document in family if when == newest]
        if len(last) == 1:
            link = Newer(last[0].id, last[0].title)
            found |= {d.id: link for when, d in family if when < newest and _is_version(d, last[0])}
    return found


def _is_version(older: Document, newer: Document) -> bool:
    """Whether two texts of one stem are two versions of one body's plan and not two copies of one text."""
    bodies = {re.sub(r"办公[厅室]$", "", d.issuer) for d in (older, newer) if d.issuer}
    one_issuer = len(bodies) < 2
    if older.number and newer.number:
        return one_issuer and older.number != newer.number
    return one_issuer and _plain(older.title) != _plain(newer.title)


def _when(document: Document) -> int | None:
    """The year of a version: the last that its title names before any end of a period, else that of its issue."""
    if document.period:
        return document.period.first_year
    years = [int(year) for year in _YEAR.findall(document.title)]
    return max(years) if years else document.issued.year if document.issued else None


def _day(since: date | None) -> date:
    return since or date.min
