"""Each a failure that another bot on the same libraries was seen to have; here it must not happen.

What concerns commands, health pages and start order is tested where those live.
"""

from datetime import timedelta
from pathlib import Path

import pytest

from schedules import planner as due
from schedules.courier import Undelivered
from storage import outbox
from storage.database import Database
from storage.message import say
from storage.migrating import migrate
from storage.models import NoticeState
from storage.outbox import withdraw
from tests.delivery.test_planner import book, kinds, promise
from tests.delivery.world import MORNING, AcceptedThenLost, found, notices, plan, post_office, reminder


@pytest.mark.asyncio
async def test_1_a_restart_forgets_no_reminder(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'kept.sqlite3'}"
    before = Database(address)
    await migrate(before)
    town = await found(before)
    await plan(before, town, reminder("r1", MORNING + timedelta(days=2), forum_id=town.council))
    await before.close()
    after = Database(address)
    post = post_office(after)
    assert await post.carry() == 0
    post.clock.step(days=2)
    assert await post.carry() == 1
    await after.close()


@pytest.mark.asyncio
async def test_2_and_3_a_snooze_after_a_restart_comes_and_is_one_extra_reminder(sqlite_database: Database) -> None:
    town = await found(sqlite_database)
    await plan(sqlite_database, town, reminder("r1", forum_id=town.council))
    post = post_office(sqlite_database)
    await post.carry()
    for _ in range(2):  # pressed twice
        async with sqlite_database.transaction() as session:
            await outbox.tell(
                session,
                workspace_id=town.workspace,
                key=f"snoozed:r1:{MORNING.date()}",
                kind="snoozed",
                due_at=MORNING + timedelta(hours=1),
                now=MORNING,
                person_id=town.anna,
                message=say("igen"),
            )
    again = post_office(sqlite_database)  # another process, another memory
    again.worker = "w2"
    assert await again.carry_for(days=0.1) == 1
    assert again.board.in_channel("U1") == ["igen"]


@pytest.mark.asyncio
async def test_4_withdrawing_about_occasion_1_leaves_12_and_13_alone(sqlite_database: Database) -> None:
    town = await found(sqlite_database)
    await plan(sqlite_database, town, *(reminder(f"today:o{number}", forum_id=town.council) for number in (1, 12, 13)))
    async with sqlite_database.transaction() as session:
        keys = [f"today:o1:f{town.council}"]
        assert await withdraw(session, keys=keys, reason="cancelled", now=MORNING) == 1
    post = post_office(sqlite_database)
    await post.carry()
    assert post.board.in_channel("C1") == [f"today:o12:f{town.council}", f"today:o13:f{town.council}"]


@pytest.mark.asyncio
async def test_5_what_one_replica_withdraws_no_other_sends(database: Database) -> None:
    town = await found(database)
    await plan(database, town, reminder("r1", MORNING + timedelta(hours=1), forum_id=town.council))
    first, second = post_office(database), post_office(database)
    second.worker = "w2"
    await first.carry()
    async with database.transaction() as session:
        await withdraw(session, keys=[f"r1:f{town.council}"], reason="logged", now=MORNING)
    assert await second.carry_for(hours=2) == 0
    assert second.board.tries == 0


@pytest.mark.asyncio
async def test_6_slack_down_at_the_tick_delays_by_minutes_and_loses_nothing(sqlite_database: Database) -> None:
    town = await found(sqlite_database)
    await plan(sqlite_database, town, reminder("r1", forum_id=town.council))
    post = post_office(sqlite_database)
    post.board.fail("C1", *[Undelivered(False, "503")] * 6)
    assert await post.carry_for(minutes=20) == 1
    assert post.board.in_channel("C1") == [f"r1:f{town.council}"]


@pytest.mark.asyncio
async def test_6_slack_down_for_days_ends_in_one_list_and_not_in_a_row_of_pings(database: Database) -> None:
    town = await found(database)
    post = post_office(database)
    for day in range(3):
        now = MORNING + timedelta(days=day)
        await plan(database, town, reminder(f"r{day}", now, forum_id=town.council), now=now)
        post.clock.now = now
        post.board.faults["C1"] = [Undelivered(False, "503")]
        assert await post.carry() == 0
    post.board.faults["C1"] = []
    post.clock.step(hours=1)
    assert await post.carry_for(minutes=30) == 2
    first, rest = post.board.messages("C1")
    assert first.message.plain() == f"r0:f{town.council}"  # tried before: it may have stood there already
    assert rest.message.plain().split("\n") == [f"r1:f{town.council}", f"r2:f{town.council}"]


@pytest.mark.asyncio
async def test_7_a_timeout_after_delivery_is_not_delivered_again(sqlite_database: Database) -> None:
    town = await found(sqlite_database)
    await plan(sqlite_database, town, reminder("r1", forum_id=town.council))
    post = post_office(sqlite_database)
    post.board.fail("C1", AcceptedThenLost(), AcceptedThenLost())
    assert await post.carry_for(hours=1) == 1
    assert len(post.board.history) == 1
    assert [each.state for each in await notices(sqlite_database)] == [NoticeState.SENT]


@pytest.mark.asyncio
async def test_8_a_tick_that_is_hours_late_skips_nothing(sqlite_database: Database) -> None:
    town = await found(sqlite_database)
    await plan(sqlite_database, town, *(reminder(f"r{number}", person_id=town.anna) for number in range(4)))
    post = post_office(sqlite_database)
    post.clock.step(hours=5)
    assert await post.carry() == 1
    assert len(post.board.in_channel("U1")) == 4


@pytest.mark.asyncio
async def test_9_a_bot_restarted_more_often_than_a_reminder_comes_still_sends_it(sqlite_database: Database) -> None:
    town = await found(sqlite_database)
    await plan(sqlite_database, town, reminder("r1", MORNING + timedelta(days=3), forum_id=town.council))
    sent = 0
    for hours in range(0, 24 * 4, 8):
        post = post_office(sqlite_database)
        post.worker = f"life {hours}"
        post.clock.step(hours=hours)
        sent += await post.carry()
    assert sent == 1


@pytest.mark.asyncio
async def test_10_what_nobody_has_logged_for_weeks_is_found_by_its_stored_time(database: Database) -> None:
    """The stored instants are read back as what they are: the scan for what is old does not fail at the first."""
    town = await found(database)
    commitment = await promise(database, town)
    occasion = await book(database, town, commitment)
    post = post_office(database)
    for _ in range(60):
        post.clock.step(days=1)
        await due.plan(database, post.clock())
    asked = [kind for kind in await kinds(database, occasion) if kind == "log"]
    assert len(asked) >= 3  # the day after, a week after, two weeks after


@pytest.mark.asyncio
async def test_12_withdrawing_about_an_occasion_takes_all_its_kinds_and_recipients(sqlite_database: Database) -> None:
    town = await found(sqlite_database)
    keys = [("soon", town.council, None), ("today", town.council, None), ("log", None, town.anna)]
    await plan(
        sqlite_database, town, *(reminder(kind, forum_id=forum, person_id=person) for kind, forum, person in keys)
    )
    every = [each.key for each in await notices(sqlite_database)]
    async with sqlite_database.transaction() as session:
        assert await withdraw(session, keys=every, reason="dismissed", now=MORNING) == 3
    post = post_office(sqlite_database)
    assert await post.carry_for(hours=1) == 0
