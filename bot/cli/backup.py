"""`samverkansbot backup` and `restore`: SQLite only; PostgreSQL has tools of its own, and `after-restore` comes after
them."""

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer
from alembic.util import CommandError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot import texts
from bot.cli.common import now, refuse, say, with_database
from bot.secret_files import with_secret_files
from bot.settings import ZONE, check_database, database_url
from schedules.planner import plan
from storage.backup import Copy, NotCopied, Why, back_up, restore
from storage.database import Database, async_url
from storage.marks import look_first
from storage.migrating import migrate

ON_POSTGRES = (
    "DATABASE_URL är en PostgreSQL-databas. Säkerhetskopiera med pg_dump --format=custom och läs tillbaka med "
    "pg_restore; kör sedan samverkansbot after-restore (docs/running.md)."
)
AGAIN = (
    "Det som loggats sedan kopian togs finns bara i den filen. Det som boten har skickat sedan dess letar den efter i "
    "Slack innan den skickar något igen; det som gick i en gemensam lista efter ett avbrott kan komma en gång till."
)


def backup(to: Annotated[Path, typer.Argument(metavar=texts.CLI_FILE)]) -> None:
    """A copy of the database as it is now; the bot may run meanwhile."""
    database = _sqlite_file()
    try:
        copy = back_up(database, to)
    except NotCopied as wrong:
        refuse(_sentence(wrong))
    say(f"Klart: {copy.path} ({_size(copy)}).")


def restore_file(copy: Annotated[Path, typer.Argument(metavar=texts.CLI_FILE)]) -> None:
    """Puts a copy in the database's place and keeps what stood there; the bot must not run."""
    database = _sqlite_file()
    try:
        done = restore(
            copy, database, now().astimezone(ZONE), prepare=lambda draft: asyncio.run(_caught_up(f"sqlite:///{draft}"))
        )
    except NotCopied as wrong:
        refuse(_sentence(wrong))
    except (SQLAlchemyError, CommandError) as wrong:
        refuse(_sentence(NotCopied(Why.UNREADABLE, copy, str(getattr(wrong, "orig", None) or wrong))))
    say(f"Klart: {done.path} är återställd ({_size(done)}).")
    if done.kept is not None:
        say(f"Det som fanns där förut ligger i {done.kept}. {AGAIN}")


def after_restore() -> None:
    """Brings a database that has just been put back up to now; the bot must not run."""
    reckoned = with_database(_catch_up)
    say(f"Klart: {reckoned} meddelanden som skulle ha gått letar boten efter i Slack innan den skickar dem.")


async def _caught_up(url: str) -> int:
    database = Database(url)
    try:
        await migrate(database)
        return await _catch_up(database)
    finally:
        await database.close()


async def _catch_up(database: Database) -> int:
    """What has fallen due since the copy was taken is planned now, and looked for in Slack before it is posted; how
    many messages."""
    await plan(database, now())
    async with database.transaction() as session:
        return await look_first(session, now=now())


def _sqlite_file() -> Path:
    problems: list[str] = []
    url = database_url(with_secret_files(os.environ, problems))
    check_database(url, problems)
    if problems:
        refuse("\n".join(problems))
    parsed = make_url(async_url(url))
    if parsed.get_backend_name() != "sqlite":
        refuse(ON_POSTGRES)
    return Path(parsed.database or "")


def _size(copy: Copy) -> str:
    return f"{copy.size / 1_000_000:.1f} MB".replace(".", ",")


def _sentence(wrong: NotCopied) -> str:
    path, detail = wrong.path, f" ({wrong.detail})" if wrong.detail else ""
    return {
        Why.MISSING: f"Filen {path} finns inte.",
        Why.EXISTS: f"Filen {path} finns redan. Välj ett annat namn; inget skrivs över.",
        Why.UNREADABLE: f"Filen {path} är ingen hel databas{detail}. Inget är ändrat.",
        Why.FOREIGN: f"Filen {path} är inte botens databas. Inget är ändrat.",
        Why.NEWER: f"Filen {path} är skriven av en nyare version av programmet{detail}. Inget är ändrat.",
        Why.RUNNING: "Databasen används. Stoppa boten och försök igen. Inget är ändrat.",
        Why.NO_ROOM: f"Det går inte att skriva {path}{detail}. Kontrollera utrymme och rättigheter. Inget är ändrat.",
    }[wrong.why]
