"""Who was at a meeting, as the minutes name them: by name, function, and as what they sat there."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlmodel.ext.asyncio.session import AsyncSession

from commands.texts import minutes as texts
from schedules.attendance import gathering
from storage.models import Forum, Occasion
from storage.people import places

MOST_PEOPLE = 100  # options of one list


@dataclass(frozen=True)
class Seated:
    """Somebody with a place on the day. `called`: an ordinary member, or a deputy who was to come instead of one."""

    person_id: int
    name: str
    line: str
    called: bool = True


async def people_of(session: AsyncSession, forum: Forum, occasion: Occasion) -> list[Seated]:
    """Everybody with a place in the forum on the day of the meeting, each once."""
    sitting = await gathering(
        session,
        agreement_id=forum.agreement_id,
        forum_id=forum.id or 0,
        occasion_id=occasion.id or 0,
        on=occasion.on,
    )
    there = sitting.people
    sent_for = {each.seat.id for each in there if not each.deputy and (each.sends_deputy or each.away)}
    called = {each.person.id for each in there if not each.deputy or each.seat.id in sent_for or each.coming}
    found: dict[int, Seated] = {}
    for place in await places(session, forum_id=forum.id or 0, today=occasion.on):
        for person, held in place.holders:
            line = texts.holder(person.name, place.line.label, place.line.kind, deputy=held.deputy)
            seated = Seated(person.id or 0, person.name, line, person.id in called)
            found.setdefault(seated.person_id, seated)
    return list(found.values())[:MOST_PEOPLE]


def attendance_of(people: Sequence[Seated], came: Collection[str], others: str) -> dict[str, object]:
    """What a version keeps of who was there: lines as they were read then, and the ids of those present.

    A deputy whom nobody called is not absent.
    """
    return {
        "present": [each.line for each in people if str(each.person_id) in came],
        "absent": [each.line for each in people if str(each.person_id) not in came and each.called],
        "others": others,
        "people": [each.person_id for each in people if str(each.person_id) in came],
    }
