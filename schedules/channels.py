"""What happens to the forums' channels, told to the coordinators: shared with somebody new, archived, the bot put out.

Once each: what is known already is not told again. In the transaction that writes it down.
"""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from schedules import texts
from schedules.loading import coordinators
from storage.channels import forums_in, known_channel, note_channel, party_teams, people_of_team
from storage.message import Message, Part
from storage.models import Forum, Workspace
from storage.outbox import tell
from storage.people import traced

CHANNEL = "channel"  # the kind of notice
CLOSED = {"archived": texts.CHANNEL_ARCHIVED, "left": texts.CHANNEL_LEFT, "gone": texts.CHANNEL_GONE}


async def channel_seen(
    session: AsyncSession,
    *,
    workspace_id: int,
    channel_id: str,
    shared_with: Sequence[str],
    name: str,
    now: datetime,
    said_by_slack: bool = False,
) -> None:
    """What Slack says of a channel now. Organisations that share it and were not known to are told of.

    The first look at a channel tells of those outside the parties alone: that the parties share it is as it should be.
    `said_by_slack` is for an event, which is news also when nothing was known.
    """
    before = await known_channel(session, workspace_id=workspace_id, channel_id=channel_id)
    new = await note_channel(
        session, workspace_id=workspace_id, channel_id=channel_id, now=now, shared_with=shared_with, name=name or None
    )
    for team_id in new:
        first_look = before is None and not said_by_slack
        await _tell_shared(session, workspace_id, channel_id, team_id, now, strangers_only=first_look)


async def channel_shared(
    session: AsyncSession, *, workspace_id: int, channel_id: str, team_id: str, now: datetime
) -> None:
    """An organisation shares the channel from now on. `now` is aware UTC."""
    if not await forums_in(session, workspace_id=workspace_id, channel_id=channel_id):
        return
    known = await known_channel(session, workspace_id=workspace_id, channel_id=channel_id)
    shared = [*(known.shared_with if known else ()), team_id]
    await channel_seen(
        session,
        workspace_id=workspace_id,
        channel_id=channel_id,
        shared_with=shared,
        name="",
        now=now,
        said_by_slack=True,
    )


async def channel_unshared(
    session: AsyncSession, *, workspace_id: int, channel_id: str, team_id: str, now: datetime
) -> None:
    """An organisation no longer shares the channel."""
    known = await known_channel(session, workspace_id=workspace_id, channel_id=channel_id)
    if known is not None:
        left = [team for team in known.shared_with if team != team_id]
        await note_channel(session, workspace_id=workspace_id, channel_id=channel_id, now=now, shared_with=left)


async def channel_closed(
    session: AsyncSession, *, workspace_id: int, channel_id: str, why: str, key: str, now: datetime
) -> None:
    """Nothing can be posted in the channel any more. `why`: "archived", "left" or "gone"; `key` is the same for one
    event."""
    sentence = CLOSED[why]
    for forum in await forums_in(session, workspace_id=workspace_id, channel_id=channel_id):
        heading = texts.channel_closed(forum.name)
        await _tell(session, workspace_id, forum, f"{why}:{channel_id}:{key}", heading, [sentence], now)


async def _tell_shared(
    session: AsyncSession, workspace_id: int, channel_id: str, team_id: str, now: datetime, *, strangers_only: bool
) -> None:
    names = await people_of_team(session, workspace_id=workspace_id, team_id=team_id)
    zone = await _zone(session, workspace_id)
    for forum in await forums_in(session, workspace_id=workspace_id, channel_id=channel_id):
        parties = await party_teams(session, agreement_id=forum.agreement_id, today=now.astimezone(zone).date())
        if strangers_only and team_id in parties:
            continue
        lines = [texts.shared_with(team_id, names), "" if team_id in parties else texts.INTERNAL_TURNED_ASIDE]
        key = f"shared:{channel_id}:{team_id}:{now.isoformat()}"
        await _tell(session, workspace_id, forum, key, texts.channel_shared(forum.name), lines, now)
        traced(
            session,
            workspace_id=workspace_id,
            now=now,
            actor=team_id,
            person_id=None,
            action="channel_shared",
            subject="forum",
            subject_id=forum.id,
            channel=channel_id,
            team=team_id,
        )


async def _tell(
    session: AsyncSession,
    workspace_id: int,
    forum: Forum,
    key: str,
    heading: str,
    lines: Sequence[str],
    now: datetime,
) -> None:
    today = now.astimezone(await _zone(session, workspace_id)).date()
    for person in await coordinators(session, forum.agreement_id, today):
        if person.slack_user_id:
            await tell(
                session,
                workspace_id=workspace_id,
                key=f"{key}:{forum.id}",
                kind=CHANNEL,
                due_at=now,
                now=now,
                person_id=person.id,
                message=Message((Part(heading=heading, lines=tuple(line for line in lines if line)),)),
                agreement_id=forum.agreement_id,
            )


async def _zone(session: AsyncSession, workspace_id: int) -> ZoneInfo:
    return ZoneInfo((await session.exec(select(Workspace.zone).where(Workspace.id == workspace_id))).one())
