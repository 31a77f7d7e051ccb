"""The assistant as a LangChain Runnable: messages in, one message out, with LangChain's standard Citation annotations."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

from langchain.messages import AIMessage, AIMessageChunk, HumanMessage
from langchain_core.messages import BaseMessage, convert_to_messages
from langchain_core.messages.content import create_citation, create_text_block
from langchain_core.runnables import Runnable, RunnableGenerator

from assistant.pipeline import Assistant
from assistant.types import Answer, Checked


def chain(assistant: Assistant | None = None) -> Runnable[Any, AIMessage]:
    """A Runnable (invoke, stream, batch and their async forms) over `assistant`, by default one made from the settings.

    Input: a question, or messages of which the last is the user's and the ones before are the history. Output: an
    AIMessage whose text block carries a Citation per mark, with the whole answer in `response_metadata["answer"]`.
    A stream gives each sentence when it has been verified, then the metadata.
    """
    answering = assistant or Assistant()

    def respond(inputs: Iterator[Any]) -> Iterator[AIMessageChunk]:
        for value in inputs:
            question, history = _turns(value)
            for event in answering.stream(question, history):
                if isinstance(event, Checked):
                    yield AIMessageChunk(content=[_block(event)])
                elif isinstance(event, Answer):
                    blocks: list[Any] = [create_text_block(f"\n{line}") for line in _beside(event)]
                    yield AIMessageChunk(content=blocks, response_metadata={"answer": event.to_dict()})

    async def respond_async(inputs: AsyncIterator[Any]) -> AsyncIterator[AIMessageChunk]:
        async for value in inputs:
            chunks = respond(iter([value]))
            while (chunk := await asyncio.to_thread(next, chunks, None)) is not None:
                yield chunk

    return RunnableGenerator(respond, respond_async)


def _turns(value: Any) -> tuple[str, list[dict[str, str]]]:
    if isinstance(value, str):
        return value, []
    messages: list[BaseMessage] = convert_to_messages(value["messages"] if isinstance(value, dict) else value)
    if not messages or not isinstance(messages[-1], HumanMessage):
        raise ValueError("the last message must be the user's question")
    history = [
        {"role": "user" if isinstance(m, HumanMessage) else "assistant", "content": m.text} for m in messages[:-1]
    ]
    return messages[-1].text, history


def _beside(answer: Answer) -> list[str]:
    """What the reader must know beside the sentences: the table, what is missing, whether a plan was stopped."""
    return [part for part in (answer.table and answer.table.markdown, answer.reason, *answer.notices) if part]


def _block(event: Checked) -> Any:
    text = event.sentence.text
    annotations = [
        create_citation(
            start_index=0,
            end_index=len(text),
            cited_text=c.quote,
            title=f"{c.document.name} {c.address}（{c.status.label}）",
        )
        for c in event.citations
    ]
    return create_text_block(text, annotations=list(annotations))
