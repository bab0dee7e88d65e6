"""Rosters and channels: who sits where, putting somebody on a seat, and which channel a forum has."""

import re
from datetime import date

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.call import Answer, Call, Field, Form, Option, Refused, Reply
from commands.finding import forum_meant, require_forum
from commands.guard import check_free_text
from commands.permissions import Rights, rights
from commands.texts import forum as texts
from commands.words import Words
from schedules.message import Button, Message, Part
from storage.agreements.linking import LinkError, link_forum
from storage.agreements.roster import import_roster
from storage.agreements.touch import touch
from storage.models import Person
from storage.people import Place, appoint, person_of_slack, places, traced

SLACK_ID = re.compile(r"[UW][A-Z0-9]{2,20}")


async def members(call: Call, session: AsyncSession) -> Answer:
    """`/samverkan medlemmar FORUM`: seats, who sits, deputies and vacancies; without a name, the forums to choose."""
    asker = await rights(call, session)
    words = Words(call.words)
    chosen = await require_forum(words, asker) if words.text else None
    if chosen is None:
        buttons = tuple(
            Button(forum.name[:75], "samverkan medlemmar", f"f:{forum.id}") for forum in asker.seen_forums()[:25]
        )
        return Reply(Message((Part(lines=(texts.CHOOSE_FORUM,), buttons=buttons),), title=texts.TITLE))
    asker.require_see(chosen.id or 0)
    lines = [texts.linked_to(None)] if chosen.channel_id is None else []
    lines += [_line(each) for each in await places(session, forum_id=chosen.id or 0, today=call.local_now.date())]
    buttons = ()
    if asker.may_administer(chosen.id):
        buttons = (
            Button(texts.APPOINT, "samverkan tillsatt", f"f:{chosen.id}"),
            Button(texts.IMPORT, "samverkan lasin"),
        )
    return Reply(Message((Part(lines=tuple(lines), buttons=buttons),), title=chosen.name))


def _line(each: Place) -> str:
    names = [
        texts.holder(person.name, appointment.starts, deputy=appointment.deputy, slack=person.slack_user_id is not None)
        for person, appointment in each.holders
    ]
    return texts.place(each.line.label, names, each.vacant)


async def appoint_somebody(call: Call, session: AsyncSession) -> Answer:
    """A form that puts a person on one of a forum's seats."""
    asker = await rights(call, session)
    words = Words(f"f:{call.context.get('forum', '')}" if call.submitted else call.words)
    forum = await require_forum(words, asker)
    asker.require_administer(forum.id)
    today = call.local_now.date()
    seats = {
        str(seat.id): seat for each in await places(session, forum_id=forum.id or 0, today=today) for seat in each.seats
    }
    if not call.submitted:
        options = tuple(Option(seat.title[:75], key) for key, seat in seats.items())
        kinds = (Option(texts.ORDINARY, "ordinary"), Option(texts.SUBSTITUTE, "deputy"))
        fields = (
            Field("seat", texts.SEAT, "choice", options=options),
            Field("name", texts.PERSON, "text", hint=texts.PERSON_HINT, most=100),
            Field("slack_id", texts.SLACK_ID, "text", required=False, most=30),
            Field("kind", texts.DEPUTY, "radio", value="ordinary", options=kinds),
            Field("starts", texts.FROM, "date", value=today.isoformat()),
        )
        return Form("samverkan tillsatt", texts.APPOINT_TITLE, fields, context={"forum": str(forum.id)})
    seat = seats.get(call.text("seat"))
    problems = {} if seat else {"seat": texts.CHOOSE_SEAT}
    if not call.text("name"):
        problems["name"] = texts.GIVE_NAME
    slack_id = call.text("slack_id")
    if slack_id and not SLACK_ID.fullmatch(slack_id):
        problems["slack_id"] = texts.BAD_SLACK_ID
    try:
        starts = date.fromisoformat(call.text("starts"))
    except ValueError:
        problems["starts"] = texts.GIVE_DATE
    if problems or seat is None:
        raise Refused(next(iter(problems.values())), fields=problems)
    check_free_text({"name": call.text("name")})
    person = await _person(call, session, call.text("name"), slack_id)
    appointment = await appoint(
        session,
        seat_id=seat.id or 0,
        person_id=person.id or 0,
        deputy=call.text("kind") == "deputy",
        starts=starts,
    )
    if appointment is None:
        raise Refused(texts.HELD_ALREADY, fields={"name": texts.HELD_ALREADY})
    _trace(call, session, asker, "samverkan tillsatt", "appointment", appointment.id)
    await touch(session, forum.agreement_id)
    return Reply(Message((Part(lines=(texts.appointed(person.name, seat.title, starts),)),)))


async def _person(call: Call, session: AsyncSession, name: str, slack_id: str) -> Person:
    if slack_id:
        return await person_of_slack(session, workspace_id=call.workspace_id, user_id=slack_id, name=name)
    same = select(Person).where(Person.workspace_id == call.workspace_id, Person.name == name)
    found = (await session.exec(same)).all()
    if len(found) == 1:
        return found[0]
    person = Person(workspace_id=call.workspace_id, name=name)
    session.add(person)
    await session.flush()
    return person


async def read_list(call: Call, session: AsyncSession) -> Answer:
    """A form that takes a roster file; all its mistakes are told at once and nothing is stored if there is any."""
    asker = await rights(call, session)
    asker.require_administer()
    if not call.submitted:
        field = Field("file", texts.IMPORT_FILE, "file", hint=texts.IMPORT_HINT)
        return Form("samverkan lasin", texts.IMPORT_TITLE, (field,))
    if not call.files:
        raise Refused(texts.NO_FILE, fields={"file": texts.NO_FILE})
    _, content = call.files[0]
    result = await import_roster(session, call.workspace_id, content, call.local_now.date())
    if result.problems:
        sentences = [problem.sentence(call.files[0][0]) for problem in result.problems]
        raise Refused(texts.not_imported(sentences), fields={"file": texts.not_imported(sentences)})
    _trace(call, session, asker, "samverkan lasin", "roster", None)
    for agreement_id in {forum.agreement_id for forum in asker.forums.values()}:
        await touch(session, agreement_id)
    return Reply(Message((Part(lines=(texts.imported(len(result.changes)),)),)))


async def link(call: Call, session: AsyncSession) -> Answer:
    """`/samverkan koppla FORUM [#kanal]`: the forum's reminders go to the channel the command was written in."""
    asker = await rights(call, session)
    asker.require_administer()
    words = Words(call.words)
    channel = words.take_channel() or call.channel_id
    forum = await forum_meant(words, asker) or await require_forum(words, asker)
    asker.require_administer(forum.id)
    if not channel or channel.startswith("D"):
        raise Refused(texts.NOT_IN_CHANNEL)
    try:
        linked = await link_forum(session, forum.name, channel, today=call.local_now.date())
    except LinkError as mistake:
        raise Refused(str(mistake)) from None
    for each in linked:
        _trace(call, session, asker, "samverkan koppla", "forum", each.id)
        await touch(session, each.agreement_id)
    return Reply(Message((Part(lines=(texts.linked(sorted({each.name for each in linked})),)),)))


def _trace(call: Call, session: AsyncSession, asker: Rights, action: str, subject: str, subject_id: int | None) -> None:
    traced(
        session,
        workspace_id=call.workspace_id,
        now=call.now,
        actor=call.user_id,
        person_id=asker.person.id if asker.person else None,
        action=action,
        subject=subject,
        subject_id=subject_id,
    )
