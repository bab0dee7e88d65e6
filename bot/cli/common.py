"""What the subjects of the command line share: the database, the clock, files, and how to say no."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from pathlib import Path
from typing import NoReturn, TypeVar

import click
import typer
from sqlalchemy.exc import SQLAlchemyError

from bot import texts
from bot.clock import Clock
from bot.settings import ZONE, clock_setting, database_url
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


def with_database(work: Callable[[Database], Awaitable[Result]]) -> Result:
    """Runs something against the migrated database of the settings and closes it; a sentence when it cannot be used."""

    async def run() -> Result:
        database = Database(database_url(os.environ))
        try:
            await migrate(database)
            return await work(database)
        finally:
            await database.close()

    try:
        return asyncio.run(run())
    except (SQLAlchemyError, OSError) as fault:
        refuse(texts.database_unusable(str(getattr(fault, "orig", None) or fault).strip()))
