"""A whole year in which everything works: people book, move, log and forget, take absence and quiet hours, change seats
and pass on the chair, the bot is down for a weekend; and the auditor has nothing to say."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlmodel import col, select

from commands.call import Reply
from schedules.auditor import Watch
from schedules.planner import next_moment
from storage.agreements.touch import touch
from storage.database import Database
from storage.models import Appointment, Notice, Person
from tests.auditor.lookout import Lookout, lookout
from tests.delivery.world import Clock
from tests.nyby import ZONE, Room

MORNING = time(7, 0)
SAID = {
    date(2027, 1, 12): [
        ("gustav", "/mote boka chefssamrådet 2027-02-17 09.00 Kommunhuset"),
        ("anna", "/mote boka planeringsgruppen 2027-02-10 13.00 Kommunhuset"),
        ("anna", "/mote boka planeringsgruppen 2027-05-12 13.00 Kommunhuset"),
        ("anna", "/mote boka trygghetsvandring 2027-04-20 18.00 Centrum"),
        *(("anna", f"/mote boka operativa 2027-{day} 10.00") for day in ("01-27", "02-24", "03-17", "04-14", "06-16")),
    ],
    date(2027, 2, 11): [("anna", "/logga möte planeringsgruppen 10 feb genomförd 7 deltagare kommunen polisen")],
    date(2027, 4, 21): [("anna", "/logga aktivitet trygghetsvandring 20 april genomförd 9 deltagare kommunen polisen")],
    date(2027, 5, 3): [("anna", "/mote flytta planeringsgruppen 2027-05-12 till 2027-05-26 13.00")],
    date(2027, 6, 14): [
        ("gustav", "/logga uppföljning aktiviteter 14 juni genomförd 8 deltagare kommunen polisen"),
        ("anna", "/samverkan borta 28 jun till 30 jul"),
    ],
    date(2027, 8, 17): [
        ("anna", "/mote boka planeringsgruppen 2027-09-08 13.00 Kommunhuset"),
        ("anna", "/mote boka trygghetsvandring 2027-10-12 18.00 Stationen"),
        *(("anna", f"/mote boka operativa 2027-{day} 10.00") for day in ("08-25", "09-22", "10-20", "12-08")),
    ],
    date(2027, 9, 20): [("anna", "/mote ställ in operativa 2027-09-22")],
}
DOWN = {date(2027, 1, 22): timedelta(days=3, hours=4)}  # from Friday afternoon until Monday evening


async def _happenings(room: Room, guard: Lookout, day: date) -> None:
    """What people do and wish that day, at ten."""
    room.on(day)
    for who, line in SAID.get(day, []):
        assert isinstance(await room.says(who, line), Reply), line
    async with guard.database.transaction() as session:
        if day == date(2027, 1, 14):  # Bertil wants his together, Cecilia none before nine
            bertil = await session.get_one(Person, room.town.people["bertil"])
            bertil.gathers = True
            cecilia = await session.get_one(Person, room.town.people["cecilia"])
            cecilia.quiet_from, cecilia.quiet_to = "16:00", "09:00"
        if day == date(2027, 1, 19):  # a list is read in that says who has coordinated since New Year: Farah too
            seat = await session.exec(select(Appointment).where(Appointment.person_id == room.town.people["anna"]))
            seat_id = seat.all()[0].seat_id
            farah = room.town.people["farah"]
            session.add(Appointment(seat_id=seat_id, person_id=farah, starts=date(2027, 1, 1)))
            await touch(session, room.town.agreement)
        if day == date(2027, 9, 1):  # Disa leaves her seat; nobody has taken it
            seat = await session.exec(select(Appointment).where(Appointment.person_id == room.town.people["disa"]))
            for each in seat.all():
                each.ends = day
            await touch(session, room.town.agreement)
    guard.clock.now = max(guard.clock.now, room.now)


async def _live(room: Room, guard: Lookout, first: date, last: date) -> None:
    """Day by day: the bot ticks when something falls due, some minutes after it, and when the day is done."""
    day = first
    while day <= last:
        guard.clock.now = max(guard.clock.now, _moment(day, MORNING))
        end = _moment(day + timedelta(days=1), MORNING)
        noon = _moment(day, time(10, 0))
        done = False
        while guard.clock.now < end:
            coming = await next_moment(guard.database, guard.clock.now)
            if not done and (coming is None or coming > noon):
                await _happenings(room, guard, day)
                done = True
                await guard.tick()
                continue
            if coming is None or coming >= end:
                break
            guard.clock.now = max(coming, guard.clock.now)
            await guard.tick()
            for minutes in (6, 10):
                guard.clock.step(minutes=minutes)
                await guard.tick()
        if day in DOWN:
            guard.clock.now = _moment(day, time(15, 0)) + DOWN[day]
            guard.watch.since = None  # a process that has just started
            await guard.tick()
        day = max(day + timedelta(days=1), guard.clock.now.astimezone(ZONE).date())


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, ZONE).astimezone(UTC)


async def _silent(database: Database, first: date, last: date) -> None:
    room = await Room.open(database, _moment(first, MORNING))
    guard = lookout(database, Clock(_moment(first, MORNING)))
    guard.watch = Watch(gap=timedelta(days=2))  # sharper than in earnest: no gap in the ticks excuses anything
    await _live(room, guard, first, last)
    found = {each.kind for verdict in guard.verdicts for each in verdict.findings if each.alarming}
    assert found == set()
    assert not [each for each in guard.board.history if each.key.startswith("auditor:")]
    async with database.reading() as session:
        told = (await session.exec(select(Notice.kind).order_by(col(Notice.id)))).all()
    assert len(set(told)) > 3, "too little happened to prove anything"


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.torture)], indirect=True)
@pytest.mark.asyncio
async def test_two_weeks_in_which_everything_works_gives_no_alarm(database: Database) -> None:
    await _silent(database, date(2027, 1, 11), date(2027, 1, 26))


@pytest.mark.torture(minutes=1)
@pytest.mark.asyncio
async def test_a_year_in_which_everything_works_gives_no_alarm(database: Database) -> None:
    await _silent(database, date(2027, 1, 11), date(2028, 1, 15))
