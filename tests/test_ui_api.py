"""The same answers for other programs: Gradio's API through its own client, and MCP tools over JSON-RPC."""

from __future__ import annotations

import asyncio
import json
import logging
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from gradio_client import Client
from mcp import Client as McpClient

from index.types import Hit
from tests.browser import CLAUSE, COMPARE, PIPES_QUESTION, POPLAR, RIVER, Scripted, full_answer, serving, usual
from ui.asking import Line
from ui.mcp import MOST_BYTES
from ui.tools import Tools

pytestmark = pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning", "ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def assistant() -> Scripted:
    return Scripted(usual())


@pytest.fixture(scope="module")
def address(assistant: Scripted) -> Iterator[str]:
    with serving(assistant) as served:
        yield served


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[Client]:
    client = Client(address, verbose=False, analytics_enabled=False)
    yield client
    client.close()


def post(address: str, message: object, **headers: str) -> tuple[int, Any]:
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    kinds = {"Content-Type": "application/json", "Accept": "application/json"}
    request = urllib.request.Request(f"{address}/mcp", body, {**kinds, **headers})
    try:
        with urllib.request.urlopen(request) as reply:
            text = reply.read()
            return reply.status, json.loads(text) if text else None
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def call(server: str, name: str, **arguments: object) -> dict[str, Any]:
    params = {"name": name, "arguments": arguments}
    status, reply = post(server, {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params})
    assert (status, reply["id"]) == (200, 7)
    return dict(reply)


def test_the_api_gives_the_one_form_of_an_answer(client: Client) -> None:
    assert client.predict(question=COMPARE, api_name="/ask") == json.loads(json.dumps(full_answer(COMPARE).to_dict()))


def test_the_api_can_be_restricted_to_a_region(client: Client, assistant: Scripted) -> None:
    client.predict(question=PIPES_QUESTION, region="青河市", api_name="/ask")
    assert assistant.filters[-1]
    assert assistant.filters[-1].regions == ("青河市",)


def test_the_api_searches_and_gives_clauses(client: Client) -> None:
    (hit,) = client.predict(query="示范园区", k=3, api_name="/search")
    assert (hit["title"], hit["address"], hit["text"]) == (RIVER.title, "一", "建成示范园区3个。")
    clause = client.predict(document=str(RIVER.number), address=hit["address"], api_name="/get_clause")
    assert CLAUSE in clause["text"]
    assert clause["status"] == "已停止执行"


def test_a_digest_is_given_as_one_and_found_by_either_name() -> None:
    tools = Tools(Scripted({}, (replace(RIVER, digest=True), POPLAR)), Line(1))
    (hit,) = tools.search("示范园区")
    assert (hit["title"], hit["digest"]) == (f"{RIVER.title}（摘编）", True)
    for name in (hit["title"], RIVER.title):
        clause = tools.get_clause(name, hit["address"])
        assert (clause["title"], clause["digest"]) == (hit["title"], True)
    other = tools.get_clause(POPLAR.title, "一")
    assert (other["title"], other["digest"]) == (POPLAR.title, False)
    with pytest.raises(ValueError, match="（摘编）》没有条款“九”"):
        tools.get_clause(RIVER.title, "九")


def test_nothing_else_can_be_called(client: Client) -> None:
    assert set(client.view_api(return_format="dict")["named_endpoints"]) == {"/ask", "/search", "/get_clause"}  # type: ignore[index, call-overload]
    for fn_index in range(4):
        with pytest.raises(Exception, match=r".+"):
            client.predict("问", fn_index=fn_index)


def test_mcp_agrees_on_a_revision_and_lists_its_tools(address: str) -> None:
    params = {"protocolVersion": "2025-03-26", "capabilities": {}, "clientInfo": {"name": "t", "version": "0"}}
    status, reply = post(address, {"jsonrpc": "2.0", "id": "a", "method": "initialize", "params": params})
    assert (status, reply["id"], reply["result"]["protocolVersion"]) == (200, "a", "2025-03-26")
    assert post(address, {"jsonrpc": "2.0", "method": "notifications/initialized"}) == (202, None)
    tools = {
        t["name"]: t for t in post(address, {"jsonrpc": "2.0", "id": 1, "method": "tools/list"})[1]["result"]["tools"]
    }
    assert list(tools) == ["ask", "search", "get_clause"]
    assert tools["search"]["inputSchema"]["properties"]["k"]["type"] == "integer"
    assert tools["search"]["inputSchema"]["required"] == ["query"]


def test_mcp_answers_as_the_api_does(address: str) -> None:
    (content,) = call(address, "ask", question=COMPARE)["result"]["content"]
    assert json.loads(content["text"]) == json.loads(json.dumps(full_answer(COMPARE).to_dict()))
    found = call(address, "get_clause", document=RIVER.title, address="二·(一)")["result"]
    assert "总投资30亿元" in json.loads(found["content"][0]["text"])["text"]


def test_mcp_tells_what_failed(address: str) -> None:
    result = call(address, "get_clause", document="没有的", address="一")["result"]
    assert (result["isError"], result["content"][0]["text"]) == (True, "没有文件“没有的”。")


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("drop", {}),
        ("ask", {}),
        ("ask", {"question": 3}),
        ("search", {"query": "x", "k": True}),
        ("ask", {"question": "x", "y": 1}),
    ],
)
def test_mcp_refuses_wrong_calls(address: str, name: str, arguments: dict[str, object]) -> None:
    assert call(address, name, **arguments)["error"]["code"] == -32602


def test_mcp_refuses_what_is_no_request(address: str) -> None:
    assert post(address, b"{")[0] == 400
    assert post(address, [1])[0] == 400
    assert post(address, b'"' + b"x" * (MOST_BYTES - 2) + b'"')[0] == 400
    assert post(address, b'"' + b"x" * (MOST_BYTES - 1) + b'"')[0] == 413
    assert post(address, {"jsonrpc": "2.0", "id": 1, "method": "no/such"})[1]["error"]["code"] == -32601
    with pytest.raises(urllib.error.HTTPError, match="405"):
        urllib.request.urlopen(urllib.request.Request(f"{address}/mcp", headers={"Accept": "text/event-stream"}))


PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}


@pytest.mark.parametrize("origin", ["https://outside.example", "http://127.0.0.1.outside.example", "null"])
def test_mcp_is_not_for_the_pages_of_other_sites(address: str, origin: str) -> None:
    assert post(address, PING, Origin=origin)[0] == 403
    assert post(address, PING, Origin=address)[0] == 200


@pytest.mark.parametrize("host", ["outside.example", "outside.example:80", "127.0.0.1.outside.example"])
def test_mcp_is_not_for_a_name_of_another_site_that_points_here(address: str, host: str) -> None:
    assert post(address, PING, Host=host)[0] == 421
    assert post(address, PING, Host="localhost")[0] == 200


def test_mcp_says_nothing_of_what_broke_but_logs_it(
    address: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(self: Scripted, text: str, k: int) -> list[Hit]:
        raise RuntimeError("/private/path")

    monkeypatch.setattr(Scripted, "search", broken)
    with caplog.at_level(logging.ERROR):
        result = call(address, "search", query="示范园区")["result"]
    assert (result["isError"], result["content"][0]["text"]) == (True, "系统出错，请查看服务端的日志。")
    assert "/private/path" in caplog.text


def test_the_official_client_finds_and_calls_the_tools(address: str) -> None:
    async def visit() -> list[Any]:
        async with McpClient(f"{address}/mcp") as visitor:
            tools = (await visitor.list_tools()).tools
            asked = await visitor.call_tool("ask", {"question": COMPARE})
            found = await visitor.call_tool("search", {"query": "示范园区", "k": 3})
            (hit,) = json.loads(found.content[0].text)  # type: ignore[union-attr]
            given = {"document": hit["document"], "address": hit["address"]}
            clause = await visitor.call_tool("get_clause", given)
            missing = await visitor.call_tool("get_clause", {**given, "document": "没有的"})
        assert (missing.is_error, missing.content[0].text) == (True, "没有文件“没有的”。")  # type: ignore[union-attr]
        return [tools, *(json.loads(one.content[0].text) for one in (asked, clause))]  # type: ignore[union-attr]

    tools, asked, clause = asyncio.run(visit())
    assert [tool.name for tool in tools] == ["ask", "search", "get_clause"]
    assert all("Args:" not in tool.description and tool.annotations.read_only_hint for tool in tools)
    assert all(about["description"] for tool in tools for about in tool.input_schema["properties"].values())
    assert asked == json.loads(json.dumps(full_answer(COMPARE).to_dict()))
    assert CLAUSE in clause["text"]
