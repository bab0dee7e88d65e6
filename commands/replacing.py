"""One person after another on a seat, in one step: the old one's last day is the day before the new one's first, and
what is open on the seat is asked about."""

from collections.abc import Sequence
from datetime import timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import Action
from commands.call import Answer, Call, Field, Form, Option, Refused, Reply
from commands.choosing import PAGE, page_in
from commands.finding import require_forum
from commands.handover import tell_successor
from commands.permissions import Rights, rights
from commands.seating import administered, day_of, person_fields, person_meant, person_problems, trace
from commands.texts import finding as finding_texts
from commands.texts import replacing as texts
from commands.words import Words
from schedules.message import Button, Message, Part
from storage.agreements.touch import touch
from storage.matters import open_measures_of_seat, pass_to_forum
from storage.models import Appointment, Forum, Matter, MatterState, Measure, Person, Seat
from storage.people import appoint, end_appointment, places

MOST_OPEN = 50


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
    return await _form(call, session, forum, *chosen)


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
    call: Call, session: AsyncSession, forum: Forum, person: Person, appointment: Appointment, seat: Seat
) -> Form:
    fields = [
        Field("note", texts.intro(person.name, seat.title), "note"),
        *person_fields(),
        Field("starts", texts.FROM, "date", value=call.local_now.date().isoformat(), hint=texts.FROM_HINT),
    ]
    measures = await open_measures_of_seat(session, seat_id=seat.id or 0)
    if measures and not appointment.deputy:
        options = tuple(Option(each.title[:75], str(each.id)) for each in measures[:MOST_OPEN])
        fields.append(
            Field(
                "measures",
                texts.MEASURES,
                "many",
                value=tuple(each.value for each in options),
                options=options,
                required=False,
                hint=texts.MEASURES_HINT,
            )
        )
    matters = await _matters(session, forum, person)
    if matters:
        options = tuple(Option(each.title[:75], str(each.id)) for each in matters[:MOST_OPEN])
        fields.append(
            Field(
                "matters",
                texts.MATTERS,
                "many",
                value=tuple(each.value for each in options),
                options=options,
                required=False,
                hint=texts.MATTERS_HINT,
            )
        )
    context = {"forum": str(forum.id), "appointment": str(appointment.id)}
    return Form("samverkan byt", texts.TITLE, tuple(fields), texts.SUBMIT, context)


async def _matters(session: AsyncSession, forum: Forum, person: Person) -> Sequence[Matter]:
    """The open matters of the forum that the person has raised."""
    question = select(Matter).where(
        Matter.forum_id == forum.id, Matter.raised_by == person.id, Matter.state == MatterState.OPEN
    )
    return (await session.exec(question.order_by(col(Matter.id)))).all()


async def _carried_out(call: Call, session: AsyncSession) -> Reply:
    asker, forum = await administered(call, session)
    held = {str(one.id): (person, one, seat) for person, one, seat in await _held(call, session, forum)}
    found = held.get(call.context.get("appointment", ""))
    if found is None:
        raise Refused(finding_texts.GONE)
    before, appointment, seat = found
    today, starts = call.local_now.date(), day_of(call.text("starts"))
    problems = person_problems(call)
    if starts is None:
        problems["starts"] = texts.GIVE_DATE
    elif starts < today:
        problems["starts"] = texts.NOT_BACKWARDS  # who sat when is history
    if problems or starts is None:
        raise Refused(next(iter(problems.values())), fields=problems)
    after = await person_meant(call, session)
    if after.id == before.id:
        raise Refused(texts.THE_SAME, fields={"name": texts.THE_SAME})
    made = await appoint(
        session, seat_id=seat.id or 0, person_id=after.id or 0, deputy=appointment.deputy, starts=starts
    )
    if made is None:
        raise Refused(texts.HELD_ALREADY, fields={"name": texts.HELD_ALREADY})
    await end_appointment(session, appointment, last=starts - timedelta(days=1))
    trace(call, session, asker, "samverkan byt", "appointment", made.id)
    await touch(session, forum.agreement_id)
    left = await _left_behind(call, session, asker, seat, appointment)
    followed = [each for each in await _matters(session, forum, before) if str(each.id) in call.many("matters")]
    await tell_successor(call, session, forum, seat, after, made, matters=followed)
    lines = [texts.replaced(before.name, after.name, seat.title, starts)]
    lines += [texts.left_behind([each.title for each in left])] if left else []
    return Reply(Message((Part(tuple(lines)),)))


async def _left_behind(
    call: Call, session: AsyncSession, asker: Rights, seat: Seat, appointment: Appointment
) -> Sequence[Measure]:
    """What was open on the seat and is not to follow it becomes the forum's; nothing of it is lost."""
    if appointment.deputy or "measures" not in call.fields:
        return []
    measures = (await open_measures_of_seat(session, seat_id=seat.id or 0))[:MOST_OPEN]
    left = [each for each in measures if str(each.id) not in call.many("measures")]
    for each in left:
        await pass_to_forum(session, each, text=texts.LEFT_BY_SEAT, person=asker.person, now=call.now)
        trace(call, session, asker, "samverkan byt", "measure", each.id)
    return left
