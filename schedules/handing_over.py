"""What was chosen when a seat passed on is carried out on the day: not when the form was sent in, months before."""

from datetime import date, datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from schedules import texts
from storage.agreements.touch import touch
from storage.handovers import carry_out
from storage.models import Handover
from storage.people import traced


async def hand_over_due(
    session: AsyncSession, *, workspace_id: int, agreement_id: int, today: date, now: datetime
) -> list[Handover]:
    """Carries out what is due in the agreement, with an entry in the trail for each. `now` is aware UTC."""
    done = await carry_out(
        session, agreement_id=agreement_id, today=today, now=now, text=texts.LEFT_BY_SEAT, person=None
    )
    for each in done:
        subject = "measure" if each.measure_id is not None else "matter"
        traced(
            session,
            workspace_id=workspace_id,
            now=now,
            actor="klockan",
            person_id=None,
            action="handover",
            subject=subject,
            subject_id=each.measure_id or each.matter_id,
        )
    if done:
        await touch(session, agreement_id)
    return done
