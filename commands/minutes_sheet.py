"""What stands in a meeting's document, gathered from what is stored."""

from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.minutes_file import Made, Sheet
from commands.texts import matter as matter_texts
from commands.texts import minutes as texts
from schedules.swedish import datum
from storage.minutes import ADJUSTED, fixed_at, newest, steps, versions
from storage.models import Agreement, Decision, Forum, Measure, Occasion, Party, Person, Seat
from storage.terms import is_internal


async def sheet_of(
    session: AsyncSession, occasion_id: int, forum_id: int, *, now: datetime, zone: str, internal: bool = True
) -> Sheet:
    """The newest version's sheet, without the decisions that are internal where `internal` is not. `now` is aware UTC.

    Raises LookupError where no minutes are written."""
    occasion, forum = await session.get(Occasion, occasion_id), await session.get(Forum, forum_id)
    found = await newest(session, occasion_id)
    agreement = await session.get(Agreement, forum.agreement_id) if forum else None
    if occasion is None or forum is None or agreement is None or found is None:
        raise LookupError(occasion_id)
    taken = await steps(session, occasion_id)
    adjusted = {each.by: each.at for each in taken if each.act == ADJUSTED and each.version == found.version}
    people = (await session.exec(select(Person).where(col(Person.id).in_(found.adjusters)))).all()
    standing = texts.standing(
        fixed_at(await versions(session, occasion_id), taken, now),
        [person.name for person in people if person.id in adjusted],
        zone,
    )
    return Sheet(
        municipality=agreement.municipality,
        forum=forum.name,
        on=occasion.on,
        where=texts.where_when(occasion.on, occasion.at, occasion.place),
        present=[str(each) for each in found.attendance.get("present", [])],
        absent=[str(each) for each in found.attendance.get("absent", [])],
        others=str(found.attendance.get("others", "")),
        points=[(each["title"], each["note"]) for each in found.points],
        decisions=await _decisions(session, occasion, forum, internal=internal),
        adjusters=[
            (person.name, datum(adjusted[person.id].date()) if person.id in adjusted else "") for person in people
        ],
        version=found.version,
        standing=standing,
        written_at=found.written_at,
        places_only=forum.places_only,
    )


async def _decisions(session: AsyncSession, occasion: Occasion, forum: Forum, *, internal: bool) -> list[Made]:
    """What the forum decided on the meeting's day, each with its measure."""
    rows = await session.exec(
        select(Decision, Measure, Seat.title, Party.name)
        .join(Measure, col(Measure.decision_id) == Decision.id, isouter=True)
        .join(Seat, col(Seat.id) == Measure.seat_id, isouter=True)
        .join(Party, col(Party.id) == Measure.party_id, isouter=True)
        .where(Decision.forum_id == forum.id, Decision.decided_on == occasion.on)
        .order_by(col(Decision.year), col(Decision.number))
    )
    return [
        Made(
            matter_texts.number(forum.name, decision.year, decision.number),
            decision.text,
            seat or party or "",
            datum(measure.due) if measure and measure.due else "",
        )
        for decision, measure, seat, party in rows.all()
        if internal or not is_internal(decision.visibility)
    ]
