"""What the subjects of the command line share: the database, the clock, files, and how to say no."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from pathlib import Path
from typing import NoReturn, TypeVar

import click
import typer
from alembic.util import CommandError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot import texts
from bot.clock import Clock
from bot.files import is_text
from bot.secret_files import with_secret_files
from bot.settings import ZONE, check_database, clock_setting, database_url
from commands.guard.gate import lines_stopped, readable
from commands.guard.identity import look
from commands.guard.signs import signs
from commands.texts import guard as guard_texts
from storage.database import Database
from storage.migrating import migrate

Result = TypeVar("Result")


def say(text: str) -> None:
    """Prints to the person at the keyboard."""
    click.echo(text)


def refuse(sentence: str) -> NoReturn:
    """Ends with a sentence and exit status 1."""
    click.echo(sentence, err=True)
    raise typer.Exit(1)


def now() -> datetime:
    """The time by the clock setting, aware UTC."""
    return Clock(clock_setting(os.environ)).now()


def today() -> date:
    """The local day."""
    return now().astimezone(ZONE).date()


def content_of(file: Path) -> bytes:
    """A file's bytes, or a sentence."""
    try:
        return file.read_bytes()
    except OSError:
        refuse(texts.no_file(str(file)))


def clean_content_of(file: Path, not_text: str = texts.CLI_NOT_TEXT) -> bytes:
    """A text file's bytes; or a sentence: that it is a workbook or an archive (`not_text`), or which lines hold
    personal identity numbers, and nothing of them."""
    content, day = content_of(file), today()
    if not is_text(content):
        refuse(not_text)
    try:
        lines = lines_stopped(readable(content), day)
    except Exception:  # noqa: BLE001  (fails closed, and without a trace that could show the file)
        refuse(guard_texts.CHECK_FAILED)
    if lines:
        refuse(guard_texts.in_file(lines))
    return content


def warn_of_signs(content: bytes) -> None:
    """Says on which lines a file seems to speak of somebody: worth a look, and nothing that stops it."""
    day = today()
    for number, line in enumerate(readable(content).splitlines(), start=1):
        if found := signs(line, look(line, day)):
            say(guard_texts.warned_in_file(number, sorted(sign.value for sign in found)))


def with_database(work: Callable[[Database], Awaitable[Result]], *, create: bool = False) -> Result:
    """Runs something against the migrated database of the settings and closes it; a sentence when it cannot be used.

    A SQLite file that is not there is only made with `create`: asking about nothing must not leave an empty file.
    """
    problems: list[str] = []
    url = database_url(with_secret_files(os.environ, problems))
    check_database(url, problems)
    if problems:
        refuse("\n".join(problems))
    missing = None if create else missing_file(url)
    if missing is not None:
        refuse(texts.no_database(missing))

    async def run() -> Result:
        database = Database(url)
        try:
            await migrate(database)
            return await work(database)
        finally:
            await database.close()

    try:
        return asyncio.run(run())
    except (SQLAlchemyError, CommandError, OSError) as fault:
        refuse(texts.database_unusable(str(getattr(fault, "orig", None) or fault).strip()))


def missing_file(url: str) -> str | None:
    """The SQLite file an address means when it is not there; None for one that is, and for a server."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return None
    return None if Path(parsed.database).exists() else parsed.database
