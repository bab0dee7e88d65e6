"""One call of the Web API from request to answer: faults, token, scopes, pace, the method, its error."""

import asyncio

from aiohttp import web

from sandbox.errors import Json, SlackError
from sandbox.faults import HTTP_FAULTS, Fault
from sandbox.pace import TooFast
from sandbox.web_api.arguments import Arguments, read_arguments
from sandbox.web_api.conversations import need_scope
from sandbox.web_api.methods import METHODS, Method
from sandbox.workspace import Workspace


class WebApi:
    """/api/METHOD."""

    def __init__(self, slack: Workspace) -> None:
        self._slack = slack

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answers a call, or fails as told."""
        name = request.match_info["method"]
        try:
            call = await read_arguments(request)
        except SlackError as refused:
            return web.json_response(refused.answer())
        fault = self._slack.faults.strike(name, call.given)
        if fault is None:
            return await self._carry_out(request, name, call)
        return await self._fail(request, name, call, fault)

    async def _fail(self, request: web.Request, name: str, call: Arguments, fault: Fault) -> web.StreamResponse:
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
            return await self._carry_out(request, name, call)
        if fault.happens_after:
            await self._carry_out(request, name, call)
        return failed(request, fault)

    async def _carry_out(self, request: web.Request, name: str, call: Arguments) -> web.Response:
        headers = {"x-slack-req-id": "sandbox"}
        try:
            method = METHODS.get(name)
            if method is None:
                raise SlackError("unknown_method", req_method=name)
            self._check_token(request, method, call)
            if method.token == "bot":
                headers["x-oauth-scopes"] = ",".join(sorted(self._slack.manifest.scopes))
            self._check_scopes(method)
            self._slack.pace.call(name, method.tier)
            self._slack.calls.append((name, call.given))
            answer: Json = {"ok": True, **await method.function(self._slack, call)}
        except TooFast as fast:
            return too_many(fast.retry_after)
        except SlackError as refused:
            answer = refused.answer()
        return web.json_response(answer, headers=headers)

    def _check_token(self, request: web.Request, method: Method, call: Arguments) -> None:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        given = token.strip() if kind.casefold() == "bearer" else call.maybe("token")
        call.given.pop("token", None)
        world = self._slack.world
        if method.token == "none":
            return
        if not given:
            raise SlackError("not_authed")
        if given not in (world.bot_token, world.app_token):
            raise SlackError("invalid_auth")
        if given != (world.app_token if method.token == "app" else world.bot_token):
            raise SlackError("not_allowed_token_type")

    def _check_scopes(self, method: Method) -> None:
        for scope in method.scopes:
            if scope != "*":  # depends on the conversation; the method asks itself
                need_scope(self._slack, scope)


def too_many(retry_after: int | str | None) -> web.Response:
    """HTTP 429."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)


def failed(request: web.Request, fault: Fault) -> web.StreamResponse:
    """The answer a fault gives, or the line cut."""
    if fault.kind in ("drop", "accept_then_drop"):
        if request.transport is not None:
            request.transport.abort()
        return web.Response()
    if fault.kind == "429":
        return too_many(fault.retry_after)
    if fault.kind in HTTP_FAULTS:
        return web.Response(status=HTTP_FAULTS[fault.kind], text=f"{fault.kind} from the local Slack")
    return web.json_response({"ok": False, "error": fault.kind})
