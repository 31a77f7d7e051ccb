"""The question of a sentence: a fragment is read as the answer to it, and a whole sentence may use its verbs.

Only a question that asks for something (多少, 哪些, 谁) is read so: what a yes-or-no question says is what it asks.
"""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.question.coverage import content_words, normalized, synonyms
from assistant.question.intent import WHAT
from assistant.question.terms import generic_words, without_places
from assistant.question.wanted import unmarked, wants_thing
from assistant.verify.checks import sense
from assistant.verify.checks.limits import DENYING_BOUND, LIMITS
from assistant.verify.checks.view import View, stretches
from index.chinese.places import mentions, same_place
from index.chinese.quantity import Kind, asks_quantity, holds_kind, is_counting_unit, quantities, same_quantity
from index.chinese.words import cut, tag

_CONTINUES = re.compile(r"(?:由|归|是|为|达到?|占)")
_JOINING = ("d", "c", "p")
_COMMON = 0.5
_NOUNS = ("n", "zg", "j")
_ALL_OF_WHAT = re.compile(
    rf"(?<![成首])都(?!市)(?=[^，。？]{{0,6}}(?:{WHAT.pattern}))"
)  # 都有谁 asks for all, and says nothing of them
_ASKS_WHO = re.compile(r"[是叫为](?:谁|哪位)$")
_ASKS_LEAST = re.compile(rf"(?:最[短低少小]|至少)(?!的)(?=[^，。？]{{0,6}}(?:{WHAT.pattern}))")
_ASKS_MOST = re.compile(rf"(?:最[长高多大]|至多|不超过)(?!的)(?=[^，。？]{{0,6}}(?:{WHAT.pattern}))")
_COUNTED_NOUN = re.compile(r"(?:多少|几)[个家座所项处户](?=([\u4e00-\u9fff]+))")
_SAYS = re.compile(r"(?![约近])[^\W_]")
_NUMERAL = re.compile(r"[\d.,]+[。.]?")
_TITLED = re.compile(r"“[^“”]+”[。.]?|《[^《》]+》[。.]?")
_COMPLEMENT = re.compile(r"(?<=.)[到成出进完好了过在给]$")


def read_with(view: View) -> View:
    """The view of the statement that a fragment (80%。 由市教育局牵头。) makes as the answer; of a whole sentence, itself."""
    if not _leaves_to_question(view) or not wants_thing(view.question):
        return view
    question = unmarked(view.question)
    places = [m.text for m in mentions(question) if m.place]
    if len(places) > 1:  # which of them the fragment is of, it must say itself
        question = without_places(question, places)
    what = WHAT.search(question)
    if what is None:
        return view
    before = WHAT.sub("", _ALL_OF_WHAT.sub("", question[: what.end()])[: -len(what[0])])
    after = WHAT.sub("", question[what.end() :])
    answer = unmarked(view.sentence)
    return replace(view, sentence=_joined(_joined(before, answer), after), completed=True)


def _joined(one: str, other: str) -> str:
    """Both, what ends the one and begins the other only once: 由 + 由市教育局牵头 + 牵头."""
    shared = next((n for n in range(min(len(one), len(other)), 0, -1) if one.endswith(other[:n])), 0)
    return one + other[shared:]


def missed(view: View) -> str | None:
    """A count of something else than is asked for, where the source has a count of that; a fragment without the kind."""
    if other := _of_another_thing(view) or _the_other_end(view):
        return other
    wanted = asks_quantity(view.question) if _leaves_to_question(view) and wants_thing(view.question) else None
    if not wanted or len(WHAT.findall(view.question)) > 1 or holds_kind(view.sentence, wanted):
        return None
    if is_counting_unit(wanted) and _NUMERAL.fullmatch(view.sentence):
        return None
    return "没有回答所问的数字或时间"


def _of_another_thing(view: View) -> str | None:
    asked = _COUNTED_NOUN.findall(view.question)
    if len(asked) != 1:
        return None
    noun, pos = tag(asked[0])[0]
    right = [q for q in quantities(view.quotes) if q.counts.endswith(noun)]
    counts = [q for q in quantities(view.sentence) if q.kind is Kind.NUMBER and is_counting_unit(q.unit)]
    if not pos.startswith(_NOUNS) or not right or any(same_quantity(q, r) for q in counts for r in right):
        return None
    if not counts or not all(_names_another(q.counts, noun) for q in counts):
        return None
    return f"问的是“{noun}”有多少，“{counts[0].text}”说的是别的"


def _the_other_end(view: View) -> str | None:
    """Where the least is asked for, a figure that is the most, and the reverse."""
    for asks, bounds in ((_ASKS_LEAST, "<="), (_ASKS_MOST, ">=")):
        asked = asks.search(view.question)
        if asked and not (_ASKS_LEAST.search(view.question) and _ASKS_MOST.search(view.question)):
            held = [q for q in quantities(view.sentence) if q.bound]
            if held and all(q.bound in bounds for q in held):
                return f"问的是“{asked[0]}”，“{held[0].text}”是另一头"
    return None


def _names_another(counted: str, noun: str) -> bool:
    """Whether what is counted ends in a noun of its own (服务点), not in a verb (改造120个), and is not of the asked one."""
    return bool(counted) and noun not in cut(counted) and tag(counted)[-1][1].startswith("n")


def frames(view: View, word: str, pos: str) -> bool:
    """Whether `word` is the question's own, and states nothing new where the sentence takes it over.

    That is what one may do, or a word for what a source has, which may be an everyday one (车票 for 客票). If it decides
    nothing, it is also a word of one character that names nothing, a word that only joins others, a general term, or one
    that many plans have (网络), though not in a fragment completed with its question, which must be about the source's
    very thing. Longer verbs state: 建成 is not 拍卖, whatever was asked; so do adjectives: 老旧小区 is not 新建小区.
    """
    if normalized(word) not in normalized(view.question) or not wants_thing(view.question):
        return False
    if any(same in view.held for same in synonyms().get(normalized(word), (normalized(word),))):
        return True
    if word in sense.PERMITS:
        return True
    verb = _COMPLEMENT.sub("", word) if pos.startswith("v") else ""
    slight = len(verb or word) == 1 and not pos.startswith("n")
    general = any(word in words for words in generic_words().values())
    common = not verb and not view.completed and view.idf(word) < _COMMON
    return (slight or pos.startswith(_JOINING) or common or general) and not sense.decides(word)


def _leaves_to_question(view: View) -> bool:
    """Whether the sentence only names something, without saying what that is (联系人：…), or starts with its verb."""
    named = (
        _TITLED.fullmatch(view.sentence)
        or _is_bare_figure(view.sentence)
        or not any(pos.startswith(("v", "p", "d")) and pos != "vn" for _, pos in tag(view.sentence))
    )
    label, colon, _ = view.sentence.partition(":")
    says_what = colon and same_place(label.strip()) is None
    return (named and not says_what) or bool(_CONTINUES.match(view.sentence)) or _is_name(view)


def _is_bare_figure(sentence: str) -> bool:
    """Whether it is a quantity with its bound and no more: 至少200平方米。"""
    rest = LIMITS.sub("", DENYING_BOUND.sub("", sentence))
    for quantity in quantities(sentence):
        rest = rest.replace(quantity.text, "")
    return rest != sentence and not _SAYS.search(rest)


def _is_name(view: View) -> bool:
    """Whether the sentence answers “…是谁” without a word of the question, as a name does that the tagger takes for more."""
    asked = normalized(view.question)
    return (
        bool(_ASKS_WHO.search(unmarked(view.question)))
        and len(stretches(view.sentence)) == 1
        and not any(word in asked for word in content_words(view.sentence))
    )
