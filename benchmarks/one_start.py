"""One start of the program, timed from the first import: prints seconds to connected and memory, as JSON."""

import time

BEGUN = time.perf_counter()  # before the imports below: they are part of a start

import asyncio  # noqa: E402
import json  # noqa: E402
import sys  # noqa: E402

from benchmarks.report import resident  # noqa: E402
from bot.process import start, stop  # noqa: E402
from bot.settings import Settings  # noqa: E402

TICKS = 1_000


async def main() -> None:
    """Starts, notes, ticks a thousand times, notes again, stops."""
    database, api_url, bot, app = sys.argv[1:]
    running = await start(Settings(bot, app, api_url, database), ticking=False)
    seconds, memory = time.perf_counter() - BEGUN, resident()
    for _ in range(TICKS // 10):  # warm
        await running.plan()
        await running.carry()
    before = resident()
    for _ in range(TICKS):
        await running.plan()
        await running.carry()
    grown = resident() - before
    await stop(running)
    print(json.dumps({"seconds": seconds, "memory": memory, "grown": grown}))


asyncio.run(main())
