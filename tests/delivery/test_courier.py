"""How the courier behaves when Slack takes, refuses, is slow, is silent, or takes and does not say so."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from schedules.courier import Manners, Undelivered
from schedules.manners import waiting_time
from storage import outbox
from storage.backlog import refused
from storage.database import Database
from storage.downtime import beat, wake
from storage.message import Message, Part, say
from storage.models import Appointment, Notice, NoticeState, OutgoingState, Workspace
from tests.delivery.world import (
    MORNING,
    AcceptedThenLost,
    Clock,
    Noticeboard,
    Nyby,
    Post,
    Said,
    found,
    notices,
    outgoings,
    plan,
    post_office,
    reminder,
    say_keys,
)

ARCHIVED = Undelivered(True, "is_archived", scope="channel", unsure=False)
BUSY = Undelivered(False, "ratelimited", retry_after="30", scope="channel", unsure=False)
BROKEN = Undelivered(False, "503")


async def tell(
    database: Database, town: Nyby, text: str, *, forum_id: int | None = None, person_id: int | None = None
) -> None:
    async with database.transaction() as session:
        await outbox.tell(
            session,
            workspace_id=town.workspace,
            key=text,
            kind="outcome",
            due_at=MORNING,
            now=MORNING,
            message=say(text),
            agreement_id=town.agreement,
            forum_id=forum_id,
            person_id=person_id,
        )


@pytest.mark.asyncio
async def test_a_sent_message_is_marked_with_where_and_when_it_stands(database: Database) -> None:
    town = await found(database)
    await plan(database, town, reminder("r1", forum_id=town.council))
    post = post_office(database)
    assert await post.carry() == 1
    (row,) = await outgoings(database)
    assert (row.state, row.channel_id, row.ts, row.sent_at) == (OutgoingState.SENT, "C1", "1.000", MORNING)
    assert [each.state for each in await notices(database)] == [NoticeState.SENT]
    assert await post.carry() == 0


@pytest.mark.asyncio
async def test_a_channel_gets_one_message_a_second_and_others_are_not_held_up(sqlite_database: Database) -> None:
    town = await found(sqlite_database)
    for number in range(3):
        await tell(sqlite_database, town, f"nr {number}", forum_id=town.council)
    await tell(sqlite_database, town, "annat", forum_id=town.planning)
    post = post_office(sqlite_database)
    assert await post.carry() == 4
    assert [each.at - MORNING for each in post.board.messages("C1")] == [timedelta(seconds=n) for n in range(3)]
    assert post.board.in_channel("C1") == ["nr 0", "nr 1", "nr 2"]
    assert [each.at for each in post.board.messages("C2")] == [MORNING]


@pytest.mark.asyncio
async def test_a_slow_channel_does_not_hold_up_the_others(sqlite_database: Database) -> None:
    town = await found(sqlite_database)
    await tell(sqlite_database, town, "trög", forum_id=town.council)
    await tell(sqlite_database, town, "efter den tröga", forum_id=town.council)
    post = post_office(sqlite_database)
    answer = asyncio.Event()
    post.board.fail("C1", answer)
    for number in range(3):
        await tell(sqlite_database, town, f"nr {number}", forum_id=town.planning)
    underway = asyncio.create_task(post.carry())
    await post.board.until(lambda: len(post.board.messages("C2")) == 3)
    assert post.board.messages("C1") == []
    answer.set()
    assert await underway == 5
    assert post.board.in_channel("C1") == ["trög", "efter den tröga"]


@pytest.mark.asyncio
async def test_slack_asking_for_patience_gets_it_for_that_channel_only(sqlite_database: Database) -> None:
    town = await found(sqlite_database)
    await tell(sqlite_database, town, "ett", forum_id=town.council)
    await tell(sqlite_database, town, "två", forum_id=town.council)
    await tell(sqlite_database, town, "tre", forum_id=town.planning)
    post = post_office(sqlite_database)
    post.board.fail("C1", BUSY)
    assert await post.carry() == 1
    post.clock.step(seconds=29)
    assert await post.carry() == 0
    post.clock.step(seconds=2)
    assert await post.carry() == 2
    assert post.board.in_channel("C1") == ["ett", "två"]
    assert post.board.looks == 0  # a 429 was a plain no


@pytest.mark.asyncio
async def test_slack_asking_for_patience_with_everything_gets_it_also_from_other_replicas(database: Database) -> None:
    town = await found(database)
    await tell(database, town, "ett", forum_id=town.council)
    post = post_office(database)
    post.board.fail("C1", Undelivered(False, "ratelimited", retry_after=60, scope="method", unsure=False))
    await post.carry()
    await tell(database, town, "två", forum_id=town.planning)
    other = post_office(database)
    other.worker, other.board, other.clock = "w2", post.board, post.clock
    assert await other.carry() == 0
    assert post.board.tries == 1
    post.clock.step(seconds=61)
    assert await other.carry() == 2


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        (30, 31),
        ("30", 31),
        (0, 1),
        ("1.5", 2.5),
        (10_000_000, 3600),
        ("inf", 5),
        ("nan", 5),
        ("-3", 5),
        ("soon", 5),
        ("", 5),
        (None, 5),
    ],
)
def test_whatever_retry_after_says_the_wait_is_sensible(retry_after: float | str | None, seconds: float) -> None:
    assert waiting_time(1, retry_after, lambda: 1.0, Manners()).total_seconds() == seconds


def test_waits_double_up_to_a_quarter_of_an_hour_with_chance_in_half_of_it() -> None:
    manners = Manners()
    longest = [waiting_time(tries, None, lambda: 1.0, manners).total_seconds() for tries in range(1, 12)]
    assert longest == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900]
    assert waiting_time(3, None, lambda: 0.0, manners).total_seconds() == 10
    assert waiting_time(10_000, None, lambda: 1.0, manners).total_seconds() == 900


@pytest.mark.asyncio
async def test_a_message_taken_without_an_answer_is_found_and_not_repeated(database: Database) -> None:
    town = await found(database)
    await tell(database, town, "ett", forum_id=town.council)
    post = post_office(database)
    post.board.fail("C1", AcceptedThenLost())
    assert await post.carry_for(minutes=2) == 1
    assert post.board.in_channel("C1") == ["ett"]
    (row,) = await outgoings(database)
    assert (row.state, row.ts) == (OutgoingState.SENT, "1.000")


@pytest.mark.asyncio
async def test_a_message_lost_on_the_way_is_looked_for_and_then_sent(sqlite_database: Database) -> None:
    town = await found(sqlite_database)
    await tell(sqlite_database, town, "ett", forum_id=town.council)
    post = post_office(sqlite_database)
    post.board.fail("C1", TimeoutError(), ConnectionResetError(), BROKEN)
    assert await post.carry_for(minutes=5) == 1
    assert post.board.in_channel("C1") == ["ett"]
    assert post.board.looks == 3


@pytest.mark.asyncio
async def test_after_an_unknown_outcome_slack_is_given_time_before_one_looks(sqlite_database: Database) -> None:
    town = await found(sqlite_database)
    await tell(sqlite_database, town, "ett", forum_id=town.council)
    post = post_office(sqlite_database)
    post.board.fail("C1", TimeoutError())
    await post.carry()
    post.clock.step(seconds=18)
    await post.carry()
    assert post.board.looks == 0
    post.clock.step(seconds=2)
    await post.carry()
    assert post.board.looks == 1


@pytest.mark.asyncio
async def test_where_history_cannot_be_read_an_unsure_message_is_not_repeated_but_told_of(
    sqlite_database: Database,
) -> None:
    town = await found(sqlite_database)
    await tell(sqlite_database, town, "ett", forum_id=town.council)
    post = post_office(sqlite_database)
    post.board.fail("C1", AcceptedThenLost())
    post.board.blind = Undelivered(True, "missing_scope", scope="channel", unsure=False)
    await post.carry_for(minutes=2)
    assert post.board.in_channel("C1") == ["ett"]
    (row, *_) = await outgoings(sqlite_database)
    assert (row.state, row.unsure) == (OutgoingState.REFUSED, True)
    assert any("osäkert" in line for line in post.board.in_channel("U1"))


@pytest.mark.asyncio
async def test_a_permanent_failure_is_told_to_the_coordinators_once(database: Database) -> None:
    town = await found(database)
    await tell(database, town, "ett", forum_id=town.council)
    await tell(database, town, "två", forum_id=town.council)
    post = post_office(database)
    post.board.fail("C1", ARCHIVED, ARCHIVED)
    await post.carry_for(hours=1)
    assert post.board.messages("C1") == []
    for coordinator in ("U1", "U2"):
        assert len(post.board.messages(coordinator)) == 1
        said = "\n".join(post.board.in_channel(coordinator))
        assert "Kunde inte skickas till Rådet" in said
        assert "kanalen är arkiverad" in said
        assert "ett" in said
    async with database.reading() as session:
        rows = await refused(session, workspace_id=town.workspace, since=MORNING - timedelta(days=1))
        assert [(each.failure, notice.state) for each, notice in rows] == [("is_archived", NoticeState.REFUSED)] * 2


@pytest.mark.asyncio
async def test_a_message_slack_cannot_take_does_not_stop_the_next(sqlite_database: Database) -> None:
    town = await found(sqlite_database)
    await tell(sqlite_database, town, "fel", forum_id=town.council)
    await tell(sqlite_database, town, "rätt", forum_id=town.council)
    post = post_office(sqlite_database)
    post.board.fail("C1", Undelivered(True, "invalid_blocks", scope="message", unsure=False))
    await post.carry_for(minutes=1)
    assert post.board.in_channel("C1") == ["rätt"]
    assert len(post.board.messages("U1")) == 1


@pytest.mark.asyncio
async def test_a_coordinator_who_cannot_be_reached_is_not_told_so_in_circles(sqlite_database: Database) -> None:
    town = await found(sqlite_database)
    await tell(sqlite_database, town, "ett", forum_id=town.council)
    post = post_office(sqlite_database)
    gone = Undelivered(True, "user_disabled", scope="channel", unsure=False)
    post.board.fail("C1", ARCHIVED)
    post.board.fail("U1", gone, gone, gone)
    await post.carry_for(hours=1)
    assert len(post.board.messages("U2")) == 1
    assert len(await outgoings(sqlite_database)) == 3


@pytest.mark.asyncio
async def test_a_revoked_token_refuses_nothing_and_all_goes_when_it_is_mended(sqlite_database: Database) -> None:
    town = await found(sqlite_database)
    await tell(sqlite_database, town, "ett", forum_id=town.council)
    await tell(sqlite_database, town, "två", forum_id=town.planning)
    post = post_office(sqlite_database)
    revoked = Undelivered(True, "token_revoked", scope="method", unsure=False)
    for channel in ("C1", "C2"):
        post.board.fail(channel, *[revoked] * 4)
    assert await post.carry_for(hours=2) == 2
    assert [row.state for row in await outgoings(sqlite_database)] == [OutgoingState.SENT] * 2


@pytest.mark.asyncio
async def test_a_person_without_slack_is_named_in_the_forums_channel(sqlite_database: Database) -> None:
    town = await found(sqlite_database)
    await tell(sqlite_database, town, "Dags att logga", forum_id=town.planning, person_id=town.cia)
    await tell(sqlite_database, town, "Dags att boka", forum_id=town.planning, person_id=town.anna)
    post = post_office(sqlite_database)
    await post.carry()
    assert post.board.in_channel("C2") == ["Cia Lind:", "Dags att logga"]
    assert post.board.in_channel("U1") == ["Dags att boka"]


@pytest.mark.asyncio
async def test_a_forum_without_a_channel_is_told_through_its_coordinators_once_each(database: Database) -> None:
    town = await found(database)
    await plan(database, town, reminder("r1", forum_id=town.homeless, agreement_id=town.agreement))
    await plan(database, town, reminder("r1", person_id=town.anna, about_forum_id=town.homeless))
    await tell(database, town, "utfall", forum_id=town.homeless)
    post = post_office(database)
    await post.carry_for(minutes=1)
    anna, bo = post.board.in_channel("U1"), post.board.in_channel("U2")
    assert anna.count(f"r1:p{town.anna}") == 1  # she had it already
    assert bo.count(f"r1:p{town.bo}") == 1
    assert anna.count("utfall") == bo.count("utfall") == 1
    assert any("Operativa gruppen" in line for line in bo)
    assert not [row for row in await outgoings(database) if row.state is OutgoingState.REFUSED]


@pytest.mark.asyncio
async def test_with_nowhere_at_all_to_go_a_message_is_refused_for_want_of_a_channel(sqlite_database: Database) -> None:
    town = await found(sqlite_database)
    async with sqlite_database.transaction() as session:
        for number in (1, 2):
            appointment = await session.get(Appointment, number)
            assert appointment is not None
            appointment.ends = MORNING.date() - timedelta(days=1)
            session.add(appointment)
    await tell(sqlite_database, town, "utfall", forum_id=town.homeless)
    post = post_office(sqlite_database)
    assert await post.carry_for(minutes=1) == 0
    (row,) = await outgoings(sqlite_database)
    assert (row.state, row.failure) == (OutgoingState.REFUSED, "no_channel")


@pytest.mark.asyncio
async def test_stopping_finishes_what_is_in_hand_and_leaves_nothing_claimed(database: Database) -> None:
    town = await found(database)
    for number in range(3):
        await tell(database, town, f"nr {number}", forum_id=town.council)
    await tell(database, town, "annan kanal", forum_id=town.planning)
    post = post_office(database)
    answer = asyncio.Event()
    post.board.fail("C1", answer)
    underway = asyncio.create_task(post.carry())
    await post.board.until(lambda: post.board.tries == 2)
    post.stopping.set()
    answer.set()
    await underway
    assert post.board.in_channel("C1") == ["nr 0"]
    states = [row.state for row in await outgoings(database)]
    assert states.count(OutgoingState.CLAIMED) == 0
    assert states.count(OutgoingState.WAITING) == 2


@pytest.mark.asyncio
async def test_what_lost_its_sense_is_withdrawn_with_the_reason_and_the_rest_is_said(sqlite_database: Database) -> None:
    town = await found(sqlite_database)
    await plan(sqlite_database, town, reminder("r1", forum_id=town.council), reminder("r2", forum_id=town.council))
    await plan(sqlite_database, town, reminder("r1", forum_id=town.planning))

    async def compose(session: AsyncSession, given: Sequence[Notice], now: datetime) -> Said:
        kept = [each for each in given if not each.key.startswith("r1")]
        dropped = {each.id: "logged" for each in given if each not in kept and each.id is not None}
        return Said(Message(tuple(Part(heading=each.key) for each in kept)) if kept else None, dropped)

    post = post_office(sqlite_database)
    post.compose = compose
    assert await post.carry() == 1
    assert post.board.in_channel("C1") == [f"r2:f{town.council}"]
    assert [(each.state, each.reason) for each in await notices(sqlite_database)] == [
        (NoticeState.WITHDRAWN, "logged"),
        (NoticeState.SENT, None),
        (NoticeState.WITHDRAWN, "logged"),
    ]
    assert [row.state for row in await outgoings(sqlite_database)] == [OutgoingState.SENT, OutgoingState.WITHDRAWN]


@pytest.mark.asyncio
async def test_a_reminder_that_cannot_be_worded_is_refused_alone_and_told_of(database: Database) -> None:
    town = await found(database)
    await plan(
        database, town, *(reminder(f"r{n}", forum_id=town.council, agreement_id=town.agreement) for n in range(3))
    )

    async def compose(session: AsyncSession, given: Sequence[Notice], now: datetime) -> Said:
        if any(each.key.startswith("r1") for each in given):
            raise KeyError("about")
        return await say_keys(session, given, now)

    post = post_office(database)
    post.compose = compose
    await post.carry_for(minutes=1)
    assert post.board.in_channel("C1") == [f"r0:f{town.council}", f"r2:f{town.council}"]
    states = [each.state for each in await notices(database)][:3]
    assert states == [NoticeState.SENT, NoticeState.REFUSED, NoticeState.SENT]
    assert len(post.board.messages("U1")) == 1


@pytest.mark.asyncio
async def test_a_message_that_breaks_our_own_code_is_refused_after_three_tries(sqlite_database: Database) -> None:
    town = await found(sqlite_database)
    await tell(sqlite_database, town, "ett", forum_id=town.council)
    await tell(sqlite_database, town, "två", forum_id=town.council)
    post = post_office(sqlite_database)
    post.board.fail("C1", *[ValueError("blocks")] * 3)
    await post.carry_for(minutes=5)
    assert post.board.in_channel("C1") == ["två"]
    assert (await outgoings(sqlite_database))[0].state is OutgoingState.REFUSED
    assert len(post.board.messages("U1")) == 1


@pytest.mark.asyncio
async def test_after_a_week_away_what_is_late_is_one_list_and_in_order(database: Database) -> None:
    town = await found(database)
    week = MORNING + timedelta(days=7)
    missed = [
        reminder(f"r{day}", MORNING + timedelta(days=day), forum_id=town.council, agreement_id=town.agreement)
        for day in range(6)
    ]
    await plan(database, town, *missed[:2])  # planned before, never sent
    await plan(database, town, *missed, reminder("today", week, forum_id=town.council), now=week)
    post = post_office(database)
    post.clock.now = week
    assert await post.carry() == 2
    late, today = post.board.messages("C1")
    assert [part.heading for part in late.message.parts] == [each.key for each in missed]
    assert today.message.plain() == f"today:f{town.council}"
    assert {each.state for each in await notices(database)} == {NoticeState.SENT}


@pytest.mark.asyncio
async def test_a_late_message_says_when_it_should_have_come_and_that_the_bot_was_down(
    sqlite_database: Database,
) -> None:
    town = await found(sqlite_database)
    await tell(sqlite_database, town, "Mötet är flyttat", forum_id=town.council)
    async with sqlite_database.transaction() as session:
        await beat(session, now=MORNING - timedelta(minutes=20))
        await wake(session, now=MORNING + timedelta(hours=2, minutes=15))
    post = post_office(sqlite_database)
    post.clock.step(hours=2, minutes=16)
    await post.carry()
    said = post.board.in_channel("C1")
    assert said[0] == "Mötet är flyttat"
    assert "kl. 08.00" in said[1]
    assert "boten var nere kl. 07.40–10.15" in said[1] or "boten var nere 07.40–10.15" in said[1]


@pytest.mark.asyncio
async def test_a_workers_lost_lease_keeps_it_from_posting(database: Database) -> None:
    """Held up on the way for longer than its lease: somebody else may have the message, so it is left alone."""
    town = await found(database)
    await plan(database, town, reminder("r1", forum_id=town.council))
    post = post_office(database)

    async def compose(session: AsyncSession, given: Sequence[Notice], now: datetime) -> Said:
        if post.clock() == MORNING:
            post.clock.step(minutes=10)
            assert await other.carry() == 1
        return await say_keys(session, given, now)

    other = post_office(database)
    other.worker, other.board, other.clock = "w2", post.board, post.clock
    post.compose = compose
    assert await post.carry() == 0
    assert len(post.board.history) == 1


@dataclass
class Standstill(Clock):
    """A clock on which the process stands still once, for longer than its lease, while it keeps a channel's pace."""

    meanwhile: Callable[[], Awaitable[object]] | None = None

    async def wait(self, seconds: float) -> None:
        if self.meanwhile is not None and 0 < seconds <= Manners().ahead.total_seconds():
            meanwhile, self.meanwhile = self.meanwhile, None
            self.step(minutes=4)
            await meanwhile()
            return
        await super().wait(seconds)


@pytest.mark.asyncio
async def test_frozen_while_it_keeps_its_pace_it_does_not_post_what_another_has_taken_over(database: Database) -> None:
    town = await found(database)
    await plan(
        database,
        town,
        *(reminder(f"r{n}", MORNING - timedelta(minutes=10 - n), forum_id=town.council) for n in range(3)),
    )
    clock = Standstill()
    post = Post(database, clock, Noticeboard(clock))
    other = Post(database, clock, post.board, worker="w2")
    clock.meanwhile = other.carry
    await post.carry()
    assert clock.meanwhile is None
    assert sorted(each.key for each in post.board.history) == sorted(each.key for each in await outgoings(database))


@pytest.mark.asyncio
async def test_a_workspace_held_until_a_time_that_cannot_be_is_not_held(sqlite_database: Database) -> None:
    town = await found(sqlite_database)
    async with sqlite_database.transaction() as session:
        workspace = await session.get(Workspace, town.workspace)
        assert workspace is not None
        workspace.held_until = MORNING + timedelta(days=400)  # set before the clock was turned back
        session.add(workspace)
    await tell(sqlite_database, town, "ett", forum_id=town.council)
    assert await post_office(sqlite_database).carry() == 1
