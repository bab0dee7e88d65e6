"""The fixed line of forums where nothing is ever written about individuals, on every message that concerns one.

Put on when the message is about to be posted, whoever wrote it and whatever it tells: so none is without, and one that
tells several things says it once. Source: docs/glossary.md, forum for places only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import bindparam
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schedules.texts import PLACES_ONLY
from storage.message import Message, Part
from storage.models import Forum, Notice

FOR_PLACES_AMONG = select(Forum.id).where(
    col(Forum.id).in_(bindparam("forums", expanding=True)), col(Forum.places_only)
)


async def about_places_only(session: AsyncSession, told: Mapping[int, Sequence[Notice]]) -> set[int]:
    """Those of the messages (by id, each with its notices) that tell something of a forum for places only."""
    about = {each: {notice.forum_id for notice in notices} - {None} for each, notices in told.items()}
    forums = set().union(*about.values())
    if not forums:
        return set()
    found = set((await session.exec(FOR_PLACES_AMONG, params={"forums": sorted(filter(None, forums))})).all())
    return {each for each, concerned in about.items() if concerned & found}


def with_places_line(message: Message) -> Message:
    """The message with the line last, once."""
    if PLACES_ONLY in message.plain():
        return message
    return replace(message, parts=(*message.parts, Part(note=PLACES_ONLY)))
