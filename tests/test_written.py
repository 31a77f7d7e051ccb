"""A strong model behind the product: it sees whole clauses, what it writes is checked, and what it cannot do hurts nobody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from assistant.model.chat import ModelUnavailable, Piece, PromptTooLong, ScriptedChat, Thoughts
from assistant.model.profile import LARGE, SMALL, profile
from assistant.model.writing import sentences
from assistant.pipeline import Assistant
from assistant.settings import Settings
from assistant.types import Answer, Outcome
from index.search import Index

QUESTION = "宁波的智慧港湾方案对渔民有什么好处？"
SETTINGS = Settings(llm_profile="large")
ANSWER = """对渔民主要有两方面：
- 渔船装北斗终端，每艘补1800元，其中六成由市财政出[{boat}]。
- 可以在网上鱼市直接卖鱼[{market}]。
【未写明】补助的申请时间。"""


class Strong:
    """Answers by the numbers that the prompt gives to the clauses, and judges as it is told to."""

    name = "strong"

    def __init__(self, answer: str, verdicts: str = "1 能\n2 能\n3 能\n4 能") -> None:
        self.prompts: list[tuple[str, str]] = []
        self._answer, self._verdicts = answer, verdicts

    def stream(self, system: str, user: str, *, max_tokens: int) -> Iterator[Piece]:
        self.prompts.append((system, user))
        if "核稿员" in system:
            yield Piece(self._verdicts)
            return
        numbers = {name: self.number(user, words) for name, words in (("boat", "1800元"), ("market", "网上鱼市"))}
        text = self._answer.format(**numbers)
        yield from (Piece(text[at : at + 7]) for at in range(0, len(text), 7))

    def first_tokens(self, system: str, user: str) -> Mapping[str, float]:
        return {}

    @staticmethod
    def number(user: str, words: str) -> str:
        """The number of the clause that has `words`."""
        line = next(line for line in user.splitlines() if line.startswith("[") and words in line)
        return line[1 : line.index("]")]


def answered(index: Index, model: object, question: str = QUESTION) -> Answer:
    return Assistant(SETTINGS, index=index, model=model).answer(question)  # type: ignore[arg-type]


def test_freely_worded_sentences_stand_with_their_clauses(index: Index) -> None:
    answer = answered(index, Strong(ANSWER))
    assert answer.status is Outcome.PARTLY
    assert [s.text for s in answer.sentences] == [
        "渔船装北斗终端，每艘补1800元，其中六成由市财政出。",
        "可以在网上鱼市直接卖鱼。",
    ]
    assert all(s.citations for s in answer.sentences)
    assert "1800元" in answer.citations[0].quote
    assert answer.text.startswith("对渔民主要有两方面：\n- 渔船")
    assert answer.reason == "补助的申请时间。"


def test_the_model_sees_the_whole_plan_and_the_judge_what_a_sentence_rests_on(index: Index) -> None:
    model = Strong(ANSWER)
    answered(index, model)
    (_, user), (_, judged) = model.prompts
    assert all(words in user for words in ("潮汐传感器500个", "安家补贴", "甬海办〔2019〕17号"))
    assert "潮汐传感器" not in judged


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("渔船装北斗终端，每艘补2800元[{boat}]。", "2800元"),
        ("渔船装北斗终端，每艘补1800元以上，到2030年补完[{boat}]。", "2030年"),
        ("青岛市的渔船装北斗终端，每艘补1800元[{boat}]。", "青岛市"),
        ("The fishermen get 1800 yuan[{boat}].", "中文"),
    ],
)
def test_the_grammar_is_against_it_whatever_the_judge_says(index: Index, line: str, why: str) -> None:
    answer = answered(index, Strong(line))
    assert why in answer.problems[0]
    assert all(s.text in answer.citations[s.citations[0] - 1].quote for s in answer.sentences), "quotations at most"


def test_what_the_judge_doubts_is_not_shown_and_hides_nothing_else(index: Index) -> None:
    answer = answered(index, Strong(ANSWER, "1 不能"))
    assert [s.text for s in answer.sentences] == ["渔船装北斗终端，每艘补1800元，其中六成由市财政出。"]
    assert "可以在网上鱼市直接卖鱼" in answer.problems[0]


def test_nothing_written_is_a_refusal_that_names_what_is_missing(index: Index) -> None:
    answer = answered(index, Strong("【未写明】渔民的申请电话。"), "渔民打哪个电话？")
    assert answer.status is Outcome.REFUSED
    assert answer.reason is not None
    assert "渔民的申请电话" in answer.reason


def test_who_leads_is_looked_up_whatever_the_model(index: Index) -> None:
    model = Strong(ANSWER)
    answer = answered(index, model, "宁波的渔船联网由谁牵头？")
    assert "市海洋局" in answer.text
    assert model.prompts == []


class Failing(Strong):
    """Ends with an error after some words, or before them."""

    def __init__(self, words: str, error: ModelUnavailable) -> None:
        super().__init__(words)
        self._error, self.asked = error, 0

    def stream(self, system: str, user: str, *, max_tokens: int) -> Iterator[Piece]:
        self.asked += 1
        self.prompts.append((system, user))
        if self._answer:
            yield Piece(self._answer)
        raise self._error


@pytest.mark.parametrize("words", ["", "渔船每艘补"])
def test_an_address_that_fails_is_told_and_quotations_answer(index: Index, words: str) -> None:
    answer = answered(index, Failing(words, ModelUnavailable("no")), "宁波的联网渔船每艘补助多少元？")
    assert "1800元" in answer.text
    assert any("对话模型暂不可用" in notice for notice in answer.notices)


def test_less_evidence_meets_a_short_context(index: Index) -> None:
    model = Failing("", PromptTooLong("too long"))
    answered(index, model)
    lengths = [len(user) for _, user in model.prompts]
    assert model.asked > 2
    assert lengths[-1] < lengths[0]


def test_no_end_of_words_ends(index: Index) -> None:
    class Endless(Strong):
        def stream(self, system: str, user: str, *, max_tokens: int) -> Iterator[Piece]:
            while True:
                yield Piece("渔船" * 50)

    answer = answered(index, Endless(""))
    assert len(answer.draft or "") < 10_000
    assert not any("渔船渔船" in s.text for s in answer.sentences)


def test_thoughts_are_skipped_wherever_the_stream_is_cut() -> None:
    text = "<think>想一想1800</think>答案<b>是</b>"
    for size in range(1, len(text)):
        thoughts = Thoughts()
        said = "".join(thoughts.without(text[at : at + size]) for at in range(0, len(text), size)) + thoughts.rest()
        assert said == "答案<b>是</b>"


def test_thoughts_whose_opening_the_server_kept_are_skipped_as_far_as_they_are_held() -> None:
    thoughts = Thoughts()
    assert thoughts.without("想一想1800</think>答案") == "答案"
    for size in range(1, 9):
        text = "想</think>答案"
        thoughts = Thoughts()
        said = "".join(thoughts.without(text[at : at + size]) for at in range(0, len(text), size)) + thoughts.rest()
        assert said.removeprefix("想") == "答案"


def test_profiles_follow_the_address_and_each_number_is_a_setting() -> None:
    assert profile(Settings()) == SMALL
    assert profile(Settings(llm_base_url="http://127.0.0.1:1/v1")) == LARGE
    assert profile(Settings(llm_base_url="http://127.0.0.1:1/v1", llm_profile="small")) == SMALL
    tuned = profile(Settings(llm_profile="large", evidence_characters=3000, answer_tokens=90, history_turns=0))
    assert (tuned.evidence_characters, tuned.answer_tokens, tuned.turns) == (3000, 90, 0)


def test_a_follow_up_is_made_whole_by_the_model(index: Index) -> None:
    model = ScriptedChat(lambda system, _: "宁波的渔船联网由谁牵头？" if "改写" in system else "【未写明】没有。")
    history = [{"role": "user", "content": "宁波的渔船联网怎么补？"}, {"role": "assistant", "content": "每艘1800元。"}]
    answer = Assistant(SETTINGS, index=index, model=model).answer("那谁牵头", history)
    assert answer.resolved_question == "宁波的渔船联网由谁牵头？"
    assert answer.question == "那谁牵头"
    assert "市海洋局" in answer.text


@pytest.mark.parametrize(
    ("line", "written"),
    [
        ("甲是1[2]。乙是3[4][5]。", [("甲是1。", (2,), "\n"), ("乙是3。", (4, 5), "")]),
        ("- **甲**：1家[3]", [("甲：1家", (3,), "\n- ")]),
        ("1. 甲[1、2]", [("甲", (1, 2), "\n- ")]),
        ("| 甲 | 1家[2] |", [("甲；1家", (2,), "\n")]),
        ("|---|---|", []),
        ("## 一、生产", [("一、生产", (), "\n")]),
        ("", []),
    ],
)
def test_a_line_is_its_sentences(line: str, written: list[tuple[str, tuple[int, ...], str]]) -> None:
    assert [(w.text, w.numbers, w.opens) for w in sentences(line)] == written
