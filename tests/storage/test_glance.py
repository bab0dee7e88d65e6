"""What a tick asks first, on a connection that is kept for it, on both engines."""

import asyncio

import pytest
from sqlalchemy import text
from sqlmodel import func, select

from storage.database import Database
from storage.models import Workspace

HOW_MANY = select(func.count()).select_from(Workspace)


async def workspaces(database: Database) -> int:
    found = await database.glance(HOW_MANY)
    assert found is not None
    return int(found[0])


async def add(database: Database, name: str) -> None:
    async with database.transaction() as session:
        session.add(Workspace(name=name))


@pytest.mark.asyncio
async def test_a_glance_sees_what_was_written_since_the_last(database: Database) -> None:
    assert await workspaces(database) == 0
    await add(database, "Nyby")
    assert await workspaces(database) == 1


@pytest.mark.asyncio
async def test_a_glance_sees_nothing_of_what_is_being_written_and_waits_for_nobody(database: Database) -> None:
    async with database.transaction() as session:
        session.add(Workspace(name="Nyby"))
        await session.flush()
        assert await workspaces(database) == 0


@pytest.mark.asyncio
async def test_a_question_without_an_answer_is_answered_with_none(database: Database) -> None:
    assert await database.glance(select(Workspace.id).where(Workspace.name == "Ingenstans")) is None


@pytest.mark.asyncio
async def test_planner_and_courier_may_glance_at_the_same_time(database: Database) -> None:
    await add(database, "Nyby")
    assert await asyncio.gather(*(workspaces(database) for _ in range(20))) == [1] * 20


@pytest.mark.asyncio
@pytest.mark.parametrize("steps", range(12))
async def test_a_tick_that_is_stopped_in_the_middle_of_its_glance_spoils_nothing_for_the_next(
    database: Database, steps: int
) -> None:
    await add(database, "Nyby")
    await workspaces(database)
    glance = asyncio.create_task(workspaces(database))
    for _ in range(steps):
        await asyncio.sleep(0)
    glance.cancel()
    await asyncio.gather(glance, return_exceptions=True)
    assert await workspaces(database) == 1
    await add(database, "Storby")
    assert await workspaces(database) == 2


@pytest.mark.asyncio
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_the_kept_connection_is_opened_anew_when_the_server_has_hung_up(database: Database) -> None:
    await add(database, "Nyby")
    assert await workspaces(database) == 1
    others = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname ="
    async with database.engine.connect() as connection:
        await connection.execute(text(f"{others} current_database()"))
    assert await workspaces(database) == 1


@pytest.mark.asyncio
async def test_a_database_that_was_closed_is_opened_again_when_glanced_at(database: Database) -> None:
    assert await workspaces(database) == 0
    await database.close()
    assert await workspaces(database) == 0
