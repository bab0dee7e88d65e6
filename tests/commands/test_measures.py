"""Who is to do what was decided: told at once, finds it in their own list, and can say how it goes."""

from datetime import date

import pytest
from sqlmodel import col, select

from commands.call import Refused
from schedules.message import Button
from schedules.planner import plan
from storage.message import decoded
from storage.models import Appointment, AuditEntry, Matter, MatterAct, Measure, MeasureState, Outgoing, Seat
from tests.commands.test_agenda import said, summoned
from tests.commands.test_matters import every, headings, label_of, pressed, raised
from tests.nyby import Room, button, form, text

LIGHTS = "/mote ärende chefssamrådet Belysningen"


async def given(room: Room, to: str, *, due: str = "2027-12-01", text: str = "Belysningen lagas.") -> Measure:
    """Chefssamrådet decides that somebody is to do something."""
    await raised(room, LIGHTS, "gustav")
    opened = await pressed(room, "gustav", "chefssamrådet", "Besluta")
    await room.sends("gustav", opened, text=text, responsible=label_of(opened, "responsible", to), due=due)
    return (await every(room, Measure))[-1]  # type: ignore[no-any-return]


async def told_to(room: Room, who: str) -> list[str]:
    """The headings of what is in the outbox for somebody."""
    async with room.database.reading() as session:
        question = select(Outgoing).where(Outgoing.person_id == room.town.people[who]).order_by(col(Outgoing.id))
        rows = (await session.exec(question)).all()
    return [decoded(row.payload).parts[0].heading for row in rows if row.payload]


@pytest.mark.asyncio
async def test_whoever_holds_the_responsible_seat_reports_though_they_sit_in_another_forum(room: Room) -> None:
    measure = await given(room, "Representant från Socialtjänsten")
    assert await told_to(room, "erik") == ["En åtgärd för dig, enligt beslut Chefssamrådet 2027:1"]
    shown = await room.says("erik", "/mote åtgärder")
    assert "Belysningen lagas." in text(shown)
    await room.sends("erik", form(await room.presses("erik", button(shown, "Hur går det?"))), state="done")
    assert (await every(room, Measure))[0].state is MeasureState.DONE
    assert "Klar: Belysningen lagas." in await headings(room, "chefssamradet")
    with pytest.raises(Refused):  # Farah has another seat, of the same party
        await room.says("erik", "/mote åtgärder chefssamrådet")
    async with room.database.reading() as session:
        entry = (await session.exec(select(AuditEntry).where(AuditEntry.action == "atgard rapportera"))).one()
    assert (entry.subject_id, entry.person_id) == (measure.id, room.town.people["erik"])


@pytest.mark.asyncio
async def test_somebody_elses_measure_is_neither_listed_nor_reported(sqlite_room: Room) -> None:
    room = sqlite_room
    measure = await given(room, "Lokalpolisområdeschef")
    assert "Inga åtgärder" in text(await room.says("erik", "/mote åtgärder"))
    with pytest.raises(Refused):
        await room.presses("erik", Button("", "atgard rapportera", f"a:{measure.id}"))


@pytest.mark.asyncio
async def test_a_measure_for_a_party_is_told_to_its_coordinator_and_reported_by_any_of_its_seats(room: Room) -> None:
    measure = await given(room, "Södertälje lokalpolisområde")
    assert await told_to(room, "bertil") == [
        "En åtgärd för Södertälje lokalpolisområde, enligt beslut Chefssamrådet 2027:1. Du får den som samordnare"
    ]
    assert await told_to(room, "cecilia") == []
    press = Button("", "atgard rapportera", f"a:{measure.id}")
    await room.sends("bertil", form(await room.presses("bertil", press)), state="going")
    with pytest.raises(Refused):
        await room.presses("erik", press)


@pytest.mark.asyncio
async def test_a_measure_given_to_a_forum_below_is_told_there_and_its_chair_is_asked(room: Room) -> None:
    measure = await given(room, "Operativa gruppen")
    assert measure.answering_forum_id == room.town.forums["operativa-gruppen"]
    assert "En åtgärd för Operativa gruppen, enligt beslut Chefssamrådet 2027:1" in await headings(
        room, "operativa-gruppen"
    )
    assert await told_to(room, "anna") == [
        "En åtgärd för Operativa gruppen, där du är ordförande, enligt beslut Chefssamrådet 2027:1"
    ]
    shown = await room.says("erik", "/mote åtgärder operativa gruppen")
    assert "Belysningen lagas.: Operativa gruppen, senast ons 1 dec 2027" in text(shown)
    await room.sends("erik", form(await room.presses("erik", button(shown, "Hur går det?"))), state="done")
    for forum in ("chefssamradet", "operativa-gruppen"):
        assert "Klar: Belysningen lagas." in await headings(room, forum)


@pytest.mark.asyncio
async def test_a_forums_measure_from_above_stands_on_its_agenda_and_its_chair_is_reminded(room: Room) -> None:
    room.on(date(2027, 9, 1))
    await plan(room.database, room.now)
    await given(room, "Planeringsgruppen", due="2027-10-11")
    await room.says("anna", "/mote boka planeringsgruppen 2027-10-13 13.00 Kommunhuset")
    lines = await summoned(room)
    assert any("Åtgärd: Belysningen lagas. (klar senast mån 11 okt 2027)" in line for line in lines)
    assert "Belysningen lagas" in (await said(room, "measure_soon")).plain()


@pytest.mark.asyncio
async def test_only_forums_below_are_offered(sqlite_room: Room) -> None:
    room = sqlite_room
    for forum, who, expected in (
        ("chefssamrådet", "gustav", ["Planeringsgruppen", "Operativa gruppen"]),
        ("planeringsgruppen", "anna", ["Operativa gruppen"]),
        ("operativa gruppen", "anna", []),
    ):
        await raised(room, f"/mote ärende {forum} Något", who)
        opened = await pressed(room, who, forum, "Besluta")
        (options,) = [each.options for each in opened.fields if each.name == "responsible"]
        assert [each.label for each in options if each.group == "Forum"] == expected


@pytest.mark.asyncio
async def test_a_measure_nobody_holds_the_seat_of_reaches_the_coordinators(sqlite_room: Room) -> None:
    room = sqlite_room
    async with room.database.transaction() as session:
        seat = (await session.exec(select(Seat).where(Seat.title == "Representant från Socialtjänsten"))).one()
        for each in (await session.exec(select(Appointment).where(Appointment.seat_id == seat.id))).all():
            await session.delete(each)
    await given(room, "Representant från Socialtjänsten")
    assert len(await told_to(room, "anna")) == len(await told_to(room, "cecilia")) == 1


@pytest.mark.asyncio
async def test_a_matter_is_sent_down_and_both_forums_know(room: Room) -> None:
    await raised(room, LIGHTS, "gustav")
    opened = await pressed(room, "gustav", "chefssamrådet", "Hantera")
    down = label_of(opened, "act", "ner till Planeringsgruppen")
    await room.sends("gustav", opened, act=down, reason="Tas om hand närmare.")
    assert "Inga ärenden" in text(await room.says("gustav", "/mote ärenden chefssamrådet"))
    assert "Belysningen" in text(await room.says("anna", "/mote ärenden planeringsgruppen"))
    assert "Ärende från Chefssamrådet: Belysningen" in await headings(room, "planeringsgruppen")
    assert "Ärendet ”Belysningen” är skickat till Planeringsgruppen" in await headings(room, "chefssamradet")
    (matter,) = await every(room, Matter)
    assert matter.forum_id == room.town.forums["planeringsgruppen"]
    again = await pressed(room, "anna", "planeringsgruppen", "Hantera")
    await room.sends("anna", again, act=label_of(again, "act", "ner till Operativa"), reason="Där görs det.")
    assert "Belysningen" in text(await room.says("erik", "/mote ärenden operativa gruppen"))
    async with room.database.reading() as session:
        question = select(AuditEntry.details).where(AuditEntry.action == "arende hantera")
        acts = [each["act"] for each in (await session.exec(question)).all()]
    assert acts == [MatterAct.SENT_DOWN, MatterAct.SENT_DOWN]
