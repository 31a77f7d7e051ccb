"""What is found for a question in other words than the plans': by near words, where the dense leg agrees."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest

from assistant.evidence.expansion import with_near
from assistant.evidence.find import find, nearest_clauses
from assistant.evidence.retrieve import nearest, retrieve
from assistant.model.chat import ScriptedChat
from assistant.pipeline import Assistant
from assistant.question.coverage import Term
from assistant.question.understand import Query, understand
from assistant.settings import Settings
from assistant.types import Answer, Outcome
from index.search import Index
from index.store.embed import HashEmbedder, Vectors
from tests import plans

ASKED = "宁波给舢板加装什么？"


class Kin(HashEmbedder):
    """Knows that 舢板 and 舢板子 are something like 渔船: by `alike`, from 0 to 1, where the word stands alone."""

    def __init__(self, alike: float) -> None:
        super().__init__()
        self.alike = alike

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return super().embed_queries([text.replace("舢板", "渔船") for text in texts])

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        plain, boat = super().embed_passages(texts), super().embed_passages(["渔船"])[0]
        rows = [
            self.alike * boat + (1 - self.alike) * row if text.startswith("舢板") else row
            for text, row in zip(texts, plain, strict=True)
        ]
        return np.array([row / np.linalg.norm(row) for row in rows], dtype=np.float32)


@pytest.fixture(scope="module")
def kin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("kin")
    plans.built(folder).close()
    index = Index.open(folder / "index", Kin(0.9))
    yield index
    index.close()


def answered(index: Index, question: str, **settings: float) -> Answer:
    return Assistant(Settings(llm="off", **settings), index=index).answer(question)  # type: ignore[arg-type]


def widened(index: Index, query: Query) -> Query:
    return with_near(query, retrieve(query, index, query.documents), index)


def test_a_word_that_no_plan_has_is_answered_by_the_plans_word_for_it_and_the_reader_is_told(kin: Index) -> None:
    answer = answered(kin, ASKED)
    assert answer.status is Outcome.ANSWERED
    assert "渔船" in answer.text
    assert "文件里没有“舢板”，以下按意思相近的“渔船”作答。" in answer.notices
    assert answer.signals is not None
    assert 0 < answer.signals.ruled_out < 1


def test_whoever_wants_to_be_surer_is_refused_for_the_word_that_is_not_there(kin: Index) -> None:
    answer = answered(kin, ASKED, least_probability=0.9)
    assert answer.status is Outcome.REFUSED
    assert "没有提到“舢板" in (answer.reason or "")


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
    query = understand(question, [], kin)
    assert any("舢板" in term.word for term in query.terms)
    assert widened(kin, query) == query
    assert answered(kin, question).status is Outcome.REFUSED


@pytest.mark.parametrize("clauses", [0, 3])
def test_only_a_clause_that_is_among_the_nearest_to_the_whole_question_does(
    kin: Index, monkeypatch: pytest.MonkeyPatch, clauses: int
) -> None:
    query = understand(ASKED, [], kin)
    hits = kin.dense(ASKED, k=100)
    best = find(query, kin).best
    assert best is not None
    telling = {c.evidence.start for c in nearest(query, kin)} - {best.evidence.start}
    others = [h for h in hits if h.span.start in telling and h.passage.address != best.evidence.address]
    first = list({h.passage.clause: h for h in others}.values())[:clauses]
    mine = [h for h in hits if h.passage.address == best.evidence.address]
    monkeypatch.setattr(Index, "dense", lambda *_, **__: [*first, *mine])
    found = find(query, kin)
    assert (found.ruled_out < 1) is (clauses < 3)
    assert "舢板" in (found.reason or "")


def test_a_refused_reader_is_shown_what_is_nearest_in_meaning_too(kin: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = "宁波有没有提到舢板？"
    close = {c.evidence.address for c in nearest_clauses(understand(asked, [], kin), kin, 2)}
    shown = {c.address for c in answered(kin, asked).nearest}
    monkeypatch.setattr("assistant.routes.refuse.nearest_clauses", lambda *_: [])
    by_words = {c.address for c in answered(kin, asked).nearest}
    assert shown == by_words | close > by_words


def test_what_the_words_of_the_question_answer_is_not_looked_for_by_others(
    kin: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.evidence.find.with_near", lambda *_: pytest.fail("looked for"))
    assert find(understand("宁波的联网渔船每艘补助多少元？", [], kin), kin).ruled_out == 0


@pytest.mark.parametrize(
    ("word", "alike", "known"),
    [("舢板", 0.9, True), ("舢板", 0.5, True), ("舢板", 0.0, False), ("舢板子", 0.9, True), ("舢板子", 0.4, False)],
)
def test_a_long_word_names_one_thing_and_must_be_nearer(
    kin: Index, monkeypatch: pytest.MonkeyPatch, word: str, alike: float, known: bool
) -> None:
    query = understand(ASKED, [], kin)
    monkeypatch.setattr(kin, "embedder", Kin(alike))
    (term,) = widened(kin, replace(query, terms=(Term(word),))).terms
    assert ("渔船" in dict(term.near)) is known
    assert all(0 < credit <= 1 for _, credit in term.near)


@pytest.mark.parametrize("word", ["渔船", "华为", "象山"])
def test_what_a_plan_has_and_what_is_a_name_is_not_read_as_another_word(kin: Index, word: str) -> None:
    query = replace(understand(ASKED, [], kin), terms=(Term(word),))
    assert widened(kin, query) == query


def test_a_word_is_not_read_as_its_opposite(kin: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    class Same(HashEmbedder):
        def embed_passages(self, texts: Sequence[str]) -> Vectors:
            return super().embed_passages(["直销" if text in ("曲销", "直售") else text for text in texts])

    monkeypatch.setattr(kin, "embedder", Same())
    query = understand(ASKED, [], kin)
    near = {t.word: dict(t.near) for t in widened(kin, replace(query, terms=(Term("直售"), Term("曲销")))).terms}
    assert "直销" in near["直售"]
    assert "直销" in near["曲销"]
    monkeypatch.setattr("assistant.evidence.expansion._OPPOSITES", frozenset({frozenset("曲直")}))
    near = {t.word: dict(t.near) for t in widened(kin, replace(query, terms=(Term("直售"), Term("曲销")))).terms}
    assert ("直销" in near["直售"], "直销" in near["曲销"]) == (True, False)


def test_a_figure_of_the_question_is_not_confirmed_by_one_of_another_word(kin: Index) -> None:
    answer = answered(kin, "宁波给舢板加装的是1800元的，对吗？")
    assert "与原文相符" not in answer.text
    assert "与原文不符" not in answer.text


@pytest.mark.parametrize("question", ["宁波给舢板加装什么，谁来牵头？", "宁波和青岛给舢板加装什么？"])
def test_what_is_compared_or_asked_beside_others_is_meant_as_it_stands(kin: Index, question: str) -> None:
    assert not any("意思相近" in notice for notice in answered(kin, question).notices)


def test_the_model_is_asked_about_what_near_words_found(kin: Index) -> None:
    sure = ScriptedChat(["为渔船加装北斗终端，每艘补助1800元。"], {"能": 0.999})
    unsure = ScriptedChat([], {"不": 0.999})
    found = Assistant(Settings(), index=kin, model=sure).answer(ASKED)
    refused = Assistant(Settings(), index=kin, model=unsure).answer(ASKED)
    assert (found.status, refused.status) == (Outcome.ANSWERED, Outcome.REFUSED)
    assert found.signals is not None
    assert (found.signals.ruled_out, found.signals.model is None) == (0.25, False)
    assert "没有提到“舢板" in (refused.reason or "")


BY_MEANING = "宁波的老舢板翻了怎么办？"


@pytest.fixture
def strange(index: Index, monkeypatch: pytest.MonkeyPatch) -> Index:
    """An index none of whose words is near to any other."""
    monkeypatch.setattr("assistant.evidence.find.with_near", lambda query, *_: query)
    return index


def test_what_its_words_do_not_find_is_looked_for_by_the_meaning_of_the_whole_question(strange: Index) -> None:
    found = find(understand(BY_MEANING, [], strange), strange)
    scores = [c.evidence.score for c in found.candidates]
    assert found.by_meaning
    assert found.best == found.candidates[0]
    assert scores == sorted(scores, reverse=True)
    assert found.ruled_out == 1
    assert "没有提到“" in (found.reason or "")


def test_of_what_is_nearest_only_what_has_the_asked_kind_may_answer(strange: Index) -> None:
    found = find(understand("宁波的老舢板翻了赔百分之几？", [], strange), strange)
    assert found.by_meaning
    assert all("%" in c.evidence.text for c in found.candidates)


@pytest.mark.parametrize(
    "question",
    [
        "宁波有没有提到舢板翻了？",
        "宁波的“老舢板”翻了给钱吗？",
        "宁波的舢板翻了赔1800元，对吗？",
        "宁波的文件提到老舢板了吗？",
    ],
)
def test_what_is_to_be_confirmed_as_it_stands_is_not_looked_for_by_meaning(strange: Index, question: str) -> None:
    assert not find(understand(question, [], strange), strange).by_meaning


def test_what_another_plan_has_a_name_for_is_not_looked_for_by_meaning(strange: Index) -> None:
    def by_meaning(question: str) -> bool:
        return find(understand(question, [], strange), strange).by_meaning

    assert by_meaning(BY_MEANING)
    assert not by_meaning("宁波的酿酒师的舢板翻了怎么办？"), "青岛 has them"


def test_only_the_model_can_tell_whether_what_is_nearest_answers(strange: Index) -> None:
    best = find(understand(BY_MEANING, [], strange), strange).best
    assert best is not None
    sure, unsure = ScriptedChat([best.evidence.text], {"能": 0.999}), ScriptedChat([], {"不": 0.999})
    answer, refused = (Assistant(Settings(), index=strange, model=m).answer(BY_MEANING) for m in (sure, unsure))
    assert answer.status is Outcome.ANSWERED
    assert answer.citations[0].address == best.evidence.address
    assert any("整句意思最接近" in notice for notice in answer.notices)
    half_sure = Assistant(
        Settings(), index=strange, model=ScriptedChat([best.evidence.text], {"能": 0.6, "不": 0.4})
    ).answer(BY_MEANING)
    for other in (refused, half_sure, answered(strange, BY_MEANING)):
        assert other.status is Outcome.REFUSED
        assert "没有提到“" in (other.reason or "")
        assert not any("整句意思最接近" in notice for notice in other.notices)


def test_where_no_plan_is_named_the_nearest_must_be_clearly_nearer_than_those_of_other_plans(
    strange: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    def by_meaning(question: str) -> bool:
        return find(understand(question, [], strange), strange).by_meaning

    monkeypatch.setattr("assistant.evidence.find.CLEARLY", 2.0)
    assert by_meaning(BY_MEANING)
    assert not by_meaning("老舢板翻了怎么办？")
    monkeypatch.setattr("assistant.evidence.find.CLEARLY", 0.0)
    assert by_meaning("老舢板翻了怎么办？")


def test_where_all_is_as_near_nothing_is(strange: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    def by_meaning() -> bool:
        return find(understand(BY_MEANING, [], strange), strange).by_meaning

    assert by_meaning()
    hits = strange.dense(BY_MEANING, k=40)
    monkeypatch.setattr(Index, "dense", lambda *_, **__: [replace(hit, score=0.9) for hit in hits])
    assert not by_meaning()


@pytest.mark.parametrize(
    ("question", "reply", "quoted"),
    [
        (BY_MEANING, "老舢板翻了赔新的。", True),
        (BY_MEANING, "老舢板翻了由市教育局赔。", False),
        ("宁波的老舢板翻了赔多少元？", "老舢板翻了赔。", True),
        ("宁波的老舢板翻了赔多少元？", "老舢板翻了赔9999元。", False),
    ],
)
def test_what_is_found_by_meaning_is_quoted_in_place_of_a_draft_unless_it_contradicts_that(
    strange: Index, question: str, reply: str, quoted: bool
) -> None:
    assert find(understand(question, [], strange), strange).by_meaning
    model = ScriptedChat(lambda system, user: reply, {"能": 0.999})
    answer = Assistant(Settings(), index=strange, model=model).answer(question)
    assert (answer.status is Outcome.ANSWERED) is quoted
    assert any("整句意思最接近" in notice for notice in answer.notices) is quoted


def test_what_the_model_says_of_clauses_that_are_not_as_near_is_left_out(strange: Index) -> None:
    found = find(understand(BY_MEANING, [], strange), strange)
    assert found.best is not None
    far = next(c.evidence for c in found.candidates[1:6] if c.evidence.score < found.best.evidence.score - 0.02)
    answer = Assistant(Settings(), index=strange, model=ScriptedChat([far.text], {"能": 0.999})).answer(BY_MEANING)
    assert far.text not in answer.text
    assert any("不是最切题的" in problem for problem in answer.problems)


def test_a_yes_or_no_question_that_is_found_by_meaning_is_quoted_and_not_confirmed(strange: Index) -> None:
    asked = "宁波的老舢板翻了给钱吗？"
    answer = Assistant(Settings(), index=strange, model=ScriptedChat([], {"能": 0.999})).answer(asked)
    assert answer.text.startswith("原文写的是：")
    assert "相符" not in answer.text
