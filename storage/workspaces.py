"""The Slack workspace a deployment serves, and what happens to its channels."""

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import Forum, Workspace


class OtherTeam(Exception):
    """The database belongs to another Slack team: its forums' channels are not to be found in this one."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


async def bind_workspace(
    session: AsyncSession, *, team_id: str, name: str, bot_user_id: str, url: str = ""
) -> Workspace:
    """The team's workspace: its own row, else the one files were imported into before there was a team, else new.

    Raises OtherTeam when the database is another team's: one process has one token and speaks to one team.
    """
    found = (await session.exec(select(Workspace).where(Workspace.team_id == team_id))).first()
    if found is None:
        unbound = select(Workspace).where(col(Workspace.team_id).is_(None)).order_by(col(Workspace.id))
        found = (await session.exec(unbound.limit(1))).first()
        if found is None and (other := (await session.exec(select(Workspace).limit(1))).first()) is not None:
            raise OtherTeam(other.name or other.team_id or "")
        found = found or Workspace()
    found.team_id, found.name, found.bot_user_id, found.url = team_id, name, bot_user_id, url
    session.add(found)
    await session.flush()
    return found


async def is_linked(session: AsyncSession, *, channel_id: str) -> bool:
    """Whether some forum posts in the channel."""
    return (await session.exec(select(Forum.id).where(Forum.channel_id == channel_id).limit(1))).first() is not None
