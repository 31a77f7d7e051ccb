"""A draft to its sentences: tidied, ended where it loops, and never left running."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import prompts
from assistant.model.chat import ModelUnavailable, Piece, ScriptedChat
from assistant.model.draft import PROMPTS, Draft, write
from assistant.types import Stage
from index.search import Index
from tests import plans

QUESTION = "宁波的联网渔船每艘补助多少元？"


def sentences(index: Index, reply: str, draft: Draft | None = None) -> list[str]:
    sources = [plans.source(index, "为渔船加装"), plans.source(index, "无人集卡达到")]
    events = write(QUESTION, sources, ScriptedChat([reply]), 220, draft or Draft())
    return [str(event) for event in events if not isinstance(event, Stage)]


@pytest.mark.parametrize(
    ("reply", "shown"),
    [
        ("每艘补助1800元。市财政承担60%。", ["每艘补助1800元。", "市财政承担60%。"]),
        ("每艘补助1800元", ["每艘补助1800元。"]),
        ("每艘补助1800元；", ["每艘补助1800元。"]),
        ("每艘补助1800元！由市财政承担60%吗？", ["每艘补助1800元！", "由市财政承担60%吗？"]),
        ("他说：“每艘补助1800元。”另有60%。", ["他说：“每艘补助1800元。”", "另有60%。"]),
        # marks are hints that the code does without
        ("每艘补助1800元[1]。", ["每艘补助1800元。"]),
        ("每艘补助1800元。[1]市财政承担60%【2】。", ["每艘补助1800元。", "市财政承担60%。"]),
        ("每艘补助1800元（资料1）。", ["每艘补助1800元。"]),
        ("**每艘补助1800元**。", ["每艘补助1800元。"]),
        # numbering and openings
        ("1. 每艘补助1800元。\n2、市财政承担60%。", ["每艘补助1800元。", "市财政承担60%。"]),
        ("- 每艘补助1800元\n- 市财政承担60%", ["每艘补助1800元。", "市财政承担60%。"]),
        ("根据资料，每艘补助1800元。", ["每艘补助1800元。"]),
        ("根据【资料】显示，每艘补助1800元。", ["每艘补助1800元。"]),
        ("回答：根据资料1，每艘补助1800元。", ["每艘补助1800元。"]),
        # a number that opens a sentence is no numbering
        ("1800元是每艘的补助。", ["1800元是每艘的补助。"]),
        ("5.5亿元是总额。", ["5.5亿元是总额。"]),
        ("2024年建成。", ["2024年建成。"]),
        # nothing
        ("", []),
        ("。。。", []),
        ("\n\n[1]\n", []),
    ],
)
def test_sentences_come_out_tidy(index: Index, reply: str, shown: list[str]) -> None:
    assert sentences(index, reply) == shown


@pytest.mark.parametrize(
    ("reply", "shown"),
    [
        ("每艘补助1800元。市财政承担60%。每艘补助1800元。新的一句。", ["每艘补助1800元。", "市财政承担60%。"]),
        ("每艘补助1800元。" * 50, ["每艘补助1800元。"]),
        ("每艘补助1800元[1]。每艘补助1800元[2]。", ["每艘补助1800元。"]),
        ("每艘补助1800元。\n【资料】\n1.（宁波市）为渔船加装。", ["每艘补助1800元。"]),
        ("【问题】宁波的联网渔船？\n【回答】每艘补助1800元。", []),
        ("每艘补助1800元。【回答】", ["每艘补助1800元。"]),
    ],
)
def test_a_loop_or_an_echo_of_the_prompt_ends_the_draft(index: Index, reply: str, shown: list[str]) -> None:
    assert sentences(index, reply) == shown


def test_the_prompt_holds_the_evidence_with_its_place_and_year_and_the_question_last(index: Index) -> None:
    model = ScriptedChat(["好。"])
    sources = [plans.source(index, "为渔船加装"), plans.source(index, "无人集卡达到")]
    list(write(QUESTION, sources, model, 220, Draft()))
    ((system, user),) = model.prompts
    assert system == prompts.render("answer_system")
    for source in sources:
        assert source.evidence.text in user
    assert "宁波市·2024年·码头更聪明" in user  # the year stands in the clause above only
    assert user.index(sources[0].evidence.text) < user.index(sources[1].evidence.text) < user.index(QUESTION)
    assert set(PROMPTS) <= set(prompts.names())


def test_a_draft_keeps_what_was_written_and_what_it_cost(index: Index) -> None:
    draft = Draft()
    reply = "1. 每艘补助1800元[1]。"
    sentences(index, reply, draft)
    assert draft.text == reply
    assert draft.usage.completion_tokens == len(reply)
    assert draft.usage.prompt_tokens > len(QUESTION)
    assert draft.seconds > 0


class Watched:
    """A model that never ends by itself; who stops reading must close its stream, since it holds on to it."""

    name = "watched"

    def __init__(self, *pieces: str) -> None:
        self.pieces, self.given, self.stopped = pieces, 0, False

    def stream(self, system: str, user: str, *, max_tokens: int) -> Iterator[Piece]:
        self.held = self._write()
        return self.held

    def _write(self) -> Iterator[Piece]:
        try:
            while True:
                self.given += 1
                yield Piece(self.pieces[min(self.given, len(self.pieces)) - 1])
        finally:
            self.stopped = True


def test_a_looping_model_is_stopped(index: Index) -> None:
    model = Watched("每艘补助1800元。")
    list(write(QUESTION, [plans.source(index, "为渔船加装")], model, 220, Draft()))
    assert model.stopped
    assert model.given < 5


def test_whoever_stops_reading_stops_the_model(index: Index) -> None:
    model = Watched("每艘补助1800元。", "每艘", "补助")
    events = write(QUESTION, [plans.source(index, "为渔船加装")], model, 220, Draft())
    next(events)
    assert not model.stopped
    events.close()  # type: ignore[attr-defined]
    assert model.stopped


def test_an_unavailable_model_is_told(index: Index) -> None:
    class Gone:
        name = "gone"

        def stream(self, system: str, user: str, *, max_tokens: int) -> Iterator[Piece]:
            yield Piece("每艘补助1800元。")
            raise ModelUnavailable("连不上模型服务")

    events = write(QUESTION, [plans.source(index, "为渔船加装")], Gone(), 220, Draft())
    assert "每艘补助1800元。" in (next(events), next(events))
    with pytest.raises(ModelUnavailable, match="连不上"):
        list(events)
