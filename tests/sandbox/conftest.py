"""A running local Slack, a client of its Web API, and a small Bolt app connected to it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from typing import Any

import pytest_asyncio
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.server import Sandbox
from tests.sandbox.town import WORLD, manifest

Starter = Callable[..., Awaitable[Sandbox]]
BEGINS = datetime(2027, 1, 11, 8, 0)  # noqa: DTZ001 (a naive time is Stockholm's)


@pytest_asyncio.fixture
async def start() -> AsyncIterator[Starter]:
    """Starts local Slacks with other settings than usual; all are ended afterwards."""
    async with AsyncExitStack() as stack:

        async def begin(asks: dict[str, Any] | None = None, **settings: Any) -> Sandbox:
            settings = {"clock": BEGINS, "limits": False, **settings}
            return await stack.enter_async_context(Sandbox.start(WORLD, asks or manifest(), **settings))

        yield begin


@pytest_asyncio.fixture
async def slack(start: Starter) -> Sandbox:
    """The town's Slack, Monday 11 January 2027 at 08.00."""
    return await start()


@pytest_asyncio.fixture
async def client(slack: Sandbox) -> AsyncWebClient:
    """The bot's own client, which repeats nothing."""
    return client_of(slack)


def client_of(slack: Sandbox) -> AsyncWebClient:
    """A client of a local Slack that repeats nothing."""
    return AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[])


@asynccontextmanager
async def connected(slack: Sandbox, app: AsyncApp) -> AsyncIterator[AsyncSocketModeHandler]:
    """The app, connected over Socket Mode."""
    handler = AsyncSocketModeHandler(app, slack.app_token, ping_interval=1)
    await handler.connect_async()
    await slack.socket.until_connected()
    try:
        yield handler
    finally:
        await handler.close_async()
