"""Brings a database to today's tables. Runs first; safe to run again and from two processes at once."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from storage.database import Database

ADVISORY_LOCK = 72_411_907  # any number, the same for all our processes


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    if connection is not None:
        config.attributes["connection"] = connection
    return config


async def migrate(database: Database) -> None:
    """Applies every migration not yet applied, one process at a time."""

    def upgrade(connection: Connection) -> None:
        command.upgrade(_config(connection), "head")

    # a large table takes its time, and so does another process that migrates: neither has gone silent
    patient = database if database.is_sqlite else Database(database.url, answer_seconds=None)
    try:
        async with patient.engine.connect() as connection:
            if database.is_sqlite:
                await connection.execution_options(samverkansbot_begin="IMMEDIATE")
            async with connection.begin():
                if not database.is_sqlite:
                    await connection.execute(text("SET LOCAL lock_timeout = 0"))
                    await connection.execute(text(f"SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"))
                await connection.run_sync(upgrade)
    finally:
        if patient is not database:
            await patient.close()


async def pending_migrations(database: Database) -> bool:
    """Whether the database lacks a migration this program needs."""

    def current(connection: Connection) -> str | None:
        return MigrationContext.configure(connection).get_current_revision()

    async with database.engine.connect() as connection:
        return await connection.run_sync(current) != ScriptDirectory.from_config(_config()).get_current_head()


def revisions() -> set[str]:
    """Every migration this program knows."""
    return {each.revision for each in ScriptDirectory.from_config(_config()).walk_revisions()}


async def known_revision(database: Database) -> bool:
    """Whether this program knows the database's newest migration; a database without tables counts as known."""

    def current(connection: Connection) -> str | None:
        return MigrationContext.configure(connection).get_current_revision()

    async with database.engine.connect() as connection:
        found = await connection.run_sync(current)
    return found is None or found in revisions()
