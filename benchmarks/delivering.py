"""Delivering a morning's reminders to the local Slack, beside what others do: a scheduled job each, or one post
after the other."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from benchmarks import filling, jobs
from benchmarks.engines import BOTH, Engines
from benchmarks.report import Line, median, ms, p, say
from benchmarks.slack import LATENCY, Slack, client_of, slack
from bot.clock import Clock
from bot.outbound import SlackCarrier, kept_connections
from bot.process import keep_what_is_loaded
from schedules.composing import compose
from schedules.contents import Compose
from schedules.courier import carry
from schedules.distance import ENOUGH_ALONE, Distance
from storage.database import Database
from storage.message import Message, Part
from storage.models import Notice

TIMES = 3
BEFORE = filling.NOW - timedelta(minutes=10)
SAMPLE = 200  # of the sequential one, which would take half an hour


@dataclass(frozen=True)
class Said:
    """One short text for every notice: putting into words has a line of its own."""

    message: Message
    dropped: dict[int, str]


async def _compose(_session: AsyncSession, notices: Sequence[Notice], _now: datetime) -> Said:
    return Said(Message((Part(lines=tuple(notice.key for notice in notices)),)), {})


async def measure(where: Engines, *, full: bool) -> list[Line]:
    """1,800 reminders over 162 channels, and 10,000 over 900: the same eleven to a channel."""
    lines = []
    for number, channels in ((1_800, 162), *([(10_000, 900)] if full else [])):
        lines += await _sized(where, number, channels)
    return [*lines, *await _punctual(where, full=full)]


async def _sized(where: Engines, number: int, channels: int) -> list[Line]:
    allowed = -(-number // channels) - 1 + LATENCY  # a message a second and channel: the first goes at once
    lines = [
        Line(
            f"{number:,} reminders over {channels} channels, {LATENCY * 1000:.0f} ms away",
            "–",
            f"{allowed:.1f} s is what Slack's own limit allows",
        )
    ]
    ours = []
    for engine in BOTH:
        for name, words in (("the courier", _compose), ("the courier, each put into words", compose)):
            taken = await _median(where, engine, number, channels, words)
            ours.append(taken.seconds)
            lines.append(
                Line(
                    f"… {name}, median of {TIMES}",
                    engine,
                    f"{taken.seconds:.1f} s, {number / taken.seconds:.0f} a second; of processor each "
                    f"{ms(taken.worked / number)}, and {ms(taken.slacks / number)} in the local Slack",
                    "within 10 % of what is allowed",
                    taken.seconds <= 1.1 * allowed,
                )
            )
    return [
        *lines,
        await _scheduled(where.folder, number, channels, min(ours)),
        await _in_a_row(number, channels, min(ours)),
    ]


@dataclass(frozen=True)
class _Taken:
    """Seconds on the wall, and of processor: this process's and the local Slack's."""

    seconds: float
    worked: float
    slacks: float


async def _median(where: Engines, engine: str, number: int, channels: int, words: Compose) -> _Taken:
    """Of as many mornings as there are TIMES; none loses any."""
    runs = []
    for _ in range(TIMES):
        say(f"{engine}: {number} reminders over {channels} channels")
        async with _morning(where, engine, number, channels) as (database, there):
            keep_what_is_loaded()  # as `samverkansbot run` does
            carried, seconds, worked, slacks = await _carried(database, there, words)
            count = await there.count()
            assert carried == count - ENOUGH_ALONE == number, (carried, count, number)
            runs.append(_Taken(seconds, worked, slacks))
            say(f"{seconds:.1f} s")
    return _Taken(*(median([getattr(run, each.name) for run in runs]) for each in fields(_Taken)))


@asynccontextmanager
async def _morning(where: Engines, engine: str, number: int, channels: int) -> AsyncIterator[tuple[Database, Slack]]:
    """So many reminders that fell due a minute ago, and the Slack they go to."""
    async with where.database(engine) as database, slack(channels, LATENCY) as there:
        await filling.municipality(database)
        about = await filling.meeting_today(database)
        first = filling.NOW - timedelta(minutes=1)
        await filling.waiting(database, number, channels=channels, first=first, about=about)
        yield database, there


async def _carried(database: Database, there: Slack, words: Compose) -> tuple[int, float, float, float]:
    """How many were sent, in how many seconds, and how many of this process's processor and of the local Slack's.

    Of a process that has sent some one by one before, and so knows what is promised and how far away Slack is.
    """
    clock = Clock(BEFORE)
    async with kept_connections() as kept:
        carrier, distance = SlackCarrier(client_of(there, kept)), Distance()
        for number in range(ENOUGH_ALONE):
            await filling.one_before(database, number, due=BEFORE)
            assert await carry(database, carrier, clock.now, compose=words, worker="bench", distance=distance) == 1
        await asyncio.sleep(2)  # by Slack's clock too they are past
        clock.set(filling.NOW)
        slacks, begun, work = await there.worked(), time.perf_counter(), time.process_time()
        sent = await carry(database, carrier, clock.now, compose=words, worker="bench", distance=distance)
        seconds, worked = time.perf_counter() - begun, time.process_time() - work
        return sent, seconds, worked, await there.worked() - slacks


# --- the alternatives -------------------------------------------------------------------------------------------------


@dataclass
class _Jobs:
    """What the jobs share: a job store keeps a function's name, so it cannot bring its client along."""

    client: AsyncWebClient | None = None
    done: int = 0
    lost: int = 0
    ended: asyncio.Event = field(default_factory=asyncio.Event)


JOBS = _Jobs()


async def post_one(channel: str, text: str, last: int) -> None:
    """What a job of the usual kind does. An error ends the job, and the store has forgotten it already."""
    assert JOBS.client is not None
    try:
        await JOBS.client.chat_postMessage(channel=channel, text=text)
        JOBS.done += 1
    except SlackApiError:
        JOBS.lost += 1
    if JOBS.done + JOBS.lost == last:
        JOBS.ended.set()


async def _scheduled(folder: Path, number: int, channels: int, ours: float) -> Line:
    """One APScheduler job for each reminder, kept in its SQLAlchemy job store."""
    say(f"one APScheduler job each for {number} reminders")
    async with slack(channels, LATENCY) as there:
        JOBS.client, JOBS.done, JOBS.lost, JOBS.ended = client_of(there), 0, 0, asyncio.Event()
        url = f"sqlite:///{folder / f'jobs{number}.sqlite3'}"
        first = datetime.now(UTC) + timedelta(seconds=30)  # they are written and read in before
        apart = timedelta(seconds=1.1)  # in each channel, or Slack says 429
        due = [
            (first + apart * (each // channels), [f"C1{each % channels:05}", f"påminnelse {each}", number])
            for each in range(number)
        ]
        jobs.fill(url, "benchmarks.delivering:post_one", due)
        store = SQLAlchemyJobStore(url=url)
        scheduler = AsyncIOScheduler(jobstores={"default": store})
        scheduler.start(paused=True)
        assert datetime.now(UTC) < first, "writing the jobs took too long"
        await asyncio.sleep((first - datetime.now(UTC)).total_seconds())
        begun = time.perf_counter()
        scheduler.resume()
        with suppress(TimeoutError):
            await asyncio.wait_for(JOBS.ended.wait(), 120)
        seconds = time.perf_counter() - begun
        scheduler.shutdown(wait=False)
        store.engine.dispose()
    late = f", {number - JOBS.done - JOBS.lost:,} not yet posted then" if number > JOBS.done + JOBS.lost else ""
    lost = f", {JOBS.lost:,} lost (Slack said 429, the store had forgotten them)" if JOBS.lost else ""
    return Line("… one APScheduler job each", "SQLite", f"{seconds:.1f} s, {seconds / ours:.1f}× ours{late}{lost}")


async def _in_a_row(number: int, channels: int, ours: float) -> Line:
    """One post after the other, without any store."""
    say("one post after the other")
    async with slack(channels, LATENCY) as there:
        client = client_of(there)
        begun = time.perf_counter()
        for each in range(SAMPLE):
            await client.chat_postMessage(channel=f"C1{each % channels:05}", text=f"påminnelse {each}")
        seconds = (time.perf_counter() - begun) / SAMPLE * number
    return Line(
        "… one post after the other, no store", "–", f"{seconds:.0f} s (of {SAMPLE}), {seconds / ours:.0f}× ours"
    )


# --- due to posted ----------------------------------------------------------------------------------------------------


async def _punctual(where: Engines, *, full: bool) -> list[Line]:
    """From due to posted with 10,000 open occasions (2,000 by default), on the ticks the program runs with."""
    number = 10_000 if full else 2_000
    lines = []
    for engine in BOTH:
        say(f"{engine}: due to posted")
        async with where.database(engine) as database, slack(200, LATENCY) as there:
            await filling.municipality(database)
            await _open_occasions(database, number)
            now = datetime.now(UTC)
            await filling.waiting(
                database, 400, channels=200, first=now + timedelta(seconds=1), apart=timedelta(seconds=8)
            )
            carrier, sent = SlackCarrier(client_of(there)), 0
            while sent < 400:
                sent += await carry(database, carrier, lambda: datetime.now(UTC), compose=_compose, worker="bench")
                await asyncio.sleep(2)  # the courier's tick
            async with database.engine.connect() as connection:
                question = "SELECT due_at, sent_at FROM outgoing WHERE sent_at IS NOT NULL AND id >= 1000000000"
                rows = (await connection.exec_driver_sql(question)).mappings().all()
                waits = [(_moment(row["sent_at"]) - _moment(row["due_at"])).total_seconds() for row in rows]
            late = p(waits, 99)
            lines.append(
                Line(
                    f"due to posted, {number:,} open occasions, 200 channels at once",
                    engine,
                    f"p50 {p(waits, 50):.1f} s, p99 {late:.1f} s",
                    "p99 under 5 s",
                    late < 5,
                )
            )
    return lines


def _moment(value: object) -> datetime:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    assert isinstance(moment, datetime)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


async def _open_occasions(database: Database, number: int) -> None:
    async with database.engine.begin() as connection:
        rows = (await connection.exec_driver_sql("SELECT id FROM commitment ORDER BY id")).all()
        table = SQLModel.metadata.tables["occasion"]
        await filling.insert_all(connection, table, filling.planned([row[0] for row in rows], number))
