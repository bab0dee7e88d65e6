"""Promises of the engine room, on both engines."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlmodel import select

from storage.database import Database, insert_new
from storage.migrating import migrate, pending_migrations
from storage.models import HandledRequest, Workspace
from tests.databases import database_at


@pytest.mark.asyncio
async def test_a_migrated_database_has_nothing_pending_and_may_be_migrated_again(database: Database) -> None:
    assert not await pending_migrations(database)
    await migrate(database)


@pytest.mark.asyncio
async def test_a_raised_error_leaves_nothing_behind(database: Database) -> None:
    with pytest.raises(ValueError, match="halfway"):
        async with database.transaction() as session:
            session.add(Workspace(name="Nyby"))
            await session.flush()
            raise ValueError("halfway")
    async with database.reading() as session:
        assert (await session.exec(select(Workspace))).all() == []


@pytest.mark.asyncio
async def test_six_readers_who_then_write_all_get_through(database: Database) -> None:
    async def add(number: int) -> None:
        async with database.transaction() as session:
            await session.exec(select(Workspace))
            session.add(Workspace(name=str(number)))

    await asyncio.gather(*(add(number) for number in range(6)))
    async with database.reading() as session:
        assert len((await session.exec(select(Workspace))).all()) == 6


@pytest.mark.asyncio
async def test_those_who_write_to_one_file_go_in_the_order_they_came(sqlite_database: Database) -> None:
    done: list[int] = []

    async def write(number: int) -> None:
        async with sqlite_database.transaction() as session:
            session.add(Workspace(name=str(number)))
            done.append(number)

    async with sqlite_database.transaction():
        writers = [asyncio.create_task(write(number)) for number in range(20)]
        await asyncio.sleep(0)  # all have asked for their turn
        writers[3].cancel()  # who no longer wants to write keeps nobody waiting
    await asyncio.gather(*writers, return_exceptions=True)
    assert done == [number for number in range(20) if number != 3]


@pytest.mark.asyncio
@pytest.mark.parametrize("what", ["migrates", "writes"])
async def test_a_process_that_starts_while_another_writes_to_the_file_waits_for_it(
    sqlite_database: Database, what: str
) -> None:
    other = database_at(sqlite_database.url)  # as in a process of its own: with no turn in common

    async def begin() -> None:
        if what == "migrates":
            await migrate(other)
            return
        async with other.transaction() as session:
            session.add(Workspace(name="Nyby"))

    try:
        async with sqlite_database.transaction() as session:
            session.add(Workspace(name="Storby"))
            await session.flush()
            beginning = asyncio.create_task(begin())
            done, _ = await asyncio.wait([beginning], timeout=0.2)
            assert not done
        await beginning
    finally:
        await other.close()


@pytest.mark.asyncio
async def test_of_many_rows_those_that_are_known_are_left_alone(database: Database) -> None:
    now = datetime(2027, 1, 11, 7, tzinfo=UTC)
    rows = [{"key": f"rad {number}", "handled_at": now} for number in range(3_000)]
    async with database.transaction() as session:
        await insert_new(session, HandledRequest, rows[::3], "key")
        new = await insert_new(session, HandledRequest, rows, "key")
    assert len(new) == 2_000
    assert not {row["key"] for row in rows[::3]} & set(new)


@pytest.mark.asyncio
async def test_only_the_first_of_equal_keys_is_new(database: Database) -> None:
    now = datetime(2027, 1, 11, 7, tzinfo=UTC)
    row = {"key": "samma", "handled_at": now}
    async with database.transaction() as session:
        assert await insert_new(session, HandledRequest, [row], "key") == ["samma"]
        assert await insert_new(session, HandledRequest, [row], "key") == []
