"""The doctor: says that all is well when it is, names what is broken and what to do about it, and shows no secret."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from ruamel.yaml import YAML
from sqlmodel import update
from typer.testing import CliRunner, Result

from bot.__main__ import app
from bot.cli.checkup.database import examine_database
from bot.cli.checkup.finding import Weight
from bot.cli.checkup.slack import _time
from sandbox.faults import Fault
from sandbox.server import Sandbox
from storage.database import Database
from storage.models import Forum
from tests.conversations import town
from tests.conversations.town import BEGINS, ROOT, WORLD, prepare

NOON = "2027-01-11T12:00"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the example agreement, its people and its channels, as before the bot's first start."""
    path = tmp_path_factory.mktemp("doctor") / "bot.sqlite3"

    asyncio.run(town.prepared(f"sqlite:///{path}"))
    return path


@dataclass
class Surgery:
    """The local Slack, a database, and the doctor's command line."""

    slack: Sandbox
    database: Path
    changed: dict[str, str] = field(default_factory=dict)

    async def looks(self, **more: str) -> Result:
        """What `samverkansbot doctor` says; it changes nothing and shows no secret."""
        environment = {
            "DATABASE_URL": f"sqlite:///{self.database}",
            "SLACK_BOT_TOKEN": self.slack.bot_token,
            "SLACK_APP_TOKEN": self.slack.app_token,
            "SLACK_API_URL": self.slack.api_url,
            "SAMVERKANSBOT_CLOCK": NOON,
            **more,
        }
        before, posted = self.content(), len(self.slack.posted)
        found = await asyncio.to_thread(CliRunner().invoke, app, ["doctor"], env=environment)
        assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
        assert "Traceback" not in found.output
        assert (self.content(), len(self.slack.posted)) == (before, posted)
        for secret in (environment["SLACK_BOT_TOKEN"], environment["SLACK_APP_TOKEN"], "hemligt"):
            assert not secret or secret not in found.output
        return found

    async def faults(self, **more: str) -> str:
        """What it says when something must be mended."""
        found = await self.looks(**more)
        assert found.exit_code == 1, found.output
        for line, following in zip(found.output.splitlines(), [*found.output.splitlines()[1:], ""], strict=True):
            if line.startswith(("FEL", "OBS")):
                assert following.startswith("     → "), line  # each says what to do
        return found.output

    def content(self) -> list[str]:
        if not self.database.exists():
            return []
        try:
            with closing(sqlite3.connect(self.database)) as opened:
                return list(opened.iterdump())
        except sqlite3.DatabaseError:
            return []

    def alters(self, statement: str, *values: object) -> None:
        with closing(sqlite3.connect(self.database)) as opened:
            opened.execute(statement, values)
            opened.commit()


@pytest_asyncio.fixture
async def surgery(prepared: Path, tmp_path: Path) -> AsyncIterator[Surgery]:
    database = tmp_path / "bot.sqlite3"
    shutil.copy(prepared, database)
    async with Sandbox.start(WORLD, ROOT / "app_manifest.yml", clock=BEGINS) as slack:
        yield Surgery(slack, database)


@pytest.mark.asyncio
async def test_when_all_is_well_it_says_so_and_ends_with_zero(surgery: Surgery) -> None:
    found = await surgery.looks()
    assert found.exit_code == 0, found.output
    assert "FEL" not in found.output
    assert "Inget fel hittat." in found.output
    for said in ("godtar botens token", "Behörigheterna är de", "klocka går som Slacks", "Socket Mode", "kanaler (3)"):
        assert said in found.output, said


@pytest.mark.asyncio
async def test_tokens_slack_does_not_take(surgery: Surgery) -> None:
    assert "Slack säger nej" in await surgery.faults(SLACK_BOT_TOKEN="xoxb-hemligt")
    assert "appens token för Socket Mode (invalid_auth)" in await surgery.faults(SLACK_APP_TOKEN="xapp-hemligt")


@pytest.mark.asyncio
async def test_settings_that_are_wrong_are_all_told_and_the_database_still_looked_at(surgery: Surgery) -> None:
    said = await surgery.faults(SLACK_BOT_TOKEN="", SLACK_APP_TOKEN="hemligt", SAMVERKANSBOT_LOG="prata")
    assert "SLACK_BOT_TOKEN saknas" in said
    assert "SLACK_APP_TOKEN ska börja med xapp-" in said
    assert "SAMVERKANSBOT_LOG" in said
    assert "Databasen svarar" in said
    assert "3 fel att rätta." in said


@pytest.mark.asyncio
async def test_a_clock_setting_that_is_wrong_is_told(surgery: Surgery) -> None:
    assert "SAMVERKANSBOT_CLOCK" in await surgery.faults(SAMVERKANSBOT_CLOCK="i morgon")


@pytest.mark.asyncio
async def test_a_token_file_others_may_read(surgery: Surgery, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("xoxb-hemligt")
    (tmp_path / "token").chmod(0o644)
    assert "chmod 600" in await surgery.faults(SLACK_BOT_TOKEN="", SLACK_BOT_TOKEN_FILE=str(tmp_path / "token"))


@pytest.mark.asyncio
async def test_nobody_at_slacks_address(surgery: Surgery) -> None:
    assert "Slack svarar inte" in await surgery.faults(SLACK_API_URL="http://127.0.0.1:1/api/")


@pytest.mark.asyncio
async def test_scopes_that_are_not_granted_and_scopes_nobody_needs(prepared: Path, tmp_path: Path) -> None:
    manifest: dict[str, Any] = YAML(typ="safe").load((ROOT / "app_manifest.yml").read_text(encoding="utf-8"))
    scopes = manifest["oauth_config"]["scopes"]["bot"]
    scopes.remove("im:history")
    scopes.append("channels:manage")
    shutil.copy(prepared, tmp_path / "bot.sqlite3")
    async with Sandbox.start(WORLD, manifest, clock=BEGINS) as slack:
        said = await Surgery(slack, tmp_path / "bot.sqlite3").faults()
    assert "FEL  Behörigheter saknas: im:history." in said
    assert "OBS  Boten har behörigheter den inte använder: channels:manage." in said


@pytest.mark.asyncio
async def test_channels_the_bot_cannot_post_in(surgery: Surgery) -> None:
    surgery.slack.archive("C0CHEFER")
    surgery.alters("UPDATE forum SET channel_id = 'C0FINNSINTE' WHERE name = 'Operativa gruppen'")
    surgery.slack.workspace.conversations.named("C0PLANERING").members.remove(surgery.slack.workspace.world.bot.user_id)
    said = await surgery.faults()
    assert "Chefssamrådet: kanalen" in said
    assert "är arkiverad" in said
    assert "Operativa gruppen: kanalen C0FINNSINTE går inte att nå" in said
    assert "Planeringsgruppen: boten är inte med i kanalen" in said
    assert "/invite @samverkansbot" in said


@pytest.mark.asyncio
async def test_slack_that_stumbles_over_one_channel_is_told_and_waited_for_when_it_asks(surgery: Surgery) -> None:
    surgery.slack.faults.add(Fault("conversations.info", "429", times=1, retry_after=1))
    assert (await surgery.looks()).exit_code == 0
    surgery.slack.faults.add(Fault("conversations.info", "500", times=1))
    assert "HTTP 500" in await surgery.faults()
    surgery.slack.faults.add(Fault("auth.test", "drop", times=1))
    assert "Slack svarar inte" in await surgery.faults()


@pytest.mark.parametrize(
    ("seconds", "weight"), [(0, Weight.FINE), (-15, Weight.FINE), (40, Weight.NOTE), (130, Weight.FAULT)]
)
def test_the_machines_clock_is_held_against_slacks(seconds: int, weight: Weight) -> None:
    header = "Mon, 11 Jan 2027 11:00:00 GMT"
    assert _time(header, datetime(2027, 1, 11, 11, tzinfo=UTC) + timedelta(seconds=seconds))[0].weight is weight


@pytest.mark.parametrize("header", [None, "", "i morse"])
def test_a_slack_that_does_not_tell_the_time_is_noted(header: str | None) -> None:
    assert _time(header, datetime.now(UTC))[0].weight is Weight.NOTE


# --- the database -----------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_a_database_that_is_not_there_and_one_that_is_none(surgery: Surgery, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere.sqlite3"
    assert "finns inte" in await surgery.faults(DATABASE_URL=f"sqlite:///{nowhere}")
    assert not nowhere.exists()
    nowhere.write_text("rubbish " * 1_000)
    assert "Databasen går inte att använda" in await surgery.faults(DATABASE_URL=f"sqlite:///{nowhere}")
    said = await surgery.faults(DATABASE_URL="postgresql://boten:hemligt@127.0.0.1:1/samverkan")
    assert "Databasen går inte att använda" in said


@pytest.mark.asyncio
async def test_tables_of_yesterday_and_of_tomorrow(surgery: Surgery) -> None:
    surgery.alters("UPDATE alembic_version SET version_num = '0001'")
    assert "samverkansbot migrate" in await surgery.faults()
    surgery.alters("UPDATE alembic_version SET version_num = '9999'")
    assert "nyare än programmet" in await surgery.faults()


@pytest.mark.asyncio
async def test_a_database_of_another_workspace(surgery: Surgery) -> None:
    surgery.alters("UPDATE workspace SET team_id = 'T0ANNAN'")
    assert "en annan arbetsyta" in await surgery.faults()


@pytest.mark.asyncio
async def test_messages_that_are_late_refused_or_cannot_be_planned(surgery: Surgery) -> None:
    row = (
        "INSERT INTO outgoing (workspace_id, key, unsure, due_at, not_before, state, tries, created_at, failure) "
        "VALUES (1, ?, 0, ?, ?, ?, 1, ?, ?)"
    )
    at = "2027-01-11 07:00:00.000000"
    surgery.alters(row, "sen", at, at, "WAITING", at, "ratelimited")
    surgery.alters(row, "nekad", at, at, "REFUSED", at, "is_archived")
    surgery.alters(
        "INSERT INTO notice (workspace_id, outgoing_id, key, kind, details, due_at, state, reason, created_at) "
        "SELECT 1, id, 'n', 'meeting', '{}', ?, 'REFUSED', 'is_archived', ? FROM outgoing WHERE key = 'nekad'",
        at,
        at,
    )
    surgery.alters("UPDATE agreement SET planning_fault = 'ValueError: no such rule'")
    said = await surgery.faults()
    assert "1 meddelanden är försenade" in said
    assert "1 meddelande väntar; nästa är från 2027-01-11 kl. 08.00." in said
    assert "sagt nej till 1 påminnelse den senaste veckan: kanalen är arkiverad" in said
    assert "inom sju dagar: då skickas de" in said
    assert "går inte att räkna ut: ValueError: no such rule" in said


@pytest.mark.asyncio
async def test_forums_without_a_channel_and_seats_without_people_are_noted_and_end_with_zero(surgery: Surgery) -> None:
    surgery.alters("UPDATE forum SET channel_id = NULL WHERE name = 'Chefssamrådet'")
    surgery.alters("DELETE FROM appointment WHERE seat_id = (SELECT min(seat_id) FROM appointment)")
    found = await surgery.looks()
    assert found.exit_code == 0, found.output
    assert "OBS  Forum utan kanal: Chefssamrådet" in found.output
    assert "OBS  Platser utan person i Nykvarns kommun" in found.output
    assert "roster import" in found.output


@pytest.mark.asyncio
async def test_over_http_the_app_token_is_not_asked_for(surgery: Surgery) -> None:
    found = await surgery.looks(SLACK_APP_TOKEN="", SLACK_SIGNING_SECRET="hemligt", SAMVERKANSBOT_HTTP_PORT="8080")
    assert found.exit_code == 0, found.output
    assert "över HTTP" in found.output
    assert not any(method == "apps.connections.open" for method, _ in surgery.slack.calls)


@pytest.mark.asyncio
async def test_on_either_engine_the_database_is_looked_at_the_same_way(database: Database) -> None:
    await prepare(database)
    memory = await examine_database(database.url, now=BEGINS.astimezone(UTC), today=BEGINS.date())
    assert not [each for each in memory.found if each.weight is Weight.FAULT]
    assert set(memory.channels) == {"C0CHEFER", "C0PLANERING", "C0OPERATIVA"}
    async with database.transaction() as session:
        await session.exec(update(Forum).values(channel_id=None))
    memory = await examine_database(database.url, now=BEGINS.astimezone(UTC), today=BEGINS.date())
    assert any("Forum utan kanal" in each.sentence for each in memory.found)
    assert memory.channels == {}
