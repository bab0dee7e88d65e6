"""The channel against the roster: what is told, when it is told again, and the buttons that mend it."""

from collections.abc import Mapping
from datetime import date

import pytest
from sqlmodel import select

from schedules.membership import Stranger, members_seen, without_seat
from schedules.message import Button, Message
from storage.message import decoded
from storage.models import Notice, Outgoing, Person
from storage.people import appoint
from tests.commands.test_forum import seat_id, trail
from tests.nyby import Room, form, text, values

PLANNING = "C0PLANERING"
EVERYBODY = ("U0ANNA", "U0BERTIL", "U0CECILIA", "U0FARAH")
TOVE = {"U0TOVE": Stranger("Tove Granlund", "T0POLIS")}


async def looked(room: Room, *members: str, strangers: Mapping[str, Stranger] | None = None) -> int:
    """How many coordinators hear of it when these are in Planeringsgruppen's channel."""
    async with room.database.transaction() as session:
        return await members_seen(
            session,
            workspace_id=room.town.workspace,
            channel_id=PLANNING,
            members=members,
            strangers=strangers or {},
            now=room.now,
        )


async def newest(room: Room) -> Message:
    async with room.database.reading() as session:
        rows = (await session.exec(select(Outgoing).join(Notice).where(Notice.kind == "members"))).all()
    return decoded(max(rows, key=lambda each: each.id or 0).payload or {})


def buttons(message: Message) -> dict[str, Button]:
    return {each.label: each for part in message.parts for each in part.buttons}


@pytest.mark.asyncio
async def test_who_leaves_comes_back_and_leaves_again_is_told_of_twice(room: Room) -> None:
    without_farah = EVERYBODY[:3]
    assert await looked(room, *without_farah) == 3
    assert await looked(room, *without_farah) == 0, "the same difference is told once"
    assert await looked(room, *EVERYBODY) == 0
    assert await looked(room, *without_farah) == 3


@pytest.mark.asyncio
async def test_one_difference_less_is_no_news_and_one_more_is(room: Room) -> None:
    assert await looked(room, *EVERYBODY[:3], strangers=TOVE) == 3
    assert await looked(room, *EVERYBODY[:3]) == 0
    assert await looked(room, *EVERYBODY[:2]) == 3


@pytest.mark.asyncio
async def test_a_former_coordinator_is_without_a_seat_and_one_to_come_is_not(room: Room) -> None:
    async with room.database.transaction() as session:
        olga, pia = (
            Person(workspace_id=room.town.workspace, name=name, slack_user_id=user)
            for name, user in (("Olga Ek", "U0OLGA"), ("Pia Ask", "U0PIA"))
        )
        session.add_all([olga, pia])
        await session.flush()
        seat = int(await seat_id(room, "Kommunens säkerhetschef"))
        days = ((olga, date(2027, 1, 1), date(2027, 9, 30)), (pia, date(2027, 12, 1), None))
        for person, starts, ends in days:
            await appoint(session, seat_id=seat, person_id=person.id or 0, deputy=False, starts=starts, ends=ends)
        found = await without_seat(
            session,
            workspace_id=room.town.workspace,
            channel_id=PLANNING,
            members=(*EVERYBODY, "U0OLGA", "U0PIA"),
            now=room.now,
        )
    assert found == ["U0OLGA"]


@pytest.mark.asyncio
async def test_a_stranger_is_given_a_seat_by_a_form_that_is_filled_in(room: Room) -> None:
    await looked(room, *EVERYBODY, strangers=TOVE)
    opened = form(await room.presses("anna", buttons(await newest(room))["Ge plats: Tove Granlund"]))
    filled = values(opened)
    assert (filled["name"], filled["slack_id"], filled["slack_team"]) == ("Tove Granlund", "U0TOVE", "T0POLIS")
    opened_seat = await seat_id(room, "Kommunens representant för kultur- och fritid")
    assert "Tove Granlund sitter på" in text(await room.sends("anna", opened, seat=opened_seat))


@pytest.mark.asyncio
async def test_who_sits_but_has_left_is_ended_by_a_form_that_is_filled_in(room: Room) -> None:
    await looked(room, *EVERYBODY[:3])
    opened = form(await room.presses("anna", buttons(await newest(room))["Avsluta: Farah Rahimi"]))
    chosen = next(each for each in opened.fields[0].options if each.value == opened.fields[0].value)
    assert chosen.label.startswith("Farah Rahimi")


@pytest.mark.asyncio
async def test_what_is_as_it_should_be_is_not_told_of_again_until_it_has_been_otherwise(room: Room) -> None:
    await looked(room, *EVERYBODY, strangers=TOVE)
    leave = buttons(await newest(room))["Det är som det ska"]
    assert "Då är det så" in text(await room.presses("bertil", leave))
    assert (await trail(room))[-1] == "samverkan stammer"
    assert await looked(room, *EVERYBODY, strangers=TOVE) == 0
    assert await looked(room, *EVERYBODY[:3], strangers=TOVE) == 3
    assert "Tove" not in (await newest(room)).plain()
    assert "ändrats sedan dess" in text(await room.presses("anna", leave))
    await looked(room, *EVERYBODY)
    assert await looked(room, *EVERYBODY, strangers=TOVE) == 3, "who has gone and comes again is told of again"
