"""A seat passing from one to another: coordinators hear of a vacancy at once, who comes hears what follows the seat."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.call import Call
from commands.texts import handover as texts
from schedules.loading import agreement_facts, clock_time, coordinators
from schedules.message import Button, Message, Part
from schedules.rotation import years_ahead
from storage.matters import open_measures_of_seat
from storage.models import Appointment, Commitment, Forum, Matter, Occasion, Person, Seat
from storage.outbox import tell
from storage.terms import CommitmentKind, OccasionState

MOST_TOLD = 5
YEARS = 2


async def tell_vacancy(call: Call, session: AsyncSession, forum: Forum, appointment: Appointment) -> bool:
    """Tells the coordinators, but whoever asked, that a seat will be empty after the appointment's last day; once.

    Whether it will: not where somebody else sits there as ordinary the day after.
    """
    last = appointment.ends
    seat = await session.get(Seat, appointment.seat_id)
    if last is None or seat is None or appointment.deputy:
        return False
    after = last + timedelta(days=1)
    seated = select(Appointment.id).where(
        Appointment.seat_id == seat.id,
        col(Appointment.deputy).is_(False),
        col(Appointment.starts) <= after,
        col(Appointment.ends).is_(None) | (col(Appointment.ends) >= after),
    )
    if (await session.exec(seated.limit(1))).first() is not None:
        return False
    today = call.local_now.date()
    part = Part(
        (texts.vacant(seat.title, after, today), *await _follows(session, seat), *await _turns(session, seat, after)),
        texts.vacancy_heading(forum.name),
        buttons=(Button(texts.APPOINT, "samverkan tillsatt", f"f:{forum.id}", "primary"),),
    )
    for person in await coordinators(session, forum.agreement_id, today):
        if person.slack_user_id != call.user_id:
            await _tell(call, session, forum, person, f"vacancy:{seat.id}:{after}", Message((part,)))
    return True


async def tell_successor(
    call: Call,
    session: AsyncSession,
    forum: Forum,
    seat: Seat,
    person: Person,
    appointment: Appointment,
    matters: Sequence[Matter] = (),
) -> None:
    """Tells whoever has been put on a seat what follows it: open measures, the predecessor's matters that are to
    follow, and the next meetings; once."""
    part = Part(
        (
            texts.seated(seat.title, appointment.starts, deputy=appointment.deputy),
            *await _follows(session, seat),
            *(await _turns(session, seat, appointment.starts) if not appointment.deputy else ()),
            *(texts.matter(each.title) for each in matters[:MOST_TOLD]),
            *await _meetings(session, forum, appointment.starts),
        ),
        texts.welcome(forum.name),
        buttons=(Button(texts.MINE, "lage mina"), Button(texts.STANDING, "lage", f"f:{forum.id}")),
    )
    await _tell(call, session, forum, person, f"appointed:{appointment.id}", Message((part,)))


async def _tell(call: Call, session: AsyncSession, forum: Forum, person: Person, key: str, message: Message) -> None:
    await tell(
        session,
        workspace_id=call.workspace_id,
        key=key,
        kind="seat",
        due_at=call.now,
        now=call.now,
        forum_id=forum.id,
        person_id=person.id,
        message=message,
        agreement_id=forum.agreement_id,
    )


async def _follows(session: AsyncSession, seat: Seat) -> list[str]:
    """The open measures that are the seat's, whoever sits on it."""
    found = await open_measures_of_seat(session, seat_id=seat.id or 0)
    return [texts.measure(each.title, each.due) for each in found[:MOST_TOLD]]


async def _turns(session: AsyncSession, seat: Seat, first: date) -> list[str]:
    """The seat's turns in the chair that are or begin within two years from the day."""
    facts = await agreement_facts(session, seat.agreement_id)
    found = [
        (forum.name, turn)
        for forum in facts.forums
        for turn in years_ahead(forum, first, YEARS)
        if turn.seat == seat.title and (facts.ends is None or turn.first <= facts.ends)
    ]
    return [texts.turn(name, max(turn.first, first), turn.last) for name, turn in found[:MOST_TOLD]]


async def _meetings(session: AsyncSession, forum: Forum, first: date) -> list[str]:
    rows = await session.exec(
        select(Occasion)
        .join(Commitment, col(Commitment.id) == Occasion.commitment_id)
        .where(
            Commitment.forum_id == forum.id,
            Commitment.kind == CommitmentKind.MEETING,
            Occasion.state == OccasionState.PLANNED,
            col(Occasion.on) >= first,
        )
        .order_by(col(Occasion.on))
        .limit(3)
    )
    return [texts.meeting(each.on, clock_time(each.at), each.place) for each in rows.all()]
