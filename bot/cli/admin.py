"""`samverkansbot admin …`: who handles files and channels. The way in when nobody is let in any other way."""

import re
from typing import Annotated

import typer
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot import texts
from bot.cli.common import now, refuse, say, with_database
from commands.access_page import markdown
from storage.agreements.importing import ensure_workspace
from storage.database import Database
from storage.models import Person
from storage.people import person_of_slack, traced

USER = re.compile(r"[UW][A-Z0-9]{2,20}")
TEAM = re.compile(r"[TE][A-Z0-9]{2,20}")
User = Annotated[str, typer.Argument(metavar=texts.CLI_USER)]
Team = Annotated[str, typer.Option("--team", help=texts.CLI_TEAM)]


class _Last(Exception):
    """Nobody would be left."""


def add(
    user_id: User,
    team: Team = "",
    name: Annotated[str, typer.Option("--name", help=texts.CLI_NAME)] = "",
) -> None:
    """Makes somebody an administrator; a new person where nobody on the roster has the id."""
    _checked(user_id, team)

    async def work(database: Database) -> bool:
        async with database.transaction() as session:
            workspace = await ensure_workspace(session)
            person = await person_of_slack(
                session, workspace_id=workspace.id or 0, user_id=user_id, name=name or user_id, team_id=team or None
            )
            if person.administrator:
                return False
            person.administrator = True
            await _trace(session, person, "admin add")
            return True

    say(texts.admin_added(user_id) if with_database(work, create=True) else texts.admin_already(user_id))


def remove(user_id: User, team: Team = "") -> None:
    """Makes somebody no administrator; never the last one who can be reached in Slack."""
    _checked(user_id, team)

    async def work(database: Database) -> bool:
        async with database.transaction() as session:
            found = await _administrators(session)
            mine = [person for person in found if person.slack_user_id == user_id]
            mine = [person for person in mine if not team or person.slack_team_id == team]
            left = [
                person for person in found if person not in mine and person.slack_user_id and not person.deactivated
            ]
            if mine and not left:
                raise _Last
            for person in mine:
                person.administrator = False
                await _trace(session, person, "admin remove")
            return bool(mine)

    try:
        done = with_database(work)
    except _Last:
        refuse(texts.LAST_ADMIN)
    if not done:
        refuse(texts.no_admin(user_id))
    say(texts.admin_removed(user_id))


def show_all() -> None:
    """Every administrator."""

    async def work(database: Database) -> list[str]:
        async with database.reading() as session:
            return [
                texts.admin_row(person.name, person.slack_user_id, person.slack_team_id, closed=person.deactivated)
                for person in await _administrators(session)
            ]

    say("\n".join(with_database(work)) or texts.NO_ADMINS)


def table() -> None:
    """Who may do what, as docs/permissions.md has it."""
    say(markdown().rstrip("\n"))


def _checked(user_id: str, team: str) -> None:
    if not USER.fullmatch(user_id):
        refuse(texts.bad_user(user_id))
    if team and not TEAM.fullmatch(team):
        refuse(texts.bad_team(team))


async def _administrators(session: AsyncSession) -> list[Person]:
    question = select(Person).where(col(Person.administrator)).order_by(col(Person.name), col(Person.id))
    return list((await session.exec(question.with_for_update())).all())


async def _trace(session: AsyncSession, person: Person, action: str) -> None:
    session.add(person)
    await session.flush()
    traced(
        session,
        workspace_id=person.workspace_id,
        now=now(),
        actor="kommandoraden",
        person_id=None,
        action=action,
        subject="person",
        subject_id=person.id,
    )
