"""Planning a year's reminders, for one municipality and for many; and a daily look at one."""

import time
from datetime import timedelta

from benchmarks import filling
from benchmarks.engines import BOTH, Engines
from benchmarks.report import Line, ms, say
from schedules.planner import plan
from storage.database import Database

APART = 28  # days between looks: all the year's reminders, without 365 looks at each of 3,000 municipalities
YEAR = 365  # days


async def measure(where: Engines, *, full: bool) -> list[Line]:
    """The cost of a reminder for 1, 30 and 300 municipalities in a year (in full also for 3,000), and of a look at
    one every morning."""
    lines = []
    for engine in BOTH:
        costs: list[float] = []
        for size in (1, 30, 300, *((3_000,) if full else ())):
            say(f"{engine}: planning a year for {size}")
            async with where.database(engine) as database:
                await filling.municipality(database)
                if size > 1:
                    await filling.copies(database, size - 1)
                planned, seconds, worked = await _looks(database, YEAR, APART)
                costs.append(worked / planned)
                measured = f"{planned:,} reminders in {seconds:.0f} s; {ms(costs[-1])} of processor each"
                lines.append(Line(f"planning a year, {size:,} municipalities", engine, measured))
        ratio = costs[-1] / costs[0]
        lines.append(Line("… cost of one at the most against 1", engine, f"{ratio:.2f}×", "flat", ratio < 1.3))
        async with where.database(engine) as database:
            await filling.municipality(database)
            planned, seconds, worked = await _looks(database, YEAR, 1)
            measured = f"{ms(worked / 365)} of processor a look ({planned} reminders among them)"
            lines.append(Line("a look at one municipality every morning", engine, measured))
    return lines


async def _looks(database: Database, days: int, apart: int) -> tuple[int, float, float]:
    """How many reminders the looks in so many days plan, the seconds they take, and the seconds of this process's
    processor."""
    planned, begun, work = 0, time.perf_counter(), time.process_time()
    for day in range(0, days, apart):
        planned += await plan(database, filling.NOW + timedelta(days=day, seconds=1))
    return planned, time.perf_counter() - begun, time.process_time() - work
