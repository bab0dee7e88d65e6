"""`/samverkan exportera FORUM` and `/samverkan registerutdrag [NAMN]`: a forum's or a person's records, to the asker
alone."""

import asyncio
import re
from collections.abc import Awaitable, Callable

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import Action
from commands.call import Answer, Call, Enclosure, Refused, Reply
from commands.choosing import forum_buttons, page_in
from commands.finding import require_forum
from commands.forum_export import forum_bundle
from commands.permissions import Rights, rights
from commands.person_export import people_meant, person_bundle
from commands.texts import export as texts
from commands.words import Words
from schedules.message import Message, Part
from storage.agreements.names import slug
from storage.models import Appointment, Forum, Seat
from storage.people import traced

MENTIONED = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


async def export_forum(call: Call, session: AsyncSession) -> Answer:
    """Leaves an entry and lets the file be made. Without a name: which forum. Raises Refused for those who may not."""
    asker = await rights(call, session)
    asker.require_somewhere(Action.EXPORT_FORUM)
    words = Words(call.words)
    page = page_in(words)
    if not words.text:
        return _which(asker, page)
    forum = await require_forum(words, asker)
    asker.require(Action.EXPORT_FORUM, forum.id)
    forum_id = forum.id or 0
    _trace(call, session, asker, "samverkan exportera", "forum", forum_id)

    async def make(reading: AsyncSession) -> bytes:
        bundle = await forum_bundle(reading, forum_id, now=call.now, zone=call.zone)
        return await asyncio.to_thread(bundle.zipped)

    name = file_name(forum, call.local_now.date().isoformat())
    part = Part(lines=(texts.on_its_way(forum.name, name),), note=texts.NOTE)
    return Reply(Message((part,)), Enclosure(name, make))


async def export_own(call: Call, session: AsyncSession) -> Answer:
    """The asker's own register extract (GDPR art. 15): every row that points at them. With a name or a Slack id, that
    person's, to the coordinator who handles the request. Raises Refused for outsiders."""
    asker = await rights(call, session)
    asker.require_somewhere(Action.EXPORT_OWN)
    if wanted := MENTIONED.sub(r"\1", call.words).strip():
        return await _export_person(call, session, asker, wanted)
    if asker.person is None or asker.person.id is None:
        raise Refused(texts.NOBODY)
    _trace(call, session, asker, "samverkan registerutdrag", "person", asker.person.id)
    name = f"registerutdrag-{call.local_now.date().isoformat()}.zip"
    part = Part(lines=(texts.own_on_its_way(name),), note=texts.OWN_NOTE)
    return Reply(Message((part,), title=texts.OWN_TITLE), Enclosure(name, _extract(call, asker.person.id)))


async def _export_person(call: Call, session: AsyncSession, asker: Rights, wanted: str) -> Reply:
    """Only of those whose every seat, now and before, is in an agreement the asker coordinates: the extract holds them
    all. Of others it is not even said whether they are there."""
    asker.require_somewhere(Action.EXPORT_PERSON)
    found = []
    for person in await people_meant(session, call.workspace_id, wanted):
        seats = select(Appointment.seat_id).where(Appointment.person_id == person.id)
        of = set((await session.exec(select(Seat.agreement_id).where(col(Seat.id).in_(seats)))).all())
        if of and all(asker.may(Action.EXPORT_PERSON, None, agreement) for agreement in of):
            found.append(person)
    if len(found) != 1:
        raise Refused(texts.SEVERAL if found else texts.NOBODY_FOUND)
    person_id = found[0].id or 0
    _trace(call, session, asker, "export person", "person", person_id)
    name = f"registerutdrag-{slug(found[0].name)}-{call.local_now.date().isoformat()}.zip"
    part = Part(lines=(texts.theirs_on_its_way(found[0].name, name),), note=texts.THEIR_NOTE)
    return Reply(Message((part,), title=texts.OWN_TITLE), Enclosure(name, _extract(call, person_id)))


def _extract(call: Call, person_id: int) -> Callable[[AsyncSession], Awaitable[bytes]]:
    async def make(reading: AsyncSession) -> bytes:
        bundle = await person_bundle(reading, person_id, now=call.now, zone=call.zone)
        return await asyncio.to_thread(bundle.zipped)

    return make


def file_name(forum: Forum, day: str) -> str:
    """The file's name, in letters that every system takes."""
    return f"{slug(forum.name)}-{day}.zip"


def _trace(call: Call, session: AsyncSession, asker: Rights, action: str, subject: str, subject_id: int) -> None:
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


def _which(asker: Rights, page: int) -> Reply:
    buttons = forum_buttons(asker.seen_forums(Action.EXPORT_FORUM), "samverkan exportera", page)
    return Reply(Message((Part(lines=(texts.CHOOSE,), buttons=buttons),), title=texts.TITLE))
