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
    # asked for once, and locked: of two replicas that start together the second sees what the first has bound
    every = select(Workspace).order_by(col(Workspace.id)).with_for_update()
    known = (await session.exec(every.execution_options(populate_existing=True))).all()
    found = next((each for each in known if each.team_id == team_id), None)
    found = found or next((each for each in known if each.team_id is None), None)
    if found is None and known:
        raise OtherTeam(known[0].name or known[0].team_id or "")
    found = found or Workspace()
    found.team_id, found.name, found.bot_user_id, found.url = team_id, name, bot_user_id, url
    session.add(found)
    await session.flush()
    return found


async def is_linked(session: AsyncSession, *, channel_id: str) -> bool:
    """Whether some forum posts in the channel."""
    return (await session.exec(select(Forum.id).where(Forum.channel_id == channel_id).limit(1))).first() is not None
