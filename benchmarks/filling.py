"""Databases of a given size: a municipality's ten years, three hundred such, a million notices, a morning's burst.

Rows are made of the example agreement and then copied with their ids moved, so that every reference holds.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count, islice
from typing import Any

from sqlalchemy import Integer, Table, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import SQLModel

from storage.database import Database
from storage.models import NoticeState, OutgoingState
from storage.terms import CommitmentKind, OccasionState
from tests.conversations.town import BEGINS, prepare

ROWS_AT_ONCE = 2_000
STEP = 500_000  # ids of one copy are this far from the next's: 3,000 copies stay within PostgreSQL's integers
NOW = BEGINS.astimezone(UTC)
TEXTS = {"workspace": ("team_id",), "outgoing": ("key",), "notice": ("key",), "person": ("slack_user_id",)}


def batched(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """The rows, so many at a time."""
    each = iter(rows)
    while some := list(islice(each, size)):
        yield some


async def municipality(database: Database) -> None:
    """The example agreement with invented people and channels."""
    await prepare(database)


async def no_administrator(database: Database) -> None:
    """Leaves everybody with the rights of their seats alone, so that an answer is as long on every store."""
    async with database.engine.begin() as connection:
        await connection.execute(SQLModel.metadata.tables["person"].update().values(administrator=False))


async def insert_all(connection: AsyncConnection, table: Table, rows: Iterable[dict[str, Any]]) -> int:
    """Inserts in batches; how many."""
    number = 0
    for some in batched(rows, ROWS_AT_ONCE):
        await connection.execute(insert(table), list(some))
        number += len(some)
    return number


async def years(database: Database, number: int = 10) -> int:
    """What a municipality has behind it after so many years: occasions, outcomes, and what was sent. How many rows."""
    tables = SQLModel.metadata.tables
    async with database.engine.begin() as connection:
        commitments = (await connection.execute(select(tables["commitment"]))).mappings().all()
        made = await insert_all(connection, tables["occasion"], _occasions([row["id"] for row in commitments], number))
        made += await insert_all(connection, tables["outcome"], _outcomes(made))
        agreement = (await connection.execute(select(tables["agreement"].c.id))).scalar_one()
        forum = (await connection.execute(select(func.min(tables["forum"].c.id)))).scalar_one()
        sent = [NOW - timedelta(days=365 * number * each / (250 * number)) for each in range(1, 250 * number)]
        made += await stored(connection, sent, agreement_id=agreement, forum_id=forum)
        await count_on(connection)
    return made


def _occasions(commitments: list[int], number: int) -> Iterator[dict[str, Any]]:
    ids = count(1)
    for commitment in commitments:
        for each in range(2 * number):
            day = NOW.date() - timedelta(days=182 * (each + 1))
            yield {
                "id": next(ids),
                "commitment_id": commitment,
                "on": day,
                "at": "13:00",
                "zone": "Europe/Stockholm",
                "place": "Kommunhuset",
                "quantity": 1,
                "state": OccasionState.HELD,
                "natural_key": f"{day}|13:00|",
                "booked_at": NOW - timedelta(days=182 * (each + 2)),
                "row_version": 2,
            }


def _outcomes(number: int) -> Iterator[dict[str, Any]]:
    for each in range(1, number + 1):
        yield {
            "id": each,
            "occasion_id": each,
            "version": 1,
            "state": OccasionState.HELD,
            "on": date(2026, 6, 1),
            "place": "Kommunhuset",
            "quantity": 1,
            "participants": 12,
            "parties": ["Nykvarns kommun"],
            "goal_result": "",
            "text": "",
            "visibility": "parterna",
            "logged_by_name": "Anna Ekdal",
            "logged_at": NOW - timedelta(days=1),
        }


async def stored(
    connection: AsyncConnection, due: list[datetime], *, agreement_id: int, forum_id: int, workspace_id: int = 1
) -> int:
    """Notices that were sent when they fell due, each in a message of its own. How many rows."""
    tables = SQLModel.metadata.tables
    made = 0
    for number, some in enumerate(batched(due, 20_000)):
        outgoing, notices = [], []
        for each, moment in enumerate(some):
            row = 1 + number * 20_000 + each
            outgoing.append(_outgoing(row, workspace_id, forum_id, moment, OutgoingState.SENT))
            notices.append(_notice(row, row, workspace_id, agreement_id, forum_id, moment, NoticeState.SENT))
        made += await insert_all(connection, tables["outgoing"], outgoing)
        made += await insert_all(connection, tables["notice"], notices)
    return made


def _outgoing(number: int, workspace_id: int, forum_id: int, due: datetime, state: OutgoingState) -> dict[str, Any]:
    sent = state is OutgoingState.SENT
    return {
        "id": number,
        "workspace_id": workspace_id,
        "key": f"bench:{number}",
        "forum_id": forum_id,
        "person_id": None,
        "lane": "c:C0CHEFER" if sent else None,
        "unsure": False,
        "due_at": due,
        "not_before": due,
        "state": state,
        "tries": 1 if sent else 0,
        "sent_at": due + timedelta(seconds=3) if sent else None,
        "channel_id": "C0CHEFER" if sent else None,
        "ts": f"{due.timestamp():.6f}" if sent else None,
        "created_at": due,
    }


def _notice(
    number: int, outgoing: int, workspace_id: int, agreement_id: int, forum_id: int, due: datetime, state: NoticeState
) -> dict[str, Any]:
    return {
        "id": number,
        "workspace_id": workspace_id,
        "outgoing_id": outgoing,
        "key": f"bench:{number}",
        "kind": "today",
        "agreement_id": agreement_id,
        "forum_id": forum_id,
        "details": {"about": due.date().isoformat()},
        "due_at": due,
        "state": state,
        "created_at": due,
    }


async def count_on(connection: AsyncConnection) -> None:
    """Lets PostgreSQL's counters go on after the rows that were given their ids here."""
    if connection.dialect.name != "postgresql":
        return
    for name, table in SQLModel.metadata.tables.items():
        if "id" in table.columns and isinstance(table.columns["id"].type, Integer) and table.columns["id"].primary_key:
            counter = f"pg_get_serial_sequence('\"{name}\"', 'id')"
            highest = f'(SELECT GREATEST(COALESCE(MAX(id), 1), 1) FROM "{name}" WHERE id < {STEP})'
            await connection.execute(text(f"SELECT setval({counter}, {highest}) WHERE {counter} IS NOT NULL"))


async def tidy(database: Database) -> None:
    """What PostgreSQL does by itself within minutes of so much coming in: counts it, and goes through it once."""
    async with database.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT", samverkansbot_begin=None)
        await connection.execute(text("ANALYZE" if database.is_sqlite else "VACUUM ANALYZE"))


async def copies(database: Database, number: int, *, besides: frozenset[str] = frozenset()) -> int:
    """Copies everything there is `number` times, each copy with ids of its own. How many rows."""
    made = 0
    async with database.engine.begin() as connection:
        if not database.is_sqlite:
            await connection.execute(text("SET LOCAL session_replication_role = replica"))  # references come in order
        for table in SQLModel.metadata.sorted_tables:
            if table.name in ("downtime", "handled_request", "tick", "audit_entry", *besides):
                continue
            rows = [dict(row) for row in (await connection.execute(select(table))).mappings().all()]
            made += await insert_all(connection, table, _moved(table, rows, number))
    return made


def _moved(table: Table, rows: list[dict[str, Any]], number: int) -> Iterator[dict[str, Any]]:
    ids = {
        column.name
        for column in table.columns
        if (column.primary_key or column.foreign_keys) and isinstance(column.type, Integer)
    }
    texts = TEXTS.get(table.name, ())
    for copy in range(1, number + 1):
        for row in rows:
            moved = {name: value + copy * STEP if name in ids and value else value for name, value in row.items()}
            for name in texts:
                if moved[name] is not None:
                    moved[name] = f"{moved[name]}x{copy}"
            if table.name == "forum" and moved["channel_id"]:
                moved["channel_id"] = f"{moved['channel_id']}X{copy}"
            yield moved


async def meeting_today(database: Database) -> tuple[int, int]:
    """Books a meeting this afternoon; the ids of the commitment and the occasion."""
    tables = SQLModel.metadata.tables
    async with database.engine.begin() as connection:
        meetings = select(func.min(tables["commitment"].c.id)).where(
            tables["commitment"].c.kind == CommitmentKind.MEETING, tables["commitment"].c.id < STEP
        )
        commitment: int = (await connection.execute(meetings)).scalar_one()
        booked = {**next(planned([commitment], 1)), "id": 6_000_000, "on": NOW.date()}
        await insert_all(connection, tables["occasion"], [booked])
    return commitment, booked["id"]


async def waiting(
    database: Database,
    number: int,
    *,
    channels: int,
    first: datetime,
    apart: timedelta = timedelta(seconds=1),
    about: tuple[int, int] | None = None,
) -> None:
    """Messages that wait, spread over so many channels, those of one channel `apart` from each other: of the forums of
    a neighbour's agreement in the same workspace. `about`: the commitment and occasion each reminds of, for those that
    are to be put into words."""
    commitment, occasion = about or (None, None)
    tables = SQLModel.metadata.tables
    async with database.engine.begin() as connection:
        agreement = (await connection.execute(select(func.min(tables["agreement"].c.id)))).scalar_one()
        own = select(tables["agreement"]).where(tables["agreement"].c.id == agreement)
        neighbours = {**(await connection.execute(own)).mappings().one(), "id": 400_000, "key": "grannby"}
        nothing_due = {"next_due_at": NOW + timedelta(days=1), "planned_until": NOW}  # but what waits here
        await insert_all(connection, tables["agreement"], [{**neighbours, **nothing_due, "municipality": "Grannby"}])
        like = {
            **(await connection.execute(select(tables["forum"]).limit(1))).mappings().one(),
            "agreement_id": 400_000,
        }
        forums = [
            {**like, "id": 1_000 + each, "key": f"forum{each}", "name": f"Forum {each}", "channel_id": f"C1{each:05}"}
            for each in range(channels)
        ]
        await insert_all(connection, tables["forum"], ({**row, "parent_id": None} for row in forums))
        looked = {"workspace_id": 1, "name": "", "shared_with": [], "looked_at": NOW, "unsure": False}
        channel = tables["slack_channel"]  # as the bot leaves them when it has started
        await insert_all(connection, channel, ({**looked, "channel_id": each["channel_id"]} for each in forums))
        rows = [
            (1_000_000_000 + each, forums[each % channels]["id"], first + apart * (each // channels))
            for each in range(number)
        ]
        await insert_all(
            connection,
            tables["outgoing"],
            (_outgoing(row, 1, forum, due, OutgoingState.WAITING) for row, forum, due in rows),
        )
        await insert_all(
            connection,
            tables["notice"],
            (
                {
                    **_notice(row, row, 1, agreement, forum, due, NoticeState.WAITING),
                    "commitment_id": commitment,
                    "occasion_id": occasion,
                }
                for row, forum, due in rows
            ),
        )


async def one_before(database: Database, number: int, *, due: datetime) -> None:
    """One more of those that wait, to the forum of that number, due before they are."""
    tables = SQLModel.metadata.tables
    outgoing, notice = tables["outgoing"], tables["notice"]
    async with database.engine.begin() as connection:
        like = select(outgoing).where(outgoing.c.id == 1_000_000_000 + number)
        row = {**(await connection.execute(like)).mappings().one(), "id": 900_000_000 + number}
        await insert_all(connection, outgoing, [{**row, "key": f"before:{number}", "due_at": due, "not_before": due}])
        told = {
            **(await connection.execute(select(notice).where(notice.c.id == 1_000_000_000 + number))).mappings().one()
        }
        of_it = {"id": row["id"], "outgoing_id": row["id"], "key": f"before:{number}", "due_at": due}
        await insert_all(connection, notice, [{**told, **of_it}])


def planned(commitments: list[int], number: int) -> Iterator[dict[str, Any]]:
    """Occasions that are booked, over the commitments and the coming years."""
    for each in range(number):
        day = NOW.date() + timedelta(days=1 + each // len(commitments))
        yield {
            "id": 5_000_000 + each,
            "commitment_id": commitments[each % len(commitments)],
            "on": day,
            "at": "13:00",
            "zone": "Europe/Stockholm",
            "place": "Kommunhuset",
            "quantity": 1,
            "state": OccasionState.PLANNED,
            "natural_key": f"{day}|13:00|{each}",
            "booked_at": NOW,
            "row_version": 1,
        }
