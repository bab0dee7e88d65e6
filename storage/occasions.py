"""Questions and changes about occasions and what came of them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, exists
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import Commitment, Occasion, Outcome, Person
from storage.outbox import withdraw
from storage.terms import NOT_INTERNAL, OccasionState, Visibility

LOGGABLE = (OccasionState.HELD, OccasionState.PARTLY, OccasionState.CANCELLED)


class Occupied(Exception):
    """Another occasion of the commitment is booked for that time already."""

    def __init__(self, occasion: Occasion) -> None:
        super().__init__(occasion.id)
        self.occasion = occasion


def natural_key(on: date, at: str | None, area: str | None) -> str:
    """What makes two bookings of a commitment the same one."""
    return "|".join((on.isoformat(), at or "", area or ""))


async def book(
    session: AsyncSession,
    *,
    commitment_id: int,
    on: date,
    at: str | None,
    place: str,
    person_id: int | None,
    now: datetime,
    area: str | None = None,
) -> tuple[Occasion, bool]:
    """Plans an occasion at a local date and time of day ("13:00"). (the occasion, whether it is new): twice is once.

    Two who book the same at the same moment get the same occasion.
    """
    key = natural_key(on, at, area)
    same = select(Occasion).where(Occasion.commitment_id == commitment_id, Occasion.natural_key == key)
    found = (await session.exec(same)).first()
    if found is not None:
        return found, False
    occasion = Occasion(
        commitment_id=commitment_id,
        on=on,
        at=at,
        place=place,
        area=area,
        natural_key=key,
        booked_by=person_id,
        booked_at=now,
    )
    try:
        async with session.begin_nested():
            session.add(occasion)
    except IntegrityError:  # somebody else was first, and has committed
        return (await session.exec(same)).one(), False
    return occasion, True


async def locked(session: AsyncSession, occasion: Occasion) -> Occasion:
    """The occasion as it stands now, and nobody else's to change until this transaction ends."""
    again = select(Occasion).where(Occasion.id == occasion.id).with_for_update()
    return (await session.exec(again.execution_options(populate_existing=True))).one()


async def followed(session: AsyncSession, occasion: Occasion) -> Occasion:
    """The occasion, or what it was moved to: an old reminder's button means the newest time."""
    seen = {occasion.id}
    while occasion.moved_to_id is not None and occasion.moved_to_id not in seen:
        later = await session.get(Occasion, occasion.moved_to_id)
        if later is None:
            break
        occasion = later
        seen.add(occasion.id)
    return occasion


async def cancel(session: AsyncSession, occasion: Occasion, *, now: datetime) -> bool:
    """Calls a planned occasion off and takes back what waits about it; False when it was no longer planned."""
    await locked(session, occasion)
    if occasion.state is not OccasionState.PLANNED:
        return False
    _leave_key(occasion)
    occasion.state = OccasionState.CANCELLED
    occasion.row_version += 1
    occasion.changed_at = now
    session.add(occasion)
    await withdraw(session, occasion_id=occasion.id, reason="cancelled", now=now)
    await session.flush()
    return True


async def move(
    session: AsyncSession,
    occasion: Occasion,
    *,
    on: date,
    at: str | None,
    place: str,
    person_id: int | None,
    now: datetime,
) -> Occasion | None:
    """Replaces a planned occasion by one at another time; None when it was no longer planned.

    Raises Occupied where another one is booked for that time: two meetings never become one. Roll back then.
    """
    await locked(session, occasion)
    if occasion.state is not OccasionState.PLANNED:
        return None
    _leave_key(occasion)
    occasion.state = OccasionState.MOVED
    occasion.row_version += 1
    occasion.changed_at = now
    session.add(occasion)
    await withdraw(session, occasion_id=occasion.id, reason="moved", now=now)
    await session.flush()
    new, fresh = await book(
        session,
        commitment_id=occasion.commitment_id,
        on=on,
        at=at,
        place=place,
        person_id=person_id,
        now=now,
        area=occasion.area,
    )
    if not fresh:
        raise Occupied(new)
    occasion.moved_to_id = new.id
    session.add(occasion)
    await session.flush()
    return new


async def change_place(session: AsyncSession, occasion: Occasion, *, place: str, now: datetime) -> bool:
    """Another place at the same time: the occasion, its answers and its reminders stay. False when it was no longer
    planned."""
    await locked(session, occasion)
    if occasion.state is not OccasionState.PLANNED:
        return False
    occasion.place = place
    occasion.row_version += 1
    occasion.changed_at = now
    session.add(occasion)
    await session.flush()
    return True


def _leave_key(occasion: Occasion) -> None:
    """Makes room for a new booking of the same day."""
    occasion.natural_key = f"{occasion.natural_key}#{occasion.id}"


async def occasion_on(
    session: AsyncSession, *, commitment_id: int, on: date, area: str | None = None
) -> Occasion | None:
    """The commitment's occasion on the day (in the area, where one is given): one still planned before one that is
    logged or called off; none moved."""
    question = select(Occasion).where(
        Occasion.commitment_id == commitment_id, Occasion.on == on, Occasion.state != OccasionState.MOVED
    )
    if area is not None:
        question = question.where(Occasion.area == area)
    rows = (await session.exec(question.order_by(col(Occasion.id)))).all()
    planned = [row for row in rows if row.state is OccasionState.PLANNED]
    return next(iter(planned or rows), None)


async def nearest_unlogged(
    session: AsyncSession,
    *,
    commitment_id: int,
    on: date,
    today: date,
    area: str | None = None,
    within: timedelta = timedelta(days=7),
) -> Occasion | None:
    """The occasion nearest the day that should have been by `today` and is not logged: what somebody logging it meant.

    Never one that is still to come: an extra meeting does not use up the one booked for next week.
    """
    question = select(Occasion).where(
        Occasion.commitment_id == commitment_id,
        Occasion.state == OccasionState.PLANNED,
        col(Occasion.on) >= on - within,
        col(Occasion.on) <= min(on + within, today),
    )
    if area is not None:
        question = question.where(Occasion.area == area)
    rows = (await session.exec(question)).all()
    return min(rows, key=lambda row: abs((row.on - on).days), default=None)


UNLOGGED = (
    select(Occasion)
    .where(
        Occasion.commitment_id == bindparam("commitment_id"),
        Occasion.state == OccasionState.PLANNED,
        col(Occasion.on) <= bindparam("today"),
    )
    .order_by(col(Occasion.on), col(Occasion.id))
    .limit(1)
)


async def oldest_unlogged(session: AsyncSession, *, commitment_id: int, today: date) -> Occasion | None:
    """The commitment's first occasion that has been, by `today`, and is not logged."""
    return (await session.exec(UNLOGGED, params={"commitment_id": commitment_id, "today": today})).first()


NEWEST_VERSION = (
    select(Outcome)
    .where(Outcome.occasion_id == bindparam("occasion_id"))
    .order_by(col(Outcome.version).desc())
    .limit(1)
)


async def current_outcome(session: AsyncSession, *, occasion_id: int) -> Outcome | None:
    """The newest version of what came of it."""
    return (await session.exec(NEWEST_VERSION, params={"occasion_id": occasion_id})).first()


async def outcomes_of(session: AsyncSession, *, occasion_id: int) -> Sequence[Outcome]:
    """Every version of what came of it, oldest first: nothing is edited or thrown away."""
    versions = select(Outcome).where(Outcome.occasion_id == occasion_id).order_by(col(Outcome.version))
    return (await session.exec(versions)).all()


async def record_outcome(
    session: AsyncSession,
    occasion: Occasion,
    *,
    state: OccasionState,
    on: date,
    place: str,
    participants: int | None,
    parties: Sequence[str],
    goal_result: str,
    text: str,
    person: Person | None,
    now: datetime,
    area: str | None = None,
    quantity: int = 1,
    visibility: str = Visibility.PARTIES.value,
) -> Outcome:
    """Stores a new version of what came of an occasion and gives the occasion its state, day, area and quantity.

    What waits in the outbox about it is withdrawn. A cancelled one makes room for a new booking of the same time.
    """
    last = (await session.exec(select(func.max(Outcome.version)).where(Outcome.occasion_id == occasion.id))).one()
    assert occasion.id is not None
    outcome = Outcome(
        occasion_id=occasion.id,
        version=(last or 0) + 1,
        state=state,
        on=on,
        place=place,
        area=area,
        quantity=quantity,
        participants=participants,
        parties=list(parties),
        goal_result=goal_result,
        text=text,
        visibility=visibility,
        logged_by=person.id if person else None,
        logged_by_name=person.name if person else "",
        logged_at=now,
    )
    session.add(outcome)
    if (occasion.on, occasion.area) != (on, area) or (
        state is OccasionState.CANCELLED and "#" not in occasion.natural_key
    ):
        occasion.natural_key = f"{natural_key(on, occasion.at, area)}#{occasion.id}"
    occasion.on, occasion.state, occasion.area, occasion.quantity = on, state, area, quantity
    occasion.place = place or occasion.place
    occasion.row_version += 1
    occasion.changed_at = now
    session.add(occasion)
    await withdraw(session, occasion_id=occasion.id, reason="logged", now=now)
    await session.flush()
    return outcome


async def outcomes_since(
    session: AsyncSession,
    *,
    agreement_id: int,
    first: date,
    forum_id: int | None = None,
    most: int | None = None,
    internal: bool = True,
) -> Sequence[tuple[Commitment, Occasion, Outcome]]:
    """Every outcome's newest version of the agreement from the day on, newest last; of one forum with `forum_id`; the
    newest alone with `most`; without `internal` only those that are not marked so."""
    later = aliased(Outcome)
    question = (
        select(Commitment, Occasion, Outcome)
        .join(Occasion, col(Occasion.commitment_id) == Commitment.id)
        .join(Outcome, col(Outcome.occasion_id) == Occasion.id)
        .where(
            Commitment.agreement_id == agreement_id,
            col(Outcome.on) >= first,
            ~exists().where(col(later.occasion_id) == Outcome.occasion_id, col(later.version) > Outcome.version),
        )
        .order_by(col(Outcome.on).desc(), col(Outcome.id).desc())
        .limit(most)
    )
    if forum_id is not None:
        question = question.where(Commitment.forum_id == forum_id)
    if not internal:
        question = question.where(col(Outcome.visibility).in_(NOT_INTERNAL))
    return list(reversed((await session.exec(question)).all()))
