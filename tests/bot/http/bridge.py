"""The local Slack knows Socket Mode alone: this carries what it sends over the link to the bot's HTTP address, signed
as Slack signs, and the answer back. To the bot it is Slack over HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlencode

import aiohttp

from bot.clock import Clock
from bot.process import start, stop
from bot.settings import Settings
from sandbox.server import Sandbox
from tests.bot.http.front import SECRET, Front, Json
from tests.conversations.town import BEGINS, ROOT, WORLD, Town, prepared
from tests.databases import database_at


@asynccontextmanager
async def opened_over_http(database_url: str) -> AsyncIterator[Town]:
    """The town of tests/conversations, with Slack's requests coming over HTTP."""
    await prepared(database_url)
    async with Sandbox.start(WORLD, ROOT / "app_manifest.yml", clock=BEGINS) as slack, aiohttp.ClientSession() as http:
        settings = Settings(slack.bot_token, "", slack.api_url, database_url, signing_secret=SECRET, http_port=0)
        bot = await start(settings, clock=Clock(BEGINS), open_database=database_at)
        carrying = asyncio.create_task(_carry(slack, Front(bot, http)))
        try:
            await slack.socket.until_connected()
            yield Town(slack, bot)
        finally:
            carrying.cancel()
            await asyncio.gather(carrying, return_exceptions=True)
            await stop(bot)
    assert slack.errors == [], slack.errors


async def _carry(slack: Sandbox, front: Front) -> None:
    headers = {"Authorization": f"Bearer {slack.app_token}"}
    async with front.http.post(f"{slack.api_url}apps.connections.open", headers=headers) as answer:
        address = (await answer.json())["url"]
    async with front.http.ws_connect(address) as link, asyncio.TaskGroup() as underway:
        async for frame in link:
            envelope = json.loads(frame.data)
            if "envelope_id" in envelope:
                underway.create_task(_hand_over(link, front, envelope))


async def _hand_over(link: aiohttp.ClientWebSocketResponse, front: Front, envelope: Json) -> None:
    payload = envelope["payload"]
    if envelope["type"] == "slash_commands":
        answer = await front.sends(urlencode(payload).encode())
    elif envelope["type"] == "interactive":
        answer = await front.interactive(payload)
    else:
        answer = await front.event(payload)
    if answer.status == 200:
        said = json.loads(answer.text) if answer.text.startswith("{") else {}
        await link.send_json({"envelope_id": envelope["envelope_id"], "payload": said})
