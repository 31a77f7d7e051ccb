"""What is found for a question, whatever its words: what the judge finds to answer, from the surest clause on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.evidence.find import find
from assistant.model.chat import ScriptedChat
from assistant.pipeline import Assistant
from assistant.question.understand import understand
from assistant.settings import Settings
from assistant.types import Answer, Outcome
from index.search import Index
from tests import plans
from tests.judges import Knows

ASKED = "宁波的老舢板翻了怎么办？"
PAYS, BOATS, MARKET = "每艘补助1800元", "为渔船加装北斗终端", "网上鱼市"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    built = plans.built(tmp_path_factory.mktemp("find"))
    yield built
    built.close()


def answered(
    index: Index, judge: Knows, question: str = ASKED, model: ScriptedChat | None = None, **settings: float
) -> Answer:
    chosen = Settings(**settings) if model else Settings(llm="off", **settings)  # type: ignore[arg-type]
    return Assistant(chosen, index=index, model=model, judge=judge).answer(question)


def test_what_the_judge_is_surest_of_comes_first_and_each_clause_once(index: Index) -> None:
    found = find(understand(ASKED, (), index), index, Knows((MARKET, BOATS)))
    assert MARKET in found.candidates[0].evidence.text
    assert found.best == found.candidates[0]
    assert [MARKET in found.nearest[0].text, BOATS in found.nearest[1].text] == [True, True]
    assert len({(e.document_id, e.address) for e in found.nearest}) == len(found.nearest)
    assert found.probability > 0.9


def test_a_question_that_shares_no_word_with_the_plan_is_answered(index: Index) -> None:
    answer = answered(index, Knows((BOATS,)))
    assert answer.status is Outcome.ANSWERED
    assert PAYS in answer.text
    assert answer.odds is not None
    assert answer.odds > 0


def test_what_the_judge_finds_no_answer_to_is_left_open_with_what_is_nearest(index: Index) -> None:
    answer = answered(index, Knows(()))
    assert answer.status is Outcome.REFUSED
    assert answer.nearest
    assert answer.odds is not None
    assert answer.odds < 0


def test_whoever_wants_to_be_surer_is_refused(index: Index) -> None:
    sure = Knows((BOATS,))
    assert answered(index, sure, least_probability=0.9).status is Outcome.ANSWERED
    assert answered(index, sure, least_probability=0.9999).status is Outcome.REFUSED


def test_a_broad_question_gets_all_clauses_that_answer_and_one_for_a_figure_what_has_figures(index: Index) -> None:
    judge = Knows((MARKET, BOATS))
    broad = answered(index, judge, "宁波的老舢板有什么说法？")
    assert MARKET in broad.text
    assert BOATS in broad.text
    one = answered(index, judge, "宁波的老舢板补多少元？")
    assert PAYS in one.text
    assert MARKET not in one.text


def test_where_no_sentence_has_the_kind_of_answer_that_is_asked_for_the_judge_has_to_be_surer(index: Index) -> None:
    doubtful, sure = Knows((MARKET,), sure=-1.0), Knows((MARKET,))
    assert answered(index, doubtful, "宁波的老舢板有什么说法？").status is Outcome.ANSWERED
    assert answered(index, doubtful, "宁波的老舢板补多少元？").status is Outcome.REFUSED
    assert answered(index, sure, "宁波的老舢板补多少元？").status is Outcome.ANSWERED


@pytest.mark.parametrize(
    ("reply", "shown"), [("为渔船加装北斗终端，每艘补助1800元。", True), ("渡轮统一在海岛票务平台预订。", False)]
)
def test_a_draft_that_rests_on_a_clause_that_does_not_answer_is_not_shown(
    index: Index, reply: str, shown: bool
) -> None:
    answer = answered(index, Knows((BOATS,)), model=ScriptedChat(lambda *_: reply))
    assert (reply[:6] in answer.text) is shown
    assert PAYS in answer.text
