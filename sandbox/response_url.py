"""POST /response/KEY: the app answers a command or a press through its response_url."""

import asyncio
import json
from typing import Any

from aiohttp import web

from sandbox.errors import SlackError
from sandbox.interactions import respond
from sandbox.web_api.dispatch import failed
from sandbox.workspace import Workspace

STATUS = {"expired_url": 404, "used_url": 404, "channel_not_found": 404}


class ResponseAddress:
    """The addresses given out as response_url."""

    def __init__(self, slack: Workspace) -> None:
        self._slack = slack

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answers ok, or Slack's error name as plain text."""
        fault = self._slack.faults.strike("response_url", {})
        if fault is not None and fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
            fault = None
        if fault is None or fault.happens_after:
            answer = await self._carry_out(request)
        return answer if fault is None else failed(request, fault)

    async def _carry_out(self, request: web.Request) -> web.Response:
        try:
            body: Any = json.loads(await request.text())
        except ValueError:
            return web.Response(status=400, text="invalid_payload")
        if not isinstance(body, dict):
            return web.Response(status=400, text="invalid_payload")
        try:
            respond(self._slack, request.match_info["key"], body)
        except SlackError as refused:
            return web.Response(status=STATUS.get(refused.error, 400), text=refused.error)
        return web.Response(text="ok")
