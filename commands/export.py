"""`/samverkan exportera FORUM` and `/samverkan registerutdrag`: a forum's or one's own records, to the asker alone."""

import asyncio

from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import Action
from commands.call import Answer, Call, Handover, Refused, Reply
from commands.choosing import forum_buttons, page_in
from commands.finding import require_forum
from commands.forum_export import forum_bundle
from commands.permissions import Rights, rights
from commands.person_export import person_bundle
from commands.texts import export as texts
from commands.words import Words
from schedules.message import Message, Part
from storage.agreements.names import slug
from storage.models import Forum
from storage.people import traced


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
    return Reply(Message((part,)), Handover(name, make))


async def export_own(call: Call, session: AsyncSession) -> Answer:
    """The asker's own register extract (GDPR art. 15): every row that points at them. Raises Refused for outsiders."""
    asker = await rights(call, session)
    asker.require_somewhere(Action.EXPORT_OWN)
    if asker.person is None or asker.person.id is None:
        raise Refused(texts.NOBODY)
    person_id = asker.person.id
    _trace(call, session, asker, "samverkan registerutdrag", "person", person_id)

    async def make(reading: AsyncSession) -> bytes:
        bundle = await person_bundle(reading, person_id, now=call.now, zone=call.zone)
        return await asyncio.to_thread(bundle.zipped)

    name = f"registerutdrag-{call.local_now.date().isoformat()}.zip"
    part = Part(lines=(texts.own_on_its_way(name),), note=texts.OWN_NOTE)
    return Reply(Message((part,), title=texts.OWN_TITLE), Handover(name, make))


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
