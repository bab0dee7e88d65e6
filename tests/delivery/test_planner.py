"""The planner: what is due goes into the outbox once, whoever looks, whenever it was last looked."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import col, select, update

from schedules.composing import compose
from schedules.planner import next_moment, plan, planned_from
from storage.agreements.touch import touch
from storage.backlog import unplannable
from storage.database import Database
from storage.downtime import last_alive
from storage.message import say
from storage.models import Agreement, Commitment, Notice, NoticeState, Occasion
from storage.outbox import tell, withdraw
from storage.terms import CommitmentKind, OccasionState
from tests.delivery.world import MORNING, Nyby, found, notices, post_office

MEETING = date(2027, 2, 10)
SUMMONS = datetime(2027, 1, 29, 7, 0, tzinfo=UTC)  # ten days before is a Sunday: the Friday before that, 08.00


async def promise(database: Database, town: Nyby, **fields: Any) -> int:
    """A commitment in the council, four meetings a year unless told otherwise; its id."""
    row: dict[str, Any] = {
        "agreement_id": town.agreement,
        "key": "moten",
        "kind": CommitmentKind.MEETING,
        "title": "Rådets möten",
        "forum_id": town.council,
        "cadence": {"form": "on_demand"},
        "source": {"where": "kap. 4"},
    }
    async with database.transaction() as session:
        commitment = Commitment(**{**row, **fields})
        session.add(commitment)
        await session.flush()
        assert commitment.id is not None
        await touch(session, town.agreement)
    return commitment.id


async def book(database: Database, town: Nyby, commitment_id: int) -> int:
    async with database.transaction() as session:
        occasion = Occasion(
            commitment_id=commitment_id,
            on=MEETING,
            at="13:00",
            place="Kommunhuset",
            natural_key=MEETING.isoformat(),
            booked_at=MORNING - timedelta(days=30),
        )
        session.add(occasion)
        await session.flush()
        assert occasion.id is not None
        await touch(session, town.agreement)
    return occasion.id


async def kinds(database: Database, occasion_id: int) -> list[str]:
    return [each.kind for each in await notices(database) if each.occasion_id == occasion_id]


@pytest.mark.asyncio
async def test_a_meetings_reminders_come_one_by_one_and_once(sqlite_database: Database) -> None:
    town = await found(sqlite_database)
    occasion = await book(sqlite_database, town, await promise(sqlite_database, town))
    now = MORNING
    while now < MORNING + timedelta(days=35):
        await plan(sqlite_database, now)
        await plan(sqlite_database, now + timedelta(seconds=15))
        now += timedelta(hours=6)
    told = [each for each in await notices(sqlite_database) if each.occasion_id == occasion]
    assert {each.kind for each in told} >= {"call_for_matters", "summons", "soon", "today", "log"}
    assert len({each.key for each in told}) == len(told)
    in_channel = [each for each in told if each.kind == "summons"]
    assert [each.due_at for each in in_channel] == [SUMMONS]


@pytest.mark.asyncio
async def test_replicas_that_plan_at_once_plan_each_reminder_once(database: Database) -> None:
    town = await found(database)
    occasion = await book(database, town, await promise(database, town))
    await plan(database, SUMMONS - timedelta(days=1))
    before = len(await notices(database))
    new = await asyncio.gather(*(plan(database, SUMMONS + timedelta(seconds=number)) for number in range(4)))
    assert sum(new) == len(await notices(database)) - before > 0
    told = await kinds(database, occasion)
    assert told.count("summons") == 1


@pytest.mark.asyncio
async def test_a_tick_with_nothing_due_is_one_small_read_and_no_write(sqlite_database: Database) -> None:
    town = await found(sqlite_database)
    await promise(sqlite_database, town)
    await plan(sqlite_database, MORNING)
    said: list[str] = []

    @event.listens_for(sqlite_database.engine.sync_engine, "before_cursor_execute")
    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        said.append(statement)

    assert await plan(sqlite_database, MORNING + timedelta(seconds=15)) == 0
    assert [statement.split()[0] for statement in said] == ["SELECT"]  # and no transaction


@pytest.mark.asyncio
async def test_an_agreement_that_cannot_be_planned_stops_no_other_and_is_shown(database: Database) -> None:
    town = await found(database)
    async with database.transaction() as session:
        first = await session.get(Agreement, town.agreement)
        assert first is not None
        first.document = {"kalender": {"lov": [{"namn": "sportlov"}]}}  # no days: an import would have refused it
        session.add(first)
        session.add(
            Agreement(
                workspace_id=town.workspace,
                key="frisk",
                municipality="Gammelby",
                title="Frisk",
                starts=MEETING,
                document={},
                imported_at=MORNING,
            )
        )
    await plan(database, MORNING)
    async with database.reading() as session:
        (faulty,) = await unplannable(session, workspace_id=town.workspace)
        assert faulty.key == "nyby"
        assert faulty.planning_fault == "KeyError: 'från'"
        assert faulty.next_due_at == MORNING + timedelta(hours=1)
        sound = (await session.exec(select(Agreement).where(Agreement.key == "frisk"))).one()
        assert sound.planned_until == MORNING
    async with database.transaction() as session:
        await session.exec(update(Agreement).where(col(Agreement.key) == "nyby").values(document={}))
    await plan(database, MORNING + timedelta(hours=1))
    async with database.reading() as session:
        assert await unplannable(session, workspace_id=town.workspace) == []


@pytest.mark.asyncio
async def test_an_outage_skips_no_interval(sqlite_database: Database) -> None:
    town = await found(sqlite_database)
    occasion = await book(sqlite_database, town, await promise(sqlite_database, town))
    await plan(sqlite_database, SUMMONS - timedelta(days=1))
    before = await kinds(sqlite_database, occasion)
    await plan(sqlite_database, SUMMONS + timedelta(days=6))
    assert "summons" in await kinds(sqlite_database, occasion)
    assert "summons" not in before


def test_the_first_look_ever_plans_from_the_start_of_the_local_day() -> None:
    midnight = datetime(2027, 1, 11, 23, 0, tzinfo=UTC)  # 00.00 in Stockholm
    assert planned_from(None, "Europe/Stockholm", MORNING) == midnight - timedelta(microseconds=1)


def test_a_clock_turned_back_plans_from_the_start_of_its_day() -> None:
    midnight = datetime(2027, 1, 11, 23, 0, tzinfo=UTC)
    later = MORNING + timedelta(days=400)
    assert planned_from(later, "Europe/Stockholm", MORNING) == midnight - timedelta(microseconds=1)
    assert planned_from(MORNING - timedelta(days=9), "Europe/Stockholm", MORNING) == MORNING - timedelta(days=9)


@pytest.mark.asyncio
async def test_a_clock_turned_back_doubles_nothing(sqlite_database: Database) -> None:
    town = await found(sqlite_database)
    occasion = await book(sqlite_database, town, await promise(sqlite_database, town))
    await plan(sqlite_database, SUMMONS - timedelta(days=1))
    await plan(sqlite_database, SUMMONS + timedelta(hours=2))
    before = await kinds(sqlite_database, occasion)
    async with sqlite_database.transaction() as session:
        await touch(session, town.agreement)
    await plan(sqlite_database, SUMMONS + timedelta(hours=1))
    assert await kinds(sqlite_database, occasion) == before


@pytest.mark.asyncio
async def test_a_cancelled_meetings_waiting_reminders_are_withdrawn_with_it(database: Database) -> None:
    town = await found(database)
    occasion_id = await book(database, town, await promise(database, town))
    await plan(database, SUMMONS - timedelta(days=1))
    await plan(database, SUMMONS)
    async with database.transaction() as session:
        occasion = await session.get(Occasion, occasion_id)
        assert occasion is not None
        occasion.state = OccasionState.CANCELLED
        session.add(occasion)
        await tell(
            session,
            workspace_id=town.workspace,
            key=f"cancelled:{occasion_id}",
            kind="cancelled",
            due_at=SUMMONS,
            now=SUMMONS,
            forum_id=town.council,
            occasion_id=occasion_id,
            message=say("Mötet är inställt"),
        )
        assert await withdraw(session, occasion_id=occasion_id, reason="cancelled", now=SUMMONS)
        await touch(session, town.agreement)
    await plan(database, SUMMONS + timedelta(minutes=1))
    post = post_office(database)
    post.compose = compose
    post.clock.now = SUMMONS + timedelta(minutes=1)
    await post.carry()
    async with database.reading() as session:
        states = (await session.exec(select(Notice.state).where(Notice.occasion_id == occasion_id))).all()
    assert states.count(NoticeState.SENT) == 1
    assert set(states) == {NoticeState.WITHDRAWN, NoticeState.SENT}
    said = post.board.in_channel("C1")
    assert "Mötet är inställt" in said
    assert not [line for line in said if "Kallelse" in line]


@pytest.mark.asyncio
async def test_a_real_summons_reaches_the_channel_with_its_words(sqlite_database: Database) -> None:
    town = await found(sqlite_database)
    await book(sqlite_database, town, await promise(sqlite_database, town))
    await plan(sqlite_database, SUMMONS - timedelta(days=1))
    await plan(sqlite_database, SUMMONS)
    post = post_office(sqlite_database)
    post.compose = compose
    post.clock.now = SUMMONS
    await post.carry()
    said = post.board.in_channel("C1")
    assert "Kallelse: Rådets möten" in said
    assert any("Ons 10 feb 2027 kl. 13.00 (v. 6), Kommunhuset" in line for line in said)


@pytest.mark.asyncio
async def test_every_tick_moves_the_pulse_but_writes_it_once_a_minute(sqlite_database: Database) -> None:
    await found(sqlite_database)
    for seconds in (0, 15, 30, 61):
        await plan(sqlite_database, MORNING + timedelta(seconds=seconds))
        async with sqlite_database.reading() as session:
            expected = MORNING + timedelta(seconds=61 if seconds == 61 else 0)
            assert await last_alive(session) == expected


@pytest.mark.asyncio
async def test_the_next_moment_is_when_something_is_next_to_be_said(sqlite_database: Database) -> None:
    town = await found(sqlite_database)
    await book(sqlite_database, town, await promise(sqlite_database, town))
    start = SUMMONS - timedelta(hours=3)
    moment = await next_moment(sqlite_database, start)
    assert moment == SUMMONS
    await plan(sqlite_database, start)
    await plan(sqlite_database, SUMMONS)
    assert await next_moment(sqlite_database, SUMMONS) is not None
