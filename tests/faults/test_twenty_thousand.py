"""Twenty thousand reminders, four replicas, killed, frozen and stopped at random and started again. Counted."""

import asyncio
import random
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot import texts
from sandbox.errors import PersonSaw
from sandbox.server import Sandbox
from storage.database import Database
from tests.faults.machine import HASTY, UP, Machine, machines, started, until_it_is
from tests.faults.postgres import Postgres
from tests.faults.town import count, found, manifest, migrated, owe, waiting, world

REPLICAS = 4
MESSAGES, REMINDERS_IN_EACH = 4_000, 5  # to channels, whose history can be read
DIRECT = 1_000  # to people, whose history this app may not read
WITHIN = timedelta(minutes=3)
EVERY = (1.0, 4.0)  # seconds between two strokes
MANNERS = {**HASTY, "lease": 6.0, "pace": 0.1}


@dataclass
class Ordeal:
    """What is done to the replicas."""

    slack: Sandbox
    address: str
    running: list[Machine]
    chance: random.Random
    done: Counter[str] = field(default_factory=Counter)

    async def new(self) -> None:
        self.running.append(await started(self.slack, self.address, manners=MANNERS))

    async def strike(self) -> None:
        """One replica of those that run is killed, stopped politely, or frozen past its lease and woken."""
        alive = [each for each in self.running if each.alive and any(UP in line for line in each.said)]
        if not alive:
            return
        victim = self.chance.choice(alive)
        stroke = self.chance.choices(["killed", "frozen", "stopped"], [6, 2, 2])[0]
        self.done[stroke] += 1
        if stroke == "killed":
            victim.kill()
            await victim.ended()
            await self.new()
        elif stroke == "stopped":
            assert await victim.stop() == 0, victim.said[-20:]
            await self.new()
        else:
            victim.freeze()
            await asyncio.sleep(1.3 * MANNERS["lease"])
            victim.wake()


@dataclass
class Asking:
    """Somebody who asks all the time, and what comes of it: answers are seen by them alone and have no history."""

    slack: Sandbox
    asked: int = 0
    not_taken: int = 0

    async def go_on(self) -> None:
        anna = self.slack.member("U00001")
        while True:
            self.asked += 1
            try:
                await anna.says("C00000", "/lage")
            except PersonSaw:  # Slack said so itself: the person sees it and may ask again
                self.not_taken += 1
            await asyncio.sleep(0.5)

    @property
    def answered(self) -> int:
        return sum(texts.SLOW not in each["text"] for each in self.slack.whispered)


@pytest.mark.torture(minutes=4)
@pytest.mark.asyncio
async def test_twenty_thousand_reminders_under_random_deaths_lose_none_and_double_none(
    postgres: Postgres, capsys: pytest.CaptureFixture[str]
) -> None:
    address = await postgres.new_database()
    async with migrated(address) as database:
        town = await found(database, channels=200, people=100)
        no_history = manifest(without=["im:history"])
        async with Sandbox.start(world(200, 100), no_history, limits=False) as slack, machines() as running:
            ordeal = Ordeal(slack, address, running, random.Random(2027))
            for _ in range(REPLICAS):
                await ordeal.new()
            for machine in running:
                await machine.says(UP, seconds=60)
            owed = await owe(database, town, MESSAGES, each=REMINDERS_IN_EACH, within=WITHIN)
            owed_directly = await owe(database, town, DIRECT, to_people=True, within=WITHIN, name="direct")
            asking = Asking(slack)
            asks = asyncio.create_task(asking.go_on())
            while await waiting(database) > (MESSAGES + DIRECT) // 20:
                await asyncio.sleep(ordeal.chance.uniform(*EVERY))
                await ordeal.strike()
            asks.cancel()
            with suppress(asyncio.CancelledError):
                await asks
            await until_it_is(lambda: _finished(database), seconds=120)
            for machine in running:
                if machine.alive:
                    assert await machine.stop() == 0, machine.said[-20:]
            readable, blind = await count(database, slack), await count(database, slack, "direct")
            with capsys.disabled():
                print(f"\n  done to {REPLICAS} replicas: {dict(ordeal.done)}")  # noqa: T201
                print(f"  to channels: {readable}\n  directly, no history: {blind}")  # noqa: T201
                print(f"  /lage: asked {asking.asked}, answered {asking.answered}, not taken {asking.not_taken}")  # noqa: T201
            assert owed >= 20_000
            assert ordeal.done["killed"] >= 10
            assert (readable.reminders, readable.sent, readable.lost, readable.doubled) == (owed, owed, 0, 0)
            # at most once, and what is not known is said to be so
            assert (blind.reminders, blind.lost, blind.doubled) == (owed_directly, 0, 0)
            assert blind.sent + blind.unknown == owed_directly
            assert asking.answered <= asking.asked
            assert slack.errors == []


async def _finished(database: Database) -> bool:
    return await waiting(database) == 0
