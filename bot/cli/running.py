"""`samverkansbot run` and `migrate`."""

import asyncio
import os
from typing import Annotated

import typer

from bot import texts
from bot.cli.common import refuse, say, with_database
from bot.logs import begin_logging
from bot.process import CannotStart
from bot.process import run as run_process
from bot.secret_files import SECRETS
from bot.settings import SettingsWrong, read_settings
from storage.database import Database


def run(
    http: Annotated[int | None, typer.Option("--http", metavar=texts.CLI_PORT, help=texts.CLI_HTTP)] = None,
) -> None:
    """Runs the bot until it is told to stop. `http` goes before SAMVERKANSBOT_HTTP_PORT."""
    environment = dict(os.environ)
    if http is not None:
        environment["SAMVERKANSBOT_HTTP_PORT"] = str(http)
    for name in (*SECRETS, "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"):
        os.environ.pop(name, None)  # read once; and Bolt would make itself an OAuth app with files of its own
    try:
        settings = read_settings(environment)
        begin_logging(settings)
        status = asyncio.run(run_process(settings))
    except (SettingsWrong, CannotStart) as wrong:
        refuse(str(wrong))
    except KeyboardInterrupt:
        status = 0
    raise typer.Exit(status)


def migrate_database() -> None:
    """Brings the database's tables up to date; `run` does it too."""

    async def work(_database: Database) -> None:
        """Opening it has done it."""

    with_database(work, create=True)
    say(texts.MIGRATED)
