"""Sense: negation, force, direction and role of each stretch must be those of the stretch of the source that it restates."""

from __future__ import annotations

import re

from assistant.question.coverage import Term, content_words, coverage, normalized
from assistant.question.terms import without_places
from assistant.verify.checks.limits import DENYING_BOUND, LIMITS
from assistant.verify.checks.place import UNIT_NAME
from assistant.verify.checks.view import View, stretches
from index.chinese.places import mentions
from index.chinese.words import cut, tag

_ALIKE = 0.8
_RESTATES = 0.5
DENIES = re.compile(
    r"不(?![同断仅但只止管论少足懈])|(?<![从])没(?!收)|未(?!来|成年)|无(?![线人障缝偿纸论])|禁止|严禁|杜绝|取消|停止|暂停|拒绝|并非|免除|废止|勿|莫"
)
OBLIGES = re.compile(r"必须|务必|强制|一律|应当|不得|不准|不许|不可|严禁|禁止|无需|不需|不必|确保|保证")
RESTRICTS = re.compile(
    r"只(?!要)|仅(?!次)|唯一|所有|全都|一切|全部|完全|部分|适当|大幅|全面|试点|长期|暂(?!行)|期间|除"
)
FORCE = re.compile(
    r"必须|务必|强制|一律|应当|应(?![用对急])|须|可以|可(?=[以按向在由])|鼓励|支持|引导|力争|争取|探索|确保|保证|自愿"
)
PERMITS = frozenset(("可以", "可"))
"""Who asks what one may do is told what there is."""
_FORBIDS = re.compile(
    r"不得|不能|不再|不予|不准|不许|不可|没有|未(?!来|成年)|禁止|严禁|无需|不需|不必|不是|并非|取消|停止|暂停"
)
_CONDITION = re.compile(r"[未非]经[^，,不]{0,6}|擅自|无正当理由")
_CONDITIONAL = re.compile(r"[未没非无不](?:有?经|有|正当)|擅自")
_FORCE = (
    (re.compile(r"只(?!要)|仅(?!次)|唯一"), re.compile(r"只|仅|唯一")),
    (re.compile(r"所有|全都|一切|全部|都(?!市)"), re.compile(r"所有|都|一切|全|各|每|均|皆|凡|一律")),
    (
        re.compile(r"必须|务必|强制|一律|应当|不得|确保|严禁"),
        re.compile(r"必须|务必|强制|一律|应|须|不得|确保|保证|严禁|禁止"),
    ),
    (re.compile(r"已经|已(?=[建完实出达])"), re.compile(r"已|了|完成|实现")),
)
_SOFT = re.compile(r"鼓励|引导|支持|提倡|倡导|探索|可以|可(?=[以按向在由])|力争|争取|努力")
_ORDERS = re.compile(r"要求|必须|应当|规定|强制")
_UP = re.compile(
    r"提高|增长|增加|提升|上升|扩大|高于|上涨|增多|翻番|加快|加强|强化|升(?=[到至])|增(?=[到至])|放宽|延长|多于"
)
_DOWN = re.compile(
    r"降低|下降|降(?=[到至])|减(?=[到至])|减少|缩小|压缩|低于|下跌|下滑|减弱|放缓|削减|缩短|减缓|收紧|少于|减小|越来越少|越来越低"
)
_ENDS = re.compile(
    r"关闭|关停|撤销|撤并|淘汰|取缔|拆除|退出|清退|清理|整治|终止|中断|废除|倒闭|流失|出售|转让|外包|[关拆停撤退减删罚扣禁降缩砍]"
)
_PAST = re.compile(r"已|了|完成|近年|去年|上年|年初|同比|以来|截至")
_DONE = re.compile(r"([\u4e00-\u9fff]{2})了")
_ROLES = ("牵头", "配合", "负责", "协办", "主办", "承办", "责任单位")


def changed(view: View) -> str | None:
    """A negation, an obligation, a direction or a role that only one side has: 不得 left out, 必须 put in."""
    held = stretches(view.context)
    for stretch in stretches(view.sentence):
        words = [Term(w) for w in content_words(stretch)]
        shares = [(coverage(words, normalized(s), view.idf), s) for s in held] if words else []
        share, restated = max(shares, key=lambda pair: pair[0], default=(0.0, ""))
        known = "\n".join(s for c, s in shares if c >= _RESTATES) or view.context
        problem = (
            _denial(stretch, known, restated if len(words) > 1 and share >= _ALIKE else "")
            or _unconditional(stretch, restated if share >= _RESTATES else "")
            or _force(stretch, known, view)
            or _direction(stretch, restated)
            or _end(stretch, view)
            or _role(stretch, held)
        )
        if problem:
            return problem
    return None


def decides(word: str) -> bool:
    """Whether the word by itself turns what is said: a negation, an obligation, a direction, an end, a role."""
    patterns = (DENIES, OBLIGES, RESTRICTS, FORCE, _UP, _DOWN, _ENDS)
    return bool(LIMITS.fullmatch(word)) or any(p.search(word) for p in patterns) or any(role in word for role in _ROLES)


def _denial(stretch: str, known: str, restated: str) -> str | None:
    stretch, known, restated = (_unnamed(DENYING_BOUND.sub("", text)) for text in (stretch, known, restated))
    if DENIES.search(stretch) and not DENIES.search(known):
        return "原文没有否定的意思"
    if _FORBIDS.search(restated) and not DENIES.search(stretch):
        return "原文是否定的意思"
    return None


def _unnamed(text: str) -> str:
    """`text` without places, in whose names (无锡) no syllable denies anything."""
    return without_places(text, [m.text for m in mentions(text)]) if DENIES.search(text) else text


def _unconditional(stretch: str, restated: str) -> str | None:
    """A ban without the condition that the source has for it: 不得停业 for 未经批准不得停业."""
    condition = _CONDITION.search(restated)
    if condition and _FORBIDS.search(stretch) and not _CONDITIONAL.search(stretch):
        return f"略去了原文的“{condition[0]}”"
    return None


def _force(stretch: str, known: str, view: View) -> str | None:
    for claimed, needed in _FORCE:
        found = claimed.search(stretch)
        if found and not needed.search(known) and not (view.reports and found[0].startswith("已")):
            return f"原文没有“{found[0]}”的意思"
    done = _DONE.search(stretch)
    if done and dict(tag(stretch)).get(done[1]) == "v" and not _PAST.search(view.context) and not view.reports:
        return f"原文没有“{done[0]}”的意思"
    order = _ORDERS.search(stretch)
    soft = _SOFT.search(known)
    if order and soft and not _SOFT.search(stretch) and not _ORDERS.search(known):
        return f"原文是“{soft[0]}”，不是“{order[0]}”"
    return None


def _direction(stretch: str, restated: str) -> str | None:
    for claimed, other in ((_UP, _DOWN), (_DOWN, _UP)):
        found = claimed.search(stretch)
        if found and other.search(restated) and not claimed.search(restated) and not other.search(stretch):
            return f"原文不是“{found[0]}”"
    return None


def _end(stretch: str, view: View) -> str | None:
    """A word for ending what the source is about, that the source does not have."""
    ended = next((w for w in cut(stretch) if _ENDS.fullmatch(w) and w not in view.context), None)
    return f"原文没有“{ended}”的意思" if ended else None


def _role(stretch: str, held: list[str]) -> str | None:
    """A unit in a role that no stretch of the source gives it."""
    roles = [role for role in _ROLES if role in stretch]
    if not roles:
        return None
    if not any(role in s for s in held for role in _ROLES):
        return f"原文没有“{roles[0]}”"
    units = [w for w in cut(stretch) if UNIT_NAME.fullmatch(w)]
    for unit in units:
        if any(unit in s and not any(r in s for r in roles) and any(r in s for r in _ROLES) for s in held) and not any(
            unit in s and any(r in s for r in roles) for s in held
        ):
            return f"原文里“{unit}”不是{roles[0]}"
    return None
