"""`samverkansbot doctor`: is everything as it should be, and if not, what to do about it."""

import asyncio
import os
from collections.abc import Mapping

from bot import texts
from bot.cli.checkup.database import Memory, examine_database
from bot.cli.checkup.finding import Found, Weight, fault
from bot.cli.checkup.mail import examine_mail
from bot.cli.checkup.slack import client_for, examine_channels, examine_link, examine_token
from bot.cli.common import missing_file, now, refuse, say, today
from bot.logs import Redaction, secrets_of
from bot.secret_files import SECRETS, with_secret_files
from bot.settings import Settings, SettingsWrong, check_database, database_url, read_settings


def doctor() -> None:
    """Looks at settings, Slack and the database; changes nothing. Exit status 1 when something must be mended."""
    settings, found = _settings(os.environ)
    found += asyncio.run(_examine(settings, os.environ))
    secrets = secrets_of(settings) if settings is not None else _secrets(os.environ)
    redact = Redaction(secrets)
    say("\n".join(redact(str(each)) for each in found))
    count = sum(each.weight is Weight.FAULT for each in found)
    if count:
        refuse(f"\n{count} fel att rätta.")
    say("\nInget fel hittat.")


def _settings(environment: Mapping[str, str]) -> tuple[Settings | None, list[Found]]:
    try:
        return read_settings(environment), []
    except SettingsWrong as wrong:
        remedy = "Rätta inställningen (README, Inställningar) och kör doctor igen."
        return None, [fault(problem, remedy) for problem in wrong.problems]


def _secrets(environment: Mapping[str, str]) -> list[str]:
    """What must not be shown although the settings could not be used."""
    known = with_secret_files(environment, [])
    return [known[name].strip() for name in SECRETS if known.get(name, "").strip()]


async def _examine(settings: Settings | None, environment: Mapping[str, str]) -> list[Found]:
    memory = await _memory(settings, environment)
    if settings is None:
        return memory.found
    client = client_for(settings)
    found, team_id = await examine_token(client, settings)
    if team_id:
        found.append(await examine_link(client, settings))
        if memory.team_id not in (None, team_id):
            found.append(
                fault(
                    "Databasen hör till en annan arbetsyta än botens token.",
                    "Byt SLACK_BOT_TOKEN, eller peka DATABASE_URL på rätt databas.",
                )
            )
        else:
            found += await examine_channels(client, memory.channels)
    return [*found, *await examine_mail(settings.mail), *memory.found]


async def _memory(settings: Settings | None, environment: Mapping[str, str]) -> Memory:
    """The database's part; nothing where its address has been found wrong already."""
    problems: list[str] = []
    url = settings.database_url if settings is not None else database_url(with_secret_files(environment, problems))
    check_database(url, problems)
    if problems:
        return Memory()
    missing = missing_file(url)
    if missing is not None:
        return Memory([fault(texts.no_database(missing).split(". ")[0] + ".", "Läs in en: samverkansbot import FIL")])
    try:
        return await examine_database(url, now=now(), today=today())
    except SettingsWrong:  # the clock's setting: told with the others
        return Memory()
