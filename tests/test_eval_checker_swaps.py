"""What the program makes of a true sentence: each kind what it should, and nothing where a label would not hold."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pytest

from assistant.evidence.retrieve import as_evidence, as_source
from eval.checker import swaps
from eval.checker.pairs import Half
from eval.checker.restated import RESTATED, han
from eval.checker.subject import Subject, limit, subjects
from eval.checker.swapped import SWAPPED
from eval.checker.swaps import group, load, variants
from index.document.split import split
from index.store.library import Library
from index.types import Plan
from tests import plans
from tests.conftest import document

HEAD = plans.NINGBO.partition("一、总体目标")[0]
NEXT = (
    "全市培养海洋数据工程师300名以上。",
    "鼓励渔民合作社直销渔获，冷库每座补助45万元。",
    "组建沿岸气象志愿队，每月巡查浮标三次。",
)


def subject(sentence: str, *following: str) -> Subject:
    """`sentence` as the first of a clause of an invented plan, before `following`."""
    found = document(HEAD + "一、总体目标\n" + "\n".join([sentence, *(following or NEXT)]) + "\n", "宁波.txt")
    library = Library([Plan(found, split(found))])
    return next(s for s in subjects(library) if s.text == sentence)


TRUE = [
    ("原句", "建成潮汐观测站60座，改造码头12个。", {"建成潮汐观测站60座，改造码头12个。"}),
    ("冠名", "建成潮汐观测站60座，改造码头12个。", {"宁波市提出，建成潮汐观测站60座，改造码头12个。"}),
    (
        "冠文号",
        "建成潮汐观测站60座，改造码头12个。",
        {"甬海办〔2019〕17号文件提出，建成潮汐观测站60座，改造码头12个。"},
    ),
    ("数字改写", "全市建成潮汐观测站60座以上。", {"全市建成潮汐观测站六十座以上。"}),
    (
        "数字改写",
        "票务网上办理率要达到80%以上。",
        {"票务网上办理率要达到百分之八十以上。", "票务网上办理率要达到八成以上。"},
    ),
    (
        "数字改写",
        "渔获网上交易总额超过1000亿元。",
        {"渔获网上交易总额超过一千亿元。", "渔获网上交易总额超过0.1万亿元。"},
    ),
    ("日期略日", "海岛票务平台已于2018年5月9日正式上线。", {"海岛票务平台已于2018年5月正式上线。"}),
    ("略去末句", "加强渔船安全检查，推广远程操控桥吊。", {"加强渔船安全检查。"}),
    ("并列换序", "支持灯塔、浮标、航道、泊位等数字化。", {"支持灯塔、航道、浮标、泊位等数字化。"}),
    (
        "并列略项",
        "支持灯塔、浮标、航道、泊位等数字化。",
        {"支持灯塔、航道、泊位等数字化。", "支持灯塔、浮标、泊位等数字化。"},
    ),
    ("略去修饰", "积极推广无人集卡和远程操控桥吊。", {"推广无人集卡和远程操控桥吊。"}),
    ("近义", "联网渔船总数应当不少于3000艘。", {"联网渔船总数应不少于3000艘。", "联网渔船总数应当至少3000艘。"}),
    (
        "两句相合",
        "建成潮汐观测站60座，改造码头12个。",
        {"建成潮汐观测站60座，改造码头12个；全市培养海洋数据工程师300名以上。"},
    ),
]

FALSE = [
    ("数值", "全市建成潮汐观测站60座以上。", r"全市建成潮汐观测站[789]0座以上。"),
    ("数值", "每座观测站补助不得超过60万元。", r"每座观测站补助不得超过[1-5]0万元。"),
    ("数值（本文他处）", "每座潮汐观测站补助60万元。", "每座潮汐观测站补助45万元。"),
    ("数值（所引邻句）", "港区内培训持证引航员有60名。", "港区内培训持证引航员有300名。"),
    ("汉字数", "重点建设三类海岛数字票务平台。", r"重点建设[二四五六七八九]类海岛数字票务平台。"),
    ("单位", "渔获网上交易总额达到25亿元。", r"渔获网上交易总额达到25(?:万元|亿美元)。"),
    ("单位", "平台改造工程应当在3年内完成。", "平台改造工程应当在3个月内完成。"),
    ("年份", "到2024年建成智慧港湾基础框架。", r"到20(?:23|22|21|20)年建成智慧港湾基础框架。"),
    ("年份", "方案在2019-2022年分三批实施完毕。", r"方案在20\d\d-20\d\d年分三批实施完毕。"),
    ("月日", "海岛票务平台在5月9日正式上线运行。", r"海岛票务平台在\d+月\d+日正式上线运行。"),
    ("地名", "宁波市在近岸布设潮汐传感器。", r"(?!宁波|杭州|温州).{2,4}市在近岸布设潮汐传感器。"),
    ("冠他地", "在近岸布设一批新型潮汐传感器。", r"(?!宁波).{2,4}市提出，在近岸布设一批新型潮汐传感器。"),
    ("冠他文号", "在近岸布设一批新型潮汐传感器。", r"甬海办〔20\d\d〕\d+号文件提出，在近岸布设一批新型潮汐传感器。"),
    ("部门", "补助资金由市财政局统一拨付到位。", r"补助资金由市(?!财政).{2,4}局统一拨付到位。"),
    (
        "牵头配合互换",
        "(市海洋局牵头，市气象局、市水利局配合)",
        r"\(市气象局、市水利局牵头，市海洋局配合\)",
    ),
    ("否定（去）", "监测数据不得用于各类商业推送。", r"监测数据(?:可以|应当)用于各类商业推送。"),
    ("否定（添）", "推广无人集卡和远程操控桥吊。", r"(?:不再|停止|暂停|不)推广无人集卡和远程操控桥吊。"),
    ("语气", "力争联网渔船总数达到3000艘。", "确保联网渔船总数达到3000艘。"),
    ("语气", "鼓励渔民合作社在网上直销渔获。", r"(?:强制要求|必须由)渔民合作社在网上直销渔获。"),
    ("上下限", "联网渔船总数不少于3000艘为宜。", r"联网渔船总数不(?:超过|高于)3000艘为宜。"),
    ("上下限", "每座观测站造价在45万元以下。", "每座观测站造价在45万元以上。"),
    ("方向", "集装箱周转效率提高15%左右。", "集装箱周转效率降低15%左右。"),
    ("两数互换", "无人集卡120台，远程操控桥吊40台。", "无人集卡40台，远程操控桥吊120台。"),
    (
        "两年互换",
        "2019年底前建成观测站网络，2021年底前接入全部渔港。",
        "2021年底前建成观测站网络，2019年底前接入全部渔港。",
    ),
    ("两事互换", "配备无人集卡120台，改造渔港码头40座。", "配备渔港码头120台，改造无人集卡40座。"),
    ("主语互换", "气象志愿队负责巡查浮标，渔民合作社直销渔获。", "渔民合作社负责巡查浮标，气象志愿队直销渔获。"),
    ("变动起点", "全市渔船联网率由2018年的35%提高到80%。", "全市渔船联网率提高到35%。"),
    ("周期", "对改造完成的渔港给予30万元补助。", r"对改造完成的渔港每[年月]给予30万元补助。"),
    ("新增与总数", "在全市沿岸新增潮汐观测站60座。", r"在全市沿岸(?:累计共有|总数达到)潮汐观测站60座。"),
    ("新增与总数", "全市联网渔船的总数达到3000艘。", "全市联网渔船的新增3000艘。"),
    ("先后", "码头改造验收合格后，方可停靠渔船。", "码头改造验收合格前，方可停靠渔船。"),
    ("类别", "对省级数字渔港给予一次奖励。", "对市级数字渔港给予一次奖励。"),
    ("范围", "将部分渔港纳入数字化改造范围。", "将全部渔港纳入数字化改造范围。"),
    (
        "添句",
        "在近岸布设一批新型潮汐传感器。",
        r"在近岸布设一批新型潮汐传感器，(?:冷库每座补助45万元|每月巡查浮标三次)。",
    ),
]


@pytest.mark.parametrize(("kind", "sentence", "made"), TRUE)
def test_true_variants(kind: str, sentence: str, made: set[str]) -> None:
    assert made <= set(variants(subject(sentence), kind))


@pytest.mark.parametrize(("kind", "sentence", "made"), FALSE)
def test_false_variants(kind: str, sentence: str, made: str) -> None:
    found = variants(subject(sentence), kind)
    assert found
    assert sentence not in found
    assert any(re.fullmatch(made, one) for one in found), found


def test_every_kind_is_tried() -> None:
    assert {kind for kind, *_ in TRUE} == set(RESTATED)
    assert {"换对象"} | {kind for kind, *_ in FALSE} == set(SWAPPED)


def test_another_thing_gets_the_figure() -> None:
    found = variants(subject("近岸潮汐观测站点达到60座。", "建设海岛智能票务平台系统。"), "换对象")
    assert found
    assert all(one.endswith("达到60座。") and "潮汐观测站" not in one for one in found)


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("略去末句", "加强渔船安全检查，推广不得影响渔汛。"),  # the rest would lose its limit
        ("略去末句", "符合条件的渔船，加快安装北斗终端。"),
        ("并列略项", "由灯塔、浮标、航道、泊位四类设施组成。"),  # the count would be wrong
        ("并列略项", "须有灯塔、浮标、航道、泊位方可开港。"),
        ("并列换序", "依次检查灯塔、浮标、航道、泊位设施。"),
        ("日期略日", "截至2018年5月9日，平台已经上线运行。"),
        ("日期略日", "5月9日前海岛票务平台应当正式上线。"),
        ("略去修饰", "宁波港积极的变化令人感到十分鼓舞。"),
        ("否定（去）", "联网渔船不断增多，交易额不低于25亿元。"),
        ("数值", "本市执行2019年第17号港口管理规定。"),
        ("数值", "据《港口统计公报100家》公布的情况办理。"),
        ("上下限", "港区优先选用符合以上条件的终端设备。"),
        ("两数互换", "每艘渔船可以安装3台或者5台终端设备。"),
        ("两年互换", "方案在2019年至2022年之间分批实施。"),
        ("两事互换", "每艘渔船都应当配备卫星终端3台。"),
        ("主语互换", "气象志愿队、渔民合作社一起巡查浮标。"),
        ("变动起点", "渔船联网率从东到西逐步提高到80%。"),
        ("周期", "对改造完成的渔港每年给予30万元补助。"),
        ("新增与总数", "目标是连续14天无新增病例3例。"),
        ("先后", "此前，平台已经上线；今后，继续运行。"),
        ("单位", "每座观测站补助标准在45万元以上。"),  # 45 万元 or more may be 45 亿元: only what is less is false
    ],
)
def test_nothing_is_made_where_the_label_would_not_hold(kind: str, sentence: str) -> None:
    made = variants(subject(sentence), kind)
    if kind == "单位":
        assert not any(re.search(r"45(?:元|万)以上", one) for one in made)
    else:
        assert made == []


def test_what_the_source_states_anyway_is_not_swapped_in() -> None:
    both = subject("无人集卡120台，远程操控桥吊220台，拖轮320台，驳船420台。")
    for one in variants(both, "数值"):
        figures = re.findall(r"\d+", one)
        assert len(figures) == len(set(figures))


def test_a_place_of_the_same_province_is_not_swapped_in() -> None:
    one = subject("宁波市在近岸布设潮汐传感器。")
    for n in range(200):
        for made in SWAPPED["地名"](one, Random(n)):
            assert not made.startswith(("宁波", "杭州", "温州", "嘉兴", "湖州", "绍兴", "金华", "台州", "丽水"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("达到60家以上", ">"),
        ("不少于60家", ">"),
        ("超过60家", ">"),
        ("不超过60家", "<"),
        ("60家以内", "<"),
        ("控制在60家", "<"),
        ("建成60家", ""),
    ],
)
def test_bounds_are_read_without_the_checker(text: str, expected: str) -> None:
    start = text.index("60")
    assert limit(text, start, start + 3) == expected


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "零"),
        (9, "九"),
        (10, "十"),
        (12, "十二"),
        (60, "六十"),
        (105, "一百零五"),
        (110, "一百一十"),
        (1010, "一千零一十"),
    ],
)
def test_numbers_in_chinese(value: int, words: str) -> None:
    assert han(value) == words


def test_the_pairs_of_some_plans() -> None:
    documents = [document(text, name) for name, text in plans.TEXTS.items()]
    held = [Plan(d, split(d)) for d in documents]
    made = group(held, most=3)
    assert made.pairs == group(held, most=3).pairs
    kinds = {pair.kind for pair in made.pairs}
    assert {"原句", "数值", "方向", "否定（添）"} <= kinds
    assert all(sum(p.kind == kind for p in made.pairs) <= 3 for kind in kinds)
    assert {pair.half for pair in made.pairs} == set(Half)
    library = Library(held)
    for pair in made.pairs:
        source = pair.sources[0]
        assert pair.supported == (pair.kind in RESTATED)
        assert pair.supported or pair.sentence not in source.context
        assert len(pair.sources) == 1 + (pair.kind in ("两句相合", "数值（所引邻句）"))
        span = next(
            s
            for s in library.passage_at(source.document.id, source.evidence.start).sentences
            if s.start == source.evidence.start
        )
        assert source == as_source(library, as_evidence(library, source.document, span))
    assert 0 < made.idf("宁波") <= 1 == made.idf("饕餮")


def test_without_the_shared_data_the_digests_are_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(swaps, "PLANS", swaps.SHARED / "nowhere")
    monkeypatch.setattr(swaps, "NCP", swaps.SHARED / "data" / "nowhere")
    made = load(most=5)
    assert made.missing == ("../shared/nowhere", "../shared/data/nowhere")
    assert len(made.pairs) > 60
    assert {s.evidence.source for p in made.pairs for s in p.sources} <= {
        path.name for path in swaps.DIGESTS.glob("*.txt")
    }
