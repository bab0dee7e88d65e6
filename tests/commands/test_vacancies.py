"""Vacant places in the Monday message and as a list: the same reckoning as in a forum's members."""

from datetime import UTC, date, datetime, time

import pytest

from schedules.digest import weekly
from schedules.loading import agreement_facts
from schedules.message import Part
from schedules.texts import DIGEST_VACANT
from storage.models import Appointment
from storage.people import end_appointment
from tests.nyby import ZONE, Room, reply, text

MONDAY = date(2027, 10, 18)


async def monday(room: Room) -> Part:
    """What the Monday message says of vacant places."""
    async with room.database.reading() as session:
        facts = await agreement_facts(session, room.town.agreement)
        message = await weekly(session, facts, datetime.combine(MONDAY, time(8, 0), ZONE).astimezone(UTC))
    return next(part for part in message.parts if part.heading == DIGEST_VACANT)


@pytest.mark.asyncio
async def test_an_either_or_place_that_is_held_is_not_told_as_vacant_on_monday(room: Room) -> None:
    pressed = await room.presses("anna", (await monday(room)).buttons[0])
    assert "Kontaktpolis" not in text(pressed), "Kommunpolis is held, and one of the two is enough"
    assert "Representant från Fritidsfabriken (Operativa gruppen)" in text(pressed)


@pytest.mark.asyncio
async def test_a_chairs_place_and_a_new_vacancy_come_first_and_the_rest_is_counted_with_a_way_there(room: Room) -> None:
    before = await monday(room)
    assert "Distriktschef Södertörns brandförsvaret (Chefssamrådet): med i ordningen för ordförande" in before.lines[0]
    async with room.database.transaction() as session:
        for key in (2, 5):
            appointment = await session.get(Appointment, key)
            assert appointment is not None
            await end_appointment(session, appointment, last=date(2027, 10, 14))
    part = await monday(room)
    assert part.lines[0].startswith("• Kommunpolis (Chefssamrådet och Planeringsgruppen)")
    assert part.lines[0].endswith("med i ordningen för ordförande, vakant sedan den senaste veckan")
    assert "Distriktschef" in part.lines[1]
    assert part.lines[2] == "• Kontaktpolis/Kommunpolis (Operativa gruppen): vakant sedan den senaste veckan"
    assert part.lines[3].startswith("• Representant från Socialtjänsten (Operativa gruppen): vakant sedan")
    assert part.lines[6].startswith("… och ")
    every = await room.presses("anna", part.buttons[0])
    assert len(reply(every).parts[0].lines) == 6 + int(part.lines[6].split()[2])
    assert part.buttons[0].label == f"Visa alla {len(reply(every).parts[0].lines)} vakanta platser"


@pytest.mark.asyncio
async def test_the_list_of_vacant_places_shows_only_what_one_may_see(room: Room) -> None:
    shown = text(await room.says("erik", "/samverkan medlemmar vakanta"))
    assert "Fritidsfabriken (Operativa gruppen)" in shown
    assert "Chefssamrådet" not in shown
    assert "Fritidsfabriken" not in text(await room.says("anna", "/samverkan medlemmar vakanta planeringsgruppen"))
