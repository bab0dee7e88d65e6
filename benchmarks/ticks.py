"""A tick with nothing to do: time and questions, with few and with many notices stored."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import event, func, select, text
from sqlmodel import SQLModel

from benchmarks import filling
from benchmarks.engines import BOTH, Engines
from benchmarks.report import Line, median, ms, say
from schedules.courier import carry
from schedules.planner import plan
from storage.database import Database
from storage.downtime import beat

TIMES = 60


@contextmanager
def asked(database: Database) -> Iterator[list[str]]:
    """The statements the database is asked meanwhile."""
    said: list[str] = []

    def note(_c: object, _cur: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", note)


async def measure(where: Engines, *, full: bool) -> list[Line]:
    """Both ticks at 1,000 notices and at a million (a tenth of that by default)."""
    lines = []
    sizes = (1_000, 1_000_000 if full else 100_000)
    for engine in BOTH:
        taken = []
        for size in sizes:
            say(f"{engine}: tick at {size} notices")
            async with where.database(engine) as database:
                await _fill(database, size)
                seconds, questions = await _quiet(database)
                taken.append(seconds)
                lines.append(
                    Line(
                        f"tick with nothing due, {size:,} notices",
                        engine,
                        f"{ms(seconds)}, {questions} questions",
                        "under 2 ms",
                        seconds < 0.002,
                    )
                )
        ratio = taken[1] / taken[0]
        lines.append(Line("… many against few", engine, f"{ratio:.2f}×", "flat", ratio < 1.5))
    return lines


async def _fill(database: Database, size: int) -> None:
    await filling.municipality(database)
    tables = SQLModel.metadata.tables
    async with database.engine.begin() as connection:
        agreement = (await connection.execute(select(tables["agreement"].c.id))).scalar_one()
        forum = (await connection.execute(select(func.min(tables["forum"].c.id)))).scalar_one()
        due = [filling.NOW - timedelta(days=1, seconds=30 * each) for each in range(size)]
        await filling.stored(connection, due, agreement_id=agreement, forum_id=forum)
        await connection.execute(
            tables["agreement"].update().values(next_due_at=filling.NOW + timedelta(days=1), planned_until=filling.NOW)
        )
    async with database.engine.connect() as connection:
        await connection.execute(text("ANALYZE"))
        await connection.commit()
    async with database.transaction() as session:
        await beat(session, now=filling.NOW)


class Nobody:
    """Carries nothing: there is nothing to carry."""

    async def post(self, *_: object) -> None:
        raise AssertionError("nothing is due")

    find = post


async def _compose(*_: object) -> None:
    raise AssertionError("nothing is due")


async def _quiet(database: Database) -> tuple[float, int]:
    """Median seconds of plan and carry together, and how many statements they ask."""
    taken = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        await plan(database, filling.NOW)
        await carry(database, Nobody(), lambda: filling.NOW, compose=_compose, worker="bench")  # type: ignore[arg-type]
        taken.append(time.perf_counter() - begun)
    with asked(database) as said:
        await plan(database, filling.NOW)
        await carry(database, Nobody(), lambda: filling.NOW, compose=_compose, worker="bench")  # type: ignore[arg-type]
    return median(taken[5:]), len([each for each in said if each.lstrip().upper().startswith(("SELECT", "UPDATE"))])
