"""The forums' channels: which organisations share each, and whether a forum's channel reaches beyond the parties.

People are known by Slack team id as well: the parties' teams are the workspace's own and those of the people who hold
the agreement's seats.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import (
    Agreement,
    Appointment,
    Forum,
    Outgoing,
    OutgoingState,
    Person,
    Seat,
    SlackChannel,
    Workspace,
)

# Slack's words for a channel that cannot be posted in, as long as it is so (docs.slack.dev, chat.postMessage)
CLOSED_TO_US = frozenset(
    {
        "channel_not_found",
        "is_archived",
        "not_in_channel",
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
        "restricted_action_thread_locked",
    }
)


async def forums_in(session: AsyncSession, *, workspace_id: int, channel_id: str) -> Sequence[Forum]:
    """The workspace's forums that post in the channel."""
    question = (
        select(Forum)
        .join(Agreement, col(Agreement.id) == Forum.agreement_id)
        .where(Agreement.workspace_id == workspace_id, Forum.channel_id == channel_id)
        .order_by(col(Forum.id))
    )
    return (await session.exec(question)).all()


async def linked_channels(session: AsyncSession, *, workspace_id: int, unknown: bool = False) -> Sequence[str]:
    """Channels that forums post in; with `unknown` those of which nothing is sure yet."""
    known = select(SlackChannel.channel_id).where(
        SlackChannel.workspace_id == workspace_id, col(SlackChannel.unsure).is_(False)
    )
    question = (
        select(Forum.channel_id)
        .join(Agreement, col(Agreement.id) == Forum.agreement_id)
        .where(
            Agreement.workspace_id == workspace_id,
            col(Forum.channel_id).is_not(None),
        )
        .distinct()
    )
    if unknown:
        question = question.where(col(Forum.channel_id).not_in(known))
    return [channel for channel in (await session.exec(question)).all() if channel]


async def known_channel(session: AsyncSession, *, workspace_id: int, channel_id: str) -> SlackChannel | None:
    """What is known of a channel, locked for change."""
    question = select(SlackChannel).where(
        SlackChannel.workspace_id == workspace_id, SlackChannel.channel_id == channel_id
    )
    return (await session.exec(question.with_for_update())).first()


async def note_channel(
    session: AsyncSession,
    *,
    workspace_id: int,
    channel_id: str,
    now: datetime,
    shared_with: Collection[str] | None = None,
    name: str | None = None,
) -> list[str]:
    """Writes down what Slack says of a channel; returns the organisations that share it and were not known to.

    `shared_with` and `name` None: as before. `now` is aware UTC.
    """
    known = await known_channel(session, workspace_id=workspace_id, channel_id=channel_id)
    before = set(known.shared_with) if known is not None else set()
    row = known or SlackChannel(workspace_id=workspace_id, channel_id=channel_id, looked_at=now)
    if shared_with is not None:
        row.shared_with, row.unsure = sorted(set(shared_with)), False
    if name is not None:
        row.name = name
    row.looked_at = now
    session.add(row)
    await session.flush()
    return sorted(set(row.shared_with) - before)


async def renumber(session: AsyncSession, *, workspace_id: int, old: str, new: str) -> None:
    """Slack gave a channel a new id, as when it becomes shared: forums and what is known follow."""
    mine = select(Agreement.id).where(Agreement.workspace_id == workspace_id)
    await session.exec(
        update(Forum)
        .where(col(Forum.channel_id) == old, col(Forum.agreement_id).in_(mine))
        .values(channel_id=new)
        .execution_options(synchronize_session=False)
    )
    # what may already stand there is looked for under the new id: the old one is not found any more
    await session.exec(
        update(Outgoing)
        .where(
            col(Outgoing.workspace_id) == workspace_id,
            col(Outgoing.lane) == f"c:{old}",
            col(Outgoing.state).in_([OutgoingState.WAITING, OutgoingState.CLAIMED, OutgoingState.REFUSED]),
        )
        .values(lane=f"c:{new}")
        .execution_options(synchronize_session=False)
    )
    # what was known of it goes with it, so that what is new shows; until looked at it counts as shared with anybody
    known = await known_channel(session, workspace_id=workspace_id, channel_id=old)
    if known is not None:
        row = await known_channel(session, workspace_id=workspace_id, channel_id=new) or SlackChannel(
            workspace_id=workspace_id,
            channel_id=new,
            name=known.name,
            shared_with=list(known.shared_with),
            looked_at=known.looked_at,
        )
        row.unsure = True
        session.add(row)
        await session.delete(known)
        await session.flush()


async def party_teams(session: AsyncSession, *, agreement_id: int, today: date) -> set[str]:
    """The Slack teams of the agreement's people today, and the workspace's own."""
    own = (
        select(Workspace.team_id)
        .join(Agreement, col(Agreement.workspace_id) == Workspace.id)
        .where(Agreement.id == agreement_id)
    )
    seated = (
        select(Person.slack_team_id)
        .join(Appointment, col(Appointment.person_id) == Person.id)
        .join(Seat, col(Seat.id) == Appointment.seat_id)
        .where(
            Seat.agreement_id == agreement_id,
            col(Seat.active),
            col(Appointment.starts) <= today,
            col(Appointment.ends).is_(None) | (col(Appointment.ends) >= today),
        )
    )
    found = [*(await session.exec(own)).all(), *(await session.exec(seated.distinct())).all()]
    return {team for team in found if team}


async def outside_the_parties(
    session: AsyncSession,
    *,
    workspace_id: int,
    agreement_id: int,
    channel_id: str,
    today: date,
    unknown: bool = True,
) -> bool:
    """Whether others than the agreement's parties may read the channel. One that nothing is sure of: yes; one that
    nobody has looked at: `unknown`."""
    question = select(SlackChannel).where(
        SlackChannel.workspace_id == workspace_id, SlackChannel.channel_id == channel_id
    )
    known = (await session.exec(question)).first()
    if known is None or known.unsure:
        return unknown if known is None else True
    return bool(set(known.shared_with) - await party_teams(session, agreement_id=agreement_id, today=today))


async def people_of_team(session: AsyncSession, *, workspace_id: int, team_id: str) -> Sequence[str]:
    """The names of the people on the roster who belong to another organisation's team."""
    question = select(Person.name).where(Person.workspace_id == workspace_id, Person.slack_team_id == team_id)
    return (await session.exec(question.order_by(col(Person.name)))).all()


async def note_account(
    session: AsyncSession, *, workspace_id: int, team_id: str, user_id: str, deactivated: bool, guest: bool
) -> list[int]:
    """Writes down what Slack says of an account; returns the people whose rights it changes."""
    mine = (
        select(Person)
        .join(Workspace, col(Workspace.id) == Person.workspace_id)
        .where(
            Person.workspace_id == workspace_id,
            Person.slack_user_id == user_id,
            (col(Person.slack_team_id) == team_id)
            | (col(Person.slack_team_id).is_(None) & (col(Workspace.team_id) == team_id)),
        )
    )
    changed = []
    for person in (await session.exec(mine)).all():
        if (person.deactivated, person.guest) != (deactivated, guest):
            person.deactivated, person.guest = deactivated, guest
            session.add(person)
            changed.append(person.id or 0)
    await session.flush()
    return changed
