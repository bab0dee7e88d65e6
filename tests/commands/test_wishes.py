"""What people want for their own reminders: away, quiet, together on Mondays."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlmodel import col, select

from commands import BY_NAME
from commands.call import Answer, Refused
from schedules.loading import agreement_facts, chair_people, recipients
from schedules.planner import plan
from schedules.reminders import Audience, Reminder, ReminderKind
from storage.agreements.touch import touch
from storage.claims import heads
from storage.message import decoded
from storage.models import AuditEntry, Forum, Notice, Outgoing, Person, Seat
from storage.outbox import tell
from storage.people import appoint
from tests.nyby import ZONE, Room, button, form, text, values


async def person(room: Room, name: str) -> Person:
    async with room.database.reading() as session:
        found = await session.get(Person, room.town.people[name])
    assert found is not None
    return found


async def deputy_of_bertil(room: Room) -> None:
    """Erik becomes deputy on the kommunpolis' seat."""
    async with room.database.transaction() as session:
        seat = (await session.exec(select(Seat).where(Seat.title == "Kommunpolis"))).one()
        starts = date(2027, 1, 1)
        await appoint(session, seat_id=seat.id or 0, person_id=room.town.people["erik"], deputy=True, starts=starts)


async def told(room: Room, name: str) -> list[str]:
    """What was told somebody, oldest first."""
    async with room.database.reading() as session:
        question = select(Outgoing).where(Outgoing.person_id == room.town.people[name]).order_by(col(Outgoing.id))
        return [
            line for row in (await session.exec(question)).all() for line in decoded(row.payload or {}).parts[0].lines
        ]


async def wishes(room: Room, name: str, **changed: str) -> Answer:
    """The form, as it comes to somebody, sent in with changes."""
    return await room.sends(name, form(await room.says(name, "/samverkan påminnelser")), **changed)


async def asked_on(room: Room, day: date) -> list[int | None]:
    """Who would be asked as kommunpolis that day, as ids."""
    async with room.database.reading() as session:
        facts = await agreement_facts(session, room.town.agreement)
        reminder = Reminder(
            ReminderKind.CHAIR_SOON,
            (Audience.INCOMING,),
            due_at=datetime.combine(day, time(8), ZONE).astimezone(UTC),
            about=day,
            forum_id=room.town.forums["planeringsgruppen"],
            detail="Kommunpolis",
        )
        return [each.person_id for each in await recipients(session, facts, reminder, day)]


@pytest.mark.asyncio
async def test_deputy_is_asked_while_bertil_is_away_and_not_a_day_longer(room: Room) -> None:
    await deputy_of_bertil(room)
    bertil, erik = room.town.people["bertil"], room.town.people["erik"]
    answer = text(await room.says("bertil", "/samverkan borta 1 nov till 12 nov"))
    assert "1 nov–12 nov 2027" in answer
    assert "Erik Myrén får påminnelserna" in answer
    assert [await asked_on(room, date(2027, 10, 29)), await asked_on(room, date(2027, 11, 1))] == [[bertil], [erik]]
    assert [await asked_on(room, date(2027, 11, 12)), await asked_on(room, date(2027, 11, 15))] == [[erik], [bertil]]


@pytest.mark.asyncio
async def test_deputy_is_told_of_an_absence_once_and_of_its_end_once(room: Room) -> None:
    await deputy_of_bertil(room)
    await room.says("bertil", "/samverkan borta 1 nov till 12 nov")
    await room.says("bertil", "/samverkan borta 1 nov till 12 nov")
    first = await told(room, "erik")
    assert len(first) == 1
    assert "Bertil Norgren är borta" in first[0]
    await room.says("bertil", "/samverkan borta slut")
    assert [("tillbaka" in said) for said in await told(room, "erik")] == [False, True]
    assert (await person(room, "bertil")).absent_from is None


@pytest.mark.asyncio
async def test_somebody_without_a_deputy_is_told_that_reminders_still_come(room: Room) -> None:
    answer = text(await room.says("bertil", "/samverkan borta till 29 okt"))
    assert "ingen ersättare finns" in answer
    away = await person(room, "bertil")
    assert (away.absent_from, away.absent_to) == (date(2027, 10, 20), date(2027, 10, 29))
    assert await asked_on(room, date(2027, 10, 25)) == [room.town.people["bertil"]]


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("25 okt", date(2027, 10, 25), date(2027, 10, 25)),
        ("från 25 okt till och med 2027-11-05", date(2027, 10, 25), date(2027, 11, 5)),
        ("20 dec - 7 jan", date(2027, 12, 20), date(2028, 1, 7)),
        ("i morgon", date(2027, 10, 21), date(2027, 10, 21)),
    ],
)
@pytest.mark.asyncio
async def test_days_away_are_taken_as_people_write_them(sqlite_room: Room, words: str, first: date, last: date) -> None:
    await sqlite_room.says("bertil", f"/samverkan borta {words}")
    away = await person(sqlite_room, "bertil")
    assert (away.absent_from, away.absent_to) == (first, last)


@pytest.mark.parametrize("words", ["snart", "25 okt hela dagen lång", "5 nov till 2027-11-01", "2026-01-01"])
@pytest.mark.asyncio
async def test_days_that_cannot_be_read_are_refused_and_store_nothing(sqlite_room: Room, words: str) -> None:
    with pytest.raises(Refused):
        await sqlite_room.says("bertil", f"/samverkan borta {words}")
    assert (await person(sqlite_room, "bertil")).absent_from is None


@pytest.mark.asyncio
async def test_form_comes_as_things_stand_and_leaves_a_trace_of_the_change_alone(room: Room) -> None:
    answer = text(await wishes(room, "bertil", how="together", quiet_from="17:00", quiet_to="07:30"))
    assert "samlat på måndagar" in answer
    assert "Tyst mellan kl. 17.00 och kl. 07.30" in answer
    again = form(await room.says("bertil", "/samverkan påminnelser"))
    shown = {field.name: field.value for field in again.fields}
    assert (shown["how"], shown["quiet_from"], shown["quiet_to"]) == ("together", "17:00", "07:30")
    async with room.database.reading() as session:
        entries = (await session.exec(select(AuditEntry).where(AuditEntry.action == "samverkan paminnelser"))).all()
    assert [(entry.subject_id, entry.details) for entry in entries] == [(room.town.people["bertil"], {})]


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"absent_to": "2027-11-01"}, "absent_from"),
        ({"absent_from": "2027-11-01", "absent_to": "2027-10-30"}, "absent_to"),
        ({"absent_from": "2027-01-01", "absent_to": "2027-02-01"}, "absent_to"),
        ({"quiet_from": "17:00"}, "quiet_to"),
        ({"quiet_to": "17:00"}, "quiet_from"),
        ({"quiet_from": "17:00", "quiet_to": "17:00"}, "quiet_to"),
        ({"quiet_from": "25:00", "quiet_to": "17:00"}, "quiet_from"),
        ({"absent_from": "snart"}, "absent_from"),
    ],
)
@pytest.mark.asyncio
async def test_wishes_that_cannot_be_are_told_at_their_field(
    sqlite_room: Room, change: dict[str, str], wrong: str
) -> None:
    with pytest.raises(Refused) as refused:
        await wishes(sqlite_room, "bertil", **change)
    assert list(refused.value.fields) == [wrong]


@pytest.mark.asyncio
async def test_outsider_has_no_wishes_to_set(sqlite_room: Room) -> None:
    with pytest.raises(Refused):
        await wishes(sqlite_room, "ivar", how="together")
    assert BY_NAME["samverkan paminnelser"].changes


@pytest.mark.asyncio
async def test_message_to_somebody_waits_out_the_quiet_hours(room: Room) -> None:
    await wishes(room, "bertil", quiet_from="16:00", quiet_to="07:30")
    room.on(date(2027, 10, 20), time(22, 0))
    async with room.database.transaction() as session:
        for name in ("bertil", "anna"):
            await tell(
                session,
                workspace_id=room.town.workspace,
                key="x",
                kind="absence",
                due_at=room.now,
                now=room.now,
                person_id=room.town.people[name],
            )
        found = await heads(session, now=room.now, pace=timedelta(seconds=1), lease=timedelta(minutes=3))
    ready = {head.lane: head.ready_at for head in found}
    assert ready["u:U0ANNA"] == room.now
    assert ready["u:U0BERTIL"] == datetime(2027, 10, 21, 7, 30, tzinfo=ZONE)


async def planned_for(room: Room, name: str) -> dict[str, datetime]:
    """kind:about → local due time, of the reminders to somebody."""
    async with room.database.reading() as session:
        rows = (
            await session.exec(
                select(Notice, Outgoing)
                .join(Outgoing, col(Outgoing.id) == Notice.outgoing_id)
                .where(Notice.person_id == room.town.people[name])
            )
        ).all()
    assert all(notice.due_at == outgoing.due_at for notice, outgoing in rows)
    return {notice.key.rsplit(":", 1)[0]: notice.due_at.astimezone(ZONE) for notice, _ in rows}


@pytest.mark.asyncio
async def test_who_gathers_gets_on_monday_what_others_get_in_the_week_and_nothing_too_late(room: Room) -> None:
    """Anna and Bertil coordinate both; Bertil wants his together."""
    await wishes(room, "bertil", how="together")
    day = date(2027, 10, 20)
    while day < date(2027, 12, 24):
        room.on(day, time(8, 1))
        await plan(room.database, room.now)
        day += timedelta(days=1)
    anna, bertil = await planned_for(room, "anna"), await planned_for(room, "bertil")
    both = anna.keys() & bertil.keys()
    later = {key for key in both if bertil[key] > anna[key]}
    assert later
    assert all(bertil[key].weekday() == 0 and bertil[key].time() == time(8) for key in later)
    assert all(bertil[key] - anna[key] < timedelta(days=7) for key in later)
    assert not any(bertil[key] < anna[key] for key in both)


# --- an absence that covers a turn in the chair -----------------------------------------------------------------------


async def ruled(room: Room, **changes: str) -> None:
    async with room.database.transaction() as session:
        forum = await session.get(Forum, room.town.forums["planeringsgruppen"])
        assert forum is not None
        forum.chair_rule = forum.chair_rule | changes
        session.add(forum)
        await touch(session, room.town.agreement)


@pytest.mark.asyncio
async def test_a_chair_who_is_away_without_deputy_or_vice_is_asked_who_leads_and_so_are_the_coordinators(
    room: Room,
) -> None:
    answer = await room.says("anna", "/samverkan borta 1 nov till 12 nov")
    assert "Du är ordförande i Planeringsgruppen 1 nov–12 nov 2027." in text(answer)
    assert "Ordföranden är borta; samordnarna håller i forumet så länge." in text(answer)
    asked = [line for line in await told(room, "bertil") if "Planeringsgruppen" in line]
    assert asked == [
        "Anna Ekdal, ordförande i Planeringsgruppen, är borta 1 nov–12 nov 2027. "
        "Där finns ingen ersättare och ingen vice ordförande. Vem leder?"
    ]
    assert [line for line in await told(room, "anna") if "Vem leder?" in line] == []
    opened = form(await room.presses("bertil", button(answer, "Tillfällig ordförande")))
    assert (values(opened)["first"], values(opened)["last"]) == ("2027-11-01", "2027-11-12")


@pytest.mark.asyncio
async def test_a_chair_who_is_away_is_stood_in_for_by_the_vice_who_is_told_and_reminded(room: Room) -> None:
    await ruled(room, vice="Kommunens avdelningschef integrationsenheten")
    answer = text(await room.says("anna", "/samverkan borta 1 nov till 12 nov"))
    assert "vice ordförande Kommunens avdelningschef integrationsenheten, Farah Rahimi, leder." in answer
    assert await told(room, "farah") == [
        "Anna Ekdal, ordförande i Planeringsgruppen, är borta 1 nov–12 nov 2027. Som vice ordförande leder du så länge."
    ]
    async with room.database.reading() as session:
        facts = await agreement_facts(session, room.town.agreement)
        forum = room.town.forums["planeringsgruppen"]
        leads = [await chair_people(session, facts, forum, date(2027, 11, day)) for day in (1, 12, 13)]
    assert [[each.name for each in people] for people in leads] == [["Farah Rahimi"], ["Farah Rahimi"], ["Anna Ekdal"]]


@pytest.mark.asyncio
async def test_an_absence_outside_ones_turns_asks_nobody(room: Room) -> None:
    answer = await room.says("bertil", "/samverkan borta 1 nov till 12 nov")
    assert "Du är ordförande" not in text(answer)
    assert await told(room, "anna") == []
