"""What putting people on seats has in common: who may, which forum, and who is meant by a name and a Slack id."""

import re
from datetime import date

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import Action
from commands.call import Call, Field, Refused
from commands.finding import require_forum
from commands.guard import check_free_text
from commands.permissions import Rights, rights
from commands.texts import forum as texts
from commands.words import Words
from storage.models import Forum, Person
from storage.people import person_of_slack, traced

SLACK_ID = re.compile(r"[UW][A-Z0-9]{2,20}")
TEAM_ID = re.compile(r"[TE][A-Z0-9]{2,20}")


async def administered(call: Call, session: AsyncSession) -> tuple[Rights, Forum]:
    """The asker and the forum a button or form is about, which the asker must administer."""
    asker = await rights(call, session)
    forum = await require_forum(Words(f"f:{call.context.get('forum', '')}" if call.submitted else call.words), asker)
    asker.require(Action.APPOINT, forum.id)
    return asker, forum


def person_fields() -> tuple[Field, ...]:
    """The fields that say who: a name, and a Slack identity where there is one."""
    return (
        Field("name", texts.PERSON, "text", hint=texts.PERSON_HINT, most=100),
        Field("slack_id", texts.SLACK_ID, "text", required=False, hint=texts.SLACK_ID_HINT, most=30),
        Field("slack_team", texts.SLACK_TEAM, "text", required=False, hint=texts.SLACK_TEAM_HINT, most=30),
    )


def person_problems(call: Call) -> dict[str, str]:
    """What is wrong with the fields that say who, by field."""
    problems = {}
    if not call.text("name"):
        problems["name"] = texts.GIVE_NAME
    slack_id = _slack_id(call.text("slack_id"))
    if slack_id is None:
        problems["slack_id"] = texts.BAD_SLACK_ID
    team = call.text("slack_team")
    if team and not (TEAM_ID.fullmatch(team) and slack_id):
        problems["slack_team"] = texts.BAD_SLACK_TEAM
    return problems


async def person_meant(call: Call, session: AsyncSession) -> Person:
    """The person the sound fields mean: by Slack id; else the only one of that name; else a new one.

    Raises Refused where several have the name, and for what must not be written.
    """
    check_free_text({"name": call.text("name")})
    slack_id = _slack_id(call.text("slack_id")) or ""
    return await _person(call, session, call.text("name"), slack_id, call.text("slack_team"))


def day_of(text: str) -> date | None:
    """The day in YYYY-MM-DD; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _slack_id(text: str) -> str | None:
    """The id in "U0ANNA", "<@U0ANNA>" or "<@U0ANNA|anna>"; "" where none is given, None for what is no id."""
    bare = text.removeprefix("<@").removesuffix(">").partition("|")[0].strip()
    return bare if not bare or SLACK_ID.fullmatch(bare) else None


async def _person(call: Call, session: AsyncSession, name: str, slack_id: str, team_id: str) -> Person:
    """The person meant: by Slack id; else the only one of that name; else a new one."""
    if slack_id:
        return await person_of_slack(
            session, workspace_id=call.workspace_id, user_id=slack_id, name=name, team_id=team_id or None
        )
    same = select(Person).where(Person.workspace_id == call.workspace_id, Person.name == name)
    found = (await session.exec(same)).all()
    if len(found) == 1:
        return found[0]
    if found:
        raise Refused(texts.SEVERAL_OF_NAME, fields={"slack_id": texts.SEVERAL_OF_NAME})
    person = Person(workspace_id=call.workspace_id, name=name)
    session.add(person)
    await session.flush()
    return person


def trace(call: Call, session: AsyncSession, asker: Rights, action: str, subject: str, subject_id: int | None) -> None:
    """Adds to the trail what the asker did to which row."""
    traced(
        session,
        workspace_id=call.workspace_id,
        now=call.now,
        actor=call.user_id,
        person_id=asker.person.id if asker.person else None,
        action=action,
        subject=subject,
        subject_id=subject_id,
    )
