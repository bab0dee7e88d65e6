"""What the outbox promises whoever puts something in it."""

import asyncio
from datetime import timedelta

import pytest

from storage import outbox
from storage.backlog import late, next_due, oldest_due, waiting
from storage.database import Database
from storage.message import Button, Mention, Message, Part, decoded, encoded, say
from storage.models import NoticeState, OutgoingState
from tests.delivery.world import MORNING, found, notices, outgoings, plan, post_office, reminder


def test_a_message_comes_back_from_the_outbox_as_it_was() -> None:
    button = Button("Logga", "logga aktivitet", "o:3", "primary", "Säker?")
    part = Part(("rad ett", "rad två"), "Rubrik", "not", (button,), (Mention("Anna Ek", "U1"), Mention("Cia Lind")))
    message = Message((part, Part()), title="Titel")
    assert decoded(encoded(message)) == message


@pytest.mark.asyncio
async def test_several_to_one_channel_the_same_morning_are_one_message(database: Database) -> None:
    town = await found(database)
    same = [reminder(f"r{number}", forum_id=town.council) for number in range(3)]
    other = reminder("r9", forum_id=town.planning)
    later = reminder("r8", MORNING + timedelta(hours=1), forum_id=town.council)
    assert await plan(database, town, *same, other, later) == 5
    post = post_office(database)
    assert await post.carry() == 2
    assert [len(each.message.parts) for each in post.board.messages("C1")] == [3]
    post.clock.step(hours=1)
    assert await post.carry() == 1


@pytest.mark.asyncio
async def test_more_than_a_message_can_hold_become_two(sqlite_database: Database) -> None:
    town = await found(sqlite_database)
    await plan(sqlite_database, town, *(reminder(f"r{number:02}", forum_id=town.council) for number in range(13)))
    post = post_office(sqlite_database)
    await post.carry()
    assert [len(each.message.parts) for each in post.board.messages("C1")] == [10, 3]


@pytest.mark.asyncio
async def test_more_for_an_instant_that_has_some_already_fill_what_has_room_and_no_more(database: Database) -> None:
    town = await found(database)
    some = [reminder(f"r{number:02}", forum_id=town.council) for number in range(3)]
    more = [reminder(f"s{number:02}", forum_id=town.council) for number in range(26)]
    assert await plan(database, town, *some) == 3
    assert await plan(database, town, *some, *more) == 26
    post = post_office(database)
    await post.carry()
    parts = [part.heading for each in post.board.messages("C1") for part in each.message.parts]
    assert sorted(parts) == sorted(each.key for each in (*some, *more))
    assert all(len(each.message.parts) <= 10 for each in post.board.messages("C1"))


@pytest.mark.asyncio
async def test_planning_again_tells_nothing_again(database: Database) -> None:
    town = await found(database)
    wanted = [reminder("r1", forum_id=town.council), reminder("r2", person_id=town.anna)]
    assert await plan(database, town, *wanted) == 2
    assert await plan(database, town, *wanted, now=MORNING + timedelta(days=7)) == 0
    assert len(await outgoings(database)) == 2
    post = post_office(database)
    await post.carry()
    assert await plan(database, town, *wanted) == 0
    assert await post.carry() == 0


@pytest.mark.asyncio
async def test_many_replicas_planning_at_once_plan_each_reminder_once(database: Database) -> None:
    town = await found(database)
    wanted = [
        reminder(f"r{number}", MORNING + timedelta(hours=number % 3), forum_id=forum)
        for number in range(12)
        for forum in (town.council, town.planning)
    ]
    new = await asyncio.gather(*(plan(database, town, *wanted[turn:], *wanted[:turn]) for turn in range(6)))
    assert sum(new) == 24
    assert len(await notices(database)) == 24
    post = post_office(database)
    await post.carry_for(hours=3)
    assert sorted(post.board.in_channel("C1") + post.board.in_channel("C2")) == sorted(each.key for each in wanted)


@pytest.mark.asyncio
async def test_a_reminder_for_an_instant_already_told_gets_a_message_of_its_own(database: Database) -> None:
    town = await found(database)
    post = post_office(database)
    await plan(database, town, reminder("r1", forum_id=town.council))
    await post.carry()
    await plan(database, town, reminder("r1", forum_id=town.council), reminder("r2", forum_id=town.council))
    await post.carry()
    assert post.board.in_channel("C1") == [f"r1:f{town.council}", f"r2:f{town.council}"]
    assert len(post.board.history) == 2


@pytest.mark.asyncio
async def test_telling_the_same_twice_is_harmless(database: Database) -> None:
    town = await found(database)
    told = []
    for _ in range(2):
        async with database.transaction() as session:
            told.append(
                await outbox.tell(
                    session,
                    workspace_id=town.workspace,
                    key="outcome:7:1",
                    kind="outcome",
                    due_at=MORNING,
                    now=MORNING,
                    forum_id=town.council,
                    message=say("Trygghetsvandring: genomförd"),
                )
            )
    assert told[0] is not None
    assert told[1] is None
    post = post_office(database)
    assert await post.carry() == 1
    assert post.board.in_channel("C1") == ["Trygghetsvandring: genomförd"]


@pytest.mark.asyncio
async def test_what_is_told_goes_when_the_change_is_kept_and_not_otherwise(sqlite_database: Database) -> None:
    town = await found(sqlite_database)
    with pytest.raises(RuntimeError):
        async with sqlite_database.transaction() as session:
            await outbox.tell(
                session,
                workspace_id=town.workspace,
                key="x",
                kind="outcome",
                due_at=MORNING,
                now=MORNING,
                forum_id=town.council,
                message=say("ångrat"),
            )
            raise RuntimeError
    assert await outgoings(sqlite_database) == []


@pytest.mark.asyncio
async def test_a_message_to_nobody_is_refused_at_once(sqlite_database: Database) -> None:
    town = await found(sqlite_database)
    with pytest.raises(ValueError, match="a forum or a person"):
        async with sqlite_database.transaction() as session:
            await outbox.tell(
                session, workspace_id=town.workspace, key="x", kind="outcome", due_at=MORNING, now=MORNING
            )


@pytest.mark.asyncio
async def test_a_withdrawn_notice_is_kept_with_its_reason_and_never_sent(database: Database) -> None:
    town = await found(database)
    await plan(database, town, reminder("r1", forum_id=town.council), reminder("r2", forum_id=town.council))
    await plan(database, town, reminder("r3", forum_id=town.planning))
    async with database.transaction() as session:
        keys = [f"r1:f{town.council}", f"r3:f{town.planning}"]
        assert await outbox.withdraw(session, keys=keys, reason="cancelled", now=MORNING) == 2
        assert await outbox.withdraw(session, keys=keys, reason="again", now=MORNING) == 0
    post = post_office(database)
    assert await post.carry() == 1
    assert post.board.in_channel("C1") == [f"r2:f{town.council}"]
    assert [(each.state, each.reason) for each in await notices(database)] == [
        (NoticeState.WITHDRAWN, "cancelled"),
        (NoticeState.SENT, None),
        (NoticeState.WITHDRAWN, "cancelled"),
    ]
    assert (await outgoings(database))[1].state is OutgoingState.WITHDRAWN


@pytest.mark.asyncio
async def test_status_sees_what_waits_and_how_old_it_is(database: Database) -> None:
    town = await found(database)
    await plan(database, town, reminder("r1", forum_id=town.council))
    await plan(database, town, reminder("r2", MORNING + timedelta(hours=2), forum_id=town.council))
    now = MORNING + timedelta(minutes=20)
    async with database.reading() as session:
        assert len(await waiting(session, workspace_id=town.workspace)) == 2
        assert [each.due_at for each in await late(session, workspace_id=town.workspace, now=now)] == [MORNING]
        assert await oldest_due(session, now=now) == MORNING
        assert await next_due(session) == MORNING
        assert await oldest_due(session, now=MORNING - timedelta(hours=1)) is None
