"""Who writes a forum's minutes."""

from datetime import date

from sqlmodel.ext.asyncio.session import AsyncSession

from schedules.facts import AgreementFacts
from schedules.loading import chair_people, coordinators
from storage.models import Person
from storage.people import places

SECRETARY = "sekreterare"  # the kind of place, as agreements write it


async def writing(session: AsyncSession, facts: AgreementFacts, forum_id: int, *, on: date) -> list[Person]:
    """Who writes the minutes on the local day: the secretary, else the chair, else the coordinators."""
    found: dict[int | None, Person] = {}
    for place in await places(session, forum_id=forum_id, today=on):
        if place.line.kind == SECRETARY:
            found |= {person.id: person for person, held in place.holders if not held.deputy}
    return (
        list(found.values())
        or await chair_people(session, facts, forum_id, on)
        or await coordinators(session, facts.id, on)
    )
