"""The bot's own pulse, and when it was not running: so that a late message can say why it is late."""

from datetime import datetime, timedelta

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.database import insert_new
from storage.models import Downtime

PULSE = 0  # the id of the row that is kept alive; the databases number their own from 1
EVERY = timedelta(minutes=1)  # so often the pulse is written, however often it is felt
GAP = timedelta(minutes=5)  # a shorter silence is a restart, not an outage


async def wake(session: AsyncSession, *, now: datetime) -> Downtime | None:
    """At start: the time since the last pulse, kept as a downtime when it is longer than five minutes.

    With several replicas the pulse is shared: the bot is down only when none is running, and one records it.
    """
    await insert_new(session, Downtime, [{"id": PULSE, "down_from": now}], "id")
    last = await last_alive(session)
    if last is None or last == now:
        return None
    moved = await session.exec(
        update(Downtime).where(col(Downtime.id) == PULSE, col(Downtime.down_from) == last).values(down_from=now)
    )
    if now - last <= GAP or not moved.rowcount:
        return None
    gap = Downtime(down_from=last, down_to=now)
    session.add(gap)
    await session.flush()
    return gap


LAST_ALIVE = select(Downtime.down_from).where(Downtime.id == PULSE)


async def last_alive(session: AsyncSession) -> datetime | None:
    """When the bot last was seen running; None before its first start."""
    return (await session.exec(LAST_ALIVE)).first()


async def beat(session: AsyncSession, *, now: datetime) -> None:
    """Moves the pulse to `now`. Safe from any number of replicas."""
    await insert_new(session, Downtime, [{"id": PULSE, "down_from": now}], "id")
    await session.exec(update(Downtime).where(col(Downtime.id) == PULSE).values(down_from=now))


async def downtime_between(session: AsyncSession, first: datetime, last: datetime) -> list[tuple[datetime, datetime]]:
    """When the bot was down within [first, last], oldest first: (from, to) in full, also where it began before."""
    rows = await session.exec(
        select(Downtime.down_from, Downtime.down_to)
        .where(col(Downtime.down_to) > first, Downtime.down_from < last)
        .order_by(col(Downtime.down_from))
    )
    return [(down_from, down_to) for down_from, down_to in rows.all() if down_to is not None]
