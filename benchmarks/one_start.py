"""One start of the program, timed from the first import: prints seconds to connected and memory, as JSON.

With a moment as the last word it goes on at the lines it is given on standard input: each is an hour of its clock, with
every tick of the hour at the minute. After each it prints its memory.
"""

import time

BEGUN = time.perf_counter()  # before the imports below: they are part of a start

import asyncio  # noqa: E402
import gc  # noqa: E402
import json  # noqa: E402
import sys  # noqa: E402
from datetime import datetime, timedelta  # noqa: E402

from benchmarks.report import resident  # noqa: E402
from bot.clock import Clock  # noqa: E402
from bot.process import Running, start, stop  # noqa: E402
from bot.settings import Settings  # noqa: E402


async def main() -> None:
    """Starts, notes, works as long as it is told to, stops."""
    database, api_url, bot, app, *begins = sys.argv[1:]
    clock = Clock(datetime.fromisoformat(begins[0])) if begins else None
    running = await start(Settings(bot, app, api_url, database), clock=clock, ticking=False)
    print(json.dumps({"seconds": time.perf_counter() - BEGUN, "memory": resident()}), flush=True)
    if begins:
        loop = asyncio.get_running_loop()
        while await loop.run_in_executor(None, sys.stdin.readline):
            await _hour(running)
            gc.collect()
            print(json.dumps({"memory": resident()}), flush=True)
    await stop(running)


async def _hour(running: Running) -> None:
    begins = running.clock.now()
    for minute in range(60):
        running.clock.set(begins + timedelta(minutes=minute + 1))
        await running.plan()
        await running.carry()
        if minute % 5 == 0:
            await running.audit()


asyncio.run(main())
