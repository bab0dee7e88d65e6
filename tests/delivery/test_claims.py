"""Who may carry what, when: one worker per message, one message per lane, in order, on both engines."""

import asyncio
from datetime import datetime, timedelta

import pytest

from storage.claims import Claimed, claim
from storage.database import Database
from storage.marks import Sent, mark_refused, mark_sent, postpone
from storage.models import Forum, NoticeState, OutgoingState
from tests.delivery.world import MORNING, found, notices, outgoings, plan, reminder

LEASE = timedelta(minutes=3)


async def claim_as(
    database: Database, worker: str, now: datetime = MORNING, besides: frozenset[int] = frozenset()
) -> list[Claimed]:
    async with database.transaction() as session:
        return await claim(session, now=now, worker=worker, lease=LEASE, limit=10, besides=besides)


async def sent(database: Database, claimed: Claimed, now: datetime = MORNING) -> None:
    async with database.transaction() as session:
        await mark_sent(session, [Sent(claimed, "C1", "1.0", now)])


@pytest.mark.asyncio
async def test_of_six_workers_one_gets_the_message(database: Database) -> None:
    town = await found(database)
    await plan(database, town, reminder("r1", forum_id=town.council))
    taken = await asyncio.gather(*(claim_as(database, f"w{number}") for number in range(6)))
    assert sum(len(each) for each in taken) == 1


@pytest.mark.asyncio
async def test_each_of_many_messages_is_claimed_by_one_of_many_workers(database: Database) -> None:
    town = await found(database)
    await plan(database, town, *(reminder(f"r{n}", forum_id=n) for n in (town.council, town.planning, town.homeless)))
    await plan(database, town, *(reminder(f"p{n}", person_id=n) for n in (town.anna, town.bo)))
    taken = await asyncio.gather(*(claim_as(database, f"w{number}") for number in range(5)))
    ids = [each.id for some in taken for each in some]
    assert len(ids) == len(set(ids))
    rest = await claim_as(database, "last")  # a worker that met a locked row skipped it; nothing is left behind
    assert len(ids) + len(rest) == 5


@pytest.mark.asyncio
async def test_a_channel_has_one_message_in_flight_and_its_order_kept(database: Database) -> None:
    town = await found(database)
    for number in range(3):
        due = MORNING + timedelta(minutes=number)
        await plan(database, town, reminder(f"r{number}", due, forum_id=town.council))
    now = MORNING + timedelta(minutes=5)
    (first,) = await claim_as(database, "w1", now)
    assert await claim_as(database, "w2", now) == []
    async with database.transaction() as session:
        later = now + timedelta(minutes=10)
        await postpone(session, first, worker="w1", not_before=later, failure="429", unsure=False)
    assert await claim_as(database, "w2", now) == []  # the second does not pass the first
    (again,) = await claim_as(database, "w2", later)
    assert again.id == first.id
    await sent(database, again, later)
    assert await claim_as(database, "w2", later) == []  # a second has not passed
    (second,) = await claim_as(database, "w2", later + timedelta(seconds=1))
    assert second.due_at == MORNING + timedelta(minutes=1)


@pytest.mark.asyncio
async def test_two_forums_in_one_channel_share_its_lane(database: Database) -> None:
    town = await found(database)
    async with database.transaction() as session:
        forum = await session.get(Forum, town.homeless)
        assert forum is not None
        forum.channel_id = "C1"
        session.add(forum)
    await plan(database, town, reminder("r1", forum_id=town.council), reminder("r2", forum_id=town.homeless))
    assert len(await claim_as(database, "w1")) == 1
    assert await claim_as(database, "w2") == []


@pytest.mark.asyncio
async def test_a_dead_workers_message_is_taken_up_when_its_lease_has_run_out_and_then_one_looks(
    database: Database,
) -> None:
    town = await found(database)
    await plan(database, town, reminder("r1", forum_id=town.council))
    (first,) = await claim_as(database, "dead")
    assert not first.look
    assert await claim_as(database, "w2", MORNING + LEASE - timedelta(seconds=1)) == []
    taken = await asyncio.gather(*(claim_as(database, f"w{number}", MORNING + LEASE) for number in range(4)))
    (second,) = [each for some in taken for each in some]
    assert second.look
    assert second.first_try_at == MORNING


@pytest.mark.asyncio
async def test_a_clock_stepped_ahead_does_not_make_a_worker_claim_what_it_has_in_hand(
    sqlite_database: Database,
) -> None:
    town = await found(sqlite_database)
    await plan(sqlite_database, town, reminder("r1", forum_id=town.council))
    (first,) = await claim_as(sqlite_database, "w1")
    assert await claim_as(sqlite_database, "w1", MORNING + timedelta(days=1), frozenset({first.id})) == []


@pytest.mark.asyncio
async def test_a_clock_turned_back_does_not_leave_a_message_claimed_for_years(sqlite_database: Database) -> None:
    town = await found(sqlite_database)
    await plan(sqlite_database, town, reminder("r1", forum_id=town.council))
    await claim_as(sqlite_database, "dead", MORNING + timedelta(days=900))
    assert len(await claim_as(sqlite_database, "w1")) == 1


@pytest.mark.asyncio
async def test_who_has_lost_the_lease_cannot_give_the_message_back(sqlite_database: Database) -> None:
    town = await found(sqlite_database)
    await plan(sqlite_database, town, reminder("r1", forum_id=town.council))
    (old,) = await claim_as(sqlite_database, "w1")
    (new,) = await claim_as(sqlite_database, "w2", MORNING + LEASE)
    async with sqlite_database.transaction() as session:
        await postpone(session, old, worker="w1", not_before=MORNING, failure=None, unsure=False)
    (row,) = await outgoings(sqlite_database)
    assert row.claimed_by == "w2"
    assert row.lease_until == new.lease_until


@pytest.mark.asyncio
async def test_what_another_gave_up_as_uncertain_is_sent_all_the_same_when_its_first_holder_knows_so(
    database: Database,
) -> None:
    """A replica that stood still after its post wakes when another, which could not look, has closed the message."""
    town = await found(database)
    await plan(database, town, reminder("r1", forum_id=town.council))
    (old,) = await claim_as(database, "w1")
    (new,) = await claim_as(database, "w2", MORNING + LEASE)
    async with database.transaction() as session:
        await mark_refused(session, new, worker="w2", failure="missing_scope", unsure=True)
    await sent(database, old)
    (row,), (notice,) = await outgoings(database), await notices(database)
    assert (row.state, row.failure, row.unsure) == (OutgoingState.SENT, None, False)
    assert (notice.state, notice.reason) == (NoticeState.SENT, None)
