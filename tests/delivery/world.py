"""What the delivery tests send to, on what clock and through what: an invented town, a clock that is told the time, a
stand-in for Slack with a history and faults of its own."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schedules.carrier import Carrier
from schedules.contents import Compose
from schedules.courier import Manners, Posted, Target, Undelivered, carry
from schedules.distance import Distance
from storage import outbox
from storage.database import Database
from storage.message import Message, Part
from storage.models import Agreement, Appointment, Forum, Notice, Outgoing, Person, Seat, Workspace
from storage.outbox import Planned

MORNING = datetime(2027, 1, 12, 7, 0, tzinfo=UTC)  # Tuesday 08.00 in Nyby


@dataclass
class Clock:
    """A clock that stands still until somebody waits on it."""

    now: datetime = MORNING

    def __call__(self) -> datetime:
        return self.now

    async def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        await asyncio.sleep(0)

    def step(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now


@dataclass(frozen=True)
class Nyby:
    """Ids of the invented town: two forums with channels, one without; Anna and Bo coordinate, Cia has no Slack."""

    workspace: int
    agreement: int
    council: int  # C1
    planning: int  # C2
    homeless: int  # no channel
    anna: int  # U1
    bo: int  # U2
    cia: int


async def found(database: Database) -> Nyby:
    """Founds the town in an empty database."""
    async with database.transaction() as session:
        workspace = await _add(session, Workspace(name="Nyby"))
        agreement = await _add(
            session,
            Agreement(
                workspace_id=workspace,
                key="nyby",
                municipality="Nyby",
                title="Samverkan i Nyby",
                starts=date(2027, 1, 1),
                ends=date(2030, 12, 31),
                document={},
                imported_at=MORNING - timedelta(days=1),
            ),
        )
        forums = [
            await _add(
                session,
                Forum(agreement_id=agreement, key=name, name=name, chair_rule={"form": "unstated"}, channel_id=channel),
            )
            for name, channel in (("Rådet", "C1"), ("Planeringsgruppen", "C2"), ("Operativa gruppen", None))
        ]
        people = [
            await _add(session, Person(workspace_id=workspace, name=name, slack_user_id=user))
            for name, user in (("Anna Ek", "U1"), ("Bo Alm", "U2"), ("Cia Lind", None))
        ]
        seat = await _add(session, Seat(agreement_id=agreement, key="samordnare", title="Samordnare", coordinator=True))
        for person in people[:2]:
            session.add(Appointment(seat_id=seat, person_id=person, starts=date(2027, 1, 1)))
    return Nyby(workspace, agreement, *forums, *people)


async def _add(session: AsyncSession, row: Any) -> int:
    session.add(row)
    await session.flush()
    return int(row.id)


def reminder(key: str, due_at: datetime = MORNING, **fields: Any) -> Planned:
    """A reminder to plan, under the given key and its recipient."""
    planned = Planned(key=key, kind="today", due_at=due_at, **fields)
    return Planned(**{**vars(planned), "key": f"{key}:{planned.recipient}"})


async def plan(database: Database, town: Nyby, *reminders: Planned, now: datetime = MORNING) -> int:
    async with database.transaction() as session:
        return await outbox.plan(session, workspace_id=town.workspace, reminders=reminders, now=now)


@dataclass(frozen=True)
class Said:
    """What the stand-in for composing gives back: a heading per notice, its key."""

    message: Message | None
    dropped: Mapping[int, str] = field(default_factory=dict)


async def say_keys(session: AsyncSession, notices: Sequence[Notice], now: datetime) -> Said:
    """Composes a message that names its notices, so that a history can be counted."""
    return Said(Message(tuple(Part(heading=notice.key) for notice in notices)))


@dataclass(frozen=True)
class Standing:
    """A message as it stands in the stand-in's history."""

    to: Target
    key: str
    message: Message
    at: datetime

    @property
    def channel(self) -> str:
        return self.to.channel_id or self.to.user_id or ""


class AcceptedThenLost(Exception):
    """A fault to set: the message is taken, the answer never comes."""


class Noticeboard:
    """Slack as the courier sees it: it takes messages, keeps them, shows them, and fails when told to."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.history: list[Standing] = []
        self.faults: defaultdict[str, list[BaseException | asyncio.Event]] = defaultdict(list)
        self.blind: Undelivered | None = None  # raised by every look
        self.looks = 0
        self.tries = 0
        self.stirred = asyncio.Condition()

    def fail(self, channel: str, *faults: BaseException | asyncio.Event) -> None:
        """The next posts in the channel meet these, one each; an event makes the post wait until it is set."""
        self.faults[channel] += faults

    async def post(self, to: Target, message: Message, key: str) -> Posted:
        self.tries += 1
        async with self.stirred:
            self.stirred.notify_all()
        standing = Standing(to, key, message, self.clock())
        fault = self.faults[standing.channel].pop(0) if self.faults[standing.channel] else None
        if isinstance(fault, asyncio.Event):
            await fault.wait()
        elif isinstance(fault, AcceptedThenLost):
            self.history.append(standing)
            raise TimeoutError
        elif fault is not None:
            raise fault
        self.history.append(standing)
        number = len(self.history)
        async with self.stirred:
            self.stirred.notify_all()
        return Posted(standing.channel, f"{number}.000")

    async def until(self, so: Callable[[], bool]) -> None:
        """Waits until it is so; at most ten seconds."""
        async with asyncio.timeout(10), self.stirred:
            await self.stirred.wait_for(so)

    async def find(self, to: Target, key: str, since: datetime) -> Posted | None:
        self.looks += 1
        if self.blind is not None:
            raise self.blind
        for number, standing in enumerate(self.history, 1):
            if standing.to == to and standing.key == key and standing.at >= since:
                return Posted(standing.channel, f"{number}.000")
        return None

    def in_channel(self, channel: str) -> list[str]:
        """What was said there, a line for each heading or line of text, in order."""
        return [line for each in self.history if each.channel == channel for line in each.message.plain().split("\n")]

    def messages(self, channel: str) -> list[Standing]:
        return [each for each in self.history if each.channel == channel]


@dataclass
class Post:
    """A courier at work in the town: `await post.carry()` is one tick."""

    database: Database
    clock: Clock
    board: Noticeboard
    worker: str = "w1"
    compose: Compose = say_keys
    manners: Manners = field(default_factory=Manners)
    random: Callable[[], float] = lambda: 1.0
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    carrier: Carrier | None = None  # the board itself, where nothing lies between
    distance: Distance = field(default_factory=Distance)

    async def carry(self) -> int:
        return await carry(
            self.database,
            self.carrier or self.board,
            self.clock,
            compose=self.compose,
            worker=self.worker,
            random=self.random,
            wait=self.clock.wait,
            stopping=self.stopping,
            manners=self.manners,
            distance=self.distance,
        )

    async def carry_for(self, **span: float) -> int:
        """Ticks every half minute of the clock for the given span."""
        end = self.clock() + timedelta(**span)
        sent = await self.carry()
        while self.clock() < end:
            self.clock.step(seconds=30)
            sent += await self.carry()
        return sent


def post_office(database: Database) -> Post:
    clock = Clock()
    return Post(database, clock, Noticeboard(clock))


async def outgoings(database: Database) -> list[Outgoing]:
    async with database.reading() as session:
        return list((await session.exec(select(Outgoing).order_by(col(Outgoing.id)))).all())


async def notices(database: Database) -> list[Notice]:
    async with database.reading() as session:
        return list((await session.exec(select(Notice).order_by(col(Notice.id)))).all())
