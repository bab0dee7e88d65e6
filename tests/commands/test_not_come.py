"""Why a reminder has not come: what it waits for, why it was late, and what never came."""

from datetime import timedelta

import pytest
from sqlmodel import col, select, update

from schedules.planner import plan
from storage.downtime import wake
from storage.models import MissingReminder, Notice, NoticeState, Outgoing, Person, Workspace
from tests.commands.test_bot_status import marked_sent, planned
from tests.nyby import NOW, Room, text


async def _why(room: Room, key: str) -> str:
    async with room.database.reading() as session:
        notice = (await session.exec(select(Notice).where(Notice.key == key))).one()
    return text(await room.says("anna", f"/samverkan varför n:{notice.id}"))


@pytest.mark.asyncio
async def test_a_waiting_reminder_says_what_it_waits_for(room: Room) -> None:
    town = room.town
    await planned(room, "quiet:p1", NOW - timedelta(minutes=5), person_id=town.people["anna"])
    await planned(room, "failing:f1", NOW - timedelta(minutes=5))
    await planned(room, "behind:f1", NOW - timedelta(minutes=1))
    async with room.database.transaction() as session:
        await session.exec(
            update(Person).where(col(Person.id) == town.people["anna"]).values(quiet_from="09:00", quiet_to="11:00")
        )
        await session.exec(
            update(Outgoing)
            .where(col(Outgoing.due_at) == NOW - timedelta(minutes=5), col(Outgoing.forum_id).is_not(None))
            .values(tries=3, failure="http 503", not_before=NOW + timedelta(minutes=10))
        )
    assert "Väntar till ons 20 okt 2027 kl. 11.00: personens tysta timmar." in await _why(room, "quiet:p1")
    assert "Försökt 3 gånger (Slack svarade ”http 503”); nytt försök ons 20 okt 2027 kl. 10.10." in await _why(
        room, "failing:f1"
    )
    assert "1 meddelande går före till samma ställe." in await _why(room, "behind:f1")
    async with room.database.transaction() as session:
        await session.exec(update(Workspace).values(held_until=NOW + timedelta(minutes=30)))
    assert "Slack har bett boten vänta till ons 20 okt 2027 kl. 10.30." in await _why(room, "failing:f1")


@pytest.mark.asyncio
async def test_a_late_reminder_tells_of_the_outage(sqlite_room: Room) -> None:
    async with sqlite_room.database.transaction() as session:
        await wake(session, now=NOW - timedelta(hours=3))
        await wake(session, now=NOW - timedelta(hours=1))
    await planned(sqlite_room, "late:f1", NOW - timedelta(hours=2), now=NOW - timedelta(hours=1))
    await marked_sent(sqlite_room, "late:f1", NOW - timedelta(minutes=59))
    said = await _why(sqlite_room, "late:f1")
    assert "Skulle ha kommit ons 20 okt 2027 kl. 08.00; boten var nere 07.00–09.00." in said


@pytest.mark.asyncio
async def test_a_refused_and_a_withdrawn_one_say_why(sqlite_room: Room) -> None:
    await planned(sqlite_room, "no:f1", NOW - timedelta(days=2))
    await planned(sqlite_room, "off:f1", NOW - timedelta(days=3))
    async with sqlite_room.database.transaction() as session:
        for key, state, reason in (
            ("no:f1", NoticeState.REFUSED, "is_archived"),
            ("off:f1", NoticeState.WITHDRAWN, "cancelled"),
        ):
            await session.exec(update(Notice).where(col(Notice.key) == key).values(state=state, reason=reason))
    assert "Kunde inte skickas: kanalen är arkiverad" in await _why(sqlite_room, "no:f1")
    assert "Inte skickad: det ställdes in" in await _why(sqlite_room, "off:f1")


@pytest.mark.asyncio
async def test_by_name_it_tells_of_what_was_never_planned_and_of_what_was_booked_too_late(room: Room) -> None:
    await room.says("anna", "/mote boka planeringsgruppen 2027-10-25 13.00 Kommunhuset")
    await plan(room.database, room.now)
    async with room.database.transaction() as session:
        session.add(
            MissingReminder(
                workspace_id=room.town.workspace,
                agreement_id=room.town.agreement,
                key="summons:o9:10::f2",
                kind="summons",
                due_at=NOW - timedelta(days=3),
                commitment_id=room.town.commitments["mote-planeringsgruppen"],
                forum_id=room.town.forums["planeringsgruppen"],
                passed_by=True,
                found_at=NOW - timedelta(days=3),
            )
        )
    said = text(await room.says("anna", "/samverkan varför planeringsgruppens möte"))
    assert "Påminnelser som inte kom" in said
    assert "Kallelse i kanalen för Planeringsgruppen – planerades aldrig, genom ett fel hos boten" in said
    assert "Ärenden till dagordningen inför mån 25 okt 2027 – det bokades först ons 20 okt 2027 kl. 10.00" in said


@pytest.mark.asyncio
async def test_what_fell_due_before_the_agreement_was_read_in_is_explained_by_that(sqlite_room: Room) -> None:
    await plan(sqlite_room.database, sqlite_room.now)
    said = text(await sqlite_room.says("anna", "/samverkan varför trygghetsvandring"))
    assert "överenskommelsen lästes in först ons 20 okt 2027 kl. 10.00" in said
