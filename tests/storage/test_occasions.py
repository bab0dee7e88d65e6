"""Occasions and what came of them: booked once, moved, called off, and every version kept."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.database import Database
from storage.models import Notice, NoticeState, Occasion, Outcome
from storage.occasions import (
    Occupied,
    book,
    cancel,
    current_outcome,
    followed,
    locked,
    move,
    nearest_unlogged,
    occasion_on,
    oldest_unlogged,
    outcomes_of,
    outcomes_since,
    record_outcome,
)
from storage.outbox import tell
from storage.terms import OccasionState
from tests.nyby import NOW, Nyby, nyby

DAY = date(2027, 10, 14)
TODAY = date(2027, 10, 20)


async def founded(database: Database) -> Nyby:
    async with database.transaction() as session:
        return await nyby(session, NOW)


async def booked(session: AsyncSession, town: Nyby, on: date = DAY, at: str | None = "13:00") -> Occasion:
    walk = town.commitments["aktivitet-trygghetsvandring"]
    occasion, _ = await book(session, commitment_id=walk, on=on, at=at, place="Torget", person_id=None, now=NOW)
    return occasion


async def logged(session: AsyncSession, occasion: Occasion, **said: Any) -> Outcome:
    entry: dict[str, Any] = {
        "state": OccasionState.HELD,
        "on": occasion.on,
        "place": "",
        "participants": 12,
        "parties": ["Nykvarns kommun"],
        "goal_result": "",
        "text": "",
        "person": None,
        "now": NOW,
    }
    return await record_outcome(session, occasion, **(entry | said))


async def waiting(session: AsyncSession, town: Nyby, occasion: Occasion) -> None:
    await tell(
        session,
        workspace_id=town.workspace,
        key=f"soon:{occasion.id}",
        kind="soon",
        due_at=NOW,
        now=NOW,
        forum_id=town.forums["planeringsgruppen"],
        occasion_id=occasion.id,
    )


@pytest.mark.asyncio
async def test_booking_the_same_twice_is_once_and_another_time_of_day_is_another(database: Database) -> None:
    town = await founded(database)
    async with database.transaction() as session:
        walk = town.commitments["aktivitet-trygghetsvandring"]
        times: tuple[str | None, ...] = ("13:00", "13:00", "15:00", None)
        made = [
            await book(session, commitment_id=walk, on=DAY, at=at, place="", person_id=None, now=NOW) for at in times
        ]
    assert [new for _, new in made] == [True, False, True, True]
    assert made[0][0].id == made[1][0].id


@pytest.mark.asyncio
async def test_two_who_book_the_same_at_once_get_the_same(database: Database) -> None:
    town = await founded(database)

    async def one() -> int | None:
        async with database.transaction() as session:
            return (await booked(session, town)).id

    assert len(set(await asyncio.gather(*(one() for _ in range(4))))) == 1


@pytest.mark.asyncio
async def test_moving_leaves_the_old_one_and_points_to_the_new(database: Database) -> None:
    town = await founded(database)
    async with database.transaction() as session:
        old = await booked(session, town)
        await waiting(session, town, old)
        new = await move(session, old, on=DAY + timedelta(7), at="14:00", place="Sal 3", person_id=None, now=NOW)
    async with database.reading() as session:
        assert new is not None
        stored = await session.get(Occasion, old.id)
        assert stored is not None
        assert (stored.state, stored.on, stored.moved_to_id) == (OccasionState.MOVED, DAY, new.id)
        assert (await followed(session, stored)).id == new.id
        assert [each.state for each in (await session.exec(select(Notice))).all()] == [NoticeState.WITHDRAWN]


@pytest.mark.asyncio
async def test_what_was_moved_back_and_forth_ends_where_it_is(database: Database) -> None:
    town = await founded(database)
    async with database.transaction() as session:
        first = await booked(session, town)
        second = await move(session, first, on=DAY + timedelta(7), at=None, place="", person_id=None, now=NOW)
        assert second is not None
        third = await move(session, second, on=DAY, at="13:00", place="", person_id=None, now=NOW)
        assert third is not None
        assert third.id not in (first.id, second.id)
        assert (await followed(session, first)).id == third.id


@pytest.mark.asyncio
async def test_only_one_of_two_who_move_or_call_off_at_once_does_it(database: Database) -> None:
    town = await founded(database)
    async with database.transaction() as session:
        occasion = await booked(session, town)

    async def calls_off() -> bool:
        async with database.transaction() as session:
            mine = await session.get(Occasion, occasion.id)
            assert mine is not None
            return await cancel(session, mine, now=NOW)

    async def moves() -> bool:
        async with database.transaction() as session:
            mine = await session.get(Occasion, occasion.id)
            assert mine is not None
            new = await move(session, mine, on=DAY + timedelta(7), at=None, place="", person_id=None, now=NOW)
            return new is not None

    assert sum(await asyncio.gather(calls_off(), moves(), calls_off(), moves())) == 1


@pytest.mark.asyncio
async def test_a_call_off_makes_room_for_a_new_booking_of_the_same_time(database: Database) -> None:
    town = await founded(database)
    async with database.transaction() as session:
        first = await booked(session, town)
        assert await cancel(session, first, now=NOW)
        assert not await cancel(session, first, now=NOW)
        second = await booked(session, town)
        assert second.id != first.id
        await logged(session, second, state=OccasionState.CANCELLED, participants=None)
        assert (await booked(session, town)).id not in (first.id, second.id)


@pytest.mark.asyncio
async def test_every_version_is_kept_and_the_newest_counts(database: Database) -> None:
    town = await founded(database)
    async with database.transaction() as session:
        occasion = await booked(session, town)
        await logged(session, occasion)
        await logged(session, occasion, on=DAY - timedelta(2), participants=14)
        assert occasion.id is not None
        versions = await outcomes_of(session, occasion_id=occasion.id)
        assert [(each.version, each.on, each.participants) for each in versions] == [
            (1, DAY, 12),
            (2, DAY - timedelta(2), 14),
        ]
        newest = await current_outcome(session, occasion_id=occasion.id)
        assert newest is not None
        assert newest.version == 2
        assert (occasion.on, occasion.state, occasion.place) == (DAY - timedelta(2), OccasionState.HELD, "Torget")
        listed = await outcomes_since(session, agreement_id=town.agreement, first=date(2027, 1, 1))
        assert [outcome.version for _, _, outcome in listed] == [2]


@pytest.mark.asyncio
async def test_an_outcome_nobody_wrote_is_none(database: Database) -> None:
    town = await founded(database)
    async with database.transaction() as session:
        occasion = await booked(session, town)
        assert await current_outcome(session, occasion_id=occasion.id or 0) is None
        assert await outcomes_of(session, occasion_id=occasion.id or 0) == []


@pytest.mark.asyncio
async def test_the_days_occasion_is_the_one_still_planned_and_never_one_moved(database: Database) -> None:
    town = await founded(database)
    walk = town.commitments["aktivitet-trygghetsvandring"]
    async with database.transaction() as session:
        assert await occasion_on(session, commitment_id=walk, on=DAY) is None
        held = await booked(session, town, at="13:00")
        await logged(session, held)
        assert (await occasion_on(session, commitment_id=walk, on=DAY)) == held
        later = await booked(session, town, at="19:00")
        assert (await occasion_on(session, commitment_id=walk, on=DAY)) == later
        gone = await booked(session, town, on=DAY + timedelta(1))
        await move(session, gone, on=DAY + timedelta(3), at=None, place="", person_id=None, now=NOW)
        assert await occasion_on(session, commitment_id=walk, on=DAY + timedelta(1)) is None


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("booked_on", "logged_on", "found"),
    [
        (DAY, DAY, True),
        (DAY - timedelta(7), DAY, True),
        (DAY - timedelta(8), DAY, False),
        (DAY + timedelta(6), DAY, True),  # today
        (DAY + timedelta(7), DAY, False),  # tomorrow
    ],
)
async def test_the_nearest_unlogged_lies_within_a_week_and_not_ahead(
    sqlite_database: Database, booked_on: date, logged_on: date, found: bool
) -> None:
    town = await founded(sqlite_database)
    walk = town.commitments["aktivitet-trygghetsvandring"]
    async with sqlite_database.transaction() as session:
        occasion = await booked(session, town, on=booked_on)
        nearest = await nearest_unlogged(session, commitment_id=walk, on=logged_on, today=TODAY)
        assert nearest == (occasion if found else None)


@pytest.mark.asyncio
async def test_the_oldest_unlogged_is_neither_logged_nor_ahead(sqlite_database: Database) -> None:
    town = await founded(sqlite_database)
    walk = town.commitments["aktivitet-trygghetsvandring"]
    async with sqlite_database.transaction() as session:
        first, second = await booked(session, town), await booked(session, town, on=DAY + timedelta(2))
        await booked(session, town, on=TODAY + timedelta(1))
        assert await oldest_unlogged(session, commitment_id=walk, today=TODAY) == first
        await logged(session, first)
        assert await oldest_unlogged(session, commitment_id=walk, today=TODAY) == second
        await logged(session, second)
        assert await oldest_unlogged(session, commitment_id=walk, today=TODAY) is None


@pytest.mark.asyncio
async def test_a_locked_occasion_is_as_others_have_left_it(database: Database) -> None:
    town = await founded(database)
    async with database.transaction() as session:
        occasion = await booked(session, town)
    async with database.reading() as stale:
        seen = await stale.get(Occasion, occasion.id)
        assert seen is not None
        await stale.commit()
        async with database.transaction() as session:
            mine = await session.get(Occasion, occasion.id)
            assert mine is not None
            await cancel(session, mine, now=NOW)
        assert seen.state is OccasionState.PLANNED
        assert (await locked(stale, seen)).state is OccasionState.CANCELLED


@pytest.mark.asyncio
async def test_what_is_moved_onto_another_stays_where_it_is(database: Database) -> None:
    town, later = await founded(database), DAY + timedelta(7)
    async with database.transaction() as session:
        numbers = [(await booked(session, town, on)).id for on in (DAY, later)]
    with pytest.raises(Occupied) as occupied:
        async with database.transaction() as session:
            first = await session.get_one(Occasion, numbers[0])
            await move(session, first, on=later, at="13:00", place="", person_id=None, now=NOW)
    assert occupied.value.args == (numbers[1],)
    async with database.reading() as session:
        assert (await session.get_one(Occasion, numbers[0])).state is OccasionState.PLANNED
