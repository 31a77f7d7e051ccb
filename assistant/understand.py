"""Question and history to a self-contained `Query`: which plans, what topic, what kind of answer. Rules only, no model.

The user's own words always stay in the query; what the history adds is a place and, if the question has no topic of its
own, the topic of the question before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assistant.asked import Asked, asked, confirmed
from assistant.coverage import Term
from index.places import Mention, mentions
from index.search import Index
from index.types import Document
from index.words import tag


class Asks(StrEnum):
    """What kind of answer a question wants; decides the route."""

    TALK = "talk"
    OPINION = "opinion"
    FIELDS = "fields"
    LEAD = "lead"
    LED_BY = "led_by"
    LIST = "list"
    CONFIRM = "confirm"
    CONTENT = "content"


FIELD_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("number", re.compile(r"文号|发文字号|文件编号|几号文|多少号文")),
    (
        "status",
        re.compile(
            r"有效(?:吗|么|性|期)|是否(?:还)?(?:有效|现行|生效|执行)|失效|废止|生效|执行到(?:什么时候|何时|哪)|停止(?:执行|实施)|还(?:有效|能用|在执行|执行|算数|适用|管用)|"
            r"过期|作废|现行(?:有效)?(?:吗|的吗)|仍(?:然)?有效|到期"
        ),
    ),
    (
        "issued",
        re.compile(
            r"(?:什么时候|何时|哪一?[年天日]|几号|几月|哪个时间|时间|日期|多久前)[^，。？]{0,14}?(?:发布|印发|出台|成文|公开|发文|公布|下发|刊发|发表|发的|发出)|"
            r"(?:发布|印发|出台|成文|公开|发文|公布|下发|刊发|发表)(?:于|是|的)?(?:在)?(?:什么时候|何时|哪一?[年天日]|几号|时间|日期)|成文日期|[12]\d{3}年(?:\d+月)?(?:\d+日)?[^，。？]{0,6}(?:印发|发布|出台|成文|公布|下发)的"
        ),
    ),
    (
        "issuer",
        re.compile(
            r"(?:谁|哪个(?:部门|机关|单位|机构)|哪家|什么(?:部门|机关|单位|机构))[^，。？]{0,6}?(?:发布|印发|出台|制定|发的|发文)|"
            r"(?:发布|印发|发文|制定)(?:机关|机构|单位|部门|者)|由(?:谁|哪里|哪儿)(?:发布|印发|出台)|(?:发布|来源)(?:渠道|媒体)|来源(?:是|于)"
        ),
    ),
    (
        "period",
        re.compile(
            r"规划期|执行期|实施期|哪(?:一)?年到哪(?:一)?年|起止年|期限是(?:哪|多)|管到哪(?:一)?年|覆盖哪几年|哪几年"
        ),
    ),
    (
        "kind",
        re.compile(
            r"什么(?:类型|性质|体裁|种类)|哪(?:类|种)(?:文件|材料|文章|文本)|是不是(?:正式|官方)?(?:文件|公文|红头)|(?:是|算)[^，。？]{0,8}(?:正式|官方|红头)(?:文件|公文)|是(?:正式文件|红头文件|新闻|解读|访谈)(?:还是|吗)|(?:类型|性质)是"
        ),
    ),
    (
        "about",
        re.compile(
            r"(?:解读|报道|介绍|说)的是(?:哪|什么)(?:个|份|部|一)?(?:文件|政策|计划|意见)|(?:解读|报道)(?:的)?(?:对象|文件)|原文件(?:叫|是)|文件全称"
        ),
    ),
    ("region", re.compile(r"(?:哪个|哪一个|什么)(?:市|省|城市|地方|地区)的?(?:文件|计划|方案|意见|政策)")),
    (
        "title",
        re.compile(r"(?:标题|题目|全称|全名)(?:是|叫)?|叫什么(?:名字|名称)?|文件名称?"),
    ),
)
_TALK = re.compile(
    r"(?:你好|您好|嗨|哈喽|早上好|下午好|晚上好|谢谢|多谢|感谢|辛苦了|再见|拜拜|好的|明白了|知道了|在吗|你是谁|你能做什么|你会什么|hello|hi|thanks?)"
    r"[\s啊呀吗呢哈了你您，。！!?？~]*",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"牵头|(?:谁|哪(?:个|些|几个)?(?:部门|单位|局|机构|委|家)|什么(?:部门|单位))[^，。？]{0,8}?(?:负责|主管|管|主抓|落实|参与|配合|来做|承担|协助|推进|协调|主办)|"
    r"(?:归|由|该|找)(?:谁|哪(?:个|些)?(?:部门|单位|局)?)(?:负责|管|来|主抓|推动|推进|落实|$|？|\?)|(?:责任|配合|主管|主办|参与|协办|负责)(?:单位|部门)|负总责|谁(?:来)?(?:负责|管|配合)|"
    r"(?:负责|配合|参与)的(?:是|有)?(?:谁|哪)"
)
_LED_BY = re.compile(
    r"哪[^，。？]{0,8}[^，。？]*?(?:列为|作为|是)(?:责任|牵头|配合)单位|"
    r"(?:牵头|负责|承担|配合|参与|主抓)(?:着|了|的)?(?:是|有|任务|工作|事项|内容|重点|项目)*(?:哪|什么|几)|"
    r"(?:牵头|负责|承担|配合|参与|主抓)[^，。？]{0,6}?(?:哪些|什么|几项|多少项|哪几|几个)[^，。？]{0,4}?(?:任务|工作|事|项目|行动|内容|领域|条)?"
)
_UNIT = re.compile(
    r"(?:市|省|县|区|州)?[\u4e00-\u9fff]{1,10}?(?:局|委员会|发改委|经信委|计生委|委|办公室|办|厅|宣传部|政法委|管委会)(?=牵头|负责|承担|配合|参与|主抓|要|在|都|的)"
)
_LIST = re.compile(
    r"(?:有|分|分为|共|一共|总共|提出)了?(?:几|多少)(?:个|项|条|大|点|方面)[^，。？]{0,4}(?:任务|原则|措施|举措|方面|行动|领域|意义|要求)|"
    r"(?:有|包括|包含|分为|提出|列出|列举|采取|推出|部署|安排|明确|分|从|涉及|是|提到)(?:了)?(?:哪|那)(?:些|几)|哪(?:些|几|[一二两三四五六七八九十]+)(?:大|个|项|条|方面|点|类|种|[\u4e00-\u9fff]{0,6}?(?:任务|措施|举措|原则|领域|行动|意义|方面|成效|内容))|"
    r"(?:都|分别|主要|具体)(?:有|是|包括)(?:什么|哪|啥)|列(?:一下|出|举)|(?:逐一|全部|完整)(?:列|说|介绍)|有什么(?:措施|举措|任务|原则|意义|安排|打算|成效)"
)
_CONFIRM = re.compile(
    r"(?:对吗|对么|对吧|是吗|是吧|是么|对不对|是不是|没错吧|没记错吧?|对的吧|的吧|正确吗|真的吗|属实吗|准确吗|吗)[\s？?。!！]*$|是不是|是否"
)
_OPINION = re.compile(
    r"(?:依|照)?你(?:看|觉得|认为)|(?:请|帮我?|能否|你)[^，。？]{0,6}预测|年后[^，。？]{0,20}(?:谁|哪个)|你怎么(?:看|评价)|值不值得|该不该"
)
_DOCUMENT_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,8}[〔\[（(【]\d{4}[〕\]）)】]\s*\d+\s*号")
_SPEAKS_OF_A_DOCUMENT = re.compile(r"文件|计划|方案|规定|意见|政策|通知|办法|公文|号文|这份|那份|这篇")
_SET_ASIDE = re.compile(r"[^，。,]{0,12}(?:先放一放|放一边|先不说|先不谈|不说了|先不管|暂且不说)[，。,]?")
_LATIN_NAME = re.compile(r"[A-Za-z0-9]*[A-Za-z][A-Za-z0-9]*")
_WH_WORD = re.compile(r"哪|什么|多少|几[个家项条所座]|怎么|如何|谁")
_ALL_PLACES = re.compile(
    r"各地|各市|各省|各城市|哪(?:些|几个|个)(?:城市|地方|市|地区|省)|五地|几个城市|(?:所有|全部|各|这些|那些|这几份|这[一二三四五六七八九十]+份|哪一?份|哪些)(?:城市|计划|文件|方案)|每个(?:城市|市)"
)
_COMPARE = re.compile(
    r"比较|对比|相比|区别|不同|差异|差别|分别|谁(?:更|的|多|高)|哪(?:个|边|里|儿|家|地)(?:更|的)?(?:多|高|大|早|好)|各(?:是|有|自|为)|都"
)
_ELLIPTIC = re.compile(
    r"^(?:那么?|还有|另外|其中|具体|它|他们|该|这个?|此|上述|前者|后者|其|再|换成|如果是)|(?:呢|它|其|该(?:计划|市|文件|方案)|这(?:个|项|份|里|些)|上面|刚才)"
)

# Words that say how a question is put, or that any plan has, not what the question is about.
_GENERIC_WORDS = frozenset(
    "方面 内容 具体 主要 计划 方案 意见 文件 政策 规划 文 原文 通知 行动 规定 要求 目标 打算 任务 工作 措施 举措 办法 做法 情况 东西 事情 件 事 块 一块 地方 城市 省 市 全市 全省 省里 市里 "
    "数量 数字 数 个数 比例 占比 百分之 百分比 指标 程度 规模 部门 单位 局 委 办 时候 时间 年份 年 月 日 现在 目前 问题 话 意思 结果 老百姓 百姓 群众 大家 人家 企业家 "
    "互联网 重点 方向 点 量化 类似 不同 区别 差异 差别 对比 各自 其中 名 行动计划 实施方案 实施计划 实施意见 指导 说法 原则 意义 成效 领域 职务 上 下 里 内 中 外 前 后 亿元 万元 家 一共 总共 两地 双方 双边 三地 四地 还有 没记错 记错 材料 一样 不一样 角色 作用 地位 身份 关系 两市 两个 领导 帮忙 名字 名称 说法 老说 家里 档案室 请列 具体任务 部署 安排 分条 盘子 速度 多大 为止 号文 年内 今年 明年 去年 到校 眼下 上位 环节 稿子 市长 省长 书记 记者 搞 打头阵".split()
)
_NOUN_TAGS = ("n", "vn", "an", "nz", "l", "i", "j", "eng", "s", "b", "x", "zg", "ng", "nr", "ns", "nt", "nrt", "g")
_VERB_TAGS = ("v", "a", "ad", "vi", "vd")
_VERB_WEIGHT = 0.3
_SHORT_WEIGHT = 0.4
_RARE = 0.8  # a word of the plans as rare as this is a name or a term, whatever the tagger calls it
_PHRASE_WEIGHT = 1.2
_PHRASE = re.compile(r"“([^“”]{2,16})”|《([^《》]{2,40})》|\"([^\"]{2,16})\"")
_TOPIC_OF_PHRASE = re.compile(r"^[“\"]?互联网\+[”\"]?")
_VERBS_OF_ASKING = frozenset(
    "是 有 在 要 能 会 到 做 搞 弄 让 给 用 占 提 提了 列 列了 讲 说 写 谈 问 想 知道 了解 告诉 介绍 请问 听说 希望 做到 达到 实现 提出 提到 推进 推动 开展 进行 实施 建 建设 发展 支持 打算 准备 "
    "力争 包括 包含 涉及 抓 各有 各是 能办 出台 编制 换 换个 比较 相比 对 请 多 少 高 低 大 小 好 更 最 新 一样 怎么样 算 当 成 分 分成 分为 需要 应当 应该 可以 计划 规定 要求 明确 比 过 只 还是 负责 牵头 配合 列出 取得 入手 作为 帮忙 对照 登记 自查 列为 报 引用 制定 要建 我算 请列 列全 算 结合 署 干不了 管 说明".split()
)
# What a thing has (how much, how fast, by when): a question for one of these alone still means the thing asked about before.
_ATTRIBUTES = frozenset(
    "增速 增长 增幅 增长率 比重 占比 金额 期限 年份 数量 时限 完成时间 覆盖面 覆盖率 规模 总额 排名 名次 单位 部门 经费 资金 预算 依据 出处 原文".split()
)
_ASK_WORDS = re.compile(
    r"哪(?:些|个|里|家|一?年|几[个项条家]?|一?[份种类])|什么(?:时候)?|怎么样?|如何|为什么|为何|何时|多久|是否|有没有|换个问题|请问|一下"
)
_HOW_MANY = re.compile(r"(?:多少|几)(?:亿元|万元|亿|万|家|个|项|条|所|座|名|户|只|次|年|倍|人|成|处|台|件|元|大|位)?")
_CONTENT = re.compile(r"[\u3400-\u9fffA-Za-z0-9][\u3400-\u9fffA-Za-z0-9.%‰+\-]*")


@dataclass(frozen=True, slots=True)
class Query:
    """A question that needs no history. `documents` are the plans to look in, of those in `scope`; `absent` the places that none is of.

    `chosen` tells whether the question names one of the plans, `named` whether it names any place at all. `terms` are the words of the question that say what it is about, `wanted` the kind of answer, `unit` the government unit that it names.
    """

    question: str
    text: str
    documents: tuple[Document, ...]
    scope: tuple[Document, ...]
    places: tuple[str, ...]
    absent: tuple[str, ...]
    asks: Asks
    fields: tuple[str, ...]
    compares: bool
    confirms: bool
    terms: tuple[Term, ...]
    unit: str | None
    chosen: bool
    named: bool
    wanted: Asked | None


def understand(question: str, history: Sequence[Mapping[str, str]], index: Index) -> Query:
    """The query that `question` means after the user's earlier questions; answers in the history are not read."""
    text = question.strip()
    before = ""
    for turn in history:
        if turn.get("role") == "user" and isinstance(turn.get("content"), str):
            before = resolve(turn["content"].strip(), before, index) or before
    return _query(question, resolve(text, before, index) or text, index)


def resolve(question: str, before: str, index: Index) -> str:
    """`question` with the place and the topic that it leaves out taken from `before`; "" for mere talk."""
    question = _SET_ASIDE.sub("", question)
    if _TALK.fullmatch(question):
        return ""
    if not before:
        return question
    places, places_before = _place_names(question), _place_names(before)
    own_terms = content_terms(question, places, index)
    elliptic = bool(_ELLIPTIC.search(question))
    asks_itself = _asks_something(question)
    if places and not own_terms and not asks_itself:
        return _with_places(before, places_before, places)
    attribute = all(t.word in _ATTRIBUTES or index.rarity(t.word) == 1 for t in own_terms) and not _LATIN_NAME.search(
        question
    )
    topic = "".join(t.word for t in content_terms(before, places_before, index)) if attribute else ""
    if own_terms and not elliptic and not _LEAD.search(question) and _names_other_subject(question, index):
        return question
    if _ALL_PLACES.search(question):
        return question
    here = "" if places else "和".join(dict.fromkeys(places_before))
    if not here and not topic:
        return question
    body = re.sub(r"^(?:那么?|还有|另外)[，,]?", "", question)
    return f"{here}{topic}{'：' if topic else '的' if here else ''}{body}"


def content_terms(text: str, places: Sequence[str], index: Index) -> tuple[Term, ...]:
    """The words of `text` that say what it is about, each once, without places and question words: nouns above all."""
    plain = without_places(text, places)
    for pattern in (_CONFIRM, _LEAD, _HOW_MANY, _ASK_WORDS):
        plain = pattern.sub(" ", plain)
    found = {p: Term(p, _PHRASE_WEIGHT) for m in _PHRASE.finditer(text) if (p := _phrase(m))}
    found |= {m[0]: Term(m[0]) for m in _LATIN_NAME.finditer(plain) if not any(m[0] in phrase for phrase in found)}
    for word, pos in _retagged(plain, index):
        weight = _weight(word.strip(), pos)
        if weight and not any(word in phrase for phrase in found if phrase != word):
            found.setdefault(word.strip(), Term(word.strip(), weight))
    if not found and "互联网" in text:
        return (Term("互联网+"),)  # generic beside any other word, but here it is all that is asked about
    return tuple(found.values())


def _retagged(text: str, index: Index) -> list[tuple[str, str]]:
    """Words with their tags; where the tokeniser made words that no plan has, those that the plans do have in there."""
    found: list[tuple[str, str]] = []
    run = ""
    for word, pos in [*tag(text), ("", "")]:
        if word and re.fullmatch(r"[\u4e00-\u9fff]+", word) and (index.rarity(word) == 1 or len(word) == 1):
            run += word
            continue
        known = _known_words(run, index)
        found += [(w, "n") for w in known] or tag(run)
        misread = word and pos not in _VERB_TAGS and _RARE < index.rarity(word) < 1
        found.append((word, "n" if misread else pos))
        run = ""
    return found


def _known_words(run: str, index: Index) -> list[str]:
    """The longest words of the plans, of two characters or more, that `run` holds, from left to right."""
    words, at = [], 0
    while at < len(run) - 1:
        longest = next(
            (run[at:end] for end in range(min(at + 6, len(run)), at + 1, -1) if index.rarity(run[at:end]) < 1), ""
        )
        words += [longest] if longest else []
        at += len(longest) or 1
    return words


def without_places(text: str, places: Sequence[str]) -> str:
    """`text` without those place names; the 市 of 市民, 市场 and the like stays."""
    for place in places:
        bare = re.escape(re.sub(r"[省市]$", "", place) if len(place) > 2 else place)
        text = re.sub(rf"{bare}(?:省|市(?![民场级长委政直域容]))?", " ", text)
    return text


def _phrase(match: re.Match[str]) -> str:
    """What stands in quotation marks, as one term; of “互联网+教育” the 教育."""
    phrase = _TOPIC_OF_PHRASE.sub("", next(g for g in match.groups() if g))
    return "" if phrase in _GENERIC_WORDS else phrase


def _weight(word: str, tag: str) -> float:
    if not re.fullmatch(r"[\u3400-\u9fffA-Za-z0-9][\u3400-\u9fffA-Za-z0-9.+\-]*", word) or re.fullmatch(
        r"[\d.]+", word
    ):
        return 0.0
    if (
        word in _GENERIC_WORDS
        or word in _VERBS_OF_ASKING
        or re.fullmatch(r"[一二三四五六七八九十两几百千]+[大个项]?", word)
    ):
        return 0.0
    if tag in _VERB_TAGS:
        return _VERB_WEIGHT * (len(word) > 1)
    if tag in _NOUN_TAGS or word.isascii():
        return 1.0 if len(word) > 1 else _SHORT_WEIGHT * (tag == "n")
    return 0.0


def _query(question: str, text: str, index: Index) -> Query:
    named = mentions(_DOCUMENT_NUMBER.sub(" ", text))
    chosen, absent = _documents(text, named, index)
    documents = chosen or index.documents
    places = tuple(dict.fromkeys(m.text for m in named if m.place))
    fields = tuple(name for name, pattern in FIELD_WORDS if pattern.search(text))
    unit = _unit(text, documents, index)
    everywhere = bool(_ALL_PLACES.search(text))
    regions = {d.region for d in documents}
    compares = len(regions) > 1 and (len({m.place for m in named if m.place}) > 1 or everywhere)
    if _TALK.fullmatch(text):
        asks = Asks.TALK
    elif _OPINION.search(text):
        asks = Asks.OPINION
    elif fields and _about_documents(fields, text, places, documents, index):
        asks = Asks.FIELDS
    elif unit and _LED_BY.search(text):
        asks = Asks.LED_BY
    elif _LEAD.search(text):
        asks = Asks.LEAD
    elif _CONFIRM.search(text) and not _WH_WORD.search(text):
        asks = Asks.CONFIRM
    elif _LIST.search(text):
        asks = Asks.LIST
    else:
        asks = Asks.CONTENT
    return Query(
        question=question,
        text=text,
        documents=documents,
        scope=index.documents,
        places=places,
        absent=absent,
        asks=asks,
        fields=fields,
        compares=compares and not (everywhere and asks is Asks.FIELDS),
        confirms=bool(_CONFIRM.search(text)) and not _WH_WORD.search(text),
        terms=content_terms(_without_names(text, documents).replace(unit or "\0", " "), places, index),
        unit=unit,
        wanted=None if asks is Asks.LIST else confirmed(text) if asks is Asks.CONFIRM else asked(text),
        chosen=bool(chosen),
        named=everywhere or bool(places) or bool(chosen),
    )


def _documents(text: str, named: Sequence[Mention], index: Index) -> tuple[tuple[Document, ...], tuple[str, ...]]:
    """The documents that `text` names by place, number or title, and the places that no document is of."""
    chosen = [d for d in index.documents if (d.number and d.number in text) or d.title in text]
    absent = []
    for mention in named:
        here = [d for d in index.documents if mention.place and d.region == mention.place.name]
        chosen += here
        if not here and (mention.place or not any(mention.text in d.text for d in index.documents)):
            absent.append(mention.text)
    unique = {d.id: d for d in chosen}
    return tuple(unique.values()), tuple(dict.fromkeys(absent))


def _about_documents(
    fields: Sequence[str], text: str, places: Sequence[str], documents: Sequence[Document], index: Index
) -> bool:
    """Whether a question for a field is about the documents themselves and not about something that they speak of."""
    if "number" in fields or ("status" in fields and _SPEAKS_OF_A_DOCUMENT.search(text)):
        return True
    rest = _without_names(text, documents)
    for _, pattern in FIELD_WORDS:
        rest = pattern.sub(" ", rest)
    names = "".join(f"{d.title}{d.about or ''}" for d in documents)
    foreign = sum(t.weight >= 1 and t.word not in names for t in content_terms(rest, places, index))
    return foreign < (1 if tuple(fields) == ("title",) else 2)


def _without_names(text: str, documents: Sequence[Document]) -> str:
    """`text` without the numbers and titles of `documents`: they say which plan is meant, not what of it is asked."""
    for document in documents:
        for name in (document.number, document.title):
            text = text.replace(name, " ") if name else text
    return text


def _unit(text: str, documents: Sequence[Document], index: Index) -> str | None:
    """The government unit that the question names: one that the documents name too, else what looks like one."""
    ids = {d.id for d in documents}
    known = {name for d in index.duties(tuple(ids)) for name in (*d.lead, *d.responsible)}
    bare = {name: re.sub(r"^[市省县区]", "", name) for name in known}
    named = [name for name in known if name in text or (len(bare[name]) > 2 and bare[name] in text)]
    if named:
        return max(named, key=len)
    match = _UNIT.search(text)
    return without_places(match[0].rpartition("的")[2], _place_names(match[0])).strip() or None if match else None


def _place_names(text: str) -> list[str]:
    return [m.text for m in mentions(text) if m.place]


def _asks_something(question: str) -> bool:
    return bool(
        _LEAD.search(question)
        or _LIST.search(question)
        or any(pattern.search(question) for _, pattern in FIELD_WORDS)
        or re.search(r"多少|几[个家项条所座]|目标|什么|怎么|如何", question)
    )


def _with_places(before: str, old: Sequence[str], new: Sequence[str]) -> str:
    """`before` asked of other places; short and full names (湖州, 湖州市) are the same place."""
    joined = "和".join(dict.fromkeys(new))
    text = before
    for i, name in enumerate(dict.fromkeys(old)):
        text = re.sub(rf"{re.escape(name)}(?:市|省)?", joined if i == 0 else "", text)
    text = re.sub(r"[和与、]+(?=的|[，,])", "", text)
    return text if old else f"{joined}{before}"


def _names_other_subject(question: str, index: Index) -> bool:
    """Whether the question names a plan of its own, so that no place need be carried over."""
    return any((d.number and d.number in question) or d.title in question for d in index.documents)
