"""The chat model: any OpenAI-compatible address through LangChain, the bundled one, or a scripted one for tests."""

from __future__ import annotations

import ipaddress
import math
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from pydantic import SecretStr

from assistant.model.local import NAME, LocalServer
from assistant.settings import Settings
from index.cache import ModelError
from index.errors import ZhengdaError

if TYPE_CHECKING:  # importing langchain_openai takes seconds, so that happens at the first question
    from langchain_openai import ChatOpenAI

_SEED = 0
_RETRIES = 1
_TOP_TOKENS = 10


class ModelUnavailable(ZhengdaError, RuntimeError):
    """No answer can be had from the chat model; the message says, in Chinese, which one and what to do."""


class PromptTooLong(ModelUnavailable):
    """The prompt is longer than the model's context."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the model's answer as it arrives; the last one carries the counts of tokens."""

    text: str
    prompt_tokens: int = 0
    completion_tokens: int = 0


class ChatModel(Protocol):
    """A system and a user message in, an answer in pieces out; safe to share between threads."""

    @property
    def name(self) -> str:
        """What answers record as their model."""

    def stream(self, system: str, user: str, *, max_tokens: int) -> Iterator[Piece]:
        """The answer as it is written; closing the iterator stops the model. Raises ModelUnavailable."""

    def first_tokens(self, system: str, user: str) -> Mapping[str, float]:
        """The likeliest first tokens of the answer with their probabilities, none where the model does not tell.

        Raises ModelUnavailable.
        """


@dataclass(frozen=True)
class OpenAIChat:
    """A model behind an OpenAI-compatible address; greedy, so that one prompt has one answer."""

    base_url: str
    name: str
    api_key: SecretStr
    timeout: float
    """Seconds to wait for the connection, and for each next part of the answer."""

    def stream(self, system: str, user: str, *, max_tokens: int) -> Iterator[Piece]:
        """The answer as it is written; closing the iterator stops the model. Raises ModelUnavailable."""
        from openai import OpenAIError

        # Compatible servers know `max_tokens`, not the `max_completion_tokens` that ChatOpenAI would make of it.
        limit = {"max_tokens": max_tokens}
        try:
            with closing(self._client.stream([("system", system), ("human", user)], extra_body=limit)) as chunks:  # type: ignore[type-var]
                thoughts = Thoughts()
                for chunk in chunks:
                    usage = chunk.usage_metadata
                    counts = (usage["input_tokens"], usage["output_tokens"]) if usage else (0, 0)
                    text = thoughts.without(chunk.text)
                    if text or usage:
                        yield Piece(text, *counts)
                if rest := thoughts.rest():
                    yield Piece(rest)
        except (OpenAIError, ValueError) as error:  # LangChain raises ValueError for an empty answer
            raise self._unavailable(error) from error

    def first_tokens(self, system: str, user: str) -> Mapping[str, float]:
        """The likeliest first tokens of the answer with their probabilities, none where the server does not tell.

        Raises ModelUnavailable.
        """
        from openai import OpenAIError

        limit = {"max_tokens": 1}
        try:
            said = self._client.bind(logprobs=True, top_logprobs=_TOP_TOKENS).invoke(
                [("system", system), ("human", user)], extra_body=limit
            )
        except (OpenAIError, ValueError) as error:
            raise self._unavailable(error) from error
        told = (said.response_metadata.get("logprobs") or {}).get("content") or [{}]
        return {one["token"]: math.exp(one["logprob"]) for one in told[0].get("top_logprobs", ())}

    @cached_property
    def _client(self) -> ChatOpenAI:
        from langchain_openai import ChatOpenAI
        from openai import DefaultAsyncHttpxClient, DefaultHttpxClient

        direct = _is_loopback(self.base_url)  # a proxy of the environment cannot reach this machine's own ports
        return ChatOpenAI(
            base_url=self.base_url,
            model=self.name,
            api_key=self.api_key,
            timeout=self.timeout,
            max_retries=_RETRIES,
            temperature=0,
            seed=_SEED,
            stream_usage=True,
            default_headers={"Connection": "close"} if direct else None,  # nothing is left open to a server that ends
            http_client=DefaultHttpxClient(trust_env=False) if direct else None,
            http_async_client=DefaultAsyncHttpxClient(trust_env=False) if direct else None,
        )

    def _unavailable(self, error: Exception) -> ModelUnavailable:
        import openai

        too_long = isinstance(error, openai.BadRequestError) and "context" in str(error).lower()
        return (PromptTooLong if too_long else ModelUnavailable)(self._explain(error))

    def _explain(self, error: Exception) -> str:
        import openai

        match error:
            case openai.APITimeoutError():
                return f"模型服务 {self.base_url} 在 {self.timeout:g} 秒内没有回应。可调大 ZHENGDA_LLM_TIMEOUT。"
            case openai.APIConnectionError():
                return f"连不上模型服务 {self.base_url}。请确认它已启动，且 ZHENGDA_LLM_BASE_URL 无误。"
            case openai.AuthenticationError() | openai.PermissionDeniedError():
                return f"模型服务 {self.base_url} 拒绝了密钥。请检查 ZHENGDA_LLM_API_KEY。"
            case openai.NotFoundError():
                return (
                    f"模型服务 {self.base_url} 上没有模型“{self.name}”，或地址有误。"
                    "请检查 ZHENGDA_LLM_MODEL 和 ZHENGDA_LLM_BASE_URL（多以 /v1 结尾）。"
                )
            case openai.RateLimitError():
                return f"模型服务 {self.base_url} 限制了请求次数或额度已用完。请稍后再试。"
            case openai.APIStatusError():
                return f"模型服务 {self.base_url} 出错（HTTP {error.status_code}）：{error.message}"
            case _:
                return f"模型服务 {self.base_url} 的回应无法使用：{error}"


class Thoughts:
    """Leaves out of a stream what a reasoning model thinks before it answers: <think>…</think>.

    A server that keeps the opening mark to itself sends only the closing one: what has not been given yet goes with it.
    """

    _OPEN, _CLOSE = "<think>", "</think>"

    def __init__(self) -> None:
        self._held = ""
        self._thinking = False

    def without(self, piece: str) -> str:
        """What of the stream so far is answer and has not been given yet."""
        self._held += piece
        shown = ""
        while self._held:
            opened, closed = self._held.find(self._OPEN), self._held.find(self._CLOSE)
            if closed >= 0 and (self._thinking or not 0 <= opened < closed):
                shown, self._held, self._thinking = (
                    shown if self._thinking else "",
                    self._held[closed + len(self._CLOSE) :],
                    False,
                )
                continue
            if opened >= 0 and not self._thinking:
                shown, self._held, self._thinking = (
                    shown + self._held[:opened],
                    self._held[opened + len(self._OPEN) :],
                    True,
                )
                continue
            marks = [mark[:n] for mark in (self._OPEN, self._CLOSE) for n in range(1, len(mark))]
            kept = max((len(part) for part in marks if self._held.endswith(part)), default=0)
            at = len(self._held) - kept
            shown += "" if self._thinking else self._held[:at]
            self._held = self._held[at:]
            break
        return shown

    def rest(self) -> str:
        """What was held back as the possible beginning of a mark, at the end of the stream."""
        return "" if self._thinking else self._held


class BundledChat:
    """The model that comes with the installation; joined from its parts and started at the first question."""

    name = NAME

    def __init__(self, server: LocalServer, timeout: float) -> None:
        self._server = server
        self._timeout = timeout
        self._chat: OpenAIChat | None = None
        self._loaders: tuple[threading.Thread, ...] = ()
        self._wanted = True

    def load(self) -> None:
        """Begin to load it in the background, if it is not loaded; what fails is told to whoever asks it then."""
        if self.loading or self._server.runs:
            return
        self._wanted = True
        self._loaders = tuple(threading.Thread(target=load, daemon=True) for load in (self._load, _load_client))
        for loader in self._loaders:
            loader.start()

    @property
    def loading(self) -> bool:
        """Whether that is under way: who asks it now waits."""
        return any(loader.is_alive() for loader in self._loaders)

    def stream(self, system: str, user: str, *, max_tokens: int) -> Iterator[Piece]:
        """The answer as it is written; closing the iterator stops the model. Raises ModelUnavailable."""
        yield from self._started().stream(system, user, max_tokens=max_tokens)

    def first_tokens(self, system: str, user: str) -> Mapping[str, float]:
        """The likeliest first tokens of the answer with their probabilities. Raises ModelUnavailable."""
        return self._started().first_tokens(system, user)

    def close(self) -> None:
        """Stop the server and free its memory; the next question starts it again."""
        self._wanted = False
        self._server.close()

    def _load(self) -> None:
        with suppress(ModelUnavailable):
            self._started()
        if not self._wanted:  # closed while its file was still being joined
            self._server.close()

    def _started(self) -> OpenAIChat:
        """The client of the server that runs now, which is not always the one of the last question."""
        try:
            base_url = self._server.base_url
        except ModelError as error:
            raise ModelUnavailable(str(error)) from error
        chat = self._chat
        if chat is None or chat.base_url != base_url:
            chat = OpenAIChat(base_url, self.name, SecretStr(self._server.api_key), self._timeout)
            self._chat = chat
        return chat


class ScriptedChat:
    """Says what it was told to, a few characters at a time, and keeps the prompts that it was sent."""

    name = "scripted"

    def __init__(
        self, replies: Sequence[str] | Callable[[str, str], str], tokens: Mapping[str, float] | None = None
    ) -> None:
        self.prompts: list[tuple[str, str]] = []
        self._replies = replies
        self._tokens = tokens or {}

    def stream(self, system: str, user: str, *, max_tokens: int) -> Iterator[Piece]:
        """The next reply, or the one made from the prompt; a token is a character. IndexError if none is left."""
        reply = self._replies(system, user) if callable(self._replies) else self._replies[len(self.prompts)]
        self.prompts.append((system, user))
        reply = reply[:max_tokens]
        yield from (Piece(reply[at : at + 4]) for at in range(0, len(reply), 4))
        yield Piece("", len(system) + len(user), len(reply))

    def first_tokens(self, system: str, user: str) -> Mapping[str, float]:
        """The tokens that it was given, none by default."""
        return self._tokens


def chat_model(settings: Settings) -> ChatModel | None:
    """The chat model that the settings name; None if answers are to be made of quotations only."""
    if settings.llm == "off":
        return None
    if settings.llm_base_url:
        return OpenAIChat(settings.llm_base_url, settings.llm_model, settings.llm_api_key, settings.llm_timeout)
    return BundledChat(LocalServer(settings.cache_dir), settings.llm_timeout)


def load(model: ChatModel | None) -> None:
    """Begin to load the model in the background, where it has to be loaded; does not wait."""
    if isinstance(model, BundledChat):
        model.load()


def loading(model: ChatModel | None) -> bool:
    """Whether the model is being loaded, so that an answer of it has to wait."""
    return isinstance(model, BundledChat) and model.loading


def _load_client() -> None:
    import langchain_openai  # noqa: F401


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
