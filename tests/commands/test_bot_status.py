"""`/lage bot`: how the bot is, for those who coordinate; and the week's numbers on Monday."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlmodel import col, select, update

from commands.permissions import NotAllowed
from schedules.auditor import Watch, audit, facts_for_health
from schedules.digest import weekly
from schedules.loading import agreement_facts
from storage.auditing import note_tick, numbers
from storage.models import FindingKind, MissingReminder, Notice, NoticeState, Outgoing, OutgoingState, Person
from storage.outbox import Planned
from storage.outbox import plan as put_in
from tests.nyby import NOW, ZONE, Room, text


async def planned(
    room: Room, key: str, due_at: datetime, now: datetime | None = None, person_id: int | None = None
) -> None:
    """A reminder about the planning group's meetings, in the outbox since it was due: to its channel or a person."""
    reminder = Planned(
        key=key,
        kind="today",
        due_at=due_at,
        forum_id=room.town.forums["planeringsgruppen"] if person_id is None else None,
        person_id=person_id,
        agreement_id=room.town.agreement,
        commitment_id=room.town.commitments["mote-planeringsgruppen"],
        details={"about": due_at.date().isoformat(), "days": 0},
    )
    async with room.database.transaction() as session:
        await put_in(session, workspace_id=room.town.workspace, reminders=[reminder], now=now or due_at)


async def marked_sent(room: Room, key: str, sent_at: datetime) -> None:
    async with room.database.transaction() as session:
        notice = (await session.exec(select(Notice).where(Notice.key == key))).one()
        notice.state = NoticeState.SENT
        outgoing = await session.get_one(Outgoing, notice.outgoing_id)
        outgoing.state, outgoing.sent_at = OutgoingState.SENT, sent_at


@pytest.mark.asyncio
async def test_coordinators_and_administrators_see_how_the_bot_is_and_nobody_else(room: Room) -> None:
    for who in ("anna", "hugo"):
        assert "Så mår boten" in text(await room.says(who, "/lage bot"))
    for who in ("farah", "gustav", "ivar"):
        with pytest.raises(NotAllowed):
            await room.says(who, "/lage bot")


@pytest.mark.asyncio
async def test_it_says_since_when_it_runs_when_each_tick_went_well_and_that_all_is_well(room: Room) -> None:
    async with room.database.transaction() as session:
        for name, ago in (("start", 7200), ("plan", 12), ("carry", 3), ("audit", 40), ("link", 8)):
            await note_tick(session, name, at=room.now - timedelta(seconds=ago))
    said = text(await room.says("anna", "/lage bot"))
    assert "Igång sedan ons 20 okt 2027 kl. 08.00." in said
    assert "Allt fungerar" in said
    for line in ("Planering: för 12 s sedan", "Utskick: för 3 s sedan", "Egenkontroll: för 40 s sedan"):
        assert line in said
    assert "Slack hördes: för 8 s sedan" in said
    assert "Tom: inget väntar." in said
    assert "Inget meddelande har nekats." in said


@pytest.mark.asyncio
async def test_it_shows_the_queue_what_is_late_held_back_and_refused_and_what_the_auditor_found(room: Room) -> None:
    anna = room.town.people["anna"]
    await planned(room, "late:f1", NOW - timedelta(minutes=50))
    await planned(room, "quiet:p1", NOW - timedelta(minutes=5), person_id=anna)
    await planned(room, "no:f1", NOW - timedelta(days=2))
    async with room.database.transaction() as session:
        await session.exec(update(Person).where(col(Person.id) == anna).values(quiet_from="09:00", quiet_to="11:00"))
        refused = (await session.exec(select(Notice).where(Notice.key == "no:f1"))).one()
        refused.state, refused.reason = NoticeState.REFUSED, "is_archived"
        await session.exec(
            update(Outgoing).where(col(Outgoing.id) == refused.outgoing_id).values(state=OutgoingState.REFUSED)
        )
    watch = Watch()
    for minute in range(17):
        await audit(room.database, NOW + timedelta(minutes=minute), watch=watch)
    room.now = NOW + timedelta(minutes=16)
    said = text(await room.says("anna", "/lage bot"))
    assert "Något fungerar inte" in said
    assert "1 meddelande är försenat mer än en kvart; den första skulle ha kommit ons 20 okt 2027 kl. 09.10" in said
    assert "1 meddelande väntar, det äldsta sedan 1 tim" in said
    assert "1 hålls tillbaka" in said
    assert "1 påminnelse nekades: kanalen är arkiverad" in said
    async with room.database.reading() as session:
        health = await facts_for_health(session, room.now, workspace_id=room.town.workspace)
    assert (health.queue_length, health.late, health.held_back, health.refused) == (1, 1, 1, 1)
    assert health.queue_age_seconds == 66 * 60 + 1
    assert not health.well
    assert {FindingKind.LATE, FindingKind.REFUSED} <= {each.kind for each in health.findings}


@pytest.mark.asyncio
async def test_an_auditor_that_has_stopped_is_itself_a_finding(sqlite_room: Room) -> None:
    await audit(sqlite_room.database, NOW, watch=Watch())
    async with sqlite_room.database.reading() as session:
        assert (await facts_for_health(session, NOW + timedelta(minutes=4))).well
        later = await facts_for_health(session, NOW + timedelta(minutes=6))
    assert [each.kind for each in later.findings] == [FindingKind.AUDITOR]
    assert not later.well


# --- the week's numbers -----------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_mondays_line_counts_last_mondays_reminders_too_and_what_was_never_planned(room: Room) -> None:
    monday = datetime.combine(date(2027, 10, 18), time(8, 0), ZONE).astimezone(UTC)
    await planned(room, "week-ago:f1", monday - timedelta(days=7))
    await marked_sent(room, "week-ago:f1", monday - timedelta(days=7) + timedelta(seconds=4))
    await planned(room, "thursday:f1", monday - timedelta(days=4))
    await marked_sent(room, "thursday:f1", monday - timedelta(days=4) + timedelta(minutes=20))
    await planned(room, "this-morning:f1", monday)
    async with room.database.transaction() as session:
        session.add(
            MissingReminder(
                workspace_id=room.town.workspace,
                agreement_id=room.town.agreement,
                key="gone:f1",
                kind="summons",
                due_at=monday - timedelta(days=3),
                passed_by=True,
                found_at=monday - timedelta(days=3),
            )
        )
    async with room.database.reading() as session:
        facts = await agreement_facts(session, room.town.agreement)
        message = await weekly(session, facts, monday + timedelta(seconds=5))
    assert (
        "Senaste sju dagarna: 2 planerade, 2 skickade, 1 sena, längst 20 min. 1 påminnelse blev aldrig planerad."
        in message.plain()
    )


@pytest.mark.asyncio
async def test_what_quiet_hours_held_is_not_counted_as_late(sqlite_room: Room) -> None:
    anna = sqlite_room.town.people["anna"]
    due_at = NOW - timedelta(days=1)  # 10.00
    await planned(sqlite_room, "quiet:p1", due_at, person_id=anna)
    await marked_sent(sqlite_room, "quiet:p1", due_at + timedelta(hours=2, seconds=3))
    async with sqlite_room.database.transaction() as session:
        await session.exec(update(Person).where(col(Person.id) == anna).values(quiet_from="09:00", quiet_to="12:00"))
    async with sqlite_room.database.reading() as session:
        week = await numbers(session, agreement_id=sqlite_room.town.agreement, since=NOW - timedelta(days=7), until=NOW)
    assert (week.planned, week.sent, week.late, week.longest) == (1, 1, 0, timedelta(seconds=3))
