"""The engine, transactions, and the only place that tells SQLite from PostgreSQL."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import event, literal
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel import SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

BUSY_MILLISECONDS = 5_000


class Database:
    """One engine. `reading()` never takes the write lock; `transaction()` takes it at once."""

    def __init__(self, url: str) -> None:
        self.url = async_url(url)
        self.is_sqlite = make_url(self.url).get_backend_name() == "sqlite"
        if self.is_sqlite:
            self.engine = create_async_engine(self.url, hide_parameters=True)  # what people wrote stays out of the log
            _prepare_sqlite(self.engine)
        else:
            self.engine = create_async_engine(
                self.url, hide_parameters=True, pool_pre_ping=True, pool_size=5, max_overflow=10
            )

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session for questions; whatever it changes is thrown away."""
        async with AsyncSession(self.engine, expire_on_commit=False) as session:
            yield session

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session for changes: committed when the block ends, rolled back when it raises.

        Never keep one open across the network: on SQLite it holds the only write lock.
        """
        async with AsyncSession(self.engine, expire_on_commit=False) as session:
            if self.is_sqlite:
                # read-then-write under plain BEGIN fails at once with "database is locked", without waiting
                await session.connection(execution_options={"samverkansbot_begin": "IMMEDIATE"})
            try:
                yield session
                await session.commit()
            except BaseException:
                await session.rollback()
                raise

    async def close(self) -> None:
        """Disposes of the engine: aiosqlite's threads would keep the process alive."""
        await self.engine.dispose()


def async_url(url: str) -> str:
    """The given database address with an asynchronous driver; plain `sqlite:///` and `postgresql://` are taken."""
    for plain, driven in (
        ("sqlite:///", "sqlite+aiosqlite:///"),
        ("postgres://", "postgresql+asyncpg://"),
        ("postgresql://", "postgresql+asyncpg://"),
        ("postgresql+psycopg://", "postgresql+asyncpg://"),
    ):
        if url.startswith(plain):
            return driven + url[len(plain) :]
    return url


def _prepare_sqlite(engine: AsyncEngine) -> None:
    """Write-ahead log, busy waiting, foreign keys, and our own BEGIN (the driver's default starts none)."""

    @event.listens_for(engine.sync_engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:
        kind = connection.get_execution_options().get("samverkansbot_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {kind}")


async def insert_new(
    session: AsyncSession, table: type[SQLModel], rows: Sequence[dict[str, Any]], unique: str
) -> list[str]:
    """Inserts the rows whose `unique` column is not there yet; returns the keys that were new. Both engines alike."""
    if not rows:
        return []
    dialect = session.get_bind().dialect.name
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    model: Any = table
    new: list[str] = []
    for row in rows:
        statement = insert(model).values(**row).on_conflict_do_nothing(index_elements=[unique])
        found = await session.exec(statement.returning(getattr(model, unique)))
        new += [str(value) for (value,) in found]
    return new


async def answers(database: Database) -> bool:
    """Whether the database answers at all."""
    async with database.reading() as session:
        return bool((await session.exec(select(literal(1)))).one() == 1)
