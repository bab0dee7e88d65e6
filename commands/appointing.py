"""Putting somebody on one of a forum's seats, and ending somebody's time there: on days past or to come."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from commands.call import Answer, Call, Field, Form, Option, Refused, Reply
from commands.handover import Open, Passing, choice, open_on, questions
from commands.roster_change import Change, done, effects_of, store
from commands.roster_look import given, look
from commands.seating import administered, day_of, person_fields, person_known, person_meant, person_problems
from commands.succession import settle
from commands.texts import forum as texts
from commands.words import Words
from schedules.message import Message, Part
from storage.models import Appointment, Forum, Person, Seat
from storage.people import holds, places
from storage.vacancies import Sitting, sitting_of

WHO = re.compile(r"(?P<user>[UW][A-Z0-9]{2,20})(?:@(?P<team>[TE][A-Z0-9]{2,20}))? (?P<name>.+)")


async def appoint_somebody(call: Call, session: AsyncSession) -> Answer:
    """A form that puts a person on one of a forum's seats, from a day and to a day where it is known.

    A button may fill in who: "U0TOVE Tove Granlund", with "@T0POLIS" for another organisation's. What is open on a
    vacant seat, and whose turns change, is shown and asked about in a second form before anything is saved.
    """
    asker, forum = await administered(call, session)
    call = given(call)
    today = call.local_now.date()
    found = await places(session, forum_id=forum.id or 0, today=today)
    seats = {str(seat.id): seat for each in found for seat in each.seats}
    if not call.submitted:
        return _appoint_form(call, forum, seats)
    seat, days = seats.get(call.text("seat")), _days(call)
    problems = {} if seat else {"seat": texts.CHOOSE_SEAT}
    problems |= person_problems(call) | days.problems
    if problems or seat is None or days.first is None:
        raise Refused(next(iter(problems.values())), fields=problems)
    deputy = call.text("kind") == "deputy"
    known = await person_known(call, session)
    name = known.name if known else call.text("name")
    comes = Sitting(seat.id or 0, name, known.id if known else None, deputy, days.first, days.last)
    if known is not None and await holds(
        session, seat_id=seat.id or 0, person_id=known.id or 0, deputy=deputy, starts=days.first, ends=days.last
    ):
        raise Refused(texts.HELD_ALREADY, fields={"name": texts.HELD_ALREADY})
    effects = await effects_of(session, [Change(None, comes)], today)
    alone = all([each.person for each in one.roster.ordinary(comes.seat_id, comes.starts)] == [name] for one in effects)
    what = await open_on(session, asker, forum, seat, None, deputy=deputy) if alone and not deputy else Open((), ())
    asked = look(call, "samverkan tillsatt", effects, questions(what, successor=True))
    if asked is not None:
        return asked
    person = await person_meant(call, session)
    stored = await store(session, [Change(None, replace(comes, person_id=person.id))])
    if stored is None:
        raise Refused(texts.HELD_ALREADY, fields={"name": texts.HELD_ALREADY})
    passing = Passing(forum, seat, leaving=None, coming=person.id, day=days.first)
    chosen, effects, undo = await settle(call, session, asker, passing, what, stored, action="samverkan tillsatt")
    lines = [texts.appointed(person.name, seat.title, days.first, days.last)]
    lines += [texts.left_behind(what.titles(chosen.left))] if chosen.left else []
    lines += [line for each in effects for line in each.turn_lines]
    return Reply(Message((Part(lines=tuple(lines), buttons=(undo,)),)))


def _appoint_form(call: Call, forum: Forum, seats: Mapping[str, Seat]) -> Form:
    who = WHO.search(Words(call.words).text)
    options = tuple(Option(seat.title[:75], key) for key, seat in seats.items())
    kinds = (Option(texts.ORDINARY, "ordinary"), Option(texts.SUBSTITUTE, "deputy"))
    fields = (
        Field("seat", texts.SEAT, "choice", options=options),
        *(person_fields(who["name"][:100], who["user"], who["team"] or "") if who else person_fields()),
        Field("kind", texts.DEPUTY, "radio", value="ordinary", options=kinds),
        Field("starts", texts.FROM, "date", value=call.local_now.date().isoformat()),
        Field("ends", texts.UNTIL, "date", required=False, hint=texts.UNTIL_HINT),
    )
    return Form("samverkan tillsatt", texts.APPOINT_TITLE, fields, context={"forum": str(forum.id)})


@dataclass(frozen=True)
class _Days:
    first: date | None
    last: date | None
    problems: dict[str, str]


def _days(call: Call) -> _Days:
    first, last = day_of(call.text("starts")), day_of(call.text("ends"))
    problems = {} if first else {"starts": texts.GIVE_DATE}
    if call.text("ends") and last is None:
        problems["ends"] = texts.GIVE_DATE
    elif first is not None and last is not None and last < first:
        problems["ends"] = texts.ENDS_BEFORE
    return _Days(first, last, problems)


# --- ending -----------------------------------------------------------------------------------------------------------

Held = Mapping[str, tuple[Person, Appointment, Seat]]


async def end_somebody(call: Call, session: AsyncSession) -> Answer:
    """A form that ends somebody's time on one of a forum's seats, with a last day, past or to come. History stays: what
    has been done in the meantime is not touched.

    A button may say whose ("u:ID"). What is open on the seat is asked about before anything is saved.
    """
    asker, forum = await administered(call, session)
    call = given(call)
    today = call.local_now.date()
    held = await _held(session, forum, today)
    if not held:
        raise Refused(texts.NOBODY_SITS)
    if not call.submitted:
        return _end_form(call, forum, held, today)
    last, found = day_of(call.text("last")), held.get(call.text("appointment"))
    problems = {} if found else {"appointment": texts.CHOOSE_PERSON}
    if last is None:
        problems["last"] = texts.GIVE_DATE
    if problems or found is None or last is None:
        raise Refused(next(iter(problems.values())), fields=problems)
    person, appointment, seat = found
    was = sitting_of(appointment, person.name)
    if was.ends is not None and was.ends <= last:
        return Reply(Message((Part(lines=(texts.ended(person.name, seat.title, was.ends),)),)))
    change = Change(was, replace(was, ends=max(last, was.starts - timedelta(days=1))))
    effects = await effects_of(session, [change], today)
    after = max(last + timedelta(days=1), was.starts)
    others = any(one.roster.ordinary(was.seat_id, after) for one in effects)
    what = await open_on(session, asker, forum, seat, person, deputy=was.deputy or others)
    asked = look(call, "samverkan avsluta", effects, questions(what, successor=False))
    if asked is not None:
        return asked
    stored = await store(session, [change]) or []
    passing = Passing(forum, seat, leaving=person.id, coming=None, day=after)
    chosen = await choice(call, session, asker, passing, what, action="samverkan avsluta")
    undo = await done(call, session, asker, effects, action="samverkan avsluta", forum=forum, handovers=chosen.ids)
    lines = [texts.ended(person.name, seat.title, stored[0].becomes.ends or last)]
    lines += [texts.VACANT] if any(each.vacated for each in effects) else []
    lines += [texts.left_behind(what.titles(chosen.left))] if chosen.left else []
    lines += [line for each in effects for line in each.turn_lines]
    return Reply(Message((Part(lines=tuple(lines), buttons=(undo,)),)))


async def _held(session: AsyncSession, forum: Forum, today: date) -> dict[str, tuple[Person, Appointment, Seat]]:
    """Who sits on which of the forum's seats, or will, each appointment once."""
    held = {}
    for place in await places(session, forum_id=forum.id or 0, today=today):
        seats = {seat.id: seat for seat in place.seats}
        for person, one in (*place.holders, *place.coming):
            held[str(one.id)] = (person, one, seats[one.seat_id])
    return held


def _end_form(call: Call, forum: Forum, held: Held, today: date) -> Form:
    options = tuple(
        Option(f"{person.name}: {seat.title}"[:75], key, description=texts.role(one.deputy))
        for key, (person, one, seat) in held.items()
    )
    whose = str(Words(call.words).take_id("u") or "")
    fields = (
        Field("appointment", texts.WHO_ENDS, "choice", whose if whose in held else "", options=options),
        Field("last", texts.LAST_DAY, "date", value=today.isoformat(), hint=texts.LAST_DAY_HINT),
    )
    return Form("samverkan avsluta", texts.END_TITLE, fields, texts.END_SUBMIT, {"forum": str(forum.id)})
