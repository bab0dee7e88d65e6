"""The Socket Mode link asked to leave, cut, silent, refused and crowded: it comes back by itself, or the process ends
so that it is started again. What a person does meanwhile is answered, or they see that it was not taken."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.link import close_link, heard_ago, open_link, watch
from bot.process import CannotStart, start, stop
from bot.settings import Settings
from sandbox.errors import PersonSaw
from sandbox.faults import Fault
from sandbox.server import Sandbox
from storage.database import Database
from tests.faults.machine import until, until_it_is
from tests.faults.town import found, manifest, owe, world

PING = 0.1


def app_for(client: AsyncWebClient) -> AsyncApp:
    """Answers /lage, and nothing else."""
    app = AsyncApp(client=client, token=client.token)

    async def lage(ack: AsyncAck) -> None:
        await ack("läget")

    app.command("/lage")(lage)
    return app


@dataclass
class Linked:
    slack: Sandbox
    handler: AsyncSocketModeHandler
    watching: asyncio.Task[None]
    crowd: list[ClientWebSocketResponse]

    async def answers(self) -> bool:
        """Whether a person gets an answer to a command now."""
        anna = self.slack.member("U00000")
        before = len(anna.sees("C00000"))
        with suppress(PersonSaw):
            await anna.says("C00000", "/lage")
            return len(anna.sees("C00000")) > before
        return False

    async def until_it_answers(self, seconds: float = 10.0) -> None:
        await until_it_is(self.answers, seconds)

    def opened(self) -> int:
        """How often the bot has asked for an address."""
        return sum(name == "apps.connections.open" for name, _ in self.slack.calls)


@asynccontextmanager
async def linked(*, crowd: int = 0, give_up_after: float = 30.0) -> AsyncIterator[Linked]:
    """A bot linked to the local Slack, on quick pings; beside `crowd` other connections of the same app."""
    async with (
        Sandbox.start(world(1, 1), manifest(), limits=False) as slack,
        ClientSession() as http,
        AsyncExitStack() as stack,
    ):
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])
        others: list[ClientWebSocketResponse] = []
        for _ in range(crowd):
            url = (await client.apps_connections_open(app_token=slack.app_token))["url"]
            others.append(await http.ws_connect(str(url)))
            stack.push_async_callback(others[-1].close)
        handler = await open_link(app_for(client), slack.app_token, client, ping_every=PING, renew_every=PING)
        watching = asyncio.create_task(watch(handler, every=0.02, renew_after=0.1, give_up_after=give_up_after))
        try:
            yield Linked(slack, handler, watching, others)
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
            await close_link(handler)


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "link_disabled"])
@pytest.mark.asyncio
async def test_asked_to_leave_it_takes_a_new_link_and_every_command_is_answered(reason: str) -> None:
    async with linked() as it:
        await it.slack.socket.disconnect(reason)
        await until(lambda: it.slack.socket.opened == 2)
        await it.until_it_answers()
        assert all([await it.answers() for _ in range(5)])


@pytest.mark.asyncio
async def test_a_link_that_is_cut_comes_back() -> None:
    async with linked() as it:
        await it.slack.socket.drop()
        await it.until_it_answers()


@pytest.mark.asyncio
async def test_an_issued_address_that_is_refused_is_left_for_a_new_one() -> None:
    """Left to itself the client library tries the same address for ever."""
    async with linked() as it:
        it.slack.socket.accepting = False
        await it.slack.socket.drop()
        refused = it.opened()
        await until(lambda: it.opened() > refused + 2)
        it.slack.socket.accepting = True
        await it.until_it_answers()
        assert not it.watching.done()


@pytest.mark.asyncio
async def test_a_link_that_does_not_come_back_ends_the_process_to_be_started_again() -> None:
    async with linked(give_up_after=0.5) as it:
        it.slack.socket.accepting = False
        await it.slack.socket.drop()
        await asyncio.wait_for(it.watching, timeout=10)


@pytest.mark.asyncio
async def test_too_many_links_is_no_storm_and_ends_when_there_is_room() -> None:
    """Ten of the same app are the most: the eleventh keeps asking, slowly, and comes in when one leaves."""
    async with linked(crowd=10) as it:
        before = it.opened()
        await until(lambda: it.opened() > before + 1)
        before = it.opened()
        await asyncio.sleep(10 * PING)
        assert it.opened() - before <= 20  # about one a ping
        for socket in it.crowd:
            await socket.close()
        await it.until_it_answers()


# --- a link nobody answers on -----------------------------------------------------------------------------------------


@dataclass
class Deaf:
    """Takes links and says hello; answers no ping on the first `deaf` of them."""

    deaf: int
    links: int = 0
    port: int = 0
    sockets: list[web.WebSocketResponse] = field(default_factory=list)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[AsyncWebClient]:
        app = web.Application()
        app.add_routes([web.post("/api/apps.connections.open", self._open), web.get("/link", self._link)])
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.port = runner.addresses[0][1]
        try:
            yield AsyncWebClient(token="xoxb-1", base_url=f"http://127.0.0.1:{self.port}/api/", retry_handlers=[])
        finally:
            for socket in self.sockets:
                await socket.close()
            await runner.cleanup()

    async def _open(self, _: web.Request) -> web.Response:
        return web.json_response({"ok": True, "url": f"ws://127.0.0.1:{self.port}/link"})

    async def _link(self, request: web.Request) -> web.StreamResponse:
        self.links += 1
        socket = web.WebSocketResponse(autoping=self.links > self.deaf, timeout=0.1)
        await socket.prepare(request)
        self.sockets.append(socket)
        await socket.send_json({"type": "hello", "num_connections": 1})
        async for _ in socket:
            pass
        return socket


@pytest.mark.asyncio
async def test_a_link_on_which_no_ping_is_answered_is_left_for_another() -> None:
    """Connected, and nobody at the other end."""
    deaf = Deaf(deaf=2)
    async with deaf.running() as client:
        handler = await open_link(app_for(client), "xapp-1", client, ping_every=PING, renew_every=PING)
        watching = asyncio.create_task(watch(handler, every=0.02, renew_after=0.1, give_up_after=30))
        try:
            await until(lambda: deaf.links == 3)
            await until(lambda: handler.client.last_ping_pong_time is not None)
            ago = await heard_ago(handler)
            assert ago is not None
            assert ago < timedelta(seconds=5)
        finally:
            watching.cancel()
            await close_link(handler)


# --- before there is a link -------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_nothing_ticks_and_nothing_is_sent_before_the_link_is_up(sqlite_database: Database) -> None:
    """Start order: who cannot be answered is not written to either."""
    town = await found(sqlite_database, channels=1, people=1)
    await owe(sqlite_database, town, 1)
    async with Sandbox.start(world(1, 1), manifest()) as slack:
        slack.faults.add(Fault("apps.connections.open", "invalid_auth"))
        settings = Settings(slack.bot_token, slack.app_token, slack.api_url, sqlite_database.url)
        with pytest.raises(CannotStart, match="SLACK_APP_TOKEN"):
            await start(settings)
        assert slack.posted == []
        running = await start(settings)
        await until(lambda: len(slack.posted) == 1)
        await stop(running)


@pytest.mark.asyncio
async def test_two_processes_share_the_link_and_each_press_is_taken_by_one(sqlite_database: Database) -> None:
    """Slack gives each command to any one of them; nobody is answered twice."""
    await found(sqlite_database, channels=1, people=1)
    async with Sandbox.start(world(1, 1), manifest(), limits=False) as slack:
        settings = Settings(slack.bot_token, slack.app_token, slack.api_url, sqlite_database.url)
        both = [await start(settings, ticking=False) for _ in range(2)]
        anna = slack.member("U00000")
        for _ in range(12):
            await anna.says("C00000", "/lage")
        assert len(slack.whispered) == 12
        await stop(both[0])
        for _ in range(3):
            await anna.says("C00000", "/lage")
        assert len(slack.whispered) == 15
        await stop(both[1])
