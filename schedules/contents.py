"""What a message in hand says: the content fixed when something happened, or text made now from its notices."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel.ext.asyncio.session import AsyncSession

from schedules import texts
from storage.claims import LATE, Claimed
from storage.database import Database
from storage.downtime import downtime_between
from storage.message import Mention, Message, Part, decoded
from storage.models import Forum, Notice, Person, Workspace

log = logging.getLogger(__name__)


class Composed(Protocol):
    """The message (None when nothing is left to say) and why each notice that lost its sense was dropped."""

    @property
    def message(self) -> Message | None: ...

    @property
    def dropped(self) -> Mapping[int, str]: ...


Compose = Callable[[AsyncSession, Sequence[Notice], datetime], Awaitable[Composed]]


@dataclass(frozen=True)
class Contents:
    """What to post (None: nothing), which notices lost their sense, and which could not be put into words at all."""

    message: Message | None
    dropped: Mapping[int, str] = field(default_factory=dict)
    broken: Mapping[int, str] = field(default_factory=dict)


async def contents_of(
    database: Database,
    session: AsyncSession,
    claimed: Claimed,
    notices: Sequence[Notice],
    compose: Compose,
    now: datetime,
) -> Contents:
    """What the message says at `now`, read in the session. A notice that cannot be composed does not take the others
    with it: then each is tried for itself, in sessions of the database that nothing has gone wrong in.

    Raises what the database raises: that says nothing about the message.
    """
    if not notices:
        return Contents(None)
    if claimed.payload is not None:
        return Contents(await _fixed(session, claimed, notices, now))
    whole = await _attempt(session, notices, compose, now)
    contents = whole if isinstance(whole, Contents) else await _one_by_one(database, notices, compose, now)
    if contents.message is None or not any(_went_elsewhere(notice) for notice in notices):
        return contents
    return replace(contents, message=await _rerouted(session, contents.message, notices))


async def _one_by_one(database: Database, notices: Sequence[Notice], compose: Compose, now: datetime) -> Contents:
    broken: dict[int, str] = {}
    for notice in notices:
        async with database.reading() as session:
            alone = await _attempt(session, [notice], compose, now)
        if not isinstance(alone, Contents) and notice.id is not None:
            broken[notice.id] = alone
    sound = [notice for notice in notices if notice.id not in broken]
    if not sound:
        return Contents(None, broken=broken)
    async with database.reading() as session:
        rest = await _attempt(session, sound, compose, now)
    if isinstance(rest, Contents):
        return replace(rest, broken=broken)
    return Contents(None, broken={notice.id: rest for notice in notices if notice.id is not None})


async def _attempt(session: AsyncSession, notices: Sequence[Notice], compose: Compose, now: datetime) -> Contents | str:
    """The composed contents, or the name of the fault."""
    try:
        composed = await compose(session, notices, now)
    except (SQLAlchemyError, OSError):
        raise
    except Exception as fault:  # a fault in one text must neither stop nor lose the others
        log.exception("notices %s cannot be composed", [notice.id for notice in notices])
        return f"not composed: {type(fault).__name__}"
    return Contents(composed.message, dropped=composed.dropped)


async def _fixed(session: AsyncSession, claimed: Claimed, notices: Sequence[Notice], now: datetime) -> Message:
    """Fixed content, addressed where it goes to a channel instead of to its person, and honest when it is late."""
    assert claimed.payload is not None
    message = decoded(claimed.payload)
    if claimed.person_id is not None and claimed.lane.startswith("c:"):
        person = await session.get(Person, claimed.person_id)
        first, *rest = message.parts
        if person is not None:
            message = replace(message, parts=(replace(first, to=(Mention(person.name), *first.to)), *rest))
    if now - claimed.due_at > LATE:
        workspace = await session.get(Workspace, claimed.workspace_id)
        zone = workspace.zone if workspace else "Europe/Stockholm"
        outages = await downtime_between(session, claimed.due_at - timedelta(days=1), now)
        note = texts.late(claimed.due_at, zone, [each for each in outages if each[1] > claimed.due_at])
        message = replace(message, parts=(*message.parts, Part(note=note)))
    return await _rerouted(session, message, notices)


def _went_elsewhere(notice: Notice) -> bool:
    return bool(notice.details.get("instead_of") or notice.details.get("internal_in"))


async def _rerouted(session: AsyncSession, message: Message, notices: Sequence[Notice]) -> Message:
    """Says where the message should have gone, when it could not go there."""
    meant_for = sorted({str(notice.details["instead_of"]) for notice in notices if notice.details.get("instead_of")})
    notes = []
    for recipient in meant_for:
        if recipient.startswith("f"):
            forum = await session.get(Forum, int(recipient[1:]))
            notes.append(texts.instead_of_forum(forum.name if forum else recipient))
        else:
            person = await session.get(Person, int(recipient[1:]))
            notes.append(texts.instead_of_person(person.name if person else recipient))
    for recipient in sorted(
        {str(notice.details["internal_in"]) for notice in notices if notice.details.get("internal_in")}
    ):
        forum = await session.get(Forum, int(recipient[1:]))
        notes.append(texts.internal_in(forum.name if forum else recipient))
    return replace(message, parts=(*message.parts, *(Part(note=note) for note in notes)))
