"""Routes that need no model: metadata and status from Document fields, units from duty lines, lists from the clause tree."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from assistant.evidence.retrieve import as_evidence, as_source, retrieve
from assistant.question.coverage import Term, coverage, normalized
from assistant.question.terms import without_places
from assistant.question.understand import Query
from assistant.routes.claim import Claim, Work
from assistant.types import Evidence, titled
from assistant.verify.check import check
from index.chinese.places import mentions
from index.chinese.quantity import quantities
from index.chinese.units import same_unit
from index.chinese.words import cut, tag
from index.facts.duty import task_of
from index.search import Index
from index.types import Document, Duty, Filters, Kind, Passage, Role, Span, Status

_FIELD_NAMES = {
    "number": "文号",
    "issuer": "发布机关",
    "addressees": "主送单位",
    "issued": "成文或发布日期",
    "period": "规划期",
    "region": "所属地区",
    "about": "所解读或报道的文件",
    "newer": "由哪份文件接替",
    "kind": "文件类型",
}
_ABOUT_VERB = {Kind.INTERPRETATION: "解读", Kind.NEWS: "报道"}
_FRONT_CELL = re.compile(r"([\u4e00-\u9fff]{2,8})\s*[:：]\s*\|\s*([^|\n]*[^|\s])")
_LABELS = (
    "索引号",
    "主题分类",
    "公开方式",
    "公开范围",
    "公开日期",
    "公开时限",
    "体裁分类",
    "组配分类",
    "信息分类",
    "关键词",
)
_WHICH_STATUS = (
    ((Status.STOPPED,), re.compile(r"哪.{0,12}停止")),
    ((Status.REPEALED,), re.compile(r"哪.{0,12}废止")),
    ((Status.LAPSED,), re.compile(r"哪.{0,12}(?:届满|期满|到期|过期|已满)")),
    ((Status.STOPPED, Status.REPEALED, Status.LAPSED), re.compile(r"哪.{0,12}(?:失效|作废|无效|不再有效)")),
    ((Status.IN_FORCE,), re.compile(r"哪.{0,12}(?:有效|现行)")),
)
_OUR_WORDS = (
    "文件标题是，文号是，由谁发布，主送，成文日期是，发布日期是，公开日期是，文中载明的规划期为，载明的规划期是，规划期已满，期限已满，文中写明，现已届满，正式文件，政策解读，新闻报道，领导访谈，"
    "不是正式文件，解读的是，报道的是，介绍的是，有较新的一版，没有写明有效期，也没有写明是否停止执行，已停止执行，已废止，现行，有效性未知，部分列出，"
    "牵头，配合，为责任单位，负责，地区的文件"
)
ANNOUNCED = "部分列出："
"""What opens a list that was read from the clause tree."""
_LEAST_TOPIC = 0.7
_LEAST_TOPIC_OF_FIRST = 0.4
_LEAST_LIST_RECALL = 0.75
_VERB_WEIGHT = 0.3
_ONLY_REQUESTS = re.compile(
    r"(?:[请帮我您你]|麻烦|给我|替我|写\w{1,4}用|(?:逐[一条项])?(?:说|讲|列|问|介绍|告诉)(?:一下|出来?|[说讲明])?)+"
)
_HOW_LISTED = re.compile(r"(?:只|不)[要用需]|逐[一条项]|一条条|挨个")
_LEAST_LIST_PRECISION = 0.3
_ANNOUNCES = re.compile(r"[二三四五六七八九十\d]+个?(?:方面|项|条|点|大)|如下|以下")
_BESIDE_THE_LEAD = re.compile(r"配合|参与|协办|协助")
_TAKES_PART = re.compile(rf"{_BESIDE_THE_LEAD.pattern}|责任单位")
_IS_LED = re.compile(r"牵头|主办|主抓|哪些任务由")
_ASKING = frozenset(
    "有 哪些 哪 几 方面 一共 总共 个 项 条 的 是 什么 多少 都 分别 主要 具体 包括 请 列出 列举 一下 了 吗 呢 提出 为 大 哪几 多 分为 哪几个 哪几项 里 中 方案 计划 文件 意见 市 省 全部 完整 介绍 说说 推进 安排 这 份 那".split()
)


def fields(query: Query, index: Index, as_of: date, work: Work) -> Iterator[Claim]:
    """Title, number, issuer, addressees, dates, period, kind, status: from the documents' fields."""
    for document in _with_asked_status(query, as_of):
        until = not document.period and document.until is not None
        for name in dict.fromkeys("status" if name == "period" and until else name for name in query.fields):
            text = _field_sentence(document, name, as_of)
            if text is None:
                work.missing.append(f"{titled(document.title)}没有写明{_FIELD_NAMES[name]}。")
                continue
            read = _read(document, name, as_of, index)
            evidence = dict.fromkeys(as_evidence(index, d, _sentence_at(index, d, at)) for d, at in read)
            yield from _standing(text, list(evidence), index, work)


def _read(document: Document, name: str, as_of: date, index: Index) -> Iterator[tuple[Document, Span]]:
    """Where the field of that name was read, in which document."""
    if name == "status":
        name = _status_follows_from(document, as_of)
    if name == "ended" and document.ended:
        ending = index.document(document.ended.by)
        yield document, document.read_at["title"]
        sentence = document.ended.validity.basis.removeprefix(f"{titled(ending.title)}{ending.number or ''}：")
        start = ending.text.find(sentence)
        yield ending, Span(start, start + 1) if start >= 0 else ending.read_at["title"]
        return
    yield document, document.read_at.get(name) or document.read_at["title"]
    if name == "issued" and "published" in document.read_at:
        yield document, document.read_at["published"]
    if name == "newer" and document.newer:
        newer = index.document(document.newer.document_id)
        yield newer, newer.read_at["title"]


def _status_follows_from(document: Document, as_of: date) -> str:
    """Which field the status of the day follows from: what it states, what a later one says, its term, its period."""
    validity = document.validity(as_of)
    if validity == document.stated:
        return "status"
    if document.ended and validity == document.ended.validity:
        return "ended"
    return "until" if document.until else "period"


def front_cells(query: Query, index: Index, work: Work) -> list[Claim]:
    """Cells of the front matter's table by their own labels (索引号: | …), those that the question names."""
    claims: list[Claim] = []
    for document in query.documents:
        front = [p for p in index.passages(document.id) if p.role is Role.FRONT]
        for span in (s for p in front for s in p.sentences):
            cells = [m for m in _FRONT_CELL.finditer(document.text, span.start, span.end) if m[1] in query.standalone]
            if _only_about([m[1] for m in cells], query):
                evidence = as_evidence(index, document, span)
                for _, label, value in (m.group(0, 1, 2) for m in cells):
                    claims += _standing(f"{titled(document.title)}的{label}是{value}。", [evidence], index, work)
    return claims


def _only_about(labels: Sequence[str], query: Query) -> bool:
    """Whether the question has hardly a topic besides labels of the front matter."""
    known = [label for label in _LABELS if label in query.standalone] + list(labels)
    return sum(t.weight >= 1 and not any(t.word in label for label in known) for t in query.terms) < 2


def _with_asked_status(query: Query, as_of: date) -> Sequence[Document]:
    """Of 哪份文件已停止执行 only the documents of that status, if there are any; else all that are asked about."""
    wanted = next((status for status, pattern in _WHICH_STATUS if pattern.search(query.standalone)), ())
    return [d for d in query.documents if d.validity(as_of).status in wanted] or query.documents


def _field_sentence(d: Document, name: str, as_of: date) -> str | None:
    title = titled(d.title)
    validity = d.validity(as_of)
    if name == "region" and d.region:
        return f"{title}是{d.region}的文件。"
    if name == "title":
        return f"文件标题是{title}。"
    if name == "status":
        if validity.status is Status.UNKNOWN:
            return f"{title}没有写明有效期，也没有写明是否停止执行，有效性未知。"
        return f"{title}{validity.status}（{validity.basis}）。"
    if name == "number" and d.number:
        return f"{title}的文号是{d.number}。"
    if name == "issuer" and d.issuer:
        return f"{title}由{d.issuer}发布。"
    if name == "addressees" and d.addressees:
        return f"{title}主送{d.addressees}。"
    if name == "issued" and d.issued:
        if d.published and d.published != d.issued:
            return f"{title}的成文日期是{_chinese_date(d.issued)}，公开日期是{_chinese_date(d.published)}。"
        return f"{title}的{'发布' if d.published else '成文'}日期是{_chinese_date(d.issued)}。"
    if name == "period" and d.period:
        return f"{title}载明的规划期是{d.period}年{'，规划期已满' if as_of.year > d.period.last_year else ''}。"
    if name == "kind" and d.kind:
        return f"{title}是{d.kind}{'' if d.kind is Kind.FORMAL else '，不是正式文件'}。"
    if name == "newer" and d.newer:
        return f"{title}有较新的一版{titled(d.newer.title)}。"
    if name == "about" and d.about:
        return f"{title}{_ABOUT_VERB.get(d.kind or Kind.NEWS, '介绍')}的是{titled(d.about)}。"
    return None


def field_value(d: Document, name: str, as_of: date) -> str | None:
    """A field in a few words, as a cell of a table has it."""
    if name == "status":
        return d.validity(as_of).status.value
    if name == "issued":
        return _chinese_date(d.issued) if d.issued else None
    if name == "newer":
        return titled(d.newer.title) if d.newer else None
    value = getattr(d, name)
    return None if value is None else str(value)


def lead(query: Query, index: Index, work: Work) -> Iterator[Claim]:
    """牵头、配合、责任单位 of the clause that the question is about: one clause in each plan that has one.

    A question about nothing in particular is one about all tasks of its plan; of several plans that would be too many.
    """
    silent = []
    terms = [t for t in query.terms if t.word != query.unit and not t.word.endswith(("局", "委", "委员会"))]
    if not query.terms and len(query.documents) > 1:
        work.missing.append("请写明是哪个地方、哪项任务，例如“某市的某项任务由谁牵头”。")
        return
    if not query.terms and (duties := index.duties([d.id for d in query.documents])):
        for duty in duties:
            document = index.document(duty.document_id)
            passage = index.passage(duty.passage_id)
            sentence = _duty_sentence(document, passage, duty)
            yield from _standing(sentence, _support(document, passage, duty, index), index, work)
        return
    for document in query.documents:
        best = None if _is_of_others(terms, query, document, index) else _duty_for(terms, document, index)
        if best is not None:
            passage, found = best
            if _says_who_leads(query) and not any(same_unit(str(query.unit), name) for name in found.lead):
                work.notes.append(f"问题里的“{query.unit}”与原文不符，原文的牵头单位见下。")
            support = _support(document, passage, found, index)
            yield from _standing(_duty_sentence(document, passage, found), support, index, work)
            if _BESIDE_THE_LEAD.search(query.standalone) and not found.responsible:
                work.missing.append(f"{titled(document.title)}没有写明这一条的配合单位。")
            continue
        named = _named_in_prose(query, document, index, work)
        if named:
            yield from named
        else:
            words = [t.word for t in terms]
            topic = whole if (whole := "".join(words)) in query.standalone else "、".join(words)
            silent.append(f"{titled(document.title)}没有写明{f'“{topic}”的' if topic else ''}牵头或责任单位。")
    if query.named or len(silent) == len(query.documents):
        work.missing += silent


def _is_of_others(terms: Sequence[Term], query: Query, document: Document, index: Index) -> bool:
    """Whether the terms are one name (养老服务平台) with a word that other plans have and this one does not."""
    if "".join(t.word for t in terms) not in query.standalone:
        return False
    known = [t for t in terms if index.idf(t.word) < 1]
    return any(not coverage([t], normalized(document.text), index.idf) for t in known)


def _duty_for(terms: Sequence[Term], document: Document, index: Index) -> tuple[Passage, Duty] | None:
    """The clause with a duty line that is most about the question, if it is enough so.

    Best is one that has the words in one sentence: 应急手环 here and 交通 there are not 应急交通.
    """
    topic = " ".join(t.word for t in terms)
    hits = index.search(topic, Filters(documents=(document.id,)), k=30)
    found_in: dict[str, float] = {}
    for hit in hits:
        found_in[hit.passage.id] = found_in.get(hit.passage.id, 0.0) + hit.score * (
            index.duty_of(hit.passage.id) is not None
        )
    most = max(found_in.values(), default=0.0) or 1.0
    best: tuple[float, Passage, Duty] | None = None
    for found in index.duties([document.id]):
        passage = index.passage(found.passage_id)
        heading = normalized(task_of(passage, found))
        text = normalized(document.text[found.about.start : found.about.end]) + normalized("".join(passage.headings))
        in_text = coverage(terms, text, index.idf)
        together = max(coverage(terms, said, index.idf) for said in _sentences(passage, found, document))
        share = found_in.get(passage.id, 0.0) / most
        score = coverage(terms, heading, index.idf) + together + 0.3 * share
        if any(len(t.word) > 3 and normalized(t.word)[-2:] in heading for t in terms):
            in_text = max(in_text, _LEAST_TOPIC)  # 便捷交通 for 智慧交通: the heading has the head of the compound
        least = _LEAST_TOPIC_OF_FIRST if share == 1 else _LEAST_TOPIC
        if in_text >= least and (best is None or score > best[0]):
            best = (score, passage, found)
    return best and best[1:]


def _sentences(passage: Passage, duty: Duty, document: Document) -> list[str]:
    """What each sentence says that the duty is about, with the headings that it stands under."""
    headings = normalized("".join(passage.headings))
    about = [s for s in passage.sentences if s.start < duty.about.end and s.end > duty.about.start]
    return [normalized(document.text[s.start : min(s.end, duty.about.end)]) + headings for s in about] or [headings]


def _duty_sentence(document: Document, passage: Passage, found: Duty) -> str:
    task = task_of(passage, found)
    subject = f"{document.region or ''}“{_unquoted(task)}”" if task else titled(document.title)
    if found.lead and found.responsible:
        return (
            f"{subject}由{'、'.join(found.lead)}牵头，{'、'.join(found.responsible)}{_second_role(document, found)}。"
        )
    if found.lead:
        return f"{subject}由{'、'.join(found.lead)}牵头。"
    return f"{subject}由{'、'.join(found.responsible)}负责。"


def _support(document: Document, passage: Passage, found: Duty, index: Index) -> list[Evidence]:
    """The line; the sentence that heads the clause too, where the words for the task have a figure."""
    spans = [found.span]
    if not found.task and quantities(task_of(passage, found)):
        spans.append(passage.sentences[0])
    return [as_evidence(index, document, span) for span in spans]


def _second_role(document: Document, found: Duty) -> str:
    return "为责任单位" if "责任" in document.text[found.span.start : found.span.end] else "配合"


def _named_in_prose(query: Query, document: Document, index: Index, work: Work) -> list[Claim]:
    """A sentence of running text that itself says 由…牵头/负责, where it covers the topic."""
    for candidate in retrieve(query, index, [document])[:8]:
        text = candidate.evidence.text
        if candidate.covered >= _LEAST_TOPIC and re.search(r"由[\u4e00-\u9fff]{2,20}(?:牵头|负责)|办公室设在", text):
            return _standing(text.strip(), [candidate.evidence], index, work)
    return []


def led_by(query: Query, index: Index, work: Work) -> Iterator[Claim]:
    """The clauses that a unit leads, or takes part in if that is asked."""
    unit = query.unit or ""
    takes_part = bool(_TAKES_PART.search(query.standalone))
    any_role = not takes_part and not _IS_LED.search(query.standalone)
    silent = []
    for document in query.documents:
        found = False
        for named in index.duties([document.id], unit):
            passage = index.passage(named.passage_id)
            in_role = named.responsible if takes_part else named.lead
            leads = any(same_unit(unit, name) for name in named.lead)
            if any_role or (not named.lead and "负责" in query.standalone):
                in_role = (*named.lead, *named.responsible)
            if any(same_unit(unit, name) for name in in_role):
                found = True
                support = _support(document, passage, named, index)
                role = "牵头" if leads and not takes_part else "配合" if named.lead or takes_part else "负责"
                title = _unquoted(task_of(passage, named)) or passage.address
                yield from _standing(f"{unit}{role}{document.region or ''}“{title}”。", support, index, work)
        if not found:
            role = "配合" if takes_part else "承担" if any_role else "牵头"
            silent.append(f"{titled(document.title)}没有写明由{unit}{role}的任务。")
    if query.named or len(silent) == len(query.documents):
        work.missing += silent


def items(query: Query, index: Index, work: Work) -> list[Claim]:
    """The items of the heading that the question asks to list, in the plan that has it; [] if no heading is meant."""
    best: tuple[float, Document, Passage, list[Passage]] | None = None
    words = [w for w in _list_words(query) if index.idf(w.word) < 1]
    if not words:
        return []
    wanted = _wanted_count(query.standalone)
    for document in query.documents:
        for passage in index.passages(document.id):
            if passage.role is not Role.CLAUSE:
                continue
            levels = _levels(passage, index)
            for depth, below in enumerate(levels):
                heading = re.split(r"[，,]", passage.headings[-1])[0] if passage.headings else ""
                own = document.text[passage.start : passage.end]
                path = normalized(document.title + "".join(passage.headings) + own)
                if not _is_of_places(query, document, path):
                    continue
                recall = coverage(words, path, index.idf)
                precision = (
                    coverage([Term(w) for w in cut(heading)], normalized(query.standalone), index.idf)
                    if heading
                    else 0.0
                )
                if _ANNOUNCES.search(own):
                    precision = max(precision, _LEAST_LIST_PRECISION)
                counted = wanted is not None and len(below) == wanted
                mismatch = wanted is not None and not counted
                if wanted is not None and len(below) * 2 <= wanted:
                    continue  # five items are not ten with some left out
                score = recall + 0.8 * precision + 0.5 * counted - 0.5 * mismatch - 0.1 * depth
                if (
                    recall >= _LEAST_LIST_RECALL
                    and (counted or precision >= _LEAST_LIST_PRECISION)
                    and (best is None or score > best[0])
                ):
                    best = (score, document, passage, below)
    if best is None:
        return []
    _, document, parent, below = best
    head = as_evidence(index, document, parent.sentences[0])
    claims = _standing(f"{titled(document.title)}“{_unquoted(parent.headings[-1])}”{ANNOUNCED}", [head], index, work)
    for passage in below:
        evidence = as_evidence(index, document, passage.sentences[0])
        claims += _standing(f"{_label(passage)}{_item_text(passage, document)}；", [evidence], index, work)
    return claims


def _is_of_places(query: Query, document: Document, path: str) -> bool:
    """Whether the list is of the places that the question names: its document is, or its words have them."""
    named = (m for m in mentions(query.standalone) if not (m.place and m.place.name == document.region))
    return all(m.text in (document.region or "") or normalized(m.text) in path for m in named)


def examples(index: Index) -> tuple[str, ...]:
    """Questions that these routes answer from this very index: a lead unit, a list and a status, of different plans."""
    found: list[str] = []
    for document in index.documents:
        place = document.region or titled(document.title)
        tasks = [task for d in index.duties([document.id]) if (task := task_of(index.passage(d.passage_id), d))]
        if tasks:
            found.append(f"{place}的“{_unquoted(tasks[len(tasks) // 2])}”由谁牵头？")
        listed = [
            p for p in index.passages(document.id) if p.headings and _levels(p, index) and len(p.headings[-1]) < 12
        ]
        if listed:
            found.append(f"{place}的{listed[-1].headings[-1]}有哪些？")
        found.append(f"{place}的这份文件现在还有效吗？")
    return tuple(found[i] for i in range(0, len(found), max(1, len(found) // 6)))[:6]


def _levels(parent: Passage, index: Index) -> list[list[Passage]]:
    """The children of a heading and, where they have children of their own, all the grandchildren; from two on."""
    passages = index.passages(parent.document_id)

    def below(addresses: set[str]) -> list[Passage]:
        return [p for p in passages if p.parent_address in addresses and not p.address.endswith("段")]

    children = below({parent.address})
    grandchildren = below({p.address for p in children})
    return [level for level in (children, grandchildren) if len(level) > 1]


def _without_framing(text: str) -> str:
    """`text` without what it is wanted for and how: 写材料用：……，请逐条说，只要标题."""
    clauses = re.split(r"[，,；;。？?！!：:]", text)
    return "".join(c for c in clauses if not (_ONLY_REQUESTS.fullmatch(c) or _HOW_LISTED.match(c))) or text


def _list_words(query: Query) -> list[Term]:
    text = without_places(_without_framing(query.standalone), query.places)
    tagged = [(w, pos) for w, pos in tag(text) if re.fullmatch(r"[\u4e00-\u9fffA-Za-z]+", w) and w not in _ASKING]
    return [Term(w, _VERB_WEIGHT if pos == "v" else 1.0) for w, pos in tagged if pos[0] in "nvalijesb"]


def _wanted_count(text: str) -> int | None:
    """The number of items that the question itself names: 十大行动, 17项任务."""
    for quantity in quantities(re.sub(r"(?<=[一二三四五六七八九十])大(?=[\u4e00-\u9fff])", "个", text)):
        if quantity.value is not None and quantity.unit in ("个", "项", "条", "方面", "点") and quantity.value > 1:
            return int(quantity.value)
    return None


def _label(passage: Passage) -> str:
    own = passage.address.rpartition("·")[2]
    if own.startswith("("):
        return own
    if own.startswith("—") or own.endswith("是"):
        return ""
    return f"{own}." if own.isdigit() else f"{own}、"


def _item_text(passage: Passage, document: Document) -> str:
    if passage.headings and passage.headings[-1]:
        return passage.headings[-1]
    first = passage.sentences[0]
    return document.text[first.start : first.end].strip(" 。；;\n")


def _standing(text: str, support: list[Evidence], index: Index, work: Work) -> list[Claim]:
    """A sentence put together here, if it stands: all but our own connecting words must be in what it cites."""
    verdict = check(text, [as_source(index, e) for e in support], index.idf, given=_OUR_WORDS)
    if verdict.problem:
        work.problems.append(f"略去一句（{verdict.problem}）：{text}")
        return []
    work.evidence += support
    return [Claim(text, tuple(support), verdict.checks)]


def _sentence_at(index: Index, document: Document, span: Span) -> Span:
    """The sentence in which a field was read."""
    passage = index.passage_at(document.id, span.start)
    return next((s for s in passage.sentences if s.start <= span.start < s.end), span)


def _says_who_leads(query: Query) -> bool:
    """Whether the question names the unit that it takes for the lead: 由某局牵头，对吗, 既然由某局牵头，谁配合."""
    return bool(query.unit) and (query.confirms or bool(re.search(f"{query.unit}(?:来)?牵头", query.standalone)))


def _chinese_date(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _unquoted(title: str) -> str:
    """A heading to stand in quotation marks: inner ones single, an unmatched one dropped."""
    if title.count("“") != title.count("”"):
        return title.replace("“", "").replace("”", "")
    return title.replace("“", "‘").replace("”", "’")
