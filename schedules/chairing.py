"""Who is reached as a forum's chair, and as the one who writes its minutes."""

from datetime import date

from sqlmodel.ext.asyncio.session import AsyncSession

from schedules.facts import AgreementFacts
from schedules.loading import coordinators, holders
from schedules.rotation import chair_on
from storage.models import Person
from storage.people import places

SECRETARY = "sekreterare"  # the kind of place, as agreements write it


async def chairing(session: AsyncSession, facts: AgreementFacts, forum_id: int, *, on: date) -> list[Person]:
    """Who sits in the chair on the local day (their deputies where they are away); nobody where it is not known."""
    forum = next((each for each in facts.forums if each.id == forum_id), None)
    turn = chair_on(forum, on) if forum is not None else None
    return await holders(session, facts.id, [turn.seat], on) if turn is not None and turn.seat else []


async def writing(session: AsyncSession, facts: AgreementFacts, forum_id: int, *, on: date) -> list[Person]:
    """Who writes the minutes of a meeting on the local day: the secretary, else the chair, else the coordinators."""
    found: dict[int | None, Person] = {}
    for place in await places(session, forum_id=forum_id, today=on):
        if place.line.kind == SECRETARY:
            found |= {person.id: person for person, held in place.holders if not held.deputy}
    return (
        list(found.values())
        or await chairing(session, facts, forum_id, on=on)
        or await coordinators(session, facts.id, on)
    )
