"""`samverkansbot run` that only sends, as a process of its own."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from benchmarks.slack import Slack
from bot.settings import Part
from tests.conversations.town import BEGINS, ROOT


@asynccontextmanager
async def sender(database_url: str, away: Slack) -> AsyncIterator[None]:
    """It, on the benchmarks' clock, until the block ends. It begins when something has been sent."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run"),
        cwd=ROOT,
        env={
            **os.environ,
            "SLACK_BOT_TOKEN": away.bot_token,
            "SLACK_API_URL": away.api_url,
            "DATABASE_URL": database_url,
            "SAMVERKANSBOT_CLOCK": BEGINS.isoformat(),
            "SAMVERKANSBOT_PART": Part.REMINDERS.value,
        },
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await _begun(away)
        yield
    finally:
        ended = process.returncode
        if ended is None:
            process.terminate()
        await process.wait()
        assert ended is None, f"the sender ended by itself: {ended}"


async def _begun(away: Slack) -> None:
    """Waits until Slack has had something."""
    for _ in range(1_200):
        if await away.count():
            return
        await asyncio.sleep(0.1)
    raise AssertionError("nothing is sent")
