"""Byn under attack: the real Bolt app on a database of its own, Slack stood in for, and everything stored in sight."""

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel import SQLModel, col, select

from bot.app import Desk, build_app
from bot.clock import Clock
from storage.message import decoded
from storage.models import Outgoing, Person
from tests.bot.conftest import Office
from tests.bot.standin import Json, StandIn
from tests.databases import Laid, database_at
from tests.permissions.conftest import byn_on_postgres as byn_on_postgres
from tests.permissions.conftest import byn_on_sqlite as byn_on_sqlite
from tests.permissions.hamlet import NOW, TEAM, Hamlet, identity

ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.torture)]  # attacks are no matter of the engine
KEPT_FOR_REPEATS = "handled_request"  # that a press was taken in is no fact of anybody's


@dataclass
class Siege(Office):
    """An office in Byn. Acts return everything the person was shown, as one text."""

    hamlet: Hamlet = field(kw_only=True)
    _events: "count[int]" = field(default_factory=count)

    async def stored(self) -> dict[str, list[str]]:
        """Every row of every table, so that nothing changes unseen."""
        rows = {}
        async with self.database.reading() as session:
            connection = await session.connection()
            for name, table in SQLModel.metadata.tables.items():
                if name != KEPT_FOR_REPEATS:
                    found = await connection.execute(table.select())
                    rows[name] = sorted(str(tuple(row)) for row in found)
        return rows

    def user(self, who: str) -> dict[str, str]:
        user, team = identity(who)
        return {"id": user, "name": who, "team_id": team}

    async def shown(self, act: Any) -> str:
        """What an act shows: on the ack, through the response_url, in a dialog or as a message."""
        heard, asked = len(self.slack.heard), len(self.slack.asked)
        answer = await act
        ack = json.loads(answer.body) if answer.body.startswith("{") else answer.body
        return str([ack, self.slack.heard[heard:], self.slack.asked[asked:]])

    async def types(self, who: str, line: str) -> str:
        user, team = identity(who)
        return await self.shown(self.says(line, self.user(who), team_id=team, user_id=user, channel_id="C0NYKANAL"))

    async def pushes(self, who: str, command: str, words: str = "") -> str:
        return await self.shown(self.presses(command, words, self.user(who)))

    async def sends_in(self, who: str, view: Json, values: Mapping[str, Json]) -> str:
        """A form with Slack's state by field; a form sent twice by hand is two requests."""
        state = {"values": {name: {"value": value} for name, value in values.items()}}
        body = {
            "type": "view_submission",
            "team": {"id": TEAM},
            "user": self.user(who),
            "view": {"type": "modal", **view, "id": "V1", "state": state},
        }
        return await self.shown(self.sends(body))

    async def writes_to_the_bot(self, who: str, words: str) -> str:
        user, team = identity(who)
        event = {"type": "message", "channel_type": "im", "channel": "D1", "user": user, "team": team, "text": words}
        return await self.shown(self.hears_of(event, f"Ev{next(self._events)}"))

    async def told(self, who: str = "") -> list[str]:
        """What waits in the outbox for a person; without a name for everybody."""
        async with self.database.reading() as session:
            question = select(Outgoing).order_by(col(Outgoing.id))
            if who:
                question = question.where(Outgoing.person_id == self.hamlet.people[who])
            rows = (await session.exec(question)).all()
        return [decoded(row.payload).plain() for row in rows if row.payload]

    async def person(self, who: str) -> Person:
        async with self.database.reading() as session:
            row = await session.get(Person, self.hamlet.people[who])
        assert row is not None
        return row


@pytest_asyncio.fixture(params=ENGINES)
async def siege(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Siege]:
    """Byn on 20 October 2027, on both engines."""
    on_sqlite = request.param == "sqlite"
    laid: Laid[Hamlet] = request.getfixturevalue("byn_on_sqlite" if on_sqlite else "byn_on_postgres")
    database = database_at(await laid.copied(tmp_path, "" if on_sqlite else request.getfixturevalue("postgres_server")))
    hamlet = laid.known
    async with StandIn().running() as slack:
        client = AsyncWebClient(token="xoxb-test", base_url=slack.api_url, retry_handlers=[])
        desk = Desk(
            database=database,
            clock=Clock(NOW),
            client=client,
            workspace_id=hamlet.workspace,
            team_id=TEAM,
            bot_user_id="UBOT",
        )
        app: AsyncApp = build_app(desk)
        yield Siege(slack, database, desk, app, [], hamlet=hamlet)
    await database.close()
