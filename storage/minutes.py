"""Questions and changes about agendas and minutes: points and versions never changed, steps never taken back."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import AgendaPoint, Minutes, MinutesStep, Occasion, Person

COMMENT_DAYS = 14  # kommunallagen 8:12 lets a protocol wait at most so long; the forums' own custom follows it
COMMENT, ADJUSTED, FIXED = "comment", "adjusted", "fixed"


async def agenda_points(session: AsyncSession, occasion_id: int) -> Sequence[AgendaPoint]:
    """The meeting's agenda as it was sent and what came up after, by number; empty before it is sent."""
    question = select(AgendaPoint).where(AgendaPoint.occasion_id == occasion_id).order_by(col(AgendaPoint.number))
    return (await session.exec(question)).all()


async def newest(session: AsyncSession, occasion_id: int) -> Minutes | None:
    """The version that counts."""
    question = select(Minutes).where(Minutes.occasion_id == occasion_id).order_by(col(Minutes.version).desc())
    return (await session.exec(question.limit(1))).first()


async def versions(session: AsyncSession, occasion_id: int) -> Sequence[Minutes]:
    """Every version, the first first."""
    question = select(Minutes).where(Minutes.occasion_id == occasion_id).order_by(col(Minutes.version))
    return (await session.exec(question)).all()


async def steps(session: AsyncSession, occasion_id: int) -> Sequence[MinutesStep]:
    """What has been said and done about them, oldest first."""
    question = select(MinutesStep).where(MinutesStep.occasion_id == occasion_id).order_by(col(MinutesStep.id))
    return (await session.exec(question)).all()


async def hold(session: AsyncSession, occasion: Occasion) -> None:
    """Lets one at a time write about the meeting: whoever comes second waits, and then sees the first's version."""
    await session.refresh(occasion, with_for_update=True)


async def write(
    session: AsyncSession,
    *,
    occasion_id: int,
    after: int,
    attendance: dict[str, object],
    points: list[dict[str, str]],
    adjusters: list[int],
    visibility: str,
    person: Person | None,
    now: datetime,
    fixes_at: datetime | None = None,
) -> Minutes | None:
    """The version after the one numbered `after`; None where somebody has written another in between (see `hold`)."""
    known = await newest(session, occasion_id)
    if (known.version if known else 0) != after:
        return None
    made = Minutes(
        occasion_id=occasion_id,
        version=after + 1,
        attendance=attendance,
        points=points,
        adjusters=adjusters,
        visibility=visibility,
        written_by=person.id if person else None,
        written_by_name=person.name if person else "",
        written_at=now,
        fixes_at=fixes_at,
    )
    session.add(made)
    await session.flush()
    return made


async def step(
    session: AsyncSession,
    *,
    occasion_id: int,
    version: int,
    act: str,
    person: Person | None,
    now: datetime,
    text: str = "",
) -> MinutesStep:
    """Records a word on the minutes."""
    made = MinutesStep(
        occasion_id=occasion_id,
        version=version,
        act=act,
        text=text,
        by=person.id if person else None,
        by_name=person.name if person else "",
        at=now,
    )
    session.add(made)
    await session.flush()
    return made


def fixed_at(version: Minutes | None, taken: Sequence[MinutesStep], now: datetime) -> datetime | None:
    """When this version was fixed: by a word about it, or when its time to comment was over; None while it is not.

    `now` is aware UTC. A version that is written after another was fixed has a time of its own.
    """
    if version is None:
        return None
    said = [each.at for each in taken if each.act == FIXED and each.version == version.version]
    reached = [each for each in [*said, fixes_at(version)] if each <= now]
    return min(reached, default=None)


def fixes_at(version: Minutes) -> datetime:
    """When the version is fixed unless somebody says so before."""
    return version.fixes_at or version.written_at + timedelta(days=COMMENT_DAYS)
