"""`samverkansbot run` and `migrate`."""

import asyncio
import logging
import os

import typer

from bot import texts
from bot.cli.common import refuse, say, with_database
from bot.process import CannotStart
from bot.process import run as run_process
from bot.settings import SettingsWrong, read_settings
from storage.database import Database


def run() -> None:
    """Runs the bot until it is told to stop."""
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_SIGNING_SECRET"):
        os.environ.pop(name, None)  # Bolt would make itself an OAuth app with files of its own
    try:
        settings = read_settings(os.environ)
        logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
        logging.getLogger("apscheduler").setLevel(logging.WARNING)
        # Bolt warns that it takes the token from its client: so it shall
        logging.getLogger("slack_bolt.AsyncApp").addFilter(lambda record: "`token`" not in record.getMessage())
        for name in ("slack_bolt", "slack_sdk", "aiohttp", "aiosqlite", "asyncio"):
            # on DEBUG these write whole payloads: what people wrote does not belong in a log
            logging.getLogger(name).setLevel(max(logging.INFO, logging.getLevelName(settings.log_level)))
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
