"""Questions and changes about matters, decisions and measures. Steps and reports are added, never changed."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement
from sqlmodel import col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import (
    Approval,
    Decision,
    Forum,
    Matter,
    MatterAct,
    MatterState,
    MatterStep,
    Measure,
    MeasureReport,
    MeasureState,
    Party,
    Person,
)
from storage.terms import NOT_INTERNAL, Visibility, is_internal


async def raise_matter(
    session: AsyncSession,
    *,
    forum: Forum,
    title: str,
    text: str,
    visibility: str,
    person: Person | None,
    now: datetime,
    key: str,
) -> tuple[Matter, bool]:
    """Puts a matter before a forum: (the matter, whether it is new). The same `key` twice is the same matter."""
    found = (await session.exec(select(Matter).where(Matter.raised_key == key))).first()
    if found is not None:
        return found, False
    assert forum.id is not None
    matter = Matter(
        agreement_id=forum.agreement_id,
        forum_id=forum.id,
        title=title,
        text=text,
        visibility=visibility,
        raised_by=person.id if person else None,
        raised_by_name=person.name if person else "",
        raised_at=now,
        raised_key=key,
    )
    session.add(matter)
    await session.flush()
    _step(session, matter, MatterAct.RAISED, person, now, to=forum.id)
    await session.flush()
    return matter, True


def _step(
    session: AsyncSession,
    matter: Matter,
    act: MatterAct,
    person: Person | None,
    now: datetime,
    *,
    to: int | None = None,
    reason: str = "",
) -> None:
    session.add(
        MatterStep(
            matter_id=matter.id or 0,
            act=act,
            from_forum_id=None if act is MatterAct.RAISED else matter.forum_id,
            to_forum_id=to,
            reason=reason,
            by=person.id if person else None,
            by_name=person.name if person else "",
            at=now,
        )
    )


async def held_matter(session: AsyncSession, *, matter_id: int) -> Matter | None:
    """The matter as it stands, and nobody else's to change until the transaction ends."""
    question = select(Matter).where(Matter.id == matter_id).with_for_update()
    return (await session.exec(question.execution_options(populate_existing=True))).first()


async def open_matters(session: AsyncSession, *, forum_ids: Sequence[int]) -> Sequence[Matter]:
    """The matters that lie before the forums, the oldest first."""
    return (
        await session.exec(
            select(Matter)
            .where(col(Matter.forum_id).in_(forum_ids), Matter.state == MatterState.OPEN)
            .order_by(col(Matter.raised_at), col(Matter.id))
        )
    ).all()


GONE = (MatterAct.SENT_UP, MatterAct.SENT_DOWN, MatterAct.DECIDED, MatterAct.CLOSED)  # no longer before the forum
COME = (MatterAct.RAISED, MatterAct.SENT_UP, MatterAct.SENT_DOWN)


async def matters_before(
    session: AsyncSession, *, forum_id: int, occasion_id: int, come_by: datetime, still_at: datetime
) -> Sequence[tuple[Matter, MatterStep]]:
    """The matters of a forum's meeting, each with the step that brought it there, the oldest first.

    Those that had come by `come_by` (when the meeting begins) and had not left before `still_at` (the beginning of its
    day), wherever they are now, and those that were decided at it. Both are aware UTC.
    """
    here = or_(col(MatterStep.from_forum_id) == forum_id, col(MatterStep.to_forum_id) == forum_id)
    steps = (await session.exec(select(MatterStep).where(here).order_by(col(MatterStep.id)))).all()
    decided = set((await session.exec(select(Decision.matter_id).where(Decision.occasion_id == occasion_id))).all())
    lying: dict[int, MatterStep] = {}
    for step in steps:
        if step.to_forum_id == forum_id and step.act in COME:
            if step.at <= come_by or step.matter_id in decided:
                lying[step.matter_id] = step
        elif step.act in GONE and step.at < still_at and step.matter_id not in decided:
            lying.pop(step.matter_id, None)
    matters = (await session.exec(select(Matter).where(col(Matter.id).in_(lying)))).all()
    by_id = {each.id: each for each in matters}
    return [(by_id[matter_id], step) for matter_id, step in sorted(lying.items(), key=lambda each: each[1].id or 0)]


async def steps_from(
    session: AsyncSession, *, forum_id: int, matter_ids: Sequence[int], since: datetime, until: datetime
) -> Sequence[MatterStep]:
    """What the forum did with the matters from `since` and before `until` (aware UTC), the oldest first."""
    return (
        await session.exec(
            select(MatterStep)
            .where(
                MatterStep.from_forum_id == forum_id,
                col(MatterStep.matter_id).in_(matter_ids),
                col(MatterStep.at) >= since,
                col(MatterStep.at) < until,
            )
            .order_by(col(MatterStep.id))
        )
    ).all()


async def came_to(session: AsyncSession, matter: Matter) -> datetime:
    """When the matter came to the forum it lies before (aware UTC)."""
    question = select(func.max(MatterStep.at)).where(
        MatterStep.matter_id == matter.id,
        MatterStep.to_forum_id == matter.forum_id,
        col(MatterStep.act).in_(COME),
    )
    return (await session.exec(question)).one() or matter.raised_at


async def steps_of(session: AsyncSession, *, matter_id: int) -> Sequence[MatterStep]:
    """The matter's way, the oldest step first."""
    return (
        await session.exec(select(MatterStep).where(MatterStep.matter_id == matter_id).order_by(col(MatterStep.id)))
    ).all()


async def send(
    session: AsyncSession,
    matter: Matter,
    *,
    to: Forum,
    act: MatterAct,
    reason: str,
    person: Person | None,
    now: datetime,
) -> None:
    """Moves an open matter (held) to the forum above or below."""
    assert to.id is not None
    _step(session, matter, act, person, now, to=to.id, reason=reason)
    matter.forum_id = to.id
    matter.row_version += 1
    session.add(matter)
    await session.flush()


async def defer(session: AsyncSession, matter: Matter, *, reason: str, person: Person | None, now: datetime) -> None:
    """Bordlägger a matter (held): it stays on the next agenda of its forum."""
    _step(session, matter, MatterAct.DEFERRED, person, now, to=matter.forum_id, reason=reason)
    matter.row_version += 1
    session.add(matter)
    await session.flush()


async def close(session: AsyncSession, matter: Matter, *, reason: str, person: Person | None, now: datetime) -> None:
    """Ends a matter (held) without a decision, with a reason."""
    _step(session, matter, MatterAct.CLOSED, person, now, reason=reason)
    matter.state = MatterState.CLOSED
    matter.row_version += 1
    session.add(matter)
    await session.flush()


async def decide(
    session: AsyncSession,
    matter: Matter | None,
    *,
    forum_id: int,
    text: str,
    amends: bool,
    on: date,
    visibility: str | None = None,
    occasion_id: int | None,
    person: Person | None,
    now: datetime,
) -> Decision:
    """Records what a forum has decided, under its next number of the year: about a matter (held, lying before the
    forum), or directly at a meeting, without one. `visibility` None: as the matter's."""
    await session.exec(select(Forum.id).where(Forum.id == forum_id).with_for_update())  # numbers in a row
    last = await session.exec(
        select(func.max(Decision.number)).where(Decision.forum_id == forum_id, Decision.year == on.year)
    )
    decision = Decision(
        forum_id=forum_id,
        matter_id=matter.id if matter else None,
        occasion_id=occasion_id,
        year=on.year,
        number=(last.one() or 0) + 1,
        text=text,
        amends=amends,
        visibility=visibility or (matter.visibility if matter else Visibility.PARTIES.value),
        decided_on=on,
        recorded_by=person.id if person else None,
        recorded_by_name=person.name if person else "",
        recorded_at=now,
    )
    session.add(decision)
    if matter is not None:
        _step(session, matter, MatterAct.DECIDED, person, now, to=forum_id)
        matter.state = MatterState.DECIDED
        matter.row_version += 1
        session.add(matter)
    await session.flush()
    return decision


async def decisions_of(
    session: AsyncSession, *, forum_ids: Sequence[int], within: Sequence[int], most: int = 50
) -> Sequence[Decision]:
    """The forums' decisions, the newest first; internal ones only of the forums in `within`."""
    return (
        await session.exec(
            select(Decision)
            .where(col(Decision.forum_id).in_(forum_ids))
            .where(col(Decision.visibility).in_(NOT_INTERNAL) | col(Decision.forum_id).in_(within))
            .order_by(col(Decision.decided_on).desc(), col(Decision.id).desc())
            .limit(most)
        )
    ).all()


async def decisions_at(session: AsyncSession, *, occasion_id: int, until: datetime) -> Sequence[Decision]:
    """What was decided at the meeting and recorded by `until`, in the order of the numbers."""
    return (
        await session.exec(
            select(Decision)
            .where(Decision.occasion_id == occasion_id, col(Decision.recorded_at) <= until)
            .order_by(col(Decision.year), col(Decision.number))
        )
    ).all()


async def approve(
    session: AsyncSession, *, decision_id: int, party_id: int, approves: bool, person: Person | None, now: datetime
) -> bool:
    """Records a party's word on a decision that changes the agreement; False when it stands already."""
    await session.exec(select(Decision.id).where(Decision.id == decision_id).with_for_update())
    standing = (await approvals_of(session, decision_id=decision_id)).get(party_id)
    if standing is not None and standing.approves == approves:
        return False
    session.add(
        Approval(
            decision_id=decision_id,
            party_id=party_id,
            approves=approves,
            by=person.id if person else None,
            by_name=person.name if person else "",
            at=now,
        )
    )
    await session.flush()
    return True


async def approvals_of(session: AsyncSession, *, decision_id: int) -> dict[int, Approval]:
    """Party → its newest word."""
    rows = await session.exec(select(Approval).where(Approval.decision_id == decision_id).order_by(col(Approval.id)))
    return {row.party_id: row for row in rows.all()}


async def signatories(session: AsyncSession, *, agreement_id: int) -> Sequence[Party]:
    """The agreement's own parties."""
    return (
        await session.exec(
            select(Party)
            .where(Party.agreement_id == agreement_id, col(Party.signatory), col(Party.active))
            .order_by(col(Party.position), col(Party.id))
        )
    ).all()


# --- measures ---------------------------------------------------------------------------------------------------------


async def add_measure(
    session: AsyncSession,
    *,
    forum: Forum,
    title: str,
    due: date | None,
    now: datetime,
    decision_id: int | None = None,
    seat_id: int | None = None,
    party_id: int | None = None,
    answering_forum_id: int | None = None,
    waits: bool = False,
) -> Measure:
    """A new measure, answered for by a function, a party or another forum (or, with none of them, by the forum).

    `waits`: it begins when every party has approved its decision.
    """
    assert forum.id is not None
    measure = Measure(
        agreement_id=forum.agreement_id,
        forum_id=forum.id,
        decision_id=decision_id,
        title=title,
        seat_id=seat_id,
        party_id=party_id,
        answering_forum_id=answering_forum_id,
        waits=waits,
        due=due,
        created_at=now,
    )
    session.add(measure)
    await session.flush()
    return measure


async def held_measure(session: AsyncSession, *, measure_id: int) -> Measure | None:
    """The measure as it stands, and nobody else's to change until the transaction ends."""
    question = select(Measure).where(Measure.id == measure_id).with_for_update()
    return (await session.exec(question.execution_options(populate_existing=True))).first()


async def report_measure(
    session: AsyncSession,
    measure: Measure,
    *,
    state: MeasureState,
    text: str,
    due: date | None,
    person: Person | None,
    now: datetime,
) -> bool:
    """Adds a word on how a measure (held) goes; False when it says what stands already."""
    if (measure.state, measure.due) == (state, due) and not text:
        return False
    session.add(
        MeasureReport(
            measure_id=measure.id or 0,
            state=state,
            text=text,
            due=due,
            by=person.id if person else None,
            by_name=person.name if person else "",
            at=now,
        )
    )
    measure.state, measure.due = state, due
    measure.row_version += 1
    session.add(measure)
    await session.flush()
    return True


OPEN_MEASURES = (MeasureState.NEW, MeasureState.GOING)


async def measures_of(
    session: AsyncSession, *, forum_ids: Sequence[int], states: Sequence[MeasureState] = OPEN_MEASURES
) -> Sequence[Measure]:
    """The measures that the forums have decided on or answer for, in the states, the soonest due first."""
    theirs = or_(col(Measure.forum_id).in_(forum_ids), col(Measure.answering_forum_id).in_(forum_ids))
    return await _begun(session, theirs, states)


async def _begun(
    session: AsyncSession, whose: ColumnElement[bool], states: Sequence[MeasureState] = OPEN_MEASURES
) -> Sequence[Measure]:
    return (
        await session.exec(
            select(Measure)
            .where(whose, col(Measure.state).in_(states), col(Measure.waits).is_(False))
            .order_by(col(Measure.due).nulls_last(), col(Measure.id))
        )
    ).all()


async def measures_answered_by(
    session: AsyncSession, *, seat_ids: Sequence[int], party_ids: Sequence[int]
) -> Sequence[Measure]:
    """The open measures that the seats or the parties answer for, the soonest due first."""
    return await _begun(session, or_(col(Measure.seat_id).in_(seat_ids), col(Measure.party_id).in_(party_ids)))


async def measure_of(session: AsyncSession, *, decision_id: int) -> Measure | None:
    """The measure that follows from a decision."""
    return (await session.exec(select(Measure).where(Measure.decision_id == decision_id).limit(1))).first()


async def begin_measure(session: AsyncSession, measure: Measure) -> None:
    """Lets a measure that waited for the parties begin."""
    measure.waits = False
    measure.row_version += 1
    session.add(measure)
    await session.flush()


async def internal_matters(session: AsyncSession, matter_ids: Sequence[int]) -> set[int | None]:
    """Those of the matters that are internal."""
    rows = await session.exec(select(Matter.id, Matter.visibility).where(col(Matter.id).in_(matter_ids)))
    return {matter_id for matter_id, visibility in rows.all() if is_internal(visibility)}


async def visibilities(session: AsyncSession, measures: Sequence[Measure]) -> dict[int, str]:
    """Measure → how far it may be shown: as the decision it follows from; without one, the parties."""
    ids = [each.decision_id for each in measures if each.decision_id is not None]
    rows = await session.exec(select(Decision.id, Decision.visibility).where(col(Decision.id).in_(ids)))
    decided = dict(rows.all())
    return {each.id or 0: decided.get(each.decision_id, Visibility.PARTIES.value) for each in measures}


async def newest_reports(session: AsyncSession, *, measure_ids: Sequence[int]) -> dict[int, MeasureReport]:
    """Measure → its newest report."""
    rows = await session.exec(
        select(MeasureReport).where(col(MeasureReport.measure_id).in_(measure_ids)).order_by(col(MeasureReport.id))
    )
    return {row.measure_id: row for row in rows.all()}


async def open_measures_of_seat(session: AsyncSession, *, seat_id: int) -> Sequence[Measure]:
    """The open measures that are a seat's, whoever sits on it, the soonest due first."""
    return (
        await session.exec(
            select(Measure)
            .where(Measure.seat_id == seat_id, col(Measure.state).in_(OPEN_MEASURES))
            .order_by(col(Measure.due).nulls_last(), col(Measure.id))
        )
    ).all()


async def pass_to_forum(
    session: AsyncSession, measure: Measure, *, text: str, person: Person | None, now: datetime
) -> None:
    """Takes an open measure off its seat: the forum itself answers for it from then on. `text` says why."""
    await report_measure(session, measure, state=measure.state, text=text, due=measure.due, person=person, now=now)
    measure.seat_id = None
    session.add(measure)
    await session.flush()
