"""The tools over the Model Context Protocol, revision 2025-06-18: its Streamable HTTP transport without sessions or streams.

One JSON-RPC message per POST, one JSON reply. <https://modelcontextprotocol.io/specification/2025-06-18>
"""

from __future__ import annotations

import inspect
import json
import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response

from index.errors import ZhengdaError
from ui.tools import Tools

REVISIONS = ("2025-06-18", "2025-03-26")
MOST_BYTES = 64 << 10
_PARSE, _INVALID, _NO_METHOD, _PARAMS = -32700, -32600, -32601, -32602
_TYPES = {"str": "string", "int": "integer"}


def routes(tools: Tools, version: str) -> APIRouter:
    """`POST /mcp`; other methods are refused, as for a server that sends nothing of its own accord."""
    router = APIRouter()
    offered: dict[str, Callable[..., Any]] = {f.__name__: f for f in (tools.ask, tools.search, tools.get_clause)}

    @router.post("/mcp")
    async def post(request: Request) -> Response:
        origin = request.headers.get("origin")
        if origin and urlsplit(origin).netloc != request.headers.get("host"):
            return _error(None, _INVALID, "another site's page may not call this", 403)
        body = await request.body()
        try:
            message = json.loads(body[: MOST_BYTES + 1]) if len(body) <= MOST_BYTES else None
        except ValueError:
            return _error(None, _PARSE, "no JSON", 400)
        if not isinstance(message, dict) or not isinstance(message.get("method"), str):
            return _error(None, _INVALID, "no JSON-RPC request", 400)
        if "id" not in message:
            return Response(status_code=202)
        return await run_in_threadpool(reply, message)

    def reply(message: dict[str, Any]) -> Response:
        number, params = message["id"], message.get("params") or {}
        match message["method"]:
            case "initialize":
                asked = params.get("protocolVersion")
                return _result(
                    number,
                    {
                        "protocolVersion": asked if asked in REVISIONS else REVISIONS[0],
                        "capabilities": {"tools": {}},
                        "serverInfo": {"name": "zhengda", "title": "政答", "version": version},
                    },
                )
            case "ping":
                return _result(number, {})
            case "tools/list":
                return _result(number, {"tools": [_described(f) for f in offered.values()]})
            case "tools/call":
                return call(number, params)
        return _error(number, _NO_METHOD, "no such method")

    def call(number: object, params: dict[str, Any]) -> Response:
        function, arguments = offered.get(str(params.get("name"))), params.get("arguments") or {}
        if function is None:
            return _error(number, _PARAMS, "no such tool")
        wrong = _wrong(function, arguments)
        if wrong:
            return _error(number, _PARAMS, wrong)
        try:
            value, failed = function(**arguments), False
        except (ZhengdaError, ValueError) as error:
            value, failed = str(error), True
        except Exception:
            logging.getLogger(__name__).exception("a tool failed")
            value, failed = "系统出错，请查看服务端的日志。", True
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        return _result(number, {"content": [{"type": "text", "text": text}], "isError": failed})

    return router


def _described(function: Callable[..., Any]) -> dict[str, Any]:
    """A tool as `tools/list` has it, from the function's signature and docstring."""
    about, _, arguments = (inspect.getdoc(function) or "").partition("\n\nArgs:\n")
    meaning = dict(line.strip().split(": ", 1) for line in arguments.splitlines() if ": " in line)
    parameters = inspect.signature(function).parameters
    return {
        "name": function.__name__,
        "description": about,
        "inputSchema": {
            "type": "object",
            "properties": {
                n: {"type": _TYPES[str(p.annotation)], "description": meaning[n]} for n, p in parameters.items()
            },
            "required": [n for n, p in parameters.items() if p.default is p.empty],
        },
        "annotations": {"readOnlyHint": True},
    }


def _wrong(function: Callable[..., Any], arguments: object) -> str:
    """What is wrong with the arguments; "" if nothing."""
    if not isinstance(arguments, dict):
        return "arguments must be an object"
    schema = _described(function)["inputSchema"]
    for name in schema["required"]:
        if name not in arguments:
            return f"{name} is missing"
    for name, value in arguments.items():
        kind = schema["properties"].get(name, {}).get("type")
        if kind is None:
            return f"no such argument: {name[:50]}"
        if not (isinstance(value, str) if kind == "string" else isinstance(value, int) and not isinstance(value, bool)):
            return f"{name} must be a {kind}"
    return ""


def _result(number: object, result: dict[str, Any]) -> Response:
    return JSONResponse({"jsonrpc": "2.0", "id": number, "result": result})


def _error(number: object, code: int, message: str, status: int = 200) -> Response:
    return JSONResponse({"jsonrpc": "2.0", "id": number, "error": {"code": code, "message": message}}, status)
