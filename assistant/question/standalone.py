"""A follow-up to a question that needs no history: rules only, no model.

Only what the user asked before is read, and of that only the place, the plan, the topic, the year and the way of asking
come in; of an answer's list, no more than the title of the n-th item, if that very title stands in the index.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.question.coverage import normalized
from assistant.question.earlier import LONGEST, Earlier, asking_part, last_asked, place_names, understood
from assistant.question.intent import ALL_PLACES, FIELD_WORDS, INTERROGATIVE, LEAD, LIST
from assistant.question.misspelt import with_places
from assistant.question.naming import is_named
from assistant.question.spoken import written
from assistant.question.talk import is_talk
from assistant.question.terms import LATIN_NAME, attributes, content_terms, generic_words, without_places
from index.chinese.simplified import simplified
from index.chinese.words import tag
from index.search import Index

_MOST_TURNS = 24
_LONGEST_BEFORE = 60

_SHIFT = re.compile(
    r"^(?:换(?:一)?(?:个|下)(?:话题|问题)|(?:另外|顺便)?(?:我)?再?(?:问|请教)(?:一下|(?:你)?(?:一)?个)?(?:别的|其他的?|另外的?|新的?)?(?:问题|事)?|说点别的|不说这个了|另外(?:再)?问(?:一下|一个|个)?)[，,。：:！!\s]+"
)
_SET_ASIDE = re.compile(r"^[^，。,]{0,12}(?:先放一放|放一边|先不说|先不谈|不说了|先不管|暂且不说)[，。,]?")
_OPENING = re.compile(
    r"^(?:(?:[你您]好|好的?|嗯+|哦|噢|行|谢谢[你您]?|多谢|明白了?|知道了|懂了|对了|那么?|还有|另外|顺便问?|请问|再问一下|我想问(?:一下)?|想问(?:一下)?)[，,。！!、\s]+|那么|还有(?!什么|别|哪|谁|没|其|吗|多|效)|另外|其中的?(?!一)|(?:再|那就?)?(?:说说|讲讲|谈谈|介绍一下)|那(?![边里儿个份篇些种项条件年月天时位家座])|换成|如果是)+"
)
_BACK = re.compile(
    r"^(?:我们?)?(?:再|还是)?(?:(?:说|讲|谈|问|回)*回到?|接着说)(?:到|去)?(?:刚才|前面|之前|最开始|原来|上面)?(?:说|讲|问|谈)?(?:过|到)?的?(?:那个|话题|问题)?[，,：:\s]*"
)
_EARLIER = re.compile(
    r"(?:刚才|前面|之前|先前|最开始|上面)(?:[你我]们?)?(?:说|提|讲|问|谈|聊)?(?:过|到)?的?(?:那个|那项|那条)?"
)
_CORRECTION = re.compile(
    r"^(?:不|不对|不是|错了?|[说问搞弄打写]错了?|纠正一下|更正一下|抱歉|对不起)?[，,。！!\s]*(?:(?:我(?:问|说|指)的?)?不是[^，,。是]{1,12}[，,。\s]*)?"
    r"(?:而?是|应该是|应为|改成|换成|我?(?:其实)?(?:是)?(?:想|要)?(?:问|说|指|看)(?:的)?(?:是)?)(?P<new>[^，,。？?！!]{1,20})[。？?！!\s]*$"
)
_CORRECTS = re.compile(
    r"^(?:不[，,。是对]|错|[说问搞弄打写]错|纠正|更正|我(?:其实)?(?:是|想|要)?(?:想|要)?(?:问|说|指)的?不?是)"
)
_RHETORICAL = re.compile(r"[吗吧][？?。！!\s]*$")
_COMPARED = re.compile(r"(?:和|跟|与|同|对|比起).{1,12}?(?:比|相比|对照|放在?一起|区别|不同|差[别异]|一样)|对比|比较")
_ORDINAL = re.compile(
    r"(?:那|这)?(?:第(?P<n>[一二三四五六七八九十]|\d{1,2})|(?P<last>最后(?:那)?一?))(?:个|条|项|点|类|种|款|大?方面)(?:方面)?"
)
_ITEM = re.compile(
    r"(?:^|(?<=[\s；;，,。：:、]))(?:\d{1,2}[.．、)]|[(（][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,3}(?:、|是))\s*([^；;。\n]{2,60})"
)
_MARK = re.compile(r"\[\d+\]")
_FORMER = re.compile(r"前者|前一(?:个|份|者)")
_LATTER = re.compile(r"后者|后一(?:个|份|者)")
_YEAR = re.compile(r"(?:19|20)\d{2}年")
_SAME_YEAR = re.compile(r"(?:同一?|当|那一?)年(?![度龄])")
_HERE = re.compile(r"(?:那|这)(?:边|里|儿)|当地|(?:该|本|这个|那个|此)(?:市|省|地区|地|城市)|[他她]们(?:市|那)?")
_PLAN = re.compile(
    r"(?:该|这一?(?:份|个|篇)?|那一?(?:份|个|篇)?|此|上述|本)(计划|方案|文件|意见|材料|解读|报道|政策|通知|规定|稿子)"
)
_IT = re.compile(
    r"(?:上面|刚才|前面|之前)?(?:说|提|讲|问)?(?:过|到)?的?(?:这|那|该|此|上述)(?:个|项|条|件|些|方面)?(?:工作|任务|事情?|措施|政策|规定|指标|目标|工程|平台)|(?:这|那)(?:个|些|项|条|件)(?!月|年)|^这(?=是|由|归|要|该|还)|它们?"
)
_BARE = re.compile(
    r"(?:的)?(?:情况)?(?:呢|怎么样|如何|又如何|怎么说|怎么讲|怎么看|[，,]?又(?:是|归|由|该)[谁哪什多几][^，,。？?]*)?(?:的)?[？?。！!\s]*$"
)
_CLINGS = re.compile(r"^(?:由|归|谁|是|要|在|到|从|靠|何|什么|哪|怎|为|有|多|几|还|都|也|能|会|给|把|应|需|该|打|准备)")
_OTHERS = re.compile(r"(?:其他|其它|别的|另外几个|剩下的?)(?:城市|地方|地区|市|省|计划|方案|文件)")
_QUOTED = re.compile(r"[“「][^”」]{2,}[”」]")
_FIGURE = re.compile(r"多少|几(?:家|所|座|成|个(?!方面))|多[大高]")


def resolve(question: str, history: Sequence[Mapping[str, str]], index: Index) -> str:
    """What `question` means after `history`, OpenAI-style turns of which the last few are read; itself if it needs none.

    Spoken turns of phrase are written out in both.
    """
    earlier: list[Earlier] = []
    answer = ""
    turns = [t for t in history if t.get("role") in ("user", "assistant") and isinstance(t.get("content"), str)]
    for turn in turns[-_MOST_TURNS:]:
        if turn["role"] == "assistant":
            answer = turn["content"]
        elif (asking := asking_part(written(with_places(simplified(turn["content"]), index)))) and not is_talk(
            asking, index
        ):
            earlier.append(understood(_resolved(asking, earlier, answer, index)[:LONGEST], index))
    return _resolved(written(question.strip()), earlier, answer, index)


def asked_before(history: Sequence[Mapping[str, str]], index: Index) -> str:
    """The last question of the user's, self-contained; "" if there is none."""
    at = last_asked(history)
    if at is None:
        return ""
    last = " ".join(simplified(history[at]["content"]).split())[:LONGEST]
    return resolve(last, history[:at], index)[:_LONGEST_BEFORE]


def _resolved(question: str, earlier: Sequence[Earlier], answer: str, index: Index) -> str:
    """`question` after the user's `earlier` questions, the last of which was answered by `answer`."""
    if not earlier:
        return question
    shifts = bool(_SHIFT.match(question))
    text = _OPENING.sub("", _SET_ASIDE.sub("", _SHIFT.sub("", question))) or question
    before = earlier[-1]
    corrected = _CORRECTION.match(text) if _CORRECTS.match(text) and not _RHETORICAL.search(text) else None
    if corrected:
        return _corrected(corrected["new"], before, index)
    back = _back(text, earlier, index)
    if back:
        text, before = back
    text = _former_or_latter(text, earlier)
    text = _nth(text, before, answer, index)
    years = _YEAR.findall(before.text) or _YEAR.findall(answer)
    if len(set(years)) == 1:
        text = _SAME_YEAR.sub(years[0], text)
    places = place_names(text)
    if places and _COMPARED.search(text) and not content_terms(text, places, index):
        return _in_places(before, [*before.places, *places])
    if ALL_PLACES.search(text) or _names_a_plan(text, index) or (places and _QUOTED.search(question)):
        return text
    return _completed(text, places, before, shifts, index)


def _completed(text: str, places: Sequence[str], before: Earlier, shifts: bool, index: Index) -> str:
    """`text` with the place, the topic and the way of asking that it leaves out."""
    text, pointed = _pronouns(text, places, before, index)
    places = places or place_names(text)
    terms = content_terms(text, places, index)
    bare = not _asks(text)
    topics = [t for t in terms if t.word not in attributes()]
    own = bool(topics) and (bare or bool(LATIN_NAME.search(text)) or any(index.idf(t.word) < 1 for t in topics))
    here = "" if places else before.subject
    if pointed and own:
        return text
    if bare and not topics and _OTHERS.search(text):
        return _in_places(before, ["各地"])
    if bare and not terms and _YEAR.search(text):
        return _in_year(text, before, places)
    if places and not pointed and not terms and bare:
        return _in_places(before, places)
    if own:
        if not places and (shifts or _is_unrelated(text, index)):
            return text
        lead = LEAD.search(before.text)
        if bare and lead:
            tail = re.match(r"[^？?。]*[？?。]?", before.rest)[0]  # type: ignore[index]
            tail = tail if LEAD.search(tail) else "由谁牵头？"
            return f"{here}{'的' if here else ''}{_BARE.sub('', text)}{tail}"
        if text.rstrip("？? ").endswith("呢") and bare and _FIGURE.search(before.text):
            text = _asked_for_figures(text)
        return _once(_joined(here, text), here or "和".join(places))
    if (places and not LEAD.search(text) and (_is_whole(text, places) or not before.topic)) or pointed:
        return text
    if _about_the_plan(text):
        return _joined(
            f"{here}的文件" if here and before.places and not tag(text)[0][1].startswith("n") else here, text
        )
    if places and any(word in generic_words()["文件"] for word, _ in tag(text)):
        return _in_places(before, places)
    if places:
        here, text = "和".join(places), _without(text, places)
    return _once(_joined(f"{here}{_glue(before.topic) if here else ''}{before.topic}", text), here)


def _asked_for_figures(text: str) -> str:
    """“某某呢？” after a question for a figure, so put that the reader sees that figures are wanted of it too."""
    thing = _BARE.sub("", text)
    if not thing or any(tag(thing)[-1][0] in words for words in generic_words().values()):
        return text
    return f"{thing}{'有多少？' if _YEAR.search(text) else '的指标呢？'}"


def _asks(text: str) -> bool:
    plain_text = _BARE.sub("", text)
    return bool(
        INTERROGATIVE.search(plain_text)
        or LEAD.search(plain_text)
        or LIST.search(plain_text)
        or any(pattern.search(plain_text) for _, pattern in FIELD_WORDS)
    )


def _about_the_plan(text: str) -> bool:
    """Whether a field of the document itself is asked for."""
    return any(pattern.search(text) for _, pattern in FIELD_WORDS)


def _is_whole(text: str, places: Sequence[str]) -> bool:
    """Whether a question without a topic of its own is about a part that any plan has (its goals, its tasks) or itself."""
    rest = without_places(text, places)
    parts = generic_words()["组成"] | generic_words()["文件"]
    return _about_the_plan(text) or any(word in parts for word, _ in tag(rest))


def _is_unrelated(text: str, index: Index) -> bool:
    """Whether the question speaks of nothing that a plan has, and not as one that goes on from another."""
    words = content_terms(text, (), index)
    elliptic = re.search(r"呢[？?\s]*$", text) or _asks(text)
    return not elliptic and any(t.weight >= 1 for t in words) and all(index.idf(t.word) == 1 for t in words)


def _joined(here: str, text: str) -> str:
    """Subject and what is asked of it, with what stands between them in Chinese: 的 before nouns, once."""
    first = tag(text)[0][1] if text else ""
    if not here or _CLINGS.match(text) or (first[:1] == "v" and first != "vn"):
        return f"{here}{text}"
    if first[:1] in "adrc" and not LEAD.match(text):
        return f"{here}，{text}"
    return f"{here}{'' if '的' in re.split('[，,？?]', text)[0] else '的'}{text}"


def _once(text: str, here: str) -> str:
    """`text` without the 的 after its place where another follows (某市的环保的责任单位)."""
    return re.sub(rf"^({re.escape(here)})的(?=[^，,？?]*的)", r"\1", text) if here else text


def _glue(topic: str) -> str:
    return "的" if topic and topic[0] not in "“《" else ""


def _without(text: str, places: Sequence[str]) -> str:
    return re.sub(r"^[\s的，,、和]+", "", without_places(text, places)).replace(" ", "")


def _pronouns(text: str, places: Sequence[str], before: Earlier, index: Index) -> tuple[str, bool]:
    """`text` with what it points at named, and whether it pointed at anything."""
    here = before.subject
    if not here or places:
        return text, False
    this = "这份" if len(before.places) == 1 else "的"
    if before.places and _HERE.search(text):
        return _HERE.sub(here, text, count=1), False
    if _PLAN.search(text):
        return _PLAN.sub(lambda m: f"{here}{this}{m[1]}" if before.places else here, text, count=1), True
    found = _IT.search(text)
    if not found:
        return text, False
    own = any(index.idf(t.word) < 1 and t.word not in attributes() for t in content_terms(_IT.sub("", text), (), index))
    of_plan = own or _about_the_plan(text) or not before.topic
    thing = (
        (f"{here}{this}计划" if before.places else here) if of_plan else f"{here}{_glue(before.topic)}{before.topic}"
    )
    return text[: found.start()] + thing + text[found.end() :], True


def _corrected(new: str, before: Earlier, index: Index) -> str:
    """The question before with what the user says it should have been; 省级的 narrows its topic, 省级平台 replaces it."""
    places = place_names(new)
    rest = _without(new, places)
    narrows = rest.endswith("的")
    rest = rest.removesuffix("的")
    text = _in_places(before, places) if places else before.text
    if _YEAR.search(rest):
        return _in_year(rest, before, places)
    if not rest:
        return text
    return (
        text.replace(before.topic, f"{rest}{before.topic if narrows else ''}", 1) if before.topic else f"{text}{rest}"
    )


def _back(text: str, earlier: Sequence[Earlier], index: Index) -> tuple[str, Earlier] | None:
    """For 刚才说的…: the rest of the question, and the latest question before that shares its topic."""
    returned = _BACK.match(text)
    pointed = _EARLIER.search(text)
    if returned and returned.end() > 1 and "回" in returned[0]:
        rest = text[returned.end() :]
    elif pointed and pointed.end() - pointed.start() > 2:
        rest = text[: pointed.start()] + text[pointed.end() :]
    else:
        return None
    rest = rest.lstrip("，,：: ") or text
    words = {t.word for t in content_terms(rest, (), index)} | set(place_names(rest))
    same = (a for a in reversed(earlier) if any(w in a.topic or w in a.places for w in words))
    return rest, next(same, earlier[-1])


def _former_or_latter(text: str, earlier: Sequence[Earlier]) -> str:
    """前者 and 后者 named: the two places of the latest question that has two."""
    pair = next((a.places for a in reversed(earlier) if len(a.places) == 2), None)
    if not pair:
        return text
    of_plan = "的文件" if _about_the_plan(text) else ""
    return _LATTER.sub(pair[1] + of_plan, _FORMER.sub(pair[0] + of_plan, text))


def _nth(text: str, before: Earlier, answer: str, index: Index) -> str:
    """第二个 of the answer's list by its title, if that stands in the index: nothing else of an answer is ever used."""
    found = _ORDINAL.search(text)
    if not found or any(t.weight >= 1 for t in content_terms(text.replace(found[0], ""), (), index)):
        return text
    items = _ITEM.findall(_MARK.sub("", answer[: 20 * LONGEST]))
    n = -1 if found["last"] else _number(found["n"]) - 1
    if not -len(items) <= n < len(items):
        return text
    title = next((t for t in (items[n], re.split(r"[，,：:]", items[n])[0]) if _stands(t, index)), "")
    if not title:
        return text
    named = title if "“" in title or "《" in title else f"“{title}”"
    return f"{before.subject}{_glue(named)}{text[: found.start()]}{named}{text[found.end() :]}"


def _number(numeral: str) -> int:
    return int(numeral) if numeral.isdigit() else "一二三四五六七八九十".index(numeral) + 1


def _stands(title: str, index: Index) -> bool:
    """Whether `title`, of at least two characters, is a heading of a clause or opens one."""
    sought = normalized(title)
    words = max(re.findall(r"[\u4e00-\u9fff]+", title), key=len, default="\0")
    return len(sought) > 1 and any(
        sought in normalized(p.headings[-1] if p.headings else "")
        or sought in normalized(d.text[p.start : p.start + 60])
        for d in index.documents
        if words in d.text
        for p in index.passages(d.id)
    )


def _in_year(text: str, before: Earlier, places: Sequence[str]) -> str:
    """The question before, asked of the year that `text` names."""
    year = _YEAR.search(text)
    if not year:
        return text
    base = _in_places(before, places) if places else before.text
    if _YEAR.search(base):
        return _YEAR.sub(year[0], base, count=1)
    here = next((p for p in place_names(base) if base.startswith(p)), "")
    return f"{here}{year[0]}{base[len(here) :].removeprefix('的')}"


def _in_places(before: Earlier, new: Sequence[str]) -> str:
    """The question before asked of other places; short and full names (湖州, 湖州市) are the same place."""
    joined = "和".join(dict.fromkeys(new))
    text, old = before.text, dict.fromkeys(place_names(before.text))
    if not old and ALL_PLACES.search(text):
        return ALL_PLACES.sub(joined, text, count=1)
    for i, name in enumerate(old):
        text = re.sub(rf"{re.escape(name)}(?:市|省)?", joined if i == 0 else "", text)
    text = re.sub(r"[和与、]+(?=的|[，,])", "", text)
    return text if old else f"{joined}的{text}"


def _names_a_plan(text: str, index: Index) -> bool:
    """Whether the question names a plan of its own by number or title, so that nothing need be carried over."""
    return any(is_named(text, d) for d in index.documents)
