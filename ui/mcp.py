"""The tools over the Model Context Protocol, by its official SDK: Streamable HTTP without sessions, one JSON reply each.

<https://modelcontextprotocol.io/specification>
"""

from __future__ import annotations

import inspect
import json
import logging
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import psutil
from fastapi.concurrency import run_in_threadpool
from mcp.server import Server
from mcp.server.streamable_http_manager import StreamableHTTPASGIApp, StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS, CallToolResult, ListToolsResult, TextContent, Tool, ToolAnnotations
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from index.errors import ZhengdaError
from ui.tools import Tools

MOST_BYTES = 64 << 10


def sessions(tools: Tools, version: str) -> StreamableHTTPSessionManager:
    """Answers while its `run()` is entered, which can be done once."""
    offered = {f.__name__: _Offered.of(f) for f in (tools.ask, tools.search, tools.get_clause)}

    async def listed(_context: object, _params: object) -> ListToolsResult:
        return ListToolsResult(tools=[one.described() for one in offered.values()])

    async def called(_context: object, params: Any) -> CallToolResult:
        if params.name not in offered:
            raise MCPError(INVALID_PARAMS, "no such tool")
        return await run_in_threadpool(offered[params.name].call, params.arguments or {})

    return StreamableHTTPSessionManager(
        Server("zhengda", title="政答", version=version, on_list_tools=listed, on_call_tool=called),
        json_response=True,
        stateless=True,
        security_settings=_of_this_machine(),
        max_request_body_size=MOST_BYTES,
    )


def routes(served: StreamableHTTPSessionManager) -> list[BaseRoute]:
    """`POST /mcp`; other methods are refused, as for a server that sends nothing of its own accord."""
    refused = Response(status_code=405, headers={"Allow": "POST"})
    return [Route("/mcp", StreamableHTTPASGIApp(served), methods=["POST"]), Route("/mcp", refused)]


@dataclass(frozen=True, slots=True)
class _Offered:
    function: Callable[..., Any]
    about: str
    arguments: type[BaseModel]

    @staticmethod
    def of(function: Callable[..., Any]) -> _Offered:
        """From the function's signature and docstring."""
        about, _, arguments = (inspect.getdoc(function) or "").partition("\n\nArgs:\n")
        meaning = dict(line.strip().split(": ", 1) for line in arguments.splitlines() if ": " in line)
        fields: dict[str, Any] = {
            n: (Annotated[p.annotation, Field(description=meaning[n])], ... if p.default is p.empty else p.default)
            for n, p in inspect.signature(function, eval_str=True).parameters.items()
        }
        exact = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)
        return _Offered(function, about, create_model(function.__name__, __config__=exact, **fields))

    def described(self) -> Tool:
        schema = self.arguments.model_json_schema()
        annotations = ToolAnnotations(read_only_hint=True)
        return Tool(name=self.function.__name__, description=self.about, input_schema=schema, annotations=annotations)

    def call(self, arguments: dict[str, Any]) -> CallToolResult:
        """MCPError if the arguments are not the function's."""
        try:
            checked = self.arguments.model_validate(arguments)
        except ValidationError as error:
            raise MCPError(INVALID_PARAMS, str(error)) from None
        try:
            return _result(json.dumps(self.function(**dict(checked)), ensure_ascii=False))
        except (ZhengdaError, ValueError) as error:
            return _result(str(error), failed=True)
        except Exception:
            logging.getLogger(__name__).exception("a tool failed")
            return _result("系统出错，请查看服务端的日志。", failed=True)


def _result(text: str, failed: bool = False) -> CallToolResult:
    return CallToolResult(content=[TextContent(text=text)], is_error=failed)


def _of_this_machine() -> TransportSecuritySettings:
    """Only the machine's own name and addresses: a name that another site lets point here is none of them."""
    addresses = [a for found in psutil.net_if_addrs().values() for a in found]
    names = [
        "127.0.0.1",
        "[::1]",
        "localhost",
        socket.gethostname().lower(),
        *(a.address for a in addresses if a.family == socket.AF_INET),
        *(f"[{a.address.partition('%')[0]}]" for a in addresses if a.family == socket.AF_INET6),
    ]
    hosts = [host for name in dict.fromkeys(names) for host in (name, f"{name}:*")]
    return TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=[f"http://{host}" for host in hosts])
