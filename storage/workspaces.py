"""The Slack workspace a deployment serves, and what happens to its channels."""

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import Forum, Workspace


async def bind_workspace(session: AsyncSession, *, team_id: str, name: str, bot_user_id: str) -> Workspace:
    """The team's workspace: its own row, else the one files were imported into before there was a team, else new."""
    found = (await session.exec(select(Workspace).where(Workspace.team_id == team_id))).first()
    if found is None:
        unbound = select(Workspace).where(col(Workspace.team_id).is_(None)).order_by(col(Workspace.id))
        found = (await session.exec(unbound.limit(1))).first() or Workspace()
    found.team_id, found.name, found.bot_user_id = team_id, name, bot_user_id
    session.add(found)
    await session.flush()
    return found


async def channel_renumbered(session: AsyncSession, *, old: str, new: str) -> None:
    """Slack gave a channel a new id (as when it becomes shared): the forums follow."""
    await session.exec(update(Forum).where(col(Forum.channel_id) == old).values(channel_id=new))


async def is_linked(session: AsyncSession, *, channel_id: str) -> bool:
    """Whether some forum posts in the channel."""
    return (await session.exec(select(Forum.id).where(Forum.channel_id == channel_id).limit(1))).first() is not None
