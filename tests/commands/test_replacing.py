"""One person after another on a seat, in one step, with what is open on it."""

from datetime import date, time

import pytest
from sqlmodel import col, select

from commands.call import Form, Refused
from schedules.message import Button
from schedules.planner import plan
from storage.models import Appointment, Handover, HandoverState, Matter, Measure, MeasureReport, Person, Seat
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
    said = text(await room.agrees("anna", await opened(room), name="Doris Ahl", starts=NEXT_MONTH.isoformat()))
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
    said = text(await room.agrees("anna", shown, name="Doris Ahl", starts=TODAY.isoformat(), measures=[kept]))
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
async def test_a_mistake_is_told_at_its_field_and_nothing_is_half_stored(room: Room) -> None:
    before = await sits(room)
    shown = await opened(room)
    with pytest.raises(Refused) as refused:
        await room.sends("anna", shown, name="Doris Ahl", starts="2026-12-31", ends="2026-12-01")
    assert set(refused.value.fields) == {"starts", "ends"}
    with pytest.raises(Refused) as refused:
        await room.sends("anna", shown, name="", slack_id="doris", starts="")
    assert set(refused.value.fields) == {"name", "slack_id", "starts"}
    with pytest.raises(Refused, match="samma person"):
        await room.sends("anna", shown, name="Bertil Norgren")
    assert await sits(room) == before


@pytest.mark.asyncio
async def test_a_form_sent_after_somebody_else_has_replaced_is_stopped(room: Room) -> None:
    shown = await opened(room)
    await room.agrees("anna", shown, name="Doris Ahl", starts=TODAY.isoformat())
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


@pytest.mark.asyncio
async def test_one_may_have_taken_over_already_and_then_it_is_shown_before_it_is_saved(room: Room) -> None:
    before = await sits(room)
    look = form(await room.sends("anna", await opened(room), name="Doris Ahl", starts="2027-09-01"))
    assert "Ändringen gäller bakåt i tiden" in look.fields[0].label
    assert await sits(room) == before
    await room.sends("anna", look)
    assert await sits(room) == [
        ("Bertil Norgren", date(2027, 1, 1), date(2027, 8, 31)),
        ("Doris Ahl", date(2027, 9, 1), None),
    ]


@pytest.mark.asyncio
async def test_a_measure_leaves_its_seat_on_the_day_of_the_handover_and_not_before(room: Room) -> None:
    await measures(room, "Se över belysningen", "Prata med skolan")
    shown = await opened(room)
    kept = next(each for each in shown.fields if each.name == "measures").options[0].value
    said = text(await room.agrees("anna", shown, name="Doris Ahl", starts=NEXT_MONTH.isoformat(), measures=[kept]))
    assert "Blir forumets mån 1 nov 2027, tills någon tar det: Prata med skolan" in said

    async def on_the_seat() -> list[str]:
        async with room.database.reading() as session:
            rows = await session.exec(select(Measure.title).where(col(Measure.seat_id).is_not(None)))
            return sorted(rows.all())

    await plan(room.database, room.now)
    assert await on_the_seat() == ["Prata med skolan", "Se över belysningen"]
    ((_, welcome),) = [each for each in await told(room, "seat") if "Välkommen" in each[1]]
    assert "Prata med skolan" not in welcome
    room.on(NEXT_MONTH, time(0, 5))
    await plan(room.database, room.now)
    assert await on_the_seat() == ["Se över belysningen"]
    assert (await trail(room))[-1] == "handover"
    async with room.database.reading() as session:
        (report,) = (await session.exec(select(MeasureReport))).all()
    assert "bytte person" in report.text


@pytest.mark.asyncio
async def test_the_choice_about_a_matter_is_kept_and_the_successor_carries_it(room: Room) -> None:
    for line in ("Cykelstölder vid stationen", "Trafiken vid skolan"):
        await room.sends("bertil", form(await room.says("bertil", f"/mote ärende planeringsgruppen {line}")))
    shown = await opened(room)
    thefts = next(each for each in shown.fields if each.name == "matters").options[0].value
    await room.agrees("anna", shown, name="Doris Ahl", starts=TODAY.isoformat(), matters=[thefts])
    async with room.database.reading() as session:
        doris = (await session.exec(select(Person.id).where(Person.name == "Doris Ahl"))).one()
        carried = dict((await session.exec(select(Matter.title, Matter.carried_by))).all())
        kept = (await session.exec(select(Handover.follows, Handover.state).order_by(col(Handover.id)))).all()
    assert carried == {"Cykelstölder vid stationen": doris, "Trafiken vid skolan": None}
    assert list(kept) == [(True, HandoverState.DONE), (False, HandoverState.DONE)]
    assert "förs vidare av Doris Ahl" in text(await room.says("anna", "/mote ärenden planeringsgruppen"))
    asked = {each.name: each for each in (await opened(room, "Doris")).fields}
    assert [each.label for each in asked["matters"].options] == ["Cykelstölder vid stationen"]


@pytest.mark.asyncio
async def test_administrator_without_a_seat_is_not_told_what_an_internal_matter_is_about(sqlite_room: Room) -> None:
    room = sqlite_room
    opening = form(await room.says("bertil", "/mote ärende planeringsgruppen Lokalen på Storgatan"))
    await room.sends("bertil", opening, visibility="intern")
    shown = await room.says("hugo", "/samverkan medlemmar planeringsgruppen")
    whom = await room.presses("hugo", button(shown, "Byt ut någon"))
    pressed = next(each for part in reply(whom).parts for each in part.buttons if each.label.startswith("Bertil"))
    asked = next(field for field in form(await room.presses("hugo", pressed)).fields if field.name == "matters")
    assert [option.label for option in asked.options] == ["Internt ärende"]
    (seen,) = [field for field in (await opened(room)).fields if field.name == "matters"]
    assert [option.label for option in seen.options] == ["Lokalen på Storgatan"], "the coordinator reads it"
