"""Rosters and channels: who sits where, putting somebody on a seat, and which channel a forum has."""

from collections.abc import Sequence
from datetime import timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import Action
from commands.call import Answer, Call, Field, Form, Option, Refused, Reply
from commands.choosing import forum_buttons, page_in
from commands.finding import require_forum
from commands.handover import tell_successor, tell_vacancy
from commands.misunderstood import misunderstood
from commands.permissions import Rights, rights
from commands.seating import administered, day_of, person_fields, person_meant, person_problems, trace
from commands.texts import forum as texts
from commands.words import Words, fold
from schedules.message import Button, Message, Part
from storage.agreements.linking import LinkError, link_forum
from storage.agreements.roster import import_roster
from storage.agreements.touch import touch
from storage.models import Appointment, Forum
from storage.people import Place, appoint, end_appointment, places
from storage.vacancies import roster_of


async def members(call: Call, session: AsyncSession) -> Answer:
    """`/samverkan medlemmar FORUM`: seats, who sits, deputies and vacancies; without a name, the forums to choose;
    with "vakanta" every vacant place the asker may see."""
    asker = await rights(call, session)
    words = Words(call.words)
    page = page_in(words)
    if words.take_names([("vacant", texts.VACANT_WORDS)]):
        return await _every_vacancy(call, session, await _meant(words, asker))
    if not words.text:
        return _which_forum(asker, "samverkan medlemmar", page)
    chosen = await require_forum(words, asker)
    if words.text:
        raise misunderstood("/samverkan medlemmar", words.text, (), [forum.name for forum in asker.seen_forums()])
    asker.require(Action.SEE_MEMBERS, chosen.id)
    found = await places(session, forum_id=chosen.id or 0, today=call.local_now.date())
    lines = [texts.NOT_LINKED] if chosen.channel_id is None else []
    lines += [line for each in found for line in _lines(each)]
    about = f"f:{chosen.id}"
    buttons: tuple[Button, ...] = ()
    if asker.may(Action.APPOINT, chosen.id):
        buttons = (Button(texts.APPOINT, "samverkan tillsatt", about), Button(texts.IMPORT, "samverkan lasin"))
        if any(each.holders or each.coming for each in found):
            change = (Button(texts.REPLACE, "samverkan byt", about), Button(texts.END, "samverkan avsluta", about))
            buttons = (buttons[0], *change, *buttons[1:])
    return Reply(Message((Part(lines=tuple(lines), buttons=buttons),), title=chosen.name))


async def _meant(words: Words, asker: Rights) -> list[Forum]:
    """The forum named, else all whose members the asker may see."""
    if not words.text:
        return asker.seen_forums(Action.SEE_MEMBERS)
    chosen = await require_forum(words, asker)
    asker.require(Action.SEE_MEMBERS, chosen.id)
    return [chosen]


async def _every_vacancy(call: Call, session: AsyncSession, seen: Sequence[Forum]) -> Reply:
    ids, lines = {forum.id for forum in seen}, []
    for agreement_id in dict.fromkeys(forum.agreement_id for forum in seen):
        roster = await roster_of(session, agreement_id)
        for each in roster.vacancies(call.local_now.date()):
            forums = [roster.forums[forum] for forum in each.forums if forum in ids]
            lines += [texts.vacancy(each.name, each.count, forums)] if forums else []
    return Reply(Message((Part(lines=tuple(lines) or (texts.NO_VACANT,)),), title=texts.ALL_VACANT))


def _which_forum(asker: Rights, command: str, page: int) -> Reply:
    buttons = forum_buttons(asker.seen_forums(Action.SEE_MEMBERS), command, page)
    return Reply(Message((Part(lines=(texts.CHOOSE_FORUM,), buttons=buttons),), title=texts.TITLE))


def _lines(each: Place) -> list[str]:
    names = [
        texts.holder(
            person.name,
            appointment.starts,
            appointment.ends,
            deputy=appointment.deputy,
            slack=person.slack_user_id is not None,
        )
        for person, appointment in each.holders
    ]
    coming = [texts.coming(person.name, one.starts, deputy=one.deputy) for person, one in each.coming]
    return [texts.place(each.line.label, each.line.kind, names, each.vacant), *coming]


# --- putting on a seat, and ending ------------------------------------------------------------------------------------


async def appoint_somebody(call: Call, session: AsyncSession) -> Answer:
    """A form that puts a person on one of a forum's seats, from a day."""
    asker, forum = await administered(call, session)
    today = call.local_now.date()
    found = await places(session, forum_id=forum.id or 0, today=today)
    seats = {str(seat.id): seat for each in found for seat in each.seats}
    if not call.submitted:
        options = tuple(Option(seat.title[:75], key) for key, seat in seats.items())
        kinds = (Option(texts.ORDINARY, "ordinary"), Option(texts.SUBSTITUTE, "deputy"))
        fields = (
            Field("seat", texts.SEAT, "choice", options=options),
            *person_fields(),
            Field("kind", texts.DEPUTY, "radio", value="ordinary", options=kinds),
            Field("starts", texts.FROM, "date", value=today.isoformat()),
        )
        return Form("samverkan tillsatt", texts.APPOINT_TITLE, fields, context={"forum": str(forum.id)})
    seat = seats.get(call.text("seat"))
    problems = {} if seat else {"seat": texts.CHOOSE_SEAT}
    problems |= person_problems(call)
    starts = day_of(call.text("starts"))
    if starts is None:
        problems["starts"] = texts.GIVE_DATE
    if problems or seat is None or starts is None:
        raise Refused(next(iter(problems.values())), fields=problems)
    person = await person_meant(call, session)
    appointment = await appoint(
        session,
        seat_id=seat.id or 0,
        person_id=person.id or 0,
        deputy=call.text("kind") == "deputy",
        starts=starts,
    )
    if appointment is None:
        raise Refused(texts.HELD_ALREADY, fields={"name": texts.HELD_ALREADY})
    trace(call, session, asker, "samverkan tillsatt", "appointment", appointment.id)
    await touch(session, forum.agreement_id)
    await tell_successor(call, session, forum, seat, person, appointment)
    return Reply(Message((Part(lines=(texts.appointed(person.name, seat.title, starts),)),)))


async def end_somebody(call: Call, session: AsyncSession) -> Answer:
    """A form that ends somebody's time on one of a forum's seats, with a last day. History stays."""
    asker, forum = await administered(call, session)
    today = call.local_now.date()
    found = await places(session, forum_id=forum.id or 0, today=today)
    held = {
        str(appointment.id): (person, appointment, _title_of(each, appointment))
        for each in found
        for person, appointment in (*each.holders, *each.coming)
    }
    if not held:
        raise Refused(texts.NOBODY_SITS)
    if not call.submitted:
        options = tuple(
            Option(f"{person.name}: {seat}"[:75], key, description=texts.role(one.deputy))
            for key, (person, one, seat) in held.items()
        )
        fields = (
            Field("appointment", texts.WHO_ENDS, "choice", options=options),
            Field("last", texts.LAST_DAY, "date", value=today.isoformat(), hint=texts.LAST_DAY_HINT),
        )
        context = {"forum": str(forum.id)}
        return Form("samverkan avsluta", texts.END_TITLE, fields, texts.END_SUBMIT, context)
    last = day_of(call.text("last"))
    chosen = held.get(call.text("appointment"))
    problems = {} if chosen else {"appointment": texts.CHOOSE_PERSON}
    if last is None:
        problems["last"] = texts.GIVE_DATE
    elif last < today - timedelta(days=1):
        problems["last"] = texts.NOT_BACKWARDS  # who sat when is history
    if problems or chosen is None or last is None:
        raise Refused(next(iter(problems.values())), fields=problems)
    person, appointment, seat = chosen
    vacant = False
    if await end_appointment(session, appointment, last=last):
        trace(call, session, asker, "samverkan avsluta", "appointment", appointment.id)
        await touch(session, forum.agreement_id)
        vacant = await tell_vacancy(call, session, forum, appointment)
    said = texts.ended(person.name, seat, appointment.ends or last)
    return Reply(Message((Part(lines=(said, texts.VACANT) if vacant else (said,)),)))


def _title_of(place: Place, appointment: Appointment) -> str:
    return next((seat.title for seat in place.seats if seat.id == appointment.seat_id), place.line.label)


# --- a whole list, and channels ---------------------------------------------------------------------------------------


async def read_list(call: Call, session: AsyncSession) -> Answer:
    """A form that takes a roster file; all its mistakes are told at once and nothing is stored if there is any."""
    asker = await rights(call, session)
    asker.require_somewhere(Action.READ_IN_ROSTER)
    if not call.submitted:
        field = Field("file", texts.IMPORT_FILE, "file", hint=texts.IMPORT_HINT)
        return Form("samverkan lasin", texts.IMPORT_TITLE, (field,))
    if not call.files:
        raise Refused(texts.NO_FILE, fields={"file": texts.NO_FILE})
    _, content = call.files[0]
    mine = None if asker.administrator else asker.coordinates
    result = await import_roster(
        session,
        call.workspace_id,
        content,
        call.local_now.date(),
        agreements=mine,
        by_administrator=asker.may_somewhere(Action.NAME_ADMINISTRATORS),
    )
    if result.problems:
        sentences = [problem.sentence(call.files[0][0]) for problem in result.problems]
        raise Refused(texts.not_imported(sentences), fields={"file": texts.not_imported(sentences)})
    trace(call, session, asker, "samverkan lasin", "roster", None)
    for agreement_id in {forum.agreement_id for forum in asker.forums.values()}:
        await touch(session, agreement_id)
    return Reply(Message((Part(lines=(texts.imported(len(result.changes)),)),)))


async def link(call: Call, session: AsyncSession) -> Answer:
    """`/samverkan koppla FORUM [#kanal]`: the forum's reminders go to the channel named, else to the one typed in."""
    asker = await rights(call, session)
    asker.require_somewhere(Action.LINK_CHANNEL)
    words = Words(call.words)
    mentioned = words.take_channel()
    channel = mentioned or call.channel_id
    page = page_in(words)
    if not words.text:
        return _which_forum(asker, "samverkan koppla", page)
    forum = await require_forum(words, asker)
    words.take_names([("to", texts.TO)])
    if words.text:
        raise misunderstood("/samverkan koppla", words.text, ())
    asker.require(Action.LINK_CHANNEL, forum.id)
    if not channel or channel.startswith("D"):
        raise Refused(texts.NOT_IN_CHANNEL)
    named = [each for each in asker.forums.values() if fold(each.name) == fold(forum.name)]
    alike = [each for each in named if each.id is not None and asker.may(Action.LINK_CHANNEL, each.id)]
    if all(each.channel_id == channel for each in alike):
        return Reply(Message((Part(lines=(texts.linked_already(forum.name),)),)))
    try:
        linked = await link_forum(
            session,
            forum.name,
            channel,
            today=call.local_now.date(),
            workspace_id=call.workspace_id,
            agreements={each.agreement_id for each in alike},
        )
    except LinkError as mistake:
        raise Refused(str(mistake)) from None
    for each in linked:
        trace(call, session, asker, "samverkan koppla", "forum", each.id)
        await touch(session, each.agreement_id)
    return Reply(Message((Part(lines=(texts.linked(forum.name, here=mentioned is None),), note=texts.INVITE),)))
