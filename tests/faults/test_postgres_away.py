"""PostgreSQL stopped, killed, frozen and back while the bot runs: people hear that nothing was saved, nothing is lost,
nothing comes twice, and the process needs no restart."""

import asyncio
import time
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from bot import texts
from bot.process import CannotStart, start
from bot.settings import Settings
from sandbox.server import Sandbox
from storage.database import Database, answers
from tests.faults.machine import UP, Machine, machines, started, until, until_it_is
from tests.faults.postgres import Postgres
from tests.faults.town import count, found, manifest, migrated, owe, waiting, world


async def away_and_back(postgres: Postgres, how: str, away: timedelta, messages: int) -> None:
    """The database is away for so long in the middle of carrying; everybody is told, and then all goes on."""
    address = await postgres.new_database()
    async with migrated(address) as database:
        town = await found(database, channels=10, people=3)
        async with Sandbox.start(world(10, 3), manifest(), limits=False) as slack, machines() as running:
            running.append(await started(slack, address))
            await running[0].says(UP)
            owed = await owe(database, town, messages, within=timedelta(seconds=2) + away)
            await until(lambda: len(slack.posted) >= 5)
            await (postgres.stop() if how == "stopped" else postgres.kill())
            begun = time.monotonic()
            try:
                anna = slack.member("U00000")
                await anna.says("C00001", "/lage")
                await anna.waits_for("C00001", texts.BUSY)
                await until(lambda: time.monotonic() - begun > away.total_seconds(), seconds=away.total_seconds() + 5)
            finally:
                await postgres.start()
            await until_it_is(lambda: _finished(database), seconds=30)
            await anna.says("C00002", "/lage")
            await anna.waits_for("C00002", "Läget i Nyby")
            told = await count(database, slack)
            assert (told.sent, told.lost, told.doubled) == (owed, 0, 0)
            assert await _ended_well(running[0])


async def _finished(database: Database) -> bool:
    return await waiting(database) == 0


async def _ended_well(machine: Machine) -> bool:
    """The very process that saw it all has gone on, and stops when told to."""
    return machine.alive and await machine.stop() == 0


@pytest.mark.asyncio
async def test_postgres_killed_and_back_in_seconds_loses_and_doubles_nothing(postgres: Postgres) -> None:
    await away_and_back(postgres, "killed", timedelta(seconds=1), 60)


@pytest.mark.torture(minutes=1)
@pytest.mark.parametrize("how", ["stopped", "killed"])
@pytest.mark.asyncio
async def test_postgres_down_for_a_minute_and_back_loses_and_doubles_nothing(postgres: Postgres, how: str) -> None:
    await away_and_back(postgres, how, timedelta(minutes=1), 600)


@pytest.mark.asyncio
async def test_a_database_that_cannot_be_reached_is_an_error_of_the_databases_own_kind(postgres: Postgres) -> None:
    """Courier and commands tell the database's trouble from Slack's by it."""
    database = Database(await postgres.new_database())
    await postgres.kill()
    with pytest.raises(OperationalError):
        await answers(database)
    await postgres.start()
    assert await answers(database)
    await database.close()


@pytest.mark.asyncio
async def test_a_database_that_stands_still_is_given_up_and_used_again_when_it_answers(postgres: Postgres) -> None:
    """Connected and silent, as when its machine or the way there has died: nobody waits for ever."""
    async with migrated(await postgres.new_database(), answer_seconds=0.2, connect_seconds=0.5) as database:
        async with database.reading() as session:
            assert (await session.exec(select(1))).one() == 1
            postgres.freeze()
            try:
                with pytest.raises(OperationalError):  # in the middle of a conversation
                    await session.exec(select(1))
                with pytest.raises(OperationalError):  # and from the start
                    await answers(database)
            finally:
                postgres.wake()
        assert await answers(database)


@pytest.mark.asyncio
async def test_a_tick_that_is_ended_while_the_database_stands_still_holds_up_nobody(postgres: Postgres) -> None:
    """As on SIGTERM: what the tick asked on its kept connection is never answered."""
    async with migrated(await postgres.new_database()) as database:
        assert await database.glance(select(1)) == (1,)
        postgres.freeze()
        try:
            glance = asyncio.create_task(database.glance(select(1)))
            done, _ = await asyncio.wait([glance], timeout=0.2)
            assert not done
            async with asyncio.timeout(10):
                glance.cancel()
                await asyncio.gather(glance, return_exceptions=True)
                await database.close()
        finally:
            postgres.wake()
        assert await database.glance(select(1)) == (1,)


@pytest.mark.asyncio
async def test_a_tick_after_the_database_was_killed_and_started_again_notices_nothing(postgres: Postgres) -> None:
    async with migrated(await postgres.new_database()) as database:
        assert await database.glance(select(1)) == (1,)
        await postgres.kill()
        await postgres.start()
        assert await database.glance(select(1)) == (1,)


@pytest.mark.asyncio
async def test_without_its_database_the_bot_does_not_start_and_says_so_in_swedish(postgres: Postgres) -> None:
    address = await postgres.new_database()
    await postgres.stop()
    try:
        with pytest.raises(CannotStart, match="Databasen går inte att använda"):
            await start(Settings("xoxb-1", "xapp-1", "http://127.0.0.1:1/api/", address))
    finally:
        await postgres.start()
