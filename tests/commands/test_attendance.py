"""Who comes to a meeting: deputies sent, parties that would be missing, answers for others, and the tally."""

import re
from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from commands.call import Refused
from schedules.composing import compose
from schedules.message import Button, Message
from schedules.planner import plan
from storage.agreements.touch import touch
from storage.message import decoded
from storage.models import (
    Appointment,
    AttendanceAnswer,
    AuditEntry,
    Notice,
    NoticeState,
    Outgoing,
    OutgoingState,
    Person,
    Seat,
)
from storage.people import appoint
from tests.commands.test_answer import SUMMONS_DAY, booked, coming, declining, notices, reminded
from tests.nyby import Room, button, form, text, values

POLICE = "Kommunpolis"


def sending(occasion: int) -> Button:
    return Button("Skickar ersättare", "svar ersattare", f"o:{occasion}")


async def deputised(room: Room, name: str = "Doris Ahl", seat: str = POLICE, slack: str | None = "U0DORIS") -> int:
    """Puts a new person on the seat as deputy; the person's id."""
    async with room.database.transaction() as session:
        place = (await session.exec(select(Seat).where(Seat.title == seat))).one()
        person = Person(workspace_id=room.town.workspace, name=name, slack_user_id=slack)
        session.add(person)
        await session.flush()
        await appoint(session, seat_id=place.id or 0, person_id=person.id or 0, deputy=True, starts=date(2027, 1, 1))
        return person.id or 0


async def told(room: Room, kind: str = "attendance") -> list[tuple[int | None, str]]:
    """(person, text) of what people have been told, oldest first; without what was taken back."""
    async with room.database.reading() as session:
        rows = await session.exec(
            select(Notice, Outgoing)
            .join(Outgoing, col(Outgoing.id) == Notice.outgoing_id)
            .where(Notice.kind == kind, col(Notice.state) != NoticeState.WITHDRAWN)
            .order_by(col(Notice.id))
        )
        return [(notice.person_id, _words(decoded(out.payload or {}))) for notice, out in rows.all()]


def _words(message: Message) -> str:
    return " ".join(" ".join((part.heading, *part.lines)) for part in message.parts)


async def carried(room: Room) -> None:
    """As the courier marks everything that waits."""
    async with room.database.transaction() as session:
        for notice in (await session.exec(select(Notice).where(Notice.state == NoticeState.WAITING))).all():
            notice.state = NoticeState.SENT
            session.add(notice)
        for out in (await session.exec(select(Outgoing).where(Outgoing.state == OutgoingState.WAITING))).all():
            out.state, out.sent_at = OutgoingState.SENT, room.now
            session.add(out)


async def looked(room: Room) -> None:
    """As the planner does a moment after every change."""
    await plan(room.database, room.now)


async def answer_of(room: Room, who: str, occasion: int) -> AttendanceAnswer | None:
    async with room.database.reading() as session:
        return await session.get(AttendanceAnswer, (occasion, room.town.people[who]))


# --- a deputy instead -------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_who_sends_a_deputy_has_the_deputy_asked_once(room: Room) -> None:
    doris, occasion = await deputised(room), await booked(room)
    said = text(await room.presses("bertil", sending(occasion)))
    assert "du skickar ersättare till Planeringsgruppens möte ons 10 nov 2027 kl. 13.00" in said
    assert "Doris Ahl har fått frågan" in said
    await room.presses("bertil", sending(occasion))
    assert [person for person, _ in await told(room)] == [doris]
    assert "Bertil Norgren kan inte komma och skickar sin ersättare" in (await told(room))[0][1]
    stored = await answer_of(room, "bertil", occasion)
    assert stored is not None
    assert (stored.coming, stored.sends_deputy) == (False, True)


@pytest.mark.asyncio
async def test_who_comes_after_all_spares_a_deputy_who_has_not_been_asked_yet(room: Room) -> None:
    await deputised(room)
    occasion = await booked(room)
    await room.presses("bertil", sending(occasion))
    await room.presses("bertil", coming(occasion))
    assert await told(room) == []


@pytest.mark.asyncio
async def test_a_deputy_who_has_been_asked_hears_that_the_holder_comes_after_all(room: Room) -> None:
    doris, occasion = await deputised(room), await booked(room)
    await room.presses("bertil", sending(occasion))
    await carried(room)
    await room.presses("bertil", coming(occasion))
    assert [person for person, _ in await told(room)] == [doris, doris]
    assert "Du behöver inte gå i stället" in (await told(room))[1][1]
    room.now += timedelta(hours=1)
    await room.presses("bertil", sending(occasion))  # and a third time is a new question
    assert "Kan du vara med?" in (await told(room))[2][1]


@pytest.mark.asyncio
async def test_a_deputy_who_was_asked_hears_of_a_move_and_of_a_call_off(room: Room) -> None:
    doris, occasion = await deputised(room), await booked(room)
    await room.presses("bertil", sending(occasion))
    await carried(room)
    await room.says("anna", "/mote flytta planeringsgruppen till 2027-11-17 13.00")
    assert [person for person, words in await told(room, "moved") if "blir ons 17 nov" in words] == [None, doris]
    moved = (await room.occasions("mote-planeringsgruppen"))[-1].id or 0
    await room.presses("bertil", sending(moved))
    await carried(room)
    await room.says("anna", "/mote ställ in planeringsgruppen")
    assert [person for person, _ in await told(room, "cancelled")] == [None, doris]


@pytest.mark.asyncio
async def test_a_deputy_who_was_not_asked_yet_is_not_asked_for_a_time_that_is_gone(room: Room) -> None:
    await deputised(room)
    occasion = await booked(room)
    await room.presses("bertil", sending(occasion))
    await room.says("anna", "/mote flytta planeringsgruppen till 2027-11-17 13.00")
    assert await told(room) == []
    assert [person for person, _ in await told(room, "moved")] == [None]


@pytest.mark.asyncio
async def test_a_seat_without_deputy_has_the_coordinators_told(room: Room) -> None:
    occasion = await booked(room)
    said = text(await room.presses("bertil", sending(occasion)))
    assert "Platsen har ingen ersättare i medlemslistan. Samordnarna har fått veta" in said
    people = {number: name for name, number in room.town.people.items()}
    wanted = [(people[person or 0], words) for person, words in await told(room) if "behövs" in words]
    assert sorted(name for name, _ in wanted) == ["anna", "cecilia"]


@pytest.mark.asyncio
async def test_a_deputy_sends_nobody(room: Room) -> None:
    doris, occasion = await deputised(room), await booked(room)
    room.town.people["doris"] = doris  # type: ignore[index]
    assert "Säg Kommer eller Kan inte" in text(await room.presses("doris", sending(occasion)))
    assert await answer_of(room, "doris", occasion) is None


# --- a party that would be missing ------------------------------------------------------------------------------------


async def warned(room: Room) -> list[tuple[str, str]]:
    """(first name, text) of what has been told of parties, in order."""
    people = {number: name for name, number in room.town.people.items()}
    return [
        (people[person or 0], words) for person, words in await told(room) if re.search("det ser ut|ser det ut", words)
    ]


@pytest.mark.asyncio
async def test_the_chair_and_the_coordinators_hear_once_when_nobody_comes_from_a_party(room: Room) -> None:
    occasion = await booked(room)
    await room.presses("bertil", declining(occasion))
    for _ in range(2):
        await looked(room)
        await room.presses("bertil", declining(occasion))
    assert [name for name, _ in await warned(room)] == ["anna", "cecilia"]  # Anna chairs and coordinates: once
    assert all("kommer ingen från Södertälje lokalpolisområde" in words for _, words in await warned(room))


@pytest.mark.asyncio
async def test_a_party_lost_mended_and_lost_again_is_told_each_time(room: Room) -> None:
    occasion = await booked(room)
    for press in (declining, coming, declining):
        await room.presses("bertil", press(occasion))
        await looked(room)
        await carried(room)
    said = [words.split(". ")[0].rsplit(" ", 1)[0] for name, words in await warned(room) if name == "anna"]
    assert [("ingen" in each, "någon" in each) for each in said] == [(True, False), (False, True), (True, False)]


@pytest.mark.asyncio
async def test_a_party_mended_before_anybody_has_read_of_it_is_not_told_of(room: Room) -> None:
    occasion = await booked(room)
    for press in (declining, coming):
        await room.presses("bertil", press(occasion))
        await looked(room)
    assert await warned(room) == []
    await room.presses("bertil", declining(occasion))
    await looked(room)
    assert len(await warned(room)) == 2


@pytest.mark.asyncio
async def test_a_deputy_who_may_come_keeps_the_party(room: Room) -> None:
    doris, occasion = await deputised(room), await booked(room)
    room.town.people["doris"] = doris  # type: ignore[index]
    await room.presses("bertil", sending(occasion))
    await looked(room)
    assert await warned(room) == []
    await room.presses("doris", declining(occasion))
    await looked(room)
    assert len(await warned(room)) == 2


async def leaves(room: Room, who: str, last: date) -> None:
    """Everything the person sits on ends."""
    async with room.database.transaction() as session:
        rows = await session.exec(select(Appointment).where(Appointment.person_id == room.town.people[who]))
        for row in rows.all():
            row.ends = last
            session.add(row)
        await touch(session, room.town.agreement)


@pytest.mark.asyncio
async def test_a_party_with_nothing_but_vacant_seats_is_warned_of(room: Room) -> None:
    await leaves(room, "bertil", date(2027, 10, 1))
    await booked(room)
    assert "ingen från Södertälje lokalpolisområde" in text(await room.says("anna", "/mote svar planeringsgruppen"))
    room.on(date(2027, 10, 21))
    await looked(room)
    assert [name for name, _ in await warned(room)] == ["anna", "cecilia"]


@pytest.mark.asyncio
async def test_a_party_that_loses_its_last_seat_or_whose_only_member_goes_away_is_warned_of(room: Room) -> None:
    await booked(room)
    room.on(date(2027, 10, 25))
    await looked(room)
    assert await warned(room) == []
    await room.says("bertil", "/samverkan borta 8 nov till 12 nov")
    await looked(room)
    assert [name for name, _ in await warned(room)] == ["anna", "cecilia"]
    await room.says("bertil", "/samverkan borta slut")
    await looked(room)
    assert await warned(room) == []  # nobody had read of it
    await leaves(room, "bertil", date(2027, 11, 1))
    await looked(room)
    # he coordinates until then, and his successor is to be found
    assert [name for name, _ in await warned(room)] == ["anna", "bertil", "cecilia"]


@pytest.mark.asyncio
async def test_a_deputy_of_a_vacant_seat_is_waited_for(room: Room) -> None:
    await deputised(room)
    await leaves(room, "bertil", date(2027, 10, 1))
    await booked(room)
    said = text(await room.says("anna", "/mote svar planeringsgruppen"))
    assert "ingen från" not in said
    assert "Doris Ahl" in said.split("Har inte svarat")[1]


@pytest.mark.asyncio
async def test_the_summons_says_it_when_nobody_sits_for_a_party(room: Room) -> None:
    await leaves(room, "bertil", date(2027, 10, 1))
    await booked(room)
    notice = await reminded(room, SUMMONS_DAY, "summons")
    async with room.database.reading() as session:
        message = (await compose(session, [notice], room.now)).message
    assert message is not None
    assert "ingen från Södertälje lokalpolisområde" in message.plain()


@pytest.mark.asyncio
async def test_the_chair_has_the_tally_two_working_days_before_with_who_has_not_answered(room: Room) -> None:
    occasion = await booked(room)
    await room.presses("farah", coming(occasion))
    await room.presses("bertil", declining(occasion))
    notice = await reminded(room, date(2027, 11, 8), "tally")
    assert notice.person_id == room.town.people["anna"]
    async with room.database.reading() as session:
        message = (await compose(session, [notice], room.now)).message
    assert message is not None
    said = message.plain()
    assert "Kommer (1): Farah Rahimi" in said
    assert "Kan inte (1): Bertil Norgren" in said
    assert "ingen från Södertälje lokalpolisområde" in said
    assert "Farah" not in said.split("Har inte svarat")[1]
    assert [each.label for each in message.parts[0].buttons][:2] == ["Vilka kommer", "Svara åt någon"]


@pytest.mark.asyncio
async def test_the_reminder_in_the_channel_says_which_party_would_be_missing(room: Room) -> None:
    occasion = await booked(room)
    await room.presses("bertil", declining(occasion))
    notice = await reminded(room, date(2027, 11, 9), "soon")
    assert notice.occasion_id == occasion
    tally = text(await room.says("anna", "/mote svar planeringsgruppen"))
    assert "ingen från Södertälje lokalpolisområde" in tally


# --- for others, and the tally ----------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_the_chair_answers_for_somebody_without_slack(room: Room) -> None:
    doris, occasion = await deputised(room, slack=None), await booked(room)
    shown = form(await room.presses("anna", Button("", "svar at", f"o:{occasion}")))
    assert "Doris Ahl" in str(shown.fields[0].options)
    assert values(shown)["answer"] == "kommer"
    said = text(await room.sends("anna", shown, person=str(doris), answer="kommer"))
    assert "Noterat för Doris Ahl: kommer" in said
    tally = text(await room.says("anna", "/mote svar planeringsgruppen"))
    assert "Kommer (1): Doris Ahl" in tally
    async with room.database.reading() as session:
        entry = (await session.exec(select(AuditEntry).where(AuditEntry.action == "svar at"))).one()
    assert (entry.subject, entry.subject_id, entry.details["whose"]) == ("occasion", occasion, doris)


@pytest.mark.asyncio
async def test_members_do_not_answer_for_each_other(room: Room) -> None:
    occasion = await booked(room)
    with pytest.raises(Refused):
        await room.presses("farah", Button("", "svar at", f"o:{occasion}"))
    shown = form(await room.presses("anna", Button("", "svar at", f"o:{occasion}")))
    with pytest.raises(Refused):  # the form in other hands
        await room.sends("farah", shown, person=str(room.town.people["bertil"]), answer="kan-inte")
    assert await answer_of(room, "bertil", occasion) is None


@pytest.mark.asyncio
async def test_nobody_answers_for_who_does_not_sit_there(room: Room) -> None:
    occasion = await booked(room)
    shown = form(await room.presses("anna", Button("", "svar at", f"o:{occasion}")))
    for other in ("erik", "hugo"):
        with pytest.raises(Refused, match="Välj vem"):
            await room.sends("anna", shown, person=str(room.town.people[other]), answer="kommer")


@pytest.mark.asyncio
async def test_the_tally_names_each_answer_and_who_is_waited_for(room: Room) -> None:
    await deputised(room)
    occasion = await booked(room)
    await room.presses("farah", coming(occasion))
    await room.presses("bertil", sending(occasion))
    tally = text(await room.says("cecilia", "/mote svar planeringsgruppen"))
    assert "Kommer (1): Farah Rahimi" in tally
    assert "Skickar ersättare (1): Bertil Norgren" in tally
    assert "Doris Ahl" in tally.split("Har inte svarat")[1]
    assert "Farah" not in tally.split("Har inte svarat")[1]


@pytest.mark.asyncio
async def test_no_meeting_booked_is_said_with_a_way_to_book_one(room: Room) -> None:
    answer = await room.says("anna", "/mote svar planeringsgruppen")
    assert "Inget kommande möte är bokat i Planeringsgruppen" in text(answer)
    assert button(answer, "Boka tid").command == "mote boka"


# --- minutes that nobody writes ---------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_who_writes_the_minutes_is_reminded_a_week_after_a_meeting_that_was_held(room: Room) -> None:
    await booked(room)
    room.on(date(2027, 11, 11))
    await room.says("anna", "/logga möte planeringsgruppen 10 nov hölls 9 deltagare alla parter")
    (wanted,) = await notices(room, "minutes_missing")
    assert wanted.person_id == room.town.people["anna"]  # there is no secretary: the chair
    assert wanted.due_at.date() == date(2027, 11, 17)
    assert wanted.state is NoticeState.WAITING


@pytest.mark.asyncio
async def test_written_minutes_are_not_asked_for(room: Room) -> None:
    occasion = await booked(room)
    room.on(date(2027, 11, 11))
    await room.says("anna", "/logga möte planeringsgruppen 10 nov hölls 9 deltagare alla parter")
    shown = form(await room.presses("anna", Button("", "mote anteckningar", f"o:{occasion}")))
    await room.sends("anna", shown, present=[str(room.town.people["bertil"])])
    assert [(each.state, each.reason) for each in await notices(room, "minutes_missing")] == [
        (NoticeState.WITHDRAWN, "written")
    ]
