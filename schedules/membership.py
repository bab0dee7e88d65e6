"""Who is in a forum's channel against who sits in the forum: told to the coordinators when the difference is new."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schedules import texts
from schedules.loading import coordinators
from storage.channels import forums_in
from storage.database import insert_new
from storage.message import Button, Message, Part
from storage.models import Agreement, Appointment, ChannelDifference, Forum, Person, Seat, Workspace
from storage.outbox import tell
from storage.people import places

MEMBERS = "members"  # the kind of notice
MOST_MENDED = 5  # of each kind that get a button of their own
IN, OUT = "in:", "out:"  # in the channel without a seat, on a seat and not in the channel


@dataclass(frozen=True)
class Stranger:
    """Somebody in a channel without a seat. `team`: of another organisation's workspace, "" for our own."""

    name: str
    team: str = ""


async def without_seat(
    session: AsyncSession, *, workspace_id: int, channel_id: str, members: Collection[str], now: datetime
) -> list[str]:
    """The Slack users in a forum's channel with no seat, deputy's place or coordinator's, today or to come.

    Nobody in a channel that is no forum's.
    """
    forums = await forums_in(session, workspace_id=workspace_id, channel_id=channel_id)
    if not forums:
        return []
    today = await _today(session, workspace_id, now)
    known: set[str | None] = set()
    for forum in forums:
        for place in await places(session, forum_id=forum.id or 0, today=today):
            known |= {person.slack_user_id for person, _ in (*place.holders, *place.coming)}
    elsewhere = await session.exec(
        select(Person.slack_user_id)
        .join(Appointment, col(Appointment.person_id) == Person.id)
        .join(Seat, col(Seat.id) == Appointment.seat_id)
        .where(
            col(Seat.agreement_id).in_([forum.agreement_id for forum in forums]),
            col(Seat.coordinator),
            col(Seat.active),
            col(Appointment.ends).is_(None) | (col(Appointment.ends) >= today),
        )
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
    strangers: Mapping[str, Stranger],
    now: datetime,
) -> int:
    """Tells the coordinators who sits in the channel's forums but is not in it, and who is in it without a seat.

    `members` are Slack users; `strangers` those without a seat. A difference is told once, until it is another: who
    leaves, comes back and leaves again is told of twice. What somebody has said is as it should be is left out as long
    as it lasts. Returns how many people are told. `now` is aware UTC.
    """
    told = 0
    today = await _today(session, workspace_id, now)
    for forum in await forums_in(session, workspace_id=workspace_id, channel_id=channel_id):
        agreement = await session.get(Agreement, forum.agreement_id)
        if agreement is None or (agreement.ends is not None and agreement.ends < today):
            continue
        missing = {
            person.slack_user_id: (person, appointment)
            for place in await places(session, forum_id=forum.id or 0, today=today)
            for person, appointment in place.holders
            if person.slack_user_id and not person.deactivated and person.slack_user_id not in members
        }
        row = await _difference(session, forum.id or 0)
        every = {*(IN + user for user in strangers), *(OUT + user for user in missing)}
        settled = [each for each in row.settled if each in every]  # what has mended itself is told of the next time
        shown = sorted(every - set(settled))
        new = not set(shown) <= set(row.shown)  # one difference less is no news
        if (shown, settled) != (row.shown, row.settled):
            row.shown, row.settled, row.number = shown, settled, row.number + new
            session.add(row)
            await session.flush()
        if not new:
            continue
        gone = {user: missing[user] for user in missing if OUT + user in shown}
        odd = {user: strangers[user] for user in strangers if IN + user in shown}
        message = Message((_part(forum, gone, odd, row.number),))
        for person in await coordinators(session, forum.agreement_id, today):
            notice = await tell(
                session,
                workspace_id=workspace_id,
                key=f"members:{forum.id}:{row.number}",
                kind=MEMBERS,
                due_at=now,
                now=now,
                forum_id=forum.id,
                person_id=person.id,
                message=message,
                agreement_id=forum.agreement_id,
            )
            told += notice is not None
    return told


async def settle(session: AsyncSession, *, forum_id: int, number: int) -> bool:
    """Says of the difference told last that it is as it should be; False when it has become another since."""
    row = await _difference(session, forum_id)
    if row.number != number:
        return False
    row.settled, row.shown = sorted({*row.settled, *row.shown}), []
    session.add(row)
    await session.flush()
    return True


async def _difference(session: AsyncSession, forum_id: int) -> ChannelDifference:
    """What was told last of the forum, locked; made where nothing has been."""
    await insert_new(
        session, ChannelDifference, [{"forum_id": forum_id, "shown": [], "settled": [], "number": 0}], "forum_id"
    )
    question = select(ChannelDifference).where(ChannelDifference.forum_id == forum_id).with_for_update()
    return (await session.exec(question)).one()


def _part(
    forum: Forum, missing: Mapping[str, tuple[Person, Appointment]], strangers: Mapping[str, Stranger], number: int
) -> Part:
    """The difference, with a button for each of the first people that mends it by the roster, and one that lets it be.

    The bot itself neither invites nor removes anybody: that would take scopes it does without.
    """
    gone = sorted(missing.values(), key=lambda each: each[0].name)
    odd = sorted(strangers.items(), key=lambda each: each[1].name)
    lines = [texts.not_in_channel([person.name for person, _ in gone])] if gone else []
    lines += [texts.without_seat([stranger.name for _, stranger in odd])] if odd else []
    about = f"f:{forum.id}"
    seating = [
        Button(texts.give_seat(each.name)[:75], "samverkan tillsatt", f"{about} {_identity(user, each)} {each.name}")
        for user, each in odd[:MOST_MENDED]
    ]
    ending = [
        Button(texts.end_seat(person.name)[:75], "samverkan avsluta", f"{about} u:{appointment.id}")
        for person, appointment in gone[:MOST_MENDED]
    ]
    always = (
        Button(texts.AS_IT_SHOULD_BE, "samverkan stammer", f"{about} {number}"),
        Button(texts.SHOW_MEMBERS, "samverkan medlemmar", about),
    )
    return Part(tuple(lines), texts.members_heading(forum.name), buttons=(*seating, *ending, *always))


def _identity(user: str, stranger: Stranger) -> str:
    return f"{user}@{stranger.team}" if stranger.team else user


async def _today(session: AsyncSession, workspace_id: int, now: datetime) -> date:
    workspace = await session.get(Workspace, workspace_id)
    return now.astimezone(ZoneInfo(workspace.zone if workspace else "Europe/Stockholm")).date()
