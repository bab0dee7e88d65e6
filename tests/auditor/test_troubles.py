"""The courier stops, the planner breaks, the link is lost: each makes the auditor speak within its stated time, once a
day, past the courier; and once when it is over."""

from datetime import timedelta

import pytest
from sqlmodel import col, update

from schedules.carrier import Undelivered
from storage.agreements.touch import touch
from storage.database import Database
from storage.models import Agreement, FindingKind, Notice, Outgoing, OutgoingState, Person
from storage.outbox import tell
from tests.auditor.lookout import Lookout, lookout
from tests.delivery.test_planner import SUMMONS, book, promise
from tests.delivery.world import AcceptedThenLost, Clock, Nyby, found, notices, plan, reminder

TICK = timedelta(minutes=1)
STOPPED = timedelta(minutes=5) + TICK  # as docs/delivery.md states
UNPLANNABLE = TICK
LINK_LOST = timedelta(seconds=90) + TICK
LATE = timedelta(minutes=15) + TICK


async def at_work(database: Database) -> tuple[Nyby, Lookout]:
    """A town where everything has worked for ten minutes."""
    town = await found(database)
    guard = lookout(database)
    await guard.pass_time(minutes=10)
    assert guard.verdicts[-1].well
    return town, guard


async def alarms(guard: Lookout) -> set[str]:
    return {row.kind for row in await guard.findings() if row.over_at is None and row.alarming}


@pytest.mark.asyncio
async def test_a_stopped_courier_is_told_of_within_six_minutes_though_nobody_carries(database: Database) -> None:
    _, guard = await at_work(database)
    guard.carrying = False
    took = await guard.until_it_speaks("U1", STOPPED)
    assert took > timedelta(minutes=4)
    assert not guard.verdicts[-1].well
    for user in ("U1", "U2"):
        (said,) = guard.heard_by(user)
        assert "Meddelanden skickas inte sedan tis 12 jan 2027 kl. 08.10" in said
    assert not guard.board.messages("C1")


@pytest.mark.asyncio
async def test_a_planner_that_never_ends_a_tick_is_told_of_within_six_minutes(database: Database) -> None:
    _, guard = await at_work(database)
    guard.planning = False
    await guard.until_it_speaks("U1", STOPPED)
    assert "planeras inte" in guard.heard_by("U1")[0]
    assert not guard.verdicts[-1].well


@pytest.mark.asyncio
async def test_an_agreement_that_cannot_be_planned_is_told_of_at_the_next_tick(database: Database) -> None:
    town, guard = await at_work(database)
    async with database.transaction() as session:
        await session.exec(
            update(Agreement)
            .where(col(Agreement.id) == town.agreement)
            .values(document={"kalender": {"lov": [{"namn": "sportlov"}]}})
        )
        await touch(session, town.agreement)
    await guard.until_it_speaks("U1", UNPLANNABLE)
    (said,) = guard.heard_by("U1")
    assert "Påminnelserna för Nyby kan inte räknas fram (KeyError: 'från')" in said
    async with database.transaction() as session:
        await session.exec(update(Agreement).where(col(Agreement.id) == town.agreement).values(document={}))
        await touch(session, town.agreement)
    await guard.pass_time(minutes=20)
    assert guard.verdicts[-1].well
    assert "kan räknas fram igen" in guard.heard_by("U1")[-1]


@pytest.mark.asyncio
async def test_a_link_that_is_silent_is_told_of_within_two_and_a_half_minutes(database: Database) -> None:
    _, guard = await at_work(database)
    guard.linked = False
    await guard.until_it_speaks("U1", LINK_LOST + TICK)  # the last sign of it was a tick ago
    assert "inte hört något från Slack sedan tis 12 jan 2027 kl. 08.10" in guard.heard_by("U1")[0]
    guard.linked = True
    await guard.pass_time(minutes=15)
    assert [said.split(".")[0] for said in guard.heard_by("U1")][1:] == ["Det fungerar igen\n• Boten hör Slack igen"]


@pytest.mark.asyncio
async def test_a_message_that_slack_does_not_take_is_late_after_a_quarter_of_an_hour(database: Database) -> None:
    town, guard = await at_work(database)
    await plan(database, town, reminder("a", guard.clock(), forum_id=town.council), now=guard.clock())
    guard.board.fail("C1", *(Undelivered(False, "http 503") for _ in range(99)))
    await guard.until_it_speaks("U1", LATE)
    (said,) = guard.heard_by("U1")
    assert "1 meddelande är försenat mer än en kvart; den första skulle ha kommit tis 12 jan 2027 kl. 08.10" in said
    guard.board.faults.clear()
    await guard.pass_time(minutes=40)
    assert guard.board.in_channel("C1") == [f"a:f{town.council}"]
    assert len(guard.heard_by("U1")) == 2
    assert guard.verdicts[-1].well


@pytest.mark.asyncio
async def test_a_reminder_the_planner_has_passed_over_is_found_and_said_to_be_lost(database: Database) -> None:
    """As if a fault of ours had dropped it: the facts ask for the summons, and the outbox does not have it."""
    town = await found(database)
    occasion = await book(database, town, await promise(database, town))
    guard = lookout(database)
    guard.clock.now = SUMMONS - timedelta(minutes=10)
    await guard.pass_time(minutes=10)
    summons = [each for each in await notices(database) if each.kind == "summons" and each.occasion_id == occasion]
    assert summons
    async with database.transaction() as session:
        for each in summons:
            await session.delete(await session.get_one(Notice, each.id))
    await guard.until_it_speaks("U1", timedelta(minutes=6))
    said = guard.heard_by("U1")[-1]
    assert "1 påminnelse för Nyby har inte planerats; den första skulle ha kommit fre 29 jan 2027 kl. 08.00" in said
    assert "De kommer inte av sig själva" in said


@pytest.mark.asyncio
async def test_what_the_planner_owes_is_found_and_comes_when_it_is_mended(sqlite_database: Database) -> None:
    town = await found(sqlite_database)
    await book(sqlite_database, town, await promise(sqlite_database, town))
    guard = lookout(sqlite_database)
    guard.clock.now = SUMMONS - timedelta(minutes=10)
    await guard.pass_time(minutes=5)
    guard.planning = False
    await guard.pass_time(minutes=12)
    assert {FindingKind.PLANNER, FindingKind.MISSING} <= await alarms(guard)
    told = guard.heard_by("U1")
    assert len(told) == 1, "what follows from a planner that stands still is not told beside it"
    guard.planning = True
    await guard.pass_time(minutes=20)
    assert await alarms(guard) == set()
    assert any("planeras igen" in said for said in guard.heard_by("U1"))


@pytest.mark.asyncio
async def test_a_claim_nobody_comes_back_to_is_stuck(sqlite_database: Database) -> None:
    town, guard = await at_work(sqlite_database)
    await plan(sqlite_database, town, reminder("a", guard.clock(), forum_id=town.council), now=guard.clock())
    async with sqlite_database.transaction() as session:
        await session.exec(
            update(Outgoing).values(
                state=OutgoingState.CLAIMED,
                claimed_by="gone",
                lane="c:C1",
                lease_until=guard.clock() + timedelta(minutes=3),
            )
        )
    guard.carrying = False
    await guard.pass_time(minutes=10)
    assert FindingKind.STUCK in await alarms(guard)


@pytest.mark.asyncio
async def test_a_notice_left_in_a_closed_message_is_found(sqlite_database: Database) -> None:
    town, guard = await at_work(sqlite_database)
    await plan(sqlite_database, town, reminder("a", guard.clock(), forum_id=town.council), now=guard.clock())
    async with sqlite_database.transaction() as session:
        await session.exec(update(Outgoing).values(state=OutgoingState.SENT))
    await guard.pass_time(minutes=17)
    assert await alarms(guard) == {FindingKind.STRANDED}


@pytest.mark.asyncio
async def test_what_is_refused_is_shown_and_neither_told_again_nor_silences_the_heartbeat(
    sqlite_database: Database,
) -> None:
    town, guard = await at_work(sqlite_database)
    await plan(sqlite_database, town, reminder("a", guard.clock(), forum_id=town.council), now=guard.clock())
    guard.board.fail("C1", Undelivered(True, "is_archived"))
    verdict = await guard.pass_time(minutes=20)
    assert verdict.well
    assert [(each.kind, each.count, each.reason) for each in verdict.findings] == [
        (FindingKind.REFUSED, 1, "is_archived")
    ]
    assert guard.heard_by("U1") == []


# --- how it speaks ----------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_each_trouble_is_told_once_a_day_and_once_when_it_is_over(sqlite_database: Database) -> None:
    _, guard = await at_work(sqlite_database)
    guard.carrying = False
    await guard.pass_time(minutes=40)
    assert len(guard.heard_by("U1")) == 1
    guard.clock.now += timedelta(days=1)
    await guard.pass_time(minutes=10)
    assert len(guard.heard_by("U1")) == 2
    guard.carrying = True
    await guard.pass_time(minutes=30)
    assert len(guard.heard_by("U1")) == 3
    assert "Meddelanden skickas igen. Det varade från tis 12 jan 2027 kl. 08.10" in guard.heard_by("U1")[-1]
    assert guard.verdicts[-1].well


@pytest.mark.asyncio
async def test_a_trouble_that_comes_and_goes_is_one_trouble(sqlite_database: Database) -> None:
    _, guard = await at_work(sqlite_database)
    for _ in range(3):
        guard.carrying = False
        await guard.pass_time(minutes=8)
        guard.carrying = True
        await guard.pass_time(minutes=4)
    assert len(guard.heard_by("U1")) == 1
    await guard.pass_time(minutes=15)
    assert len(guard.heard_by("U1")) == 2


@pytest.mark.asyncio
async def test_two_replicas_say_it_once(database: Database) -> None:
    _, guard = await at_work(database)
    other = Lookout(database, guard.clock, guard.board, planning=False, carrying=False)
    await other.look()
    guard.carrying = False
    for _ in range(20):
        await guard.pass_time(minutes=1)
        await other.look()
    assert len(guard.heard_by("U1")) == len(guard.heard_by("U2")) == 1


@pytest.mark.asyncio
async def test_another_replicas_courier_is_courier_enough(sqlite_database: Database) -> None:
    _, guard = await at_work(sqlite_database)
    other = Lookout(sqlite_database, guard.clock, guard.board)
    guard.carrying = guard.planning = guard.linked = False
    for _ in range(20):
        await other.tick()
        await guard.pass_time(minutes=1)
    assert guard.verdicts[-1].well
    assert guard.heard_by("U1") == []


@pytest.mark.asyncio
async def test_what_slack_does_not_take_now_is_tried_at_the_next_tick_and_not_said_twice(
    sqlite_database: Database,
) -> None:
    _, guard = await at_work(sqlite_database)
    guard.carrying = False
    guard.board.fail("U1", Undelivered(False, "http 503", unsure=True), AcceptedThenLost())
    await guard.pass_time(minutes=12)
    assert len(guard.heard_by("U1")) == 1
    assert len(guard.heard_by("U2")) == 1


@pytest.mark.asyncio
async def test_quiet_hours_are_kept_and_the_word_comes_when_they_end(sqlite_database: Database) -> None:
    town, guard = await at_work(sqlite_database)
    async with sqlite_database.transaction() as session:
        await session.exec(
            update(Person).where(col(Person.id) == town.anna).values(quiet_from="08:00", quiet_to="08:30")
        )
    guard.carrying = False
    await guard.pass_time(minutes=10)
    assert guard.heard_by("U1") == []
    assert len(guard.heard_by("U2")) == 1
    await guard.pass_time(minutes=11)
    assert len(guard.heard_by("U1")) == 1


# --- no false alarms --------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_after_an_outage_of_two_days_catching_up_is_no_alarm(sqlite_database: Database) -> None:
    town, guard = await at_work(sqlite_database)
    await book(sqlite_database, town, await promise(sqlite_database, town))
    await plan(sqlite_database, town, reminder("a", guard.clock() + timedelta(hours=5), forum_id=town.council))
    guard.clock.now += timedelta(days=20)
    await guard.pass_time(minutes=30)
    assert all(verdict.well for verdict in guard.verdicts)
    assert guard.heard_by("U1") == []


@pytest.mark.asyncio
async def test_a_message_held_back_by_quiet_hours_is_not_late(sqlite_database: Database) -> None:
    town, guard = await at_work(sqlite_database)
    async with sqlite_database.transaction() as session:
        await session.exec(
            update(Person).where(col(Person.id) == town.anna).values(quiet_from="08:00", quiet_to="08:40")
        )
        await tell(
            session,
            workspace_id=town.workspace,
            key="a",
            kind="today",
            due_at=guard.clock(),
            now=guard.clock(),
            person_id=town.anna,
        )
    await guard.pass_time(minutes=35)
    assert all(verdict.well for verdict in guard.verdicts)
    assert [each.key for each in guard.board.messages("U1")] == [f"a:p{town.anna}"]


@pytest.mark.asyncio
async def test_a_courier_busy_for_long_with_one_tick_is_at_work(sqlite_database: Database) -> None:
    town, guard = await at_work(sqlite_database)
    guard.carrying = False
    for minute in range(20):
        await plan(
            sqlite_database, town, reminder(f"m{minute}", guard.clock(), forum_id=town.council), now=guard.clock()
        )
        await guard._carry()  # it sends, but never ends its tick
        await guard.pass_time(minutes=1)
    assert all(verdict.well for verdict in guard.verdicts)


@pytest.mark.asyncio
async def test_a_replica_whose_clock_goes_a_minute_ahead_is_not_taken_for_a_silent_one(
    sqlite_database: Database,
) -> None:
    _, guard = await at_work(sqlite_database)
    other = Lookout(sqlite_database, Clock(guard.clock() + timedelta(minutes=1)), guard.board)
    guard.carrying = guard.planning = guard.linked = False
    for _ in range(12):
        other.clock.step(minutes=1)
        await other.tick()
        await guard.pass_time(minutes=1)
    assert all(verdict.well for verdict in guard.verdicts)
