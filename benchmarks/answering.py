"""Answering people, through real Bolt and the local Slack over Socket Mode, beside a bare Bolt app that only acks."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum, auto
from random import Random
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from benchmarks import filling
from benchmarks.engines import BOTH, Engines
from benchmarks.report import Line, ms, p, say
from benchmarks.sender import sender
from benchmarks.slack import LATENCY, Slack, client_of, slack
from bot.clock import Clock
from bot.link import close_link, open_link
from bot.outbound import SlackCarrier, kept_connections
from bot.process import Running, keep_what_is_loaded, start, stop
from bot.settings import Settings
from tests.conversations.town import BEGINS

WARM, TIMES = 5, 60
# Seconds before each question, by chance: whoever asks again the moment an answer is there keeps in step with the
# courier, which has done nothing meanwhile and begins just then.
THINKS = 0.2
CHANNELS, WAITING = 60, 18_000  # five minutes of a message a second in each
LOGGED = "/logga aktivitet trygghetsvandring {day} genomförd 12 deltagare kommun polis Centrum"


@dataclass
class Taken:
    """How long answers took, one by one: on the wall, from writing to having the answer, and of processor time in the
    thread that does everything. Slack is a process of its own."""

    seconds: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)
    chance: Random = field(default_factory=lambda: Random(1))

    async def time(self, act: Awaitable[object]) -> None:
        await asyncio.sleep(self.chance.uniform(0, THINKS))
        begun, work = time.perf_counter(), time.thread_time()
        await act
        self.seconds.append(time.perf_counter() - begun)
        self.worked.append(time.thread_time() - work)

    def __add__(self, other: "Taken") -> "Taken":
        return Taken(self.seconds + other.seconds, self.worked + other.worked)

    def warmed(self) -> "Taken":
        return Taken(self.seconds[WARM:], self.worked[WARM:])

    def __str__(self) -> str:
        walls = f"p50 {ms(p(self.seconds, 50))}, p99 {ms(p(self.seconds, 99))}"
        return f"{walls}; of processor p50 {ms(p(self.worked, 50))}, p99 {ms(p(self.worked, 99))}"


async def measure(where: Engines, *, full: bool) -> list[Line]:
    """On an empty store, and on ten years of 300 municipalities (30 by default) while reminders go out: in the same
    process, and in one of its own.

    The bare app is measured before and after each, without any reminders; and in a burst also at its beginning and end,
    on the same loop and the same cores.
    """
    lines = []
    store = f"{300 if full else 30} municipalities × 10 years"
    for engine in BOTH:
        for size, burst, name in (
            (0, Burst.NONE, "empty store"),
            (300 if full else 30, Burst.BESIDE, f"{store}, a burst sent by a process of its own"),
            (300 if full else 30, Burst.WITHIN, f"{store}, a burst sent by the same process"),
        ):
            say(f"{engine}: answering, {name}")
            alone = await _bare()
            beside, ours = Taken(), dict[str, Taken]()
            async with _program(where, engine, size, burst) as (bot, local):
                if burst is not Burst.NONE:
                    beside += await _bare()
                for what, act in ACTS.items():
                    ours[what] = await _timed(bot, local, act)
                if burst is not Burst.NONE:
                    beside += await _bare()
            alone += await _bare()
            bare = {"bare": alone, "bare in the same burst": beside} if beside.seconds else {"bare": alone}
            lines += [
                Line(f"{which}, a Bolt app that only acks, for {name}", engine, str(taken))
                for which, taken in bare.items()
            ]
            lines += [_line(f"{what}, {name}", engine, taken, bare) for what, taken in ours.items()]
    return lines


def _line(name: str, engine: str, taken: Taken, bare: dict[str, Taken]) -> Line:
    """Whether it holds is a matter of the bare app by itself, with no burst to share the machine with."""
    half, late = p(taken.seconds, 50), p(taken.seconds, 99)
    against = ", ".join(f"{half / p(each.seconds, 50):.1f}× {which}" for which, each in bare.items())
    return Line(
        name,
        engine,
        f"{against} at p50; {taken}",
        "p50 within 2× bare, p99 under 300 ms",
        late < 0.3 and half <= 2 * p(bare["bare"].seconds, 50),
    )


class Burst(Enum):
    """Where a morning's reminders are sent from, all the while."""

    NONE = auto()
    WITHIN = auto()
    BESIDE = auto()


@asynccontextmanager
async def _program(where: Engines, engine: str, size: int, burst: Burst) -> AsyncIterator[tuple[Running, Slack]]:
    async with where.database(engine) as database:
        await filling.municipality(database)
        await filling.no_administrator(database)  # whose answer would tell of the burst's 60 forums too
        if size:
            await filling.years(database)
            await filling.copies(database, size - 1)
            today = await filling.meeting_today(database)
            first = filling.NOW - timedelta(minutes=1)
            await filling.waiting(database, WAITING, channels=CHANNELS, first=first, about=today)
            await filling.tidy(database)
        address = database.engine.url.render_as_string(hide_password=False)
        async with (
            slack(0, 0.0, BEGINS.isoformat()) as local,
            slack(CHANNELS, LATENCY) as away,
            kept_connections() as kept,
        ):
            settings = Settings(local.bot_token, local.app_token, local.api_url, address)
            bot = await start(settings, clock=Clock(BEGINS), ticking=False)
            bot.carrier = SlackCarrier(client_of(away, kept))  # what Slack does with the burst is not our work
            keep_what_is_loaded()  # as `samverkansbot run` does
            try:
                async with BURSTS[burst](bot, away):
                    yield bot, local
            finally:
                await stop(bot)


@asynccontextmanager
async def _no_burst(_: Running, __: Slack) -> AsyncIterator[None]:
    yield


@asynccontextmanager
async def _burst_within(bot: Running, away: Slack) -> AsyncIterator[None]:
    """One round of carrying, which ends when all are told."""
    burst = asyncio.create_task(bot.carry())
    try:
        async with _lasting(away):
            yield
    finally:
        burst.cancel()
        await asyncio.gather(burst, return_exceptions=True)


@asynccontextmanager
async def _burst_beside(bot: Running, away: Slack) -> AsyncIterator[None]:
    """`samverkansbot run` of its own, which only sends."""
    async with sender(bot.settings.database_url, away), _lasting(away):
        yield


@asynccontextmanager
async def _lasting(away: Slack) -> AsyncIterator[None]:
    """Tells how many were sent a second meanwhile. AssertionError when the burst was none."""
    before, begun = await away.count(), time.perf_counter()
    yield
    after = await away.count()
    rate = (after - before) / (time.perf_counter() - begun)
    say(f"{rate:.0f} a second were sent meanwhile, {after:,} of {WAITING:,} in all")
    assert rate > CHANNELS / 2, "the burst was no burst"


BURSTS = {Burst.NONE: _no_burst, Burst.WITHIN: _burst_within, Burst.BESIDE: _burst_beside}


Act = Callable[[Slack, int], Awaitable[None]]


def _typed(line: str) -> Act:
    async def act(local: Slack, _: int) -> None:
        await local.anna_says(line)

    return act


async def _logged(local: Slack, number: int) -> None:
    day = BEGINS.date() - timedelta(days=1 + number % 8)
    await local.anna_says(LOGGED.format(day=day.isoformat()).replace("12", str(10 + number)))


async def _form(local: Slack, _: int) -> None:
    await local.anna_says("/logga aktivitet trygghetsvandring", form=True)


ACTS: dict[str, Act] = {
    "/lage": _typed("/lage"),
    "/lage planeringsgruppen": _typed("/lage planeringsgruppen"),
    "/logga with complete words": _logged,
    "opening the /logga form": _form,
}


async def _timed(bot: Running, local: Slack, act: Act) -> Taken:
    taken = Taken()
    for number in range(WARM + TIMES):
        await taken.time(act(local, number))
        await bot.desk.finish(5)
    return taken.warmed()


async def _bare() -> Taken:
    """The same way through Slack to an app that does nothing."""
    async with slack(0, 0.0, BEGINS.isoformat()) as local:
        client = AsyncWebClient(token=local.bot_token, base_url=local.api_url, retry_handlers=[])
        app = AsyncApp(client=client, request_verification_enabled=False)

        async def only_ack(ack: Any) -> None:
            await ack()

        for name in ("/lage", "/logga"):
            app.command(name)(only_ack)
        link = await open_link(app, local.app_token, client)
        try:
            taken = Taken()
            for _ in range(WARM + 2 * TIMES):
                await taken.time(local.anna_says("/lage"))
        finally:
            await close_link(link)
    return taken.warmed()
