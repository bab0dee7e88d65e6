"""What people answer to reminders: coming or not, how löpande work goes, and setting a window aside."""

from datetime import date, datetime

from sqlmodel import func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import AttendanceAnswer, Commitment, Pulse, Waiver


async def hold_commitment(session: AsyncSession, *, commitment_id: int | None) -> None:
    """Keeps others from planning, answering about or waiving the commitment until the transaction ends.

    So what two people do at once is done once. Ask before looking at what there is.
    """
    await session.exec(select(Commitment.id).where(Commitment.id == commitment_id).with_for_update())


async def attend(
    session: AsyncSession,
    *,
    occasion_id: int,
    person_id: int,
    coming: bool,
    now: datetime,
    sends_deputy: bool = False,
) -> None:
    """Stores a person's newest answer for an occasion, which the caller has locked."""
    answer = await session.get(AttendanceAnswer, (occasion_id, person_id))
    if answer is None:
        answer = AttendanceAnswer(occasion_id=occasion_id, person_id=person_id, coming=coming, answered_at=now)
    answer.coming, answer.sends_deputy, answer.answered_at = coming, sends_deputy, now
    session.add(answer)
    await session.flush()


async def answered(session: AsyncSession, *, occasion_id: int) -> int:
    """How many have answered for the occasion."""
    question = select(func.count()).where(AttendanceAnswer.occasion_id == occasion_id)
    return (await session.exec(question)).one()


async def note_pulse(
    session: AsyncSession, *, commitment_id: int, on: date, state: str, person_id: int | None, now: datetime
) -> bool:
    """Stores how löpande work goes on a local day; False when the same was said that day already."""
    await hold_commitment(session, commitment_id=commitment_id)
    same = select(Pulse.id).where(Pulse.commitment_id == commitment_id, Pulse.on == on, Pulse.state == state)
    if (await session.exec(same)).first() is not None:
        return False
    session.add(Pulse(commitment_id=commitment_id, on=on, state=state, answered_by=person_id, answered_at=now))
    await session.flush()
    return True


async def set_aside(
    session: AsyncSession,
    *,
    commitment_id: int,
    first: date,
    last: date,
    reason: str,
    person_id: int | None,
    now: datetime,
) -> Waiver | None:
    """Waives a commitment's window (local days, both included) with the reason; None when it is waived already."""
    await hold_commitment(session, commitment_id=commitment_id)
    same = select(Waiver.id).where(Waiver.commitment_id == commitment_id, Waiver.first == first, Waiver.last == last)
    if (await session.exec(same)).first() is not None:
        return None
    waiver = Waiver(
        commitment_id=commitment_id, first=first, last=last, reason=reason, waived_by=person_id, waived_at=now
    )
    session.add(waiver)
    await session.flush()
    return waiver
