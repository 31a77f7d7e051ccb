"""What is found for a question in other words than the plans': by words near to its own, or by the meaning of the whole."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant.model.chat import ScriptedChat
from assistant.pipeline import Assistant
from assistant.settings import Settings
from assistant.types import Answer, Outcome
from index.search import Index
from index.store.embed import HashEmbedder, Vectors
from tests import plans

ASKED = "宁波给舢板加装什么？"
BY_MEANING = "宁波的老舢板翻了怎么办？"
READ_AS, NEAREST = "意思相近", "整句意思最接近"
SURE, UNSURE = {"能": 0.999}, {"不": 0.999}
_LONGEST_WORD = 4


class Kin(HashEmbedder):
    """No word is near another but 舢板 and 橡皮艇 to 渔船: by `alike`, from 0 to 1."""

    def __init__(self, alike: float) -> None:
        super().__init__()
        self.alike = alike

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return super().embed_passages([text.replace("舢板", "渔船") for text in texts])

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        rows = super().embed_passages(texts)
        for row, text in zip(rows, texts, strict=True):
            if len(text) <= _LONGEST_WORD:
                row[:] = self._word(text)
            if text in ("舢板", "橡皮艇"):
                row[:] = self.alike * self._word("渔船") + (1 - self.alike) * row
        unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit

    def _word(self, word: str) -> Vectors:
        return np.random.default_rng(zlib.crc32(word.encode())).normal(size=self.dimensions).astype(np.float32)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kin")
    plans.built(folder).close()
    return folder / "index"


@pytest.fixture(scope="module")
def kin(library: Path) -> Iterator[Index]:
    """舢板 is near to 渔船."""
    index = Index.open(library, Kin(0.9))
    yield index
    index.close()


@pytest.fixture(scope="module")
def strange(library: Path) -> Iterator[Index]:
    """No word is near to any other."""
    index = Index.open(library, Kin(0.0))
    yield index
    index.close()


def quoted(index: Index, question: str, **settings: float) -> Answer:
    return Assistant(Settings(llm="off", **settings), index=index).answer(question)  # type: ignore[arg-type]


def told(index: Index, question: str, replies: Sequence[str] | Callable[[str, str], str], **tokens: float) -> Answer:
    return Assistant(Settings(), index=index, model=ScriptedChat(replies, tokens)).answer(question)


def reads(answer: Answer, how: str) -> bool:
    return any(how in notice for notice in answer.notices)


def test_a_word_that_no_plan_has_is_answered_by_the_plans_word_for_it_and_the_reader_is_told(kin: Index) -> None:
    answer = quoted(kin, ASKED)
    assert answer.status is Outcome.ANSWERED
    assert "渔船" in answer.text
    assert "文件里没有“舢板”，以下按意思相近的“渔船”作答。" in answer.notices
    assert answer.signals is not None
    assert 0 < answer.signals.ruled_out < 1


def test_whoever_wants_to_be_surer_is_refused(kin: Index) -> None:
    assert quoted(kin, ASKED, least_probability=0.9).status is Outcome.REFUSED


@pytest.mark.parametrize(
    "question",
    [
        "宁波给“舢板”加装什么？",
        "寧波給「舢板」加裝什麼？",
        "宁波有没有提到舢板？",
        "宁波的文件提到舢板了吗？",
    ],
)
def test_a_word_in_quotation_marks_and_one_asked_for_as_such_mean_themselves(kin: Index, question: str) -> None:
    answer = quoted(kin, question)
    assert not reads(answer, READ_AS)
    assert answer.status is Outcome.REFUSED or reads(answer, NEAREST)


def test_what_the_words_of_the_question_answer_is_not_looked_for_by_others(kin: Index) -> None:
    answer = quoted(kin, "宁波的联网渔船每艘补助多少元？")
    assert answer.signals is not None
    assert answer.signals.ruled_out == 0
    assert answer.notices == ()


@pytest.mark.parametrize(
    ("word", "alike", "known"),
    [("舢板", 0.3, True), ("舢板", 0.0, False), ("橡皮艇", 0.9, True), ("橡皮艇", 0.3, False)],
)
def test_a_long_word_names_one_thing_and_must_be_nearer(library: Path, word: str, alike: float, known: bool) -> None:
    index = Index.open(library, Kin(alike))
    assert reads(quoted(index, f"宁波给{word}加装什么？"), READ_AS) is known
    index.close()


def test_a_figure_of_the_question_is_not_confirmed_by_one_of_another_word(kin: Index) -> None:
    answer = quoted(kin, "宁波给舢板加装的是1800元的，对吗？")
    assert "与原文相符" not in answer.text
    assert "与原文不符" not in answer.text


@pytest.mark.parametrize("question", ["宁波给舢板加装什么，谁来牵头？", "宁波和青岛给舢板加装什么？"])
def test_what_is_compared_or_asked_beside_others_is_meant_as_it_stands(kin: Index, question: str) -> None:
    assert not reads(quoted(kin, question), READ_AS)


def test_the_model_is_asked_about_what_near_words_found(kin: Index) -> None:
    found = told(kin, ASKED, ["为渔船加装北斗终端，每艘补助1800元。"], **SURE)
    refused = told(kin, ASKED, [], **UNSURE)
    assert (found.status, refused.status) == (Outcome.ANSWERED, Outcome.REFUSED)
    assert found.signals is not None
    assert found.signals.model is not None


def test_what_its_words_do_not_find_is_looked_for_by_the_meaning_of_the_whole_question(strange: Index) -> None:
    answer = told(strange, BY_MEANING, lambda *_: "", **SURE)
    assert answer.status is Outcome.ANSWERED
    assert reads(answer, NEAREST)
    assert answer.signals is not None
    assert (answer.signals.ruled_out, answer.signals.by_meaning) == (1, True)
    assert answer.citations[0].quote == max(answer.evidence, key=lambda e: e.score).text


def test_without_a_model_what_is_only_nearest_is_told_as_such(strange: Index) -> None:
    answer = quoted(strange, BY_MEANING)
    assert answer.status is Outcome.REFUSED
    assert answer.nearest
    assert reads(quoted(strange, BY_MEANING, least_probability=0.3), NEAREST)


def test_a_model_that_is_not_sure_refuses_what_is_only_nearest(strange: Index) -> None:
    for tokens in (UNSURE, {"能": 0.6, "不": 0.4}):
        answer = told(strange, BY_MEANING, [], **tokens)
        assert answer.status is Outcome.REFUSED
        assert answer.nearest
        assert not reads(answer, NEAREST)


def test_of_what_is_nearest_only_what_has_the_asked_kind_may_answer(strange: Index) -> None:
    answer = told(strange, "宁波的老舢板翻了赔百分之几？", lambda *_: "", **SURE)
    assert reads(answer, NEAREST)
    assert all("%" in c.quote for c in answer.citations)


@pytest.mark.parametrize(
    "question",
    [
        "宁波有没有提到舢板翻了？",
        "宁波的“老舢板”翻了给钱吗？",
        "宁波的舢板翻了赔1800元，对吗？",
        "宁波的文件提到老舢板了吗？",
        "宁波的酿酒师的舢板翻了怎么办？",  # 青岛 has them
    ],
)
def test_what_is_meant_as_it_stands_is_not_looked_for_by_meaning(strange: Index, question: str) -> None:
    answer = told(strange, question, lambda *_: "", **SURE)
    assert not reads(answer, NEAREST)
    assert answer.signals is not None
    assert not answer.signals.by_meaning


@pytest.mark.parametrize(
    ("question", "reply", "shown"),
    [
        (BY_MEANING, "老舢板翻了赔新的。", True),
        (BY_MEANING, "老舢板翻了由市教育局赔。", False),
        ("宁波的老舢板翻了赔多少元？", "老舢板翻了赔。", True),
        ("宁波的老舢板翻了赔多少元？", "老舢板翻了赔9999元。", False),
    ],
)
def test_what_is_found_by_meaning_is_quoted_in_place_of_a_draft_unless_it_contradicts_that(
    strange: Index, question: str, reply: str, shown: bool
) -> None:
    answer = told(strange, question, lambda *_: reply, **SURE)
    assert answer.signals is not None
    assert answer.signals.by_meaning
    assert (answer.status is Outcome.ANSWERED) is shown
    assert reads(answer, NEAREST) is shown


def test_a_yes_or_no_question_that_is_found_by_meaning_is_quoted_and_not_confirmed(strange: Index) -> None:
    answer = told(strange, "宁波的老舢板翻了给钱吗？", [], **SURE)
    assert answer.text.startswith("原文写的是：")
    assert "相符" not in answer.text
