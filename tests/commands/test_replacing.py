"""One person after another on a seat, in one step, with what is open on it."""

from datetime import date

import pytest
from sqlmodel import col, select

from commands.call import Form, Refused
from schedules.message import Button
from storage.models import Appointment, Measure, MeasureReport, Person, Seat
from tests.commands.test_attendance import told
from tests.commands.test_forum import trail
from tests.nyby import Room, button, form, reply, text

SEAT = "Kommunpolis"
TODAY, NEXT_MONTH = date(2027, 10, 20), date(2027, 11, 1)


async def opened(room: Room, name: str = "Bertil") -> Form:
    """The form about the named one of Planeringsgruppen, by the buttons that lead there."""
    shown = await room.says("anna", "/samverkan medlemmar planeringsgruppen")
    whom = await room.presses("anna", button(shown, "Byt ut någon"))
    pressed = next(each for part in reply(whom).parts for each in part.buttons if each.label.startswith(name))
    return form(await room.presses("anna", pressed))


async def sits(room: Room) -> list[tuple[str, date, date | None]]:
    """Who has sat, sits and will sit on the seat as ordinary."""
    async with room.database.reading() as session:
        rows = await session.exec(
            select(col(Person.name), col(Appointment.starts), col(Appointment.ends))
            .join(Appointment, col(Appointment.person_id) == Person.id)
            .join(Seat, col(Seat.id) == Appointment.seat_id)
            .where(Seat.title == SEAT)
            .order_by(col(Appointment.starts))
        )
        return list(rows.all())


async def measures(room: Room, *titles: str) -> None:
    """Open measures on the seat."""
    async with room.database.transaction() as session:
        seat = (await session.exec(select(Seat).where(Seat.title == SEAT))).one()
        for title in titles:
            session.add(
                Measure(
                    agreement_id=room.town.agreement,
                    forum_id=room.town.forums["planeringsgruppen"],
                    title=title,
                    seat_id=seat.id,
                    due=date(2027, 12, 1),
                    created_at=room.now,
                )
            )


@pytest.mark.asyncio
async def test_one_form_ends_one_and_seats_the_other_the_day_after(room: Room) -> None:
    said = text(await room.sends("anna", await opened(room), name="Doris Ahl", starts=NEXT_MONTH.isoformat()))
    assert "Doris Ahl sitter på Kommunpolis från och med mån 1 nov 2027" in said
    assert "Bertil Norgren har sön 31 okt 2027 som sista dag" in said
    assert await sits(room) == [
        ("Bertil Norgren", date(2027, 1, 1), date(2027, 10, 31)),
        ("Doris Ahl", NEXT_MONTH, None),
    ]
    assert "samverkan byt" in await trail(room)


@pytest.mark.asyncio
async def test_what_is_open_on_the_seat_is_asked_about_and_nothing_is_lost(room: Room) -> None:
    await measures(room, "Se över belysningen", "Prata med skolan")
    asked_of = form(await room.says("bertil", "/mote ärende planeringsgruppen Cykelstölder vid stationen"))
    await room.sends("bertil", asked_of)
    shown = await opened(room)
    asked = {each.name: each for each in shown.fields}
    assert [each.label for each in asked["measures"].options] == ["Se över belysningen", "Prata med skolan"]
    assert [each.label for each in asked["matters"].options] == ["Cykelstölder vid stationen"]
    kept = asked["measures"].options[0].value
    said = text(await room.sends("anna", shown, name="Doris Ahl", starts=TODAY.isoformat(), measures=[kept]))
    assert "Hos forumet tills någon tar det: Prata med skolan" in said
    async with room.database.reading() as session:
        seats = {each.title: each.seat_id for each in (await session.exec(select(Measure))).all()}
        (report,) = (await session.exec(select(MeasureReport))).all()
    assert seats["Se över belysningen"] is not None
    assert seats["Prata med skolan"] is None
    assert "bytte person" in report.text
    ((_, welcome),) = [each for each in await told(room, "seat") if "Välkommen" in each[1]]
    assert "Se över belysningen" in welcome
    assert "Prata med skolan" not in welcome
    assert "Ärende: Cykelstölder vid stationen" in welcome


@pytest.mark.asyncio
async def test_history_is_not_changed_and_nothing_is_half_stored(room: Room) -> None:
    before = await sits(room)
    shown = await opened(room)
    with pytest.raises(Refused) as refused:
        await room.sends("anna", shown, name="Doris Ahl", starts="2027-06-30")
    assert set(refused.value.fields) == {"starts"}
    with pytest.raises(Refused) as refused:
        await room.sends("anna", shown, name="", slack_id="doris", starts="")
    assert set(refused.value.fields) == {"name", "slack_id", "starts"}
    with pytest.raises(Refused, match="samma person"):
        await room.sends("anna", shown, name="Bertil Norgren")
    assert await sits(room) == before


@pytest.mark.asyncio
async def test_a_form_sent_after_somebody_else_has_replaced_is_stopped(room: Room) -> None:
    shown = await opened(room)
    await room.sends("anna", shown, name="Doris Ahl", starts=TODAY.isoformat())
    with pytest.raises(Refused):
        await room.sends("anna", shown, name="Egil Berg", starts=TODAY.isoformat())
    assert [name for name, *_ in await sits(room)] == ["Bertil Norgren", "Doris Ahl"]


@pytest.mark.asyncio
async def test_only_who_administers_the_roster_replaces(room: Room) -> None:
    shown = await opened(room)
    with pytest.raises(Refused):
        await room.sends("farah", shown, name="Doris Ahl")
    with pytest.raises(Refused):
        await room.presses("farah", Button("", "samverkan byt", f"f:{room.town.forums['planeringsgruppen']}"))
