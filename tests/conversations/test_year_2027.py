"""2027, day by day (the whole of it in the long runs): people book, log, move and forget, and the bot keeps on."""

import re
from collections import Counter
from datetime import date, datetime, time, timedelta

import pytest
from sqlmodel import select

from schedules.days import Calendar
from schedules.reminders import ReminderKind
from storage.models import Commitment, Notice, NoticeState, Occasion, Outcome, Outgoing
from storage.terms import OccasionState
from tests.conversations.town import ZONE, Town

CHIEFS, PLANNING, OPERATIVE = "C0CHEFER", "C0PLANERING", "C0OPERATIVA"
DAY = timedelta(days=1)

BOOKED = {
    date(2027, 1, 12): [
        (CHIEFS, "/mote boka chefssamrådet 2027-02-17 09.00 Kommunhuset"),
        (CHIEFS, "/mote boka chefssamrådet 2027-05-19 09.00 Kommunhuset"),
        (PLANNING, "/mote boka planeringsgruppen 2027-02-10 13.00 Kommunhuset"),
        (PLANNING, "/mote boka planeringsgruppen 2027-05-12 13.00 Kommunhuset"),
        (PLANNING, "/mote boka trygghetsvandring 2027-04-20 18.00 Centrum"),
        (PLANNING, "/mote boka trygghetskväll 2027-04-28 18.00 Biblioteket"),
        *((OPERATIVE, f"/mote boka operativa {day} 10.00") for day in ("2027-01-27", "2027-02-24", "2027-03-17")),
        *((OPERATIVE, f"/mote boka operativa {day} 10.00") for day in ("2027-04-14", "2027-05-20", "2027-06-16")),
    ],
    date(2027, 8, 17): [
        (CHIEFS, "/mote boka chefssamrådet 2027-09-15 09.00 Kommunhuset"),
        (CHIEFS, "/mote boka chefssamrådet 2027-11-24 09.00 Kommunhuset"),
        (PLANNING, "/mote boka planeringsgruppen 2027-09-08 13.00 Kommunhuset"),
        (PLANNING, "/mote boka planeringsgruppen 2027-11-17 13.00 Kommunhuset"),
        (PLANNING, "/mote boka trygghetsvandring 2027-10-12 18.00 Stationen"),
        *((OPERATIVE, f"/mote boka operativa {day} 10.00") for day in ("2027-08-25", "2027-09-22", "2027-10-20")),
        *((OPERATIVE, f"/mote boka operativa {day} 10.00") for day in ("2027-11-10", "2027-12-08")),
    ],
    date(2027, 5, 3): [(PLANNING, "/mote flytta planeringsgruppen 2027-05-12 till 2027-05-26 13.00")],
    date(2027, 9, 20): [(OPERATIVE, "/mote ställ in operativa 2027-09-22")],
    date(2027, 6, 14): [
        (CHIEFS, "/logga uppföljning aktiviteter 14 juni genomförd 8 deltagare kommunen polisen"),
        (CHIEFS, "/logga uppföljning kommunikationsplan 14 juni genomförd 3 deltagare kommunen polisen"),
    ],
}
FORGOTTEN = {date(2027, 11, 10)}  # the meeting nobody ever logs
LATE = {date(2027, 9, 8): date(2027, 9, 24)}  # logged only when the coordinators are asked


@pytest.mark.torture(minutes=2)
@pytest.mark.asyncio
async def test_the_whole_of_2027(town: Town) -> None:
    assert await _played(town, date(2027, 12, 31)) == sorted(FORGOTTEN)
    await _every_reminder_came_once_on_a_working_day(town, 150)
    told = await _none_came_after_its_sense_was_gone(town)
    # the moved meeting was asked about on no day but its new one, the cancelled one not at all
    assert told["2027-05-12"] == 0
    assert told["2027-09-22"] == 0
    assert told["2027-11-10"] >= 3  # the forgotten one: the channel, then the chair, then the coordinators
    await _status_agrees_with_what_was_done(town)


@pytest.mark.thorough
@pytest.mark.asyncio
async def test_the_first_quarter_of_2027(town: Town) -> None:
    assert await _played(town, date(2027, 3, 31)) == []
    await _every_reminder_came_once_on_a_working_day(town, 30)
    await _none_came_after_its_sense_was_gone(town)


async def _played(town: Town, last: date) -> list[date]:
    """Lives through every day to the last; the days that nobody has logged."""
    anna = town.member("anna")
    unlogged: dict[date, str] = {}
    day = date(2027, 1, 11)
    while day <= last:
        await town.on(day)
        for channel, line in BOOKED.get(day, []):
            await town.on(day, time(9, 0))
            await anna.says(channel, line)
            assert "förstod inte" not in anna.last(channel), (line, anna.last(channel))
            if anna.form is not None:
                raise AssertionError(f"{line} opened a form")
        unlogged |= await _held_yesterday(town, day)
        for on in [on for on in unlogged if on not in FORGOTTEN and LATE.get(on, on + DAY) <= day]:
            await _log(town, unlogged.pop(on), on)
        await town.settled()
        day += DAY
    return list(unlogged)


async def _held_yesterday(town: Town, day: date) -> dict[date, str]:
    """Occasions of the day before that wait to be logged, with their channel."""
    channels = {"Chefssamrådets möte": CHIEFS, "Operativa gruppens möte": OPERATIVE}
    found = {}
    async with town.bot.database.reading() as session:
        rows = await session.exec(
            select(Occasion).where(Occasion.state == OccasionState.PLANNED, Occasion.on == day - DAY)
        )
        for occasion in rows.all():
            commitment = await session.get(Commitment, occasion.commitment_id)
            assert commitment is not None
            found[occasion.on] = channels.get(commitment.title, PLANNING)
    return found


async def _log(town: Town, channel: str, on: date) -> None:
    """A member presses Logga on the newest reminder that asks for it and sends the form as it is."""
    who = town.member({CHIEFS: "karin", PLANNING: "ali", OPERATIVE: "ida"}[channel])
    asked = [each for each in who.sees(channel) if "vad blev det av?" in each.text]
    if not asked or datetime.fromtimestamp(float(asked[-1].ts), ZONE).date() < on:
        unlogged_by_command = {CHIEFS: "chefssamrådet", PLANNING: "planeringsgruppen", OPERATIVE: "operativa"}
        await who.says(channel, f"/logga möte {unlogged_by_command[channel]} {on}")
    else:
        await who.presses(channel, "Logga")
    await who.sees_form()
    assert await who.submits({"Antal deltagare": "7", "Datum": on.isoformat()}) == {}
    await who.closes()


async def _notices(town: Town) -> list[tuple[Notice, Outgoing]]:
    async with town.bot.database.reading() as session:
        rows = await session.exec(select(Notice, Outgoing).where(Outgoing.id == Notice.outgoing_id))
        return [(notice, outgoing) for notice, outgoing in rows.all()]


async def _every_reminder_came_once_on_a_working_day(town: Town, least: int) -> None:
    posted = Counter(str((each["metadata"] or {}).get("event_payload", {}).get("key")) for each in town.slack.posted)
    posted.pop("None", None)
    assert posted, "nothing was posted"
    assert set(posted.values()) == {1}
    kinds = {kind.value for kind in ReminderKind}
    calendar = Calendar()
    reminders = 0
    for notice, outgoing in await _notices(town):
        assert notice.state in (NoticeState.SENT, NoticeState.WITHDRAWN), (notice.key, notice.state, notice.reason)
        if notice.state is NoticeState.SENT:
            assert posted[outgoing.key] == 1
            assert outgoing.sent_at is not None
            if notice.kind in kinds:
                reminders += 1
                local = outgoing.sent_at.astimezone(ZONE)
                assert calendar.posting_hindrance(local.date()) is None, (notice.key, local)
                assert outgoing.sent_at - notice.due_at < timedelta(minutes=15), notice.key
    assert reminders > least


async def _none_came_after_its_sense_was_gone(town: Town) -> Counter[str]:
    """How often each day's occasions were asked about."""
    async with town.bot.database.reading() as session:
        occasions = {row.id: row for row in (await session.exec(select(Occasion))).all()}
        logged = {row.occasion_id: row.logged_at for row in (await session.exec(select(Outcome))).all()}
    told: Counter[str] = Counter()
    for notice, outgoing in await _notices(town):
        if notice.state is not NoticeState.SENT or notice.occasion_id is None or outgoing.sent_at is None:
            continue
        occasion = occasions[notice.occasion_id]
        sent = outgoing.sent_at.astimezone(ZONE).date()
        if notice.kind == ReminderKind.LOG:
            assert notice.occasion_id not in logged or outgoing.sent_at < logged[notice.occasion_id]
            told[str(occasion.on)] += 1
        elif notice.kind in ("soon", "today", "summons", "call_for_matters", "prepare"):
            assert sent <= occasion.on
    return told


async def _status_agrees_with_what_was_done(town: Town) -> None:
    anna = town.member("anna")
    await anna.says(PLANNING, "/lage")
    status = anna.last(PLANNING)
    assert re.search(r"Chefssamrådets möte – ✅ Klart: 4 av 4", status), status
    assert re.search(r"Planeringsgruppens möte – ✅ Klart: 4 av 4", status), status
    assert re.search(r"Trygghetsvandring – ✅ Klart: 2 av 2", status), status
    assert re.search(r"Trygghetskväll – ✅ Klart: 1 av 1", status), status
    assert re.search(r"Operativa gruppens möte – 📝 Ej loggat: 9 av minst 10", status), status
    assert re.search(r"Uppföljning: Aktiviteter – .*1 av 2", status), status
