"""The bot at its front door, with Slack stood in for."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest_asyncio

from bot.clock import Clock
from bot.process import start, stop
from bot.settings import Settings
from tests.bot.conftest import MONDAY
from tests.bot.http.front import SECRET, Front
from tests.bot.http.reader import PUBLIC, Reader
from tests.bot.standin import StandIn


@pytest_asyncio.fixture
async def slack() -> AsyncIterator[StandIn]:
    async with StandIn().running() as standin:
        yield standin


@pytest_asyncio.fixture
async def front(filled_town: tuple[Path, int], tmp_path: Path, slack: StandIn) -> AsyncIterator[Front]:
    """Monday 11 January 2027, 08.00; nothing ticks unless a test says so."""
    shutil.copy(filled_town[0], tmp_path / "town.sqlite3")
    settings = Settings(
        "xoxb-1", "", slack.api_url, f"sqlite:///{tmp_path / 'town.sqlite3'}", signing_secret=SECRET, http_port=0
    )
    bot = await start(settings, clock=Clock(MONDAY), ticking=False)
    try:
        async with aiohttp.ClientSession() as http:
            yield Front(bot, http)
    finally:
        await stop(bot)


@pytest_asyncio.fixture
async def reader(filled_town: tuple[Path, int], tmp_path: Path) -> AsyncIterator[Reader]:
    """Monday 11 January 2027, 08.00, with the port open."""
    shutil.copy(filled_town[0], tmp_path / "town.sqlite3")
    async with StandIn().running() as slack:
        settings = Settings(
            "xoxb-1",
            "",
            slack.api_url,
            f"sqlite:///{tmp_path / 'town.sqlite3'}",
            signing_secret="s" * 32,
            http_port=0,
            public_url=PUBLIC,
        )
        bot = await start(settings, clock=Clock(MONDAY), ticking=False)
        try:
            assert bot.server is not None
            async with aiohttp.ClientSession() as http:
                yield Reader(bot, http, bot.server.addresses[0][1])
        finally:
            await stop(bot)
