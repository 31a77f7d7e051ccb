"""Quantities: what is read, what is not one, and which claims a source supports."""

from __future__ import annotations

import re
import time
from decimal import Decimal

import pytest

from index.chinese.quantity import Kind, Quantity, asks_quantity, holds_kind, names_quantity, quantities, unsupported

# A leading bound is written before the value, e.g. ">=60 家"; dates as y-m-d with "?" for what is not given.
READ = [
    ("智能制造形成1000亿元规模", "100000000000 元"),
    ("一千亿元", "100000000000 元"),
    ("0.1万亿元", "100000000000 元"),
    ("１，０００万元", "10000000 元"),
    ("1,234.5万元", "12345000 元"),
    ("1亿2000万元", "120000000 元"),
    ("三亿五千万元", "350000000 元"),
    ("3千万元", "30000000 元"),
    ("三万五千户", "35000 户"),
    ("500万美元", "5000000 美元"),
    ("三十家企业", "30 家"),
    ("两家、两千多户", "2 家|>2000 户"),
    ("60家以上市级众创空间", ">=60 家"),
    ("覆盖23万家庭", "230000 "),
    ("100多家企业和30余万户", ">100 家|>300000 户"),
    ("十多年", ">10 年"),
    ("上百条", ">=100 条"),
    ("二倍以上十倍以下", ">=2 倍|<=10 倍"),
    ("近100亿元", "~10000000000 元"),
    ("约1万个", "~10000 个"),
    ("节约1万元", "10000 元"),
    ("最近3年", "3 年"),
    ("10家左右", "~10 家"),
    ("不少于3家", ">=3 家"),
    ("不得低于30%", ">=30 %"),
    ("最高奖励100万元", "<=1000000 元"),
    ("不超过6个月", "<=6 个月"),
    ("不足1亩", "<1 亩"),
    ("超过了2亿元", ">200000000 元"),
    ("体温≥37.3℃", ">=37.3 度"),
    ("3年内、5个工作日以内", "<=3 年|<=5 工作日"),
    ("3家内资企业", "3 家"),
    ("百分之八十", "80 %"),
    ("百分之九十八点七", "98.7 %"),
    ("８０％", "80 %"),
    ("八成、八成五", "80 %|85 %"),
    ("千分之五", "0.5 %"),
    ("四分之三和2/5", "75 %|40 %"),
    ("49.7 %", "49.7 %"),
    ("增速为-5%", "-5 %"),
    ("提高3个百分点", "3 百分点"),
    ("增长2.6倍、翻两番", "2.6 倍|2 番"),
    ("3-5家", "[3 家|]5 家"),
    ("三至五家", "[3 家|]5 家"),
    ("20%到30%", "[20 %|]30 %"),
    ("20—30%", "[20 %|]30 %"),
    ("百分之二十到三十", "[20 %|]30 %"),
    ("3至5万户", "[30000 户|]50000 户"),
    ("9000至1万户", "[9000 户|]10000 户"),
    ("3~5公里", "[3000 米|]5000 米"),
    ("1990-2000家", "[1990 家|]2000 家"),
    ("从3家到5家", "3 家|5 家"),
    ("由10%提高到20%", "10 %|20 %"),
    ("带宽2000G、接入100Mbps", "2000000 Mbps|100 Mbps"),
    ("千兆到校、百兆到班", "1000 Mbps|100 Mbps"),
    ("151平方公里、5千米、3kg", "151000000 平方米|5000 米|3000 克"),
    ("装机3万千瓦、供电2亿千瓦时", "30000000 瓦|200000000000 瓦时"),
    ("四百四十一千瓦、250mg/L、5毫升", "441000 瓦|250 mg/L|0.005 升"),
    ("47万人次和12万人", "470000 人次|120000 人"),
    ("100名专家、3位院士", "100 人|3 人"),
    ("六大类、八部门、五大理念", "6 类|8 个|5 个"),
    ("位居第8位", "8 第"),
    ("第三季度排名前10位", "3 第季度|10 前"),
    ("第五十六条第二款", "56 第条|2 第款"),
    ("十八届和第588号", "18 第届|588 第号"),
    ("半年、一年半、半个月", "0.5 年|1.5 年|0.5 个月"),
    ("三年来拿出26条政策", "3 年|26 条"),
    ("指数达到85", "85 "),
    ("12345热线", "12345 "),
    ("9:00至17:30", "[540 时刻|]1050 时刻"),
    ("20世纪90年代", "20 世纪|90 年代"),
    ("2016年10月10日", "2016-10-10"),
    ("二〇一六年十月十日", "2016-10-10"),
    ("二零一六年", "2016-?-?"),
    ("2016-10-10和2016.10.10和2016/10/10", "2016-10-10|2016-10-10|2016-10-10"),
    ("19.12.2015  13:09", "2015-12-19|789 时刻"),
    ("2016年6月底", "2016-6-?"),
    ("2016-06发布", "2016-6-?"),
    ("每年3月、10月1日", "?-3-?|?-10-1"),
    ("2016.5亿元", "201650000000 元"),
    ("2020年底前", "2020-?-?"),
    ("计划（2016—2018年）", "[2016-?-?|]2018-?-?"),
    ("二〇一六至二〇一八年", "[2016-?-?|]2018-?-?"),
    ("2016年10月至2018年12月", "[2016-10-?|]2018-12-?"),
    ("根据东府办〔2016〕88号", "东府办〔2016〕88号"),
    ("东府办［２０１６］８８号", "东府办〔2016〕88号"),
    ("发文字号:绍政发(2016) 27号", "绍政发〔2016〕27号"),
    ("17.1亿元", "1710000000 元"),
    ("1.到2020年建成3家", "2020-?-?|3 家"),
    ("9月15日至20日", "[?-9-15|]?-9-20"),
    ("＞50家", ">50 家"),
    ("＜3%", "<3 %"),
]

NO_QUANTITY = [
    *(
        "一些 一批企业 一体化 一定 一方面 统一个人信息 万众创新 四众 三网融合 三农 双创 两化融合 五个一批 一事一议".split()
    ),
    *(
        "一站式 一镇一品 一带一路 三位一体 最后一公里 第三方 十分重要 万分紧迫 百家争鸣 千家万户 千方百计 万一 百分点".split()
    ),
    *(
        "十三五 十四五时期 一二三产业 七八个 数百家 几十家 万千百工程 党的十八大 二元结构 二维码 零部件 红十字会".split()
    ),
    *(
        "一是发展 二是创新 一、总体要求 (二)基本原则 （十四）延长 1.推进 17．推进 （1）推进 第一,加强 第二，完善 结论[1]".split()
    ),
    *(
        "5G网络 4G信号 3C产业 3D仿真 IPv6 F5创意园 PM2.5 1+3+5 1+13+X O2O “3·15”晚会 10·29地震 附件2 每千瓦时 多元化 亿万群众".split()
    ),
]

SUPPORTED = [
    ("1000亿元", "一千亿元"),
    ("一千亿元", "0.1万亿元"),
    ("1000亿规模", "1000亿元规模"),
    ("80%", "八成"),
    ("百分之八十", "８０％"),
    ("30家", "三十家"),
    ("60家", "60家以上"),
    ("众创空间60", "60家以上众创空间"),
    ("超过5000亿元", "5000亿元以上"),
    ("5000亿元以上", "逾5000亿元"),
    ("至少3家", "3-5家"),
    ("3到5家", "三至五家"),
    ("3—5家", "3家以上、5家以下"),
    ("近100亿元", "约100亿元"),
    ("2016年", "2016年10月10日"),
    ("10月10日", "2016年10月10日"),
    ("2016-10-10", "二〇一六年十月十日"),
    ("2016年", "计划(2016-2018年)"),
    ("2016-2018年", "2016年至2018年"),
    ("中国制造2025", "2025年"),
    ("东府办[2016]88号", "现印发《东府办〔2016〕88号》"),
    ("建设一个统一平台", "建设统一平台"),
    ("十个重点行动", "十大行动"),
    ("3个方面", "三方面"),
    ("1Gbps", "1000M"),
    ("排名第八", "位居第8位"),
    ("100位专家", "100名专家"),
    ("15日和3家", "3家;15天"),
]

UNSUPPORTED = [
    ("1000亿元", "100亿元"),
    ("1000万元", "1000亿元"),
    ("60个", "60家"),
    ("60%", "60家"),
    ("3个百分点", "3%"),
    ("60家以上", "60家"),
    ("3年以上", "3年以内"),
    ("不超过5家", "超过5家"),
    ("超过3家", "近3家"),
    ("3家", "3-5家"),
    ("5家", "3-5家"),
    ("3-5家", "3家、5家"),
    ("3-6家", "3-5家"),
    ("约100亿元", "100亿元"),
    ("2016年10月10日", "2016年"),
    ("2016年10月11日", "2016年10月10日"),
    ("2017年", "2016-2018年"),
    ("2016-2018年", "2016年发布,到2018年建成"),
    ("3年", "2003年"),
    ("东府办〔2016〕89号", "东府办〔2016〕88号"),
    ("东府办〔2015〕88号", "东府办〔2016〕88号"),
    ("政发〔2016〕27号", "绍政发〔2016〕27号"),
    ("第二款", "第二条"),
    ("第8位", "8家"),
    ("第8位", "第9位"),
    ("至少一个平台", "一批平台"),
    ("五大行动", "十大行动"),
    ("100Mbps", "100G"),
    ("半年内", "一年内"),
    ("85", "85%"),
    ("8500", "85"),
    ("100亿元", ""),
]

ASKED = [
    ("要认定多少家众创空间?", "家"),
    ("提出了几个方面?", "个"),
    ("规模达到多少亿元?", "元"),
    ("安排了多少资金?", "元"),
    ("交易额目标是多少?", "元"),
    ("办理率要达到多少?", "%"),
    ("占比是多少", "%"),
    ("完成了几成?", "%"),
    ("增加值增长多少?", ""),
    ("出口带宽要扩容到多少?", ""),
    ("接入能力达到多少兆?", "Mbps"),
    ("提高几个百分点?", "百分点"),
    ("排在全国第几位?", "第"),
    ("需要多少个工作日?", "工作日"),
    ("哪一年实现?", "date"),
    ("什么时候印发的?", "date"),
    ("何时建成?", "date"),
    ("成文日期是?", "date"),
    ("文号是什么?", "document_number"),
    ("近几年有什么成效?", None),
    ("如何提高覆盖率?", None),
    ("效率怎么提升?", None),
    ("有哪些保障措施?", None),
]

HELD = [
    ("到2018年认定60家以上", "家", True),
    ("到2018年认定60家以上", "个", True),
    ("孵化基地3个以上", "家", True),
    ("10名专家", "家", False),
    ("到2018年认定60家以上", "元", False),
    ("到2018年认定60家以上", "date", True),
    ("认定60家以上", "date", False),
    ("指数达到85", "", True),
    ("到2018年建成", "", False),
    ("建设一个平台", "个", False),
    ("绍政发〔2016〕27号", "document_number", True),
    ("第27号令", "document_number", False),
    ("普及率达到95%", "%", True),
    ("提高3个百分点", "%", False),
    ("增长29.7%", "百分点", True),
]


def shown(quantity: Quantity) -> str:
    if quantity.kind is Kind.DOCUMENT_NUMBER:
        return quantity.number
    if quantity.kind is Kind.DATE:
        return quantity.bound + "-".join(str(n or "?") for n in (quantity.year, quantity.month, quantity.day))
    assert quantity.value is not None
    return f"{quantity.bound}{quantity.value.normalize():f} {quantity.unit}"


@pytest.mark.parametrize(("text", "expected"), READ)
def test_reads(text: str, expected: str) -> None:
    found = quantities(text)
    assert "|".join(map(shown, found)) == expected
    assert all(text[q.start : q.end] == q.text for q in found)


@pytest.mark.parametrize("text", NO_QUANTITY)
def test_words_and_names_are_no_quantities(text: str) -> None:
    assert [q.text for q in quantities(text) if not q.indefinite] == []


@pytest.mark.parametrize(("claim", "source"), SUPPORTED)
def test_supported(claim: str, source: str) -> None:
    assert unsupported(claim, [source]) == ()


@pytest.mark.parametrize(("claim", "source"), UNSUPPORTED)
def test_unsupported(claim: str, source: str) -> None:
    assert unsupported(claim, [source])


def test_names_what_no_source_holds() -> None:
    found = unsupported("到2018年认定60家、投资3亿元", ["到2018年认定50家", "投资三亿元"])
    assert [q.text for q in found] == ["60家"]


@pytest.mark.parametrize(
    ("text", "noun"), [("认定60家以上市级众创空间", "市级众创空间"), ("众创空间数量达到50家以上,", "众创空间")]
)
def test_guesses_what_is_counted(text: str, noun: str) -> None:
    assert [q.counts for q in quantities(text)] == [noun]


@pytest.mark.parametrize(
    ("wording", "kind"),
    [
        ("网上办理率", "%"),
        ("研发投入占比", "%"),
        ("网络零售额", "元"),
        ("参保人数", "个"),
        ("工业增加值", "元"),
        ("市场份额", "%"),
        ("《推进平台建设的方案》的网上办理率", "%"),
        ("截止日期", Kind.DATE.value),
        ("接入速率", None),
        ("录取名额", None),
        ("网络零售额和增速", None),
        ("市场份额与税额", None),
        ("单位GDP能耗降低率", "%"),
        ("水土保持率", "%"),
        ("居民医保普及率", "%"),
        ("降低损耗率", None),
        ("渔船", None),
    ],
)
def test_names_quantity(wording: str, kind: str | None) -> None:
    assert names_quantity(wording) == kind


@pytest.mark.parametrize(("question", "asked"), ASKED)
def test_asks_quantity(question: str, asked: str | None) -> None:
    assert asks_quantity(question) == asked


@pytest.mark.parametrize(("text", "asked", "held"), HELD)
def test_holds_kind(text: str, asked: str, held: bool) -> None:
    assert holds_kind(text, asked) is held


def in_chinese(number: int) -> str:
    for name, scale in (("亿", 10**8), ("万", 10**4)):
        if number >= scale:
            high, low = divmod(number, scale)
            gap = "零" if 0 < low < scale // 10 else ""
            return in_chinese(high) + name + gap + (in_chinese(low) if low else "")
    digits = "零一二三四五六七八九"
    written = "".join(digits[int(d)] + s for d, s in zip(f"{number:04d}", "千百十 ", strict=True)).strip()
    written = re.sub("零[千百十]?", "零", written).strip("零")
    written = re.sub("零+", "零", written)
    return written.removeprefix("一") if 10 <= number < 20 else written


INTEGERS = [*range(2, 130), *(10**n + k for n in range(3, 12) for k in (0, 1, 7, 10, 15, 20, 105, 999)), 3005, 20300]
INTEGERS += [12345678, 305006007, 40_0000_0000, 98_7654_3210, 10_0010]


@pytest.mark.parametrize("number", INTEGERS)
def test_chinese_and_arabic_numerals_are_one(number: int) -> None:
    written = in_chinese(number)
    for form in (written, str(number), f"{number:,}", written.replace("零", "〇")):
        assert [(q.value, q.unit) for q in quantities(f"培育{form}家企业")] == [(Decimal(number), "家")], form
    assert unsupported(f"{written}家", [f"{number}家"]) == ()
    assert unsupported(f"{written}家", [f"{number + 1}家"])


@pytest.mark.parametrize("text", [text for text, _ in READ])
def test_every_text_supports_itself(text: str) -> None:
    assert unsupported(text, [text]) == ()


def test_is_fast_enough_for_every_streamed_sentence() -> None:
    text = "到2021年,引进年产值8亿元以上的企业12家,统一建设一批示范基地,普及率达到95%。" * 5
    start = time.perf_counter()
    for _ in range(20):
        quantities(text)
    assert (time.perf_counter() - start) / 20 < 0.01  # some twenty times what is measured, for busy machines
