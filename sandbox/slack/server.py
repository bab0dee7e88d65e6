"""The local Slack itself: one world, one clock, one app connected to it, served on this machine alone."""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from sandbox.slack import page_api
from sandbox.slack.clock import Clock
from sandbox.slack.conversations import Conversations, Message
from sandbox.slack.faults import Faults
from sandbox.slack.interactions import Interactions, OpenView, SlackRefuses
from sandbox.slack.member import Member
from sandbox.slack.persistence import load, save
from sandbox.slack.socket_mode import Links, NotAcknowledged
from sandbox.slack.web_api import METHODS, decoded
from sandbox.slack.world import World, world_of

PAGE = Path(__file__).parent.parent / "page"
BURST = 4  # messages a channel takes at once before the one-a-second rule is felt
SCOPES_FOR_PRIVATE = {"channels:read": "groups:read", "channels:history": "groups:history"}


class Sandbox:
    """Everything there is. `posted`: what the bot has posted; `errors`: what was refused as badly formed."""

    def __init__(
        self,
        world: World,
        *,
        clock: datetime | None = None,
        state: Path | None = None,
        rehearsal: str | None = None,
        limits: bool = True,
    ) -> None:
        self.world = world
        self.clock = Clock(clock)
        self.conversations = Conversations(world, self.clock)
        self.interactions = Interactions()
        self.faults = Faults()
        self.links = Links(world.app_id)
        self.posted: list[dict[str, Any]] = []
        self.errors: list[dict[str, Any]] = []
        self.rehearsal = rehearsal
        self.limits = limits
        self.port = 0
        self._state = state
        self._recent: dict[str, list[float]] = {}
        self._listeners: set[asyncio.Queue[list[str]]] = set()
        self._runner: web.AppRunner | None = None
        self._events = 0
        if state is not None:
            load(self, state)

    # --- starting and stopping ---------------------------------------------------------------------------------------

    @classmethod
    @asynccontextmanager
    async def start(
        cls,
        world: Path | Mapping[str, Any],
        manifest: Path | None = None,
        *,
        clock: datetime | None = None,
        port: int = 0,
        state: Path | None = None,
        rehearsal: str | None = None,
        limits: bool = True,
    ) -> AsyncIterator["Sandbox"]:
        """A running local Slack on 127.0.0.1; `port` 0 takes a free one."""
        slack = cls(world_of(world, manifest), clock=clock, state=state, rehearsal=rehearsal, limits=limits)
        await slack.open(port)
        try:
            yield slack
        finally:
            await slack.close()

    async def open(self, port: int) -> None:
        app = web.Application(middlewares=[_only_here], client_max_size=8_000_000)
        app.add_routes(
            [
                web.route("*", "/api/{method}", self._api),
                web.get("/link", self.links.serve),
                web.post("/respond/{name}", self._respond),
                web.post("/sandbox/faults", self._order_fault),
                *page_api.routes(self),
                web.static("/static", PAGE),
                web.get("/", self._index),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def close(self) -> None:
        self.save()
        for socket in list(self.links.open):
            await socket.close()
        if self._runner is not None:
            await self._runner.cleanup()

    def save(self) -> None:
        if self._state is not None:
            save(self, self._state)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def api_url(self) -> str:
        return f"{self.address}/api/"

    @property
    def bot_token(self) -> str:
        return self.world.bot_token

    @property
    def app_token(self) -> str:
        return self.world.app_token

    def member(self, user_id: str) -> Member:
        """Somebody to act as."""
        return Member(self, user_id)

    # --- telling the page --------------------------------------------------------------------------------------------

    def changed(self, *names: str) -> None:
        for queue in self._listeners:
            queue.put_nowait(list(names))

    def listen(self) -> asyncio.Queue[list[str]]:
        queue: asyncio.Queue[list[str]] = asyncio.Queue()
        self._listeners.add(queue)
        return queue

    def stop_listening(self, queue: asyncio.Queue[list[str]]) -> None:
        self._listeners.discard(queue)

    # --- the Web API -------------------------------------------------------------------------------------------------

    async def _api(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        arguments, token = await _arguments(request)
        fault = self.faults.take(name)
        if fault is not None and fault.kind != "accept_then_drop":
            if fault.kind == "slow":
                await asyncio.sleep(fault.seconds)
            elif fault.kind == "429":
                headers = {} if fault.retry_after is None else {"Retry-After": fault.retry_after}
                return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
            elif fault.kind.isdigit():
                return web.Response(status=int(fault.kind), text="fault")
            else:
                return web.json_response({"ok": False, "error": fault.kind})
        try:
            answer = await self._call(name, arguments, token)
        except _TooFast as fast:
            return web.json_response(
                {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(fast.seconds)}
            )
        except SlackRefuses as refused:
            body: dict[str, Any] = {"ok": False, "error": refused.error}
            if refused.messages:
                body["response_metadata"] = {"messages": [f"[ERROR] {each}" for each in refused.messages]}
            return web.json_response(body)
        if fault is not None:
            assert request.transport is not None
            request.transport.abort()  # accepted, and the answer lost
        headers = {"x-oauth-scopes": ",".join(sorted(self.world.scopes))} if name == "auth.test" else {}
        return web.json_response({"ok": True, **answer}, headers=headers)

    async def _call(self, name: str, arguments: dict[str, Any], token: str) -> dict[str, Any]:
        method = METHODS.get(name)
        if method is None:
            raise SlackRefuses("unknown_method")
        if not token:
            raise SlackRefuses("not_authed")
        if token != (self.world.app_token if method.app_token else self.world.bot_token):
            raise SlackRefuses("invalid_auth")
        self._check_scope(method.scope, arguments)
        if name == "chat.postMessage" and self.limits:
            self._pace(str(arguments.get("channel")))
        return await method.run(self, arguments)

    def _check_scope(self, scope: str, arguments: Mapping[str, Any]) -> None:
        if not scope:
            return
        channel = self.world.channels.get(str(arguments.get("channel")))
        if channel is not None and channel.is_im:
            scope = {"channels:history": "im:history", "channels:read": "im:read"}.get(scope, scope)
            if scope == "im:read" and "im:write" in self.world.scopes:
                return
        elif channel is not None and channel.is_private:
            scope = SCOPES_FOR_PRIVATE.get(scope, scope)
        if scope not in self.world.scopes:
            raise SlackRefuses("missing_scope")

    def _pace(self, channel: str) -> None:
        now = self.clock.now().timestamp()
        recent = [at for at in self._recent.get(channel, []) if 0 <= now - at < BURST]
        if len(recent) >= BURST:
            raise _TooFast(max(1, round(BURST - (now - recent[0]))))
        self._recent[channel] = [*recent, now]

    async def _index(self, _: web.Request) -> web.FileResponse:
        return web.FileResponse(PAGE / "index.html")

    async def _order_fault(self, request: web.Request) -> web.Response:
        self.faults.add(**await request.json())
        return web.json_response({"ok": True})

    # --- response addresses ------------------------------------------------------------------------------------------

    async def _respond(self, request: web.Request) -> web.Response:
        address = self.interactions.addresses.get(request.match_info["name"])
        if address is None or self.clock.now() > address.until:
            return web.Response(status=404, text="expired_url")
        if address.left == 0:
            return web.Response(status=404, text="used_url")
        address.left -= 1
        payload = decoded(await request.json(), "blocks")
        problems = self.show_answer(address.channel, address.user, payload, address.ts)
        if problems:
            return web.Response(status=400, text="invalid_blocks")
        return web.Response(text="ok")

    def show_answer(self, channel: str, user: str, payload: Mapping[str, Any], ts: str | None = None) -> list[str]:
        """Shows what an app answered: to the person alone, or in the channel. What is wrong with it, if anything."""
        from sandbox.slack.blockkit import message_problems  # noqa: PLC0415

        problems = message_problems(payload)
        if problems:
            self.errors.append({"problems": problems, "payload": dict(payload)})
            self.complain(channel, user, "invalid_blocks")
            return problems
        original = self.conversations.find(channel, ts) if ts else None
        if payload.get("delete_original") and original is not None:
            original.deleted = True
        elif payload.get("replace_original") and original is not None:
            original.text, original.blocks, original.edited = (
                str(payload.get("text") or ""),
                list(payload.get("blocks") or []),
                True,
            )
        elif payload.get("text") or payload.get("blocks"):
            open_to_all = payload.get("response_type") == "in_channel"
            self.conversations.add(
                channel,
                self.world.bot_user_id,
                str(payload.get("text") or ""),
                blocks=list(payload.get("blocks") or []),
                only_for=None if open_to_all else user,
            )
        self.changed("world", f"conversation:{channel}")
        return []

    def complain(self, channel: str, user: str, error: str) -> Message:
        """Slackbot's word that something did not work, to the person alone."""
        message = self.conversations.add(channel, "USLACKBOT", error, only_for=user, error=True)
        self.changed(f"conversation:{channel}")
        return message

    # --- what people do ----------------------------------------------------------------------------------------------

    def _who(self, user: str) -> dict[str, Any]:
        person = self.world.users[user]
        return {"id": user, "name": person.name, "username": person.name, "team_id": person.team_id}

    def _team(self) -> dict[str, Any]:
        return {"id": self.world.team_id, "domain": self.world.domain}

    def view_payload(self, opened: OpenView) -> dict[str, Any]:
        return opened.payload(self.world.app_id, self.world.team_id, self.world.bot_id)

    async def say(self, user: str, channel_id: str, text: str) -> str | None:
        """A message or a slash command. An error's name, or None."""
        channel = self.world.channels.get(channel_id)
        if channel is None or user not in channel.members:
            return "not_in_channel"
        if channel.is_archived:
            return "is_archived"
        if not text.strip():
            return "no_text"
        if text.startswith("/"):
            return await self._command(user, channel_id, text)
        text = self._escaped(text)  # as Slack's own client sends it: entities, names as ids
        self.conversations.add(channel_id, user, text)
        self.changed("world", f"conversation:{channel_id}")
        spoken_to = f"<@{self.world.bot_user_id}" in text
        event = {"user": user, "text": text, "channel": channel_id, "ts": self.conversations.stamp()}
        if channel.is_im:
            await self.event({"type": "message", "channel_type": "im", **event})
        elif spoken_to:
            await self.event({"type": "app_mention", **event})
        return None

    async def _command(self, user: str, channel_id: str, text: str) -> str | None:
        name, _, words = text.partition(" ")
        if name not in {each["command"] for each in self.world.commands}:
            return "invalid_command"
        if self.world.external(self.world.users[user]):
            return "external_user"
        declared = next(each for each in self.world.commands if each["command"] == name)
        if declared.get("should_escape"):
            words = self._escaped(words)
        payload = {
            "token": "local",
            "team_id": self.world.team_id,
            "team_domain": self.world.domain,
            "channel_id": channel_id,
            "channel_name": self.world.channels[channel_id].name,
            "user_id": user,
            "user_name": self.world.users[user].name,
            "command": name,
            "text": words,
            "api_app_id": self.world.app_id,
            "is_enterprise_install": "false",
            "response_url": self._address(channel_id, user, None),
            "trigger_id": self.interactions.trigger(user, time.monotonic()),
        }
        try:
            answer = await self.links.deliver("slash_commands", payload)
        except NotAcknowledged as late:
            self.complain(channel_id, user, str(late))
            return None
        if answer.get("response_type") == "in_channel":
            self.conversations.add(channel_id, user, text)
        self.show_answer(channel_id, user, answer)
        return None

    def _escaped(self, words: str) -> str:
        words = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        for channel in self.world.channels.values():
            if not channel.is_im:
                shown = "" if channel.is_private else channel.name
                words = re.sub(rf"#{re.escape(channel.name)}\b", f"<#{channel.id}|{shown}>", words)
        for person in self.world.users.values():
            words = words.replace(f"@{person.name}", f"<@{person.id}|{person.name}>")
        return words

    def _address(self, channel: str, user: str, ts: str | None) -> str:
        return f"{self.address}/respond/{self.interactions.address(channel, user, ts, self.clock.now())}"

    async def press(
        self, user: str, channel_id: str, ts: str, action: Mapping[str, Any], state: Any = None
    ) -> str | None:
        """An element of a message is used. An error's name, or None."""
        channel = self.world.channels.get(channel_id)
        message = self.conversations.find(channel_id, ts)
        if channel is None or user not in channel.members or message is None:
            return "not_found"
        payload = {
            **self._action(user, action, state),
            "container": {
                "type": "message",
                "message_ts": ts,
                "channel_id": channel_id,
                "is_ephemeral": message.only_for is not None,
            },
            "channel": {"id": channel_id, "name": channel.name},
            "message": {
                "type": "message",
                "user": message.user,
                "bot_id": self.world.bot_id,
                "ts": ts,
                "text": message.text,
                "blocks": message.blocks,
                **({"metadata": message.metadata} if message.metadata else {}),
            },
            "response_url": self._address(channel_id, user, ts),
        }
        return await self._interact(payload)

    async def press_view(self, user: str, view_id: str, action: Mapping[str, Any], state: Any = None) -> str | None:
        """An element of a modal or of Home is used."""
        try:
            opened = self.interactions.by_id(view_id)
        except SlackRefuses:
            return "view_not_found"
        view = self.view_payload(opened)
        if state:
            view["state"] = state
        payload = {
            **self._action(user, action, state),
            "container": {"type": "view", "view_id": view_id},
            "view": view,
        }
        return await self._interact(payload)

    def _action(self, user: str, action: Mapping[str, Any], state: Any) -> dict[str, Any]:
        return {
            "type": "block_actions",
            "user": self._who(user),
            "api_app_id": self.world.app_id,
            "token": "local",
            "trigger_id": self.interactions.trigger(user, time.monotonic()),
            "team": self._team(),
            "enterprise": None,
            "is_enterprise_install": False,
            "state": state or {"values": {}},
            "actions": [{**action, "action_ts": self.conversations.stamp()}],
        }

    async def _interact(self, payload: Mapping[str, Any]) -> str | None:
        try:
            await self.links.deliver("interactive", dict(payload))
        except NotAcknowledged as late:
            return str(late)
        return None

    async def submit(self, user: str, view_id: str, values: Mapping[str, Any]) -> tuple[str | None, dict[str, str]]:
        """A form is sent. (an error's name or None, errors by field)."""
        try:
            opened = self.interactions.by_id(view_id)
        except SlackRefuses:
            return "view_not_found", {}
        missing = _left_empty(opened.view, values)
        if missing:
            return None, missing
        view = {**self.view_payload(opened), "state": {"values": dict(values)}}
        payload = {
            "type": "view_submission",
            "team": self._team(),
            "user": self._who(user),
            "api_app_id": self.world.app_id,
            "token": "local",
            "trigger_id": self.interactions.trigger(user, time.monotonic()),
            "view": view,
            "response_urls": [],
            "is_enterprise_install": False,
            "enterprise": None,
        }
        try:
            answer = await self.links.deliver("interactive", payload)
        except NotAcknowledged as late:
            return str(late), {}
        return self._after_submit(user, opened, answer)

    def _after_submit(
        self, user: str, opened: OpenView, answer: Mapping[str, Any]
    ) -> tuple[str | None, dict[str, str]]:
        from sandbox.slack.blockkit import view_problems  # noqa: PLC0415

        action = answer.get("response_action")
        if action == "errors":
            errors = {str(key): str(value) for key, value in (answer.get("errors") or {}).items()}
            known = {block.get("block_id") for block in opened.view["blocks"] if block.get("type") == "input"}
            if not errors or set(errors) - known:
                self.errors.append({"problems": ["errors for unknown blocks"], "payload": dict(answer)})
                return "dispatch_unknown_error", {}
            opened.errors = errors
            self.changed("modal")
            return None, errors
        if action in ("update", "push"):
            problems = view_problems(answer.get("view"))
            if problems:
                self.errors.append({"problems": problems, "payload": answer.get("view")})
                return "dispatch_unknown_error", {}
            if action == "update":
                self.interactions.update(opened, answer["view"], None)
            else:
                self.interactions.push(user, answer["view"])
        else:
            self.interactions.close(user, opened.id, everything=action == "clear")
        self.changed("modal")
        return None, {}

    async def close_view(self, user: str, view_id: str, *, everything: bool = False) -> None:
        try:
            opened = self.interactions.by_id(view_id)
        except SlackRefuses:
            return
        self.interactions.close(user, view_id, everything=everything)
        self.changed("modal")
        if opened.view.get("notify_on_close"):
            payload = {
                "type": "view_closed",
                "team": self._team(),
                "user": self._who(user),
                "view": self.view_payload(opened),
                "is_cleared": everything,
            }
            await self._interact(payload)

    async def options(self, user: str, place: Mapping[str, Any]) -> dict[str, Any]:
        """What an external select offers for what was typed."""
        payload = {
            "type": "block_suggestion",
            "user": self._who(user),
            "team": self._team(),
            "action_id": place.get("action_id"),
            "block_id": place.get("block_id"),
            "value": place.get("value") or "",
        }
        if place.get("view_id"):
            payload["view"] = self.view_payload(self.interactions.by_id(str(place["view_id"])))
        try:
            return await self.links.deliver("interactive", payload)
        except NotAcknowledged:
            return {"options": []}

    async def open_home(self, user: str) -> str | None:
        """The Home tab is opened."""
        direct = self.conversations.direct(user)
        return await self.event(
            {"type": "app_home_opened", "user": user, "channel": direct.id, "tab": "home", "event_ts": "1"}
        )

    async def join(self, user: str, channel_id: str) -> None:
        """Somebody joins a channel."""
        channel = self.world.channels[channel_id]
        if user not in channel.members:
            channel.members.append(user)
            await self.event(
                {"type": "member_joined_channel", "user": user, "channel": channel_id, "team": self.world.team_id}
            )
            self.changed("world")

    async def event(self, event: Mapping[str, Any]) -> str | None:
        """An event, delivered if the manifest subscribes to it; once more when it was not taken."""
        kind = str(event["type"])
        name = f"message.{event['channel_type']}" if kind == "message" else kind
        if name not in self.world.events:
            return None
        self._events += 1
        payload = {
            "token": "local",
            "team_id": self.world.team_id,
            "api_app_id": self.world.app_id,
            "event": dict(event),
            "type": "event_callback",
            "event_id": f"Ev{self._events:08d}",
            "event_time": int(self.clock.now().timestamp()),
        }
        for attempt in (0, 1):
            try:
                await self.links.deliver("events_api", payload, attempt=attempt)
            except NotAcknowledged as late:
                error = str(late)
                continue
            return None
        return error


class _TooFast(Exception):
    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def _left_empty(view: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, str]:
    """Required fields that hold nothing: Slack's client says so before it sends anything."""
    found = {}
    for block in view.get("blocks", []):
        if block.get("type") != "input" or block.get("optional"):
            continue
        states = list((values.get(block["block_id"]) or {}).values())
        if not any(_holds(state) for state in states):
            found[str(block["block_id"])] = "Fyll i det här fältet."
    return found


def _holds(state: Mapping[str, Any]) -> bool:
    return any(state.get(name) for name in state if name != "type")


async def _arguments(request: web.Request) -> tuple[dict[str, Any], str]:
    """Arguments however they are sent, and the token."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    found: dict[str, Any] = dict(request.query)
    if request.method == "POST":
        if request.content_type == "application/json":
            body = json.loads(await request.text() or "{}")
            found |= body if isinstance(body, dict) else {}
        else:
            found |= {key: str(value) for key, value in (await request.post()).items()}
    return found, token or str(found.pop("token", ""))


@web.middleware
async def _only_here(request: web.Request, handler: Any) -> web.StreamResponse:
    """Nobody else's page may act here: the Host must be this machine, and an Origin, where there is one, our own."""
    host = (request.headers.get("Host") or "").rpartition(":")[0] or request.headers.get("Host") or ""
    origin = request.headers.get("Origin")
    if host not in ("127.0.0.1", "localhost") or (
        origin and urlsplit(origin).hostname not in ("127.0.0.1", "localhost")
    ):
        return web.Response(status=403)
    answer: web.StreamResponse = await handler(request)
    if request.path.startswith("/static") or request.path == "/":
        answer.headers["Cache-Control"] = "no-cache"
    return answer
