"""A town with as many forums and people as a test wants, in the database and in the local Slack; what is owed to them,
and the count of what came."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from sqlalchemy import insert
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from sandbox.server import Sandbox
from storage.database import ANSWER_SECONDS, CONNECT_SECONDS, HOLD_SECONDS, Database
from storage.message import encoded, say
from storage.migrating import migrate
from storage.models import (
    Agreement,
    Appointment,
    Forum,
    Notice,
    NoticeState,
    Outgoing,
    OutgoingState,
    Person,
    Seat,
    Workspace,
)

ROOT = Path(__file__).parent.parent.parent
BATCH = 500


def world(channels: int, people: int) -> dict[str, Any]:
    """The local Slack's side: everybody in every channel, and the bot."""
    users = [{"id": f"U{number:05}", "name": f"Namn {number}"} for number in range(people)]
    members = ["U0BOT", *(user["id"] for user in users[:3])]
    return {
        "team": {"id": "T0NYBY", "name": "Nyby", "domain": "nyby"},
        "bot": {"user_id": "U0BOT", "bot_id": "B0BOT", "app_id": "A0BOT", "name": "samverkansbot"},
        "tokens": {"bot": "xoxb-nyby", "app": "xapp-nyby"},
        "users": users,
        "channels": [
            {"id": f"C{number:05}", "name": f"forum-{number}", "members": members} for number in range(channels)
        ],
    }


def manifest(*, without: Sequence[str] = ()) -> dict[str, Any]:
    """The app's manifest, less some scopes, as where a municipality did not grant them."""
    content: dict[str, Any] = YAML(typ="safe").load((ROOT / "app_manifest.yml").read_text(encoding="utf-8"))
    scopes = content["oauth_config"]["scopes"]
    scopes["bot"] = [scope for scope in scopes["bot"] if scope not in without]
    return content


@asynccontextmanager
async def migrated(
    address: str,
    *,
    hold_seconds: float = HOLD_SECONDS,
    answer_seconds: float = ANSWER_SECONDS,
    connect_seconds: float = CONNECT_SECONDS,
) -> AsyncIterator[Database]:
    """The database there, with its tables; closed however the test ends."""
    database = Database(
        address, hold_seconds=hold_seconds, answer_seconds=answer_seconds, connect_seconds=connect_seconds
    )
    try:
        await migrate(database)
        yield database
    finally:
        await database.close()


@dataclass(frozen=True)
class Town:
    """Ids in the database: a forum per channel (C00000, …), a person per user (U00000, …); the first coordinates."""

    workspace: int
    agreement: int
    forums: Sequence[int]
    people: Sequence[int]


async def found(database: Database, *, channels: int, people: int) -> Town:
    """Founds the town in an empty, migrated database."""
    now = datetime.now(UTC)
    async with database.transaction() as session:
        workspace = Workspace(name="Nyby")
        session.add(workspace)
        await session.flush()
        assert workspace.id is not None
        agreement = Agreement(
            workspace_id=workspace.id,
            key="nyby",
            municipality="Nyby",
            title="Samverkan i Nyby",
            starts=date(2020, 1, 1),
            document={},
            imported_at=now,
        )
        session.add(agreement)
        await session.flush()
        assert agreement.id is not None
        forums = [
            Forum(
                agreement_id=agreement.id,
                key=f"f{number}",
                name=f"Forum {number}",
                chair_rule={"form": "unstated"},
                channel_id=f"C{number:05}",
            )
            for number in range(channels)
        ]
        persons = [
            Person(workspace_id=workspace.id, name=f"Namn {number}", slack_user_id=f"U{number:05}")
            for number in range(people)
        ]
        seat = Seat(agreement_id=agreement.id, key="samordnare", title="Samordnare", coordinator=True)
        session.add_all([*forums, *persons, seat])
        await session.flush()
        assert seat.id is not None
        if persons:
            session.add(Appointment(seat_id=seat.id, person_id=persons[0].id or 0, starts=date(2020, 1, 1)))
        return Town(workspace.id, agreement.id, [each.id or 0 for each in forums], [each.id or 0 for each in persons])


async def owe(
    database: Database,
    town: Town,
    messages: int,
    *,
    each: int = 1,
    to_people: bool = False,
    first: datetime | None = None,
    within: timedelta = timedelta(0),
    name: str = "r",
) -> int:
    """Puts messages of `each` reminders in the outbox, turn by turn to the forums (or people), due evenly from `first`
    (now) on; how many reminders."""
    first = first or datetime.now(UTC)
    to = town.people if to_people else town.forums
    for begin in range(0, messages, BATCH):
        carriers: list[dict[str, Any]] = []
        notices: list[dict[str, Any]] = []
        async with database.transaction() as session:
            numbers = range(begin, min(begin + BATCH, messages))
            ids = await _ids(session, database, len(numbers))
            for number, last in zip(numbers, ids, strict=True):
                whom = to[number % len(to)]
                recipient = {"person_id": whom} if to_people else {"forum_id": whom}
                due = first + within * number / messages
                carriers.append(
                    {
                        "id": last,
                        "workspace_id": town.workspace,
                        "key": f"{name}:{number}",
                        "payload": encoded(say(f"{name} {number}")),
                        "due_at": due,
                        "not_before": due,
                        "state": OutgoingState.WAITING,
                        "unsure": False,
                        "tries": 0,
                        "created_at": first,
                        "forum_id": None,
                        "person_id": None,
                        **recipient,
                    }
                )
                notices += [
                    {
                        "workspace_id": town.workspace,
                        "outgoing_id": last,
                        "key": f"{name}:{number}:{part}",
                        "kind": "today",
                        "agreement_id": town.agreement,
                        "details": {},
                        "due_at": due,
                        "state": NoticeState.WAITING,
                        "created_at": first,
                        "forum_id": None,
                        "person_id": None,
                        **recipient,
                    }
                    for part in range(each)
                ]
            await session.exec(insert(Outgoing).values(carriers))
            for start in range(0, len(notices), BATCH):
                await session.exec(insert(Notice).values(notices[start : start + BATCH]))
    return messages * each


async def _ids(session: AsyncSession, database: Database, many: int) -> Sequence[int]:
    """So many new ids for messages, which nobody else can get meanwhile."""
    if database.is_sqlite:
        last = (await session.exec(select(func.max(Outgoing.id)))).one() or 0
        return range(last + 1, last + 1 + many)
    sequence = func.pg_get_serial_sequence("outgoing", "id")
    return (await session.exec(select(func.nextval(sequence)).select_from(func.generate_series(1, many)))).all()


@dataclass(frozen=True)
class Count:
    """How it went. `lost`: marked sent, or never finished, without standing in Slack. `doubled`: stands there more than
    once. `unknown`: closed as "may or may not have arrived", of which `arrived` did."""

    reminders: int
    sent: int
    lost: int
    doubled: int
    unknown: int
    arrived: int
    open: int


async def count(database: Database, slack: Sandbox, name: str = "r") -> Count:
    """Compares the outbox with what stands in the local Slack, for what was owed under the name."""
    standing = Counter(
        str(each["metadata"]["event_payload"]["key"]) for each in slack.posted if (each["metadata"] or {})
    )
    async with database.reading() as session:
        rows = (
            await session.exec(
                select(Outgoing.key, Outgoing.state, Outgoing.unsure, Notice.state)
                .join(Notice, col(Notice.outgoing_id) == Outgoing.id)
                .where(col(Outgoing.key).startswith(f"{name}:"))
            )
        ).all()
    unsure = [row for row in rows if row[1] is OutgoingState.REFUSED and row[2]]
    over = [row for row in rows if row[1] is OutgoingState.SENT and row[3] is NoticeState.SENT]
    keys = {row[0] for row in rows}
    return Count(
        reminders=len(rows),
        sent=len(over),
        lost=sum(not standing[row[0]] for row in rows if row not in unsure),
        doubled=sum(standing[key] - 1 for key in keys if standing[key] > 1),
        unknown=len(unsure),
        arrived=sum(bool(standing[row[0]]) for row in unsure),
        open=sum(row[1] in (OutgoingState.WAITING, OutgoingState.CLAIMED) for row in rows),
    )


async def waiting(database: Database) -> int:
    """How many messages are not finished yet."""
    async with database.reading() as session:
        question = select(func.count()).where(col(Outgoing.state).in_([OutgoingState.WAITING, OutgoingState.CLAIMED]))
        return (await session.exec(question)).one()
