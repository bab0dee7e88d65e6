"""The chair and those who sit there: who leads a vacant seat, who had it then, who is named, who steps down."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import col, select

from commands.call import Form, Refused
from schedules.composing import compose, details_of
from schedules.digest import weekly
from schedules.loading import agreement_facts
from schedules.reminders import Audience, Reminder, ReminderKind
from storage.agreements.touch import touch
from storage.models import Appointment, AuditEntry, ChairTerm, Forum, Notice, Occasion, Person, Seat
from storage.occasions import book, move
from storage.outbox import tell
from tests.nyby import Room, button, form, reply, text, values

CHIEFS, PLANNING, OPERATIVE = "chefssamradet", "planeringsgruppen", "operativa-gruppen"
CHIEF, CARE, POLICE = "Lokalpolisområdeschef", "Kommunens säkerhetschef", "Kommunpolis"


async def seat_of(room: Room, title: str) -> int:
    async with room.database.reading() as session:
        return (await session.exec(select(Seat.id).where(Seat.title == title))).one() or 0


async def leaves(room: Room, title: str, last: date) -> None:
    """Whoever sits on the seat sits there to that day."""
    number = await seat_of(room, title)
    async with room.database.transaction() as session:
        for row in (await session.exec(select(Appointment).where(Appointment.seat_id == number))).all():
            row.ends = last
            session.add(row)
        await touch(session, room.town.agreement)


async def comes(room: Room, name: str, title: str, first: date) -> None:
    number = await seat_of(room, title)
    async with room.database.transaction() as session:
        person = Person(workspace_id=room.town.workspace, name=name, slack_user_id=f"U0{name.split()[0].upper()}")
        session.add(person)
        await session.flush()
        session.add(Appointment(seat_id=number, person_id=person.id or 0, starts=first))
        await touch(session, room.town.agreement)


async def ruled(room: Room, forum: str, **changes: Any) -> None:
    async with room.database.transaction() as session:
        row = await session.get(Forum, room.town.forums[forum])
        assert row is not None
        row.chair_rule = row.chair_rule | changes
        session.add(row)
        await touch(session, room.town.agreement)


async def meets(room: Room, *days: date) -> list[int]:
    """Meetings of Planeringsgruppen, booked; their ids."""
    async with room.database.transaction() as session:
        made = [
            await book(
                session,
                commitment_id=room.town.commitments["mote-planeringsgruppen"],
                on=day,
                at="13:00",
                place="Kommunhuset",
                person_id=None,
                now=room.now,
            )
            for day in days
        ]
        await touch(session, room.town.agreement)
        return [occasion.id or 0 for occasion, _ in made]


def choice(opened: Form, name: str, words: str) -> str:
    (options,) = [field.options for field in opened.fields if field.name == name]
    (value,) = [option.value for option in options if words in option.label]
    return value


async def shown(room: Room, forum: str, who: str = "anna") -> str:
    return text(await room.says(who, f"/ordforande {forum}"))


# --- who leads a vacant seat ------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_a_chair_whose_holder_leaves_in_two_years_is_not_vacant_today(room: Room) -> None:
    await leaves(room, CHIEF, date(2029, 12, 31))
    assert "vakant" not in (await shown(room, "chefssamrådet")).split("Härnäst")[0]


@pytest.mark.asyncio
async def test_a_vacant_chair_is_led_by_the_next_in_turn_who_gets_the_chairs_rights_and_it_is_said(room: Room) -> None:
    await leaves(room, CHIEF, date(2027, 9, 30))
    said = await shown(room, "chefssamrådet")
    assert f"Ordförande: {CHIEF} (vakant)" in said
    assert "Platsen är vakant; Kommundirektör, Disa Holmlund, som står på tur därnäst, leder." in said
    asked = await room.says("disa", "/ordforande rotera chefssamrådet")
    assert "Ja, lämna över" in [each.label for each in reply(asked).parts[0].buttons]
    await comes(room, "Vera Lind", CHIEF, date(2027, 10, 20))
    assert "Vera Lind" in await shown(room, "chefssamrådet")
    await room.refusal("disa", "/ordforande rotera chefssamrådet")


@pytest.mark.asyncio
async def test_a_vacant_chair_is_led_by_the_vice_chair_where_there_is_one(room: Room) -> None:
    await ruled(room, CHIEFS, vice="Kommundirektör")
    assert "Vice ordförande: Kommundirektör, Disa Holmlund" in await shown(room, "chefssamrådet")
    await leaves(room, CHIEF, date(2027, 9, 30))
    said = await shown(room, "chefssamrådet")
    assert "Platsen är vakant; vice ordförande Kommundirektör, Disa Holmlund, leder." in said


@pytest.mark.asyncio
async def test_the_monday_message_and_the_reminders_say_who_leads_while_the_seat_is_vacant(room: Room) -> None:
    await leaves(room, CHIEF, date(2027, 9, 30))
    led = "Platsen är vakant; Kommundirektör, Disa Holmlund, som står på tur därnäst, leder."
    async with room.database.reading() as session:
        facts = await agreement_facts(session, room.town.agreement)
        monday = (await weekly(session, facts, room.now)).plain()
    assert f"• Chefssamrådet: {CHIEF} till och med fre 31 dec 2027. {led}" in monday
    for kind, audience in (
        (ReminderKind.CHAIR_VACANT, Audience.COORDINATORS),
        (ReminderKind.CHAIR_SOON, Audience.CHAIR),
    ):
        about = date(2027, 10, 1) if kind is ReminderKind.CHAIR_VACANT else date(2028, 1, 1)
        seat = CHIEF if kind is ReminderKind.CHAIR_VACANT else "Distriktschef Södertörns brandförsvaret"
        reminder = Reminder(kind, (audience,), room.now, about, forum_id=room.town.forums[CHIEFS], detail=seat)
        async with room.database.transaction() as session:
            await tell(
                session,
                workspace_id=room.town.workspace,
                key=f"test:{kind}",
                kind=kind.value,
                due_at=room.now,
                now=room.now,
                forum_id=room.town.forums[CHIEFS],
                agreement_id=room.town.agreement,
                details=details_of(reminder),
            )
            notice = (await session.exec(select(Notice).where(col(Notice.key).startswith(f"test:{kind}")))).one()
            said = await compose(session, [notice], room.now)
        assert said.message is not None
        assert said.message.plain().count(led) == 1


# --- who had it then --------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_history_has_who_held_the_seat_in_the_turn_and_not_who_holds_it_today(room: Room) -> None:
    await leaves(room, CARE, date(2027, 8, 31))
    await comes(room, "Vera Lind", CARE, date(2027, 9, 1))
    await leaves(room, CARE, date(2027, 9, 30))
    async with room.database.transaction() as session:  # Anna until August, nobody, and Vera from October
        rows = (await session.exec(select(Appointment).order_by(col(Appointment.id)))).all()
        anna = next(row for row in rows if row.person_id == room.town.people["anna"])
        anna.ends = date(2027, 8, 31)
        rows[-1].starts, rows[-1].ends = date(2027, 10, 1), None
        session.add_all([anna, rows[-1]])
        await touch(session, room.town.agreement)
    asked = await room.says("bertil", "/ordforande rotera planeringsgruppen")
    await room.presses("bertil", button(asked, "Ja, lämna över"))
    async with room.database.reading() as session:
        terms = (await session.exec(select(ChairTerm).order_by(col(ChairTerm.starts)))).all()
    assert [term.person_id for term in terms] == [room.town.people["anna"], room.town.people["bertil"]]
    said = text(await room.says("bertil", "/ordforande historik planeringsgruppen"))
    assert (
        "• fre 1 jan 2027–tis 19 okt 2027: Kommunens säkerhetschef, Anna Ekdal och Vera Lind från fre 1 okt 2027"
    ) in said
    assert (
        "• ons 20 okt 2027 till i dag: Kommunpolis, Bertil Norgren (beslutat ons 20 okt 2027 av Bertil Norgren)" in said
    )


@pytest.mark.asyncio
async def test_history_of_a_fixed_chair_begins_with_the_agreement(room: Room) -> None:
    assert text(await room.says("erik", "/ordforande historik operativa gruppen")).splitlines()[-1] == (
        "• fre 1 jan 2027 till i dag: Kommunens säkerhetschef, Anna Ekdal"
    )


# --- named by a body --------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_who_a_body_has_named_is_recorded_shown_told_and_taken_back(room: Room) -> None:
    await ruled(room, CHIEFS, form="appointed", order=[], by="kommunstyrelsen", anchor_from=None, anchor_seat=None)
    said = await shown(room, "chefssamrådet")
    assert "Ordförande utses av kommunstyrelsen. Ingen är angiven än." in said
    assert "säger inget" not in said
    opened = form(await room.says("anna", "/ordforande utse chefssamrådet"))
    asked = await room.sends("anna", opened, seat=choice(opened, "seat", "Kommundirektör"), first="2027-11-01")
    assert "Kommundirektör, Disa Holmlund är ordförande från och med mån 1 nov 2027 tills vidare." in text(asked)
    done = await room.presses("anna", button(asked, "Ja, så är det"))
    (told,) = await room.told(CHIEFS)
    assert "Det antecknades av Anna Ekdal." in told.plain()
    room.on(date(2029, 3, 1))
    assert "Ordförande: Kommundirektör, Disa Holmlund, sedan mån 1 nov 2027" in await shown(room, "chefssamrådet")
    room.on(date(2027, 10, 20))
    await room.presses("anna", button(done, "Ångra"))
    assert "Ingen är angiven än." in await shown(room, "chefssamrådet")


@pytest.mark.asyncio
async def test_a_vice_chair_is_named_in_any_forum_and_may_lead_it(room: Room) -> None:
    await room.refusal("farah", "/ordforande rotera planeringsgruppen")
    opened = form(await room.says("anna", "/ordforande utse planeringsgruppen"))
    assert set(values(opened)) == {"seat", "first", "last"}  # the agreement says who chairs
    seat = choice(opened, "seat", "integrationsenheten")
    asked = await room.sends("anna", opened, seat=seat, last="2027-12-31")
    done = await room.presses("anna", button(asked, "Ja, så är det"))
    said = await shown(room, "planeringsgruppen")
    assert "Vice ordförande: Kommunens avdelningschef integrationsenheten, Farah Rahimi" in said
    assert "Ordförande: Kommunens säkerhetschef, Anna Ekdal" in said
    await room.says("farah", "/ordforande rotera planeringsgruppen")
    await room.presses("anna", button(done, "Ångra"))
    assert "Vice ordförande" not in await shown(room, "planeringsgruppen")


@pytest.mark.asyncio
async def test_a_naming_with_mistakes_says_so_at_its_field(sqlite_room: Room) -> None:
    opened = form(await sqlite_room.says("anna", "/ordforande utse planeringsgruppen"))
    for fields, wrong in (
        ({"seat": ""}, "seat"),
        ({"seat": choice(opened, "seat", POLICE), "first": "2027-10-19"}, "first"),
        ({"seat": choice(opened, "seat", POLICE), "last": "2027-10-01"}, "last"),
        ({"seat": choice(opened, "seat", CARE), "last": "2027-12-31"}, "seat"),  # she chairs it
    ):
        with pytest.raises(Refused) as refused:
            await sqlite_room.sends("anna", opened, **fields)
        assert list(refused.value.fields) == [wrong]


# --- stepping down ----------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_a_chair_who_steps_down_hands_the_rest_of_the_turn_to_the_vice(room: Room) -> None:
    await ruled(room, PLANNING, vice="Kommunens avdelningschef integrationsenheten")
    asked = await room.presses("anna", button(await room.says("anna", "/ordforande planeringsgruppen"), "Avgå"))
    assert "Farah Rahimi tar över från och med i dag, till och med fre 31 dec 2027." in text(asked)
    assert {"Nästa i tur tar över", "Någon annan"} <= {each.label for each in reply(asked).parts[0].buttons}
    done = await room.presses("anna", button(asked, "Ja, vice tar över"))
    async with room.database.reading() as session:
        (entry,) = (await session.exec(select(AuditEntry).where(AuditEntry.action == "ordforande avga"))).all()
    assert (entry.actor, entry.subject_id) == ("U0ANNA", room.town.forums[PLANNING])
    assert "Ordförande: Kommunens avdelningschef integrationsenheten, Farah Rahimi" in await shown(room, PLANNING)
    room.on(date(2028, 1, 1))
    assert f"Ordförande: {POLICE}" in await shown(room, PLANNING)
    room.on(date(2027, 10, 20))
    await room.presses("anna", button(done, "Ångra"))
    assert f"Ordförande: {CARE}" in await shown(room, PLANNING)


@pytest.mark.asyncio
async def test_a_chair_without_a_vice_hands_over_to_the_next_in_turn_or_chooses(room: Room) -> None:
    asked = await room.says("anna", "/ordforande avgå planeringsgruppen")
    assert [each.label for each in reply(asked).parts[0].buttons] == ["Nästa i tur tar över", "Någon annan"]
    shown_first = text(await room.presses("anna", button(asked, "Nästa i tur tar över")))
    assert "lämnar över till Kommunpolis, Bertil Norgren" in shown_first
    fixed = await room.says("anna", "/ordforande avgå operativa gruppen")
    assert [each.label for each in reply(fixed).parts[0].buttons] == ["Någon annan"]


# --- by meeting, and for one meeting ----------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_a_stand_in_for_a_booked_meeting_follows_it_when_it_is_moved_and_goes_when_it_is_called_off(
    room: Room,
) -> None:
    (number,) = await meets(room, date(2027, 11, 10))
    opened = form(await room.says("anna", "/ordforande tillfällig planeringsgruppen"))
    meeting = choice(opened, "meeting", "10 nov 2027")
    asked = await room.sends("anna", opened, seat=choice(opened, "seat", POLICE), meeting=meeting)
    assert "Kommunpolis, Bertil Norgren är ordförande ons 10 nov 2027." in text(asked)
    await room.presses("anna", button(asked, "Ja, så blir det"))
    async with room.database.transaction() as session:
        occasion = await session.get(Occasion, number)
        assert occasion is not None
        await move(
            session, occasion, on=date(2027, 11, 24), at="13:00", place="Kommunhuset", person_id=None, now=room.now
        )
        await touch(session, room.town.agreement)
    for day, seat in ((date(2027, 11, 10), CARE), (date(2027, 11, 24), POLICE), (date(2027, 11, 25), CARE)):
        room.on(day)
        assert f"Ordförande: {seat}" in await shown(room, PLANNING)


@pytest.mark.asyncio
async def test_meetings_swapped_by_those_who_take_turns_stay_swapped_and_nobody_loses_a_turn(room: Room) -> None:
    await ruled(room, PLANNING, form="per_meeting", anchor_from="2027-10-01", anchor_seat=CARE, term_months=None)
    await meets(room, date(2027, 11, 10), date(2027, 12, 8))
    asked = await room.says("anna", "/ordforande rotera planeringsgruppen")
    assert "De två byter möten: Kommunpolis, Bertil Norgren leder nästa möte" in text(asked)
    done = await room.presses("anna", button(asked, "Ja, lämna över"))
    assert f"Ordförande: {POLICE}" in await shown(room, PLANNING)
    lines = text(await room.says("anna", "/ordforande prognos planeringsgruppen")).splitlines()
    assert [POLICE in line for line in lines if line.startswith("•")] == [True, False, False]
    await room.presses("anna", button(done, "Ångra"))
    assert f"Ordförande: {CARE}" in await shown(room, PLANNING)
