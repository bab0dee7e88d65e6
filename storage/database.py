"""The engine, transactions, and the only place that tells SQLite from PostgreSQL."""

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Sequence
from contextlib import asynccontextmanager, suppress
from enum import StrEnum
from functools import cache
from time import monotonic
from typing import Any, TypeVar

from sqlalchemy import ExceptionContext, Executable, Row, event, literal
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.orm import ORMExecuteState
from sqlmodel import Session, SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.glance import Glance

T = TypeVar("T")

BUSY_MILLISECONDS = 5_000
CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 60.0  # a server that has said nothing for so long is gone, whatever the network thinks
# How long a process that stands still (stopped, its machine cut off) may keep from the others what it has locked.
# Shorter than a courier's lease, so that the lease is what they wait for.
HOLD_SECONDS = 60.0
LOOK_AGAIN_SECONDS = 0.002  # for SQLite's write lock, while another process has it
FRESH_SECONDS = 1.0  # a connection that was in use so recently is not asked whether it still is one
CHANGED = "changed"  # in a session's info
AT_ONCE = "IMMEDIATE or not at all"  # a way to begin on SQLite, beside its own
RESTS_SINCE = "rests since"  # in a connection's info


class Database:
    """One engine. `reading()` never takes the write lock; `transaction()` takes it at once; `glance()` is for a tick's
    small question.

    A database that cannot be reached or does not answer raises SQLAlchemyError, whatever the network called it.
    `hold_seconds`: what a silent process has locked on PostgreSQL is free again after this. `create` makes the engine.
    """

    def __init__(
        self,
        url: str,
        *,
        hold_seconds: float = HOLD_SECONDS,
        answer_seconds: float | None = ANSWER_SECONDS,
        connect_seconds: float = CONNECT_SECONDS,
        create: Callable[..., AsyncEngine] = create_async_engine,
    ) -> None:
        self.url = async_url(url)
        self._turn = asyncio.Lock()
        self.is_sqlite = make_url(self.url).get_backend_name() == "sqlite"
        if self.is_sqlite:
            self.engine = create(self.url, hide_parameters=True)  # what people wrote stays out of the log
            _prepare_sqlite(self.engine)
        else:
            self.engine = create(
                self.url,
                hide_parameters=True,
                pool_size=5,
                max_overflow=10,
                connect_args={"timeout": connect_seconds, "command_timeout": answer_seconds},
            )
            _prepare_postgres(self.engine, hold_seconds)
        self._glance = Glance(self.engine)

    async def glance(self, question: Executable, **parameters: object) -> Row[*tuple[Any, ...]] | None:
        """The first row of the answer to a small question that is asked at every tick; outside any transaction."""
        return await self._glance.first(question, parameters)

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
        async with self._in_turn(), AsyncSession(self.engine, expire_on_commit=False) as session:
            if self.is_sqlite:
                await _begin_writing(session)
            try:
                yield session
                await session.commit()
            except BaseException:
                await session.rollback()
                raise

    @asynccontextmanager
    async def _in_turn(self) -> AsyncIterator[None]:
        """SQLite has one writer, and those who wait for it there sleep, up to a tenth of a second at a time, in no
        order. In this process they go in the order they came. Who has waited as long as SQLite would let them wait
        asks it all the same, and hears that it is locked."""
        mine = False
        if self.is_sqlite:
            with suppress(TimeoutError):
                async with asyncio.timeout(BUSY_MILLISECONDS / 1000):
                    mine = await self._turn.acquire()
        try:
            yield
        finally:
            if mine:
                self._turn.release()

    async def close(self) -> None:
        """Disposes of the engine: aiosqlite's threads would keep the process alive."""
        await self._glance.close()
        await self.engine.dispose()


async def _begin_writing(session: AsyncSession) -> None:
    """Takes SQLite's write lock now: read-then-write under plain BEGIN fails at once with "database is locked".

    While another process has it we look again every few milliseconds. SQLite itself sleeps up to a tenth of a second at
    a time, and whoever writes often has it again each time it wakes.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + BUSY_MILLISECONDS / 1000
    while True:
        try:
            await session.connection(execution_options={"samverkansbot_begin": AT_ONCE})
        except OperationalError as fault:
            if not str(getattr(fault.orig, "sqlite_errorname", "")).startswith("SQLITE_BUSY") or loop.time() >= end:
                raise
            await session.rollback()
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
        else:
            return


def has_changed(session: AsyncSession) -> bool:
    """Whether anything has been written in the session, or waits to be."""
    inner = session.sync_session
    return bool(inner.info.get(CHANGED) or inner.new or inner.deleted or inner.dirty)


async def once(session: AsyncSession, question: Hashable, ask: Callable[[], Awaitable[T]]) -> T:
    """What `ask` answers, asked once in a session that has changed nothing; one that has asks each time."""
    if has_changed(session):
        return await ask()
    answers: dict[Hashable, T] = session.sync_session.info.setdefault("answers", {})
    if question not in answers:
        answers[question] = await ask()
    return answers[question]


@event.listens_for(Session, "after_flush")
def _flushed(session: Session, _context: Any) -> None:
    session.info[CHANGED] = True


@event.listens_for(Session, "do_orm_execute")
def _executed(state: ORMExecuteState) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        state.session.info[CHANGED] = True


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
        if kind is None:
            return
        if kind != AT_ONCE:
            connection.exec_driver_sql(f"BEGIN {kind}")
            return
        connection.exec_driver_sql("PRAGMA busy_timeout = 0")
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")


def _prepare_postgres(engine: AsyncEngine, hold_seconds: float) -> None:
    """A process that stands still in a transaction holds nobody up for long, nor does a machine that has vanished; and
    what the network says when there is no server becomes the database's own kind of error."""
    hold, patience = (f"{seconds * 1000:.0f}" for seconds in (hold_seconds, 2 * hold_seconds))
    wishes = {
        "idle_in_transaction_session_timeout": hold,
        "lock_timeout": patience,  # or whoever waits would give up just as the silent one lets go
        "tcp_keepalives_idle": "30",
        "tcp_keepalives_interval": "10",
        "tcp_keepalives_count": "3",
    }

    @event.listens_for(engine.sync_engine, "do_connect")
    def do_connect(dialect: Any, _record: Any, arguments: Any, options: Any) -> Any:
        try:
            return dialect.connect(*arguments, **options)
        except (OSError, dialect.loaded_dbapi.Error) as nobody:  # refused, starting up, too many, no answer in time
            raise dialect.loaded_dbapi.OperationalError(str(nobody) or type(nobody).__name__) from nobody

    @event.listens_for(engine.sync_engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        # not as start-up parameters: a pooler between us and the server refuses those it does not know
        cursor = connection.cursor()
        for name, value in wishes.items():
            cursor.execute(f"SET {name} = {value}")
        cursor.close()
        connection.commit()

    @event.listens_for(engine.sync_engine, "checkin")
    def checkin(_connection: Any, record: Any) -> None:
        record.info[RESTS_SINCE] = monotonic()

    @event.listens_for(engine.sync_engine, "checkout")
    def checkout(connection: Any, record: Any, _proxy: Any) -> None:
        # pool_pre_ping does the same, but lets a silent server's TimeoutError through as it is, and asks each time
        if monotonic() - record.info.get(RESTS_SINCE, -math.inf) < FRESH_SECONDS:
            return
        try:
            connection.ping()
        except (OSError, connection.dbapi.Error) as gone:
            raise DisconnectionError from gone

    @event.listens_for(engine.sync_engine, "handle_error", retval=True)
    def handle_error(context: ExceptionContext) -> BaseException | None:
        if not isinstance(context.original_exception, OSError):  # TimeoutError is one too
            return None
        context.is_disconnect = True
        return OperationalError(context.statement, None, context.original_exception, connection_invalidated=True)


class Ailment(StrEnum):
    """What ails a database that is otherwise right. AWAY: locked, restarting or out of reach; it passes by itself."""

    AWAY = "away"
    FULL = "full"
    READ_ONLY = "read only"
    CLOSED = "not to be opened"  # the file is gone, may not be read, or lies on a disk that became read-only


# PostgreSQL's classes and codes (its manual, appendix A): connection, resources, intervention, deadlock and the like
_AWAY = ("08", "53", "57", "58", "40", "55P03", "25P02", "25P03")


def ailment(error: BaseException) -> Ailment | None:
    """What ails the database, where an error tells of that and not of what was asked of it; None for other errors."""
    if isinstance(error, PoolTimeout):
        return Ailment.AWAY
    if not isinstance(error, DBAPIError):
        return None
    state = str(getattr(error.orig, "sqlstate", None) or "")
    name = str(getattr(error.orig, "sqlite_errorname", None) or "")
    if state == "53100" or name in ("SQLITE_FULL", "SQLITE_IOERR_WRITE"):
        return Ailment.FULL
    if name.startswith("SQLITE_CANTOPEN"):
        return Ailment.CLOSED
    if state == "25006" or name.startswith("SQLITE_READONLY"):
        return Ailment.READ_ONLY
    passing = isinstance(error, OperationalError | InterfaceError) or state.startswith(_AWAY)
    return Ailment.AWAY if error.connection_invalidated or passing else None


async def insert_new(
    session: AsyncSession, table: type[SQLModel], rows: Sequence[dict[str, Any]], unique: str
) -> list[str]:
    """Inserts the rows whose `unique` column is not there yet, all with the same columns; returns the keys that were
    new. Both engines alike; many rows are one statement."""
    if not rows:
        return []
    statement = _inserting(table, unique, on_sqlite=session.get_bind().dialect.name == "sqlite")
    found = await session.exec(statement, params=rows)
    return [str(value) for (value,) in found]


@cache
def _inserting(table: type[SQLModel], unique: str, *, on_sqlite: bool) -> Any:
    """The statement, written once: building it anew costs more than carrying it out."""
    columns = SQLModel.metadata.tables[str(table.__tablename__)]
    insert = sqlite.insert if on_sqlite else postgresql.insert
    return insert(columns).on_conflict_do_nothing(index_elements=[unique]).returning(columns.c[unique])


async def answers(database: Database) -> bool:
    """Whether the database answers at all."""
    async with database.reading() as session:
        return bool((await session.exec(select(literal(1)))).one() == 1)
