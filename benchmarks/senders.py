"""`samverkansbot run` that only sends, as processes of their own."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from benchmarks.slack import Slack
from bot.settings import Part
from tests.conversations.town import BEGINS, ROOT


@asynccontextmanager
async def senders(number: int, database_url: str, away: Slack) -> AsyncIterator[None]:
    """So many of them, on the benchmarks' clock, until the block ends. It begins when the first has sent something."""
    processes = [
        await asyncio.create_subprocess_exec(
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
        for _ in range(number)
    ]
    try:
        await sent(away, 1)
        yield
    finally:
        ended = [process.returncode for process in processes if process.returncode is not None]
        for process in processes:
            if process.returncode is None:
                process.terminate()
        for process in processes:
            await process.wait()
        assert not ended, f"a sender ended by itself: {ended}"


async def sent(away: Slack, number: int) -> int:
    """Waits until Slack has had so many; how many it has."""
    for _ in range(1_200):
        if (count := (await away.count())[0]) >= number:
            return count
        await asyncio.sleep(0.1)
    raise AssertionError(f"only {count} of {number} are sent")
