"""The local Slack as one running server: Web API, Socket Mode, response_url, files, faults and the page."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from sandbox import interactions
from sandbox.clock import Clock
from sandbox.conversations import Message
from sandbox.errors import Json
from sandbox.faults import Fault, Faults
from sandbox.keeping import Keeper, load
from sandbox.manifest import Manifest, load_manifest, manifest_of
from sandbox.member import Member
from sandbox.page_api import LONGEST_FILE, PAGE, Page
from sandbox.rehearsal import Rehearsal
from sandbox.response_url import ResponseAddress
from sandbox.socket_mode import ACK_SECONDS, RETRY_AFTER_SECONDS, SocketMode
from sandbox.web_api.dispatch import WebApi
from sandbox.workspace import Workspace
from sandbox.world import World, load_world, world_of

LOOPBACK = ("127.0.0.1", "localhost", "::1")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Sandbox:
    """A running local Slack, and what a test wants of it."""

    def __init__(self, workspace: Workspace, rehearsal: Rehearsal) -> None:
        self.workspace = workspace
        self.rehearsal = rehearsal

    @classmethod
    @asynccontextmanager
    async def start(
        cls,
        world: World | Path | Mapping[str, Any],
        manifest: Manifest | Path | Mapping[str, Any] | None = None,
        *,
        clock: datetime | None = None,
        port: int = 0,
        state: Path | None = None,
        rehearsal: str | None = None,
        limits: bool = True,
        ack_seconds: float = ACK_SECONDS,
        retry_after: tuple[float, ...] = RETRY_AFTER_SECONDS,
    ) -> "AsyncIterator[Sandbox]":
        """Starts a local Slack on 127.0.0.1 and ends it afterwards.

        world, manifest: a file, its content, or the value; without manifest the world's own.
        clock: where the clock starts (naive is Stockholm's); a state file's own time goes before it.
        limits: whether one message a second and channel, and Slack's tiers, are kept (HTTP 429).
        ack_seconds, retry_after: how long an answer may take, and when an unanswered event is sent again.
        """
        known = _read_world(world)
        time = Clock(clock)
        socket = SocketMode(known.bot.app_id, time, ack_seconds=ack_seconds, retry_after=retry_after)
        workspace = Workspace(known, _read_manifest(manifest, known), time, socket, paced=limits)
        if state is not None:
            load(workspace, state)
        slack = cls(workspace, Rehearsal(workspace, rehearsal))
        keeper = Keeper(workspace, state) if state is not None else None
        runner = web.AppRunner(slack._application(), access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", port)
            await site.start()
            workspace.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
            if keeper is not None:
                keeper.start()
            yield slack
        finally:
            await socket.stop()
            workspace.watchers.close()
            if keeper is not None:
                await keeper.stop()
            await runner.cleanup()

    def _application(self) -> web.Application:
        workspace = self.workspace
        api, response, page = WebApi(workspace), ResponseAddress(workspace), Page(workspace, self.rehearsal)
        app = web.Application(middlewares=[refuse_strangers], client_max_size=LONGEST_FILE + 1_000_000)
        app.add_routes(page.routes())
        app.add_routes(
            [
                web.route("*", "/api/{method}", api.handle),
                web.post("/response/{key}", response.handle),
                web.get("/link/", workspace.socket.serve),
                web.route("*", "/upload/{file}", self._take_file),
                web.get("/files/{file}", self._give_file),
                web.get("/sandbox/faults", self._faults),
                web.post("/sandbox/faults", self._faults),
                web.static("/static/", PAGE),
            ]
        )
        return app

    # ---- what is there

    @property
    def address(self) -> str:
        """Where the page is, "http://127.0.0.1:8300"."""
        return self.workspace.base

    @property
    def api_url(self) -> str:
        """The Web API, for AsyncWebClient(base_url=…) and SLACK_API_URL."""
        return f"{self.workspace.base}/api/"

    @property
    def bot_token(self) -> str:
        """The bot's token."""
        return self.workspace.world.bot_token

    @property
    def app_token(self) -> str:
        """The app's token, for Socket Mode."""
        return self.workspace.world.app_token

    @property
    def clock(self) -> Clock:
        """The clock: `now`, `set(…)`, `skip(seconds)`."""
        return self.workspace.clock

    @property
    def faults(self) -> Faults:
        """The failures to come: `add(Fault(…))`, `clear()`."""
        return self.workspace.faults

    @property
    def socket(self) -> SocketMode:
        """Socket Mode: `disconnect(reason)`, `drop()`, `until_connected()`, `settled()`."""
        return self.workspace.socket

    @property
    def posted(self) -> list[Json]:
        """What the bot has posted where everybody there sees it, in order: channel, ts, text, blocks, metadata, …."""
        return self._said(lambda message: message.only_for is None)

    @property
    def whispered(self) -> list[Json]:
        """What the bot has said to one person alone (`only_for`), in order."""
        return self._said(lambda message: message.only_for is not None)

    def _said(self, wanted: Callable[[Message], bool]) -> list[Json]:
        said = [
            {"channel": conversation.id, **asdict(message)}
            for conversation in self.workspace.conversations
            for message in conversation.messages
            if message.bot and wanted(message)
        ]
        return sorted(said, key=lambda one: float(one["ts"]))

    @property
    def errors(self) -> list[tuple[str, list[str]]]:
        """Everything the bot sent that broke Slack's limits: which call, and what was wrong. A test wants it empty."""
        return self.workspace.errors

    @property
    def calls(self) -> list[tuple[str, Json]]:
        """Every Web API call carried out, with its arguments."""
        return self.workspace.calls

    # ---- what happens

    def member(self, user: str) -> Member:
        """A person, by id or by (the beginning of) their name. KeyError when there is none."""
        people = self.workspace.world.people
        if user in people:
            return Member(self.workspace, people[user])
        for person in people.values():
            if person.name.casefold().startswith(user.casefold()):
                return Member(self.workspace, person)
        raise KeyError(user)

    def add_member(self, user: str, channel: str) -> None:
        """Somebody (the bot too) is added to a channel."""
        interactions.add_member(self.workspace, user, channel)

    def archive(self, channel: str, *, archived: bool = True) -> None:
        """A channel is archived, or brought back."""
        conversation = self.workspace.conversations.named(channel)
        conversation.is_archived = archived
        where = "group" if conversation.is_private else "channel"
        kind = f"{where}_archive" if archived else f"{where}_unarchive"
        self.workspace.happen({"type": kind, "channel": conversation.id, "user": ""}, conversation)
        self.workspace.show(conversation)

    def change_channel_id(self, old: str, new: str) -> None:
        """A channel gets another id, as when it is shared with another organisation."""
        conversation = self.workspace.conversations.rename_id(old, new)
        event = {"type": "channel_id_changed", "old_channel_id": old, "new_channel_id": new}
        self.workspace.happen(event, conversation)
        self.workspace.watchers.changed(["world"])

    # ---- the few addresses of its own

    async def _take_file(self, request: web.Request) -> web.Response:
        file = self.workspace.files.get(request.match_info["file"])
        content = await _sent_content(request)
        if file is None or len(content) != file.size:
            return web.Response(status=400, text="invalid upload")
        file.content = content
        return web.Response(text=f"OK - {file.size}")

    async def _give_file(self, request: web.Request) -> web.Response:
        file = self.workspace.files.get(request.match_info["file"])
        if file is None or file.content is None:
            raise web.HTTPNotFound
        # never shown in the page's own origin, whatever somebody uploaded
        headers = {"content-disposition": "attachment", "x-content-type-options": "nosniff"}
        return web.Response(body=file.content, content_type="application/octet-stream", headers=headers)

    async def _faults(self, request: web.Request) -> web.Response:
        if request.method == "POST":
            body = await request.json()
            try:
                if body.get("clear"):
                    self.faults.clear()
                else:
                    self.faults.add(Fault(**body))
            except TypeError as wrong:
                return web.json_response({"ok": False, "error": str(wrong)}, status=400)
        return web.json_response({"ok": True, "faults": self.faults.as_json()})


async def _sent_content(request: web.Request) -> bytes:
    if not request.content_type.startswith("multipart/"):
        return await request.read()
    for field in (await request.post()).values():
        if isinstance(field, web.FileField):
            return field.file.read()
    return b""


@web.middleware
async def refuse_strangers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answers only this machine: a foreign Host (rebinding) or Origin (another site's page) gets 403."""
    host = urlsplit(f"//{request.headers.get('host', '')}").hostname
    origin = request.headers.get("origin")
    if host not in LOOPBACK or (origin is not None and origin != f"http://{request.headers['host']}"):
        return web.Response(status=403, text="only from this machine's own page")
    return await handler(request)


def _read_world(world: World | Path | Mapping[str, Any]) -> World:
    if isinstance(world, World):
        return world
    return load_world(world) if isinstance(world, Path) else world_of(world)


def _read_manifest(manifest: Manifest | Path | Mapping[str, Any] | None, world: World) -> Manifest:
    if isinstance(manifest, Manifest):
        return manifest
    if isinstance(manifest, Path):
        return load_manifest(manifest)
    if manifest is not None:
        return manifest_of(manifest)
    return load_manifest(world.manifest) if world.manifest else Manifest()
