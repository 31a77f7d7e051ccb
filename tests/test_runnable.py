"""The assistant as a LangChain Runnable: invoke, stream, batch and their async forms, with standard citations."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, SystemMessage

from assistant import chain
from assistant.pipeline import Assistant
from assistant.settings import Settings
from index.search import Index
from tests import plans

QUESTION = "宁波的联网渔船每艘补助多少元？"
QUOTE = "为渔船加装北斗终端，每艘补助1800元，补助资金由市财政承担60%。"
LED = "宁波市海洋局牵头哪些任务？"
ZHOUSHAN = "舟山市灯塔修缮方案\n一、任务\n全市修缮灯塔18座。\n"
UNKNOWN = "宁波的方案有没有提到动物园？"
REFUSED = "《宁波市智慧港湾建设实施方案》没有"


@pytest.fixture
def runnable(index: Index) -> Any:
    return chain(Assistant(Settings(llm="off"), index=index))


def cited(message: AIMessage) -> list[Any]:
    blocks: list[Any] = list(message.content_blocks)
    return [citation for block in blocks for citation in block.get("annotations", [])]


def test_invoke_gives_the_text_with_standard_citations(runnable: Any) -> None:
    message = runnable.invoke(QUESTION)
    assert isinstance(message, AIMessage)
    assert message.text == QUOTE
    (citation,) = cited(message)
    assert citation["type"] == "citation"
    assert citation["cited_text"] == QUOTE
    assert citation["title"] == "宁波市智慧港湾建设实施方案 二·(二)·3（有效性未知）"
    assert (citation["start_index"], citation["end_index"]) == (0, len(QUOTE))


def test_a_citation_of_a_digest_is_called_one(tmp_path: Path) -> None:
    index = plans.built(tmp_path, 舟山=f"{ZHOUSHAN}说明：本文为摘编，数据同原文。\n")
    message = chain(Assistant(Settings(llm="off"), index=index)).invoke("舟山的灯塔要修几座？")
    index.close()
    assert [c["title"] for c in cited(message)] == ["舟山市灯塔修缮方案（摘编） 一（有效性未知）"]


def test_the_whole_answer_is_in_the_metadata(runnable: Any) -> None:
    answer = runnable.invoke(QUESTION).response_metadata["answer"]
    assert answer["status"] == "answered"
    assert [c["quote"] for c in answer["citations"]] == [QUOTE]


def test_a_citation_per_sentence_points_into_its_own_block(runnable: Any) -> None:
    message = runnable.invoke(LED)
    blocks = message.content_blocks
    assert len(blocks) == 2
    for block in blocks:
        (citation,) = block["annotations"]
        assert block["text"][citation["start_index"] : citation["end_index"]] == block["text"]
        assert "市海洋局牵头" in citation["cited_text"]


def test_a_refusal_is_its_reason_without_citations(runnable: Any) -> None:
    message = runnable.invoke(UNKNOWN)
    assert REFUSED in message.text
    assert cited(message) == []
    assert message.response_metadata["answer"]["status"] == "refused"


def test_what_is_missing_follows_what_was_found(runnable: Any) -> None:
    message = runnable.invoke("宁波和厦门的联网渔船有多少艘？")
    assert "3000艘" in message.text
    assert "没有厦门的计划" in message.text


def test_a_stream_gives_each_sentence_then_the_metadata(runnable: Any) -> None:
    *sentences, last = runnable.stream(LED)
    assert [type(c) for c in (*sentences, last)] == [AIMessageChunk] * 3
    assert all("市海洋局牵头" in chunk.text for chunk in sentences)
    assert all("answer" not in chunk.response_metadata for chunk in sentences)
    assert last.response_metadata["answer"]["text"]


def test_batch_keeps_the_order(runnable: Any) -> None:
    first, second = runnable.batch([QUESTION, UNKNOWN])
    assert first.text == QUOTE
    assert REFUSED in second.text


def test_the_async_forms_say_the_same(runnable: Any) -> None:
    async def run() -> tuple[str, list[str], str]:
        one = await runnable.ainvoke(QUESTION)
        several = await runnable.abatch([QUESTION, UNKNOWN])
        streamed = [chunk.text async for chunk in runnable.astream(QUESTION)]
        return one.text, [m.text for m in several], "".join(streamed)

    one, several, streamed = asyncio.run(run())
    assert one == streamed == several[0] == QUOTE
    assert REFUSED in several[1]


HISTORY = [HumanMessage(QUESTION), AIMessage("1800元。青岛市的。")]


@pytest.mark.parametrize(
    "value",
    [
        [*HISTORY, HumanMessage("那由谁牵头？")],
        {"messages": [*HISTORY, HumanMessage("那由谁牵头？")]},
        [SystemMessage("只谈大连市。"), *HISTORY, HumanMessage("那由谁牵头？")],
        [("user", QUESTION), ("assistant", "1800元。"), ("user", "那由谁牵头？")],
        [
            {"role": "user", "content": QUESTION},
            {"role": "assistant", "content": "1800元。"},
            {"role": "user", "content": [{"type": "text", "text": "那由谁牵头？"}]},
        ],
    ],
)
def test_earlier_messages_are_the_history(runnable: Any, value: Any) -> None:
    message = runnable.invoke(value)
    assert "由市海洋局牵头" in message.text
    assert message.response_metadata["answer"]["question"] == "那由谁牵头？"


@pytest.mark.parametrize("value", [[], [AIMessage("好。")], {"messages": [HumanMessage("？"), AIMessage("好。")]}])
def test_the_last_message_must_be_the_users(runnable: Any, value: Any) -> None:
    with pytest.raises(ValueError, match="last message"):
        runnable.invoke(value)
