"""Nyby as a fixture: founded once for each engine, and copied for each test."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from storage.database import Database, async_url
from storage.migrating import migrate
from tests.nyby import NOW, Nyby, Room, nyby


@dataclass(frozen=True)
class Founded:
    """A database in which Nyby has been founded, closed and ready to copy."""

    url: str
    town: Nyby


def _apart(work: Coroutine[Any, Any, Any]) -> Any:
    """Runs it on a loop of its own, away from the tests' own."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


async def _found(url: str) -> Nyby:
    database = Database(url)
    try:
        await migrate(database)
        async with database.transaction() as session:
            return await nyby(session)
    finally:
        await database.close()


async def _create(server: str, template: str = "") -> str:
    """A new PostgreSQL database, empty or a copy; its address."""
    name = f"nyby_{uuid4().hex}"
    engine = create_async_engine(async_url(server), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        if template:  # nobody may be connected to what is copied, not even a closed connection on its way out
            leave = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")
            await connection.execute(leave, {"name": template})
        await connection.execute(text(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else "")))
    await engine.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def nyby_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Founded:
    url = f"sqlite:///{tmp_path_factory.mktemp('nyby') / 'nyby.sqlite3'}"
    return Founded(url, _apart(_found(url)))


@pytest.fixture(scope="session")
def nyby_on_postgres(postgres_server: str) -> Founded:
    url = _apart(_create(postgres_server))
    return Founded(url, _apart(_found(url)))


async def _room(url: str, founded: Founded) -> AsyncIterator[Room]:
    database = Database(url)
    yield Room(database, founded.town, NOW)
    await database.close()


def _copied(founded: Founded, to: Path) -> str:
    path = to / "nyby.sqlite3"
    shutil.copyfile(make_url(founded.url).database or "", path)
    return f"sqlite:///{path}"


@pytest_asyncio.fixture
async def sqlite_room(nyby_on_sqlite: Founded, tmp_path: Path) -> AsyncIterator[Room]:
    """Nyby on SQLite alone: for what the database's kind cannot matter to, such as how words are understood."""
    async for room in _room(_copied(nyby_on_sqlite, tmp_path), nyby_on_sqlite):
        yield room


@pytest_asyncio.fixture(params=["sqlite", "postgresql"])
async def room(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Room]:
    """Nyby on 20 October 2027: every test that asks for it runs on both engines."""
    if request.param == "sqlite":
        founded: Founded = request.getfixturevalue("nyby_on_sqlite")
        url = _copied(founded, tmp_path)
    else:
        founded = request.getfixturevalue("nyby_on_postgres")
        url = await _create(request.getfixturevalue("postgres_server"), make_url(founded.url).database or "")
    async for each in _room(url, founded):
        yield each
