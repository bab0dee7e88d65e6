"""A local Slack for the tests of the page: three people, two channels, the small app connected, and a clock to step.

The local Slack asks the program it rehearses with when something is due and tells it what the time is. Here that
program is a few lines: on the days in `REMINDERS` it posts a reminder.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import web
from ruamel.yaml import YAML
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.server import Sandbox
from tests.sandbox.trial_app import REMINDER, trial_app

BEGINS = datetime.fromisoformat("2027-01-11T08:00:00+01:00")
REMINDERS = [datetime.fromisoformat("2027-02-05T08:00:00+01:00"), datetime.fromisoformat("2027-03-01T08:00:00+01:00")]

WORLD: dict[str, Any] = {
    "team": {"id": "T0PROV", "name": "Samverkan i Provköping", "domain": "provkoping"},
    "bot": {"user_id": "U0BOT", "bot_id": "B0BOT", "app_id": "A0PROV", "name": "samverkansbot"},
    "tokens": {"bot": "xoxb-prov", "app": "xapp-prov"},
    "manifest": "manifest.yml",
    "users": [
        {
            "id": "U0ANNA",
            "name": "Anna Ekdal",
            "title": "Kommunens säkerhetschef",
            "organisation": "Provköpings kommun",
        },
        {"id": "U0KARIN", "name": "Karin Holmlund", "title": "Kommundirektör", "organisation": "Provköpings kommun"},
        {
            "id": "U0CECILIA",
            "name": "Cecilia Norgren",
            "title": "Kommunpolis",
            "organisation": "Polisen",
            "team_id": "T0POLISEN",
        },
    ],
    "channels": [
        {
            "id": "C0PLANERING",
            "name": "planeringsgruppen",
            "topic": "Planeringsgruppen i Provköping",
            "is_ext_shared": True,
            "members": ["U0BOT", "U0ANNA", "U0KARIN", "U0CECILIA"],
        },
        {
            "id": "C0OPERATIVA",
            "name": "operativa-gruppen",
            "topic": "Inga uppgifter om enskilda.",
            "is_private": True,
            "is_ext_shared": True,
            "members": ["U0BOT", "U0ANNA", "U0CECILIA"],
        },
    ],
}

MANIFEST: dict[str, Any] = {
    "display_information": {"name": "samverkansbot"},
    "features": {
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False},
        "bot_user": {"display_name": "samverkansbot", "always_online": False},
        "slash_commands": [
            {"command": "/paminn", "description": "Påminner om vandringen", "should_escape": True},
            {"command": "/prova", "description": "Öppnar formuläret", "usage_hint": "[ord]", "should_escape": True},
            {"command": "/viska", "description": "Svarar bara dig", "should_escape": True},
        ],
    },
    "oauth_config": {
        "scopes": {"bot": ["commands", "chat:write", "im:write", "users:read", "channels:read", "groups:read"]}
    },
    "settings": {
        "event_subscriptions": {"bot_events": ["app_home_opened"]},
        "interactivity": {"is_enabled": True},
        "socket_mode_enabled": True,
    },
}


@dataclass(frozen=True)
class Workspace:
    """The page's address, and how to take the app away."""

    address: str
    disconnect: Callable[[], Awaitable[None]]


@asynccontextmanager
async def workspace(folder: Path) -> AsyncIterator[Workspace]:
    """A local Slack in `folder`, with the app connected; both end afterwards."""
    for name, content in (("world.yml", WORLD), ("manifest.yml", MANIFEST)):
        with (folder / name).open("w", encoding="utf-8") as file:
            YAML().dump(content, file)
    client = AsyncWebClient(token="xoxb-prov")
    async with (
        _rehearsed(client) as control,
        Sandbox.start(
            folder / "world.yml", folder / "manifest.yml", clock=BEGINS, rehearsal=control, limits=False
        ) as slack,
    ):
        client.base_url = slack.api_url
        handler = AsyncSocketModeHandler(trial_app(client), slack.app_token)
        await handler.connect_async()

        async def disconnect() -> None:
            await handler.close_async()

        try:
            yield Workspace(f"{slack.address}/", disconnect)
        finally:
            await disconnect()


@asynccontextmanager
async def _rehearsed(client: AsyncWebClient) -> AsyncIterator[str]:
    """The address where the local Slack asks what is due and says what the time is."""
    due = list(REMINDERS)

    async def told_when(request: web.Request) -> web.Response:
        until = datetime.fromisoformat(request.query["until"])
        coming = [each for each in due if each <= until]
        return web.json_response({"next": min(coming).isoformat() if coming else None})

    async def tell_time(request: web.Request) -> web.Response:
        now = datetime.fromisoformat((await request.json())["now"])
        while due and due[0] <= now:
            due.pop(0)
            await client.chat_postMessage(channel="C0OPERATIVA", text="Trygghetsvandring", blocks=REMINDER)
        return web.json_response({"ok": True})

    app = web.Application()
    app.add_routes([web.get("/clock", told_when), web.post("/clock", tell_time)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()
