"""What was refused for its channel's sake waits again when the channel is open; nothing else does."""

from datetime import timedelta

import pytest

from schedules.courier import Undelivered
from storage.channels import renumber
from storage.database import Database
from storage.models import NoticeState, OutgoingState
from storage.reopening import reopen
from tests.delivery.test_courier import ARCHIVED, tell
from tests.delivery.world import MORNING, AcceptedThenLost, found, notices, outgoings, plan, post_office, reminder

INVALID = Undelivered(True, "invalid_blocks", scope="message", unsure=False)
GONE = Undelivered(True, "channel_not_found", scope="channel", unsure=False)


async def opens(database: Database, channel_id: str) -> int:
    async with database.transaction() as session:
        return await reopen(session, channel_id=channel_id, now=MORNING + timedelta(hours=1))


@pytest.mark.asyncio
async def test_what_the_channel_was_closed_to_goes_in_one_list_and_what_slack_would_not_have_stays_refused(
    database: Database,
) -> None:
    town = await found(database)
    await tell(database, town, "fel form", forum_id=town.council)
    await plan(
        database, town, *(reminder(f"r{n}", MORNING + timedelta(minutes=n), forum_id=town.council) for n in range(3))
    )
    post = post_office(database)
    post.board.fail("C1", INVALID, ARCHIVED, ARCHIVED, ARCHIVED)
    await post.carry_for(minutes=10)
    assert post.board.in_channel("C1") == []
    post.clock.now = MORNING + timedelta(hours=1)
    assert await opens(database, "C2") == 0
    assert await opens(database, "C1") == 3
    assert await opens(database, "C1") == 0
    await post.carry()
    [late] = post.board.messages("C1")
    assert [part.heading for part in late.message.parts] == [f"r{n}:f{town.council}" for n in range(3)]
    assert {each.state for each in await notices(database) if each.key.startswith("r")} == {NoticeState.SENT}
    assert [each.failure for each in await outgoings(database) if each.state is OutgoingState.REFUSED] == [
        "invalid_blocks"
    ]


@pytest.mark.asyncio
async def test_what_may_have_arrived_before_the_channel_got_its_new_id_is_looked_for_there(database: Database) -> None:
    town = await found(database)
    await tell(database, town, "ett", forum_id=town.council)
    post = post_office(database)
    post.board.fail("C1", AcceptedThenLost())
    post.board.blind = GONE
    await post.carry_for(minutes=5)
    assert [each.unsure for each in await outgoings(database) if each.state is OutgoingState.REFUSED] == [True]
    async with database.transaction() as session:
        await renumber(session, workspace_id=town.workspace, old="C1", new="C9")
    assert await opens(database, "C9") == 1
    post.board.blind, looks = None, post.board.looks
    post.clock.now = MORNING + timedelta(hours=1)
    await post.carry()
    assert post.board.looks == looks + 1


@pytest.mark.asyncio
async def test_a_person_named_in_the_forums_channel_is_told_there_when_it_is_open(database: Database) -> None:
    town = await found(database)
    await plan(database, town, reminder("r", person_id=town.cia, about_forum_id=town.council))
    post = post_office(database)
    post.board.fail("C1", ARCHIVED)
    await post.carry()
    post.clock.now = MORNING + timedelta(hours=1)
    assert await opens(database, "C1") == 1
    await post.carry()
    assert len(post.board.messages("C1")) == 1
