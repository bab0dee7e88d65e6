"""The bot at its desk: a database with the example agreement and invented people, Slack stood in for, Bolt for real."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import Desk, build_app
from bot.clock import Clock
from storage.agreements.importing import ensure_workspace, import_agreement
from storage.agreements.reading import read
from storage.agreements.roster import import_roster
from storage.database import Database
from storage.migrating import migrate
from storage.workspaces import bind_workspace
from tests.bot.standin import Json, StandIn
from tests.databases import database_at

ROOT = Path(__file__).parent.parent.parent
MONDAY = datetime(2027, 1, 11, 7, 0, tzinfo=UTC)  # 08.00 in Nykvarn
ANNA = {"id": "U0ANNA", "name": "anna", "team_id": "T1"}  # coordinator
CECILIA = {"id": "U0CECILIA", "name": "cecilia", "team_id": "T0POLISEN"}  # of another organisation
GUSTAV = {"id": "U0GAST", "name": "gustav", "team_id": "T1"}  # on no roster


async def fill(database: Database) -> int:
    """Imports the example agreement and the demo's invented people; returns the workspace's id."""
    found, _ = read((ROOT / "agreements" / "exempel-2027-2030.yml").read_bytes())
    assert found is not None
    roster = (ROOT / "sandbox" / "demo" / "roster.csv").read_bytes()
    async with database.transaction() as session:
        workspace = await ensure_workspace(session)
        await import_agreement(session, workspace.id or 0, "exempel-2027-2030", found, MONDAY)
        result = await import_roster(session, workspace.id or 0, roster, date(2027, 1, 11))
        assert not result.problems
        await bind_workspace(session, team_id="T1", name="Nyby", bot_user_id="UBOT")
        return workspace.id or 0


@dataclass
class Office:
    """The bot's desk, and everything a person may send to it."""

    slack: StandIn
    database: Database
    desk: Desk
    app: AsyncApp
    changes: list[str]
    _numbers: "count[int]" = field(default_factory=count)

    async def sends(self, body: Json) -> BoltResponse:
        """A payload through the whole of Bolt, as Socket Mode would hand it over; waits until all is done."""
        answer = await self.app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))
        for _ in range(20):  # an event is acknowledged before its listener has begun
            await asyncio.sleep(0)
        await self.desk.finish(within=10)
        return answer

    async def says(self, line: str, user: Mapping[str, str] = ANNA, **more: Any) -> BoltResponse:
        """A slash command."""
        return await self.sends(self.slash(line, user, **more))

    def slash(self, line: str, user: Mapping[str, str] = ANNA, **more: Any) -> Json:
        command, _, text = line.partition(" ")
        return {
            "command": command,
            "text": text,
            "team_id": "T1",
            "user_id": user["id"],
            "user_name": user["name"],
            "channel_id": "C1",
            "trigger_id": f"trigger{next(self._numbers)}",
            "response_url": self.slack.response_url,
            **more,
        }

    async def presses(self, command: str, words: str, user: Mapping[str, str] = ANNA, **more: Any) -> BoltResponse:
        """A button on a message; `view` for one on Home or in a form."""
        return await self.sends(self.press(command, words, user, **more))

    def press(self, command: str, words: str, user: Mapping[str, str] = ANNA, **more: Any) -> Json:
        number = next(self._numbers)
        body: Json = {
            "type": "block_actions",
            "team": {"id": "T1"},
            "user": dict(user),
            "trigger_id": f"trigger{number}",
            "actions": [
                {
                    "type": "button",
                    "action_id": f"{command}#0.0",
                    "block_id": "b",
                    "value": words or "-",
                    "action_ts": f"{number}.5",
                }
            ],
        }
        place = {"channel": {"id": "C1"}, "response_url": self.slack.response_url, "container": {"type": "message"}}
        return body | (more if "view" in more else {**place, **more})

    async def submits(self, view: Json, values: Json, user: Mapping[str, str] = ANNA) -> BoltResponse:
        """A form sent with its fields filled in (block id → Slack's state)."""
        return await self.sends(self.submission(view, values, user))

    def submission(self, view: Json, values: Json, user: Mapping[str, str] = ANNA) -> Json:
        state = {"values": {name: {"value": value} for name, value in values.items()}}
        return {
            "type": "view_submission",
            "team": {"id": "T1"},
            "user": dict(user),
            "view": {**view, "id": "V1", "state": state},
        }

    async def hears_of(self, event: Json, event_id: str = "Ev1") -> BoltResponse:
        """An event."""
        return await self.sends({"type": "event_callback", "team_id": "T1", "event_id": event_id, "event": event})


@pytest.fixture(scope="session")
def filled_town(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """A database file with everything imported, to be copied, and its workspace's id."""
    path = tmp_path_factory.mktemp("office") / "town.sqlite3"

    async def make() -> int:
        database = database_at(f"sqlite:///{path}")
        await migrate(database)
        workspace_id = await fill(database)
        await database.close()
        return workspace_id

    return path, asyncio.run(make())


@pytest_asyncio.fixture
async def office(filled_town: tuple[Path, int], tmp_path: Path) -> AsyncIterator[Office]:
    """Monday 11 January 2027, 08.00."""
    template, workspace_id = filled_town
    shutil.copy(template, tmp_path / "town.sqlite3")
    async with at_the_desk(f"sqlite:///{tmp_path / 'town.sqlite3'}", workspace_id) as opened:
        yield opened


@asynccontextmanager
async def at_the_desk(url: str, workspace_id: int) -> AsyncIterator[Office]:
    """The desk over a filled database, with Slack stood in for."""
    database = database_at(url)
    async with StandIn().running() as slack:
        changes: list[str] = []
        client = AsyncWebClient(token="xoxb-test", base_url=slack.api_url, retry_handlers=[])
        desk = Desk(
            database=database,
            clock=Clock(MONDAY),
            client=client,
            workspace_id=workspace_id,
            team_id="T1",
            bot_user_id="UBOT",
            after_change=lambda: changes.append("changed"),
        )
        yield Office(slack, database, desk, build_app(desk), changes)
    await database.close()
