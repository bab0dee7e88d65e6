"""Planning a year's reminders, a morning at a time, for one municipality and for many."""

import time
from datetime import timedelta

from sqlalchemy import func, select
from sqlmodel import SQLModel

from benchmarks import filling
from benchmarks.engines import BOTH, Engines
from benchmarks.report import Line, ms, say
from schedules.planner import plan


async def measure(where: Engines, *, full: bool) -> list[Line]:
    """Seconds a reminder, for 1, 30, 300 and 3,000 municipalities (1, 10, 30 by default; days are sampled)."""
    lines = []
    sizes = (1, 30, 300, 3_000) if full else (1, 10, 30)
    for engine in BOTH:
        costs: list[float] = []
        for size in sizes:
            every = 28 if full else 7  # days between looks: as many reminders, fewer looks
            say(f"{engine}: planning a year for {size}")
            async with where.database(engine) as database:
                await filling.municipality(database)
                if size > 1:
                    await filling.copies(database, size - 1)
                planned, begun = 0, time.perf_counter()
                for day in range(0, 365, every):
                    planned += await plan(database, filling.NOW + timedelta(days=day, seconds=1))
                seconds = time.perf_counter() - begun
                async with database.engine.connect() as connection:
                    stored = (
                        await connection.execute(select(func.count()).select_from(SQLModel.metadata.tables["notice"]))
                    ).scalar_one()
                costs.append(seconds / max(stored, 1))
                measured = f"{stored:,} reminders, {ms(costs[-1])} each"
                lines.append(Line(f"planning a year, {size:,} municipalities", engine, measured))
        ratio = costs[-1] / costs[0]
        lines.append(Line(f"… cost of one at {sizes[-1]:,} against 1", engine, f"{ratio:.2f}×", "flat", ratio < 1.3))
    return lines
