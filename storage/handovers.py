"""What is open when a seat passes from one to another: what was chosen of it, and carrying that out on the day."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.matters import OPEN_MEASURES, pass_to_forum, report_measure
from storage.models import Handover, HandoverState, Matter, MatterState, Measure, Person


async def open_matters_of(session: AsyncSession, *, forum_id: int, person_id: int) -> Sequence[Matter]:
    """The open matters of the forum that the person has raised, or has taken over from who raised them."""
    speaks = func.coalesce(col(Matter.carried_by), col(Matter.raised_by))
    question = select(Matter).where(Matter.forum_id == forum_id, speaks == person_id, Matter.state == MatterState.OPEN)
    return (await session.exec(question.order_by(col(Matter.id)))).all()


async def matters_waiting_for(session: AsyncSession, *, seat_id: int) -> Sequence[Matter]:
    """The open matters that are to follow the seat, and wait for somebody to come to it."""
    question = (
        select(Matter)
        .join(Handover, col(Handover.matter_id) == Matter.id)
        .where(
            Handover.seat_id == seat_id,
            Handover.state == HandoverState.WAITING,
            col(Handover.follows),
            col(Handover.to_person_id).is_(None),
            Matter.state == MatterState.OPEN,
        )
    )
    return (await session.exec(question.order_by(col(Matter.id)).distinct())).all()


async def choose(
    session: AsyncSession,
    like: Handover,
    *,
    measures: Sequence[Measure],
    matters: Sequence[Matter],
    following: Collection[tuple[str, int]],
) -> list[Handover]:
    """Writes down which of the open measures and matters follow the seat: those in `following`, as ("measure", id).

    `like` says the rest: whose seat, from whom to whom, from which day, who chose. What waited for somebody to come to
    the seat waits no longer when there is a `to_person_id`.
    """
    common = like.model_dump(exclude={"id", "measure_id", "matter_id", "follows"})
    made = [Handover(**common, measure_id=each.id, follows=("measure", each.id or 0) in following) for each in measures]
    made += [Handover(**common, matter_id=each.id, follows=("matter", each.id or 0) in following) for each in matters]
    if like.to_person_id is not None:
        for row in await _waiting(session, like.seat_id, [each.id or 0 for each in matters]):
            row.state = HandoverState.DONE
            session.add(row)
    session.add_all(made)
    await session.flush()
    return made


async def _waiting(session: AsyncSession, seat_id: int, matter_ids: Sequence[int]) -> Sequence[Handover]:
    question = select(Handover).where(
        Handover.seat_id == seat_id,
        Handover.state == HandoverState.WAITING,
        col(Handover.matter_id).in_(matter_ids),
        col(Handover.to_person_id).is_(None),
    )
    return (await session.exec(question)).all()


async def carry_out(
    session: AsyncSession, *, agreement_id: int, today: date, now: datetime, text: str, person: Person | None
) -> list[Handover]:
    """Lets what was chosen come true where the day has come, each once: a measure that does not follow its seat becomes
    the forum's, with `text` as the reason; a matter that does has the successor to speak for it.

    Returns what was carried out, for the trail. `now` is aware UTC; `person` None: the clock.
    """
    question = (
        select(Handover)
        .where(
            Handover.agreement_id == agreement_id,
            Handover.state == HandoverState.WAITING,
            col(Handover.day) <= today,
            # what follows a seat nobody is on waits for somebody to come
            col(Handover.measure_id).is_not(None) | col(Handover.to_person_id).is_not(None) | ~col(Handover.follows),
        )
        .order_by(col(Handover.id))
        .with_for_update()
    )
    done = list((await session.exec(question)).all())
    for row in done:
        if row.measure_id is not None and not row.follows:
            measure = await session.get(Measure, row.measure_id)
            if measure is not None and measure.seat_id == row.seat_id and measure.state in OPEN_MEASURES:
                await pass_to_forum(session, measure, text=text, person=person, now=now)
        if row.matter_id is not None and row.follows:
            matter = await session.get(Matter, row.matter_id)
            if matter is not None and matter.state is MatterState.OPEN:
                matter.carried_by = row.to_person_id
                session.add(matter)
        row.state = HandoverState.DONE
        session.add(row)
    await session.flush()
    return done


async def next_day(session: AsyncSession, *, agreement_id: int) -> date | None:
    """The first day on which something is to be carried out; None where nothing waits for a day."""
    question = select(func.min(Handover.day)).where(
        Handover.agreement_id == agreement_id,
        Handover.state == HandoverState.WAITING,
        col(Handover.measure_id).is_not(None) | col(Handover.to_person_id).is_not(None) | ~col(Handover.follows),
    )
    return (await session.exec(question)).one()


async def take_back(
    session: AsyncSession, ids: Collection[int], *, text: str, person: Person | None, now: datetime
) -> None:
    """Undoes what was chosen: what has been carried out is as it was before, and what waits comes to nothing."""
    rows = (await session.exec(select(Handover).where(col(Handover.id).in_(ids)).order_by(col(Handover.id)))).all()
    for row in rows:
        if row.state is HandoverState.DONE and row.measure_id is not None and not row.follows:
            measure = await session.get(Measure, row.measure_id)
            if measure is not None and measure.seat_id is None and measure.party_id is None:
                await report_measure(
                    session, measure, state=measure.state, text=text, due=measure.due, person=person, now=now
                )
                measure.seat_id = row.seat_id
                session.add(measure)
        if row.state is HandoverState.DONE and row.matter_id is not None and row.follows:
            matter = await session.get(Matter, row.matter_id)
            if matter is not None and matter.carried_by == row.to_person_id:
                matter.carried_by = row.from_person_id
                session.add(matter)
        row.state = HandoverState.WITHDRAWN
        session.add(row)
    await session.flush()
