"""What putting people on seats has in common: who may, which forum, and who is meant by a name and a Slack id."""

import re
from datetime import date

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import Action
from commands.call import Call, Field, Refused
from commands.finding import require_forum
from commands.guard import check_free_text
from commands.permissions import Rights, rights
from commands.texts import forum as texts
from commands.words import Words, whole_day
from storage.models import Forum, Person
from storage.people import known_of_slack, traced

SLACK_ID = re.compile(r"[UW][A-Z0-9]{2,20}")
ADDRESS = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
TEAM_ID = re.compile(r"[TE][A-Z0-9]{2,20}")


async def administered(call: Call, session: AsyncSession) -> tuple[Rights, Forum]:
    """The asker and the forum a button or form is about, which the asker must administer."""
    asker = await rights(call, session)
    forum = await require_forum(Words(f"f:{call.context.get('forum', '')}" if call.submitted else call.words), asker)
    asker.require(Action.APPOINT, forum.id)
    return asker, forum


def person_fields(name: str = "", slack_id: str = "", team: str = "") -> tuple[Field, ...]:
    """The fields that say who: a name, and a Slack identity or an address where there is one; filled in with what is
    known."""
    return (
        Field("name", texts.PERSON, "text", name, hint=texts.PERSON_HINT, most=100),
        Field("slack_id", texts.SLACK_ID, "text", slack_id, required=False, hint=texts.SLACK_ID_HINT, most=30),
        Field("slack_team", texts.SLACK_TEAM, "text", team, required=False, hint=texts.SLACK_TEAM_HINT, most=30),
        Field("email", texts.EMAIL, "email", required=False, hint=texts.EMAIL_HINT),
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
    if call.text("email") and not ADDRESS.fullmatch(call.text("email")):
        problems["email"] = texts.BAD_EMAIL
    return problems


async def person_known(call: Call, session: AsyncSession) -> Person | None:
    """The person the sound fields mean, where already known: by Slack id, else by address, else the only one of that
    name. None for somebody new.

    Raises Refused where several have the name or the address is another's, and for what must not be written.
    """
    check_free_text({"name": call.text("name")})
    slack_id, email = _slack_id(call.text("slack_id")) or "", call.text("email").casefold()
    if slack_id:
        found = await known_of_slack(
            session, workspace_id=call.workspace_id, user_id=slack_id, team_id=call.text("slack_team") or None
        )
    else:
        found = await _by_name(call, session, email)
    if email and found is not None and (found.email or email).casefold() != email:
        raise Refused(texts.OTHER_EMAIL, fields={"email": texts.OTHER_EMAIL})
    if email and await _of_somebody_else(call, session, email, found):
        raise Refused(texts.EMAIL_TAKEN, fields={"email": texts.EMAIL_TAKEN})
    return found


async def person_meant(call: Call, session: AsyncSession) -> Person:
    """The same, made where there is none yet; an address that was not known is kept."""
    slack_id, email = _slack_id(call.text("slack_id")) or "", call.text("email").casefold()
    person = await person_known(call, session)
    if person is None:
        person = Person(
            workspace_id=call.workspace_id,
            name=call.text("name"),
            slack_user_id=slack_id or None,
            slack_team_id=call.text("slack_team") or None,
        )
    if email:
        person.email = email
    session.add(person)
    await session.flush()
    return person


async def _by_name(call: Call, session: AsyncSession, email: str) -> Person | None:
    """The only one of that name; among several the one with the address."""
    same = select(Person).where(Person.workspace_id == call.workspace_id, Person.name == call.text("name"))
    found = (await session.exec(same)).all()
    if len(found) > 1 and email:
        found = [each for each in found if (each.email or "").casefold() == email]
        if not found:
            return None
    if len(found) > 1:
        raise Refused(texts.SEVERAL_OF_NAME, fields={"slack_id": texts.SEVERAL_OF_NAME})
    return found[0] if found else None


async def _of_somebody_else(call: Call, session: AsyncSession, email: str, person: Person | None) -> bool:
    same = select(Person.id).where(Person.workspace_id == call.workspace_id, func.lower(col(Person.email)) == email)
    return any(each != (person.id if person else None) for each in (await session.exec(same)).all())


def day_of(text: str) -> date | None:
    """The day in YYYY-MM-DD; None for anything else."""
    try:
        return whole_day(text)
    except ValueError:
        return None


def _slack_id(text: str) -> str | None:
    """The id in "U0ANNA", "<@U0ANNA>" or "<@U0ANNA|anna>"; "" where none is given, None for what is no id."""
    bare = text.removeprefix("<@").removesuffix(">").partition("|")[0].strip()
    return bare if not bare or SLACK_ID.fullmatch(bare) else None


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
