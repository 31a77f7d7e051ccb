"""The chat model's seam: what is sent, what comes back, and what the user is told when nothing does."""

import json
import math
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from assistant.model import chat as llm
from assistant.model.chat import (
    BundledChat,
    ModelUnavailable,
    OpenAIChat,
    Piece,
    ScriptedChat,
    chat_model,
    load,
    loading,
)
from assistant.model.local import NAME, LocalServer
from assistant.settings import Settings
from index.cache import ModelError

Reply = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Server:
    """An OpenAI-like server that does as `reply` says and keeps what it was asked."""

    url: str
    reply: Reply
    requests: list[dict[str, Any]] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)
    left: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def server() -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.requests.append({"path": self.path, "key": self.headers["Authorization"], **body})
            try:
                state.reply(self)
            except ConnectionError:
                state.left.set()

        def log_message(self, format: str, *args: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state = Server(f"http://127.0.0.1:{http.server_port}/v1", streams("好", "的"))
    thread = threading.Thread(target=http.serve_forever, args=(0.01,))
    thread.start()
    yield state
    state.released.set()
    http.shutdown()
    thread.join()
    http.server_close()


def send(handler: BaseHTTPRequestHandler, **body: Any) -> None:
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", **body}
    handler.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
    handler.wfile.flush()


def say(handler: BaseHTTPRequestHandler, text: str) -> None:
    send(handler, choices=[{"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}])


def start(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "text/event-stream")
    handler.end_headers()


def streams(*texts: str) -> Reply:
    def reply(handler: BaseHTTPRequestHandler) -> None:
        start(handler)
        for text in texts:
            say(handler, text)
        send(handler, choices=[], usage={"prompt_tokens": 7, "completion_tokens": len(texts), "total_tokens": 9})
        handler.wfile.write(b"data: [DONE]\n\n")

    return reply


def fails(status: int) -> Reply:
    def reply(handler: BaseHTTPRequestHandler) -> None:
        body = json.dumps({"error": {"message": "broken", "type": "x", "code": status}}).encode()
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return reply


def chat(url: str, timeout: float = 10.0) -> OpenAIChat:
    return OpenAIChat(url, "some-model", SecretStr("sesame"), timeout)


def test_streams_text_then_counts(server: Server) -> None:
    pieces = list(chat(server.url).stream("系统", "问题", max_tokens=30))
    assert pieces == [Piece("好"), Piece("的"), Piece("", 7, 2)]


def test_request_is_greedy_bounded_and_plain(server: Server) -> None:
    list(chat(server.url).stream("系统", "问题", max_tokens=30))
    (request,) = server.requests
    assert request.pop("messages") == [{"role": "system", "content": "系统"}, {"role": "user", "content": "问题"}]
    assert request == {
        "path": "/v1/chat/completions",
        "key": "Bearer sesame",
        "model": "some-model",
        "temperature": 0,
        "seed": 0,
        "max_tokens": 30,
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def replies(handler: BaseHTTPRequestHandler, logprobs: dict[str, Any] | None) -> None:
    choice = {"index": 0, "message": {"role": "assistant", "content": "是"}, "finish_reason": "length"}
    body = {"id": "1", "object": "chat.completion", "created": 1, "model": "m"}
    body |= {"choices": [choice | ({"logprobs": logprobs} if logprobs else {})]}
    text = json.dumps(body).encode()
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(text)))
    handler.end_headers()
    handler.wfile.write(text)


def test_first_tokens_come_with_their_probabilities(server: Server) -> None:
    top = [{"token": token, "logprob": math.log(p), "bytes": None} for token, p in (("是", 0.75), ("否", 0.2))]
    server.reply = lambda handler: replies(handler, {"content": [{**top[0], "top_logprobs": top}], "refusal": None})
    assert chat(server.url).first_tokens("系统", "问题") == {"是": pytest.approx(0.75), "否": pytest.approx(0.2)}
    (request,) = server.requests
    assert {k: request[k] for k in ("max_tokens", "logprobs", "temperature")} == {
        "max_tokens": 1,
        "logprobs": True,
        "temperature": 0,
    }


def test_a_server_that_tells_no_probabilities_gives_none(server: Server) -> None:
    server.reply = lambda handler: replies(handler, None)
    assert chat(server.url).first_tokens("系统", "问题") == {}


def test_first_tokens_of_a_model_that_cannot_be_had() -> None:
    with pytest.raises(ModelUnavailable, match="连不上模型服务"):
        chat("http://127.0.0.1:9/v1").first_tokens("系统", "问题")


def test_proxy_of_the_environment_is_not_asked_for_loopback(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert "".join(p.text for p in chat(server.url).stream("", "", max_tokens=1)) == "好的"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, r"密钥.*ZHENGDA_LLM_API_KEY"),
        (403, r"密钥.*ZHENGDA_LLM_API_KEY"),
        (404, r"some-model.*ZHENGDA_LLM_MODEL.*ZHENGDA_LLM_BASE_URL"),
        (400, r"HTTP 400.*broken"),
        (429, "稍后再试"),
        (500, r"HTTP 500.*broken"),
        (503, r"HTTP 503.*broken"),
    ],
)
def test_refusals_are_explained(server: Server, status: int, words: str) -> None:
    server.reply = fails(status)
    with pytest.raises(ModelUnavailable, match=f"{server.url}.*{words}"):
        list(chat(server.url).stream("", "", max_tokens=1))
    assert len(server.requests) == (2 if status in (429, 500, 503) else 1), "only what may pass is tried again, once"


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
    with pytest.raises(ModelUnavailable, match=f"连不上模型服务 {url}.*ZHENGDA_LLM_BASE_URL"):
        list(chat(url).stream("", "", max_tokens=1))


def test_address_that_is_none() -> None:
    with pytest.raises(ModelUnavailable, match="ZHENGDA_LLM_BASE_URL"):
        list(chat("qwen").stream("", "", max_tokens=1))


def test_stall_before_the_answer(server: Server) -> None:
    server.reply = lambda handler: start(handler) if server.released.wait(30) else None
    with pytest.raises(ModelUnavailable, match=r"0\.2 秒内没有回应.*ZHENGDA_LLM_TIMEOUT"):
        list(chat(server.url, timeout=0.2).stream("", "", max_tokens=1))


def test_stall_within_the_answer(server: Server) -> None:
    def reply(handler: BaseHTTPRequestHandler) -> None:
        start(handler)
        say(handler, "好")
        server.released.wait(30)

    server.reply = reply
    pieces = chat(server.url, timeout=0.5).stream("", "", max_tokens=1)
    assert next(pieces) == Piece("好")
    with pytest.raises(ModelUnavailable, match=r"0\.5 秒内没有回应"):
        next(pieces)


def test_answer_that_is_no_stream(server: Server) -> None:
    def reply(handler: BaseHTTPRequestHandler) -> None:
        start(handler)
        handler.wfile.write(b"<html></html>")

    server.reply = reply
    with pytest.raises(ModelUnavailable, match="无法使用"):
        list(chat(server.url).stream("", "", max_tokens=1))


def test_closing_stops_the_request(server: Server) -> None:
    def reply(handler: BaseHTTPRequestHandler) -> None:
        start(handler)
        while not server.released.wait(0.005):
            say(handler, "好")

    server.reply = reply
    pieces = chat(server.url).stream("", "", max_tokens=1)
    with closing(pieces):  # type: ignore[type-var]
        next(pieces)
        assert not server.left.is_set()
    assert server.left.wait(5)


def test_threads_share_a_chat(server: Server) -> None:
    shared = chat(server.url)
    answers: list[str] = []

    def ask() -> None:
        answers.append("".join(p.text for p in shared.stream("", "", max_tokens=1)))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == ["好的"] * 8


def test_scripted_chat_replays_and_records() -> None:
    scripted = ScriptedChat(["第一个回答。", "二"])
    pieces = list(scripted.stream("系统", "问题", max_tokens=100))
    assert len(pieces) > 2
    assert "".join(p.text for p in pieces) == "第一个回答。"
    assert pieces[-1].completion_tokens == 6
    assert "".join(p.text for p in scripted.stream("系统", "又问", max_tokens=100)) == "二"
    assert scripted.prompts == [("系统", "问题"), ("系统", "又问")]
    with pytest.raises(IndexError):
        list(scripted.stream("", "", max_tokens=1))


def test_scripted_chat_answers_by_rule_and_keeps_the_bound() -> None:
    scripted = ScriptedChat(lambda system, user: system + user)
    assert "".join(p.text for p in scripted.stream("甲", "乙丙", max_tokens=2)) == "甲乙"


def test_settings_choose_the_model(tmp_path: Path) -> None:
    off = Settings(llm="off", llm_base_url="http://127.0.0.1:1/v1")
    other = Settings(llm_base_url="http://127.0.0.1:1/v1", llm_model="qwen-max", llm_timeout=3)
    assert chat_model(off) is None
    assert chat_model(other) == OpenAIChat("http://127.0.0.1:1/v1", "qwen-max", SecretStr("none"), 3.0)
    bundled = chat_model(Settings(cache_dir=tmp_path / "cache"))
    assert isinstance(bundled, BundledChat)
    assert bundled.name == NAME
    assert not (tmp_path / "cache").exists(), "nothing is made before the first question"


def test_key_is_not_shown() -> None:
    assert "sesame" not in repr(chat("http://127.0.0.1:1/v1"))


def test_bundled_model_that_cannot_be_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.model.local.SIZE", 1 << 60)
    bundled = BundledChat(LocalServer(tmp_path), 10.0)
    with pytest.raises(ModelUnavailable, match="ZHENGDA_CACHE_DIR"):
        list(bundled.stream("", "", max_tokens=1))


class Loading(LocalServer):
    """Joins its model for as long as it is told to; then it runs, if it can be had."""

    def __init__(self, cache_dir: Path, there: bool = True) -> None:
        super().__init__(cache_dir)
        self.joined, self.there, self.up, self.starts = threading.Event(), there, False, 0

    @property
    def runs(self) -> bool:
        return self.up

    @property
    def base_url(self) -> str:
        assert self.joined.wait(20)
        if not self.there:
            raise ModelError("语言模型缺少第 2 分卷")
        self.starts += not self.up
        self.up = True
        return "http://127.0.0.1:9/v1"

    def close(self) -> None:
        self.up = False


def waited(bundled: BundledChat) -> None:
    for loader in bundled._loaders:
        loader.join(60)
    assert not loading(bundled)


def test_a_model_is_loaded_in_the_background_once(tmp_path: Path) -> None:
    server = Loading(tmp_path)
    bundled = BundledChat(server, 10.0)
    assert not loading(bundled)
    for _ in range(2):
        load(bundled)
    assert loading(bundled)
    server.joined.set()
    waited(bundled)
    load(bundled)
    assert not loading(bundled), "it is there"
    assert server.starts == 1


def test_a_model_that_cannot_be_loaded_is_told_to_the_question_that_needs_it(tmp_path: Path) -> None:
    server = Loading(tmp_path, there=False)
    bundled = BundledChat(server, 10.0)
    load(bundled)
    server.joined.set()
    waited(bundled)
    with pytest.raises(ModelUnavailable, match="第 2 分卷"):
        list(bundled.stream("", "", max_tokens=1))


def test_a_model_that_was_closed_while_its_file_was_joined_does_not_stay(tmp_path: Path) -> None:
    server = Loading(tmp_path)
    bundled = BundledChat(server, 10.0)
    load(bundled)
    bundled.close()
    server.joined.set()
    waited(bundled)
    assert server.starts == 1
    assert not server.runs


def test_only_the_bundled_model_has_to_be_loaded() -> None:
    for model in (None, ScriptedChat([]), chat("http://127.0.0.1:1/v1")):
        load(model)
        assert not loading(model)


def test_importing_loads_no_heavy_library() -> None:
    code = "import sys, assistant.model.chat; print({'langchain_openai', 'openai', 'xllamacpp'} & set(sys.modules))"
    root = Path(llm.__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.fixture
def bundled() -> Iterator[BundledChat]:
    bundled = BundledChat(LocalServer(Settings().cache_dir), 120.0)
    yield bundled
    bundled.close()


@pytest.mark.models
def test_bundled_model_answers_alike_twice(bundled: BundledChat) -> None:
    first, second = (list(bundled.stream("只用数字回答。", "一加一等于几？", max_tokens=16)) for _ in range(2))
    assert "2" in "".join(p.text for p in first)
    assert "".join(p.text for p in first) == "".join(p.text for p in second)
    assert first[-1].prompt_tokens > 10
    assert 0 < first[-1].completion_tokens <= 16


@pytest.mark.models
def test_bundled_model_tells_its_first_tokens(bundled: BundledChat) -> None:
    told = bundled.first_tokens("只答一个字。", "一加一等于二，对吗？只答“是”或“否”。")
    assert told.get("是", 0) > told.get("否", 0)
    assert sum(told.values()) <= 1.0001


@pytest.mark.models
def test_bundled_model_is_stopped_amid_an_answer(bundled: BundledChat) -> None:
    pieces = bundled.stream("", "从一数到一千。", max_tokens=1000)
    next(pieces)
    bundled.close()
    with pytest.raises(ModelUnavailable):
        list(pieces)
    assert "".join(p.text for p in bundled.stream("", "你好", max_tokens=5))
