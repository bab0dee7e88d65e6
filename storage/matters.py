"""Questions and changes about matters, decisions and measures. Steps and reports are added, never changed."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import col, func, select
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
from storage.terms import NOT_INTERNAL, Visibility


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
    matter: Matter,
    *,
    text: str,
    amends: bool,
    on: date,
    visibility: str | None = None,
    occasion_id: int | None,
    person: Person | None,
    now: datetime,
) -> Decision:
    """Records what a forum has decided about a matter (held), under the forum's next number of the year. `visibility`
    None: as the matter's."""
    await session.exec(select(Forum.id).where(Forum.id == matter.forum_id).with_for_update())  # numbers in a row
    last = await session.exec(
        select(func.max(Decision.number)).where(Decision.forum_id == matter.forum_id, Decision.year == on.year)
    )
    decision = Decision(
        forum_id=matter.forum_id,
        matter_id=matter.id,
        occasion_id=occasion_id,
        year=on.year,
        number=(last.one() or 0) + 1,
        text=text,
        amends=amends,
        visibility=visibility or matter.visibility,
        decided_on=on,
        recorded_by=person.id if person else None,
        recorded_by_name=person.name if person else "",
        recorded_at=now,
    )
    session.add(decision)
    _step(session, matter, MatterAct.DECIDED, person, now, to=matter.forum_id)
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
) -> Measure:
    """A new measure, answered for by a function or a party (or, with neither, by the forum)."""
    assert forum.id is not None
    measure = Measure(
        agreement_id=forum.agreement_id,
        forum_id=forum.id,
        decision_id=decision_id,
        title=title,
        seat_id=seat_id,
        party_id=party_id,
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
    """The forums' measures in the states, the soonest due first."""
    return (
        await session.exec(
            select(Measure)
            .where(col(Measure.forum_id).in_(forum_ids), col(Measure.state).in_(states))
            .order_by(col(Measure.due).nulls_last(), col(Measure.id))
        )
    ).all()


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
