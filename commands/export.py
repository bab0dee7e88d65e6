"""`/samverkan exportera FORUM`: everything about a forum as one file, to the asker alone."""

import asyncio

from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import Action
from commands.call import Answer, Call, Handover, Reply
from commands.finding import require_forum
from commands.forum_export import forum_bundle
from commands.permissions import Rights, rights
from commands.texts import export as texts
from commands.words import Words
from schedules.message import Button, Message, Part
from storage.agreements.names import slug
from storage.models import Forum
from storage.people import traced


async def export_forum(call: Call, session: AsyncSession) -> Answer:
    """Leaves an entry and lets the file be made. Without a name: which forum. Raises Refused for those who may not."""
    asker = await rights(call, session)
    asker.require_somewhere(Action.EXPORT_FORUM)
    words = Words(call.words)
    if not words.text:
        return _which(asker)
    forum = await require_forum(words, asker)
    asker.require(Action.EXPORT_FORUM, forum.id)
    forum_id = forum.id or 0
    traced(
        session,
        workspace_id=call.workspace_id,
        now=call.now,
        actor=call.user_id,
        person_id=asker.person.id if asker.person else None,
        action="samverkan exportera",
        subject="forum",
        subject_id=forum_id,
    )

    async def make(reading: AsyncSession) -> bytes:
        bundle = await forum_bundle(reading, forum_id, now=call.now, zone=call.zone)
        return await asyncio.to_thread(bundle.zipped)

    name = file_name(forum, call.local_now.date().isoformat())
    part = Part(lines=(texts.on_its_way(forum.name, name),), note=texts.NOTE)
    return Reply(Message((part,)), Handover(name, make))


def file_name(forum: Forum, day: str) -> str:
    """The file's name, in letters that every system takes."""
    return f"{slug(forum.name)}-{day}.zip"


def _which(asker: Rights) -> Reply:
    buttons = tuple(
        Button(forum.name[:75], "samverkan exportera", f"f:{forum.id}")
        for forum in asker.seen_forums(Action.EXPORT_FORUM)[:25]
    )
    return Reply(Message((Part(lines=(texts.CHOOSE,), buttons=buttons),), title=texts.TITLE))
