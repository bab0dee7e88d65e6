"""A stand-in for Slack's Web API that writes down what it is asked and answers as it is told."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Json = dict[str, Any]
Answer = Callable[[web.Request, Json], web.StreamResponse]


def refusing(error: str) -> Answer:
    """`ok: false` with Slack's word for it."""
    return lambda _request, _arguments: web.json_response({"ok": False, "error": error})


def failing(status: int, **headers: str) -> Answer:
    """An HTTP status and no JSON of Slack's."""
    shown = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _request, _arguments: web.Response(status=status, text="<html>", headers=shown)


def limiting(retry_after: str | None) -> Answer:
    """429, with whatever stands in Retry-After."""
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return lambda *_: web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)


def dropping(request: web.Request, _arguments: Json) -> web.StreamResponse:
    """Accepts the request and loses the answer."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


@dataclass
class StandIn:
    """`asked`: (method, arguments) in order; `answers`: what to answer instead of the usual; `heard`: response_url."""

    port: int = 0
    asked: list[tuple[str, Json]] = field(default_factory=list)
    heard: list[Json] = field(default_factory=list)
    answers: dict[str, Answer] = field(default_factory=dict)
    history: list[Json] = field(default_factory=list)
    response_status: int = 200
    refused_links: int = 0  # so many handshakes are refused first, as with a ticket that has run out
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    _linked: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def api_url(self) -> str:
        return f"{self.address}/api/"

    @property
    def response_url(self) -> str:
        return f"{self.address}/respond"

    def of(self, method: str) -> list[Json]:
        """The arguments of every call of a method."""
        return [arguments for name, arguments in self.asked if name == method]

    async def _api(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        arguments = await _arguments(request)
        self.asked.append((name, arguments))
        if name in self.answers:
            return self.answers[name](request, arguments)
        return web.json_response({"ok": True, **self._usual(name, arguments)})

    def _usual(self, name: str, arguments: Json) -> Json:
        match name:
            case "auth.test":
                return {"team_id": "T1", "team": "Nyby", "user_id": "UBOT", "bot_id": "B1"}
            case "apps.connections.open":
                return {"url": f"ws://127.0.0.1:{self.port}/link?ticket={len(self.of(name))}"}
            case "chat.postMessage":
                return {"channel": arguments["channel"], "ts": f"{len(self.asked)}.000100"}
            case "conversations.open":
                return {"channel": {"id": f"D{arguments['users']}"}}
            case "conversations.history":
                return self._page(arguments)
            case _:
                return {}

    def _page(self, arguments: Json) -> Json:
        first = int(arguments.get("cursor") or 0)
        limit = 2  # so that whoever reads must turn pages
        rows = [row for row in self.history if float(row["ts"]) >= float(arguments.get("oldest") or 0)]
        more = str(first + limit) if first + limit < len(rows) else ""
        return {"messages": rows[first : first + limit], "response_metadata": {"next_cursor": more}}

    async def linked(self, times: int) -> None:
        """Returns when the bot has come over Socket Mode so many times."""
        async with self._linked:
            await self._linked.wait_for(lambda: len(self.sockets) >= times)

    async def _link(self, request: web.Request) -> web.StreamResponse:
        if self.refused_links:
            self.refused_links -= 1
            return web.Response(status=408)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async with self._linked:
            self.sockets.append(socket)
            self._linked.notify_all()
        await socket.send_json({"type": "hello", "num_connections": 1})
        async for _ in socket:
            pass
        return socket

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        self.heard.append(await request.json())
        return web.Response(status=self.response_status, text="ok")

    @asynccontextmanager
    async def running(self) -> AsyncIterator["StandIn"]:
        """Up on a free port of this machine."""
        app = web.Application()
        app.add_routes(
            [
                web.route("*", "/api/{method}", self._api),
                web.get("/link", self._link),
                web.post("/respond", self._respond),
            ]
        )
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.port = runner.addresses[0][1]
        try:
            yield self
        finally:
            for socket in self.sockets:
                await socket.close()
            await runner.cleanup()


async def _arguments(request: web.Request) -> Json:
    found: Json = dict(request.query)
    if request.content_type == "application/json":
        found |= json.loads(await request.text() or "{}")
    else:
        found |= {key: _unpacked(str(value)) for key, value in (await request.post()).items()}
    return found


def _unpacked(value: str) -> Any:
    """The SDK sends blocks, views and metadata as JSON in a form's field."""
    return json.loads(value) if value[:1] in ("{", "[") else value
