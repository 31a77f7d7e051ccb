"""From evidence to an answer: what stands of a draft, a quotation where nothing does, a refusal where nothing is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from assistant.model.chat import ModelUnavailable, Piece, ScriptedChat
from assistant.pipeline import Assistant
from assistant.settings import Settings
from assistant.types import Answer, Outcome, Stage
from index.search import Index
from tests import plans
from tests.judges import ByWords

SUBSIDY = "宁波的联网渔船每艘补助多少元？"
QUOTE = "为渔船加装北斗终端，每艘补助1800元，补助资金由市财政承担60%。"


def answered(index: Index, question: str, *replies: str) -> tuple[Answer, ScriptedChat]:
    model = ScriptedChat(replies)
    return Assistant(Settings(), index=index, model=model).answer(question), model


def refused(index: Index, question: str) -> Answer:
    """By a model that sees no answer, and fails the test when it is to write one: it has no reply left."""
    answer = Assistant(Settings(), index=index, model=ScriptedChat([], {"不": 0.999})).answer(question)
    assert answer.status is Outcome.REFUSED
    assert (answer.sentences, answer.citations) == ((), ())
    return answer


def quoted(index: Index, question: str) -> Answer:
    return Assistant(Settings(llm="off"), index=index).answer(question)


@pytest.mark.parametrize(
    ("question", "reply", "shown", "address"),
    [
        (SUBSIDY, "宁波市每艘渔船补助1800元。", "宁波市每艘渔船补助1800元。", "二·(二)·3"),
        (SUBSIDY, "1. 根据资料，渔船每艘补助1800元[4]。", "渔船每艘补助1800元。", "二·(二)·3"),
        ("青岛的智慧酿造车间奖励多少万元？", "对建成智慧酿造车间的企业，一次性奖励50万元。", None, "三·(一)·1"),
    ],
)
def test_a_good_draft_stands_with_the_clause_that_says_it(
    index: Index, question: str, reply: str, shown: str | None, address: str
) -> None:
    answer, model = answered(index, question, reply)
    (sentence,) = answer.sentences
    (citation,) = answer.citations
    assert sentence.text == (shown or reply)
    assert sentence.citations == (citation.number,) == (1,)
    assert citation.address == address
    assert (answer.status, answer.problems) == (Outcome.ANSWERED, ())
    assert answer.models["chat"] == model.name
    assert answer.draft == reply
    assert answer.usage.completion_tokens == len(reply)


@pytest.mark.parametrize(
    "made_up",
    [
        "每艘补助2800元。",
        "市教育局为每艘渔船补助1800元。",
        "青岛市为每艘渔船补助1800元。",
        "渔民子女就读小学免交午餐费。",
        "抱歉，资料中没有提到。",
    ],
)
def test_a_sentence_that_does_not_stand_is_dropped_and_counted_and_the_text_quoted(index: Index, made_up: str) -> None:
    answer, model = answered(index, SUBSIDY, made_up)
    assert len(model.prompts) == 1
    assert [s.text for s in answer.sentences] == [QUOTE]
    assert [c.quote for c in answer.citations] == [QUOTE]
    assert len(answer.problems) == 1
    assert made_up in answer.problems[0]
    assert made_up not in answer.markdown


def test_of_a_mixed_draft_what_stands_is_shown(index: Index) -> None:
    answer, _ = answered(index, SUBSIDY, "渔船每艘补助1800元。另外发放9999元奖金。补助资金由市财政承担60%。")
    assert [s.text for s in answer.sentences] == ["渔船每艘补助1800元。", "补助资金由市财政承担60%。"]
    assert [c.quote for c in answer.citations] == [QUOTE]  # one place is one citation
    assert len(answer.problems) == 1
    assert "9999" not in answer.text


@pytest.mark.parametrize("reply", ["", "\n\n", "【资料】\n1.（宁波市）为渔船加装北斗终端"])
def test_a_draft_of_nothing_is_answered_by_quotation(index: Index, reply: str) -> None:
    answer, model = answered(index, SUBSIDY, reply)
    assert len(model.prompts) == 1
    assert [s.text for s in answer.sentences] == [QUOTE]


def test_a_true_sentence_without_the_asked_figure_is_followed_by_the_one_that_has_it(index: Index) -> None:
    answer, _ = answered(index, SUBSIDY, "为渔船加装北斗终端。")
    assert "1800元" in answer.text


def test_a_bound_that_the_draft_leaves_out_is_told(tmp_path_factory: pytest.TempPathFactory) -> None:
    text = "温州市渔业行动方案\n温府〔2020〕8号\n一、任务\n1.建设渔港，培育渔业合作社60家以上、冷库8座。\n"
    index = plans.built(tmp_path_factory.mktemp("bound"), 温州=text)
    question = "温州要培育多少家渔业合作社？"
    bare, _ = answered(index, question, "温州市要培育渔业合作社60家。")
    assert "原文写的是“60家以上”。" in bare.notices
    whole, _ = answered(index, question, "温州市要培育渔业合作社60家以上，建设冷库8座。")
    assert whole.sentences
    assert not any("原文写的是" in notice for notice in whole.notices)


def test_a_draft_that_only_gives_the_question_back_is_no_answer(index: Index) -> None:
    answer, _ = answered(index, "青岛建成智慧酿造车间给多少奖励？", "青岛建成智慧酿造车间给奖励。")
    assert "50万元" in answer.text
    assert any("只是重复问题" in problem for problem in answer.problems)


def test_a_draft_without_the_name_that_is_asked_for_is_no_answer(tmp_path_factory: pytest.TempPathFactory) -> None:
    text = "温州市渔业行动方案\n温府〔2020〕8号\n一、任务\n1.实施“海燕”渔民创业培训计划，每年培训渔民800人。\n"
    index = plans.built(tmp_path_factory.mktemp("named"), 温州=text)
    answer, _ = answered(index, "温州的渔民创业培训计划叫什么名字？", "温州市每年培训渔民800人。")
    assert "“海燕”" in answer.text
    assert any("没有说出所问的名称" in problem for problem in answer.problems)


def test_without_a_model_the_text_is_quoted(index: Index) -> None:
    answer = quoted(index, SUBSIDY)
    assert [s.text for s in answer.sentences] == [QUOTE] == [c.quote for c in answer.citations]
    assert answer.draft is None
    assert "chat" not in answer.models
    assert answer.prompts == {}
    assert answer.notices == ()


class Gone:
    """A model that cannot be had, from the beginning or amid its answer."""

    name = "gone"

    def __init__(self, begun: str = "") -> None:
        self.begun = begun

    def stream(self, system: str, user: str, *, max_tokens: int) -> Iterator[Piece]:
        if self.begun:
            yield Piece(self.begun)
        raise ModelUnavailable("连不上模型服务。请确认它已启动。")

    def first_tokens(self, system: str, user: str) -> Mapping[str, float]:
        return {}


def test_a_model_that_is_being_loaded_is_waited_for_and_said_so(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = iter([True, True, False])
    monkeypatch.setattr("assistant.routes.content.loading", lambda _: next(looks, False))
    model = ScriptedChat(["宁波市每艘渔船补助1800元。"])
    events = list(Assistant(Settings(), index=index, model=model).stream(SUBSIDY))
    assert [e for e in events if isinstance(e, Stage)][:4] == [Stage.RETRIEVE, Stage.LOAD, Stage.LOAD, Stage.GENERATE]
    assert isinstance(events[-1], Answer)
    assert "1800元" in events[-1].text


def test_what_is_looked_up_does_not_wait_for_the_model(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.routes.content.loading", lambda _: True)
    events = list(Assistant(Settings(), index=index, model=ScriptedChat([])).stream("宁波的海岛票务平台由谁牵头？"))
    assert Stage.LOAD not in events
    assert "市文旅局牵头" in events[-1].text  # type: ignore[union-attr]


def test_a_year_from_the_clause_above_is_cited_there(index: Index) -> None:
    answer, _ = answered(index, "到2024年宁波的无人集卡达到多少辆？", "到2024年，无人集卡达到120辆。")
    assert [s.text for s in answer.sentences] == ["到2024年，无人集卡达到120辆。"]
    assert [c.address for c in answer.citations] == ["一·—1", "一"]
    assert "2024年" in answer.citations[1].quote


def test_a_model_that_cannot_be_had_means_quotation_and_a_notice(
    index: Index, caplog: pytest.LogCaptureFixture
) -> None:
    answer = Assistant(Settings(), index=index, model=Gone()).answer(SUBSIDY)
    assert [s.text for s in answer.sentences] == [QUOTE]
    assert any("模型暂不可用" in notice for notice in answer.notices)
    assert "连不上模型服务" in caplog.text, "the operator is told"
    assert "连不上模型服务" not in answer.markdown, "the reader is not"
    assert answer.status is Outcome.ANSWERED


def test_what_stood_before_the_model_broke_off_stays(index: Index) -> None:
    answer = Assistant(Settings(), index=index, model=Gone("渔船每艘补助1800元。补助资金由")).answer(SUBSIDY)
    assert [s.text for s in answer.sentences] == ["渔船每艘补助1800元。"]
    assert any("模型暂不可用" in notice for notice in answer.notices)


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("青岛的樱桃怎么种？", "《青岛市啤酒酿造数字化改造行动计划(2018-2021年)》没有"),
        ("宁波的动物园有多少家？", "没有写明所问的数字"),
        ("地铁票价怎么定？", "没有能回答这一问的内容"),
        ("昆明2019年的鲜切花损耗率要降到多少？", "没有写明2019年的"),
        ("厦门市的渔船补助多少元？", "没有厦门市的计划"),
        ("明天天气怎么样？", "没有能回答这一问的内容"),
        ("讲个笑话", "没有能回答这一问的内容"),
        ("你觉得宁波的方案好不好？", "没有能回答这一问的内容"),
        ("12+30=?", "没有看出您想问文件里的什么内容"),
    ],
)
def test_what_is_not_there_is_refused_with_a_reason(index: Index, question: str, reason: str) -> None:
    assert reason in refused(index, question).text


def test_quoted_words_of_another_plan_are_not_confirmed_by_something_alike(index: Index) -> None:
    question = "青岛的智慧酿造车间是“海岛票务平台”吗？"
    answer = quoted(index, question)
    assert "没有提到“海岛票务平台”" in answer.text
    assert {c.document.region for c in answer.citations} <= {"宁波市"}
    assert quoted(index, question.replace("“海岛票务平台”", "企业建的")).text.startswith("原文写的是")


def test_a_refusal_names_the_nearest_clauses_without_calling_them_an_answer(index: Index) -> None:
    answer = Assistant(Settings(llm="off"), index=index, judge=ByWords(half=1.5)).answer(
        "宁波的联网渔船每艘补助多少吨？"
    )
    assert any("1800元" in c.quote for c in answer.nearest)
    assert [c.number for c in answer.nearest] == list(range(1, len(answer.nearest) + 1))
    assert "1800元" not in answer.text
    assert "没有能核实的答案" in answer.markdown
    assert [c["quote"] for c in answer.to_dict()["nearest"]] == [c.quote for c in answer.nearest]
    for other in ("你好", "厦门市的渔船补助多少元？", SUBSIDY):
        assert quoted(index, other).nearest == ()


@pytest.mark.parametrize(
    ("question", "opening"),
    [
        ("宁波的无人集卡是120辆吗？", "与原文相符"),
        ("到2024年宁波的无人集卡达到120辆吗？", "与原文相符"),  # the year stands in the clause above
        ("青岛对建成智慧酿造车间的企业奖励五十万元，对吗？", "与原文相符"),
        ("到2030年宁波的无人集卡达到120辆，对吗？", "与原文不符"),
        ("宁波的无人集卡是120台套吗？", "与原文不符"),
        ("宁波的监测数据可以用于商业推送吗？", "原文写的是"),
    ],
)
def test_a_claim_in_the_question_is_compared_with_the_text(index: Index, question: str, opening: str) -> None:
    answer, model = answered(index, question)
    (sentence,) = answer.sentences
    (citation,) = answer.citations
    assert sentence.text.startswith(opening)
    assert sentence.text.endswith(citation.quote)
    assert model.prompts == []


def test_a_claim_about_the_wrong_place_is_answered_from_the_right_one(index: Index) -> None:
    answer, _ = answered(index, "“贷款贴息”是宁波提出的吗？")
    assert answer.status is Outcome.PARTLY
    assert "没有提到" in (answer.reason or "")
    assert [c.document.region for c in answer.citations] == ["大连市"]


def test_a_long_sentence_is_quoted_by_the_part_that_is_about_the_question(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    parts = [f"第{chr(0x4E00 + i)}类渔港各安排维修经费{i}万元" for i in range(2, 60)]
    long = f"嘉兴市渔港维修计划\n一、经费安排\n{'，'.join(parts)}，灯塔修缮安排777万元。\n"
    index = plans.built(tmp_path_factory.mktemp("long"), 嘉兴=long)
    answer = quoted(index, "嘉兴的灯塔修缮安排多少万元？")
    (sentence,), (citation,) = answer.sentences, answer.citations
    assert "灯塔修缮安排777万元" in sentence.text
    assert sentence.text.startswith("……")
    assert len(sentence.text) < 180 < len(citation.quote)
    assert sentence.text.strip("…。") in citation.quote


CLAUSES = """温州市渔业行动方案
温府〔2020〕8号
一、任务
(一)渔港消防。每条码头配齐灭火毯。夜间有人巡更。消防艇随时待命。
(二)其他。冷库改用节能门。渔具由合作社登记、回收、换新。船厂每月休整两天。鱼获当日上市，市场的鱼获都贴上标签。冰块由渔港统一供应。
"""


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        # a clause with that title: whole, though no sentence has the words of the question
        ("温州在渔港消防上有什么做法？", ["配齐灭火毯", "有人巡更", "随时待命"]),
        ("温州的渔港消防怎么搞？", ["配齐灭火毯", "有人巡更", "随时待命"]),
        ("温州的渔具怎么回收？", ["渔具由合作社登记"]),  # one of many things of its clause
    ],
)
def test_an_open_question_is_answered_with_the_clause_that_is_given_to_it(
    tmp_path_factory: pytest.TempPathFactory, question: str, shown: list[str]
) -> None:
    built = plans.built(tmp_path_factory.mktemp("clauses"), 温州=CLAUSES)
    answer = quoted(built, question)
    assert len(answer.sentences) == len(shown)
    assert all(part in answer.text for part in shown)


def test_a_long_quotation_is_filled_up_with_what_stands_beside(tmp_path_factory: pytest.TempPathFactory) -> None:
    text = "一、任务\n围绕渔村夜校，从识字、算术、记账三门课起步，" + "，".join(
        f"另设{c}课" for c in "甲乙丙丁戊己庚辛壬癸" * 4
    )
    built = plans.built(tmp_path_factory.mktemp("filled"), 温州=f"温州市渔业行动方案\n温府〔2020〕8号\n{text}。\n")
    answer = quoted(built, "温州的渔村夜校有什么重点？")
    assert "从识字、算术、记账三门课起步" in answer.text
    assert len(answer.sentences[0].text) > 100


@pytest.mark.parametrize(
    "question", ["宁波的方案有没有提到渔船和幼儿园、托儿所？", "宁波的方案有没有写渔民的养老金标准？"]
)
def test_whether_a_plan_speaks_of_a_thing_that_it_does_not_have(index: Index, question: str) -> None:
    assert quoted(index, question).status is Outcome.REFUSED


@pytest.mark.parametrize(
    ("question", "reply", "quote"),
    [
        ("宁波市如何保障港口数据安全？", "港口数据应当在本地备份，每月演练3次。", "每季度演练一次"),
        ("宁波渔获怎么直销？", "到2030年，鼓励渔民合作社在网上鱼市直销渔获。", "直销渔获"),
    ],
)
def test_how_a_thing_is_done_is_quoted_though_a_figure_of_the_draft_was_made_up(
    index: Index, question: str, reply: str, quote: str
) -> None:
    answer, _ = answered(index, question, reply)
    assert answer.status is Outcome.ANSWERED
    assert quote in answer.text


def test_a_dropped_sentence_without_the_figure_does_not_displace_the_one_that_has_it(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    text = (
        "温州市渔业行动方案\n温府〔2020〕8号\n一、任务\n"
        "1.渔船统一加装北斗终端和渔船身份标识。渔船加装一次补助1800元，由市财政承担。\n"
    )
    index = plans.built(tmp_path_factory.mktemp("figure"), 温州=text)
    reply = "渔船统一加装北斗终端和渔船身份标识、救生圈。"
    answer, _ = answered(index, "温州渔船加装北斗终端补助多少元？", reply)
    assert "1800元" in answer.text
