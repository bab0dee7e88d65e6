"""The fixed line on every message about a forum where nothing is written about individuals."""

import pytest

from schedules.places_only import with_places_line
from schedules.reminders import ReminderKind
from schedules.texts import PLACES_ONLY
from storage.database import Database
from storage.message import Message, Part, say
from storage.models import Forum
from storage.outbox import Planned, tell
from tests.delivery.world import MORNING, Nyby, found, plan, post_office

EVENTS = ("matter", "outcome", "minutes", "trends", "booked", "moved", "cancelled", "members", "seat")


async def world(sqlite_database: Database) -> Nyby:
    """Nyby, where the council's forum is for places only."""
    town = await found(sqlite_database)
    async with sqlite_database.transaction() as session:
        (await session.get_one(Forum, town.council)).places_only = True
    return town


async def posted(sqlite_database: Database) -> dict[str, str]:
    """What is said, by channel or person."""
    post = post_office(sqlite_database)
    await post.carry_for(minutes=2)
    return {each.channel: each.message.plain() for each in post.board.history}


@pytest.mark.asyncio
@pytest.mark.parametrize("kind", [each.value for each in ReminderKind])
async def test_every_reminder_of_such_a_forum_ends_with_the_line_and_no_others(
    sqlite_database: Database, kind: str
) -> None:
    town = await world(sqlite_database)
    about = [
        Planned(key=f"{kind}:1:f{town.council}", kind=kind, due_at=MORNING, forum_id=town.council),
        Planned(key=f"{kind}:2:f{town.council}", kind=kind, due_at=MORNING, forum_id=town.council),
        Planned(
            key=f"{kind}:1:p{town.anna}", kind=kind, due_at=MORNING, person_id=town.anna, about_forum_id=town.council
        ),
        Planned(key=f"{kind}:1:f{town.planning}", kind=kind, due_at=MORNING, forum_id=town.planning),
    ]
    await plan(sqlite_database, town, *about)
    said = await posted(sqlite_database)
    assert {where: text.count(PLACES_ONLY) for where, text in said.items()} == {"C1": 1, "U1": 1, "C2": 0}
    assert said["C1"].count(kind) == 2, "several things in one message"


@pytest.mark.asyncio
@pytest.mark.parametrize("kind", EVENTS)
async def test_everything_told_of_such_a_forum_ends_with_the_line(sqlite_database: Database, kind: str) -> None:
    town = await world(sqlite_database)
    async with sqlite_database.transaction() as session:
        for forum, person in ((town.council, None), (town.council, town.anna), (town.planning, None)):
            await tell(
                session,
                workspace_id=town.workspace,
                key=f"{kind}:1",
                kind=kind,
                due_at=MORNING,
                now=MORNING,
                forum_id=forum,
                person_id=person,
                message=say("Något har hänt"),
            )
    said = await posted(sqlite_database)
    assert {where: text.count(PLACES_ONLY) for where, text in said.items()} == {"C1": 1, "U1": 1, "C2": 0}


def test_a_message_that_has_the_line_gets_it_once() -> None:
    once = with_places_line(Message((Part(("Text",)),)))
    assert with_places_line(once) == once
