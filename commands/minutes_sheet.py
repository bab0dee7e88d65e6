"""What stands in a meeting's document, gathered from what is stored."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.call import Call, Enclosure
from commands.measure_given import named, responsible_for
from commands.minutes_file import Made, Sheet, Written, as_docx
from commands.minutes_results import Results, results_of
from commands.texts import matter as matter_texts
from commands.texts import minutes as texts
from schedules.loading import agreement_facts
from storage.agreements.names import slug
from storage.matters import decisions_at, internal_matters, measure_of
from storage.minutes import ADJUSTED, agenda_points, fixed_at, newest, steps
from storage.models import AgendaPoint, Agreement, Forum, Minutes, Occasion, Person
from storage.terms import is_internal


async def sheet_of(
    session: AsyncSession, occasion_id: int, forum_id: int, *, now: datetime, zone: str, internal: bool = True
) -> Sheet:
    """The newest version's sheet, without the decisions that are internal where `internal` is not. `now` is aware UTC.

    Raises LookupError where no minutes are written.

    What is decided about the meeting stands in it until it is fixed; what is recorded later, in the version after.
    """
    occasion, forum = await session.get(Occasion, occasion_id), await session.get(Forum, forum_id)
    found = await newest(session, occasion_id)
    agreement = await session.get(Agreement, forum.agreement_id) if forum else None
    if occasion is None or forum is None or agreement is None or found is None:
        raise LookupError(occasion_id)
    taken = await steps(session, occasion_id)
    adjusted = {each.by: each.at for each in taken if each.act == ADJUSTED and each.version == found.version}
    people = await people_named(session, found.adjusters)
    fixed = fixed_at(found, taken, now)
    until = fixed or now
    facts = await agreement_facts(session, forum.agreement_id)
    results = await results_of(session, facts, occasion, forum, until)
    local = ZoneInfo(zone)
    return Sheet(
        municipality=agreement.municipality,
        forum=forum.name,
        on=occasion.on,
        where=texts.where_when(occasion.on, occasion.at, occasion.place),
        present=[str(each) for each in found.attendance.get("present", [])],
        absent=[str(each) for each in found.attendance.get("absent", [])],
        others=str(found.attendance.get("others", "")),
        points=await _points(session, occasion_id, found, results, internal=internal),
        decisions=await _decisions(session, occasion, forum, until, internal=internal),
        adjusters=[
            (person.name, adjusted[person.id].astimezone(local).date() if person.id in adjusted else None)
            for person in people
        ],
        version=found.version,
        standing=texts.standing(fixed, [person.name for person in people if person.id in adjusted], zone),
        written_at=found.written_at,
        places_only=forum.places_only,
    )


def document_of(call: Call, forum: Forum, occasion: Occasion, channel_id: str = "", *, internal: bool) -> Enclosure:
    """The newest version's document, made when it is sent: to the asker alone, or to the channel. Without what is
    internal where `internal` is not."""
    forum_id, occasion_id, now, zone = forum.id or 0, occasion.id or 0, call.now, call.zone

    async def make(reading: AsyncSession) -> bytes:
        return as_docx(await sheet_of(reading, occasion_id, forum_id, now=now, zone=zone, internal=internal))

    name = f"minnesanteckningar-{slug(forum.name)}-{occasion.on.isoformat()}.docx"
    return Enclosure(name, make, channel_id)


async def people_named(session: AsyncSession, ids: Sequence[int]) -> list[Person]:
    """The people with the ids, in that order; those who are no longer known are left out."""
    rows = (await session.exec(select(Person).where(col(Person.id).in_(ids)))).all()
    by_id = {row.id: row for row in rows}
    return [by_id[each] for each in ids if each in by_id]


async def _points(
    session: AsyncSession, occasion_id: int, found: Minutes, results: Results, *, internal: bool
) -> list[Written]:
    """The version's points and those added to the agenda since, each with what came of its matter. Where `internal` is
    not, of an internal matter only that there was one."""
    kept = {each.key: each for each in await agenda_points(session, occasion_id)}
    hidden = set() if internal else await internal_matters(session, [each.matter_id or 0 for each in kept.values()])
    written = []
    for number, each in enumerate(found.points, 1):
        point = kept.get(each.get("key", ""))
        shown = point is None or point.matter_id not in hidden
        written.append(
            Written(
                number=int(each.get("number") or number),
                title=each["title"] if shown else matter_texts.INTERNAL,
                note=each["note"] if shown else "",
                results=_of(point, results) if shown else (),
                added=bool(each.get("added")),
            )
        )
    known = {each.get("key", "") for each in found.points}
    later = [
        Written(each.number, each.title, "", _of(each, results), added=True)
        for each in kept.values()
        if "" not in known and each.key not in known and each.matter_id not in hidden and _of(each, results)
    ]
    return [*written, *later]


def _of(point: AgendaPoint | None, results: Results) -> tuple[str, ...]:
    return results.get(point.matter_id or 0, ()) if point else ()


async def _decisions(
    session: AsyncSession, occasion: Occasion, forum: Forum, until: datetime, *, internal: bool
) -> list[Made]:
    """What the forum decided at the meeting, each with its measure."""
    made = []
    for decision in await decisions_at(session, occasion_id=occasion.id or 0, until=until):
        if is_internal(decision.visibility) and not internal:
            continue
        measure = await measure_of(session, decision_id=decision.id or 0)
        made.append(
            Made(
                matter_texts.number(forum.name, decision.year, decision.number),
                decision.text,
                named(await responsible_for(session, measure)) if measure else "",
                measure.due if measure else None,
                of_matter=decision.matter_id is not None,
            )
        )
    return made
