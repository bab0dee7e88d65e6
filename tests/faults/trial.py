"""The bot in this very process, beside a local Slack that is told to fail, on a clock that is stepped."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from bot.clock import Clock
from bot.process import Running, start, stop
from bot.settings import Settings
from sandbox.faults import Fault
from sandbox.server import Sandbox
from schedules.manners import Manners
from storage.database import Database
from storage.migrating import migrate
from storage.models import Outgoing, OutgoingState, Workspace
from tests.databases import database_at
from tests.faults.town import Count, Town, count, found, manifest, owe, world

MORNING = datetime(2027, 1, 12, 8, 0, tzinfo=ZoneInfo("Europe/Stockholm"))


@dataclass
class Trial:
    """The town, its Slack and the bot. Nothing ticks but by `pass_time`."""

    slack: Sandbox
    bot: Running
    town: Town

    @property
    def database(self) -> Database:
        return self.bot.database

    def fails(self, kind: str, method: str = "chat.postMessage", **more: object) -> None:
        """The next call meets this (sandbox.faults.Fault)."""
        self.slack.faults.add(Fault(method, kind, **more))  # type: ignore[arg-type]

    async def owe(self, messages: int, *, to_people: bool = False, name: str = "r") -> int:
        """Messages due now, one after another to each forum (or person)."""
        return await owe(self.database, self.town, messages, to_people=to_people, first=self.bot.clock.now(), name=name)

    async def carry(self) -> int:
        return await self.bot.carry()

    async def pass_time(self, **span: float) -> None:
        """Lets so much time pass, with a tick whenever something may have become possible."""
        end = self.bot.clock.now() + timedelta(**span)
        while (now := self.bot.clock.now()) < end:
            await self.bot.carry()
            self.set(min(await self._next(now), end))
        await self.bot.carry()

    async def _next(self, now: datetime) -> datetime:
        """A moment after the next wait in the outbox has ended."""
        async with self.database.reading() as session:
            rows = await session.exec(
                select(Outgoing.not_before, Outgoing.lease_until, Workspace.held_until)
                .join(Workspace, col(Workspace.id) == Outgoing.workspace_id)
                .where(col(Outgoing.state).in_([OutgoingState.WAITING, OutgoingState.CLAIMED]))
            )
            ends = [each for row in rows.all() for each in row if each is not None and each > now]
        return min(ends, default=now + timedelta(minutes=2)) + timedelta(seconds=1)

    def set(self, moment: datetime) -> None:
        """Both clocks."""
        self.slack.clock.set(moment)
        self.bot.clock.set(moment)

    async def count(self, name: str = "r") -> Count:
        return await count(self.database, self.slack, name)

    async def outgoing(self) -> Sequence[Outgoing]:
        async with self.database.reading() as session:
            return (await session.exec(select(Outgoing).order_by(col(Outgoing.id)))).all()

    def keys_in(self, channel: str) -> list[str]:
        """What stands there, in order."""
        return [
            str(each["metadata"]["event_payload"]["key"])
            for each in self.slack.posted
            if each["channel"] == channel and each["metadata"]
        ]


@asynccontextmanager
async def trial(
    folder: Path,
    *,
    channels: int = 2,
    people: int = 2,
    manners: Manners | None = None,
    without: Sequence[str] = (),
) -> AsyncIterator[Trial]:
    """On Tuesday 12 January 2027 at 8.00. `without`: scopes that were not granted."""
    address = f"sqlite:///{folder / 'trial.sqlite3'}"
    database = database_at(address)
    await migrate(database)
    town = await found(database, channels=channels, people=people)
    await database.close()
    async with Sandbox.start(world(channels, people), manifest(without=without), clock=MORNING) as slack:
        settings = Settings(slack.bot_token, slack.app_token, slack.api_url, address)
        bot = await start(settings, clock=Clock(MORNING), ticking=False, manners=manners, open_database=database_at)
        try:
            await bot.desk.finish(10)  # it looks at its channels when it starts
            await bot.plan()
            await bot.carry()
            yield Trial(slack, bot, town)
        finally:
            await stop(bot)
    assert slack.errors == [], slack.errors
