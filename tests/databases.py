"""Databases for tests: laid once for each engine, and copied for each test. A copy takes milliseconds."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar
from uuid import uuid4

from sqlalchemy import Dialect, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.database import Database, async_url
from storage.migrating import migrate

Known = TypeVar("Known")


@dataclass(frozen=True)
class Laid(Generic[Known]):
    """A migrated database with something in it, closed and ready to copy; and what is known of that."""

    url: str
    known: Known

    async def copied(self, to: Path, server: str = "") -> str:
        """The address of a copy: a file in the folder, or a database on the PostgreSQL server."""
        if server:
            return await new_on_postgres(server, make_url(self.url).database or "")
        return self.copied_file(to)

    def copied_file(self, to: Path) -> str:
        """The address of a copy of a SQLite file, in the folder."""
        shutil.copyfile(make_url(self.url).database or "", to / "test.sqlite3")
        return f"sqlite:///{to / 'test.sqlite3'}"


_ALIKE: dict[str, tuple[Dialect, Any]] = {}


def database_at(url: str, **wishes: Any) -> Database:
    """The database. What SQLAlchemy has worked out of a statement holds for all of a kind that are opened so: a test
    that begins with a new database does not work out everything anew, a third of its time."""
    return Database(url, create=_alike, **wishes)


def _alike(url: str, **options: Any) -> AsyncEngine:
    engine = create_async_engine(url, **options)
    plain = engine.sync_engine
    dialect, worked_out = _ALIKE.setdefault(plain.dialect.name, (plain.dialect, plain._compiled_cache))
    plain.dialect = plain.pool._dialect = dialect
    plain._compiled_cache = worked_out
    return engine


async def nothing(_session: AsyncSession) -> None:
    """Fills a database with nothing but its tables."""


def lay_on_sqlite(folder: Path, fill: Callable[[AsyncSession], Awaitable[Known]]) -> Laid[Known]:
    """A SQLite file, migrated and filled."""
    url = f"sqlite:///{folder / 'laid.sqlite3'}"
    return Laid(url, apart(_filled(url, fill)))


def lay_on_postgres(server: str, fill: Callable[[AsyncSession], Awaitable[Known]]) -> Laid[Known]:
    """A database on the PostgreSQL server, migrated and filled."""
    url = apart(new_on_postgres(server))
    return Laid(url, apart(_filled(url, fill)))


async def _filled(url: str, fill: Callable[[AsyncSession], Awaitable[Known]]) -> Known:
    database = database_at(url)
    try:
        await migrate(database)
        async with database.transaction() as session:
            return await fill(session)
    finally:
        await database.close()


def apart(work: Coroutine[Any, Any, Any]) -> Any:
    """Runs it on a loop of its own, away from the tests' own."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


async def new_on_postgres(server: str, template: str = "") -> str:
    """The address of a new PostgreSQL database, empty or a copy."""
    name = f"test_{uuid4().hex}"
    engine = create_async_engine(async_url(server), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        if template:  # nobody may be connected to what is copied, not even a closed connection on its way out
            leave = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")
            await connection.execute(leave, {"name": template})
        await connection.execute(text(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else "")))
    await engine.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


async def hurry(server: str) -> None:
    """Lets a server that is thrown away after the run skip what guards against power cuts. Processes that are killed
    lose nothing by it."""
    engine = create_async_engine(async_url(server), isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            await connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        await connection.execute(text("SELECT pg_reload_conf()"))
    await engine.dispose()
