"""One person after another on a seat, in one step: the old one's last day is the day before the new one's first, and
what is open on the seat is asked about."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import Action
from commands.call import Answer, Call, Field, Form, Refused, Reply
from commands.choosing import PAGE, page_in
from commands.finding import require_forum
from commands.handover import Passing, open_on, questions
from commands.permissions import Rights, rights
from commands.roster_change import Change, effects_of, store
from commands.roster_look import given, look
from commands.seating import administered, day_of, person_fields, person_known, person_meant, person_problems
from commands.succession import settle
from commands.texts import finding as finding_texts
from commands.texts import forum as forum_texts
from commands.texts import replacing as texts
from commands.words import Words
from schedules.message import Button, Message, Part
from storage.models import Appointment, Forum, Person, Seat
from storage.people import holds, places
from storage.vacancies import Sitting, sitting_of


async def replace_somebody(call: Call, session: AsyncSession) -> Answer:
    """Byt ut: of a forum, whom; then a form with the successor, the first day, and what goes with the seat."""
    if call.submitted:
        return await _carried_out(call, session)
    asker = await rights(call, session)
    words = Words(call.words)
    appointment_id, page = words.take_id("u"), page_in(words)
    forum = await require_forum(words, asker)
    asker.require(Action.APPOINT, forum.id)
    held = await _held(call, session, forum)
    if not held:
        raise Refused(texts.NOBODY_SITS)
    if appointment_id is None:
        return _whom(forum, held, page)
    chosen = next((each for each in held if each[1].id == appointment_id), None)
    if chosen is None:
        raise Refused(finding_texts.GONE)
    return await _form(call, session, asker, forum, *chosen)


async def _held(call: Call, session: AsyncSession, forum: Forum) -> list[tuple[Person, Appointment, Seat]]:
    """Who sits on which of the forum's seats today, each appointment once."""
    found = await places(session, forum_id=forum.id or 0, today=call.local_now.date())
    held: dict[int | None, tuple[Person, Appointment, Seat]] = {}
    for place in found:
        seats = {seat.id: seat for seat in place.seats}
        held |= {one.id: (person, one, seats[one.seat_id]) for person, one in place.holders}
    return list(held.values())


def _whom(forum: Forum, held: Sequence[tuple[Person, Appointment, Seat]], page: int) -> Reply:
    shown = held[page * PAGE : (page + 1) * PAGE]
    buttons = [
        Button(f"{person.name}, {seat.title}"[:75], "samverkan byt", f"f:{forum.id} u:{one.id}")
        for person, one, seat in shown
    ]
    if len(held) > (page + 1) * PAGE:
        buttons.append(Button(texts.more(len(held) - (page + 1) * PAGE), "samverkan byt", f"f:{forum.id} s:{page + 1}"))
    return Reply(Message((Part((texts.WHOM,), buttons=tuple(buttons)),), title=forum.name))


async def _form(
    call: Call,
    session: AsyncSession,
    asker: Rights,
    forum: Forum,
    person: Person,
    appointment: Appointment,
    seat: Seat,
) -> Form:
    what = await open_on(session, asker, forum, seat, person, deputy=appointment.deputy)
    fields = (
        Field("note", texts.intro(person.name, seat.title), "note"),
        *person_fields(),
        Field("starts", texts.FROM, "date", value=call.local_now.date().isoformat(), hint=texts.FROM_HINT),
        Field("ends", forum_texts.UNTIL, "date", required=False, hint=forum_texts.UNTIL_HINT),
        *questions(what, successor=True),
    )
    context = {"forum": str(forum.id), "appointment": str(appointment.id)}
    return Form("samverkan byt", texts.TITLE, fields, texts.SUBMIT, context)


async def _carried_out(call: Call, session: AsyncSession) -> Answer:
    asker, forum = await administered(call, session)
    call = given(call)
    held = {str(one.id): (person, one, seat) for person, one, seat in await _held(call, session, forum)}
    found = held.get(call.context.get("appointment", ""))
    if found is None:
        raise Refused(finding_texts.GONE)
    before, appointment, seat = found
    was, today = sitting_of(appointment, before.name), call.local_now.date()
    starts, ends = day_of(call.text("starts")), day_of(call.text("ends"))
    problems = person_problems(call)
    if starts is None:
        problems["starts"] = texts.GIVE_DATE
    elif starts < was.starts:
        problems["starts"] = texts.too_early(before.name, was.starts)
    if starts is not None and ends is not None and ends < starts:
        problems["ends"] = forum_texts.ENDS_BEFORE
    if problems or starts is None:
        raise Refused(next(iter(problems.values())), fields=problems)
    known = await person_known(call, session)
    if known is not None and known.id == before.id:
        raise Refused(texts.THE_SAME, fields={"name": texts.THE_SAME})
    name = known.name if known else call.text("name")
    comes = Sitting(was.seat_id, name, known.id if known else None, was.deputy, starts, ends)
    if known is not None and await holds(
        session, seat_id=was.seat_id, person_id=known.id or 0, deputy=was.deputy, starts=starts, ends=ends
    ):
        raise Refused(texts.HELD_ALREADY, fields={"name": texts.HELD_ALREADY})
    last = starts - timedelta(days=1)
    leaves = Change(was, replace(was, ends=min(last, was.ends) if was.ends else last))
    asked = look(call, "samverkan byt", await effects_of(session, [leaves, Change(None, comes)], today))
    if asked is not None:
        return asked
    what = await open_on(session, asker, forum, seat, before, deputy=was.deputy)
    after = await person_meant(call, session)
    stored = await store(session, [leaves, Change(None, replace(comes, person_id=after.id))])
    if stored is None:
        raise Refused(texts.HELD_ALREADY, fields={"name": texts.HELD_ALREADY})
    passing = Passing(forum, seat, leaving=before.id, coming=after.id, day=starts)
    chosen, effects, undo = await settle(call, session, asker, passing, what, stored, action="samverkan byt")
    lines = [texts.replaced(before.name, after.name, seat.title, starts)]
    if chosen.left:
        titles = what.titles(chosen.left)
        lines.append(forum_texts.left_behind(titles) if starts <= today else texts.left_later(titles, starts))
    lines += [line for each in effects for line in each.turn_lines]
    return Reply(Message((Part(tuple(lines), buttons=(undo,)),)))
