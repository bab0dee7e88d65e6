"""The bot's pulse, and when it was down."""

from datetime import timedelta

import pytest

from storage.database import Database
from storage.downtime import beat, downtime_between, last_alive, wake
from tests.delivery.world import MORNING

HOUR = timedelta(hours=1)


@pytest.mark.asyncio
async def test_a_long_silence_found_at_start_is_a_recorded_downtime(database: Database) -> None:
    async with database.transaction() as session:
        assert await wake(session, now=MORNING) is None
        await beat(session, now=MORNING + HOUR)
        gap = await wake(session, now=MORNING + 3 * HOUR)
        assert gap is not None
        assert await wake(session, now=MORNING + 3 * HOUR) is None
    async with database.reading() as session:
        down = [(MORNING + HOUR, MORNING + 3 * HOUR)]
        assert await downtime_between(session, MORNING, MORNING + 9 * HOUR) == down
        assert await downtime_between(session, MORNING + 2 * HOUR, MORNING + 9 * HOUR) == down
        assert await downtime_between(session, MORNING + 3 * HOUR, MORNING + 9 * HOUR) == []
        assert await last_alive(session) == MORNING + 3 * HOUR


@pytest.mark.asyncio
async def test_a_quick_restart_is_no_downtime(sqlite_database: Database) -> None:
    async with sqlite_database.transaction() as session:
        await beat(session, now=MORNING)
        assert await wake(session, now=MORNING + timedelta(minutes=5)) is None


@pytest.mark.asyncio
async def test_a_clock_turned_back_is_no_downtime(sqlite_database: Database) -> None:
    async with sqlite_database.transaction() as session:
        await beat(session, now=MORNING)
        assert await wake(session, now=MORNING - 100 * HOUR) is None
        assert await last_alive(session) == MORNING - 100 * HOUR


@pytest.mark.asyncio
async def test_of_two_replicas_that_wake_after_an_outage_one_records_it(database: Database) -> None:
    async with database.transaction() as session:
        await beat(session, now=MORNING)
    for _ in range(2):
        async with database.transaction() as session:
            await wake(session, now=MORNING + HOUR)
    async with database.reading() as session:
        assert len(await downtime_between(session, MORNING, MORNING + 2 * HOUR)) == 1
