"""Clocks that jump, summer time, a year of 53 weeks, leap day, a week's outage: each reminder once, at eight local."""

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import update

from schedules.composing import compose
from schedules.courier import Undelivered
from schedules.planner import plan as plan_due
from storage.database import Database
from storage.models import Agreement, Occasion
from tests.delivery.test_planner import promise
from tests.delivery.world import MORNING, AcceptedThenLost, Post, found, outgoings, plan, post_office, reminder
from tests.faults.trial import trial

ZONE = ZoneInfo("Europe/Stockholm")


async def meeting_on(database: Database, day: date) -> Post:
    """A town whose council meets that day at 13; the clock stands two days before."""
    town = await found(database)
    async with database.transaction() as session:
        await session.exec(update(Agreement).values(starts=date(2026, 1, 1)))
    commitment = await promise(database, town)
    office = post_office(database)
    office.compose = compose
    office.clock.now = datetime(day.year, day.month, day.day, tzinfo=ZONE).astimezone(MORNING.tzinfo) - timedelta(
        days=2
    )
    async with database.transaction() as session:
        session.add(
            Occasion(
                commitment_id=commitment,
                on=day,
                at="13:00",
                place="Kommunhuset",
                natural_key=day.isoformat(),
                booked_at=office.clock.now - timedelta(days=30),
            )
        )
    return office


async def live(office: Post, days: int) -> None:
    """Half an hour at a time: plan, carry."""
    end = office.clock() + timedelta(days=days)
    while office.clock() < end:
        office.clock.step(minutes=30)
        await plan_due(office.database, office.clock())
        await office.carry()


@pytest.mark.parametrize(
    ("day", "week", "offset"),
    [
        (date(2026, 10, 26), 44, 1),  # the day after summer time ends
        (date(2027, 3, 30), 13, 2),  # the first working day after it begins, with Easter between
        (date(2026, 12, 29), 53, 1),  # the last week of a year of 53
        (date(2028, 2, 29), 9, 1),  # leap day
    ],
)
@pytest.mark.asyncio
async def test_on_the_calendars_odd_days_a_meetings_reminder_comes_once_at_eight_local_time(
    sqlite_database: Database, day: date, week: int, offset: int
) -> None:
    office = await meeting_on(sqlite_database, day)
    await live(office, days=4)
    that_day = [
        each for each in office.board.messages("C1") if each.at.astimezone(ZONE).date() == day and "13.00" in str(each)
    ]
    assert len(that_day) == 1
    at = that_day[0].at.astimezone(ZONE)
    assert (at.hour, at.minute, at.utcoffset()) == (8, 0, timedelta(hours=offset))
    assert f"(v. {week})" in that_day[0].message.plain()
    keys = [each.key for each in office.board.history]
    assert len(keys) == len(set(keys))


@pytest.mark.asyncio
async def test_a_week_away_over_the_change_to_winter_time_ends_in_each_told_once(sqlite_database: Database) -> None:
    office = await meeting_on(sqlite_database, date(2026, 10, 26))
    await live(office, days=1)
    before = len(office.board.history)
    office.clock.step(days=7)
    await live(office, days=1)
    assert len(office.board.history) > before
    keys = [each.key for each in office.board.history]
    assert len(keys) == len(set(keys))


@pytest.mark.asyncio
async def test_a_clock_set_back_after_sending_sends_nothing_again(tmp_path: Path) -> None:
    async with trial(tmp_path) as it:
        await it.owe(4)
        await it.pass_time(minutes=1)
        it.bot.clock.set(it.bot.clock.now() - timedelta(days=3))
        await it.bot.plan()
        await it.carry()
        it.bot.clock.set(it.bot.clock.now() + timedelta(days=4))
        await it.bot.plan()
        await it.carry()
        told = await it.count()
        assert (told.sent, told.lost, told.doubled) == (4, 0, 0)


@pytest.mark.asyncio
async def test_a_clock_that_jumped_ahead_and_was_set_right_leaves_nothing_waiting_for_years(database: Database) -> None:
    """The wait after a failure was reckoned from a time that never came."""
    town = await found(database)
    await plan(database, town, reminder("r1", forum_id=town.council))
    office = post_office(database)
    office.clock.step(days=800)
    office.board.fail("C1", Undelivered(False, "http 503"))
    await office.carry()
    office.clock.step(days=-800, minutes=5)
    await office.carry_for(minutes=30)
    assert len(office.board.history) == 1
    assert [each.state.value for each in await outgoings(database)] == ["sent"]


@pytest.mark.parametrize(
    ("ahead", "set_right_after"),
    [
        (timedelta(hours=2), timedelta(minutes=10)),
        (timedelta(hours=2), timedelta(hours=3)),  # one's own first try then lies behind, as if nothing had happened
        (timedelta(days=800), timedelta(minutes=10)),
    ],
    ids=str,
)
@pytest.mark.asyncio
async def test_what_arrived_under_a_clock_that_was_ahead_is_found_when_it_is_right(
    database: Database, ahead: timedelta, set_right_after: timedelta
) -> None:
    """Slack's clock was right all the time: one must look further back than to one's own first try."""
    town = await found(database)
    await plan(database, town, reminder("r1", forum_id=town.council))
    office = post_office(database)
    office.clock.now += ahead
    office.board.clock = type(office.clock)(office.clock.now - ahead)
    office.board.fail("C1", AcceptedThenLost())
    await office.carry()
    office.clock.now += set_right_after - ahead
    await office.carry_for(minutes=30)
    assert len(office.board.history) == 1
    assert [each.state.value for each in await outgoings(database)] == ["sent"]
