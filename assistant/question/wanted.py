"""What a question wants: a thing, a yes or no, or one of several; and whether a sentence has an answer of its kind.

Kinds are a figure, a date, a person, a number to call, a definition.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from assistant.question.coverage import normalized
from assistant.question.intent import CONFIRM, INTERROGATIVE, OR_NOT, WHAT
from assistant.question.terms import without_places
from index.chinese.places import mentions
from index.chinese.quantity import Kind, asks_quantity, holds_kind, names_quantity, quantities
from index.chinese.words import tag

_YES_OR_NO = re.compile(r"有无|[是有能没可会应要与]否|了没(?!有[\u4e00-\u9fff])|没有?[啊呀呢]?$")
_WHICH = "(?:哪[个种家边样]|谁)"
_CHOICE = re.compile(
    f"还是|[和与跟、](?:[^，。？的各由归]{{1,8}}{_WHICH}|[^，。？]*{_WHICH}[^，。？]{{0,6}}[更最先多大高少小低早快好])"
)
_CALLED = re.compile(r"叫(?:什么|啥|作什么|做什么)|(?:名称|名字)(?:是|叫)?(?:什么|啥)|什么名(?:称|字)")
_END = re.compile(r"[。？?！!\s]+$")
_SHARE = re.compile(r"占比|比重|份额|占[^，。？]{0,10}(?:多少|几成|百分之几)")
_CHANGED = re.compile(r"增长|提高|提升|上升|增加(?!值)|下降|降低|减少|增速|增幅|涨|跌")
_BY = re.compile(
    r"(?:增长|提高|提升|上升|增加(?!值)|下降|降低|减少|[涨跌增升降减])[了约近超过]{0,2}$|(?:增速|[增涨跌降]幅|增长率)[^，,；;。]{0,6}$"
)
_CONTACTS = (
    (
        re.compile(r"电话|手机号|传真|联系方式|热线"),
        re.compile(r"(?<!\d)(?:\d{3,4}-\d{7,8}|1\d{10}|\d{7,8}|1\d{4})(?!\d)"),
    ),
    (re.compile(r"邮箱|电子邮件"), re.compile(r"@")),
    (re.compile(r"网址|链接"), re.compile(r"https?://|www\.")),
)
_OFFICE = re.compile(r"副?(?:[组市省县区镇局厅处]长|主任|(?<!总)书记)")
_PERSON = re.compile(
    rf"(?:{_OFFICE.pattern}|领导|负责人|联系人|记者|作者|起草人)[^，。？]{{0,4}}(?:是谁|叫什么|姓名|名字|哪位)|"
    rf"谁是[^，。？]{{0,8}}(?:{_OFFICE.pattern})|哪[一几]?位|谁写|姓什么|(?:人|谁)的(?:姓名|名字)"
)
_DEFINED = re.compile(
    r"(?:^|[，,]|请问)(?:什么(?:是|叫做?)|何谓|何为|啥[是叫])([^，,]+)$|([^，,]+?)(?:(?:是|指的?)?(?:是|指)?(?:什么意思|啥意思)|是?指的?是?(?:什么|啥)|的(?:定义|含义)(?:是(?:什么|啥))?)$"
)
_IN_QUOTES = re.compile(r"[“\"‘'「]([^“”\"‘’'「」]+)[”\"’'」]")
_NO_TERM = re.compile(
    "[这那此该第它其]|.*(?:任务|目标|措施|内容|原则|要求|重点|职责|条件|标准|范围)$"
)  # 这个是什么意思
_MARKS = "“”\"《》‘’'「」"
_DEFINES = (
    rf"[{_MARKS}]?(?:[(（][^()（）]{{0,30}}[)）])?[\s,，]?(?:是(?!否)|指|[(（,，]?即|意思|意为|表示|又称|就是|:|：|——)"
)
_DEFINES_BEFORE = rf"(?:即|所谓|简称|称为?|叫做?|以下称)[{_MARKS}]?"


MEANING = "含义"
"""What is asked for by 什么是X."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The kind of answer wanted; `found_in` tells whether a sentence has one, `figure` whether it is a number or a date.

    `called` is what a reader is told is missing where there is none.
    """

    found_in: Callable[[str], bool]
    figure: bool
    called: str = "数字、时间或名字"


def unmarked(text: str) -> str:
    """The text without the marks that it ends with."""
    return _END.sub("", text)


def wants_thing(question: str) -> bool:
    """Whether it asks for something that a few words can name, and not for a yes or a no."""
    return bool(WHAT.search(question)) and not _wants_yes_or_no(question)


def wants_name(question: str) -> bool:
    """Whether it asks what something is called."""
    return bool(_CALLED.search(question))


def wants_one_of(question: str) -> bool:
    """Whether it asks for a yes or a no, or for one of those that it names."""
    return _wants_yes_or_no(question) or bool(_CHOICE.search(question))


def _wants_yes_or_no(question: str) -> bool:
    bare = unmarked(question)
    return bool(CONFIRM.search(question) or OR_NOT.search(bare) or _YES_OR_NO.search(bare))


def asks_contact(question: str) -> bool:
    """Whether it asks for a telephone number, an address and the like."""
    return any(wanted.search(question) for wanted, _ in _CONTACTS)


def asked(question: str) -> Asked | None:
    """The kind that `question` asks for, None where any statement may answer it."""
    for wanted, pattern in _CONTACTS:
        if wanted.search(question):
            return Asked(lambda text, pattern=pattern: bool(pattern.search(text)), figure=True)  # type: ignore[misc]
    if _PERSON.search(question):
        office = _OFFICE.search(question)
        return Asked(
            lambda text: _names_a_person(text) and (not office or office[0] in _OFFICE.findall(text)), figure=False
        )
    if term := _to_be_defined(question):
        term = re.escape(normalized(term))
        definition = re.compile(f"{term}{_DEFINES}|{_DEFINES_BEFORE}{term}")
        return Asked(lambda text: bool(definition.search(normalized(text))), figure=False, called=MEANING)
    unit = asks_quantity(question)
    if unit is None and not INTERROGATIVE.search(question) and not wants_one_of(question):
        unit = names_quantity(unmarked(question))
    if unit == "%" and _SHARE.search(question) and not _CHANGED.search(question):
        return Asked(_gives_share, figure=True)
    return None if unit is None else Asked(lambda text: holds_kind(text, unit), figure=True)


def confirmed(question: str) -> Asked | None:
    """What can confirm or correct the figures of a yes-or-no question: others in the same unit."""
    units = [q.unit for q in quantities(question) if q.kind is Kind.NUMBER and not q.indefinite]
    return Asked(lambda text: holds_kind(text, units[0]), figure=True) if units else None


def _to_be_defined(question: str) -> str | None:
    """The term whose meaning is asked for (什么是众创空间, “万千百工程”指什么); None for one with a number of parts: 八大行动."""
    found = _DEFINED.search(unmarked(question))
    if not found:
        return None
    named = re.split("所称的?|所说的?|讲的|说的|提到的", found[1] or found[2])[-1]
    quoted = _IN_QUOTES.search(named)
    term = (
        quoted[1]
        if quoted
        else re.split("[的里中]", without_places(named, [m.text for m in mentions(named)]))[-1].strip(f"{_MARKS} ")
    )
    return term if len(term) > 1 and not quantities(term) and not _NO_TERM.match(term) else None


def _names_a_person(text: str) -> bool:
    return any(pos == "nr" and 2 <= len(word) <= 4 for word, pos in tag(text))


def _gives_share(text: str) -> bool:
    """Whether it has a percentage that nothing has grown or shrunk by."""
    return any(q.unit == "%" and not _BY.search(text[: q.start]) for q in quantities(text))
