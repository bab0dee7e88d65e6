"""Several processes of the bot on one PostgreSQL: killed, frozen past their lease, replaced on deploy. Counted."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import select, update

from bot import texts
from sandbox.errors import PersonSaw
from sandbox.server import Sandbox
from storage.claims import claim
from storage.database import Database
from storage.migrating import migrate
from storage.models import Outgoing, Workspace
from storage.workspaces import bind_workspace
from tests.faults.machine import HASTY, UP, machines, started, until, until_it_is
from tests.faults.postgres import Postgres
from tests.faults.town import count, found, manifest, migrated, owe, waiting, world


@pytest.mark.asyncio
async def test_replicas_killed_and_frozen_past_their_lease_lose_nothing_and_double_nothing(postgres: Postgres) -> None:
    """One is killed and another started; one stands still past its lease, whatever it has in hand, and wakes."""
    address = await postgres.new_database()
    async with migrated(address) as database:
        town = await found(database, channels=10, people=3)
        async with Sandbox.start(world(10, 3), manifest(), limits=False) as slack, machines() as running:
            running += [await started(slack, address) for _ in range(2)]
            for machine in running:
                await machine.says(UP, seconds=90)
            owed = await owe(database, town, 100, each=2)
            await until(lambda: len(slack.posted) > 30)
            running[0].kill()
            running[1].freeze()
            running.append(await started(slack, address))
            # also what the frozen one had in hand
            await until_it_is(lambda: _finished(database), why=lambda: running[2].said[-20:])
            running[1].wake()
            owed_later = await owe(database, town, 20, name="later")
            await until_it_is(lambda: _finished(database))
            for machine in running[1:]:
                assert await machine.stop() == 0, machine.said[-20:]
            told = await count(database, slack)
            assert (told.reminders, told.sent, told.lost, told.doubled) == (owed, owed, 0, 0)
            assert (await count(database, slack, "later")).sent == owed_later
            assert slack.errors == []


@pytest.mark.torture(minutes=1)
@pytest.mark.asyncio
async def test_replicas_frozen_over_and_over_with_much_to_say_in_each_channel_double_nothing(
    postgres: Postgres,
) -> None:
    """Most of the time a channel waits for its pace: that is where a replica is when it stands still."""
    address = await postgres.new_database()
    async with migrated(address) as database:
        town = await found(database, channels=4, people=1)
        async with Sandbox.start(world(4, 1), manifest(), limits=False) as slack, machines() as running:
            manners = {**HASTY, "pace": 0.3}
            running += [await started(slack, address, manners=manners) for _ in range(2)]
            for machine in running:
                await machine.says(UP, seconds=90)
            owed = await owe(database, town, 400)
            freezes = 0
            while not await _finished(database):
                frozen = running[freezes % 2]
                frozen.freeze()
                await asyncio.sleep(HASTY["lease"] + 1.0)  # real processes, in real time
                frozen.wake()
                freezes += 1
                await asyncio.sleep(0.5)
            assert freezes >= 5
            for machine in running:
                assert await machine.stop() == 0, machine.said[-20:]
            told = await count(database, slack)
            assert (told.sent, told.lost, told.doubled) == (owed, 0, 0)


async def _finished(database: Database) -> bool:
    return await waiting(database) == 0


@pytest.mark.asyncio
async def test_on_deploy_the_new_process_overlaps_with_the_old_and_no_command_is_lost(postgres: Postgres) -> None:
    """Both hold a link: Slack gives a command to any one of them, and each is answered once, also while one stops.

    A frame that crosses the old process's goodbye cannot be acknowledged any more: Slack says so to the person at once,
    who asks again. That can be one, and nothing may have come of it twice.
    """
    address = await postgres.new_database()
    async with migrated(address) as database:
        town = await found(database, channels=5, people=3)
        async with Sandbox.start(world(5, 3), manifest(), limits=False) as slack, machines() as running:
            running.append(await started(slack, address))
            await running[0].says(UP)
            anna = slack.member("U00000")
            owed = await owe(database, town, 60, within=timedelta(seconds=3))
            asked = 0
            new = await started(slack, address)
            running.append(new)
            while len(slack.socket.connections) < 2 or asked < 10:
                await anna.says("C00000", "/lage")
                asked += 1
            stopping, crossed = asyncio.create_task(running[0].stop()), 0
            while not stopping.done():
                try:
                    await anna.says("C00000", "/lage")
                    asked += 1
                except PersonSaw as said:
                    if str(said) != "dispatch_failed":
                        raise
                    crossed += 1
            assert crossed <= 1
            assert stopping.result() == 0
            await until_it_is(lambda: _finished(database))
            assert await new.stop() == 0
            told = await count(database, slack)
            answers = [each for each in slack.whispered if texts.SLOW not in each["text"]]
            assert (told.sent, told.lost, told.doubled) == (owed, 0, 0)
            assert len(answers) == asked


@pytest.mark.asyncio
async def test_what_a_replica_has_locked_when_it_stops_moving_is_soon_free_again(postgres: Postgres) -> None:
    """A process frozen in the middle of a transaction: the others wait for seconds, not for as long as it is frozen."""
    address = await postgres.new_database()
    frozen = Database(address, hold_seconds=0.5)
    await migrate(frozen)
    town = await found(frozen, channels=1, people=1)
    await owe(frozen, town, 1)
    other = Database(address, hold_seconds=0.5)
    async with frozen.transaction() as session:
        now = datetime.now(UTC)
        assert await claim(session, now=now, worker="w1", lease=timedelta(minutes=3), limit=1)
        async with other.transaction() as free:  # the row is passed over, what the index holds is waited for
            taken = await claim(free, now=now, worker="w2", lease=timedelta(minutes=3), limit=1)
            await free.exec(update(Outgoing).values(failure="free"))
        assert len(taken) <= 1
        with pytest.raises(DBAPIError):
            await session.exec(select(Outgoing))
        await session.rollback()
    await other.close()
    await frozen.close()


@pytest.mark.asyncio
async def test_two_replicas_that_start_at_once_on_imported_files_bind_the_same_workspace(postgres: Postgres) -> None:
    address = await postgres.new_database()
    async with migrated(address) as database:
        async with database.transaction() as session:
            session.add(Workspace(name="Nyby"))
        other = Database(address)

        async def second() -> int | None:
            async with other.transaction() as session:
                return (await bind_workspace(session, team_id="T1", name="Nyby", bot_user_id="U0BOT")).id

        async with database.transaction() as session:
            first = (await bind_workspace(session, team_id="T1", name="Nyby", bot_user_id="U0BOT")).id
            binding = asyncio.create_task(second())
            await asyncio.wait([binding], timeout=0.5)  # it waits for the first, or has read what is not bound yet
        assert await binding == first
        await other.close()
