"""Who is in a forum's channel against who sits in the forum: told to the coordinators when the difference is new."""

import hashlib
from collections.abc import Collection, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schedules import texts
from schedules.loading import coordinators
from storage.channels import forums_in
from storage.message import Button, Message, Part
from storage.models import Appointment, Forum, Person, Seat, Workspace
from storage.outbox import tell
from storage.people import places

MEMBERS = "members"  # the kind of notice


async def without_seat(
    session: AsyncSession, *, workspace_id: int, channel_id: str, members: Collection[str], now: datetime
) -> list[str]:
    """The Slack users in a forum's channel with no seat, deputy's place or coordinator's, today or to come.

    Nobody in a channel that is no forum's.
    """
    forums = await forums_in(session, workspace_id=workspace_id, channel_id=channel_id)
    if not forums:
        return []
    known: set[str | None] = set()
    for forum in forums:
        for place in await places(session, forum_id=forum.id or 0, today=await _today(session, workspace_id, now)):
            known |= {person.slack_user_id for person, _ in (*place.holders, *place.coming)}
    elsewhere = await session.exec(
        select(Person.slack_user_id)
        .join(Appointment, col(Appointment.person_id) == Person.id)
        .join(Seat, col(Seat.id) == Appointment.seat_id)
        .where(col(Seat.agreement_id).in_([forum.agreement_id for forum in forums]), col(Seat.coordinator))
    )
    administrators = await session.exec(
        select(Person.slack_user_id).where(Person.workspace_id == workspace_id, col(Person.administrator))
    )
    known |= {*elsewhere.all(), *administrators.all()}
    return sorted(set(members) - known)


async def members_seen(
    session: AsyncSession,
    *,
    workspace_id: int,
    channel_id: str,
    members: Collection[str],
    strangers: Mapping[str, str],
    now: datetime,
) -> int:
    """Tells the coordinators who sits in the channel's forums but is not in it, and who is in it without a seat.

    `members` are Slack users; `strangers` those without a seat, with their names. A difference is told once, until it
    is another. Returns how many people are told. `now` is aware UTC.
    """
    told = 0
    for forum in await forums_in(session, workspace_id=workspace_id, channel_id=channel_id):
        today = await _today(session, workspace_id, now)
        missing = {
            person.slack_user_id: person.name
            for place in await places(session, forum_id=forum.id or 0, today=today)
            for person, _ in place.holders
            if person.slack_user_id and not person.deactivated and person.slack_user_id not in members
        }
        if not missing and not strangers:
            continue
        mark = hashlib.sha256(" ".join(sorted([*missing, "|", *strangers])).encode()).hexdigest()[:16]
        message = Message((_part(forum, sorted(missing.values()), sorted(strangers.values())),))
        for person in await coordinators(session, forum.agreement_id, today):
            new = await tell(
                session,
                workspace_id=workspace_id,
                key=f"members:{forum.id}:{mark}",
                kind=MEMBERS,
                due_at=now,
                now=now,
                forum_id=forum.id,
                person_id=person.id,
                message=message,
                agreement_id=forum.agreement_id,
            )
            told += new is not None
    return told


def _part(forum: Forum, missing: list[str], strangers: list[str]) -> Part:
    lines = [texts.not_in_channel(missing)] if missing else []
    lines += [texts.without_seat(strangers)] if strangers else []
    about = f"f:{forum.id}"
    buttons = [Button(texts.SHOW_MEMBERS, "samverkan medlemmar", about)]
    if strangers:
        buttons.append(Button(texts.GIVE_SEAT, "samverkan tillsatt", about, "primary"))
    return Part(tuple(lines), texts.members_heading(forum.name), buttons=tuple(buttons))


async def _today(session: AsyncSession, workspace_id: int, now: datetime) -> date:
    workspace = await session.get(Workspace, workspace_id)
    return now.astimezone(ZoneInfo(workspace.zone if workspace else "Europe/Stockholm")).date()
