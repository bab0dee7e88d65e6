"""A whole town for conversations: the local Slack, the bot connected over Socket Mode, a clock that tests step."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from sqlalchemy.engine import make_url

from bot.clock import Clock
from bot.process import Running, start, stop
from bot.rehearsal import serve, settle
from bot.settings import Settings
from sandbox.member import Member
from sandbox.server import Sandbox
from schedules.planner import next_moment
from storage.agreements.importing import ensure_workspace, import_agreement
from storage.agreements.linking import link_forum
from storage.agreements.reading import read
from storage.agreements.roster import import_roster
from storage.database import Database
from storage.migrating import migrate
from tests.databases import database_at

ROOT = Path(__file__).parent.parent.parent
WORLD = ROOT / "sandbox" / "demo" / "world.yml"
ZONE = ZoneInfo("Europe/Stockholm")
BEGINS = datetime(2027, 1, 11, 8, 0, tzinfo=ZONE)
EXAMPLE = ("exempel-2027-2030",)
_KEPT = TemporaryDirectory(prefix="samverkansbot-towns-")
_PREPARED: dict[tuple[str, ...], Path] = {}  # by agreements
CHANNELS = {"Chefssamrådet": "C0CHEFER", "Planeringsgruppen": "C0PLANERING", "Operativa gruppen": "C0OPERATIVA"}


@dataclass
class Town:
    """The local Slack and the bot beside it."""

    slack: Sandbox
    bot: Running

    def member(self, name: str) -> Member:
        """Somebody by first name: "anna"."""
        return self.slack.member(f"U0{name.upper()}")

    @property
    def now(self) -> datetime:
        return self.bot.clock.now()

    async def at(self, moment: datetime) -> None:
        """Lets time pass until then: whatever falls due on the way is said at its own time."""
        while (due := await next_moment(self.bot.database, self.now)) is not None and due < moment:
            await self.jump(max(due, self.now))
        await self.jump(moment)

    async def jump(self, moment: datetime) -> None:
        """Makes it that time at once, as after an outage, and lets the bot say what is due."""
        self.slack.clock.set(moment)
        self.bot.clock.set(moment)
        await settle(self.bot)

    async def on(self, day: date, at: time = time(8, 0)) -> None:
        """Makes it that local day and time."""
        await self.at(datetime.combine(day, at, ZONE).astimezone(UTC))

    async def settled(self) -> None:
        """Lets what somebody just did reach the channels."""
        await settle(self.bot)


async def prepare(database: Database, agreements: tuple[str, ...] = EXAMPLE) -> None:
    """What a coordinator does once: the agreements, the roster, the channels."""
    await migrate(database)
    async with database.transaction() as session:
        workspace = await ensure_workspace(session)
        assert workspace.id is not None
        for key in agreements:
            file, _ = read((ROOT / "agreements" / f"{key}.yml").read_bytes())
            assert file is not None
            await import_agreement(session, workspace.id, key, file, BEGINS.astimezone(UTC))
        roster = (ROOT / "sandbox" / "demo" / "roster.csv").read_bytes()
        result = await import_roster(session, workspace.id, roster, BEGINS.date())
        assert not result.problems
        for forum, channel in CHANNELS.items():
            await link_forum(session, forum, channel, today=BEGINS.date())


async def prepared(database_url: str, agreements: tuple[str, ...] = EXAMPLE) -> None:
    """The same, at an address where there is nothing yet: once in this process, then copied where that is a file."""
    file = make_url(database_url).database if database_url.startswith("sqlite") else None
    if file is not None and agreements in _PREPARED:
        shutil.copyfile(_PREPARED[agreements], file)
        return
    database = database_at(database_url)
    await prepare(database, agreements)
    await database.close()
    if file is not None:
        kept = Path(_KEPT.name) / f"{len(_PREPARED)}.sqlite3"
        _PREPARED[agreements] = shutil.copyfile(file, kept)


@asynccontextmanager
async def opened(
    database_url: str, agreements: tuple[str, ...] = EXAMPLE, control_port: int | None = None
) -> AsyncIterator[Town]:
    """The town on the morning of 11 January 2027, before anything is said.

    With a control port the page's clock steps the bot's, as in the demo.
    """
    await prepared(database_url, agreements)
    rehearsal = f"http://127.0.0.1:{control_port}" if control_port else None
    async with Sandbox.start(WORLD, ROOT / "app_manifest.yml", clock=BEGINS, rehearsal=rehearsal) as slack:
        settings = Settings(slack.bot_token, slack.app_token, slack.api_url, database_url, rehearsal_port=control_port)
        bot = await start(settings, clock=Clock(BEGINS), ticking=control_port is not None, open_database=database_at)
        control = await serve(bot) if control_port else None
        try:
            yield Town(slack, bot)
        finally:
            if control is not None:
                await control.cleanup()
            await stop(bot)
    assert slack.errors == [], slack.errors  # every message, form and Home view was inside Slack's limits
