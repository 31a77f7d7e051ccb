"""What a file says to the program that answers from it, not to its readers: prompt injection, hidden text, markup.

`for_readers` is called where files are read, so that no such words are in a `Document`: neither its clauses nor its title,
units or table cells can carry them to a model, a quotation or a page. Left out is a whole sentence, cell or bracket that
gives orders about answering. A policy text orders offices and people, hardly ever whoever reads it aloud; that is what the
rules below go by, on the text without look, spacing and spelling. They were measured on real policy texts and laws, see
`tests/test_injection.py`.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from urllib.parse import unquote_to_bytes

from index.chinese.markers import marker

_MOST_LINES = 3
_SHORT = 80


@dataclass(frozen=True, slots=True)
class Readable:
    """The text for readers, and the stretches that were left out of it because they spoke to a program."""

    text: str
    left_out: tuple[str, ...]


def for_readers(text: str) -> Readable:
    """`text` as it would be printed, without markup and without what speaks to the assistant."""
    lines = [_Line.of(line) for line in printed(text).split("\n")]
    for line in lines:
        line.leave_out()
    for count in range(2, _MOST_LINES + 1):
        _leave_out_across(lines, count)
    kept = "\n".join(line.text for line in lines if line.text or not line.left_out)
    return Readable(_without_markup(kept), tuple(out for line in lines for out in line.left_out))


def speaks_to_the_assistant(text: str) -> bool:
    """Whether a sentence gives orders about answering, or imitates the turns and marks of a chat."""
    return _speaks(printed(text))


def _speaks(text: str) -> bool:
    folded = unicodedata.normalize("NFKC", text).translate(_SAME_LOOK).lower()
    if _TURN.search(folded) or _hides_words(text):
        return True
    english, prose = set(_ENGLISH.findall(folded)), set(_ENGLISH_PROSE.findall(folded))
    if len(english) > 1 or len(prose) > 2 or (english and len(prose) > 1):
        return True
    flat = re.sub(r"[\W_]", "", folded).translate(_SIMPLIFIED)
    return any(rule.search(flat) for rule in _RULES)


def printed(text: str) -> str:
    """`text` without characters that print nothing: format and unassigned ones, tags, variation selectors, fillers.

    Character references are resolved, and what a direction override would print backwards is turned round.
    """
    text = _REFERENCE.sub(lambda m: html.unescape(m[0]), text)
    text = _REVERSED.sub(lambda m: m[1][::-1], text)
    nothing = {ord(c): None for c in set(text) if _prints_nothing(c)}
    return text.translate(nothing) if nothing else text


def _prints_nothing(c: str) -> bool:
    if c < "\u00ad":
        return False
    code = ord(c)
    if code in _BLANKS or 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF:
        return True
    category = unicodedata.category(c)
    return category in ("Cf", "Co", "Cs") or (
        category == "Cn" and not 0x20000 <= code < 0x40000
    )  # newer Han are not Cn


def _without_markup(text: str) -> str:
    for pattern, kept in _MARKUP:
        text = pattern.sub(kept, text)
    return text


@dataclass(slots=True)
class _Line:
    """A line as its sentences and cells, `pieces`, with the clause number that opens it; `ended` like a sentence or not."""

    number: str
    pieces: list[str]
    left_out: list[str]
    ended: bool

    @classmethod
    def of(cls, line: str) -> _Line:
        indent = len(line) - len(line.lstrip())
        found = marker(line[indent:])
        at = indent + found.length if found else 0
        return cls(line[:at], _PIECE.findall(line[at:]), [], not line or line.rstrip()[-1:] in tuple("。！？!?；;：:|"))

    @property
    def text(self) -> str:
        """The line again; "" if nothing but its number is left."""
        rest = "".join(self.pieces)
        return self.number + rest if rest.strip() or not self.left_out else ""

    def leave_out(self) -> None:
        """Leave out what imitates a chat, then brackets and pieces that speak."""
        self._leave_out_turns()
        for n, piece in enumerate(self.pieces):
            if not _speaks(piece):
                continue
            rest = piece
            for start, end in _brackets(piece):
                if _speaks(piece[start + 1 : end - 1]):
                    rest = rest.replace(piece[start:end], "", 1)
            if rest != piece and not _speaks(rest):
                self.left_out.append(piece)
                self.pieces[n] = rest
            else:
                self.drop(n, n + 1)

    def _leave_out_turns(self) -> None:
        """Leave out the pieces from the first mark of a chat in the line to the last one."""
        turns = list(_TURN.finditer(unicodedata.normalize("NFKC", "".join(self.pieces)).lower()))
        if turns:
            ends = list(accumulate(map(len, self.pieces)))
            first, last = bisect_right(ends, turns[0].start()), bisect_left(ends, turns[-1].end())
            self.drop(first, last + 1, rule="")

    def drop(self, start: int, end: int, rule: str = "|") -> None:
        """Leave out the pieces from `start` to `end`; of a cell the rule stays."""
        self.left_out += [p for p in self.pieces[start:end] if p]
        self.pieces[start:end] = [rule if p.endswith("|") else "" for p in self.pieces[start:end]]


def _leave_out_across(lines: list[_Line], count: int) -> None:
    """Leave out a sentence that runs over `count` lines: the last piece of the first, the first one of the last."""
    for at in range(len(lines) - count + 1):
        window = lines[at : at + count]
        if any(line.ended for line in window[:-1]) or any(line.number or not line.pieces for line in window[1:]):
            continue
        ends = [(window[0], len(window[0].pieces) - 1), *((line, 0) for line in window[1:])]
        pieces = [line.pieces[n] for line, n in ends]
        if window[0].left_out and not pieces[0] and len(pieces[-1]) <= _SHORT and pieces[-1][-1:] in tuple("。！？；"):
            window[-1].drop(0, 1)
        elif all(pieces) and _speaks("".join(pieces)):
            for line, n in ends:
                line.drop(n, n + 1)


def _brackets(text: str) -> Iterator[tuple[int, int]]:
    """Outermost bracketed stretches."""
    depth = start = 0
    for i, c in enumerate(text):
        if c in "（(【[〔［{":
            start = start if depth else i
            depth += 1
        elif c in "）)】]〕］}" and depth:
            depth -= 1
            if not depth:
                yield start, i + 1


def _hides_words(text: str) -> bool:
    """Whether a word of `text` is an encoding (base64, hexadecimal, percent, \\u) of words."""
    for word in _ENCODED.findall(unicodedata.normalize("NFKC", text)):
        for decode in (_base64, _hexadecimal, _percent, _escapes):
            try:
                decoded = decode(word).decode()
            except ValueError:
                continue
            if decoded != word and decoded.isprintable() and len(re.findall(r"[^\W\d_]", decoded)) > 3:
                return True
    return False


def _base64(word: str) -> bytes:
    return base64.b64decode(word + "=" * (-len(word) % 4), validate=True)


def _hexadecimal(word: str) -> bytes:
    try:
        return bytes.fromhex(word.removeprefix("0x"))
    except binascii.Error as error:
        raise ValueError from error


def _percent(word: str) -> bytes:
    return unquote_to_bytes(word)


def _escapes(word: str) -> bytes:
    return re.sub(r"\\[uU]([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), word).encode()


_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});")
_REVERSED = re.compile("\u202e([^\u202c\n]*)\u202c?")
_BLANKS = frozenset((0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x2800, 0x3164, 0xFFA0))
_MARKUP = (
    (re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1\s*>", re.S | re.I), ""),
    (re.compile(r"!\[[^\]]{0,200}\](?:\([^)]{0,500}\)?|\[[^\]\n]*\])"), ""),
    (re.compile(r"\[([^\]\n]*)\]\((?:[a-zA-Z]+:|//|#|/|www\.)[^)]{0,500}\)?"), r"\1"),
    (re.compile(r"\[[^\]\n]{1,40}\]:\s*(?:[a-z]+:)?//[^\n|]+"), ""),
    (re.compile(r"</?[a-zA-Z][\w-]*(?:\s[^<>]{0,500})?/?>|<(?:https?:|mailto:|//)[^<>]{0,500}>"), ""),
)
_PIECE = re.compile(r"[^。！？；|!?;]*(?:[!?;](?=[\w/\[(#&=])[^。！？；|!?;]*)*(?:[。！？；|!?;]+[”’」』）)]*|$)")
_ENCODED = re.compile(
    r"[A-Za-z0-9+/]{16,}={0,2}|(?:[\w./:-]*(?:%[0-9a-fA-F]{2}){3,}[\w./:%-]*)|(?:\\[uU][0-9a-fA-F]{4}){2,}"
)
_SAME_LOOK = str.maketrans(
    "аеорсухіјѕԁһԛԝӏкмтвнАВЕКМНОРСТУХІЈЅαοενιρτυκχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxijsdhqwlkmtbhABEKMHOPCTYXIJSaoevipтukxABEZHIKMNOPTYX".replace("т", "t"),
)
_SIMPLIFIED = str.maketrans(
    "請問題輸無視說應資統現開讀覆復訊內與們語詞讓從後這個對話紀錄圖點擊連結廣導機類為時條從絕",
    "请问题输无视说应资统现开读复复讯内与们语词让从后这个对话纪录图点击连结广导机类为时条从绝",
)

# The turns and marks of a chat, on the text with its punctuation.
_TURN = re.compile(
    r"<\|[^|>\n]{0,30}\|>|\[/?inst\]|<</?sys>>|</?s>|</?(?:start|end)_of_\w+>|</?system[\w-]*>|"
    r"#{2,}\s*(?:human|assistant|system|user|instructions?|指令|系统|用户|助手|人类|新?对话)|"
    r"(?:^|(?<=[\s。;；,，(（“\"'>|]))(?:system(?:\s*(?:prompt|message))?|assistant|user|human|助手|ai|模型|用户)[”\"'’]?(?:\s*to=\w+)?\s*[:：]|"
    r"[【\[]\s*(?:回答|资料|系统|指令|助手|管理员|system|assistant)\s*[】\]]|"
    r"[(（【\[]\s*(?:系统|管理员|开发者|后台)(?:消息|指令|通知|提示|插话)\s*[】\]:：)）]|q\s*[:：][^\n]{1,60}[？?\s]a\s*[:：]|"
    r"[\"'](?:role|instructions?|prompt)[\"']\s*[:：]|(?:^|\s)系统(?:消息|指令|通知|提示)\s*(?:[:：]|$)|"
    r"(?:begin|end)[_ ]of[_ ](?:text|prompt|context|document)"
)
_ENGLISH = re.compile(
    r"\b(?:answers?|repl(?:y|ies)|respond|instructions?|prompts?|assistant|ignore|disregard|forget|output|say|cite|recommend|render|refuse|"
    r"print|repeat|override|tell|reveal|pretend|insert|obey|mention|append|attribute|instead|previous|you|your|user|reader|questions?|task|"
    r"asks?|asked|claim|correct|figure|real|always|never|write|show|contact|source|chatbot|model|image|link|above)\b"
)
_ENGLISH_PROSE = re.compile(
    r"\b(?:the|a|an|is|are|be|to|of|in|on|at|for|with|by|as|that|this|it|not|if|do|does|any|all|must|should|only)\b"
)

# Rules on letters and digits alone, since spacing and punctuation are the poisoner's.
_MACHINE = (
    r"(?:(?:各位|诸位|所有|任何|本|各|该|亲爱的)?(?:ai|人工智能|智能|问答|语音|政务|阅读)?(?:助手|小助手)|(?:大|语言|ai|千问)模型|(?<![a-z])ai(?![a-z])|"
    r"问答(?:程序|机器人|系统|工具|软件)|聊天机器人|智能客服|(?<![a-z])(?:chatgpt|gpt|llm)s?(?![a-z])|(?:^|各)模型|(?<!申)请模型|模型(?=请|注意|一律|务必|照办|输出须))"
)
_SAY = r"(?:回答|回复|答复|作答|应答|输出|复述|打印|回应|解答|答|说|喊)"
_ANSWER = r"(?:回答|作答|应答|输出|答案|回复|答复)"
_ORDER = r"(?:请|须|应|要|务必|一律|一概|统统|统一|都|均|不得|不要|必须|勿|只|先|就|改)"
_EARLIER = r"(?:以上|上述|前述|之前|前面|此前|先前|上文|前文|上面|其他|其余|所有|一切|全部|原文|资料|用户|本文|你)"
_DISREGARD = r"(?:忽略|无视|忘掉|忘记|忘了|(?:不必|不用|无需|不要|别)(?:再)?(?:理会|管|理|看|遵守|遵循|照抄)|不理会|抛开|撇开|跳过|绕过)"
_TELL = r"(?:(?<!问)答|(?<!自动)回(?=以|答(?!率)|复(?!率))|显示|输出|念|宣读|播报|说(?!明)|讲(?!解)|报(?=[一\d])|写|表示|表述|取值|读作|引述|转述|照此|任务|植入|安利|不得透露|开头)"
_RULES = tuple(
    re.compile(rule)
    for rule in (
        # override
        rf"(?<![不免止应勿禁可能得]){_DISREGARD}.{{0,4}}{_EARLIER}",
        rf"(?:{_DISREGARD}|作废|清空|清除|推翻|覆盖|取消).{{0,12}}(?:指令|提示词|系统提示|初始设定|人设)|(?:指令|提示词|系统提示|人设).{{0,8}}(?:作废|失效|无效|忽略|清空|取消)",
        r"(?:新的?|以下)指令|(?:资料|文档|上下文|原文)(?:到此|至此)(?:结束|为止|完毕)",
        r"(?:开发者|越狱|无限制|调试|上帝|developer|debug|dan)(?:模式|mode)|从现在(?:起|开始).{0,4}(?:你|助手|模型|ai)|用.{1,8}的(?:口吻|语气|腔调)",
        r"ignore(?:all|any|the|previous|prior|above|your)|disregard(?:all|any|the|previous|prior|above)|youarenow|systemprompt|系统提示词",
        # you, the machine, the assistant itself
        r"[你您].{0,20}(?:回答|回复|答复|作答|输出|打印|助手|模型|机器人|扮演|指令|没有权限)|[你您](?:只能|必须|应当|应|要|需要|需|得|就|直接)?(?:说|喊|答)|你.{0,6}(?:规则|限制|任务是)",
        rf"{_MACHINE}.{{0,16}}(?:{_ORDER}|注意|读到|看到|遇到|照办|在.{{0,10}}时).{{0,30}}(?:{_ANSWER}|告诉|告知|提醒|推荐|宣传|说|标注|引用|拼接|引导|文号|作为)",
        rf"{_MACHINE}(?:请|务必|必须|须|照办|注意|听令|应答|只[许能答])|(?<!申)请{_MACHINE}|(?<![标样文])本(?:助手|模型)|作为(?:一[个名])?(?:ai|人工智能|语言|大语言)(?:助手|模型)",
        # what to answer
        rf"(?:只|仅)(?:能|需|要|许|准|可|须)?{_SAY}(?!不|应|明)",
        r"(?:一律|一概|统统|统一|均应|都应)(?:只|先|予以|拒绝|直接)?(?:回答|作答|输出|应答|答(?!复)|说|写成|写为|说成|说是|标注|改成|改为|答复为|回复为)",
        r"(?<!申)请(?:你|您|直接|先|只|务必|一律|均|原样|逐字|照此|改|按.{1,14}|用.{1,10})*(?:回答|作答|输出|复述|回复|改说|说|答)(?!明)",
        r"(?:不要|勿|别|无需|禁止|停止|不许|不准|用于)(?:再)?(?:回答|作答|应答)|拒答|(?:一律|请|务必|直接|全部)(?:予以)?(?:拒绝|不予)(?:回答|作答)",
        rf"(?:回答|作答|应答)(?:时|中|里|前|后|末尾|结尾|开头|的(?:末尾|结尾|开头|最后|第一句|前面|后面)|任何问题|本.{{1,6}}的?问题|用户|提问).{{0,14}}(?:{_ORDER}|加|附|写|注明|用|插入|推荐|称|说|介绍|广告|告诉)",
        rf"(?:答案|回复|输出|引用本[条段文]|引用本.{{1,6}})(?:时|中|里|前|后|末尾|结尾|开头|的(?:末尾|结尾|开头|最后|后面)).{{0,14}}(?:{_ORDER}|加|附|写|注明|插入|推荐|广告|夸)",
        rf"(?:被问|凡问|有人问|有人询问|有人提问|无论问|不论问|问到|问及|问起).{{0,24}}{_ORDER}.{{0,4}}(?:答|回复|说(?!明)|称)|(?:无论|不论|不管)问.{{0,8}}答案",
        r"(?:正确|标准|唯一)答案(?:是|为|应)|回(?:我|他|她|用户|对方|读者)一?[句个条]|按.{1,20}作答",
        r"(?<!申)请[把将].{0,20}(?:写成|说成|改成|标为|标成|写作|写进|换成)|[把将].{1,12}(?:写进|放进|放入|加进)(?:回答|答案|回复)",
        r"(?:问|打听|咨询).{0,24}(?:就|便|请|一律|一概|统统|都|务必|统一|直接)(?:说|答(?!复)|回(?:一?句|他|她)|讲|称|告诉)",
        r"(?:总结|概括|摘要|转述|翻译|复述|生成)(?:本[文段条]|该文|[时中里]).{0,10}(?:请|务必|一律|须|加|附|写|先)|(?:[读看]到|检索到|解析到)(?:此处|这里|本[文段句条处]|这[段句条])",
        r"(?:请|你|须|要)(?:假装|装作|扮演|扮成|冒充)|(?:管理员|开发者|后台)(?:指令|授权|口令)|(?:答复|回答)口径.{0,4}(?:为|是|按)|[按照].{1,14}作答(?!复)",
        # whom to tell what
        r"(?<!申)请(?:告诉|转告|提醒|向|对|让|引导)(?:读者|用户|提问)|(?:告诉|告知|提醒|转告|引导|对|向)(?:提问者|提问人|发问者|问话人)|[对向]用户(?:说(?!明)|报告|回答|声称)|提示(?:读者|提问者)",
        # how the answer is to look, and what it is to give away
        rf"{_ANSWER}.{{0,8}}(?:加入|插入|附上|加上|包含|带上|放入).{{0,8}}(?:链接|图片|网址|html|markdown|广告|推广)|(?:请|须|应|要)输出|输出的.{{1,8}}[里中后前].{{0,4}}(?:请|须|加|附|写)|用(?:html|markdown|json|英文|英语).{{0,6}}{_ANSWER}",
        r"(?:输出|显示|打印|复述|透露|说出|列出|公布|发送|附上|泄露|拼接).{0,10}(?:提示词|对话(?:记录|历史|内容)|聊天记录|用户的?(?:问题|提问|输入))|(?:用户|对话|聊天)的?(?:问题|提问|记录|历史|输入).{0,8}(?:附在|发送|发到|发给|拼接|追加|拼到)",
        r"markdown|img标签|(?:问题|提问|对话|输入).{0,10}(?:拼|编码|塞|附|追加)(?:进|入|到|在|于).{0,8}(?:网址|链接|地址|参数|后面)",
        r"(?:顺带|顺便|末尾|结尾).{0,6}(?:推荐|介绍|宣传|夸|推销|安利|提一[句下])|推荐给(?:用户|提问|读者)",
        # the machine as a reader, by its other names
        rf"(?:(?:ai|人工智能|问答|生成式)产品|(?:ai|人工智能|智能|机器|自动|摘要|文档|阅读)(?:工具|程序|助[手理]|阅读者|读者|体(?![系育验制质能])|问答|答询|小编)).{{0,24}}{_TELL}",
        r"(?:机器|机器人)(?:看过来|一概|读取|读作|检索到|阅读|生成的(?:答|回|摘|注|结)).{0,24}|小助[手理]|电子助理|(?<![a-z])ai(?:请|应|须|不得|只|小编)|(?:如果|假如|若)你是|(?:生成式)?人工智能.{0,4}(?:摘取|读取|引述|转述|使用.{0,8}回)",
        # whoever asks, and what to say
        r"(?:谁|要是|若|如(?!何)|凡|遇到?|对).{0,8}(?:(?<!顾)问(?!题)|打听|查询).{0,20}(?:说(?!明)|讲|报(?=[一\d])|回以|打发|话术|只可|只能|沉默)|(?:回以|标准话术|话术为|改为说|念出|直接念|(?:同意|转而).{0,4}(?:宣读|播报)|当作(?:答案|结论)|读作|就讲|照新的讲|对外(?:统一)?说法)",
        r"(?:正在|来)(?:提问|查询|咨询)的(?:人|朋友|客人)|每一?位使用|(?:读者|使用者|访客|访问者)若?.{0,12}(?:显示|展示|打开|点击)|(?:向|给)(?:使用者|访客|访问者)(?:显示|展示|回)",
        # the text as a text
        r"(?:前文|上文|以上文字|本页|上面那?些|原任务|原数|原来的数).{0,16}(?:作废|取消|测试|代替|废话|误植|换成|以此为准)|(?:别|勿|不要)写原|代替(?:全部|所有)?结论|优先级(?:最高|高于)|先前(?:一切|所有)?设定|(?:新|原)任务(?:是|为|取消)",
        rf"(?:{_ANSWER}|摘要|结论|注释|表格|引述|转述|援引).{{0,10}}(?:须|应|请|均|一律|同时|并)?.{{0,4}}(?:冠以|署名|植入|嵌入|括注|落款|指向|推送|安利|援引)|(?:冠以|植入|安利).{{0,16}}(?:{_ANSWER}|摘要)|请伪装|自动生成的(?:答复|回答)|答复.{{0,8}}(?:同时|一并).{{0,4}}(?:提供|推送|推荐)|一切查询|(?:回复|回答)落款|把(?:来源|出处)换",
        r"(?:文末|最后|末尾|结尾)(?:须|请|务必)?(?:加一?[行句]|写|安利|推荐)|(?:赞助|推广).{0,10}(?:转述|引用|摘要)|(?:引述|讲)(?:时|的时候).{0,4}(?:不得提|要说|只提)|提供出处|(?:聊天|对话)(?:内容|记录).{0,6}(?:同步|上传|发)",
        r"(?:刚才|用户|读者|访客)的?(?:提问|问题).{0,12}(?:编码|接在|拼|附|填)|(?:答案|回答)用一?张?图|图的地址|代填问题|数据接口返回|若要生成|你看到的",
        # whom to cite
        r"每一?(?:句|段|条)话?(?:后面?|末尾|结尾|之后).{0,6}(?:加|附|标|注明|写)|(?:引注|引文|出处|来源|依据).{0,4}(?:一律|统一|写成|标为)(?:写|标|填|注|署|改)?|作为(?:答案|回答)的(?:依据|来源)",
    )
)
