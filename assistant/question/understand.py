"""Question and history to a self-contained `Query`: which plans, what topic, what kind of answer. Rules only, no model.

The user's own words always stay in the query; what the history adds is a place and, if the question has no topic of its
own, the topic of the question before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.judge.judge import in_context
from assistant.question.coverage import Term
from assistant.question.earlier import last_asked, place_names, spoken_of
from assistant.question.intent import (
    ALL_PLACES,
    CONFIRM,
    ENDS_IN_DOUBT,
    FIELD_WORDS,
    LEAD,
    LED_BY,
    LIST,
    REQUESTS,
    SPEAKS_OF_A_DOCUMENT,
    STATES,
    WH_WORD,
    WHO_TAKES_PART,
    Intent,
)
from assistant.question.learned import learned
from assistant.question.misspelt import with_places
from assistant.question.naming import is_named, names
from assistant.question.standalone import asked_before, resolve
from assistant.question.talk import is_talk
from assistant.question.terms import content_terms, without_places
from assistant.question.wanted import Asked, asked, asks_contact, confirmed
from index.chinese.places import Mention, mentions, same_place
from index.chinese.quantity import Kind, quantities
from index.chinese.simplified import simplified
from index.chinese.words import cut, is_word, tag
from index.search import Index
from index.types import Document

_ADMINISTRATIVE = re.compile(r"[省市区县旗盟州镇乡]$")
_UNIT = re.compile(
    r"(?<![哪几])(?<!哪一)(?:市|省|县|区|州)?(?:(?![哪谁])[\u4e00-\u9fff]){1,10}?(?:局|委员会|发改委|经信委|计生委|委|办公室|办|厅|宣传部|政法委|管委会)(?=牵头|负责|承担|配合|参与|主抓|要|在|都|的)"
)

_BY_WORDS_ALONE = (Intent.LIST, Intent.CONFIRM, Intent.CONTENT)
_OF_THE_OUTLINE: dict[str, float] = {
    Intent.OVERVIEW: 0.7,
    Intent.FIGURES: 0.7,
    Intent.DATES: 0.7,
    Intent.FOR_WHOM: 0.55,
}
"""The intents that are answered from the whole of a plan, each with the least probability that it takes: chosen on dev."""
_LOOKED_UP = {Intent.FIELDS: ("fields",), Intent.LEAD: ("lead", "led_by"), Intent.LED_BY: ("lead", "led_by")}
_LEAST_LIKELY = 0.05
_REVISES, _COMPARES = "revise", "compare"
_NO_SHAPE = "none"
_LEAST_SURE = 0.5
_LEAST_SURE_OF_OPEN = 0.7  # that more than a figure is asked for, though the question names one
_LEAST_SURE_OF_SEVERAL = 0.7
_LEAST_SURE_OF_TALK = 0.8  # a policy question that is taken for talk gets no answer
_DOCUMENT_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,8}[〔\[（(【]\d{4}[〕\]）)】]\s*\d+\s*号")


@dataclass(frozen=True, slots=True)
class Query:
    """A question that needs no history. `documents` are the plans to look in, of those in `scope`; `absent` the places that none is of, `within` those that only their province has a plan for.

    `chosen` tells whether the question names one of the plans, `named` whether it names any place at all, `shape` the form that is wanted (see `IntentHead`), `presumed` whether the plan is only that of the turns before, `read` what a judge reads, `open` whether it asks for more than one thing. `terms` are the words of the question that say what it is about, `wanted` the kind of answer, `unit` the government unit that it names.
    """

    question: str
    standalone: str
    documents: tuple[Document, ...]
    scope: tuple[Document, ...]
    places: tuple[str, ...]
    absent: tuple[str, ...]
    intent: Intent
    fields: tuple[str, ...]
    compares: bool
    confirms: bool
    terms: tuple[Term, ...]
    unit: str | None
    chosen: bool
    named: bool
    wanted: Asked | None
    shape: str = "none"
    within: tuple[str, ...] = ()
    presumed: bool = False
    read: str = ""
    open: bool = False


def understand(
    question: str, history: Sequence[Mapping[str, str]], index: Index, scope: Sequence[Document] | None = None
) -> Query:
    """The query that `question` means after what was said before, asked of the documents of `scope` (all).

    See `resolve` for what the history may add. What is asked in traditional Chinese is understood in simplified, a place
    that is written with characters that sound alike as that place.
    """
    said = with_places(simplified(question), index)
    talk = is_talk(said, index)
    text = said.strip() if talk else resolve(said, history, index)
    scope = index.documents if scope is None else tuple(scope)
    query = _query(question, text, talk, index, scope, history)
    complete = text != said.strip() or talk or (query.chosen and not query.presumed)
    query = replace(query, read=text if complete else in_context(text, asked_before(history, index)))
    query = _unless_unlikely(query, index)
    if query.intent not in _BY_WORDS_ALONE:
        return query
    wants = learned(said, bool(history), index)
    wanted = None if wants and wants.open > _LEAST_SURE_OF_OPEN and not query.confirms else query.wanted
    alone = wanted is None and not query.confirms and (wants is None or wants.open > _LEAST_SURE)
    leaves_open = alone or (wants is not None and wants.several)
    query = replace(query, wanted=wanted, open=leaves_open)
    if wants is None or wants.probability < _LEAST_SURE:
        return query
    if wants.intent == Intent.TALK and wants.probability >= _LEAST_SURE_OF_TALK:
        return replace(query, intent=Intent.TALK, standalone=said.strip())
    at = last_asked(history)
    if wants.intent == _REVISES and wants.shape != _NO_SHAPE and at is not None:
        asked = understand(history[at]["content"], history[:at], index, scope)
        return replace(asked, question=question, shape=wants.shape)
    if wants.intent == _COMPARES and wants.probability >= _LEAST_SURE_OF_SEVERAL and not query.chosen:
        return replace(query, compares=len({d.region for d in query.documents}) > 1)
    if wants.probability >= _OF_THE_OUTLINE.get(wants.intent, 2.0):
        return replace(query, intent=Intent(wants.intent), shape=wants.shape, wanted=None, confirms=False, open=True)
    return query


def _unless_unlikely(query: Query, index: Index) -> Query:
    """The query; one of content where its words ask for a field or a unit and the whole question most likely does not."""
    kinds = _LOOKED_UP.get(query.intent)
    means = learned(query.standalone, False, index) if kinds else None
    if not kinds or means is None or sum(means.probabilities[kind] for kind in kinds) >= _LEAST_LIKELY:
        return query
    return replace(query, intent=Intent.CONFIRM if query.confirms else Intent.CONTENT, fields=())


def _query(
    question: str,
    text: str,
    talk: bool,
    index: Index,
    scope: tuple[Document, ...],
    history: Sequence[Mapping[str, str]],
) -> Query:
    """The query that the self-contained `text` makes; where it names no plan it is about that of the `history`."""
    named = mentions(_DOCUMENT_NUMBER.sub(" ", text))
    own = _own_places(text, scope)
    chosen, absent, within = _documents(text, named, own, scope)
    everywhere = bool(ALL_PLACES.search(text))
    presumed = () if chosen or absent or everywhere else spoken_of(history, index, scope)
    chosen = chosen or presumed
    documents = chosen or scope
    places = tuple(dict.fromkeys([*(m.text for m in named if m.place), *own]))
    fields = tuple(name for name, pattern in FIELD_WORDS if pattern.search(text))
    unit = _unit(text, documents, index)
    foreign = _foreign_number(text, scope)
    regions = {d.region for d in documents}
    compares = len(regions) > 1 and (
        len({m.place.name for m in named if m.place} | set(own.values())) > 1 or everywhere
    )
    if talk:
        intent = Intent.TALK
    elif foreign:
        intent = Intent.CONTENT
    elif fields and _about_documents(fields, text, places, documents, index):
        intent = Intent.FIELDS
    elif unit and LED_BY.search(text) and not WHO_TAKES_PART.search(text):
        intent = Intent.LED_BY
    elif LEAD.search(text) and not asks_contact(text):
        intent = Intent.LEAD
    elif _confirms(text):
        intent = Intent.CONFIRM
    elif LIST.search(text):
        intent = Intent.LIST
    else:
        intent = Intent.CONTENT
    return Query(
        question=question,
        standalone=text,
        documents=documents,
        scope=scope,
        places=places,
        absent=absent,
        within=within,
        intent=intent,
        fields=fields,
        compares=compares and not (everywhere and intent is Intent.FIELDS),
        confirms=_confirms(text) and not foreign,
        terms=(Term(foreign),) if foreign else content_terms(_topic(text, unit, documents), places, index),
        unit=unit,
        wanted=None if intent is Intent.LIST else confirmed(text) if intent is Intent.CONFIRM else asked(text),
        chosen=bool(chosen),
        named=everywhere or bool(places) or bool(chosen),
        presumed=bool(presumed),
    )


def _confirms(text: str) -> bool:
    """Whether it asks for a yes or no: by its words, or as a statement with a figure that ends as a question."""
    if WH_WORD.search(text):
        return False
    if CONFIRM.search(text):
        return True
    kinds = {q.kind for q in quantities(text) if not q.indefinite}
    states = (kinds and ENDS_IN_DOUBT.search(text)) or (Kind.NUMBER in kinds and STATES.search(text))
    return bool(states) and not REQUESTS.match(text)


def _foreign_number(text: str, scope: Sequence[Document]) -> str | None:
    """The number that `text` names a document by that is not here, where others speak of it (原……办法（甲政〔2020〕1号）废止)."""
    found = _DOCUMENT_NUMBER.search(text)
    if not found or any(is_named(text, d) for d in scope):
        return None
    number = re.sub(r"\s", "", found[0])
    return number if any(number in d.text for d in scope) else None


def _own_places(text: str, scope: Sequence[Document]) -> dict[str, str]:
    """The regions of documents below the gazetteer's level that `text` names, by the words for them: 望江县 or 望江."""
    regions = {d.region for d in scope if d.region and not same_place(d.region)}
    whole = {region: region for region in regions if region in text}
    placed = {word for word, pos in tag(text) if pos == "ns"}
    short = {r[:-1]: r for r in regions - whole.keys() if len(r) > 2 and r[:-1] in text}
    return whole | {word: r for word, r in short.items() if word in placed or not is_word(word)}  # not 平安 of 平安城市


def _documents(
    text: str, named: Sequence[Mention], own: Mapping[str, str], scope: Sequence[Document]
) -> tuple[tuple[Document, ...], tuple[str, ...], tuple[str, ...]]:
    """The documents that `text` names by place, number or title; the places that no document is of, nor any of their
    province; and those that one of their province must do for."""
    chosen = [d for d in scope if is_named(text, d)]
    chosen += [d for d in scope if d.region in own.values()]
    absent, within = [], []
    for mention in named:
        if any(mention.text in region for region in own.values()):
            continue
        here = [d for d in scope if _is_of(d, mention)]
        chosen += here
        if any(mention.text in simplified(d.title) for d in chosen):
            continue
        above = [d for d in scope if mention.place and d.region == mention.place.province]
        if not here and above:
            chosen += above
            within.append(mention.text)
        elif not here and (mention.place or (_ADMINISTRATIVE.search(mention.text) and not _spoken_of(mention, scope))):
            absent.append(mention.text)
    unique = {d.id: d for d in chosen}
    return tuple(unique.values()), tuple(dict.fromkeys(absent)), tuple(dict.fromkeys(within))


def _spoken_of(mention: Mention, scope: Sequence[Document]) -> bool:
    return any(mention.text in d.text for d in scope)


def _is_of(document: Document, mention: Mention) -> bool:
    """Whether the document is of that place; one that is of none in particular is of each that it names."""
    if document.region is None or not same_place(document.region):
        return mention.text in document.text
    return mention.place is not None and document.region == mention.place.name


def _status_of_document(text: str) -> bool:
    """Whether the status is said of a document in the same breath: 这份文件还有效吗, not 方案里，资质到期后怎么处理."""
    status = dict(FIELD_WORDS)["status"].pattern
    document = rf"{SPEAKS_OF_A_DOCUMENT.pattern}|哪[一几些]?[份个篇]"
    return bool(
        re.search(f"(?:{document})[^，,；;里中]{{0,10}}?(?:{status})|(?:{status})[^，,；;]{{0,6}}?(?:{document})", text)
    )


def _about_documents(
    fields: Sequence[str], text: str, places: Sequence[str], documents: Sequence[Document], index: Index
) -> bool:
    """Whether a question for a field is about the documents themselves and not about something that they speak of."""
    if "number" in fields or ("status" in fields and _status_of_document(text)):
        return True
    rest = _without_names(text, documents)
    for _, pattern in FIELD_WORDS:
        rest = pattern.sub(" ", rest)
    names = "".join(f"{d.title}{d.about or ''}" for d in documents)
    foreign = sum(t.weight >= 1 and t.word not in names for t in content_terms(rest, places, index))
    return foreign < (1 if tuple(fields) == ("title",) else 2)


def _topic(text: str, unit: str | None, documents: Sequence[Document]) -> str:
    """`text` without what names a plan or the units that it asks about."""
    return _without_names(text, documents).replace(unit or "\0", " ")


def _without_names(text: str, documents: Sequence[Document]) -> str:
    """`text` without the numbers and titles of `documents`: they say which plan is meant, not what of it is asked."""
    for document in documents:
        for name in list(names(text, document)):
            text = text.replace(name, " ")
    return text


def _names_it(unit: str) -> list[str]:
    """The words of a unit's name that tell it from others: without 中国, 市 and the like."""
    words = [re.sub(r"^(?:中国|国家)", "", word) for word in cut(unit)]
    return [word for word in words if len(word) > 1]


def _unit(text: str, documents: Sequence[Document], index: Index) -> str | None:
    """The government unit that the question names: one that the documents name too, else what looks like one."""
    ids = {d.id for d in documents}
    known = dict.fromkeys(name for d in index.duties(tuple(ids)) for name in (*d.lead, *d.responsible))
    bare = {name: re.sub(r"^[市省县区]", "", name) for name in known}
    named = [name for name in known if name in text or (len(bare[name]) > 2 and bare[name] in text)]
    if named:
        return max(named, key=len)
    told = [name for name in known if len(words := _names_it(name)) > 1 and all(word in text for word in words)]
    if told:
        return max(told, key=len)
    match = _UNIT.search(text)
    return without_places(match[0].rpartition("的")[2], place_names(match[0])).strip() or None if match else None
